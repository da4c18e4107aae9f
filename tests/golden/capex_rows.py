#!/usr/bin/env python3
"""Returns on capital expenditure, calculated from the contract alone.

    python3 tests/golden/capex_rows.py            rewrites capex_roi_cases.jsonl beside it

Nothing here was taken from, or compared with, the Rust engine: every expenditure is written off on its own, every flow is
discounted on its own, and rates of return are the positive roots of the polynomial. Rational numbers are Fractions; a root, or a power
that is not whole, is taken by mpmath at 120 digits. Needs mpmath, and the decimals of reference.py.
"""

import json
from fractions import Fraction

import mpmath
from mpmath import mpf
from reference import HERE, parse_decimal, round_half_even, to_text, written

mpmath.mp.dps = 120
A_YEAR = {"PERIOD_MONTH": 12, "PERIOD_QUARTER": 4, "PERIOD_YEAR": 1}
MACRS = {
    3: "33.33 44.45 14.81 7.41",
    5: "20.00 32.00 19.20 11.52 11.52 5.76",
    7: "14.29 24.49 17.49 12.49 8.93 8.92 8.93 4.46",
    10: "10.00 18.00 14.40 11.52 9.22 7.37 6.55 6.55 6.56 6.55 3.28",
    15: "5.00 9.50 8.55 7.70 6.93 6.23 5.90 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.91 2.95",
    20: "3.750 7.219 6.677 6.177 5.713 5.285 4.888 4.522 4.462 4.461 4.462 4.461 4.462 4.461 4.462 4.461 4.462 4.461 4.462 4.461 2.231",
}


def real(x):
    return mpf(x.numerator) / mpf(x.denominator)


def fraction(x):
    sign, mantissa, exponent, _ = x._mpf_
    value = Fraction(mantissa) * Fraction(2) ** exponent
    return -value if sign else value


def power(base, exponent):
    """base^exponent, exact where the exponent is whole."""
    if exponent.denominator == 1:
        return base ** int(exponent)
    return fraction(mpmath.power(real(base), real(exponent)))


def number(text, otherwise=None):
    if text is None:
        return otherwise
    value, reason = parse_decimal(text)
    assert reason is None, (text, reason)
    return value


def text(x):
    return to_text(written(x))


def rate_text(x):
    return to_text(Fraction(round_half_even(x * 10**12), 10**12))


def schedule(policy, cost):
    """Depreciation of each period of a life, and the book value after it."""
    life, salvage = policy["useful_life_periods"], cost * number(policy.get("salvage_ratio"), Fraction(0))
    book, years = cost, []
    method = policy["method"].removeprefix("DEPRECIATION_METHOD_")
    if method == "MACRS_HALF_YEAR":
        charges = [cost * Fraction(percent) / 100 for percent in MACRS[life].split()]
    elif method == "STRAIGHT_LINE":
        charges = [(cost - salvage) / life] * life
    elif method == "SUM_OF_YEARS_DIGITS":
        charges = [(cost - salvage) * (life - year) / Fraction(life * (life + 1), 2) for year in range(life)]
    else:
        charges, left = [], cost
        for _ in range(life):
            charges.append(min(left * Fraction(2, life), left - salvage))
            left -= charges[-1]
    for charge in charges:
        book -= charge
        years.append((charge, book))
    return years


def compute_depreciation(request):
    years = schedule(request["policy"], number(request["cost"]))
    return {
        "currency_code": request["currency_code"],
        "years": [{"year": i + 1, "depreciation": text(d), "book_value": text(b)} for i, (d, b) in enumerate(years)],
    }


