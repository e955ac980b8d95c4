"""What a real guest writes to a folder's disk, and whether the folder is what the guest saw.

The guest prints every name with bytes, size, time and attributes before it unmounts; the folder of
the host has to say the same after the server ended.
"""

import hashlib
import os
from pathlib import Path

from scenarios import Scenario
from support import pattern, write

# A line for each entry: d NAME, or f MD5 SIZE TIME rw|ro NAME, in the guest.
LISTING = """
cd /mnt && find . -mindepth 1 | sort | while read -r name; do
    if [ -d "$name" ]; then
        echo "d $name"
    else
        writable=rw; case $(stat -c %A "$name") in -r-*) writable=ro;; esac
        sum=$(md5sum < "$name")
        echo "f ${sum%% *} $(stat -c '%s %Y' "$name") $writable $name"
    fi
done
cd /
"""

MOUNT = "mount -t vfat -o $utf8 $disk /mnt || exit 10\ncd /mnt\n"

# What people and programs do, one after the other; $step runs in between.
WORK = """
echo new > new.txt; $step
: > "created empty.txt"; $step
mkdir many; i=0; while [ $i -lt $count ]; do echo "number $i" > many/$i.txt; i=$((i+1)); done; $step
head -c 20000 grow.bin >> grow.bin.new; cat grow.bin >> grow.bin.new; mv grow.bin.new grow.bin; $step
dd if=/dev/urandom bs=1000 count=30 2>/dev/null >> append.bin; $step
: > cut.bin; $step
truncate -s 700 shrink.bin; $step
i=0; while [ $i -lt 50 ]; do echo "line $i" >> log.txt; i=$((i+1)); done; $step
printf 'in the middle' | dd of=middle.bin bs=1 seek=5000 conv=notrunc 2>/dev/null; $step
mv rename.txt "renamed to something longer.txt"; $step
mv folder "folder with another name"; $step
mv move.txt other/; $step
mv swap-a.txt t; mv swap-b.txt swap-a.txt; mv t swap-b.txt; $step
mv left t; mv right left; mv t right; $step
rm delete.txt; $step
rm -r tree; $step
mkdir -p one/two/three/four; echo deep > one/two/three/four/deep.txt; $step
cp -r other "copy of other"; $step
echo 'saved again' > save.tmp; mv save.tmp save.txt; $step
mv editor.txt editor.txt~; echo 'written anew' > editor.txt; $step
mv case.txt c; mv c CASE.TXT; $step
echo umlaut > 'ÄÖÜ größer.txt'; echo emoji > 'emoji 🎉.txt'; mkdir '日本'; echo x > '日本/語.txt'; $step
chmod a-w readonly.txt; $step
touch -d '2001-02-03 04:05:06' touched.txt; $step
"""


def line_of(folder, path):
    """What the guest prints for an entry, from the host."""
    stat = path.stat()
    name = f"./{path.relative_to(folder)}"
    if path.is_dir():
        return f"d {name}"
    digest = hashlib.md5(path.read_bytes()).hexdigest()
    writable = "rw" if stat.st_mode & 0o200 else "ro"
    return f"f {digest} {stat.st_size} {int(stat.st_mtime) // 2 * 2} {writable} {name}"


def listing(folder):
    folder = Path(folder)
    return sorted(line_of(folder, path) for path in folder.rglob("*"))


class WriteBack(Scenario):
    """Everything a guest does to files and folders."""

    options = ("--fat", "16", "--partition", "mbr", "--size", "64M", "--timezone", "utc")
    device = "$(partition {name})"
    read_only = False
    mode = "--rw"
    step = "sync"
    count = 500

    def fill(self):
        for number, name in enumerate((
                "grow.bin", "append.bin", "cut.bin", "shrink.bin", "log.txt", "middle.bin",
                "rename.txt", "folder/a.txt", "folder/deeper/b.txt", "move.txt", "other/c.txt",
                "swap-a.txt", "swap-b.txt", "left/l.txt", "right/r.txt", "delete.txt",
                "tree/1.txt", "tree/sub/2.txt", "save.txt", "editor.txt", "case.txt",
                "readonly.txt", "touched.txt", "left alone.bin")):
            path = write(self.folder / name, pattern(9000 + number, number))
            os.utime(path, (1_600_000_000 + 2 * number,) * 2)
        for number in range(40):  # so that nothing done to a few of them is a mass deletion
            write(self.folder / "untouched" / f"{number}.bin", pattern(2000, number))

    def script(self):
        return (f"disk={self.device_text}\nstep={self.step}\ncount={self.count}\n" + MOUNT + WORK
                + LISTING + "umount /mnt\n")

    def check(self, test, lines, served):
        image = served.image(self.temp / "after.img")
        test.cli("check", image)
        test.assertEqual(served.stop(), 0, served.complaints())
        test.assertEqual(sorted(lines), listing(self.folder))
        test.assertEqual([name for name in os.listdir(self.folder) if "fatlas" in name], [])


