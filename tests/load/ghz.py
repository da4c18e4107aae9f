"""Open-loop load by ghz, and what came of each call.

ghz ends with 0 whatever the calls answered, counts latency from the real start of a call, and cannot say whether it kept up: so nothing
here is taken from its summary, and all of it from its list of calls.
"""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass
class Calls:
    """What was sent to one method, in the order of sending. Seconds; `late` is how long after its time a call was sent."""

    method: str
    rate: float
    sent: list
    late: list
    latency: list
    status: list

    def latency_when_due(self):
        """From the time when a call was due: what a generator that falls behind hides."""
        return [latency + late for latency, late in zip(self.latency, self.late)]

    def rate_sent(self):
        return (len(self.sent) - 1) / (self.sent[-1] - self.sent[0]) if len(self.sent) > 1 and self.sent[-1] > self.sent[0] else 0.0


def _seconds(timestamp):
    """`2026-11-26T07:19:12.143081299Z`, or with an offset: to the nanosecond, which Python's own reader does not do."""
    whole, fraction, zone = re.fullmatch(r"([^.Z+]+)(\.\d+)?(Z|[+-]\d\d:\d\d)", timestamp).groups()
    return datetime.fromisoformat(whole + zone.replace("Z", "+00:00")).timestamp() + float(fraction or 0)


class Running:
    """ghz, started. Several may run at once, one for each method of a mix."""

    def __init__(self, ghz, address, method, requests, rate, seconds, proto, connections=4):
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        (folder / "requests.json").write_text(json.dumps(requests))
        self._method, self._rate, self._result = method, round(rate), folder / "result.json"
        described = ["--protoset" if proto.suffix == ".binpb" else "--proto", str(proto)]
        self._process = subprocess.Popen(
            [ghz, "--insecure", *described, "--call", method, "--async", "--rps", str(round(rate)), "--total", str(max(1, round(rate * seconds))),
             "--concurrency", "200", "--connections", str(connections), "--timeout", "20s", "--data-file", str(folder / "requests.json"),
             "--disable-template-functions", "--disable-template-data", "--format", "json", "--output", str(self._result), address],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def calls(self, timeout):
        said, _ = self._process.communicate(timeout=timeout)
        if self._process.returncode != 0 or not self._result.exists():
            raise RuntimeError(f"ghz: {said.strip()}")
        details = json.loads(self._result.read_text())["details"]
        self._folder.cleanup()
        return _calls(self._method, self._rate, details)

    def kill(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def _calls(method, rate, details):
    # A detail's timestamp is when the call ended.
    found = sorted((_seconds(item["timestamp"]) - item["latency"] / 1e9, item["latency"] / 1e9, item["status"]) for item in details)
    sent = [item[0] for item in found]
    due = [sent[0] + index / rate for index in range(len(sent))] if sent else []
    late = [max(0.0, at - when) for at, when in zip(sent, due)]
    return Calls(method, rate, sent, late, [item[1] for item in found], [item[2] for item in found])
