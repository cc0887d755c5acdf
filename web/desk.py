"""What whoever answers team chat has at hand."""

from dataclasses import dataclass

from index import Inbox, Library
from qa import Bot
from web.crowd import Crowd
from web.posting import Poster
from web.team import TeamSettings


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom to ask, what came in, the rules, how to post; links begin with `base`."""

    bot: Bot
    library: Library
    crowd: Crowd
    inbox: Inbox
    team: TeamSettings
    poster: Poster
    base: str