# A guest that is not told to sync writes names first and sizes whenever it comes to it; a slow one
# takes seconds in between.
PATIENT = ("--settle", "10000")


class WriteBackFloppy(WriteBack):
    options = ("--floppy", "2.88M", "--timezone", "utc", *PATIENT)
    device = "$(device {name})"
    step = ":"
    count = 50


class WriteBackFat32(WriteBack):
    options = ("--fat", "32", "--size", "300M", "--timezone", "utc", *PATIENT)
    device = "$(device {name})"
    step = ":"


class WriteBackPowerCut(WriteBack):
    """The guest never unmounts; what it synced has to be there, complete."""

    options = ("--fat", "32", "--size", "300M", "--timezone", "utc", *PATIENT)
    device = "$(device {name})"
    step = ":"
    unsynced = "./many/after the sync "

    def script(self):
        return (f"disk={self.device_text}\nstep=:\ncount={self.count}\n" + MOUNT + WORK
                + "sync\n" + LISTING + f"""
i=0; while [ $i -lt 200 ]; do echo "late $i" > "/mnt/many/after the sync $i.txt"; i=$((i+1)); done
""")

    def check(self, test, lines, served):
        test.assertEqual(served.stop(), 0, served.complaints())
        home = [line for line in listing(self.folder) if self.unsynced not in line]
        test.assertEqual(sorted(lines), home)


class WriteBackFull(WriteBack):
    """The guest fills its disk, is told so, and makes room again."""

    options = ("--fat", "16", "--size", "16M", "--timezone", "utc")
    device = "$(device {name})"

    def script(self):
        return f"disk={self.device_text}\n" + MOUNT + """
dd if=/dev/urandom of=big.bin bs=64k 2>/dev/null && exit 11
echo more > more.txt 2>/dev/null
sync
rm "left alone.bin"
dd if=/dev/urandom of=last.bin bs=1k count=4 2>/dev/null || exit 12
""" + LISTING + "umount /mnt\n"


class WriteBackFsck(WriteBack):
    """A guest that lost its power left clusters that nobody owns; fsck.fat makes files of them."""

    options = ("--fat", "32", "--size", "300M", "--timezone", "utc")
    device = "$(device {name})"

    def script(self):
        # An entry that is marked as deleted by hand leaves its chain behind.
        return f"disk={self.device_text}\n" + MOUNT + """
head -c 30000 /dev/urandom > LOSTONE.BIN
sync
md5sum < LOSTONE.BIN
cd /; umount /mnt
at=$(dd if=$disk bs=1M count=4 2>/dev/null | hexdump -C | grep -m 1 'LOSTONE BIN' | cut -c1-8)
[ -n "$at" ] || exit 11
printf '\\345' | dd of=$disk bs=1 seek=$((0x$at)) conv=notrunc 2>/dev/null
sync
fsck.fat -a $disk >/tmp/fsck 2>&1
sync
mount -t vfat -o $utf8 $disk /mnt || exit 12
""" + LISTING + "umount /mnt\n"

    def check(self, test, lines, served):
        super().check(test, lines[1:], served)
        sums = [hashlib.md5(path.read_bytes()[:30000]).hexdigest()
                for path in self.folder.glob("[Ff][Ss][Cc][Kk]*")]
        test.assertIn(lines[0].split()[0], sums, "the lost file came home as no file")


SCENARIOS = (WriteBack, WriteBackFloppy, WriteBackFat32, WriteBackPowerCut, WriteBackFull,
             WriteBackFsck)
