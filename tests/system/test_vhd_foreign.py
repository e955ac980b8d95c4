"""VHDs as VirtualBox, Hyper-V, Xen and old Virtual PC write them, and libvhdi as a judge of chains.

What a foreign file holds is known sector by sector; we, qemu-img and libvhdi must read just that.
"""

import contextlib
import itertools
import os
import random
import unittest

import vhd_maker
from support import SystemTest, digest, need, pattern, run, write

SECTORS = 51_000  # that a geometry expresses exactly; the last block is not whole
SIZE = SECTORS * vhd_maker.SECTOR
STYLES = {"virtualbox": vhd_maker.VIRTUALBOX, "hyper-v": vhd_maker.HYPER_V, "xen": vhd_maker.XEN,
          "virtual-pc": vhd_maker.VIRTUAL_PC, "small-blocks": vhd_maker.SMALL_BLOCKS}
QEMU_READS = ("virtualbox", "hyper-v", "xen", "small-blocks")  # not a footer of 511 bytes


def some_sectors(seed, count=300):
    """Single sectors and runs, both ends of the disk, across borders of blocks."""
    source = random.Random(seed)
    starts = [0, SECTORS - 3, 4095, 1023] + [source.randrange(SECTORS - 40) for _ in range(count)]
    sectors = {}
    for start in starts:
        for number in range(start, min(start + source.randint(1, 30), SECTORS)):
            sectors[number] = source.randbytes(vhd_maker.SECTOR)
    return sectors


def write_raw(path, *layers):
    with open(path, "wb") as file:
        file.truncate(SIZE)
        for sectors in layers:
            for number, content in sectors.items():
                file.seek(number * vhd_maker.SECTOR)
                file.write(content)
    return path


@contextlib.contextmanager
def mounted(vhd, folder):
    """The disks of a chain as libvhdi shows them, the parent first."""
    folder.mkdir(exist_ok=True)
    run("vhdimount", vhd, folder)
    try:
        yield sorted(folder.iterdir(), key=lambda path: int(path.name.removeprefix("vhdi")))
    finally:
        run("umount", folder)


def can_mount():
    return os.access("/dev/fuse", os.W_OK) and os.geteuid() == 0


class ForeignTest(SystemTest):
    def setUp(self):
        super().setUp()
        need(self, "qemu-img", "vhdiinfo", "vhdimount")

    def assert_reads(self, vhd, raw):
        """By us, without a finding; and what we make of it is the same disk again."""
        back = self.temp / "back.raw"
        self.cli("vhd", "check", vhd)
        self.cli("vhd", "convert", vhd, back, "--type", "raw", "--force")
        self.assertEqual(digest(back), digest(raw))

    def assert_libvhdi_reads(self, vhd, raw):
        if not can_mount():
            self.skipTest("a FUSE file system cannot be mounted here")
        with mounted(vhd, self.temp / "mounted") as disks:
            self.assertEqual(digest(disks[-1]), digest(raw))


