#!/usr/bin/env python3
"""`serve --rw` where something may be lost: cut off, filled with zeros, edited on both sides, deleted
by the dozen, formatted. Nothing the host or the guest had may be gone without a word.
"""

import json
import os
import shlex
import signal
import subprocess
import time
import unittest
from pathlib import Path

from fat_sectors import changed_sectors
from serving import FLUSH, TRIM, WRITE, Raw
from support import CLI, pattern, run, write
from test_writeback import Guest, WriteBackTest, make_source
from test_writeback import state_of as whole_state_of

FAT16 = ("--fat", "16", "--size", "16M", "--timezone", "utc")


def state_of(folder):
    """Without the keep, which stays as long as the session."""
    return {path: what for path, what in whole_state_of(folder).items()
            if not path.startswith(".fatlas-keep-")}


class DangerTest(WriteBackTest):
    def setUp(self):
        super().setUp()
        self.source = make_source(self.temp / "source")

    def served(self, *options):
        return self.serving(self.source, *FAT16, "--settle", "50", *options)

    def guest_of(self, server):
        """mtools on a copy; write() sends what it changed."""
        self.image = self.copy_of(server)
        self.before = self.image.read_bytes()
        return Guest(self.image, 0)

    def write(self, server):
        self.replay(server, changed_sectors(self.before, self.image.read_bytes()), 0)
        self.before = self.image.read_bytes()

    def wait_until(self, condition, what):
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)

    def recover(self, *options, status=0):
        self.assertEqual(len(self.sessions()), 1)
        return run(CLI, "recover", self.sessions()[0], *options, env=self.env, status=status)


class TestCutOff(DangerTest):
    """The server dies; what was flushed is brought home by whoever comes next."""

    def cut_off(self):
        with self.served("--commit", "end") as server:
            guest = self.guest_of(server)
            guest.put("NEW.TXT", pattern(9000, 50))
            guest.delete("A.TXT")
            guest.rename("docs", "papers")
            guest.put("B.TXT", pattern(100, 51))
            self.write(server)
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
        return guest

    def test_recover(self):
        guest = self.cut_off()
        before = state_of(self.source)
        listed = json.loads(run(CLI, "sessions", "--json", env=self.env).stdout)
        self.assertEqual(len(listed), 1, listed)
        self.assertEqual(state_of(self.source), before)
        report = json.loads(self.recover().stdout)
        self.assertTrue(report["complete"], report)
        self.assert_home(guest, self.source)
        self.assertEqual(self.sessions(), [])

    def test_the_next_session_recovers(self):
        guest = self.cut_off()
        with self.served() as server:
            self.assertEqual(server.stop()[0], 0)
        self.assert_home(guest, self.source)
        self.assertEqual(self.sessions(), [])

    def test_discard(self):
        before = state_of(self.source)
        self.cut_off()
        run(CLI, "discard", self.sessions()[0], env=self.env)
        self.assertEqual(state_of(self.source), before)
        self.assertEqual(self.sessions(), [])
        run(CLI, "recover", "nothing", env=self.env, status=3)

    def test_killed_again_and_again_while_it_commits(self):
        """Each kill comes at another moment; the end is the guest's state."""
        with self.served("--commit", "end") as server:
            guest = self.guest_of(server)
            for number in range(30):
                guest.put(f"N{number}.TXT", pattern(700 * number, number))
            guest.delete_tree("docs")
            guest.move("other", "many")
            self.write(server)
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
        name = self.sessions()[0]
        for delay in range(3, 60, 2):
            with background(self.env, "recover", name) as process:
                time.sleep(delay / 1000)
                process.kill()
                process.wait()
        left = run(CLI, "sessions", env=self.env).stdout  # removes what is left of one that is over
        if left:
            self.recover()
        self.assert_home(guest, self.source)
        self.assertEqual(self.sessions(), [])


