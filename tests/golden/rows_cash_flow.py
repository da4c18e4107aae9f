"""Rows of our own for reference_cash_flow.py: edges of the contract, each worked out by hand where a hand can."""

from reference import rounded_to

COMPUTED = "computed: reference_cash_flow.py"
YEAR, QUARTER, MONTH = "PERIOD_YEAR", "PERIOD_QUARTER", "PERIOD_MONTH"
DAY_COUNTS = ("UNSPECIFIED", "ACT_365_FIXED", "ACT_360", "ACT_365_25", "ACT_ACT_ISDA", "THIRTY_360_BOND", "THIRTY_E_360")
MODES = ("HALF_EVEN", "HALF_UP", "DOWN", "UP")


def periodic(amounts, period=YEAR):
    return {"periodic": {"amounts": amounts.split(), "period": period}}


def dated(flows, day_count=None):
    """ "2024-01-31 -100, 2025-01-31 110" """
    items = [dict(zip(("date", "amount"), flow.split())) for flow in flows.split(",")]
    return {"dated": {"flows": items, **({"day_count": "DAY_COUNT_" + day_count} if day_count else {})}}


MICROSOFT = "2008-01-01 -10000, 2008-03-01 2750, 2008-10-30 4250, 2009-02-15 3250, 2009-04-01 2750"
LEAP_YEARS = "2023-11-30 -1000, 2024-02-29 400, 2024-12-31 300, 2025-02-28 200, 2028-02-29 350"
HALF_A_YEAR = "2023-12-15 -1000, 2024-06-15 250, 2024-12-15 300, 2025-06-15 650"


# ---------------------------------------------------------------------------------------------------------------------
# internal_rate.jsonl
# ---------------------------------------------------------------------------------------------------------------------


