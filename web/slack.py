"""Slack: the one door to its packages. What it sends is verified, kept and acknowledged."""

import logging
import re
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException as BrokenHttp
from typing import Any

from flask import Blueprint, Response, request
from slack_bolt import Ack, App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.signature import SignatureVerifier

from index import PinciteError
from web import slack_tasks
from web.answering import Answering, Later
from web.blocks import Message
from web.manifest import EVENTS_PATH
from web.problems import problem
from web.received import received
from web.slack_payloads import Malformed, checked_payload
from web.slack_tasks import Received
from web.team import TeamSettings

_LOG = logging.getLogger(__name__)

STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"

# A pressed button comes with the whole message that it stands below.
_LARGEST_BODY = 1024 * 1024
_TIMEOUT_SECONDS = 10
_CODE = re.compile("[a-z_]+")
_TIMESTAMP = re.compile("[0-9]{1,12}")
# Slack tries now and then whether TLS works here; that is not signed.
_SSL_CHECK = re.compile(rb"(?:^|&)ssl_check=1(?:&|$)")
# What Slack says of blocks that it does not take.
_REFUSED_BLOCKS = {
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "msg_too_long",
}
# What it says when the trouble is its own, and passes.
_PASSING = {
    *("fatal_error", "internal_error", "ratelimited", "request_timeout", "rate_limited"),
    *("service_unavailable", "team_added_to_org"),
}


class SlackWeb:
    """Slack's methods that answers need; they raise `Later` where it is worth another try.

    What Slack refuses for good is logged: nobody can be told.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client
        # By method and channel, until when Slack wants to hear nothing.
        self._silent: dict[tuple[str, object], float] = {}

    def post(self, channel: str, thread: str, message: Message) -> str:
        """Post a message in a thread; returns its ts, empty where Slack refuses it."""
        told = self._said(
            "chat.postMessage",
            message,
            {"channel": channel, "thread_ts": thread, **_UNFURL_NOTHING},
        )
        return str(told.get("ts", ""))

    def update(self, channel: str, ts: str, message: Message) -> bool:
        """Put a message in the place of one of ours; False where Slack refuses it."""
        return bool(self._said("chat.update", message, {"channel": channel, "ts": ts}))

    def unfurl(self, where: Mapping[str, str], unfurls: Mapping[str, object]) -> None:
        """Show what our own links lead to, below the message that holds them."""
        self._call("chat.unfurl", {**where, "unfurls": unfurls})

    def _said(
        self, method: str, message: Message, where: Mapping[str, object]
    ) -> Mapping[str, Any]:
        # What is quoted has asterisks of its own.
        spoken = {**where, "text": message.text, "mrkdwn": False}
        if not message.blocks:
            return self._call(method, spoken)
        try:
            return self._call(method, {**spoken, "blocks": list(message.blocks)}, blocks=True)
        except _BlocksRefused as refusal:
            _LOG.warning("%s: Slack refused the blocks (%s); sent as text", method, refusal)
            # An update keeps the blocks that were there unless it brings others.
            return self._call(method, {**spoken, "blocks": []})

    def _call(
        self, method: str, told: Mapping[str, object], *, blocks: bool = False
    ) -> Mapping[str, Any]:
        limited = method, told.get("channel")
        if (left := self._silent.get(limited, 0.0) - time.monotonic()) > 0:
            raise Later(f"{method}: Slack asked for a pause", seconds=left, failed=False)
        try:
            response = self._client.api_call(method, json=dict(told))
        except SlackApiError as error:
            if error.response.status_code == 429:
                pause = _pause(error.response.headers)
                self._silent[limited] = time.monotonic() + pause
                raise Later(f"{method}: too often", seconds=pause, failed=False) from error
            return self._refused(method, error, blocks=blocks)
        except (OSError, BrokenHttp) as error:
            raise Later(f"{method}: {error}") from error
        return response.data if isinstance(response.data, dict) else {}

    def _refused(self, method: str, error: SlackApiError, *, blocks: bool) -> Mapping[str, Any]:
        response = error.response
        reason = str(response.get("error", ""))
        # What is no code of Slack's comes from something in between.
        if response.status_code >= 500 or reason in _PASSING or not _CODE.fullmatch(reason):
            raise Later(f"{method}: {reason or response.status_code}") from error
        if blocks and reason in _REFUSED_BLOCKS:
            raise _BlocksRefused(reason)
        _LOG.error("Slack refused %s: %s", method, reason)
        return {}


class _BlocksRefused(Exception):
    """Slack does not take the blocks of a message; the text may go without."""


_UNFURL_NOTHING = {"unfurl_links": False, "unfurl_media": False}


def slack_web(token: str, api: str) -> SlackWeb:
    """Slack's methods under a bot token; `api` is where they are, with a slash at its end."""
    return SlackWeb(_client(token, api))


