#!/usr/bin/env python3
"""Valuations: the formulas of paydirt/v1/valuation.proto, and the rows of valuation.jsonl.

Where the contract can be read in two ways, these rows follow one of them:
  * a multiple that did not fall has nothing to recover from, whatever the earnings do; one that fell counts as fallen
    at once;
  * a day count that sees no time between two dates leaves no annual growth.
"""

from fractions import Fraction

import mpmath
from mpmath import mpf

from shared.flows import DAY_COUNTS, years_between
from shared.numbers import exact, ln, power, power_or_nothing, real, round_half_even, unless_too_large, written
from shared.published_decisions import add_published
from shared.reader import (
    ABOVE_MINUS_ONE,
    ABOVE_ZERO,
    ANY,
    PERCENT_FROM,
    ABOVE_ZERO_UP_TO_ONE,
    ANY,
    AT_MOST_ONE,
    ZERO_OR_MORE,
    Reader,
    finish,
    read_date,
    rounded_to,
)
from shared.rows import run


def compute_share_ceiling(request):
    read = Reader(request)
    current = read.decimal(request, "current_share", "current_share", ABOVE_ZERO_UP_TO_ONE)
    maximum = read.optional(request, "maximum_share", "maximum_share", ABOVE_ZERO_UP_TO_ONE, Fraction(1))
    if not read.unreadable and not read.out_of_range and current > maximum:
        read.out_of_range.append(("current_share", "OUT_OF_RANGE"))
    market = read.optional(request, "market_growth_rate", "market_growth_rate", ABOVE_MINUS_ONE)
    beside = {}
    for key, allowed in (("company_growth_rate", ABOVE_MINUS_ONE), ("target_sales_factor", ABOVE_ZERO)):
        beside[key] = read.optional(request, key, key, allowed)
        if key in request and "market_growth_rate" not in request:
            read.out_of_range.append((key, "NOT_APPLICABLE"))
    company, target = beside["company_growth_rate"], beside["target_sales_factor"]
    asked = read.options()
    read.done()

    factor = maximum / current
    answer = {"maximum_share_factor": factor, "share_can_double": factor >= 2}
    if company is not None:
        if factor == 1:
            answer["years_to_ceiling"] = Fraction(0)
        elif company > market:
            answer["years_to_ceiling"] = ln(factor) / ln((1 + company) / (1 + market))
    if target is not None:
        if factor >= target:
            answer["years_to_target"] = Fraction(0)
        elif market > 0:
            answer["years_to_target"] = ln(target / factor) / ln(1 + market)
    return finish(answer, asked)


def compute_rerating(request):
    read = Reader(request)
    starting = read.decimal(request, "starting_price_earnings_ratio", "starting_price_earnings_ratio", ABOVE_ZERO)
    ending = read.decimal(request, "ending_price_earnings_ratio", "ending_price_earnings_ratio", ABOVE_ZERO)
    years = read.decimal(request, "years", "years", ABOVE_ZERO)
    growth = read.optional(request, "earnings_growth_rate", "earnings_growth_rate", ABOVE_MINUS_ONE)
    price_factor = read.optional(request, "price_factor", "price_factor", ABOVE_ZERO)
    if not {"earnings_growth_rate", "price_factor"} & request.keys():
        read.unreadable.append(("given", "REQUIRED"))
    asked = read.options()
    read.done()

    rerating = ending / starting
    if growth is not None:
        earnings = power_or_nothing(1 + growth, years)
        price_factor = earnings * rerating
        price_growth = (1 + growth) * power_or_nothing(rerating, 1 / years) - 1
    else:
        earnings = price_factor / rerating
        growth = power_or_nothing(earnings, 1 / years) - 1
        price_growth = power_or_nothing(price_factor, 1 / years) - 1
    recover = None
    if rerating >= 1:
        recover = Fraction(0)
    elif earnings > 1:
        recover = (
            ln(1 / rerating) * years / ln(earnings) if "price_factor" in request else ln(1 / rerating) / ln(1 + growth)
        )
    return finish(
        {
            "rerating_factor": rerating,
            "earnings_factor": earnings,
            "earnings_growth_rate": growth,
            "price_factor": price_factor,
            "price_growth_rate": price_growth,
            "years_to_recover": recover,
        },
        asked,
    )


def compute_price_change(request):
    read = Reader(request)
    start = read.decimal(request, "start_price", "start_price", ABOVE_ZERO)
    end = read.decimal(request, "end_price", "end_price", ZERO_OR_MORE)
    dates = {}
    for key, other in (("start_date", "end_date"), ("end_date", "start_date")):
        if key in request:
            dates[key] = read_date(request[key])
            if dates[key] is None:
                read.unreadable.append((key, "DATE_MALFORMED"))
            elif dates[key].year > 9898:
                read.out_of_range.append((key, "OUT_OF_RANGE"))
                dates[key] = None
        elif other in request:
            read.unreadable.append((key, "REQUIRED"))
    day_count = read.enum(request, "day_count", "day_count", DAY_COUNTS, required=False)
    first, last = dates.get("start_date"), dates.get("end_date")
    if first and last and last <= first:
        read.out_of_range.append(("end_date", "OUT_OF_RANGE"))
    asked = read.options()
    read.done()

    factor = end / start
    answer = {"price_factor": factor, "change_rate": factor - 1, "drawdown": max(1 - factor, Fraction(0))}
    if factor >= 1:
        answer["gain_to_recover"] = Fraction(0)
    elif end:
        answer["gain_to_recover"] = start / end - 1
    if first:
        years = answer["years"] = years_between(first, last, day_count)
        if years:
            growth = power_or_nothing(factor, 1 / years) - 1 if factor else Fraction(-1)
            answer["annual_growth_rate"] = unless_too_large(growth)
    return finish(answer, asked)


