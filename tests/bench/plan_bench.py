"""A plan of many files: how long until the disk is known, and how much memory that takes."""

import places
import trees
from measure import Contender, Row, Sample, peak_anonymous_memory, race, run, say


def bench_plan_many(options) -> list[Row]:
    """50,000 files in 500 folders, against looking at them with find."""
    folders = 50 if options.quick else 500
    with places.folder(options.dir) as place:
        tree = place / "tree"
        trees.name_tree(tree, folders, 100)
        what = f"plan of {folders * 100:,} files in {folders} folders"
        plan = [options.cli, "plan", str(tree)]
        look = ["find", str(tree), "-printf", r"%p %s %T@\n"]
        say(f"{what}: {options.rounds} rounds ...")
        samples = race([Contender("fatlas", lambda: run(plan)),
                        Contender("find -printf", lambda: run(look))], options.rounds, place)
        memory = peak_anonymous_memory(plan, options.rounds)
    limit = Sample([64.0], unit="MiB")
    return [Row(what, samples["fatlas"], "find -printf", samples["find -printf"], 2.0),
            Row(f"{what}: peak RssAnon", memory, "limit", limit, 1.0)]


def bench_plan_flat(options) -> list[Row]:
    """8,000 files in one folder, against nbdkit until it answers. QEMU would take minutes."""
    files = 800 if options.quick else 8000
    with places.folder(options.dir) as place:
        tree = place / "tree"
        trees.name_tree(tree, 1, files)
        what = f"plan of {files:,} files in one folder"
        plan = [options.cli, "plan", str(tree)]
        serve = ["nbdkit", "-U", "-", "floppy", str(tree), "--run", 'nbdinfo --size "$uri"']
        say(f"{what}: {options.rounds} rounds ...")
        samples = race([Contender("fatlas", lambda: run(plan)),
                        Contender("nbdkit start", lambda: run(serve))], options.rounds, place)
    return [Row(what, samples["fatlas"], "nbdkit floppy, until it answers",
                samples["nbdkit start"], 1.10)]