class Foreign(ForeignTest):
    def test_dynamic_disks_of_other_programs(self):
        sectors = some_sectors(1)
        raw = write_raw(self.temp / "disk.raw", sectors)
        for name, style in STYLES.items():
            with self.subTest(style=name):
                vhd = self.temp / f"{name}.vhd"
                vhd_maker.write_dynamic(vhd, SIZE, sectors, style, name.encode().ljust(16, b"-"))
                if name in QEMU_READS:
                    run("qemu-img", "compare", "-f", "vpc", "-F", "raw", vhd, raw)
                self.assert_reads(vhd, raw)

    def test_fixed_disks_of_other_programs(self):
        raw = write_raw(self.temp / "disk.raw", some_sectors(2))
        content = raw.read_bytes()
        for name, style in STYLES.items():
            with self.subTest(style=name):
                vhd = self.temp / f"{name}.vhd"
                vhd_maker.write_fixed(vhd, content, style, name.encode().ljust(16, b"-"))
                self.assert_reads(vhd, raw)

    def test_children_of_other_programs(self):
        below, ragged = some_sectors(3), some_sectors(4, 40)
        # libvhdi takes what follows a set bit within its byte of the bitmap for set.
        even = {first + i: random.Random(first + i).randbytes(vhd_maker.SECTOR)
                for first in range(8, SECTORS - 8, 4000) for i in range(8)}
        for name, above in itertools.product(("virtualbox", "hyper-v", "xen"), (ragged, even)):
            with self.subTest(style=name, even=above is even):
                raw = write_raw(self.temp / "disk.raw", below, above)
                style = STYLES[name]
                parent, child = self.temp / f"{name}.vhd", self.temp / f"{name}-child.vhd"
                uuid = name.encode().ljust(16, b"-")
                vhd_maker.write_dynamic(parent, SIZE, below, style, uuid)
                vhd_maker.write_dynamic(child, SIZE, above, style, uuid[::-1],
                                        parent=(uuid, 1000, parent.name))
                stamp = 946_684_800 + 1000  # what a child remembers is when its parent was written
                os.utime(parent, (stamp, stamp))
                self.assert_reads(child, raw)
                if above is even:
                    self.assert_libvhdi_reads(child, raw)

    def test_what_we_write_on_is_read_by_all(self):
        """Our blocks beside theirs: in the file, the batmap and the bitmaps of another program."""
        sectors = some_sectors(5, 20)
        for name in QEMU_READS:
            with self.subTest(style=name):
                vhd = self.temp / f"{name}.vhd"
                vhd_maker.write_dynamic(vhd, SIZE, sectors, STYLES[name],
                                        name.encode().ljust(16, b"-"))
                empty = self.temp / "empty.img"
                self.cli("create", "--empty", "-o", empty, "--size", str(SIZE), "--force")
                # A volume of our own over whatever they had, then a file in it.
                self.write_over(vhd, empty)
                content = self.temp / "FILE.BIN"
                content.write_bytes(random.Random(6).randbytes(3 << 20))
                for disk in (vhd, empty):
                    self.cli("put", disk, content, "/FILE.BIN")
                run("qemu-img", "compare", "-f", "vpc", "-F", "raw", vhd, empty)
                self.cli("vhd", "check", vhd)
                self.assert_libvhdi_reads(vhd, empty)

    def write_over(self, vhd, raw):
        """Every sector of it, through the VHD's own tables, by qemu-io."""
        run("qemu-io", "-f", "vpc", "-c", f"write -q -s {raw} 0 {SIZE}", vhd)


class Ours(ForeignTest):
    """libvhdi reads our chains and what was written into them."""

    def test_libvhdi_reads_a_chain_of_three(self):
        """Single sectors of the children stand between sectors of the parent that are not zero."""
        source = self.temp / "source"
        for number in range(200):
            write(source / f"FILE{number:03}.BIN", pattern(700, number))
        whole = self.create(source, "--size", "8M", "--fat", "16", "--cluster-size", "512")
        below = self.temp / "base.vhd"
        self.cli("vhd", "create", below, "--from", whole, "--type", "dynamic")
        self.assert_libvhdi_reads(below, whole)
        for number in range(3):
            child = self.temp / f"child{number}.vhd"
            self.cli("vhd", "create", child, "--parent", below)
            content = write(self.temp / f"NEW{number}.BIN", pattern(300, 1000 + number))
            for disk in (child, whole):
                self.cli("rm", disk, *(f"/FILE{number * 10 + i:03}.BIN" for i in (3, 4, 8)))
                self.cli("put", disk, content, "/")
            self.assert_same(child, whole)
            self.assert_libvhdi_reads(child, whole)
            below = child

    def assert_same(self, vhd, raw):
        back = self.temp / "same.raw"
        self.cli("vhd", "convert", vhd, back, "--type", "raw", "--force")
        self.assertEqual(digest(back), digest(raw))


if __name__ == "__main__":
    unittest.main(verbosity=2)
