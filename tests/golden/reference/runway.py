#!/usr/bin/env python3
"""Runway: the formulas of paydirt/v1/runway.proto, and the rows of runway.jsonl.

How long the cash lasts, month by month; and whether a business reaches break-even on it ("default alive", Paul
Graham, 2015).
"""

import calendar
import collections
import datetime
import math
from fractions import Fraction

import mpmath
from mpmath import mpf

from shared.chance import PERIODS as PERIODS_DRAWN
from shared.numbers import OutOfReach, exact, power, real, to_text, written
from shared.reader import (
    ABOVE_MINUS_ONE,
    ABOVE_MINUS_ONE_A_MONTH,
    ANY,
    PERIODS,
    PERIODS_A_YEAR,
    ZERO_OR_MORE,
    ZERO_OR_MORE_A_YEAR,
    Reader,
    finish,
    read_date,
    rounded_to,
)
from shared.rows import run

MONTHS_SEARCHED = 1200
TIMINGS = [
    "GROWTH_TIMING_UNSPECIFIED",
    "GROWTH_TIMING_CONTINUOUS",
    "GROWTH_TIMING_END_OF_MONTH",
    "GROWTH_TIMING_START_OF_MONTH",
]
PAYMENT_TIMINGS = [
    "PAYMENT_TIMING_UNSPECIFIED",
    "PAYMENT_TIMING_EVENLY",
    "PAYMENT_TIMING_AT_START",
    "PAYMENT_TIMING_AT_END",
]
AMOUNTS_MAX, AMOUNTS_OF_ALL_MAX = 1200, 50000
CASE = "computed to 50 digits, case "


def add_months(date, months):
    """Calendar months: the 31st becomes the last day of a shorter month."""
    index = date.year * 12 + date.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return datetime.date(year, month, min(date.day, calendar.monthrange(year, month)[1]))


def month_end(date, months):
    """The end of so many months after a date: last days after a last day, else its own day, clamped."""
    end = add_months(date, months)
    if date.day < calendar.monthrange(date.year, date.month)[1]:
        return end
    return end.replace(day=calendar.monthrange(end.year, end.month)[1])


class Line:
    """A cost or a revenue: what is earned or incurred in every month, and the cash of every month."""

    def __init__(self, read, message, path, listed):
        read.text(message, "name", f"{path}.name")
        self.first = message.get("first_month", 0) or 1
        self.last = message.get("last_month", 0)
        self.non_cash = message.get("non_cash", False)
        self.amounts = None
        if message.get("amounts"):
            self.read_amounts(read, message, path, listed)
        else:
            self.amount = read.decimal(message, "amount", f"{path}.amount", ZERO_OR_MORE)
            self.period = read.period_of_months(message, "period", f"{path}.period")
            self.monthly = read.optional(
                message, "monthly_growth_rate", f"{path}.monthly_growth_rate", ABOVE_MINUS_ONE_A_MONTH
            )
            self.annual = read.optional(message, "annual_growth_rate", f"{path}.annual_growth_rate", ABOVE_MINUS_ONE)
            self.read_first(read, path)
            if self.last and self.last < self.first:
                read.out_of_range.append((f"{path}.last_month", "OUT_OF_RANGE"))
        self.timing, self.delay = "PAYMENT_TIMING_EVENLY", 0
        if self.non_cash:
            for key in ("timing", "delay_months"):
                if message.get(key) not in (None, 0, PAYMENT_TIMINGS[0]):
                    read.out_of_range.append((f"{path}.{key}", "NOT_APPLICABLE"))
            return
        self.timing = read.enum(message, "timing", f"{path}.timing", PAYMENT_TIMINGS, required=False)
        self.delay = message.get("delay_months", 0)
        if self.delay > 24:
            read.out_of_range.append((f"{path}.delay_months", "OUT_OF_RANGE"))
        elif self.delay and self.first == 1:
            read.warn(f"{path}.delay_months", "OPENING_RECEIVABLES")

    def read_first(self, read, path):
        if self.first > 1200:
            read.out_of_range.append((f"{path}.first_month", "OUT_OF_RANGE"))

    def read_amounts(self, read, message, path, listed):
        for key in ("amount", "period", "monthly_growth_rate", "annual_growth_rate"):
            is_given = key in message if key.endswith("_rate") else message.get(key) not in (None, "", 0, PERIODS[0])
            if is_given:
                read.out_of_range.append((f"{path}.{key}", "NOT_APPLICABLE"))
        self.read_first(read, path)
        if self.last:
            read.out_of_range.append((f"{path}.last_month", "NOT_APPLICABLE"))
        texts, self.amounts = message["amounts"], []
        read.at_most(texts, AMOUNTS_MAX, f"{path}.amounts")
        if len(texts) <= AMOUNTS_MAX:
            if listed[0] + len(texts) > AMOUNTS_OF_ALL_MAX:
                read.out_of_range.append((f"{path}.amounts", "TOO_MANY_ITEMS"))
                return
            listed[0] += len(texts)
        for i, text in enumerate(texts[:AMOUNTS_MAX]):
            self.amounts.append(read.decimal({"amount": text}, "amount", f"{path}.amounts[{i}]", ZERO_OR_MORE))

    def grown(self, months):
        """The growth of so many months."""
        if self.monthly:
            return power(1 + self.monthly, Fraction(months))
        if self.annual:
            return power(1 + self.annual, Fraction(months, 12))
        return Fraction(1)

    def in_month(self, month):
        """By accrual: what is earned or incurred in a month."""
        if self.amounts is not None:
            place = month - self.first
            return self.amounts[place] if 0 <= place < len(self.amounts) else Fraction(0)
        if month < self.first or (self.last and month > self.last):
            return Fraction(0)
        return self.amount * PERIODS_A_YEAR[self.period] / 12 * self.grown(month - self.first)

    def evenly(self, month):
        """The cash that moves evenly within a month."""
        is_even = self.timing in ("PAYMENT_TIMING_UNSPECIFIED", "PAYMENT_TIMING_EVENLY")
        return self.in_month(month - self.delay) if is_even else Fraction(0)

    def at_start(self, month):
        """The cash that moves at the start of a month."""
        return self.paid_for(month - self.delay, "PAYMENT_TIMING_AT_START")

    def at_end(self, month):
        """The cash that moves at the end of a month."""
        return self.paid_for(month - self.delay, "PAYMENT_TIMING_AT_END")

    def paid_for(self, month, timing):
        """The payment of the period whose first month (at the start) or last month (at the end) this is."""
        if self.timing != timing:
            return Fraction(0)
        if self.amounts is not None:
            return self.in_month(month)
        if month < self.first or (self.last and month > self.last):
            return Fraction(0)
        length = 12 // PERIODS_A_YEAR[self.period]
        first = month - (month - self.first) % length
        last = min(first + length - 1, self.last or first + length - 1)
        if month != (first if timing == "PAYMENT_TIMING_AT_START" else last):
            return Fraction(0)
        return self.amount * self.grown(first - self.first) * Fraction(last - first + 1, length)

    def cash(self, month):
        return self.evenly(month) + self.at_start(month) + self.at_end(month)


def compute_runway(request):
    read = Reader(request)
    currency = read.currency()
    cash = read.optional(request, "cash_balance", "cash_balance", ANY)
    minimum = read.optional(request, "minimum_cash", "minimum_cash", ANY, Fraction(0))
    as_of = None
    if "as_of_date" in request:
        as_of = read_date(request["as_of_date"])
        if as_of is None:
            read.unreadable.append(("as_of_date", "DATE_MALFORMED"))
    horizon = request.get("horizon_months", 0) or 12
    if horizon > 1200:
        read.out_of_range.append(("horizon_months", "OUT_OF_RANGE"))
    listed = [0]
    cost_lines = [Line(read, line, f"costs[{i}]", listed) for i, line in enumerate(request.get("costs", []))]
    read.at_most(cost_lines, 200, "costs")
    revenue_lines = [Line(read, line, f"revenues[{i}]", listed) for i, line in enumerate(request.get("revenues", []))]
    read.at_most(revenue_lines, 200, "revenues")
    events_of = {}
    for i, event in enumerate(request.get("events", [])):
        read.text(event, "name", f"events[{i}].name")
        month = event.get("month", 0)
        if month == 0:
            read.unreadable.append((f"events[{i}].month", "REQUIRED"))
        elif month > 1200:
            read.out_of_range.append((f"events[{i}].month", "OUT_OF_RANGE"))
        amount = read.decimal(event, "amount", f"events[{i}].amount", ANY)
        events_of[month] = events_of.get(month, Fraction(0)) + (amount or 0)
    read.at_most(request.get("events", []), 1000, "events")
    net_new = read.optional(request, "net_new_annual_recurring_revenue", "net_new_annual_recurring_revenue", ANY)
    interest_rate = None
    if "interest_rate" in request and "cash_balance" not in request:
        read.out_of_range.append(("interest_rate", "NOT_APPLICABLE"))
    else:
        interest_rate = read.optional(request, "interest_rate", "interest_rate", ZERO_OR_MORE_A_YEAR)
    asked = read.options()
    read.done()

    cash_lines = [(line, -1) for line in cost_lines if not line.non_cash]
    cash_lines += [(line, 1) for line in revenue_lines if not line.non_cash]
    course = Course(cash_lines, cash, minimum, events_of, interest_rate)

    def loss_of(m):
        lost = sum((line.in_month(m) for line in cost_lines), Fraction(0))
        return lost - sum((line.in_month(m) for line in revenue_lines), Fraction(0))

    annual_net = sum(course.burn_of(m) for m in range(1, 13))
    # The horizon, month by month.
    lowest, lowest_month = course.lowest(horizon)
    cash_positive_month = None
    ledger = []
    for m in range(1, horizon + 1):
        if course.burn_of(m) > 0:
            cash_positive_month = None
        elif cash_positive_month is None:
            cash_positive_month = m
        events, interest = events_of.get(m, Fraction(0)), course.month(m).interest
        ledger.append(
            {
                "month": m,
                "month_end": month_end(as_of, m).isoformat() if as_of else None,
                "revenues": course.cash_of(m, 1),
                "costs": course.cash_of(m, -1),
                "events": events,
                "net_cash_flow": events + interest - course.burn_of(m),
                "balance": course.month(m).balance,
                "interest": interest if interest_rate is not None else None,
            }
        )

    answer = {
        "currency_code": currency,
        "gross_burn": course.cash_of(1, -1),
        "net_burn": course.burn_of(1),
        "net_loss": loss_of(1),
        "annual_gross_burn": sum(course.cash_of(m, -1) for m in range(1, 13)),
        "annual_net_burn": annual_net,
        "annual_net_loss": sum(loss_of(m) for m in range(1, 13)),
    }
    if cash is None:
        answer["unknown"] = {}
    else:
        answer.update(runway_outcome(course, as_of, horizon))
    answer["cash_need"] = max(Fraction(0), minimum - lowest)
    answer["lowest_balance"] = lowest
    if lowest_month:
        answer["lowest_balance_month"] = lowest_month
    answer["ending_balance"] = course.month(horizon).balance
    answer["cash_positive_month"] = cash_positive_month
    if net_new is not None and net_new > 0 and annual_net > 0:
        answer["burn_multiple"] = annual_net / net_new
    if request.get("include_ledger"):
        answer["ledger"] = ledger
    return finish(answer, asked)


