#!/usr/bin/env python3
"""The second opinion: break-even and runway, calculated from the contract alone.

    python3 tests/golden/reference.py            rewrites break_even.jsonl, runway.jsonl and transcendentals.jsonl beside it
    python3 tests/golden/reference.py --check    fails when one of them is not what this program writes

Nothing here was taken from, or compared with, the Rust engine: figures come from the formulas in paydirt/v1/*.proto.

How it calculates:
  * every rational number is a fractions.Fraction, so sums, products and comparisons are exact;
  * a logarithm, an exponential or a root is taken by mpmath at 90 digits and goes on as a Fraction;
  * each decimal of a response is rounded once, at the end, to 28 significant digits and 28 after the point;
  * all rows are calculated a second time at 150 digits and have to come out the same, digit for digit.

Needs Python 3.9 and mpmath.
"""

import calendar
import datetime
import json
import math
import pathlib
import re
import sys
from fractions import Fraction

import mpmath
from mpmath import mpf

HERE = pathlib.Path(__file__).resolve().parent
DIGITS = 28
LIMIT = Fraction(79) * 10**27  # 7.9e28: magnitudes from here on are refused
MONTHS_SEARCHED = 1200


class Refused(Exception):
    """The request cannot be used: a list of (field, reason)."""

    def __init__(self, violations):
        super().__init__(violations)
        self.violations = violations


# ---------------------------------------------------------------------------------------------------------------------
# Decimals: in, out, and from mpmath
# ---------------------------------------------------------------------------------------------------------------------

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
    assert exponent < 1000, "far too large for any answer"
    value = Fraction(int(mantissa)) * Fraction(2) ** exponent
    return -value if sign else value


# ---------------------------------------------------------------------------------------------------------------------
# Reading requests
# ---------------------------------------------------------------------------------------------------------------------

PERIODS = ["PERIOD_UNSPECIFIED", "PERIOD_MONTH", "PERIOD_QUARTER", "PERIOD_YEAR"]
MODES = ["ROUNDING_MODE_UNSPECIFIED", "ROUNDING_MODE_HALF_EVEN", "ROUNDING_MODE_HALF_UP", "ROUNDING_MODE_DOWN", "ROUNDING_MODE_UP"]
TIMINGS = ["GROWTH_TIMING_UNSPECIFIED", "GROWTH_TIMING_CONTINUOUS", "GROWTH_TIMING_END_OF_MONTH", "GROWTH_TIMING_START_OF_MONTH"]
PERIODS_A_YEAR = {"PERIOD_MONTH": 12, "PERIOD_QUARTER": 4, "PERIOD_YEAR": 1}
CURRENCIES = {"USD", "EUR", "GBP", "JPY", "CHF", "CNY", "INR", "KWD"}  # those the rows use

# What a decimal may be: named after the phrase in the contract.
ANY = lambda x: True
ZERO_OR_MORE = lambda x: x >= 0
ABOVE_ZERO = lambda x: x > 0
ABOVE_MINUS_ONE = lambda x: x > -1
AT_MOST_ONE = lambda x: x <= 1
ABOVE_ZERO_UP_TO_ONE = lambda x: 0 < x <= 1
ZERO_UP_TO_BELOW_ONE = lambda x: 0 <= x < 1
ABOVE_ZERO_AT_MOST_100 = lambda x: 0 < x <= 100


class Reader:
    """Reads one request and collects what is wrong with it: unreadable fields first, then values out of range."""

    def __init__(self, request):
        self.request = request
        self.unreadable = []
        self.out_of_range = []

    def done(self):
        if self.unreadable or self.out_of_range:
            raise Refused(self.unreadable + self.out_of_range)

    def currency(self):
        code = self.request.get("currency_code", "")
        if not code:
            self.unreadable.append(("currency_code", "REQUIRED"))
        elif code not in CURRENCIES:
            self.unreadable.append(("currency_code", "CURRENCY_UNKNOWN"))
        return code

    def text(self, message, key, path):
        if not message.get(key, ""):
            self.unreadable.append((path, "REQUIRED"))
        return message.get(key, "")

    def decimal(self, message, key, path, allowed):
        """A field that has to be there."""
        if not message.get(key, ""):
            self.unreadable.append((path, "REQUIRED"))
            return None
        return self.optional(message, key, path, allowed)

    def optional(self, message, key, path, allowed, default=None):
        """A field that may be left out; there but empty, it is no decimal."""
        if key not in message:
            return default
        value, reason = parse_decimal(message[key])
        if reason:
            self.unreadable.append((path, reason))
            return None
        if not allowed(value):
            self.out_of_range.append((path, "OUT_OF_RANGE"))
        return value

    def enum(self, message, key, path, names, required):
        value = message.get(key, names[0])
        if isinstance(value, int):
            value = names[value] if 0 <= value < len(names) else None
        if value is None:
            self.unreadable.append((path, "ENUM_UNKNOWN"))
        elif required and value == names[0]:
            self.unreadable.append((path, "REQUIRED"))
        return value

    def at_most(self, items, count, path):
        if len(items) > count:
            self.out_of_range.append((path, "TOO_MANY_ITEMS"))

    def streams(self):
        """existing_revenue, added up."""
        items = self.request.get("existing_revenue", [])
        self.at_most(items, 1000, "existing_revenue")
        total = Fraction(0)
        for i, item in enumerate(items):
            self.text(item, "name", f"existing_revenue[{i}].name")
            total += self.decimal(item, "annual_amount", f"existing_revenue[{i}].annual_amount", ZERO_OR_MORE) or 0
        return total

    def rounding(self):
        """options.rounding as (decimal_places, mode), or None."""
        rounding = self.request.get("options", {}).get("rounding")
        if rounding is None:
            return None
        mode = self.enum(rounding, "mode", "options.rounding.mode", MODES, required=False)
        places = rounding.get("decimal_places", 0)
        if places > DIGITS:
            self.out_of_range.append(("options.rounding.decimal_places", "OUT_OF_RANGE"))
        return places, mode


def finish(response, rounding):
    """Fractions to text: written, then rounded as asked. The first value of 7.9e28 or more is refused under its field's name."""
    too_large = []

    def walk(node, path):
        if isinstance(node, dict):
            return {key: walk(value, f"{path}.{key}" if path else key) for key, value in node.items() if value is not None}
        if isinstance(node, list):
            return [walk(value, f"{path}[{i}]") for i, value in enumerate(node)]
        if isinstance(node, Fraction):
            value = written(node)
            if abs(value) >= LIMIT:
                too_large.append((path, "RESULT_TOO_LARGE"))
                return None
            return to_text(round_as_asked(value, *rounding) if rounding else value)
        return node

    answer = walk(response, "")
    if too_large:
        raise Refused(too_large[:1])
    return answer


# ---------------------------------------------------------------------------------------------------------------------
# BreakEvenService
# ---------------------------------------------------------------------------------------------------------------------


def compute_required_revenue(request):
    read = Reader(request)
    currency = read.currency()
    revenue = read.decimal(request, "accelerator_revenue", "accelerator_revenue", ZERO_OR_MORE)
    period = read.enum(request, "accelerator_revenue_period", "accelerator_revenue_period", PERIODS, required=True)
    share = read.decimal(request, "accelerator_cost_share", "accelerator_cost_share", ABOVE_ZERO_UP_TO_ONE)
    cloud = read.optional(request, "cloud_gross_margin", "cloud_gross_margin", ZERO_UP_TO_BELOW_ONE, Fraction(0))
    end_user = read.decimal(request, "end_user_gross_margin", "end_user_gross_margin", ZERO_UP_TO_BELOW_ONE)
    payback = read.optional(request, "payback_years", "payback_years", ABOVE_ZERO, Fraction(1))
    existing = read.streams()
    customers = read.optional(request, "paying_customers", "paying_customers", ABOVE_ZERO)
    rounding = read.rounding()
    read.done()

    annual = revenue * PERIODS_A_YEAR[period]
    spend = annual / share
    required = spend / (1 - cloud) / (1 - end_user)
    required_annual = required / payback
    return finish(
        {
            "currency_code": currency,
            "annual_accelerator_revenue": annual,
            "implied_data_center_spend": spend,
            "required_revenue": required,
            "required_annual_revenue": required_annual,
            "existing_annual_revenue": existing,
            "revenue_gap": required_annual - existing,
            "coverage_ratio": existing / required_annual if written(required_annual) != 0 else None,
            "spend_multiple": 1 / (share * (1 - cloud) * (1 - end_user)),
            "monthly_revenue_per_customer": required_annual / customers / 12 if customers is not None else None,
        },
        rounding,
    )


def annuity_factor(r, years):
    """r / (1 - (1 + r)^-years); 1 / years at r = 0, which is its limit."""
    if r == 0:
        return 1 / years
    if years.denominator == 1:
        return r / (1 - (1 + r) ** -years.numerator)
    return exact(real(r) / -mpmath.expm1(-real(years) * mpmath.log1p(real(r))))


def compute_return_revenue(request):
    read = Reader(request)
    currency = read.currency()
    capex = read.decimal(request, "capital_expenditure", "capital_expenditure", ABOVE_ZERO)
    by_intensity = "sustainable_capital_intensity" in request
    life = None
    if request.get("useful_life_years", "") or not by_intensity:
        life = read.decimal(request, "useful_life_years", "useful_life_years", ABOVE_ZERO_AT_MOST_100)
    margin = operating_cost = None
    if by_intensity:
        for key in ("gross_margin", "annual_operating_cost"):
            if key in request:
                read.out_of_range.append((key, "NOT_APPLICABLE"))
    else:
        margin = read.optional(request, "gross_margin", "gross_margin", ABOVE_ZERO_UP_TO_ONE, Fraction(1))
        operating_cost = read.optional(request, "annual_operating_cost", "annual_operating_cost", ZERO_OR_MORE, Fraction(0))
    r = read.optional(request, "required_return", "required_return", ABOVE_MINUS_ONE)
    roic = read.optional(request, "return_on_invested_capital", "return_on_invested_capital", ZERO_OR_MORE)
    intensity = read.optional(request, "sustainable_capital_intensity", "sustainable_capital_intensity", ABOVE_ZERO)
    if not {"required_return", "return_on_invested_capital", "sustainable_capital_intensity"} & request.keys():
        read.unreadable.append(("hurdle", "REQUIRED"))
    existing = read.streams()
    customers = read.optional(request, "paying_customers", "paying_customers", ABOVE_ZERO)
    rounding = read.rounding()
    read.done()

    if by_intensity:
        depreciation = charge = None
        required = capex / intensity
    else:
        depreciation = capex / life
        charge = capex * annuity_factor(r, life) if r is not None else depreciation + roic * capex
        required = (charge + operating_cost) / margin
    return finish(
        {
            "currency_code": currency,
            "annual_depreciation": depreciation,
            "annual_capital_charge": charge,
            "required_annual_revenue": required,
            "lifetime_revenue": required * life if life is not None else None,
            "existing_annual_revenue": existing,
            "revenue_gap": required - existing,
            "coverage_ratio": existing / required if written(required) != 0 else None,
            "monthly_revenue_per_customer": required / customers / 12 if customers is not None else None,
        },
        rounding,
    )


