"""A class signs in: together, while answers are written, and beside connections that dawdle."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from ..common.box import Box
from ..common.figures import pause
from .school import CLASS, Pupils, enter, learners, opened, with_digits

TOGETHER, ALL = 40, CLASS
SLOW = 500
#: Answers being written all the while, as many as a class asks for.
ANSWERS = 30
#: Tokens of each.
TOKENS = 100
SETTLE_S = 10.0
MB = 1e6

# The word is taken, so there is no plain import.
completions = import_module("benches.class.completions")

Found = tuple[dict[str, list[float]], list[float]]
Say = Callable[[str], None]


def together(box: Box, pupils: Pupils, runs: int, say: Say) -> Found:
    """A class presses the button at one moment, each on a phone of their own."""
    walls, grown, others = [], [], []
    for _ in range(runs):
        others.append(pause())
        with _most_memory(box) as most:
            walls.append(_all_at_once(box, pupils, TOGETHER))
        grown.append(most[0] / MB)
        say(f"{TOGETHER} are in after {walls[-1]:.2f} s, {grown[-1]:.1f} MB more")
    return {"until the last is in, s": walls, "memory of the server, more than before, MB": grown}, others


def beside_answers(folder: Path, runs: int, say: Say) -> Found:
    """More learners than a class, on a box that answers another class meanwhile."""
    walls, words, others = [], [], []
    with opened(folder / "answering") as (box, admin):
        box.wait_for_models()
        model = next(m["id"] for m in admin.call("GET", "/box/status")["models"] if m["kind"] == "llm")
        asked = {"scopes": ["chat"], "requests_per_minute": 6000, "batch": False}
        key = admin.call("POST", "/keys", {"name": "answers", **asked})["secret"]
        learners(admin, ALL)
        say("their digits")
        pupils = with_digits(admin, ALL)
        endpoint = completions.Endpoint(box.url.removeprefix("http://"), key, model)
        for _ in range(runs):
            others.append(pause())
            with _answers(endpoint) as times:
                # Prompts are read by then, and all are being written.
                time.sleep(SETTLE_S)
                began = time.perf_counter()
                walls.append(_all_at_once(box, pupils, ALL))
                ended = time.perf_counter()
            written = sum(began <= at <= ended for at in times)
            if written == 0:
                raise RuntimeError("nothing was written meanwhile")
            words.append(written / walls[-1])
            say(f"{ALL} are in after {walls[-1]:.2f} s, {words[-1]:.1f} words a second meanwhile")
    return {"until the last is in, s": walls, "pieces of answers written meanwhile, 1/s": words}, others


def beside_dawdlers(box: Box, pupils: Pupils, runs: int, say: Say) -> Found:
    """A sign-in while many connections are open that get on with nothing."""
    alone, beside, others = [], [], []
    for run in range(runs):
        others.append(pause())
        alone.append(_timed(lambda: enter(box, pupils, run)))
        with _slow_connections(box, SLOW):
            beside.append(_timed(lambda: enter(box, pupils, runs + run)))
        say(f"{alone[-1]:.2f} s alone, {beside[-1]:.2f} s beside them")
    return {"a sign-in beside them, s": beside, "a sign-in alone, s": alone}, others


@contextmanager
def _most_memory(box: Box) -> Iterator[list[float]]:
    """How much more resident memory than now the server has at its most."""
    before, over = box.rss_bytes(), threading.Event()
    most = [0.0]

    def watch() -> None:
        while not over.wait(0.005):
            most[0] = max(most[0], box.rss_bytes() - before)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield most
    finally:
        over.set()
        watching.join()


@contextmanager
def _answers(endpoint: object) -> Iterator[list[float]]:
    """Answers that are written until the end of the context; afterwards, when their pieces came."""
    over, times = threading.Event(), []
    failed: list[BaseException] = []

    def ask(which: int) -> None:
        story = 0
        try:
            while not over.is_set():
                story += 1
                began = time.perf_counter()
                stream = completions.complete(endpoint, f"Story {which} and {story}. Once upon a time", TOKENS)
                times.extend(began + at for at in stream.pieces_s)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    asking = [threading.Thread(target=ask, args=(which,)) for which in range(ANSWERS)]
    for one in asking:
        one.start()
    try:
        yield times
    finally:
        over.set()
        for one in asking:
            one.join()
    if failed:
        raise failed[0]


@contextmanager
def _slow_connections(box: Box, count: int) -> Iterator[None]:
    """Half of them never finish their first head, half never read what they asked for."""
    host, port = box.url.removeprefix("http://").split(":")
    asks = f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode() * 100
    sockets = []
    try:
        for n in range(count):
            slow = socket.socket()
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            # As in a wireless network: with packets of the loopback all answers fit into what
            # the system keeps.
            slow.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)
            slow.settimeout(5)
            slow.connect((host, int(port)))
            sockets.append(slow)
            slow.sendall(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: " if n % 2 else asks)
        yield
    finally:
        for slow in sockets:
            slow.close()


def _all_at_once(box: Box, pupils: Pupils, count: int) -> float:
    """Signs so many in at one moment; how long until the last is in. One that fails fails all."""
    failed: list[BaseException] = []
    start = threading.Barrier(count + 1)

    def run(which: int) -> None:
        start.wait()
        try:
            enter(box, pupils, which)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(which,)) for which in range(count)]
    for thread in threads:
        thread.start()
    start.wait()
    took = _timed(lambda: [thread.join() for thread in threads])
    if failed:
        raise failed[0]
    return took


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
