#!/usr/bin/env python3
"""Returns on capital expenditure: the formulas of paydirt/v1/capex_roi.proto, and the rows of capex_roi.jsonl."""

from fractions import Fraction

from shared.cash_flow_requests import HALF_YEAR, MODES, MONTH, QUARTER, YEAR, annual_rate, moderate, options
from shared.chance import PERIODS as PERIODS_DRAWN
from shared.flows import Series, discount, element, payback_of
from shared.numbers import annuity_factor, power
from shared.rates import add_published, internal_rates, modified_rate, warn_of_several_rates
from shared.reader import (
    ABOVE_MINUS_ONE,
    ABOVE_ZERO,
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


DEPRECIATION_METHODS = [
    "DEPRECIATION_METHOD_UNSPECIFIED",
    "DEPRECIATION_METHOD_STRAIGHT_LINE",
    "DEPRECIATION_METHOD_DOUBLE_DECLINING_BALANCE",
    "DEPRECIATION_METHOD_SUM_OF_YEARS_DIGITS",
    "DEPRECIATION_METHOD_MACRS_HALF_YEAR",
]


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


def read_policy(read, policy, path, period="PERIOD_YEAR"):
    """(method, life, salvage as a share of cost)"""
    method = read.enum(policy, "method", f"{path}.method", DEPRECIATION_METHODS, required=True)
    if method == DEPRECIATION_METHODS[4] and period in (MONTH, QUARTER, HALF_YEAR):  # its table is by the year
        read.out_of_range.append((f"{path}.method", "NOT_APPLICABLE"))
    life = policy.get("useful_life_periods", 0)
    macrs = method == "DEPRECIATION_METHOD_MACRS_HALF_YEAR"
    if life == 0:
        read.unreadable.append((f"{path}.useful_life_periods", "REQUIRED"))
    elif life > 1200 or (macrs and life not in MACRS):
        read.out_of_range.append((f"{path}.useful_life_periods", "OUT_OF_RANGE"))
    salvage = read.optional(policy, "salvage_ratio", f"{path}.salvage_ratio", ZERO_UP_TO_BELOW_ONE, Fraction(0))
    if macrs and "salvage_ratio" in policy:
        read.out_of_range.append((f"{path}.salvage_ratio", "NOT_APPLICABLE"))
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
    asked = read.options()
    read.done()
    book, years = cost, []
    for i, share in enumerate(schedule(policy)):
        book -= cost * share
        years.append({"year": i + 1, "depreciation": cost * share, "book_value": book})
    return finish({"currency_code": currency, "years": years}, asked)


def read_series(read, request, key):
    texts = request.get(key, [])
    read.at_most(texts, 1200, key)
    amounts = [element(read, text, f"{key}[{i}]", ZERO_OR_MORE) for i, text in enumerate(texts)]
    if key == "capital_expenditures":
        if not texts:
            read.unreadable.append((key, "REQUIRED"))
        elif None not in amounts and not any(amounts):
            read.out_of_range.append((key, "OUT_OF_RANGE"))
    return amounts


def compute_capex_roi(request):
    read = Reader(request)
    currency = read.currency()
    period = read.period_of_months(request, "period", "period")
    capex = read_series(read, request, "capital_expenditures")
    revenues = read_series(read, request, "revenues")
    margin = read.optional(request, "gross_margin", "gross_margin", AT_MOST_ONE, Fraction(1))
    costs = read_series(read, request, "operating_costs")
    r = read.decimal(request, "discount_rate", "discount_rate", ABOVE_MINUS_ONE)
    tax_rate = read.optional(request, "tax_rate", "tax_rate", ZERO_UP_TO_ONE, Fraction(0))
    policy = read_policy(read, request["depreciation"], "depreciation", period) if "depreciation" in request else None
    terminal_amount = read.optional(request, "terminal_amount", "terminal_amount", ANY)
    growth = read.optional(request, "perpetual_growth_rate", "perpetual_growth_rate", ABOVE_MINUS_ONE)
    if None not in (growth, r) and r > -1 and growth >= r:
        read.out_of_range.append(("perpetual_growth_rate", "OUT_OF_RANGE"))
    multiple = read.optional(request, "exit_multiple", "exit_multiple", ANY)
    timing = read.enum(request, "timing", "timing", TIMINGS, required=False)
    finance = read.optional(request, "finance_rate", "finance_rate", ABOVE_MINUS_ONE, r)
    reinvestment = read.optional(request, "reinvestment_rate", "reinvestment_rate", ABOVE_MINUS_ONE, r)
    asked = read.options()
    given = read.optional(request, "terminal_net_cash_flow", "terminal_net_cash_flow", ANY)
    if "terminal_net_cash_flow" in request and growth is None and "perpetual_growth_rate" not in request:
        if given is not None:
            read.out_of_range.append(("terminal_net_cash_flow", "NOT_APPLICABLE"))
    read.done()

    without_replacement = False
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
    series = Series(flows, per_year)

    spent, value = sum(capex), sum(present)
    inflow = sum(net) + spent
    value_spent = sum(cost * discount(r, time) for cost, time in zip(capex, times))
    roi = (inflow - spent) / spent
    value_of_revenue = sum(x * margin * (1 - tax_rate) * discount(r, time) for x, time in zip(revenues, times))
    value_of_revenue += following * discount(r, terminal_time)
    factor = None
    if any(revenues) and margin > 0 and tax_rate < 1 and value_of_revenue:
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
                "tax": taxes[i],
                "net_cash_flow": net[i],
                "present_value": present[i],
                "cumulative_cash_flow": cumulative,
            }
        )
    if growth is not None:
        read.terminal_growth("perpetual_growth_rate", growth, r)
    if without_replacement:
        read.warn("perpetual_growth_rate", "TERMINAL_WITHOUT_REPLACEMENT")
    found = internal_rates(series)
    warn_of_several_rates(read, "capital_expenditures", found)
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
            "internal_rates_of_return": found,
            "modified_internal_rate_of_return": modified_rate(series, finance, reinvestment),
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


