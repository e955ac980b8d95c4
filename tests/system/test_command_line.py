#!/usr/bin/env python3
"""The rim: help, exit statuses, what goes to which stream, JSON, and what may reach a terminal."""

import json
import os
import pty
import re
import subprocess
import unittest

from support import CLI, SystemTest, environment, make_flat, make_small, need, run, write

VERBS = ("create", "plan", "info", "ls", "cat", "extract")


class Help(SystemTest):
    def test_every_verb_has_help_with_examples(self):
        for verb in VERBS:
            with self.subTest(verb=verb):
                result = self.cli(verb, "--help")
                self.assertIn("Examples:", result.stdout)
                self.assertIn(f"fatlas-cli {verb} ", result.stdout)
                self.assertEqual(result.stderr, "")
        self.assertIn("Exit status", self.cli("--help").stdout)

    def test_the_version_is_said(self):
        self.assertRegex(self.cli("--version").stdout, r"^fatlas-cli \d+\.\d+\.\d+\n$")

    def test_every_option_of_create_is_an_option_of_plan(self):
        def options(verb):
            return set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", self.cli(verb, "--help").stdout,
                                  re.M))
        self.assertEqual(options("create") - options("plan"), {"--output", "--force", "--format",
                                                               "--block-size"})


class Statuses(SystemTest):
    def setUp(self):
        super().setUp()
        self.folder = make_small(self.temp / "small")

    def test_wrong_use_is_2_with_one_sentence(self):
        image = str(self.temp / "x.img")
        folder = str(self.folder)
        for arguments in ([], ["nonsense"], ["create"], ["create", folder],
                          ["create", folder, "-o", image, "--nonsense"],
                          ["create", folder, "-o", image, "--fat", "13"],
                          ["create", folder, "-o", image, "--floppy", "1.45M"],
                          ["create", folder, "-o", image, "--size", "12Q"],
                          ["create", folder, "-o", image, "--size", "-1"],
                          ["create", folder, "-o", image, "--sector-size", "513"],
                          ["create", folder, "-o", image, "--serial", "XYZ"],
                          ["create", folder, "-o", image, "--timezone", "Mars"],
                          ["create", folder, "extra", "-o", image],
                          ["ls"], ["cat", folder], ["extract", folder]):
            with self.subTest(arguments=arguments):
                result = self.cli(*arguments, status=2)
                self.assertEqual(result.stdout, "")
                self.assertRegex(result.stderr, r"^fatlas-cli: [^\n]+\n$")
        self.assertFalse(os.path.exists(image))

    def test_input_that_is_not_there_is_3(self):
        for arguments in (["info", "/nonexistent"], ["ls", "/nonexistent"],
                          ["cat", str(self.folder), "/none"], ["plan", "/nonexistent"],
                          ["ls", str(self.folder), "/docs/none"]):
            with self.subTest(arguments=arguments):
                result = self.cli(*arguments, status=3)
                self.assertRegex(result.stderr, r"^fatlas-cli: [^\n]+\n$")

    def test_what_is_no_fat_volume_is_named(self):
        for content, says in ((b"just some text\n" * 100, "text"),
                              (b"QFI\xfb" + bytes(5000), "qcow2"), (bytes(9000), "zeros"),
                              (b"", "empty"), (b"\x89PNG\r\n\x1a\n" + bytes(99), "PNG")):
            with self.subTest(says=says):
                file = write(self.temp / "thing", content)
                self.assertIn(says, self.cli("info", file, status=3).stderr)

    def test_a_disk_takes_no_layout_options(self):
        image = self.create(self.folder, "--floppy", "1.44M")
        self.assertIn("--floppy", self.cli("ls", image, "--floppy", "720K", status=1).stderr)
        self.cli("ls", image, "--codepage", "850", "--timezone", "utc")

    def test_findings_go_to_stderr_and_the_status_stays_0(self):
        write(self.folder / "a:b", "x")
        result = self.cli("create", self.folder, "-o", self.temp / "disk.img")
        self.assertIn("warning: a:b: ", result.stderr)
        self.assertNotIn("warning", result.stdout)


