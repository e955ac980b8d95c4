#!/usr/bin/env python3
"""Holds the tree to its design: layers, Qt and widgets where they belong, sizes, names.

    check_tree.py [ROOT]     prints each breach as FILE:LINE: what is wrong; exit 1 if there is one
    check_tree.py --self-test
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE",
    "README.md", "app", "core", "resources", "tests", "ui",
}

# Which folders each folder may include, besides itself. The order is the architecture.
CORE = {
    "core/base": set(),
    "core/block": {"core/base"},
    "core/host": {"core/base"},
    "core/partition": {"core/block", "core/base"},
    "core/fat": {"core/block", "core/base"},
    "core/vhd": {"core/block", "core/base"},
    "core/nbd": {"core/block", "core/base"},
    "core/edit": {"core/fat", "core/block", "core/base"},
    "core/folder_disk": {"core/fat", "core/partition", "core/host", "core/block", "core/base"},
    "core/image": {"core/folder_disk", "core/vhd", "core/partition", "core/fat", "core/host",
                   "core/block", "core/base"},
    "core/convert": {"core/image", "core/edit", "core/folder_disk", "core/vhd", "core/partition",
                     "core/fat", "core/block", "core/base"},
    "core/sync": {"core/folder_disk", "core/fat", "core/host", "core/block", "core/base"},
    "core/serve": {"core/sync", "core/convert", "core/image", "core/folder_disk", "core/vhd",
                   "core/fat", "core/host", "core/nbd", "core/block", "core/base"},
}
ALL_CORE = set(CORE)
UI = {
    "ui/base": ALL_CORE,
    "ui/tasks": ALL_CORE | {"ui/base"},
    "ui/models": ALL_CORE | {"ui/base", "ui/tasks"},
    "ui/document": ALL_CORE | {"ui/base", "ui/tasks"},
    "ui/views": ALL_CORE | {"ui/base", "ui/tasks", "ui/models", "ui/document"},
    "ui/wizards": ALL_CORE | {"ui/base", "ui/tasks", "ui/models", "ui/document", "ui/views"},
    "ui/window": ALL_CORE
    | {"ui/base", "ui/tasks", "ui/models", "ui/document", "ui/views", "ui/wizards"},
}
APP = {
    "app/cli": ALL_CORE,
    "app/gui": ALL_CORE | set(UI),
}
LAYERS = CORE | UI | APP

MAX_LINES = {".cpp": 600, ".hpp": 300}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
WIDGET_HEADER = re.compile(r"^Q(Widget|Dialog|MainWindow|Label|.*View|.*Button|Painter|Layout)$")
COLOUR = re.compile(r'QColor\s*\(\s*(0x|"#|\d)|QColor::fromRgb|"#[0-9A-Fa-f]{6}"|Qt::(red|green|'
                    r'blue|black|white|yellow|gray|cyan|magenta|dark\w+|light\w+)\b')
FILE_NAME = re.compile(r"^[a-z0-9_]+\.(cpp|hpp)$")


def folder_of(path: str) -> str:
    return "/".join(path.split("/")[:2])


def check_include(path, line, quote, target):
    """Breaches of one #include line, as messages."""
    folder = folder_of(path)
    if folder not in LAYERS:
        return
    if quote == '"':
        if "/" not in target and not target.endswith(".moc"):
            yield f"{path}:{line}: include \"{target}\" by its path from the top"
            return
        other = folder_of(target)
        if other != folder and other in LAYERS and other not in LAYERS[folder]:
            yield f"{path}:{line}: {folder} may not include {other}"
        if target.startswith("tests/"):
            yield f"{path}:{line}: the product may not include tests"
        return
    qt_free = path.startswith("core/") or path.startswith("app/cli/")
    if qt_free and re.match(r"^Q[A-Z]|^Qt", target):
        yield f"{path}:{line}: no Qt in {folder}"
    if target.startswith("unicode/") and folder != "core/base":
        yield f"{path}:{line}: ICU belongs to core/base"
    if re.match(r"(archive|archive_entry|zlib|lzma|zstd|bzlib)\.h$", target) and folder != "core/image":
        yield f"{path}:{line}: compression belongs to core/image"
    if re.match(r"asio(/|\.hpp$)", target) and folder not in ("core/nbd", "core/serve"):
        yield f"{path}:{line}: Asio belongs to core/nbd and core/serve"
    if target.startswith("nlohmann/") and folder != "app/cli":
        yield f"{path}:{line}: JSON belongs to app/cli"
    if folder == "ui/models" and WIDGET_HEADER.match(target):
        yield f"{path}:{line}: models know no widgets ({target})"


