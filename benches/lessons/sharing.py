"""Row 10: how long pupils wait for a first word while a recording is listened to."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path

from . import recording
from .listening import PEER, ct2

# The name of their folder is a word of Python.
servers = import_module("benches.class.servers")
completions = import_module("benches.class.completions")
rows = import_module("benches.class.rows")

MODEL = "qwen2.5-coder-0.5b-instruct-q4_k_m"
QUESTIONS = 20
PROMPT_TOKENS, ANSWER_TOKENS = 250, 16
#: Between questions, so that the recording goes on.
PAUSE_S = 0.5
PATIENCE_S = 120.0

Figures = dict[str, float]


def comparison(work: Path, threads: int) -> tuple[str, dict[str, Callable[[], Figures]]]:
    """Bwenge, and llama-server beside faster-whisper, each alone and with the recording."""
    recording.make(work)
    model = Path(os.environ["BWENGE_MODELS_DIR"]) / MODEL / "model.gguf"
    whisper = ct2(work / "ct2")

    def ours() -> Figures:
        with tempfile.TemporaryDirectory() as folder, servers.bwenge(MODEL, Path(folder)) as server:
            return _measure(server.endpoint, lambda: _uploaded(server.client, work / "speech.wav"))

    def theirs() -> Figures:
        command = [sys.executable, "-c", PEER, "vad", str(whisper), str(work / "speech.wav"), str(threads)]
        start = servers.peer(model, threads, "tuned", work)
        with start as server:
            return _measure(server.endpoint, lambda: _running(command))

    return "questions during a recording", {"bwenge": ours, "llama-server + faster-whisper": theirs}


def _measure(endpoint: object, listening: Callable[[], Iterator[Callable[[], bool]]]) -> Figures:
    numbers = count(1)
    # The first question after a start is not what is measured.
    _first_words(endpoint, 2, numbers)
    alone = _first_words(endpoint, QUESTIONS, numbers)
    with listening() as goes_on:
        beside = _first_words(endpoint, QUESTIONS, numbers)
        if not goes_on():
            raise RuntimeError("the recording ended before the questions")
    late = _p95(beside)
    return {
        "first token p95 without it, s": _p95(alone),
        "first token p95 with it, s": late,
        "times as long, x": late / _p95(alone),
    }


def _first_words(endpoint: object, questions: int, numbers: Iterator[int]) -> list[float]:
    times = []
    for _ in range(questions):
        time.sleep(PAUSE_S)
        # No prompt begins like another.
        prompt = rows.prose(next(numbers) * 31, PROMPT_TOKENS)
        times.append(completions.complete(endpoint, prompt, ANSWER_TOKENS).first_s)
    return times


def _p95(times: list[float]) -> float:
    return sorted(times)[round(len(times) * 0.95) - 1]


@contextmanager
def _uploaded(client: object, file: Path) -> Iterator[Callable[[], bool]]:
    """The recording as a lesson that is being listened to."""
    lesson = client.upload(file.name, file.read_bytes())["id"]

    def is_heard() -> bool:
        progress = client.lesson(lesson)["progress"]
        return bool(progress) and progress["stage"] == "transcribe" and progress["done"] > 0

    _wait(is_heard)
    yield is_heard


@contextmanager
def _running(command: list[str]) -> Iterator[Callable[[], bool]]:
    """A process that listens, from the beginning again when it is done; by then it has loaded its model."""
    again = "import subprocess, sys\nwhile True: subprocess.run(sys.argv[1:], check=True)"
    process = subprocess.Popen(
        [sys.executable, "-c", again, *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        time.sleep(5)
        yield lambda: process.poll() is None
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.perf_counter() + PATIENCE_S
    while not until():
        if time.perf_counter() > deadline:
            raise TimeoutError("nobody listens to the recording")
        time.sleep(0.1)