def policy(method, life, salvage=None):
    given = {"method": "DEPRECIATION_METHOD_" + method, "useful_life_periods": life}
    return {**given, "salvage_ratio": salvage} if salvage else given


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
    roi("lost_almost", "100", "0 0.0001", published=dict(return_on_investment="-0.999999"))
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
    roi("refused_enums", "1", "0 5", period=9, timing=3, depreciation={"method": 5, "useful_life_periods": 3},
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
    def falls(name, cost, method, life, salvage=None, published=None, refused=None, **more):
        request = {"currency_code": "USD", "cost": cost, "policy": policy(method, life, salvage), **more}
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
    if method == DEPRECIATION_METHODS[4]:
        if by_the_year:
            return {"method": method, "useful_life_periods": chance.choice((3, 5, 7, 10, 15, 20))}
        method = DEPRECIATION_METHODS[2]
    found = {"method": method, "useful_life_periods": chance.choice((1, 2, 3, 4, 5, 7, 12, 40))}
    if chance.likely(0.4):
        found["salvage_ratio"] = chance.choice(("0", "0.1", "0.25", chance.share()))
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
        ("finance_rate", 0.2, lambda: annual_rate(chance)),
        ("reinvestment_rate", 0.2, lambda: annual_rate(chance)),
    ):
        if chance.likely(probability):
            request[name] = make()
    terminal = chance.randint(0, 5)
    if terminal == 0:
        request["terminal_amount"] = moderate(chance)
    elif terminal == 1:
        request["perpetual_growth_rate"] = chance.choice(("0", "0.02", "-0.02", "0.05"))
    elif terminal == 2:
        request["exit_multiple"] = chance.choice(("0", "1", "4.5", "10"))
    return request


METHODS = {"ComputeCapexRoi": compute_capex_roi, "ComputeDepreciation": compute_depreciation}
DRAWN = {"ComputeCapexRoi": (draw_capex_roi, 50), "ComputeDepreciation": (draw_depreciation, 50)}


if __name__ == "__main__":
    run("capex_roi", "paydirt.v1.CapexRoiService", METHODS, rows_by_hand, DRAWN)