def compute_break_even_point(request):
    read = Reader(request)
    currency = read.currency()
    fixed = read.decimal(request, "fixed_costs", "fixed_costs", ZERO_OR_MORE)
    unit = request.get("unit")
    price = variable = ratio = None
    if unit is not None:
        price = read.decimal(unit, "price", "unit.price", ABOVE_ZERO)
        variable = read.decimal(unit, "variable_cost", "unit.variable_cost", ZERO_OR_MORE)
    elif "contribution_margin_ratio" in request:
        ratio = read.optional(request, "contribution_margin_ratio", "contribution_margin_ratio", AT_MOST_ONE)
    else:
        read.unreadable.append(("contribution", "REQUIRED"))
    target = read.optional(request, "target_profit", "target_profit", ANY, Fraction(0))
    expected = read.optional(request, "expected_revenue", "expected_revenue", ZERO_OR_MORE)
    rounding = read.rounding()
    read.done()

    unit_margin = None
    if unit is not None:
        unit_margin = price - variable
        ratio = unit_margin / price
    answer = {"currency_code": currency, "unit_contribution_margin": unit_margin, "contribution_margin_ratio": ratio}
    to_cover = fixed + target
    if to_cover > 0 and ratio <= 0:
        answer["never_reached"] = {}
        return finish(answer, rounding)

    at_once = to_cover <= 0
    revenue = Fraction(0) if at_once else to_cover / ratio
    point = {"revenue": revenue}
    if unit is not None:
        units = Fraction(0) if at_once else to_cover / unit_margin
        point["units"] = units
        point["whole_units"] = str(math.ceil(units))  # text already: options.rounding leaves it alone
    if expected is not None:
        point["margin_of_safety"] = expected - revenue
        if expected != 0:
            point["margin_of_safety_ratio"] = (expected - revenue) / expected
        contribution = expected * ratio
        profit = contribution - fixed
        if profit != 0:
            point["operating_leverage"] = contribution / profit
    answer["reached"] = point
    return finish(answer, rounding)


# ---------------------------------------------------------------------------------------------------------------------
# RunwayService / ComputeRunway
# ---------------------------------------------------------------------------------------------------------------------


def add_months(date, months):
    """Calendar months: the 31st becomes the last day of a shorter month."""
    index = date.year * 12 + date.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return datetime.date(year, month, min(date.day, calendar.monthrange(year, month)[1]))


def read_date(text):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return datetime.date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return None


class Line:
    """A cost or a revenue: its amount in every month."""

    def __init__(self, read, message, path):
        read.text(message, "name", f"{path}.name")
        self.amount = read.decimal(message, "amount", f"{path}.amount", ZERO_OR_MORE)
        self.period = read.enum(message, "period", f"{path}.period", PERIODS, required=True)
        self.monthly = read.optional(message, "monthly_growth_rate", f"{path}.monthly_growth_rate", ABOVE_MINUS_ONE)
        self.annual = read.optional(message, "annual_growth_rate", f"{path}.annual_growth_rate", ABOVE_MINUS_ONE)
        self.first = message.get("first_month", 0) or 1
        self.last = message.get("last_month", 0)
        self.non_cash = message.get("non_cash", False)
        if self.first > 1200:
            read.out_of_range.append((f"{path}.first_month", "OUT_OF_RANGE"))
        if self.last and self.last < self.first:
            read.out_of_range.append((f"{path}.last_month", "OUT_OF_RANGE"))

    def in_month(self, month):
        if month < self.first or (self.last and month > self.last):
            return Fraction(0)
        elapsed = month - self.first
        amount = self.amount * PERIODS_A_YEAR[self.period] / 12
        if self.monthly:
            return amount * (1 + self.monthly) ** elapsed
        if self.annual:
            if elapsed % 12 == 0:
                return amount * (1 + self.annual) ** (elapsed // 12)
            return amount * exact(mpmath.power(real(1 + self.annual), mpf(elapsed) / 12))
        return amount


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
    cost_lines = [Line(read, line, f"costs[{i}]") for i, line in enumerate(request.get("costs", []))]
    read.at_most(cost_lines, 200, "costs")
    revenue_lines = [Line(read, line, f"revenues[{i}]") for i, line in enumerate(request.get("revenues", []))]
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
    rounding = read.rounding()
    read.done()

    memory = {}

    def month_of(m):
        """Cash costs, cash revenues, and the loss that is not burn, of month m."""
        if m not in memory:
            costs = sum((line.in_month(m) for line in cost_lines if not line.non_cash), Fraction(0))
            revenues = sum((line.in_month(m) for line in revenue_lines if not line.non_cash), Fraction(0))
            extra = sum((line.in_month(m) for line in cost_lines if line.non_cash), Fraction(0))
            extra -= sum((line.in_month(m) for line in revenue_lines if line.non_cash), Fraction(0))
            memory[m] = (costs, revenues, extra)
        return memory[m]

    def burn_of(m):
        costs, revenues, _ = month_of(m)
        return costs - revenues

    year = [month_of(m) for m in range(1, 13)]
    annual_gross = sum(costs for costs, _, _ in year)
    annual_net = sum(costs - revenues for costs, revenues, _ in year)
    annual_loss = annual_net + sum(extra for _, _, extra in year)

    # The horizon, month by month.
    start = cash if cash is not None else Fraction(0)
    balance, lowest, lowest_month = start, start, 0
    cash_positive_month = None
    ledger = []
    for m in range(1, horizon + 1):
        costs, revenues, _ = month_of(m)
        burn, events = costs - revenues, events_of.get(m, Fraction(0))
        before_events = balance - burn
        balance = before_events + events
        deepest = min(before_events, balance)
        if deepest < lowest:
            lowest, lowest_month = deepest, m
        if burn > 0:
            cash_positive_month = None
        elif cash_positive_month is None:
            cash_positive_month = m
        ledger.append(
            {
                "month": m,
                "month_end": (add_months(as_of, m) - datetime.timedelta(days=1)).isoformat() if as_of else None,
                "revenues": revenues,
                "costs": costs,
                "events": events,
                "net_cash_flow": revenues - costs + events,
                "balance": balance,
            }
        )

    answer = {
        "currency_code": currency,
        "gross_burn": month_of(1)[0],
        "net_burn": burn_of(1),
        "net_loss": burn_of(1) + month_of(1)[2],
        "annual_gross_burn": annual_gross,
        "annual_net_burn": annual_net,
        "annual_net_loss": annual_loss,
    }
    if cash is None:
        answer["unknown"] = {}
    else:
        answer.update(runway_outcome(cash, minimum, burn_of, events_of, as_of, horizon))
    answer["cash_need"] = max(Fraction(0), minimum - lowest)
    answer["lowest_balance"] = lowest
    if lowest_month:
        answer["lowest_balance_month"] = lowest_month
    answer["ending_balance"] = balance
    answer["cash_positive_month"] = cash_positive_month
    if net_new is not None and net_new > 0 and annual_net > 0:
        answer["burn_multiple"] = annual_net / net_new
    if request.get("include_ledger"):
        answer["ledger"] = ledger
    return finish(answer, rounding)


def runway_outcome(cash, minimum, burn_of, events_of, as_of, horizon):
    """runs_out or lasts."""
    whole_before, rest, passes_in = None, Fraction(0), 0  # runway = whole_before + rest, in months
    if cash < minimum:
        whole_before = 0
    else:
        balance = cash
        for m in range(1, MONTHS_SEARCHED + 1):
            burn = burn_of(m)
            after_burn = balance - burn
            after_events = after_burn + events_of.get(m, Fraction(0))
            if after_burn < minimum:  # inside the month, even if its events restore the balance
                whole_before, rest, passes_in = m - 1, (balance - minimum) / burn, m
                break
            if after_events < minimum:
                whole_before, passes_in = m, m
                break
            balance = after_events
    if whole_before is None:
        burns = any(burn_of(m) > 0 for m in range(1, MONTHS_SEARCHED + 1))
        return {"lasts": {} if burns else {"cash_flow_positive": True}}

    runway = written(whole_before + rest)
    whole_months = math.floor(runway)
    if whole_months > whole_before:  # a rest that is a whole month once written
        rest = Fraction(0)
    runs_out = {"runway_months": whole_before + rest if whole_months == whole_before else runway}
    if whole_months:
        runs_out["whole_months"] = whole_months
    if as_of:
        day = add_months(as_of, whole_months)
        days = (add_months(as_of, whole_months + 1) - day).days
        runs_out["cash_out_date"] = (day + datetime.timedelta(days=math.floor(written(rest * days)))).isoformat()
    if passes_in <= horizon:
        runs_out["within_horizon"] = True
    return {"runs_out": runs_out}


# ---------------------------------------------------------------------------------------------------------------------
# RunwayService / ComputeDefaultAlive
# ---------------------------------------------------------------------------------------------------------------------


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

    def ever_burned(self):
        """When both shrink."""
        return exact(-self.expenses / self.x + (self.revenue / self.r if self.revenue else 0))

    def runway(self, cash, until):
        """The t with burned(t) = cash: what is burned only rises until break-even, so bisection finds it."""
        if cash == 0:
            return Fraction(0)
        cash, low = real(cash), mpf(0)
        high = until if until is not None else mpf(1)
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
        ratio, step = self.expenses / self.revenue, (1 + self.g) / (1 + self.h)
        n = int(mpmath.ceil(mpmath.log(real(ratio)) / mpmath.log1p(real(step - 1))))
        for candidate in (n - 1, n, n + 1):  # a logarithm cannot tell a tie: decide exactly
            if candidate < 5000:
                enough = step ** max(candidate, 0) >= ratio
            else:
                difference = candidate * mpmath.log1p(real(step - 1)) - mpmath.log(real(ratio))
                assert abs(difference) > mpf(10) ** -50, "too close to tell"
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

    def runway(self, cash, until):
        """Whole months as long as the cash covers them, then the part of the next that it covers."""
        low, high = 0, until if until is not None else 1  # burned(low) <= cash < burned(high)
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
    g = read.decimal(request, "monthly_revenue_growth_rate", "monthly_revenue_growth_rate", ABOVE_MINUS_ONE)
    h = read.optional(request, "monthly_expense_growth_rate", "monthly_expense_growth_rate", ABOVE_MINUS_ONE, Fraction(0))
    timing = read.enum(request, "timing", "timing", TIMINGS, required=False)
    rounding = read.rounding()
    read.done()

    def answer(alive, break_even=None, capital=None, runway=None):
        return finish(
            {
                "currency_code": currency,
                "verdict": "VERDICT_DEFAULT_ALIVE" if alive else "VERDICT_DEFAULT_DEAD",
                "break_even_months": break_even,
                "capital_needed": capital,
                "cushion": cash - capital if capital is not None else None,
                "runway_months": runway,
            },
            rounding,
        )

    if revenue >= expenses:
        return answer(True, Fraction(0), Fraction(0))

    if timing in ("GROWTH_TIMING_UNSPECIFIED", "GROWTH_TIMING_CONTINUOUS"):
        model = Continuous(revenue, expenses, g, h)
    else:
        model = Monthly(revenue, expenses, g, h, grown_already=timing == "GROWTH_TIMING_START_OF_MONTH")

    if revenue > 0 and g > h:
        months = model.break_even()
        capital = exact(model.burned(months))
        alive = cash >= written(capital)
        return answer(alive, exact(months) if not isinstance(months, int) else Fraction(months), capital,
                      None if alive else model.runway(cash, months))

    # Revenue never catches up. All that is ever burned is finite only while expenses shrink.
    alive = h < 0 and cash >= written(model.ever_burned())
    return answer(alive, runway=None if alive else model.runway(cash, None))


METHODS = {
    "ComputeRequiredRevenue": ("paydirt.v1.BreakEvenService", compute_required_revenue),
    "ComputeReturnRevenue": ("paydirt.v1.BreakEvenService", compute_return_revenue),
    "ComputeBreakEvenPoint": ("paydirt.v1.BreakEvenService", compute_break_even_point),
    "ComputeRunway": ("paydirt.v1.RunwayService", compute_runway),
    "ComputeDefaultAlive": ("paydirt.v1.RunwayService", compute_default_alive),
}

COMPUTED = "computed: reference.py"


class Rows:
    """The rows of one file. `published` states figures of the source (or worked by hand) that have to come out."""

    def __init__(self):
        self.rows = []

    def add(self, name, method, request, source=COMPUTED, published=None, tolerance="1e-11", refused=None):
        service, compute = METHODS[method]
        row = {"name": name, "method": f"{service}/{method}", "request": request}
        try:
            row["response"] = compute(request)
            assert refused is None, f"{name}: was to be refused, answered {row['response']}"
        except Refused as refusal:
            assert refused is not None, f"{name}: refused with {refusal.violations}"
            assert refusal.violations == refused, f"{name}: {refusal.violations}"
            row["error"] = {
                "code": "INVALID_ARGUMENT",
                "violations": [{"field": field, "reason": reason} for field, reason in refusal.violations],
            }
        row["source"] = source
        for path, value in (published or {}).items():
            found = row["response"]
            for key in path.split("."):
                found = found.get(key) if found is not None else None
            if isinstance(value, str) and value[:1] in "-0123456789" and isinstance(found, str) and found.count("-") < 2:
                expected = Fraction(value)
                close = abs(Fraction(found) - expected) <= abs(expected) * Fraction(tolerance)
                assert close, f"{name}: {path} is {found}, published {value}"
            else:
                assert found == value, f"{name}: {path} is {found}, published {value}"
        self.rows.append(row)

    def text(self):
        names = [row["name"] for row in self.rows]
        assert len(names) == len(set(names)), sorted(n for n in names if names.count(n) > 1)
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in self.rows)