class Json(SystemTest):
    def test_every_json_is_json(self):
        folder = make_small(self.temp / "small")
        write(folder / 'quo"te\\.txt', "x")
        (folder / os.fsdecode(b"\xff\xfe bytes")).write_bytes(b"x")
        image = self.temp / "disk.img"
        made = json.loads(self.cli("create", folder, "-o", image, "--json").stdout)
        self.assertEqual(made["image"], str(image))
        self.assertTrue(made["plan"]["possible"])
        self.assertEqual(made["saved"]["size"], image.stat().st_size)
        plan = json.loads(self.cli("plan", folder, "--json").stdout)
        self.assertEqual(len(plan["nameChanges"]), 2)
        self.assertEqual(plan["volume"], made["plan"]["volume"])
        info = json.loads(self.cli("info", image, "--json").stdout)
        self.assertEqual(info["usage"]["fileCount"], plan["usage"]["fileCount"])
        items = json.loads(self.cli("ls", image, "-R", "--json").stdout)
        self.assertEqual(len(items), plan["usage"]["fileCount"] + plan["usage"]["directoryCount"])
        self.assertIn("/docs/lower.txt", [item["path"] for item in items])
        self.assertEqual(json.loads(self.cli("ls", image, "/empty folder", "--json").stdout), [])
        one = json.loads(self.cli("ls", image, "/docs/lower.txt", "--json").stdout)
        self.assertEqual([item["path"] for item in one], ["/docs/lower.txt"])

    def test_a_refused_plan_says_so(self):
        folder = self.temp / "large"
        write(folder / "LARGE.BIN", b"x" * 400_000)
        plan = json.loads(self.cli("plan", folder, "--floppy", "160K", "--json", status=1).stdout)
        self.assertFalse(plan["possible"])
        self.assertTrue(plan["refusal"])
        self.assertEqual(plan["unfit"][0]["path"], "LARGE.BIN")


class Streams(SystemTest):
    def test_names_are_escaped_wherever_they_are_shown(self):
        folder = self.temp / "evil"
        for name in ("red\x1b[31m", "bell\a", "rtl\u202egnp.exe", "back\rslash"):
            write(folder / name, "x")
        outputs = [self.cli("plan", folder), self.cli("ls", folder, status=0),
                   self.cli("create", folder, "-o", self.temp / "disk.img"),
                   self.cli("ls", folder, "/no\x1b[2Jne", status=3),
                   self.cli("create", self.temp / "no\x1b[2Jne", "-o", "x", status=3)]
        for result in outputs:
            for text in (result.stdout, result.stderr):
                self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]")

    def test_a_closed_output_ends_quietly(self):
        folder = make_flat(self.temp / "flat" / "inside", 3000).parent
        command = f'"{CLI}" ls "{folder}" -R --fat 32 | head -n 1; echo "${{PIPESTATUS[0]}}"'
        result = run("bash", "-c", command)
        self.assertEqual(result.stderr, "")
        self.assertIn(result.stdout.splitlines()[-1], ("0", "141"))

    def test_an_output_that_is_full_is_an_error(self):
        folder = make_small(self.temp / "small")
        for verb in (["ls", folder], ["cat", folder, "/S20000.BIN"], ["plan", folder]):
            with self.subTest(verb=verb[0]), open("/dev/full", "wb") as full:
                result = subprocess.run([CLI, *map(str, verb)], stdout=full, check=False,
                                        stderr=subprocess.PIPE, text=True, env=environment())
                self.assertEqual(result.returncode, 3)
                self.assertIn("No space left", result.stderr)

    def test_streams_that_are_closed_do_no_harm(self):
        folder = make_small(self.temp / "small")
        write(folder / "a:b", "a finding for stderr")
        image = self.temp / "disk.img"
        command = f'"{CLI}" create "{folder}" -o "{image}" --floppy 1.44M'
        self.assertEqual(run("bash", "-c", f"{command} 0>&- 1>&- 2>&-", status=3).stderr, "")
        self.assertEqual(image.stat().st_size, 1440 << 10)
        image.unlink()
        need(self, "fsck.fat")
        run("bash", "-c", f"{command} 2>&-")
        run("fsck.fat", "-n", image)

    def test_no_progress_where_there_is_no_terminal(self):
        folder = make_small(self.temp / "small")
        result = self.cli("create", folder, "-o", self.temp / "disk.img")
        self.assertEqual(result.stderr, "")

    def test_progress_on_a_terminal_wipes_itself_away(self):
        folder = self.temp / "large"
        for number in range(30):
            write(folder / f"F{number}.BIN", os.urandom(4 << 20))
        main, side = pty.openpty()
        process = subprocess.Popen([CLI, "create", str(folder), "-o", str(self.temp / "x.img")],
                                   stdout=subprocess.DEVNULL, stderr=side,
                                   env=environment(TERM="xterm"))
        os.close(side)
        shown = b""
        while True:
            try:
                block = os.read(main, 65536)
            except OSError:
                break
            if not block:
                break
            shown += block
        self.assertEqual(process.wait(), 0)
        os.close(main)
        if shown:  # on a fast machine it is done before anything is drawn
            self.assertIn(b"saving", shown)
            self.assertTrue(shown.endswith(b"\r\x1b[K"), shown[-60:])


