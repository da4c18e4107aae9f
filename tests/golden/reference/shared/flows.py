"""Series of cash flows: their times, their values, and when they pay back."""

import datetime
from fractions import Fraction

import mpmath

from shared.numbers import power, written
from shared.reader import ANY, PERIODS, PERIODS_A_YEAR, Unsaid, read_date

DAY_COUNTS = [
    "DAY_COUNT_UNSPECIFIED",
    "DAY_COUNT_ACT_365_FIXED",
    "DAY_COUNT_ACT_360",
    "DAY_COUNT_ACT_365_25",
    "DAY_COUNT_ACT_ACT_ISDA",
    "DAY_COUNT_THIRTY_360_BOND",
    "DAY_COUNT_THIRTY_E_360",
]


def years_between(first, last, day_count):
    """Years from a date to a later one, by the 2006 ISDA Definitions, section 4.16; unspecified is ACT/365 fixed."""
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
        self.given = [amount for _, amount in flows]
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
        read.at_most(texts, 50000, f"{path}.amounts")
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
        read.at_most(items, 50000, f"{path}.flows")
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
    return read.decimal({"it": text}, "it", path, allowed)


def payback_of(times, amounts, evenly):
    """The message Payback. Flow i moves evenly between times i - 1 and i, or all at once at time i.

    A cumulative cash flow that is written as 0 is 0.
    """
    balances, balance, scale = [], Fraction(0), Fraction(0)
    for amount in amounts:
        balance, scale = balance + amount, scale + abs(amount)
        is_nothing = sign_of(balance, scale) == 0 or written(balance) == 0
        balances.append(Fraction(0) if is_nothing else balance)
    if balances[-1] < 0:
        return {"never": {"shortfall": -balances[-1]}}
    below = [i for i, balance in enumerate(balances) if balance < 0]
    if not below:
        return {"years": Fraction(0)}
    last = below[-1]
    if not evenly:
        return {"years": times[last + 1]}
    share = -balances[last] / (balances[last + 1] - balances[last])
    return {"years": times[last] + share * (times[last + 1] - times[last])}
