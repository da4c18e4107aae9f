#!/usr/bin/env python3
"""The second opinion on cash flows and capital expenditure, calculated from the contract alone.

    python3 tests/golden/reference_cash_flow.py            rewrites internal_rate.jsonl, cash_flow.jsonl and capex_roi.jsonl beside it
    python3 tests/golden/reference_cash_flow.py --check    fails when one of them is not what this program writes

Nothing here was taken from, or compared with, the Rust engine: figures come from the formulas in paydirt/v1/*.proto. It calculates as
reference.py does: rational numbers exactly, powers by mpmath at 90 digits, one rounding at the end, and everything a second time at 150 digits.
Rates of return are found, counted and proven by exponential_sums.py.

published_cash_flows.jsonl holds requests with figures from publications and from the tests of public libraries. `proven` are figures that were
certified elsewhere to 50 digits: they have to come out. Of the depreciation there, those rows have no counterpart in the contract, and are
left out, that ask for a part of a year, for a life that is not whole, for a factor other than 2 or for a switch to straight line, whose salvage
is not below the cost or no decimal share of it, or that are an error for a life of 0. So are present values at rates of -1 and below.

Where the contract can be read in two ways, no row asks: see `Unsaid`.

Needs Python 3.9 and mpmath.
"""

import datetime
import json
import math
from fractions import Fraction

import mpmath
import reference
from exponential_sums import refine, zeros
from reference import ABOVE_MINUS_ONE, ABOVE_ZERO, ANY, AT_MOST_ONE, HERE, PERIODS, PERIODS_A_YEAR, ZERO_OR_MORE, ZERO_UP_TO_BELOW_ONE
from reference import Reader, Rows, at, exact, finish, read_date, real, round_half_even, write_or_check

DAY_COUNTS = ["UNSPECIFIED", "ACT_365_FIXED", "ACT_360", "ACT_365_25", "ACT_ACT_ISDA", "THIRTY_360_BOND", "THIRTY_E_360"]
DAY_COUNTS = ["DAY_COUNT_" + name for name in DAY_COUNTS]
FIRST_FLOWS = ["FIRST_FLOW_UNSPECIFIED", "FIRST_FLOW_NOW", "FIRST_FLOW_ONE_PERIOD"]
TIMINGS = ["CASH_FLOW_TIMING_UNSPECIFIED", "CASH_FLOW_TIMING_END_OF_PERIOD", "CASH_FLOW_TIMING_MID_PERIOD"]
METHODS = ["UNSPECIFIED", "STRAIGHT_LINE", "DOUBLE_DECLINING_BALANCE", "SUM_OF_YEARS_DIGITS", "MACRS_HALF_YEAR"]
METHODS = ["DEPRECIATION_METHOD_" + name for name in METHODS]
TOO_LARGE_TO_WRITE = 10**16
ZERO_UP_TO_ONE = lambda x: 0 <= x <= 1


class Unsaid(ValueError):
    """The contract does not say what the answer is."""


# ---------------------------------------------------------------------------------------------------------------------
# Time and money
# ---------------------------------------------------------------------------------------------------------------------


def years_between(first, last, day_count):
    if day_count in ("DAY_COUNT_UNSPECIFIED", "DAY_COUNT_ACT_365_FIXED"):
        return Fraction((last - first).days, 365)
    if day_count == "DAY_COUNT_ACT_360":
        return Fraction((last - first).days, 360)
    if day_count == "DAY_COUNT_ACT_365_25":
        return Fraction((last - first).days * 4, 1461)
    if day_count == "DAY_COUNT_ACT_ACT_ISDA":
        # Days in leap years over 366, others over 365, year by year.
        total = Fraction(0)
        for year in range(first.year, last.year + 1):
            start, end = max(first, datetime.date(year, 1, 1)), min(last, datetime.date(year + 1, 1, 1))
            leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
            total += Fraction((end - start).days, 366 if leap else 365)
        return total
    # ISDA 2006, 4.16 (f) and (g).
    d1, d2 = first.day, last.day
    if d1 == 31:
        d1 = 30
    if d2 == 31 and (day_count == "DAY_COUNT_THIRTY_E_360" or d1 == 30):
        d2 = 30
    return Fraction(360 * (last.year - first.year) + 30 * (last.month - first.month) + d2 - d1, 360)


