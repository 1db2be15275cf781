"""Row 14: a book of 1,000 pages, from the upload to its last vector."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ..common.box import Box, peak_bytes
from ..common.client import Client
from ..common.lesson import pages, pdf
from .embedding import E5_SMALL

PAGES = 1000
PATIENCE_S = 3600.0


def comparison(work: Path) -> tuple[str, dict[str, Callable[[], dict[str, float]]]]:
    """Bwenge alone: open-webui, the peer named for it, brings gigabytes of packages."""
    # A thousand pages of a hundred villages each told of ten times over.
    book = [page for _ in range(10) for page in pages(PAGES // 10, 3)]
    file = pdf(book)

    def ours() -> dict[str, float]:
        os.environ["BWENGE_EMBED"] = E5_SMALL
        with Box(work / "book") as box:
            client = Client(box.url)
            client.set_up()
            most = _Peak(box)
            began = time.perf_counter()
            lesson = client.upload("book.pdf", file)["id"]
            while client.lesson(lesson)["status"] not in ("searchable", "ready"):
                time.sleep(0.05)
            searchable = time.perf_counter() - began
            assert client.search(book[-1].terms), "nothing is found"
            while client.lesson(lesson)["status"] != "ready":
                if time.perf_counter() - began > PATIENCE_S:
                    raise TimeoutError("not embedded")
                time.sleep(0.5)
            ready = time.perf_counter() - began
            megabytes = most.stop() / 1e6
            passages = client.lesson(lesson)["passages"]
        return {
            "found by keywords, s": searchable,
            "embedded, s": ready,
            "peak memory of the parser, MB": megabytes,
            "passages a second, 1/s": passages / ready,
        }

    return f"a PDF of {PAGES:,} pages", {"bwenge": ours}


class _Peak:
    """Watches the children that parse documents."""

    def __init__(self, box: Box) -> None:
        self._box, self._most, self._over = box, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            for pids in Path(f"/proc/{self._box.process.pid}/task").glob("*/children"):
                try:
                    for pid in map(int, pids.read_text().split()):
                        if b"extract" in Path(f"/proc/{pid}/cmdline").read_bytes():
                            self._most = max(self._most, peak_bytes(pid))
                except (FileNotFoundError, ProcessLookupError, StopIteration):
                    # It ended while it was looked at.
                    continue

    def stop(self) -> int:
        """The most memory one of them had, in bytes."""
        self._over.set()
        self._thread.join()
        return self._most
