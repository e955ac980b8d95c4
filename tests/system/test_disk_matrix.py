#!/usr/bin/env python3
"""Disks of every FAT type behind every partition scheme, from folders of every kind."""

import unittest

from support import (FULL_MATRIX, SCHEMES, SIZE_FOR_FAT, SystemTest, judge, judge_table, make_deep,
                     make_empty, make_small, make_unicode)

MAKERS = {"empty": make_empty, "small": make_small, "deep": make_deep, "unicode": make_unicode}


class DiskMatrix(SystemTest):
    def folder(self, which):
        path = self.temp / which
        return path if path.exists() else MAKERS[which](path)

    def judged(self, which, bits, *options):
        image = self.create(self.folder(which), "--fat", bits, *options)
        info = judge(self, image, self.folder(which))
        self.assertEqual(info["volume"]["geometry"]["fatType"], bits)
        image.unlink()
        return info

    def test_types_and_schemes_are_accepted_by_all_judges(self):
        for bits, size in SIZE_FOR_FAT.items():
            for scheme in SCHEMES:
                for which in MAKERS if FULL_MATRIX else ("small",):
                    with self.subTest(fat=bits, scheme=scheme, folder=which):
                        info = self.judged(which, bits, "--partition", scheme, "--size", size)
                        self.assertEqual(info["table"]["kind"], scheme)

    def test_folders_of_every_kind(self):
        for which, bits, scheme in (("empty", 12, "mbr"), ("empty", 32, "gpt"),
                                    ("deep", 16, "gpt"), ("deep", 32, "none"),
                                    ("unicode", 12, "none"), ("unicode", 32, "mbr")):
            with self.subTest(fat=bits, scheme=scheme, folder=which):
                self.judged(which, bits, "--partition", scheme)

    def test_the_automatic_choice_is_accepted(self):
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme):
                image = self.create(self.folder("small"), "--partition", scheme)
                judge(self, image, self.folder("small"))
                image.unlink()

    def test_sector_sizes(self):
        sizes = (1024, 2048, 4096)
        for sector_size in sizes:
            for scheme in SCHEMES if FULL_MATRIX else ("none", "gpt"):
                for bits in (12, 16, 32) if FULL_MATRIX else (16,):
                    with self.subTest(sector_size=sector_size, scheme=scheme, fat=bits):
                        # FAT32 needs 65,525 clusters, however large the sectors are.
                        size = {12: "12M", 16: "128M", 32: "560M"}[bits]
                        info = self.judged("small", bits, "--sector-size", sector_size,
                                           "--partition", scheme, "--size", size)
                        self.assertEqual(info["volume"]["geometry"]["bytesPerSector"], sector_size)

    def test_cluster_sizes(self):
        for bits, size, clusters in ((12, "12M", (4096, 32768)), (16, "256M", (4096, 32768)),
                                     (32, "288M", (512, 4096))):
            for cluster in clusters:
                with self.subTest(fat=bits, cluster_size=cluster):
                    info = self.judged("small", bits, "--size", size, "--cluster-size", cluster)
                    self.assertEqual(info["volume"]["geometry"]["clusterSize"], cluster)

    def test_the_efi_system_partition_has_its_type(self):
        image = self.create(self.folder("small"), "--fat", 32, "--partition", "gpt", "--esp")
        info = self.info(image)
        geometry = info["volume"]["geometry"]
        partition = judge_table(self, image, "gpt", info["volumeOffset"],
                                geometry["totalSectors"] * 512)
        self.assertEqual(partition["type"], "C12A7328-F81F-11D2-BA4B-00A0C93EC93B")

    def test_mbr_types_follow_fat_type_and_reach(self):
        for options, expected in ((("--fat", 12, "--size", "8M"), "1"),
                                  (("--fat", 16, "--size", "16M"), "4"),
                                  (("--fat", 32, "--size", "1G"), "bc")):
            with self.subTest(options=options):
                image = self.create(self.folder("empty"), "--partition", "mbr", *options)
                info = self.info(image)
                size = info["volume"]["geometry"]["totalSectors"] * 512
                partition = judge_table(self, image, "mbr", info["volumeOffset"], size)
                self.assertIn(partition["type"], expected)
                self.assertTrue(partition.get("bootable", False))
                image.unlink()

    def test_counts_that_make_another_type_are_refused(self):
        for options, says in ((("--fat", 16, "--size", "1M"), "FAT16"),
                              (("--fat", 32, "--size", "16M"), "FAT32"),
                              (("--fat", 12, "--size", "4G"), "FAT12"),
                              (("--fat", 32, "--size", "3T"), "at most 2 TiB"),
                              (("--fat", 32, "--size", "64M", "--cluster-size", "4096"), "FAT32"),
                              (("--cluster-size", "3000"), "cluster size is 3000 bytes"),
                              (("--size", "1000001"), "multiple of the sector size")):
            with self.subTest(options=options):
                self.assert_refused("create", self.folder("small"), "-o", self.temp / "x.img",
                                    *options, says=says)

    def test_the_data_area_is_aligned_for_shared_blocks(self):
        for bits in (16, 32):
            for scheme in SCHEMES:
                with self.subTest(fat=bits, scheme=scheme):
                    plan = self.plan(self.folder("small"), "--fat", bits, "--partition", scheme,
                                     "--size", "2G")
                    geometry = plan["volume"]["geometry"]
                    self.assertGreaterEqual(geometry["clusterSize"], 4096)
                    start = plan["disk"]["volumeOffset"] + geometry["dataOffset"]
                    self.assertEqual(start % 4096, 0)


if __name__ == "__main__":
    unittest.main(verbosity=1)
