#!/usr/bin/env python3
"""Cash flows: present value, modified internal rate of return and payback of paydirt/v1/cash_flow.proto, and the
rows of cash_flow.jsonl.
"""

import datetime
from fractions import Fraction

from shared.cash_flow_requests import (
    DAY,
    DAY_COUNT_NAMES,
    HALF_A_YEAR,
    HALF_YEAR,
    LEAP_YEARS,
    MICROSOFT,
    MODES,
    MONTH,
    QUARTER,
    WEEK,
    YEAR,
    annual_rate,
    cash_flows,
    dated,
    options,
    periodic,
)
from shared.flows import discount, payback_of, read_cash_flows
from shared.rates import add_published, modified_rate, warn_of_one_sign
from shared.reader import ABOVE_MINUS_ONE, Reader, Unsaid, finish, rounded_to
from shared.rows import run

FIRST_FLOWS = ["FIRST_FLOW_UNSPECIFIED", "FIRST_FLOW_NOW", "FIRST_FLOW_ONE_PERIOD"]


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
    asked = read.options()
    read.done()
    warn_of_one_sign(read, series)

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
        asked,
    )


def compute_modified_rate(request):
    read = Reader(request)
    series = read_cash_flows(read, request)
    finance = read.decimal(request, "finance_rate", "finance_rate", ABOVE_MINUS_ONE)
    reinvestment = read.decimal(request, "reinvestment_rate", "reinvestment_rate", ABOVE_MINUS_ONE)
    asked = read.options()
    read.done()
    warn_of_one_sign(read, series)
    return finish({"modified_internal_rate_of_return": modified_rate(series, finance, reinvestment)}, asked)


def compute_payback(request):
    read = Reader(request)
    series = read_cash_flows(read, request)
    r = read.optional(request, "discount_rate", "discount_rate", ABOVE_MINUS_ONE)
    asked = read.options()
    read.done()
    warn_of_one_sign(read, series)
    times = [time for time, _ in series.flows]
    amounts = [amount for _, amount in series.flows]
    evenly = series.per_year is not None
    answer = {"payback": payback_of(times, amounts, evenly)}
    if r is not None:
        answer["discounted_payback"] = payback_of(times, [a * discount(r, t) for t, a in series.flows], evenly)
    return finish(answer, asked)


