"""Load tests: starts the server, asks it in open loop, judges what came back, writes a report. `tests/load/run --help`.

Exit code: 0 when every run passed, 1 when one failed, 2 when the generator was too slow for a verdict and nothing failed.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import sys
import time

import report
from contract import PROJECT, PROTOSET, Method, golden
from ghz import Running
from judge import FAILED, NO_VERDICT, PASSED, Bounds, Verdict, judge
from sample import Sample
from server import Bare, Paydirt, Watch

HERE = pathlib.Path(__file__).resolve().parent
SCENARIOS = HERE / "scenarios"
MIX = "mixed"
HEAVY = "heavy"
# A generator that was kept from its core for a moment has another two.
ATTEMPTS = 3


class Scenario:
    def __init__(self, name, times=1.0):
        described = json.loads((SCENARIOS / f"{name}.json").read_text())
        self.name, self.title, self.calls = name, described["title"], []
        for call in described["calls"]:
            rows = golden(call["golden"], call["method"], call.get("rows"), call.get("names"))
            self.calls.append((Method(call["method"]), rows, call["rate"] * times))

    def rows(self):
        """By turns of its methods, so that a short sample has seen each."""
        longest = max(len(rows) for _, rows, _ in self.calls)
        return [(method, *rows[index]) for index in range(longest) for method, rows, _ in self.calls if index < len(rows)]


class Bench:
    """Where runs are made, and kept."""

    def __init__(self, ghz):
        self.ghz, self.runs = ghz, []

    def run(self, name, scenario, address, seconds, process=None, bounds=Bounds(), may_refuse=False, attempts=1):
        def attempt():
            with Sample(address, scenario.rows()) as sample:
                calls = self._load(scenario, address, seconds)
            wrong = sample.wrong if may_refuse else sample.wrong + sample.refused
            verdict = judge(calls, bounds, wrong[:3], may_refuse)
            verdict.figures["compared"] = sample.compared
            return verdict

        return self._until_verdict(name, attempt, attempts, process)

    def _until_verdict(self, name, attempt, attempts, process):
        """What has no verdict says nothing of the server, and is not kept while there are attempts left."""
        for left in reversed(range(attempts)):
            before = process.processor_seconds() if process else None
            verdict = attempt()
            if verdict.verdict != NO_VERDICT or not left:
                used = process.processor_seconds() - before if process else None
                return self.keep(name, verdict, used)
            print(f"{name}: {verdict.reasons[0]}; once more", flush=True)

    def _load(self, scenario, address, seconds):
        started = []
        try:
            for method, rows, rate in scenario.calls:
                requests = [request for request, _ in rows]
                connections = 4 if len(scenario.calls) == 1 else 2
                started.append(Running(self.ghz, address, method.name, requests, rate, seconds, PROTOSET, connections))
            return [running.calls(timeout=seconds + 60) for running in started]
        finally:
            for running in started:
                running.kill()

    def floor(self, program, rate, seconds):
        """An empty call on bare tonic, at the same rate: its processor time, in microseconds."""
        with Bare(program) as bare:

            def attempt():
                health = "grpc.health.v1.Health/Check", [{}], rate, seconds, HERE / "health.proto"
                return judge([Running(self.ghz, bare.address, *health).calls(timeout=seconds + 60)], Bounds())

            run = self._until_verdict("an empty call on bare tonic", attempt, ATTEMPTS, bare)
        return run.get("processor_us")

    def keep(self, name, verdict, used=None):
        run = {"name": name, "verdict": verdict.verdict, "reasons": verdict.reasons, "figures": verdict.figures}
        if used is not None and verdict.figures["calls"]:
            # The sample's own calls are in it, fifty a second among hundreds.
            run["processor_us"] = used / (verdict.figures["calls"] + verdict.figures.get("compared", 0)) * 1e6
        self.runs.append(run)
        figures = verdict.figures
        said = [f"{name}: {verdict.verdict}"]
        if figures["calls"]:
            said.append(f"{figures['calls']} calls, {figures['rate_sent']:.0f} a second")
            said.append("p50 {p50:.2f} p99 {p99:.2f} p99.9 {p999:.2f} ms".format(**{k: v * 1e3 for k, v in figures.items() if k[0] == "p"}))
        if run.get("processor_us"):
            said.append(f"{run['processor_us']:.1f} µs")
        print("; ".join(said + verdict.reasons[:3]), flush=True)
        return run


def short(bench, program, bare, names, seconds):
    floor = bench.floor(bare, 1000, max(5, seconds)) if bare else None
    for name in names:
        with Paydirt(program) as paydirt:
            scenario = Scenario(name)
            length = seconds * 5 if name == MIX else seconds
            run = bench.run(name, scenario, paydirt.address, length, paydirt, attempts=ATTEMPTS)
            if floor and run.get("processor_us"):
                run["ratio"] = run["processor_us"] / floor
            _ended(run, paydirt)


def _ended(run, paydirt):
    code = paydirt.end()
    if code != 0:
        run["verdict"] = FAILED
        run["reasons"].append(f"the server ended with {code}")


def long(bench, program, seconds):
    """Up to the knee, twice as far, and back; then minutes of half of it. The server has one core, the generator the other."""
    flags = ["--workers", "1", "--pool-threads", "1"]
    if os.cpu_count() > 1:
        # What this starts has the same cores, unless it is told others.
        os.sched_setaffinity(0, {1})
    knee = _sweep(bench, program, flags)
    with Paydirt(program, flags, cores="0") as paydirt:
        # Who is not refused for want of room is answered, right and in time, and afterwards everything is as before.
        bench.run("twice the knee", Scenario(HEAVY, knee * 2), paydirt.address, 20, paydirt, Bounds(2, 5, 10), may_refuse=True)
        run = bench.run("after it", Scenario(HEAVY, knee / 2), paydirt.address, 10, paydirt)
        _ended(run, paydirt)
    with Paydirt(program, flags, cores="0") as paydirt, Watch(paydirt) as watch:
        run = bench.run("soak", Scenario(HEAVY, knee / 2), paydirt.address, seconds, paydirt)
    run["watched"] = {"seconds": watch.seconds, "resident": watch.resident, "files": watch.files}
    for reason in _grown(watch):
        run["verdict"] = FAILED
        run["reasons"].append(reason)
    print(f"soak: {run['verdict']} {'; '.join(run['reasons'])}", flush=True)


def _sweep(bench, program, flags):
    """The last rate, as a multiple of the scenario's own, that is answered within a tenth of a second at the 99th percentile."""
    knee, times = 1.0, 1.0
    while times <= 32:
        with Paydirt(program, flags, cores="0") as paydirt:
            run = bench.run(f"sweep ×{times:.1f}", Scenario(HEAVY, times), paydirt.address, 8, paydirt, Bounds(0.01, 0.1, 0.5))
        if run["verdict"] != PASSED:
            # It is what was looked for, and no failure, unless answers are wrong; whether overload is borne is seen at twice the knee.
            wrong = any(reason.startswith("a wrong answer") and "UNAVAILABLE" not in reason for reason in run["reasons"])
            if run["verdict"] == FAILED and not wrong:
                run["verdict"] = f"{PASSED}: here it bends"
            break
        knee, times = times, times * 1.4
    return knee


