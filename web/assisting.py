"""The command `mcp`."""

import sys
from dataclasses import replace

import click

from qa import Settings
from web.options import with_settings


@click.command(
    epilog="""
\b
Examples:
  pincite mcp                          as an editor or an assistant starts it
  pincite mcp --library ~/papers.pincite
  pincite mcp --http --port 8001       answer at http://127.0.0.1:8001/mcp

docs/mcp.md tells how editors and assistants are set up.
"""
)
@click.option("--http", "over_http", is_flag=True, help="Serve over HTTP instead (streamable).")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on, with --http."
)
@click.option(
    "--port",
    default=8001,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="The port, with --http.",
)
@with_settings
def mcp(settings: Settings, over_http: bool, host: str, port: int) -> None:
    """Let editors and assistants ask (Model Context Protocol).

    It is spoken over standard input and output, until the input ends. Beyond this machine,
    over HTTP, PINCITE_PASSWORD must be set, and whoever shows a token is answered.
    """
    if not over_http:
        _over_stdio(settings)
        return
    # The servers' packages take a while to load, and no other command needs them.
    from web.access import address, check_exposure
    from web.mcp_serving import serve_http
    from web.server import bound

    settings = replace(settings, host=host, port=port)
    check_exposure(settings)
    with bound(settings) as taken:
        click.echo(f"Answering at {address(settings)}/mcp (Ctrl-C stops)")
        serve_http(settings, address(settings), taken)


def _over_stdio(settings: Settings) -> None:
    from web.mcp_serving import serve_stdio

    if sys.stdin.isatty():
        click.echo(
            "Waiting for an assistant, which speaks on standard input (Ctrl-C stops); see "
            "docs/mcp.md",
            err=True,
        )
    serve_stdio(settings)
