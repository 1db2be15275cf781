"""What the gateway costs: its requests beside those of a server that has none.

Requests leave at an even rate whether answers have come or not, and count from the
moment they were due. The servers take turns every fifth of a second, so that what else
the machine does is in all figures.
"""

import http.client
import json
import os
import select
import socket
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..common.box import Box
from ..common.figures import pause
from .school import Pupils

RATE, SECONDS = 500, 5
CONNECTIONS, PEOPLE, TURN = 16, 10, 100


def beside_bare(box: Box, pupils: Pupils, runs: int) -> tuple[dict[str, list[float]], list[float]]:
    """A signed-in request, a trivial one, and the bare server's."""
    # One person alone may not ask so often.
    cookies = [_entered(box, pupils.code, *secret) for secret in pupils.secrets[:PEOPLE]]
    signed_in, trivial, bare, others = [], [], [], []
    with _bare() as url:
        for _ in range(runs):
            others.append(pause())
            asked = [_Asked(url, "/health"), _Asked(box.url, "/health"), _Asked(box.url, "/api/v1/box", cookies)]
            for one, values in zip(_run(asked), [bare, trivial, signed_in], strict=True):
                values.append(one)
    more = lambda whole: [w - b for w, b in zip(whole, bare, strict=True)]  # noqa: E731
    found = {
        "with a session, more than a bare server, ms": more(signed_in),
        "trivial, more than a bare server, ms": more(trivial),
        "the first whole, ms": signed_in,
        "the bare server, ms": bare,
    }
    return found, others


class _Asked:
    """A server, what it is asked for, and how long that took."""

    def __init__(self, url: str, path: str, cookies: Sequence[str] = ("",)) -> None:
        host, port = url.removeprefix("http://").split(":")
        self.requests = [_request(f"{host}:{port}", path, cookie) for cookie in cookies]
        self.times: list[float] = []
        self.free: deque[socket.socket] = deque()
        self.waiting: deque[float] = deque()
        self.sent = 0
        for _ in range(CONNECTIONS):
            one = socket.create_connection((host, int(port)))
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.free.append(one)

    def send(self) -> tuple[socket.socket, float]:
        """Sends the request that waits longest; where, and when it was due."""
        one = self.free.popleft()
        one.sendall(self.requests[self.sent % len(self.requests)])
        self.sent += 1
        return one, self.waiting.popleft()

    def p95(self) -> float:
        """In milliseconds."""
        self.times.sort()
        return self.times[len(self.times) * 95 // 100] * 1000


def _run(asked: list[_Asked]) -> list[float]:
    """Asks each in turn; their p95."""
    polling = select.epoll()
    sockets = {one.fileno(): one for each in asked for one in each.free}
    for number in sockets:
        polling.register(number, select.EPOLLIN)
    open_requests: dict[int, tuple[_Asked, float]] = {}
    total, came, due = RATE * SECONDS * len(asked), 0, 0
    began = time.perf_counter() + 0.01
    while came < total:
        now = time.perf_counter()
        while due < total and began + due / RATE <= now:
            asked[due // TURN % len(asked)].waiting.append(began + due / RATE)
            due += 1
        for each in asked:
            while each.waiting and each.free:
                one, was_due = each.send()
                open_requests[one.fileno()] = (each, was_due)
        # Never asleep: waking up takes as long as what is measured.
        for number, _event in polling.poll(0):
            _check(sockets[number].recv(65536))
            each, was_due = open_requests.pop(number)
            each.times.append(time.perf_counter() - was_due)
            each.free.append(sockets[number])
            came += 1
    polling.close()
    for one in sockets.values():
        one.close()
    return [each.p95() for each in asked]


def _entered(box: Box, code: str, user: str, secret: str) -> str:
    """A learner signs in by the class; the cookie that says so."""
    connection = http.client.HTTPConnection(box.url.removeprefix("http://"), timeout=60)
    body = json.dumps({"code": code, "user": user, "secret": secret})
    headers = {"Origin": box.url, "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/auth/class/login", body, headers)
    answer = connection.getresponse()
    set_cookies = answer.headers.get_all("Set-Cookie") or []
    connection.close()
    return next(cookie.split(";")[0] for cookie in set_cookies if cookie.startswith("bw_access="))


def _request(host: str, path: str, cookie: str) -> bytes:
    more = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode()


def _check(answer: bytes) -> None:
    """Small answers come whole; anything else would measure something else."""
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    if not head.startswith(b"HTTP/1.1 200") or len(body) != int(length.split(b":")[1]):
        raise RuntimeError(f"not an answer: {answer[:200]!r}")


@contextmanager
def _bare() -> Iterator[str]:
    """The server of `bare.rs`."""
    program = Path(os.environ["BWENGE_BARE"])
    with subprocess.Popen([program], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().removeprefix("listening on ").strip()
        finally:
            process.kill()