# One month: the balance after what is paid at its start, that before anything moves at its end, and that at its end.
Month = collections.namedtuple("Month", "after_start before_end balance interest burn_within largest")


class Course:
    """The cash of a company from month to month. `lines` are those in cash, each with 1 for a revenue and -1 for a cost."""

    def __init__(self, lines, cash, minimum, events_of, interest_rate):
        self.lines, self.cash, self.minimum, self.events_of = lines, cash, minimum, events_of
        self.opening = cash if cash is not None else Fraction(0)
        self.earned = None
        if interest_rate:
            self.earned = mpmath.expm1(mpmath.log1p(real(interest_rate)) / 12)
        self.months, self.memory, self.largest = [], {}, abs(self.opening)

    def sum_of(self, part, m):
        return sum((sign * part(line, m) for line, sign in self.lines), Fraction(0))

    def cash_of(self, m, side):
        if (m, side) not in self.memory:
            amounts = (line.cash(m) for line, sign in self.lines if sign == side)
            self.memory[(m, side)] = sum(amounts, Fraction(0))
        return self.memory[(m, side)]

    def burn_of(self, m):
        return self.cash_of(m, -1) - self.cash_of(m, 1)

    def start_of(self, m):
        """Revenues less costs that are paid at the start of a month; after month 1200 nothing is looked at."""
        if m > MONTHS_SEARCHED:
            return Fraction(0)
        if ("start", m) not in self.memory:
            self.memory[("start", m)] = self.sum_of(Line.at_start, m)
        return self.memory[("start", m)]

    def month(self, m):
        while len(self.months) < m:
            number = len(self.months) + 1
            before = self.months[-1].balance if self.months else self.opening
            after_start = before + self.start_of(number)
            burn_within = -self.sum_of(Line.evenly, number)
            before_end = after_start - burn_within
            interest = Fraction(0)
            if self.earned is not None and after_start > 0:
                interest = exact(real(after_start) * self.earned)
            at_end = self.sum_of(Line.at_end, number) + interest + self.events_of.get(number, Fraction(0))
            self.largest = max(self.largest, abs(after_start), abs(before_end), abs(at_end))
            self.months.append(Month(after_start, before_end, before_end + at_end, interest, burn_within, self.largest))
        return self.months[m - 1]

    def moments(self, last):
        """Every balance that is looked at, with the month that it belongs to, and the month in which it is computed."""
        yield self.opening, 0, self.month(1)
        for m in range(1, last + 1):
            month = self.month(m)
            # The moment m - 1, after all that moves at it; before month 1 the opening balance stands for its beginning.
            before = self.months[m - 2].balance if m > 1 else self.opening
            lowers = month.after_start < before
            yield month.after_start, m if lowers or m == 1 else m - 1, month
            yield month.before_end, m, month
        # The start of the month after the last one is not of these months.
        yield self.month(last).balance, last, self.month(last)

    def is_below(self, balance, limit, month):
        """Whether a balance of this month is below another, and not only by the roundings of interest."""
        if self.earned is None:
            return balance < limit
        return balance < limit - (month.largest + abs(limit)) * Fraction(1, 10**40)

    def lowest(self, last):
        lowest, lowest_month = self.opening, 0
        for balance, number, month in self.moments(last):
            if self.is_below(balance, lowest, month):
                lowest, lowest_month = balance, number
        return lowest, lowest_month


def runway_outcome(course, as_of, horizon):
    """runs_out or lasts."""
    minimum = course.minimum
    found = None  # whole months, a rest in months, and the month in which the balance passes below
    if course.opening < minimum:
        found = 0, Fraction(0), 0
    elif course.month(1).after_start < minimum:
        found = 0, Fraction(0), 1
    m = 0
    while found is None and m < MONTHS_SEARCHED:
        m += 1
        month = course.month(m)
        if course.is_below(month.before_end, minimum, month):  # inside the month, even if its end restores the balance
            found = m - 1, (month.after_start - minimum) / month.burn_within, m
            if course.earned is not None and not course.is_below(minimum, month.after_start, month):
                found = m - 1, Fraction(0), m
        elif course.is_below(month.balance + course.start_of(m + 1), minimum, month):
            # All that moves at this moment is looked at together.
            found = m, Fraction(0), m if course.is_below(month.balance, minimum, month) else m + 1
    if found is None:
        burns = any(course.burn_of(m) > 0 for m in range(1, MONTHS_SEARCHED + 1))
        lowest, lowest_month = course.lowest(MONTHS_SEARCHED)
        lasts = {} if burns else {"cash_flow_positive": True}
        lasts["lowest_balance"] = lowest
        if lowest_month:
            lasts["lowest_balance_month"] = lowest_month
        return {"lasts": lasts}

    whole_before, rest, passes_in = found  # runway = whole_before + rest, in months
    runway = written(whole_before + rest)
    whole_months = math.floor(runway)
    if whole_months > whole_before:  # a rest that is a whole month once written
        rest = Fraction(0)
    runs_out = {"runway_months": whole_before + rest if whole_months == whole_before else runway}
    if whole_months:
        runs_out["whole_months"] = whole_months
    if as_of:
        day = month_end(as_of, whole_months)
        days = (month_end(as_of, whole_months + 1) - day).days
        runs_out["cash_out_date"] = (day + datetime.timedelta(days=math.floor(written(rest * days)))).isoformat()
    if passes_in <= horizon:
        runs_out["within_horizon"] = True
    return {"runs_out": runs_out}


class Continuous:
    """Revenue and expenses as rates that grow at every moment: cash burned until t in closed form."""

    def __init__(self, revenue, expenses, growth, expense_growth):
        self.revenue, self.expenses = real(revenue), real(expenses)
        self.r, self.x = mpmath.log1p(real(growth)), mpmath.log1p(real(expense_growth))

    @staticmethod
    def grown(rate, t):
        """The integral of e^(rate·t) from 0 to t."""
        return t if rate == 0 else mpmath.expm1(rate * t) / rate

    def burned(self, t):
        return self.expenses * self.grown(self.x, t) - self.revenue * self.grown(self.r, t)

    def break_even(self):
        return mpmath.log(self.expenses / self.revenue) / (self.r - self.x)

    def loss_from(self):
        return mpmath.log(self.revenue / self.expenses) / (self.x - self.r)

    def ever_burned(self):
        """When both shrink."""
        return exact(-self.expenses / self.x + (self.revenue / self.r if self.revenue else 0))

    def runway(self, cash, after, until):
        """The t with burned(t) = cash: from `after` on what is burned only rises, up to `until`, so bisection finds it."""
        if cash == 0 and after == 0:
            return Fraction(0)
        cash, low = real(cash), mpf(after)
        high = until if until is not None else 2 * low + 1
        while until is None and self.burned(high) < cash:
            low, high = high, high * 2
        for _ in range(mpmath.mp.prec + 20):
            middle = (low + high) / 2
            if self.burned(middle) < cash:
                low = middle
            else:
                high = middle
        return exact(high)


class Monthly:
    """Revenue and expenses month by month. Month k has grown k - 1 times (end of month) or k times (start)."""

    def __init__(self, revenue, expenses, growth, expense_growth, grown_already):
        self.g, self.h = growth, expense_growth
        if grown_already:
            revenue, expenses = revenue * (1 + growth), expenses * (1 + expense_growth)
        self.revenue, self.expenses = revenue, expenses  # of month 1

    def break_even(self):
        """How many months burn cash before the first with revenue >= expenses."""
        if self.revenue >= self.expenses:
            return 0
        return self.months_until(self.expenses / self.revenue, (1 + self.g) / (1 + self.h))

    def loss_from(self):
        """How many months pass before the first with revenue < expenses, which is followed by such months alone."""
        if self.revenue < self.expenses:
            return 0
        ratio, step = self.revenue / self.expenses, (1 + self.h) / (1 + self.g)
        n = self.months_until(ratio, step)
        return n + 1 if n < 5000 and step**n == ratio else n

    @staticmethod
    def months_until(ratio, step):
        """The least n with step^n >= ratio."""
        n = int(mpmath.ceil(mpmath.log(real(ratio)) / mpmath.log1p(real(step - 1))))
        for candidate in range(max(n - 1, 0), n + 2):  # a logarithm cannot tell a tie: decide exactly
            if candidate < 5000:
                enough = step**candidate >= ratio
            else:
                difference = candidate * mpmath.log1p(real(step - 1)) - mpmath.log(real(ratio))
                if abs(difference) < mpf(10) ** -50:
                    raise OutOfReach("too near to a tie")
                enough = difference > 0
            if enough:
                return candidate
        raise AssertionError("no break-even")

    @staticmethod
    def summed(first, growth, n):
        """first × (1 + (1+g) + … + (1+g)^(n-1))"""
        if growth == 0:
            return first * n
        if n < 5000:
            return first * ((1 + growth) ** n - 1) / growth
        return first * exact(mpmath.expm1(n * mpmath.log1p(real(growth))) / real(growth))

    def burned(self, n):
        return self.summed(self.expenses, self.h, n) - self.summed(self.revenue, self.g, n)

    def ever_burned(self):
        """When both shrink: geometric series without end."""
        return self.expenses / -self.h - (self.revenue / -self.g if self.revenue else 0)

    def runway(self, cash, after, until):
        """Whole months as long as the cash covers them, then the part of the next that it covers."""
        low, high = after, until if until is not None else after + 1  # burned(low) <= cash < burned(high)
        while until is None and self.burned(high) <= cash:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            if self.burned(middle) <= cash:
                low = middle
            else:
                high = middle
        covered = self.burned(low)
        return low + (cash - covered) / (self.burned(low + 1) - covered)