class Stages:
    """What a free cash flow of 1 is worth that grows by one factor for some years, and by a given rate for ever after.

    value(f) = y + y^2 + … + y^n + y^n × (1 + g) / (r - g), where y = f / (1 + r)
    """

    def __init__(self, discount, years, terminal):
        self.growth_of_discount = 1 + real(discount)
        self.years = years
        self.for_ever = (1 + real(terminal)) / real(discount - terminal)

    def value_and_slope(self, factor):
        """By Horner's rule: y × (1 + y × (1 + … × (1 + for_ever)))."""
        y = factor / self.growth_of_discount
        value, slope = self.for_ever, mpf(0)
        for _ in range(self.years):
            value, slope = y * (1 + value), 1 + value + y * slope
        return value, slope / self.growth_of_discount

    def value(self, factor):
        return self.value_and_slope(factor)[0]

    def terminal_share(self, factor, multiple):
        return (factor / self.growth_of_discount) ** self.years * self.for_ever / multiple

    def growth_factor(self, multiple):
        """Where the value is the multiple: the zero of an increasing, convex function, by Newton's method from above.

        The start is above, as no term of the sum exceeds the multiple. What is found is proven by the signs beside it.
        """
        multiple = real(multiple)
        factor = self.growth_of_discount * min(multiple, mpmath.root(multiple / self.for_ever, self.years))
        close = mpf(10) ** (10 - mpmath.mp.dps)
        for _ in range(10_000):
            value, slope = self.value_and_slope(factor)
            step = (value - multiple) / slope
            factor -= step
            if abs(step) < factor * close / 4:
                break
        assert self.value(factor * (1 - close)) < multiple < self.value(factor * (1 + close)), "not proven"
        return factor


def compute_implied_growth(request):
    read = Reader(request)
    currency = read.currency()
    value = read.decimal(request, "enterprise_value", "enterprise_value", ABOVE_ZERO)
    cash = read.decimal(request, "free_cash_flow", "free_cash_flow", ABOVE_ZERO)
    refused_before = read.refused()
    discount = read.decimal(request, "discount_rate", "discount_rate", ABOVE_MINUS_ONE)
    is_known = refused_before == read.refused()
    stage = request.get("growth_stage")
    if stage is not None:
        years = stage.get("years", 0)
        if years == 0:
            read.unreadable.append(("growth_stage.years", "REQUIRED"))
        elif years > 200:
            read.out_of_range.append(("growth_stage.years", "OUT_OF_RANGE"))
        path = "growth_stage.terminal_growth_rate"
        below = lambda x: x > -1 and (not is_known or x < discount)
        terminal = read.decimal(stage, "terminal_growth_rate", path, below)
        if terminal is not None and terminal >= PERCENT_FROM[ABOVE_MINUS_ONE]:
            read.warn(path, "RATE_LOOKS_LIKE_PERCENT")
    asked = read.options()
    read.done()

    if stage is not None:
        read.terminal_growth(path, terminal, discount)
    answer = {"currency_code": currency, "implied_growth_rate": None, "cash_flow_multiple": value / cash}
    if stage is None:
        answer["implied_growth_rate"] = (value * discount - cash) / (value + cash)
        assert value == cash * (1 + answer["implied_growth_rate"]) / (discount - answer["implied_growth_rate"])
    else:
        stages = Stages(discount, years, terminal)
        multiple = value / cash
        factor = stages.growth_factor(multiple)
        # Twelve digits; what cannot be told from a tie at this precision is one.
        scaled = (exact(factor) - 1) * 10**12
        nearest = round_half_even(Fraction(round_half_even(scaled * 10**40), 10**40))
        answer["implied_growth_rate"] = Fraction(nearest, 10**12)
        for sign in (-1, 1):
            there = real(1 + Fraction(2 * nearest + sign, 2 * 10**12))
            if there > 0:
                difference = stages.value(there) - real(multiple)
                assert difference * sign > -real(multiple) * mpf(10) ** (30 - mpmath.mp.dps), request
        answer["terminal_value_share"] = exact(stages.terminal_share(factor, real(multiple)))
        answer["final_free_cash_flow"] = exact(real(cash) * factor**years)
    return finish(answer, asked)


def compute_required_margin(request):
    read = Reader(request)
    price = read.decimal(request, "price_to_sales", "price_to_sales", ABOVE_ZERO)
    years = request.get("payback_years", 0)
    if years == 0:
        read.unreadable.append(("payback_years", "REQUIRED"))
    elif years > 200:
        read.out_of_range.append(("payback_years", "OUT_OF_RANGE"))
    growth = read.optional(request, "revenue_growth_rate", "revenue_growth_rate", ABOVE_MINUS_ONE, Fraction(0))
    asked = read.options()
    read.done()

    margin = price / sum((1 + growth) ** i for i in range(1, years + 1))
    return finish({"required_net_cash_margin": margin, "attainable": margin <= 1}, asked)


TIMINGS = ["CASH_FLOW_TIMING_UNSPECIFIED", "CASH_FLOW_TIMING_END_OF_PERIOD", "CASH_FLOW_TIMING_MID_PERIOD"]


def compute_discounted_value(request):
    read = Reader(request)
    currency = read.currency()
    flows = request.get("free_cash_flows", [])
    if not flows:
        read.unreadable.append(("free_cash_flows", "REQUIRED"))
    read.at_most(flows, 200, "free_cash_flows")
    flows = [
        read.decimal({"amount": amount}, "amount", f"free_cash_flows[{i}]", ANY) for i, amount in enumerate(flows[:200])
    ]
    refused_before = read.refused()
    discount = read.decimal(request, "discount_rate", "discount_rate", ABOVE_MINUS_ONE)
    is_known = refused_before == read.refused()
    growth = multiple = None
    if "perpetual_growth_rate" in request:
        below = lambda x: x > -1 and (not is_known or x < discount)
        growth = read.optional(request, "perpetual_growth_rate", "perpetual_growth_rate", below)
        if growth is not None and growth >= PERCENT_FROM[ABOVE_MINUS_ONE]:
            read.warn("perpetual_growth_rate", "RATE_LOOKS_LIKE_PERCENT")
    elif "exit_multiple" in request:
        multiple = read.optional(request, "exit_multiple", "exit_multiple", ANY)
    else:
        read.unreadable.append(("terminal", "REQUIRED"))
    metric = read.optional(request, "terminal_metric", "terminal_metric", ANY)
    if "exit_multiple" in request and "terminal_metric" not in request:
        read.unreadable.append(("terminal_metric", "REQUIRED"))
    if "exit_multiple" not in request and "terminal_metric" in request:
        read.out_of_range.append(("terminal_metric", "NOT_APPLICABLE"))
    debt = read.optional(request, "net_debt", "net_debt", ANY, Fraction(0))
    shares = read.optional(request, "shares_outstanding", "shares_outstanding", ABOVE_ZERO)
    price = read.optional(request, "share_price", "share_price", ABOVE_ZERO)
    if "share_price" in request and "shares_outstanding" not in request:
        read.out_of_range.append(("share_price", "NOT_APPLICABLE"))
    timing = read.enum(request, "timing", "timing", TIMINGS, required=False)
    asked = read.options()
    read.done()

    if growth is not None:
        read.terminal_growth("perpetual_growth_rate", growth, discount)
    compound = 1 + discount
    # A year earlier by half: with flows in the middle of the year, they and Gordon's value are worth so much more.
    earlier = power(compound, Fraction(1, 2)) if timing == TIMINGS[2] else Fraction(1)
    count = len(flows)
    of_flows = sum(flow / compound**i for i, flow in enumerate(flows, 1)) * earlier
    if growth is not None:
        terminal = flows[-1] * (1 + growth) / (discount - growth)
        of_terminal = terminal / compound**count * earlier
    else:
        terminal = multiple * metric
        of_terminal = terminal / compound**count
    value = of_flows + of_terminal
    answer = {"currency_code": currency, "enterprise_value": value, "equity_value": value - debt}
    if shares is not None:
        answer["value_per_share"] = (value - debt) / shares
    answer["terminal_value"] = terminal
    if written(value) > 0:
        answer["terminal_value_share"] = of_terminal / value
    if price is not None and flows[-1] > 0:
        # At the time of the last flow nothing of the flows is irrational.
        grown_flows = sum(flow * compound ** (count - i) for i, flow in enumerate(flows, 1))
        left = (price * shares + debt) * compound**count / earlier - grown_flows
        if left > 0:
            answer["implied_perpetual_growth_rate"] = (left * discount - flows[-1]) / (left + flows[-1])
    return finish(answer, asked)


