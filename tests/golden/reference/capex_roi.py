#!/usr/bin/env python3
"""Returns on capital expenditure: the formulas of paydirt/v1/capex_roi.proto, and the rows of capex_roi.jsonl."""

import collections
from fractions import Fraction

from shared.cash_flow_requests import HALF_YEAR, MODES, MONTH, QUARTER, YEAR, annual_rate, moderate, options
from shared.chance import PERIODS as PERIODS_DRAWN
from shared.flows import Series, discount, element, payback_of
from shared.numbers import annuity_factor, power, unless_too_large
from shared.rates import add_published, internal_rates, modified_rate, warn_of_several_rates
from shared.reader import (
    ABOVE_MINUS_ONE,
    ABOVE_ZERO,
    ABOVE_ZERO_UP_TO_ONE,
    ANY,
    AT_MOST_ONE,
    PERIODS_A_YEAR,
    ZERO_OR_MORE,
    ZERO_UP_TO_BELOW_ONE,
    ZERO_UP_TO_ONE,
    Reader,
    finish,
    rounded_to,
)
from shared.rows import run

TIMINGS = ["CASH_FLOW_TIMING_UNSPECIFIED", "CASH_FLOW_TIMING_END_OF_PERIOD", "CASH_FLOW_TIMING_MID_PERIOD"]


TAX_LOSSES = ["TAX_LOSSES_UNSPECIFIED", "TAX_LOSSES_OFFSET_AT_ONCE", "TAX_LOSSES_CARRIED_FORWARD"]


DEPRECIATION_METHODS = [
    "DEPRECIATION_METHOD_UNSPECIFIED",
    "DEPRECIATION_METHOD_STRAIGHT_LINE",
    "DEPRECIATION_METHOD_DOUBLE_DECLINING_BALANCE",
    "DEPRECIATION_METHOD_SUM_OF_YEARS_DIGITS",
    "DEPRECIATION_METHOD_MACRS_HALF_YEAR",
    "DEPRECIATION_METHOD_DECLINING_BALANCE_SWITCHING",
    "DEPRECIATION_METHOD_MACRS_MID_QUARTER",
    "DEPRECIATION_METHOD_MACRS_RESIDENTIAL",
    "DEPRECIATION_METHOD_MACRS_NONRESIDENTIAL",
]
STRAIGHT_LINE, DECLINING, YEARS_DIGITS, MACRS_HALF_YEAR, SWITCHING, MID_QUARTER, RESIDENTIAL, NONRESIDENTIAL = (
    DEPRECIATION_METHODS[1:]
)
OF_MACRS = (MACRS_HALF_YEAR, MID_QUARTER, RESIDENTIAL, NONRESIDENTIAL)


# IRS Publication 946, Appendix A, tables, mid-quarter convention, in per cent: {quarter: {years: percentages}}.
MID_QUARTER_TABLES = {
    1: {  # table A-2
        3: "58.33 27.78 12.35 1.54",
        5: "35.00 26.00 15.60 11.01 11.01 1.38",
        7: "25.00 21.43 15.31 10.93 8.75 8.74 8.75 1.09",
        10: "17.50 16.50 13.20 10.56 8.45 6.76 6.55 6.55 6.56 6.55 0.82",
        15: "8.75 9.13 8.21 7.39 6.65 5.99 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.91 5.90 0.74",
        20: "6.563 7.000 6.482 5.996 5.546 5.130 4.746 4.459 4.459 4.459 "
        "4.459 4.460 4.459 4.460 4.459 4.460 4.459 4.460 4.459 4.460 0.565",
    },
    2: {  # table A-3
        3: "41.67 38.89 14.14 5.30",
        5: "25.00 30.00 18.00 11.37 11.37 4.26",
        7: "17.85 23.47 16.76 11.97 8.87 8.87 8.87 3.34",
        10: "12.50 17.50 14.00 11.20 8.96 7.17 6.55 6.55 6.56 6.55 2.46",
        15: "6.25 9.38 8.44 7.59 6.83 6.15 5.91 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.91 2.21",
        20: "4.688 7.148 6.612 6.116 5.658 5.233 4.841 4.478 4.463 4.463 "
        "4.463 4.463 4.463 4.463 4.462 4.463 4.462 4.463 4.462 4.463 1.673",
    },
    3: {  # table A-4
        3: "25.00 50.00 16.67 8.33",
        5: "15.00 34.00 20.40 12.24 11.30 7.06",
        7: "10.71 25.51 18.22 13.02 9.30 8.85 8.86 5.53",
        10: "7.50 18.50 14.80 11.84 9.47 7.58 6.55 6.55 6.56 6.55 4.10",
        15: "3.75 9.63 8.66 7.80 7.02 6.31 5.90 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.91 3.69",
        20: "2.813 7.289 6.742 6.237 5.769 5.336 4.936 4.566 4.460 4.460 "
        "4.460 4.460 4.461 4.460 4.461 4.460 4.461 4.460 4.461 4.460 2.788",
    },
    4: {  # table A-5
        3: "8.33 61.11 20.37 10.19",
        5: "5.00 38.00 22.80 13.68 10.94 9.58",
        7: "3.57 27.55 19.68 14.06 10.04 8.73 8.73 7.64",
        10: "2.50 19.50 15.60 12.48 9.98 7.99 6.55 6.55 6.56 6.55 5.74",
        15: "1.25 9.88 8.89 8.00 7.20 6.48 5.90 5.90 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.17",
        20: "0.938 7.430 6.872 6.357 5.880 5.439 5.031 4.654 4.458 4.458 "
        "4.458 4.458 4.458 4.458 4.458 4.458 4.458 4.459 4.458 4.459 3.901",
    },
}


# IRS Publication 946, Appendix A, table A-6, residential rental property, 27.5 years, mid-month convention, in per cent: the
# months 1 to 12 in which the property is placed in service, by year.
RESIDENTIAL_TABLE = {
    1: "3.485 3.182 2.879 2.576 2.273 1.970 1.667 1.364 1.061 0.758 0.455 0.152",
    **dict.fromkeys(range(2, 10), "3.636 " * 12),
    **dict.fromkeys(range(10, 27, 2), "3.637 " * 6 + "3.636 " * 6),
    **dict.fromkeys(range(11, 28, 2), "3.636 " * 6 + "3.637 " * 6),
    28: "1.970 2.273 2.576 2.879 3.182 3.485 3.636 3.636 3.636 3.636 3.636 3.636",
    29: "0 0 0 0 0 0 0.152 0.455 0.758 1.061 1.364 1.667",
}


# IRS Publication 946, Appendix A, table A-7a, nonresidential real property, 39 years, mid-month convention, in per cent.
NONRESIDENTIAL_TABLE = {
    1: "2.461 2.247 2.033 1.819 1.605 1.391 1.177 0.963 0.749 0.535 0.321 0.107",
    **dict.fromkeys(range(2, 40), "2.564 " * 12),
    40: "0.107 0.321 0.535 0.749 0.963 1.177 1.391 1.605 1.819 2.033 2.247 2.461",
}


def of_month(table, month):
    """A column of a table of months, in per cent; a year without a percentage is none."""
    column = [table[year].split()[month - 1] for year in sorted(table)]
    return " ".join(column).removesuffix(" 0")


# IRS Publication 946, table A-1, half-year convention, in per cent.
MACRS = {
    3: "33.33 44.45 14.81 7.41",
    5: "20.00 32.00 19.20 11.52 11.52 5.76",
    7: "14.29 24.49 17.49 12.49 8.93 8.92 8.93 4.46",
    10: "10.00 18.00 14.40 11.52 9.22 7.37 6.55 6.55 6.56 6.55 3.28",
    15: "5.00 9.50 8.55 7.70 6.93 6.23 5.90 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.91 2.95",
    20: "3.750 7.219 6.677 6.177 5.713 5.285 4.888 4.522 4.462 4.461 4.462 "
    "4.461 4.462 4.461 4.462 4.461 4.462 4.461 4.462 4.461 2.231",
}


# In shares of cost.
MACRS = {life: [Fraction(share) / 100 for share in shares.split()] for life, shares in MACRS.items()}


Policy = collections.namedtuple("Policy", "method life ratio factor bonus amount month")


def read_policy(read, policy, path, total, period="PERIOD_YEAR"):
    """The policy. `total` is the cost of all that it writes off; None where that cannot be read."""
    method = read.enum(policy, "method", f"{path}.method", DEPRECIATION_METHODS, required=True)
    known = method if method != DEPRECIATION_METHODS[0] else None
    of_macrs, mid_month = known in OF_MACRS, known in (RESIDENTIAL, NONRESIDENTIAL)
    if of_macrs and period in (MONTH, QUARTER, HALF_YEAR):  # its table is by the year
        read.out_of_range.append((f"{path}.method", "NOT_APPLICABLE"))
    life = policy.get("useful_life_periods", 0)
    if mid_month:
        if life:
            read.out_of_range.append((f"{path}.useful_life_periods", "NOT_APPLICABLE"))
    elif life == 0:
        read.unreadable.append((f"{path}.useful_life_periods", "REQUIRED"))
    elif life > 1200 or (of_macrs and life not in MACRS):
        read.out_of_range.append((f"{path}.useful_life_periods", "OUT_OF_RANGE"))

    def taken(key, allowed, is_taken, default=None):
        if key in policy and not is_taken:
            read.out_of_range.append((f"{path}.{key}", "NOT_APPLICABLE"))
            return default
        return read.optional(policy, key, f"{path}.{key}", allowed, default)

    ratio = taken("salvage_ratio", ZERO_UP_TO_BELOW_ONE, not of_macrs)
    factor = taken("declining_balance_factor", ABOVE_ZERO, known in (None, DECLINING, SWITCHING), Fraction(2))
    bonus = taken("bonus_ratio", ZERO_UP_TO_ONE, not mid_month, Fraction(0))
    amount = taken("salvage_amount", ZERO_OR_MORE, not of_macrs and "salvage_ratio" not in policy)
    if amount is not None and total is not None and amount >= total:
        read.out_of_range.append((f"{path}.salvage_amount", "OUT_OF_RANGE"))
    month, needed = policy.get("placed_in_service_month"), mid_month or known == MID_QUARTER
    if month is None:
        if needed:
            read.unreadable.append((f"{path}.placed_in_service_month", "REQUIRED"))
    elif known and not needed:
        read.out_of_range.append((f"{path}.placed_in_service_month", "NOT_APPLICABLE"))
    elif known and not 1 <= month <= 12:
        read.out_of_range.append((f"{path}.placed_in_service_month", "OUT_OF_RANGE"))
    return Policy(method, life, ratio, factor, bonus, amount, month)


