#!/usr/bin/env python3
"""The largest files and disks the format allows; everything sparse."""

import os
import unittest

from support import (FULL_MATRIX, SCHEMES, SystemTest, copy_volume, digest, hole, judge_fsck,
                     judge_table, make_small, need, run, write)

GIB = 1 << 30


class LargestFile(SystemTest):
    def setUp(self):
        super().setUp()
        self.folder = self.temp / "big"
        big = hole(write(self.folder / "BIG.BIN"), 4 * GIB - 1)
        with open(big, "r+b") as file:
            for at, text in ((0, b"start"), (2 * GIB - 3, b"middle"), (4 * GIB - 5, b"end!")):
                file.seek(at)
                file.write(text)
        self.big = big

    def test_4_gib_minus_1_is_accepted_and_comes_back(self):
        need(self, "mcopy", "fls", "icat")
        for scheme in SCHEMES if FULL_MATRIX else ("mbr",):
            with self.subTest(scheme=scheme):
                image = self.create(self.folder, "--fat", 32, "--partition", scheme)
                self.assertLess(image.stat().st_blocks * 512, 64 << 20, "not sparse")
                info = self.info(image)
                offset = info["volumeOffset"]
                size = info["volume"]["geometry"]["totalSectors"] * 512
                if offset:
                    judge_table(self, image, scheme, offset, size)
                volume = copy_volume(image, offset, self.temp / "volume") if offset else image
                os.truncate(volume, size)
                self.judge_fsck_of_4_gib(volume)
                listing = run("mdir", "-i", f"{image}@@{offset}", "::").stdout
                self.assertIn("4294967295", listing.replace(" ", ""))
                out = self.temp / f"out-{scheme}"
                self.cli("extract", image, "-d", out)
                self.assertEqual(digest(out / "BIG.BIN"), digest(self.big))
                if FULL_MATRIX:
                    copy = self.temp / "copy.bin"
                    run("mcopy", "-n", "-i", f"{image}@@{offset}", "::BIG.BIN", copy)
                    self.assertEqual(digest(copy), digest(self.big))
                    copy.unlink()

    def judge_fsck_of_4_gib(self, volume):
        """fsck.fat 4.2 counts a chain's bytes in 32 bits: 4 GiB of clusters are 0 bytes to it, also
        of a file that mcopy wrote. It must say that, and nothing else."""
        need(self, "fsck.fat")
        said = run("fsck.fat", "-n", volume, status=None).stdout.splitlines()
        false_alarm = ["/BIG.BIN",
                       "  File size is 4294967295 bytes, cluster chain length is 0 bytes.",
                       "  Truncating file to 0 bytes.", "", "Leaving filesystem unchanged."]
        self.assertIn(said[1:-1], ([], false_alarm))

    def test_the_largest_file_fsck_can_count_is_accepted(self):
        hole(self.big, 4 * GIB - (64 << 10))
        image = self.create(self.folder, "--fat", 32)
        judge_fsck(self, image)

    def test_4_gib_is_refused_by_name(self):
        hole(self.big, 4 * GIB)
        result = self.assert_refused("create", self.folder, "-o", self.temp / "x.img",
                                     says="BIG.BIN")
        self.assertRegex(result.stderr, "4 GiB|4,294,967,295")

    def test_4_gib_can_be_skipped_or_excluded(self):
        hole(self.big, 4 * GIB)
        write(self.folder / "SMALL.TXT", "small\n")
        for option in (["--skip-unfit"], ["--exclude", "*.bin", "--exclude", "BIG.*"]):
            with self.subTest(option=option):
                image = self.create(self.folder, *option)
                self.assertEqual(self.cli("cat", image, "/SMALL.TXT").stdout, "small\n")
                self.cli("cat", image, "/BIG.BIN", status=3)


class LargestDisk(SystemTest):
    """fsck.fat 4.2 and minfo crash on a volume of this size; The Sleuth Kit and mdir judge."""

    def test_2_tib(self):
        need(self, "fsstat", "mdir", "mcopy")
        folder = make_small(self.temp / "small")
        image = self.create(folder, "--fat", 32, "--size", "2T", "--cluster-size", "8K")
        self.assertEqual(image.stat().st_size, 2 << 40)
        self.assertLess(image.stat().st_blocks * 512, 64 << 20, "not sparse")
        info = self.info(image)
        self.assertEqual(info["findings"], [])
        self.assertGreater(info["volume"]["geometry"]["clusterCount"], 250_000_000)
        self.assertIn("FAT32", run("fsstat", image, timeout=300).stdout)
        listing = run("mdir", "-b", "-i", image, "-/", "::").stdout
        self.assertIn("::/docs/Read me first.txt", listing)
        content = run("mcopy", "-i", image, "::/S20000.BIN", "-", text=False).stdout
        self.assertEqual(content, (folder / "S20000.BIN").read_bytes())

    def test_the_computed_disk_needs_no_image(self):
        """The same through BlockDevice: nothing is written."""
        folder = make_small(self.temp / "small")
        options = ["--fat", "32", "--size", "2T", "--partition", "gpt", "--cluster-size", "8K"]
        info = self.info(folder, *options)
        self.assertEqual(info["size"], 2 << 40)
        content = self.cli("cat", folder, "/S20000.BIN", *options, text=False).stdout
        self.assertEqual(content, (folder / "S20000.BIN").read_bytes())

    def test_more_than_2_tib_is_refused(self):
        self.assert_refused("create", "--empty", "-o", self.temp / "x.img", "--size", "2049G",
                            says="2 TiB")


if __name__ == "__main__":
    unittest.main(verbosity=1)
