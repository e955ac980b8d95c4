"""VHDs as other programs write them, byte by byte from the specification; no line of Fatlas in it.

Source: Microsoft, Virtual Hard Disk Image Format Specification 1.0; for what differs between
        programs, files that they wrote (creator, place of the blocks, width of locators, batmap).
"""

import dataclasses
import struct

SECTOR = 512
UNUSED = 0xFFFFFFFF
NOWHERE = 0xFFFFFFFFFFFFFFFF


@dataclasses.dataclass
class Style:
    """What a program does in its own way."""
    creator: bytes
    version: int
    system: bytes = b"Wi2k"
    block: int = 2 << 20
    alignment: int = SECTOR  # of the data of a block, behind its bitmap
    exact_bits: bool = False  # else all bits of a block are set
    space_in_bytes: bool = False
    locators: tuple = ()
    batmap: bool = False
    footer_size: int = 512


VIRTUALBOX = Style(b"vbox", 0x00060001, locators=("W2ku", "W2ru"), exact_bits=True)
HYPER_V = Style(b"win ", 0x00060003, alignment=4096, locators=("W2ru", "W2ku"),
                space_in_bytes=True)
XEN = Style(b"tap\0", 0x00010003, system=b"\0\0\0\0", locators=("MacX", "W2ru"), batmap=True,
            alignment=4096)
VIRTUAL_PC = Style(b"vpc ", 0x00010000, footer_size=511)
SMALL_BLOCKS = Style(b"d2v ", 0x00010001, block=512 << 10)


def checksum(data):
    return ~sum(data) & 0xFFFFFFFF


def geometry(sectors):
    """Cylinders, heads and sectors per track as the specification computes them."""
    if sectors >= 65535 * 16 * 63:
        return 65535, 16, 255
    per_track, heads = 17, max(4, (sectors // 17 + 1023) // 1024)
    if sectors // 17 >= heads * 1024 or heads > 16:
        per_track, heads = 31, 16
        if sectors // 31 >= heads * 1024:
            per_track = 63
    return sectors // per_track // heads, heads, per_track


def footer(style, size, kind, uuid, stamp):
    cylinders, heads, per_track = geometry(size // SECTOR)
    data_offset = NOWHERE if kind == 2 else SECTOR
    raw = struct.pack(">8sIIQI4sI4sQQHBBII16sB", b"conectix", 2, 0x00010000, data_offset, stamp,
                      style.creator, style.version, style.system, size, size, cylinders, heads,
                      per_track, kind, 0, uuid, 0).ljust(SECTOR, b"\0")
    return raw[:64] + struct.pack(">I", checksum(raw)) + raw[68:]


def locator_text(code, name):
    if code == "W2ru":
        return (".\\" + name).encode("utf-16-le")
    if code == "W2ku":
        return ("C:\\machines\\" + name).encode("utf-16-le")
    return ("file:///machines/" + name).encode()


def header(style, entries, table_offset, parent, places):
    """Of a dynamic disk; `places` are (code, offset, text) of its locators."""
    uuid, stamp, name = parent or (bytes(16), 0, "")
    raw = struct.pack(">8sQQIIII16sII512s", b"cxsparse", NOWHERE, table_offset, 0x00010000,
                      entries, style.block, 0, uuid, stamp, 0, name.encode("utf-16-be"))
    for code, offset, text in places:
        space = SECTOR if style.space_in_bytes else 1
        raw += struct.pack(">4sIIIQ", code.encode(), space, len(text), 0, offset)
    raw = raw.ljust(1024, b"\0")
    return raw[:36] + struct.pack(">I", checksum(raw)) + raw[40:]


def bitmap(style, held):
    """Of a block: a bit for each sector in `held`."""
    count = style.block // SECTOR
    bits = bytearray(max(count // 8, SECTOR))
    for sector in range(count) if held is None else held:
        bits[sector // 8] |= 0x80 >> sector % 8
    return bytes(bits)


def batmap_at(offset, entries, blocks):
    """The header of the batmap and its bits: all sectors of these blocks are there."""
    bits = bytearray(-(-entries // 8 // SECTOR) * SECTOR or SECTOR)
    for block in blocks:
        bits[block // 8] |= 0x80 >> block % 8
    raw = struct.pack(">8sQIII", b"tdbatmap", offset + SECTOR, len(bits) // SECTOR, 0x00010002,
                      checksum(bits))
    return raw.ljust(SECTOR, b"\0") + bytes(bits)


def round_up(value, unit):
    return -(-value // unit) * unit


def write_fixed(path, content, style, uuid, stamp=1000):
    with open(path, "wb") as file:
        file.write(content)
        file.write(footer(style, len(content), 2, uuid, stamp)[:style.footer_size])


def write_dynamic(path, size, sectors, style, uuid, stamp=1000, parent=None):
    """`sectors`: bytes by number of the sector; `parent`: its UUID, time and name of its file."""
    entries = -(-size // style.block)
    per_block = style.block // SECTOR
    table_offset = SECTOR + 1024
    end = round_up(table_offset + 4 * entries, SECTOR)
    extras, places = [], []
    for code in style.locators if parent else ():
        text = locator_text(code, parent[2])
        places.append((code, end, text))
        extras.append((end, text))
        end += SECTOR
    used = sorted({number // per_block for number in sectors})
    if style.batmap:
        whole = [] if style.exact_bits or parent else used
        extras.append((end, batmap_at(end, entries, whole)))
        end += len(extras[-1][1])
    table = [UNUSED] * entries
    with open(path, "wb") as file:
        for block in reversed(used):  # out of order, as a guest that writes backwards leaves it
            held = [n - block * per_block for n in sectors if n // per_block == block]
            bits = bitmap(style, held if style.exact_bits or parent else None)
            data = round_up(end + len(bits), style.alignment)
            table[block] = (data - len(bits)) // SECTOR
            file.seek(data - len(bits))
            file.write(bits)
            for number in held:
                file.seek(data + number * SECTOR)
                file.write(sectors[block * per_block + number])
            end = data + style.block
        tail = footer(style, size, 4 if parent else 3, uuid, stamp)
        file.seek(end)
        file.truncate(end)
        file.write(tail[:style.footer_size])
        file.seek(0)
        file.write(tail)
        file.write(header(style, entries, table_offset, parent, places))
        file.write(b"".join(struct.pack(">I", entry) for entry in table)
                   .ljust(round_up(4 * entries, SECTOR), b"\xff"))
        for offset, raw in extras:
            file.seek(offset)
            file.write(raw)
