"""Slopes, courses and bounds of a figure, by their definitions in paydirt/v1/study.proto.

A figure is a function of texts: `figure(x)` is {"value": text}, {"outcome": name} or {"refusal": index}.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import mpmath

from shared.numbers import parse_decimal, to_text, written

# Outcomes above every number of a figure, and below: all others stand apart.
ABOVE = {"lasts", "never", "never_reached"}
INNER = 31


def number_of(figure):
    return parse_decimal(figure["value"])[0] if "value" in figure else None


def ranked(figure):
    """A key by which figures are in order; None of what has no place."""
    number = number_of(figure)
    if number is not None:
        return (1, number)
    return (2, 0) if figure.get("outcome") in ABOVE else None


def significant(x, digits):
    """x with so many significant digits, half-even, as a text."""
    exact = Context(prec=200).divide(Decimal(x.numerator), Decimal(x.denominator))
    return to_text(Fraction(Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(exact)))


def one_sided(figure, x, step):
    """The derivative towards one side, of the fifth order."""
    seen = [number_of(figure(x + i * step)) for i in range(6)]
    if None in seen:
        return None
    weights = (Fraction(-137, 60), 5, -5, Fraction(10, 3), Fraction(-5, 4), Fraction(1, 5))
    return sum(weight * number for weight, number in zip(weights, seen)) / step


def across(figure, x, step):
    """The derivative, of the sixth order."""
    seen = {i: number_of(figure(x + i * step)) for i in (-3, -2, -1, 1, 2, 3)}
    if None in seen.values():
        return None
    return (45 * (seen[1] - seen[-1]) - 9 * (seen[2] - seen[-2]) + seen[3] - seen[-3]) / (60 * step)


def slopes_of(figure, x, size, base, digits):
    """slope, slope_below, slope_above and elasticity, as far as they are there. `figure` takes a Fraction."""
    # Of a figure with 12 digits after the point a small step says nothing.
    step = Fraction(10) ** ((-6 if digits == 12 else -2) + len(str(int(size))) - 1)
    below, above = one_sided(figure, x, -step), one_sided(figure, x, step)
    answer = {}
    both = below is not None and above is not None
    if both and not (digits == 12 and abs(above - below) > max(abs(above), abs(below)) / 10**9):
        slope = across(figure, x, step)
        # Where the figure turns, rounding is all that is left.
        slope = slope if abs(slope) * size > abs(base or 0) / 10**15 else Fraction(0)
        for name in ("slope", "slope_below", "slope_above"):
            answer[name] = significant(slope, digits)
        if base:
            answer["elasticity"] = significant(slope * x / base, digits)
        return answer
    for name, slope in (("slope_below", below), ("slope_above", above)):
        if slope is not None:
            answer[name] = significant(slope, digits)
    return answer


def inner_values(low, high):
    return [written((low * (INNER + 1 - i) + high * i) / (INNER + 1)) for i in range(1, INNER + 1)]


def course_of(figure, low, high, is_one_way):
    """course, extreme_input and at_extreme."""
    if is_one_way or low == high:
        return {"course": "COURSE_ONE_WAY"}
    inner = [(x, figure(x)) for x in inner_values(low, high)]
    ends = [ranked(figure(low)), ranked(figure(high))]
    along = [rank for rank in [ends[0], *(ranked(value) for _, value in inner), ends[1]] if rank is not None]
    pairs = list(zip(along, along[1:]))
    if not (any(one < other for one, other in pairs) and any(one > other for one, other in pairs)):
        return {"course": "COURSE_NO_TURN_SEEN"}
    answer = {"course": "COURSE_TURNS"}
    if None in ends:
        return answer
    seen = [(x, value, ranked(value)) for x, value in inner if ranked(value) is not None]
    far = lambda rank: max(rank[1] - max(ends)[1], min(ends)[1] - rank[1])
    beyond = [one for one in seen if one[2] > max(ends) or one[2] < min(ends)]
    if beyond:
        x, value, _ = max(beyond, key=lambda one: far(one[2]))
        answer.update(extreme_input=to_text(x), at_extreme=value)
    return answer


def turning_rates(amounts, delay):
    """Rates above -1 at which a present value of yearly amounts turns, with 12 digits after the point."""
    weighted = [(i + delay) * amount for i, amount in enumerate(amounts)]
    while weighted and not weighted[-1]:
        weighted.pop()
    while weighted and not weighted[0]:
        weighted.pop(0)
    if len(weighted) < 2:
        return []
    roots = mpmath.polyroots([mpmath.mpf(w.numerator) / w.denominator for w in reversed(weighted)], maxsteps=200, extraprec=200)
    real = [mpmath.re(root) for root in roots if abs(mpmath.im(root)) < mpmath.mpf(10) ** -40 and mpmath.re(root) > 0]
    return sorted(Fraction(round(Decimal(mpmath.nstr(1 / root - 1, 40)), 12)) for root in real)


def bounds_of(path, points, figure):
    """A FigureRange whose bounds are those of the points, which prove them."""
    seen = [(ranked(figure(point)), figure(point), point) for point in points]
    assert all(rank is not None for rank, _, _ in seen), "what proves the bounds has a place in the order"
    low = min(seen, key=lambda one: one[0])
    high = max(seen, key=lambda one: one[0])
    texts = lambda point: [to_text(value) for value in point]
    return {
        "figure": path,
        "low": low[1],
        "high": high[1],
        "exact": True,
        "low_inputs": texts(low[2]),
        "high_inputs": texts(high[2]),
    }