# ---------------------------------------------------------------------------------------------------------------------
# Rows of break_even.jsonl
# ---------------------------------------------------------------------------------------------------------------------

CAHN_2023 = "https://www.sequoiacap.com/article/follow-the-gpus-perspective/"
CAHN_2024 = "https://sequoiacap.com/article/ais-600b-question/"
CASE = "computed to 50 digits, case "


def rounded_to(decimal_places, mode=None):
    rounding = {"decimal_places": decimal_places}
    if mode:
        rounding["mode"] = mode
    return {"rounding": rounding}


def break_even_rows():
    rows = Rows()

    # --- ComputeRequiredRevenue

    def cahn(name, revenue, *, period="PERIOD_YEAR", share="0.5", margin="0.5", row=None, **more):
        request = {
            "currency_code": "USD",
            "accelerator_revenue": revenue,
            "accelerator_revenue_period": period,
            "accelerator_cost_share": share,
            "end_user_gross_margin": margin,
        }
        request.update(more)
        rows.add(name, "ComputeRequiredRevenue", request, **(row or {}))

    cahn("cahn_2023_200_billion", "50e9", row=dict(
        source=CAHN_2023,
        published={"implied_data_center_spend": "100e9", "required_revenue": "200e9", "spend_multiple": "4"}))
    cahn("cahn_2024_600_billion", "150e9", row=dict(
        source=CAHN_2024,
        published={"implied_data_center_spend": "300e9", "required_revenue": "600e9", "spend_multiple": "4"}))
    cahn("cahn_2025_840_billion", "210e9", row=dict(
        source="https://share.snipd.com/episode/af07c35c-7030-4c21-9dab-5aca3c73748e (the 210 billion is 840 / 4)",
        published={"required_revenue": "840e9"}))
    cahn("cahn_run_rate_from_a_quarter", "18.4e9", period="PERIOD_QUARTER", row=dict(
        source=CASE + "cahn_run_rate_from_quarter",
        published={"annual_accelerator_revenue": "73.6e9", "implied_data_center_spend": "147.2e9", "required_revenue": "294.4e9"}))
    cahn("cahn_run_rate_from_a_month", "12.5e9", period="PERIOD_MONTH", row=dict(
        published={"annual_accelerator_revenue": "150e9", "required_revenue": "600e9"}))
    companies = [("Google", "10e9"), ("Microsoft", "10e9"), ("Apple", "10e9"), ("Meta", "10e9"), ("Oracle", "5e9"), ("ByteDance", "5e9"),
                 ("Alibaba", "5e9"), ("Tencent", "5e9"), ("X", "5e9"), ("Tesla", "5e9")]
    cahn("cahn_2023_list_of_companies_sums_to_70", "50e9",
         existing_revenue=[{"name": name, "annual_amount": amount} for name, amount in companies],
         row=dict(source=CAHN_2024 + " (prints 125 billion; the printed list leaves 130)",
                  published={"existing_annual_revenue": "70e9", "revenue_gap": "130e9", "coverage_ratio": "0.35"}))
    cahn("cahn_2023_hole_of_125_billion", "50e9", existing_revenue=[{"name": "AI revenue", "annual_amount": "75e9"}],
         row=dict(source=CAHN_2024 + " (the 75 billion is implied)", published={"revenue_gap": "125e9"}))
    cahn("cahn_2024_hole_of_500_billion", "150e9", existing_revenue=[{"name": "AI revenue", "annual_amount": "100e9"}],
         row=dict(source=CAHN_2024 + " (the 100 billion is implied)", published={"revenue_gap": "500e9"}))
    cahn("cahn_with_cloud_vendor_margin", "50e9", cloud_gross_margin="0.3",
         row=dict(source=CASE + "cahn_with_cloud_vendor_margin", published={"required_revenue": "285.7142857142857e9"}))
    cahn("payback_over_four_and_a_half_years", "150e9", payback_years="4.5",
         row=dict(published={"required_annual_revenue": "133333333333.3333333333333333"}, tolerance="1e-27"))
    cahn("payback_within_a_month", "150e9", payback_years="0.08", row=dict(published={"required_annual_revenue": "7500e9"}))
    cahn("each_of_a_billion_customers_pays_50_a_month", "150e9", paying_customers="1e9", row=dict(published={"monthly_revenue_per_customer": "50"}))
    cahn("customers_in_sevenths", "1", payback_years="3", paying_customers="7", cloud_gross_margin="0.1")
    cahn("existing_revenue_beyond_what_is_required", "10e9",
         existing_revenue=[{"name": "cloud", "annual_amount": "40e9"}, {"name": "advertising", "annual_amount": "20e9"}],
         row=dict(published={"revenue_gap": "-20e9", "coverage_ratio": "1.5"}))
    cahn("revenue_zero_needs_nothing", "0", existing_revenue=[{"name": "AI", "annual_amount": "5"}], paying_customers="3",
         row=dict(published={"revenue_gap": "-5", "coverage_ratio": None, "spend_multiple": "4", "monthly_revenue_per_customer": "0"}))
    cahn("required_revenue_too_small_to_write_has_no_coverage", "1e-28", share="1", margin="0", payback_years="1000",
         existing_revenue=[{"name": "AI", "annual_amount": "1"}],
         row=dict(published={"required_revenue": "1e-28", "required_annual_revenue": "0", "coverage_ratio": None}))
    cahn("shares_in_thirds_are_rounded_once", "100", share="0.3", margin="0.7", cloud_gross_margin="0.1", payback_years="7",
         existing_revenue=[{"name": "a", "annual_amount": "0.1"}, {"name": "b", "annual_amount": "0.2"}])
    cahn("spelled_with_exponents", "15000000000.00E+1", share="5e-1", margin="0.50", payback_years="10E-1",
         existing_revenue=[{"name": "AI", "annual_amount": "1.0e11"}, {"name": "none", "annual_amount": "-0"}],
         row=dict(published={"required_revenue": "600e9", "revenue_gap": "500e9"}))
    cahn("margin_of_all_but_the_last_digit", "7", share="1", margin="0.9999999999999999999999999999",
         row=dict(published={"required_revenue": "7e28", "spend_multiple": "1e28"}, tolerance="0"))
    cahn("smallest_share_of_the_smallest_revenue", "1e-28", share="1e-28", margin="0",
         row=dict(published={"required_revenue": "1", "spend_multiple": "1e28"}, tolerance="0"))
    cahn("largest_revenue_that_is_read", "78999999999999999999999999990", share="1", margin="0",
         row=dict(published={"required_revenue": "78999999999999999999999999990", "spend_multiple": "1"}, tolerance="0"))
    thirds = dict(share="0.75", margin="0.2", cloud_gross_margin="0.25", payback_years="3", paying_customers="7",
                  existing_revenue=[{"name": "AI", "annual_amount": "1000.005"}])
    cahn("rounded_half_even_to_cents", "100", options=rounded_to(2, "ROUNDING_MODE_HALF_EVEN"), **thirds)
    cahn("rounded_half_up_to_cents", "100", options=rounded_to(2, "ROUNDING_MODE_HALF_UP"), **thirds)
    cahn("rounded_down_to_cents", "100", options=rounded_to(2, "ROUNDING_MODE_DOWN"), **thirds)
    cahn("rounded_up_to_cents", "100", options=rounded_to(2, "ROUNDING_MODE_UP"), **thirds)
    cahn("rounding_to_whole_units_is_half_even_when_unspecified", "0.625", options=rounded_to(0), share="1", margin="0",
         existing_revenue=[{"name": "AI", "annual_amount": "0.9"}], paying_customers="0.0208333",
         row=dict(published={"revenue_gap": "0", "required_revenue": "1"}))
    cahn("rounding_ties_go_away_from_zero_when_half_up", "2.5", options=rounded_to(0, "ROUNDING_MODE_HALF_UP"), share="1", margin="0",
         existing_revenue=[{"name": "AI", "annual_amount": "5"}],
         row=dict(published={"required_revenue": "3", "revenue_gap": "-3", "coverage_ratio": "2"}, tolerance="0"))
    cahn("rounding_ties_go_to_even", "2.5", options=rounded_to(0, "ROUNDING_MODE_HALF_EVEN"), share="1", margin="0",
         existing_revenue=[{"name": "AI", "annual_amount": "5"}],
         row=dict(published={"required_revenue": "2", "revenue_gap": "-2"}, tolerance="0"))
    cahn("rounding_to_28_places_changes_nothing", "1", share="0.3", margin="0.3", options=rounded_to(28, "ROUNDING_MODE_UP"))
    cahn("revenue_over_the_life_too_large_to_answer", "7e28", share="1", margin="0.5", payback_years="2",
         row=dict(refused=[("required_revenue", "RESULT_TOO_LARGE")]))
    rows.add("required_revenue_of_an_empty_request", "ComputeRequiredRevenue", {}, refused=[
        ("currency_code", "REQUIRED"), ("accelerator_revenue", "REQUIRED"), ("accelerator_revenue_period", "REQUIRED"),
        ("accelerator_cost_share", "REQUIRED"), ("end_user_gross_margin", "REQUIRED")])
    cahn("several_fields_unreadable_and_out_of_range", "1_000", period=9, share="0", margin="1", currency_code="usd", cloud_gross_margin="",
         payback_years="0", existing_revenue=[{"name": "", "annual_amount": "-1"}, {"name": "b"}, {"name": "c", "annual_amount": "1e-29"}],
         paying_customers="0", options={"rounding": {"decimal_places": 29, "mode": 7}},
         row=dict(refused=[
             ("currency_code", "CURRENCY_UNKNOWN"), ("accelerator_revenue", "DECIMAL_MALFORMED"), ("accelerator_revenue_period", "ENUM_UNKNOWN"),
             ("cloud_gross_margin", "DECIMAL_MALFORMED"), ("existing_revenue[0].name", "REQUIRED"),
             ("existing_revenue[1].annual_amount", "REQUIRED"), ("existing_revenue[2].annual_amount", "DECIMAL_TOO_PRECISE"),
             ("options.rounding.mode", "ENUM_UNKNOWN"),
             ("accelerator_cost_share", "OUT_OF_RANGE"), ("end_user_gross_margin", "OUT_OF_RANGE"), ("payback_years", "OUT_OF_RANGE"),
             ("existing_revenue[0].annual_amount", "OUT_OF_RANGE"), ("paying_customers", "OUT_OF_RANGE"),
             ("options.rounding.decimal_places", "OUT_OF_RANGE")]))
    cahn("decimals_against_the_grammar", "+5", share=".5", margin="5.", cloud_gross_margin="50%", payback_years="NaN", paying_customers="1,000",
         existing_revenue=[{"name": "a", "annual_amount": " 1"}, {"name": "b", "annual_amount": "1e"}, {"name": "c", "annual_amount": "0x10"},
                           {"name": "d", "annual_amount": "--1"}, {"name": "e", "annual_amount": "１"}, {"name": "f", "annual_amount": "1e1.5"}],
         row=dict(refused=[(field, "DECIMAL_MALFORMED") for field in (
             "accelerator_revenue", "accelerator_cost_share", "cloud_gross_margin", "end_user_gross_margin", "payback_years",
             *(f"existing_revenue[{i}].annual_amount" for i in range(6)), "paying_customers")]))
    cahn("decimals_too_large_and_too_precise", "7.9e28", share="0.12345678901234567890123456789", margin="1e-29", payback_years="1e99999999999",
         paying_customers="1e-99999999999",
         existing_revenue=[{"name": "29 digits", "annual_amount": "10000000000000000000000000001"},
                           {"name": "trailing zeros do not count", "annual_amount": "1.00000000000000000000000000000000000000"},
                           {"name": "zero however written", "annual_amount": "0.000000000000000000000000000000e-40"},
                           {"name": "leading zeros do not count", "annual_amount": "00000000000000000000000000000000000012.5"}],
         row=dict(refused=[
             ("accelerator_revenue", "DECIMAL_TOO_LARGE"), ("accelerator_cost_share", "DECIMAL_TOO_PRECISE"),
             ("end_user_gross_margin", "DECIMAL_TOO_PRECISE"), ("payback_years", "DECIMAL_TOO_LARGE"),
             ("existing_revenue[0].annual_amount", "DECIMAL_TOO_PRECISE"), ("paying_customers", "DECIMAL_TOO_PRECISE")]))

    # --- ComputeReturnRevenue

    def hurdle(name, capex, life=None, *, row=None, **more):
        request = {"currency_code": "USD", "capital_expenditure": capex}
        if life is not None:
            request["useful_life_years"] = life
        request.update(more)
        rows.add(name, "ComputeReturnRevenue", request, **(row or {}))

    kupperman = "https://marcellus.in/story/global-crossing-is-reborn (quotes Kupperman, Praetorian Capital, August 2025)"
    hurdle("kupperman_depreciation_over_10_years", "400e9", "10", gross_margin="0.25", return_on_invested_capital="0", row=dict(
        source=kupperman, published={"annual_depreciation": "40e9", "required_annual_revenue": "160e9"}))
    hurdle("kupperman_return_of_20_per_cent", "400e9", "10", gross_margin="0.25", return_on_invested_capital="0.2", row=dict(
        source=kupperman, published={"annual_depreciation": "40e9", "annual_capital_charge": "120e9", "required_annual_revenue": "480e9"}))
    hurdle("kupperman_depreciation_over_5_years", "400e9", "5", gross_margin="0.25", return_on_invested_capital="0", row=dict(
        source="https://ainews247.org/story/34132 (the 5 years are implied by 320 billion)",
        published={"annual_depreciation": "80e9", "required_annual_revenue": "320e9"}))
    hurdle("bain_2030_two_trillion", "500e9", sustainable_capital_intensity="0.25",
           existing_revenue=[{"name": "available", "annual_amount": "1200e9"}], row=dict(
               source="https://cybernews.com/tech/ai-progress-requires-billions-investment/ (Bain 2025; 25 % and 1200 billion are implied)",
               published={"required_annual_revenue": "2000e9", "revenue_gap": "800e9", "coverage_ratio": "0.6", "annual_depreciation": None,
                          "annual_capital_charge": None, "lifetime_revenue": None}))
    hurdle("annualised_against_lifetime", "300e9", "5", gross_margin="0.5", required_return="0.1", row=dict(
        source=CASE + "annualised_vs_lifetime",
        published={"annual_capital_charge": "79.13924423842361e9", "required_annual_revenue": "158.27848847684723e9",
                   "lifetime_revenue": "791.3924423842361e9"}))
    hurdle("intensity_with_a_life_has_lifetime_revenue", "500e9", "6", sustainable_capital_intensity="0.3", paying_customers="11e6")
    hurdle("intensity_above_1", "9", sustainable_capital_intensity="4", row=dict(published={"required_annual_revenue": "2.25"}))
    hurdle("annuity_of_7_and_a_half_per_cent_over_5_and_a_half_years", "300e9", "5.5", required_return="0.075", gross_margin="0.6",
           annual_operating_cost="12.5e9", paying_customers="250e6", existing_revenue=[{"name": "AI", "annual_amount": "37e9"}])
    hurdle("annuity_at_rate_0_is_straight_line", "300e9", "7", required_return="0", row=dict(
        published={"annual_depreciation": "42857142857.14285714285714286", "annual_capital_charge": "42857142857.14285714285714286",
                   "lifetime_revenue": "300e9"}, tolerance="0"))
    hurdle("annuity_at_the_smallest_rate", "3", "4", required_return="1e-28", row=dict(published={"annual_capital_charge": "0.75"}, tolerance="1e-26"))
    hurdle("annuity_at_a_millionth_of_a_millionth", "300e9", "5.5", required_return="1e-12")
    hurdle("annuity_at_minus_half_over_3_years", "7", "3", required_return="-0.5", row=dict(
        published={"annual_capital_charge": "0.5"}, tolerance="0"))  # 7 × -0.5 / (1 - 2^3)
    hurdle("annuity_at_minus_half_over_2_and_a_half_years", "7", "2.5", required_return="-0.5")
    hurdle("annuity_whose_charge_vanishes", "300e9", "100", required_return="-0.9999999999999999999999999999",
           existing_revenue=[{"name": "AI", "annual_amount": "2"}], row=dict(
               published={"annual_capital_charge": "0", "required_annual_revenue": "0", "revenue_gap": "-2", "coverage_ratio": None,
                          "annual_depreciation": "3e9"}))
    hurdle("annuity_at_a_huge_rate", "3", "0.5", required_return="1e10", row=dict(published={"annual_capital_charge": "30000300003"}, tolerance="1e-9"))
    hurdle("annuity_over_a_thousandth_of_a_year", "300e9", "0.001", required_return="0.1", gross_margin="0.9")
    hurdle("annuity_over_a_hundred_years", "300e9", "100", required_return="0.03")
    hurdle("straight_line_in_thirds", "100", "3", return_on_invested_capital="0.1", gross_margin="0.7", annual_operating_cost="1e-28",
           existing_revenue=[{"name": "AI", "annual_amount": "33.3"}], options=rounded_to(3, "ROUNDING_MODE_UP"))
    hurdle("lifetime_revenue_too_large_to_answer", "7e28", "100", return_on_invested_capital="0.1",
           row=dict(refused=[("lifetime_revenue", "RESULT_TOO_LARGE")]))
    rows.add("return_revenue_of_an_empty_request", "ComputeReturnRevenue", {}, refused=[
        ("currency_code", "REQUIRED"), ("capital_expenditure", "REQUIRED"), ("useful_life_years", "REQUIRED"), ("hurdle", "REQUIRED")])
    hurdle("intensity_speaks_of_revenue_itself", "1", sustainable_capital_intensity="0", gross_margin="0.5", annual_operating_cost="1",
           row=dict(refused=[("gross_margin", "NOT_APPLICABLE"), ("annual_operating_cost", "NOT_APPLICABLE"),
                             ("sustainable_capital_intensity", "OUT_OF_RANGE")]))
    hurdle("return_revenue_out_of_range", "0", "100.1", required_return="-1", gross_margin="1.1", annual_operating_cost="-1", paying_customers="-5",
           row=dict(refused=[(field, "OUT_OF_RANGE") for field in (
               "capital_expenditure", "useful_life_years", "gross_margin", "annual_operating_cost", "required_return", "paying_customers")]))
    hurdle("negative_return_on_invested_capital", "1", "0", return_on_invested_capital="-0.1", gross_margin="0", row=dict(
        refused=[("useful_life_years", "OUT_OF_RANGE"), ("gross_margin", "OUT_OF_RANGE"), ("return_on_invested_capital", "OUT_OF_RANGE")]))
    hurdle("hurdle_present_but_empty", "1", "5", required_return="", gross_margin="", row=dict(
        refused=[("gross_margin", "DECIMAL_MALFORMED"), ("required_return", "DECIMAL_MALFORMED")]))

    # --- ComputeBreakEvenPoint

    def point(name, fixed, *, price=None, variable=None, ratio=None, row=None, **more):
        request = {"currency_code": "USD", "fixed_costs": fixed}
        if ratio is not None:
            request["contribution_margin_ratio"] = ratio
        else:
            request["unit"] = {"price": price, "variable_cost": variable}
        request.update(more)
        rows.add(name, "ComputeBreakEvenPoint", request, **(row or {}))

    point("cvp_750_thousand", "300000", ratio="0.4", row=dict(
        source="https://usfinancecalculators.com/?p=5615",
        published={"reached.revenue": "750000", "reached.units": None, "reached.whole_units": None, "unit_contribution_margin": None}))
    point("cvp_t_shirts_333_and_a_third", "10000", price="50", variable="20", expected_revenue="25000", row=dict(
        source="https://e-consult.co.ke/?p=resources&view=2490 (500 shirts at 50; it also prints 4,980 and 33.2 %, from the rounded 334)",
        published={"reached.units": "333.3333333333333", "reached.whole_units": "334", "reached.revenue": "16666.666666666668",
                   "reached.margin_of_safety_ratio": "0.3333333333333333", "reached.operating_leverage": "3"}))
    point("exactly_whole_units", "300", price="5", variable="2", row=dict(
        published={"reached.units": "100", "reached.whole_units": "100", "reached.revenue": "500"}, tolerance="0"))
    point("whole_units_of_decimal_prices", "0.3", price="0.4", variable="0.3", row=dict(
        published={"reached.units": "3", "reached.whole_units": "3"}, tolerance="0"))  # 4 in binary floating point
    point("one_unit_more_for_the_last_digit", "3000000000000000.000000000001", price="2", variable="1", row=dict(
        published={"reached.whole_units": "3000000000000001"}, tolerance="0"))
    point("whole_units_counted_before_rounding", "10000000000000000000000000000", price="4", variable="1", row=dict(
        published={"reached.whole_units": "3333333333333333333333333334"}, tolerance="0"))
    point("whole_units_ignore_the_asked_rounding", "10000", price="50", variable="20", expected_revenue="17000",
          options=rounded_to(1, "ROUNDING_MODE_DOWN"), row=dict(published={"reached.units": "333.3", "reached.whole_units": "334"}, tolerance="0"))
    point("margin_zero_never_reaches", "1", price="20", variable="20", expected_revenue="100", row=dict(
        published={"never_reached": {}, "unit_contribution_margin": "0", "contribution_margin_ratio": "0"}))
    point("margin_below_zero_never_reaches", "1", price="20", variable="25", row=dict(
        published={"unit_contribution_margin": "-5", "contribution_margin_ratio": "-0.25"}))
    point("margin_ratio_below_zero_never_reaches", "1", ratio="-3.5")
    point("margin_just_above_zero", "1", price="20.0000000000000000001", variable="20")
    point("nothing_to_cover_is_reached_at_once", "0", ratio="0", expected_revenue="100", row=dict(
        published={"reached.revenue": "0", "reached.margin_of_safety": "100", "reached.margin_of_safety_ratio": "1",
                   "reached.operating_leverage": None}))  # contribution 0, so profit 0
    point("target_loss_beyond_fixed_costs_is_reached_at_once", "100", price="3", variable="5", target_profit="-150", expected_revenue="30", row=dict(
        published={"reached.revenue": "0", "reached.units": "0", "reached.whole_units": "0", "reached.margin_of_safety": "30",
                   "reached.operating_leverage": "1/6"}))  # contribution -20, profit -120
    point("target_loss_of_the_fixed_costs_is_reached_at_once", "100", price="5", variable="5", target_profit="-100", row=dict(
        published={"reached.revenue": "0", "reached.whole_units": "0"}))
    point("target_loss_lowers_the_point", "100", ratio="0.3", target_profit="-70", row=dict(published={"reached.revenue": "100"}, tolerance="0"))
    point("target_profit_raises_the_point", "10000", price="50", variable="20", target_profit="5000", expected_revenue="25000", row=dict(
        published={"reached.units": "500", "reached.margin_of_safety": "0", "reached.margin_of_safety_ratio": "0",
                   "reached.operating_leverage": "3"}, tolerance="0"))  # 15000 / (15000 - 10000): the target is not deducted
    point("nothing_expected_has_no_safety_ratio", "100", ratio="0.5", expected_revenue="0", row=dict(
        published={"reached.margin_of_safety": "-200", "reached.margin_of_safety_ratio": None, "reached.operating_leverage": "0"}, tolerance="0"))
    point("no_leverage_at_the_point_itself_in_thirds", "100", price="3", variable="2", expected_revenue="300", row=dict(
        published={"reached.margin_of_safety": "0", "reached.operating_leverage": None}))
    point("expected_below_the_point_has_negative_leverage", "100", ratio="0.5", expected_revenue="150", row=dict(
        published={"reached.margin_of_safety": "-50", "reached.operating_leverage": "-3"}, tolerance="0"))
    point("pure_margin", "12.34", ratio="1", row=dict(published={"reached.revenue": "12.34"}, tolerance="0"))
    point("free_to_make", "7", price="3", variable="0", row=dict(published={"reached.whole_units": "3", "contribution_margin_ratio": "1"}))
    point("smallest_contribution", "7", ratio="1e-28", row=dict(published={"reached.revenue": "7e28"}, tolerance="0"))
    rows.add("break_even_point_of_an_empty_request", "ComputeBreakEvenPoint", {}, refused=[
        ("currency_code", "REQUIRED"), ("fixed_costs", "REQUIRED"), ("contribution", "REQUIRED")])
    rows.add("unit_without_its_fields", "ComputeBreakEvenPoint", {"currency_code": "EUR", "fixed_costs": "1", "unit": {}, "target_profit": ""},
             refused=[("unit.price", "REQUIRED"), ("unit.variable_cost", "REQUIRED"), ("target_profit", "DECIMAL_MALFORMED")])
    point("break_even_point_out_of_range", "-1", price="0", variable="-1", expected_revenue="-1", row=dict(
        refused=[(field, "OUT_OF_RANGE") for field in ("fixed_costs", "unit.price", "unit.variable_cost", "expected_revenue")]))
    point("margin_ratio_above_1", "1", ratio="1.000000000000000000000000001", row=dict(refused=[("contribution_margin_ratio", "OUT_OF_RANGE")]))
    return rows


