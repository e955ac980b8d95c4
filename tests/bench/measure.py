"""Runs programs against each other and says how they compare.

Contenders of one race run in turns, in an order that rotates, after one round that does not count;
files are in the page cache, and what earlier runs wrote is on the disk before the clock starts.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


class RunFailed(Exception):
    """A program refused or failed; the text is what it said."""


@dataclass
class Contender:
    name: str
    run: Callable[[], float | None]  # this is timed, unless it measures itself
    clean: Callable[[], None] = lambda: None  # before and after each run, not timed


@dataclass
class Sample:
    """What one contender needed; a failure instead of values when it cannot take part."""

    values: list[float] = field(default_factory=list)
    failure: str = ""
    unit: str = "s"

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def text(self) -> str:
        if self.failure:
            return "n/a"
        unit, factor = self.unit, 1.0
        if unit == "s" and self.median < 1:
            unit, factor = "ms", 1000.0
        middle, low, high = (f"{value * factor:.{2 if unit == 's' else 1}f}"
                             for value in (self.median, min(self.values), max(self.values)))
        return f"{middle} {unit} [{low} .. {high}]"


@dataclass
class Row:
    what: str
    ours: Sample
    peer: str
    theirs: Sample
    target: float | None  # the ratio ours / peer that is wanted; None: only for information

    @property
    def ratio(self) -> float | None:
        if self.ours.failure or self.theirs.failure:
            return None
        return self.ours.median / self.theirs.median

    def cells(self) -> list[str]:
        ratio, target = self.ratio, self.target
        verdict = ""
        if ratio is None:
            verdict = self.ours.failure or self.theirs.failure
        elif target is not None:
            verdict = "met" if ratio <= target else "MISSED"
        return [self.what, self.ours.text(), self.peer, self.theirs.text(),
                "-" if ratio is None else f"{ratio:.2f}",
                "-" if target is None else f"<= {target:.2f}", verdict]


HEADINGS = ["what", "fatlas: median [min .. max]", "peer", "peer: median [min .. max]",
            "ratio", "target", ""]


def table(rows: list[Row]) -> str:
    lines = [HEADINGS] + [row.cells() for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
             for line in lines]
    texts.insert(1, "  ".join("-" * width for width in widths).rstrip())
    return "\n".join(texts)


def run(command: list[str], cwd: Path | None = None) -> None:
    """Runs to the end with no output; a failure carries the last line the program said."""
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise RunFailed(f"{Path(command[0]).name}: {said[-1]}")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def race(contenders: list[Contender], rounds: int, place: Path) -> dict[str, Sample]:
    """Seconds, or what contenders measure themselves, of `rounds` runs each. `place` is the folder
    whose file system is synced before."""
    samples = {contender.name: Sample() for contender in contenders}
    for number in range(rounds + 1):
        turn = number % len(contenders)
        for contender in contenders[turn:] + contenders[:turn]:
            sample = samples[contender.name]
            if sample.failure:
                continue
            try:
                seconds = timed(contender, place)
            except (RunFailed, OSError) as error:
                sample.failure = str(error)
                continue
            if number != 0:
                sample.values.append(seconds)
    return samples


def timed(contender: Contender, place: Path) -> float:
    contender.clean()
    subprocess.run(["sync", "-f", str(place)], check=True)
    try:
        start = time.perf_counter()
        measured = contender.run()
        return time.perf_counter() - start if measured is None else measured
    finally:
        contender.clean()


def peak_anonymous_memory(command: list[str], rounds: int) -> Sample:
    """MiB of RssAnon at its highest, looked at as often as this machine allows."""
    sample = Sample(unit="MiB")
    for _ in range(rounds):
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            sample.values.append(watched_peak(process) / 1024)
        if process.returncode not in (0, 1):
            sample.failure = f"{Path(command[0]).name}: exit status {process.returncode}"
    return sample


def watched_peak(process: subprocess.Popen) -> int:
    """KiB."""
    peak = 0
    status = os.open(f"/proc/{process.pid}/status", os.O_RDONLY)
    try:
        while process.poll() is None:
            for line in os.pread(status, 8192, 0).splitlines():
                if line.startswith(b"RssAnon:"):
                    peak = max(peak, int(line.split()[1]))
    except ProcessLookupError:
        pass  # it ended between two looks
    finally:
        os.close(status)
    return peak
