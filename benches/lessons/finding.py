"""Rows 12 and 13: the nearest passages by meaning, and by meaning and words together.

Texts are sentences of made-up villages, drawn anew for each passage. Vectors lie
between those that e5 gives for real paragraphs, with some noise, so that they are
as near to each other as those of one subject are.
"""

import json
import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import faiss
import hnswlib
import numpy as np
import sqlite_vec
import tantivy
from usearch.index import Index

from ..common.box import binary
from ..common.lesson import pages
from .embedding import E5_SMALL, bwenge

TOP = 10
QUESTIONS = 100
DIMENSIONS = 384
Figures = dict[str, float]
Comparison = tuple[str, str, dict[str, Callable[[], Figures]]]


class Data:
    """Passages with vectors and questions, also as the files `bwenge eval speed` takes."""

    def __init__(self, folder: Path, count: int, seen: np.ndarray, asked: np.ndarray, questions: list[str]) -> None:
        self.folder, self.asked, self.questions = folder, asked, questions
        folder.mkdir()
        mix, chance = np.random.default_rng(1), random.Random(1)
        sentences = [s for page in pages(60, 11) for p in page.paragraphs for s in p.split(". ") if len(s) > 30]
        self.texts = [". ".join(chance.choices(sentences, k=5)) for _ in range(count)]
        mean, one, other = seen.mean(0), mix.integers(0, len(seen), count), mix.integers(0, len(seen), count)
        part = mix.uniform(0, 1, (count, 1)).astype(np.float32)
        self.vectors = mean + (seen[one] - mean) * part + (seen[other] - mean) * (1 - part)
        self.vectors += mix.normal(0, 0.02, self.vectors.shape).astype(np.float32)
        self.vectors /= np.linalg.norm(self.vectors, axis=1, keepdims=True)
        lines = [{"id": at, "title": None, "text": text} for at, text in enumerate(self.texts)]
        self._write("passages.jsonl", lines)
        asks = [{"id": str(at), "split": "dev", "passage": 0, "english": q} for at, q in enumerate(questions)]
        self._write("queries.jsonl", asks)
        self.vectors.astype("<f4").tofile(folder / "vectors.f32")
        self.nearest = np.argsort(-(asked @ self.vectors.T), axis=1)[:, :TOP]

    def _write(self, name: str, lines: list[dict[str, object]]) -> None:
        (self.folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))

    def time(self, search: Callable[[int], list[int]]) -> Figures:
        """How long a peer takes for each question, and how many of the nearest it finds."""
        search(0)
        times, found = [], 0
        for at in range(len(self.questions)):
            began = time.perf_counter()
            ids = search(at)
            times.append((time.perf_counter() - began) * 1e3)
            found += len(set(ids) & set(self.nearest[at].tolist()))
        times.sort()
        part = found / TOP / len(times)
        return {"p50, ms": times[len(times) // 2], "p99, ms": times[len(times) * 99 // 100], "recall, part": part}


class Ours:
    """`bwenge eval speed`, run once for both rows."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._waiting: list[str] = []
        self._said: dict[str, dict[str, float]] = {}

    def figures(self, stages: str) -> Figures:
        """What it says of some stages; a second question for the same runs it again."""
        if stages not in self._waiting:
            command = [str(binary()), "eval", "speed", str(self._data.folder), "--log", "off"]
            environment = {**os.environ, "BWENGE_EMBED": E5_SMALL}
            output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout
            self._said = {times["stages"]: times for times in json.loads(output)}
            self._waiting = list(self._said)
        self._waiting.remove(stages)
        said = self._said[stages]
        figures = {"p50, ms": said["again_p50"], "p99, ms": said["again_p99"]}
        if said["recall"] is not None:
            return {**figures, "recall, part": said["recall"]}
        return {**figures, "a new question p99, ms": said["first_p99"]}


def stock(data: Data, words: bool) -> Callable[[int], list[int]]:
    """The sqlite-vec package as its documentation uses it; with words, FTS5 beside it."""
    conn = apsw.Connection(":memory:")
    conn.enable_load_extension(True)
    conn.load_extension(sqlite_vec.loadable_path())
    conn.execute(f"CREATE VIRTUAL TABLE v USING vec0(e float[{DIMENSIONS}] distance_metric=cosine)")
    rows = ((at, vector.tobytes()) for at, vector in enumerate(data.vectors))
    conn.executemany("INSERT INTO v (rowid, e) VALUES (?, ?)", rows)
    nearest = "SELECT rowid FROM v WHERE e MATCH ? AND k = ?"
    if not words:
        asked = [vector.tobytes() for vector in data.asked]
        return lambda at: [row[0] for row in conn.execute(nearest, (asked[at], TOP))]
    conn.execute("CREATE VIRTUAL TABLE t USING fts5(text)")
    conn.executemany("INSERT INTO t (rowid, text) VALUES (?, ?)", enumerate(data.texts))
    said = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT ?"

    def search(at: int) -> list[int]:
        match = " OR ".join(f'"{word}"' for word in data.questions[at].rstrip("?").split())
        lists = [conn.execute(said, (match, 100)), conn.execute(nearest, (data.asked[at].tobytes(), 100))]
        scores: dict[int, float] = {}
        for ranked in lists:
            for rank, (row,) in enumerate(ranked):
                scores[row] = scores.get(row, 0) + 1 / (60 + rank)
        return sorted(scores, key=lambda row: -scores[row])[:TOP]

    return search


def flat(data: Data, threads: int) -> Callable[[int], list[int]]:
    """faiss's exhaustive search."""
    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(DIMENSIONS)
    index.add(data.vectors)
    return lambda at: index.search(data.asked[at : at + 1], TOP)[1][0].tolist()


def graph(data: Data, threads: int) -> Callable[[int], list[int]]:
    """usearch's graph with its default settings."""
    index = Index(ndim=DIMENSIONS, metric="cos")
    index.add(np.arange(len(data.vectors)), data.vectors, threads=threads)
    return lambda at: index.search(data.asked[at], TOP).keys.tolist()


def layers(data: Data, threads: int) -> Callable[[int], list[int]]:
    """hnswlib's graph with chromadb's settings; chromadb finds with it."""
    index = hnswlib.Index(space="cosine", dim=DIMENSIONS)
    index.init_index(max_elements=len(data.vectors), ef_construction=100, M=16)
    index.add_items(data.vectors, num_threads=threads)
    index.set_ef(100)
    index.set_num_threads(threads)
    return lambda at: index.knn_query(data.asked[at : at + 1], TOP)[0][0].tolist()


def by_words(data: Data) -> Callable[[int], list[int]]:
    """tantivy, which knows words only."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text")
    builder.add_integer_field("id", stored=True)
    index = tantivy.Index(builder.build())
    writer = index.writer()
    for at, text in enumerate(data.texts):
        writer.add_document(tantivy.Document(text=text, id=at))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(at: int) -> list[int]:
        query, _ = index.parse_query_lenient(data.questions[at], ["text"])
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, TOP).hits]

    return search


def without_recall(figures: Figures) -> Figures:
    """Of a search that also asks for words, the nearest by meaning are not the aim."""
    return {metric: value for metric, value in figures.items() if not metric.startswith("recall")}


def comparisons(work: Path, passages: int, threads: int) -> Iterator[Comparison]:
    """Both rows with so many passages."""
    real = pages(120, 7)
    questions = [question for page in real for question in page.questions][:QUESTIONS]
    with bwenge(E5_SMALL, work / f"vectors-{passages}") as embed:
        seen = embed([paragraph for page in real for paragraph in page.paragraphs])
        data = Data(work / str(passages), passages, seen, embed(questions), questions)
    ours = Ours(data)
    title = f"{passages:,} passages"
    meaning = {
        "sqlite-vec": stock(data, False),
        "faiss flat": flat(data, threads),
        "usearch": graph(data, threads),
        "hnswlib": layers(data, threads),
    }
    yield (
        "12",
        f"nearest of {title}",
        {
            "bwenge": lambda: ours.figures("meaning"),
            **{name: lambda search=search: data.time(search) for name, search in meaning.items()},
        },
    )
    del meaning
    both = {"sqlite-vec + FTS5": stock(data, True), "tantivy (words only)": by_words(data)}
    yield (
        "13",
        f"words and meaning among {title}",
        {
            "bwenge": lambda: ours.figures("words, meaning, English, sounds"),
            **{name: lambda search=search: without_recall(data.time(search)) for name, search in both.items()},
        },
    )