def internal_rate_rows(rows):
    def rates(name, flows, expected=None, status=None, source=COMPUTED, refused=None, **more):
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
    rates("pump_problem", periodic("-1600 10000 -10000"), "0.25 4", "SEVERAL", "Lorie and Savage, Three Problems in Rationing Capital, 1955")
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
    rates("almost_double_crosses_by_1e-20", periodic("100 -220 120.99999999999999999999"), "0.09999999999 0.10000000001", "SEVERAL")
    rates("almost_double_misses_by_1e-25", periodic("100 -220 121.0000000000000000000000001"), "", "NONE")
    rates("two_rates_written_alike", periodic("100 -220 120.9999999999999999999999999"), "0.1 0.1", "SEVERAL")
    rates("two_rates_1e-13_apart", periodic("1 -2.2000000000001 1.21000000000011"), "0.1 0.1", "SEVERAL")
    rates("two_rates_1e-11_apart", periodic("1 -2.20000000001 1.210000000011"), "0.1 0.10000000001", "SEVERAL")
    rates("four_rates", periodic("-252 1431 -3035 2850 -1000"), "0.25 0.333333333333 0.428571428571 0.666666666667", "SEVERAL")
    rates("five_rates_1_to_5_per_cent", periodic("1 -5.15 10.6085 -10.925725 5.62595274 -1.158727752"), "0.01 0.02 0.03 0.04 0.05", "SEVERAL")
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
    rates("dated_same_day_leaves_one_way", dated("2024-01-31 -100, 2024-01-31 150, 2025-01-31 10"), "", "NO_SIGN_CHANGE")
    rates("dated_same_day_added_up", dated("2023-01-31 -300, 2024-01-31 100, 2023-01-31 200"), "0", "UNIQUE")
    rates("dated_all_on_one_day", dated("2024-01-31 -100, 2024-01-31 150"), "", "NO_SIGN_CHANGE")
    rates("dated_in_any_order", dated("2025-01-01 121, 2023-01-02 -100"), None, "UNIQUE")
    rates("dated_first_day_is_0", dated("2020-01-01 0, 2021-01-01 -100, 2022-01-01 110"), "0.1", "UNIQUE")
    rates("dated_first_day_cancels", dated("2020-01-01 7, 2021-01-01 -100, 2022-01-01 110, 2020-01-01 -7"), "0.1", "UNIQUE")

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
    rates("largest_rate_that_fits", periodic("-1 9999999999999999.999999999999"), "9999999999999998.999999999999", "UNIQUE")
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
        rates(f"dated_scale_{scale}", dated(", ".join(flow.strip() + power for flow in MICROSOFT.split(","))), "0.373362533519", "UNIQUE")

    # Which one is selected
    for name, flows, expected, selected in (
        ("lower_of_two_equally_near", "1 -2 0.99", "-0.1 0.1", 0),
        ("nearest_is_the_second", "1 -1.6 0.55", "-0.5 0.1", 1),
        ("nearest_is_the_first", "1 -2.4 1.35", "-0.1 0.5", 0),
        ("selected_of_two_losses", "1 -1.1 0.3", "-0.5 -0.4", 1),
    ):
        found = rates(name, periodic(flows), expected)
        assert found["selected"] == selected, (name, found)

    # Months, quarters, years
    for period in (MONTH, QUARTER, YEAR):
        word = period[7:].lower()
        rates(f"per_{word}", periodic("-1000 100 200 300 400 500", period), None, "UNIQUE")
        rates(f"two_rates_per_{word}", periodic("-1000 2150 -1155", period), None, "SEVERAL")
        rates(f"loss_per_{word}", periodic("-1000 100 200 300", period), None, "UNIQUE")
    rates("mortgage_30_years", periodic("100000 " + "-599.55 " * 360, MONTH), None, "UNIQUE")
    rates("loan_with_a_fee", periodic("9700 " + "-332.14 " * 36, MONTH), None, "UNIQUE")
    rates("mine_with_restoration", periodic("-500 " + "90 " * 12 + "-600"), None, None)
    rates("many_changes_of_sign", periodic("-100 230 -110 " * 10 + "25"), None, None)

    # Day counts
    for name, flows in (("microsoft", MICROSOFT), ("leap_years", LEAP_YEARS), ("half_a_year", HALF_A_YEAR)):
        for day_count in DAY_COUNTS:
            rates(f"{name}_{day_count.lower()}", dated(flows, day_count), None, "UNIQUE")
    rates("dated_no_day_count_is_act_365_fixed", dated(LEAP_YEARS), None, "UNIQUE")
    rates("dated_act_365_fixed_year", dated("2023-01-31 -100, 2024-01-31 110", "ACT_365_FIXED"), "0.1", "UNIQUE")
    rates("dated_act_365_fixed_leap_year", dated("2024-01-31 -100, 2025-01-31 110", "ACT_365_FIXED"), None, "UNIQUE")
    rates("dated_act_act_year_within", dated("2024-01-01 -100, 2025-01-01 110", "ACT_ACT_ISDA"), "0.1", "UNIQUE")
    rates("dated_act_act_year_across", dated("2023-07-01 -100, 2024-07-01 110", "ACT_ACT_ISDA"), None, "UNIQUE")
    rates("dated_act_act_centuries", dated("1899-12-31 -100, 1900-03-01 1, 2000-02-29 5, 2001-01-01 7, 2100-03-01 900", "ACT_ACT_ISDA"), None, "UNIQUE")
    rates("dated_bond_31st_after_30th", dated("2023-01-30 -100, 2023-03-31 3, 2024-01-31 110", "THIRTY_360_BOND"), None, "UNIQUE")
    rates("dated_bond_31st_after_15th", dated("2023-01-15 -100, 2023-03-31 3, 2024-01-31 110", "THIRTY_360_BOND"), None, "UNIQUE")
    rates("dated_e_31st_after_15th", dated("2023-01-15 -100, 2023-03-31 3, 2024-01-31 110", "THIRTY_E_360"), None, "UNIQUE")
    rates("dated_bond_from_the_end_of_february", dated("2023-02-28 -100, 2023-08-31 3, 2024-02-29 110", "THIRTY_360_BOND"), None, "UNIQUE")
    rates("dated_e_from_the_end_of_february", dated("2023-02-28 -100, 2023-08-31 3, 2024-02-29 110", "THIRTY_E_360"), None, "UNIQUE")
    rates("dated_several", dated("2020-01-01 -1600, 2020-12-31 10000, 2021-12-31 -10000"), "0.25 4", "SEVERAL")
    rates("dated_none", dated("2020-01-01 100, 2021-03-01 -200, 2022-01-01 150"), "", "NONE")
    rates("dated_several_irregular", dated("2020-01-01 -1600, 2020-11-17 10000, 2022-02-03 -10000"), None, "SEVERAL")
    rates("dated_almost_double_crosses", dated("2021-01-01 100, 2022-01-01 -220, 2023-01-02 120.9"), None, "SEVERAL")
    rates("dated_almost_double_misses", dated("2021-01-01 100, 2022-01-01 -220, 2023-01-02 121.2"), "", "NONE")
    rates("dated_hundreds_of_years", dated("1600-02-29 -1, 1999-12-31 1000000"), None, "UNIQUE")
    rates("dated_century_of_days", dated("1901-01-01 -100, 1901-01-02 1, 2001-01-01 5000"), None, "UNIQUE")

    # Rounding
    for mode in MODES:
        rates(f"rate_rounded_{mode.lower()}", periodic("-1000 100 200 300 400 500", MONTH), options=rounded_to(4, f"ROUNDING_MODE_{mode}"))
        rates(f"loss_rounded_{mode.lower()}", periodic("-1000 100 200 300", QUARTER), options=rounded_to(3, f"ROUNDING_MODE_{mode}"))
    rates("rates_rounded_alike", periodic("1 -2 0.99"), "0 0", "SEVERAL", options=rounded_to(0))
    rates("rate_rounded_to_20_places", periodic("-3 4"), "0.333333333333", "UNIQUE", options=rounded_to(20))

    # Refused
    def refused(name, flows, *violations, **more):
        request = {**({"cash_flows": flows} if flows is not None else {}), **more}
        rows.add(name, "ComputeInternalRateOfReturn", request, COMPUTED, refused=list(violations))

    refused("refused_no_cash_flows", None, ("cash_flows", "REQUIRED"))
    refused("refused_no_schedule", {}, ("cash_flows.schedule", "REQUIRED"))
    refused("refused_empty_periodic", {"periodic": {}}, ("cash_flows.periodic.amounts", "REQUIRED"), ("cash_flows.periodic.period", "REQUIRED"))
    refused("refused_empty_dated", {"dated": {}}, ("cash_flows.dated.flows", "REQUIRED"))
    refused("refused_period_0", periodic("-1 2", "PERIOD_UNSPECIFIED"), ("cash_flows.periodic.period", "REQUIRED"))
    refused("refused_period_9", periodic("-1 2", 9), ("cash_flows.periodic.period", "ENUM_UNKNOWN"))
    refused("refused_day_count_7", {"dated": {**dated("2024-01-31 5")["dated"], "day_count": 7}}, ("cash_flows.dated.day_count", "ENUM_UNKNOWN"))
    refused("refused_amounts", periodic("-1 +2 1,000 1e29 0.12345678901234567890123456789 3"),
            ("cash_flows.periodic.amounts[1]", "DECIMAL_MALFORMED"), ("cash_flows.periodic.amounts[2]", "DECIMAL_MALFORMED"),
            ("cash_flows.periodic.amounts[3]", "DECIMAL_TOO_LARGE"), ("cash_flows.periodic.amounts[4]", "DECIMAL_TOO_PRECISE"))
    refused("refused_dates", {"dated": {"flows": [
        {"date": "2023-02-29", "amount": "-1"}, {"amount": "1"}, {"date": "2023-02-28"}, {"date": "1.2.2023", "amount": "x"}]}},
            ("cash_flows.dated.flows[0].date", "DATE_MALFORMED"), ("cash_flows.dated.flows[1].date", "REQUIRED"),
            ("cash_flows.dated.flows[2].amount", "REQUIRED"), ("cash_flows.dated.flows[3].date", "DATE_MALFORMED"),
            ("cash_flows.dated.flows[3].amount", "DECIMAL_MALFORMED"))
    refused("refused_too_many_amounts", periodic("1 " * 10001), ("cash_flows.periodic.amounts", "TOO_MANY_ITEMS"))
    refused("refused_rounding", periodic("-1 2"), ("options.rounding.mode", "ENUM_UNKNOWN"), ("options.rounding.decimal_places", "OUT_OF_RANGE"),
            options={"rounding": {"decimal_places": 29, "mode": 5}})


