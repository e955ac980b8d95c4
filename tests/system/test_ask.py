#!/usr/bin/env python3
"""Who decides what comes home: `serve --rw --commit ask` on a terminal, conflicts, dry runs, and what
`recover` does with what nobody decided about.
"""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import threading
import time
import unittest
from pathlib import Path

from fat_sectors import changed_sectors
from serving import PATIENCE, Server
from support import CLI, pattern, run, write
from test_writeback import Guest, WriteBackTest, make_source
from test_writeback_dangers import FAT16, state_of

CHANGES = re.compile(r"Bring home (\d+) changes?\? ")
KEEP = re.compile(r"Keep \[m\]ine, \[t\]heirs, \[b\]oth, \[l\]ater: ")


class Terminal:
    """A program whose questions are read and answered; what it prints goes elsewhere."""

    def __init__(self, arguments, env):
        self.main, side = pty.openpty()
        self.process = subprocess.Popen([CLI, *map(str, arguments)], stdin=side, stderr=side,
                                        stdout=subprocess.PIPE, text=True, env=env)
        os.close(side)
        self.text = ""
        self.at = 0
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        while True:
            try:
                block = os.read(self.main, 65536)
            except OSError:
                block = b""
            with self.changed:
                if not block:
                    self.changed.notify_all()
                    return
                self.text += block.decode(errors="replace").replace("\r\n", "\n")
                self.changed.notify_all()

    def expect(self, wanted):
        """The next place that matches."""
        end = time.monotonic() + PATIENCE
        with self.changed:
            while True:
                found = re.compile(wanted).search(self.text, self.at)
                if found:
                    self.at = found.end()
                    return found
                left = end - time.monotonic()
                if left <= 0 or not self.thread.is_alive():
                    raise AssertionError(f"{wanted!r} never came: {self.text[self.at:]!r}")
                self.changed.wait(min(left, 1))

    def say(self, answer):
        os.write(self.main, f"{answer}\n".encode())

    def end(self, number=signal.SIGINT):
        """Exit status and the rest of the output."""
        if number and self.process.poll() is None:
            self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=PATIENCE)
        self.thread.join(PATIENCE)
        return self.process.returncode, out

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        self.thread.join(PATIENCE)
        os.close(self.main)


class AskTest(WriteBackTest):
    def setUp(self):
        super().setUp()
        self.source = make_source(self.temp / "source")
        self.before = state_of(self.source)

    @contextlib.contextmanager
    def terminal(self, *arguments):
        terminal = Terminal(arguments, self.env)
        try:
            yield terminal
        finally:
            terminal.close()

    @contextlib.contextmanager
    def asked(self, *options):
        with self.terminal("serve", self.source, "--rw", "--commit", "ask", *FAT16, "--settle",
                           "200", *options) as terminal:
            lines = ""
            for line in terminal.process.stdout:
                lines += line
                if line.startswith("Ctrl+C"):
                    break
            terminal.server = Server(terminal.process, lines)
            yield terminal

    def work(self, server, *steps):
        """What a guest does and leaves; gives mtools on what it then has."""
        image = self.copy_of(server)
        before = image.read_bytes()
        guest = Guest(image, 0)
        for step in steps:
            step(guest)
        self.replay(server, changed_sectors(before, image.read_bytes()), 0)
        return guest

    def until(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.02)

    def recover(self, *options, status=0):
        self.assertEqual(len(self.sessions()), 1)
        return run(CLI, "recover", self.sessions()[0], *options, env=self.env, status=status)


def make_and_delete(guest):
    guest.put("NEW.TXT", pattern(3000, 11))
    guest.delete("A.TXT")


