"""Connections that keep a server waiting: none has a thread for long, and nobody has many."""

import errno
import selectors
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from gunicorn.workers.gthread import TConn, ThreadWorker

from web.callers import is_this_machine, network

# The seconds that a thread waits for one request in all, and the bytes that buy it another second:
# who is slow is served, and who stalls is not.
PATIENCE = 15.0
LEAST_RATE = 1024

# Browsers open connections ahead of what they ask.
_SILENCE = 5.0

# Fewer than there are threads. A proxy on this machine speaks for many.
MOST_OF_ONE = 100

# A connection is closed when the other end has all of the answer, or after so many seconds.
_LINGER = 2.0
_MOST_LEFT_OVER = 64 * 1024


class Worker(ThreadWorker):
    """gunicorn's worker with threads, but for the threads that connections take by being slow."""

    def init_process(self) -> None:
        """Begin to accept connections."""
        self._open = _Open()
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Have a connection served, which needs no thread before something is sent."""
        if isinstance(conn.sock, _Connection):
            conn.sock.patience = PATIENCE
            super().enqueue_req(conn)
            return
        conn.sock = _Connection(conn.sock, _host(conn.client), self._open)
        if conn.sock.is_one_too_many:
            self.nr_conns -= 1
            conn.close()
            return
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + _SILENCE
        self.pending_conns.append(conn)
        self.poller.register(
            conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn)
        )

    def handle(self, conn: TConn) -> bool:
        """Serve a connection, in a thread; whether it stays open."""
        stays = super().handle(conn)
        if not stays and isinstance(conn.sock, _Connection):
            # Otherwise the one thread that accepts connections would wait for this.
            conn.sock.finish()
        return stays


def _host(client: object) -> str:
    """The address of the other end, which comes with a port."""
    return str(client[0]) if isinstance(client, tuple) else ""


class _Open:
    """How many connections are open, by who has them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: Counter[str] = Counter()

    def change(self, who: str, by: int) -> int:
        """Count some more or less; returns how many there are now."""
        with self._lock:
            self._numbers[who] += by
            number = self._numbers[who]
            if not number:
                del self._numbers[who]
            return number


class _Connection(socket.socket):
    """A connection whose other end must keep sending, and taking what is sent."""

    def __init__(self, accepted: socket.socket, caller: str, opened: _Open) -> None:
        super().__init__(fileno=accepted.detach())
        self.patience = PATIENCE
        self._who = network(caller)
        self._opened = opened
        number = opened.change(self._who, 1)
        self.is_one_too_many = number > MOST_OF_ONE and not is_this_machine(caller)

    def close(self) -> None:
        """Let go of it; once is enough."""
        if self.fileno() >= 0:
            self._opened.change(self._who, -1)
        super().close()

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Some of what was sent; raises `ConnectionResetError` where nothing comes."""
        # gunicorn sets a time of its own where it reads what nobody needs any more.
        if self.gettimeout() is not None:
            return super().recv(size, flags)
        with self._waiting():
            data = super().recv(size, flags)
        self._has_moved(len(data))
        return data

    def sendall(self, data: bytes, flags: int = 0, /) -> None:  # type: ignore[override]  # gunicorn's are bytes
        """Send all of it; raises `ConnectionResetError` where nobody takes it."""
        left = memoryview(data)
        while left:
            with self._waiting():
                sent = self.send(left, flags)
            self._has_moved(sent)
            left = left[sent:]

    def finish(self) -> None:
        """Send nothing more, and wait a moment for the other end to have all of it."""
        # It may have left already.
        with suppress(OSError):
            self.shutdown(socket.SHUT_WR)
            end, left = time.monotonic() + _LINGER, _MOST_LEFT_OVER
            while left > 0 and (remaining := end - time.monotonic()) > 0:
                self.settimeout(remaining)
                if not (data := super().recv(4096)):
                    break
                left -= len(data)
        with suppress(OSError):
            # What gunicorn still waits for is then there at once: the end.
            self.shutdown(socket.SHUT_RD)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """A wait for the other end, within what is left of the patience with it."""
        began = time.monotonic()
        # A time of 0 would mean not to wait at all.
        self.settimeout(max(self.patience, 0.001))
        try:
            yield
        except TimeoutError as error:
            with suppress(OSError):
                self.shutdown(socket.SHUT_RD)
            # Of all errors, gunicorn takes this one for the other end's fault.
            raise ConnectionResetError(errno.ECONNRESET, "the other end is stalled") from error
        finally:
            self.settimeout(None)
            self.patience -= time.monotonic() - began

    def _has_moved(self, size: int) -> None:
        self.patience = min(PATIENCE, self.patience + size / LEAST_RATE)
