"""The window with the largest volumes there are: opening, frames, hovering, memory."""

import os
import shutil
import subprocess

import places
from fat_volumes import Fat32
from check_bench import LARGEST, TOOLS
from measure import say

NEEDED = 5 << 30
CHAIN = 1_000_000  # clusters of a file, each lying beside one of another file
PROGRAM = places.RELEASE / "tests" / "bench" / "window_bench"


def window_lines(options) -> list[str]:
    """What the program prints, a line for each figure."""
    if not PROGRAM.exists():
        return [f"window: not measured, {PROGRAM.relative_to(places.TOP)} is not built"]
    if shutil.which("mkfs.fat", path=TOOLS) is None:
        return ["window: not measured, mkfs.fat is not installed"]
    if shutil.disk_usage(options.dir).free < NEEDED:
        return [f"window: not measured, less than {NEEDED >> 30} GiB are free in {options.dir}"]
    lines = []
    with places.folder(options.dir) as place:
        say("2 TiB FAT32: making it ...")
        volume = Fat32(place / "large.img", LARGEST, 16)
        lines += measured("large", volume, "2 TiB FAT32, empty")
        volume.fill(100_000, 26, 100)
        lines += measured("large", volume, "2 TiB FAT32, 100,000 files in 26 parts of 100")
        volume.path.unlink()
        volume = Fat32(place / "chains.img", 32 << 30, 8)
        volume.fill(2, CHAIN, 1)
        lines += measured("chains", volume, f"two files of {CHAIN:,} clusters, one by one in turns")
    return lines


def measured(what: str, volume: Fat32, title: str) -> list[str]:
    say(f"{title}: the window ...")
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    done = subprocess.run([PROGRAM, what, volume.path], env=environment, capture_output=True,
                          text=True, check=False)
    lines = [f"window, {title}", *("  " + line for line in done.stdout.splitlines())]
    if done.returncode != 0:
        lines.append(f"  exit status {done.returncode}: {done.stderr.strip()}")
    return lines
