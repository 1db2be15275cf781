"""The rows of the table: what is asked of a server and what is measured."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles
from threading import Thread

from .completions import Endpoint, burst, complete

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
    """One row: its number, what it measures and how a run of it is made."""

    number: str
    title: str
    run: Callable[[Endpoint, int], Run]


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
    other = Thread(target=lambda: (time.sleep(2), complete(endpoint, long, 4)))
    other.start()
    stream = complete(endpoint, f"Story {seed}. Once upon a time", 200)
    other.join()
    return {"longest gap p99, s": quantiles(stream.gaps_s(), n=100)[98], "longest gap, s": max(stream.gaps_s())}


def alone(endpoint: Endpoint, seed: int) -> Run:
    """Row 8: one answer at a time."""
    stream = complete(endpoint, f"Story {seed}. Once upon a time", 128)
    return {"tokens a second": (stream.tokens - 1) / (stream.done_s - stream.first_s)}


def reading(endpoint: Endpoint, seed: int) -> Run:
    """Tokens read a second: what the limits are made of."""
    stream = complete(endpoint, prose(seed + 9_000, SHARED_TOKENS), 1)
    return {"tokens a second": (stream.prompt_tokens - stream.cached_tokens) / stream.first_s}


def quoting(endpoint: Endpoint, seed: int) -> Run:
    """Row 6: an answer that repeats its passage."""
    lesson = prose(seed + 3_000, 120)
    stream = complete(endpoint, f"Text: {lesson}\n\nThe same text again: {lesson[:80]}", 100)
    return {"tokens a second": (stream.tokens - 1) / (stream.done_s - stream.first_s)}


ROWS = [
    Row("0", "reading 1,000 tokens", reading),
    Row("1", "30 pupils, one lesson", one_lesson),
    Row("2", "10 pupils, ten lessons", own_lessons),
    *[Row("3", f"{n} answers side by side", side_by_side(n)) for n in (1, 2, 4, 8, 16, 30)],
    Row("4", "reading an answer while a long prompt comes", interrupted),
    Row("6", "an answer that quotes", quoting),
    Row("8", "one answer", alone),
]
