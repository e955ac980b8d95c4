"""`fatlas-cli serve` as a process of a test: started, waited for, stopped, killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))

from support import CLI, environment  # noqa: E402


class Served:
    """Serves as soon as it is made; the socket is in the folder."""

    def __init__(self, folder, name, source, *options):
        self.name = name
        self.socket = Path(folder) / f"{name}.sock"
        self.errors = Path(folder) / f"{name}.stderr"
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [CLI, "serve", str(source), *map(str, options), "--socket", str(self.socket),
                 "--export", name],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                env=environment(XDG_STATE_HOME=str(Path(folder) / "state")))
        self._await_socket()

    def _await_socket(self):
        for _ in range(6000):
            if self.process.poll() is not None:
                raise RuntimeError(f"serve of {self.name} ended with {self.process.returncode}: "
                                   f"{self.complaints()}")
            with socket.socket(socket.AF_UNIX) as client:
                try:
                    client.connect(str(self.socket))
                    return
                except (FileNotFoundError, ConnectionRefusedError):
                    time.sleep(0.05)
        raise RuntimeError(f"serve of {self.name} does not answer: {self.complaints()}")

    def complaints(self):
        return self.errors.read_text(errors="replace")[-2000:]

    def stop(self):
        """The exit status of an orderly end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=120)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.socket.unlink(missing_ok=True)

    @property
    def uri(self):
        return f"nbd+unix:///{self.name}?socket={self.socket}"

    def image(self, target):
        """The whole disk as the server tells it now."""
        subprocess.run(["nbdcopy", self.uri, str(target)], check=True, capture_output=True,
                       env={**os.environ, "LC_ALL": "C.UTF-8"})
        return target
