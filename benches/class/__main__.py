"""Bwenge and llama-server answer a class, in turns: `make bench-class`.

    python -m benches.class [--rows 1,3] [--runs 3] [--models id,id]
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from ..common.figures import conditions, load, plain
from .rows import ROWS, Row, Run
from .servers import SETTINGS, Start, bwenge, peer

HERE = Path(__file__).parent


def measure(model: str, rows: set[str], runs: int, peers: list[str]) -> Iterator[list[dict[str, Any]]]:
    """The results of each row of a model: every run asks each server in turn."""
    file = Path(os.environ["BWENGE_MODELS_DIR"]) / model / "model.gguf"
    threads = len(os.sched_getaffinity(0))
    servers: dict[str, Start] = {
        "bwenge": partial(bwenge, model),
        **{setting: partial(peer, file, threads, setting) for setting in peers},
    }
    for row in ROWS:
        if row.number not in rows:
            continue
        found: dict[str, list[Run]] = {name: [] for name in servers}
        for run in range(runs):
            for name, start in servers.items():
                # A new process each time: nothing is left in memory from the last run.
                began = time.perf_counter()
                figures = row.run(start, 1 + run)
                found[name].append(figures)
                took = time.perf_counter() - began
                print(f"{model} {row.title}: {name} {took:.1f} s {figures}", file=sys.stderr, flush=True)
        yield compare(model, row, found)


def compare(model: str, row: Row, found: dict[str, list[Run]]) -> list[dict[str, Any]]:
    """One result for each figure, against the better of the peer's settings."""
    results = []
    for metric in found["bwenge"][0]:
        medians = {name: median(run[metric] for run in runs) for name, runs in found.items()}
        more_is_better = "a second" in metric or "speed-up" in metric
        better = (max if more_is_better else min)(found.keys() - {"bwenge"}, key=lambda name: medians[name])
        best = row.against if row.against in found else better
        results.append(
            {
                # The memory of a class is a row of its own.
                "row": "7" if row.number == "1" and "memory" in metric else row.number,
                "metric": f"{row.title}: {metric.partition(',')[0]}",
                "unit": metric.partition(", ")[2] or "tokens" + ("/s" if more_is_better else ""),
                "model": model,
                "bwenge": round(medians["bwenge"], 3),
                "peer": round(medians[best], 3),
                "peer_name": f"xllamacpp {best}",
                "ratio": round(medians["bwenge"] / medians[best], 3) if medians[best] else None,
                "ratios": [
                    round(ours[metric] / theirs[metric], 3)
                    for ours, theirs in zip(found["bwenge"], found[best])
                    if theirs[metric]
                ],
                "limit": None,
                "runs": len(found["bwenge"]),
                "on": date.today().isoformat(),
            }
        )
    return results


def limits(results: list[dict[str, Any]]) -> None:
    """The makespan of row 1 if everything went at the speed of reading."""
    for model in {result["model"] for result in results}:
        mine = [result for result in results if result["model"] == model]
        rate = next((result["bwenge"] for result in mine if result["row"] == "0" and "tokens" in result["metric"]), None)
        for result in mine:
            if rate and result["row"] == "1" and result["metric"].endswith("makespan"):
                result["limit"] = round((1000 + 30 * 160) / rate, 1)


def merged(new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The new results and, of rows not measured now, those of before."""
    file = HERE / "results.json"
    before = json.loads(file.read_text()) if file.exists() else []
    metrics = {(result["model"], result["metric"]) for result in new}
    kept = [result for result in before if (result["model"], result["metric"]) not in metrics]
    return sorted(kept + new, key=lambda result: (result["model"], int(result["row"])))


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-class")
    numbers = dict.fromkeys(row.number for row in ROWS)
    parser.add_argument("--rows", default=",".join(numbers))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", default=",".join(SETTINGS), help="settings of the peer")
    parser.add_argument("--models", default="qwen2.5-coder-0.5b-instruct-q4_k_m,qwen2.5-coder-1.5b-instruct-q4_k_m")
    options = parser.parse_args()
    before = load()
    for model in options.models.split(","):
        for results in measure(model, set(options.rows.split(",")), options.runs, options.peers.split(",")):
            # After each row: hours of figures are not lost with the last one.
            write(merged(results), before)
    print((HERE / "RESULTS.md").read_text())


def write(results: list[dict[str, Any]], before: str) -> None:
    """Writes the table and the same figures as data."""
    limits(results)
    lines = ["| row | figure | model | Bwenge | peer | ratio | range | limit | runs | on |", "|---" * 10 + "|"]
    for result in results:
        limit = "" if result["limit"] is None else plain(result["limit"])
        ratios = result["ratios"]
        spread = f"{min(ratios):.2f} - {max(ratios):.2f}" if ratios else ""
        lines.append(
            f"| {result['row']} | {result['metric']}, {result['unit']} | {result['model'].split('-q4')[0]} "
            f"| {plain(result['bwenge'])} | {plain(result['peer'])} ({result['peer_name'].split()[1]}) "
            f"| {result['ratio']} | {spread} | {limit} | {result['runs']} "
            f"| {result['on']} |"
        )
    facts = [*conditions(), f"Load average over 1, 5 and 15 minutes before: {before}; after: {load()}"]
    table = "\n".join(lines)
    head = "# A class: figures\n\nMade by `make bench-class`; the same figures are in `results.json`.\n\n"
    (HERE / "RESULTS.md").write_text(head + "\n".join(f"- {fact}" for fact in facts) + f"\n\n{table}\n")
    (HERE / "results.json").write_text(json.dumps(results, indent=2) + "\n")


main()
