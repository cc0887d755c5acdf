"""What whoever answers team chat has at hand."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from index import Entry, Filter, FilterError, Inbox, Library, LibraryError, NothingKept
from qa import Bot, QuestionError
from web.answering import Later
from web.crowd import Crowd, Crowded
from web.posting import Poster
from web.team import TeamSettings
from web.texts import say

_LOG = logging.getLogger(__name__)

Answered = TypeVar("Answered")


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom to ask, what came in, the rules, how to post; links begin with `base`, if any."""

    bot: Bot
    library: Library
    crowd: Crowd
    inbox: Inbox
    team: TeamSettings
    poster: Poster
    base: str

    def answered(
        self, entry: Entry, ask: Callable[[], Answered], rule: Filter | None
    ) -> Answered | str:
        """What `ask` gives when it is its turn, or why there is no answer, for who asked.

        Raises `Later`.
        """
        try:
            with self.crowd.turn():
                return ask()
        except NothingKept as error:
            # What comes nearest may be something that must not be told.
            return say("team.unmatched") if rule else str(error)
        except (QuestionError, FilterError) as error:
            return str(error)
        except Crowded as error:
            raise Later(str(error), seconds=2, failed=False) from error
        except LibraryError as error:
            _LOG.error("%s", error)
            return say("team.unready")
        except Exception as error:
            _LOG.error("%r could not be answered", entry.key, exc_info=error)
            return say("team.broken")

    def respond(self, entry: Entry, url: str, message: Mapping[str, Any]) -> bool:
        """Post to the address that an entry came with; False where it is not taken, ever.

        Raises `Later`. All posts for an entry are counted, also those of an earlier server.
        """
        return self.poster.post(url, message, tries=partial(self.inbox.count_post, entry.key))
