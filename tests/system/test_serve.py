#!/usr/bin/env python3
"""`serve` under other people's clients: nbdinfo, nbdcopy, libnbd, qemu-img, qemu-io, fio; and under
clients that are slow, deaf, cut off and lying.
"""

import json
import os
import random
import re
import signal
import socket
import stat
import struct
import subprocess
import unittest

import serving
from serving import Raw, served, until
from support import (CLI, FLOPPIES, FULL_MATRIX, SCHEMES, SIZE_FOR_FAT, SystemTest, digest,
                     environment, hole, make_small, make_unicode, make_wide, need, pattern, run,
                     write)

FIXED = ("--reproducible",)
MIB = 1 << 20


def make_mixed(folder):
    """Small files, one of some size, one that is mostly a hole."""
    make_small(folder)
    write(folder / "LARGE.BIN", pattern(5 * MIB + 123, 5))
    hole(folder / "HOLE.BIN", 3 * MIB)
    return folder


class ServeTest(SystemTest):
    def whole(self, uri, *options):
        """The disk as nbdcopy reads it."""
        need(self, "nbdcopy")
        target = self.temp / "copied"
        target.unlink(missing_ok=True)
        run("nbdcopy", *options, uri, target)
        return target

    def assert_serves(self, image, *arguments):
        with served(*arguments) as server:
            self.assertEqual(digest(self.whole(server.uri)), digest(image))


class TestWholeDisk(ServeTest):
    """Read over NBD a disk is, byte for byte, what `create` makes."""

    def check_folder(self, source, *options):
        image = self.create(source, *FIXED, *options)
        self.assert_serves(image, source, *FIXED, *options)

    def test_each_fat_type_and_scheme(self):
        source = make_mixed(self.temp / "source")
        for bits, size in SIZE_FOR_FAT.items():
            for scheme in SCHEMES if FULL_MATRIX or bits == 16 else ("none",):
                with self.subTest(bits=bits, scheme=scheme):
                    self.check_folder(source, "--fat", bits, "--size", size,
                                      "--partition", scheme)

    def test_floppies(self):
        source = make_small(self.temp / "source")
        for floppy in FLOPPIES if FULL_MATRIX else ("160K", "1.44M"):
            with self.subTest(floppy=floppy):
                self.check_folder(source, "--floppy", floppy)

    def test_addresses(self):
        source = make_small(self.temp / "source")
        image = self.create(f"fat:floppy:12:{source}", *FIXED)
        self.assert_serves(image, f"fat:floppy:12:{source}", *FIXED)

    def test_unicode_names_and_large_sectors(self):
        self.check_folder(make_unicode(self.temp / "source"), "--sector-size", 4096,
                          "--size", "300M")

    def test_images_as_they_are(self):
        image = self.create(make_mixed(self.temp / "source"), "--partition", "mbr")
        self.assert_serves(image, image)

    def test_compressed_images(self):
        image = self.create(make_mixed(self.temp / "source"))
        packed = self.temp / "disk.img.gz"
        with open(packed, "wb") as file:
            subprocess.run(["gzip", "-c", image], stdout=file, check=True)
        self.assert_serves(image, packed)

    def test_vhds(self):
        image = self.create(make_mixed(self.temp / "source"))
        for kind in ("fixed", "dynamic"):
            vhd = self.temp / f"{kind}.vhd"
            self.cli("vhd", "create", vhd, "--from", image, "--type", kind)
            with self.subTest(kind=kind), served(vhd) as server:
                got = self.whole(server.uri).read_bytes()
                self.assertEqual(got[:image.stat().st_size], image.read_bytes())

    def test_disk_that_is_mostly_hole(self):
        """2 TiB of nothing are read by asking where nothing is."""
        source = make_small(self.temp / "source")
        need(self, "nbdinfo")
        with served(source, "--fat", "32", "--size", "2T") as server:
            extents = json.loads(run("nbdinfo", "--map", "--json", server.uri).stdout)
            self.assertEqual(sum(extent["length"] for extent in extents), 2 << 40)
            data = sum(extent["length"] for extent in extents if extent["type"] == 0)
            self.assertLess(data, 1 << 30)


