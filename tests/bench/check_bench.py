"""Checking and drawing FAT32 as large as it can be, and a card full of files against fsck.fat."""

import os
import shutil
import subprocess
from pathlib import Path

import places
from fat_volumes import Fat32
from measure import Contender, Row, RunFailed, Sample, race, say, watched_peak

LARGEST = ((1 << 32) - 1) * 512
NEEDED = 5 << 30
CPU_PER_GIB = 3.0
MEMORY = 600.0
FASTER = 1 / 5


class Measured:
    """One run to its end: seconds of CPU and MiB of RssAnon at its peak."""

    def __init__(self, command: list[str], statuses=(0,)):
        before = os.times()
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as process:
            self.memory = watched_peak(process) / 1024
            complaint = process.stderr.read().strip()
        after = os.times()
        self.cpu = (after.children_user - before.children_user +
                    after.children_system - before.children_system)
        if process.returncode not in statuses:
            raise RunFailed(f"exit status {process.returncode}: {complaint[-200:]}")


def limits(what: str, command: list[str], fat_size: int) -> list[Row]:
    """CPU time and memory of one command beside what they may be."""
    cpu, memory = Sample(), Sample(unit="MiB")
    try:
        done = Measured(command)
        cpu.values.append(done.cpu)
        memory.values.append(done.memory)
    except RunFailed as error:
        cpu.failure = memory.failure = str(error)
    wanted = Sample([CPU_PER_GIB * fat_size / (1 << 30)])
    return [Row(f"{what}: CPU", cpu, "3 s per GiB of FAT", wanted, 1.0),
            Row(f"{what}: peak RssAnon", memory, "limit", Sample([MEMORY], unit="MiB"), 1.0)]


def bench_check_large(options) -> list[Row]:
    """268 million clusters: empty, and with 100,000 files in 50 and in 2,600 parts each."""
    what = "2 TiB FAT32"
    room = shutil.disk_usage(options.dir).free
    if room < NEEDED or shutil.which("mkfs.fat", path=TOOLS) is None:
        why = "mkfs.fat is not installed" if room >= NEEDED else \
            f"less than {NEEDED >> 30} GiB are free in {options.dir}"
        return [Row(f"check, {what}", Sample(failure=why), "-", Sample(failure="-"), None)]
    rows = []
    with places.folder(options.dir) as place:
        say(f"{what}: making it ...")
        volume = Fat32(place / "large.img", LARGEST, 16)
        rows += large_rows(options, volume, f"{what}, empty")
        for parts, size in ((50, 1), (26, 100)):
            volume.fill(100_000, parts, size)
            rows += large_rows(options, volume,
                               f"{what}, 100,000 files in {parts} parts of {size}")
    return rows


def large_rows(options, volume: Fat32, what: str) -> list[Row]:
    say(f"{what}: check and map ...")
    image, drawn = str(volume.path), str(volume.path.parent / "map.png")
    read = 2 * volume.fat_size  # both copies once; map reads the first one twice
    return [*limits(f"check, {what}", [options.cli, "check", image], read),
            *limits(f"map --png, {what}", [options.cli, "map", image, "--png", drawn], read)]


TOOLS = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def bench_check_card(options) -> list[Row]:
    """32 GB with 200,000 files, against fsck.fat."""
    count = 20_000 if options.quick else 200_000
    what = f"check, 32 GB FAT32, {count:,} files"
    fsck = shutil.which("fsck.fat", path=TOOLS)
    if fsck is None or shutil.which("mkfs.fat", path=TOOLS) is None:
        return [Row(what, Sample(failure="dosfstools are not installed"), "-",
                    Sample(failure="-"), None)]
    with places.folder(options.dir) as place:
        volume = Fat32(place / "card.img", 32_000_000_000, 32)
        volume.fill(count, 3, 2)
        image = str(volume.path)
        say(f"{what}: {options.rounds} rounds ...")
        samples = race([Contender("fatlas", lambda: sound([options.cli, "check", image])),
                        Contender("fsck.fat", lambda: sound([fsck, "-n", image]))],
                       options.rounds, place)
    return [Row(what, samples["fatlas"], "fsck.fat -n", samples["fsck.fat"], FASTER)]


def sound(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise RunFailed(f"{Path(command[0]).name}: {(done.stdout + done.stderr)[-200:].strip()}")