class TestAsking(AskTest):
    def test_yes_brings_all_home(self):
        with self.asked() as terminal:
            guest = self.work(terminal.server, make_and_delete)
            terminal.expect(r"create /NEW\.TXT \(3,000 bytes\)")
            self.assertEqual(terminal.expect(CHANGES).group(1), "2")
            self.assertEqual(state_of(self.source), self.before)
            terminal.say("y")
            self.until(lambda: not (self.source / "A.TXT").exists(), "it does not come home")
            self.assertEqual(terminal.end()[0], 0)
        self.assert_home(guest, self.source)
        self.assertEqual(self.sessions(), [])

    def test_no_leaves_the_folder_as_it_is(self):
        with self.asked() as terminal:
            self.work(terminal.server, make_and_delete)
            terminal.expect(CHANGES)
            terminal.say("nonsense?"[3:])  # no letter that was offered
            terminal.expect("first letter")
            terminal.expect(CHANGES)
            terminal.say("no")
            terminal.expect("2 changes stay")
            self.work(terminal.server, lambda guest: guest.put("LATER.TXT", b"later"))
            self.assertEqual(terminal.expect(CHANGES).group(1), "1")
            terminal.say("n")
            terminal.expect("1 change stays")
            self.assertEqual(terminal.end()[0], 0)
        self.assertEqual(state_of(self.source), self.before)
        self.assertEqual(self.sessions(), [])

    def test_each_is_asked_about(self):
        with self.asked() as terminal:
            self.work(terminal.server, make_and_delete)
            terminal.expect(CHANGES)
            terminal.say("e")
            terminal.expect(r"create /NEW\.TXT \(3,000 bytes\)\? ")
            terminal.say("n")
            terminal.expect(r"delete /A\.TXT \(100 bytes\)\? ")
            terminal.say("y")
            self.until(lambda: not (self.source / "A.TXT").exists(), "it does not come home")
            self.assertEqual(terminal.end()[0], 0)
        self.assertFalse((self.source / "NEW.TXT").exists())
        self.assertEqual(self.sessions(), [])

    def test_what_lies_in_a_rejected_folder_is_not_asked_about(self):
        def make_folder(guest):
            guest.make_folder("made")
            guest.put("made/a.txt", b"a")
            guest.put("made/b.txt", b"b")
        with self.asked() as terminal:
            self.work(terminal.server, make_folder)
            self.assertEqual(terminal.expect(CHANGES).group(1), "3")
            terminal.say("e")
            terminal.expect(r"make folder /made\? ")
            terminal.say("n")
            terminal.expect("1 change stays")
            self.assertEqual(terminal.end()[0], 0)
        self.assertEqual(state_of(self.source), self.before)

    def test_enter_asks_again(self):
        with self.asked() as terminal:
            guest = self.work(terminal.server, make_and_delete)
            terminal.expect(CHANGES)
            terminal.say("l")
            terminal.expect("Enter asks again")
            terminal.say("")
            terminal.expect(CHANGES)
            terminal.say("yes")
            self.until(lambda: not (self.source / "A.TXT").exists(), "it does not come home")
            self.assertEqual(terminal.end()[0], 0)
        self.assert_home(guest, self.source)

    def test_without_a_terminal_it_is_refused(self):
        result = run(CLI, "serve", self.source, "--rw", "--commit", "ask", env=self.env, status=1)
        for word in ("terminal", "auto", "end", "--dry-run"):
            self.assertIn(word, result.stderr)
        self.assertEqual(self.sessions(), [])

    def test_after_a_command_the_rest_is_asked_about(self):
        script = self.temp / "guest.sh"
        image = self.temp / "copy.img"
        write(script, f'nbdcopy "$uri" {image} && mcopy -i {image} {self.source}/B.TXT ::NEW.TXT '
                      f'&& nbdcopy {image} "$uri"\n'.encode())
        with self.terminal("serve", self.source, "--rw", "--commit", "ask", *FAT16, "--run",
                           f"sh {script}") as terminal:
            terminal.expect(r"create /NEW\.TXT")
            terminal.expect(CHANGES)
            terminal.say("y")
            status, out = terminal.end(number=None)
            self.assertEqual(status, 0, out)
        report = json.loads(out.splitlines()[-1])
        self.assertTrue(report["complete"])
        self.assertEqual([change["path"] for change in report["changes"]], ["/NEW.TXT"])
        self.assertEqual((self.source / "NEW.TXT").read_bytes(), pattern(5000, 2))

    def test_events_tell_proposals_and_verdicts(self):
        events = self.temp / "events.jsonl"
        with self.asked("--events", events) as terminal:
            self.work(terminal.server, make_and_delete)
            terminal.expect(CHANGES)
            terminal.say("e")
            terminal.expect(r"create /NEW\.TXT .*\? ")
            terminal.say("n")
            terminal.expect(r"delete /A\.TXT .*\? ")
            terminal.say("y")
            self.until(lambda: not (self.source / "A.TXT").exists(), "it does not come home")
            self.assertEqual(terminal.end()[0], 0)
        lines = [json.loads(line) for line in events.read_text().splitlines()]
        proposals = {line["path"]: line for line in lines if line.get("event") == "proposal"}
        self.assertEqual(sorted(proposals), ["/A.TXT", "/NEW.TXT"])
        self.assertEqual(proposals["/NEW.TXT"]["size"], 3000)
        verdicts = {line["number"]: line["verdict"] for line in lines
                    if line.get("event") == "verdict"}
        self.assertEqual(verdicts, {proposals["/NEW.TXT"]["number"]: "reject",
                                    proposals["/A.TXT"]["number"]: "accept"})
        self.assertEqual([line["path"] for line in lines if line.get("event") == "commit"],
                         ["/A.TXT"])