class Reading(SystemTest):
    def setUp(self):
        super().setUp()
        self.folder = make_small(self.temp / "small")

    def test_image_and_source_look_the_same(self):
        options = ["--floppy", "1.44M", "--reproducible"]
        image = self.create(self.folder, *options)
        self.assertEqual(self.cli("ls", image, "-R").stdout,
                         self.cli("ls", self.folder, "-R", *options).stdout)
        self.assertEqual(self.info(image)["usage"], self.info(self.folder, *options)["usage"])

    def test_ls_lines_up(self):
        lines = self.cli("ls", self.folder).stdout.splitlines()
        self.assertEqual(len(lines), 12)
        line = next(line for line in lines if "S20000" in line)
        self.assertRegex(line, r"^----a +20,000  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  S20000.BIN    S2")
        self.assertEqual(len({line.index("S") for line in lines if "  S" in line}), 1)

    def test_cat_gives_the_very_bytes(self):
        for path in ("/S20000.BIN", "s20000.bin", "\\S20000.BIN"):
            with self.subTest(path=path):
                content = self.cli("cat", self.folder, path, text=False).stdout
                self.assertEqual(content, (self.folder / "S20000.BIN").read_bytes())
        self.assertEqual(self.cli("cat", self.folder, "/S0.BIN").stdout, "")
        self.assertIn("is a folder", self.cli("cat", self.folder, "/docs", status=1).stderr)

    def test_plan_says_what_matters(self):
        said = self.cli("plan", self.folder, "--floppy", "1.44M").stdout
        for part in ("1.44M floppy", "FAT12", "2,847 clusters", "80 cylinders", "13 files",
                     "Root entries", "would do"):
            self.assertIn(part, said)

    def test_info_lists_several_partitions(self):
        need(self, "sfdisk")
        first = self.create(self.folder, "--floppy", "1.44M", name="first.img")
        disk = self.temp / "two.img"
        content = first.read_bytes()
        with open(disk, "wb") as file:
            file.truncate(8 << 20)
            for start in (2048, 8192):
                file.seek(start * 512)
                file.write(content)
        run("bash", "-c", f"printf '2048 2880 1\\n8192 2880 1\\n' | sed 's/ /,/g' | "
                          f"sfdisk -q '{disk}'")
        result = self.cli("info", disk, status=1)
        self.assertIn("Partition 1: ", result.stdout)
        self.assertIn("Partition 2: ", result.stdout)
        self.assertIn("--partition-index", result.stderr)
        self.assertIn("Volume in partition 2", self.cli("info", disk, "--partition-index",
                                                        "2").stdout)
        self.cli("ls", disk, "--partition-index", "3", status=1)


if __name__ == "__main__":
    unittest.main(verbosity=1)
