"""The command `serve`."""

import os
from dataclasses import replace
from pathlib import Path

import click

from index import PinciteError
from qa import Settings
from web.opening import open_library
from web.options import with_settings
from web.team import TeamSettings


@click.command(
    epilog="""
\b
Examples:
  pincite serve
  pincite serve ~/papers               read the folder, and what changes in it from now on
  pincite serve --port 9000

A file that is deleted from a watched folder leaves the library; a folder that is gone as a
whole, such as an unplugged disk, leaves it as it is.
"""
)
@click.argument(
    "folders", nargs=-1, metavar="[FOLDER]...", type=click.Path(path_type=Path, file_okay=False)
)
@click.option("--host", help="The address to listen on (default: PINCITE_HOST, else 127.0.0.1).")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The port (default: PINCITE_PORT, else 8000)."
)
@with_settings
def serve(
    settings: Settings, folders: tuple[Path, ...], host: str | None, port: int | None
) -> None:
    """Serve the chat page and the HTTP interface.

    The files below each FOLDER are read and then watched: what is added, changed, renamed or
    deleted there shows in the next answer.
    """
    # Flask and gunicorn take a while to load, and no other command needs them.
    from web import server

    settings = replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
    )
    for folder in folders:
        if not folder.expanduser().is_dir():
            raise PinciteError(f"there is no folder {str(folder)!r} to watch; check the path")
    server.check_address(settings)
    # What cannot be used is told before anything starts.
    team = TeamSettings.from_environment(os.environ, settings.library)
    with open_library(settings, create=bool(folders)) as library:
        number = library.document_count()
    documents = "document" if number == 1 else "documents"
    click.echo(f"{number} {documents} at {server.address(settings)} (Ctrl-C stops)")
    for folder in folders:
        click.echo(f"Watching {folder}")
    server.serve(settings, folders, team)
