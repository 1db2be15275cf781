"""The figures of people at one box: `make bench-people`.

    python -m benches.people [--rows 1,2] [--runs 3] [--remark "built without optimising"]

Each row is written when it is measured, so that a run that is broken off keeps what it
had. Nothing else is measured beside, because what a school needs is said as a limit.
"""

import argparse
import json
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from ..common.figures import conditions, load, pause, plain
from . import entering, lists, overhead, school

HERE = Path(__file__).parent
#: The figures of a row's runs by metric, as `name, unit`.
Found = dict[str, list[float]]

#: The most a figure may be, by row and metric.
LIMITS = {
    "1": {"carried out, s": 60.0},
    "2": {"p95, ms": 100.0},
    "3": {"until the last is in, s": 5.0, "memory of the server, more than before, MB": 64.0},
    "4": {"until the last is in, s": 120.0},
    "5": {"a sign-in beside them, s": 5.0},
    "6": {"with a session, more than a bare server, ms": 1.0, "trivial, more than a bare server, ms": 1.0},
}
NOTES = """Sign-ins are by class code, name and four digits, as children do it, each from a new browser over a
connection of its own: one hash of argon2id (19 MiB, t=2, p=1). Lists are read to their last byte, not parsed.
Row 4 keeps thirty answers being written all the while; row 5 holds half of its connections at half a head, and
lets the other half ask for the first page again and again and read nothing. Requests of row 6 leave at an even rate
over 16 connections and count from when they were due; `bare.rs` is the bare server, which takes turns with the box. Figures are medians of the runs;
`others` says how many of the cores other programs kept busy just before each, `range` what the runs came to."""


class Results:
    """The table of before, in which rows measured now are replaced one by one."""

    def __init__(self, remarks: list[str]) -> None:
        self.remarks = remarks
        self.file = HERE / "results.json"
        self.results: list[dict[str, Any]] = json.loads(self.file.read_text()) if self.file.exists() else []
        self.before = load()

    def add(self, row: str, title: str, found: Found, others: list[float]) -> None:
        """Replaces the row of this title, and writes everything."""
        new = [self._result(row, title, metric, values, others) for metric, values in found.items()]
        kept = [result for result in self.results if not result["metric"].startswith(f"{title}: ")]
        self.results = sorted(kept + new, key=lambda result: result["row"])
        self.file.write_text(json.dumps(self.results, indent=2) + "\n")
        (HERE / "RESULTS.md").write_text(self._page())
        told = ", ".join(f"{metric}: {plain(median(values))}" for metric, values in found.items())
        say(f"row {row}, {title}: {told}")

    def _result(self, row: str, title: str, metric: str, values: list[float], others: list[float]) -> dict[str, Any]:
        name, _, unit = metric.rpartition(", ")
        return {
            "row": row,
            "metric": f"{title}: {name}",
            "unit": unit,
            "bwenge": round(median(values), 3),
            "peer": None,
            "peer_name": None,
            "ratio": None,
            "limit": LIMITS[row].get(metric),
            "runs": len(values),
            "values": [round(value, 3) for value in values],
            "others": round(median(others), 2),
            "on": date.today().isoformat(),
        }

    def _page(self) -> str:
        lines = ["| row | figure | Bwenge | range | limit | | runs | others | on |", "|---" * 9 + "|"]
        for result in self.results:
            limit, values = result["limit"], result["values"]
            kept = "" if limit is None else "kept" if result["bwenge"] <= limit else "**missed**"
            cells = [
                result["row"],
                f"{result['metric']}, {result['unit']}",
                plain(result["bwenge"]),
                f"{plain(min(values))} - {plain(max(values))}" if len(values) > 1 else "",
                "" if limit is None else f"≤ {plain(limit)}",
                kept,
                result["runs"],
                result["others"],
                result["on"],
            ]
            lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
        facts = [*conditions(), *self.remarks, f"Load average over 1, 5 and 15 minutes before: {self.before}; after: {load()}"]
        head = "# People: figures\n\nMade by `make bench-people`; the same figures are in `results.json`.\n\n"
        table = "\n".join(lines)
        return head + "\n".join(f"- {fact}" for fact in facts) + f"\n\n{table}\n\n{NOTES}\n"


def say(what: str) -> None:
    """Tells whoever waits."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-people")
    parser.add_argument("--rows", default="1,2,3,4,5,6")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--remark", action="append", default=[], help="what else to know about the figures")
    options = parser.parse_args()
    rows, results = set(options.rows.split(",")), Results(options.remark)
    with tempfile.TemporaryDirectory() as folder:
        # Fewer lists are enough where only the school that comes of one is wanted.
        runs = options.runs if "1" in rows else 1
        if rows & {"1", "2", "3", "5", "6"}:
            others: list[float] = []
            found: Found = {}
            for run in range(runs):
                say(f"a list of {lists.PEOPLE:,} people, {run + 1} of {runs}")
                others.append(pause())
                with school.opened(Path(folder) / f"school-{run}") as (box, admin):
                    for metric, value in lists.brought_in(admin).items():
                        found.setdefault(metric, []).append(value)
                    if run + 1 == runs:
                        if "1" in rows:
                            title = f"{lists.PEOPLE:,} people and {lists.CLASSES} classes from a list"
                            results.add("1", title, found, others)
                        in_the_large(box, admin, rows, options.runs, results)
        if "4" in rows:
            say("60 learners while thirty answers are written")
            title = f"{entering.ALL} learners press together while answers are written"
            results.add("4", title, *entering.beside_answers(Path(folder), options.runs, say))
    print((HERE / "RESULTS.md").read_text())


def in_the_large(box: school.Box, admin: school.Client, rows: set[str], runs: int, results: Results) -> None:
    """The rows that need the school of the list."""
    if "2" in rows:
        for title, path, who in lists.pages(box, admin):
            results.add("2", title, *lists.read(box, who, path, runs))
    if rows & {"3", "5", "6"}:
        say("a class gets its digits")
        pupils = school.with_digits(admin, school.CLASS)
    if "3" in rows:
        title = f"{entering.TOGETHER} learners press together"
        results.add("3", title, *entering.together(box, pupils, runs, say))
    if "5" in rows:
        title = f"{entering.SLOW} slow connections"
        results.add("5", title, *entering.beside_dawdlers(box, pupils, runs, say))
    if "6" in rows:
        title = f"{overhead.RATE} requests a second, p95"
        results.add("6", title, *overhead.beside_bare(box, pupils, runs))


if __name__ == "__main__":
    main()