def compute_rule_of_forty(request):
    read = Reader(request)
    growth = read.decimal(request, "revenue_growth_rate", "revenue_growth_rate", ABOVE_MINUS_ONE)
    margin = read.decimal(request, "free_cash_flow_margin", "free_cash_flow_margin", AT_MOST_ONE)
    threshold = read.optional(request, "threshold", "threshold", ANY, Fraction(4, 10))
    asked = read.options()
    read.done()

    answer = {"score": growth + margin, "meets_threshold": growth + margin >= threshold}
    if threshold - growth <= 1:
        answer["required_free_cash_flow_margin"] = threshold - growth
    if threshold - margin > -1:
        answer["required_revenue_growth_rate"] = threshold - margin
    return finish(answer, asked)


def share_ceiling_rows(rows):
    def ceiling(name, request, published=None, refused=None):
        rows.add(f"ceiling_{name}", "ComputeShareCeiling", request, published=published, refused=refused)

    ceiling("nvidia", {"current_share": "0.82"}, {"share_can_double": False})
    ceiling("half_can_double", {"current_share": "0.5"}, {"maximum_share_factor": "2", "share_can_double": True})
    ceiling("a_hair_above_half_cannot", {"current_share": "0.5000000000000000000000000001"},
        {"share_can_double": False})
    ceiling("at_the_ceiling", {"current_share": "0.9", "maximum_share": "0.9", "market_growth_rate": "0.1",
        "company_growth_rate": "-0.1"}, {"years_to_ceiling": "0"})
    ceiling("two_doublings", {"current_share": "0.25", "market_growth_rate": "0", "company_growth_rate": "1"},
        {"years_to_ceiling": "2"})
    ceiling("never", {"current_share": "0.25", "market_growth_rate": "0.1", "company_growth_rate": "0.1"},
        {"years_to_ceiling": None})
    ceiling("slower_than_a_falling_market", {"current_share": "0.25", "market_growth_rate": "-0.1",
        "company_growth_rate": "-0.2"}, {"years_to_ceiling": None})
    ceiling("faster_than_a_falling_market", {"current_share": "0.25", "market_growth_rate": "-0.2",
        "company_growth_rate": "-0.1"})
    ceiling("growth_a_hair_apart", {"current_share": "0.25", "market_growth_rate": "0.1",
        "company_growth_rate": "0.1000000000000000000000000001"})
    ceiling("growth_too_near_to_write", {"current_share": "1e-28", "market_growth_rate": "0",
        "company_growth_rate": "1e-28"}, refused=[("years_to_ceiling", "RESULT_TOO_LARGE")])
    ceiling("target_by_share_alone", {"current_share": "0.4", "market_growth_rate": "-0.5",
        "target_sales_factor": "2.5"}, {"years_to_target": "0"})
    ceiling("target_a_hair_beyond", {"current_share": "0.4", "market_growth_rate": "0.1",
        "target_sales_factor": "2.500000000000000000000000001"})
    ceiling("target_by_the_market", {"current_share": "0.82", "market_growth_rate": "0.25", "target_sales_factor": "2"})
    ceiling("target_never", {"current_share": "0.82", "market_growth_rate": "0", "target_sales_factor": "2"},
        {"years_to_target": None})
    ceiling("both", {"current_share": "0.3", "maximum_share": "0.7", "market_growth_rate": "0.2",
        "company_growth_rate": "0.5", "target_sales_factor": "10"})
    ceiling("rounded", {"current_share": "0.82", "market_growth_rate": "0.25", "target_sales_factor": "2",
        "options": rounded_to(1, "ROUNDING_MODE_UP", 1)}, {"years_to_target": "2.3"})
    ceiling("market_alone", {"current_share": "0.82", "market_growth_rate": "0.25"}, {"years_to_target": None,
        "years_to_ceiling": None})
    ceiling("nothing", {}, refused=[("current_share", "REQUIRED")])
    ceiling("share_above_its_ceiling", {"current_share": "0.8", "maximum_share": "0.7", "market_growth_rate": "-1"},
        refused=[("current_share", "OUT_OF_RANGE"), ("market_growth_rate", "OUT_OF_RANGE")])
    ceiling("everything_wrong", {"current_share": "0", "maximum_share": "1.1", "company_growth_rate": "-1",
        "target_sales_factor": "0"}, refused=[("current_share", "OUT_OF_RANGE"), ("maximum_share", "OUT_OF_RANGE"),
        ("company_growth_rate", "OUT_OF_RANGE"), ("company_growth_rate", "NOT_APPLICABLE"),
        ("target_sales_factor", "OUT_OF_RANGE"), ("target_sales_factor", "NOT_APPLICABLE")])
    ceiling("growth_without_a_market", {"current_share": "0.5", "company_growth_rate": "0.1"},
        refused=[("company_growth_rate", "NOT_APPLICABLE")])
    ceiling("target_without_a_market", {"current_share": "0.5", "target_sales_factor": "2"},
        refused=[("target_sales_factor", "NOT_APPLICABLE")])


