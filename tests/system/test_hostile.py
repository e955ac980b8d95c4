"""No image can crash, hang or fill the memory of `check` and `repair`.

Images are cut at any byte, have fields of the boot sector of any value, and garbage in FATs and
folders. Nothing is judged but how the verbs end: with a status that they document, within 10 s of
CPU time, with less than 600 MiB. FATLAS_SANITIZED=1 says that the program is a sanitizer's build,
which needs more.
"""

import os
import random
import subprocess
import time
import unittest
from array import array

import damage
from support import CLI, FULL_MATRIX, SystemTest, environment, memory_folder, need, run

CASES = range(*map(int, os.environ.get("FATLAS_SEEDS", "0:1000").split(":"))) \
    if FULL_MATRIX else range(40)
SANITIZED = os.environ.get("FATLAS_SANITIZED") == "1"
MAX_SECONDS = 10 * (6 if SANITIZED else 1)
MAX_MEMORY = 600 * (4 if SANITIZED else 1)  # MiB
END = 0x0FFFFFFF
STEP = 1 << 18  # entries written at a time

FIELDS = ((0x00, 3), (0x0B, 2), (0x0D, 1), (0x0E, 2), (0x10, 1), (0x11, 2), (0x13, 2), (0x15, 1),
          (0x16, 2), (0x18, 2), (0x1A, 2), (0x1C, 4), (0x20, 4), (0x24, 4), (0x28, 2), (0x2A, 2),
          (0x2C, 4), (0x30, 2), (0x32, 2), (0x1FE, 2))


def cut(image, data, rng):
    at = rng.choice((rng.randrange(len(data)), rng.randrange(1024), 512 * rng.randrange(64),
                     image.data_start + rng.randrange(-600, 600)))
    del data[max(0, at):]


def fields(image, data, rng):
    """One to four fields of the boot sector, mostly of values that are possible somewhere."""
    for _ in range(rng.randrange(1, 5)):
        offset, size = rng.choice(FIELDS)
        top = 1 << 8 * size
        value = rng.choice((0, 1, 2, top - 1, top // 2, 1 << rng.randrange(8 * size),
                            rng.randrange(top), rng.randrange(1 + min(top - 1, 512))))
        data[offset:offset + size] = (value % top).to_bytes(size, "little")


def garbage_in_fat(image, data, rng):
    """Entries that lead somewhere, so that chains get long and tangled, or plain noise."""
    top = image.clusters + 2
    for _ in range(rng.choice((3, 30, 300, 3000))):
        cluster = rng.randrange(top)
        value = rng.choice((rng.randrange(top), rng.randrange(top), rng.choice(image.owned),
                            cluster + 1, image.end_mark, 0, rng.randrange(image.end_mark + 1)))
        for offset, new in image.entry_patches(cluster, value, image.copies):
            data[offset:offset + len(new)] = new
    if rng.random() < 0.2:
        start = image.fat_start + rng.randrange(image.fat_size)
        noise = rng.randbytes(rng.randrange(1, 4096))
        data[start:start + len(noise)] = noise


def garbage_in_folders(image, data, rng):
    for _ in range(rng.choice((1, 5, 50))):
        slot = rng.choice(image.slots)
        at = slot.offset + rng.randrange(32)
        noise = rng.randbytes(rng.choice((1, 1, 2, 4, 32, 500)))
        data[at:at + len(noise)] = noise


