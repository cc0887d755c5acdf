"""What whoever answers team chat has at hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from index import Entry, Inbox, Library
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

    def respond(self, entry: Entry, url: str, message: Mapping[str, Any]) -> bool:
        """Post to the address that an entry came with; False where it is not taken, ever.

        Raises `Later`. All posts for an entry are counted, also those of an earlier server.
        """
        return self.poster.post(url, message, tries=partial(self.inbox.count_post, entry.key))