def rerating_rows(rows):
    def rerating(name, starting, ending, years, *more, refused=None, source=None, published=None, **given):
        request = {"starting_price_earnings_ratio": starting, "ending_price_earnings_ratio": ending, "years": years,
            **given}
        rows.add(f"rerating_{name}", "ComputeRerating", request, source, published, refused=refused)

    rerating("cisco", "150", "30", "10", price_factor="1", published={"earnings_factor": "5", "years_to_recover": "10"})
    rerating("cisco_at_15_per_cent", "150", "30", "10", earnings_growth_rate="0.15")
    rerating("holds", "20", "20", "5", earnings_growth_rate="0.1", published={"years_to_recover": "0",
        "price_factor": "1.61051"})
    rerating("up_while_earnings_fall", "10", "20", "5", earnings_growth_rate="-0.2",
        published={"years_to_recover": "0"})
    rerating("holds_while_earnings_fall", "20", "20", "5", earnings_growth_rate="-0.2",
        published={"years_to_recover": "0"})
    rerating("holds_while_the_price_falls", "20", "20", "5", price_factor="0.5", published={"years_to_recover": "0"})
    rerating("holds_without_growth", "20", "20", "5", earnings_growth_rate="0", published={"years_to_recover": "0"})
    rerating("down_while_earnings_fall", "20", "10", "5", earnings_growth_rate="-0.2",
        published={"years_to_recover": None})
    rerating("down_without_growth", "20", "10", "5", earnings_growth_rate="0", published={"years_to_recover": None,
        "price_factor": "0.5"})
    rerating("price_factor_leaves_no_growth", "20", "10", "5", price_factor="0.5", published={"years_to_recover": None,
        "earnings_growth_rate": "0"})
    rerating("price_factor_leaves_a_hair", "20", "10", "5", price_factor="0.5000000000000000000000000001")
    rerating("parts_of_a_year", "33.3", "27.1", "0.25", price_factor="1.5")
    rerating("one_year_is_exact", "8", "10", "1", earnings_growth_rate="0.1", published={"price_growth_rate": "0.375"})
    rerating("a_century", "12", "3", "100", earnings_growth_rate="0.0300000000000000000000000001")
    rerating("earnings_fall_below_any_figure", "10", "5", "1e12", earnings_growth_rate="-0.5",
        published={"earnings_factor": "0", "price_growth_rate": "-0.5"})
    rerating("earnings_too_large", "10", "5", "1000", earnings_growth_rate="1", refused=[("earnings_factor",
        "RESULT_TOO_LARGE")])
    rerating("growth_too_large", "10", "5", "0.001", price_factor="2", refused=[("earnings_growth_rate",
        "RESULT_TOO_LARGE")])
    rerating("rounded", "150", "30", "10", price_factor="1", options=rounded_to(3, "ROUNDING_MODE_HALF_EVEN", 3),
        published={"earnings_growth_rate": "0.175"})
    rows.add("rerating_nothing", "ComputeRerating", {}, refused=[("starting_price_earnings_ratio", "REQUIRED"),
        ("ending_price_earnings_ratio", "REQUIRED"), ("years", "REQUIRED"), ("given", "REQUIRED")])
    rerating("out_of_range", "0", "-1", "0", earnings_growth_rate="-1", refused=[("starting_price_earnings_ratio",
        "OUT_OF_RANGE"), ("ending_price_earnings_ratio", "OUT_OF_RANGE"), ("years", "OUT_OF_RANGE"),
        ("earnings_growth_rate", "OUT_OF_RANGE")])


def price_change_rows(rows):
    def change(name, start, end, refused=None, published=None, **more):
        rows.add(f"change_{name}", "ComputePriceChange", {"start_price": start, "end_price": end, **more},
            published=published, refused=refused)

    change("cisco", "80.06", "80.25", start_date="2000-03-27", end_date="2025-12-10", day_count="DAY_COUNT_ACT_365_25")
    change("fallen", "80", "8.6", published={"drawdown": "0.8925"})
    change("held", "5", "5", published={"drawdown": "0", "gain_to_recover": "0", "change_rate": "0"})
    change("risen", "5", "7.5", published={"drawdown": "0", "gain_to_recover": "0", "price_factor": "1.5"})
    change("thirds", "3", "1", published={"gain_to_recover": "2"})
    change("all_lost", "3", "0", published={"gain_to_recover": None, "drawdown": "1"})
    change("all_lost_in_time", "3", "0", start_date="2024-01-01", end_date="2024-01-02",
        published={"annual_growth_rate": "-1"})
    for day_count in DAY_COUNTS:
        change(day_count.lower(), "100", "42.5", start_date="2023-11-30", end_date="2026-02-28", day_count=day_count)
    change("no_time_between", "3", "4", start_date="2024-01-30", end_date="2024-01-31",
        day_count="DAY_COUNT_THIRTY_360_BOND", published={"years": "0", "annual_growth_rate": None})
    change("a_day", "100", "101", start_date="2024-02-28", end_date="2024-02-29")
    # 1.2^365 is 8e28, and 1.199^365 is 5.9e28.
    change("growth_too_large", "1", "2", start_date="2024-02-28", end_date="2024-02-29", published={"price_factor": "2",
        "annual_growth_rate": None})
    change("growth_just_too_large", "100", "120", start_date="2024-02-28", end_date="2024-02-29",
        published={"change_rate": "0.2", "annual_growth_rate": None})
    change("growth_that_just_fits", "100", "119.9", start_date="2024-02-28", end_date="2024-02-29")
    change("gain_too_large", "7e28", "0.5", refused=[("gain_to_recover", "RESULT_TOO_LARGE")])
    change("rounded", "80", "8.6", options=rounded_to(1, "ROUNDING_MODE_DOWN", 1), published={"drawdown": "0.8",
        "gain_to_recover": "8.3"})
    change("day_count_without_dates", "80", "8.6", day_count="DAY_COUNT_ACT_360")
    rows.add("change_nothing", "ComputePriceChange", {}, refused=[("start_price", "REQUIRED"), ("end_price",
        "REQUIRED")])
    change("no_end", "1", "2", start_date="2024-01-01", refused=[("end_date", "REQUIRED")])
    change("no_start", "1", "2", end_date="2024-01-01", refused=[("start_date", "REQUIRED")])
    change("malformed_without_the_other", "1", "2", end_date="2023-02-29", refused=[("start_date", "REQUIRED"),
        ("end_date", "DATE_MALFORMED")])
    change("wrong_order", "0", "-1", start_date="2024-01-02", end_date="2024-01-01", day_count=99,
        refused=[("day_count", "ENUM_UNKNOWN"), ("start_price", "OUT_OF_RANGE"), ("end_price", "OUT_OF_RANGE"),
        ("end_date", "OUT_OF_RANGE")])
    change("dates_before_the_day_count", "x", "2", start_date="1.2.2024", end_date="2024-02-30", day_count=99, refused=[
        ("start_price", "DECIMAL_MALFORMED"), ("start_date", "DATE_MALFORMED"), ("end_date", "DATE_MALFORMED"),
        ("day_count", "ENUM_UNKNOWN")])
    change("one_date_twice", "1", "2", start_date="2024-01-01", end_date="2024-01-01", refused=[("end_date",
        "OUT_OF_RANGE")])


