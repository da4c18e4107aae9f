"""Golden rows of one family: how they are made, written and checked, and the command line of each program beside this
folder.

    python3 tests/golden/reference/FAMILY.py                      writes tests/golden/FAMILY.jsonl
    python3 tests/golden/reference/FAMILY.py --check              shows where that file differs, and fails if it does
    python3 tests/golden/reference/FAMILY.py --draw WORD COUNT    prints COUNT other rows of each method

Everything is calculated twice, with two working precisions, and has to come out the same, digit for digit.
"""

import json
import os
import pathlib
import sys
from fractions import Fraction

import mpmath

from shared.chance import Chance
from shared.numbers import OutOfReach
from shared.reader import Refused, Unsaid

GOLDEN = pathlib.Path(__file__).resolve().parents[2]
PRECISIONS = (120, 170)  # digits
SHOWN_MAX = 20  # rows of a difference
SHORT = 120  # characters of a row that differs

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)  # exact fractions have numerators of any length


def value_at(response, path):
    """What stands at a path such as years[2].depreciation, or None."""
    for key in path.replace("]", "").replace("[", ".").split("."):
        if response is None:
            return None
        response = response[int(key)] if isinstance(response, list) else response.get(key)
    return response


def is_decimal(value):
    """True of a decimal; a date has two hyphens."""
    return isinstance(value, str) and value[:1] in tuple("-0123456789") and value.count("-") < 2


class Rows:
    """The rows of one family, and what its methods are called and computed by."""

    def __init__(self, family, service, methods):
        self.family, self.service, self.methods = family, service, methods
        self.computed = f"computed: reference/{family}.py"
        self.rows = []

    def add(self, name, method, request, source=None, published=None, tolerance="1e-11", refused=None, note=None):
        """Adds a row, and returns its response.

        `published` holds figures of the source, or worked by hand, that have to come out within the relative
        `tolerance`; None says that the field is absent. `refused` holds the violations of a refusal, in order.
        """
        row = self.calculated(name, method, request, source or self.computed)
        if refused is not None or "error" in row:
            violations = row.get("error", {}).get("violations", [])
            found = [(violation["field"], violation["reason"]) for violation in violations]
            assert found == refused, f"{name}: is refused with {found}, and not with {refused}"
        for path, expected in (published or {}).items():
            found = value_at(row["response"], path)
            said = f"{name}: {path} is {found}, published {expected}"
            if is_decimal(expected) and is_decimal(found):
                assert abs(Fraction(found) - Fraction(expected)) <= abs(Fraction(expected)) * Fraction(tolerance), said
            else:
                assert found == expected, said
        if note:
            row["note"] = note
        self.rows.append(row)
        return row.get("response")

    def calculated(self, name, method, request, source):
        row = {"name": name, "method": f"{self.service}/{method}", "request": request}
        try:
            row["response"] = self.methods[method](request)
        except Refused as refusal:
            violations = [{"field": field, "reason": reason} for field, reason in refusal.violations]
            row["error"] = {"code": "INVALID_ARGUMENT", "violations": violations}
        return {**row, "source": source}

    def draw(self, method, make, count, word=""):
        """Adds `count` rows whose requests `make` draws.

        A request that the contract does not settle, or whose calculation is not carried through here, is passed over.
        """
        number = found = 0
        while found < count:
            request = make(Chance(f"{word}{method} {number}"))
            name = f"by_chance_{method}_{number}"
            try:
                self.rows.append(self.calculated(name, method, request, f"{self.computed}, drawn by chance"))
                found += 1
            except (Unsaid, OutOfReach):
                pass
            number += 1

    def text(self):
        names = [row["name"] for row in self.rows]
        assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in self.rows)


def run(family, service, methods, rows_by_hand, drawn):
    """The program of a family. `drawn`: {method: (function that draws a request, how many of them)}."""

    def text(by_hand, drawn, word=""):
        rows = Rows(family, service, methods)
        if by_hand:
            rows_by_hand(rows)
        for method, (make, count) in drawn.items():
            rows.draw(method, make, count, word)
        return rows.text()

    if "--draw" in sys.argv:
        word, count = sys.argv[sys.argv.index("--draw") + 1 :]
        others = {method: (make, int(count)) for method, (make, _) in drawn.items()}
        sys.stdout.write(twice(lambda: text(False, others, f"{word} ")))
    else:
        write_or_check(f"{family}.jsonl", twice(lambda: text(True, drawn)))


def twice(calculate, precisions=PRECISIONS):
    """What is calculated, the same with both working precisions."""
    results = []
    for digits in precisions:
        with mpmath.workdps(digits):
            results.append(calculate())
    assert results[0] == results[1], f"{precisions[0]} digits are not enough:\n" + difference(*results)
    return results[0]


def write_or_check(name, text):
    """Writes a file beside the folder of programs or, with --check, fails where it is not what would be written."""
    path = GOLDEN / name
    if "--check" not in sys.argv[1:]:
        path.write_text(text, encoding="utf-8")
        print(f"{name}: {text.count(chr(10))} rows written")
        return
    stands = path.read_text(encoding="utf-8") if path.exists() else ""
    if stands != text:
        print(difference(stands, text))
        sys.exit(f"{name} is not what {sys.argv[0]} writes")
    print(f"{name}: {text.count(chr(10))} rows, each as it is calculated")


def difference(before, after):
    """The rows that differ, by name, each from a little before its first difference."""
    old, new = ({row_name(line): line for line in text.splitlines()} for text in (before, after))
    lines = []
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new:
            lines.append(f"{name}: stands there, and is not written")
        elif name not in old:
            lines.append(f"{name}: is missing: {new[name][:SHORT]}")
        elif old[name] != new[name]:
            same = len(os.path.commonprefix((old[name], new[name])))
            there, here = (line[max(same - 40, 0) : same + SHORT] for line in (old[name], new[name]))
            lines.append(f"{name}:\n    stands there: … {there}\n    is calculated: … {here}")
    more = [f"and {len(lines) - SHOWN_MAX} rows more"] if len(lines) > SHOWN_MAX else []
    return "\n".join(lines[:SHOWN_MAX] + more or ["the rows are the same, in another order"])


def row_name(line):
    row = json.loads(line)
    return row.get("name") or f"{row['function']}({', '.join(row['arguments'])})"