def power(base, exponent):
    """base^exponent, exactly where that is short."""
    if exponent == 0 or base == 1:
        return Fraction(1)
    if exponent.denominator == 1:
        length = len(str(base.numerator)) + len(str(base.denominator))
        if abs(exponent) * length < 4000:
            return base**exponent.numerator
    return exact(mpmath.power(real(base), real(exponent)))


def discount(r, t, memory={}):
    """(1 + r)^-t"""
    key = (mpmath.mp.dps, r, t)
    if key not in memory:
        if len(memory) > 100_000:
            memory.clear()
        memory[key] = power(1 + r, -Fraction(t))
    return memory[key]


def sign_of(x, scale):
    """The sign of a sum that was calculated to the working precision; `scale` is the sum of the magnitudes."""
    return 0 if abs(x) <= scale / Fraction(10) ** (mpmath.mp.dps - 15) else (1 if x > 0 else -1)


class Series:
    """Flows in order of time, of one time added up; times in years. `per_year` is None for a dated series."""

    def __init__(self, flows, per_year):
        sums = {}
        for time, amount in flows:
            sums[time] = sums.get(time, Fraction(0)) + amount
        self.flows = sorted(sums.items())
        self.per_year = per_year
        self.years = self.flows[-1][0] - self.flows[0][0]

    def sign_changes(self):
        signs = [amount > 0 for _, amount in self.flows if amount]
        return sum(a != b for a, b in zip(signs, signs[1:]))


def read_cash_flows(read, request):
    """The series, or None where it cannot be used."""
    flows = request.get("cash_flows")
    if flows is None:
        read.unreadable.append(("cash_flows", "REQUIRED"))
        return None
    if "periodic" in flows:
        path, series = "cash_flows.periodic", flows["periodic"]
        texts = series.get("amounts", [])
        if not texts:
            read.unreadable.append((f"{path}.amounts", "REQUIRED"))
        read.at_most(texts, 10000, f"{path}.amounts")
        amounts = [element(read, text, f"{path}.amounts[{i}]", ANY) for i, text in enumerate(texts)]
        period = read.enum(series, "period", f"{path}.period", PERIODS, required=True)
        if None in amounts or not amounts or period not in PERIODS_A_YEAR:
            return None
        per_year = PERIODS_A_YEAR[period]
        return Series([(Fraction(i, per_year), amount) for i, amount in enumerate(amounts)], per_year)
    if "dated" in flows:
        path, series = "cash_flows.dated", flows["dated"]
        items = series.get("flows", [])
        if not items:
            read.unreadable.append((f"{path}.flows", "REQUIRED"))
        read.at_most(items, 10000, f"{path}.flows")
        dated = []
        for i, item in enumerate(items):
            date = None
            if read.text(item, "date", f"{path}.flows[{i}].date"):
                date = read_date(item["date"])
                if date is None:
                    read.unreadable.append((f"{path}.flows[{i}].date", "DATE_MALFORMED"))
            dated.append((date, read.decimal(item, "amount", f"{path}.flows[{i}].amount", ANY)))
        day_count = read.enum(series, "day_count", f"{path}.day_count", DAY_COUNTS, required=False)
        if not dated or day_count is None or any(date is None or amount is None for date, amount in dated):
            return None
        start = min(date for date, _ in dated)
        times = {date: years_between(start, date, day_count) for date, _ in dated}
        if len(set(times.values())) != len(times):
            raise Unsaid("two dates at one time: whether they are added up")
        return Series([(times[date], amount) for date, amount in dated], None)
    read.unreadable.append(("cash_flows.schedule", "REQUIRED"))
    return None