# ---------------------------------------------------------------------------------------------------------------------
# cash_flow.jsonl: present values, modified rates, paybacks
# ---------------------------------------------------------------------------------------------------------------------


def cash_flow_rows(rows):
    present_value_rows(rows)
    modified_rate_rows(rows)
    payback_rows(rows)


def present_value_rows(rows):
    def worth(name, flows, r, published=None, refused=None, **more):
        request = {"currency_code": "USD", "cash_flows": flows, "discount_rate": r, **more}
        rows.add(name, "ComputeNetPresentValue", request, COMPUTED, published=published, refused=refused)

    plain = "-1000 300 400 500"
    worth("npv_textbook", periodic("-100 110"), "0.1", dict(net_present_value="0", rate_sensitivity="-90.9090909090909", present_value_of_inflows="100"))
    worth("npv_at_0", periodic(plain), "0", dict(net_present_value="200", rate_sensitivity="-2600", rate_per_period="0"))
    worth("npv_below_0", periodic(plain), "-0.1")
    worth("npv_almost_all_lost", periodic("-1000 300"), "-0.999")
    worth("npv_of_nothing", periodic("0 0"), "0.1", dict(net_present_value="0", present_value_of_outflows="0", rate_sensitivity="0"))
    worth("npv_of_one", periodic("5"), "0.1", dict(net_present_value="5", rate_sensitivity="0"))
    worth("npv_of_one_at_the_end_of_the_period", periodic("11"), "0.1", dict(net_present_value="10"), first_flow="FIRST_FLOW_ONE_PERIOD")
    worth("npv_first_flow_unspecified", periodic(plain), "0.08", first_flow="FIRST_FLOW_UNSPECIFIED")
    worth("npv_no_inflow", periodic("-1 -2 -3"), "0.05", dict(present_value_of_inflows="0"))
    worth("npv_no_outflow", periodic("0 2 3"), "0.05", dict(present_value_of_outflows="0"))
    for period in (MONTH, QUARTER, YEAR):
        for first in ("NOW", "ONE_PERIOD"):
            for r in ("0.08", "-0.25"):
                worth(f"npv_{period[7:].lower()}_{first.lower()}_at_{r}", periodic(plain, period), r, first_flow="FIRST_FLOW_" + first)
    worth("npv_12_months_are_a_year", periodic("-100 " + "0 " * 11 + "110", MONTH), "0.1", dict(net_present_value="0"))
    worth("npv_rate_of_a_per_cent_a_month", periodic("-100 101", MONTH), "0.126825030131969720661201", dict(rate_per_period="0.01", net_present_value="0"))
    worth("npv_mortgage", periodic("100000 " + "-599.55 " * 360, MONTH), "0.061677811864498")
    worth("npv_1200_months", periodic("-1000000 " + "12345.67 " * 1199, MONTH), "0.15")
    worth("npv_600_years", periodic("1 " * 600), "0.1")
    worth("npv_600_years_below_0", periodic("1 " * 60 + "-3"), "-0.1")
    worth("npv_high_rate", periodic("-1000 300 400 500"), "1e20")
    worth("npv_smallest_rate", periodic("-1000 300 400 500"), "1e-28")
    worth("npv_smallest_negative_rate", periodic("-1000 300 400 500"), "-1e-28")
    worth("npv_largest_amounts", periodic("-7.8e28 7.8e28 7.8e28"), "0.9")
    worth("npv_smallest_amounts", periodic("-1e-28 1e-28 1e-28"), "0.5")
    worth("npv_tie_in_the_last_digit", periodic("0.0000000000000000000000000001"), "1", first_flow="FIRST_FLOW_ONE_PERIOD")
    worth("npv_too_large", periodic("7e28 7e28"), "0", refused=[("net_present_value", "RESULT_TOO_LARGE")])
    for name, flows in (("microsoft", MICROSOFT), ("leap_years", LEAP_YEARS), ("half_a_year", HALF_A_YEAR)):
        for day_count in DAY_COUNTS:
            worth(f"npv_{name}_{day_count.lower()}", dated(flows, day_count), "0.09", dict(rate_per_period="0.09"))
    worth("npv_dated_same_day", dated("2024-01-31 -100, 2024-01-31 150, 2023-01-31 -20, 2024-01-31 -10"), "0.25", dict(present_value_of_inflows="32", present_value_of_outflows="20"))
    worth("npv_dated_any_order", dated("2025-06-30 300, 2024-01-31 -500, 2024-12-31 300"), "0.07")
    worth("npv_dated_first_flow_of_0", dated("2023-01-31 0, 2024-01-31 110"), "0.1", dict(net_present_value="100"))
    worth("npv_dated_below_0", dated(LEAP_YEARS, "ACT_ACT_ISDA"), "-0.35")
    worth("npv_dated_leap_day_bond", dated("2024-02-29 -100, 2025-02-28 50, 2028-02-29 70", "THIRTY_360_BOND"), "0.04")
    worth("npv_dated_leap_day_e", dated("2024-02-29 -100, 2024-08-31 50, 2028-02-29 70", "THIRTY_E_360"), "0.04")
    worth("npv_dated_one_flow", dated("2024-02-29 -100"), "0.04", dict(net_present_value="-100", rate_sensitivity="0"))
    for mode in MODES:
        worth(f"npv_rounded_{mode.lower()}", periodic(plain, QUARTER), "0.08", options=rounded_to(2, f"ROUNDING_MODE_{mode}"))
    for r in ("-1", "-1.5"):
        worth(f"npv_refused_rate_{r}", periodic(plain), r, refused=[("discount_rate", "OUT_OF_RANGE")])
    worth("npv_refused_percent", periodic(plain), "8%", refused=[("discount_rate", "DECIMAL_MALFORMED")])
    worth("npv_refused_first_flow_3", periodic(plain), "0.1", refused=[("first_flow", "ENUM_UNKNOWN")], first_flow=3)
    worth("npv_refused_first_flow_of_dates", dated(MICROSOFT), "0.1", refused=[("first_flow", "NOT_APPLICABLE")], first_flow="FIRST_FLOW_ONE_PERIOD")
    rows.add("npv_of_an_empty_request", "ComputeNetPresentValue", {}, COMPUTED,
             refused=[("currency_code", "REQUIRED"), ("cash_flows", "REQUIRED"), ("discount_rate", "REQUIRED")])
    worth("npv_refused_several", {"periodic": {"amounts": ["x"], "period": 4}}, "-1", currency_code="usd", refused=[
        ("currency_code", "CURRENCY_UNKNOWN"), ("cash_flows.periodic.amounts[0]", "DECIMAL_MALFORMED"),
        ("cash_flows.periodic.period", "ENUM_UNKNOWN"), ("discount_rate", "OUT_OF_RANGE")])