def compute_default_alive(request):
    read = Reader(request)
    currency = read.currency()
    cash = read.decimal(request, "cash_balance", "cash_balance", ZERO_OR_MORE)
    revenue = read.decimal(request, "monthly_revenue", "monthly_revenue", ZERO_OR_MORE)
    expenses = read.decimal(request, "monthly_expenses", "monthly_expenses", ZERO_OR_MORE)
    g = read.decimal(request, "monthly_revenue_growth_rate", "monthly_revenue_growth_rate", ABOVE_MINUS_ONE_A_MONTH)
    h = read.optional(
        request, "monthly_expense_growth_rate", "monthly_expense_growth_rate", ABOVE_MINUS_ONE_A_MONTH, Fraction(0)
    )
    timing = read.enum(request, "timing", "timing", TIMINGS, required=False)
    asked = read.options()
    read.done()

    if revenue == 0:  # an amount of 0 does not grow
        g = Fraction(0)
    if expenses == 0:
        h = Fraction(0)
    if timing in ("GROWTH_TIMING_UNSPECIFIED", "GROWTH_TIMING_CONTINUOUS"):
        model = Continuous(revenue, expenses, g, h)
    else:
        model = Monthly(revenue, expenses, g, h, grown_already=timing == "GROWTH_TIMING_START_OF_MONTH")

    break_even = capital = loss_from = until = None
    if revenue >= expenses:
        break_even = 0
    if revenue >= expenses and (g >= h or expenses == 0):
        capital = Fraction(0)
    elif revenue > 0 and revenue < expenses and g > h:
        break_even = until = model.break_even()
        capital = exact(model.burned(break_even))
    else:
        loss_from = model.loss_from() if revenue >= expenses else 0
        if h < 0:
            capital = max(Fraction(0), exact(model.ever_burned()))
    alive = capital is not None and cash >= written(capital)
    if loss_from is not None and loss_from > 120:
        read.warn("monthly_revenue_growth_rate", "LOSS_IS_FAR")
    number = lambda time: Fraction(time) if isinstance(time, int) else exact(time)
    return finish(
        {
            "currency_code": currency,
            "verdict": "VERDICT_DEFAULT_ALIVE" if alive else "VERDICT_DEFAULT_DEAD",
            "break_even_months": None if break_even is None else number(break_even),
            "capital_needed": capital,
            "cushion": cash - capital if capital is not None else None,
            "runway_months": None if alive else model.runway(cash, loss_from or 0, until),
            "loss_from_months": None if loss_from is None else number(loss_from),
        },
        asked,
    )


# ---------------------------------------------------------------------------------------------------------------------
# Rows
# ---------------------------------------------------------------------------------------------------------------------


def line(name, amount, period="PERIOD_MONTH", **more):
    return {"name": name, "amount": amount, "period": period, **more}


def event(name, month, amount):
    return {"name": name, "month": month, "amount": amount}


def said(tolerance="0", **figures):
    """Figures that are worked by hand; two underscores stand for a point of the path."""
    return dict(published={key.replace("__", "."): value for key, value in figures.items()}, tolerance=tolerance)


def series(name, amounts, **more):
    return {"name": name, "amounts": amounts, **more}


def listed_rows(runway):
    """Amounts month by month."""
    runway("listed_month_by_month_and_nothing_after_the_last", "100", costs=[series("a", ["10", "20", "30"])],
        horizon_months=4, include_ledger=True, row=said(gross_burn="10", annual_gross_burn="60", ending_balance="40",
        lowest_balance_month=3, cash_positive_month=4, lasts__lowest_balance="40", lasts__cash_flow_positive=None,
        ledger__2__costs="30", ledger__3__costs="0"))
    runway("listed_from_month_3", "25", costs=[series("a", ["10", "20"], first_month=3)], row=said(gross_burn="0",
        runs_out__runway_months="3.75", annual_gross_burn="30"))
    runway("listed_cash_that_ends_in_the_second_month", "25", costs=[series("a", ["10", "20"])], as_of_date="2025-12-31",
        row=said(runs_out__runway_months="1.75", runs_out__cash_out_date="2026-02-21"))
    runway("listed_revenues_beside_a_flat_cost", "6", costs=[line("a", "10")], revenues=[series("b", ["4", "10", "9",
        "0.5"])], row=said(runs_out__runway_months="2", net_burn="6", annual_net_burn="96.5"))
    runway("listed_revenues_that_cancel_a_flat_cost_exactly", "0", costs=[line("a", "0.1", last_month=400)],
        revenues=[series("b", ["0.1"] * 400)], row=said(lasts__lowest_balance="0", lasts__cash_flow_positive=True))
    runway("listed_amounts_of_0_count_as_months", "10", costs=[series("a", ["0", "0.000", "0", "40"])],
        row=said(runs_out__runway_months="3.25", gross_burn="0"))
    runway("listed_beyond_month_1200_is_not_looked_at", "10", costs=[series("a", ["6", "4", "1"], first_month=1199)],
        row=said(lasts__lowest_balance="0", lasts__lowest_balance_month=1200))
    runway("listed_for_a_century", "1200", costs=[series("a", ["1"] * 1200)], row=said(lasts__lowest_balance="0",
        lasts__lowest_balance_month=1200, lasts__cash_flow_positive=None))
    runway("listed_for_a_century_less_a_cent", "1199.99", costs=[series("a", ["1"] * 1200)],
        row=said(runs_out__runway_months="1199.99"))
    runway("listed_beside_growth_that_nearly_cancels", "7", costs=[series("a", ["100"] * 500), line("b", "1e-12",
        monthly_growth_rate="0.01", first_month=100)], revenues=[line("c", "100", last_month=500)])
    runway("listed_and_not_paid", "5", costs=[series("a", ["3", "4"], non_cash=True)], revenues=[series("b", ["1"],
        non_cash=True, first_month=2)], row=said(gross_burn="0", net_loss="3", annual_net_loss="6",
        lasts__cash_flow_positive=True))
    runway("listed_amounts_in_two_lines", "100", costs=[series("a", ["1.5", "2.5"]), series("b", ["10", "20", "30"],
        first_month=2)], horizon_months=3, include_ledger=True, row=said(ledger__0__costs="1.5", ledger__1__costs="12.5",
        ledger__2__costs="20"))
    runway("refused_what_recurs_beside_amounts", "1", costs=[series("a", ["1", "-1", ""], amount="1", period="PERIOD_WEEK",
        annual_growth_rate="x", first_month=1201, last_month=3), series("b", ["1,5"], period=9,
        monthly_growth_rate="0.1")], row=dict(refused=[("costs[0].amounts[2]", "REQUIRED"), ("costs[1].amounts[0]",
        "DECIMAL_MALFORMED"), ("costs[0].amount", "NOT_APPLICABLE"), ("costs[0].period", "NOT_APPLICABLE"),
        ("costs[0].annual_growth_rate", "NOT_APPLICABLE"), ("costs[0].first_month", "OUT_OF_RANGE"),
        ("costs[0].last_month", "NOT_APPLICABLE"), ("costs[0].amounts[1]", "OUT_OF_RANGE"), ("costs[1].period",
        "NOT_APPLICABLE"), ("costs[1].monthly_growth_rate", "NOT_APPLICABLE")]))
    runway("refused_more_than_a_century_of_amounts", "1", revenues=[series("a", ["1"] * 1201)],
        row=dict(refused=[("revenues[0].amounts", "TOO_MANY_ITEMS")]))


AT_START, AT_END = {"timing": "PAYMENT_TIMING_AT_START"}, {"timing": "PAYMENT_TIMING_AT_END"}


