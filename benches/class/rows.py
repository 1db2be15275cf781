"""The rows of the table: what is asked of a server and what is measured."""

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from threading import Thread

from .completions import Endpoint, Stream, burst, complete
from .servers import Server, Start

#: Figures of one run by name, in seconds, tokens a second or tokens.
Run = dict[str, float]

PUPILS = 30
SHARED_TOKENS = 1000
QUESTION_TOKENS = 60
ANSWER_TOKENS = 100

WORDS = """water light soil leaf river cloud seed stone fire wind salt iron bread cattle bean maize
hill lake valley forest market school road bridge house roof rain sun moon star night morning
heart lung blood bone skin eye ear hand root stem flower fruit insect bird fish frog goat cow""".split()


@dataclass(frozen=True)
class Row:
    """One row: its number, what it measures and how a run of it is made on a new server."""

    number: str
    title: str
    run: Callable[[Start, int], Run]
    #: The peer's setting to compare with, where not the better one.
    against: str = ""


def once(measure: Callable[[Endpoint, int], Run]) -> Callable[[Start, int], Run]:
    """A run that asks one server, which knows nothing yet."""

    def run(start: Start, seed: int) -> Run:
        with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as server:
            figures = measure(server.endpoint, seed)
            return {**figures, "peak memory, MB": server.peak_bytes() / 1e6}

    return run


def prose(seed: int, tokens: int) -> str:
    """About so many tokens of sentences that no other seed gives."""
    chance = random.Random(seed)
    text, length = [], 0
    while length < tokens:
        a, b, c, d = (chance.choice(WORDS) for _ in range(4))
        text.append(f"The {a} of the {b} gives {c} to the {d}.")
        length += 11
    return " ".join(text)


def question(seed: int, tokens: int = QUESTION_TOKENS) -> str:
    """A question of a pupil, different for each seed, that invites a long answer."""
    return f"\n\n{prose(seed + 50_000, tokens - 14)} Now tell a long story about it:\n"


def shared(seed: int, pupils: int) -> list[str]:
    """Prompts of a class that asks about one lesson."""
    lesson = prose(seed, SHARED_TOKENS)
    return [lesson + question(seed * 100 + pupil) for pupil in range(pupils)]