# ---------------------------------------------------------------------------------------------------------------------
# Rows of runway.jsonl
# ---------------------------------------------------------------------------------------------------------------------


def line(name, amount, period="PERIOD_MONTH", **more):
    return {"name": name, "amount": amount, "period": period, **more}


def event(name, month, amount):
    return {"name": name, "month": month, "amount": amount}


def runway_rows():
    rows = Rows()

    # --- ComputeRunway

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
        return dict(published={"runs_out.runway_months": months, **{key.replace("__", "."): value for key, value in more.items()}}, tolerance="1e-26")

    # Published figures.
    openai = [line("inference", "4e9", "PERIOD_YEAR"), line("training", "3e9", "PERIOD_YEAR"), line("staff", "1.5e9", "PERIOD_YEAR")]
    sales = [line("subscriptions", "3.5e9", "PERIOD_YEAR")]
    runway("openai_2024_needs_5_billion", costs=openai, revenues=sales, row=dict(
        source="https://www.ndtv.com/ai-startup-tech/...-6239442 (4 + 3 + 1.5; revenue 3.5 to 4.5), " + CASE + "openai_2024_seed",
        published={"annual_gross_burn": "8.5e9", "gross_burn": "0.7083333333333333e9", "net_burn": "0.4166666666666667e9", "cash_need": "5e9",
                   "annual_net_loss": "5e9", "runs_out": None, "lasts": None}))
    runway("openai_2024_with_cash_for_exactly_84_months", "35e9", costs=openai, revenues=sales, as_of_date="2024-07-27", include_ledger=True,
           row=lasts_for("84", runs_out__whole_months=84, runs_out__cash_out_date="2031-07-27", runs_out__within_horizon=None,
                         cash_need="0", annual_net_burn="5e9"))
    runway("openai_june_2025_trailing_42_months", "17.5e9", costs=[line("burn of a half-year, twice", "5e9", "PERIOD_YEAR")], row=dict(
        source="https://techeconomy.ng/openai-revenue-2025-nvidia-100-billion-investment", published={"runs_out.runway_months": "42",
                                                                                                       "net_burn": "0.4166666666666667e9"}))
    runway("openai_june_2025_plan_17_and_a_half_months", "17.5e9", costs=[line("burn", "1e9")], as_of_date="2025-07-01", row=dict(
        source="https://techeconomy.ng/openai-revenue-2025-nvidia-100-billion-investment (8.5 planned, 2.5 spent, 6 months left)",
        published={"runs_out.runway_months": "17.5", "runs_out.whole_months": 17, "runs_out.cash_out_date": "2026-12-16"}))
    runway("vantagevue_12_months", "5.4e6", costs=[line("burn", "450e3")], row=dict(
        source="https://vantagevue.com/cash-runway-math-that-investors-trust/", published={
            "runs_out.runway_months": "12", "cash_need": "0", "runs_out.within_horizon": None, "ending_balance": "0"}))
    runway("displayed_as_12_is_12_and_a_half", "500000", costs=[line("burn", "40000")], row=dict(
        source="https://bloomitize.com/calculator/vc1 (prints 12 months)", published={"runs_out.runway_months": "12.5", "runs_out.whole_months": 12}))
    runway("profitable_lasts", "1000", costs=[line("all", "100")], revenues=[line("all", "120")], row=dict(
        source="https://github.com/midday-ai/midday/pull/604 (no burn is no runway of 0)",
        published={"lasts.cash_flow_positive": True, "cash_positive_month": 1, "net_burn": "-20", "cash_need": "0"}))
    runway("sacks_burn_multiple_3", costs=[line("burn", "3e6", "PERIOD_YEAR")], net_new_annual_recurring_revenue="1e6", row=dict(
        source="https://lawwu.github.io/transcripts/SjDmtKF4EZA.html (David Sacks)", published={"burn_multiple": "3"}))
    runway("deckmetric_burn_multiple_1_and_a_half", costs=[line("burn", "4.8e6", "PERIOD_YEAR")], net_new_annual_recurring_revenue="3.2e6", row=dict(
        source="https://deckmetric.com/glossary/burn-multiple", published={"burn_multiple": "1.5"}))

    # Periods and sums.
    runway("year_in_twelfths_stays_whole", "0", costs=[line("a", "1", "PERIOD_YEAR"), line("b", "1", "PERIOD_QUARTER"), line("c", "1")], minimum_cash="-34",
           row=lasts_for("24", annual_gross_burn="17", ending_balance="-17", lowest_balance_month=12))
    runway("quarter_is_spread_over_its_months", "100", costs=[line("rent", "10", "PERIOD_QUARTER")], include_ledger=True, horizon_months=4,
           row=lasts_for("30", annual_gross_burn="40"))
    runway("runway_in_sevenths", "10", costs=[line("a", "7")], as_of_date="2025-01-01",
           row=lasts_for("1.428571428571428571428571429", runs_out__cash_out_date="2025-02-13", runs_out__within_horizon=True))
    runway("runway_of_two_thirds_is_rounded_up_but_no_whole_month", "2", costs=[line("a", "3")], as_of_date="2025-04-01",
           row=lasts_for("2/3", runs_out__whole_months=None, runs_out__cash_out_date="2025-04-21"))
    runway("a_third_of_a_month_of_thirty_days_is_ten_days", "1", costs=[line("a", "3")], as_of_date="2025-06-01",
           row=lasts_for("1/3", runs_out__cash_out_date="2025-06-11"))
    runway("a_thirtieth_short_of_a_whole_month", "29.99999999", costs=[line("a", "30")], as_of_date="2025-06-01",
           row=lasts_for("0.9999999996666666666666666667", runs_out__cash_out_date="2025-06-30"))
    runway("burn_without_a_cent_of_cash", "0", costs=[line("a", "1")], as_of_date="2024-02-29", row=lasts_for("0", runs_out__cash_out_date="2024-02-29"))
    runway("smallest_burn_outlasts_the_search", "1", costs=[line("a", "1e-28")], row=dict(
        published={"lasts.cash_flow_positive": None, "cash_positive_month": None, "lowest_balance_month": 12}))
    runway("nothing_at_all", row=dict(published={"gross_burn": "0", "cash_need": "0", "cash_positive_month": 1, "lowest_balance_month": None}))
    runway("cash_and_no_lines", "5", row=dict(published={"lasts.cash_flow_positive": True, "ending_balance": "5", "lowest_balance": "5"}))

    # Growth.
    runway("costs_grow_monthly", "1000", costs=[line("a", "100", monthly_growth_rate="0.1")], row=lasts_for(str(7 + (1000 - Fraction("948.7171")) / Fraction("194.87171"))))
    runway("costs_shrink_monthly_and_never_eat_the_cash", "200", costs=[line("a", "100", monthly_growth_rate="-0.5")], horizon_months=20, row=dict(
        published={"lasts.cash_flow_positive": None, "cash_need": "0", "lowest_balance": "0.00019073486328125"}, tolerance="0"))
    runway("costs_shrink_monthly_and_eat_the_cash", "199", costs=[line("a", "100", monthly_growth_rate="-0.5")],
           row=lasts_for("7.72", annual_gross_burn="199.951171875"))  # 7 months cost 198.4375; 0.5625 / 0.78125 of the eighth
    runway("costs_grow_annually", "1e9", costs=[line("a", "1e9", "PERIOD_YEAR", annual_growth_rate="0.3")], include_ledger=True, horizon_months=14, as_of_date="2025-01-01")
    runway("costs_shrink_annually", "5e6", costs=[line("a", "1e5", annual_growth_rate="-0.25")], revenues=[line("b", "3e4", annual_growth_rate="0.02")], horizon_months=36)
    runway("costs_triple_annually_in_quarters", "123456.789", costs=[line("a", "7777.77", "PERIOD_QUARTER", annual_growth_rate="2")], horizon_months=60, as_of_date="2023-11-30")
    runway("annual_growth_from_a_later_month", "100", costs=[line("a", "12", "PERIOD_YEAR", annual_growth_rate="1", first_month=4)], include_ledger=True, horizon_months=16)
    runway("growth_of_0_is_flat_and_exact", "7", costs=[line("a", "4", "PERIOD_YEAR", annual_growth_rate="0"), line("b", "4", "PERIOD_YEAR", monthly_growth_rate="0.0")],
           row=lasts_for("10.5"))
    runway("revenue_overtakes_costs_in_month_9", "1000", costs=[line("a", "200")], revenues=[line("b", "100", monthly_growth_rate="0.1")], horizon_months=18, row=dict(
        published={"cash_positive_month": 9, "lowest_balance_month": 8, "lasts.cash_flow_positive": None}))
    runway("revenue_outgrows_every_decimal", "10", costs=[line("a", "10")], revenues=[line("b", "9", monthly_growth_rate="0.2")], row=dict(
        published={"lasts.cash_flow_positive": None, "cash_positive_month": 2}))
    runway("growth_of_the_last_digit", "12", costs=[line("a", "1", monthly_growth_rate="1e-27")])
    runway("growth_of_a_millionth_of_a_millionth_a_year", "35", costs=[line("a", "12", "PERIOD_YEAR", annual_growth_rate="1e-12")])
    runway("slow_growth_over_a_century_compounds_exactly", "5e6", costs=[line("a", "1000", monthly_growth_rate="0.0025")], horizon_months=1200, as_of_date="2001-01-31")

    # First and last months.
    runway("line_from_month_4_to_6", "100", costs=[line("a", "10", first_month=4, last_month=6)], include_ledger=True, horizon_months=7, row=dict(
        published={"gross_burn": "0", "annual_gross_burn": "30", "cash_positive_month": 7, "lasts.cash_flow_positive": None, "ending_balance": "70"}))
    runway("line_of_one_month", "100", costs=[line("a", "120", "PERIOD_YEAR", first_month=3, last_month=3), line("b", "5")],
           row=lasts_for("18", annual_gross_burn="70"))
    runway("line_beyond_the_first_year_counts_in_the_search", "10", costs=[line("a", "1", first_month=25)],
           row=lasts_for("34", annual_gross_burn="0", cash_positive_month=1))
    runway("line_whose_last_month_is_far_away", "10", costs=[line("a", "1", last_month=4294967295)], row=lasts_for("10"))
    runway("annual_figures_are_of_twelve_months_whatever_the_horizon", "100", costs=[line("a", "1")], revenues=[line("b", "5", first_month=12)],
           horizon_months=2, row=dict(published={"annual_gross_burn": "12", "annual_net_burn": "7", "ending_balance": "98"}))
    runway("horizon_of_one_month", "100", costs=[line("a", "60")], horizon_months=1, row=lasts_for("5/3", cash_need="0", runs_out__within_horizon=None))
    runway("horizon_of_1200_months", "599.5", costs=[line("a", "0.5")], horizon_months=1200, as_of_date="1999-12-31",
           row=lasts_for("1199", runs_out__within_horizon=True, cash_need="0.5", runs_out__cash_out_date="2099-11-30", lowest_balance_month=1200))
    runway("runs_out_in_the_last_month_searched", "1199.5", costs=[line("a", "1")], row=lasts_for("1199.5"))
    runway("touches_at_the_end_of_the_search", "1200", costs=[line("a", "1")], row=dict(published={"lasts.cash_flow_positive": None}))

    # Losses that are not burned.
    runway("stock_compensation_is_lost_but_not_burned", "120", costs=[line("salaries", "10"), line("stock compensation", "36", "PERIOD_YEAR", non_cash=True)],
           revenues=[line("sales", "2"), line("released provision", "1", non_cash=True, first_month=7)],
           row=lasts_for("15", gross_burn="10", net_burn="8", net_loss="11", annual_net_burn="96", annual_net_loss="126"))
    runway("burn_multiple_needs_both_above_0", "1", revenues=[line("a", "1")], net_new_annual_recurring_revenue="5", row=dict(
        published={"burn_multiple": None, "annual_net_burn": "-12"}))
    runway("burn_multiple_absent_when_recurring_revenue_shrinks", "1", costs=[line("a", "1")], net_new_annual_recurring_revenue="-5", row=dict(published={"burn_multiple": None}))

    # Events and the minimum.
    runway("round_restores_the_balance_after_it_ran_out_inside_the_month", "25", costs=[line("a", "10")], events=[event("round", 3, "100")], include_ledger=True,
           horizon_months=4, row=lasts_for("2.5", runs_out__within_horizon=True, lowest_balance="-5", cash_need="5", lowest_balance_month=3, ending_balance="85"))
    runway("round_one_month_earlier_saves", "25", costs=[line("a", "10")], events=[event("round", 2, "100")], horizon_months=5,
           row=lasts_for("12.5", lowest_balance="5", lowest_balance_month=2, ending_balance="75"))
    runway("repayment_takes_the_balance_below_at_the_month_end", "100", costs=[line("a", "10")], events=[event("loan", 4, "-70.5")], as_of_date="2024-10-31",
           row=lasts_for("4", runs_out__cash_out_date="2025-02-28", runs_out__whole_months=4, runs_out__within_horizon=True))
    runway("events_of_one_month_are_one_movement", "10", events=[event("servers", 2, "-50"), event("loan", 2, "45"), event("refund", 2, "5")],
           row=dict(published={"lasts.cash_flow_positive": True, "lowest_balance": "10", "lowest_balance_month": None}))
    runway("touching_the_minimum_and_recovering", "30", costs=[line("a", "10", last_month=2)], revenues=[line("b", "1", first_month=3)], minimum_cash="10",
           row=dict(published={"lasts.cash_flow_positive": None, "cash_need": "0", "lowest_balance": "10", "cash_positive_month": 3}))
    runway("resting_at_the_minimum_ends_when_it_passes", "30", costs=[line("a", "10", last_month=3), line("b", "1", first_month=8)],
           row=lasts_for("7", runs_out__whole_months=7, lowest_balance="-5", cash_need="5"))
    runway("touching_at_the_end_of_the_horizon", "24", costs=[line("a", "2")], row=lasts_for("12", runs_out__within_horizon=None, cash_need="0", lowest_balance="0"))
    runway("starts_below_the_minimum", "5", costs=[line("a", "1")], revenues=[line("b", "9")], minimum_cash="6", as_of_date="2025-05-31",
           row=lasts_for("0", runs_out__cash_out_date="2025-05-31", runs_out__within_horizon=True, cash_need="1", lowest_balance_month=None, cash_positive_month=1))
    runway("starts_at_the_minimum_and_burns", "6", costs=[line("a", "1")], minimum_cash="6", as_of_date="2025-05-31",
           row=lasts_for("0", runs_out__cash_out_date="2025-05-31", cash_need="12"))
    runway("starts_at_the_minimum_and_lasts", "6", minimum_cash="6", row=dict(published={"lasts.cash_flow_positive": True, "cash_need": "0"}))
    runway("overdraft_and_a_negative_minimum", "-5", costs=[line("a", "2")], minimum_cash="-20",
           row=lasts_for("7.5", cash_need="9", lowest_balance="-29"))
    runway("unknown_cash_needs_the_minimum_too", minimum_cash="100", costs=[line("a", "10")], events=[event("round", 6, "30")], include_ledger=True, horizon_months=7,
           as_of_date="2025-12-15", row=dict(published={"cash_need": "160", "lowest_balance": "-60", "lowest_balance_month": 6, "ending_balance": "-40"}))
    runway("deepest_point_is_before_the_end", costs=[line("a", "10", last_month=6)], revenues=[line("b", "15", first_month=7)],
           row=dict(published={"cash_need": "60", "lowest_balance_month": 6, "ending_balance": "30"}))

    # Dates.
    for year, february in ((2024, "2024-02-29"), (2023, "2023-02-28")):
        runway(f"from_31_january_{year}_one_month", "10", costs=[line("a", "10")], as_of_date=f"{year}-01-31", include_ledger=True, horizon_months=3,
               row=lasts_for("1", runs_out__cash_out_date=february))
    runway("from_31_january_2024_one_and_a_half_months", "15", costs=[line("a", "10")], as_of_date="2024-01-31",
           row=lasts_for("1.5", runs_out__cash_out_date="2024-03-15"))  # 29 February + floor(0.5 × 31)
    runway("from_29_february_thirteen_months_less_a_day", "12.99", costs=[line("a", "1")], as_of_date="2024-02-29",
           row=lasts_for("12.99", runs_out__cash_out_date="2025-03-28"))  # 28 February 2025 + floor(0.99 × 29)
    runway("month_ends_from_the_15th", "0", as_of_date="2023-12-15", include_ledger=True, horizon_months=3)
    runway("month_ends_from_the_31st_over_new_year", "1", as_of_date="2023-10-31", include_ledger=True, horizon_months=5)

    # Rounding.
    money = dict(costs=[line("a", "1000", "PERIOD_YEAR"), line("b", "0.05", non_cash=True)], revenues=[line("c", "100", "PERIOD_QUARTER")], as_of_date="2025-03-01",
                 net_new_annual_recurring_revenue="70", include_ledger=True, horizon_months=2)
    for mode in ("HALF_EVEN", "HALF_UP", "DOWN", "UP"):
        runway(f"ledger_rounded_{mode.lower()}", "999.985", options=rounded_to(2, f"ROUNDING_MODE_{mode}"), **money)
    runway("whole_months_before_the_asked_rounding", "99.9", costs=[line("a", "10")], options=rounded_to(0, "ROUNDING_MODE_UP"), as_of_date="2025-01-01",
           row=lasts_for("10", runs_out__whole_months=9, runs_out__cash_out_date="2025-10-31"))

    # Refusals.
    rows.add("runway_of_an_empty_request", "ComputeRunway", {}, refused=[("currency_code", "REQUIRED")])
    runway("runway_fields_unreadable", "", minimum_cash="", as_of_date="2023-02-29", costs=[{}, line("a", "1,5", 9), line("b", "1", "PERIOD_UNSPECIFIED", monthly_growth_rate="")],
           revenues=[line("", "1e-30", "PERIOD_YEAR", annual_growth_rate="5%")], events=[{}, {"name": "x", "amount": "1e29"}],
           net_new_annual_recurring_revenue="NaN", row=dict(refused=[
               ("cash_balance", "DECIMAL_MALFORMED"), ("minimum_cash", "DECIMAL_MALFORMED"), ("as_of_date", "DATE_MALFORMED"),
               ("costs[0].name", "REQUIRED"), ("costs[0].amount", "REQUIRED"), ("costs[0].period", "REQUIRED"),
               ("costs[1].amount", "DECIMAL_MALFORMED"), ("costs[1].period", "ENUM_UNKNOWN"),
               ("costs[2].period", "REQUIRED"), ("costs[2].monthly_growth_rate", "DECIMAL_MALFORMED"),
               ("revenues[0].name", "REQUIRED"), ("revenues[0].amount", "DECIMAL_TOO_PRECISE"), ("revenues[0].annual_growth_rate", "DECIMAL_MALFORMED"),
               ("events[0].name", "REQUIRED"), ("events[0].month", "REQUIRED"), ("events[0].amount", "REQUIRED"),
               ("events[1].month", "REQUIRED"), ("events[1].amount", "DECIMAL_TOO_LARGE"),
               ("net_new_annual_recurring_revenue", "DECIMAL_MALFORMED")]))
    runway("runway_fields_out_of_range", "1", horizon_months=1201, costs=[line("a", "-1", monthly_growth_rate="-1"), line("b", "1", first_month=5, last_month=4)],
           revenues=[line("c", "-0.01", annual_growth_rate="-1.5", first_month=1201)], events=[event("d", 1201, "1")], currency_code="", row=dict(refused=[
               ("currency_code", "REQUIRED"), ("horizon_months", "OUT_OF_RANGE"), ("costs[0].amount", "OUT_OF_RANGE"),
               ("costs[0].monthly_growth_rate", "OUT_OF_RANGE"), ("costs[1].last_month", "OUT_OF_RANGE"), ("revenues[0].amount", "OUT_OF_RANGE"),
               ("revenues[0].annual_growth_rate", "OUT_OF_RANGE"), ("revenues[0].first_month", "OUT_OF_RANGE"), ("events[0].month", "OUT_OF_RANGE")]))
    for number, text in enumerate(("2024-2-3", "", "2024-13-01", "20240101", "2024-01-01T00:00:00Z", " 2024-01-01", "2100-02-29")):
        runway(f"date_malformed_{number + 1}", "1", as_of_date=text, row=dict(refused=[("as_of_date", "DATE_MALFORMED")]))
    runway("more_than_200_costs", "1", costs=[line("a", "1")] * 201, row=dict(refused=[("costs", "TOO_MANY_ITEMS")]))
    runway("annual_gross_burn_too_large_to_answer", "1", costs=[line("a", "7e27")], revenues=[line("b", "7e27")],
           row=dict(refused=[("annual_gross_burn", "RESULT_TOO_LARGE")]))

    # --- ComputeDefaultAlive

    continuous, end, start = "GROWTH_TIMING_CONTINUOUS", "GROWTH_TIMING_END_OF_MONTH", "GROWTH_TIMING_START_OF_MONTH"
    short = {continuous: "continuous", end: "end_of_month", start: "start_of_month"}

    def alive(name, cash, revenue, expenses, growth, *, expense_growth=None, timing=None, row=None, **more):
        request = {"currency_code": "USD", "cash_balance": cash, "monthly_revenue": revenue, "monthly_expenses": expenses,
                   "monthly_revenue_growth_rate": growth}
        if expense_growth is not None:
            request["monthly_expense_growth_rate"] = expense_growth
        if timing is not None:
            request["timing"] = timing
        request.update(more)
        rows.add(name, "ComputeDefaultAlive", request, **(row or {}))

    def verdict(word, tolerance="1e-26", **figures):
        """Figures worked by hand; every field that is not named has to be absent."""
        fields = dict.fromkeys(("break_even_months", "capital_needed", "cushion", "runway_months"))
        return dict(published={"verdict": f"VERDICT_DEFAULT_{word}", **fields, **figures}, tolerance=tolerance)

    growth_tlb = "https://growth.tlb.org (its defaults: 1600 and 100 a week, 2.5 % a week)"
    alive("tlb_defaults_in_weeks", "118908", "100", "1600", "0.025", row=dict(
        source=growth_tlb + "; a week stands for the month", published={"break_even_months": "112.28413810375451"}))
    weekly_growth = to_text(written(exact(mpmath.expm1(mpf("4.348125") * mpmath.log1p(mpf("0.025"))))))
    alive("tlb_defaults_in_months", "118907.71", "434.8125", "6957", weekly_growth, timing=continuous, row=dict(
        source=growth_tlb + "; 4.348125 weeks a month",
        published={"verdict": "VERDICT_DEFAULT_ALIVE", "break_even_months": "25.82357639298652", "capital_needed": "118907.70751121543"}))
    alive("tlb_defaults_a_thousand_short", "117907.71", "434.8125", "6957", weekly_growth, timing=continuous, row=dict(
        source=growth_tlb + "; 4.348125 weeks a month", published={"verdict": "VERDICT_DEFAULT_DEAD"}))
    alive("shrinking_revenue_dies", "300000", "20000", "50000", "-0.05", row=dict(
        source=CASE + "shrinking_revenue", published={"verdict": "VERDICT_DEFAULT_DEAD", "runway_months": "8.84391568630635", "break_even_months": None},
        tolerance="1e-10"))

    for timing in (continuous, end, start):
        suffix = short[timing]
        alive(f"profitable_today_{suffix}", "0", "100", "90", "-0.5", expense_growth="0.5", timing=timing, row=verdict(
            "ALIVE", break_even_months="0", capital_needed="0", cushion="0"))
        alive(f"nothing_earned_nothing_spent_{suffix}", "7", "0", "0", "0", timing=timing, row=verdict(
            "ALIVE", break_even_months="0", capital_needed="0", cushion="7"))
        alive(f"no_growth_burns_evenly_{suffix}", "100", "10", "40", "0", timing=timing, row=verdict("DEAD", runway_months="10/3"))
        alive(f"no_cash_dies_at_once_{suffix}", "0", "10", "40", "0.1", timing=timing)
        alive(f"equal_growth_never_catches_up_{suffix}", "1000", "50", "100", "0.1", expense_growth="0.1", timing=timing)
        alive(f"revenue_grows_slower_than_expenses_{suffix}", "1000", "50", "100", "0.02", expense_growth="0.03", timing=timing)
        alive(f"revenue_zero_never_grows_{suffix}", "1000", "0", "100", "5", timing=timing, row=verdict("DEAD", runway_months="10"))
        alive(f"revenue_zero_and_expenses_grow_{suffix}", "1000", "0", "100", "0", expense_growth="0.1", timing=timing)
        alive(f"both_shrink_and_cash_outlives_them_{suffix}", "1000", "10", "100", "-0.2", expense_growth="-0.1", timing=timing)
        alive(f"both_shrink_and_eat_the_cash_{suffix}", "600", "10", "100", "-0.2", expense_growth="-0.1", timing=timing)
        alive(f"expenses_shrink_to_meet_flat_revenue_{suffix}", "1000", "60", "100", "0", expense_growth="-0.1", timing=timing)
        alive(f"both_shrink_and_meet_{suffix}", "1000", "60", "100", "-0.05", expense_growth="-0.2", timing=timing)
        alive(f"growth_saves_{suffix}", "250000", "20000", "50000", "0.1", expense_growth="0.01", timing=timing)
        alive(f"growth_comes_too_late_{suffix}", "100000", "20000", "50000", "0.1", expense_growth="0.01", timing=timing)
        alive(f"one_millionth_of_a_millionth_below_{suffix}", "1", "99999.9999999", "100000", "0.05", timing=timing)

    alive("tie_at_121_end_of_month", "32", "100", "121", "0.1", timing=end, row=verdict(
        "ALIVE", break_even_months="2", capital_needed="32", cushion="0", tolerance="0"))
    alive("tie_at_121_start_of_month", "11", "100", "121", "0.1", timing=start, row=verdict(
        "ALIVE", break_even_months="1", capital_needed="11", cushion="0", tolerance="0"))
    alive("tie_at_121_dies_for_a_cent_end_of_month", "31.99", "100", "121", "0.1", timing=end, row=verdict(
        "DEAD", break_even_months="2", capital_needed="32", cushion="-0.01", runway_months="1.999090909090909090909090909"))
    alive("tie_at_121_dies_for_a_cent_start_of_month", "10.99", "100", "121", "0.1", timing=start, row=verdict(
        "DEAD", break_even_months="1", capital_needed="11", cushion="-0.01", runway_months="0.9990909090909090909090909091"))
    alive("a_hair_above_the_tie_takes_a_month_more", "33", "100", "121.0000000000000000000000001", "0.1", timing=end, row=dict(
        published={"break_even_months": "3"}))
    alive("cash_gone_at_the_end_of_a_month", "21", "100", "121", "0.1", timing=end, row=verdict(
        "DEAD", break_even_months="2", capital_needed="32", cushion="-11", runway_months="1", tolerance="0"))
    alive("growth_in_the_first_month_suffices_start_of_month", "0", "100", "110", "0.1", timing=start, row=verdict(
        "ALIVE", break_even_months="0", capital_needed="0", cushion="0"))
    alive("growth_after_the_first_month_costs_one_end_of_month", "10", "100", "110", "0.1", timing=end, row=verdict(
        "ALIVE", break_even_months="1", capital_needed="10", cushion="0", tolerance="0"))
    alive("revenue_zero_shrinking_expenses_cost_1000_in_all_end_of_month", "1000", "0", "100", "0", expense_growth="-0.1", timing=end, row=verdict("ALIVE"))
    alive("revenue_zero_shrinking_expenses_one_short_end_of_month", "999", "0", "100", "0", expense_growth="-0.1", timing=end)
    alive("revenue_zero_shrinking_expenses_cost_900_in_all_start_of_month", "900", "0", "100", "0", expense_growth="-0.1", timing=start, row=verdict("ALIVE"))
    alive("revenue_zero_shrinking_expenses_one_short_start_of_month", "899", "0", "100", "0", expense_growth="-0.1", timing=start)
    alive("shrinking_together_costs_500_in_all_end_of_month", "500", "50", "100", "-0.1", expense_growth="-0.1", timing=end, row=verdict("ALIVE"))
    alive("shrinking_together_continuous", "474", "50", "100", "-0.1", expense_growth="-0.1", timing=continuous)
    alive("expenses_vanish_within_a_month", "2", "0.5", "100", "0", expense_growth="-0.9999999999999999999999999999", timing=continuous)
    alive("revenue_vanishes_within_a_month", "450", "60", "100", "-0.9999999999999999999999999999", timing=end)
    alive("smallest_growth_continuous", "7", "1", "2", "1e-28")
    alive("smallest_growth_end_of_month", "7", "1", "2", "1e-28", timing=end)
    alive("smallest_growth_start_of_month", "7", "1", "2", "1e-28", timing=start)
    alive("growth_of_a_millionth_of_a_millionth_continuous", "1e12", "1", "2", "1e-12")
    alive("growth_of_a_millionth_of_a_millionth_end_of_month", "1e12", "1", "2", "1e-12", timing=end)
    alive("growth_of_a_millionth_of_a_millionth_start_of_month", "1e11", "1", "2", "1e-12", timing=start)
    alive("growth_rates_that_differ_by_the_last_digit", "100", "0.999999999999", "1", "1e-15", expense_growth="0.0000000000000009999999999999")
    alive("growth_of_a_thousand_per_cent_a_month", "3", "1", "100", "10")
    alive("growth_of_a_thousand_per_cent_a_month_start_of_month", "300", "1", "100", "10", timing=start)
    alive("timing_unspecified_is_continuous", "250000", "20000", "50000", "0.1", timing="GROWTH_TIMING_UNSPECIFIED")
    for mode in ("HALF_EVEN", "HALF_UP", "DOWN", "UP"):
        alive(f"default_alive_rounded_{mode.lower()}", "100000.125", "20000", "50000", "0.1", timing=continuous, options=rounded_to(2, f"ROUNDING_MODE_{mode}"))
    alive("break_even_months_too_large_to_answer", "1e20", "1e-13", "4e-10", "1e-28", row=dict(refused=[("break_even_months", "RESULT_TOO_LARGE")]))
    rows.add("default_alive_of_an_empty_request", "ComputeDefaultAlive", {}, refused=[
        ("currency_code", "REQUIRED"), ("cash_balance", "REQUIRED"), ("monthly_revenue", "REQUIRED"), ("monthly_expenses", "REQUIRED"),
        ("monthly_revenue_growth_rate", "REQUIRED")])
    alive("default_alive_several_fields", "-1", "1e", "-0.001", "-1", expense_growth="", timing=4, currency_code="XYZ", row=dict(refused=[
        ("currency_code", "CURRENCY_UNKNOWN"), ("monthly_revenue", "DECIMAL_MALFORMED"), ("monthly_expense_growth_rate", "DECIMAL_MALFORMED"),
        ("timing", "ENUM_UNKNOWN"), ("cash_balance", "OUT_OF_RANGE"), ("monthly_expenses", "OUT_OF_RANGE"),
        ("monthly_revenue_growth_rate", "OUT_OF_RANGE")]))
    return rows