def implied_growth_rows(rows):
    def growth(name, value, cash, discount, stage=None, refused=None, published=None, **more):
        request = {"currency_code": "USD", "enterprise_value": value, "free_cash_flow": cash, "discount_rate": discount,
            **more}
        if stage:
            years, terminal = stage.split()
            request["growth_stage"] = {"years": int(years), "terminal_growth_rate": terminal}
        rows.add(f"growth_{name}", "ComputeImpliedGrowth", request, published=published, refused=refused)

    growth("for_ever", "9000", "350", "0.1")
    growth("for_ever_at_0", "100", "10", "0")
    growth("for_ever_at_a_negative_rate", "100", "10", "-0.5")
    growth("for_ever_negative", "100", "50", "0.1")
    growth("in_stages", "3000e9", "60e9", "0.09", "10 0.03")
    growth("one_year", "1100", "100", "0.1", "1 0", published={"implied_growth_rate": "0.1",
        "terminal_value_share": "0.9090909090909090909090909091"})
    growth("price_of_no_growth", "1000", "100", "0.1", "7 0", published={"implied_growth_rate": "0"})
    growth("tie_at_the_12th_digit", "1000.0000000005", "1000", "1", "1 0", published={"implied_growth_rate": "0"})
    growth("odd_tie_at_the_12th_digit", "1000.0000000015", "1000", "1", "1 0",
        published={"implied_growth_rate": "0.000000000002"})
    growth("falling", "100", "100", "0.1", "10 0.02")
    growth("negative_rates", "1000", "10", "-0.05", "30 -0.1")
    growth("hardly_below_the_discount_rate", "1000", "10", "0.05", "10 0.0499999999999999999999999999")
    growth("two_hundred_years", "5000", "100", "0.05", "200 0.01")
    growth("two_hundred_years_at_1000_per_cent", "5000", "100", "10", "200 0.01", refused=[("final_free_cash_flow",
        "RESULT_TOO_LARGE")])
    growth("two_hundred_years_at_next_to_nothing", "5", "100", "-0.9", "200 -0.99")
    growth("hundredfold_in_a_year", "1e6", "1", "0.1", "1 0.05")
    growth("the_smallest_price", "1e-28", "7e28", "0.1", "1 0.05", published={"implied_growth_rate": "-1"})
    growth("the_smallest_price_of_years", "1e-28", "7e28", "0.1", "20 0.05", published={"implied_growth_rate": "-1"})
    growth("rate_of_17_digits", "1e18", "1", "0.1", "1 0.05")
    growth("cash_too_large", "1e28", "1e10", "0.5", "200 0.05", refused=[("final_free_cash_flow", "RESULT_TOO_LARGE")])
    growth("rate_too_large", "7e28", "1e-28", "0.1", "1 0.05", refused=[("implied_growth_rate", "RESULT_TOO_LARGE")])
    growth("rounded", "3000e9", "60e9", "0.09", "10 0.03", options=rounded_to(4, "ROUNDING_MODE_HALF_UP", 4),
        published={"implied_growth_rate": "0.1702", "terminal_value_share": "0.6983"})
    rows.add("growth_nothing", "ComputeImpliedGrowth", {"growth_stage": {}}, refused=[("currency_code", "REQUIRED"),
        ("enterprise_value", "REQUIRED"), ("free_cash_flow", "REQUIRED"), ("discount_rate", "REQUIRED"),
        ("growth_stage.years", "REQUIRED"), ("growth_stage.terminal_growth_rate", "REQUIRED")])
    terminal = ("growth_stage.terminal_growth_rate", "OUT_OF_RANGE")
    growth("terminal_at_the_discount_rate", "1", "1", "0.1", "5 0.1", refused=[terminal])
    growth("terminal_above_the_discount_rate", "0", "-1", "0.1", "201 0.2", refused=[("enterprise_value",
        "OUT_OF_RANGE"), ("free_cash_flow", "OUT_OF_RANGE"), ("growth_stage.years", "OUT_OF_RANGE"), terminal])
    growth("terminal_at_-1", "1", "1", "0.1", "5 -1", refused=[terminal])
    growth("discount_rate_at_-1", "1", "1", "-1", "5 0", refused=[("discount_rate", "OUT_OF_RANGE")])


def required_margin_rows(rows):
    def margin(name, price, years, refused=None, published=None, **more):
        rows.add(f"margin_{name}", "ComputeRequiredMargin", {"price_to_sales": price, "payback_years": years, **more},
            published=published, refused=refused, source="Scott McNealy, BusinessWeek, 1 April 2002" if name == "sun"
            else None)

    margin("sun", "10", 10, published={"required_net_cash_margin": "1", "attainable": True})
    margin("a_hair_too_much", "10.00000000000000000000000001", 10, published={"attainable": False})
    margin("rounds_to_1_and_is_more", "10.00000000000000000000000001", 10, options=rounded_to(2,
        "ROUNDING_MODE_HALF_EVEN", 2), published={"required_net_cash_margin": "1", "attainable": False})
    # A third of it is 1.000000000000000000000000000333, of which 28 digits are 1.
    margin("written_1_and_is_more", "3.000000000000000000000000001", 3,
        published={"required_net_cash_margin": "1", "attainable": False})
    margin("written_1_and_is_less", "2.999999999999999999999999999", 3,
        published={"required_net_cash_margin": "0.9999999999999999999999999997", "attainable": True})
    margin("growing", "30", 10, revenue_growth_rate="0.25")
    margin("exactly_all_of_it", "3.31", 2, revenue_growth_rate="0.1", published={"attainable": False})
    margin("exactly_all_of_growing_sales", "2.31", 2, revenue_growth_rate="0.1",
        published={"required_net_cash_margin": "1", "attainable": True})
    margin("shrinking", "2", 200, revenue_growth_rate="-0.3333333333333333333333333333")
    margin("next_to_nothing_left", "1e-28", 3, revenue_growth_rate="-0.9999999999999999999999999999",
        published={"required_net_cash_margin": "1"})
    margin("next_to_nothing", "1e-28", 200, revenue_growth_rate="7e28")
    margin("too_large", "10", 3, revenue_growth_rate="-0.9999999999999999999999999999",
        refused=[("required_net_cash_margin", "RESULT_TOO_LARGE")])
    rows.add("margin_nothing", "ComputeRequiredMargin", {}, refused=[("price_to_sales", "REQUIRED"), ("payback_years",
        "REQUIRED")])
    margin("out_of_range", "0", 201, revenue_growth_rate="-1", refused=[("price_to_sales", "OUT_OF_RANGE"),
        ("payback_years", "OUT_OF_RANGE"), ("revenue_growth_rate", "OUT_OF_RANGE")])