def printed_shares(policy):
    """The column of a printed table, in shares of the basis; None where the method has no table."""
    if policy.method == MACRS_HALF_YEAR:
        return MACRS[policy.life]
    if policy.method == MID_QUARTER:
        column = MID_QUARTER_TABLES[(policy.month + 2) // 3][policy.life]
    elif policy.method == RESIDENTIAL:
        column = of_month(RESIDENTIAL_TABLE, policy.month)
    elif policy.method == NONRESIDENTIAL:
        column = of_month(NONRESIDENTIAL_TABLE, policy.month)
    else:
        return None
    return [Fraction(share) / 100 for share in column.split()]


def schedule(policy, total):
    """Depreciation of each period as a share of cost; everything that the policy writes off costs `total`."""
    salvage = policy.ratio or Fraction(0)
    if policy.amount is not None:
        salvage = policy.amount / total
    bonus = min(policy.bonus, 1 - salvage)
    basis, life, printed = 1 - bonus, policy.life, printed_shares(policy)
    if printed:
        shares = [basis * share for share in printed]
    elif policy.method == STRAIGHT_LINE:
        shares = [(basis - salvage) / life] * life
    elif policy.method == YEARS_DIGITS:
        shares = [(basis - salvage) * (life - i) / Fraction(life * (life + 1), 2) for i in range(life)]
    else:
        book, shares = basis, []
        for i in range(life):
            share = min(book * min(policy.factor / life, 1), book - salvage)
            if policy.method == SWITCHING:
                share = max(share, (book - salvage) / (life - i))
            book -= share
            shares.append(share)
    return [shares[0] + bonus, *shares[1:]]


def compute_depreciation(request):
    read = Reader(request)
    currency = read.currency()
    cost = read.decimal(request, "cost", "cost", ABOVE_ZERO)
    policy = None
    if "policy" in request:
        policy = read_policy(read, request["policy"], "policy", cost if cost is None or cost > 0 else None)
    else:
        read.unreadable.append(("policy", "REQUIRED"))
    asked = read.options()
    read.done()
    book, years = cost, []
    for i, share in enumerate(schedule(policy, cost)):
        book -= cost * share
        years.append({"year": i + 1, "depreciation": cost * share, "book_value": book})
    return finish({"currency_code": currency, "years": years}, asked)


def read_series(read, request, key, within=""):
    texts = request.get(key, [])
    read.at_most(texts, 1200, within + key)
    amounts = [element(read, text, f"{within}{key}[{i}]", ZERO_OR_MORE) for i, text in enumerate(texts)]
    if key == "capital_expenditures":
        if not texts:
            if not request.get("assets"):
                read.unreadable.append((within + key, "REQUIRED"))
        elif None not in amounts and not any(amounts):
            read.out_of_range.append((within + key, "OUT_OF_RANGE"))
    return amounts


def read_assets(read, request, period):
    """[(expenditures, policy or None)]"""
    assets = request.get("assets", [])
    read.at_most(assets, 20, "assets")
    found = []
    for i, asset in enumerate(assets):
        path = f"assets[{i}]."
        read.text(asset, "name", path + "name")
        refused = read.refused()
        amounts = read_series(read, asset, "capital_expenditures", path)
        total = sum(amounts) if read.refused() == refused else None
        policy = None
        if "depreciation" in asset:
            policy = read_policy(read, asset["depreciation"], path + "depreciation", total, period)
        found.append((amounts, policy))
    return found


def taxed(profits, tax_rate, limit):
    """(taxes, balances of losses); a limit of None offsets losses at once."""
    if limit is None:
        return [profit * tax_rate for profit in profits], [None] * len(profits)
    taxes, balances, balance = [], [], Fraction(0)
    for profit in profits:
        offset = min(balance, limit * profit) if profit > 0 else Fraction(0)
        balance += -offset if profit > 0 else -profit
        taxes.append((profit - offset) * tax_rate if profit > 0 else Fraction(0))
        balances.append(balance)
    return taxes, balances


def factor_with_kinks(at_zero, slope, kept, fixed, tax_rate, limit, discounts, gain, at_end):
    """The one factor f from 0 on at which at_zero + slope × f - the taxes at f is worth 0; None where there is none, or more.

    Every kink is found in the order of the periods: where a profit begins, and where the balance before reaches the limit of
    what may be offset. Between two kinks next to each other everything is a straight line.
    """

    def profits(f):
        return [revenue * f - cost for revenue, cost in zip(kept, fixed)]

    def value(f):
        found = profits(f)
        taxes = taxed(found, tax_rate, limit)[0]
        worth = at_zero + slope * f - sum(tax * d for tax, d in zip(taxes, discounts))
        if gain is not None:
            worth -= (taxed([*found[:-1], found[-1] + gain], tax_rate, limit)[0][-1] - taxes[-1]) * at_end
        return worth

    last = len(kept) - 1
    kinks = {Fraction(0)}
    places = [cost / revenue for revenue, cost in zip(kept, fixed) if revenue]
    if gain is not None and kept[last]:
        places.append((fixed[last] - gain) / kept[last])
    kinks |= {place for place in places if place > 0}
    for i, more in [*((i, 0) for i in range(1, last + 1)), *([(last, gain)] if gain is not None and last else [])]:

        def excess(f):
            found = profits(f)
            return taxed(found, tax_rate, limit)[1][i - 1] - limit * max(found[i] + more, 0)

        kinks |= set(zeros_between(excess, sorted(kinks)))
    zeros = zeros_between(value, sorted(kinks))
    return zeros[0] if len(zeros) == 1 else None


def zeros_between(line, places):
    """The zeros, from the first place on, of a line that is straight between the places and beyond the last; where it is 0 all
    along, its ends, or two places of a ray.
    """
    places = [*places, places[-1] + 1]
    values = [line(place) for place in places]
    found = [place for place, value in zip(places, values) if value == 0 and place != places[-1]]
    for (one, start), (other, end) in zip(zip(places, values), zip(places[1:], values[1:])):
        if start * end < 0:
            found.append(one - start * (other - one) / (end - start))
    if values[-1] == 0:
        found.append(places[-1])
    # Beyond the last place: as steep as before it.
    steep = values[-1] - values[-2]
    if values[-1] * values[-2] > 0 and values[-1] * steep < 0:
        found.append(places[-1] - values[-1] / steep)
    return sorted(found)


def compute_capex_roi(request):
    read = Reader(request)
    currency = read.currency()
    period = read.period_of_months(request, "period", "period")
    refused = read.refused()
    capex = read_series(read, request, "capital_expenditures")
    total = sum(capex) if capex and read.refused() == refused else None
    revenues = read_series(read, request, "revenues")
    margin = read.optional(request, "gross_margin", "gross_margin", AT_MOST_ONE, Fraction(1))
    costs = read_series(read, request, "operating_costs")
    r = read.decimal(request, "discount_rate", "discount_rate", ABOVE_MINUS_ONE)
    tax_rate = read.optional(request, "tax_rate", "tax_rate", ZERO_UP_TO_ONE, Fraction(0))
    policy = None
    if "depreciation" in request:
        policy = read_policy(read, request["depreciation"], "depreciation", total, period)
    terminal_amount = read.optional(request, "terminal_amount", "terminal_amount", ANY)
    growth = read.optional(request, "perpetual_growth_rate", "perpetual_growth_rate", ABOVE_MINUS_ONE)
    if None not in (growth, r) and r > -1 and growth >= r:
        read.out_of_range.append(("perpetual_growth_rate", "OUT_OF_RANGE"))
    multiple = read.optional(request, "exit_multiple", "exit_multiple", ANY)
    timing = read.enum(request, "timing", "timing", TIMINGS, required=False)
    finance = read.optional(request, "finance_rate", "finance_rate", ABOVE_MINUS_ONE, r)
    asked = read.options()
    reinvestment = read.optional(request, "reinvestment_rate", "reinvestment_rate", ABOVE_MINUS_ONE, r)
    given = read.optional(request, "terminal_net_cash_flow", "terminal_net_cash_flow", ANY)
    if "terminal_net_cash_flow" in request and growth is None and "perpetual_growth_rate" not in request:
        if given is not None:
            read.out_of_range.append(("terminal_net_cash_flow", "NOT_APPLICABLE"))
    losses = read.enum(request, "tax_losses", "tax_losses", TAX_LOSSES, required=False)
    limit = Fraction(1)
    if "loss_offset_limit_ratio" in request and losses in TAX_LOSSES[:2]:
        read.out_of_range.append(("loss_offset_limit_ratio", "NOT_APPLICABLE"))
    else:
        limit = read.optional(request, "loss_offset_limit_ratio", "loss_offset_limit_ratio", ABOVE_ZERO_UP_TO_ONE, limit)
    limit = limit if losses == TAX_LOSSES[2] else None
    goes_on = "perpetual_growth_rate" in request or "exit_multiple" in request
    if "disposal_proceeds" in request and (goes_on or not ("depreciation" in request or request.get("assets"))):
        read.out_of_range.append(("disposal_proceeds", "NOT_APPLICABLE"))
        proceeds = None
    else:
        proceeds = read.optional(request, "disposal_proceeds", "disposal_proceeds", ZERO_OR_MORE)
    levels = request.get("net_working_capitals", [])
    read.at_most(levels, 1200, "net_working_capitals")
    levels = [element(read, text, f"net_working_capitals[{i}]", ANY) for i, text in enumerate(levels)]
    assets = read_assets(read, request, period)
    read.done()

    without_replacement = False
    per_year = PERIODS_A_YEAR[period]
    bought = [(capex, policy), *assets]
    outlays = "capital_expenditures" if capex else "assets"
    count = max(len(revenues), len(costs), len(levels), *(len(amounts) for amounts, _ in bought))
    capex = [sum((amounts[i] for amounts, _ in bought if i < len(amounts)), Fraction(0)) for i in range(count)]
    capex, revenues, costs = (list(s) + [Fraction(0)] * (count - len(s)) for s in (capex, revenues, costs))
    last = count - 1
    mid = timing == "CASH_FLOW_TIMING_MID_PERIOD"
    times = [Fraction(i, per_year) - (Fraction(1, 2 * per_year) if mid and i else 0) for i in range(count)]
    end = Fraction(last, per_year)

    depreciation = [Fraction(0)] * count
    for amounts, policy in bought:
        shares = schedule(policy, sum(amounts)) if policy and amounts else []
        for i, cost in enumerate(amounts):
            for k, share in enumerate(shares):
                if cost and i + 1 + k < count:
                    depreciation[i + 1 + k] += cost * share
    operating = [revenue * margin - cost for revenue, cost in zip(revenues, costs)]
    profits = [profit - written_off for profit, written_off in zip(operating, depreciation)]
    taxes, balances = taxed(profits, tax_rate, limit)
    net = [profit - tax - spent for profit, tax, spent in zip(operating, taxes, capex)]
    changes = [None] * count
    at_end = []  # what moves at the very end, besides a terminal value
    if levels:
        levels += levels[-1:] * (count - len(levels))
        changes = [level - before for level, before in zip(levels, [Fraction(0), *levels])]
        net = [flow - change for flow, change in zip(net, changes)]
        if not goes_on:
            at_end.append(levels[-1])
    gain = None
    if proceeds is not None:
        gain = proceeds - (sum(capex) - sum(depreciation))
        all_taxes, all_balances = taxed([*profits[:-1], profits[-1] + gain], tax_rate, limit)
        at_end.append(proceeds - (all_taxes[-1] - taxes[-1]))

    # The terminal value, when it is received, and what of it follows revenue.
    terminal, terminal_time, following = None, end, Fraction(0)
    if terminal_amount is not None:
        terminal = terminal_amount
    elif growth is not None:
        g, rate = (discount(x, -Fraction(1, per_year)) - 1 for x in (growth, r))
        replacing = (operating[last] - depreciation[last]) * (1 - tax_rate) if given is None else given
        terminal, terminal_time = replacing * (1 + g) / (rate - g), times[last]
        if given is None:
            following = revenues[last] * margin * (1 - tax_rate) * (1 + g) / (rate - g)
            if depreciation[last] == 0:
                without_replacement = True
    elif multiple is not None:
        terminal = operating[last] * per_year * multiple
        following = revenues[last] * margin * per_year * multiple
    # The payback counts its time as ever, whatever the timing: flow i moves evenly over period i, and the terminal value comes at
    # the end. A discounted flow has its value in the net present value, so that the shortfall at the end is that value below 0.
    counted = [Fraction(i, per_year) for i in range(count)]
    flows = list(zip(times, net))
    present = [amount * discount(r, time) for time, amount in flows]
    paid_back, paid_back_discounted = list(net), list(present)
    if terminal is not None:
        flows.append((terminal_time, terminal))
        counted.append(end)
        paid_back.append(terminal)
        paid_back_discounted.append(terminal * discount(r, terminal_time))
        net[last] += terminal
        present[last] += terminal * discount(r, terminal_time)
    for flow in at_end:
        flows.append((end, flow))
        counted.append(end)
        paid_back.append(flow)
        paid_back_discounted.append(flow * discount(r, end))
        net[last] += flow
        present[last] += flow * discount(r, end)
    series = Series(flows, per_year)

    spent, value = sum(capex), sum(present)
    inflow = sum(net) + spent
    value_spent = sum(cost * discount(r, time) for cost, time in zip(capex, times))
    roi = (inflow - spent) / spent
    value_of_revenue = sum(x * margin * (1 - tax_rate) * discount(r, time) for x, time in zip(revenues, times))
    value_of_revenue += following * discount(r, terminal_time)
    factor = None
    if any(revenues) and margin > 0 and tax_rate < 1 and limit is not None and tax_rate:
        fixed = [cost + written_off for cost, written_off in zip(costs, depreciation)]
        discounts = [discount(r, time) for time in times]
        shielded = sum(tax * factor for tax, factor in zip(taxes, discounts))
        if gain is not None:
            shielded += (all_taxes[-1] - taxes[-1]) * discount(r, end)
        # With the tax left out, the value is a straight line in the factor.
        gross = value + shielded
        slope = value_of_revenue + sum(x * margin * tax_rate * d for x, d in zip(revenues, discounts))
        factor = factor_with_kinks(gross - slope, slope, [x * margin for x in revenues], fixed, tax_rate, limit, discounts,
            gain, discount(r, end))
    elif any(revenues) and margin > 0 and tax_rate < 1 and value_of_revenue:
        factor = 1 - value / value_of_revenue
        if factor < 0:
            factor = None
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
                "tax": taxes[i] if gain is None or i < last else all_taxes[i],
                "net_cash_flow": net[i],
                "present_value": present[i],
                "cumulative_cash_flow": cumulative,
                "tax_loss_balance": balances[i] if gain is None or i < last else all_balances[i],
                "net_working_capital_change": changes[i],
            }
        )
    if growth is not None:
        read.terminal_growth("perpetual_growth_rate", growth, r)
    if without_replacement:
        read.warn("perpetual_growth_rate", "TERMINAL_WITHOUT_REPLACEMENT")
    found = internal_rates(series)
    warn_of_several_rates(read, outlays, found)
    return finish(
        {
            "currency_code": currency,
            "total_capital_expenditure": spent,
            "total_net_inflow": inflow,
            "net_gain": inflow - spent,
            "return_on_investment": roi,
            "annualized_return_on_investment": unless_too_large(power(1 + roi, 1 / end) - 1)
            if roi > -1 and last
            else None,
            "revenue_to_capital_expenditure": sum(revenues) / spent,
            "net_present_value": value,
            "profitability_index": (value + value_spent) / value_spent,
            "internal_rates_of_return": found,
            "modified_internal_rate_of_return": modified_rate(series, finance, reinvestment, stands_alone=False),
            "payback": payback_of(counted, paid_back, True),
            "discounted_payback": payback_of(counted, paid_back_discounted, True),
            "equivalent_annual_annuity": value * annuity_factor(r, end) if last else None,
            "break_even_revenue_factor": factor,
            "periods": rows,
        },
        asked,
    )


