"""What NBD clients say: short conversations for fuzz_nbd. The first byte is the fuzzer's own."""

import struct


def option(number, data=b""):
    return b"IHAVEOPT" + struct.pack(">II", number, len(data)) + data


def named(name, *types):
    return struct.pack(f">I{len(name)}sH{len(types)}H", len(name), name, len(types), *types)


def contexts(name, *queries):
    return struct.pack(f">I{len(name)}sI", len(name), name, len(queries)) + b"".join(
        struct.pack(f">I{len(query)}s", len(query), query) for query in queries)


def request(command, offset=0, length=0, flags=0, payload=b""):
    return struct.pack(">IHHQQI", 0x25609513, flags, command, 77, offset, length) + payload


def nbd_seeds():
    """(subject, name, data)"""
    flags = struct.pack(">I", 3)
    requests = (request(0, 0, 512) + request(1, 4096, 600, 1, b"w" * 600) + request(3)
                + request(4, 0, 4096) + request(6, 8192, 4096, 2) + request(6, 0, 512, 16)
                + request(5, 0, 65536) + request(0, 1000, 100_000) + request(0, 1 << 40, 1)
                + request(8) + request(2))
    structured = (option(8) + option(9, contexts(b"disk")) +
                  option(10, contexts(b"", b"base:allocation", b"x")))
    status = request(7, 0, 65536) + request(7, 512, 4096, 8) + request(0, 0, 70_000, 4)
    talks = {
        "export_name": flags + option(1, b"disk") + requests,
        "go_simple": flags + option(7, named(b"", 1, 2, 3)) + requests,
        "go_structured": flags + structured + option(7, named(b"disk", 3)) + status + requests,
        "haggling": flags + option(3) + option(5) + option(6, named(b"other")) + option(99, b"?")
        + option(2),
        "zeroes": struct.pack(">I", 1) + option(1, b"") + requests,
        "nonsense": b"GET / HTTP/1.0\r\n\r\n",
    }
    for name, talk in talks.items():
        for kind in range(4):
            yield "nbd", f"{name}_{kind}", bytes([kind]) + talk