def internal_rates(flows, units_a_year, units_a_period):
    """flows: {time in units: amount}."""
    order = [flows[time] for time in sorted(flows) if flows[time] != 0]
    changes = sum((a < 0) != (b < 0) for a, b in zip(order, order[1:]))
    answer = {"sign_changes": changes}
    if not changes:
        return {**answer, "status": "STATUS_NO_SIGN_CHANGE" if order else "STATUS_ANY"}
    last = max(time for time in flows if flows[time])
    coefficients = [real(flows.get(last - i, Fraction(0))) for i in range(last + 1)]
    while coefficients[-1] == 0:
        coefficients.pop()
    roots = mpmath.polyroots(coefficients, maxsteps=2000, extraprec=2000)
    found = sorted((1 / root.real for root in roots if abs(root.imag) < mpf(10) ** -60 and root.real > 0))
    rates = [(fraction(x**units_a_year - 1), fraction(x**units_a_period - 1)) for x in found]
    answer["rates"] = [{"annual": rate_text(annual), "per_period": rate_text(period)} for annual, period in rates]
    if not rates:
        return {"status": "STATUS_NONE", "sign_changes": changes}
    answer["selected"] = min(range(len(rates)), key=lambda i: (abs(rates[i][0]), i))
    return {**answer, "status": "STATUS_UNIQUE" if len(rates) == 1 else "STATUS_SEVERAL"}


def modified(flows, units_a_year, units_a_period, finance, reinvestment):
    span = max(flows)
    spent = sum(-a / power(1 + finance, Fraction(t, units_a_year)) for t, a in flows.items() if a < 0)
    earned = sum(a * power(1 + reinvestment, Fraction(span - t, units_a_year)) for t, a in flows.items() if a > 0)
    if not spent or not earned or not span:
        return None
    annual = power(earned / spent, Fraction(units_a_year, span)) - 1
    return {"annual": rate_text(annual), "per_period": rate_text(power(earned / spent, Fraction(units_a_period, span)) - 1)}


def payback(amounts, a_year):
    so_far, sums = Fraction(0), []
    for amount in amounts:
        so_far += amount
        sums.append(so_far)
    if so_far < 0:
        return {"never": {"shortfall": text(-so_far)}}
    below = [i for i, total in enumerate(sums) if total < 0]
    if not below:
        return {"years": "0"}
    last = below[-1]
    return {"years": text((last - sums[last] / (sums[last + 1] - sums[last])) / a_year)}


