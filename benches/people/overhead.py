"""What the gateway costs: its requests beside those of a server that has none.

Requests leave at an even rate whether answers have come or not, and count from the
moment they were due. Both servers are asked in turn, so what else the machine does is in
both figures.
"""

import http.client
import json
import os
import select
import socket
import subprocess
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benches.common.box import Box
from benches.common.figures import Figure, pause

RATE, SECONDS, RUNS = 500, 5, 5
CONNECTIONS, PEOPLE = 16, 10


def rows(box: Box, pupils: tuple[str, list[tuple[str, str]]]) -> list[Figure]:
    """A signed-in request, a trivial one, and the bare server's."""
    code, secrets = pupils
    # One person alone may not ask so often.
    cookies = [_entered(box, code, *secret) for secret in secrets[:PEOPLE]]
    signed_in, trivial, bare, others = [], [], [], []
    with _bare() as url:
        for _ in range(RUNS):
            others.append(pause())
            bare.append(_p95(url, "/health", [""]))
            trivial.append(_p95(box.url, "/health", [""]))
            signed_in.append(_p95(box.url, "/api/v1/box", cookies))
    more = lambda whole: [w - b for w, b in zip(whole, bare, strict=True)]  # noqa: E731
    at = f"p95 at {RATE} a second"
    return [
        Figure("5", f"the gateway, with a session and a look at the database: {at}, more than bare", "ms", more(signed_in), 1, others),
        Figure("5.1", f"the gateway, a trivial route: {at}, more than bare", "ms", more(trivial), 1, others),
        Figure("5.2", f"that signed-in request whole, {at}", "ms", signed_in, None, others),
        Figure("5.3", f"a bare axum server, {at}", "ms", bare, None, others),
    ]


def _p95(url: str, path: str, cookies: list[str]) -> float:
    """Milliseconds from when a request was due until its answer was there."""
    host, port = url.removeprefix("http://").split(":")
    requests = [_request(f"{host}:{port}", path, cookie) for cookie in cookies]
    polling = select.epoll()
    sockets: dict[int, socket.socket] = {}
    for _ in range(CONNECTIONS):
        one = socket.create_connection((host, int(port)))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[one.fileno()] = one
        polling.register(one, select.EPOLLIN)
    free, waiting = deque(sockets), deque[float]()
    asked: dict[int, float] = {}
    times: list[float] = []
    total, sent, due = RATE * SECONDS, 0, 0
    began = time.perf_counter() + 0.01
    while len(times) < total:
        now = time.perf_counter()
        while due < total and began + due / RATE <= now:
            waiting.append(began + due / RATE)
            due += 1
        while waiting and free:
            one = free.popleft()
            asked[one] = waiting.popleft()
            sockets[one].sendall(requests[sent % len(requests)])
            sent += 1
        # Never asleep: waking up takes as long as what is measured.
        for one, _event in polling.poll(0):
            _check(sockets[one].recv(65536))
            times.append(time.perf_counter() - asked.pop(one))
            free.append(one)
    for one in sockets.values():
        one.close()
    polling.close()
    times.sort()
    return times[total * 95 // 100] * 1000


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