class TestOpenEnd(AskTest):
    """Nobody decided: nothing is carried out, and nothing is lost."""

    def left_open(self, number=signal.SIGINT):
        with self.asked() as terminal:
            guest = self.work(terminal.server, make_and_delete)
            terminal.expect(CHANGES)
            status, _ = terminal.end(number)
        self.assertEqual(state_of(self.source), self.before)
        self.assertEqual(len(self.sessions()), 1)
        return guest, status, terminal.text

    def test_recover_brings_it_home_and_says_so(self):
        guest, status, said = self.left_open()
        self.assertEqual(status, 1)
        self.assertIn("2 changes wait for a verdict", said)
        listed = json.loads(run(CLI, "sessions", "--json", env=self.env).stdout)
        self.assertTrue(listed[0]["asked"])
        result = self.recover()
        self.assertIn("brought home: create /NEW.TXT", result.stderr)
        self.assertIn("brought home: delete /A.TXT", result.stderr)
        self.assertTrue(json.loads(result.stdout)["complete"])
        self.assert_home(guest, self.source)
        self.assertEqual(self.sessions(), [])

    def test_no_later_session_carries_it_out_by_itself(self):
        self.left_open(signal.SIGKILL)
        for options in ((), ("--commit", "end"), ("--dry-run",)):
            result = run(CLI, "serve", self.source, "--rw", *FAT16, *options, "--run", "true",
                         env=self.env, status=125)
            self.assertIn("recover", result.stderr)
        self.assertEqual(state_of(self.source), self.before)
        run(CLI, "discard", self.sessions()[0], env=self.env)
        self.assertEqual(state_of(self.source), self.before)
        self.assertEqual(self.sessions(), [])

    def test_recover_can_ask(self):
        self.left_open()
        result = self.recover("--ask", status=1)
        self.assertIn("terminal", result.stderr)
        with self.terminal("recover", self.sessions()[0], "--ask") as terminal:
            terminal.expect(CHANGES)
            terminal.say("e")
            terminal.expect(r"create /NEW\.TXT .*\? ")
            terminal.say("y")
            terminal.expect(r"delete /A\.TXT .*\? ")
            terminal.say("n")
            status, out = terminal.end(number=None)
        self.assertEqual(status, 0)
        report = json.loads(out)
        self.assertEqual([change["path"] for change in report["rejected"]], ["/A.TXT"])
        self.assertTrue((self.source / "A.TXT").exists() and (self.source / "NEW.TXT").exists())
        self.assertEqual(self.sessions(), [])

    def test_a_terminal_that_goes_away_decides_nothing(self):
        with self.asked() as terminal:
            self.work(terminal.server, make_and_delete)
            terminal.expect(CHANGES)
            os.write(terminal.main, b"\x04")
            terminal.expect("nobody answers")
            self.assertEqual(terminal.end(signal.SIGTERM)[0], 1)
        self.assertEqual(state_of(self.source), self.before)
        self.assertEqual(len(self.sessions()), 1)


