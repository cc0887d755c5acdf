"""Posting messages to the addresses that chat servers give: response URLs, incoming webhooks."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from index import PinciteError

_LOG = logging.getLogger(__name__)

# Slack takes so many posts for one response URL, in so many seconds.
MOST_POSTS = 5
PATIENCE = 30 * 60.0

SLACK_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")

# Letters that every reader of addresses understands alike; no name or password, no fragment.
_URL = re.compile(r"https?://[A-Za-z0-9._\[\]:-]+(?:/[A-Za-z0-9/._~%+=&?,;@:!-]*)?")

_FIRST_WAIT = 2.0
_FACTOR = 4.0
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 10.0
_LONGEST_REASON = 200


class PostingError(PinciteError):
    """A message was not posted; says why, and never to which path, for that is a secret."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """How a post ended: well, to be tried again after `wait` seconds, or not."""

    posted: bool
    reason: str = ""
    again: bool = False
    wait: float | None = None
    final: bool = False


class Poster:
    """Posts to Slack and to the hosts ("host" or "host:port") that are allowed besides.

    No redirect is followed. A server that is busy or down is asked again, for
    `patience` seconds and with `MOST_POSTS` posts in all.
    """

    def __init__(
        self,
        hosts: Iterable[str] = (),
        *,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._patience = patience
        self._clock = clock
        self._sleep = sleep

    def post(
        self, url: str, message: Mapping[str, Any], *, tries: Callable[[], int] | None = None
    ) -> bool:
        """Deliver a message, and say whether it was taken; why not is in the log."""
        try:
            self.deliver(url, message, tries=tries)
        except PostingError as error:
            _LOG.warning("%s", error)
            return False
        return True

    def deliver(
        self, url: str, message: Mapping[str, Any], *, tries: Callable[[], int] | None = None
    ) -> None:
        """Post a message; one whose blocks are refused is posted once more without.

        `tries` counts every post, and says the how manyth it is, where others were
        posted to the address before. Raises `PostingError`.
        """
        host = self.check(url)
        tries = tries or count(1).__next__
        deadline = self._clock() + self._patience
        # Previews of what an answer links would bury it.
        body: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, **message}
        wait = _FIRST_WAIT
        reply = _Reply(posted=False, reason=f"{MOST_POSTS} posts went there before")
        while (number := tries()) <= MOST_POSTS:
            reply = _post(url, body)
            if reply.posted:
                return
            if reply.again:
                pause = wait if reply.wait is None else reply.wait
                wait *= _FACTOR
                if number == MOST_POSTS or self._clock() + pause > deadline:
                    break
                self._sleep(pause)
            elif "blocks" in body and not reply.final:
                _LOG.warning("%s refused blocks (%s); sent as text", host, reply.reason)
                del body["blocks"]
                # An asterisk of a quote is an asterisk.
                body["mrkdwn"] = False
            else:
                break
        raise PostingError(f"{host} did not take the message: {reply.reason}")

    def check(self, url: str) -> str:
        """The host of an address that may be posted to; raises `PostingError` for others."""
        parts = _parts(url)
        if parts is None:
            raise PostingError("this is no address that a message can be posted to")
        scheme, host, port = parts
        if host in SLACK_HOSTS and scheme == "https" and port in {None, 443}:
            return host
        usual = {"https": 443, "http": 80}[scheme]
        named = f"[{host}]" if ":" in host else host
        if f"{named}:{port or usual}" in self._hosts:
            return f"{named}:{port or usual}"
        if port in {None, usual} and named in self._hosts:
            return named
        raise PostingError(
            f"nothing is posted to {named + (f':{port}' if port else '')!r}: only to "
            f"https://{SLACK_HOSTS[0]} and to the hosts that post_hosts names in team.toml"
        )


def _parts(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port of an address; None where there is any doubt."""
    if not _URL.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        return (parts.scheme, parts.hostname, parts.port) if parts.hostname else None
    except ValueError:
        return None


def _post(url: str, body: Mapping[str, Any]) -> _Reply:
    try:
        with requests.post(
            url,
            json=body,
            # Or else a password of ~/.netrc would be sent.
            auth=_as_it_is,
            timeout=(_CONNECT_SECONDS, _READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            return _judged(response, _beginning(response))
    except requests.RequestException as error:
        return _Reply(posted=False, reason=f"no answer ({type(error).__name__})", again=True)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _beginning(response: requests.Response) -> str:
    """What has come of the body, as far as it tells why; maybe nothing."""
    try:
        # Whatever has come is enough, of an answer that comes slowly or does not end.
        said = response.raw.read1(_LONGEST_REASON * 4, decode_content=True)
    except (HTTPError, OSError):
        return ""
    return str(said, "utf-8", "replace")


def _judged(response: requests.Response, said: str) -> _Reply:
    status = response.status_code
    reason = " ".join(f"{status} {said}".split())[:_LONGEST_REASON]
    if 300 <= status < 400:
        return _Reply(posted=False, reason=f"{status}, which leads elsewhere", final=True)
    if status == 429:
        return _Reply(posted=False, reason=reason, again=True, wait=_retry_after(response))
    # Slack says no to a message with any status.
    denied = '"ok":false' in said.replace(" ", "")
    if status >= 500:
        return _Reply(posted=False, reason=reason, again=not (denied and "block" in said))
    # The address is no good, whatever is posted there.
    final = status in {401, 403, 404, 410} or "_url" in said
    return _Reply(posted=status < 400 and not denied, reason=reason, final=final)


def _retry_after(response: requests.Response) -> float | None:
    told = response.headers.get("Retry-After", "")
    return float(told) if told.isascii() and told.isdecimal() else None