def element(read, text, path, allowed):
    """A decimal of a list."""
    if text == "":
        raise Unsaid("an empty decimal in a list")
    return read.optional({"it": text}, "it", path, allowed)


# ---------------------------------------------------------------------------------------------------------------------
# Rates of return
# ---------------------------------------------------------------------------------------------------------------------


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
        rates.append(rate)
    if still_open or unwritable:
        status = "STATUS_UNDECIDED"
    else:
        status = ("STATUS_NONE", "STATUS_UNIQUE")[len(rates)] if len(rates) < 2 else "STATUS_SEVERAL"
    answer = {"status": status, "rates": rates}
    if rates:
        answer["selected"] = min(range(len(rates)), key=lambda i: (abs(rates[i]["annual"]), i))
    return {**answer, "sign_changes": changes}


def rate_of(terms, low, high, step):
    """e^(v / step) - 1 to 12 digits, where the zero v lies between low and high, and one step is `step` times as long as what the rate is for."""
    with mpmath.workdps(mpmath.mp.dps + 30):
        ends = [exact(mpmath.expm1(v / real(step))) if v / real(step) < 600 else Fraction(10) ** 200 for v in (low, high)]
    if min(ends) >= TOO_LARGE_TO_WRITE:
        return min(ends)
    rounded = {twelve_digits(x) for x in ends}
    if len(rounded) == 1:
        return rounded.pop()
    # Between two numbers of 12 digits: is it exactly there?
    tie = sum(rounded) / 2
    if step.denominator != 1:
        raise Unsaid("a rate too near to the middle of two numbers")
    x = 1 / (1 + tie) ** step.numerator
    assert sum(number * x**units for units, number in terms) == 0, "a rate too near to the middle of two numbers"
    return twelve_digits(tie)


def modified_rate(series, finance, reinvestment):
    """RateOfReturn, or None."""
    start, end = series.flows[0][0], series.flows[-1][0]
    future = sum((a * discount(reinvestment, t - end) for t, a in series.flows if a > 0), Fraction(0))
    present = sum((-a * discount(finance, t - start) for t, a in series.flows if a < 0), Fraction(0))
    if future == 0 or present == 0:
        return None
    annual = power(future / present, 1 / series.years) - 1
    if annual >= TOO_LARGE_TO_WRITE:
        raise Unsaid("a modified rate that does not fit")
    rate = {"annual": twelve_digits(annual)}
    if series.per_year:
        rate["per_period"] = twelve_digits(power(future / present, 1 / (series.years * series.per_year)) - 1)
    return rate


# ---------------------------------------------------------------------------------------------------------------------
# CashFlowService
# ---------------------------------------------------------------------------------------------------------------------


def compute_net_present_value(request):
    read = Reader(request)
    currency = read.currency()
    series = read_cash_flows(read, request)
    r = read.decimal(request, "discount_rate", "discount_rate", ABOVE_MINUS_ONE)
    first = read.enum(request, "first_flow", "first_flow", FIRST_FLOWS, required=False)
    if "dated" in request.get("cash_flows", {}) and request.get("first_flow"):
        if first == "FIRST_FLOW_NOW":
            raise Unsaid("whether the first dated flow can be said to be now")
        if first == "FIRST_FLOW_ONE_PERIOD":
            read.out_of_range.append(("first_flow", "NOT_APPLICABLE"))
    rounding = read.rounding()
    read.done()

    later = Fraction(1, series.per_year) if first == "FIRST_FLOW_ONE_PERIOD" else 0
    flows = [(time + later, amount) for time, amount in series.flows]
    inflows = sum((a * discount(r, t) for t, a in flows if a > 0), Fraction(0))
    outflows = sum((-a * discount(r, t) for t, a in flows if a < 0), Fraction(0))
    return finish(
        {
            "currency_code": currency,
            "net_present_value": inflows - outflows,
            "rate_per_period": discount(r, -Fraction(1, series.per_year)) - 1 if series.per_year else r,
            "present_value_of_inflows": inflows,
            "present_value_of_outflows": outflows,
            "rate_sensitivity": -sum((t * a * discount(r, t + 1) for t, a in flows), Fraction(0)),
        },
        rounding,
    )


