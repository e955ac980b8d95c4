"""Seeds whose content is wrapped: compressed images, undo files, VHDs, kept sessions."""

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib


def zstd(content):
    """Raw blocks, one frame, size known: there is no encoder in Python's library."""
    frame = struct.pack("<IBI", 0xFD2FB528, 0xA0, len(content))
    blocks = [content[at:at + 4096] for at in range(0, len(content), 4096)]
    for number, block in enumerate(blocks):
        head = len(block) << 3 | (number == len(blocks) - 1)
        frame += struct.pack("<I", head)[:3] + block
    return frame


def archive(*names, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as zip_file:
        for number, name in enumerate(names):
            zip_file.writestr(zipfile.ZipInfo(name), bytes([number]) * 3000, method)
    return file.getvalue()


def packed():
    image = bytes(5000) + b"\xeb\x3c\x90FATLAS  " + bytes(range(256)) * 4 + bytes(9000)
    half = len(image) // 2
    yield "gzip", gzip.compress(image, mtime=0)
    yield "gzip_members", gzip.compress(image[:half], mtime=0) + gzip.compress(image[half:], mtime=0)
    yield "gzip_cut", gzip.compress(image, mtime=0)[:-9]
    yield "gzip_padded", gzip.compress(image, mtime=0) + bytes(700)
    yield "bzip2", bz2.compress(image, 1)
    yield "bzip2_members", bz2.compress(image[:half], 1) + bz2.compress(image[half:], 9)
    yield "xz", lzma.compress(image, preset=0)
    yield "xz_streams", lzma.compress(image[:half], check=lzma.CHECK_CRC32) + lzma.compress(b"end")
    yield "xz_cut", lzma.compress(image)[:-20]
    yield "zstd", zstd(image)
    yield "zstd_frames", zstd(image[:half]) + zstd(image[half:])
    yield "zip", archive("disk.img")
    yield "zip_stored", archive("disk.img", method=zipfile.ZIP_STORED)
    yield "zip_several", archive("README", "DISK.IMA", "__MACOSX/._DISK.IMA")
    yield "zip_empty", archive()


def undo_file(image_size, records):
    body = b""
    for offset, length, before, after, group, payload in records:
        body += struct.pack("<QIBBH", offset, length, before, after, group) + payload
    head = struct.pack("<8sIIQQQI16x", b"FATLUNDO", 1, 512, image_size, len(records), len(body),
                       zlib.crc32(body))
    return head + struct.pack("<I", zlib.crc32(head)) + body


def undo_files():
    old, new = bytes(range(64)), bytes(64)
    yield "stored", undo_file(8192, [(100, 64, 1, 1, 0, old + new), (600, 64, 1, 1, 1, old + old)])
    yield "zeros", undo_file(8192, [(0, 512, 0, 1, 0, b"x" * 512), (512, 100, 1, 0, 0, b"y" * 100)])
    sums = b"".join(struct.pack("<I", zlib.crc32(part)) for part in (bytes(412), bytes(512)))
    yield "checksums", undo_file(4096, [(100, 924, 0, 2, 2, sums)])
    yield "overlap", undo_file(4096, [(0, 10, 0, 0, 0, b""), (9, 10, 0, 0, 0, b"")])
    yield "nothing", undo_file(0, [])


def sector_logs():
    """Of an overlay over a disk of 300,000 sectors, the last cut off by 100 bytes."""
    def with_crc(structure):
        return structure + struct.pack("<I", zlib.crc32(structure))

    def log(records, number=7):
        header = struct.pack("<8sIIQ16s20x", b"FATLASLG", 1, number, 300_000 * 512 - 100, b"s" * 16)
        return with_crc(header) + b"".join(
            with_crc(struct.pack("<QQQQB3xI", index, first, durable, count, state, number))
            for index, (first, count, state, durable) in enumerate(records, 1))

    records = [(0, 1, 1, 0), (100, 70_000, 2, 0), (50, 100, 1, 2), (299_999, 1, 2, 3)]
    yield "records", log(records)
    yield "cut", log(records)[:-10]
    yield "damaged", log(records)[:70] + b"x" + log(records)[71:]
    yield "beyond", log([(299_999, 2, 1, 0)])
    yield "empty", log([])


def session_records():
    """A header and numbers; the fuzzer makes the checksum right."""
    yield "empty", b"FATLASKP" + struct.pack("<IIQQ", 1, 0, 0, 0)
    yield "zeros", b"FATLASKP" + struct.pack("<IIQQ", 1, 0, 0, 0) + bytes(8 * 40)


def with_sum(structure, at):
    structure = bytearray(structure)
    struct.pack_into(">I", structure, at, 0)
    struct.pack_into(">I", structure, at, ~sum(structure) & 0xFFFFFFFF)
    return bytes(structure)


def vhd_footer(kind, size, creator=b"win "):
    footer = struct.pack(">8sIIQI4sI4sQQHBBII16sB427x", b"conectix", 2, 0x10000,
                         (1 << 64) - 1 if kind == 2 else 512, 0, creator, 0xA0000, b"Wi2k", size,
                         size, 1, 1, 16, kind, 0, b"u" * 16, 0)
    return with_sum(footer, 0x40)


def vhd(kind, table, block_size=4096, creator=b"win ", locator=b""):
    footer = vhd_footer(kind, len(table) * block_size, creator)
    parent = "parent.vhd".encode("utf-16be") if kind == 4 else b""
    locators = struct.pack(">4sIIIQ", b"W2ru", 512, len(locator), 0, 2048) if locator else b""
    header = struct.pack(">8sQQIIII16sII512s192s256x", b"cxsparse", (1 << 64) - 1, 1536, 0x10000,
                         len(table), block_size, 0, b"p" * 16 if kind == 4 else bytes(16), 0, 0,
                         parent, locators)
    file = footer + with_sum(header, 0x24)
    file += b"".join(struct.pack(">I", entry) for entry in table).ljust(512, b"\xff")
    file += locator.ljust(512, b"\0") if locator else b""
    blocks = [entry for entry in table if entry != 0xFFFFFFFF]
    for number, entry in enumerate(sorted(blocks)):
        file = file.ljust(entry * 512, b"\0")
        file += bytes([0xFF if number % 2 else 0xA5]).ljust(512, b"\0") + b"data" * (block_size // 4)
    return file + footer


def vhds():
    none = 0xFFFFFFFF
    yield "fixed", b"\x20" * 4096 + vhd_footer(2, 4096)
    yield "dynamic", vhd(3, [13, none, 4, none])
    yield "empty", vhd(3, [none] * 8)
    yield "overlap", vhd(3, [4, 6, none])
    yield "child", vhd(4, [5, none, none], locator=".\\parent.vhd".encode("utf-16le"))
    yield "virtual_pc", vhd(3, [4], creator=b"vpc ")[:-1]
    yield "no_front", bytes(512) + vhd(3, [4, none])[512:]
    yield "no_end", vhd(3, [4, none])[:-512]