def check_source(root: Path, path: str):
    text = (root / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    suffix = Path(path).suffix
    if len(lines) > MAX_LINES[suffix]:
        yield f"{path}:1: {len(lines)} lines, at most {MAX_LINES[suffix]}: split by idea"
    if not FILE_NAME.match(Path(path).name):
        yield f"{path}:1: file names are snake_case"
    if suffix == ".hpp" and "#pragma once" not in text:
        yield f"{path}:1: header without #pragma once"
    if suffix == ".hpp" and path.startswith("core/") and not text.startswith("///"):
        yield f"{path}:1: core headers open with what they are for"
    for number, line in enumerate(lines, 1):
        if len(line) > 100:
            yield f"{path}:{number}: {len(line)} columns, at most 100"
        match = INCLUDE.match(line)
        if match:
            yield from check_include(path, number, match.group(1), match.group(2))
        if path.startswith("ui/") and not path.startswith("ui/base/theme") and COLOUR.search(line):
            yield f"{path}:{number}: colours live in ui/base/theme"
        if path.startswith("core/") and re.match(r"^\s*throw\b", line):
            yield f"{path}:{number}: core throws nothing; return a Result"


def check_tests_mirror(files):
    """Every tests/core/X belongs to a core/X that exists."""
    for path in files:
        parts = path.split("/")
        if path.startswith("tests/core/") and len(parts) > 3 and f"core/{parts[2]}" not in LAYERS:
            yield f"{path}:1: tests/core mirrors core; there is no core/{parts[2]}"


def tracked_files(root: Path):
    listing = subprocess.run(["git", "-c", "core.quotePath=off", "ls-files", "-co",
                              "--exclude-standard"], cwd=root, check=True,
                             capture_output=True, text=True)
    return [f for f in listing.stdout.splitlines() if (root / f).is_file()]


def check(root: Path, files):
    for name in sorted({f.split("/")[0] for f in files}):
        if not name.startswith(".") and name not in TOP_LEVEL:
            yield f"{name}:1: does not belong at the top level"
    for path in files:
        if (root / path).stat().st_size > 64 * 1024 and not path.startswith("resources/"):
            if Path(path).suffix not in (".cpp", ".hpp", ".py", ".md"):
                yield f"{path}:1: over 64 KiB; build large fixtures when they are needed"
        if Path(path).suffix in MAX_LINES:
            yield from check_source(root, path)
    yield from check_tests_mirror(files)


def self_test():
    """Each rule must catch its own bad example, and say nothing about a good one."""
    examples = {
        "core/fat/a.cpp": ('#include <QString>\n', "no Qt in core/fat"),
        "core/fat/b.cpp": ('#include "core/host/scan.hpp"\n', "core/fat may not include core/host"),
        "core/fat/c.cpp": ('#include <unicode/uchar.h>\n', "ICU belongs"),
        "core/fat/p.cpp": ('#include <archive.h>\n', "compression belongs"),
        "core/fat/q.cpp": ('#include <asio/ip/tcp.hpp>\n', "Asio belongs"),
        "core/fat/d.hpp": ('#pragma once\n', "what they are for"),
        "core/fat/e.hpp": ('/// Text.\n', "#pragma once"),
        "core/fat/f.cpp": ("int x;\n" * 601, "split by idea"),
        "core/fat/g.cpp": ("// " + "x" * 100 + "\n", "columns"),
        "core/fat/h.cpp": ("    throw 1;\n", "throws nothing"),
        "core/fat/BadName.cpp": ("\n", "snake_case"),
        "core/base/i.cpp": ('#include "core/block/block_device.hpp"\n', "may not include"),
        "ui/models/j.cpp": ("#include <QTableView>\n", "models know no widgets"),
        "ui/views/k.cpp": ('QColor c("#112233");\n', "colours live"),
        "ui/views/l.cpp": ('#include "ui/window/main_window.hpp"\n', "may not include ui/window"),
        "app/cli/m.cpp": ('#include "ui/base/theme.hpp"\n', "app/cli may not include ui/base"),
        "extra/n.txt": ("x\n", "top level"),
        "tests/core/nowhere/tst_o.cpp": ("int o;\n", "mirrors core"),
    }
    good = {
        "core/fat/good.cpp": '#include "core/block/block_device.hpp"\n#include <vector>\nint x;\n',
        "ui/base/theme.cpp": 'QColor c("#112233");\n',
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, (text, _) in examples.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        for path, text in good.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        breaches = list(check(root, sorted(examples | good)))
    failures = [p for p, (_, words) in examples.items()
                if not any(words in b for b in breaches if b.startswith(p.split("/")[0]) and
                           (b.startswith(p) or p.startswith("extra")))]
    failures += [b for b in breaches if any(b.startswith(p) for p in good)]
    print(f"{len(examples) + len(good) - len(failures)} passed, {len(failures)} failed")
    for failure in failures:
        print("  ", failure)
    return 1 if failures else 0


def main():
    if "--self-test" in sys.argv:
        return self_test()
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    breaches = list(check(root, tracked_files(root)))
    print("\n".join(breaches) if breaches else "tree: as designed")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
