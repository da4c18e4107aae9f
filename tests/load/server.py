"""A server as a process of our own: where it listens, what it uses, how it ends."""

import os
import pathlib
import signal
import socket
import subprocess
import threading
import time
import urllib.request

PATIENCE = 60
_TICK = 1 / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Process:
    """Any program that takes calls at `address`, pinned to `cores` where there are enough of them."""

    def __init__(self, command, address, cores=None, output=subprocess.DEVNULL):
        self.address = address
        pin = ["taskset", "-c", cores] if cores and os.cpu_count() > 1 else []
        self._process = subprocess.Popen([*pin, *map(str, command)], stdout=output)
        self._proc = pathlib.Path(f"/proc/{self._process.pid}")
        self._await()

    def _await(self):
        host, port = self.address.rsplit(":", 1)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self._process.args} ended with {self._process.returncode}")
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"{self._process.args} does not listen on {self.address}")

    def processor_seconds(self):
        """User and system time of all its threads. The scheduler's own figure is exact; in ticks of 10 ms where it is not kept."""
        try:
            threads = [(thread / "schedstat").read_text().split()[0] for thread in (self._proc / "task").iterdir()]
            return sum(map(int, threads)) / 1e9
        except OSError:
            fields = (self._proc / "stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) * _TICK

    def resident_bytes(self):
        for line in (self._proc / "status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("the process has ended")

    def open_files(self):
        return len(list((self._proc / "fd").iterdir()))

    def end(self):
        """Asks it to end, and says its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


class Paydirt(Process):
    """As it is by default, its log included; only that it ends at once."""

    def __init__(self, program, flags=(), cores=None, output=subprocess.DEVNULL):
        address, self.admin = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        command = [program, "--listen", address, "--admin-listen", self.admin, "--lame-duck", "0s", "--log-format", "json"]
        super().__init__([*command, *flags], address, cores, output)

    def metrics(self):
        with urllib.request.urlopen(f"http://{self.admin}/metrics", timeout=PATIENCE) as answer:
            return answer.read().decode()


class Bare(Process):
    """An empty call on tonic alone, on one thread: the floor that processor time is compared with."""

    def __init__(self, program, cores=None):
        address = f"127.0.0.1:{free_port()}"
        super().__init__([program, address], address, cores)


class Watch:
    """Looks at a process' memory and open files every second."""

    def __init__(self, process):
        self.seconds, self.resident, self.files = [], [], []
        self._process = process
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self):
        begun = time.monotonic()
        while not self._done.wait(1):
            self.seconds.append(time.monotonic() - begun)
            self.resident.append(self._process.resident_bytes())
            self.files.append(self._process.open_files())

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()