def compute_capex_roi(request):
    a_year = A_YEAR[request["period"]]
    lists = [[number(x) for x in request.get(name, [])] for name in ("capital_expenditures", "revenues", "operating_costs")]
    n = max(map(len, lists)) - 1
    spent, revenue, cost = [series + [Fraction(0)] * (n + 1 - len(series)) for series in lists]
    margin, tax_rate = number(request.get("gross_margin"), Fraction(1)), number(request.get("tax_rate"), Fraction(0))
    r = number(request["discount_rate"])
    middle = request.get("timing") == "CASH_FLOW_TIMING_MID_PERIOD"

    depreciation = [Fraction(0)] * (n + 1)
    if "depreciation" in request:
        for bought, amount in enumerate(spent):
            for age, (charge, _) in enumerate(schedule(request["depreciation"], amount), 1):
                if bought + age <= n:
                    depreciation[bought + age] += charge
    profit = [revenue[i] * margin - cost[i] for i in range(n + 1)]
    tax = [(profit[i] - depreciation[i]) * tax_rate for i in range(n + 1)]
    net = [profit[i] - tax[i] - spent[i] for i in range(n + 1)]

    def terminal_of(net_flow, operating_profit):
        if "terminal_amount" in request:
            return number(request["terminal_amount"])
        if "exit_multiple" in request:
            return operating_profit * a_year * number(request["exit_multiple"])
        if "perpetual_growth_rate" in request:
            g = number(request["perpetual_growth_rate"])
            growth, discount = power(1 + g, Fraction(1, a_year)), power(1 + r, Fraction(1, a_year))
            return net_flow * growth / (discount - growth)
        return Fraction(0)

    terminal = terminal_of(net[n], profit[n])
    times = [Fraction(2 * i - 1, 2) if middle and i else Fraction(i) for i in range(n + 1)]
    terminal_time = times[n] if "perpetual_growth_rate" in request else Fraction(n)
    discounted = lambda amount, time: amount / power(1 + r, time / a_year)
    present = [discounted(net[i], times[i]) for i in range(n + 1)]
    present[n] += discounted(terminal, terminal_time)
    value = sum(present)
    of_spent = sum(discounted(spent[i], times[i]) for i in range(n + 1))
    of_revenue = sum(discounted(revenue[i] * margin * (1 - tax_rate), times[i]) for i in range(n + 1))
    if "terminal_amount" not in request:
        kept = revenue[n] * margin
        of_revenue += discounted(terminal_of(kept * (1 - tax_rate), kept), terminal_time)

    total, inflow = sum(spent), sum(profit) - sum(tax) + terminal
    gain = inflow - total
    with_terminal = net[:n] + [net[n] + terminal]
    response = {
        "currency_code": request["currency_code"],
        "total_capital_expenditure": text(total),
        "total_net_inflow": text(inflow),
        "net_gain": text(gain),
        "return_on_investment": text(gain / total),
        "revenue_to_capital_expenditure": text(sum(revenue) / total),
        "net_present_value": text(value),
        "profitability_index": text((value + of_spent) / of_spent),
        "payback": payback(with_terminal, a_year),
        "discounted_payback": payback(present, a_year),
    }
    if n and inflow > 0:
        response["annualized_return_on_investment"] = text(power(inflow / total, Fraction(a_year, n)) - 1)
    if n:
        years = Fraction(n, a_year)
        response["equivalent_annual_annuity"] = text(value * r / (1 - power(1 + r, -years)) if r else value / years)
    if of_revenue:
        response["break_even_revenue_factor"] = text(1 - value / of_revenue)

    half = 2 if middle else 1
    flows = {}
    for i in range(n + 1):
        flows[int(times[i] * half)] = net[i]
    at_end = int(terminal_time * half)
    if any(name in request for name in ("terminal_amount", "perpetual_growth_rate", "exit_multiple")):
        flows[at_end] = flows.get(at_end, Fraction(0)) + terminal
    response["internal_rates_of_return"] = internal_rates(flows, a_year * half, half)
    rates = [number(request.get(name), r) for name in ("finance_rate", "reinvestment_rate")]
    mirr = modified(flows, a_year * half, half, *rates)
    if mirr:
        response["modified_internal_rate_of_return"] = mirr

    rows, so_far = [], Fraction(0)
    for i in range(n + 1):
        so_far += with_terminal[i]
        rows.append(
            {
                "period": i,
                "capital_expenditure": text(spent[i]),
                "revenue": text(revenue[i]),
                "operating_profit": text(profit[i]),
                "depreciation": text(depreciation[i]),
                "tax": text(tax[i]),
                "net_cash_flow": text(with_terminal[i]),
                "present_value": text(present[i]),
                "cumulative_cash_flow": text(so_far),
            }
        )
    return {**response, "periods": rows}


ROWS = []
SERVICE = "paydirt.v1.CapexRoiService/"
COMPUTED = "computed: capex_rows.py"


def row(method, name, request, source=COMPUTED, error=None):
    compute = {"ComputeCapexRoi": compute_capex_roi, "ComputeDepreciation": compute_depreciation}[method]
    request = {"currency_code": "USD", **request}
    answer = {"error": {"violations": [{"field": f, "reason": r} for f, r in error]}} if error else {"response": compute(request)}
    ROWS.append({"name": name, "method": SERVICE + method, "request": request, **answer, "source": source})


def capex(name, source=COMPUTED, error=None, **request):
    request = {"period": "PERIOD_YEAR", "discount_rate": "0.1", **request}
    row("ComputeCapexRoi", name, {key: value for key, value in request.items() if value is not None}, source, error)


def policy(method, life, salvage=None):
    given = {"method": "DEPRECIATION_METHOD_" + method, "useful_life_periods": life}
    return {**given, "salvage_ratio": salvage} if salvage else given


def depreciation(name, cost, policy, source=COMPUTED, error=None):
    row("ComputeDepreciation", name, {"cost": cost, "policy": policy}, source, error)