class TestClients(ServeTest):
    """Programs that others wrote."""

    def setUp(self):
        super().setUp()
        self.source = make_mixed(self.temp / "source")
        self.image = self.create(self.source, *FIXED, "--size", "48M")
        self.options = (self.source, *FIXED, "--size", "48M")

    def test_nbdinfo(self):
        need(self, "nbdinfo")
        with served(*self.options, "--export", "käse & brot") as server:
            info = json.loads(run("nbdinfo", "--json", server.uri).stdout)
            export = info["exports"][0]
            self.assertEqual(export["export-name"], "käse & brot")
            self.assertEqual(export["export-size"], 48 * MIB)
            self.assertTrue(export["is_read_only"] and export["can_multi_conn"]
                            and export["can_df"])
            self.assertEqual(export["contexts"], ["base:allocation"])
            listed = json.loads(run("nbdinfo", "--list", "--json", server.uri).stdout)
            self.assertEqual([e["export-name"] for e in listed["exports"]], ["käse & brot"])
            default = json.loads(run("nbdinfo", "--json", "--no-content",
                                     f"nbd+unix:///?socket={server.socket}").stdout)
            self.assertEqual(default["exports"][0]["export-size"], 48 * MIB)
            self.assertEqual(run("nbdinfo", "--size",
                                 f"nbd+unix:///other?socket={server.socket}",
                                 status=None).returncode, 1)

    def test_block_status_says_holes_are_holes(self):
        need(self, "nbdinfo", "qemu-img")
        with served(*self.options) as server:
            ours = json.loads(run("nbdinfo", "--map", "--json", server.uri).stdout)
            content = self.image.read_bytes()
            at = 0
            for extent in ours:
                self.assertEqual(extent["offset"], at)
                at += extent["length"]
                if extent["type"] & 2:
                    self.assertFalse(any(content[extent["offset"]:at]), extent)
            self.assertEqual(at, 48 * MIB)
            holes = sum(e["length"] for e in ours if e["type"] & 1)
            self.assertGreater(holes, 30 * MIB)
            mapped = json.loads(run("qemu-img", "map", "--output=json", "-f", "raw",
                                    server.uri).stdout)
            self.assertEqual(sum(e["length"] for e in mapped), 48 * MIB)
            self.assertTrue(any(e["zero"] and not e["data"] for e in mapped))

    def test_nbdcopy_over_many_connections(self):
        with served(*self.options) as server:
            for options in (("--connections=4", "--requests=64"), ("--synchronous",),
                            ("--connections=8", "--request-size=4194304"),
                            ("--no-extents", "--request-size=33554432")):
                with self.subTest(options=options):
                    self.assertEqual(digest(self.whole(server.uri, *options)),
                                     digest(self.image))

    def test_qemu_img(self):
        need(self, "qemu-img")
        with served(*self.options) as server:
            run("qemu-img", "compare", "-f", "raw", "-F", "raw", self.image, server.uri)
            copy = self.temp / "converted"
            run("qemu-img", "convert", "-f", "raw", "-O", "raw", server.uri, copy)
            self.assertEqual(digest(copy), digest(self.image))

    def test_qemu_io(self):
        need(self, "qemu-io")
        with served(*self.options) as server:
            run("qemu-io", "-r", "-f", "raw", "-c", "read 0 48M", "-c", "read -P 0 47M 512",
                server.uri)
            refused = run("qemu-io", "-f", "raw", "-c", "write 0 512", server.uri, status=None)
            self.assertNotEqual(refused.returncode, 0)

    def test_fio(self):
        need(self, "fio")
        with served(*self.options) as server:
            said = run("fio", "--name=r", "--ioengine=nbd", f"--uri={server.uri}",
                       "--rw=randread", "--bs=4k", "--iodepth=16", "--number_ios=5000",
                       "--output-format=json").stdout
            job = json.loads(said[said.index("{"):])["jobs"][0]
            self.assertEqual((job["error"], job["read"]["total_ios"]), (0, 5000))

    def test_libnbd(self):
        script = self.temp / "script.py"
        script.write_text(LIBNBD_SCRIPT)
        python = "/usr/bin/python3"
        if run(python, "-c", "import nbd", status=None).returncode != 0:
            need(self, "python3-libnbd")
        with served(*self.options) as server:
            run(python, script, server.uri, self.image)

    def test_tcp(self):
        need(self, "nbdinfo")
        with served(*self.options, "--listen", "0") as server:
            self.assertRegex(server.uri, r"^nbd://127\.0\.0\.1:\d+/source$")
            self.assertEqual(digest(self.whole(server.uri)), digest(self.image))

    def test_hints_are_understood(self):
        """The lines to paste name the disk as the programs want it."""
        need(self, "qemu-img")
        with served(*self.options, "--export", "a,b", "--socket",
                    self.temp / "with, comma") as server:
            blockdev = re.search(r"-blockdev '([^']+)'", server.lines).group(1)
            run("qemu-img", "info", "--image-opts", blockdev.replace(",node-name=fatlas", ""))
            drive = re.search(r"-drive '?file=([^']+),format=raw", server.lines).group(1)
            run("qemu-img", "info", "-f", "raw", drive.replace(",,", ","))
            self.assertIn(f"export={'a,,b'}", blockdev)