def payment_rows(runway):
    """When money moves."""
    insurance = [line("insurance", "120", "PERIOD_YEAR", **AT_START), line("rent", "10")]
    # 240 a year: 40 are left after 48 months, when the insurance of the fifth year is due.
    for horizon, within in ((48, None), (49, True)):
        runway(f"insurance_of_the_fifth_year_in_a_horizon_of_{horizon}", "1000", costs=insurance, horizon_months=horizon,
            as_of_date="2025-12-31", row=said(gross_burn="130", net_loss="20", annual_gross_burn="240",
            annual_net_loss="240", runs_out__runway_months="48", runs_out__whole_months=48,
            runs_out__cash_out_date="2029-12-31", runs_out__within_horizon=within,
            lowest_balance="-90" if within else "40", lowest_balance_month=horizon, cash_need="90" if within else "0",
            ending_balance="-90" if within else "40"))
    runway("insurance_paid_at_the_start_in_the_ledger", "1000", costs=insurance, horizon_months=13, include_ledger=True,
        row=said(ledger__0__costs="130", ledger__0__balance="870", ledger__1__balance="860", ledger__11__balance="760",
        ledger__12__costs="130", ledger__12__balance="630", lowest_balance="630"))
    runway("paid_before_the_first_day", "100", costs=[line("a", "120", "PERIOD_YEAR", **AT_START)],
        as_of_date="2025-05-31", row=said(runs_out__runway_months="0", runs_out__whole_months=None,
        runs_out__cash_out_date="2025-05-31", runs_out__within_horizon=True, lowest_balance="-20", cash_need="20",
        lowest_balance_month=1))
    runway("paid_before_the_first_day_to_the_last_cent", "120", costs=[line("a", "120", "PERIOD_YEAR", last_month=12,
        **AT_START)], row=said(lasts__lowest_balance="0", lasts__lowest_balance_month=1, lasts__cash_flow_positive=None,
        cash_positive_month=2))
    runway("below_the_minimum_although_the_first_day_brings_more", "5", minimum_cash="6", revenues=[line("a", "9",
        **AT_START)], row=said(runs_out__runway_months="0", cash_need="1", lowest_balance="5", lowest_balance_month=None,
        lasts=None))
    # The event of month 2 and the revenue at the start of month 3 are one moment.
    for horizon, lowest, need, month in ((2, "-50", "50", 2), (3, "50", "0", None)):
        runway(f"an_outflow_and_an_inflow_of_one_moment_in_a_horizon_of_{horizon}", "50", horizon_months=horizon,
            events=[event("a", 2, "-100")], revenues=[line("b", "100", first_month=3, last_month=3, **AT_START)],
            row=said(lasts__lowest_balance="50", lowest_balance=lowest, cash_need=need, lowest_balance_month=month))
    runway("an_inflow_at_the_end_comes_too_late_for_the_month", "5", costs=[line("a", "10")], revenues=[line("b", "10",
        **AT_END)], row=said(runs_out__runway_months="0.5", net_burn="0", lowest_balance="-5", lowest_balance_month=1))
    runway("a_month_before_its_events_and_the_next_start", "50", costs=[line("a", "30", first_month=2, **AT_START),
        line("b", "10", first_month=1, last_month=1)], events=[event("c", 1, "-11")],
        row=said(runs_out__runway_months="1", lowest_balance_month=12, runs_out__within_horizon=True))
    # 40 at the end of months 3, 6 and 9.
    runway("rent_in_arrears", "100", costs=[line("rent", "40", "PERIOD_QUARTER", **AT_END)],
        row=said(gross_burn="0", net_loss="13.33333333333333333333333333", annual_gross_burn="160",
        runs_out__runway_months="9", runs_out__within_horizon=True, lowest_balance="-60", cash_need="60"))
    runway("quarters_count_from_the_first_month_of_the_line", "100", costs=[line("rent", "40", "PERIOD_QUARTER",
        first_month=2, **AT_END)], include_ledger=True, horizon_months=8, row=said(ledger__2__costs="0",
        ledger__3__costs="40", ledger__6__costs="40", annual_gross_burn="120"))
    for word, timing, first, second in (("start", AT_START, 0, 12), ("end", AT_END, 11, 14)):
        costs = [line("a", "120", "PERIOD_YEAR", last_month=15, **timing)]
        runway(f"a_year_that_the_last_month_cuts_off_paid_at_the_{word}", "200", costs=costs, horizon_months=24,
            include_ledger=True, row=said(ending_balance="50", **{f"ledger__{first}__costs": "120",
            f"ledger__{second}__costs": "30"}))
        runway(f"half_years_paid_at_the_{word}", "100", costs=[line("a", "60", "PERIOD_HALF_YEAR", first_month=5,
            **timing)], row=said(runs_out__runway_months="10" if word == "start" else "16"))
    runway("a_payment_grows_from_year_to_year", "1000", costs=[line("a", "100", "PERIOD_YEAR", annual_growth_rate="0.1",
        **AT_START)], horizon_months=36, include_ledger=True, row=said(ledger__0__costs="100", ledger__12__costs="110",
        ledger__24__costs="121", ending_balance="669"))
    runway("a_payment_grows_by_the_months_since_the_first", "1000", costs=[line("a", "100", "PERIOD_QUARTER",
        monthly_growth_rate="0.1", first_month=2, **AT_END)], horizon_months=8, include_ledger=True,
        row=said(ledger__3__costs="100", ledger__6__costs="133.1"))
    runway("payments_that_grow_use_up_the_cash_exactly", "331", costs=[line("a", "100", "PERIOD_YEAR",
        annual_growth_rate="0.1", last_month=36, **AT_START)], horizon_months=40,
        row=said(lasts__lowest_balance="0", lasts__lowest_balance_month=25, lasts__cash_flow_positive=None))
    runway("payments_of_quarters_that_grow_by_the_year", "1e4", costs=[line("a", "500", "PERIOD_QUARTER",
        annual_growth_rate="0.3", **AT_END)], revenues=[line("b", "100", monthly_growth_rate="0.01", **AT_START)],
        horizon_months=40, include_ledger=True, as_of_date="2024-02-29")
    runway("payments_that_shrink_and_never_eat_the_cash", "200", costs=[line("a", "100", monthly_growth_rate="-0.5",
        **AT_END)], row=said(lasts__cash_flow_positive=None, lasts__lowest_balance_month=1200, tolerance="0"))
    runway("listed_amounts_paid_at_the_start_and_at_the_end", "100", costs=[series("a", ["10", "20"], **AT_START),
        series("b", ["30", "40"], **AT_END)], horizon_months=2, include_ledger=True, row=said(gross_burn="40",
        net_loss="40", ledger__0__balance="60", ledger__1__balance="0", lasts__lowest_balance="0",
        lasts__lowest_balance_month=2))
    runway("paid_at_the_start_of_the_last_month", "10", costs=[line("a", "11", first_month=1200, **AT_START)],
        row=said(runs_out__runway_months="1199"))
    runway("paid_at_the_start_of_month_1201_is_not_looked_at", "10", costs=[line("a", "11", first_month=1200,
        delay_months=1, **AT_START)], row=said(lasts__lowest_balance="10"))
    runway("timing_evenly_and_timing_unspecified_are_as_absent", "100", costs=[line("a", "30", "PERIOD_QUARTER",
        timing="PAYMENT_TIMING_EVENLY"), line("b", "1", timing="PAYMENT_TIMING_UNSPECIFIED", delay_months=0)],
        row=said(runs_out__runway_months="9.090909090909090909090909091"))

    # Customers who pay late: 100 a month of costs, and 100 of revenue that comes two months later.
    late = dict(costs=[line("a", "100")], revenues=[line("b", "100", delay_months=2)])
    runway("customers_who_pay_two_months_late", "200", **late, include_ledger=True, row=said(net_burn="100",
        net_loss="0", annual_net_burn="200", annual_net_loss="0", lasts__lowest_balance="0",
        lasts__lowest_balance_month=2, ledger__1__revenues="0", ledger__2__revenues="100",
        warnings__0__reason="OPENING_RECEIVABLES", warnings__0__field="revenues[0].delay_months"))
    runway("customers_who_pay_two_months_late_and_a_cent_less", "199.99", **late,
        row=said(runs_out__runway_months="1.9999"))
    runway("late_cash_moves_past_the_last_month", "0", revenues=[line("b", "100", last_month=3, first_month=2,
        delay_months=24)], horizon_months=30, include_ledger=True, row=said(ledger__24__revenues="0",
        ledger__25__revenues="100", ledger__26__revenues="100", ledger__27__revenues="0", warnings=None,
        annual_net_burn="0", annual_net_loss="-200"))
    runway("suppliers_are_paid_at_the_end_of_the_next_month", "100", costs=[line("a", "40", delay_months=1, **AT_END)],
        row=said(runs_out__runway_months="4", gross_burn="0", net_loss="40"))
    runway("late_cash_that_grows", "1000", costs=[line("a", "100", monthly_growth_rate="0.1", delay_months=3),
        line("b", "50", "PERIOD_QUARTER", annual_growth_rate="0.2", delay_months=1, first_month=2, **AT_START)],
        horizon_months=9, include_ledger=True)
    runway("late_listed_amounts", "10", costs=[series("a", ["4", "5", "2"], delay_months=2)],
        row=said(runs_out__runway_months="4.5", gross_burn="0", net_loss="4"))
    runway("loss_by_accrual_and_burn_by_cash", "1000", costs=[line("a", "120", "PERIOD_YEAR", **AT_END),
        line("b", "6", "PERIOD_HALF_YEAR", non_cash=True)], revenues=[line("c", "3", first_month=2, delay_months=1)],
        row=said(gross_burn="0", net_burn="0", net_loss="11", annual_gross_burn="120", annual_net_burn="90",
        annual_net_loss="99"))
    runway("refused_payments", "1", costs=[line("a", "1", timing=4, delay_months=25), line("b", "1", non_cash=True,
        timing="PAYMENT_TIMING_EVENLY", delay_months=1), line("c", "1", timing="PAYMENT_TIMING_AT_END",
        delay_months=24)], row=dict(refused=[("costs[0].timing", "ENUM_UNKNOWN"), ("costs[0].delay_months",
        "OUT_OF_RANGE"), ("costs[1].timing", "NOT_APPLICABLE"), ("costs[1].delay_months", "NOT_APPLICABLE")]))


# 1.01^12 - 1: one per cent a month.
ONE_PER_CENT = "0.126825030131969720661201"


def interest_rows(runway):
    """Interest on the balance."""
    runway("interest_on_cash_alone", "100", interest_rate=ONE_PER_CENT, include_ledger=True, as_of_date="2025-12-31",
        row=said("1e-27", ledger__0__interest="1", ledger__0__net_cash_flow="1", ledger__0__balance="101",
        ledger__0__revenues="0", ledger__1__interest="1.01", ending_balance="112.6825030131969720661201", net_burn="0",
        lasts__lowest_balance="100", lasts__lowest_balance_month=None, lasts__cash_flow_positive=True))
    runway("interest_pays_for_what_is_paid_at_the_end", "100", interest_rate=ONE_PER_CENT, costs=[line("a", "1",
        **AT_END)], row=said("1e-27", ending_balance="100", lasts__cash_flow_positive=None, lasts__lowest_balance="100",
        lasts__lowest_balance_month=None, net_burn="1", net_loss="1", annual_net_burn="12", cash_positive_month=None))
    runway("interest_comes_after_what_moves_evenly", "100", interest_rate=ONE_PER_CENT, costs=[line("a", "1")],
        minimum_cash="99", row=said("1e-27", lasts__lowest_balance="99", lasts__lowest_balance_month=1, cash_need="0"))
    runway("interest_is_on_what_is_left_after_the_start", "200", interest_rate=ONE_PER_CENT, costs=[line("a", "100",
        "PERIOD_YEAR", **AT_START)], horizon_months=1, include_ledger=True, row=said("1e-27", ledger__0__interest="1",
        ending_balance="101", lowest_balance="100", lowest_balance_month=1))
    runway("interest_on_a_balance_below_0_is_none", "-5", minimum_cash="-100", interest_rate="0.05", costs=[line("a",
        "10")], include_ledger=True, row=said(ledger__0__interest="0", runs_out__runway_months="9.5"))
    runway("a_fraction_of_a_month_is_without_its_interest", "10", interest_rate="30", costs=[line("a", "20")],
        row=said(runs_out__runway_months="0.5", warnings__0__reason="RATE_LOOKS_LIKE_PERCENT",
        warnings__0__field="interest_rate"))
    runway("interest_with_the_events_of_its_moment", "100", interest_rate=ONE_PER_CENT, events=[event("a", 1, "-101")],
        row=said("1e-27", lasts__lowest_balance="0", lasts__lowest_balance_month=1, ending_balance="0"))
    runway("a_hair_more_than_the_interest_at_its_moment", "100", interest_rate=ONE_PER_CENT, events=[event("a", 1,
        "-101.0000000000000000000000001")], row=said(runs_out__runway_months="1"))
    runway("interest_lengthens_a_runway", "1000", interest_rate="0.05", costs=[line("a", "100")],
        as_of_date="2026-01-31")
    runway("interest_over_a_century", "1e6", interest_rate="0.04", costs=[line("a", "4000")], horizon_months=400,
        row=said(lasts=None))
    runway("interest_that_carries_the_costs_for_ever", "1e6", interest_rate="0.04", costs=[line("a", "3200")])
    runway("interest_beside_lines_that_grow", "5e5", interest_rate="0.0371", costs=[line("a", "9000",
        monthly_growth_rate="0.01"), line("b", "12000", "PERIOD_QUARTER", annual_growth_rate="0.05", **AT_START)],
        revenues=[line("c", "4000", annual_growth_rate="0.4", delay_months=2)], horizon_months=30, include_ledger=True)
    runway("interest_of_0_is_said_in_the_ledger", "100", interest_rate="0", costs=[line("a", "1")], include_ledger=True,
        horizon_months=1, row=said(ledger__0__interest="0", ending_balance="99"))
    runway("interest_of_the_last_digit", "1e28", interest_rate="1e-28", include_ledger=True, horizon_months=2)
    runway("interest_that_doubles_every_month", "1", interest_rate="4095", events=[event("a", 13, "-8192.01")],
        include_ledger=True, row=said("1e-27", ending_balance="4096", ledger__0__interest="1",
        runs_out__runway_months="13"))
    runway("interest_too_large_to_answer", "1e28", minimum_cash="2e28", interest_rate="7e28", row=dict(refused=[("ending_balance",
        "RESULT_TOO_LARGE")]))
    for mode in ("HALF_EVEN", "UP"):
        runway(f"interest_rounded_{mode.lower()}", "999.985", interest_rate="0.05", costs=[line("a", "100")],
            include_ledger=True, options=rounded_to(2, f"ROUNDING_MODE_{mode}"))
    runway("refused_interest_on_cash_that_is_not_known", interest_rate="x", costs=[line("a", "")],
        row=dict(refused=[("costs[0].amount", "REQUIRED"), ("interest_rate", "NOT_APPLICABLE")]))
    runway("refused_interest_below_0", "1", interest_rate="-0.01", row=dict(refused=[("interest_rate",
        "OUT_OF_RANGE")]))
    runway("refused_interest_that_cannot_be_read", "1", interest_rate="4%", row=dict(refused=[("interest_rate",
        "DECIMAL_MALFORMED")]))