# ---------------------------------------------------------------------------------------------------------------------
# Rows
# ---------------------------------------------------------------------------------------------------------------------


def policy(method, life, salvage=None, **more):
    given = {"method": "DEPRECIATION_METHOD_" + method, "useful_life_periods": life}
    given = {**given, "salvage_ratio": salvage} if salvage else given
    return {**given, **more}


def building(kind, month, **more):
    """The policy of a building, which has a month and no life."""
    return {"method": f"DEPRECIATION_METHOD_MACRS_{kind}", "placed_in_service_month": month, **more}


def capex_roi_rows(rows):
    def roi(name, capex, revenues, costs=None, r="0.1", period=YEAR, published=None, absent=(), refused=None, **more):
        request = {"currency_code": "USD", "period": period, "capital_expenditures": capex.split(),
            "revenues": revenues.split(), "discount_rate": r}
        if costs is not None:
            request["operating_costs"] = costs.split()
        request.update(more)
        rows.add(name, "ComputeCapexRoi", request, None, published=published, refused=refused)
        for key in absent:
            assert key not in rows.rows[-1]["response"], (name, key)

    straight = policy("STRAIGHT_LINE", 4)
    mid = "CASH_FLOW_TIMING_MID_PERIOD"
    single_absent = ("annualized_return_on_investment", "equivalent_annual_annuity", "modified_internal_rate_of_return")
    plan = dict(capex="1000", revenues="0 500 600 700 800", costs="0 100 120 140 160")

    roi("one_year", "100", "0 121", published=dict(net_present_value="10", return_on_investment="0.21",
        annualized_return_on_investment="0.21", profitability_index="1.1", equivalent_annual_annuity="11",
        break_even_revenue_factor="0.9090909090909091"))
    roi("two_years", "100", "0 0 121", published=dict(net_present_value="0", annualized_return_on_investment="0.1",
        break_even_revenue_factor="1"))
    roi("single_period", "60e9", "20e9", absent=single_absent,
        published=dict(revenue_to_capital_expenditure="0.3333333333333333", net_gain="-40000000000",
        net_present_value="-40000000000", break_even_revenue_factor="3"))
    roi("single_period_gain", "100", "250", absent=single_absent, published={"payback.years": "0"})
    roi("single_period_terminal_amount", "100", "50", absent=single_absent, terminal_amount="70",
        published=dict(net_gain="20"))
    roi("single_period_mid", "100", "50", absent=single_absent, timing=mid)
    roi("lost_altogether", "100", "0 10", "0 10", absent=("annualized_return_on_investment",),
        published=dict(return_on_investment="-1"))
    roi("lost_and_more", "100", "0 10", "0 30", absent=("annualized_return_on_investment",),
        published=dict(return_on_investment="-1.2"))
    # Of 1, 2, 4, 5, 7, 8 and 10, a third, a seventh or a ninth is rounded up or down: nothing is left of 0 all the same.
    for spent, life in ((1, 3), (2, 3), (4, 3), (5, 3), (2, 7), (4, 7), (5, 9), (7, 9), (8, 9), (10, 9)):
        roi(f"lost_altogether_{spent}_over_{life}_periods", str(spent), "0", "0 " * life + str(spent), tax_rate="0.5",
            depreciation=policy("STRAIGHT_LINE", life), absent=("annualized_return_on_investment",),
            published=dict(return_on_investment="-1", total_net_inflow="0"))
    roi("lost_almost", "100", "0 0.0001", published=dict(return_on_investment="-0.999999"))
    # 21.5^12 is 9.8e15, 21.6^12 is 1.03e16, and 1000^12 is 1e36.
    roi("modified_rate_that_just_fits", "100", "0 2150", period=MONTH)
    roi("modified_rate_too_large_to_write", "100", "0 2160", period=MONTH, absent=("modified_internal_rate_of_return",))
    roi("growth_a_year_too_large_to_write", "1", "0 1000", period=MONTH, absent=("annualized_return_on_investment",
        "modified_internal_rate_of_return"), published=dict(return_on_investment="999", net_gain="999"))
    roi("rate_of_0", "100", "0 60 70", r="0", published=dict(net_present_value="30", equivalent_annual_annuity="15"))
    roi("rate_below_0", "100", "0 60 30", r="-0.1")
    roi("revenue_at_once", "100 50", "80 90 60", "5")
    roi("capex_continues", "100 100 100", "0 150 150 150 150", published=dict(total_capital_expenditure="300",
        total_net_inflow="600"))
    roi("capex_is_longest", "100 0 0 50", "0 90 90", published=dict(total_capital_expenditure="150"))
    roi("costs_are_longest", "100", "0 90 90", "0 10 10 10", published=dict(total_net_inflow="150"))
    roi("no_sign_change_gain", "10", "20 30")
    roi("several_rates", "1600 0 10000", "0 10000")
    roi("irr_none", "1 200", "101 0 150")
    roi("shares_of_cents", "0.01", "0 0.003 0.003 0.003 0.003", r="0.000001")
    roi("large_amounts", "5e27", "0 3e27 3e27")
    for period in (MONTH, QUARTER, YEAR):
        word = period[7:].lower()
        for timing in ("UNSPECIFIED", "END_OF_PERIOD", "MID_PERIOD"):
            roi(f"plan_per_{word}_{timing.lower()}", **plan, period=period, timing="CASH_FLOW_TIMING_" + timing,
                gross_margin="0.9")
        roi(f"plan_taxed_per_{word}", **plan, period=period, tax_rate="0.25", depreciation=straight)
        roi(f"plan_terminal_amount_per_{word}", **plan, period=period, terminal_amount="300", tax_rate="0.25")
        roi(f"plan_gordon_per_{word}", **plan, period=period, perpetual_growth_rate="0.02", tax_rate="0.25")
        roi(f"plan_exit_multiple_per_{word}", **plan, period=period, exit_multiple="5.5", tax_rate="0.25")
        roi(f"plan_gordon_mid_per_{word}", **plan, period=period, perpetual_growth_rate="0.02", timing=mid)
        roi(f"plan_exit_multiple_mid_per_{word}", **plan, period=period, exit_multiple="5.5", timing=mid,
            tax_rate="0.3", depreciation=straight)
        roi(f"plan_terminal_amount_mid_per_{word}", **plan, period=period, terminal_amount="300", timing=mid)
        roi(f"plan_other_rates_per_{word}", **plan, period=period, finance_rate="0.07", reinvestment_rate="0.03")
    roi("finance_rate_alone", **plan, finance_rate="0.2")
    roi("reinvestment_rate_alone", **plan, reinvestment_rate="0")
    roi("gordon_without_growth", "100", "0 10", perpetual_growth_rate="0", published=dict(net_present_value="0",
        break_even_revenue_factor="1"))
    roi("gordon_shrinking", "100", "0 20", perpetual_growth_rate="-0.05")
    roi("gordon_of_a_loss", "100", "0 50 20", "0 0 30", perpetual_growth_rate="0.03")
    roi("gordon_last_capex_ends", "100 0 5", "0 50 20", perpetual_growth_rate="0.03")
    roi("gordon_with_the_tax_shield", "300", "0 50 60", perpetual_growth_rate="0.03", tax_rate="0.1",
        depreciation=policy("STRAIGHT_LINE", 2))
    roi("gordon_replaces_what_wears_out", "100", "0 50 50 50", perpetual_growth_rate="0.02", tax_rate="0.25",
        depreciation=policy("STRAIGHT_LINE", 3), published=dict(net_present_value="133.7215126471"))
    roi("gordon_of_a_given_flow", "100", "0 50 50 50", perpetual_growth_rate="0.02", tax_rate="0.25",
        depreciation=policy("STRAIGHT_LINE", 3), terminal_net_cash_flow="12.5",
        published=dict(net_present_value="133.7215126471"))
    roi("gordon_of_a_given_loss", "100", "0 50 50 50", perpetual_growth_rate="0.02", terminal_net_cash_flow="-3",
        timing=mid, period=QUARTER, absent=("warnings",))
    roi("gordon_without_replacement_is_warned_of", "100 0 0 60", "0 50 50 50", perpetual_growth_rate="0.02",
        published=dict(warnings=[{"field": "perpetual_growth_rate", "reason": "TERMINAL_WITHOUT_REPLACEMENT"}]))
    roi("a_given_flow_without_growth", "100", "0 50", terminal_net_cash_flow="1",
        refused=[("terminal_net_cash_flow", "NOT_APPLICABLE")])
    roi("a_given_flow_beside_an_exit", "100", "0 50", terminal_net_cash_flow="1", exit_multiple="2",
        refused=[("terminal_net_cash_flow", "NOT_APPLICABLE")])
    roi("gordon_almost_the_discount_rate", "100", "0 50 20", perpetual_growth_rate="0.0999")
    roi("exit_multiple_of_a_loss", "100", "0 90 20", "0 0 30", exit_multiple="3")
    roi("exit_multiple_of_0", "100", "0 90 20", exit_multiple="0")
    roi("terminal_amount_of_0", "100", "0 90 20", terminal_amount="0")
    roi("terminal_amount_saves_it", "200", "0 60 60", terminal_amount="150")
    roi("mid_period_capex_continues", "100 100", "0 150 150", timing=mid)
    roi("mid_period_several_rates", "100 0 300", "0 390 0", timing=mid)
    roi("mid_period_never", "100", "0 50 50", timing=mid)
    roi("payback_by_a_terminal_amount", "100", "0 0 0 0 0 0", terminal_amount="200",
        published={"payback.years": "5", "discounted_payback.years": "5"})
    roi("payback_by_an_exit", "100", "0 20 20 20", exit_multiple="8", published={"payback.years": "3"})
    roi("payback_by_gordon_in_mid_period", "100", "0 20 20 20", perpetual_growth_rate="0.01", timing=mid,
        published={"payback.years": "3", "discounted_payback.years": "3"})
    roi("payback_before_the_exit", "100", "0 60 60", terminal_amount="50", r="0", published={"payback.years": "5/3"})
    roi("payback_undone_by_closing_down", "100", "0 60 60", terminal_amount="-21", r="0",
        published={"payback.never.shortfall": "1"})
    roi("payback_undone", "100 0 120", "0 150 0 100 90")
    roi("payback_never", "100", "0 30 30", published={"payback.never.shortfall": "40"})
    roi("payback_discounted_never", "100", "0 52 52", published={"payback.years": "1.923076923076923"})
    roi("gross_margin_of_0", "100", "0 52 52", gross_margin="0", absent=("break_even_revenue_factor",))
    roi("gross_margin_below_0", "100", "0 52 52", gross_margin="-0.5", absent=("break_even_revenue_factor",))
    roi("tax_of_everything", "100", "0 52 52", tax_rate="1", exit_multiple="2", absent=("break_even_revenue_factor",))
    roi("pays_without_revenue", "100", "0 52 52", terminal_amount="200", absent=("break_even_revenue_factor",))
    roi("gross_margin_of_a_third", "100", "0 200 200", gross_margin="0.3333333333333333333333333333")
    # Taxes and depreciation
    for method in ("STRAIGHT_LINE", "DOUBLE_DECLINING_BALANCE", "SUM_OF_YEARS_DIGITS"):
        for salvage in (None, "0.1", "0.3"):
            name = f"{method.lower()}_salvage_{salvage or '0'}"
            roi(f"taxed_{name}", **plan, tax_rate="0.21", depreciation=policy(method, 4, salvage))
            roi(f"taxed_cut_off_{name}", **plan, tax_rate="0.21", depreciation=policy(method, 6, salvage))
        roi(f"taxed_two_assets_{method.lower()}", "1000 500", "0 500 700 700 800", tax_rate="0.21",
            depreciation=policy(method, 3))
        roi(f"taxed_monthly_{method.lower()}", "1200", "0 " + "100 " * 24, period=MONTH, tax_rate="0.3",
            depreciation=policy(method, 18, "0.05"))
        roi(f"taxed_quarterly_{method.lower()}", "1200", "0 " + "180 " * 12, period=QUARTER, tax_rate="0.3",
            depreciation=policy(method, 10), timing=mid)
    for life in (3, 5, 7, 10, 15, 20):
        roi(f"taxed_macrs_{life}", "1000 200", "0 300 300 300 300 300 300", tax_rate="0.21",
            depreciation=policy("MACRS_HALF_YEAR", life))
    written_off = dict(capex="1000 500", revenues="0 500 700 700 800 900 900", tax_rate="0.21")
    for name, given in (
        ("switching", policy("DECLINING_BALANCE_SWITCHING", 4, "0.1")),
        ("switching_longer_than_it_lasts", policy("DECLINING_BALANCE_SWITCHING", 9, declining_balance_factor="1.5")),
        ("bonus", policy("DOUBLE_DECLINING_BALANCE", 5, bonus_ratio="0.4")),
        ("bonus_switching", policy("DECLINING_BALANCE_SWITCHING", 3, "0.15", bonus_ratio="0.8")),
        ("bonus_and_line", policy("STRAIGHT_LINE", 3, "0.15", bonus_ratio="0.9")),
        ("salvage_amount", policy("SUM_OF_YEARS_DIGITS", 3, salvage_amount="400")),
        ("salvage_amount_declining", policy("DOUBLE_DECLINING_BALANCE", 4, salvage_amount="100.01")),
        ("mid_quarter", policy("MACRS_MID_QUARTER", 5, placed_in_service_month=12, bonus_ratio="0.2")),
        ("residential", building("RESIDENTIAL", 7)),
        ("nonresidential", building("NONRESIDENTIAL", 1)),
    ):
        roi(f"taxed_{name}", **written_off, depreciation=given)
    roi("taxed_residential_to_the_end", "1000", "0 " + "90 " * 32, tax_rate="0.25", depreciation=building("RESIDENTIAL", 9))
    roi("taxed_switching_monthly", "1200 300", "0 " + "100 " * 24, period=MONTH, tax_rate="0.3",
        depreciation=policy("DECLINING_BALANCE_SWITCHING", 18, salvage_amount="50", declining_balance_factor="3"))
    roi("refused_salvage_of_all_expenditures", "100 50", "0 90", depreciation=policy("STRAIGHT_LINE", 3,
        salvage_amount="150"), refused=[("depreciation.salvage_amount", "OUT_OF_RANGE")])
    roi("refused_salvage_is_not_compared_with_what_cannot_be_read", "100 x", "0 90", depreciation=policy(
        "STRAIGHT_LINE", 3, salvage_amount="1500"), refused=[("capital_expenditures[1]", "DECIMAL_MALFORMED")])
    roi("refused_building_by_the_quarter", "100", "0 90", period=QUARTER, depreciation=building("RESIDENTIAL", 3),
        refused=[("depreciation.method", "NOT_APPLICABLE")])
    roi("refused_in_the_order_of_the_contract", "100", "0 90", reinvestment_rate="x", options={"rounding": {"mode": 77}},
        refused=[("options.rounding.mode", "ENUM_UNKNOWN"), ("reinvestment_rate", "DECIMAL_MALFORMED")])
    roi("refused_fields_of_no_method", "100", "0 90", depreciation={"placed_in_service_month": 13,
        "declining_balance_factor": "-1", "bonus_ratio": "2"}, refused=[("depreciation.method", "REQUIRED"),
        ("depreciation.useful_life_periods", "REQUIRED"), ("depreciation.declining_balance_factor", "OUT_OF_RANGE"),
        ("depreciation.bonus_ratio", "OUT_OF_RANGE")])
    carried_rows(roi, rows)
    ending_rows(roi)
    asset_rows(rows)
    roi("taxed_losses_are_offset", "100", "0 10 200", "0 60 20", tax_rate="0.4")
    roi("taxed_shield_larger_than_profit", "100", "0 10 130", tax_rate="0.4", depreciation=policy("STRAIGHT_LINE", 1))
    roi("taxed_altogether", "100", "0 60 60", tax_rate="1", depreciation=policy("STRAIGHT_LINE", 2))
    roi("taxed_without_depreciation", "100", "0 60 90", tax_rate="0.25")
    roi("depreciated_without_tax", "100", "0 60 90", depreciation=policy("STRAIGHT_LINE", 2))
    roi("depreciated_after_the_end", "0 0 100", "90 90 90", tax_rate="0.25", depreciation=policy("STRAIGHT_LINE", 2))
    roi("life_of_1_double_declining", "100", "0 60 90", tax_rate="0.25", depreciation=policy("DOUBLE_DECLINING_BALANCE",
        1, "0.2"))
    for mode in MODES:
        roi(f"plan_rounded_{mode.lower()}", **plan, tax_rate="0.21", depreciation=policy("DOUBLE_DECLINING_BALANCE", 4),
            options=rounded_to(2, f"ROUNDING_MODE_{mode}"))
    roi("hyperscaler_quarters", "12e9 12e9 12e9 12e9", "0 1e9 2e9 3e9 4e9 5e9 5e9 5e9 5e9 5e9 5e9 5e9 5e9",
        period=QUARTER, gross_margin="0.6", tax_rate="0.16", depreciation=policy("STRAIGHT_LINE", 24),
        exit_multiple="8", options=rounded_to(2))
    roi("hundred_years_of_months", "1000000", "0 " + "9000 " * 400, period=MONTH, r="0.08")

    roi("refused_capex_negative", "100 -1", "0 10", refused=[("capital_expenditures[1]", "OUT_OF_RANGE")])
    roi("refused_capex_zeros", "0 0", "0 10", refused=[("capital_expenditures", "OUT_OF_RANGE")])
    roi("refused_capex_too_many", "1 " * 1201, "0 10", refused=[("capital_expenditures", "TOO_MANY_ITEMS")])
    roi("refused_revenues", "1", "0 x -3", refused=[("revenues[1]", "DECIMAL_MALFORMED"), ("revenues[2]",
        "OUT_OF_RANGE")])
    roi("refused_costs", "1", "0 5", "-1", refused=[("operating_costs[0]", "OUT_OF_RANGE")])
    roi("refused_rates", "1", "0 5", r="-1", gross_margin="1.01", tax_rate="1.01", finance_rate="-1",
        reinvestment_rate="-2", refused=[("gross_margin", "OUT_OF_RANGE"), ("discount_rate", "OUT_OF_RANGE"),
        ("tax_rate", "OUT_OF_RANGE"), ("finance_rate", "OUT_OF_RANGE"), ("reinvestment_rate", "OUT_OF_RANGE")])
    roi("refused_tax_below_0", "1", "0 5", tax_rate="-0.1", refused=[("tax_rate", "OUT_OF_RANGE")])
    for g in ("0.1", "0.11"):
        roi(f"refused_growth_{g}", "1", "0 5", perpetual_growth_rate=g, refused=[("perpetual_growth_rate",
            "OUT_OF_RANGE")])
    roi("refused_enums", "1", "0 5", period=9, timing=3, depreciation={"method": 9, "useful_life_periods": 3},
        refused=[("period", "ENUM_UNKNOWN"), ("depreciation.method", "ENUM_UNKNOWN"), ("timing", "ENUM_UNKNOWN")])
    roi("refused_policy_empty", "1", "0 5", depreciation={}, refused=[("depreciation.method", "REQUIRED"),
        ("depreciation.useful_life_periods", "REQUIRED")])
    roi("refused_policy", "1", "0 5", depreciation={"method": "DEPRECIATION_METHOD_STRAIGHT_LINE",
        "useful_life_periods": 1201, "salvage_ratio": "1"}, refused=[("depreciation.useful_life_periods",
        "OUT_OF_RANGE"), ("depreciation.salvage_ratio", "OUT_OF_RANGE")])
    roi("refused_macrs", "1", "0 5", depreciation=policy("MACRS_HALF_YEAR", 4, "0.1"),
        refused=[("depreciation.useful_life_periods", "OUT_OF_RANGE"), ("depreciation.salvage_ratio",
        "NOT_APPLICABLE")])