def background(env, *arguments):
    return subprocess.Popen([CLI, *arguments], env=env, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class TestGuard(DangerTest):
    """More is deleted than people delete."""

    def delete_most(self, guest):
        guest.delete(*(f"many/file{number}.dat" for number in range(24)))
        guest.delete_tree("docs")

    def test_mass_deletion_is_held(self):
        before = state_of(self.source)
        with self.served() as server:
            guest = self.guest_of(server)
            self.delete_most(guest)
            self.write(server)
            status, said = server.stop()
        self.assertNotEqual(status, 0, said)
        self.assertIn("--allow-mass-delete", said)
        self.assertEqual(state_of(self.source), before)
        self.recover(status=1)
        self.assertEqual(state_of(self.source), before)
        self.recover("--allow-mass-delete")
        self.assert_home(guest, self.source)

    def test_mass_deletion_may_be_allowed(self):
        with self.served("--allow-mass-delete") as server:
            guest = self.guest_of(server)
            self.delete_most(guest)
            self.write(server)
            self.assertEqual(server.stop()[0], 0)
        self.assert_home(guest, self.source)

    def test_formatting_is_held(self):
        before = state_of(self.source)
        with self.served() as server:
            self.guest_of(server)
            run("mkfs.fat", "-F", "16", self.image)
            self.write(server)
            status, said = server.stop()
        self.assertNotEqual(status, 0, said)
        self.assertEqual(state_of(self.source), before)

    def test_zeros_everywhere_are_held(self):
        before = state_of(self.source)
        with self.served() as server:
            self.guest_of(server)
            with Raw(server.socket) as client:
                size = client.enter()
                self.assertEqual(client.ask(TRIM, 0, size), 0)
                self.assertEqual(client.ask(FLUSH), 0)
            status, said = server.stop()
        self.assertNotEqual(status, 0, said)
        self.assertEqual(state_of(self.source), before)

    def test_random_bytes_in_the_fat(self):
        """A guest gone mad; afterwards every file of the host is there or was brought by it."""
        before = state_of(self.source)
        with self.served() as server:
            self.guest_of(server)
            with Raw(server.socket) as client:
                client.enter()
                self.assertEqual(client.ask(WRITE, 512 * 4, 8192, payload=pattern(8192, 3)), 0)
                self.assertEqual(client.ask(FLUSH), 0)
            server.stop()
        after = state_of(self.source)
        self.assertEqual(sorted(after), sorted(before))


class TestBothSides(DangerTest):
    """The host changes what the guest changes, too."""

    def test_both_write_a_file(self):
        with self.served() as server:
            guest = self.guest_of(server)
            write(self.source / "B.TXT", b"of the host")
            guest.put("B.TXT", b"of the guest")
            guest.put("FINE.TXT", b"no conflict here")
            self.write(server)
            status, said = server.stop()
        self.assertNotEqual(status, 0, said)
        self.assertIn("B.TXT", said)
        self.assertEqual((self.source / "B.TXT").read_bytes(), b"of the host")
        self.assertEqual((self.source / "FINE.TXT").read_bytes(), b"no conflict here")
        # The guest's version is in the session until somebody decides.
        (self.source / "B.TXT").rename(self.temp / "aside")
        self.recover(status=None)
        versions = [path.read_bytes() for path in self.source.glob("B*")]
        self.assertTrue(b"of the guest" in versions or self.sessions(), versions)
        self.assertEqual((self.temp / "aside").read_bytes(), b"of the host")

    def test_guest_deletes_what_the_host_edits(self):
        with self.served() as server:
            guest = self.guest_of(server)
            write(self.source / "B.TXT", b"edited while the guest ran")
            guest.delete("B.TXT")
            self.write(server)
            status, said = server.stop()
        self.assertNotEqual(status, 0, said)
        self.assertEqual((self.source / "B.TXT").read_bytes(), b"edited while the guest ran")

    def test_both_make_a_file(self):
        with self.served() as server:
            guest = self.guest_of(server)
            write(self.source / "SAME.TXT", b"of the host")
            guest.put("SAME.TXT", b"of the guest")
            self.write(server)
            status, said = server.stop()
        self.assertNotEqual(status, 0, said)
        self.assertEqual((self.source / "SAME.TXT").read_bytes(), b"of the host")
        self.assertEqual(len(self.sessions()), 1)

    def test_a_name_that_was_left_out(self):
        write(self.source / "LEFT.BAK", b"never shown to the guest")
        with self.served("--exclude", "*.BAK") as server:
            guest = self.guest_of(server)
            guest.put("LEFT.BAK", b"of the guest")
            self.write(server)
            status, said = server.stop()
        self.assertNotEqual(status, 0, said)
        self.assertEqual((self.source / "LEFT.BAK").read_bytes(), b"never shown to the guest")

    def test_a_removed_folder_keeps_what_was_left_out(self):
        write(self.source / "docs" / "secret.BAK", b"never shown to the guest")
        with self.served("--exclude", "*.BAK") as server:
            guest = self.guest_of(server)
            guest.delete_tree("docs")
            self.write(server)
            server.stop()
        self.assertEqual((self.source / "docs" / "secret.BAK").read_bytes(),
                         b"never shown to the guest")
        self.assertFalse((self.source / "docs" / "one.txt").exists())

    def test_new_files_of_the_host_stay(self):
        with self.served() as server:
            guest = self.guest_of(server)
            write(self.source / "docs" / "made meanwhile.txt", b"by the host")
            guest.put("OTHER.TXT", b"by the guest")
            self.write(server)
            self.assertEqual(server.stop()[0], 0)
        self.assertEqual((self.source / "docs" / "made meanwhile.txt").read_bytes(), b"by the host")
        self.assertEqual((self.source / "OTHER.TXT").read_bytes(), b"by the guest")

    def test_the_folder_goes_away(self):
        with self.served() as server:
            guest = self.guest_of(server)
            self.source.rename(self.temp / "elsewhere")
            guest.put("NEW.TXT", b"new")
            self.write(server)
            status, said = server.stop()
        elsewhere = self.temp / "elsewhere"
        if status == 0:  # it followed the folder itself
            self.assertEqual((elsewhere / "NEW.TXT").read_bytes(), b"new")
        else:
            self.assertEqual(len(self.sessions()), 1, said)
        self.assertEqual((elsewhere / "A.TXT").read_bytes(), pattern(100, 1))

    def test_two_sessions_are_refused(self):
        with self.served():
            done = run(CLI, "serve", self.source, "--rw", "--run", "true", env=self.env, status=None)
            self.assertEqual(done.returncode, 125, done.stderr)
            self.assertIn("another", done.stderr)


class TestMetadata(DangerTest):
    """What only the host knows survives."""

    def test_hard_links_modes_and_attributes(self):
        os.link(self.source / "B.TXT", self.temp / "second name")
        os.chmod(self.source / "A.TXT", 0o751)
        os.chown(self.source / "A.TXT", 1234, 4321)
        with self.served() as server:
            guest = self.guest_of(server)
            guest.put("B.TXT", pattern(7000, 60))
            guest.put("A.TXT", pattern(300, 61))
            self.write(server)
            self.assertEqual(server.stop()[0], 0)
        self.assert_home(guest, self.source)
        self.assertEqual((self.temp / "second name").read_bytes(), pattern(7000, 60))
        self.assertEqual((self.source / "B.TXT").stat().st_nlink, 2)
        stat = (self.source / "A.TXT").stat()
        self.assertEqual((stat.st_mode & 0o777, stat.st_uid, stat.st_gid), (0o751, 1234, 4321))

    def test_links_and_others_are_left_alone(self):
        (self.source / "docs" / "link").symlink_to("nowhere")
        os.mkfifo(self.source / "docs" / "pipe")
        with self.served() as server:
            guest = self.guest_of(server)
            guest.rename("docs", "papers")
            guest.put("papers/new.txt", b"new")
            self.write(server)
            status, said = server.stop()
        found = {path.name: path.parent.name for path in self.source.rglob("*")}
        self.assertIn("link", found, said)
        self.assertIn("pipe", found, said)
        self.assertEqual(status, 0, said)
        self.assertEqual((self.source / "papers" / "new.txt").read_bytes(), b"new")

    def test_only_the_time_of_what_changed(self):
        untouched = self.source / "docs" / "one.txt"
        os.utime(untouched, ns=(1_600_000_001_123_456_789, 1_600_000_001_123_456_789))
        with self.served() as server:
            guest = self.guest_of(server)
            guest.rename("docs", "papers")
            guest.put("NEW.TXT", b"new")
            self.write(server)
            self.assertEqual(server.stop()[0], 0)
        moved = self.source / "papers" / "one.txt"
        self.assertEqual(moved.stat().st_mtime_ns, 1_600_000_001_123_456_789)

    def test_discarded_sectors_of_a_file(self):
        """A guest that discards what still belongs to a file reads zeros; so does the host."""
        with self.served() as server:
            self.guest_of(server)
            content = pattern(20_000, 3)
            at = self.before.find(content[:512])
            with Raw(server.socket) as client:
                client.enter()
                self.assertEqual(client.ask(TRIM, at, 512), 0)
                self.assertEqual(client.ask(FLUSH), 0)
            self.assertEqual(server.stop()[0], 0)
        self.assertEqual((self.source / "long name of a file.text").read_bytes(),
                         bytes(512) + content[512:])

    def test_names_that_fat_cannot_hold(self):
        write(self.source / "a:b?.txt", b"colon")
        write(self.source / "CON", b"device")
        with self.served() as server:
            guest = self.guest_of(server)
            names = [line for line in guest.do("mdir", "-b", "-a", "::").stdout.splitlines() if line]
            mapped = next(name for name in names if guest.get(name[3:]) == b"colon")[3:]
            guest.put(mapped, b"written by the guest")
            self.write(server)
            self.assertEqual(server.stop()[0], 0)
        self.assertEqual((self.source / "a:b?.txt").read_bytes(), b"written by the guest")
        self.assertEqual((self.source / "CON").read_bytes(), b"device")


class TestRun(DangerTest):
    """`--run` in a job: status and report."""

    def run_job(self, command, *options, status):
        done = run(CLI, "serve", self.source, *FAT16, "--rw", *options, "--run", command,
                   env=self.env, status=None)
        self.assertEqual(done.returncode, status, done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def test_status_of_the_command(self):
        report = self.run_job("exit 7", status=7)
        self.assertEqual((report["complete"], report["changes"]), (True, []))

    def test_nothing_lost_when_something_is_left(self):
        edited = shlex.quote(str(self.source / "B.TXT"))
        script = self.temp / "job.py"
        script.write_text(
            "import sys; sys.path.insert(0, sys.argv[2])\n"
            "from serving import Raw, WRITE, FLUSH\n"
            "with Raw(sys.argv[1]) as client:\n"
            "    size = client.enter()\n"
            "    disk = client.ask(WRITE, 0, 512, payload=bytes(512))\n"
            "    client.ask(FLUSH)\n")
        report = self.run_job(f"python3 {shlex.quote(str(script))} $unixsocket "
                              f"{shlex.quote(str(Path(__file__).resolve().parent))}; ls {edited}",
                              status=125)
        self.assertFalse(report["complete"])
        self.assertTrue(report["session"])
        self.assertEqual(len(self.sessions()), 1)

    def test_events(self):
        events = self.temp / "events"
        with self.served("--events", str(events)) as server:
            guest = self.guest_of(server)
            guest.put("NEW.TXT", b"new")
            self.write(server)
            self.assertEqual(server.stop()[0], 0)
        lines = [json.loads(line) for line in events.read_text().splitlines()]
        self.assertTrue(any("NEW.TXT" in json.dumps(line) for line in lines), lines[-3:])


if __name__ == "__main__":
    unittest.main()
