#!/usr/bin/env python3
"""Internal rates of return: the method of paydirt/v1/cash_flow.proto that finds every one of them, and the rows
of internal_rate.jsonl.
"""

from decimal import Decimal

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
    cash_flows,
    dated,
    options,
    periodic,
)
from shared.flows import read_cash_flows
from shared.rates import add_published, internal_rates, warn_of_one_sign, warn_of_several_rates
from shared.reader import Reader, finish, rounded_to
from shared.rows import run


def compute_internal_rate(request):
    read = Reader(request)
    series = read_cash_flows(read, request)
    asked = read.options()
    read.done()
    found = internal_rates(series)
    warn_of_one_sign(read, series)
    warn_of_several_rates(read, "cash_flows", found)
    return finish({"internal_rates_of_return": found}, asked)


def rows_by_hand(rows):
    add_published(rows, METHODS)

    def rates(name, flows, expected=None, status=None, source=None, refused=None, **more):
        """`expected`: the annual rates, in order."""
        rows.add(name, "ComputeInternalRateOfReturn", {"cash_flows": flows, **more}, source, refused=refused)
        if refused is None:
            found = rows.rows[-1]["response"]["internal_rates_of_return"]
            if expected is not None:
                assert [rate["annual"] for rate in found["rates"]] == expected.split(), (name, found)
            if status:
                assert found["status"] == "STATUS_" + status, (name, found)
            return found

    # How many rates there are
    rates("pump_problem", periodic("-1600 10000 -10000"), "0.25 4", "SEVERAL",
        "Lorie and Savage, Three Problems in Rationing Capital, 1955")
    rates("pump_problem_other_way", periodic("1600 -10000 10000"), "0.25 4", "SEVERAL")
    rates("double_rate", periodic("100 -220 121"), "0.1", "UNIQUE")
    rates("double_rate_of_other_sign", periodic("-100 220 -121"), "0.1", "UNIQUE")
    rates("triple_rate", periodic("-1000 3300 -3630 1331"), "0.1", "UNIQUE")
    rates("quadruple_rate", periodic("1 -4.4 7.26 -5.324 1.4641"), "0.1", "UNIQUE")
    rates("double_rate_with_another", periodic("100 -340 385 -145.2"), "0.1 0.2", "SEVERAL")
    rates("double_rate_of_0_with_another", periodic("-10 32 -34 12"), "0 0.2", "SEVERAL")
    rates("double_rate_of_a_third", periodic("9 -24 16"), "0.333333333333", "UNIQUE")
    rates("double_rate_monthly", periodic("10000 -20200 10201", MONTH), None, "UNIQUE")
    rates("almost_double_misses", periodic("100 -220 121.0000000001"), "", "NONE")
    rates("almost_double_crosses", periodic("100 -220 120.9999999999"), None, "SEVERAL")
    rates("almost_double_misses_by_1e-20", periodic("100 -220 121.00000000000000000001"), "", "NONE")
    rates("almost_double_crosses_by_1e-20", periodic("100 -220 120.99999999999999999999"),
        "0.09999999999 0.10000000001", "SEVERAL")
    rates("almost_double_misses_by_1e-25", periodic("100 -220 121.0000000000000000000000001"), "", "NONE")
    rates("two_rates_written_alike", periodic("100 -220 120.9999999999999999999999999"), "0.1 0.1", "SEVERAL")
    rates("two_rates_1e-13_apart", periodic("1 -2.2000000000001 1.21000000000011"), "0.1 0.1", "SEVERAL")
    rates("two_rates_1e-11_apart", periodic("1 -2.20000000001 1.210000000011"), "0.1 0.10000000001", "SEVERAL")
    rates("four_rates", periodic("-252 1431 -3035 2850 -1000"), "0.25 0.333333333333 0.428571428571 0.666666666667",
        "SEVERAL")
    rates("five_rates_1_to_5_per_cent", periodic("1 -5.15 10.6085 -10.925725 5.62595274 -1.158727752"),
        "0.01 0.02 0.03 0.04 0.05", "SEVERAL")
    rates("flows_change_sign_and_there_is_none", periodic("100 -200 150"), "", "NONE")
    rates("three_changes_one_rate", periodic("-1000 500 -100 900"), None, "UNIQUE")
    rates("three_changes_of_sign_apart", periodic("-1000 3600 -4310 1716"), "0.1 0.2 0.3", "SEVERAL")
    rates("one_rate_although_more_changes", periodic("-200 0 10 -10 300"), None, "UNIQUE")
    rates("zeros_between", periodic("0 0 -100 0 0 0 121 0"), "0.04880884817", "UNIQUE")
    rates("zeros_first_and_last", periodic("0 -100 110 0"), "0.1", "UNIQUE")

    # None, and any
    rates("all_zero", periodic("0 0 0"), "", "ANY")
    rates("one_zero", periodic("0"), "", "ANY")
    rates("one_flow", periodic("-100"), "", "NO_SIGN_CHANGE")
    rates("one_flow_among_zeros", periodic("0 100 0"), "", "NO_SIGN_CHANGE")
    rates("all_outflows", periodic("-1 -2 -3", MONTH), "", "NO_SIGN_CHANGE")
    rates("dated_one_flow", dated("2024-01-31 5"), "", "NO_SIGN_CHANGE")
    rates("dated_same_day_cancels", dated("2024-01-31 -100, 2024-01-31 100"), "", "ANY")
    rates("dated_same_day_leaves_one_way", dated("2024-01-31 -100, 2024-01-31 150, 2025-01-31 10"), "",
        "NO_SIGN_CHANGE")
    rates("dated_same_day_added_up", dated("2023-01-31 -300, 2024-01-31 100, 2023-01-31 200"), "0", "UNIQUE")
    rates("dated_all_on_one_day", dated("2024-01-31 -100, 2024-01-31 150"), "", "NO_SIGN_CHANGE")
    rates("dated_in_any_order", dated("2025-01-01 121, 2023-01-02 -100"), None, "UNIQUE")
    rates("dated_first_day_is_0", dated("2020-01-01 0, 2021-01-01 -100, 2022-01-01 110"), "0.1", "UNIQUE")
    rates("dated_first_day_cancels", dated("2020-01-01 7, 2021-01-01 -100, 2022-01-01 110, 2020-01-01 -7"), "0.1",
        "UNIQUE")

    # What a rate looks like
    rates("rate_of_0", periodic("-100 50 50"), "0", "UNIQUE")
    rates("rate_of_0_monthly", periodic("-100 50 50", MONTH), "0", "UNIQUE")
    rates("rate_of_0_and_another", periodic("-10 21 -11"), "0 0.1", "SEVERAL")
    rates("everything_halves", periodic("-100 50"), "-0.5", "UNIQUE")
    rates("loss_quarterly", periodic("-100 20 20 20", QUARTER), None, "UNIQUE")
    rates("third", periodic("-3 4"), "0.333333333333", "UNIQUE")
    rates("two_thirds", periodic("-3 5"), "0.666666666667", "UNIQUE")
    rates("tie_at_the_13th_digit_to_even_down", periodic("-1 1.1234567890125"), "0.123456789012", "UNIQUE")
    rates("tie_at_the_13th_digit_to_even_up", periodic("-1 1.1234567890135"), "0.123456789014", "UNIQUE")
    rates("just_above_a_tie", periodic("-1 1.123456789012500000000000001"), "0.123456789013", "UNIQUE")
    rates("just_below_a_tie", periodic("-1 1.123456789012499999999999999"), "0.123456789012", "UNIQUE")
    rates("tie_of_a_loss", periodic("-1 0.8765432109875"), "-0.123456789012", "UNIQUE")
    rates("tie_of_a_month", periodic("-1 1.0100000000005", MONTH), None, "UNIQUE")
    rates("tie_over_two_years", periodic("-1 0 1.21000000000110000000000025"), "0.1", "UNIQUE")
    rates("tie_among_several", periodic("1 -2.3000000000005 1.32000000000060"), "0.1 0.2", "SEVERAL")
    rates("smallest_rate", periodic("-1 1.000000000000500000000000001"), "0.000000000001", "UNIQUE")
    rates("rate_that_is_written_0", periodic("-1 1.0000000000005"), "0", "UNIQUE")
    rates("loss_that_is_written_0", periodic("-1 0.9999999999996"), "0", "UNIQUE")
    rates("all_but_everything_lost", periodic("-1 1e-12"), "-0.999999999999", "UNIQUE")
    rates("within_5e-13_of_all", periodic("-1 4e-13"), "-1", "UNIQUE")
    rates("just_5e-13_of_all", periodic("-1 5e-13"), "-1", "UNIQUE")
    rates("just_beyond_5e-13_of_all", periodic("-1 5.000000000001e-13"), "-0.999999999999", "UNIQUE")
    rates("next_to_all_lost_and_another", periodic("-1 2 -1e-14"), "-1 1", "SEVERAL")
    rates("lost_in_a_month", periodic("-1 0.05", MONTH), "-1", "UNIQUE")
    rates("dated_lost_in_a_day", dated("2024-01-30 -100, 2024-01-31 90"), "-1", "UNIQUE")
    rates("dated_lost_in_a_day_and_another", dated("2023-01-30 -1, 2023-01-31 0.5, 2024-01-30 0.6"), None, None)
    rates("large_rate", periodic("-1 1e15"), "999999999999999", "UNIQUE")
    rates("just_too_large", periodic("-1 10000000000000001.00000000001"), "", "UNDECIDED")
    rates("largest_rate_that_fits", periodic("-1 9999999999999999.999999999999"), "9999999999999998.999999999999",
        "UNIQUE")
    rates("rate_of_1e16", periodic("-1 10000000000000001"), "", "UNDECIDED")
    rates("too_large_to_write", periodic("-1 25", MONTH), "", "UNDECIDED")
    rates("too_large_to_write_and_another", periodic("1 -26.1 27.5", MONTH), None, "UNDECIDED")
    rates("just_fits_monthly", periodic("-1 21", MONTH), None, "UNIQUE")
    rates("dated_doubled_in_a_day", dated("2024-01-30 -100, 2024-01-31 200"), "", "UNDECIDED")
    rates("dated_a_tenth_in_a_day", dated("2024-01-30 -100, 2024-01-31 110"), None, "UNIQUE")
    rates("largest_amounts", periodic("-7.8e28 7.8e28 7.8e28"), None, "UNIQUE")
    rates("smallest_amounts", periodic("-1e-28 2e-28"), "1", "UNIQUE")
    rates("small_and_large", periodic("-1e-28 0 1 -3e3 1e-14"), None, None)

    # Whatever the scale
    for power in ("e-9", "", "e9", "e-20"):
        scale = power or "e0"
        rates(f"scale_{scale}", periodic(f"-1600{power} 10000{power} -10000{power}"), "0.25 4", "SEVERAL")
        rates(f"dated_scale_{scale}", dated(", ".join(flow.strip() + power for flow in MICROSOFT.split(","))),
            "0.373362533519", "UNIQUE")

    # Which one is selected
    for name, flows, expected, selected in (
        ("income_first_and_a_sum_below_0", "1 -2 0.99", "-0.1 0.1", 1),
        ("outlay_first_and_a_sum_above_0", "-1 2 -0.99", "-0.1 0.1", 1),
        ("least_above_0_though_another_is_nearer", "1 -2.4 1.35", "-0.1 0.5", 1),
        ("least_of_two_above_0", "1 -2.5 1.54", "0.1 0.4", 0),
        ("greatest_of_two_below_0", "1 -1.1 0.3", "-0.5 -0.4", 1),
        ("greatest_below_0_of_four", "-1 4.75 -7.75 5.0625 -1.125", "-0.5 -0.25 0.5 1", 1),
        ("none_on_the_side_of_the_sum", "-1600 10000 -10000", "0.25 4", 0),
        ("sum_of_0_takes_the_rate_of_0", "-1 2.75 -2.375 0.625", "-0.5 0 0.25", 1),
    ):
        found = rates(name, periodic(flows), expected)
        assert found["selected"] == selected, (name, found)
    falling = " ".join(str(Decimal("108466.80462450592") - year * Decimal("7336.840231225")) for year in range(25))
    found = rates("a_project_that_pays_earns_12_per_cent", periodic(f"-217500 -217500 {falling}"),
        "-0.018096786474 0.12", "SEVERAL", "numpy-financial, issue 39, whose answer is -1.8 %")
    assert found["selected"] == 1, found

    # Each period
    for period in (MONTH, QUARTER, YEAR, HALF_YEAR, WEEK, DAY):
        word = period[7:].lower()
        # 12 % a day is more than 1e16 a year.
        status = "UNDECIDED" if period == DAY else "UNIQUE"
        rates(f"per_{word}", periodic("-1000 100 200 300 400 500", period), None, status)
        rates(f"two_rates_per_{word}", periodic("-1000 2150 -1155", period), None, "SEVERAL")
        rates(f"loss_per_{word}", periodic("-1000 100 200 300", period), None, "UNIQUE")
    rates("bond_of_10_years", periodic("-96.5 " + "3 " * 19 + "103", HALF_YEAR), None, "UNIQUE")
    rates("loan_by_the_week", periodic("500 " + "-17.6 " * 30, WEEK), None, "UNIQUE")
    rates("doubled_in_a_week", periodic("-1 2", WEEK), "4503599627370495", "UNIQUE")
    rates("doubled_in_a_day", periodic("-1 2", DAY), "", "UNDECIDED")
    rates("a_thousandth_a_day", periodic("-1000 1001", DAY), None, "UNIQUE")
    rates("year_of_days", periodic("-1000 " + "2.9 " * 365, DAY), None, "UNIQUE")
    rates("two_rates_of_weeks", periodic("-1000 2003 " + "0 " * 10 + "-1003", WEEK), None, None)
    rates("tie_of_a_day", periodic("-1 1.0000000000005", DAY), None, "UNIQUE")
    rates("lost_in_a_week", periodic("-1 0.5", WEEK), "-1", "UNIQUE")
    rates("mortgage_30_years", periodic("100000 " + "-599.55 " * 360, MONTH), None, "UNIQUE")
    rates("loan_with_a_fee", periodic("9700 " + "-332.14 " * 36, MONTH), None, "UNIQUE")
    rates("mine_with_restoration", periodic("-500 " + "90 " * 12 + "-600"), None, None)
    rates("many_changes_of_sign", periodic("-100 230 -110 " * 10 + "25"), None, None)

    # Day counts
    for name, flows in (("microsoft", MICROSOFT), ("leap_years", LEAP_YEARS), ("half_a_year", HALF_A_YEAR)):
        for day_count in DAY_COUNT_NAMES:
            rates(f"{name}_{day_count.lower()}", dated(flows, day_count), None, "UNIQUE")
    rates("dated_no_day_count_is_act_365_fixed", dated(LEAP_YEARS), None, "UNIQUE")
    rates("dated_act_365_fixed_year", dated("2023-01-31 -100, 2024-01-31 110", "ACT_365_FIXED"), "0.1", "UNIQUE")
    rates("dated_act_365_fixed_leap_year", dated("2024-01-31 -100, 2025-01-31 110", "ACT_365_FIXED"), None, "UNIQUE")
    rates("dated_act_act_year_within", dated("2024-01-01 -100, 2025-01-01 110", "ACT_ACT_ISDA"), "0.1", "UNIQUE")
    rates("dated_act_act_year_across", dated("2023-07-01 -100, 2024-07-01 110", "ACT_ACT_ISDA"), None, "UNIQUE")
    rates("dated_act_act_centuries", dated("1899-12-31 -100, 1900-03-01 1, 2000-02-29 5, 2001-01-01 7, 2100-03-01 900",
        "ACT_ACT_ISDA"), None, "UNIQUE")
    rates("dated_bond_31st_after_30th", dated("2023-01-30 -100, 2023-03-31 3, 2024-01-31 110", "THIRTY_360_BOND"), None,
        "UNIQUE")
    rates("dated_bond_31st_after_15th", dated("2023-01-15 -100, 2023-03-31 3, 2024-01-31 110", "THIRTY_360_BOND"), None,
        "UNIQUE")
    rates("dated_e_31st_after_15th", dated("2023-01-15 -100, 2023-03-31 3, 2024-01-31 110", "THIRTY_E_360"), None,
        "UNIQUE")
    rates("dated_bond_from_the_end_of_february", dated("2023-02-28 -100, 2023-08-31 3, 2024-02-29 110",
        "THIRTY_360_BOND"), None, "UNIQUE")
    rates("dated_e_from_the_end_of_february", dated("2023-02-28 -100, 2023-08-31 3, 2024-02-29 110", "THIRTY_E_360"),
        None, "UNIQUE")
    rates("dated_several", dated("2020-01-01 -1600, 2020-12-31 10000, 2021-12-31 -10000"), "0.25 4", "SEVERAL")
    rates("dated_none", dated("2020-01-01 100, 2021-03-01 -200, 2022-01-01 150"), "", "NONE")
    rates("dated_several_irregular", dated("2020-01-01 -1600, 2020-11-17 10000, 2022-02-03 -10000"), None, "SEVERAL")
    rates("dated_almost_double_crosses", dated("2021-01-01 100, 2022-01-01 -220, 2023-01-02 120.9"), None, "SEVERAL")
    rates("dated_almost_double_misses", dated("2021-01-01 100, 2022-01-01 -220, 2023-01-02 121.2"), "", "NONE")
    rates("dated_hundreds_of_years", dated("1600-02-29 -1, 1999-12-31 1000000"), None, "UNIQUE")
    rates("dated_century_of_days", dated("1901-01-01 -100, 1901-01-02 1, 2001-01-01 5000"), None, "UNIQUE")

    # Rounding
    for mode in MODES:
        rates(f"rate_rounded_{mode.lower()}", periodic("-1000 100 200 300 400 500", MONTH), options=rounded_to(4,
            f"ROUNDING_MODE_{mode}"))
        rates(f"loss_rounded_{mode.lower()}", periodic("-1000 100 200 300", QUARTER), options=rounded_to(3,
            f"ROUNDING_MODE_{mode}"))
    rates("rates_rounded_alike", periodic("1 -2 0.99"), "0 0", "SEVERAL", options=rounded_to(0, None, 0))
    rates("rate_rounded_to_20_places", periodic("-3 4"), "0.333333333333", "UNIQUE", options=rounded_to(20))

    # Refused
    def refused(name, flows, *violations, **more):
        request = {**({"cash_flows": flows} if flows is not None else {}), **more}
        rows.add(name, "ComputeInternalRateOfReturn", request, None, refused=list(violations))

    refused("refused_no_cash_flows", None, ("cash_flows", "REQUIRED"))
    refused("refused_no_schedule", {}, ("cash_flows.schedule", "REQUIRED"))
    refused("refused_empty_periodic", {"periodic": {}}, ("cash_flows.periodic.amounts", "REQUIRED"),
        ("cash_flows.periodic.period", "REQUIRED"))
    refused("refused_empty_dated", {"dated": {}}, ("cash_flows.dated.flows", "REQUIRED"))
    refused("refused_period_0", periodic("-1 2", "PERIOD_UNSPECIFIED"), ("cash_flows.periodic.period", "REQUIRED"))
    refused("refused_period_9", periodic("-1 2", 9), ("cash_flows.periodic.period", "ENUM_UNKNOWN"))
    refused("refused_day_count_7", {"dated": {**dated("2024-01-31 5")["dated"], "day_count": 7}},
        ("cash_flows.dated.day_count", "ENUM_UNKNOWN"))
    refused("refused_amounts", periodic("-1 +2 1,000 1e29 0.12345678901234567890123456789 3"),
        ("cash_flows.periodic.amounts[1]", "DECIMAL_MALFORMED"), ("cash_flows.periodic.amounts[2]",
        "DECIMAL_MALFORMED"), ("cash_flows.periodic.amounts[3]", "DECIMAL_TOO_LARGE"),
        ("cash_flows.periodic.amounts[4]", "DECIMAL_TOO_PRECISE"))
    refused("refused_dates", {"dated": {"flows": [{"date": "2023-02-29", "amount": "-1"}, {"amount": "1"},
        {"date": "2023-02-28"}, {"date": "1.2.2023", "amount": "x"}]}}, ("cash_flows.dated.flows[0].date",
        "DATE_MALFORMED"), ("cash_flows.dated.flows[1].date", "REQUIRED"), ("cash_flows.dated.flows[2].amount",
        "REQUIRED"), ("cash_flows.dated.flows[3].date", "DATE_MALFORMED"), ("cash_flows.dated.flows[3].amount",
        "DECIMAL_MALFORMED"))
    refused("refused_rounding", periodic("-1 2"), ("options.rounding.mode", "ENUM_UNKNOWN"),
        ("options.rounding.decimal_places", "OUT_OF_RANGE"), options={"rounding": {"decimal_places": 29, "mode": 5}})


def draw_internal_rate(chance):
    return {"cash_flows": cash_flows(chance, 40 if chance.likely(0.2) else 10), **options(chance)}


METHODS = {"ComputeInternalRateOfReturn": compute_internal_rate}
DRAWN = {"ComputeInternalRateOfReturn": (draw_internal_rate, 50)}


if __name__ == "__main__":
    run("internal_rate", "paydirt.v1.CashFlowService", METHODS, rows_by_hand, DRAWN)
