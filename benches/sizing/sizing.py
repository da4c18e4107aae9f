"""What a pod does, measured, and how many it takes, calculated: the tables of docs/sizing.md.

    sizing.py PROGRAM PAGE [ROUNDS]
"""

import math
import pathlib
import platform
import re
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests/load"))

from contract import Method, connect, method_of
from server import Paydirt

# One core serves, workers and pool together; the other asks.
FLAGS = ["--workers", "1", "--pool-threads", "1"]
SERVER_CORE, LOAD_CORE = "0", "1"
CALLS_FOR_SECONDS = 1.5
CONNECTIONS = 2000
# What docs/kubernetes.md runs: a pod of two cores, held at three fifths of them.
POD_CORES, TARGET = 2, 0.6
CLUSTER_RATES = [1_000, 10_000, 100_000, 1_000_000, 10_000_000]
# Of whoever calls: so many pods, each with a connection to each server that it uses.
CLIENT_CALLS_A_SECOND = 1_000
# RFC 1035: a pointer to the name, type, class, time to live, length, and four bytes of address.
ADDRESS_RECORD = 16


def frame(message):
    return b"\0" + struct.pack(">I", len(message)) + message


def requests(channel):
    """For each model the longest of its presets, which are published calculations; and series as long as they get."""
    answer = Method("paydirt.v1.CalculationService/ListPresets")
    listed = answer.message(answer.call(channel, b""))
    longest = {}
    for preset in listed.presets:
        model = preset.calculation.WhichOneof("model")
        if model is None:
            continue  # a study
        request = getattr(preset.calculation, model)
        if model not in longest or request.ByteSize() > longest[model][1].ByteSize():
            longest[model] = (preset.name, request)
    for model, (name, request) in sorted(longest.items()):
        yield f"{model.replace('_', ' ')}: {name}", method_of(request), request.SerializeToString()
    rates = Method("paydirt.v1.CashFlowService/ComputeInternalRateOfReturn")
    for flows in (60, 1_000):
        amounts = ["-1000"] + ["25.5"] * flows
        request = {"periodic": {"amounts": amounts, "period": "PERIOD_MONTH"}}
        yield f"internal rate of return: {flows} months", rates.name, rates.encoded({"cash_flows": request})