def present_value_rows(rows):
    def worth(name, flows, r, published=None, refused=None, **more):
        request = {"currency_code": "USD", "cash_flows": flows, "discount_rate": r, **more}
        rows.add(name, "ComputeNetPresentValue", request, None, published=published, refused=refused)

    plain = "-1000 300 400 500"
    worth("npv_textbook", periodic("-100 110"), "0.1", dict(net_present_value="0", rate_sensitivity="-90.9090909090909",
        present_value_of_inflows="100"))
    worth("npv_at_0", periodic(plain), "0", dict(net_present_value="200", rate_sensitivity="-2600",
        rate_per_period="0"))
    worth("npv_below_0", periodic(plain), "-0.1")
    worth("npv_almost_all_lost", periodic("-1000 300"), "-0.999")
    worth("npv_of_nothing", periodic("0 0"), "0.1", dict(net_present_value="0", present_value_of_outflows="0",
        rate_sensitivity="0"))
    worth("npv_of_one", periodic("5"), "0.1", dict(net_present_value="5", rate_sensitivity="0"))
    worth("npv_of_one_at_the_end_of_the_period", periodic("11"), "0.1", dict(net_present_value="10"),
        first_flow="FIRST_FLOW_ONE_PERIOD")
    worth("npv_first_flow_unspecified", periodic(plain), "0.08", first_flow="FIRST_FLOW_UNSPECIFIED")
    worth("npv_no_inflow", periodic("-1 -2 -3"), "0.05", dict(present_value_of_inflows="0"))
    worth("npv_no_outflow", periodic("0 2 3"), "0.05", dict(present_value_of_outflows="0"))
    for period in (MONTH, QUARTER, YEAR, HALF_YEAR, WEEK, DAY):
        for first in ("NOW", "ONE_PERIOD"):
            for r in ("0.08", "-0.25"):
                worth(f"npv_{period[7:].lower()}_{first.lower()}_at_{r}", periodic(plain, period), r,
                    first_flow="FIRST_FLOW_" + first)
    worth("npv_12_months_are_a_year", periodic("-100 " + "0 " * 11 + "110", MONTH), "0.1", dict(net_present_value="0"))
    worth("npv_rate_of_a_per_cent_a_month", periodic("-100 101", MONTH), "0.126825030131969720661201",
        dict(rate_per_period="0.01", net_present_value="0"))
    worth("npv_52_weeks_are_a_year", periodic("-100 " + "0 " * 51 + "110", WEEK), "0.1", dict(net_present_value="0"))
    worth("npv_365_days_are_a_year", periodic("-100 " + "0 " * 364 + "110", DAY), "0.1", dict(net_present_value="0"))
    worth("npv_2_half_years_are_a_year", periodic("-100 0 110", HALF_YEAR), "0.1", dict(net_present_value="0"))
    # 2^52 - 1 and 1.1^2 - 1: rates of a period that are short decimals.
    worth("npv_doubled_every_week", periodic("-1 2 0 8", WEEK), "4503599627370495", dict(rate_per_period="1",
        net_present_value="1"))
    worth("npv_a_tenth_a_half_year", periodic("-100 110", HALF_YEAR), "0.21", dict(rate_per_period="0.1",
        net_present_value="0"))
    worth("npv_days_at_the_smallest_rate", periodic("-1000 300 400 500", DAY), "1e-28")
    worth("npv_days_of_a_quarter", periodic("-1000 " + "11.25 " * 90, DAY), "0.07")
    worth("npv_weeks_of_six_years", periodic("-1000 " + "3.75 " * 311, WEEK), "-0.05")
    worth("npv_mortgage", periodic("100000 " + "-599.55 " * 360, MONTH), "0.061677811864498")
    worth("npv_1200_months", periodic("-1000000 " + "12345.67 " * 1199, MONTH), "0.15")
    worth("npv_600_years", periodic("1 " * 600), "0.1")
    worth("npv_600_years_below_0", periodic("1 " * 60 + "-3"), "-0.1")
    worth("npv_high_rate", periodic("-1000 300 400 500"), "1e20")
    worth("npv_smallest_rate", periodic("-1000 300 400 500"), "1e-28")
    worth("npv_smallest_negative_rate", periodic("-1000 300 400 500"), "-1e-28")
    worth("npv_largest_amounts", periodic("-7.8e28 7.8e28 7.8e28"), "0.9")
    worth("npv_smallest_amounts", periodic("-1e-28 1e-28 1e-28"), "0.5")
    worth("npv_tie_in_the_last_digit", periodic("0.0000000000000000000000000001"), "1",
        first_flow="FIRST_FLOW_ONE_PERIOD")
    worth("npv_too_large", periodic("7e28 7e28"), "0", refused=[("net_present_value", "RESULT_TOO_LARGE")])
    for name, flows in (("microsoft", MICROSOFT), ("leap_years", LEAP_YEARS), ("half_a_year", HALF_A_YEAR)):
        for day_count in DAY_COUNT_NAMES:
            worth(f"npv_{name}_{day_count.lower()}", dated(flows, day_count), "0.09", dict(rate_per_period="0.09"))
    worth("npv_dated_same_day", dated("2024-01-31 -100, 2024-01-31 150, 2023-01-31 -20, 2024-01-31 -10"), "0.25",
        dict(present_value_of_inflows="32", present_value_of_outflows="20"))
    worth("npv_dated_any_order", dated("2025-06-30 300, 2024-01-31 -500, 2024-12-31 300"), "0.07")
    worth("npv_dated_first_flow_of_0", dated("2023-01-31 0, 2024-01-31 110"), "0.1", dict(net_present_value="100"))
    worth("npv_dated_below_0", dated(LEAP_YEARS, "ACT_ACT_ISDA"), "-0.35")
    worth("npv_dated_leap_day_bond", dated("2024-02-29 -100, 2025-02-28 50, 2028-02-29 70", "THIRTY_360_BOND"), "0.04")
    worth("npv_dated_leap_day_e", dated("2024-02-29 -100, 2024-08-31 50, 2028-02-29 70", "THIRTY_E_360"), "0.04")
    worth("npv_dated_one_flow", dated("2024-02-29 -100"), "0.04", dict(net_present_value="-100", rate_sensitivity="0"))
    for mode in MODES:
        worth(f"npv_rounded_{mode.lower()}", periodic(plain, QUARTER), "0.08", options=rounded_to(2,
            f"ROUNDING_MODE_{mode}"))
    for r in ("-1", "-1.5"):
        worth(f"npv_refused_rate_{r}", periodic(plain), r, refused=[("discount_rate", "OUT_OF_RANGE")])
    worth("npv_refused_percent", periodic(plain), "8%", refused=[("discount_rate", "DECIMAL_MALFORMED")])
    worth("npv_refused_first_flow_3", periodic(plain), "0.1", refused=[("first_flow", "ENUM_UNKNOWN")], first_flow=3)
    worth("npv_refused_first_flow_of_dates", dated(MICROSOFT), "0.1", refused=[("first_flow", "NOT_APPLICABLE")],
        first_flow="FIRST_FLOW_ONE_PERIOD")
    rows.add("npv_of_an_empty_request", "ComputeNetPresentValue", {}, None, refused=[("currency_code", "REQUIRED"),
        ("cash_flows", "REQUIRED"), ("discount_rate", "REQUIRED")])
    worth("npv_refused_several", {"periodic": {"amounts": ["x"], "period": 7}}, "-1", currency_code="usd",
        refused=[("currency_code", "CURRENCY_UNKNOWN"), ("cash_flows.periodic.amounts[0]", "DECIMAL_MALFORMED"),
        ("cash_flows.periodic.period", "ENUM_UNKNOWN"), ("discount_rate", "OUT_OF_RANGE")])