def compute_internal_rate(request):
    read = Reader(request)
    series = read_cash_flows(read, request)
    rounding = read.rounding()
    read.done()
    return finish({"internal_rates_of_return": internal_rates(series)}, rounding)


def compute_modified_rate(request):
    read = Reader(request)
    series = read_cash_flows(read, request)
    finance = read.decimal(request, "finance_rate", "finance_rate", ABOVE_MINUS_ONE)
    reinvestment = read.decimal(request, "reinvestment_rate", "reinvestment_rate", ABOVE_MINUS_ONE)
    rounding = read.rounding()
    read.done()
    return finish({"modified_internal_rate_of_return": modified_rate(series, finance, reinvestment)}, rounding)


def payback_of(times, amounts, evenly):
    """The message Payback. Flow i moves evenly between times i - 1 and i, or all at once at time i."""
    balances, balance, scale = [], Fraction(0), Fraction(0)
    for amount in amounts:
        balance, scale = balance + amount, scale + abs(amount)
        balances.append((balance, sign_of(balance, scale)))
    if balances[-1][1] < 0:
        return {"never": {"shortfall": -balances[-1][0]}}
    below = [i for i, (_, sign) in enumerate(balances) if sign < 0]
    if not below:
        return {"years": Fraction(0)}
    last = below[-1]
    if not evenly:
        return {"years": times[last + 1]}
    share = -balances[last][0] / amounts[last + 1]
    return {"years": times[last] + share * (times[last + 1] - times[last])}


def compute_payback(request):
    read = Reader(request)
    series = read_cash_flows(read, request)
    r = read.optional(request, "discount_rate", "discount_rate", ABOVE_MINUS_ONE)
    rounding = read.rounding()
    read.done()
    times = [time for time, _ in series.flows]
    amounts = [amount for _, amount in series.flows]
    evenly = series.per_year is not None
    answer = {"payback": payback_of(times, amounts, evenly)}
    if r is not None:
        answer["discounted_payback"] = payback_of(times, [a * discount(r, t) for t, a in series.flows], evenly)
    return finish(answer, rounding)


# ---------------------------------------------------------------------------------------------------------------------
# CapexRoiService
# ---------------------------------------------------------------------------------------------------------------------

# IRS Publication 946, table A-1, half-year convention, in per cent.
MACRS = {
    3: "33.33 44.45 14.81 7.41",
    5: "20.00 32.00 19.20 11.52 11.52 5.76",
    7: "14.29 24.49 17.49 12.49 8.93 8.92 8.93 4.46",
    10: "10.00 18.00 14.40 11.52 9.22 7.37 6.55 6.55 6.56 6.55 3.28",
    15: "5.00 9.50 8.55 7.70 6.93 6.23 5.90 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.91 2.95",
    20: "3.750 7.219 6.677 6.177 5.713 5.285 4.888 4.522 4.462 4.461 4.462 4.461 4.462 4.461 4.462 4.461 4.462 4.461 4.462 4.461 2.231",
}
MACRS = {life: [Fraction(share) / 100 for share in shares.split()] for life, shares in MACRS.items()}
assert all(sum(shares) == 1 and len(shares) == life + 1 for life, shares in MACRS.items())


