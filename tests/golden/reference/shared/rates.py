"""Rates of return: every one that a series of cash flows has, found, counted and proven by exponential_sums.py."""

import json
import math
from fractions import Fraction

import mpmath

from shared.exponential_sums import refine, zeros
from shared.flows import discount
from shared.numbers import exact, power, real, round_half_even
from shared.reader import Unsaid
from shared.rows import GOLDEN, value_at

TOO_LARGE_TO_WRITE = 10**16


def twelve_digits(x):
    return Fraction(round_half_even(x * 10**12), 10**12)


def internal_rates(series):
    """The message InternalRatesOfReturn."""
    changes = series.sign_changes()
    flows = [(time, amount) for time, amount in series.flows if amount]
    if not flows:
        return {"status": "STATUS_ANY", "rates": [], "sign_changes": 0}
    if changes == 0:
        return {"status": "STATUS_NO_SIGN_CHANGE", "rates": [], "sign_changes": 0}
    start = flows[0][0]
    grid = math.lcm(*((time - start).denominator for time, _ in flows))
    whole = [int((time - start) * grid) for time, _ in flows]
    step = math.gcd(*whole)  # in units of 1 / grid years
    scale = math.lcm(*(amount.denominator for _, amount in flows))
    numbers = [int(amount * scale) for _, amount in flows]
    divisor = math.gcd(*numbers)
    terms = tuple((units // step, number // divisor) for units, number in zip(whole, numbers))
    step_years = Fraction(step, grid)

    g, parts, still_open = zeros(terms)
    rates, unwritable = [], False
    for part in parts:
        low, high = refine(g, part, mpmath.mp.dps - 15)
        annual = rate_of(terms, low, high, step_years)
        if annual >= TOO_LARGE_TO_WRITE:
            unwritable = True
            continue
        rate = {"annual": annual}
        if series.per_year:
            rate["per_period"] = rate_of(terms, low, high, step_years * series.per_year)
            rate["nominal_annual"] = rate_of(terms, low, high, step_years * series.per_year, series.per_year)
        rates.append(rate)
    if still_open or unwritable:
        status = "STATUS_UNDECIDED"
    else:
        status = ("STATUS_NONE", "STATUS_UNIQUE")[len(rates)] if len(rates) < 2 else "STATUS_SEVERAL"
    answer = {"status": status, "rates": rates}
    if rates:
        answer["selected"] = selected([rate["annual"] for rate in rates], [amount for _, amount in flows])
    return {**answer, "sign_changes": changes}


def selected(rates, amounts):
    """The index of the rate that speaks for the series: on the side of 0 that the sum of all amounts says."""
    total = sum(amounts)
    nearest = min(range(len(rates)), key=lambda i: (abs(rates[i]), i))
    if total == 0:
        return nearest
    if (amounts[0] < 0) == (total > 0):
        return next((i for i, rate in enumerate(rates) if rate > 0), nearest)
    return next((i for i in reversed(range(len(rates))) if rates[i] < 0), nearest)


def rate_of(terms, low, high, step, times=1):
    """`times` (e^(v / step) - 1) to 12 digits, where the zero v lies between low and high, and one step is `step`
    times as long as what the rate is for.
    """
    with mpmath.workdps(mpmath.mp.dps + 30):
        ends = [
            times * exact(mpmath.expm1(v / real(step))) if v / real(step) < 600 else Fraction(10) ** 200
            for v in (low, high)
        ]
    if min(ends) >= TOO_LARGE_TO_WRITE:
        return min(ends)
    rounded = {twelve_digits(x) for x in ends}
    if len(rounded) == 1:
        return rounded.pop()
    # Between two numbers of 12 digits: is it exactly there?
    tie = sum(rounded) / 2
    if step.denominator != 1:
        raise Unsaid("a rate too near to the middle of two numbers")
    x = 1 / (1 + tie / times) ** step.numerator
    assert sum(number * x**units for units, number in terms) == 0, "a rate too near to the middle of two numbers"
    return twelve_digits(tie)


def modified_rate(series, finance, reinvestment, stands_alone=True):
    """RateOfReturn, or None. One that does not fit is left out where it stands beside other figures."""
    start, end = series.flows[0][0], series.flows[-1][0]
    future = sum((a * discount(reinvestment, t - end) for t, a in series.flows if a > 0), Fraction(0))
    present = sum((-a * discount(finance, t - start) for t, a in series.flows if a < 0), Fraction(0))
    if future == 0 or present == 0:
        return None
    annual = power(future / present, 1 / series.years) - 1
    if annual >= TOO_LARGE_TO_WRITE:
        if not stands_alone:
            return None
        raise Unsaid("a modified rate that does not fit")
    rate = {"annual": twelve_digits(annual)}
    if series.per_year:
        per_period = power(future / present, 1 / (series.years * series.per_year)) - 1
        rate["per_period"] = twelve_digits(per_period)
        rate["nominal_annual"] = twelve_digits(per_period * series.per_year)
    return rate


def warn_of_one_sign(read, series):
    """All amounts other than 0 are outlays, or all are income, as they were given."""
    if len({amount > 0 for amount in series.given if amount}) == 1:
        read.warn("cash_flows", "ONE_SIGN")


def warn_of_several_rates(read, field, found):
    if len(found["rates"]) > 1:
        read.warn(field, "SEVERAL_RATES")


def add_published(rows, methods):
    """Adds the rows of published_cash_flows.jsonl: requests with figures from publications and from the tests of
    public libraries.

    `proven` are figures that were certified elsewhere to 50 digits: they have to come out. Of the depreciation there,
    those rows have no counterpart in the contract, and are left out, that ask for a part of a year, for a life that
    is not whole, for a factor other than 2 or for a switch to straight line, whose salvage is not below the cost or
    no decimal share of it, or that are an error for a life of 0. So are present values at rates of -1 and below.
    """
    for line in (GOLDEN / "published_cash_flows.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        name = item["name"]
        if item["method"] not in methods:
            continue
        response = rows.add(name, item["method"], item["request"], item["source"], note=item.get("note"))
        proven = item.get("proven", {})
        if "roots" in proven:
            found = response["internal_rates_of_return"]
            key = item.get("rate", "annual")
            listed = [root for root in sorted(map(Fraction, proven["roots"])) if root < TOO_LARGE_TO_WRITE]
            assert [Fraction(rate[key]) for rate in found["rates"]] == [twelve_digits(root) for root in listed], name
            assert (found["status"] == "STATUS_UNDECIDED") == (len(listed) < len(proven["roots"])), name
        for path, figure in proven.get("figures", {}).items():
            answer = value_at(response, path)
            if figure is None:
                assert answer is None, (name, path, answer)
                continue
            allowed = Fraction(item.get("tolerance", "1e-25"))
            if "modified" in path:
                allowed = max(allowed, Fraction(5, 10**13))
            difference = abs(Fraction(answer) - Fraction(figure))
            assert difference <= allowed * max(1, abs(Fraction(figure))), (name, path, answer, figure)