def modified_rate_rows(rows):
    def earned(name, flows, finance, reinvestment, annual=None, refused=None, **more):
        request = {"cash_flows": flows, "finance_rate": finance, "reinvestment_rate": reinvestment, **more}
        rows.add(name, "ComputeModifiedInternalRateOfReturn", request, None, refused=refused)
        if annual:
            found = rows.rows[-1]["response"].get("modified_internal_rate_of_return", {"annual": "absent"})
            assert found["annual"] == annual, (name, found)

    plain = "-1000 300 400 500"
    earned("mirr_one_period", periodic("-100 110"), "0.05", "0.07", "0.1")
    earned("mirr_two_periods", periodic("-100 0 121"), "0.05", "0.07", "0.1")
    earned("mirr_zero_at_the_end_counts", periodic("-100 110 0"), "0.05", "0.1", "0.1")
    earned("mirr_zero_at_the_start_counts", periodic("0 -110 121"), "0.1", "0.3")
    earned("mirr_zeros_at_both_ends", periodic("0 0 -100 150 0 0"), "0.04", "0.06")
    earned("mirr_inflow_first", periodic("100 -50 -60"), "0.04", "0.06")
    earned("mirr_at_0", periodic(plain), "0", "0")
    earned("mirr_below_0", periodic(plain), "-0.1", "-0.2")
    earned("mirr_several_changes", periodic("-1600 10000 -10000"), "0.1", "0.12")
    earned("mirr_all_inflows_absent", periodic("100 200"), "0.1", "0.1", "absent")
    earned("mirr_all_outflows_absent", periodic("-100 -200 0"), "0.1", "0.1", "absent")
    earned("mirr_zeros_absent", periodic("0 0"), "0.1", "0.1", "absent")
    earned("mirr_one_flow_absent", periodic("-5"), "0.1", "0.1", "absent")
    earned("mirr_one_day_absent", dated("2024-01-31 -100, 2024-01-31 150"), "0.1", "0.1", "absent")
    earned("mirr_same_day_leaves_one_way_absent", dated("2024-01-31 -100, 2024-01-31 150, 2025-01-31 5"), "0.1", "0.1",
        "absent")
    for period in (MONTH, QUARTER, YEAR, HALF_YEAR, WEEK, DAY):
        earned(f"mirr_per_{period[7:].lower()}", periodic(plain, period), "0.1", "0.12")
        earned(f"mirr_loss_per_{period[7:].lower()}", periodic("-1000 300 -10 500", period), "0.05", "0.01")
    for name, flows in (("microsoft", MICROSOFT), ("leap_years", LEAP_YEARS)):
        for day_count in DAY_COUNT_NAMES:
            earned(f"mirr_{name}_{day_count.lower()}", dated(flows, day_count), "0.09", "0.11")
    earned("mirr_dated_zero_at_the_end_counts", dated("2023-01-31 -100, 2024-01-31 110, 2025-01-30 0"), "0.05", "0.1",
        "0.1")
    earned("mirr_dated_any_order", dated("2025-01-31 110, 2024-01-31 -50, 2023-01-31 -20"), "0.05", "0.1")
    earned("mirr_tie_to_even", periodic("-1 1.1234567890125"), "0", "0", "0.123456789012")
    earned("mirr_all_but_everything_lost", periodic("-1 1e-13"), "0", "0", "-1")
    earned("mirr_high_rates", periodic("-1 2 3"), "1000", "1000")
    for mode in MODES:
        earned(f"mirr_rounded_{mode.lower()}", periodic(plain, QUARTER), "0.1", "0.12", options=rounded_to(4,
            f"ROUNDING_MODE_{mode}"))
    earned("mirr_refused_rates", periodic(plain), "-1", "-1e3", refused=[("finance_rate", "OUT_OF_RANGE"),
        ("reinvestment_rate", "OUT_OF_RANGE")])
    rows.add("mirr_of_an_empty_request", "ComputeModifiedInternalRateOfReturn", {}, None, refused=[("cash_flows",
        "REQUIRED"), ("finance_rate", "REQUIRED"), ("reinvestment_rate", "REQUIRED")])


