"""Load scenarios of single methods: one for each model of the engine's list. `scripts/renew scenarios` runs this.

A scenario that is there keeps its title, its rate and its rows, as long as the golden rows that it asks are there. With --check nothing is
written; whatever is missing, out of date or of no model is named, and the exit code is 1.
"""

import json
import pathlib
import re
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = PROJECT / "tests/golden"
SCENARIOS = PROJECT / "tests/load/scenarios"
# Of more than one method, and written by hand.
MIXTURES = {"heavy", "mixed"}
RATE, ROWS = 400, 40


def models():
    """The name and the method of each model, in the order of the list."""
    text = (PROJECT / "src/engine/list.rs").read_text(encoding="utf-8")
    return {name: f"{service}/{method}" for name, service, method in re.findall(r'"(\w+)" \w+ = "([\w.]+)" "(\w+)"', text)}


def answered():
    """How many rows each file of golden rows has that are answered, by method."""
    counts = {}
    for path in sorted(GOLDEN.glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if row.get("response"):
                of_method = counts.setdefault(row["method"], {})
                of_method[path.name] = of_method.get(path.name, 0) + 1
    return counts


def scenario(name, method, files, before):
    """What the scenario of a model says."""
    kept = before["calls"][0] if before else {}
    golden = kept.get("golden")
    if golden not in files:
        golden = max(files, key=lambda file: files[file])
    rows = min(kept.get("rows", ROWS), files[golden])
    title = before["title"] if before else name.replace("_", " ").capitalize()
    call = {"method": method, "rate": kept.get("rate", RATE), "golden": golden, "rows": rows}
    return f'{{\n  "title": {json.dumps(title)},\n  "calls": [\n    {json.dumps(call)}\n  ]\n}}\n'


def main():
    check = "--check" in sys.argv[1:]
    counts, stale = answered(), []
    named = models()
    for name, method in named.items():
        path = SCENARIOS / f"{name}.json"
        if method not in counts:
            stale.append(f"{path.name}: no golden row of {method} is answered")
            continue
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        text = scenario(name, method, counts[method], json.loads(before) if before else None)
        if text != before and check:
            stale.append(f"{path.name} is not what would be written")
        elif text != before:
            path.write_text(text, encoding="utf-8")
            print(f"{path.name} is written")
    stale += [f"{path.name} is of no model" for path in sorted(SCENARIOS.glob("*.json")) if path.stem not in MIXTURES | named.keys()]
    sys.exit("\n".join(stale) or 0)


if __name__ == "__main__":
    main()
