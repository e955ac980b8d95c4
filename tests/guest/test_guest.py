"""Debian's own kernel uses our disks over NBD: one boot, many disks, each with a job of its own.

The disks are served by `fatlas-cli serve`; what the jobs print comes back over the serial console
and is compared with the folders of the host. FATLAS_GUEST_ACCEL=tcg or kvm skips the choice.
"""

import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))

import machine  # noqa: E402
import scenarios  # noqa: E402
import write_back  # noqa: E402
from served import Served  # noqa: E402
from support import CLI, FULL_MATRIX, REQUIRE_TOOLS, run  # noqa: E402

CHOSEN = scenarios.chosen() + write_back.SCENARIOS
BOOT_LIMIT = 7200 if FULL_MATRIX else 1800  # only for a guest that hangs


class TestGuest(unittest.TestCase):
    """One method for each scenario, made below."""

    @classmethod
    def setUpClass(cls):
        lacks = machine.missing() + [tool for tool in ("nbdcopy",) if not machine.which(tool)]
        if lacks and REQUIRE_TOOLS:
            raise AssertionError(f"not installed: {', '.join(lacks)}")
        if lacks:
            raise unittest.SkipTest(f"not installed: {', '.join(lacks)}")
        cls.temp = Path(tempfile.mkdtemp(prefix="fatlas-guest-", dir="/var/tmp"))
        cls.addClassCleanup(shutil.rmtree, cls.temp)
        cls.servers = {}
        cls.addClassCleanup(cls.stop_servers)
        cls.scenarios = {made.name: made for made in (kind(cls.temp)
                                                      for kind in CHOSEN)}
        guest = machine.Machine(cls.temp)
        for name, scenario in cls.scenarios.items():
            served = cls.serve(name, getattr(scenario, "source", scenario.folder),
                               *scenario.serve_options())
            guest.add_disk(name, served.socket, name, scenario.read_only)
            guest.add_job(name, scenario.script())
        cls.results = guest.boot(machine.choose_accelerator(cls.temp), BOOT_LIMIT)

    @classmethod
    def serve(cls, name, source, *options):
        cls.servers[name] = Served(cls.temp, name, source, *options)
        return cls.servers[name]

    @classmethod
    def stop_servers(cls):
        for served in cls.servers.values():
            served.kill()

    @staticmethod
    def cli(*arguments):
        return run(CLI, *arguments)

    def judge(self, name):
        scenario = self.scenarios[name]
        self.assertIn(name, self.results, "the job said nothing")
        status, output = self.results[name]
        self.assertEqual(status, 0, f"the job failed:\n{output}")
        scenario.check(self, output.splitlines(), self.servers[name])
        served = self.servers[name]
        self.assertEqual(served.stop(), 0, served.complaints())


def add_methods():
    for kind in CHOSEN:
        def method(self, kind=kind):
            self.judge(kind.name.fget(kind.__new__(kind)))
        method.__doc__ = kind.__doc__
        setattr(TestGuest, f"test_{kind.__name__}", method)


add_methods()

if __name__ == "__main__":
    unittest.main()