def depreciation_rows(rows):
    def falls(name, cost, method, life, salvage=None, published=None, refused=None, given=None, **more):
        given = policy(method, life, salvage) if given is None else given
        request = {"currency_code": "USD", "cost": cost, "policy": given, **more}
        rows.add(name, "ComputeDepreciation", request, None, published=None, refused=refused)
        if refused is None:
            found = [year["depreciation"] for year in rows.rows[-1]["response"]["years"]]
            assert published is None or found == published.split(), (name, found)

    falls("straight_line", "1000", "STRAIGHT_LINE", 4, None, "250 250 250 250")
    falls("straight_line_salvage", "1000", "STRAIGHT_LINE", 3, "0.1", "300 300 300")
    falls("straight_line_thirds", "1000", "STRAIGHT_LINE", 3)
    falls("straight_line_one_year", "1000", "STRAIGHT_LINE", 1, None, "1000")
    falls("straight_line_1200_periods", "7", "STRAIGHT_LINE", 1200, "0.25", options=rounded_to(6))
    falls("double_declining", "1000", "DOUBLE_DECLINING_BALANCE", 5, None, "400 240 144 86.4 51.84")
    falls("double_declining_stops_at_salvage", "1000", "DOUBLE_DECLINING_BALANCE", 5, "0.1", "400 240 144 86.4 29.6")
    falls("double_declining_stops_early", "1000", "DOUBLE_DECLINING_BALANCE", 5, "0.3", "400 240 60 0 0")
    falls("double_declining_one_year", "1000", "DOUBLE_DECLINING_BALANCE", 1, None, "1000")
    falls("double_declining_one_year_salvage", "1000", "DOUBLE_DECLINING_BALANCE", 1, "0.25", "750")
    falls("double_declining_two_years", "1000", "DOUBLE_DECLINING_BALANCE", 2, "0.25", "750 0")
    falls("double_declining_7", "3", "DOUBLE_DECLINING_BALANCE", 7)
    falls("double_declining_100", "1e9", "DOUBLE_DECLINING_BALANCE", 100, "0.01")
    falls("sum_of_years_digits", "1500", "SUM_OF_YEARS_DIGITS", 5, None, "500 400 300 200 100")
    falls("sum_of_years_digits_salvage", "1000", "SUM_OF_YEARS_DIGITS", 4, "0.2", "320 240 160 80")
    falls("sum_of_years_digits_7", "1000", "SUM_OF_YEARS_DIGITS", 7, "0.123456789")
    falls("sum_of_years_digits_one_year", "1000", "SUM_OF_YEARS_DIGITS", 1, None, "1000")
    for life in (3, 5, 7, 10, 15, 20):
        falls(f"macrs_{life}", "100000", "MACRS_HALF_YEAR", life)
    printed_rows(rows)
    chosen_rows(falls)
    falls("macrs_smallest_cost", "1e-28", "MACRS_HALF_YEAR", 5)
    falls("largest_cost", "7.89e28", "SUM_OF_YEARS_DIGITS", 3)
    for mode in MODES:
        falls(f"depreciation_rounded_{mode.lower()}", "1000", "STRAIGHT_LINE", 7, "0.05", options=rounded_to(2,
            f"ROUNDING_MODE_{mode}"))
    falls("refused_cost_0", "0", "STRAIGHT_LINE", 4, refused=[("cost", "OUT_OF_RANGE")])
    falls("refused_life_1201", "1", "STRAIGHT_LINE", 1201, refused=[("policy.useful_life_periods", "OUT_OF_RANGE")])
    falls("refused_life_0", "1", "STRAIGHT_LINE", 0, refused=[("policy.useful_life_periods", "REQUIRED")])
    falls("refused_salvage_1", "1", "STRAIGHT_LINE", 3, "1", refused=[("policy.salvage_ratio", "OUT_OF_RANGE")])
    falls("refused_macrs_salvage", "1", "MACRS_HALF_YEAR", 5, "0.1", refused=[("policy.salvage_ratio",
        "NOT_APPLICABLE")])
    falls("refused_macrs_6", "1", "MACRS_HALF_YEAR", 6, refused=[("policy.useful_life_periods", "OUT_OF_RANGE")])
    falls("refused_method_0", "1", "UNSPECIFIED", 6, refused=[("policy.method", "REQUIRED")])
    rows.add("depreciation_of_an_empty_request", "ComputeDepreciation", {}, None, refused=[("currency_code",
        "REQUIRED"), ("cost", "REQUIRED"), ("policy", "REQUIRED")])
    rows.add("capex_of_an_empty_policy", "ComputeDepreciation", {"currency_code": "USD", "cost": "5", "policy": {}},
        None, refused=[("policy.method", "REQUIRED"), ("policy.useful_life_periods", "REQUIRED")])


