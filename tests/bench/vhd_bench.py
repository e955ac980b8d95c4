"""VHDs: converting against qemu-img, reading against the raw file, opening the largest there is."""

import random
import subprocess
from pathlib import Path

import places
from measure import Contender, Row, Sample, race, run, say

NOT_SLOWER = 1.10
TEN_TIMES = 0.10
QEMU_VHD = "subformat=dynamic,force_size=on"


def write_disk(path: Path, size: int, share: float) -> None:
    """A raw image with data in a part of it, in pieces of 64 KiB to 4 MiB, holes between."""
    source = random.Random(size)
    with open(path, "wb") as file:
        file.truncate(size)
        at = 0
        while at < size:
            length = min(source.choice((64 << 10, 256 << 10, 1 << 20, 4 << 20)), size - at)
            if source.random() < share:
                file.seek(at)
                file.write(source.randbytes(length))
            at += length


class Converters:
    """Both programs, both ways; what is read lies in `place`, what is written goes away."""

    def __init__(self, cli: str, place: Path):
        self.cli, self.raw, self.out = cli, place / "disk.img", place / "out"
        self.vhd = place / "disk.vhd"

    def contender(self, name: str, command: list[str], synced: bool = False) -> Contender:
        def convert() -> None:
            run(command)
            if synced:
                run(["sync", str(self.out)])
        return Contender(name, convert, lambda: self.out.unlink(missing_ok=True))

    def to_vhd(self) -> list[Contender]:
        theirs = ["qemu-img", "convert", "-f", "raw", "-O", "vpc", "-o", QEMU_VHD, str(self.raw),
                  str(self.out)]
        return [self.contender("fatlas", [self.cli, "vhd", "convert", str(self.raw), str(self.out),
                                          "--type", "dynamic"]),
                self.contender("qemu-img convert", theirs),
                self.contender("qemu-img convert + sync", theirs, synced=True)]

    def to_raw(self) -> list[Contender]:
        theirs = ["qemu-img", "convert", "-f", "vpc", "-O", "raw", str(self.vhd), str(self.out)]
        return [self.contender("fatlas", [self.cli, "vhd", "convert", str(self.vhd), str(self.out),
                                          "--type", "raw"]),
                self.contender("qemu-img convert", theirs),
                self.contender("qemu-img convert + sync", theirs, synced=True)]


def race_conversions(options, place: Path, size: int, where: str, target: float) -> list[Row]:
    converters = Converters(options.cli, place)
    write_disk(converters.raw, size, 0.6)
    run([options.cli, "vhd", "convert", str(converters.raw), str(converters.vhd), "--type",
         "dynamic"])
    rows = []
    for what, contenders in (("raw to dynamic VHD", converters.to_vhd()),
                             ("dynamic VHD to raw", converters.to_raw())):
        text = f"{what}, {size >> 20} MiB, {where}"
        say(f"{text}: {len(contenders)} contenders, {options.rounds} rounds ...")
        samples = race(contenders, options.rounds, place)
        ours = samples.pop("fatlas")
        rows += [Row(text, ours, name, sample, target) for name, sample in samples.items()]
    return rows


def bench_vhd_convert(options) -> list[Row]:
    """Raw to dynamic and back: where blocks must be copied, and where they can be shared."""
    size = (256 if options.quick else 1024) << 20
    with places.folder(options.dir) as place:
        rows = race_conversions(options, place, size, places.file_system_of(place), NOT_SLOWER)
    try:
        with places.xfs_folder(options.dir, 6 * size + (1 << 30)) as place:
            rows += race_conversions(options, place, size, "XFS reflink", TEN_TIMES)
    except places.Unavailable as why:
        rows.append(Row("converting on XFS reflink", Sample(failure=str(why)), "-",
                        Sample(failure="-"), None))
    return rows


def make_chain(cli: str, place: Path, depth: int, size: int) -> Path:
    """A FAT disk whose files lie spread over `depth` VHDs, each the child of the one before."""
    last = place / "base.vhd"
    run([cli, "create", "--empty", "-o", str(last), "--size", str(size), "--format",
         "vhd-dynamic"])
    content = place / "content.bin"
    for number in range(depth):
        if number:
            child = place / f"child{number}.vhd"
            run([cli, "vhd", "create", str(child), "--parent", str(last)])
            last = child
        content.write_bytes(random.Random(number).randbytes(size // depth * 3 // 4))
        run([cli, "put", str(last), str(content), f"/PART{number}.BIN"])
    content.unlink()
    return last


def read_times(rounds: int, reads: int, disks: list[Path]) -> list[tuple[float, Sample]]:
    """Of each disk: seconds to open it, and seconds a round."""
    program = places.RELEASE / "tests" / "bench" / "vhd_reads_bench"
    if not program.exists():
        raise places.Unavailable(f"{program.relative_to(places.TOP)} is not built")
    done = subprocess.run([program, str(rounds), str(reads), *map(str, disks)], check=True,
                          capture_output=True, text=True)
    figures = [[float(word) for word in line.split()] for line in done.stdout.splitlines()]
    return [(line[0], Sample(line[1:])) for line in figures]


def bench_vhd_read(options) -> list[Row]:
    """Random 4 KiB: one dynamic file against the raw one, a chain of 16 against one file."""
    size = (64 if options.quick else 512) << 20
    reads = 20_000 if options.quick else 100_000
    with places.folder(options.dir) as place:
        chain = make_chain(options.cli, place, 16, size)
        whole, raw, huge = place / "whole.vhd", place / "whole.img", place / "huge.vhd"
        run([options.cli, "vhd", "merge", str(chain), "-o", str(whole)])
        run([options.cli, "vhd", "convert", str(whole), str(raw), "--type", "raw"])
        run([options.cli, "vhd", "create", str(huge), "--size", "2040G"])
        say(f"random reads: {reads:,} of 4 KiB, {options.rounds} rounds ...")
        try:
            times = read_times(options.rounds, reads, [raw, whole, chain, huge])
        except places.Unavailable as why:
            return [Row("reading VHDs", Sample(failure=str(why)), "-", Sample(failure="-"), None)]
    of_raw, of_whole, of_chain, of_huge = (sample for _, sample in times)
    what = f"{reads:,} random reads of 4 KiB"
    opened = Sample([times[3][0]])
    return [Row(f"{what}, dynamic VHD", of_whole, "the raw file", of_raw, 1 / 0.9),
            Row(f"{what}, chain of 16", of_chain, "one dynamic VHD", of_whole, 2.0),
            Row(f"{what}, empty VHD of 2040 GiB", of_huge, "the raw file", of_raw, None),
            Row("opening a dynamic VHD of 2040 GiB", opened, "50 ms", Sample([0.05]), 1.0)]