def rule_of_forty_rows(rows):
    def forty(name, growth, margin, refused=None, published=None, source=None, **more):
        request = {"revenue_growth_rate": growth, "free_cash_flow_margin": margin, **more}
        rows.add(f"forty_{name}", "ComputeRuleOfForty", request, source, published, refused=refused)

    # The post's three companies: the profit that each growth asks for.
    for growth, margin in (("0.2", "0.2"), ("0.4", "0"), ("0.5", "-0.1")):
        forty(f"feld_grows_by_{growth}", growth, margin, source="Brad Feld, The Rule of 40% For a Healthy SaaS Company, "
            "3 February 2015", published={"score": "0.4", "meets_threshold": True,
            "required_free_cash_flow_margin": margin, "required_revenue_growth_rate": growth})
    forty("more_than_enough", "1", "-0.25", published={"score": "0.75", "meets_threshold": True,
        "required_free_cash_flow_margin": "-0.6", "required_revenue_growth_rate": "0.65"})
    forty("not_enough", "0.1", "0.05", published={"score": "0.15", "meets_threshold": False,
        "required_free_cash_flow_margin": "0.3", "required_revenue_growth_rate": "0.35"})
    forty("below_0", "-0.5", "-3", published={"score": "-3.5", "meets_threshold": False,
        "required_free_cash_flow_margin": "0.9", "required_revenue_growth_rate": "3.4"})
    forty("another_threshold", "0.3", "0.2", threshold="0.5", published={"meets_threshold": True,
        "required_free_cash_flow_margin": "0.2", "required_revenue_growth_rate": "0.3"})
    forty("a_hair_less", "0.3999999999999999999999999999", "0", published={"meets_threshold": False})
    forty("a_hair_more", "0.4", "1e-28", published={"meets_threshold": True})
    forty("a_threshold_a_hair_higher", "0.4", "0", threshold="0.4000000000000000000000000001",
        published={"meets_threshold": False})
    forty("rounds_to_the_threshold_and_is_less", "0.3", "0.096", options=rounded_to(2, None, 2),
        published={"score": "0.4", "meets_threshold": False, "required_free_cash_flow_margin": "0.1"})
    # The score has 29 digits, of which 28 are those of the threshold.
    forty("written_as_the_threshold_and_is_less", "7", "-1e-28", threshold="7",
        published={"score": "7", "meets_threshold": False})
    forty("written_as_the_threshold_and_is_more", "7", "1e-28", threshold="7",
        published={"score": "7", "meets_threshold": True})
    forty("all_of_the_revenue_is_just_enough", "-0.6", "0", published={"required_free_cash_flow_margin": "1"})
    forty("all_of_the_revenue_is_not_enough", "-0.7", "1", published={"score": "0.3", "meets_threshold": False,
        "required_free_cash_flow_margin": None, "required_revenue_growth_rate": "-0.6"})
    forty("all_of_the_revenue_misses_by_a_hair", "-0.6000000000000000000000000001", "1",
        published={"meets_threshold": False, "required_free_cash_flow_margin": None})
    forty("any_growth_is_enough", "-0.5", "1", threshold="-0.5", published={"meets_threshold": True,
        "required_free_cash_flow_margin": "0", "required_revenue_growth_rate": None})
    forty("a_growth_of_-1_would_be_just_enough", "-0.5", "0.25", threshold="-0.75",
        published={"required_revenue_growth_rate": None, "required_free_cash_flow_margin": "-0.25"})
    forty("a_growth_a_hair_above_-1_is_needed", "-0.5", "0.25", threshold="-0.7499999999999999999999999999",
        published={"required_revenue_growth_rate": "-0.9999999999999999999999999999"})
    forty("a_growth_that_rounds_to_-1", "-0.5", "1", threshold="0.004", options=rounded_to(2, None, 2),
        published={"required_revenue_growth_rate": "-1"})
    forty("falls_and_any_growth_is_enough", "-0.9", "1", threshold="0", published={"score": "0.1", "meets_threshold": True,
        "required_free_cash_flow_margin": "0.9", "required_revenue_growth_rate": None})
    forty("the_largest_growth", "7.899999999999999999999999999e28", "1", published={"meets_threshold": True,
        "required_revenue_growth_rate": "-0.6"})
    forty("margin_too_large", "7e28", "0", threshold="-7e28", refused=[("required_free_cash_flow_margin",
        "RESULT_TOO_LARGE")])
    forty("growth_too_large", "0", "-7e28", threshold="7e28", refused=[("required_revenue_growth_rate",
        "RESULT_TOO_LARGE")])
    rows.add("forty_nothing", "ComputeRuleOfForty", {}, refused=[("revenue_growth_rate", "REQUIRED"),
        ("free_cash_flow_margin", "REQUIRED")])
    forty("everything_wrong", "-1", "1.000000000000000000000000001", threshold="40%", refused=[("threshold",
        "DECIMAL_MALFORMED"), ("revenue_growth_rate", "OUT_OF_RANGE"), ("free_cash_flow_margin", "OUT_OF_RANGE")])


