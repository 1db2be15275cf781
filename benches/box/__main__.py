"""The figures of one box: `make bench-box`.

Each stage starts boxes of its own. Before every run the harness rests for a
second and notes how busy other programs keep the machine.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benches.common import browser, figures, lesson
from benches.common.box import Box, binary
from benches.common.client import Answer, Client
from benches.common.figures import Figure, pause

HERE = Path(__file__).parent
PAGES = 20
LESSONS = 5
QUESTIONS = 10
STARTS = 10
IDLE_BOXES = 3
PAGE_LOADS = 3
# After the last work, so that nothing is left to do.
SETTLE_S = 5.0
MB = 1e6


def main() -> None:
    # What is missing should be missed before minutes of work, not after.
    browser.program()
    load = f"Load average over 1, 5 and 15 minutes before: {figures.load()}"
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "school"
        with idle_box(data) as box:
            client = Client(box.url)
            client.set_up()
            models = [model["id"] for model in client.call("GET", "/box/status")["models"]]
            lessons = [lesson.pages(PAGES, seed) for seed in range(LESSONS)]
            found += uploads(client, lessons)
            found += questions(box, client, lessons)
            found += memory_after_work(box)
        found += starts(Path(folder), data)
        found += memory_when_new(Path(folder))
        found += first_pages(Path(folder) / "new", data)
        found += size(Path(folder))
    found.sort(key=lambda figure: [int(part) for part in figure.row.split(".")])
    facts = [*figures.conditions(), f"Models: {', '.join(models)}", f"{load}; after: {figures.load()}"]
    print(figures.write(HERE, HEAD, facts, found, NOTES))


@contextmanager
def idle_box(data: Path) -> Iterator[Box]:
    """A box with its models loaded and nothing to do."""
    with Box(data) as box:
        box.wait_for_models()
        time.sleep(SETTLE_S)
        yield box


def uploads(client: Client, lessons: list[list[lesson.Page]]) -> list[Figure]:
    """From the answer to an upload until the lesson is found, and is ready."""
    said: list[float] = []
    found: list[float] = []
    ready: list[float] = []
    others = []
    for number, pages in enumerate(lessons):
        file = lesson.pdf(pages)
        others.append(pause())
        uploaded = client.upload(f"villages-{number}.pdf", file)["id"]
        began = time.perf_counter()
        wait_for(client, uploaded, {"searchable", "ready"})
        said.append(time.perf_counter() - began)
        wanted = (uploaded, PAGES * 2 // 3)
        while wanted not in places(client.search(pages[wanted[1] - 1].terms)):
            time.sleep(0.02)
        found.append(time.perf_counter() - began)
        wait_for(client, uploaded, {"ready"})
        ready.append(time.perf_counter() - began)
    passages = client.lesson(uploaded)["passages"]
    return [
        Figure("1", f"{PAGES}-page PDF, upload to found by keywords", "s", found, 5, others),
        Figure("1.1", 'the same, upload to status "searchable"', "s", said, None, others),
        Figure("2", f"{PAGES}-page PDF, upload to fully embedded", "s", ready, 30, others),
        Figure("2.1", "that PDF", "passages", [passages]),
    ]


def questions(box: Box, client: Client, lessons: list[list[lesson.Page]]) -> list[Figure]:
    """Passages and first words of answers, each about another page."""
    asked: list[Answer] = []
    written: list[Answer] = []
    unseen = 0
    others = []
    while len(written) < QUESTIONS:
        number = len(asked)
        if number == 2 * QUESTIONS:
            raise RuntimeError(f"the model wrote only {len(written)} of {number} answers")
        at = number * 3 % PAGES
        page = lessons[number % LESSONS][at]
        # Each tutor has a name of its own, so no prompt begins like another.
        tutor = client.persona(page.terms.split()[0])
        others.append(pause())
        answer = client.ask(tutor, page.questions[number % len(page.questions)])
        asked.append(answer)
        if at + 1 not in {place[1] for place in places(answer.passages)}:
            unseen += 1
        if answer.first_text_s is not None and answer.message["status"] == "complete":
            written.append(answer)
    usage = box.wait_for_event("chat.answered", QUESTIONS)
    read = [use["prompt.tokens"] - use["prompt.reused"] for use in usage]
    rates = [tokens * 1000 / use["prompt.ms"] for tokens, use in zip(read, usage, strict=True)]
    first = [answer.first_text_s or 0 for answer in written]
    bounds = [1.1 * tokens / median(rates) + 0.1 for tokens in read]
    shares = [took / bound for took, bound in zip(first, bounds, strict=True)]
    besides = [1000 * took - use["prompt.ms"] for took, use in zip(first, usage, strict=True)]
    writing = [1000 * (use["answer.tokens"] - 1) / use["answer.ms"] for use in usage]
    refused = [float(len(asked) - len(written))]
    return [
        Figure(
            "3", "question to passages, idle box", "ms", [1000 * a.passages_s for a in asked], 300, others
        ),
        Figure("3.1", f"page not shown, of {len(asked)} questions", "questions", [unseen]),
        Figure("3.2", f"refused, of {len(asked)} questions", "questions", refused),
        Figure("4", "first token, as a share of its bound", "x", shares, 1, others),
        Figure("4.1", "the bound: 1.1 x tokens read / reading rate + 0.1", "s", bounds),
        Figure("4.2", "question to first token (about 5 wanted)", "s", first),
        Figure("4.3", "the prompt (near 400 wanted)", "tokens", [u["prompt.tokens"] for u in usage]),
        Figure("4.4", "of these, found in memory", "tokens", [use["prompt.reused"] for use in usage]),
        Figure("4.5", "the engine's reading rate", "tokens/s", rates),
        Figure("4.6", "first token, what was not reading", "ms", besides),
        Figure("4.7", "the engine's writing rate", "tokens/s", writing),
    ]


def starts(folder: Path, used: Path) -> list[Figure]:
    """From making the process to the first 200 of /health."""
    fresh: list[float] = []
    again: list[float] = []
    others = []
    for number in range(STARTS):
        for times, data in [(fresh, folder / f"start-{number}"), (again, used)]:
            others.append(pause())
            with Box(data) as box:
                times.append(box.start_s)
                # Stopping while models load would be another figure.
                box.wait_for_models()
    return [
        Figure("6", "start to /health, no data yet", "s", fresh, 1, others[::2]),
        Figure("7", f"start to /health, with {LESSONS * PAGES} pages", "s", again, 1, others[1::2]),
    ]


def memory_when_new(folder: Path) -> list[Figure]:
    """Resident memory of boxes nobody has used."""
    server, workers = [], []
    for number in range(IDLE_BOXES):
        with idle_box(folder / f"idle-{number}") as box:
            server.append(box.rss_bytes() / MB)
            workers.append(box.workers_rss_bytes() / MB)
    return [
        Figure("5", "memory of the idle server, new box", "MB", server, 40),
        Figure("5.2", "memory of its workers, language model loaded", "MB", workers),
    ]


def memory_after_work(box: Box) -> list[Figure]:
    """Resident memory of the box that took the uploads and questions."""
    time.sleep(SETTLE_S)
    metric = f"memory of the idle server, after {LESSONS * PAGES} pages and {QUESTIONS} answers"
    return [Figure("5.1", metric, "MB", [box.rss_bytes() / MB], 40)]


def first_pages(new: Path, used: Path) -> list[Figure]:
    """Everything a new browser fetches, before set-up and before signing in."""
    found = []
    for row, what, data in [(9, "first page, set-up", new), (10, "first page, sign-in", used)]:
        with Box(data) as box:
            port = box.url.rsplit(":", 1)[1]
            brotli = [browser.fetch(f"http://localhost:{port}/") for _ in range(PAGE_LOADS)]
            gzip = [browser.fetch(f"http://bwenge.local:{port}/") for _ in range(PAGE_LOADS)]
        if "br" not in brotli[0].encodings or "gzip" not in gzip[0].encodings:
            raise RuntimeError(f"other encodings than wanted: {brotli}, {gzip}")
        found += [
            Figure(
                f"{row}", f"{what}, content as brotli", "kB", [page.content / 1000 for page in brotli], 150
            ),
            Figure(f"{row}.1", f"{what}, content as gzip", "kB", [page.content / 1000 for page in gzip], 150),
            Figure(f"{row}.2", f"{what}, heads of the answers", "kB", [page.heads / 1000 for page in brotli]),
            Figure(f"{row}.3", f"{what}, fetched", "answers", [page.requests for page in brotli]),
        ]
    return found


def size(folder: Path) -> list[Figure]:
    """The program without its symbols."""
    stripped = folder / "bwenge"
    shutil.copy(binary(), stripped)
    subprocess.run(["strip", stripped], check=True)
    return [Figure("8", "program, stripped", "MB", [stripped.stat().st_size / MB], 60)]


def wait_for(client: Client, lesson_id: str, states: set[str]) -> None:
    while client.lesson(lesson_id)["status"] not in states:
        time.sleep(0.02)


def places(passages: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Lesson and page of each passage."""
    return [(passage["lesson_id"], passage["anchor"]["number"]) for passage in passages]


HEAD = "# One box: figures\n\nMade by `make bench-box`; the same figures are in `results.json`."

NOTES = """\
Targets hold for the median. "Others" is how many cores other programs kept busy
in the second before each run (median): what they take is not there for the
box, so rows 1, 2 and 4 are slower than on a machine of its own.

- 1, 2: pages of 410 to 425 words; the clock starts when the upload is answered.
  Found means that a search for two names of page 13 returns page 13; that search
  waits for its vector behind the passages being embedded, which row 1.1 leaves out.
- 3, 4: every question is about another page and goes to a tutor with a name of
  its own, so each prompt is read anew. Row 4 takes the ones the model answered;
  for one that was refused, the next page is asked about. The reading rate is
  by the engine's own clock, over the tokens it had to compute; the bound uses
  the median of the run. Row 4.6 is all that the rest of the box adds.
- 5: VmRSS of `bwenge serve` alone, mapped parts of the program included.
- 6, 7: the program is in the file cache, the start is not the first of the day.
- 9, 10: everything Chromium received with an empty cache. It accepts brotli
  from `localhost` only; a phone that comes over plain HTTP gets gzip. The heads
  of the answers are not compressible and come on top."""

if __name__ == "__main__":
    main()
