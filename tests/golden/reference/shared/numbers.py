"""Decimals of the contract as exact fractions: in, out, and to mpmath and back.

A rational number is a fractions.Fraction, so that sums, products and comparisons are exact. A logarithm, an
exponential or a root is taken by mpmath at its working precision, and goes on as a Fraction. Each decimal of a
response is rounded once, at the end, to 28 significant digits and 28 after the point.
"""

import math
import re
from fractions import Fraction

import mpmath
from mpmath import mpf

DIGITS = 28
LIMIT = Fraction(79) * 10**27  # 7.9e28: magnitudes from here on are refused


class OutOfReach(ArithmeticError):
    """The programs here do not carry this calculation through: a number is too long, or too near to a border."""


GRAMMAR = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")


def parse_decimal(text):
    """The decimal of common.proto as a Fraction, or the reason why it is none."""
    match = GRAMMAR.fullmatch(text)
    if not match:
        return None, "DECIMAL_MALFORMED"
    sign, whole, after_point, exponent = match.groups()
    digits = (whole + (after_point or "")).lstrip("0")
    if not digits:
        return Fraction(0), None
    power = int(exponent or 0) - len(after_point or "")  # value = digits × 10^power
    power += len(digits) - len(digits.rstrip("0"))
    digits = digits.rstrip("0")
    if len(digits) > DIGITS or -power > DIGITS:
        return None, "DECIMAL_TOO_PRECISE"
    if len(digits) + power > 30:  # far beyond: do not build 10^power
        return None, "DECIMAL_TOO_LARGE"
    value = Fraction(int(digits)) * Fraction(10) ** power
    if value >= LIMIT:
        return None, "DECIMAL_TOO_LARGE"
    return (-value if sign else value), None


def round_half_even(x):
    whole = math.floor(x)
    rest = x - whole
    return whole + (1 if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2) else 0)


def places_of(x):
    """How many digits after the point 28 significant digits leave: at most 28; negative left of the point."""
    if x == 0:
        return DIGITS
    magnitude = abs(x)
    exponent = len(str(magnitude.numerator)) - len(str(magnitude.denominator))  # floor(log10), or one too many
    if magnitude < Fraction(10) ** exponent:
        exponent -= 1
    return min(DIGITS, DIGITS - 1 - exponent)


def written(x):
    """x as the engine knows it: rounded half-even once, to 28 significant digits and 28 after the point."""
    scale = Fraction(10) ** places_of(x)
    return Fraction(round_half_even(x * scale)) / scale


def round_as_asked(x, decimal_places, mode):
    """options.rounding, on the written value."""
    scale = Fraction(10) ** decimal_places
    scaled = abs(x) * scale
    if mode in ("ROUNDING_MODE_UNSPECIFIED", "ROUNDING_MODE_HALF_EVEN"):
        units = round_half_even(scaled)
    elif mode == "ROUNDING_MODE_HALF_UP":
        units = math.floor(scaled + Fraction(1, 2))
    elif mode == "ROUNDING_MODE_DOWN":
        units = math.floor(scaled)
    elif mode == "ROUNDING_MODE_UP":
        units = math.ceil(scaled)
    else:
        raise ValueError(mode)
    return Fraction(units if x >= 0 else -units) / scale


def to_text(x):
    """A value with at most 28 digits after the point, canonical: no exponent, no trailing zeros, never "-0"."""
    units = x * 10**DIGITS
    assert units.denominator == 1, x
    digits = str(abs(units.numerator)).rjust(DIGITS + 1, "0")
    text = (digits[:-DIGITS] + "." + digits[-DIGITS:]).rstrip("0").rstrip(".")
    return ("-" if x < 0 else "") + text


def real(x):
    """A Fraction for mpmath, rounded to its working precision."""
    return mpf(x.numerator) / mpf(x.denominator)


def exact(x):
    """What mpmath holds, as a Fraction."""
    if isinstance(x, Fraction):
        return x
    sign, mantissa, exponent, _ = x._mpf_
    if exponent > 1000:
        raise OutOfReach("far too large for any answer")
    value = Fraction(int(mantissa)) * Fraction(2) ** exponent
    return -value if sign else value


def power(base, exponent):
    """base^exponent, exactly where that has fewer than 4,000 digits."""
    if exponent == 0 or base == 1:
        return Fraction(1)
    if exponent.denominator == 1:
        length = len(str(base.numerator)) + len(str(base.denominator))
        if abs(exponent) * length < 4000:
            return base**exponent.numerator
    return exact(mpmath.power(real(base), real(exponent)))


def ln(x):
    return exact(mpmath.log(real(x)))


def power_or_nothing(base, exponent):
    """base^exponent, 0 where it is far below any figure."""
    return Fraction(0) if real(exponent) * mpmath.log(real(base)) < -1000 else power(base, exponent)


def unless_too_large(x):
    """A figure that is left out where it is too large to be written."""
    return None if abs(written(x)) >= LIMIT else x


def annuity_factor(r, years):
    """What is paid each year for an outlay of 1: r / (1 - (1 + r)^-years); 1 / years at r = 0, which is its limit."""
    if r == 0:
        return 1 / years
    if years.denominator == 1:
        return r / (1 - (1 + r) ** -years.numerator)
    return exact(real(r) / -mpmath.expm1(-real(years) * mpmath.log1p(real(r))))