def modified_rate_rows(rows):
    def earned(name, flows, finance, reinvestment, annual=None, refused=None, **more):
        request = {"cash_flows": flows, "finance_rate": finance, "reinvestment_rate": reinvestment, **more}
        rows.add(name, "ComputeModifiedInternalRateOfReturn", request, COMPUTED, refused=refused)
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
    earned("mirr_same_day_leaves_one_way_absent", dated("2024-01-31 -100, 2024-01-31 150, 2025-01-31 5"), "0.1", "0.1", "absent")
    for period in (MONTH, QUARTER, YEAR):
        earned(f"mirr_per_{period[7:].lower()}", periodic(plain, period), "0.1", "0.12")
        earned(f"mirr_loss_per_{period[7:].lower()}", periodic("-1000 300 -10 500", period), "0.05", "0.01")
    for name, flows in (("microsoft", MICROSOFT), ("leap_years", LEAP_YEARS)):
        for day_count in DAY_COUNTS:
            earned(f"mirr_{name}_{day_count.lower()}", dated(flows, day_count), "0.09", "0.11")
    earned("mirr_dated_zero_at_the_end_counts", dated("2023-01-31 -100, 2024-01-31 110, 2025-01-30 0"), "0.05", "0.1", "0.1")
    earned("mirr_dated_any_order", dated("2025-01-31 110, 2024-01-31 -50, 2023-01-31 -20"), "0.05", "0.1")
    earned("mirr_tie_to_even", periodic("-1 1.1234567890125"), "0", "0", "0.123456789012")
    earned("mirr_all_but_everything_lost", periodic("-1 1e-13"), "0", "0", "-1")
    earned("mirr_high_rates", periodic("-1 2 3"), "1000", "1000")
    for mode in MODES:
        earned(f"mirr_rounded_{mode.lower()}", periodic(plain, QUARTER), "0.1", "0.12", options=rounded_to(4, f"ROUNDING_MODE_{mode}"))
    earned("mirr_refused_rates", periodic(plain), "-1", "-1e3", refused=[("finance_rate", "OUT_OF_RANGE"), ("reinvestment_rate", "OUT_OF_RANGE")])
    rows.add("mirr_of_an_empty_request", "ComputeModifiedInternalRateOfReturn", {}, COMPUTED,
             refused=[("cash_flows", "REQUIRED"), ("finance_rate", "REQUIRED"), ("reinvestment_rate", "REQUIRED")])


