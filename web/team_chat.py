"""Team chat beside the server: what is set up of it, begun and ended with the application."""

from collections.abc import Callable

from flask import Flask

from index import Entry, Inbox, Library
from qa import Bot, Settings
from web.answering import Answering, Later
from web.credentials import Credentials
from web.crowd import Crowd
from web.desk import Desk
from web.hook_answers import DOOR as HOOKS
from web.hook_answers import HookAnswers
from web.hooks import ask_routes, slash_routes
from web.posting import Poster
from web.slack_answers import DOOR as SLACK
from web.slack_answers import SlackAnswers
from web.team import TeamSettings

SLACK_API = "https://slack.com/api/"


class TeamChat:
    """Whoever answers what came in, beginning with what was left over, until `close`."""

    def __init__(self, bot: Bot, library: Library, crowd: Crowd, *, team: TeamSettings) -> None:
        self._inbox = Inbox(library.folder)
        self._desk = Desk(
            bot=bot,
            library=library,
            crowd=crowd,
            inbox=self._inbox,
            team=team,
            poster=Poster(team.post_hosts, sleep=_later),
            base=team.public_url,
        )
        self._begun: list[Answering] = []

    def slack(self, api: str = SLACK_API) -> Answering:
        """Begin to answer Slack."""
        # Its packages take a while to load, and most servers need none of them.
        from web.slack import slack_web

        answers = SlackAnswers(self._desk, slack_web(self._desk.team.bot_token, api))
        return self._begin(SLACK, answers.answer, answers.tell)

    def hooks(self) -> tuple[HookAnswers, Answering]:
        """Begin to answer other chat servers."""
        answers = HookAnswers(self._desk)
        return answers, self._begin(HOOKS, answers.answer, answers.tell)

    def close(self) -> None:
        """End; what was not answered is answered by the next to begin."""
        for answering in self._begun:
            answering.close()
        self._inbox.close()

    def _begin(
        self, door: str, answer: Callable[[Entry], None], tell: Callable[[Entry], None]
    ) -> Answering:
        answering = Answering(
            self._inbox, self._desk.library.folder, door, answer=answer, tell=tell
        )
        answering.start()
        self._begun.append(answering)
        return answering


def add_team_chat(
    app: Flask, settings: Settings, team: TeamSettings, *, slack_api: str = SLACK_API
) -> TeamChat | None:
    """Give an application the routes that are set up, and begin to answer if there is whom."""
    app.register_blueprint(ask_routes(Credentials(settings.library), team.public_url))
    if not team.signing_secret and not team.hook_tokens:
        return None
    parts = (app.extensions[f"pincite.{name}"] for name in ("bot", "library", "crowd"))
    chat = TeamChat(*parts, team=team)
    if team.signing_secret:
        from web.slack import slack_routes

        app.register_blueprint(slack_routes(team, chat.slack(slack_api), api=slack_api))
    if team.hook_tokens:
        app.register_blueprint(slash_routes(team, *chat.hooks()))
    return chat


def _later(seconds: float) -> None:
    """Instead of sleeping in a worker that could answer others, try again from the inbox."""
    raise Later("the chat server is busy or down", seconds=seconds)