def discounted_value_rows(rows):
    def value(name, flows, rate, refused=None, published=None, source=None, tolerance="1e-11", note=None, **more):
        request = {"currency_code": "USD", "free_cash_flows": flows.split(), "discount_rate": rate, **more}
        rows.add(f"value_{name}", "ComputeDiscountedValue", request, source, published, tolerance, refused, note)

    mid = {"timing": "CASH_FLOW_TIMING_MID_PERIOD"}
    # Seven flows where the book has six: its horizon value is 1.59 / (0.10 - 0.06) a year earlier, which is the same.
    value("concatenator", "-0.80 -0.96 -1.15 -1.39 -0.20 -0.23 1.59", "0.1", perpetual_growth_rate="0.06",
        published={"enterprise_value": "18.8"}, tolerance="0.003",
        source="R. A. Brealey, S. C. Myers, F. Allen, Principles of Corporate Finance, 10th edition, 2011, section 4-5",
        note="The book prints 22.4 - 3.6 = 18.8, of figures that are rounded to one digit.")
    # Worked by hand: 110 / 1.1 = 100; 110 × 1.02 / 0.08 = 1402.5, / 1.1 = 1275.
    value("gordon", "110", "0.1", perpetual_growth_rate="0.02", net_debt="375", shares_outstanding="40",
        share_price="25", published={"enterprise_value": "1375", "equity_value": "1000", "value_per_share": "25",
        "terminal_value": "1402.5", "terminal_value_share": "0.92727272727273",
        "implied_perpetual_growth_rate": "0.02"})
    # 1.21 = 1.1 × 1.1: 121 / 1.1 = 110; 121 × 0.99 / 0.22 = 544.5, / 1.1 = 495.
    value("gordon_mid_period", "121", "0.21", perpetual_growth_rate="-0.01", shares_outstanding="5", share_price="121",
        **mid, published={"enterprise_value": "605", "value_per_share": "121",
        "implied_perpetual_growth_rate": "-0.01"})
    # An exit stays at the end of the year: 110 + 8 × 15.125 / 1.21 = 210.
    value("exit_mid_period", "121", "0.21", exit_multiple="8", terminal_metric="15.125", shares_outstanding="2",
        share_price="300", **mid, published={"enterprise_value": "210", "terminal_value": "121",
        "value_per_share": "105"})
    value("exit", "60e9 70e9 80e9", "0.09", exit_multiple="12.5", terminal_metric="110e9", net_debt="-40e9",
        shares_outstanding="24.4e9", share_price="55.5")
    value("end_of_period_named", "60e9 70e9 80e9", "0.09", perpetual_growth_rate="0.03",
        timing="CASH_FLOW_TIMING_END_OF_PERIOD")
    value("mid_period_of_an_irrational_root", "60e9 70e9 80e9", "0.09", perpetual_growth_rate="0.03", net_debt="12e9",
        shares_outstanding="24.4e9", share_price="55.5", **mid)
    value("without_a_price", "10 20", "0.1", perpetual_growth_rate="0", shares_outstanding="3",
        published={"implied_perpetual_growth_rate": None})
    value("without_shares", "10 20", "0.1", perpetual_growth_rate="0", published={"value_per_share": None})
    value("a_company_that_ends", "110 121", "0.1", exit_multiple="0", terminal_metric="5",
        published={"enterprise_value": "200", "terminal_value_share": "0"})
    value("equity_below_0", "110", "0.1", exit_multiple="1", terminal_metric="0", net_debt="150",
        shares_outstanding="10", published={"equity_value": "-50", "value_per_share": "-5"})
    value("worth_0", "-110", "0.1", exit_multiple="1", terminal_metric="110", published={"enterprise_value": "0",
        "terminal_value_share": None})
    value("a_hair_above_0", "-110", "0.1", exit_multiple="1", terminal_metric="110.0000000000000000000001")
    value("below_0", "100 -10", "0.1", perpetual_growth_rate="0.05", shares_outstanding="10", share_price="3",
        published={"terminal_value": "-210", "terminal_value_share": None, "implied_perpetual_growth_rate": None})
    value("last_flow_of_0", "100 0", "0.1", perpetual_growth_rate="0.05", shares_outstanding="10", share_price="30",
        published={"terminal_value": "0", "implied_perpetual_growth_rate": None})
    # A price of what the flows themselves are worth: 100 + 100.
    value("price_of_the_flows", "110 121", "0.1", perpetual_growth_rate="0", shares_outstanding="10", share_price="20",
        published={"implied_perpetual_growth_rate": None})
    value("price_a_hair_above_the_flows", "110 121", "0.1", perpetual_growth_rate="0", shares_outstanding="10",
        share_price="20.00000000000000000000000001")
    value("price_below_the_flows", "110 121", "0.1", perpetual_growth_rate="0", shares_outstanding="10",
        share_price="1", published={"implied_perpetual_growth_rate": None})
    # 100 shares at 1.21 leave 121 after a year, of which the flow takes 110: (11 × 0.1 - 110) / (11 + 110) = -0.9.
    value("price_that_expects_decline", "110", "0.1", perpetual_growth_rate="0", shares_outstanding="100",
        share_price="1.1", published={"implied_perpetual_growth_rate": "-0.9"})
    value("net_debt_lifts_the_price", "110", "0.1", perpetual_growth_rate="0", shares_outstanding="100",
        share_price="0.01", net_debt="109", published={"implied_perpetual_growth_rate": "-0.9"})
    value("rate_of_0", "10 10", "0", perpetual_growth_rate="-0.5", published={"enterprise_value": "30"})
    value("rates_below_0", "10 10", "-0.1", perpetual_growth_rate="-0.5", shares_outstanding="1", share_price="100")
    value("growth_near_the_rate", "10 11", "0.1", perpetual_growth_rate="0.09")
    value("growth_a_hair_further", "10 11", "0.1", perpetual_growth_rate="0.0899999999999999999999999999")
    value("growth_a_hair_below_the_rate", "1 1", "0.1", perpetual_growth_rate="0.0999999999999999999999999999")
    value("percentages", "10 11", "10", perpetual_growth_rate="2")
    value("below_percentages", "10 11", "1.9999", perpetual_growth_rate="1.5")
    value("two_hundred_years", " ".join(str(100 + i) for i in range(200)), "0.07", perpetual_growth_rate="0.01",
        shares_outstanding="7", share_price="300", **mid)
    value("two_hundred_years_and_a_rate_of_1000_per_cent", " ".join(["5"] * 200), "10", perpetual_growth_rate="1",
        shares_outstanding="7", share_price="300")
    value("rounded", "60e9 70e9 80e9", "0.09", perpetual_growth_rate="0.03", shares_outstanding="24.4e9",
        share_price="55.5", options=rounded_to(0, "ROUNDING_MODE_HALF_UP", 4))
    value("withdrawn_currency", "110", "0.1", exit_multiple="0", terminal_metric="0", currency_code="DEM")
    value("too_large", "1", "0.1", exit_multiple="7e28", terminal_metric="2", refused=[("enterprise_value",
        "RESULT_TOO_LARGE")])
    value("equity_too_large", "7e28", "0", exit_multiple="0", terminal_metric="2", net_debt="-7e28",
        refused=[("equity_value", "RESULT_TOO_LARGE")])
    value("share_too_large", "1", "0", exit_multiple="0", terminal_metric="2", shares_outstanding="1e-28",
        net_debt="-100", refused=[("value_per_share", "RESULT_TOO_LARGE")])
    value("terminal_too_large", "1", "9", exit_multiple="7e28", terminal_metric="2", refused=[("terminal_value",
        "RESULT_TOO_LARGE")])
    rows.add("value_nothing", "ComputeDiscountedValue", {}, refused=[("currency_code", "REQUIRED"),
        ("free_cash_flows", "REQUIRED"), ("discount_rate", "REQUIRED"), ("terminal", "REQUIRED")])
    value("everything_wrong", "1 x", "-1", perpetual_growth_rate="-1", terminal_metric="y", net_debt="",
        shares_outstanding="0", share_price="0", timing=7, refused=[("free_cash_flows[1]", "DECIMAL_MALFORMED"),
        ("terminal_metric", "DECIMAL_MALFORMED"), ("net_debt", "DECIMAL_MALFORMED"), ("timing", "ENUM_UNKNOWN"),
        ("discount_rate", "OUT_OF_RANGE"), ("perpetual_growth_rate", "OUT_OF_RANGE"), ("terminal_metric",
        "NOT_APPLICABLE"), ("shares_outstanding", "OUT_OF_RANGE"), ("share_price", "OUT_OF_RANGE")])
    value("growth_at_the_rate", "1", "0.1", perpetual_growth_rate="0.1", refused=[("perpetual_growth_rate",
        "OUT_OF_RANGE")])
    value("growth_above_an_unreadable_rate", "1", "x", perpetual_growth_rate="0.1", refused=[("discount_rate",
        "DECIMAL_MALFORMED")])
    value("multiple_without_its_metric", "1", "0.1", exit_multiple="8", refused=[("terminal_metric", "REQUIRED")])
    value("metric_without_its_multiple", "1", "0.1", perpetual_growth_rate="0", terminal_metric="8",
        refused=[("terminal_metric", "NOT_APPLICABLE")])
    value("price_without_shares", "1", "0.1", perpetual_growth_rate="0", share_price="8", refused=[("share_price",
        "NOT_APPLICABLE")])
    value("more_than_200_years", " ".join(["1"] * 201), "0.1", perpetual_growth_rate="0", refused=[("free_cash_flows",
        "TOO_MANY_ITEMS")])


