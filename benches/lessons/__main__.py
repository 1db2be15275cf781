"""How fast lessons are heard, embedded, found and read, beside others: `make bench-lessons`.

    python -m benches.lessons [--rows 11,12] [--runs 3] [--passages 100000,400000]

Every run asks Bwenge and each peer in turn, on the same cores and data. A metric
that a peer does not have is left out; one where it is better stays in.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from ..common.figures import conditions, load, plain
from . import embedding, finding, listening, reading, sharing

HERE = Path(__file__).parent
#: A program's figures by metric, as `name, unit`.
Figures = dict[str, float]


def compare(row: str, title: str, found: dict[str, list[Figures]], limit: float | None = None) -> list[dict[str, Any]]:
    """One result for each metric and each peer that has it."""
    results = []
    for metric, peer in [(metric, peer) for peer in found for metric in found["bwenge"][0]]:
        theirs = [run[metric] for run in found[peer] if metric in run]
        alone = all(metric not in run for name, runs in found.items() if name != "bwenge" for run in runs)
        if not theirs or (peer == "bwenge" and not alone):
            continue
        ours = [run[metric] for run in found["bwenge"]]
        name, _, unit = metric.partition(", ")
        ratios = [] if peer == "bwenge" else [round(a / b, 3) for a, b in zip(ours, theirs) if b]
        results.append(
            {
                "row": row,
                "metric": f"{title}: {name}",
                "unit": unit,
                "bwenge": round(median(ours), 3),
                "peer": None if peer == "bwenge" else round(median(theirs), 3),
                "peer_name": None if peer == "bwenge" else peer,
                "ratio": round(median(ratios), 3) if ratios else None,
                "ratios": ratios,
                "limit": limit,
                "runs": len(ours),
                "on": date.today().isoformat(),
                # Rows are measured on different days, and so on different machines.
                "machine": conditions()[0].removeprefix("Machine: "),
            }
        )
    return results


def alternate(runs: int, of: dict[str, Callable[[], Figures]]) -> dict[str, list[Figures]]:
    """What each program came to, asked in turn."""
    found: dict[str, list[Figures]] = {name: [] for name in of}
    for run in range(runs):
        for name, measure in of.items():
            began = time.perf_counter()
            figures = measure()
            found[name].append(figures)
            print(f"{run + 1}: {name} {time.perf_counter() - began:.1f} s {figures}", file=sys.stderr, flush=True)
    return found


def write(new: list[dict[str, Any]], before: str) -> None:
    """Writes the table and the same figures as data; rows not measured now stay."""
    file = HERE / "results.json"
    kept = json.loads(file.read_text()) if file.exists() else []
    measured = {(result["metric"], result["peer_name"]) for result in new}
    kept = [result for result in kept if (result["metric"], result["peer_name"]) not in measured]
    results = sorted(kept + new, key=lambda result: int(result["row"]))
    lines = ["| row | figure | Bwenge | peer | ratio | range | limit | runs | on | machine |", "|---" * 10 + "|"]
    for result in results:
        ratios = result["ratios"]
        peer = f"{plain(result['peer'])} ({result['peer_name']})" if result["peer_name"] else ""
        cells = [
            result["row"],
            f"{result['metric']}, {result['unit']}",
            plain(result["bwenge"]),
            peer,
            result["ratio"] or "",
            f"{min(ratios):.2f} - {max(ratios):.2f}" if ratios else "",
            plain(result["limit"]) if result["limit"] else "",
            result["runs"],
            result["on"],
            result["machine"],
        ]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    facts = [f"Date of the last run: {date.today().isoformat()}", f"Load average over 1, 5 and 15 minutes before: {before}; after: {load()}"]
    head = "# Lessons: figures\n\nMade by `make bench-lessons`; the same figures are in `results.json`.\n\n"
    table = "\n".join(lines)
    (HERE / "RESULTS.md").write_text(head + "\n".join(f"- {fact}" for fact in facts) + f"\n\n{table}\n")
    file.write_text(json.dumps(results, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-lessons")
    parser.add_argument("--rows", default="9,10,11,12,13,14")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--passages", default="10000,100000,400000", help="how many to find among")
    options = parser.parse_args()
    rows, before = set(options.rows.split(",")), load()
    threads = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if "9" in rows:
            title, of = listening.comparison(work, threads)
            write(compare("9", title, alternate(options.runs, of)), before)
        if "10" in rows:
            title, of = sharing.comparison(work, threads)
            write(compare("10", title, alternate(options.runs, of), limit=1.0), before)
        if "11" in rows:
            for title, of in embedding.comparisons(work, threads):
                write(compare("11", title, alternate(options.runs, of)), before)
        if rows & {"12", "13"}:
            for passages in map(int, options.passages.split(",")):
                for row, title, of in finding.comparisons(work, passages, threads):
                    if row in rows:
                        write(compare(row, title, alternate(options.runs, of)), before)
        if "14" in rows:
            title, of = reading.comparison(work)
            write(compare("14", title, alternate(1, of)), before)
    print((HERE / "RESULTS.md").read_text())


main()