def h2load(address, method, message, calls, connections=8, streams=16):
    with tempfile.NamedTemporaryFile() as body:
        body.write(frame(message))
        body.flush()
        said = subprocess.run(
            ["taskset", "-c", LOAD_CORE, "h2load", "-t", "1", "-c", str(connections), "-m", str(streams), "-n", str(calls), "-d", body.name,
             "-H", "content-type: application/grpc", "-H", "te: trailers", f"http://{address}/{method}"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    # A gRPC error is a success to it, but has no bytes.
    succeeded = re.search(r"(\d+) succeeded, 0 failed", said)
    data = re.search(r"\((\d+)\) data", said)
    if not succeeded or int(succeeded[1]) != calls or int(data[1]) < calls * 5:
        raise SystemExit(f"{method}: {said}")


def call_microseconds(server, method, message):
    h2load(server.address, method, message, 200)
    before, begun = server.processor_seconds(), time.monotonic()
    h2load(server.address, method, message, 1000)
    rate = 1000 / (time.monotonic() - begun)
    calls = max(500, min(200_000, int(rate * CALLS_FOR_SECONDS)))
    before = server.processor_seconds()
    h2load(server.address, method, message, calls)
    return (server.processor_seconds() - before) / calls * 1e6


# And empty settings.
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0"


def idle_connections(address, count):
    host, port = address.rsplit(":", 1)
    opened = []
    for _ in range(count):
        one = socket.create_connection((host, int(port)))
        one.sendall(PREFACE)
        opened.append(one)
    for one in opened:
        one.recv(64)  # its settings: it is served
    return opened


def log_line_and_series(program, asked):
    """Bytes of an access log's line, and how many series a pod has once each method was called."""
    with tempfile.NamedTemporaryFile() as log, Paydirt(program, FLAGS, output=log) as server:
        channel = connect(server.address)
        for _, method, message in asked:
            Method(method).call(channel, message)
        metrics = server.metrics()
        server.end()
        log.seek(0)
        lines = [line for line in log.read().splitlines() if b'"message":"call"' in line]
    return statistics.mean(map(len, lines)) + 1, sum(1 for line in metrics.splitlines() if line and line[0] != "#")


def main():
    program, page = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    taken = {}
    for _ in range(rounds):
        with Paydirt(program, FLAGS, cores=SERVER_CORE) as server:
            asked = list(requests(connect(server.address)))
            for name, method, message in asked:
                taken.setdefault(name, []).append(call_microseconds(server, method, message))
                print(f"{name}: {taken[name][-1]:.1f} µs", file=sys.stderr, flush=True)
    calls = {name: statistics.median(all_of) for name, all_of in taken.items()}
    line, series = log_line_and_series(program, asked)
    with Paydirt(program, ["--max-connections", "20000"], cores=SERVER_CORE) as server:
        time.sleep(1)
        idle = server.resident_bytes()
        before = server.processor_seconds()
        opened = idle_connections(server.address, CONNECTIONS)
        connection = (server.processor_seconds() - before) / CONNECTIONS * 1e6
        held = (server.resident_bytes() - idle) / CONNECTIONS
        for one in opened:
            one.close()
    written(pathlib.Path(page), "measured", [*measured(calls), "", *others(idle, connection, held, line, series)])
    written(pathlib.Path(page), "calculated", calculated(calls, line, series))


def measured(calls):
    yield f"Measured {time.strftime('%Y-%m-%d')}, {platform.machine()}, one core for the server and one for the load: microseconds of processor time a"
    yield "call, the kernel's included, and calls a second that one core and one pod can be planned for."
    yield ""
    yield f"| model and request | µs a call | calls a second and core, all of it | planned for a pod of {POD_CORES} cores at {TARGET:.0%} |"
    yield "|---|---:|---:|---:|"
    for name, microseconds in calls.items():
        yield f"| {name} | {microseconds:,.1f} | {1e6 / microseconds:,.0f} | {planned(microseconds):,.0f} |"


def planned(microseconds):
    return POD_CORES * TARGET * 1e6 / microseconds


def others(idle, connection, held, line, series):
    yield "| a pod's | measured |"
    yield "|---|---:|"
    yield f"| memory with nothing to do | {idle / 1e6:.1f} MB |"
    yield f"| memory of an idle connection | {held / 1e3:.1f} KB |"
    yield f"| processor time of a new connection, in plain text | {connection:.0f} µs |"
    yield f"| a line of the access log | {line:.0f} bytes |"
    yield f"| series for Prometheus, every method called | {series:,} |"


def calculated(calls, line, series):
    cahn = next(us for name, us in calls.items() if name.startswith("required revenue"))
    mixed = statistics.mean(calls.values())
    yield f"Short calls are required revenue's {cahn:.1f} µs, mixed ones the mean of the table above, {mixed:.0f} µs. Clients are taken to be pods of"
    yield f"{CLIENT_CALLS_A_SECOND:,} calls a second each, with one connection to every server."
    yield ""
    yield "| calls a second | pods, short calls | pods, mixed calls | client pods | connections a pod | access log, all lines | series | DNS answer |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|"
    for rate in CLUSTER_RATES:
        short, all_kinds = (max(3, math.ceil(rate / planned(us))) for us in (cahn, mixed))
        clients = math.ceil(rate / CLIENT_CALLS_A_SECOND)
        yield (
            f"| {rate:,} | {short:,} | {all_kinds:,} | {clients:,} | {clients:,} | {rate * line / 1e6:,.1f} MB/s |"
            f" {all_kinds * series:,} | {all_kinds * ADDRESS_RECORD / 1000:,.1f} KB |"
        )


def written(page, part, lines):
    """Between the marks of this part: all else is written by hand."""
    begin, end = f"<!-- {part}: benches/sizing/run -->", f"<!-- /{part} -->"
    head, rest = page.read_text().split(begin)
    _, tail = rest.split(end)
    page.write_text("\n".join([head + begin, *lines, end + tail]))


if __name__ == "__main__":
    main()