def runway_rows(rows):
    def runway(name, cash=None, *, costs=(), revenues=(), events=(), row=None, **more):
        request = {"currency_code": "USD"}
        if cash is not None:
            request["cash_balance"] = cash
        for key, items in (("costs", costs), ("revenues", revenues), ("events", events)):
            if items:
                request[key] = list(items)
        request.update(more)
        rows.add(name, "ComputeRunway", request, **(row or {}))

    def lasts_for(months, **more):
        return dict(
            published={
                "runs_out.runway_months": months,
                **{key.replace("__", "."): value for key, value in more.items()},
            },
            tolerance="1e-26",
        )

    # Published figures.
    openai = [line("inference", "4e9", "PERIOD_YEAR"), line("training", "3e9", "PERIOD_YEAR"), line("staff", "1.5e9",
        "PERIOD_YEAR")]
    sales = [line("subscriptions", "3.5e9", "PERIOD_YEAR")]
    runway(
        "openai_2024_needs_5_billion",
        costs=openai,
        revenues=sales,
        row=dict(
            source="https://www.ndtv.com/ai-startup-tech/...-6239442 (4 + 3 + 1.5; revenue 3.5 to 4.5), "
            + CASE
            + "openai_2024_seed",
            published={
                "annual_gross_burn": "8.5e9",
                "gross_burn": "0.7083333333333333e9",
                "net_burn": "0.4166666666666667e9",
                "cash_need": "5e9",
                "annual_net_loss": "5e9",
                "runs_out": None,
                "lasts": None,
            },
        ),
    )
    runway("openai_2024_with_cash_for_exactly_84_months", "35e9", costs=openai, revenues=sales, as_of_date="2024-07-27",
        include_ledger=True, row=lasts_for("84", runs_out__whole_months=84, runs_out__cash_out_date="2031-07-27",
        runs_out__within_horizon=None, cash_need="0", annual_net_burn="5e9"))
    runway("openai_june_2025_trailing_42_months", "17.5e9", costs=[line("burn of a half-year, twice", "5e9",
        "PERIOD_YEAR")], row=dict(source="https://techeconomy.ng/openai-revenue-2025-nvidia-100-billion-investment",
        published={"runs_out.runway_months": "42", "net_burn": "0.4166666666666667e9"}))
    runway(
        "openai_june_2025_plan_17_and_a_half_months",
        "17.5e9",
        costs=[line("burn", "1e9")],
        as_of_date="2025-06-30",
        row=dict(
            source="https://techeconomy.ng/openai-revenue-2025-nvidia-100-billion-investment (8.5 planned, 2.5 spent, 6 months left)",
            published={
                "runs_out.runway_months": "17.5",
                "runs_out.whole_months": 17,
                "runs_out.cash_out_date": "2026-12-15",
            },
        ),
    )
    runway("vantagevue_12_months", "5.4e6", costs=[line("burn", "450e3")],
        row=dict(source="https://vantagevue.com/cash-runway-math-that-investors-trust/",
        published={"runs_out.runway_months": "12", "cash_need": "0", "runs_out.within_horizon": None,
        "ending_balance": "0"}))
    runway("displayed_as_12_is_12_and_a_half", "500000", costs=[line("burn", "40000")],
        row=dict(source="https://bloomitize.com/calculator/vc1 (prints 12 months)",
        published={"runs_out.runway_months": "12.5", "runs_out.whole_months": 12}))
    runway("profitable_lasts", "1000", costs=[line("all", "100")], revenues=[line("all", "120")],
        row=dict(source="https://github.com/midday-ai/midday/pull/604 (no burn is no runway of 0)",
        published={"lasts.cash_flow_positive": True, "cash_positive_month": 1, "net_burn": "-20", "cash_need": "0"}))
    runway("sacks_burn_multiple_3", costs=[line("burn", "3e6", "PERIOD_YEAR")], net_new_annual_recurring_revenue="1e6",
        row=dict(source="https://lawwu.github.io/transcripts/SjDmtKF4EZA.html (David Sacks)",
        published={"burn_multiple": "3"}))
    runway("deckmetric_burn_multiple_1_and_a_half", costs=[line("burn", "4.8e6", "PERIOD_YEAR")],
        net_new_annual_recurring_revenue="3.2e6", row=dict(source="https://deckmetric.com/glossary/burn-multiple",
        published={"burn_multiple": "1.5"}))

    # Periods and sums.
    runway("year_in_twelfths_stays_whole", "0", costs=[line("a", "1", "PERIOD_YEAR"), line("b", "1", "PERIOD_QUARTER"),
        line("c", "1")], minimum_cash="-34", row=lasts_for("24", annual_gross_burn="17", ending_balance="-17",
        lowest_balance_month=12))
    runway("half_year_is_spread_over_its_months", "100", costs=[line("rent", "60", "PERIOD_HALF_YEAR")],
        row=lasts_for("10"))
    for period in ("PERIOD_WEEK", "PERIOD_DAY"):
        runway(f"refused_{period.lower()}", "100", costs=[line("a", "1"), line("b", "-1", period)],
            row=dict(refused=[("costs[1].amount", "OUT_OF_RANGE"), ("costs[1].period", "NOT_APPLICABLE")]))
    runway("quarter_is_spread_over_its_months", "100", costs=[line("rent", "10", "PERIOD_QUARTER")],
        include_ledger=True, horizon_months=4, row=lasts_for("30", annual_gross_burn="40"))
    runway("runway_in_sevenths", "10", costs=[line("a", "7")], as_of_date="2025-01-01",
        row=lasts_for("1.428571428571428571428571429", runs_out__cash_out_date="2025-02-13",
        runs_out__within_horizon=True))
    runway("runway_of_two_thirds_is_rounded_up_but_no_whole_month", "2", costs=[line("a", "3")],
        as_of_date="2025-03-31", row=lasts_for("2/3", runs_out__whole_months=None,
        runs_out__cash_out_date="2025-04-20"))
    runway("a_third_of_a_month_of_thirty_days_is_ten_days", "1", costs=[line("a", "3")], as_of_date="2025-05-31",
        row=lasts_for("1/3", runs_out__cash_out_date="2025-06-10"))
    runway("a_thirtieth_short_of_a_whole_month", "29.99999999", costs=[line("a", "30")], as_of_date="2025-05-31",
        row=lasts_for("0.9999999996666666666666666667", runs_out__cash_out_date="2025-06-29"))
    runway("burn_without_a_cent_of_cash", "0", costs=[line("a", "1")], as_of_date="2024-02-29", row=lasts_for("0",
        runs_out__cash_out_date="2024-02-29"))
    runway("smallest_burn_outlasts_the_search", "1", costs=[line("a", "1e-28")],
        row=dict(published={"lasts.cash_flow_positive": None, "cash_positive_month": None, "lowest_balance_month": 12}))
    runway("nothing_at_all", row=dict(published={"gross_burn": "0", "cash_need": "0", "cash_positive_month": 1,
        "lowest_balance_month": None}))
    runway("cash_and_no_lines", "5", row=dict(published={"lasts.cash_flow_positive": True, "ending_balance": "5",
        "lowest_balance": "5"}))

    # Growth.
    runway("costs_grow_monthly", "1000", costs=[line("a", "100", monthly_growth_rate="0.1")],
        row=lasts_for(str(7 + (1000 - Fraction("948.7171")) / Fraction("194.87171"))))
    runway("costs_shrink_monthly_and_never_eat_the_cash", "200", costs=[line("a", "100", monthly_growth_rate="-0.5")],
        horizon_months=20, row=dict(published={"lasts.cash_flow_positive": None, "cash_need": "0",
        "lowest_balance": "0.00019073486328125"}, tolerance="0"))
    runway(
        "costs_shrink_monthly_and_eat_the_cash",
        "199",
        costs=[line("a", "100", monthly_growth_rate="-0.5")],
        row=lasts_for("7.72", annual_gross_burn="199.951171875"),
    )  # 7 months cost 198.4375; 0.5625 / 0.78125 of the eighth
    runway("costs_grow_annually", "1e9", costs=[line("a", "1e9", "PERIOD_YEAR", annual_growth_rate="0.3")],
        include_ledger=True, horizon_months=14, as_of_date="2025-01-01")
    runway("costs_shrink_annually", "5e6", costs=[line("a", "1e5", annual_growth_rate="-0.25")], revenues=[line("b",
        "3e4", annual_growth_rate="0.02")], horizon_months=36)
    runway("costs_triple_annually_in_quarters", "123456.789", costs=[line("a", "7777.77", "PERIOD_QUARTER",
        annual_growth_rate="2")], horizon_months=60, as_of_date="2023-11-30")
    runway("annual_growth_from_a_later_month", "100", costs=[line("a", "12", "PERIOD_YEAR", annual_growth_rate="1",
        first_month=4)], include_ledger=True, horizon_months=16)
    runway("growth_of_0_is_flat_and_exact", "7", costs=[line("a", "4", "PERIOD_YEAR", annual_growth_rate="0"), line("b",
        "4", "PERIOD_YEAR", monthly_growth_rate="0.0")], row=lasts_for("10.5"))
    runway("revenue_overtakes_costs_in_month_9", "1000", costs=[line("a", "200")], revenues=[line("b", "100",
        monthly_growth_rate="0.1")], horizon_months=18, row=dict(published={"cash_positive_month": 9,
        "lowest_balance_month": 8, "lasts.cash_flow_positive": None}))
    runway("revenue_outgrows_every_decimal", "10", costs=[line("a", "10")], revenues=[line("b", "9",
        monthly_growth_rate="0.2")], row=dict(published={"lasts.cash_flow_positive": None, "cash_positive_month": 2}))
    runway("growth_of_the_last_digit", "12", costs=[line("a", "1", monthly_growth_rate="1e-27")])
    runway("growth_of_a_millionth_of_a_millionth_a_year", "35", costs=[line("a", "12", "PERIOD_YEAR",
        annual_growth_rate="1e-12")])
    runway("slow_growth_over_a_century_compounds_exactly", "5e6", costs=[line("a", "1000",
        monthly_growth_rate="0.0025")], horizon_months=1200, as_of_date="2001-01-31")

    # First and last months.
    runway("line_from_month_4_to_6", "100", costs=[line("a", "10", first_month=4, last_month=6)], include_ledger=True,
        horizon_months=7, row=dict(published={"gross_burn": "0", "annual_gross_burn": "30", "cash_positive_month": 7,
        "lasts.cash_flow_positive": None, "ending_balance": "70"}))
    runway("line_of_one_month", "100", costs=[line("a", "120", "PERIOD_YEAR", first_month=3, last_month=3), line("b",
        "5")], row=lasts_for("18", annual_gross_burn="70"))
    runway("line_beyond_the_first_year_counts_in_the_search", "10", costs=[line("a", "1", first_month=25)],
        row=lasts_for("34", annual_gross_burn="0", cash_positive_month=1))
    runway("line_whose_last_month_is_far_away", "10", costs=[line("a", "1", last_month=4294967295)],
        row=lasts_for("10"))
    runway("annual_figures_are_of_twelve_months_whatever_the_horizon", "100", costs=[line("a", "1")],
        revenues=[line("b", "5", first_month=12)], horizon_months=2, row=dict(published={"annual_gross_burn": "12",
        "annual_net_burn": "7", "ending_balance": "98"}))
    runway("horizon_of_one_month", "100", costs=[line("a", "60")], horizon_months=1, row=lasts_for("5/3", cash_need="0",
        runs_out__within_horizon=None))
    runway("horizon_of_1200_months", "599.5", costs=[line("a", "0.5")], horizon_months=1200, as_of_date="1999-12-31",
        row=lasts_for("1199", runs_out__within_horizon=True, cash_need="0.5", runs_out__cash_out_date="2099-11-30",
        lowest_balance_month=1200))
    runway("runs_out_in_the_last_month_searched", "1199.5", costs=[line("a", "1")], row=lasts_for("1199.5"))
    runway("touches_at_the_end_of_the_search", "1200", costs=[line("a", "1")],
        row=dict(published={"lasts.cash_flow_positive": None}))

    # Losses that are not burned.
    runway("stock_compensation_is_lost_but_not_burned", "120", costs=[line("salaries", "10"), line("stock compensation",
        "36", "PERIOD_YEAR", non_cash=True)], revenues=[line("sales", "2"), line("released provision", "1",
        non_cash=True, first_month=7)], row=lasts_for("15", gross_burn="10", net_burn="8", net_loss="11",
        annual_net_burn="96", annual_net_loss="126"))
    runway("burn_multiple_needs_both_above_0", "1", revenues=[line("a", "1")], net_new_annual_recurring_revenue="5",
        row=dict(published={"burn_multiple": None, "annual_net_burn": "-12"}))
    runway("burn_multiple_absent_when_recurring_revenue_shrinks", "1", costs=[line("a", "1")],
        net_new_annual_recurring_revenue="-5", row=dict(published={"burn_multiple": None}))

    # The lowest balance of a century, far beyond the horizon.
    def lowest(balance, month):
        return dict(published={"lasts.lowest_balance": balance, "lasts.lowest_balance_month": month})

    runway("lasts_with_little_left_in_month_40", "100", costs=[line("a", "2", last_month=40)], revenues=[line("b",
        "3", first_month=60)], row=lowest("20", 40))
    runway("lasts_and_is_lowest_in_the_last_month", "1200", costs=[line("a", "1")], row=lowest("0", 1200))
    runway("lasts_and_is_lowest_before_the_events_of_month_500", "10", costs=[line("a", "9", first_month=500,
        last_month=500)], events=[event("round", 500, "20")], row=lowest("1", 500))
    runway("lasts_and_is_lowest_by_the_events_of_month_1200", "10", events=[event("a", 700, "-4"), event("b", 701, "3"),
        event("c", 1200, "-4")], row=lowest("5", 1200))
    runway("the_earliest_of_equally_low_balances_beyond_the_horizon", "10", events=[event("a", 700, "-4"), event("b",
        701, "4"), event("c", 1100, "-4")], row=lowest("6", 700))
    runway("never_below_what_there_is_today", "10", revenues=[line("a", "1")], row=lowest("10", None))
    runway("lasts_while_growth_catches_up", "5000", costs=[line("a", "100")], revenues=[line("b", "20",
        monthly_growth_rate="0.02")])
    runway("lasts_while_costs_shrink_for_ever", "1000.5", costs=[line("a", "100", monthly_growth_rate="-0.1")])
    runway("growing_lines_that_cancel_but_for_a_while", "7", costs=[line("a", "100", monthly_growth_rate="0.01"),
        line("b", "0.01", first_month=300, last_month=700)], revenues=[line("c", "100", monthly_growth_rate="0.01")],
        row=lowest("2.99", 700))

    # Events and the minimum.
    runway("round_restores_the_balance_after_it_ran_out_inside_the_month", "25", costs=[line("a", "10")],
        events=[event("round", 3, "100")], include_ledger=True, horizon_months=4, row=lasts_for("2.5",
        runs_out__within_horizon=True, lowest_balance="-5", cash_need="5", lowest_balance_month=3, ending_balance="85"))
    runway("round_one_month_earlier_saves", "25", costs=[line("a", "10")], events=[event("round", 2, "100")],
        horizon_months=5, row=lasts_for("12.5", lowest_balance="5", lowest_balance_month=2, ending_balance="75"))
    runway("repayment_takes_the_balance_below_at_the_month_end", "100", costs=[line("a", "10")], events=[event("loan",
        4, "-70.5")], as_of_date="2024-10-31", row=lasts_for("4", runs_out__cash_out_date="2025-02-28",
        runs_out__whole_months=4, runs_out__within_horizon=True))
    runway("events_of_one_month_are_one_movement", "10", events=[event("servers", 2, "-50"), event("loan", 2, "45"),
        event("refund", 2, "5")], row=dict(published={"lasts.cash_flow_positive": True, "lowest_balance": "10",
        "lowest_balance_month": None}))
    runway("touching_the_minimum_and_recovering", "30", costs=[line("a", "10", last_month=2)], revenues=[line("b", "1",
        first_month=3)], minimum_cash="10", row=dict(published={"lasts.cash_flow_positive": None, "cash_need": "0",
        "lowest_balance": "10", "cash_positive_month": 3}))
    runway("resting_at_the_minimum_ends_when_it_passes", "30", costs=[line("a", "10", last_month=3), line("b", "1",
        first_month=8)], row=lasts_for("7", runs_out__whole_months=7, lowest_balance="-5", cash_need="5"))
    runway("touching_at_the_end_of_the_horizon", "24", costs=[line("a", "2")], row=lasts_for("12",
        runs_out__within_horizon=None, cash_need="0", lowest_balance="0"))
    runway("starts_below_the_minimum", "5", costs=[line("a", "1")], revenues=[line("b", "9")], minimum_cash="6",
        as_of_date="2025-05-31", row=lasts_for("0", runs_out__cash_out_date="2025-05-31", runs_out__within_horizon=True,
        cash_need="1", lowest_balance_month=None, cash_positive_month=1))
    runway("starts_at_the_minimum_and_burns", "6", costs=[line("a", "1")], minimum_cash="6", as_of_date="2025-05-31",
        row=lasts_for("0", runs_out__cash_out_date="2025-05-31", cash_need="12"))
    runway("starts_at_the_minimum_and_lasts", "6", minimum_cash="6",
        row=dict(published={"lasts.cash_flow_positive": True, "cash_need": "0"}))
    runway("overdraft_and_a_negative_minimum", "-5", costs=[line("a", "2")], minimum_cash="-20", row=lasts_for("7.5",
        cash_need="9", lowest_balance="-29"))
    runway("unknown_cash_needs_the_minimum_too", minimum_cash="100", costs=[line("a", "10")], events=[event("round", 6,
        "30")], include_ledger=True, horizon_months=7, as_of_date="2025-12-15", row=dict(published={"cash_need": "160",
        "lowest_balance": "-60", "lowest_balance_month": 6, "ending_balance": "-40"}))
    runway("deepest_point_is_before_the_end", costs=[line("a", "10", last_month=6)], revenues=[line("b", "15",
        first_month=7)], row=dict(published={"cash_need": "60", "lowest_balance_month": 6, "ending_balance": "30"}))

    # Dates.
    for year, february in ((2024, "2024-02-29"), (2023, "2023-02-28")):
        runway(f"from_31_january_{year}_one_month", "10", costs=[line("a", "10")], as_of_date=f"{year}-01-31",
            include_ledger=True, horizon_months=3, row=lasts_for("1", runs_out__cash_out_date=february))
    runway(
        "from_31_january_2024_one_and_a_half_months",
        "15",
        costs=[line("a", "10")],
        as_of_date="2024-01-31",
        row=lasts_for("1.5", runs_out__cash_out_date="2024-03-15"),
    )  # 29 February + floor(0.5 × 31)
    runway(
        "from_29_february_thirteen_months_less_a_day",
        "12.99",
        costs=[line("a", "1")],
        as_of_date="2024-02-29",
        row=lasts_for("12.99", runs_out__cash_out_date="2025-03-30"),
    )  # 28 February 2025 + floor(0.99 × 31)
    runway("a_month_after_the_last_day_of_june", "10", costs=[line("a", "10")], as_of_date="2026-06-30",
        row=lasts_for("1", runs_out__cash_out_date="2026-07-31"))
    for name, day, ends in (
        ("the_last_of_december", "2025-12-31", ("2026-01-31", "2026-02-28", "2026-03-31")),
        ("the_30th_of_december", "2025-12-30", ("2026-01-30", "2026-02-28", "2026-03-30")),
        ("the_last_of_a_short_february", "2023-02-28", ("2023-03-31", "2023-04-30", "2023-05-31")),
        ("the_day_before_the_last_of_a_long_february", "2024-02-28", ("2024-03-28", "2024-04-28", "2024-05-28")),
    ):
        runway(f"month_ends_from_{name}", "25", costs=[line("a", "10")], as_of_date=day, include_ledger=True,
            horizon_months=3, row=dict(published={f"ledger.{m}.month_end": end for m, end in enumerate(ends)}))
    runway("month_ends_from_the_15th", "0", as_of_date="2023-12-15", include_ledger=True, horizon_months=3)
    runway("month_ends_from_the_31st_over_new_year", "1", as_of_date="2023-10-31", include_ledger=True,
        horizon_months=5)

    # Rounding.
    money = dict(costs=[line("a", "1000", "PERIOD_YEAR"), line("b", "0.05", non_cash=True)], revenues=[line("c", "100",
        "PERIOD_QUARTER")], as_of_date="2025-03-01", net_new_annual_recurring_revenue="70", include_ledger=True,
        horizon_months=2)
    for mode in ("HALF_EVEN", "HALF_UP", "DOWN", "UP"):
        runway(f"ledger_rounded_{mode.lower()}", "999.985", options=rounded_to(2, f"ROUNDING_MODE_{mode}"), **money)
    runway("whole_months_before_the_asked_rounding", "99.9", costs=[line("a", "10")], options=rounded_to(0,
        "ROUNDING_MODE_UP", 0), as_of_date="2025-01-01", row=lasts_for("10", runs_out__whole_months=9,
        runs_out__cash_out_date="2025-10-31"))

    listed_rows(runway)
    payment_rows(runway)
    interest_rows(runway)

    # Refusals.
    rows.add("runway_of_an_empty_request", "ComputeRunway", {}, refused=[("currency_code", "REQUIRED")])
    runway("runway_fields_unreadable", "", minimum_cash="", as_of_date="2023-02-29", costs=[{}, line("a", "1,5", 9),
        line("b", "1", "PERIOD_UNSPECIFIED", monthly_growth_rate="")], revenues=[line("", "1e-30", "PERIOD_YEAR",
        annual_growth_rate="5%")], events=[{}, {"name": "x", "amount": "1e29"}], net_new_annual_recurring_revenue="NaN",
        row=dict(refused=[("cash_balance", "DECIMAL_MALFORMED"), ("minimum_cash", "DECIMAL_MALFORMED"), ("as_of_date",
        "DATE_MALFORMED"), ("costs[0].name", "REQUIRED"), ("costs[0].amount", "REQUIRED"), ("costs[0].period",
        "REQUIRED"), ("costs[1].amount", "DECIMAL_MALFORMED"), ("costs[1].period", "ENUM_UNKNOWN"), ("costs[2].period",
        "REQUIRED"), ("costs[2].monthly_growth_rate", "DECIMAL_MALFORMED"), ("revenues[0].name", "REQUIRED"),
        ("revenues[0].amount", "DECIMAL_TOO_PRECISE"), ("revenues[0].annual_growth_rate", "DECIMAL_MALFORMED"),
        ("events[0].name", "REQUIRED"), ("events[0].month", "REQUIRED"), ("events[0].amount", "REQUIRED"),
        ("events[1].month", "REQUIRED"), ("events[1].amount", "DECIMAL_TOO_LARGE"), ("net_new_annual_recurring_revenue",
        "DECIMAL_MALFORMED")]))
    runway("runway_fields_out_of_range", "1", horizon_months=1201, costs=[line("a", "-1", monthly_growth_rate="-1"),
        line("b", "1", first_month=5, last_month=4)], revenues=[line("c", "-0.01", annual_growth_rate="-1.5",
        first_month=1201)], events=[event("d", 1201, "1")], currency_code="", row=dict(refused=[("currency_code",
        "REQUIRED"), ("horizon_months", "OUT_OF_RANGE"), ("costs[0].amount", "OUT_OF_RANGE"),
        ("costs[0].monthly_growth_rate", "OUT_OF_RANGE"), ("costs[1].last_month", "OUT_OF_RANGE"),
        ("revenues[0].amount", "OUT_OF_RANGE"), ("revenues[0].annual_growth_rate", "OUT_OF_RANGE"),
        ("revenues[0].first_month", "OUT_OF_RANGE"), ("events[0].month", "OUT_OF_RANGE")]))
    for number, text in enumerate(
        ("2024-2-3", "", "2024-13-01", "20240101", "2024-01-01T00:00:00Z", " 2024-01-01", "2100-02-29")
    ):
        runway(f"date_malformed_{number + 1}", "1", as_of_date=text, row=dict(refused=[("as_of_date",
            "DATE_MALFORMED")]))
    runway("more_than_200_costs", "1", costs=[line("a", "1")] * 201, row=dict(refused=[("costs", "TOO_MANY_ITEMS")]))
    runway("annual_gross_burn_too_large_to_answer", "1", costs=[line("a", "7e27")], revenues=[line("b", "7e27")],
        row=dict(refused=[("annual_gross_burn", "RESULT_TOO_LARGE")]))