def main():
    depreciation("macrs_of_5_years_on_5000", "5000", policy("MACRS_HALF_YEAR", 5), "IRS Publication 946, table A-1: 1000, 1600, 960, 576, 576, 288")
    for life in (3, 7, 10, 15, 20):
        depreciation(f"macrs_of_{life}_years", "100000", policy("MACRS_HALF_YEAR", life), "IRS Publication 946, table A-1")
    depreciation("a_gpu_server_over_3_years", "40000", policy("STRAIGHT_LINE", 3), "40,000 / 3: how the useful life of accelerators changes their cost a year")
    depreciation("a_gpu_server_over_6_years", "40000", policy("STRAIGHT_LINE", 6), "40,000 / 6: the same over the six years of the hyperscalers' accounts")
    depreciation("straight_line_to_salvage", "1000.01", policy("STRAIGHT_LINE", 7, "0.1234567"))
    depreciation("declining_balance_leaves_something", "10000", policy("DOUBLE_DECLINING_BALANCE", 5))
    depreciation("declining_balance_stops_at_salvage", "10000", policy("DOUBLE_DECLINING_BALANCE", 5, "0.3"))
    depreciation("declining_balance_of_7_years", "1", policy("DOUBLE_DECLINING_BALANCE", 7, "0.1"))
    depreciation("declining_balance_of_1_year", "10", policy("DOUBLE_DECLINING_BALANCE", 1, "0.2"))
    depreciation("years_digits", "1600", policy("SUM_OF_YEARS_DIGITS", 5, "0.0625"))
    depreciation("macrs_has_no_salvage_and_no_4_years", "0", policy("MACRS_HALF_YEAR", 4, "0.1"), "the contract", [("cost", "OUT_OF_RANGE"), ("policy.useful_life_periods", "OUT_OF_RANGE"), ("policy.salvage_ratio", "NOT_APPLICABLE")])
    depreciation("no_method_and_no_life", "1", {}, "the contract", [("policy.method", "REQUIRED"), ("policy.useful_life_periods", "REQUIRED")])

    capex("wall_streets_60_against_20", "60 billion of capital expenditure a year against 20 of revenue: a third", capital_expenditures=["60e9"], revenues=["20e9"])
    capex("textbook_200_at_10_per_cent", "payback 3.1, discounted 3.38335, NPV 84.236, PI 1.42118; digits: capex_rows.py", capital_expenditures=["200"], revenues=["0", "50", "60", "70", "200"])
    five = {"capital_expenditures": ["60e9"], "revenues": ["0"] + ["20e9"] * 5, "gross_margin": "0.6"}
    capex("wall_street_over_five_years", **five)
    taxed = {**five, "tax_rate": "0.21", "operating_costs": ["0"] + ["1e9"] * 5, "depreciation": policy("MACRS_HALF_YEAR", 5)}
    capex("wall_street_taxed", **taxed)
    for timing in ("END_OF_PERIOD", "MID_PERIOD"):
        for name, terminal in (("amount", {"terminal_amount": "15e9"}), ("gordon", {"perpetual_growth_rate": "0.03"}), ("exit", {"exit_multiple": "4.5"}), ("nothing", {})):
            capex(f"wall_street_{name}_{timing.lower()}", timing="CASH_FLOW_TIMING_" + timing, finance_rate="0.06", reinvestment_rate="0.08", **terminal, **taxed)
    monthly = {"period": "PERIOD_MONTH", "capital_expenditures": ["1200", "0", "300.5", "0", "99.99"], "revenues": ["0", "100"] + ["250", "260.75"] * 6, "operating_costs": ["10"] * 9, "gross_margin": "0.85", "tax_rate": "0.3333"}
    for method in ("STRAIGHT_LINE", "DOUBLE_DECLINING_BALANCE", "SUM_OF_YEARS_DIGITS"):
        capex(f"months_with_{method.lower()}", depreciation=policy(method, 7, "0.15"), exit_multiple="2", timing="CASH_FLOW_TIMING_MID_PERIOD", **monthly)
        capex(f"months_in_perpetuity_with_{method.lower()}", depreciation=policy(method, 36), perpetual_growth_rate="-0.02", **monthly)
    capex("quarters_to_an_amount", period="PERIOD_QUARTER", capital_expenditures=["100", "50"], revenues=["5", "20", "30", "40", "50"], terminal_amount="-12.5", timing="CASH_FLOW_TIMING_MID_PERIOD")
    capex("at_no_discount", discount_rate="0", capital_expenditures=["100"], revenues=["0", "30", "30", "30", "30"])
    capex("at_a_negative_rate", discount_rate="-0.05", capital_expenditures=["100"], revenues=["0", "30", "30", "30"])
    capex("whole_answers_stay_whole", capital_expenditures=["100"], revenues=["0", "110"])
    capex("all_is_lost", capital_expenditures=["100", "20"])
    capex("more_than_all_is_lost", capital_expenditures=["100"], operating_costs=["0", "5"], tax_rate="0.2", depreciation=policy("STRAIGHT_LINE", 4))
    capex("each_revenue_loses_money", capital_expenditures=["100"], revenues=["0", "50", "60"], gross_margin="-0.5")
    capex("two_rates", "-1000, 2500, -1540: 10 % and 40 %, as textbooks have it", discount_rate="0.2", capital_expenditures=["1000", "0", "1540"], revenues=["0", "2500"])
    capex("paid_before_it_is_built", capital_expenditures=["0", "0", "80"], revenues=["100"])
    capex("taxed_away", capital_expenditures=["100"], revenues=["0", "500"], tax_rate="1", depreciation=policy("STRAIGHT_LINE", 2))
    capex("single_period_with_everything", capital_expenditures=["100"], revenues=["150"], tax_rate="0.25", depreciation=policy("STRAIGHT_LINE", 5), exit_multiple="1.5", timing="CASH_FLOW_TIMING_MID_PERIOD")

    contract = "the contract"
    row("ComputeCapexRoi", "nothing_given", {}, contract, [("period", "REQUIRED"), ("capital_expenditures", "REQUIRED"), ("discount_rate", "REQUIRED")])
    capex("nothing_spent", contract, [("capital_expenditures", "OUT_OF_RANGE")], capital_expenditures=["0", "0e5"])
    capex("what_cannot_be_read_may_be_above_0", contract, [("capital_expenditures[1]", "DECIMAL_MALFORMED"), ("revenues[0]", "OUT_OF_RANGE"), ("revenues[2]", "REQUIRED")], capital_expenditures=["0", "1,000"], revenues=["-1", "2", ""])
    capex("growth_reaches_the_discount_rate", contract, [("perpetual_growth_rate", "OUT_OF_RANGE")], capital_expenditures=["1"], perpetual_growth_rate="0.1")
    capex("growth_is_not_compared_with_what_is_no_rate", contract, [("discount_rate", "OUT_OF_RANGE")], capital_expenditures=["1"], perpetual_growth_rate="0.1", discount_rate="-1")
    capex("too_many_periods", contract, [(name, "TOO_MANY_ITEMS") for name in ("capital_expenditures", "revenues", "operating_costs")], capital_expenditures=["1"] * 1201, revenues=["1"] * 1201, operating_costs=["1"] * 1201)
    capex("shares_out_of_range", contract, [("gross_margin", "OUT_OF_RANGE"), ("tax_rate", "OUT_OF_RANGE"), ("depreciation.salvage_ratio", "OUT_OF_RANGE"), ("depreciation.useful_life_periods", "OUT_OF_RANGE"), ("finance_rate", "OUT_OF_RANGE"), ("reinvestment_rate", "OUT_OF_RANGE")], capital_expenditures=["1"], gross_margin="1.01", tax_rate="1.01", depreciation=policy("STRAIGHT_LINE", 1201, "1"), finance_rate="-1", reinvestment_rate="-2")
    capex("macrs_by_the_month", contract, [("depreciation.method", "NOT_APPLICABLE"), ("depreciation.salvage_ratio", "NOT_APPLICABLE"), ("depreciation.useful_life_periods", "OUT_OF_RANGE")], period="PERIOD_MONTH", capital_expenditures=["1"], depreciation=policy("MACRS_HALF_YEAR", 6, "0"))
    capex("unknown_words", contract, [("timing", "ENUM_UNKNOWN"), ("depreciation.method", "ENUM_UNKNOWN"), ("depreciation.useful_life_periods", "REQUIRED")], capital_expenditures=["1"], timing=7, depreciation={"method": 9})
    (HERE / "capex_roi_cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))


if __name__ == "__main__":
    main()
