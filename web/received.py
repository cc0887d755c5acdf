"""What of a refused request arrived, told to who sent it, so that the culprit can be found.

It is all about what the sender sent, which the sender knows: a digest of it gives
nothing away. Of the secret, and of why a signature is refused, nothing is said.
"""

import hashlib
import time
from typing import TypedDict

from flask import request


class ReceivedJson(TypedDict):
    """The body's length and SHA-256, how it was encoded, which headers are missing, and when."""

    bytes: int
    sha256: str
    encoding: str
    missing: list[str]
    time: int


def received(body: bytes, headers: tuple[str, ...] = ()) -> ReceivedJson:
    """What arrived of the current request, of which those headers should be there."""
    return {
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "encoding": request.headers.get("Content-Encoding", "")[:40],
        "missing": [name for name in headers if name not in request.headers],
        "time": int(time.time()),
    }
