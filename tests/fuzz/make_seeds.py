#!/usr/bin/env python3
"""Seeds for the fuzz targets: small, valid inputs, each with something a decoder branches on."""

import struct
import sys
import zlib
from pathlib import Path

import container_seeds
import nbd_seeds


def short_slot(name, attributes=0x20, cluster=0, size=0):
    return struct.pack("<11sBBBHHHHHHHI", name, attributes, 0, 0, 0, 0x5821, 0x5821,
                       cluster >> 16, 0, 0x5821, cluster & 0xFFFF, size)


def checksum(name):
    total = 0
    for byte in name:
        total = ((total & 1) << 7 | total >> 1) + byte & 0xFF
    return total


def long_slots(text, name):
    units = list(struct.unpack(f"<{len(text.encode('utf-16le')) // 2}H", text.encode("utf-16le")))
    count = (len(units) + 12) // 13
    if len(units) % 13:
        units.append(0)
    units += [0xFFFF] * (count * 13 - len(units))
    slots = []
    for number in range(count, 0, -1):
        part = units[(number - 1) * 13:number * 13]
        order = number | (0x40 if number == count else 0)
        slots.append(struct.pack("<B5HBBB6HH2H", order, *part[:5], 0x0F, 0, checksum(name),
                                 *part[5:11], 0, *part[11:]))
    return b"".join(slots)


def directory():
    return b"".join([
        short_slot(b"MY DISK    ", 0x08),
        short_slot(b"README  TXT", cluster=4, size=700),
        long_slots("a long name \u03a9 of a file.txt", b"ALONGN~1TXT"),
        short_slot(b"ALONGN~1TXT", cluster=6, size=100),
        short_slot(b"\xe5ONE    TXT"),
        short_slot(b"\x05AB     TXT"),
        short_slot(b"SUB        ", 0x10, cluster=3),
    ])


def boot_sector(bits, sectors, fat_sectors, sector_size=512, root_entries=32, reserved=1):
    wide = bits == 32
    sector = bytearray(512)
    sector[0:3] = b"\xeb\x58\x90" if wide else b"\xeb\x3c\x90"
    struct.pack_into("<8sHBHBHHBHHHII", sector, 3, b"FATLAS  ", sector_size, 1, reserved, 2,
                     0 if wide else root_entries, 0 if wide else sectors, 0xF8,
                     0 if wide else fat_sectors, 32, 2, 0, sectors if wide else 0)
    if wide:
        struct.pack_into("<IHHIHH", sector, 36, fat_sectors, 0, 0, 2, 1, 0)
    struct.pack_into("<BBBI11s8s", sector, 64 if wide else 36, 0x80, 0, 0x29, 0x12345678,
                     b"MY DISK    ", b"FAT%d   " % bits)
    sector[510:512] = b"\x55\xaa"
    return bytes(sector)


def pack_fat(bits, entries, size):
    if bits != 12:
        return struct.pack(f"<{len(entries)}{'H' if bits == 16 else 'I'}", *entries).ljust(size, b"\0")
    packed = bytearray()
    for low, high in zip(entries[::2], entries[1::2]):
        packed += bytes([low & 0xFF, low >> 8 | (high & 15) << 4, high >> 4])
    return bytes(packed).ljust(size, b"\0")


def volume(bits, entries, fat_sectors=1, clusters=24):
    reserved = 2 if bits == 32 else 1
    root_size = 0 if bits == 32 else 1024
    sectors = reserved + 2 * fat_sectors + root_size // 512 + clusters
    table = pack_fat(bits, entries, fat_sectors * 512)
    image = boot_sector(bits, sectors, fat_sectors, reserved=reserved).ljust(reserved * 512, b"\0")
    image += table * 2
    sub = short_slot(b".          ", 0x10, 3) + short_slot(b"..         ", 0x10) + \
        short_slot(b"DEEP       ", 0x10, 8) + short_slot(b"FILE       ", cluster=10, size=2000)
    if bits != 32:
        image += directory().ljust(root_size, b"\0") + bytes(512)
    else:
        image += directory().ljust(512, b"\0")
    return (image + sub.ljust(512, b"\0")).ljust(sectors * 512, b"\x20")


def volumes():
    for bits, end in ((12, 0xFFF), (32, 0x0FFFFFFF)):
        bad = end - 8
        good = [end - 7, end, end, end, 5, end, end, 0, end, 0, 11, 12, 13, end, bad, 0]
        loop = good[:10] + [11, 12, 10, 0, 0, 1]
        cross = good[:4] + [5, 6, 11, 8, end, 3, 11, 12, 13, end, 999, end]
        for name, entries in (("good", good), ("loop", loop), ("cross", cross)):
            yield f"fat{bits}_{name}", volume(bits, entries)
    # The least clusters a FAT16 can have; what is left out at the end reads as zeros.
    good = [0xFFF8, 0xFFFF, 0xFFFF, 0xFFFF, 5, 0xFFFF, 0xFFFF, 0, 0xFFFF, 0, 11, 12, 0xFFFF]
    yield "fat16_good", volume(16, good, fat_sectors=17, clusters=4200)[:32768]