# ---------------------------------------------------------------------------------------------------------------------
# transcendentals.jsonl: 50 significant digits, calculated at 250
# ---------------------------------------------------------------------------------------------------------------------

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
    "exp_m1": """-1000  -64.47  -30  -1.16  -0.5  -0.0001  -1e-10  -3e-20  -1e-28  1e-28  1e-20  1e-19  1e-10  0.5  0.6931471805599453094172321215
                 1  1.1512925  2.302585  30  60  65""",
    "power": """1.1,5.5  1.02,0.25  0.5,100  0.5,0.5  7e28,0.3  1e-28,-1  1e-28,0.5  2,-50  2,95  1.0000000000000000000000000001,1e27
                0.9999999999999999999999999999,1e27  1.025,4.348125  10,-28  3,0  1.075,-5.5  0.0001,0.0001""",
    "discount_share": " ".join(f"{r},{n}" for r in ("1e-28", "1e-12", "0.075", "0.1", "-0.5", "1e10") for n in ("0.001", "5.5", "100")),
    "root": " ".join(f"{x},{n}" for x in ("2", "1.05", "0.5", "7e28", "1e-28", "1.0000000000000000000000000001", "0.75")
                     for n in ("2", "4", "12", "365")),
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
            lines.append(json.dumps({"function": function, "arguments": arguments, "value": in_scientific(value)}) + "\n")
    return "".join(lines)


# ---------------------------------------------------------------------------------------------------------------------


def at(digits, write):
    with mpmath.workdps(digits):
        return write()


def write_or_check(files, program):
    """Writes the files beside this one or, with --check, fails when one of them is not what would be written."""
    stale = []
    for name, text in files.items():
        path = HERE / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
        print(f"{name}: {text.count(chr(10))} rows")
    if stale:
        sys.exit(f"not what {program} writes: {', '.join(stale)}")


def main():
    files = {
        "break_even.jsonl": at(90, lambda: break_even_rows().text()),
        "runway.jsonl": at(90, lambda: runway_rows().text()),
        "transcendentals.jsonl": at(250, transcendentals),
    }
    assert files["break_even.jsonl"] == at(150, lambda: break_even_rows().text()), "90 digits were not enough"
    assert files["runway.jsonl"] == at(150, lambda: runway_rows().text()), "90 digits were not enough"
    assert files["transcendentals.jsonl"] == at(400, transcendentals), "250 digits were not enough"
    write_or_check(files, "reference.py")


if __name__ == "__main__":
    main()
