#!/usr/bin/env python3
"""Folders of many files: 8,000 in one, 50,000 in 500, and more than a directory can hold."""

import time
import unittest

from support import (FULL_MATRIX, SCHEMES, SystemTest, judge, make_flat, make_wide, need, run)


class LargeFolders(SystemTest):
    in_memory = True

    def test_8000_files_in_one_folder(self):
        folder = make_flat(self.temp / "flat" / "inside").parent
        combinations = [(bits, scheme) for bits in (16, 32) for scheme in SCHEMES]
        for bits, scheme in combinations if FULL_MATRIX else [(16, "mbr")]:
            with self.subTest(fat=bits, scheme=scheme):
                image = self.create(folder, "--fat", bits, "--partition", scheme)
                info = judge(self, image, folder)
                self.assertEqual(info["usage"]["fileCount"], 8000)

    def test_50000_files_in_500_folders(self):
        folder = make_wide(self.temp / "wide")
        combinations = [(bits, scheme) for bits in (16, 32) for scheme in SCHEMES]
        for bits, scheme in combinations if FULL_MATRIX else [(32, "none")]:
            with self.subTest(fat=bits, scheme=scheme):
                image = self.create(folder, "--fat", bits, "--partition", scheme)
                info = judge(self, image, folder)
                self.assertEqual(info["usage"]["fileCount"], 50_000)
                self.assertEqual(info["usage"]["directoryCount"], 500)

    def test_colliding_short_names_are_unique(self):
        folder = make_flat(self.temp / "flat" / "inside", 2500).parent
        image = self.create(folder, "--fat", 32)
        need(self, "mdir")
        listing = run("mdir", "-i", image, "-a", "::inside").stdout.splitlines()
        shorts = [line[:12] for line in listing if "file with a long name" in line]
        self.assertEqual(len(shorts), 2500)
        self.assertEqual(len(set(shorts)), 2500)

    def test_300000_files_are_refused_in_linear_time(self):
        folder = self.temp / "huge"
        folder.mkdir()
        for number in range(300_000):
            (folder / f"{number:06d}").touch()
        (self.temp / "outer").mkdir()
        folder.rename(self.temp / "outer" / "huge")
        started = time.monotonic()
        result = self.assert_refused("create", self.temp / "outer", "-o", self.temp / "x.img",
                                     "--fat", 32, says="65,536")
        self.assertLess(time.monotonic() - started, 60)
        self.assertIn("huge", result.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