def mbr_entry(kind, first, count, flag=0):
    return struct.pack("<B3sB3sII", flag, b"\x01\x01\x00", kind, b"\xfe\xff\xff", first, count)


def record(*entries):
    return b"".join(entries).rjust(0x1BE + 16 * len(entries), b"\0").ljust(510, b"\0") + b"\x55\xaa"


def gpt(sectors, sector_size=512):
    entry = struct.pack("<16s16sQQQ72s", bytes.fromhex("28732ac11ff8d211ba4b00a0c93ec93b"), b"u" * 16,
                        sectors // 2, sectors // 2 + 3, 0, "name".encode("utf-16le"))
    entries = entry.ljust(512, b"\0")
    blocks = -(-len(entries) // sector_size)

    def header(mine, other, first):
        fields = [b"EFI PART", 0x10000, 92, 0, 0, mine, other, 2 + blocks, sectors - blocks - 2, b"d" * 16,
                  first, 4, 128, zlib.crc32(entries)]
        form = "<8sIIIIQQQQ16sQIII"
        fields[3] = zlib.crc32(struct.pack(form, *fields))
        return struct.pack(form, *fields).ljust(sector_size, b"\0")

    start = record(mbr_entry(0xEE, 1, 0xFFFFFFFF)).ljust(sector_size, b"\0")
    start += header(1, sectors - 1, 2) + entries.ljust(blocks * sector_size, b"\0")
    end = entries.ljust(blocks * sector_size, b"\0") + header(sectors - 1, 1, sectors - 1 - blocks)
    return start.ljust(sectors * sector_size - len(end), b"\0") + end


def disks():
    yield "mbr", 0, record(mbr_entry(6, 4, 8, 0x80), mbr_entry(12, 12, 4)).ljust(16384, b"\0")
    chain = record(mbr_entry(5, 4, 20)).ljust(2048, b"\0")
    chain += record(mbr_entry(6, 1, 2), mbr_entry(5, 4, 4)).ljust(2048, b"\0")
    chain += record(mbr_entry(6, 1, 2), mbr_entry(5, 8, 4)).ljust(2048, b"\0")
    chain += record(mbr_entry(6, 1, 2), mbr_entry(5, 4, 4))
    yield "logical", 0, chain.ljust(16384, b"\0")
    yield "gpt", 0, gpt(32)
    yield "gpt4096", 3, gpt(8, 4096)
    yield "gpt4096_as_512", 0, gpt(8, 4096)
    broken = bytearray(gpt(32))
    broken[530] ^= 1
    yield "gpt_backup", 0, bytes(broken)
    yield "superfloppy", 0, boot_sector(12, 32, 1).ljust(16384, b"\0")


def in_partition(table, image, first=4):
    return table.ljust(first * 512, b"\0") + image


def images():
    yield from volumes()
    small = volume(12, [0xFF8, 0xFFF, 0xFFF, 0xFFF, 5, 0xFFF, 0xFFF, 0, 0xFFF, 0, 11, 12, 13, 0xFFF])
    yield "mbr", in_partition(record(mbr_entry(1, 4, 40, 0x80)), small)
    yield "two", in_partition(record(mbr_entry(1, 4, 40), mbr_entry(1, 30, 40)), small)
    chain = record(mbr_entry(5, 2, 60)).ljust(1024, b"\0") + record(mbr_entry(1, 2, 40))
    yield "logical", in_partition(chain, small)
    deleted = bytearray(small)
    for name in (b"README  TXT", b"SUB        "):
        deleted[deleted.index(name)] = 0xE5
    yield "deleted", bytes(deleted)


def containers():
    """With a first byte that chooses limits, or makes checksums right again."""
    for subject, made in (("unpack", container_seeds.packed()), ("undo", container_seeds.undo_files()),
                          ("vhd", container_seeds.vhds()),
                          ("sector_log", container_seeds.sector_logs()),
                          ("session_record", container_seeds.session_records())):
        for name, data in made:
            yield subject, name, b"\0" + data
            yield subject, name + "_1", b"\1" + data


def seeds():
    for bits, sectors, fat_sectors in ((12, 2880, 9), (16, 20000, 80), (32, 200000, 1600)):
        yield "boot_sector", f"fat{bits}", struct.pack("<I", sectors) + boot_sector(
            bits, sectors if bits == 32 else sectors, fat_sectors)
    yield "boot_sector", "cut", struct.pack("<I", 300) + boot_sector(12, 2880, 9)
    yield "boot_sector", "ntfs", struct.pack("<I", 300) + b"\xeb\x52\x90NTFS    ".ljust(512, b"\0")
    for page in range(4):
        yield "directory", f"page{page}", bytes([page, 0]) + directory()
    yield "directory", "damaged", b"\0\0" + directory()[32:96] + directory()[:160]
    for name, size, disk in disks():
        yield "partition_table", name, bytes([size, 0, 0]) + disk
    for name, image in volumes():
        yield "volume", name, image
    for name, image in images():
        yield "image", name, image
    yield from containers()


def main():
    root = Path(sys.argv[1])
    for subject, name, data in [*seeds(), *nbd_seeds.nbd_seeds()]:
        folder = root / subject
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (root / "stamp").touch()


if __name__ == "__main__":
    main()