def default_alive_rows(rows):

    continuous, end, start = "GROWTH_TIMING_CONTINUOUS", "GROWTH_TIMING_END_OF_MONTH", "GROWTH_TIMING_START_OF_MONTH"
    short = {continuous: "continuous", end: "end_of_month", start: "start_of_month"}

    def alive(name, cash, revenue, expenses, growth, *, expense_growth=None, timing=None, row=None, **more):
        request = {"currency_code": "USD", "cash_balance": cash, "monthly_revenue": revenue,
            "monthly_expenses": expenses, "monthly_revenue_growth_rate": growth}
        if expense_growth is not None:
            request["monthly_expense_growth_rate"] = expense_growth
        if timing is not None:
            request["timing"] = timing
        request.update(more)
        rows.add(name, "ComputeDefaultAlive", request, **(row or {}))

    def verdict(word, tolerance="1e-26", **figures):
        """Figures worked by hand; every field that is not named has to be absent."""
        fields = dict.fromkeys(("break_even_months", "capital_needed", "cushion", "runway_months", "loss_from_months"))
        return dict(published={"verdict": f"VERDICT_DEFAULT_{word}", **fields, **figures}, tolerance=tolerance)

    growth_tlb = "https://growth.tlb.org (its defaults: 1600 and 100 a week, 2.5 % a week)"
    alive("tlb_defaults_in_weeks", "118908", "100", "1600", "0.025",
        row=dict(source=growth_tlb + "; a week stands for the month",
        published={"break_even_months": "112.28413810375451"}))
    weekly_growth = to_text(written(exact(mpmath.expm1(mpf("4.348125") * mpmath.log1p(mpf("0.025"))))))
    alive("tlb_defaults_in_months", "118907.71", "434.8125", "6957", weekly_growth, timing=continuous,
        row=dict(source=growth_tlb + "; 4.348125 weeks a month", published={"verdict": "VERDICT_DEFAULT_ALIVE",
        "break_even_months": "25.82357639298652", "capital_needed": "118907.70751121543"}))
    alive("tlb_defaults_a_thousand_short", "117907.71", "434.8125", "6957", weekly_growth, timing=continuous,
        row=dict(source=growth_tlb + "; 4.348125 weeks a month", published={"verdict": "VERDICT_DEFAULT_DEAD"}))
    alive("shrinking_revenue_dies", "300000", "20000", "50000", "-0.05", row=dict(source=CASE + "shrinking_revenue",
        published={"verdict": "VERDICT_DEFAULT_DEAD", "runway_months": "8.84391568630635", "break_even_months": None},
        tolerance="1e-10"))

    for timing in (continuous, end, start):
        suffix = short[timing]
        # 10 earned and 85 burned, or 85 burned at once.
        alive(f"profitable_today_{suffix}", "0", "100", "90", "-0.5", expense_growth="0.5", timing=timing, row={
            continuous: dict(published={"verdict": "VERDICT_DEFAULT_DEAD", "break_even_months": "0",
                "capital_needed": None, "cushion": None}),
            end: verdict("DEAD", break_even_months="0", loss_from_months="1", runway_months="19/17"),
            start: verdict("DEAD", break_even_months="0", loss_from_months="0", runway_months="0"),
        }[timing])
        alive(f"profitable_for_ever_{suffix}", "0", "100", "90", "0.05", expense_growth="0.05", timing=timing,
            row=verdict("ALIVE", break_even_months="0", capital_needed="0", cushion="0"))
        alive(f"profitable_for_ever_while_both_shrink_{suffix}", "3", "100", "100", "-0.05", expense_growth="-0.05",
            timing=timing, row=verdict("ALIVE", break_even_months="0", capital_needed="0", cushion="3"))
        alive(f"nothing_is_spent_and_revenue_vanishes_{suffix}", "0", "100", "0", "-0.5", expense_growth="9",
            timing=timing, row=verdict("ALIVE", break_even_months="0", capital_needed="0", cushion="0"))
        alive(f"expenses_overtake_at_last_{suffix}", "1000", "130", "100", "0.01", expense_growth="0.04", timing=timing)
        alive(f"revenue_shrinks_below_flat_expenses_{suffix}", "250.5", "130", "100", "-0.03", timing=timing)
        alive(f"both_shrink_and_expenses_overtake_{suffix}", "400", "130", "100", "-0.2", expense_growth="-0.1",
            timing=timing)
        alive(f"both_shrink_and_expenses_overtake_and_eat_the_cash_{suffix}", "200", "130", "100", "-0.2",
            expense_growth="-0.1", timing=timing)
        alive(f"both_shrink_and_what_was_earned_suffices_{suffix}", "0", "1000", "50", "-0.5", expense_growth="-0.1",
            timing=timing, row=dict(published={"verdict": "VERDICT_DEFAULT_ALIVE", "break_even_months": "0",
            "capital_needed": "0", "cushion": "0", "runway_months": None}))
        alive(f"equal_today_and_expenses_overtake_{suffix}", "0", "100", "100", "0", expense_growth="0.1",
            timing=timing, row=verdict("DEAD", break_even_months="0", loss_from_months="1" if timing == end else "0",
            runway_months="1" if timing == end else "0"))
        alive(f"rates_that_nearly_agree_{suffix}", "9", "1", "2", "-0.1000000000000000000000000001",
            expense_growth="-0.1", timing=timing)
        alive(f"rates_of_nearly_nothing_that_nearly_agree_{suffix}", "9", "1", "1.5", "-2e-28",
            expense_growth="-1e-28", timing=timing)
        alive(f"nothing_earned_nothing_spent_{suffix}", "7", "0", "0", "0", timing=timing, row=verdict("ALIVE",
            break_even_months="0", capital_needed="0", cushion="7"))
        alive(f"no_growth_burns_evenly_{suffix}", "100", "10", "40", "0", timing=timing, row=verdict("DEAD",
            runway_months="10/3", loss_from_months="0"))
        alive(f"no_cash_dies_at_once_{suffix}", "0", "10", "40", "0.1", timing=timing)
        alive(f"equal_growth_never_catches_up_{suffix}", "1000", "50", "100", "0.1", expense_growth="0.1",
            timing=timing)
        alive(f"revenue_grows_slower_than_expenses_{suffix}", "1000", "50", "100", "0.02", expense_growth="0.03",
            timing=timing)
        alive(f"revenue_zero_never_grows_{suffix}", "1000", "0", "100", "5", timing=timing, row=verdict("DEAD",
            runway_months="10", loss_from_months="0"))
        alive(f"revenue_zero_and_expenses_grow_{suffix}", "1000", "0", "100", "0", expense_growth="0.1", timing=timing)
        alive(f"both_shrink_and_cash_outlives_them_{suffix}", "1000", "10", "100", "-0.2", expense_growth="-0.1",
            timing=timing)
        alive(f"both_shrink_and_eat_the_cash_{suffix}", "600", "10", "100", "-0.2", expense_growth="-0.1",
            timing=timing)
        alive(f"expenses_shrink_to_meet_flat_revenue_{suffix}", "1000", "60", "100", "0", expense_growth="-0.1",
            timing=timing)
        alive(f"both_shrink_and_meet_{suffix}", "1000", "60", "100", "-0.05", expense_growth="-0.2", timing=timing)
        alive(f"growth_saves_{suffix}", "250000", "20000", "50000", "0.1", expense_growth="0.01", timing=timing)
        alive(f"growth_comes_too_late_{suffix}", "100000", "20000", "50000", "0.1", expense_growth="0.01",
            timing=timing)
        alive(f"one_millionth_of_a_millionth_below_{suffix}", "1", "99999.9999999", "100000", "0.05", timing=timing)

    # Month 1 earns 1, month 2 burns 9.
    alive("a_company_that_is_about_to_die", "0", "100", "99", "-0.1", timing=end, row=verdict("DEAD",
        break_even_months="0", loss_from_months="1", runway_months="10/9"))
    # 121 and 100 × 1.1^2 are equal in the third month, or in the second, and the next one burns. 21 + 11 + 0 are earned before, or
    # 11 + 0; then 12.1, 25.41 are burned.
    alive("expenses_meet_revenue_exactly_end_of_month", "0", "121", "100", "0", expense_growth="0.1", timing=end,
        row=verdict("DEAD", break_even_months="0", loss_from_months="3", runway_months="4.783156237701692247146792601"))
    alive("expenses_meet_revenue_exactly_start_of_month", "0", "121", "100", "0", expense_growth="0.1", timing=start,
        row=verdict("DEAD", break_even_months="0", loss_from_months="2", runway_months="2.909090909090909090909090909"))
    # 50 and 5 are earned, then all that is ever burned is 50 / 0.1 - 100 / 0.5.
    alive("what_was_earned_first_counts_end_of_month", "300", "100", "50", "-0.5", expense_growth="-0.1", timing=end,
        row=verdict("ALIVE", break_even_months="0", capital_needed="300", cushion="0", loss_from_months="2"))
    alive("what_was_earned_first_counts_start_of_month", "350", "100", "50", "-0.5", expense_growth="-0.1",
        timing=start, row=verdict("ALIVE", break_even_months="0", capital_needed="350", cushion="0",
        loss_from_months="1"))
    alive("a_loss_after_120_months_is_no_warning", "0", "328.4", "100", "0", expense_growth="0.01", timing=end,
        row=dict(published={"loss_from_months": "120"}))
    alive("a_loss_after_121_months_is_far", "0", "331.68", "100", "0", expense_growth="0.01", timing=end,
        row=dict(published={"loss_from_months": "121"}))
    alive("a_far_loss_that_no_cash_is_needed_for", "0", "1e9", "1", "-0.2", expense_growth="-0.1", timing=continuous)
    alive("loss_from_months_too_large_to_answer", "1", "7e28", "1e-28", "-2e-28", expense_growth="-1e-28",
        row=dict(refused=[("loss_from_months", "RESULT_TOO_LARGE")]))
    alive("runway_before_a_loss_too_large_to_answer", "1", "7e28", "1e-28", "0", expense_growth="1e-28",
        row=dict(refused=[("runway_months", "RESULT_TOO_LARGE")]))
    alive("tie_at_121_end_of_month", "32", "100", "121", "0.1", timing=end, row=verdict("ALIVE", break_even_months="2",
        capital_needed="32", cushion="0", tolerance="0"))
    alive("tie_at_121_start_of_month", "11", "100", "121", "0.1", timing=start, row=verdict("ALIVE",
        break_even_months="1", capital_needed="11", cushion="0", tolerance="0"))
    alive("tie_at_121_dies_for_a_cent_end_of_month", "31.99", "100", "121", "0.1", timing=end, row=verdict("DEAD",
        break_even_months="2", capital_needed="32", cushion="-0.01", runway_months="1.999090909090909090909090909"))
    alive("tie_at_121_dies_for_a_cent_start_of_month", "10.99", "100", "121", "0.1", timing=start, row=verdict("DEAD",
        break_even_months="1", capital_needed="11", cushion="-0.01", runway_months="0.9990909090909090909090909091"))
    alive("a_hair_above_the_tie_takes_a_month_more", "33", "100", "121.0000000000000000000000001", "0.1", timing=end,
        row=dict(published={"break_even_months": "3"}))
    alive("cash_gone_at_the_end_of_a_month", "21", "100", "121", "0.1", timing=end, row=verdict("DEAD",
        break_even_months="2", capital_needed="32", cushion="-11", runway_months="1", tolerance="0"))
    alive("growth_in_the_first_month_suffices_start_of_month", "0", "100", "110", "0.1", timing=start,
        row=verdict("ALIVE", break_even_months="0", capital_needed="0", cushion="0"))
    alive("growth_after_the_first_month_costs_one_end_of_month", "10", "100", "110", "0.1", timing=end,
        row=verdict("ALIVE", break_even_months="1", capital_needed="10", cushion="0", tolerance="0"))
    alive("revenue_zero_shrinking_expenses_cost_1000_in_all_end_of_month", "1000", "0", "100", "0",
        expense_growth="-0.1", timing=end, row=verdict("ALIVE", capital_needed="1000", cushion="0",
        loss_from_months="0"))
    alive("revenue_zero_shrinking_expenses_one_short_end_of_month", "999", "0", "100", "0", expense_growth="-0.1",
        timing=end)
    alive("revenue_zero_shrinking_expenses_cost_900_in_all_start_of_month", "900", "0", "100", "0",
        expense_growth="-0.1", timing=start, row=verdict("ALIVE", capital_needed="900", cushion="0",
        loss_from_months="0"))
    alive("revenue_zero_shrinking_expenses_one_short_start_of_month", "899", "0", "100", "0", expense_growth="-0.1",
        timing=start)
    alive("shrinking_together_costs_500_in_all_end_of_month", "500", "50", "100", "-0.1", expense_growth="-0.1",
        timing=end, row=verdict("ALIVE", capital_needed="500", cushion="0", loss_from_months="0"))
    alive("shrinking_together_continuous", "474", "50", "100", "-0.1", expense_growth="-0.1", timing=continuous)
    alive("expenses_vanish_within_a_month", "2", "0.5", "100", "0", expense_growth="-0.9999999999999999999999999999",
        timing=continuous)
    alive("revenue_vanishes_within_a_month", "450", "60", "100", "-0.9999999999999999999999999999", timing=end)
    alive("smallest_growth_continuous", "7", "1", "2", "1e-28")
    alive("smallest_growth_end_of_month", "7", "1", "2", "1e-28", timing=end)
    alive("smallest_growth_start_of_month", "7", "1", "2", "1e-28", timing=start)
    alive("growth_of_a_millionth_of_a_millionth_continuous", "1e12", "1", "2", "1e-12")
    alive("growth_of_a_millionth_of_a_millionth_end_of_month", "1e12", "1", "2", "1e-12", timing=end)
    alive("growth_of_a_millionth_of_a_millionth_start_of_month", "1e11", "1", "2", "1e-12", timing=start)
    alive("growth_rates_that_differ_by_the_last_digit", "100", "0.999999999999", "1", "1e-15",
        expense_growth="0.0000000000000009999999999999")
    alive("growth_of_a_thousand_per_cent_a_month", "3", "1", "100", "10")
    alive("growth_of_a_thousand_per_cent_a_month_start_of_month", "300", "1", "100", "10", timing=start)
    alive("timing_unspecified_is_continuous", "250000", "20000", "50000", "0.1", timing="GROWTH_TIMING_UNSPECIFIED")
    for mode in ("HALF_EVEN", "HALF_UP", "DOWN", "UP"):
        alive(f"default_alive_rounded_{mode.lower()}", "100000.125", "20000", "50000", "0.1", timing=continuous,
            options=rounded_to(2, f"ROUNDING_MODE_{mode}"))
    alive("break_even_months_too_large_to_answer", "1e20", "1e-13", "4e-10", "1e-28",
        row=dict(refused=[("break_even_months", "RESULT_TOO_LARGE")]))
    rows.add("default_alive_of_an_empty_request", "ComputeDefaultAlive", {}, refused=[("currency_code", "REQUIRED"),
        ("cash_balance", "REQUIRED"), ("monthly_revenue", "REQUIRED"), ("monthly_expenses", "REQUIRED"),
        ("monthly_revenue_growth_rate", "REQUIRED")])
    alive("default_alive_several_fields", "-1", "1e", "-0.001", "-1", expense_growth="", timing=4, currency_code="XYZ",
        row=dict(refused=[("currency_code", "CURRENCY_UNKNOWN"), ("monthly_revenue", "DECIMAL_MALFORMED"),
        ("monthly_expense_growth_rate", "DECIMAL_MALFORMED"), ("timing", "ENUM_UNKNOWN"), ("cash_balance",
        "OUT_OF_RANGE"), ("monthly_expenses", "OUT_OF_RANGE"), ("monthly_revenue_growth_rate", "OUT_OF_RANGE")]))