def rows_by_hand(rows):
    add_published(rows, METHODS)
    share_ceiling_rows(rows)
    rerating_rows(rows)
    price_change_rows(rows)
    implied_growth_rows(rows)
    required_margin_rows(rows)
    rule_of_forty_rows(rows)
    discounted_value_rows(rows)


# ---------------------------------------------------------------------------------------------------------------------
# Drawn by chance
# ---------------------------------------------------------------------------------------------------------------------


def rate(chance):
    return f"{chance.choice(('', '-'))}0.{chance.randint(0, 9999):04d}"


def amount(chance):
    return f"{chance.randint(1, 10 ** chance.randint(1, 9))}.{chance.randint(0, 99):02d}"


def date(chance):
    return f"{chance.randint(1990, 2030)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"


def draw_share_ceiling(chance):
    return {
        "current_share": f"0.{chance.randint(1, 9999):04d}",
        "market_growth_rate": rate(chance),
        "company_growth_rate": rate(chance),
        "target_sales_factor": amount(chance),
    }


def draw_rerating(chance):
    ratios = {"starting_price_earnings_ratio": amount(chance), "ending_price_earnings_ratio": amount(chance)}
    years = f"{chance.randint(1, 40)}.{chance.randint(0, 9)}"
    given = {"earnings_growth_rate": rate(chance)} if chance.likely(0.5) else {"price_factor": amount(chance)}
    return {**ratios, "years": years, **given}


def draw_price_change(chance):
    return {
        "start_price": amount(chance),
        "end_price": amount(chance),
        "start_date": date(chance),
        "end_date": date(chance),
        "day_count": chance.choice(DAY_COUNTS),
    }


def draw_implied_growth(chance):
    discount = chance.randint(-4000, 9000)
    terminal = chance.randint(-9000, discount - 1)
    return {
        "currency_code": "USD",
        "enterprise_value": amount(chance),
        "free_cash_flow": amount(chance),
        "discount_rate": f"{discount}e-4",
        "growth_stage": {"years": chance.randint(1, 60), "terminal_growth_rate": f"{terminal}e-4"},
    }


def draw_required_margin(chance):
    return {
        "price_to_sales": amount(chance),
        "payback_years": chance.randint(1, 200),
        "revenue_growth_rate": rate(chance),
    }


def draw_rule_of_forty(chance):
    given = {"revenue_growth_rate": rate(chance), "free_cash_flow_margin": rate(chance)}
    return given if chance.likely(0.5) else {**given, "threshold": rate(chance)}


def draw_discounted_value(chance):
    discount = chance.randint(-4000, 9000)
    request = {
        "currency_code": "USD",
        "free_cash_flows": [chance.choice(("", "", "", "-")) + amount(chance) for _ in range(chance.randint(1, 20))],
        "discount_rate": f"{discount}e-4",
    }
    if chance.likely(0.6):
        request["perpetual_growth_rate"] = f"{chance.randint(-9000, discount - 1)}e-4"
    else:
        request.update(exit_multiple=f"{chance.randint(0, 300)}e-1", terminal_metric=amount(chance))
    if chance.likely(0.6):
        request["net_debt"] = chance.choice(("", "-")) + amount(chance)
    if chance.likely(0.8):
        request["shares_outstanding"] = amount(chance)
        if chance.likely(0.8):
            request["share_price"] = amount(chance)
    if chance.likely(0.5):
        request["timing"] = chance.choice(TIMINGS)
    return {**request, **chance.options(0.2, 12)}


METHODS = {
    "ComputeShareCeiling": compute_share_ceiling,
    "ComputeRerating": compute_rerating,
    "ComputePriceChange": compute_price_change,
    "ComputeImpliedGrowth": compute_implied_growth,
    "ComputeRequiredMargin": compute_required_margin,
    "ComputeRuleOfForty": compute_rule_of_forty,
    "ComputeDiscountedValue": compute_discounted_value,
}
DRAWN = {
    "ComputeShareCeiling": (draw_share_ceiling, 40),
    "ComputeRerating": (draw_rerating, 40),
    "ComputePriceChange": (draw_price_change, 40),
    "ComputeImpliedGrowth": (draw_implied_growth, 40),
    "ComputeRequiredMargin": (draw_required_margin, 40),
    "ComputeRuleOfForty": (draw_rule_of_forty, 40),
    "ComputeDiscountedValue": (draw_discounted_value, 40),
}


if __name__ == "__main__":
    run("valuation", "paydirt.v1.ValuationService", METHODS, rows_by_hand, DRAWN)