def read_policy(read, policy, path, period="PERIOD_YEAR"):
    """(method, life, salvage as a share of cost)"""
    method = read.enum(policy, "method", f"{path}.method", METHODS, required=True)
    life = policy.get("useful_life_periods", 0)
    salvage = read.optional(policy, "salvage_ratio", f"{path}.salvage_ratio", ZERO_UP_TO_BELOW_ONE, Fraction(0))
    macrs = method == "DEPRECIATION_METHOD_MACRS_HALF_YEAR"
    if life == 0:
        read.unreadable.append((f"{path}.useful_life_periods", "REQUIRED"))
    elif life > 1200 or (macrs and life not in MACRS):
        read.out_of_range.append((f"{path}.useful_life_periods", "OUT_OF_RANGE"))
    if macrs and "salvage_ratio" in policy:
        read.out_of_range.append((f"{path}.salvage_ratio", "NOT_APPLICABLE"))
    if macrs and period != "PERIOD_YEAR":
        raise Unsaid("how MACRS by the month is refused")
    return method, life, salvage


def schedule(policy):
    """Depreciation of each period as a share of cost."""
    method, life, salvage = policy
    if method == "DEPRECIATION_METHOD_STRAIGHT_LINE":
        return [(1 - salvage) / life] * life
    if method == "DEPRECIATION_METHOD_SUM_OF_YEARS_DIGITS":
        return [(1 - salvage) * (life - i) / Fraction(life * (life + 1), 2) for i in range(life)]
    if method == "DEPRECIATION_METHOD_MACRS_HALF_YEAR":
        return MACRS[life]
    book, shares = Fraction(1), []
    for _ in range(life):
        share = min(book * 2 / life, book - salvage)
        book -= share
        shares.append(share)
    return shares


def compute_depreciation(request):
    read = Reader(request)
    currency = read.currency()
    cost = read.decimal(request, "cost", "cost", ABOVE_ZERO)
    policy = None
    if "policy" in request:
        policy = read_policy(read, request["policy"], "policy")
    else:
        read.unreadable.append(("policy", "REQUIRED"))
    rounding = read.rounding()
    read.done()
    book, years = cost, []
    for i, share in enumerate(schedule(policy)):
        book -= cost * share
        years.append({"year": i + 1, "depreciation": cost * share, "book_value": book})
    return finish({"currency_code": currency, "years": years}, rounding)


def read_series(read, request, key):
    texts = request.get(key, [])
    read.at_most(texts, 1200, key)
    amounts = [element(read, text, f"{key}[{i}]", ZERO_OR_MORE) for i, text in enumerate(texts)]
    if key == "capital_expenditures":
        if not texts:
            read.unreadable.append((key, "REQUIRED"))
        elif None not in amounts and not any(amounts):
            read.out_of_range.append((key, "OUT_OF_RANGE"))
    elif key == "revenues" and not any(amounts):
        raise Unsaid("whether a plan without revenue can be asked about")
    return amounts