LIBNBD_SCRIPT = """
import os, sys, random, nbd
uri, path = sys.argv[1:]
content = open(path, 'rb').read()
h = nbd.NBD()
h.add_meta_context('base:allocation')
h.connect_uri(uri)
assert h.get_size() == len(content)
chooser = random.Random(1)
pending = []
for _ in range(3000):
    length = chooser.choice((1, 511, 512, 4096, 70000, 300000))
    offset = chooser.randrange(len(content) - length)
    buffer = nbd.Buffer(length)
    pending.append((h.aio_pread(buffer, offset), buffer, offset, length))
    while h.aio_in_flight() > 40:
        h.poll(-1)
while h.aio_in_flight():
    h.poll(-1)
for cookie, buffer, offset, length in pending:
    assert h.aio_command_completed(cookie)
    assert buffer.to_bytearray() == content[offset:offset + length], (offset, length)
for length in (1, 65535, 65536, 2 << 20):
    for flags in (0, nbd.CMD_FLAG_DF):
        chunks = []
        got = h.pread_structured(length, 4096, lambda *a: chunks.append(a[2]), flags)
        assert got == content[4096:4096 + length]
        assert not flags or len(chunks) == 1
for call in (lambda: h.pwrite(b'x', 0), lambda: h.trim(1, 0), lambda: h.zero(1, 0)):
    h.set_strict_mode(0)
    try:
        call()
        raise SystemExit('a read-only disk was written to')
    except nbd.Error as error:
        assert error.errno == 'EPERM', error
try:
    h.pread(512, len(content))
    raise SystemExit('read behind the end')
except nbd.Error as error:
    assert error.errno == 'EINVAL', error
h.cache(1 << 20, 0)
h.flush()
extents = []
h.block_status(len(content), 0, lambda c, o, e, err: extents.extend(e), nbd.CMD_FLAG_REQ_ONE)
assert len(extents) == 2
h.shutdown()
"""


