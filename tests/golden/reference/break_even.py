#!/usr/bin/env python3
"""Break-even: the formulas of paydirt/v1/break_even.proto, and the rows of break_even.jsonl.

Revenue that capital expenditure has to bring, after David Cahn (Sequoia Capital, 2023 and 2024); revenue for a return
on it; and the break-even point of cost-volume-profit analysis.
"""

import math
from fractions import Fraction

from shared.chance import PERIODS as PERIODS_DRAWN
from shared.numbers import annuity_factor, written
from shared.reader import (
    ABOVE_MINUS_ONE,
    ABOVE_ZERO,
    ABOVE_ZERO_AT_MOST_100,
    ABOVE_ZERO_UP_TO_ONE,
    ANY,
    AT_MOST_ONE,
    PERIODS_A_YEAR,
    ZERO_OR_MORE,
    ZERO_OR_MORE_A_YEAR,
    ZERO_UP_TO_BELOW_ONE,
    Reader,
    finish,
    rounded_to,
)
from shared.rows import run

CAHN_2023 = "https://www.sequoiacap.com/article/follow-the-gpus-perspective/"
CAHN_2024 = "https://sequoiacap.com/article/ais-600b-question/"
CASE = "computed to 50 digits, case "


def compute_required_revenue(request):
    read = Reader(request)
    currency = read.currency()
    revenue = read.decimal(request, "accelerator_revenue", "accelerator_revenue", ZERO_OR_MORE)
    period = read.period_of_months(request, "accelerator_revenue_period", "accelerator_revenue_period")
    share = read.decimal(request, "accelerator_cost_share", "accelerator_cost_share", ABOVE_ZERO_UP_TO_ONE)
    cloud = read.optional(request, "cloud_gross_margin", "cloud_gross_margin", ZERO_UP_TO_BELOW_ONE, Fraction(0))
    end_user = read.decimal(request, "end_user_gross_margin", "end_user_gross_margin", ZERO_UP_TO_BELOW_ONE)
    payback = read.optional(request, "payback_years", "payback_years", ABOVE_ZERO, Fraction(1))
    existing = read.streams()
    customers = read.optional(request, "paying_customers", "paying_customers", ABOVE_ZERO)
    asked = read.options()
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
        asked,
    )


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
        operating_cost = read.optional(
            request, "annual_operating_cost", "annual_operating_cost", ZERO_OR_MORE, Fraction(0)
        )
    r = read.optional(request, "required_return", "required_return", ABOVE_MINUS_ONE)
    roic = read.optional(request, "return_on_invested_capital", "return_on_invested_capital", ZERO_OR_MORE_A_YEAR)
    intensity = read.optional(request, "sustainable_capital_intensity", "sustainable_capital_intensity", ABOVE_ZERO)
    if not {"required_return", "return_on_invested_capital", "sustainable_capital_intensity"} & request.keys():
        read.unreadable.append(("hurdle", "REQUIRED"))
    existing = read.streams()
    customers = read.optional(request, "paying_customers", "paying_customers", ABOVE_ZERO)
    asked = read.options()
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
        asked,
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
    asked = read.options()
    read.done()

    unit_margin = None
    if unit is not None:
        unit_margin = price - variable
        ratio = unit_margin / price
    answer = {"currency_code": currency, "unit_contribution_margin": unit_margin, "contribution_margin_ratio": ratio}
    to_cover = fixed + target
    if to_cover > 0 and ratio <= 0:
        answer["never_reached"] = {}
        return finish(answer, asked)

    at_once = to_cover <= 0
    revenue = Fraction(0) if at_once else to_cover / ratio
    point = {"revenue": revenue}
    if unit is not None:
        units = Fraction(0) if at_once else to_cover / unit_margin
        point["units"] = units
        point["whole_units"] = str(math.ceil(units))  # text already: options.rounding leaves it alone
    if expected is not None and ratio > 0:
        point["margin_of_safety"] = expected - revenue
        if expected != 0:
            point["margin_of_safety_ratio"] = (expected - revenue) / expected
        contribution = expected * ratio
        profit = contribution - fixed
        if profit != 0:
            point["operating_leverage"] = contribution / profit
    answer["reached"] = point
    return finish(answer, asked)


