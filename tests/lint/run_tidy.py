#!/usr/bin/env python3
"""clang-format and clang-tidy over what changed, and over what includes it.

    run_tidy.py BUILD_DIR [--since REVISION | --all] [--jobs N]

Looks at the sources that differ from REVISION (by default eight commits ago), and at those that
include a header that does. A source is clean for as long as it, every project header it includes,
its compile command and .clang-tidy stay the same; clean ones are remembered under
~/.cache/fatlas/tidy and skipped. --all looks at everything again.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "fatlas" / "tidy"
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
# Options of GCC that clang does not know.
# A precompiled header would hide what a source does not include.
PRECOMPILED = re.compile(r"-Winvalid-pch|-Xclang -fno-pch-timestamp|-fpch-preprocess|"
                         r"(-Xclang )?-include(-pch)? (-Xclang )?\S*cmake_pch\S*|"
                         r"-Xclang -fpch-instantiate-templates|-fpch-instantiate-templates")
GCC_ONLY = ("-fno-sanitize-recover=all", "-fsanitize=", "-mno-direct-extern-access")


def tool(name):
    for candidate in (f"{name}-19", name):
        if shutil.which(candidate):
            return candidate
    sys.exit(f"{name} 19 is missing: apt-get install {name}-19")


def project_includes(path: Path, seen):
    """`path` and every project header reachable from it."""
    if path in seen or not path.is_file():
        return
    seen.add(path)
    for target in INCLUDE.findall(path.read_text(encoding="utf-8", errors="replace")):
        project_includes(ROOT / target, seen)


def changed_since(revision):
    """Files that differ from `revision`, in commits or not yet; nothing when there is no such one."""
    known = subprocess.run(["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"],
                           cwd=ROOT, capture_output=True)
    if known.returncode:
        return None
    diff = subprocess.run(["git", "diff", "--name-only", revision], cwd=ROOT, check=True,
                          capture_output=True, text=True)
    return {ROOT / name for name in diff.stdout.splitlines()}


def is_concerned(source, changed):
    """Whether a source, or a project header it includes, is among the changed files."""
    files = set()
    project_includes(source, files)
    return not files.isdisjoint(changed)


def fingerprint(source: Path, command: str):
    files = set()
    project_includes(source, files)
    digest = hashlib.sha256(command.replace(str(ROOT), "").encode())
    digest.update((ROOT / ".clang-tidy").read_bytes())
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def check_format(clang_format):
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.cpp", "*.hpp"],
                             cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    sources = [f for f in listing if (ROOT / f).is_file()]
    done = subprocess.run([clang_format, "--dry-run", "--Werror", *sources], cwd=ROOT,
                          capture_output=True, text=True)
    if done.returncode:
        print(done.stderr)
    return done.returncode == 0


def tidy(clang_tidy, source, build):
    done = subprocess.run([clang_tidy, "--quiet", "-p", str(build), str(source)],
                          capture_output=True, text=True)
    return source, done.returncode == 0, done.stdout


def tidy_database(build: Path):
    """The build's compile commands of our own sources, in a form that clang reads."""
    entries = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = Path(entry["file"])
        if build in source.parents or ROOT not in source.parents:
            continue
        command = PRECOMPILED.sub("", entry["command"])
        words = [w for w in command.split() if not w.startswith(GCC_ONLY)]
        while words and not re.search(r"(g\+\+|clang\+\+|c\+\+)[-0-9.]*$", words[0]):
            words.pop(0)
        entries[source] = {**entry, "command": " ".join(words)}
    out = build / "tidy"
    out.mkdir(exist_ok=True)
    (out / "compile_commands.json").write_text(json.dumps(list(entries.values())))
    return out, {source: entry["command"] for source, entry in entries.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("--since", default="HEAD~8", metavar="REVISION")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()

    formatted = check_format(tool("clang-format"))
    database, commands = tidy_database(options.build.resolve())
    CACHE.mkdir(parents=True, exist_ok=True)
    marks = {source: CACHE / fingerprint(source, command) for source, command in commands.items()}
    changed = None if options.all else changed_since(options.since)
    todo = sorted(s for s in marks if options.all or
                  (not marks[s].exists() and (changed is None or is_concerned(s, changed))))
    print(f"clang-tidy: {len(todo)} of {len(commands)} sources changed or include a change")

    failed = 0
    clang_tidy = tool("clang-tidy")
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(tidy, clang_tidy, source, database) for source in todo]
        for job in concurrent.futures.as_completed(jobs):
            source, clean, output = job.result()
            if clean:
                marks[source].touch()
            else:
                failed += 1
                print(output, flush=True)
    print(f"clang-format {'clean' if formatted else 'FAILED'}; "
          f"clang-tidy {len(todo) - failed} clean, {failed} with warnings")
    return 0 if formatted and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