def rows_by_hand(rows):
    runway_rows(rows)
    default_alive_rows(rows)


# ---------------------------------------------------------------------------------------------------------------------
# Drawn by chance
# ---------------------------------------------------------------------------------------------------------------------


DATES = ("2024-01-31", "2023-01-31", "2024-02-29", "2026-11-24", "2023-08-31", "2039-12-15")


def lines(chance):
    found = []
    for number in range(chance.randint(0, 3)):
        line = {"name": f"line {number}", "amount": chance.amount(6), "period": chance.choice(PERIODS_DRAWN)}
        if chance.likely(0.5):
            line[chance.choice(("monthly_growth_rate", "annual_growth_rate"))] = chance.rate()
        if chance.likely(0.3):
            line["first_month"] = chance.randint(1, 30)
        if chance.likely(0.3):
            line["last_month"] = line.get("first_month", 1) + chance.randint(0, 30)
        if chance.likely(0.15):
            line["non_cash"] = True
        found.append(line)
    return [paid(chance, line) for line in found]


def paid(chance, line):
    """Half of the lines as they are; the others listed, or paid at another time."""
    if chance.likely(0.5):
        return line
    if chance.likely(0.3):
        line = {key: line[key] for key in ("name", "first_month", "non_cash") if key in line}
        line["amounts"] = [chance.amount(5) for _ in range(chance.choice((1, 2, 5, 13, 40)))]
    if not line.get("non_cash"):
        if chance.likely(0.6):
            line["timing"] = chance.choice(PAYMENT_TIMINGS)
        if chance.likely(0.4):
            line["delay_months"] = chance.choice((1, 2, 3, 11, 24))
        if chance.likely(0.2) and "period" in line:
            line["period"] = "PERIOD_HALF_YEAR"
    return line