def carried_rows(roi, rows):
    """Losses carried forward."""

    def tax(name, taxes, balances, *given, published=None, **more):
        period = {f"periods[{i}].tax": value for i, value in enumerate(taxes.split())}
        left = {f"periods[{i}].tax_loss_balance": value for i, value in enumerate(balances.split())}
        roi(name, *given, published={**period, **left, **(published or {})}, tax_losses="TAX_LOSSES_CARRIED_FORWARD",
            **more)

    # By hand: losses of 0, 30 and 20, then profits of 40 and 60: 40 is offset, and the 10 that are left.
    tax("carried_forward", "0 0 0 0 12.5", "0 30 50 10 0", "100", "0 0 0 40 60", "0 30 20", tax_rate="0.25")
    # 80 % of 40 and of 60: 32, then 18 that are left.
    tax("carried_forward_to_a_limit", "0 0 0 2 10.5", "0 30 50 18 0", "100", "0 0 0 40 60", "0 30 20", tax_rate="0.25",
        loss_offset_limit_ratio="0.8")
    tax("carried_forward_and_lost", "0 0 0", "0 50 40", "100", "0 0 10", "0 50", tax_rate="0.3",
        depreciation=policy("STRAIGHT_LINE", 1, salvage_amount="99.9999999999999999"),
        published={"periods[1].tax_loss_balance": "50.0000000000000001",
        "periods[2].tax_loss_balance": "40.0000000000000001"})
    tax("carried_forward_without_tax", "0 0 0", "0 20 0", "100", "0 0 150", "0 20", published={})
    tax("carried_forward_depreciation", "0 0 0 15", "0 50 20 0", "100", "0 0 80 80", tax_rate="0.25", period=QUARTER,
        depreciation=policy("STRAIGHT_LINE", 2))
    for limit in ("1", "0.8", "0.5", "0.3333333333333333333333333333"):
        more = dict(tax_losses="TAX_LOSSES_CARRIED_FORWARD", loss_offset_limit_ratio=limit, tax_rate="0.25",
            depreciation=policy("DECLINING_BALANCE_SWITCHING", 3))
        for name, given in (
            ("plan", dict(capex="1000 200", revenues="0 100 300 500 700 900", costs="50 60 70 80 90 300")),
            ("late", dict(capex="500", revenues="0 10 20 30 400 500 600 700", costs="0 30 30 30 30")),
            ("uneven", dict(capex="300", revenues="10 200 0 300 1 400", costs="0 150 100 20 90 10", gross_margin="0.7")),
        ):
            roi(f"carried_{name}_{limit[:6]}", **given, **more)
            roi(f"carried_{name}_{limit[:6]}_exit_mid", **given, **more, exit_multiple="2", r="0.07", period=QUARTER,
                timing="CASH_FLOW_TIMING_MID_PERIOD")
            roi(f"carried_{name}_{limit[:6]}_gordon", **given, **more, perpetual_growth_rate="0.01")
    carried = dict(tax_losses="TAX_LOSSES_CARRIED_FORWARD", absent=("break_even_revenue_factor",))
    roi("carried_pays_without_revenue", "100", "0 50 60", "0 5", terminal_amount="300", tax_rate="0.5", **carried)
    # At a rate of -60 % a tax saved later weighs more than the loss: the value rises to capex + 34.09 at 10 / 11, falls to
    # capex + 31.25 at 1, and rises again.
    for spent, published in (("30", {}), ("31.25", None), ("33", None), ("35", {})):
        given = dict(r="-0.6", tax_rate="0.5", tax_losses="TAX_LOSSES_CARRIED_FORWARD")
        absent = ("break_even_revenue_factor",) if published is None else ()
        roi(f"carried_rises_and_falls_{spent}", spent, "0 100 10", "0 100", absent=absent, **given)
        assert absent or "break_even_revenue_factor" in rows.rows[-1]["response"], spent
    roi("offset_at_once", "100", "0 0 40 60", "0 30", tax_rate="0.25", tax_losses="TAX_LOSSES_OFFSET_AT_ONCE",
        published={"periods[1].tax": "-7.5"})
    roi("refused_limit_of_losses_offset_at_once", "100", "0 50", loss_offset_limit_ratio="0.8",
        refused=[("loss_offset_limit_ratio", "NOT_APPLICABLE")])
    for limit in ("0", "1.1"):
        roi(f"refused_limit_of_{limit}", "100", "0 50", loss_offset_limit_ratio=limit,
            tax_losses="TAX_LOSSES_CARRIED_FORWARD", refused=[("loss_offset_limit_ratio", "OUT_OF_RANGE")])
    roi("refused_tax_losses_unknown", "100", "0 50", loss_offset_limit_ratio="x", tax_losses=3,
        refused=[("tax_losses", "ENUM_UNKNOWN"), ("loss_offset_limit_ratio", "DECIMAL_MALFORMED")])