def payback_rows(rows):
    def back(name, flows, years=None, r=None, short=None, discounted=None, discounted_short=None, refused=None, **more):
        request = {"cash_flows": flows, **({"discount_rate": r} if r is not None else {}), **more}
        published = {"payback.years": years, "payback.never.shortfall": short, "discounted_payback.years": discounted,
                     "discounted_payback.never.shortfall": discounted_short}
        published = {path: value for path, value in published.items() if value is not None}
        rows.add(name, "ComputePayback", request, COMPUTED, published=published, refused=refused)

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
    back("payback_largest_amounts", periodic("-7.8e28 7.7e28 7.8e28"), None, "0.001")
    back("payback_just_short", periodic("-1 0.9999999999999999999999999999"), None, None, short="1e-28")
    for period in (MONTH, QUARTER, YEAR):
        back(f"payback_per_{period[7:].lower()}", periodic("-1000 300 400 500", period), None, "0.08")
        back(f"payback_never_per_{period[7:].lower()}", periodic("-1000 300 400 290", period), None, "0.08", short="10")
    for name, flows in (("microsoft", MICROSOFT), ("leap_years", LEAP_YEARS), ("half_a_year", HALF_A_YEAR)):
        for day_count in DAY_COUNTS:
            back(f"payback_{name}_{day_count.lower()}", dated(flows, day_count), None, "0.09")
    back("payback_dated_is_a_step", dated("2023-01-31 -100, 2024-01-31 150"), "1", "0.1", discounted="1")
    back("payback_dated_same_day", dated("2023-01-31 -100, 2024-01-31 150, 2024-01-31 -60, 2025-01-30 20"), "2")
    back("payback_dated_undone_and_back", dated("2023-01-31 -100, 2024-01-31 150, 2025-01-30 -60, 2026-01-30 20"), "3", "0")
    back("payback_dated_touches_0", dated("2023-01-31 -100, 2024-01-31 100, 2025-01-30 0"), "1", "0.01")
    back("payback_dated_never", dated("2023-01-31 -100, 2024-01-31 99"), None, "0.01", short="1")
    back("payback_dated_never_below_0", dated("2023-01-31 -100, 2023-01-31 100, 2024-01-31 99"), "0", "0.01", discounted="0")
    back("payback_dated_any_order", dated("2025-01-30 50, 2023-01-31 -100, 2024-01-31 60"), "2", "0.01")
    back("payback_dated_discounted_to_0", dated("2023-01-31 -100, 2024-01-31 110, 2026-01-30 1"), "1", "0.1", discounted="1")
    for mode in MODES:
        back(f"payback_rounded_{mode.lower()}", periodic("-1000 300 400 470", QUARTER), None, "0.08", options=rounded_to(3, f"ROUNDING_MODE_{mode}"))
    back("payback_refused_rate", periodic("-1 2"), None, "-1", refused=[("discount_rate", "OUT_OF_RANGE")])
    back("payback_refused_empty_rate", periodic("-1 2"), None, "", refused=[("discount_rate", "DECIMAL_MALFORMED")])
    back("payback_too_large", periodic("-7e28 -7e28"), refused=[("payback.never.shortfall", "RESULT_TOO_LARGE")])
    rows.add("payback_of_an_empty_request", "ComputePayback", {}, COMPUTED, refused=[("cash_flows", "REQUIRED")])