class TestScratch(ServeTest):
    """Clients may write; nothing but their own disk changes."""

    def setUp(self):
        super().setUp()
        self.source = make_mixed(self.temp / "source")
        self.options = (self.source, *FIXED, "--size", "48M")
        self.image = self.create(*self.options)

    def test_what_is_written_is_read(self):
        other = self.temp / "other.img"
        other.write_bytes(pattern(48 * MIB, 9))
        before = digest(self.source / "LARGE.BIN")
        with served(*self.options, "--scratch") as server:
            run("nbdcopy", "--connections=4", "--flush", other, server.uri)
            self.assertEqual(digest(self.whole(server.uri)), digest(other))
            run("nbdcopy", "--destination-is-zero", "--allocated", self.image, server.uri)
        self.assertEqual(digest(self.source / "LARGE.BIN"), before)
        self.assert_serves(self.image, *self.options, "--scratch")  # forgotten

    def test_qemu_io_writes(self):
        need(self, "qemu-io")
        with served(*self.options, "--scratch") as server:
            said = run("qemu-io", "-f", "raw", "-d", "unmap", "-c", "write -P 0x5a 1000 100000",
                       "-c", "write -z 2M 1M", "-c", "write -zu 4M 1M", "-c", "discard 6M 1M",
                       "-c", "write -f -P 0x77 8M 512", "-c", "flush",
                       "-c", "read -P 0x5a 1000 100000", "-c", "read -P 0 2M 1M",
                       "-c", "read -P 0 4M 1M", "-c", "read -P 0 6M 1M",
                       "-c", "read -P 0x77 8M 512", server.uri)
            self.assertNotRegex(said.stdout + said.stderr, "(?i)fail|error")

    def test_a_filesystem_checker_judges_what_others_wrote(self):
        """mtools changes a copy; the copy goes onto the served disk and comes back."""
        need(self, "mcopy", "fsck.fat", "nbdcopy")
        run("mcopy", "-i", self.image, self.source / "LARGE.BIN", "::/AGAIN.BIN")
        with served(*self.options, "--scratch") as server:
            run("nbdcopy", self.image, server.uri)
            back = self.whole(server.uri)
        run("fsck.fat", "-n", back)
        self.assertEqual(digest(back), digest(self.image))

    def test_keep_is_there_again(self):
        keep = self.temp / "kept"
        block = pattern(MIB, 3)
        with served(*self.options, "--keep", keep) as server:
            with Raw(server.socket) as client:
                client.enter()
                self.assertEqual(client.ask(serving.WRITE, 5 * MIB, MIB, payload=block), 0)
            status, _ = server.stop()
            self.assertEqual(status, 0)
        with served(*self.options, "--keep", keep) as server:
            with Raw(server.socket) as client:
                client.enter()
                self.assertEqual(client.ask(serving.READ, 5 * MIB, MIB), 0)
                self.assertEqual(client.hear(MIB), block)

    def test_random_writes_against_a_model(self):
        model = bytearray(self.image.read_bytes())
        chooser = random.Random(4)
        with served(*self.options, "--scratch") as server, Raw(server.socket) as client:
            client.enter()
            for number in range(400):
                offset = chooser.randrange(len(model) - 70_000)
                length = chooser.choice((1, 512, 4096, 65_536, 70_000))
                command = chooser.choice((serving.WRITE, serving.WRITE, serving.TRIM,
                                          serving.WRITE_ZEROES))
                data = chooser.randbytes(length) if command == serving.WRITE else b""
                self.assertEqual(client.ask(command, offset, length, number,
                                            chooser.choice((0, 1)), data), 0)
                model[offset:offset + length] = data or bytes(length)
            self.assertEqual(self.whole(server.uri).read_bytes(), bytes(model))