def folders_everywhere(image, data, rng):
    """Every cluster begins like a folder, and holds others."""
    top = image.clusters + 2
    for cluster in range(2, min(top, 3000)):
        for offset, new in image.entry_patches(cluster, rng.choice((image.end_mark, cluster + 1)),
                                               image.copies):
            data[offset:offset + len(new)] = new
        at = image.cluster_offset(cluster)
        for number in range(image.cluster_size // 32):
            child = rng.randrange(2, top)
            raw = bytearray(b"D%07d   " % number + b"\x10" + bytes(20))
            raw[26:28] = (child & 0xFFFF).to_bytes(2, "little")
            if image.bits == 32:
                raw[20:22] = (child >> 16).to_bytes(2, "little")
            data[at + 32 * number:at + 32 * number + 32] = raw


def noise_everywhere(image, data, rng):
    start = rng.choice((0, 512, image.fat_start, image.root_start))
    data[start:] = rng.randbytes(min(len(data) - start, 1 << 21))


MAKERS = ((cut, 4), (fields, 10), (garbage_in_fat, 6), (garbage_in_folders, 6),
          (folders_everywhere, 1), (noise_everywhere, 1))


class Watched(SystemTest):
    in_memory = memory_folder() is not None

    def watched(self, *arguments, seconds=MAX_SECONDS):
        """What is wrong with how the program ended; nothing when it ended well."""
        start = time.monotonic()
        with open(self.temp / "said", "wb+") as said, \
                subprocess.Popen([CLI, *map(str, arguments)], env=environment(),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=said) as process:
            while time.monotonic() - start < 20 * seconds:  # others may use the machine too
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    process.returncode = os.waitstatus_to_exitcode(status)
                    break
                time.sleep(0.002)
            else:
                process.kill()
                return f"still running after {20 * seconds} s"
            said.seek(0)
            complaint = said.read().decode(errors="replace")
        if process.returncode not in (0, 1, 3) or "should not have happened" in complaint:
            return f"status {process.returncode}: {complaint[-1500:]}"
        if usage.ru_utime + usage.ru_stime > seconds:
            return f"{usage.ru_utime + usage.ru_stime:.1f} s"
        if usage.ru_maxrss > MAX_MEMORY * 1024:
            return f"{usage.ru_maxrss >> 10} MiB"
        return None


class Hostile(Watched):
    def attack(self, kind):
        need(self, "mkfs.fat", "mcopy")
        image = damage.SoundImage(kind, self.temp)
        target = self.temp / "hostile.img"
        failed = []
        for case in CASES:
            rng = random.Random(f"{kind} {case}")
            data = bytearray(image.data)
            makers = rng.choices([m for m, _ in MAKERS], [w for _, w in MAKERS],
                                 k=rng.choice((1, 1, 2)))
            for maker in makers:
                maker(image, data, rng)
            target.write_bytes(data)
            for verb in (["check"], ["repair"]):
                wrong = self.watched(*verb, target)
                if wrong:
                    names = "+".join(maker.__name__ for maker in makers)
                    failed.append(f"{kind} {case} ({names}) {verb[0]}: {wrong}")
                    if os.environ.get("FATLAS_VERBOSE"):
                        print(failed[-1], flush=True)
        self.assertEqual(failed, [], "\n".join(failed[:10]))

    def test_fat12_floppy(self):
        self.attack("fat12-floppy")

    def test_fat12_with_one_fat(self):
        self.attack("fat12-small")

    def test_fat16(self):
        self.attack("fat16")

    def test_fat32(self):
        self.attack("fat32")


# The FAT of a large volume, made of one step of entries that repeats: (first copy, second copy).
def each_lost(at, count, _):
    return (array("I", [END]) * count,) * 2


def every_second_lost(at, count, _):
    entries = array("I", [0]) * count
    entries[::2] = array("I", range(at + 2, at + 2 + count, 2))[:len(entries[::2])]
    return (entries,) * 2


def noise(_, count, rng):
    entries = array("I")
    entries.frombytes(rng.randbytes(4 * count))
    return entries, None


def second_full(_, count, __):
    return None, array("I", [END]) * count


class HostileLarge(Watched):
    """Volumes with very many clusters and nothing but damage in their FATs. What cannot be
    repaired in little memory is refused."""

    SIZE = (512 if FULL_MATRIX else 32) << 30
    SECONDS = MAX_SECONDS + (SIZE >> 30)  # only hanging is a fault

    def attack_fat(self, make):
        need(self, "mkfs.fat")
        image = self.temp / "large.img"
        with open(image, "wb") as file:
            file.truncate(self.SIZE)
        run("mkfs.fat", "-F", "32", "-s", "16", image)
        with open(image, "r+b", buffering=0) as file:
            boot = file.read(512)
            start = int.from_bytes(boot[14:16], "little") * 512
            size = int.from_bytes(boot[36:40], "little") * 512
            rng = random.Random(make.__name__)
            for at in range(3, size // 4 - 1, STEP):
                count = min(STEP, size // 4 - 1 - at)
                for copy, entries in enumerate(make(at, count, rng)):
                    if entries is not None:
                        os.pwrite(file.fileno(), entries.tobytes(), start + copy * size + 4 * at)
        wrong = [self.watched(verb, image, seconds=self.SECONDS) for verb in ("check", "repair")]
        self.assertEqual(wrong, [None, None])

    def test_every_cluster_is_a_lost_chain(self):
        self.attack_fat(each_lost)

    def test_every_second_cluster_is_lost(self):
        self.attack_fat(every_second_lost)

    def test_noise_in_the_first_copy(self):
        self.attack_fat(noise)

    def test_the_second_copy_says_that_all_is_used(self):
        self.attack_fat(second_full)


if __name__ == "__main__":
    unittest.main()
