#!/usr/bin/env python3
"""An image appears whole or not at all, whatever happens while it is made."""

import os
import shutil
import signal
import subprocess
import threading
import time
import unittest

from support import (CLI, SystemTest, digest, environment, judge, leftovers, make_small, need,
                     pattern, run, write)


class Targets(SystemTest):
    def setUp(self):
        super().setUp()
        self.folder = make_small(self.temp / "small")

    def test_an_existing_file_is_kept_unless_told(self):
        image = write(self.temp / "disk.img", "precious")
        result = self.cli("create", self.folder, "-o", image, status=1)
        self.assertIn("exists already", result.stderr)
        self.assertEqual(image.read_text(), "precious")
        self.cli("create", self.folder, "-o", image, "--force", "--floppy", "1.44M")
        judge(self, image, self.folder)
        self.assertEqual(leftovers(self.temp), ["disk.img"])

    def test_a_refusal_keeps_what_force_would_replace(self):
        image = write(self.temp / "disk.img", "precious")
        self.cli("create", self.folder, "-o", image, "--force", "--floppy", "160K", "--fat", "16",
                 status=1)
        self.assertEqual(image.read_text(), "precious")

    def test_a_target_that_cannot_be_written_is_said(self):
        for target, says in ((self.temp / "none" / "x.img", "No such file"),
                             (self.folder / "S1.BIN" / "x.img", "Not a directory")):
            with self.subTest(target=target):
                result = self.cli("create", self.folder, "-o", target, status=3)
                self.assertIn(says, result.stderr)
                self.assertIn(str(target.parent), result.stderr)
        self.cli("create", self.folder, "-o", self.temp, status=1)

    def test_a_folder_that_may_not_be_written_is_said(self):
        closed = self.temp / "closed"
        closed.mkdir(mode=0o555)
        program = shutil.copy(CLI, self.temp / "fatlas-cli-copy")
        os.chmod(self.temp, 0o755)
        as_nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
        result = run(program, "create", self.folder, "-o", closed / "x.img", status=3, **as_nobody)
        self.assertIn("Permission denied", result.stderr)
        self.assertEqual(list(closed.iterdir()), [])

    def test_an_older_image_in_the_folder_itself_is_left_out(self):
        for _ in range(3):
            result = run(CLI, "create", ".", "-o", "disk.img", "--force", "--floppy", "1.44M",
                         cwd=self.folder)
        self.assertIn("1 item excluded", result.stdout)
        listing = self.cli("ls", self.folder / "disk.img").stdout
        self.assertNotIn("disk.img", listing)

    def test_a_source_that_is_no_folder_is_said(self):
        self.assert_refused("create", self.temp / "none", "-o", self.temp / "x.img",
                            says="No such file", status=3)
        self.assert_refused("create", self.folder / "S1.BIN", "-o", self.temp / "x.img",
                            says="is a file, expected a folder")


class FullDisk(SystemTest):
    def test_nothing_is_left_when_the_disk_is_full(self):
        if os.getuid() != 0:
            self.skipTest("mounting takes root")
        mount = self.temp / "tmpfs"
        mount.mkdir()
        try:
            run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount)
        except AssertionError as error:
            self.skipTest(f"cannot mount here: {error}")
        self.addCleanup(run, "umount", mount)
        folder = self.temp / "source"
        write(folder / "LARGE.BIN", pattern(8 << 20))
        result = self.cli("create", folder, "-o", mount / "x.img", status=3)
        self.assertIn("No space left", result.stderr)
        self.assertEqual(list(mount.iterdir()), [])


class Changes(SystemTest):
    """A host file that changes while it is copied: an error that names it, and nothing left."""

    def attempts(self, folder, disturb, count=25):
        """Runs create while `disturb` goes on; returns (status, stderr) of each."""
        need(self, "fsck.fat")
        stop = threading.Event()
        worker = threading.Thread(target=lambda: disturb(stop))
        worker.start()
        results = []
        try:
            for _ in range(count):
                image = self.temp / "x.img"
                result = self.cli("create", folder, "-o", image, status=None)
                results.append((result.returncode, result.stderr))
                if result.returncode == 0:
                    self.consistent(image)
                    image.unlink()
                self.assertEqual(leftovers(self.temp), [])
        finally:
            stop.set()
            worker.join()
        return results

    def consistent(self, image):
        self.assertEqual(run("fsck.fat", "-n", image, status=None).returncode, 0)

    def test_a_growing_file(self):
        folder = self.temp / "growing"
        for number in range(20):
            write(folder / f"A{number}.BIN", pattern(200_000, number))
        log = write(folder / "LOG.TXT", "")

        def grow(stop):
            while not stop.is_set():
                with open(log, "ab") as file:
                    file.write(b"line\n" * 100)
                time.sleep(0.0005)

        results = self.attempts(folder, grow)
        for status, said in results:
            self.assertIn(status, (0, 3), said)
            if status:
                self.assertIn("LOG.TXT", said)
        self.assertIn(3, {status for status, _ in results}, "the file never changed in time")

    def test_a_shrinking_replaced_or_vanishing_file(self):
        folder = self.temp / "changing"
        for number in range(20):
            write(folder / f"A{number}.BIN", pattern(200_000, number))
        victim = write(folder / "VICTIM.BIN", pattern(300_000))

        def change(stop):
            turn = 0
            while not stop.is_set():
                turn += 1
                if turn % 3 == 0:
                    os.truncate(victim, 10)
                elif turn % 3 == 1:
                    write(folder / "VICTIM.NEW", pattern(300_000, turn)).rename(victim)
                else:
                    victim.unlink()
                    time.sleep(0.001)
                    write(victim, pattern(100_000, turn))
                time.sleep(0.001)

        for status, said in self.attempts(folder, change):
            self.assertIn(status, (0, 1, 3), said)
            if status == 3:
                self.assertIn("VICTIM", said)


class Interrupted(SystemTest):
    def start(self, folder, image, *options):
        return subprocess.Popen([CLI, "create", str(folder), "-o", str(image), *options],
                                env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True)

    def test_ctrl_c_in_the_middle_leaves_nothing(self):
        folder = self.temp / "source"
        for number in range(40):
            write(folder / f"F{number}.BIN", pattern(4 << 20, number))
        interrupted = 0
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            for delay in (0.0, 0.02, 0.05, 0.1, 0.2):
                with self.subTest(signal=number.name, delay=delay):
                    image = self.temp / "x.img"
                    process = self.start(folder, image)
                    time.sleep(0.03 + delay)
                    process.send_signal(number)
                    _, said = process.communicate(timeout=30)
                    if process.returncode == 0:
                        self.assertTrue(image.exists())
                        image.unlink()
                        continue
                    self.assertIn(process.returncode, (status, -number), said)
                    interrupted += process.returncode == status
                    self.assertEqual(leftovers(self.temp), [])
        self.assertGreater(interrupted, 0, "no signal came in time to interrupt anything")

    def test_ctrl_c_keeps_what_force_would_replace(self):
        folder = self.temp / "source"
        for number in range(40):
            write(folder / f"F{number}.BIN", pattern(4 << 20, number))
        image = write(self.temp / "x.img", "precious")
        before = digest(image)
        process = self.start(folder, image, "--force")
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        if process.returncode != 0:
            self.assertEqual(digest(image), before)
        self.assertEqual(leftovers(self.temp), ["x.img"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