def _grown(watch):
    """What the last quarter holds more than the second: the first is for warming up."""
    quarter = len(watch.resident) // 4
    if quarter < 5:
        return
    for name, values, spare in [("memory", watch.resident, 8e6), ("open files", watch.files, 4)]:
        early, late = statistics.median(values[quarter : 2 * quarter]), statistics.median(values[-quarter:])
        if late > early * 1.1 + spare:
            yield f"{name} grew from {early:.0f} to {late:.0f}"


def asked():
    parser = argparse.ArgumentParser(prog="tests/load/run", description="Load tests of Paydirt.", allow_abbrev=False)
    parser.add_argument("--program", type=pathlib.Path, help="the server, which is otherwise built")
    parser.add_argument("--bare", type=pathlib.Path, help="the bare server of benches/bare: processor time as a multiple of its")
    parser.add_argument("--ghz", default="ghz")
    parser.add_argument("--address", help="a server that runs already, HOST:PORT in plain text, instead of one of our own")
    parser.add_argument("--scenario", action="append", help="one of tests/load/scenarios, or several; all by default")
    parser.add_argument("--seconds", type=float, default=2, help="for a scenario; the mixed one takes five times as long")
    parser.add_argument("--long", action="store_true", help="also a sweep up to the knee, twice the knee, and a soak")
    parser.add_argument("--soak", type=float, default=600, help="seconds of the soak")
    parser.add_argument("--report", type=pathlib.Path, default=PROJECT / "target/load", help="a folder")
    return parser.parse_args()


def main():
    arguments = asked()
    bench, begun = Bench(arguments.ghz), time.monotonic()
    every = sorted(path.stem for path in SCENARIOS.glob("*.json") if path.stem != HEAVY)
    names = arguments.scenario or every
    if arguments.address:
        for name in names:
            bench.run(name, Scenario(name), arguments.address, arguments.seconds, attempts=ATTEMPTS)
    else:
        short(bench, arguments.program, arguments.bare, names, arguments.seconds)
        if arguments.long:
            long(bench, arguments.program, arguments.soak)
    arguments.report.mkdir(parents=True, exist_ok=True)
    when, machine = time.strftime("%Y-%m-%d %H:%M"), f"{platform.machine()}, {os.cpu_count()} cores"
    report.write(arguments.report, {"when": when, "machine": machine, "runs": bench.runs})
    verdicts = [run["verdict"] for run in bench.runs]
    print(f"{len(verdicts)} runs in {time.monotonic() - begun:.0f} s, report in {arguments.report}/report.html")
    sys.exit(1 if FAILED in verdicts else 2 if NO_VERDICT in verdicts else 0)


if __name__ == "__main__":
    main()
