"""Rows of published_decisions.jsonl: requests with figures that were calculated elsewhere, to 25 digits. They
have to come out.
"""

import json
from fractions import Fraction

from shared.rows import GOLDEN


def same(answer, expected, path):
    """The figures of the other calculation, which has 25 digits; 12 of a growth in stages."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            same(answer.get(key), value, f"{path}.{key}")
    elif isinstance(expected, list):
        assert len(answer or []) == len(expected), path
        for i, value in enumerate(expected):
            same(answer[i], value, f"{path}[{i}]")
    elif isinstance(expected, str) and expected[:1] in "-0123456789" and not path.split("[")[0].endswith("choices"):
        difference = abs(Fraction(answer) - Fraction(expected))
        allowed = Fraction(1, 10**20) * max(1, abs(Fraction(expected)))
        assert difference <= (Fraction(1, 10**12) if path.endswith("implied_growth_rate") else allowed), (
            path,
            answer,
            expected,
        )
    else:
        assert answer == expected, (path, answer, expected)


def names_are_text(expected):
    """Names may be digits: "8" is no figure there."""
    for alternative in expected.get("alternatives", []):
        alternative.pop("name"), alternative.pop("dominated_by")
    return expected


def add_published(rows, methods):
    for line in (GOLDEN / "published_decisions.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        method = case["method"].split("/")[1]
        if method not in methods:
            continue
        name, expected = case["name"], case["response"]
        answer = rows.add(f"case_{name}", method, case["request"], case["source"])
        for alternative, given in zip(expected.get("alternatives", []), answer.get("alternatives", [])):
            for key in ("name", "dominated_by"):
                assert alternative[key] == given[key], (name, key)
        for key in [key for key in expected if key.endswith("choices")]:
            assert answer.get(key, []) == expected.pop(key), (name, key)
        for sensitivity in expected.get("state_sensitivities", []):
            mine = next(found for found in answer["state_sensitivities"] if found["state"] == sensitivity["state"])
            choices = [interval.pop("choices") for interval in sensitivity["intervals"]]
            assert [interval["choices"] for interval in mine["intervals"]] == choices, name
            sensitivity.pop("state")
        same(answer, names_are_text(expected), name)
        assert not set(case["absent"]) & answer.keys(), name