def payback_rows(rows):
    def back(name, flows, years=None, r=None, short=None, discounted=None, discounted_short=None, refused=None, **more):
        request = {"cash_flows": flows, **({"discount_rate": r} if r is not None else {}), **more}
        published = {"payback.years": years, "payback.never.shortfall": short, "discounted_payback.years": discounted,
            "discounted_payback.never.shortfall": discounted_short}
        published = {path: value for path, value in published.items() if value is not None}
        rows.add(name, "ComputePayback", request, None, published=published, refused=refused)

    back("payback_half_way", periodic("-100 60 80"), "1.5", "0.1")
    back("payback_at_once", periodic("5 10"), "0", "0.1", discounted="0")
    back("payback_of_zeros", periodic("0 0"), "0", "0.1", discounted="0")
    back("payback_never", periodic("-100 30 30"), None, "0.1", short="40")
    back("payback_of_one_outflow", periodic("-100"), None, "0", short="100", discounted_short="100")
    back("payback_at_the_very_end", periodic("-100 50 50"), "2", "0.1")
    back("payback_discounted_at_the_very_end", periodic("-100 110"), "0.9090909090909091", "0.1", discounted="1")
    back("payback_discounted_never", periodic("-100 50 50.1"), None, "0.1")
    back("payback_touches_0_and_falls", periodic("-100 100 -50 60"), "2.833333333333333", "0")
    back("payback_touches_0_and_stays", periodic("-100 100 0 0"), "1", "0", discounted="1")
    back("payback_touches_0_and_rises", periodic("-100 100 0 5"), "1")
    back("payback_undone_and_back", periodic("-100 150 -80 20 40"), "3.25", "0.05")
    back("payback_undone_for_good", periodic("-100 150 -80"), None, "0", short="30", discounted_short="30")
    back("payback_never_below_0_although_it_falls", periodic("100 -60 -40"), "0", "0.1", discounted="0")
    back("payback_below_0_later", periodic("100 -150 100"), "1.5")
    back("payback_starts_with_zeros", periodic("0 0 -100 100 50"), "3", "0.2")
    back("payback_ends_with_zeros", periodic("-100 200 0 0"), "0.5", "0.2")
    back("payback_zero_between", periodic("-100 50 0 100"), "2.5")
    back("payback_at_a_negative_rate", periodic("-100 40 40 10"), None, "-0.2", short="10")
    back("payback_at_rate_0", periodic("-3 1 1 1"), "3", "0", discounted="3")
    back("payback_thirds", periodic("-1 3"), "0.3333333333333333", "0.5")
    back("payback_12_months_are_a_year", periodic("-100 " + "0 " * 11 + "110", MONTH), None, "0.1", discounted="1")
    back("payback_after_12_months", periodic("-100 " + "0 " * 11 + "110 5", MONTH), None, "0.1", discounted="1")
    back("payback_a_half_year_is_a_half", periodic("-100 200", HALF_YEAR), "0.25", "0.1")
    back("payback_after_52_weeks", periodic("-100 " + "0 " * 51 + "110", WEEK), None, "0.1", discounted="1")
    back("payback_doubled_every_week", periodic("-1 2", WEEK), None, "4503599627370495", discounted="0.0192307692307692")
    back("payback_after_365_days", periodic("-100 " + "0 " * 364 + "110", DAY), None, "0.1", discounted="1")
    back("payback_largest_amounts", periodic("-7.8e28 7.7e28 7.8e28"), None, "0.001")
    back("payback_just_short", periodic("-1 0.9999999999999999999999999999"), None, None, short="1e-28")
    for period in (MONTH, QUARTER, YEAR, HALF_YEAR, WEEK, DAY):
        back(f"payback_per_{period[7:].lower()}", periodic("-1000 300 400 500", period), None, "0.08")
        back(f"payback_never_per_{period[7:].lower()}", periodic("-1000 300 400 290", period), None, "0.08", short="10")
    for name, flows in (("microsoft", MICROSOFT), ("leap_years", LEAP_YEARS), ("half_a_year", HALF_A_YEAR)):
        for day_count in DAY_COUNT_NAMES:
            back(f"payback_{name}_{day_count.lower()}", dated(flows, day_count), None, "0.09")
    back("payback_dated_is_a_step", dated("2023-01-31 -100, 2024-01-31 150"), "1", "0.1", discounted="1")
    back("payback_dated_same_day", dated("2023-01-31 -100, 2024-01-31 150, 2024-01-31 -60, 2025-01-30 20"), "2")
    back("payback_dated_undone_and_back", dated("2023-01-31 -100, 2024-01-31 150, 2025-01-30 -60, 2026-01-30 20"), "3",
        "0")
    back("payback_dated_touches_0", dated("2023-01-31 -100, 2024-01-31 100, 2025-01-30 0"), "1", "0.01")
    back("payback_dated_never", dated("2023-01-31 -100, 2024-01-31 99"), None, "0.01", short="1")
    back("payback_dated_never_below_0", dated("2023-01-31 -100, 2023-01-31 100, 2024-01-31 99"), "0", "0.01",
        discounted="0")
    back("payback_dated_any_order", dated("2025-01-30 50, 2023-01-31 -100, 2024-01-31 60"), "2", "0.01")
    back("payback_dated_discounted_to_0", dated("2023-01-31 -100, 2024-01-31 110, 2026-01-30 1"), "1", "0.1",
        discounted="1")
    for mode in MODES:
        back(f"payback_rounded_{mode.lower()}", periodic("-1000 300 400 470", QUARTER), None, "0.08",
            options=rounded_to(3, f"ROUNDING_MODE_{mode}"))
    # At -50 % a year, 2 a year earlier are worth 1 a year later, 2^300 of them: what roots leave of 0 is nothing.
    for rate, days, lost, earned in (
        ("-0.5", 100_000, "-2", "1"),
        ("-0.5", 123_456, "-6.6", "3.3"),
        ("-0.6", 90_001, "-2.5", "1"),
        ("-0.75", 111_111, "-28", "7"),
        ("-0.75", 140_007, "-0.36", "0.09"),
        ("-0.8", 133_333, "-15", "3"),
    ):
        start = datetime.date(1900, 1, 1)
        first, later = (start + datetime.timedelta(days=days + year * 365) for year in (0, 1))
        flows = dated(f"{start} 0, {first} {lost}, {later} {earned}")
        years = str(Fraction(days + 365, 365))
        back(f"payback_of_powers_that_cancel_after_{days}_days", flows, None, rate, discounted=years)
    back("payback_within_half_the_last_digit", periodic("-1e-28 9e-28"), "0.1111111111111111", "9", discounted="1")
    back("payback_of_half_the_last_digit", periodic("-1e-28 5e-28"), "0.2", "9", discounted="1")
    back("payback_of_more_than_half_the_last_digit", periodic("-1e-28 4e-28"), "0.25", "9", discounted_short="1e-28")
    back("payback_refused_rate", periodic("-1 2"), None, "-1", refused=[("discount_rate", "OUT_OF_RANGE")])
    back("payback_refused_empty_rate", periodic("-1 2"), None, "", refused=[("discount_rate", "DECIMAL_MALFORMED")])
    back("payback_too_large", periodic("-7e28 -7e28"), refused=[("payback.never.shortfall", "RESULT_TOO_LARGE")])
    rows.add("payback_of_an_empty_request", "ComputePayback", {}, None, refused=[("cash_flows", "REQUIRED")])