# ---------------------------------------------------------------------------------------------------------------------
# Rows
# ---------------------------------------------------------------------------------------------------------------------


def required_revenue_rows(rows):

    def cahn(name, revenue, *, period="PERIOD_YEAR", share="0.5", margin="0.5", row=None, **more):
        request = {"currency_code": "USD", "accelerator_revenue": revenue, "accelerator_revenue_period": period,
            "accelerator_cost_share": share, "end_user_gross_margin": margin}
        request.update(more)
        rows.add(name, "ComputeRequiredRevenue", request, **(row or {}))

    cahn("cahn_2023_200_billion", "50e9", row=dict(source=CAHN_2023, published={"implied_data_center_spend": "100e9",
        "required_revenue": "200e9", "spend_multiple": "4"}))
    cahn("cahn_2024_600_billion", "150e9", row=dict(source=CAHN_2024, published={"implied_data_center_spend": "300e9",
        "required_revenue": "600e9", "spend_multiple": "4"}))
    cahn(
        "cahn_2025_840_billion",
        "210e9",
        row=dict(
            source="https://share.snipd.com/episode/af07c35c-7030-4c21-9dab-5aca3c73748e (the 210 billion is 840 / 4)",
            published={"required_revenue": "840e9"},
        ),
    )
    cahn("cahn_run_rate_from_a_quarter", "18.4e9", period="PERIOD_QUARTER",
        row=dict(source=CASE + "cahn_run_rate_from_quarter", published={"annual_accelerator_revenue": "73.6e9",
        "implied_data_center_spend": "147.2e9", "required_revenue": "294.4e9"}))
    cahn("run_rate_from_a_half_year", "36.8e9", period="PERIOD_HALF_YEAR",
        row=dict(published={"annual_accelerator_revenue": "73600000000"}))
    for period in ("PERIOD_WEEK", "PERIOD_DAY"):
        cahn(f"refused_{period.lower()}", "1e9", period=period, row=dict(refused=[("accelerator_revenue_period",
            "NOT_APPLICABLE")]))
    cahn("cahn_run_rate_from_a_month", "12.5e9", period="PERIOD_MONTH",
        row=dict(published={"annual_accelerator_revenue": "150e9", "required_revenue": "600e9"}))
    companies = [("Google", "10e9"), ("Microsoft", "10e9"), ("Apple", "10e9"), ("Meta", "10e9"), ("Oracle", "5e9"),
        ("ByteDance", "5e9"), ("Alibaba", "5e9"), ("Tencent", "5e9"), ("X", "5e9"), ("Tesla", "5e9")]
    cahn("cahn_2023_list_of_companies_sums_to_70", "50e9", existing_revenue=[{"name": name, "annual_amount": amount}
        for name, amount in companies],
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
    cahn("payback_within_a_month", "150e9", payback_years="0.08",
        row=dict(published={"required_annual_revenue": "7500e9"}))
    cahn("each_of_a_billion_customers_pays_50_a_month", "150e9", paying_customers="1e9",
        row=dict(published={"monthly_revenue_per_customer": "50"}))
    cahn("customers_in_sevenths", "1", payback_years="3", paying_customers="7", cloud_gross_margin="0.1")
    cahn("existing_revenue_beyond_what_is_required", "10e9", existing_revenue=[{"name": "cloud",
        "annual_amount": "40e9"}, {"name": "advertising", "annual_amount": "20e9"}],
        row=dict(published={"revenue_gap": "-20e9", "coverage_ratio": "1.5"}))
    cahn("revenue_zero_needs_nothing", "0", existing_revenue=[{"name": "AI", "annual_amount": "5"}],
        paying_customers="3", row=dict(published={"revenue_gap": "-5", "coverage_ratio": None, "spend_multiple": "4",
        "monthly_revenue_per_customer": "0"}))
    cahn("required_revenue_too_small_to_write_has_no_coverage", "1e-28", share="1", margin="0", payback_years="1000",
        existing_revenue=[{"name": "AI", "annual_amount": "1"}], row=dict(published={"required_revenue": "1e-28",
        "required_annual_revenue": "0", "coverage_ratio": None}))
    cahn("shares_in_thirds_are_rounded_once", "100", share="0.3", margin="0.7", cloud_gross_margin="0.1",
        payback_years="7", existing_revenue=[{"name": "a", "annual_amount": "0.1"}, {"name": "b",
        "annual_amount": "0.2"}])
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
    cahn("rounding_ties_go_away_from_zero_when_half_up", "2.5", options=rounded_to(0, "ROUNDING_MODE_HALF_UP"),
        share="1", margin="0", existing_revenue=[{"name": "AI", "annual_amount": "5"}],
        row=dict(published={"required_revenue": "3", "revenue_gap": "-3", "coverage_ratio": "2"}, tolerance="0"))
    cahn("money_without_cents_leaves_a_ratio_its_digits", "150e9", options=rounded_to(0),
        existing_revenue=[{"name": "AI", "annual_amount": "62.5e9"}], row=dict(published={"required_revenue": "600e9",
        "coverage_ratio": "0.1042"}, tolerance="0"))
    cahn("ratios_are_rounded_as_asked", "150e9", options=rounded_to(2, None, 1), paying_customers="7e9",
        existing_revenue=[{"name": "AI", "annual_amount": "62.5e9"}], row=dict(published={"coverage_ratio": "0.1",
        "monthly_revenue_per_customer": "7.1"}, tolerance="0"))
    cahn("ratios_of_29_digits", "150e9", options=rounded_to(2, None, 29),
        row=dict(refused=[("options.rounding.ratio_decimal_places", "OUT_OF_RANGE")]))
    cahn("a_currency_that_was_withdrawn", "150e9", currency_code="HRK",
        row=dict(published={"warnings": [{"field": "currency_code", "reason": "CURRENCY_WITHDRAWN"}]}))
    cahn("rounding_ties_go_to_even", "2.5", options=rounded_to(0, "ROUNDING_MODE_HALF_EVEN"), share="1", margin="0",
        existing_revenue=[{"name": "AI", "annual_amount": "5"}], row=dict(published={"required_revenue": "2",
        "revenue_gap": "-2"}, tolerance="0"))
    cahn("rounding_to_28_places_changes_nothing", "1", share="0.3", margin="0.3", options=rounded_to(28,
        "ROUNDING_MODE_UP"))
    cahn("revenue_over_the_life_too_large_to_answer", "7e28", share="1", margin="0.5", payback_years="2",
        row=dict(refused=[("required_revenue", "RESULT_TOO_LARGE")]))
    rows.add("required_revenue_of_an_empty_request", "ComputeRequiredRevenue", {}, refused=[("currency_code",
        "REQUIRED"), ("accelerator_revenue", "REQUIRED"), ("accelerator_revenue_period", "REQUIRED"),
        ("accelerator_cost_share", "REQUIRED"), ("end_user_gross_margin", "REQUIRED")])
    cahn("several_fields_unreadable_and_out_of_range", "1_000", period=9, share="0", margin="1", currency_code="usd",
        cloud_gross_margin="", payback_years="0", existing_revenue=[{"name": "", "annual_amount": "-1"}, {"name": "b"},
        {"name": "c", "annual_amount": "1e-29"}], paying_customers="0", options={"rounding": {"decimal_places": 29,
        "mode": 7}}, row=dict(refused=[("currency_code", "CURRENCY_UNKNOWN"), ("accelerator_revenue",
        "DECIMAL_MALFORMED"), ("accelerator_revenue_period", "ENUM_UNKNOWN"), ("cloud_gross_margin",
        "DECIMAL_MALFORMED"), ("existing_revenue[0].name", "REQUIRED"), ("existing_revenue[1].annual_amount",
        "REQUIRED"), ("existing_revenue[2].annual_amount", "DECIMAL_TOO_PRECISE"), ("options.rounding.mode",
        "ENUM_UNKNOWN"), ("accelerator_cost_share", "OUT_OF_RANGE"), ("end_user_gross_margin", "OUT_OF_RANGE"),
        ("payback_years", "OUT_OF_RANGE"), ("existing_revenue[0].annual_amount", "OUT_OF_RANGE"), ("paying_customers",
        "OUT_OF_RANGE"), ("options.rounding.decimal_places", "OUT_OF_RANGE")]))
    cahn("decimals_against_the_grammar", "+5", share=".5", margin="5.", cloud_gross_margin="50%", payback_years="NaN",
        paying_customers="1,000", existing_revenue=[{"name": "a", "annual_amount": " 1"}, {"name": "b",
        "annual_amount": "1e"}, {"name": "c", "annual_amount": "0x10"}, {"name": "d", "annual_amount": "--1"},
        {"name": "e", "annual_amount": "１"}, {"name": "f", "annual_amount": "1e1.5"}], row=dict(refused=[(field,
        "DECIMAL_MALFORMED") for field in ("accelerator_revenue", "accelerator_cost_share", "cloud_gross_margin",
        "end_user_gross_margin", "payback_years", *(f"existing_revenue[{i}].annual_amount" for i in range(6)),
        "paying_customers")]))
    cahn("decimals_too_large_and_too_precise", "7.9e28", share="0.12345678901234567890123456789", margin="1e-29",
        payback_years="1e99999999999", paying_customers="1e-99999999999", existing_revenue=[{"name": "29 digits",
        "annual_amount": "10000000000000000000000000001"}, {"name": "trailing zeros do not count",
        "annual_amount": "1.00000000000000000000000000000000000000"}, {"name": "zero however written",
        "annual_amount": "0.000000000000000000000000000000e-40"}, {"name": "leading zeros do not count",
        "annual_amount": "00000000000000000000000000000000000012.5"}], row=dict(refused=[("accelerator_revenue",
        "DECIMAL_TOO_LARGE"), ("accelerator_cost_share", "DECIMAL_TOO_PRECISE"), ("end_user_gross_margin",
        "DECIMAL_TOO_PRECISE"), ("payback_years", "DECIMAL_TOO_LARGE"), ("existing_revenue[0].annual_amount",
        "DECIMAL_TOO_PRECISE"), ("paying_customers", "DECIMAL_TOO_PRECISE")]))


def return_revenue_rows(rows):

    def hurdle(name, capex, life=None, *, row=None, **more):
        request = {"currency_code": "USD", "capital_expenditure": capex}
        if life is not None:
            request["useful_life_years"] = life
        request.update(more)
        rows.add(name, "ComputeReturnRevenue", request, **(row or {}))

    kupperman = (
        "https://marcellus.in/story/global-crossing-is-reborn (quotes Kupperman, Praetorian Capital, August 2025)"
    )
    hurdle("kupperman_depreciation_over_10_years", "400e9", "10", gross_margin="0.25", return_on_invested_capital="0",
        row=dict(source=kupperman, published={"annual_depreciation": "40e9", "required_annual_revenue": "160e9"}))
    hurdle("kupperman_return_of_20_per_cent", "400e9", "10", gross_margin="0.25", return_on_invested_capital="0.2",
        row=dict(source=kupperman, published={"annual_depreciation": "40e9", "annual_capital_charge": "120e9",
        "required_annual_revenue": "480e9"}))
    hurdle("kupperman_depreciation_over_5_years", "400e9", "5", gross_margin="0.25", return_on_invested_capital="0",
        row=dict(source="https://ainews247.org/story/34132 (the 5 years are implied by 320 billion)",
        published={"annual_depreciation": "80e9", "required_annual_revenue": "320e9"}))
    hurdle(
        "bain_2030_two_trillion",
        "500e9",
        sustainable_capital_intensity="0.25",
        existing_revenue=[{"name": "available", "annual_amount": "1200e9"}],
        row=dict(
            source="https://cybernews.com/tech/ai-progress-requires-billions-investment/ (Bain 2025; 25 % and 1200 billion are implied)",
            published={
                "required_annual_revenue": "2000e9",
                "revenue_gap": "800e9",
                "coverage_ratio": "0.6",
                "annual_depreciation": None,
                "annual_capital_charge": None,
                "lifetime_revenue": None,
            },
        ),
    )
    hurdle("annualised_against_lifetime", "300e9", "5", gross_margin="0.5", required_return="0.1",
        row=dict(source=CASE + "annualised_vs_lifetime", published={"annual_capital_charge": "79.13924423842361e9",
        "required_annual_revenue": "158.27848847684723e9", "lifetime_revenue": "791.3924423842361e9"}))
    hurdle("intensity_with_a_life_has_lifetime_revenue", "500e9", "6", sustainable_capital_intensity="0.3",
        paying_customers="11e6")
    hurdle("intensity_above_1", "9", sustainable_capital_intensity="4",
        row=dict(published={"required_annual_revenue": "2.25"}))
    hurdle("annuity_of_7_and_a_half_per_cent_over_5_and_a_half_years", "300e9", "5.5", required_return="0.075",
        gross_margin="0.6", annual_operating_cost="12.5e9", paying_customers="250e6", existing_revenue=[{"name": "AI",
        "annual_amount": "37e9"}])
    hurdle("annuity_at_rate_0_is_straight_line", "300e9", "7", required_return="0",
        row=dict(published={"annual_depreciation": "42857142857.14285714285714286",
        "annual_capital_charge": "42857142857.14285714285714286", "lifetime_revenue": "300e9"}, tolerance="0"))
    hurdle("annuity_at_the_smallest_rate", "3", "4", required_return="1e-28",
        row=dict(published={"annual_capital_charge": "0.75"}, tolerance="1e-26"))
    hurdle("annuity_at_a_millionth_of_a_millionth", "300e9", "5.5", required_return="1e-12")
    hurdle(
        "annuity_at_minus_half_over_3_years",
        "7",
        "3",
        required_return="-0.5",
        row=dict(published={"annual_capital_charge": "0.5"}, tolerance="0"),
    )  # 7 × -0.5 / (1 - 2^3)
    hurdle("annuity_at_minus_half_over_2_and_a_half_years", "7", "2.5", required_return="-0.5")
    hurdle("annuity_whose_charge_vanishes", "300e9", "100", required_return="-0.9999999999999999999999999999",
        existing_revenue=[{"name": "AI", "annual_amount": "2"}], row=dict(published={"annual_capital_charge": "0",
        "required_annual_revenue": "0", "revenue_gap": "-2", "coverage_ratio": None, "annual_depreciation": "3e9"}))
    hurdle("annuity_at_a_huge_rate", "3", "0.5", required_return="1e10",
        row=dict(published={"annual_capital_charge": "30000300003"}, tolerance="1e-9"))
    hurdle("annuity_over_a_thousandth_of_a_year", "300e9", "0.001", required_return="0.1", gross_margin="0.9")
    hurdle("annuity_over_a_hundred_years", "300e9", "100", required_return="0.03")
    hurdle("straight_line_in_thirds", "100", "3", return_on_invested_capital="0.1", gross_margin="0.7",
        annual_operating_cost="1e-28", existing_revenue=[{"name": "AI", "annual_amount": "33.3"}], options=rounded_to(3,
        "ROUNDING_MODE_UP"))
    hurdle("return_of_percentages", "100", "3", return_on_invested_capital="15",
        row=dict(published={"warnings": [{"field": "return_on_invested_capital", "reason": "RATE_LOOKS_LIKE_PERCENT"}]}))
    hurdle("return_below_percentages", "100", "3", return_on_invested_capital="1.9999")
    hurdle("lifetime_revenue_too_large_to_answer", "7e28", "100", return_on_invested_capital="0.1",
        row=dict(refused=[("lifetime_revenue", "RESULT_TOO_LARGE")]))
    rows.add("return_revenue_of_an_empty_request", "ComputeReturnRevenue", {}, refused=[("currency_code", "REQUIRED"),
        ("capital_expenditure", "REQUIRED"), ("useful_life_years", "REQUIRED"), ("hurdle", "REQUIRED")])
    hurdle("intensity_speaks_of_revenue_itself", "1", sustainable_capital_intensity="0", gross_margin="0.5",
        annual_operating_cost="1", row=dict(refused=[("gross_margin", "NOT_APPLICABLE"), ("annual_operating_cost",
        "NOT_APPLICABLE"), ("sustainable_capital_intensity", "OUT_OF_RANGE")]))
    hurdle("return_revenue_out_of_range", "0", "100.1", required_return="-1", gross_margin="1.1",
        annual_operating_cost="-1", paying_customers="-5", row=dict(refused=[(field, "OUT_OF_RANGE")
        for field in ("capital_expenditure", "useful_life_years", "gross_margin", "annual_operating_cost",
        "required_return", "paying_customers")]))
    hurdle("negative_return_on_invested_capital", "1", "0", return_on_invested_capital="-0.1", gross_margin="0",
        row=dict(refused=[("useful_life_years", "OUT_OF_RANGE"), ("gross_margin", "OUT_OF_RANGE"),
        ("return_on_invested_capital", "OUT_OF_RANGE")]))
    hurdle("hurdle_present_but_empty", "1", "5", required_return="", gross_margin="", row=dict(refused=[("gross_margin",
        "DECIMAL_MALFORMED"), ("required_return", "DECIMAL_MALFORMED")]))


def break_even_point_rows(rows):

    def point(name, fixed, *, price=None, variable=None, ratio=None, row=None, **more):
        request = {"currency_code": "USD", "fixed_costs": fixed}
        if ratio is not None:
            request["contribution_margin_ratio"] = ratio
        else:
            request["unit"] = {"price": price, "variable_cost": variable}
        request.update(more)
        rows.add(name, "ComputeBreakEvenPoint", request, **(row or {}))

    point("cvp_750_thousand", "300000", ratio="0.4", row=dict(source="https://usfinancecalculators.com/?p=5615",
        published={"reached.revenue": "750000", "reached.units": None, "reached.whole_units": None,
        "unit_contribution_margin": None}))
    point(
        "cvp_t_shirts_333_and_a_third",
        "10000",
        price="50",
        variable="20",
        expected_revenue="25000",
        row=dict(
            source="https://e-consult.co.ke/?p=resources&view=2490 (500 shirts at 50; it also prints 4,980 and 33.2 %, from the rounded 334)",
            published={
                "reached.units": "333.3333333333333",
                "reached.whole_units": "334",
                "reached.revenue": "16666.666666666668",
                "reached.margin_of_safety_ratio": "0.3333333333333333",
                "reached.operating_leverage": "3",
            },
        ),
    )
    point("exactly_whole_units", "300", price="5", variable="2", row=dict(published={"reached.units": "100",
        "reached.whole_units": "100", "reached.revenue": "500"}, tolerance="0"))
    point(
        "whole_units_of_decimal_prices",
        "0.3",
        price="0.4",
        variable="0.3",
        row=dict(published={"reached.units": "3", "reached.whole_units": "3"}, tolerance="0"),
    )  # 4 in binary floating point
    point("one_unit_more_for_the_last_digit", "3000000000000000.000000000001", price="2", variable="1",
        row=dict(published={"reached.whole_units": "3000000000000001"}, tolerance="0"))
    point("whole_units_counted_before_rounding", "10000000000000000000000000000", price="4", variable="1",
        row=dict(published={"reached.whole_units": "3333333333333333333333333334"}, tolerance="0"))
    point("whole_units_ignore_the_asked_rounding", "10000", price="50", variable="20", expected_revenue="17000",
        options=rounded_to(1, "ROUNDING_MODE_DOWN", 1), row=dict(published={"reached.units": "333.3",
        "reached.whole_units": "334"}, tolerance="0"))
    point("margin_zero_never_reaches", "1", price="20", variable="20", expected_revenue="100",
        row=dict(published={"never_reached": {}, "unit_contribution_margin": "0", "contribution_margin_ratio": "0"}))
    point("margin_below_zero_never_reaches", "1", price="20", variable="25",
        row=dict(published={"unit_contribution_margin": "-5", "contribution_margin_ratio": "-0.25"}))
    point("margin_ratio_below_zero_never_reaches", "1", ratio="-3.5")
    point("margin_just_above_zero", "1", price="20.0000000000000000001", variable="20")
    point("a_contribution_below_0_has_no_safety", "80", ratio="-0.65", target_profit="-100", expected_revenue="1000",
        row=dict(published={"reached.revenue": "0", "reached.margin_of_safety": None,
        "reached.margin_of_safety_ratio": None, "reached.operating_leverage": None}))
    point("a_small_contribution_has_some", "80", ratio="0.1", target_profit="-100", expected_revenue="1000",
        row=dict(published={"reached.margin_of_safety": "1000", "reached.margin_of_safety_ratio": "1",
        "reached.operating_leverage": "5"}, tolerance="0"))
    point(
        "nothing_to_cover_is_reached_at_once",
        "0",
        ratio="0",
        expected_revenue="100",
        row=dict(
            published={
                "reached.revenue": "0",
                "reached.margin_of_safety": None,
                "reached.margin_of_safety_ratio": None,
                "reached.operating_leverage": None,
            }
        ),
    )  # contribution 0, so profit 0
    point(
        "target_loss_beyond_fixed_costs_is_reached_at_once",
        "100",
        price="3",
        variable="5",
        target_profit="-150",
        expected_revenue="30",
        row=dict(
            published={
                "reached.revenue": "0",
                "reached.units": "0",
                "reached.whole_units": "0",
                "reached.margin_of_safety": None,
                "reached.operating_leverage": None,
            }
        ),
    )  # contribution -20, profit -120: more revenue is more loss
    point("target_loss_of_the_fixed_costs_is_reached_at_once", "100", price="5", variable="5", target_profit="-100",
        row=dict(published={"reached.revenue": "0", "reached.whole_units": "0"}))
    point("target_loss_lowers_the_point", "100", ratio="0.3", target_profit="-70",
        row=dict(published={"reached.revenue": "100"}, tolerance="0"))
    point(
        "target_profit_raises_the_point",
        "10000",
        price="50",
        variable="20",
        target_profit="5000",
        expected_revenue="25000",
        row=dict(
            published={
                "reached.units": "500",
                "reached.margin_of_safety": "0",
                "reached.margin_of_safety_ratio": "0",
                "reached.operating_leverage": "3",
            },
            tolerance="0",
        ),
    )  # 15000 / (15000 - 10000): the target is not deducted
    point("nothing_expected_has_no_safety_ratio", "100", ratio="0.5", expected_revenue="0",
        row=dict(published={"reached.margin_of_safety": "-200", "reached.margin_of_safety_ratio": None,
        "reached.operating_leverage": "0"}, tolerance="0"))
    point("no_leverage_at_the_point_itself_in_thirds", "100", price="3", variable="2", expected_revenue="300",
        row=dict(published={"reached.margin_of_safety": "0", "reached.operating_leverage": None}))
    point("expected_below_the_point_has_negative_leverage", "100", ratio="0.5", expected_revenue="150",
        row=dict(published={"reached.margin_of_safety": "-50", "reached.operating_leverage": "-3"}, tolerance="0"))
    point("pure_margin", "12.34", ratio="1", row=dict(published={"reached.revenue": "12.34"}, tolerance="0"))
    point("free_to_make", "7", price="3", variable="0", row=dict(published={"reached.whole_units": "3",
        "contribution_margin_ratio": "1"}))
    point("smallest_contribution", "7", ratio="1e-28", row=dict(published={"reached.revenue": "7e28"}, tolerance="0"))
    rows.add("break_even_point_of_an_empty_request", "ComputeBreakEvenPoint", {}, refused=[("currency_code",
        "REQUIRED"), ("fixed_costs", "REQUIRED"), ("contribution", "REQUIRED")])
    rows.add("unit_without_its_fields", "ComputeBreakEvenPoint", {"currency_code": "EUR", "fixed_costs": "1",
        "unit": {}, "target_profit": ""}, refused=[("unit.price", "REQUIRED"), ("unit.variable_cost", "REQUIRED"),
        ("target_profit", "DECIMAL_MALFORMED")])
    point("break_even_point_out_of_range", "-1", price="0", variable="-1", expected_revenue="-1",
        row=dict(refused=[(field, "OUT_OF_RANGE") for field in ("fixed_costs", "unit.price", "unit.variable_cost",
        "expected_revenue")]))
    point("margin_ratio_above_1", "1", ratio="1.000000000000000000000000001",
        row=dict(refused=[("contribution_margin_ratio", "OUT_OF_RANGE")]))


def rows_by_hand(rows):
    required_revenue_rows(rows)
    return_revenue_rows(rows)
    break_even_point_rows(rows)


# ---------------------------------------------------------------------------------------------------------------------
# Drawn by chance
# ---------------------------------------------------------------------------------------------------------------------


def streams(chance):
    return [{"name": "stream", "annual_amount": chance.amount()} for _ in range(chance.randint(1, 4))]


def draw_required_revenue(chance):
    request = chance.shared(
        cloud_gross_margin=chance.share,
        payback_years=chance.positive,
        existing_revenue=lambda: streams(chance),
        paying_customers=chance.positive,
    )
    request.update(accelerator_revenue=chance.amount(), accelerator_revenue_period=chance.choice(PERIODS_DRAWN))
    return {**request, "accelerator_cost_share": chance.share(), "end_user_gross_margin": chance.share()}


def draw_return_revenue(chance):
    request = chance.shared(existing_revenue=lambda: streams(chance), paying_customers=chance.positive)
    life = chance.choice(("5", "6", "0.001", "100", "5.5", "3.25"))
    request.update(capital_expenditure=chance.positive(), useful_life_years=life)
    hurdle = chance.choice(("required_return", "return_on_invested_capital", "sustainable_capital_intensity"))
    request[hurdle] = chance.rate() if hurdle == "required_return" else chance.share()
    if hurdle != "sustainable_capital_intensity":
        request.update(gross_margin=chance.share(), annual_operating_cost=chance.amount())
    return request


def draw_break_even_point(chance):
    request = chance.shared(target_profit=chance.signed, expected_revenue=chance.amount)
    request["fixed_costs"] = chance.amount()
    if chance.likely(0.7):
        return {**request, "unit": {"price": chance.positive(), "variable_cost": chance.amount()}}
    return {**request, "contribution_margin_ratio": chance.choice(("", "-")) + chance.share()}


METHODS = {
    "ComputeRequiredRevenue": compute_required_revenue,
    "ComputeReturnRevenue": compute_return_revenue,
    "ComputeBreakEvenPoint": compute_break_even_point,
}
DRAWN = {
    "ComputeRequiredRevenue": (draw_required_revenue, 80),
    "ComputeReturnRevenue": (draw_return_revenue, 80),
    "ComputeBreakEvenPoint": (draw_break_even_point, 80),
}


if __name__ == "__main__":
    run("break_even", "paydirt.v1.BreakEvenService", METHODS, rows_by_hand, DRAWN)