def ending_rows(roi):
    """Disposals, and net working capital."""
    line = policy("STRAIGHT_LINE", 4)
    mid = "CASH_FLOW_TIMING_MID_PERIOD"
    sold = dict(capex="100", revenues="0 50 50", depreciation=line, tax_rate="0.2", r="0")
    # By hand: 100 less twice 25 is a book value of 50; a gain of 10 is taxed by 2. 50 - 5 + 58 after 50 - 5.
    roi("disposal_with_a_gain", **sold, disposal_proceeds="60", published={"periods[2].tax": "7",
        "periods[2].net_cash_flow": "103", "net_gain": "48"})
    roi("disposal_at_book_value", **sold, disposal_proceeds="50", published={"periods[2].tax": "5"})
    roi("disposal_with_a_loss", **sold, disposal_proceeds="10", published={"periods[2].tax": "-3"})
    roi("write_off", **sold, disposal_proceeds="0", published={"periods[2].tax": "-5",
        "periods[2].net_cash_flow": "55"})
    # By hand: 45 and 45 come in, 10 are missing, and the proceeds come at the end.
    roi("disposal_pays_back_at_the_end", "100", "0 50 30 10", depreciation=policy("STRAIGHT_LINE", 3),
        disposal_proceeds="40", r="0", published={"payback.years": "3"})
    roi("disposal_beside_a_terminal_amount", "100 0 20", "0 50 60", depreciation=line, tax_rate="0.25",
        disposal_proceeds="30", terminal_amount="-15")
    for timing in ("END_OF_PERIOD", "MID_PERIOD"):
        for period in (MONTH, QUARTER, YEAR):
            word = f"{period[7:].lower()}_{timing.lower()}"
            more = dict(period=period, timing="CASH_FLOW_TIMING_" + timing, tax_rate="0.3")
            roi(f"disposal_per_{word}", "1000 200", "0 500 600 300", "0 100 90", **more, disposal_proceeds="700",
                depreciation=policy("DECLINING_BALANCE_SWITCHING", 5, "0.1", bonus_ratio="0.2"))
            roi(f"working_capital_per_{word}", "1000", "0 500 600 300", "0 100 90", **more,
                net_working_capitals=["50", "120.5", "90"])
            roi(f"everything_at_the_end_per_{word}", "1000", "0 500 600 300", "0 100 90", **more,
                net_working_capitals=["0", "-40"], disposal_proceeds="12.5", terminal_amount="33", depreciation=line)
            for limit in ("1", "0.6"):
                carried = dict(tax_losses="TAX_LOSSES_CARRIED_FORWARD", loss_offset_limit_ratio=limit)
                for proceeds in ("0", "900"):
                    roi(f"disposal_carried_{proceeds}_{limit}_per_{word}", "1000", "0 300 10 700", "0 100 400 50", **more,
                        **carried, disposal_proceeds=proceeds, depreciation=policy("STRAIGHT_LINE", 5))
    roi("disposal_of_a_single_period", "100", "150", "20", tax_rate="0.25", depreciation=line, disposal_proceeds="80",
        timing=mid)
    roi("disposal_of_a_single_period_carried", "100", "150", "20", tax_rate="0.25", depreciation=line,
        disposal_proceeds="10", timing=mid, tax_losses="TAX_LOSSES_CARRIED_FORWARD")
    # By hand: 10, then 15 more, then 5 less; 20 come back.
    roi("working_capital", "100", "0 60 70", r="0", net_working_capitals=["10", "25", "20"], published={
        "periods[0].net_cash_flow": "-110", "periods[1].net_cash_flow": "45", "periods[2].net_cash_flow": "95",
        "periods[2].net_working_capital_change": "-5", "net_gain": "30"})
    roi("working_capital_goes_on_with_its_last_level", "100", "0 60 70 80", net_working_capitals=["10"], published={
        "periods[1].net_working_capital_change": "0", "periods[3].net_cash_flow": "90"})
    roi("working_capital_is_longest", "100", "0 60", net_working_capitals=["5", "10", "15", "20"])
    roi("working_capital_below_0", "100", "0 60 70", net_working_capitals=["-30", "-35"])
    roi("working_capital_pays_back_at_the_end", "100", "0 40 40 20", r="0", net_working_capitals=["30"],
        published={"payback.years": "3"})
    roi("working_capital_is_kept_by_gordon", "100", "0 60 70", net_working_capitals=["10", "20"], tax_rate="0.25",
        perpetual_growth_rate="0.01", timing=mid, depreciation=policy("STRAIGHT_LINE", 3))
    roi("working_capital_is_sold", "100", "0 60 70", net_working_capitals=["10", "20"], exit_multiple="3", timing=mid)
    roi("refused_disposal_without_policy", "100", "0 60", disposal_proceeds="x", refused=[("disposal_proceeds",
        "NOT_APPLICABLE")])
    for name, terminal in (("gordon", dict(perpetual_growth_rate="0")), ("an_exit", dict(exit_multiple="3"))):
        roi(f"refused_disposal_beside_{name}", "100", "0 60", **terminal, depreciation=line, disposal_proceeds="1",
            refused=[("disposal_proceeds", "NOT_APPLICABLE")])
    roi("refused_disposal_below_0", "100", "0 60", depreciation=line, disposal_proceeds="-1",
        net_working_capitals=["1", "x"], refused=[("net_working_capitals[1]", "DECIMAL_MALFORMED"),
        ("disposal_proceeds", "OUT_OF_RANGE")])
    roi("refused_working_capitals_too_many", "100", "0 60", net_working_capitals=["1"] * 1201,
        refused=[("net_working_capitals", "TOO_MANY_ITEMS")])


def asset_rows(rows):
    """Several assets, each with a depreciation of its own."""

    def row(name, assets, refused=None, published=None, **more):
        request = {"currency_code": "USD", "period": YEAR, "discount_rate": "0.1", "tax_rate": "0.25",
            "revenues": "0 500 600 700".split(), "assets": assets, **more}
        rows.add(name, "ComputeCapexRoi", request, None, published=published, refused=refused)

    def asset(name, spent, depreciation=None):
        given = {"name": name, "capital_expenditures": spent.split()}
        return given if depreciation is None else {**given, "depreciation": depreciation}

    servers = asset("servers", "600 0 90", policy("DECLINING_BALANCE_SWITCHING", 4))
    hall = asset("hall", "300 200", building("NONRESIDENTIAL", 4))
    land = asset("land", "100")
    # By hand: 300 a year of 600 over two years, and 100 a year of 400 over four.
    row("assets_alone", [asset("fast", "600", policy("STRAIGHT_LINE", 2)), asset("slow", "400", policy("STRAIGHT_LINE",
        4))], published={"periods[1].depreciation": "400", "periods[3].depreciation": "100",
        "total_capital_expenditure": "1000"})
    row("assets_of_three_classes", [servers, hall, land])
    row("assets_beside_expenditures", [servers, hall, land], capital_expenditures=["50", "10"],
        depreciation=policy("SUM_OF_YEARS_DIGITS", 3, salvage_amount="7"))
    row("assets_beside_expenditures_without_depreciation", [hall], capital_expenditures=["50", "10"])
    row("assets_sold", [servers, land], disposal_proceeds="350", timing="CASH_FLOW_TIMING_MID_PERIOD")
    row("assets_of_land_sold", [land], disposal_proceeds="130", published={"periods[3].tax": "182.5"})
    row("assets_with_losses_carried_forward", [servers, hall], capital_expenditures=["500"],
        depreciation=policy("STRAIGHT_LINE", 1), tax_losses="TAX_LOSSES_CARRIED_FORWARD", loss_offset_limit_ratio="0.8",
        disposal_proceeds="100", net_working_capitals=["10", "30"])
    row("assets_are_longest", [asset("later", "0 0 0 0 0 90", policy("STRAIGHT_LINE", 2))])
    row("assets_with_salvage_amounts", [asset("one", "100 50", policy("STRAIGHT_LINE", 2, salvage_amount="30")),
        asset("two", "70", policy("DOUBLE_DECLINING_BALANCE", 3, salvage_amount="1"))])
    row("assets_with_several_rates", [asset("mine", "1600 0 10000")], revenues=["0", "10000"], tax_rate="0",
        published={"warnings": [{"field": "assets", "reason": "SEVERAL_RATES"}]})
    row("assets_20", [asset(f"number {i}", "0 " * (i % 3) + str(i + 1), policy("STRAIGHT_LINE", i + 1)) for i in
        range(20)])
    row("refused_assets_21", [land] * 21, refused=[("assets", "TOO_MANY_ITEMS")])
    row("refused_assets_empty", [], refused=[("capital_expenditures", "REQUIRED")])
    row("refused_assets_without_anything", [{}, asset("a", "0 0"), asset("b", "5", policy("STRAIGHT_LINE", 3,
        salvage_amount="5")), asset("c", "5 x", {})], refused=[("assets[0].name", "REQUIRED"),
        ("assets[0].capital_expenditures", "REQUIRED"), ("assets[3].capital_expenditures[1]", "DECIMAL_MALFORMED"),
        ("assets[3].depreciation.method", "REQUIRED"), ("assets[3].depreciation.useful_life_periods", "REQUIRED"),
        ("assets[1].capital_expenditures", "OUT_OF_RANGE"), ("assets[2].depreciation.salvage_amount",
        "OUT_OF_RANGE")])
    row("refused_asset_by_the_month", [hall], period=MONTH, refused=[("assets[0].depreciation.method",
        "NOT_APPLICABLE")])