def rows_by_hand(rows):
    add_published(rows, METHODS)
    present_value_rows(rows)
    modified_rate_rows(rows)
    payback_rows(rows)


# ---------------------------------------------------------------------------------------------------------------------
# Drawn by chance
# ---------------------------------------------------------------------------------------------------------------------


def draw_present_value(chance):
    request = {
        "currency_code": "EUR",
        "cash_flows": cash_flows(chance),
        "discount_rate": annual_rate(chance),
        **options(chance),
    }
    if "periodic" in request["cash_flows"] and chance.likely(0.6):
        request["first_flow"] = chance.choice(FIRST_FLOWS)
    return request


def draw_modified_rate(chance):
    rates = {"finance_rate": annual_rate(chance), "reinvestment_rate": annual_rate(chance)}
    return {"cash_flows": cash_flows(chance), **rates, **options(chance)}


def draw_payback(chance):
    request = {"cash_flows": cash_flows(chance), **options(chance)}
    if chance.likely(0.8):
        request["discount_rate"] = annual_rate(chance)
    return request


METHODS = {
    "ComputeNetPresentValue": compute_net_present_value,
    "ComputeModifiedInternalRateOfReturn": compute_modified_rate,
    "ComputePayback": compute_payback,
}
DRAWN = {
    "ComputeNetPresentValue": (draw_present_value, 50),
    "ComputeModifiedInternalRateOfReturn": (draw_modified_rate, 50),
    "ComputePayback": (draw_payback, 50),
}


if __name__ == "__main__":
    run("cash_flow", "paydirt.v1.CashFlowService", METHODS, rows_by_hand, DRAWN)