def together(endpoint: Endpoint, prompts: list[str]) -> Run:
    """Everyone asks at once."""
    makespan, streams = burst(endpoint, prompts, ANSWER_TOKENS)
    first = sorted(stream.first_s for stream in streams)
    return {
        "makespan, s": makespan,
        "first token p50, s": first[len(first) // 2],
        "first token p95, s": first[max(0, round(len(first) * 0.95) - 1)],
        "tokens written": sum(stream.tokens for stream in streams),
        "tokens read": sum(stream.prompt_tokens - stream.cached_tokens for stream in streams),
    }


def one_lesson(endpoint: Endpoint, seed: int) -> Run:
    """Row 1."""
    return together(endpoint, shared(seed, PUPILS))


def own_lessons(endpoint: Endpoint, seed: int) -> Run:
    """Row 2: nothing is shared. Ten pupils, as thirty take very long and show the same."""
    prompts = [prose(seed * 100 + n, SHARED_TOKENS) + question(seed * 100 + n) for n in range(10)]
    return together(endpoint, prompts)


def side_by_side(pupils: int) -> Callable[[Endpoint, int], Run]:
    """Row 3: words a second in all while so many answers are written."""

    def run(endpoint: Endpoint, seed: int) -> Run:
        prompts = [f"Story {seed * 100 + n}. Once upon a time" for n in range(pupils)]
        _, streams = burst(endpoint, prompts, 64)
        # While all write: from the last first word to the first last word.
        begin = max(stream.first_s for stream in streams)
        end = min(stream.done_s for stream in streams)
        written = sum(
            stream.tokens * sum(begin < at <= end for at in stream.pieces_s) / max(1, len(stream.pieces_s))
            for stream in streams
        )
        whole = max(stream.done_s for stream in streams)
        tokens = sum(stream.tokens for stream in streams)
        return {
            "tokens a second": written / (end - begin) if end > begin + 0.5 else tokens / whole,
        }

    return run


def interrupted(endpoint: Endpoint, seed: int) -> Run:
    """Row 4: somebody reads an answer while a prompt of 2,000 tokens comes in."""
    long = prose(seed + 7_000, 2000)
    came: list[tuple[float, Stream]] = []

    def ask() -> None:
        time.sleep(2)
        began = time.perf_counter()
        came.append((began, complete(endpoint, long, 4)))

    other = Thread(target=ask)
    other.start()
    began = time.perf_counter()
    stream = complete(endpoint, f"Story {seed}. Once upon a time", 200)
    other.join()
    asked, theirs = came[0]
    # Only what the reader felt between the other's asking and first word.
    begin = asked - began
    end = begin + theirs.first_s
    pieces = stream.pieces_s
    gaps = [later - sooner for sooner, later in zip(pieces, pieces[1:]) if later > begin and sooner < end]
    return {
        "gap p99 meanwhile, s": quantiles(gaps, n=100, method="inclusive")[98] if len(gaps) > 1 else max(gaps, default=0.0),
        "first token of the other, s": theirs.first_s,
    }


def alone(endpoint: Endpoint, seed: int) -> Run:
    """Row 8: one answer at a time."""
    stream = complete(endpoint, f"Story {seed}. Once upon a time", 128)
    return {"tokens a second": (stream.tokens - 1) / (stream.done_s - stream.first_s)}


def reading(endpoint: Endpoint, seed: int) -> Run:
    """Tokens read a second: what the limits are made of."""
    stream = complete(endpoint, prose(seed + 9_000, SHARED_TOKENS), 1)
    return {"tokens a second": (stream.prompt_tokens - stream.cached_tokens) / stream.first_s}


def guessing(endpoint: Endpoint, seed: int) -> Run:
    """Row 6: answers that repeat their passage and answers that do not, with guesses and without, in turns."""
    lesson = prose(seed + 3_000, 120)
    quote = f"Text: {lesson}\n\nThe same text again: {lesson[:80]}"
    free = f"Story {seed}. Once upon a time"
    plain = replace(endpoint, extra={**endpoint.extra, "speculative.n_max": 0})
    rates: dict[tuple[str, bool], list[float]] = {}
    for _ in range(5):
        for prompt in (quote, free):
            for way in (endpoint, plain):
                stream = complete(way, prompt, 100)
                rate = (stream.tokens - 1) / (stream.done_s - stream.first_s)
                rates.setdefault((prompt, way is plain), []).append(rate)
    quoted, quoted_plain, told, told_plain = (
        median(rates[prompt, without]) for prompt in (quote, free) for without in (False, True)
    )
    return {
        "tokens a second": quoted,
        "tokens a second without guesses": quoted_plain,
        "speed-up, times": quoted / quoted_plain,
        "speed-up of free text, times": told / told_plain,
    }


def restarted(start: Start, seed: int) -> Run:
    """Row 5: the first question after a restart, about a lesson two have asked about before."""
    lesson = prose(seed + 11_000, SHARED_TOKENS)
    with tempfile.TemporaryDirectory() as folder:
        with start(Path(folder)) as server:
            cold = complete(server.other, lesson + question(seed), 4).first_s
            complete(server.endpoint if server.client else server.other, lesson + question(seed + 1), 4)
            server.save()
        with start(Path(folder)) as server:
            server.restore()
            saved = complete(server.other, lesson + question(seed + 2), 4).first_s
    return {"cold, s": cold, "lesson saved, s": saved, "saved to cold, part": saved / cold}


LESSON = """# How plants make sugar

Photosynthesis is how green plants make sugar. They take in carbon dioxide from the air and water
from the soil, and the light of the sun gives the energy. Oxygen is set free.

# Chlorophyll

The green of the leaves is chlorophyll. It catches the light of the sun for the plant.
"""
ASKED = "What do green plants make with the light of the sun?"
TIMES = 20


def asked_again(start: Start, seed: int) -> Run:
    """Row 17: the same question again. A peer reads it from its cache and writes it anew."""
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as server:
        if server.client:
            return tutor_asked_again(server)
        prompt = f"{prose(seed, 300)}\n\n{LESSON}\n\nQuestion: {ASKED}\nAnswer:"
        first = complete(server.endpoint, prompt, ANSWER_TOKENS)
        again = [complete(server.endpoint, prompt, ANSWER_TOKENS) for _ in range(3)]
        return {"first, s": first.done_s, "again, s": median(one.done_s for one in again)}


def tutor_asked_again(server: Server) -> Run:
    """The same for a tutor with a lesson, from the question to the last byte on the socket."""
    client = server.client
    assert client
    lesson = client.upload("sugar.md", LESSON.encode())
    while client.lesson(lesson["id"])["status"] != "ready":
        time.sleep(0.2)
    tutor = client.persona("Bench")
    first = client.ask(tutor, ASKED)
    again = [client.ask(tutor, ASKED) for _ in range(TIMES)]
    kept = {answer.message["origin"] for answer in again}
    if kept != {"class"}:
        raise RuntimeError(f"not from the cache: {kept}, first {first.message['status']}")
    return {"first, s": first.done_s, "again, s": median(answer.done_s for answer in again)}


ROWS = [
    Row("0", "reading 1,000 tokens", once(reading)),
    Row("1", "30 pupils, one lesson", once(one_lesson)),
    Row("2", "10 pupils, ten lessons", once(own_lessons)),
    *[Row("3", f"{n} answers side by side", once(side_by_side(n))) for n in (1, 2, 4, 8, 16, 30)],
    # By default the peer reads no prompt while it writes: the other waits for the end of the answer.
    Row("4", "reading an answer while a long prompt comes", once(interrupted), against="tuned"),
    Row("5", "first token after a restart", restarted),
    Row("6", "an answer that quotes", once(guessing)),
    Row("8", "one answer", once(alone)),
    Row("17", "the same question again", asked_again),
]