def events(chance):
    months = [chance.randint(1, 40) for _ in range(chance.randint(1, 3))]
    return [{"name": "event", "month": month, "amount": chance.signed()} for month in months]


def draw_runway(chance):
    request = chance.shared(
        minimum_cash=chance.signed,
        as_of_date=lambda: chance.choice(DATES),
        events=lambda: events(chance),
        net_new_annual_recurring_revenue=chance.signed,
    )
    if chance.likely(0.9):
        request["cash_balance"] = chance.signed()
        if chance.likely(0.3):
            request["interest_rate"] = chance.choice(("0", "1e-28", "1e-9", "0.0371", "0.05", "0.126825030131969720661201", "1", "30"))
    request["horizon_months"] = chance.choice((0, 1, 6, 12, 24))
    return {**request, "costs": lines(chance), "revenues": lines(chance), "include_ledger": chance.likely(0.1)}


def draw_default_alive(chance):
    request = chance.shared(monthly_expense_growth_rate=chance.rate)
    request.update(cash_balance=chance.amount(), monthly_revenue=chance.amount(5), monthly_expenses=chance.amount(5))
    return {**request, "monthly_revenue_growth_rate": chance.rate(), "timing": chance.choice(TIMINGS[1:])}


METHODS = {"ComputeRunway": compute_runway, "ComputeDefaultAlive": compute_default_alive}
DRAWN = {"ComputeRunway": (draw_runway, 160), "ComputeDefaultAlive": (draw_default_alive, 80)}


if __name__ == "__main__":
    run("runway", "paydirt.v1.RunwayService", METHODS, rows_by_hand, DRAWN)