class TestCommand(ServeTest):
    """What the verb itself promises."""

    def setUp(self):
        super().setUp()
        self.source = make_small(self.temp / "source")

    def test_run_sets_variables_and_gives_the_status(self):
        said = self.cli("serve", self.source, "--run",
                        'echo "$uri|$unixsocket|$exportname"; test -S "$unixsocket"; exit 7',
                        status=7)
        uri, path, name = said.stdout.strip().split("|")
        self.assertEqual(uri, f"nbd+unix:///source?socket={path}")
        self.assertEqual(name, "source")
        self.assertFalse(os.path.exists(os.path.dirname(path)), "the socket's folder stayed")

    def test_run_killed_by_a_signal(self):
        self.cli("serve", self.source, "--run", "kill -9 $$", status=128 + 9)

    def test_run_is_ended_by_sigterm(self):
        with subprocess.Popen([CLI, "serve", self.source, "--run", "echo ready; exec sleep 1000"],
                              stdout=subprocess.PIPE, env=environment()) as process:
            self.assertEqual(process.stdout.readline(), b"ready\n")
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(serving.PATIENCE), 128 + signal.SIGTERM)

    def test_signals_stop_it_cleanly(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            path = self.temp / "s"
            with served(self.source, "--socket", path) as server, Raw(path) as client:
                client.enter()
                mode = os.stat(path).st_mode
                self.assertEqual(stat.S_IMODE(mode), 0o600)
                status, _ = server.stop(number)
                self.assertEqual(status, 0)
                self.assertFalse(serving.exists(path))
                self.assertTrue(client.is_closed())

    def test_stops_with_a_client_that_takes_nothing(self):
        image = self.temp / "big.img"
        image.write_bytes(pattern(40 * MIB))
        with served(image) as server, Raw(server.socket) as client:
            client.enter()
            client.say(b"".join(Raw.request(serving.READ, 0, 32 * MIB, n) for n in range(20)))
            client.hear(1000)
            self.assertEqual(server.stop()[0], 0)

    def test_socket_that_is_left_over_is_replaced(self):
        path = self.temp / "s"
        with served(self.source, "--socket", path) as server:
            server.process.kill()
            server.process.wait()
        self.assertTrue(serving.exists(path))
        with served(self.source, "--socket", path) as server, Raw(path) as client:
            client.enter()

    def test_files_and_servers_of_others_are_left_alone(self):
        path = write(self.temp / "precious", "mine")
        said = self.cli("serve", self.source, "--socket", path, status=1).stderr
        self.assertIn("left alone", said)
        self.assertEqual(path.read_text(), "mine")
        alive = self.temp / "alive"
        with served(self.source, "--socket", alive), Raw(alive) as client:
            said = self.cli("serve", self.source, "--socket", alive, status=1).stderr
            self.assertIn("another server", said)
            client.enter()

    def test_wrong_use(self):
        for arguments in (("--socket", "x", "--listen", "1"), ("--read-only", "--scratch"),
                          ("--publish", "perhaps"), ("--keep", "k", "--scratch")):
            self.cli("serve", self.source, *arguments, status=2)
        self.cli("serve", status=2)
        for address in ("host:", "1:2:3:4:x", "70000"):
            self.assertIn("--listen" if not address else "address",
                          self.cli("serve", self.source, "--listen", address,
                                   status=1).stderr)
        long = self.temp / ("x" * 150)
        self.assertIn("107", self.cli("serve", self.source, "--socket", long, status=1).stderr)
        self.assertIn("folder", self.cli("serve", self.create(self.source), "--floppy", "1.44M",
                                         status=1).stderr)
        self.cli("serve", self.temp / "missing", status=3)

    def test_what_does_not_fit_is_refused(self):
        write(self.source / "BIG.BIN", pattern(3 * MIB))
        self.cli("serve", self.source, "--floppy", "1.44M", "--run", "true", status=1)

    def test_systemd_hands_its_sockets_over(self):
        path = self.temp / "activated"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            script = ('exec 3<&%d; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$0" serve "$1"'
                      % listener.fileno())
            with subprocess.Popen(["bash", "-c", script, CLI, self.source],
                                  pass_fds=[listener.fileno()], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, env=environment()) as process:
                while not (line := process.stdout.readline()).startswith("Ctrl+C"):
                    self.assertNotEqual(line, "", "serve ended")
                with Raw(str(path)) as client:
                    client.enter()
                process.terminate()
                process.communicate(timeout=serving.PATIENCE)
                self.assertEqual(process.returncode, 0)
        self.assertTrue(serving.exists(path), "the socket was systemd's, not ours")

    def test_events_tell_every_byte(self):
        log = self.temp / "events.jsonl"
        with served(self.source, "--scratch", "--events", log, "--export", "x\"y") as server:
            with Raw(server.socket) as client:
                client.enter()
                client.ask(serving.READ, 512, 4096)
                client.hear(4096)
                client.ask(serving.WRITE, 0, 600, payload=bytes(600))
            server.stop()
        events = [json.loads(line) for line in log.read_text().splitlines()]
        kinds = [(e["kind"], e["offset"], e["length"], e["ok"]) for e in events[:-1]
                 if e["kind"] != "flush"]
        self.assertEqual(kinds, [("read", 512, 4096, True), ("write", 0, 600, True)])
        self.assertEqual(events[-1]["export"], "x\"y")
        self.assertEqual(events[-1]["lost"], 0)
        self.assertEqual(events[-1]["totals"]["read"], {"count": 1, "size": 4096, "failed": 0})

    def test_file_that_changes_is_an_error_not_a_mixture(self):
        big = write(self.source / "BIG.BIN", pattern(2 * MIB))
        image = self.create(self.source, *FIXED)
        start_of_big = image.read_bytes().index(pattern(2 * MIB)[:4096])
        with served(self.source, *FIXED, "--publish", "never") as server:
            with Raw(server.socket) as client:
                client.enter()
                self.assertEqual(client.ask(serving.READ, start_of_big, MIB), 0)
                self.assertEqual(client.hear(MIB), pattern(2 * MIB)[:MIB])
                write(big, pattern(2 * MIB, 99))
                self.assertEqual(client.ask(serving.READ, start_of_big, MIB), serving.EIO)
                self.assertEqual(client.ask(serving.READ, 0, 512), 0)
            _, said = server.stop()
            self.assertIn("BIG.BIN changed", said)

    def test_changed_folder_is_published_under_a_new_name(self):
        need(self, "nbdinfo")
        with served(self.source, "--publish", "auto") as server:
            before = digest(self.whole(server.uri))
            write(self.source / "NEW.TXT", "new\n")

            def names():
                said = run("nbdinfo", "--list", "--json", "--no-content", server.uri).stdout
                return [e["export-name"] for e in json.loads(said)["exports"]]

            self.assertTrue(until(lambda: names() == ["source", "source@2"]), names())
            self.assertEqual(digest(self.whole(server.uri)), before)
            newer = self.whole(server.uri.replace("/source?", "/source@2?"))
            self.assertIn("NEW.TXT", self.cli("ls", newer).stdout)


class TestHostile(ServeTest):
    """Whatever one client does, the others are served and memory stays where it is."""

    def setUp(self):
        super().setUp()
        self.image = self.temp / "disk.img"
        self.image.write_bytes(pattern(40 * MIB))

    def assert_well(self, server):
        with Raw(server.socket) as client:
            self.assertEqual(client.enter(), 40 * MIB)
            self.assertEqual(client.ask(serving.READ, 4096, 512), 0)
            self.assertEqual(client.hear(512), pattern(40 * MIB)[4096:4608])
        self.assertIsNone(server.process.poll())

    def test_nonsense(self):
        chooser = random.Random(3)
        with served(self.image) as server:
            for number in range(300 if FULL_MATRIX else 60):
                with Raw(server.socket) as client:
                    try:
                        if number % 3 == 0:
                            client.say(chooser.randbytes(chooser.randrange(5000)))
                        elif number % 3 == 1:
                            client.greet()
                            client.option(chooser.randrange(12),
                                          chooser.randbytes(chooser.randrange(200)),
                                          chooser.choice((None, 0, 5, 0xFFFFFFFF)))
                        else:
                            client.enter()
                            client.say(Raw.request(chooser.randrange(9), chooser.randrange(1 << 26),
                                                   chooser.randrange(1 << 20), 1,
                                                   chooser.randrange(64)))
                            client.say(chooser.randbytes(100))
                    except (BrokenPipeError, ConnectionResetError):
                        pass
            self.assert_well(server)

    def test_lying_lengths_take_no_memory(self):
        with served(self.image) as server:
            before = server.memory()
            clients = [Raw(server.socket) for _ in range(40)]
            for number, client in enumerate(clients):
                if number % 2:
                    client.greet()
                    client.option(7, b"abc", 0xFFFFFFF0)
                else:
                    client.enter()
                    client.say(Raw.request(serving.WRITE, 0, 0xFFFFFFF0))
                    client.say(bytes(100_000))
            self.assert_well(server)
            self.assertLess(server.memory() - before, 64 * 1024)
            for client in clients:
                client.socket.close()

    def test_flood_without_reading(self):
        with served(self.image, "--scratch") as server:
            before = server.memory()
            clients = []
            request = b"".join(Raw.request(serving.READ, 0, 32 * MIB, n) for n in range(500))
            for _ in range(30):
                client = Raw(server.socket)
                client.enter()
                client.socket.setblocking(False)
                try:
                    client.socket.send(request)
                except BlockingIOError:
                    pass
                clients.append(client)
            self.assert_well(server)
            self.assertLess(server.memory() - before, 400 * 1024)
            for client in clients:
                client.socket.close()
            self.assertTrue(until(lambda: server.memory() - before < 200 * 1024))
            self.assert_well(server)

    def test_slow_client_is_waited_for_and_hinders_nobody(self):
        with served(self.image) as server, Raw(server.socket) as slow:
            slow.greet()
            for number, byte in enumerate(b"IHAVEOPT" + struct.pack(">II", 1, 0)):
                slow.say(bytes([byte]))
                if number == 10:
                    self.assert_well(server)
            self.assertEqual(len(slow.hear(10)), 10)

    def test_client_killed_in_mid_request(self):
        need(self, "fio")
        with served(self.image, "--scratch") as server:
            for _ in range(5):
                with subprocess.Popen(
                        ["fio", "--name=w", "--ioengine=nbd", f"--uri={server.uri}",
                         "--rw=randrw", "--bs=64k", "--iodepth=16", "--time_based",
                         "--runtime=100"],
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                        start_new_session=True) as client:
                    try:
                        client.wait(0.5)
                    except subprocess.TimeoutExpired:
                        pass
                    os.killpg(client.pid, signal.SIGKILL)
            with Raw(server.socket) as client:
                client.enter()
                self.assertEqual(client.ask(serving.WRITE, 0, 512, payload=bytes(512)), 0)
            with Raw(server.socket) as client:
                client.enter()
                client.say(Raw.request(serving.WRITE, 0, MIB) + b"x" * (MIB - 1))
            with Raw(server.socket) as client:
                client.enter()
                self.assertEqual(client.ask(serving.READ, 0, 512), 0)
                self.assertEqual(client.hear(512), bytes(512), "half a write was carried out")

    def test_thousands_of_connects(self):
        with served(self.image) as server, Raw(server.socket) as steady:
            steady.enter()
            for number in range(5000 if FULL_MATRIX else 2000):
                client = socket.socket(socket.AF_UNIX)
                client.connect(server.socket)
                client.close()
                if number % 500 == 0:
                    self.assertEqual(steady.ask(serving.READ, 0, 16), 0)
                    steady.hear(16)
            silent = []
            for _ in range(700):
                silent.append(socket.socket(socket.AF_UNIX))
                silent[-1].connect(server.socket)
            self.assert_well(server)
            self.assertEqual(steady.ask(serving.READ, 0, 16), 0)
            for client in silent:
                client.close()
            self.assertEqual(server.stop()[0], 0)

    def test_many_errors_do_not_flood_the_log(self):
        with served(self.image) as server:
            for _ in range(200):
                with Raw(server.socket) as client:
                    client.greet(0xFFFF)
                    self.assertTrue(client.is_closed())
            _, said = server.stop()
            self.assertLess(len(re.findall("broke the protocol", said)), 50)
            self.assertRegex(said, r"\d+ more errors of clients not shown")


class TestManyFiles(ServeTest):
    in_memory = True

    def test_fifty_thousand_files(self):
        source = make_wide(self.temp / "wide", 500 if FULL_MATRIX else 50, 100)
        image = self.create(source, *FIXED)
        self.assert_serves(image, source, *FIXED)


if __name__ == "__main__":
    unittest.main()