def printed_rows(rows):
    """Each column of the printed tables of IRS Publication 946, on a cost of 100."""

    def column(name, table, given, percentages):
        request = {"currency_code": "USD", "cost": "100", "policy": given}
        rows.add(name, "ComputeDepreciation", request, f"IRS Publication 946, Appendix A, table {table}")
        found = [Fraction(year["depreciation"]) for year in rows.rows[-1]["response"]["years"]]
        assert found == [Fraction(share) for share in percentages.split()], (name, found)
        assert rows.rows[-1]["response"]["years"][-1]["book_value"] == "0", name

    for quarter, table in MID_QUARTER_TABLES.items():
        for life, percentages in table.items():
            for month in (3 * quarter - 2, 3 * quarter):
                given = policy("MACRS_MID_QUARTER", life, placed_in_service_month=month)
                column(f"mid_quarter_{life}_years_month_{month}", f"A-{quarter + 1}", given, percentages)
    for month in range(1, 13):
        column(f"residential_month_{month}", "A-6", building("RESIDENTIAL", month), of_month(RESIDENTIAL_TABLE, month))
        column(f"nonresidential_month_{month}", "A-7a", building("NONRESIDENTIAL", month),
            of_month(NONRESIDENTIAL_TABLE, month))


def chosen_rows(falls):
    """Factors, switching, bonus, and salvage as an amount."""

    def row(name, cost, given, published=None, refused=None):
        falls(name, cost, None, None, None, published, refused, given)

    declining, switching = "DOUBLE_DECLINING_BALANCE", "DECLINING_BALANCE_SWITCHING"
    row("declining_by_150_per_cent", "1000", policy(declining, 5, declining_balance_factor="1.5"),
        "300 210 147 102.9 72.03")
    row("declining_by_a_rate_above_1", "1000", policy(declining, 3, "0.2", declining_balance_factor="4"), "800 0 0")
    row("declining_slower_than_straight_line", "1000", policy(declining, 4, declining_balance_factor="0.4"))
    row("switching", "10000", policy(switching, 5), "4000 2400 1440 1080 1080")
    row("switching_at_salvage", "10000", policy(switching, 5, "0.1", declining_balance_factor="1.5"),
        "3000 2100 1470 1215 1215")
    row("switching_reaches_salvage_before", "10000", policy(switching, 5, "0.3"), "4000 2400 600 0 0")
    row("switching_from_the_start", "1000", policy(switching, 4, declining_balance_factor="0.5"), "250 250 250 250")
    row("switching_where_both_charge_alike", "1000", policy(switching, 2, declining_balance_factor="1"), "500 500")
    row("switching_one_year", "1000", policy(switching, 1, "0.25"), "750")
    row("switching_7_years", "3", policy(switching, 7, "0.123456789", declining_balance_factor="1.75"))
    row("switching_100_years", "1e9", policy(switching, 100))
    row("bonus_and_straight_line", "1000", policy("STRAIGHT_LINE", 4, "0.2", bonus_ratio="0.4"), "500 100 100 100")
    row("bonus_of_all", "1000", policy("STRAIGHT_LINE", 3, bonus_ratio="1"), "1000 0 0")
    row("bonus_stops_at_salvage", "1000", policy("SUM_OF_YEARS_DIGITS", 3, "0.3", bonus_ratio="0.8"), "700 0 0")
    row("bonus_of_0", "1000", policy("STRAIGHT_LINE", 4, bonus_ratio="0"), "250 250 250 250")
    row("bonus_and_declining", "1000", policy(declining, 4, "0.1", bonus_ratio="0.5"), "750 125 25 0")
    row("bonus_and_switching", "1000", policy(switching, 5, bonus_ratio="0.5"), "700 120 72 54 54")
    row("bonus_and_macrs", "1000", policy("MACRS_HALF_YEAR", 5, bonus_ratio="0.6"), "680 128 76.8 46.08 46.08 23.04")
    row("bonus_and_mid_quarter", "1000", policy("MACRS_MID_QUARTER", 3, bonus_ratio="0.4", placed_in_service_month=11),
        "449.98 366.66 122.22 61.14")
    row("salvage_amount", "1000", policy("STRAIGHT_LINE", 3, salvage_amount="100"), "300 300 300")
    row("salvage_amount_of_thirds", "300", policy("SUM_OF_YEARS_DIGITS", 7, salvage_amount="100"))
    row("salvage_amount_of_0", "1000", policy("STRAIGHT_LINE", 4, salvage_amount="0"), "250 250 250 250")
    row("salvage_amount_declining", "1000", policy(declining, 5, salvage_amount="100"), "400 240 144 86.4 29.6")
    row("salvage_amount_and_bonus", "7", policy(declining, 5, salvage_amount="0.3", bonus_ratio="0.3333333333333333333"))

    row("refused_salvage_amount_of_the_cost", "1000", policy("STRAIGHT_LINE", 4, salvage_amount="1000"),
        refused=[("policy.salvage_amount", "OUT_OF_RANGE")])
    row("refused_salvage_twice", "1000", policy("STRAIGHT_LINE", 4, "0.1", salvage_amount="1"),
        refused=[("policy.salvage_amount", "NOT_APPLICABLE")])
    row("refused_factor_of_a_straight_line", "1000", policy("STRAIGHT_LINE", 4, declining_balance_factor="2"),
        refused=[("policy.declining_balance_factor", "NOT_APPLICABLE")])
    row("refused_factor_of_0", "1000", policy(switching, 4, declining_balance_factor="0", bonus_ratio="1.1"),
        refused=[("policy.declining_balance_factor", "OUT_OF_RANGE"), ("policy.bonus_ratio", "OUT_OF_RANGE")])
    row("refused_month_of_a_half_year", "1000", policy("MACRS_HALF_YEAR", 5, placed_in_service_month=3),
        refused=[("policy.placed_in_service_month", "NOT_APPLICABLE")])
    row("refused_mid_quarter_without_month", "1000", policy("MACRS_MID_QUARTER", 6, "0.1", declining_balance_factor="2",
        salvage_amount="3"), refused=[("policy.placed_in_service_month", "REQUIRED"),
        ("policy.useful_life_periods", "OUT_OF_RANGE"), ("policy.salvage_ratio", "NOT_APPLICABLE"),
        ("policy.declining_balance_factor", "NOT_APPLICABLE"), ("policy.salvage_amount", "NOT_APPLICABLE")])
    for month in (0, 13):
        row(f"refused_month_{month}", "1000", policy("MACRS_MID_QUARTER", 5, placed_in_service_month=month),
            refused=[("policy.placed_in_service_month", "OUT_OF_RANGE")])
    row("refused_building_with_everything", "1000", building("RESIDENTIAL", 14, useful_life_periods=27,
        salvage_ratio="0.1", declining_balance_factor="2", bonus_ratio="0.5", salvage_amount="1"), refused=[
        (f"policy.{name}", "NOT_APPLICABLE") for name in ("useful_life_periods", "salvage_ratio",
        "declining_balance_factor", "bonus_ratio", "salvage_amount")] + [("policy.placed_in_service_month",
        "OUT_OF_RANGE")])
    row("refused_building_without_month", "1000", {"method": "DEPRECIATION_METHOD_MACRS_NONRESIDENTIAL"},
        refused=[("policy.placed_in_service_month", "REQUIRED")])


