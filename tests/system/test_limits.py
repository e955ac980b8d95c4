#!/usr/bin/env python3
"""Nothing is ever dropped or cut without a word: what cannot be on the disk is said by name."""

import os
import shutil
import socket
import unittest

from support import CLI, SystemTest, judge, make_small, run, write


class DoesNotFit(SystemTest):
    def test_a_full_root_directory_says_how_many_entries_there_are(self):
        folder = self.temp / "many"
        for number in range(65):
            write(folder / f"F{number}", "")
        result = self.assert_refused("create", folder, "-o", self.temp / "x.img", "--floppy",
                                     "160K", says="64")
        self.assertIn("root", result.stderr)
        plan = self.plan(folder, "--floppy", "160K", status=1)
        self.assertFalse(plan["possible"])
        self.assertEqual([item["reason"] for item in plan["unfit"]], ["root-full"])
        self.assertEqual(plan["usage"]["rootEntriesNeeded"], 65)

    def test_a_root_directory_may_be_exactly_full(self):
        folder = self.temp / "many"
        for number in range(64):
            write(folder / f"F{number}", "")
        judge(self, self.create(folder, "--floppy", "160K"), folder)

    def test_a_label_takes_a_root_entry(self):
        folder = self.temp / "many"
        for number in range(64):
            write(folder / f"F{number}", "")
        self.assert_refused("create", folder, "-o", self.temp / "x.img", "--floppy", "160K",
                            "--label", "FULL", says="64")

    def test_all_that_does_not_fit_is_named_and_can_be_skipped(self):
        folder = self.temp / "mixed"
        write(folder / "a small one.txt", "fits\n")
        for name in ("huge one.bin", "huge two.bin"):
            write(folder / "sub" / name, b"x" * 200_000)
        result = self.assert_refused("create", folder, "-o", self.temp / "x.img", "--floppy",
                                     "160K", says="sub/huge one.bin")
        self.assertIn("sub/huge two.bin", result.stderr)
        image = self.temp / "skipped.img"
        self.cli("create", folder, "-o", image, "--floppy", "160K", "--skip-unfit")
        shutil.rmtree(folder / "sub")
        (folder / "sub").mkdir()
        judge(self, image, folder)

    def test_what_would_do_is_said(self):
        folder = self.temp / "half"
        write(folder / "HALF.BIN", b"x" * 600_000)
        result = self.assert_refused("create", folder, "-o", self.temp / "x.img", "--floppy",
                                     "360K", says="--floppy 720K")
        self.assertIn("HALF.BIN", result.stderr)
        for option in ("--size", "--exclude", "--skip-unfit"):
            self.assertIn(option, result.stderr)

    def test_strict_makes_findings_a_refusal(self):
        folder = self.temp / "odd"
        write(folder / "a:b", "x")
        result = self.assert_refused("create", folder, "-o", self.temp / "x.img", "--strict",
                                     says="--strict")
        self.assertIn("a:b", result.stderr)
        self.cli("plan", folder, "--strict", status=1)
        self.cli("create", folder, "-o", self.temp / "y.img", "--strict", "--exclude", "a:b")


class LeftOut(SystemTest):
    def test_what_is_no_file_is_left_out_with_a_word(self):
        folder = make_small(self.temp / "small")
        write(self.temp / "outside.txt", "secret")
        os.mkfifo(folder / "fifo")
        (folder / "dangling").symlink_to("nowhere")
        (folder / "leaves").symlink_to(self.temp / "outside.txt")
        (folder / "leaves too").symlink_to("../outside.txt")
        (folder / "loop").symlink_to(".")
        with socket.socket(socket.AF_UNIX) as unix:
            unix.bind(str(folder / "socket"))
        plan = self.plan(folder)
        left_out = {item["path"] for item in plan["leftOut"]}
        self.assertEqual(left_out, {"fifo", "dangling", "leaves", "leaves too", "loop", "socket"})
        result = self.cli("create", folder, "-o", self.temp / "disk.img")
        for name in left_out:
            self.assertIn(f"warning: {name}: ", result.stderr)
        for name in left_out:
            (folder / name).unlink()
        judge(self, self.temp / "disk.img", folder)

    def test_links_inside_the_folder_are_followed(self):
        folder = make_small(self.temp / "small")
        (folder / "link.txt").symlink_to("docs/lower.txt")
        (folder / "folder").symlink_to("docs/more")
        image = self.create(folder)
        self.assertEqual(self.cli("cat", image, "/link.txt").stdout, "case bits\n")
        self.assertEqual(self.cli("cat", image, "/folder/MiXeD.TxT").stdout, "mixed\n")

    def test_a_file_that_may_not_be_read_is_refused_by_name(self):
        folder = make_small(self.temp / "small")
        (folder / "S512.BIN").chmod(0)
        program = shutil.copy(CLI, self.temp / "fatlas-cli-copy")
        os.chmod(self.temp, 0o777)
        as_nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
        result = run(program, "create", folder, "-o", self.temp / "x.img", status=1, **as_nobody)
        self.assertIn("S512.BIN", result.stderr)
        self.assertFalse((self.temp / "x.img").exists())
        run(program, "create", folder, "-o", self.temp / "y.img", "--skip-unfit", **as_nobody)
        self.cli("cat", self.temp / "y.img", "/S512.BIN", status=3)

    def test_excluded_things_are_not_on_the_disk(self):
        folder = make_small(self.temp / "small")
        write(folder / "docs" / "x.bak", "no")
        write(folder / "build" / "x.o", "no")
        image = self.create(folder, "--exclude", "*.bak", "--exclude", "/build")
        shutil.rmtree(folder / "build")
        (folder / "docs" / "x.bak").unlink()
        judge(self, image, folder)


if __name__ == "__main__":
    unittest.main(verbosity=1)