# ---------------------------------------------------------------------------------------------------------------------
# capex_roi.jsonl
# ---------------------------------------------------------------------------------------------------------------------


def capex_roi_rows(rows):
    def roi(name, capex, revenues, costs=None, r="0.1", period=YEAR, published=None, absent=(), refused=None, **more):
        request = {"currency_code": "USD", "period": period, "capital_expenditures": capex.split(), "revenues": revenues.split(), "discount_rate": r}
        if costs is not None:
            request["operating_costs"] = costs.split()
        request.update(more)
        rows.add(name, "ComputeCapexRoi", request, COMPUTED, published=published, refused=refused)
        for key in absent:
            assert key not in rows.rows[-1]["response"], (name, key)

    def policy(method, life, salvage=None):
        return {"method": "DEPRECIATION_METHOD_" + method, "useful_life_periods": life, **({"salvage_ratio": salvage} if salvage else {})}

    straight = policy("STRAIGHT_LINE", 4)
    mid = "CASH_FLOW_TIMING_MID_PERIOD"
    single_absent = ("annualized_return_on_investment", "equivalent_annual_annuity", "modified_internal_rate_of_return")
    plan = dict(capex="1000", revenues="0 500 600 700 800", costs="0 100 120 140 160")

    roi("one_year", "100", "0 121", published=dict(net_present_value="10", return_on_investment="0.21", annualized_return_on_investment="0.21",
        profitability_index="1.1", equivalent_annual_annuity="11", break_even_revenue_factor="0.9090909090909091"))
    roi("two_years", "100", "0 0 121", published=dict(net_present_value="0", annualized_return_on_investment="0.1", break_even_revenue_factor="1"))
    roi("single_period", "60e9", "20e9", absent=single_absent, published=dict(
        revenue_to_capital_expenditure="0.3333333333333333", net_gain="-40000000000", net_present_value="-40000000000", break_even_revenue_factor="3"))
    roi("single_period_gain", "100", "250", absent=single_absent, published={"payback.years": "0"})
    roi("single_period_terminal_amount", "100", "50", absent=single_absent, terminal_amount="70", published=dict(net_gain="20"))
    roi("single_period_mid", "100", "50", absent=single_absent, timing=mid)
    roi("lost_altogether", "100", "0 10", "0 10", absent=("annualized_return_on_investment",), published=dict(return_on_investment="-1"))
    roi("lost_and_more", "100", "0 10", "0 30", absent=("annualized_return_on_investment",), published=dict(return_on_investment="-1.2"))
    roi("lost_almost", "100", "0 0.0001", published=dict(return_on_investment="-0.999999"))
    roi("rate_of_0", "100", "0 60 70", r="0", published=dict(net_present_value="30", equivalent_annual_annuity="15"))
    roi("rate_below_0", "100", "0 60 30", r="-0.1")
    roi("revenue_at_once", "100 50", "80 90 60", "5")
    roi("capex_continues", "100 100 100", "0 150 150 150 150", published=dict(total_capital_expenditure="300", total_net_inflow="600"))
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
            roi(f"plan_per_{word}_{timing.lower()}", **plan, period=period, timing="CASH_FLOW_TIMING_" + timing, gross_margin="0.9")
        roi(f"plan_taxed_per_{word}", **plan, period=period, tax_rate="0.25", depreciation=straight)
        roi(f"plan_terminal_amount_per_{word}", **plan, period=period, terminal_amount="300", tax_rate="0.25")
        roi(f"plan_gordon_per_{word}", **plan, period=period, perpetual_growth_rate="0.02", tax_rate="0.25")
        roi(f"plan_exit_multiple_per_{word}", **plan, period=period, exit_multiple="5.5", tax_rate="0.25")
        roi(f"plan_gordon_mid_per_{word}", **plan, period=period, perpetual_growth_rate="0.02", timing=mid)
        roi(f"plan_exit_multiple_mid_per_{word}", **plan, period=period, exit_multiple="5.5", timing=mid, tax_rate="0.3", depreciation=straight)
        roi(f"plan_terminal_amount_mid_per_{word}", **plan, period=period, terminal_amount="300", timing=mid)
        roi(f"plan_other_rates_per_{word}", **plan, period=period, finance_rate="0.07", reinvestment_rate="0.03")
    roi("finance_rate_alone", **plan, finance_rate="0.2")
    roi("reinvestment_rate_alone", **plan, reinvestment_rate="0")
    roi("gordon_without_growth", "100", "0 10", perpetual_growth_rate="0", published=dict(net_present_value="0", break_even_revenue_factor="1"))
    roi("gordon_shrinking", "100", "0 20", perpetual_growth_rate="-0.05")
    roi("gordon_of_a_loss", "100", "0 50 20", "0 0 30", perpetual_growth_rate="0.03")
    roi("gordon_last_capex_counts", "100 0 5", "0 50 20", perpetual_growth_rate="0.03")
    roi("gordon_with_the_tax_shield", "300", "0 50 60", perpetual_growth_rate="0.03", tax_rate="0.1", depreciation=policy("STRAIGHT_LINE", 2))
    roi("gordon_almost_the_discount_rate", "100", "0 50 20", perpetual_growth_rate="0.0999")
    roi("exit_multiple_of_a_loss", "100", "0 90 20", "0 0 30", exit_multiple="3")
    roi("exit_multiple_of_0", "100", "0 90 20", exit_multiple="0")
    roi("terminal_amount_of_0", "100", "0 90 20", terminal_amount="0")
    roi("terminal_amount_saves_it", "200", "0 60 60", terminal_amount="150")
    roi("mid_period_capex_continues", "100 100", "0 150 150", timing=mid)
    roi("mid_period_several_rates", "100 0 300", "0 390 0", timing=mid)
    roi("mid_period_never", "100", "0 50 50", timing=mid)
    roi("payback_undone", "100 0 120", "0 150 0 100 90")
    roi("payback_never", "100", "0 30 30", published={"payback.never.shortfall": "40"})
    roi("payback_discounted_never", "100", "0 52 52", published={"payback.years": "1.923076923076923"})
    roi("gross_margin_of_0", "100", "0 52 52", gross_margin="0", absent=("break_even_revenue_factor",))
    roi("gross_margin_of_a_third", "100", "0 200 200", gross_margin="0.3333333333333333333333333333")
    # Taxes and depreciation
    for method in ("STRAIGHT_LINE", "DOUBLE_DECLINING_BALANCE", "SUM_OF_YEARS_DIGITS"):
        for salvage in (None, "0.1", "0.3"):
            name = f"{method.lower()}_salvage_{salvage or '0'}"
            roi(f"taxed_{name}", **plan, tax_rate="0.21", depreciation=policy(method, 4, salvage))
            roi(f"taxed_cut_off_{name}", **plan, tax_rate="0.21", depreciation=policy(method, 6, salvage))
        roi(f"taxed_two_assets_{method.lower()}", "1000 500", "0 500 700 700 800", tax_rate="0.21", depreciation=policy(method, 3))
        roi(f"taxed_monthly_{method.lower()}", "1200", "0 " + "100 " * 24, period=MONTH, tax_rate="0.3", depreciation=policy(method, 18, "0.05"))
        roi(f"taxed_quarterly_{method.lower()}", "1200", "0 " + "180 " * 12, period=QUARTER, tax_rate="0.3", depreciation=policy(method, 10), timing=mid)
    for life in (3, 5, 7, 10, 15, 20):
        roi(f"taxed_macrs_{life}", "1000 200", "0 300 300 300 300 300 300", tax_rate="0.21", depreciation=policy("MACRS_HALF_YEAR", life))
    roi("taxed_losses_are_offset", "100", "0 10 200", "0 60 20", tax_rate="0.4")
    roi("taxed_shield_larger_than_profit", "100", "0 10 130", tax_rate="0.4", depreciation=policy("STRAIGHT_LINE", 1))
    roi("taxed_altogether", "100", "0 60 60", tax_rate="1", depreciation=policy("STRAIGHT_LINE", 2))
    roi("taxed_without_depreciation", "100", "0 60 90", tax_rate="0.25")
    roi("depreciated_without_tax", "100", "0 60 90", depreciation=policy("STRAIGHT_LINE", 2))
    roi("depreciated_after_the_end", "0 0 100", "90 90 90", tax_rate="0.25", depreciation=policy("STRAIGHT_LINE", 2))
    roi("life_of_1_double_declining", "100", "0 60 90", tax_rate="0.25", depreciation=policy("DOUBLE_DECLINING_BALANCE", 1, "0.2"))
    for mode in MODES:
        roi(f"plan_rounded_{mode.lower()}", **plan, tax_rate="0.21", depreciation=policy("DOUBLE_DECLINING_BALANCE", 4), options=rounded_to(2, f"ROUNDING_MODE_{mode}"))
    roi("hyperscaler_quarters", "12e9 12e9 12e9 12e9", "0 1e9 2e9 3e9 4e9 5e9 5e9 5e9 5e9 5e9 5e9 5e9 5e9", period=QUARTER, gross_margin="0.6",
        tax_rate="0.16", depreciation=policy("STRAIGHT_LINE", 24), exit_multiple="8", options=rounded_to(2))
    roi("hundred_years_of_months", "1000000", "0 " + "9000 " * 400, period=MONTH, r="0.08")

    roi("refused_capex_negative", "100 -1", "0 10", refused=[("capital_expenditures[1]", "OUT_OF_RANGE")])
    roi("refused_capex_zeros", "0 0", "0 10", refused=[("capital_expenditures", "OUT_OF_RANGE")])
    roi("refused_capex_too_many", "1 " * 1201, "0 10", refused=[("capital_expenditures", "TOO_MANY_ITEMS")])
    roi("refused_revenues", "1", "0 x -3", refused=[("revenues[1]", "DECIMAL_MALFORMED"), ("revenues[2]", "OUT_OF_RANGE")])
    roi("refused_costs", "1", "0 5", "-1", refused=[("operating_costs[0]", "OUT_OF_RANGE")])
    roi("refused_rates", "1", "0 5", r="-1", gross_margin="1.01", tax_rate="1.01", finance_rate="-1", reinvestment_rate="-2", refused=[
        ("gross_margin", "OUT_OF_RANGE"), ("discount_rate", "OUT_OF_RANGE"), ("tax_rate", "OUT_OF_RANGE"), ("finance_rate", "OUT_OF_RANGE"),
        ("reinvestment_rate", "OUT_OF_RANGE")])
    roi("refused_tax_below_0", "1", "0 5", tax_rate="-0.1", refused=[("tax_rate", "OUT_OF_RANGE")])
    for g in ("0.1", "0.11"):
        roi(f"refused_growth_{g}", "1", "0 5", perpetual_growth_rate=g, refused=[("perpetual_growth_rate", "OUT_OF_RANGE")])
    roi("refused_enums", "1", "0 5", period=9, timing=3, depreciation={"method": 5, "useful_life_periods": 3}, refused=[
        ("period", "ENUM_UNKNOWN"), ("depreciation.method", "ENUM_UNKNOWN"), ("timing", "ENUM_UNKNOWN")])
    roi("refused_policy_empty", "1", "0 5", depreciation={}, refused=[
        ("depreciation.method", "REQUIRED"), ("depreciation.useful_life_periods", "REQUIRED")])
    roi("refused_policy", "1", "0 5", depreciation={"method": "DEPRECIATION_METHOD_STRAIGHT_LINE", "useful_life_periods": 1201, "salvage_ratio": "1"},
        refused=[("depreciation.salvage_ratio", "OUT_OF_RANGE"), ("depreciation.useful_life_periods", "OUT_OF_RANGE")])
    roi("refused_macrs", "1", "0 5", depreciation=policy("MACRS_HALF_YEAR", 4, "0.1"),
        refused=[("depreciation.useful_life_periods", "OUT_OF_RANGE"), ("depreciation.salvage_ratio", "NOT_APPLICABLE")])

    def falls(name, cost, method, life, salvage=None, published=None, refused=None, **more):
        request = {"currency_code": "USD", "cost": cost, "policy": policy(method, life, salvage), **more}
        rows.add(name, "ComputeDepreciation", request, COMPUTED, published=None, refused=refused)
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
        falls(f"depreciation_rounded_{mode.lower()}", "1000", "STRAIGHT_LINE", 7, "0.05", options=rounded_to(2, f"ROUNDING_MODE_{mode}"))
    falls("refused_cost_0", "0", "STRAIGHT_LINE", 4, refused=[("cost", "OUT_OF_RANGE")])
    falls("refused_life_1201", "1", "STRAIGHT_LINE", 1201, refused=[("policy.useful_life_periods", "OUT_OF_RANGE")])
    falls("refused_life_0", "1", "STRAIGHT_LINE", 0, refused=[("policy.useful_life_periods", "REQUIRED")])
    falls("refused_salvage_1", "1", "STRAIGHT_LINE", 3, "1", refused=[("policy.salvage_ratio", "OUT_OF_RANGE")])
    falls("refused_macrs_salvage", "1", "MACRS_HALF_YEAR", 5, "0.1", refused=[("policy.salvage_ratio", "NOT_APPLICABLE")])
    falls("refused_macrs_6", "1", "MACRS_HALF_YEAR", 6, refused=[("policy.useful_life_periods", "OUT_OF_RANGE")])
    falls("refused_method_0", "1", "UNSPECIFIED", 6, refused=[("policy.method", "REQUIRED")])
    rows.add("depreciation_of_an_empty_request", "ComputeDepreciation", {}, COMPUTED,
             refused=[("currency_code", "REQUIRED"), ("cost", "REQUIRED"), ("policy", "REQUIRED")])
    rows.add("capex_of_an_empty_policy", "ComputeDepreciation", {"currency_code": "USD", "cost": "5", "policy": {}}, COMPUTED,
             refused=[("policy.method", "REQUIRED"), ("policy.useful_life_periods", "REQUIRED")])
