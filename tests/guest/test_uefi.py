#!/usr/bin/env python3
"""The UEFI shell of OVMF writes into a folder: one line runs it and leaves its results there."""

import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))

from support import CLI, REQUIRE_TOOLS, environment, pattern, run, write  # noqa: E402

QEMU = "qemu-system-x86_64"
FIRMWARE = [(Path("/usr/share/OVMF") / f"OVMF_CODE{kind}.fd",
             Path("/usr/share/OVMF") / f"OVMF_VARS{kind}.fd") for kind in ("_4M", "")]
LIMIT = 900  # seconds; only for firmware that hangs

SCRIPT = """@echo -off
fs0:
echo made >a made.txt
mkdir "new folder"
cp copy.txt "new folder\\copied with a long name.txt"
mv rename.txt renamed.txt
mv move.txt sub\\
rm delete.txt
echo more >>a grow.txt
cp longer.bin shorter.bin -q
echo done >a finished.txt
reset -s
"""

MACHINE = (f"timeout {LIMIT} {QEMU} -M q35,accel=tcg -nodefaults -no-user-config -m 256"
           " -drive if=pflash,format=raw,readonly=on,file={code}"
           " -drive if=pflash,format=raw,file={variables}"
           " -blockdev driver=nbd,node-name=disk,server.type=unix,server.path=$unixsocket,"
           "export=$exportname -device {device},drive=disk"
           " -display none -serial file:{serial} -no-reboot")


def firmware():
    return next((pair for pair in FIRMWARE if all(path.exists() for path in pair)), None)


class TestUefi(unittest.TestCase):
    def setUp(self):
        if not firmware() or not shutil.which(QEMU):
            self.assertFalse(REQUIRE_TOOLS, "not installed: ovmf, qemu-system-x86")
            self.skipTest("not installed: ovmf, qemu-system-x86")
        self.temp = Path(tempfile.mkdtemp(prefix="fatlas-uefi-", dir="/var/tmp"))
        self.addCleanup(shutil.rmtree, self.temp)
        self.folder = self.temp / "folder"

    def fill(self):
        write(self.folder / "startup.nsh", SCRIPT.replace("\n", "\r\n"))
        for number, name in enumerate(("copy.txt", "rename.txt", "move.txt", "delete.txt")):
            write(self.folder / name, pattern(5000 + number, number))
        write(self.folder / "grow.txt", "as it was\r\n")
        write(self.folder / "longer.bin", pattern(90_000, 8))
        write(self.folder / "shorter.bin", pattern(100, 9))
        for number in range(20):
            write(self.folder / "sub" / f"{number}.bin", pattern(3000, number))

    def expected(self):
        """{path: bytes} after the script."""
        state = {path.relative_to(self.folder).as_posix(): path.read_bytes()
                 for path in self.folder.rglob("*") if path.is_file()}
        state["made.txt"] = b"made\r\n"
        state["new folder/copied with a long name.txt"] = state["copy.txt"]
        state["renamed.txt"] = state.pop("rename.txt")
        state["sub/move.txt"] = state.pop("move.txt")
        del state["delete.txt"]
        state["grow.txt"] += b"more\r\n"
        state["shorter.bin"] = state["longer.bin"]
        state["finished.txt"] = b"done\r\n"
        return state

    def boot(self, device, *options):
        self.fill()
        expected = self.expected()
        code, template = firmware()
        variables = shutil.copy(template, self.temp / "variables.fd")
        serial = self.temp / "serial"
        command = MACHINE.format(code=code, variables=variables, serial=serial, device=device)
        done = run(CLI, "serve", self.folder, "--rw", *options, "--run", command, status=None,
                   env=environment(XDG_STATE_HOME=str(self.temp / "state")))
        self.assertEqual(done.returncode, 0, done.stderr + serial.read_text(errors="replace"))
        report = json.loads(done.stdout.splitlines()[-1])
        self.assertTrue(report["complete"], report)
        self.assertEqual((report["problems"], report["waiting"], report["held"]), ([], [], None))
        found = {path.relative_to(self.folder).as_posix(): path.read_bytes()
                 for path in self.folder.rglob("*") if path.is_file()}
        self.assertEqual(sorted(found), sorted(expected))
        self.assertEqual([name for name in found if found[name] != expected[name]], [])
        self.assertEqual(list((self.temp / "state" / "fatlas" / "sessions").glob("*")), [])

    def test_fat16(self):
        self.boot("virtio-blk-pci", "--fat", "16", "--size", "64M")

    def test_system_partition(self):
        self.boot("virtio-blk-pci", "--fat", "32", "--size", "300M", "--partition", "gpt", "--esp")


if __name__ == "__main__":
    unittest.main()