def slack_routes(team: TeamSettings, answering: Answering, *, api: str) -> Blueprint:
    """The route that Slack sends everything to, in whatever form it comes."""
    verifier = SignatureVerifier(team.signing_secret)
    handler = SlackRequestHandler(_app(team.bot_token, answering, api))
    routes = Blueprint("slack", __name__)

    @routes.post(EVENTS_PATH)
    def receive() -> Response:
        request.max_content_length = _LARGEST_BODY
        # Before anything parses it: the signature is that of these bytes.
        body = request.get_data()
        if not body.startswith(b"{") and _SSL_CHECK.search(body):
            return Response(status=200)
        if not _is_signed(verifier, body):
            _LOG.warning("401 for a request of Slack's: another secret, or 5 minutes off")
            return problem(
                401,
                "Unauthorized",
                "the request is not signed as Slack signs it, or its time is off",
                more={"received": received(body, (STAMP, SIGNATURE))},
            )
        try:
            payload = checked_payload(body, request.mimetype)
        except (Malformed, ValueError, RecursionError) as error:
            return problem(400, "Bad Request", f"this is nothing that Slack sends: {error}")
        if payload.get("type") == "app_rate_limited":
            _LOG.error("Slack leaves events out: over 30,000 an hour came from the workspace")
            return Response(status=200)
        return handler.handle(request)

    return routes


def listen(team: TeamSettings, answering: Answering, *, api: str) -> Callable[[], None]:
    """The same over a connection that we open (Socket Mode); returns what ends it.

    Raises `PinciteError` if Slack cannot be reached or does not take the app token.
    """
    handler = SocketModeHandler(_app(team.bot_token, answering, api), team.app_token)
    try:
        handler.connect()  # type: ignore[no-untyped-call]  # bolt has no types here
    except (SlackClientError, OSError, BrokenHttp) as error:
        handler.close()  # type: ignore[no-untyped-call]  # nor here
        reason = error.response.get("error") if isinstance(error, SlackApiError) else error
        raise PinciteError(
            f"Slack did not open a connection ({reason}); check PINCITE_SLACK_APP_TOKEN and that "
            "Socket Mode is switched on, and that this machine can reach slack.com"
        ) from error
    return handler.close


def _client(token: str | None, api: str) -> WebClient:
    # Without retry handlers: they would sleep in a worker that could answer others.
    return WebClient(token=token, base_url=api, timeout=_TIMEOUT_SECONDS, retry_handlers=[])


def _app(token: str, answering: Answering, api: str) -> App:
    """The Bolt app: it routes what comes to a task, which is kept before it is acknowledged."""

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # One workspace, one token; asking Slack about it would delay acknowledgements.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = App(
        name="pincite",
        client=_client(None, api),
        authorize=authorize,
        # Verified before, over the bytes.
        request_verification_enabled=False,
        # We do it ourselves, from what the event says.
        ignoring_self_events_enabled=False,
        # A listener only writes down what is to be done.
        process_before_response=True,
    )

    @app.error
    def refuse(error: Exception) -> BoltResponse:
        if isinstance(error, Malformed):
            return BoltResponse(status=400, body={"error": str(error)})
        _LOG.error("what Slack sent could not be kept", exc_info=error)
        # It is sent again.
        return BoltResponse(status=503, body={"error": "it could not be kept; send it again"})

    def keeps(read: Callable[[Mapping[str, Any]], Received | None]) -> Callable[..., None]:
        def listener(ack: Ack, body: dict[str, Any]) -> None:
            if (received := read(body)) is not None:
                task = received.task
                answering.put(received.key, task.as_json(), line=task.place or received.key)
            ack()

        return listener

    anything = re.compile("")
    app.event(anything)(keeps(slack_tasks.event))
    app.command(anything)(keeps(slack_tasks.command))
    app.shortcut(anything)(keeps(slack_tasks.shortcut))
    app.action(anything)(keeps(slack_tasks.action))
    return app


def signed(secret: str, body: bytes, stamp: str) -> dict[str, str]:
    """The headers with which Slack, and whoever else knows the secret, signs a body."""
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {STAMP: stamp, SIGNATURE: signature or ""}


def _is_signed(verifier: SignatureVerifier, body: bytes) -> bool:
    """Whether Slack signed the body, within five minutes."""
    timestamp = request.headers.get(STAMP, "")
    signature = request.headers.get(SIGNATURE, "")
    # The verifier takes what is neither a number nor ASCII for a defect of ours.
    if not _TIMESTAMP.fullmatch(timestamp) or not signature.isascii():
        return False
    try:
        return bool(verifier.is_valid(body, timestamp, signature))
    except UnicodeDecodeError:
        return False


def _pause(headers: Mapping[str, str]) -> float:
    """For how many seconds Slack wants to hear nothing."""
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(told) if told.isascii() and told.isdecimal() else 1.0
