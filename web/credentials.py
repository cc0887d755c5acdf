"""What lets people and programs in, kept beside the library: a secret, and digests of tokens."""

import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from index import PinciteError

_FILE = "access.json"
_LOCK = "access.lock"
# So that a token that was published by mistake is known for one.
_PREFIX = "pincite_"
_LONGEST_NAME = 60


class CredentialsError(PinciteError):
    """Tokens cannot be kept, read or found; the message says which."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a program shows: its name, the SHA-256 of it in hex, and when it was made (UTC)."""

    name: str
    digest: str
    created: str


@dataclass(frozen=True, slots=True)
class _Kept:
    secret: str
    tokens: tuple[Token, ...] = ()


class Credentials:
    """The secret and the tokens of the library in a folder, which only its owner may read.

    A token is shown once, when it is made; what is kept of it lets nobody in.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._lock = FileLock(folder / _LOCK)
        self._seen: tuple[object, _Kept | None] = (None, None)

    def signing_key(self, password: str) -> bytes:
        """What logins with a password are signed with; raises `CredentialsError`."""
        if (kept := self._kept()) is None:
            with self._changing() as kept:
                self._write(kept)
        return hmac.digest(bytes.fromhex(kept.secret), password.encode(), "sha256")

    def tokens(self) -> Sequence[Token]:
        """The tokens, oldest first; raises `CredentialsError`."""
        kept = self._kept()
        return kept.tokens if kept else ()

    def create(self, name: str) -> str:
        """Make a token; raises `CredentialsError` if the name is taken or none."""
        name = _checked(name)
        with self._changing() as kept:
            if any(token.name == name for token in kept.tokens):
                raise CredentialsError(
                    f"there is a token {name!r} already; choose another name, or revoke it first"
                )
            made = _PREFIX + secrets.token_urlsafe(32)
            created = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            token = Token(name, _digest(made), created)
            self._write(_Kept(kept.secret, (*kept.tokens, token)))
        return made

    def revoke(self, name: str) -> None:
        """Forget a token, from now on; raises `CredentialsError` if there is none of the name."""
        with self._changing() as kept:
            left = tuple(token for token in kept.tokens if token.name != name)
            if len(left) == len(kept.tokens):
                raise CredentialsError(f"there is no token {name!r}; see: pincite token list")
            self._write(_Kept(kept.secret, left))

    def knows(self, token: str) -> bool:
        """Whether a token is one of them; raises `CredentialsError`."""
        digest = _digest(token)
        # All are compared, so that the time tells nothing.
        return sum(hmac.compare_digest(digest, one.digest) for one in self.tokens()) > 0

    def _kept(self) -> _Kept | None:
        try:
            # The file is replaced, never changed: another is another version of it.
            state = self._path.stat()
        except FileNotFoundError:
            return None
        version = (state.st_ino, state.st_mtime_ns, state.st_size)
        if self._seen[0] != version:
            self._seen = (version, self._read())
        return self._seen[1]

    def _read(self) -> _Kept:
        try:
            kept: Mapping[str, Any] = json.loads(self._path.read_bytes())
            bytes.fromhex(kept["secret"])
            return _Kept(kept["secret"], tuple(Token(**one) for one in kept["tokens"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CredentialsError(
                f"{str(self._path)!r} cannot be read ({type(error).__name__}); delete it, make "
                "the tokens anew, and everyone logs in again"
            ) from error

    @contextmanager
    def _changing(self) -> Iterator[_Kept]:
        """What is kept, or a beginning, while nobody else can change it."""
        try:
            with self._lock:
                yield self._kept() or _Kept(secrets.token_hex(32))
        except OSError as error:
            raise CredentialsError(
                f"{str(self._path)!r} cannot be written: {error.strerror or error}"
            ) from error

    def _write(self, kept: _Kept) -> None:
        written = self._path.with_name(f"{_FILE}.{os.getpid()}")
        written.unlink(missing_ok=True)
        mode = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with open(os.open(written, mode, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 (a descriptor)
            json.dump(asdict(kept), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self._path)


def _checked(name: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise CredentialsError(
            f"a token needs a name of 1 to {_LONGEST_NAME} letters, and {name!r} is none"
        )
    return name


def _digest(token: str) -> str:
    # Unlike a password, a token is too long to be guessed, so that a plain digest is enough.
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()