class TestConflicts(AskTest):
    mine, theirs = b"what the folder has now", pattern(4000, 60)

    def clash(self, guest):
        guest.put("B.TXT", self.theirs)
        (self.source / "B.TXT").write_bytes(self.mine)

    def assert_kept(self, mine=None, both=None):
        self.assertEqual((self.source / "B.TXT").read_bytes(), mine)
        beside = self.source / "B (guest).TXT"
        self.assertEqual(beside.read_bytes() if beside.exists() else None, both)
        self.assertEqual(self.sessions(), [])

    def resolve(self, letter):
        with self.asked() as terminal:
            self.work(terminal.server, self.clash)
            terminal.expect(CHANGES)
            terminal.say("y")
            terminal.expect(r"Conflict: write /B\.TXT")
            terminal.expect(r"mine: the folder's, 23 bytes; theirs: the guest's, 4,000 bytes")
            terminal.expect(KEEP)
            self.assertEqual((self.source / "B.TXT").read_bytes(), self.mine)
            terminal.say(letter)
            terminal.expect("keeps its version|takes its place|Both are kept")
            if letter != "m":
                self.until(lambda: any(path.is_file() and path.read_bytes() == self.theirs
                                       for path in self.source.glob("B*")), "it never came home")
            self.assertEqual(terminal.end()[0], 0)

    def test_mine(self):
        self.resolve("m")
        self.assert_kept(mine=self.mine)

    def test_theirs(self):
        self.resolve("theirs")
        self.assert_kept(mine=self.theirs)

    def test_both(self):
        self.resolve("b")
        self.assert_kept(mine=self.mine, both=self.theirs)

    def left(self):
        with self.serving(self.source, *FAT16, "--settle", "200") as server:
            self.work(server, self.clash)
            status, said = server.stop()
        self.assertEqual(status, 1, said)
        self.assertEqual((self.source / "B.TXT").read_bytes(), self.mine)

    def test_recover_keeps_what_it_is_told(self):
        for option, mine, both in (("--keep-host", self.mine, None),
                                   ("--keep-both", self.mine, self.theirs),
                                   ("--keep-guest", self.theirs, None)):
            with self.subTest(option=option):
                for path in self.source.glob("B*"):
                    path.unlink()
                write(self.source / "B.TXT", pattern(5000, 2))
                self.left()
                self.recover(status=1)  # neither version is touched without a word
                report = json.loads(self.recover(option).stdout)
                self.assertTrue(report["complete"], report)
                self.assert_kept(mine=mine, both=both)

    def test_both_of_a_deletion_is_the_folders(self):
        with self.serving(self.source, *FAT16, "--settle", "200") as server:
            def delete(guest):
                guest.delete("B.TXT")
                (self.source / "B.TXT").write_bytes(self.mine)
            self.work(server, delete)
            self.assertEqual(server.stop()[0], 1)
        self.recover("--keep-both")
        self.assert_kept(mine=self.mine)


class TestDryRun(AskTest):
    def stats(self):
        found = {}
        for path in (self.source, *sorted(self.source.rglob("*"))):
            stat = os.lstat(path)
            found[str(path)] = (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        return found

    def test_it_tells_all_and_touches_nothing(self):
        before = self.stats()
        events = self.temp / "events.jsonl"
        with self.serving(self.source, *FAT16, "--settle", "100", "--dry-run", "--events",
                          events) as server:
            self.assertIn("forgotten", server.lines)
            self.work(server, make_and_delete)
            server.process.send_signal(signal.SIGINT)
            out, said = server.process.communicate(timeout=PATIENCE)
        self.assertEqual(server.process.returncode, 0, said)
        self.assertIn("would create /NEW.TXT", said)
        self.assertIn("would delete /A.TXT", said)
        self.assertIn("2 changes would have come home", said)
        report = json.loads(out.splitlines()[-1])
        self.assertTrue(report["complete"] and report["dryRun"], report)
        self.assertIsNone(report["session"])
        self.assertEqual(sorted(change["path"] for change in report["changes"]),
                         ["/A.TXT", "/NEW.TXT"])
        commits = [json.loads(line) for line in events.read_text().splitlines()
                   if '"commit"' in line]
        self.assertTrue(commits and all(line["dryRun"] for line in commits))
        self.assertEqual(self.stats(), before)
        self.assertEqual(self.sessions(), [])

    def test_killed_it_leaves_nothing(self):
        before = self.stats()
        with self.serving(self.source, *FAT16, "--settle", "100", "--dry-run") as server:
            self.work(server, make_and_delete)
            server.process.kill()
            server.process.wait()
        self.assertEqual(self.stats(), before)
        self.assertEqual(run(CLI, "sessions", env=self.env).stdout, "")

    def test_what_would_not_come_home_is_told(self):
        def clash(guest):
            guest.put("B.TXT", pattern(4000, 60))
            (self.source / "B.TXT").write_bytes(b"mine")
        with self.serving(self.source, *FAT16, "--settle", "100", "--dry-run") as server:
            self.work(server, clash)
            status, said = server.stop()
        self.assertEqual(status, 1)
        self.assertIn("conflict", said)
        self.assertEqual((self.source / "B.TXT").read_bytes(), b"mine")

    def test_it_belongs_to_rw(self):
        for options in (("--dry-run",), ("--dry-run", "--scratch"),
                        ("--rw", "--dry-run", "--commit", "ask")):
            run(CLI, "serve", self.source, *options, "--run", "true", env=self.env,
                status=125 if "--rw" in options else 1)


if __name__ == "__main__":
    unittest.main()
