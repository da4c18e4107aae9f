"""The report: JSON for programs, and one page with charts for people, which needs nothing else to be looked at."""

import html
import json
import math

_WIDTH, _ROW, _LABEL = 900, 18, 250
# By the name of a figure: what the legend calls it, and its colour.
_PERCENTILES = {"p50": ("50th", "#2b7a4b"), "p99": ("99th", "#c77d0a"), "p999": ("99.9th", "#b3261e")}
_STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:2em auto;padding:0 1em;color:#1b1b1b}
table{border-collapse:collapse;width:100%}td,th{padding:.25em .6em;text-align:right;border-bottom:1px solid #ddd}
td:first-child,th:first-child{text-align:left}.passed{color:#2b7a4b}.failed{color:#b3261e}.no{color:#8a6d00}svg{width:100%;height:auto}"""


def write(folder, report):
    (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    (folder / "report.html").write_text(_page(report))


def _milliseconds(seconds):
    return "" if seconds is None else f"{seconds * 1e3:.2f}"


def _page(report):
    parts = [f"<!doctype html><meta charset=utf-8><title>Paydirt under load</title><style>{_STYLE}</style><h1>Paydirt under load</h1>"]
    parts.append(f"<p>{html.escape(report['when'])}, {html.escape(report['machine'])}.")
    parts.append("Open loop: calls are sent when they are due, and latency counts from then.</p>")
    parts.append(_table(report["runs"]))
    parts.append("<h2>Latency</h2><p>Milliseconds, each mark ten times the one before:")
    parts.append(", ".join(f"<b style='color:{colour}'>{words}</b>" for words, colour in _PERCENTILES.values()) + " percentile.</p>")
    parts.append(_latencies(report["runs"]))
    for run in report["runs"]:
        if run.get("watched"):
            parts.append(f"<h2>{html.escape(run['name'])}: memory, MB</h2>")
            parts.append(_line(run["watched"]["seconds"], [size / 1e6 for size in run["watched"]["resident"]]))
            parts.append(f"<h2>{html.escape(run['name'])}: open files</h2>")
            parts.append(_line(run["watched"]["seconds"], run["watched"]["files"]))
    return "\n".join(parts) + "\n"


def _table(runs):
    heads = "run, verdict, calls, sent a second, p50 ms, p99 ms, p99.9 ms, late ms, µs of processor a call, times an empty call".split(", ")
    rows = ["<table><tr>" + "".join(f"<th>{head}" for head in heads)]
    for run in runs:
        figures = run["figures"]
        cells = [
            html.escape(run["name"]),
            f"<span class='{run['verdict'].split()[0]}'>{run['verdict']}</span> {html.escape('; '.join(run['reasons'][:3]))}",
            f"{figures['calls']}",
            f"{figures['rate_sent']:.0f}",
            *[_milliseconds(figures[name]) for name in ("p50", "p99", "p999", "late_p99")],
            f"{run['processor_us']:.1f}" if run.get("processor_us") else "",
            f"{run['ratio']:.2f}" if run.get("ratio") else "",
        ]
        rows.append("<tr>" + "".join(f"<td>{cell}" for cell in cells))
    return "\n".join(rows) + "</table>"


def _latencies(runs):
    """A row for each run, on a logarithmic scale from 0.01 ms to 10 s."""
    low, high = -5, 1
    place = lambda seconds: _LABEL + (math.log10(max(seconds, 10**low)) - low) / (high - low) * (_WIDTH - _LABEL - 20)
    height = _ROW * len(runs) + 30
    parts = [f"<svg viewBox='0 0 {_WIDTH} {height}' font-size='12' font-family='system-ui'>"]
    for power in range(low, high + 1):
        x = place(10**power)
        parts.append(f"<line x1='{x:.1f}' x2='{x:.1f}' y1='0' y2='{height - 20}' stroke='#e3e3e3'/>")
        parts.append(f"<text x='{x:.1f}' y='{height - 6}' text-anchor='middle'>{10 ** (power + 3):g}</text>")
    for index, run in enumerate(runs):
        y = _ROW * index + _ROW / 2
        parts.append(f"<text x='{_LABEL - 10}' y='{y + 4}' text-anchor='end'>{html.escape(run['name'])}</text>")
        known = [(name, run["figures"][name]) for name in _PERCENTILES if run["figures"][name] is not None]
        if known:
            parts.append(f"<line x1='{place(known[0][1]):.1f}' x2='{place(known[-1][1]):.1f}' y1='{y}' y2='{y}' stroke='#bbb'/>")
        for name, seconds in known:
            title = f"<title>{name}: {_milliseconds(seconds)} ms</title>"
            parts.append(f"<circle cx='{place(seconds):.1f}' cy='{y}' r='4.5' fill='{_PERCENTILES[name][1]}'>{title}</circle>")
    return "\n".join(parts) + "</svg>"


def _line(xs, ys):
    if not xs:
        return "<p>Too short to be watched.</p>"
    left, bottom, height = 60, 170, 200
    top = max(ys) * 1.1
    points = " ".join(f"{left + x / xs[-1] * (_WIDTH - left - 20):.1f},{bottom - y / top * (bottom - 10):.1f}" for x, y in zip(xs, ys))
    return (
        f"<svg viewBox='0 0 {_WIDTH} {height}' font-size='12' font-family='system-ui'>"
        f"<line x1='{left}' x2='{_WIDTH - 20}' y1='{bottom}' y2='{bottom}' stroke='#999'/>"
        f"<text x='{left - 6}' y='{bottom + 4}' text-anchor='end'>0</text><text x='{left - 6}' y='20' text-anchor='end'>{top:.0f}</text>"
        f"<text x='{_WIDTH - 20}' y='{bottom + 18}' text-anchor='end'>{xs[-1]:.0f} s</text>"
        f"<polyline points='{points}' fill='none' stroke='#2b5fa8' stroke-width='2'/></svg>"
    )