def compute_capex_roi(request):
    read = Reader(request)
    currency = read.currency()
    period = read.enum(request, "period", "period", PERIODS, required=True)
    capex = read_series(read, request, "capital_expenditures")
    revenues = read_series(read, request, "revenues")
    margin = read.optional(request, "gross_margin", "gross_margin", AT_MOST_ONE, Fraction(1))
    costs = read_series(read, request, "operating_costs")
    r = read.decimal(request, "discount_rate", "discount_rate", ABOVE_MINUS_ONE)
    tax_rate = read.optional(request, "tax_rate", "tax_rate", ZERO_UP_TO_ONE, Fraction(0))
    policy = read_policy(read, request["depreciation"], "depreciation", period) if "depreciation" in request else None
    terminal_amount = read.optional(request, "terminal_amount", "terminal_amount", ANY)
    growth = read.optional(request, "perpetual_growth_rate", "perpetual_growth_rate", ABOVE_MINUS_ONE)
    if None not in (growth, r) and growth >= r:
        read.out_of_range.append(("perpetual_growth_rate", "OUT_OF_RANGE"))
    multiple = read.optional(request, "exit_multiple", "exit_multiple", ANY)
    for value, name in ((terminal_amount, "terminal amount"), (multiple, "exit multiple")):
        if value is not None and value < 0:
            raise Unsaid(f"a {name} below 0")
    timing = read.enum(request, "timing", "timing", TIMINGS, required=False)
    finance = read.optional(request, "finance_rate", "finance_rate", ABOVE_MINUS_ONE, r)
    reinvestment = read.optional(request, "reinvestment_rate", "reinvestment_rate", ABOVE_MINUS_ONE, r)
    rounding = read.rounding()
    read.done()

    per_year = PERIODS_A_YEAR[period]
    count = max(len(capex), len(revenues), len(costs))
    capex, revenues, costs = (list(s) + [Fraction(0)] * (count - len(s)) for s in (capex, revenues, costs))
    last = count - 1
    mid = timing == "CASH_FLOW_TIMING_MID_PERIOD"
    times = [Fraction(i, per_year) - (Fraction(1, 2 * per_year) if mid and i else 0) for i in range(count)]
    end = Fraction(last, per_year)

    depreciation = [Fraction(0)] * count
    if policy:
        shares = schedule(policy)
        for i, cost in enumerate(capex):
            for k, share in enumerate(shares):
                if cost and i + 1 + k < count:
                    depreciation[i + 1 + k] += cost * share
    operating = [revenue * margin - cost for revenue, cost in zip(revenues, costs)]
    taxes = [(profit - written_off) * tax_rate for profit, written_off in zip(operating, depreciation)]
    net = [profit - tax - spent for profit, tax, spent in zip(operating, taxes, capex)]

    # The terminal value, when it is received, and what of it follows revenue.
    terminal, terminal_time, following = None, end, Fraction(0)
    if terminal_amount is not None:
        terminal = terminal_amount
    elif growth is not None:
        g, rate = (discount(x, -Fraction(1, per_year)) - 1 for x in (growth, r))
        terminal, terminal_time = net[last] * (1 + g) / (rate - g), times[last]
        following = revenues[last] * margin * (1 - tax_rate) * (1 + g) / (rate - g)
    elif multiple is not None:
        terminal = operating[last] * per_year * multiple
        following = revenues[last] * margin * per_year * multiple
    flows = list(zip(times, net))
    present = [amount * discount(r, time) for time, amount in flows]
    if terminal is not None:
        flows.append((terminal_time, terminal))
        net[last] += terminal
        present[last] += terminal * discount(r, terminal_time)
    series = Series(flows, per_year)

    spent, value = sum(capex), sum(present)
    inflow = sum(net) + spent
    value_spent = sum(cost * discount(r, time) for cost, time in zip(capex, times))
    roi = (inflow - spent) / spent
    value_of_revenue = sum(x * margin * (1 - tax_rate) * discount(r, time) for x, time in zip(revenues, times))
    value_of_revenue += following * discount(r, terminal_time)
    factor = None
    if value_of_revenue:
        factor = 1 - value / value_of_revenue
        if value_of_revenue < 0 or factor < 0:
            raise Unsaid("a break-even factor below 0, or of revenue that costs more than it brings")
    rows, cumulative = [], Fraction(0)
    for i in range(count):
        cumulative += net[i]
        rows.append(
            {
                "period": i,
                "capital_expenditure": capex[i],
                "revenue": revenues[i],
                "operating_profit": operating[i],
                "depreciation": depreciation[i],
                "tax": taxes[i],
                "net_cash_flow": net[i],
                "present_value": present[i],
                "cumulative_cash_flow": cumulative,
            }
        )
    # A payback counts its time as ever, whatever the timing: flow i moves evenly over period i. What it is worth is what it is worth in
    # the net present value, so that what is missing at the end is what that value is below 0.
    counted = [Fraction(i, per_year) for i in range(count)]
    return finish(
        {
            "currency_code": currency,
            "total_capital_expenditure": spent,
            "total_net_inflow": inflow,
            "net_gain": inflow - spent,
            "return_on_investment": roi,
            "annualized_return_on_investment": power(1 + roi, 1 / end) - 1 if roi > -1 and last else None,
            "revenue_to_capital_expenditure": sum(revenues) / spent,
            "net_present_value": value,
            "profitability_index": (value + value_spent) / value_spent,
            "internal_rates_of_return": internal_rates(series),
            "modified_internal_rate_of_return": modified_rate(series, finance, reinvestment),
            "payback": payback_of(counted, net, True),
            "discounted_payback": payback_of(counted, present, True),
            "equivalent_annual_annuity": value * reference.annuity_factor(r, end) if last else None,
            "break_even_revenue_factor": factor,
            "periods": rows,
        },
        rounding,
    )


