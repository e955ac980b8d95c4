#!/usr/bin/env python3
"""Every floppy format with every FAT type: the valid ones are judged, the others refused."""

import unittest

from support import (FLOPPIES, FULL_MATRIX, SCHEMES, SystemTest, judge, make_deep, make_empty,
                     make_small, make_unicode, write)

VALID = {(name, 12) for name in FLOPPIES} | {("2.88M", 16)}


class FloppyMatrix(SystemTest):
    def setUp(self):
        super().setUp()
        self.folders = {"empty": make_empty(self.temp / "empty"),
                        "small": make_small(self.temp / "small")}

    def test_valid_formats_are_accepted_by_all_judges(self):
        for name, bits in sorted(VALID):
            for which, folder in self.folders.items():
                with self.subTest(floppy=name, fat=bits, folder=which):
                    image = self.create(folder, "--floppy", name, "--fat", bits,
                                        name=f"{name}-{bits}-{which}.img")
                    self.assertEqual(image.stat().st_size, FLOPPIES[name] * 512)
                    info = judge(self, image, folder)
                    self.assertEqual(info["volume"]["geometry"]["fatType"], bits)
                    image.unlink()

    def test_folders_of_every_kind_fit_on_the_larger_floppies(self):
        self.folders["deep"] = make_deep(self.temp / "deep")
        self.folders["unicode"] = make_unicode(self.temp / "unicode")
        formats = ["720K", "1.2M", "1.44M", "2.88M"] if FULL_MATRIX else ["1.44M"]
        for name in formats:
            for which in ("deep", "unicode"):
                with self.subTest(floppy=name, folder=which):
                    image = self.create(self.folders[which], "--floppy", name,
                                        name=f"{name}-{which}.img")
                    judge(self, image, self.folders[which])
                    image.unlink()

    def test_types_a_floppy_cannot_have_are_refused(self):
        for name in FLOPPIES:
            for bits in (16, 32):
                if (name, bits) in VALID:
                    continue
                with self.subTest(floppy=name, fat=bits):
                    self.assert_refused("create", self.folders["small"], "-o",
                                        self.temp / "x.img", "--floppy", name, "--fat", bits,
                                        says=f"cannot be FAT{bits}")

    def test_floppies_have_no_partitions(self):
        for name in FLOPPIES:
            for scheme in SCHEMES[1:]:
                with self.subTest(floppy=name, scheme=scheme):
                    self.assert_refused("create", self.folders["small"], "-o",
                                        self.temp / "x.img", "--floppy", name, "--partition",
                                        scheme, says="a floppy has no partition table")

    def test_floppies_have_one_size_and_one_sector_size(self):
        for options, says in ((("--size", "1M"), "its size cannot be"),
                              (("--sector-size", "1024"), "sectors of 512 bytes")):
            with self.subTest(options=options):
                self.assert_refused("create", self.folders["small"], "-o", self.temp / "x.img",
                                    "--floppy", "1.44M", *options, says=says)

    def test_media_and_tracks_are_those_of_the_format(self):
        expected = {"160K": ("FE", 1, 8), "180K": ("FC", 1, 9), "320K": ("FF", 2, 8),
                    "360K": ("FD", 2, 9), "720K": ("F9", 2, 9), "1.2M": ("F9", 2, 15),
                    "1.44M": ("F0", 2, 18), "1.68M": ("F0", 2, 21), "2.88M": ("F0", 2, 36)}
        for name, (media, heads, sectors) in expected.items():
            with self.subTest(floppy=name):
                volume = self.plan(self.folders["empty"], "--floppy", name)["volume"]
                geometry = volume["geometry"]
                self.assertEqual(volume["driveNumber"], "00")
                self.assertEqual((geometry["media"], geometry["heads"],
                                  geometry["sectorsPerTrack"]), (media, heads, sectors))
                image = self.create(self.folders["empty"], "--floppy", name, name=f"{name}.img")
                fat = image.read_bytes()[512:515]
                self.assertEqual(fat[0], int(media, 16), "first byte of the FAT")


class ExactlyFull(SystemTest):
    """The last cluster is used, and one byte more is refused with the limit in words."""

    def full_floppy(self, name, extra):
        plan = self.plan(make_empty(self.temp / f"probe-{name}"), "--floppy", name)
        geometry = plan["volume"]["geometry"]
        size = geometry["clusterCount"] * geometry["clusterSize"] + extra
        folder = self.temp / f"full-{name}"
        write(folder / "FULL.BIN", b"\xa5" * size)
        return folder

    def test_exactly_full_is_accepted(self):
        for name in FLOPPIES:
            with self.subTest(floppy=name):
                folder = self.full_floppy(name, 0)
                image = self.create(folder, "--floppy", name, name=f"{name}.img")
                info = judge(self, image, folder)
                self.assertEqual(info["usage"]["freeClusters"], 0)

    def test_one_byte_too_much_is_refused(self):
        for name in FLOPPIES:
            with self.subTest(floppy=name):
                folder = self.full_floppy(name, 1)
                result = self.assert_refused("create", folder, "-o", self.temp / "x.img",
                                             "--floppy", name, says="cluster")
                self.assertIn("FULL.BIN", result.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
