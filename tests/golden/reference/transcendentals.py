#!/usr/bin/env python3
"""Logarithms, exponentials, powers and roots for transcendentals.jsonl: 50 significant digits of each, calculated at
250.

python3 tests/golden/reference/transcendentals.py            writes the file
python3 tests/golden/reference/transcendentals.py --check    fails when it is not what this program writes
"""

import json
from fractions import Fraction

import mpmath

from shared.numbers import exact, real, round_half_even
from shared.rows import twice, write_or_check

FUNCTIONS = {
    "ln_1p": lambda x: mpmath.log(1 + x),
    "exp_m1": lambda x: mpmath.exp(x) - 1,
    "power": lambda base, exponent: mpmath.power(base, exponent),
    "discount_share": lambda r, n: 1 - mpmath.power(1 + r, -n),
    "root": lambda radicand, n: mpmath.power(radicand, 1 / n),
}


ARGUMENTS = {
    "ln_1p": """1e-28  -1e-28  1e-20  -9.9e-21  1e-19  1e-10  -1e-10  0.025  0.05  0.9  1  2  9  1e10  7e28  -0.5  -0.05
                -0.999  -0.9999999999999999999999999999  0.0999999999999999999999999999""",
    "exp_m1": """-1000  -64.47  -30  -1.16  -0.5  -0.0001  -1e-10  -3e-20  -1e-28  1e-28  1e-20  1e-19  1e-10  0.5
                0.6931471805599453094172321215
                 1  1.1512925  2.302585  30  60  65""",
    "power": """1.1,5.5  1.02,0.25  0.5,100  0.5,0.5  7e28,0.3  1e-28,-1  1e-28,0.5  2,-50  2,95
              1.0000000000000000000000000001,1e27
                0.9999999999999999999999999999,1e27  1.025,4.348125  10,-28  3,0  1.075,-5.5  0.0001,0.0001""",
    "discount_share": " ".join(
        f"{r},{n}" for r in ("1e-28", "1e-12", "0.075", "0.1", "-0.5", "1e10") for n in ("0.001", "5.5", "100")
    ),
    "root": " ".join(
        f"{x},{n}"
        for x in ("2", "1.05", "0.5", "7e28", "1e-28", "1.0000000000000000000000000001", "0.75")
        for n in ("2", "4", "12", "365")
    ),
}


def in_scientific(value, digits=50):
    """value to 50 significant digits, half-even, written as 1.25e-3; trailing zeros left out."""
    x = exact(value)
    exponent = int(mpmath.floor(mpmath.log10(abs(value)))) if value else 0
    while abs(x) >= Fraction(10) ** (exponent + 1):
        exponent += 1
    while x and abs(x) < Fraction(10) ** exponent:
        exponent -= 1
    mantissa = round_half_even(abs(x) * Fraction(10) ** (digits - 1 - exponent))
    if mantissa == 10**digits:
        mantissa, exponent = mantissa // 10, exponent + 1
    text = str(mantissa)
    text = (text[0] + "." + text[1:]).rstrip("0").rstrip(".")
    return ("-" if x < 0 else "") + text + (f"e{exponent}" if exponent else "")


def transcendentals():
    lines = []
    for function, rows in ARGUMENTS.items():
        for row in rows.split():
            arguments = row.split(",")
            value = FUNCTIONS[function](*(real(Fraction(text)) for text in arguments))
            lines.append(
                json.dumps({"function": function, "arguments": arguments, "value": in_scientific(value)}) + "\n"
            )
    return "".join(lines)


if __name__ == "__main__":
    write_or_check("transcendentals.jsonl", twice(transcendentals, (250, 400)))
