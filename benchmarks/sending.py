"""Sending as Slack sends: signed, each on a connection of its own, again where it fails."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from slack_sdk.signature import SignatureVerifier

from benchmarks.traffic import Delivery

# So long Slack waits for an acknowledgement.
PATIENCE = 3.0
# Slack tries again nearly at once, after a minute and after five; here a tenth of that.
_PAUSES = (0.0, 0.1, 12.0, 60.0)


@dataclass(slots=True)
class Sent:
    """What came of it.

    `acknowledged` has seconds from before the connection to the end of the response, by
    the moment it began; `refused` had no connection, or one that was reset; `late` no
    response in time. What failed for good is `lost`; `begun` is when a place was first
    asked something, by question. Moments are those of `time.perf_counter`.
    """

    acknowledged: list[tuple[float, float]] = field(default_factory=list)
    refused: int = 0
    late: int = 0
    errors: list[str] = field(default_factory=list)
    lost: int = 0
    begun: dict[str, float] = field(default_factory=dict)


async def send(address: str, path: str, secret: str, deliveries: Sequence[Delivery]) -> Sent:
    """Send all of it, each when it is time; returns when everything is acknowledged or lost."""
    sent = Sent()
    sender = _Sender(address, path, SignatureVerifier(secret), sent)
    await asyncio.gather(*(sender.deliver(delivery) for delivery in deliveries))
    return sent


@dataclass(frozen=True, slots=True)
class _Sender:
    address: str
    path: str
    verifier: SignatureVerifier
    sent: Sent

    async def deliver(self, delivery: Delivery) -> None:
        """Send it until it is acknowledged, as often as Slack does."""
        await asyncio.sleep(delivery.after)
        for attempt, pause in enumerate(_PAUSES):
            await asyncio.sleep(pause)
            began = time.perf_counter()
            self.sent.begun.setdefault(delivery.asked.text, began)
            try:
                async with asyncio.timeout(PATIENCE):
                    status = await self._post(*delivery.sent(attempt))
            except TimeoutError:
                self.sent.late += 1
            except (OSError, EOFError):
                self.sent.refused += 1
            else:
                self.sent.acknowledged.append((began, time.perf_counter() - began))
                if status == 200:
                    return
                self.sent.errors.append(f"HTTP {status}")
        self.sent.lost += 1

    async def _post(self, body: bytes, headers: dict[str, str]) -> int:
        """Send a request; returns the status of the response."""
        host = urlsplit(self.address)
        stamp = str(int(time.time()))
        signature = self.verifier.generate_signature(timestamp=stamp, body=body)
        lines = {
            "Host": host.netloc,
            "Connection": "close",
            "Content-Length": str(len(body)),
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": str(signature),
            **headers,
        }
        head = [f"POST {self.path} HTTP/1.1", *(f"{name}: {told}" for name, told in lines.items())]
        reader, writer = await asyncio.open_connection(host.hostname, host.port)
        try:
            writer.write("\r\n".join([*head, "", ""]).encode() + body)
            first = await reader.readuntil(b"\r\n")
            await reader.read()
        finally:
            writer.close()
        return int(first.split()[1])
