"""Pushing an answer to an incoming webhook of Slack, or of a chat server that takes the like."""

from qa import AnswerJson
from web.blocks import answer_message
from web.markdown_answers import answer_markdown
from web.posting import SLACK_HOSTS, Poster
from web.team import TeamSettings

# Somebody waits for it at a terminal.
_PATIENCE = 60.0


class Push:
    """Where answers are pushed to; raises `PostingError` if nothing may be posted there."""

    def __init__(self, url: str, team: TeamSettings) -> None:
        self._url = url
        self._base = team.public_url
        self._poster = Poster(team.post_hosts, patience=_PATIENCE)
        self.host = self._poster.check(url)

    def send(self, answer: AnswerJson) -> None:
        """Push an answer: as blocks to Slack, as Markdown elsewhere; raises `PostingError`."""
        if self.host.partition(":")[0] in SLACK_HOSTS:
            message = answer_message(answer, base=self._base)
            self._poster.deliver(self._url, {"text": message.text, "blocks": message.blocks})
        else:
            self._poster.deliver(self._url, {"text": answer_markdown(answer, base=self._base)})
