"""Figures, the conditions they were taken under, and the files they go to."""

import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median


@dataclass
class Figure:
    """One measured row. `target` is the most it may be; without one it explains others."""

    row: str
    metric: str
    unit: str
    values: Sequence[float]
    target: float | None = None
    # Cores other programs kept busy just before each run.
    others: Sequence[float] = ()

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "pass" if self.median <= self.target else "**miss**"

    def line(self) -> str:
        """Its line of the table."""
        target = "" if self.target is None else f"≤ {plain(self.target)}"
        low, high = plain(min(self.values)), plain(max(self.values))
        spread = low if low == high else f"{low} - {high}"
        others = plain(median(self.others)) if self.others else ""
        cells = [self.row, f"{self.metric}, {self.unit}", target, plain(self.median), spread]
        return " | ".join(["", *cells, str(len(self.values)), others, self.verdict, ""]).strip()

    def data(self) -> dict[str, object]:
        """Its object in the data file."""
        return {
            "row": self.row,
            "metric": self.metric,
            "unit": self.unit,
            "bwenge": round(self.median, 4),
            "target": self.target,
            "runs": len(self.values),
            "values": [round(value, 4) for value in self.values],
        }


def plain(number: float) -> str:
    """Three digits that mean something, no exponent."""
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"


def pause(seconds: float = 1.0) -> float:
    """Lets the box rest; returns how many cores others kept busy meanwhile."""
    before = _busy_s()
    began = time.perf_counter()
    time.sleep(seconds)
    return max(0.0, _busy_s() - before) / (time.perf_counter() - began)


def _busy_s() -> float:
    ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle = ticks[3] + ticks[4]
    return (sum(ticks) - idle) / os.sysconf("SC_CLK_TCK")


def load() -> str:
    """The load averages now."""
    return ", ".join(f"{average:.1f}" for average in os.getloadavg())


def conditions() -> list[str]:
    """The machine and the day, for the head of a table."""
    cpu = [line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line]
    named = {name.strip(): value.strip() for name, value in cpu}
    flags = named.get("flags", named.get("Features", "")).split()
    simd = [flag for flag in ("avx2", "avx512_vnni", "amx_int8", "asimddp", "i8mm") if flag in flags]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    machine = f"{len(os.sched_getaffinity(0))} cores ({named.get('model name', platform.machine())}"
    return [
        f"Machine: {machine}; {', '.join(simd)}), {memory:.0f} GiB of memory",
        f"Date: {date.today().isoformat()}",
    ]


def write(folder: Path, head: str, facts: Sequence[str], figures: Sequence[Figure], notes: str) -> str:
    """Writes `RESULTS.md` and `results.json`; returns the table."""
    table = "| row | figure | target | median | range | runs | others | |\n" + "|---" * 8 + "|\n"
    table += "\n".join(figure.line() for figure in figures)
    facts_text = "\n".join(f"- {fact}" for fact in facts)
    (folder / "RESULTS.md").write_text(f"{head}\n\n{facts_text}\n\n{table}\n\n{notes}\n")
    data = json.dumps([figure.data() for figure in figures], indent=2, ensure_ascii=False)
    (folder / "results.json").write_text(data + "\n")
    return table