CASH_FLOW, CAPEX_ROI = "paydirt.v1.CashFlowService", "paydirt.v1.CapexRoiService"
reference.METHODS.update(
    {
        "ComputeNetPresentValue": (CASH_FLOW, compute_net_present_value),
        "ComputeInternalRateOfReturn": (CASH_FLOW, compute_internal_rate),
        "ComputeModifiedInternalRateOfReturn": (CASH_FLOW, compute_modified_rate),
        "ComputePayback": (CASH_FLOW, compute_payback),
        "ComputeCapexRoi": (CAPEX_ROI, compute_capex_roi),
        "ComputeDepreciation": (CAPEX_ROI, compute_depreciation),
    }
)

# ---------------------------------------------------------------------------------------------------------------------
# Rows
# ---------------------------------------------------------------------------------------------------------------------

def value_at(response, path):
    """years[2].depreciation"""
    for key in path.replace("]", "").replace("[", ".").split("."):
        response = response[int(key)] if isinstance(response, list) else response.get(key)
    return response


def add_published(files):
    for line in (HERE / "published_cash_flows.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        service, compute = reference.METHODS[item["method"]]
        row = {"name": item["name"], "method": f"{service}/{item['method']}", "request": item["request"]}
        row["response"] = compute(item["request"])
        proven = item.get("proven", {})
        if "roots" in proven:
            found = row["response"]["internal_rates_of_return"]
            key = item.get("rate", "annual")
            listed = [root for root in sorted(map(Fraction, proven["roots"])) if root < TOO_LARGE_TO_WRITE]
            assert [Fraction(rate[key]) for rate in found["rates"]] == [twelve_digits(root) for root in listed], item["name"]
            assert (found["status"] == "STATUS_UNDECIDED") == (len(listed) < len(proven["roots"])), item["name"]
        for path, figure in proven.get("figures", {}).items():
            answer = value_at(row["response"], path)
            if figure is None:
                assert answer is None, (item["name"], path, answer)
                continue
            digits = Fraction(item.get("tolerance", "1e-25"))
            if "modified" in path:
                digits = max(digits, Fraction(5, 10**13))
            assert abs(Fraction(answer) - Fraction(figure)) <= digits * max(1, abs(Fraction(figure))), (item["name"], path, answer, figure)
        row["source"] = item["source"]
        if "note" in item:
            row["note"] = item["note"]
        rows = files["internal_rate" if "Internal" in item["method"] and "Modified" not in item["method"] else
                     "capex_roi" if service == CAPEX_ROI else "cash_flow"]
        rows.rows.append(row)


def all_rows():
    import rows_cash_flow

    files = {name: Rows() for name in ("internal_rate", "cash_flow", "capex_roi")}
    add_published(files)
    rows_cash_flow.internal_rate_rows(files["internal_rate"])
    rows_cash_flow.cash_flow_rows(files["cash_flow"])
    rows_cash_flow.capex_roi_rows(files["capex_roi"])
    return {f"{name}.jsonl": rows.text() for name, rows in files.items()}


def main():
    files = at(90, all_rows)
    assert files == at(150, all_rows), "90 digits were not enough"
    write_or_check(files, "reference_cash_flow.py")


if __name__ == "__main__":
    main()