def more_cases(rows):
    """Cases that were first calculated by another program, which wrote each expenditure off and discounted each
    flow on its own.
    """

    def row(method, name, request, source=None, error=None):
        rows.add(name, method, {"currency_code": "USD", **request}, source, refused=error)

    def capex(name, source=None, error=None, **request):
        request = {"period": "PERIOD_YEAR", "discount_rate": "0.1", **request}
        row("ComputeCapexRoi", name, {key: value for key, value in request.items() if value is not None}, source, error)

    def depreciation(name, cost, policy, source=None, error=None):
        row("ComputeDepreciation", name, {"cost": cost, "policy": policy}, source, error)

    depreciation("macrs_of_5_years_on_5000", "5000", policy("MACRS_HALF_YEAR", 5),
        "IRS Publication 946, table A-1: 1000, 1600, 960, 576, 576, 288")
    for life in (3, 7, 10, 15, 20):
        depreciation(f"macrs_of_{life}_years", "100000", policy("MACRS_HALF_YEAR", life),
            "IRS Publication 946, table A-1")
    depreciation("a_gpu_server_over_3_years", "40000", policy("STRAIGHT_LINE", 3),
        "40,000 / 3: how the useful life of accelerators changes their cost a year")
    depreciation("a_gpu_server_over_6_years", "40000", policy("STRAIGHT_LINE", 6),
        "40,000 / 6: the same over the six years of the hyperscalers' accounts")
    depreciation("straight_line_to_salvage", "1000.01", policy("STRAIGHT_LINE", 7, "0.1234567"))
    depreciation("declining_balance_leaves_something", "10000", policy("DOUBLE_DECLINING_BALANCE", 5))
    depreciation("declining_balance_stops_at_salvage", "10000", policy("DOUBLE_DECLINING_BALANCE", 5, "0.3"))
    depreciation("declining_balance_of_7_years", "1", policy("DOUBLE_DECLINING_BALANCE", 7, "0.1"))
    depreciation("declining_balance_of_1_year", "10", policy("DOUBLE_DECLINING_BALANCE", 1, "0.2"))
    depreciation("years_digits", "1600", policy("SUM_OF_YEARS_DIGITS", 5, "0.0625"))
    depreciation("macrs_has_no_salvage_and_no_4_years", "0", policy("MACRS_HALF_YEAR", 4, "0.1"), "the contract",
        [("cost", "OUT_OF_RANGE"), ("policy.useful_life_periods", "OUT_OF_RANGE"), ("policy.salvage_ratio",
        "NOT_APPLICABLE")])
    depreciation("no_method_and_no_life", "1", {}, "the contract", [("policy.method", "REQUIRED"),
        ("policy.useful_life_periods", "REQUIRED")])

    capex("wall_streets_60_against_20", "60 billion of capital expenditure a year against 20 of revenue: a third",
        capital_expenditures=["60e9"], revenues=["20e9"])
    capex("textbook_200_at_10_per_cent",
        "payback 3.1, discounted 3.38335, NPV 84.236, PI 1.42118; digits: reference/capex_roi.py",
        capital_expenditures=["200"], revenues=["0", "50", "60", "70", "200"])
    five = {"capital_expenditures": ["60e9"], "revenues": ["0"] + ["20e9"] * 5, "gross_margin": "0.6"}
    capex("wall_street_over_five_years", **five)
    taxed = {**five, "tax_rate": "0.21", "operating_costs": ["0"] + ["1e9"] * 5,
        "depreciation": policy("MACRS_HALF_YEAR", 5)}
    capex("wall_street_taxed", **taxed)
    for timing in ("END_OF_PERIOD", "MID_PERIOD"):
        for name, terminal in (
            ("amount", {"terminal_amount": "15e9"}),
            ("gordon", {"perpetual_growth_rate": "0.03"}),
            ("exit", {"exit_multiple": "4.5"}),
            ("nothing", {}),
        ):
            capex(f"wall_street_{name}_{timing.lower()}", timing="CASH_FLOW_TIMING_" + timing, finance_rate="0.06",
                reinvestment_rate="0.08", **terminal, **taxed)
    monthly = {"period": "PERIOD_MONTH", "capital_expenditures": ["1200", "0", "300.5", "0", "99.99"], "revenues": ["0",
        "100"] + ["250", "260.75"] * 6, "operating_costs": ["10"] * 9, "gross_margin": "0.85", "tax_rate": "0.3333"}
    for method in ("STRAIGHT_LINE", "DOUBLE_DECLINING_BALANCE", "SUM_OF_YEARS_DIGITS"):
        capex(f"months_with_{method.lower()}", depreciation=policy(method, 7, "0.15"), exit_multiple="2",
            timing="CASH_FLOW_TIMING_MID_PERIOD", **monthly)
        capex(f"months_in_perpetuity_with_{method.lower()}", depreciation=policy(method, 36),
            perpetual_growth_rate="-0.02", **monthly)
    capex("quarters_to_an_amount", period="PERIOD_QUARTER", capital_expenditures=["100", "50"], revenues=["5", "20",
        "30", "40", "50"], terminal_amount="-12.5", timing="CASH_FLOW_TIMING_MID_PERIOD")
    capex("half_years_to_an_amount", period=HALF_YEAR, capital_expenditures=["100", "50"], revenues=["5", "20", "30",
        "40", "50"], terminal_amount="-12.5", timing="CASH_FLOW_TIMING_MID_PERIOD")
    capex("half_years_at_a_tenth", period=HALF_YEAR, capital_expenditures=["100"], revenues=["0", "70", "70", "70"],
        discount_rate="0.21", tax_rate="0.25", depreciation=policy("STRAIGHT_LINE", 3))
    capex("at_no_discount", discount_rate="0", capital_expenditures=["100"], revenues=["0", "30", "30", "30", "30"])
    capex("at_a_negative_rate", discount_rate="-0.05", capital_expenditures=["100"], revenues=["0", "30", "30", "30"])
    capex("whole_answers_stay_whole", capital_expenditures=["100"], revenues=["0", "110"])
    capex("all_is_lost", capital_expenditures=["100", "20"])
    capex("more_than_all_is_lost", capital_expenditures=["100"], operating_costs=["0", "5"], tax_rate="0.2",
        depreciation=policy("STRAIGHT_LINE", 4))
    capex("each_revenue_loses_money", capital_expenditures=["100"], revenues=["0", "50", "60"], gross_margin="-0.5")
    capex("two_rates", "-1000, 2500, -1540: 10 % and 40 %, as textbooks have it", discount_rate="0.2",
        capital_expenditures=["1000", "0", "1540"], revenues=["0", "2500"])
    capex("paid_before_it_is_built", capital_expenditures=["0", "0", "80"], revenues=["100"])
    capex("taxed_away", capital_expenditures=["100"], revenues=["0", "500"], tax_rate="1",
        depreciation=policy("STRAIGHT_LINE", 2))
    capex("single_period_with_everything", capital_expenditures=["100"], revenues=["150"], tax_rate="0.25",
        depreciation=policy("STRAIGHT_LINE", 5), exit_multiple="1.5", timing="CASH_FLOW_TIMING_MID_PERIOD")

    contract = "the contract"
    row("ComputeCapexRoi", "nothing_given", {}, contract, [("period", "REQUIRED"), ("capital_expenditures", "REQUIRED"),
        ("discount_rate", "REQUIRED")])
    capex("nothing_spent", contract, [("capital_expenditures", "OUT_OF_RANGE")], capital_expenditures=["0", "0e5"])
    capex("what_cannot_be_read_may_be_above_0", contract, [("capital_expenditures[1]", "DECIMAL_MALFORMED"),
        ("revenues[2]", "REQUIRED"), ("revenues[0]", "OUT_OF_RANGE")], capital_expenditures=["0", "1,000"],
        revenues=["-1", "2", ""])
    capex("growth_reaches_the_discount_rate", contract, [("perpetual_growth_rate", "OUT_OF_RANGE")],
        capital_expenditures=["1"], perpetual_growth_rate="0.1")
    capex("growth_is_not_compared_with_what_is_no_rate", contract, [("discount_rate", "OUT_OF_RANGE")],
        capital_expenditures=["1"], perpetual_growth_rate="0.1", discount_rate="-1")
    capex("too_many_periods", contract, [(name, "TOO_MANY_ITEMS") for name in ("capital_expenditures", "revenues",
        "operating_costs")], capital_expenditures=["1"] * 1201, revenues=["1"] * 1201, operating_costs=["1"] * 1201)
    capex("shares_out_of_range", contract, [("gross_margin", "OUT_OF_RANGE"), ("tax_rate", "OUT_OF_RANGE"),
        ("depreciation.useful_life_periods", "OUT_OF_RANGE"), ("depreciation.salvage_ratio", "OUT_OF_RANGE"),
        ("finance_rate", "OUT_OF_RANGE"), ("reinvestment_rate", "OUT_OF_RANGE")], capital_expenditures=["1"],
        gross_margin="1.01", tax_rate="1.01", depreciation=policy("STRAIGHT_LINE", 1201, "1"), finance_rate="-1",
        reinvestment_rate="-2")
    capex("macrs_by_the_month", contract, [("depreciation.method", "NOT_APPLICABLE"),
        ("depreciation.useful_life_periods", "OUT_OF_RANGE"), ("depreciation.salvage_ratio", "NOT_APPLICABLE")],
        period="PERIOD_MONTH", capital_expenditures=["1"], depreciation=policy("MACRS_HALF_YEAR", 6, "0"))
    capex("macrs_by_the_half_year", contract, [("depreciation.method", "NOT_APPLICABLE")], period=HALF_YEAR,
        capital_expenditures=["1"], depreciation=policy("MACRS_HALF_YEAR", 5))
    for period in ("PERIOD_WEEK", "PERIOD_DAY"):
        capex(f"refused_{period.lower()}", contract, [("revenues[0]", "DECIMAL_MALFORMED"), ("period",
            "NOT_APPLICABLE")], period=period, capital_expenditures=["1"], revenues=["x"],
            depreciation=policy("MACRS_HALF_YEAR", 5))
    capex("unknown_words", contract, [("depreciation.method", "ENUM_UNKNOWN"), ("depreciation.useful_life_periods",
        "REQUIRED"), ("timing", "ENUM_UNKNOWN")], capital_expenditures=["1"], timing=7, depreciation={"method": 9})


def rows_by_hand(rows):
    add_published(rows, METHODS)
    capex_roi_rows(rows)
    depreciation_rows(rows)
    more_cases(rows)


# ---------------------------------------------------------------------------------------------------------------------
# Drawn by chance
# ---------------------------------------------------------------------------------------------------------------------


def draw_policy(chance, by_the_year):
    method = chance.choice(DEPRECIATION_METHODS[1:])
    if method in OF_MACRS and not by_the_year:
        method = SWITCHING
    found = {"method": method}
    if method in (RESIDENTIAL, NONRESIDENTIAL, MID_QUARTER):
        found["placed_in_service_month"] = chance.randint(1, 12)
    if method in (MACRS_HALF_YEAR, MID_QUARTER):
        found["useful_life_periods"] = chance.choice((3, 5, 7, 10, 15, 20))
    elif method not in OF_MACRS:
        found["useful_life_periods"] = chance.choice((1, 2, 3, 4, 5, 7, 12, 40))
        if chance.likely(0.4):
            found["salvage_ratio"] = chance.choice(("0", "0.1", "0.25", chance.share()))
        elif chance.likely(0.2):
            found["salvage_amount"] = chance.choice(("0", "0.001", "0.0123"))
    if method in (DECLINING, SWITCHING) and chance.likely(0.5):
        found["declining_balance_factor"] = chance.choice(("1.5", "1", "0.7", "3", "1.3333333333333333333333333333"))
    if method not in (RESIDENTIAL, NONRESIDENTIAL) and chance.likely(0.3):
        found["bonus_ratio"] = chance.choice(("0.5", "1", "0.2", chance.share()))
    return found


def draw_depreciation(chance):
    return {"currency_code": "EUR", "cost": chance.positive(), "policy": draw_policy(chance, True), **options(chance)}


def draw_series(chance, count, low=0):
    if chance.likely(0.15):
        return [chance.amount() for _ in range(count)]
    return [moderate(chance, low) for _ in range(count)]


def draw_capex_roi(chance):
    count = chance.randint(1, 12)
    period = chance.choice(PERIODS_DRAWN)
    request = {"currency_code": "EUR", "period": period, "discount_rate": annual_rate(chance), **options(chance)}
    request["capital_expenditures"] = draw_series(chance, chance.randint(1, min(3, count)), 1)
    request["revenues"] = (["0"] if chance.likely(0.7) else []) + draw_series(chance, count)
    for name, probability, make in (
        ("gross_margin", 0.4, chance.share),
        ("operating_costs", 0.4, lambda: [str(chance.randint(0, 999)) for _ in range(chance.randint(1, count))]),
        ("tax_rate", 0.5, lambda: chance.choice(("0", "0.21", "0.25", "0.3333333333333333333333333333", "1"))),
        ("depreciation", 0.5, lambda: draw_policy(chance, period == YEAR)),
        ("timing", 0.6, lambda: chance.choice(TIMINGS)),
        ("tax_losses", 0.4, lambda: chance.choice(TAX_LOSSES)),
        ("finance_rate", 0.2, lambda: annual_rate(chance)),
        ("reinvestment_rate", 0.2, lambda: annual_rate(chance)),
    ):
        if chance.likely(probability):
            request[name] = make()
    if request.get("tax_losses") == TAX_LOSSES[2] and chance.likely(0.5):
        request["loss_offset_limit_ratio"] = chance.choice(("0.8", "1", "0.5", "0.01"))
    terminal = chance.randint(0, 5)
    if terminal == 0:
        request["terminal_amount"] = moderate(chance)
    elif terminal == 1:
        request["perpetual_growth_rate"] = chance.choice(("0", "0.02", "-0.02", "0.05"))
    elif terminal == 2:
        request["exit_multiple"] = chance.choice(("0", "1", "4.5", "10"))
    elif "depreciation" in request and chance.likely(0.5):
        request["disposal_proceeds"] = moderate(chance, 0)
    if chance.likely(0.3):
        request["net_working_capitals"] = [moderate(chance) for _ in range(chance.randint(1, count))]
    if chance.likely(0.3):
        request["assets"] = []
        for number in range(chance.randint(1, 3)):
            asset = {"name": str(number), "capital_expenditures": draw_series(chance, chance.randint(1, count), 1)}
            if chance.likely(0.7):
                asset["depreciation"] = draw_policy(chance, period == YEAR)
            request["assets"].append(asset)
        if chance.likely(0.3):
            del request["capital_expenditures"]
    return request


METHODS = {"ComputeCapexRoi": compute_capex_roi, "ComputeDepreciation": compute_depreciation}
DRAWN = {"ComputeCapexRoi": (draw_capex_roi, 50), "ComputeDepreciation": (draw_depreciation, 50)}


if __name__ == "__main__":
    run("capex_roi", "paydirt.v1.CapexRoiService", METHODS, rows_by_hand, DRAWN)
