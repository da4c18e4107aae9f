#!/usr/bin/env python3
"""The second opinion on decisions and valuations, calculated from the contract alone.

    python3 tests/golden/reference_decision.py            rewrites decision.jsonl and valuation.jsonl beside it
    python3 tests/golden/reference_decision.py --check    fails when one of them is not what this program writes

Nothing here was taken from, or compared with, the Rust engine: figures come from the formulas in paydirt/v1/*.proto. It calculates as
reference.py does: rational numbers exactly, powers and logarithms by mpmath at 90 digits, one rounding at the end, and everything a second
time at 150 digits. It knows no envelope: where choices change is found by looking between all points where any two lines cross. A growth
in stages is found by halving an interval, in exact fractions of the first digits and at the working precision after them.

published_decisions.jsonl holds requests with figures that were calculated elsewhere, to 25 digits: they have to come out.

Where the contract can be read in two ways, these rows follow one of them, and say so in their names or sources:
  * a multiple that did not fall has nothing to recover from, whatever the earnings do; one that fell counts as fallen at once;
  * a day count that sees no time between two dates leaves no annual growth;
  * what an alternative is at one point only, it is in no interval.

Needs Python 3.9 and mpmath.
"""

import json
import random
import sys
from fractions import Fraction

import mpmath
import reference
from reference import ABOVE_MINUS_ONE, ABOVE_ZERO, ABOVE_ZERO_UP_TO_ONE, ANY, HERE, ZERO_OR_MORE
from reference import Reader, Rows, at, exact, finish, read_date, real, rounded_to, write_or_check
from reference_cash_flow import DAY_COUNTS, power, years_between

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)  # two hundred powers of 28 digits, exactly

ZERO_UP_TO_ONE = lambda x: 0 <= x <= 1
NAME_BYTES_MAX = 100


def ln(x):
    return exact(mpmath.log(real(x)))


def power_or_nothing(base, exponent):
    """base^exponent, 0 where it is far below any figure."""
    return Fraction(0) if real(exponent) * mpmath.log(real(base)) < -1000 else power(base, exponent)


# ---------------------------------------------------------------------------------------------------------------------
# DecisionService
# ---------------------------------------------------------------------------------------------------------------------


def best_of(figures, names):
    """The names of all that have the greatest figure."""
    greatest = max(figures)
    return [name for name, figure in zip(names, figures) if figure == greatest]


def unique_name(read, message, path, seen):
    name = read.text(message, "name", f"{path}.name")
    if len(name.encode()) > NAME_BYTES_MAX or (name and name in seen):
        read.out_of_range.append((f"{path}.name", "OUT_OF_RANGE"))
    seen.add(name)
    return name


def list_of(read, request, key, limit):
    items = request.get(key, [])
    if not items:
        read.unreadable.append((key, "REQUIRED"))
    read.at_most(items, limit, key)
    return items[:limit]


def sensitivity(state, probabilities, payoffs, names):
    """Where the choice changes: between all points at which two alternatives are worth the same."""
    others = 1 - probabilities[state]
    rest = [sum(q * x for i, (q, x) in enumerate(zip(probabilities, row)) if i != state) / others for row in payoffs]
    lines = [(at_0, row[state]) for at_0, row in zip(rest, payoffs)]
    points = {Fraction(0), Fraction(1)}
    for i, (a0, a1) in enumerate(lines):
        for b0, b1 in lines[:i]:
            steeper = (a1 - a0) - (b1 - b0)
            if steeper:
                p = (b0 - a0) / steeper
                if 0 < p < 1:
                    points.add(p)
    points = sorted(points)
    intervals = []
    for low, high in zip(points, points[1:]):
        p = (low + high) / 2
        choices = best_of([a0 + p * (a1 - a0) for a0, a1 in lines], names)
        if intervals and intervals[-1]["choices"] == choices:
            intervals[-1]["high_probability"] = high
        else:
            intervals.append({"low_probability": low, "high_probability": high, "choices": choices})
    return intervals


def compute_regret(request):
    read = Reader(request)
    if "currency_code" in request:
        read.currency()
    states = list_of(read, request, "states", 100)
    seen = set()
    state_names = [unique_name(read, state, f"states[{i}]", seen) for i, state in enumerate(states)]
    probabilities = None
    if any("probability" in state for state in request.get("states", [])):
        wrong = len(read.unreadable) + len(read.out_of_range)
        probabilities = []
        for i, state in enumerate(states):
            path = f"states[{i}].probability"
            if "probability" not in state:
                read.unreadable.append((path, "REQUIRED"))
            probabilities.append(read.optional(state, "probability", path, ZERO_UP_TO_ONE))
        is_whole = len(states) == len(request["states"])
        if is_whole and wrong == len(read.unreadable) + len(read.out_of_range) and sum(probabilities) != 1:
            read.out_of_range.append(("states", "OUT_OF_RANGE"))
    alternatives = list_of(read, request, "alternatives", 1000)
    seen = set()
    names, payoffs = [], []
    for i, alternative in enumerate(alternatives):
        path = f"alternatives[{i}]"
        names.append(unique_name(read, alternative, path, seen))
        given = alternative.get("payoffs", [])
        if not given:
            read.unreadable.append((f"{path}.payoffs", "REQUIRED"))
        elif request.get("states", []) and len(given) != len(request["states"]):
            read.out_of_range.append((f"{path}.payoffs", "OUT_OF_RANGE"))
        row = dict(enumerate(given[:100]))
        payoffs.append([read.decimal(row, j, f"{path}.payoffs[{j}]", ANY) for j in row])
    optimism = read.optional(request, "optimism", "optimism", ZERO_UP_TO_ONE)
    rounding = read.rounding()
    read.done()

    count = len(states)
    best = [max(row[j] for row in payoffs) for j in range(count)]
    regrets = [[best[j] - row[j] for j in range(count)] for row in payoffs]
    answer = {"currency_code": request.get("currency_code"), "alternatives": []}
    for name, row, regret in zip(names, payoffs, regrets):
        of = {"name": name, "regrets": regret, "maximum_regret": max(regret), "minimum_payoff": min(row), "maximum_payoff": max(row)}
        if probabilities:
            of["expected_value"] = sum(q * x for q, x in zip(probabilities, row))
            of["expected_regret"] = sum(q * x for q, x in zip(probabilities, regret))
        of["dominated_by"] = [
            other for other, figures in zip(names, payoffs) if all(a >= b for a, b in zip(figures, row)) and figures != row
        ]
        answer["alternatives"].append(of)
    answer["minimax_regret_choices"] = best_of([-max(regret) for regret in regrets], names)
    answer["maximin_choices"] = best_of([min(row) for row in payoffs], names)
    answer["maximax_choices"] = best_of([max(row) for row in payoffs], names)
    answer["equal_likelihood_choices"] = best_of([Fraction(sum(row), count) for row in payoffs], names)
    if optimism is not None:
        answer["hurwicz_choices"] = best_of([optimism * max(row) + (1 - optimism) * min(row) for row in payoffs], names)
    if probabilities:
        answer["expected_value_choices"] = best_of([of["expected_value"] for of in answer["alternatives"]], names)
        answer["expected_value_of_perfect_information"] = min(of["expected_regret"] for of in answer["alternatives"])
        if 1 not in probabilities:
            answer["state_sensitivities"] = [
                {"state": name, "intervals": sensitivity(state, probabilities, payoffs, names)} for state, name in enumerate(state_names)
            ]
    return finish(answer, rounding)


# ---------------------------------------------------------------------------------------------------------------------
# ValuationService
# ---------------------------------------------------------------------------------------------------------------------


def compute_share_ceiling(request):
    read = Reader(request)
    current = read.decimal(request, "current_share", "current_share", ABOVE_ZERO_UP_TO_ONE)
    maximum = read.optional(request, "maximum_share", "maximum_share", ABOVE_ZERO_UP_TO_ONE, Fraction(1))
    if not read.unreadable and not read.out_of_range and current > maximum:
        read.out_of_range.append(("current_share", "OUT_OF_RANGE"))
    market = read.optional(request, "market_growth_rate", "market_growth_rate", ABOVE_MINUS_ONE)
    company = read.optional(request, "company_growth_rate", "company_growth_rate", ABOVE_MINUS_ONE)
    target = read.optional(request, "target_sales_factor", "target_sales_factor", ABOVE_ZERO)
    for key in ("company_growth_rate", "target_sales_factor"):
        if key in request and "market_growth_rate" not in request:
            read.out_of_range.append((key, "NOT_APPLICABLE"))
    rounding = read.rounding()
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
    return finish(answer, rounding)


def compute_rerating(request):
    read = Reader(request)
    starting = read.decimal(request, "starting_price_earnings_ratio", "starting_price_earnings_ratio", ABOVE_ZERO)
    ending = read.decimal(request, "ending_price_earnings_ratio", "ending_price_earnings_ratio", ABOVE_ZERO)
    years = read.decimal(request, "years", "years", ABOVE_ZERO)
    growth = read.optional(request, "earnings_growth_rate", "earnings_growth_rate", ABOVE_MINUS_ONE)
    price_factor = read.optional(request, "price_factor", "price_factor", ABOVE_ZERO)
    if not {"earnings_growth_rate", "price_factor"} & request.keys():
        read.unreadable.append(("given", "REQUIRED"))
    rounding = read.rounding()
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
        recover = ln(1 / rerating) * years / ln(earnings) if "price_factor" in request else ln(1 / rerating) / ln(1 + growth)
    return finish(
        {
            "rerating_factor": rerating,
            "earnings_factor": earnings,
            "earnings_growth_rate": growth,
            "price_factor": price_factor,
            "price_growth_rate": price_growth,
            "years_to_recover": recover,
        },
        rounding,
    )


def compute_price_change(request):
    read = Reader(request)
    start = read.decimal(request, "start_price", "start_price", ABOVE_ZERO)
    end = read.decimal(request, "end_price", "end_price", ZERO_OR_MORE)
    day_count = read.enum(request, "day_count", "day_count", DAY_COUNTS, required=False)
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
    first, last = dates.get("start_date"), dates.get("end_date")
    if first and last and last <= first:
        read.out_of_range.append(("end_date", "OUT_OF_RANGE"))
    rounding = read.rounding()
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
            answer["annual_growth_rate"] = power_or_nothing(factor, 1 / years) - 1 if factor else Fraction(-1)
    return finish(answer, rounding)


def value_in_stages(growth_factor, discount, years, terminal):
    """Of a free cash flow of 1."""
    y = growth_factor / (1 + real(discount))
    total = mpmath.fsum(y**i for i in range(1, years + 1))
    return total + y**years * (1 + real(terminal)) / real(discount - terminal)


def growth_factor_in_stages(multiple, discount, years, terminal):
    """Halving, in the logarithm: the value rises with the growth."""
    low, high = mpmath.mpf(10) ** -400, mpmath.mpf(10) ** 400
    target = real(multiple)
    while (high - low) > high * mpmath.mpf(10) ** (10 - mpmath.mp.dps):
        middle = mpmath.sqrt(low * high) if high > 2 * low else (low + high) / 2
        if value_in_stages(middle, discount, years, terminal) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def compute_implied_growth(request):
    read = Reader(request)
    currency = read.currency()
    value = read.decimal(request, "enterprise_value", "enterprise_value", ABOVE_ZERO)
    cash = read.decimal(request, "free_cash_flow", "free_cash_flow", ABOVE_ZERO)
    wrong = len(read.unreadable) + len(read.out_of_range)
    discount = read.decimal(request, "discount_rate", "discount_rate", ABOVE_MINUS_ONE)
    is_known = wrong == len(read.unreadable) + len(read.out_of_range)
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
    rounding = read.rounding()
    read.done()

    answer = {"currency_code": currency, "implied_growth_rate": None, "cash_flow_multiple": value / cash}
    if stage is None:
        answer["implied_growth_rate"] = (value * discount - cash) / (value + cash)
        assert value == cash * (1 + answer["implied_growth_rate"]) / (discount - answer["implied_growth_rate"])
    else:
        factor = growth_factor_in_stages(value / cash, discount, years, terminal)
        growth = exact(factor) - 1
        # Twelve digits; what cannot be told from a tie at this precision is one.
        scaled = growth * 10**12
        nearest = reference.round_half_even(Fraction(reference.round_half_even(scaled * 10**40), 10**40))
        answer["implied_growth_rate"] = Fraction(nearest, 10**12)
        for side, sign in ((-1, -1), (1, 1)):
            there = real(1 + Fraction(2 * nearest + side, 2 * 10**12))
            if there > 0:
                difference = value_in_stages(there, discount, years, terminal) - real(value / cash)
                assert difference * sign > -abs(real(value / cash)) * mpmath.mpf(10) ** (30 - mpmath.mp.dps), request
        answer["terminal_value_share"] = exact(
            (factor / (1 + real(discount))) ** years * (1 + real(terminal)) / real(discount - terminal) / real(value / cash)
        )
        answer["final_free_cash_flow"] = exact(real(cash) * factor**years)
    return finish(answer, rounding)


def compute_required_margin(request):
    read = Reader(request)
    price = read.decimal(request, "price_to_sales", "price_to_sales", ABOVE_ZERO)
    years = request.get("payback_years", 0)
    if years == 0:
        read.unreadable.append(("payback_years", "REQUIRED"))
    elif years > 200:
        read.out_of_range.append(("payback_years", "OUT_OF_RANGE"))
    growth = read.optional(request, "revenue_growth_rate", "revenue_growth_rate", ABOVE_MINUS_ONE, Fraction(0))
    rounding = read.rounding()
    read.done()

    margin = price / sum((1 + growth) ** i for i in range(1, years + 1))
    return finish({"required_net_cash_margin": margin, "attainable": margin <= 1}, rounding)


DECISION, VALUATION = "paydirt.v1.DecisionService", "paydirt.v1.ValuationService"
reference.METHODS.update(
    {
        "ComputeRegret": (DECISION, compute_regret),
        "ComputeShareCeiling": (VALUATION, compute_share_ceiling),
        "ComputeRerating": (VALUATION, compute_rerating),
        "ComputePriceChange": (VALUATION, compute_price_change),
        "ComputeImpliedGrowth": (VALUATION, compute_implied_growth),
        "ComputeRequiredMargin": (VALUATION, compute_required_margin),
    }
)

# ---------------------------------------------------------------------------------------------------------------------
# Rows
# ---------------------------------------------------------------------------------------------------------------------


def same(answer, expected, path):
    """The figures of the other calculation, which has 25 digits; 12 of a growth in stages."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            same(answer.get(key), value, f"{path}.{key}")
    elif isinstance(expected, list):
        assert len(answer or []) == len(expected), path
        for i, value in enumerate(expected):
            same(answer[i], value, f"{path}[{i}]")
    elif isinstance(expected, str) and expected[:1] in "-0123456789" and not path.split("[")[0].endswith("choices"):
        difference = abs(Fraction(answer) - Fraction(expected))
        allowed = Fraction(1, 10**20) * max(1, abs(Fraction(expected)))
        assert difference <= (Fraction(1, 10**12) if path.endswith("implied_growth_rate") else allowed), (path, answer, expected)
    else:
        assert answer == expected, (path, answer, expected)


def names_are_text(expected):
    """Names may be digits: "8" is no figure there."""
    for alternative in expected.get("alternatives", []):
        alternative.pop("name"), alternative.pop("dominated_by")
    return expected


def add_published(files):
    for line in (HERE / "published_decisions.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        service, method = case["method"].split("/")
        rows = files["decision" if service == "DecisionService" else "valuation"]
        rows.add(f"case_{case['name']}", method, case["request"], case["source"])
        answer, expected = rows.rows[-1]["response"], case["response"]
        for alternative, given in zip(expected.get("alternatives", []), answer.get("alternatives", [])):
            assert (alternative["name"], alternative["dominated_by"]) == (given["name"], given["dominated_by"]), case["name"]
        for key in [key for key in expected if key.endswith("choices")]:
            assert answer.get(key, []) == expected.pop(key), (case["name"], key)
        for sensitivity in expected.get("state_sensitivities", []):
            mine = next(s for s in answer["state_sensitivities"] if s["state"] == sensitivity["state"])
            assert [i["choices"] for i in mine["intervals"]] == [i.pop("choices") for i in sensitivity["intervals"]], case["name"]
            sensitivity.pop("state")
        same(answer, names_are_text(expected), case["name"])
        assert not set(case["absent"]) & answer.keys(), case["name"]


def table(payoffs, probabilities=None, **more):
    """ "80 10, -48 5": a row for each alternative; "0.3 0.7": a probability for each state. """
    rows = [row.split() for row in payoffs.split(",")]
    states = [{"name": f"s{i}"} for i in range(len(rows[0]))]
    for state, probability in zip(states, (probabilities or "").split()):
        state["probability"] = probability
    alternatives = [{"name": f"a{i}", "payoffs": row} for i, row in enumerate(rows)]
    return {"states": states, "alternatives": alternatives, **more}


def decision_rows(rows):
    def regret(name, request, published=None, source="computed: reference_decision.py", refused=None):
        rows.add(name, "ComputeRegret", request, source, published, refused=refused)
        return rows.rows[-1].get("response")

    google = table("-60 5 15, 20 25 -10, 80 10 -48", "0.3 0.4 0.3", currency_code="USD", optimism="0.6")
    regret("fear_of_missing_out", google, {"expected_value_of_perfect_information": "24.9"})
    regret("rounded_up", {**google, "options": rounded_to(2, "ROUNDING_MODE_UP")})
    regret("one_alternative_one_state", table("5"), {"minimax_regret_choices": ["a0"]})
    regret("one_state_that_is_certain", table("5, 7", "1"), {"expected_value_of_perfect_information": "0"})
    answer = regret("certain_among_others", table("5 1, 1 9", "1 0"), {"expected_value_choices": ["a0"]})
    assert "state_sensitivities" not in answer
    regret("a_state_without_probability", table("5 1, 1 9, 4 4", "0 1"))
    regret("a_state_that_nobody_expects", table("5 1 2, 1 9 3, 4 4 4", "0 0.5 0.5"))
    regret("no_currency", table("5 1, 1 9"), {"currency_code": None})
    regret("currency_given", table("5 1, 1 9", currency_code="EUR"), {"currency_code": "EUR"})
    regret("all_alike", table("3 3, 3 3, 3 3", "0.5 0.5", optimism="0.5"), {"maximin_choices": ["a0", "a1", "a2"]})
    regret("twins_tie_and_do_not_dominate", table("1 5, 1 5, 0 6", "0.5 0.5"))
    regret("dominated_everywhere", table("1 1, 2 2, 3 3, 3 3", "0.25 0.75"))
    regret("ties_within_each_criterion", table("4 0, 0 4, 2 2", "0.5 0.5", optimism="0.5"))
    # Three lines through one point: the middle one is best there only.
    answer = regret("best_at_one_point_only", table("4 0, 0 4, 2 2", "0.25 0.75"))
    assert [i["choices"] for i in answer["state_sensitivities"][0]["intervals"]] == [["a1"], ["a0"]]
    answer = regret("best_between_by_a_hair", table("4 0, 0 4, 2.000000000000000000000000001 2", "0.25 0.75"))
    assert [i["choices"] for i in answer["state_sensitivities"][0]["intervals"]] == [["a1"], ["a2"], ["a0"]]
    # Far apart in size, a tie and a hair beside it.
    regret("a_hair_beside_the_largest", table("7.8e28 0, 7.8e28 1e-28, 0 1e-28", "0.5 0.5", optimism="1e-28"))
    regret("exact_tie_of_the_longest_figures", table("7.8e28 1e-28, 1e-28 7.8e28, 3.9e28 3.9e28", "0.5 0.5", optimism="0.5"))
    regret("expected_values_a_hair_apart", table("1e-28 0, 0 1e-28, 7e28 -7e28", "0.5000000000000000000000000001 0.4999999999999999999999999999"))
    regret("equal_likelihood_of_thirds", table("1 1 0, 0 1 1, 0.6666666666666666666666666667 0.6666666666666666666666666667 0.6666666666666666666666666666"))
    regret("regrets_of_29_digits", table("7e28 -1, 1e28 0.3"))
    regret("regret_too_large", table("7e28 1, -7e28 2"), refused=[("alternatives[1].regrets[0]", "RESULT_TOO_LARGE")])
    regret("optimism_of_0_is_maximin", table("4 0, 3 1, 2 1", optimism="0"), {"hurwicz_choices": ["a1", "a2"]})
    regret("optimism_of_1_is_maximax", table("4 0, 3 1, 4 -1", optimism="1"), {"hurwicz_choices": ["a0", "a2"]})
    regret("many_ties_of_small_figures", table("1 0 1, 0 1 1, 1 1 0, 1 1 1, 0 0 2, 2 0 0", "0.25 0.25 0.5", optimism="0.5"))
    regret("thirds_are_borders", table("2 0, 0 1", "0.5 0.5"), {"expected_value_choices": ["a0"]})

    # Refusals
    regret("nothing", {}, refused=[("states", "REQUIRED"), ("alternatives", "REQUIRED")])
    regret("no_alternative", table("1 2") | {"alternatives": []}, refused=[("alternatives", "REQUIRED")])
    regret("no_state", {"alternatives": [{"name": "a", "payoffs": ["1"]}]}, refused=[("states", "REQUIRED")])
    some = table("1 2 3, 4 5 6", "0.5 0.5")
    regret("probabilities_of_some_states", some, refused=[("states[2].probability", "REQUIRED")])
    regret("probabilities_above_1", table("1 2, 3 4", "0.5 0.6"), refused=[("states", "OUT_OF_RANGE")])
    regret("probabilities_a_hair_below_1", table("1 2, 3 4", "0.5 0.4999999999999999999999999999"), refused=[("states", "OUT_OF_RANGE")])
    regret("probabilities_out_of_range", table("1 2, 3 4", "-0.5 1.5"), refused=[("states[0].probability", "OUT_OF_RANGE"), ("states[1].probability", "OUT_OF_RANGE")])
    wrong = table("1 2, 3 4, 5 6")
    wrong["alternatives"][0]["payoffs"] = ["1"]
    wrong["alternatives"][1]["payoffs"] = ["1", "2", "3"]
    wrong["alternatives"][2]["payoffs"] = []
    regret("payoffs_too_few_and_too_many", wrong, refused=[
        ("alternatives[2].payoffs", "REQUIRED"), ("alternatives[0].payoffs", "OUT_OF_RANGE"), ("alternatives[1].payoffs", "OUT_OF_RANGE")])
    twice = table("1 2, 3 4, 5 6")
    twice["states"][1]["name"] = "s0"
    twice["alternatives"][1]["name"] = ""
    twice["alternatives"][2]["name"] = "a0"
    twice["alternatives"][0]["payoffs"][1] = "1,000"
    regret("names_twice_and_empty", {**twice, "optimism": "1.1", "currency_code": "usd"}, refused=[
        ("currency_code", "CURRENCY_UNKNOWN"), ("alternatives[0].payoffs[1]", "DECIMAL_MALFORMED"), ("alternatives[1].name", "REQUIRED"),
        ("states[1].name", "OUT_OF_RANGE"), ("alternatives[2].name", "OUT_OF_RANGE"), ("optimism", "OUT_OF_RANGE")])
    long = table("1, 2")
    long["alternatives"][1]["name"] = "n" * 101
    regret("a_name_too_long", long, refused=[("alternatives[1].name", "OUT_OF_RANGE")])
    regret("too_many_states", table(" ".join("1" * 101)), refused=[("states", "TOO_MANY_ITEMS")])
    regret("too_many_alternatives", table(", ".join("1" * 1001)), refused=[("alternatives", "TOO_MANY_ITEMS")])

    # Drawn by chance: few different figures, so that they tie, and figures of every length.
    chance = random.Random(8)
    for number in range(60):
        states, count = chance.randint(1, 6), chance.randint(1, 8)
        short = lambda: str(chance.randint(-2, 3))
        any_length = lambda: ("-" if chance.random() < 0.5 else "") + f"{chance.randint(0, 10**chance.randint(1, 27))}e{chance.randint(-28, 1)}"
        ordinary = lambda: f"{chance.randint(-1000, 1000)}.{chance.randint(0, 99):02d}"
        figure = chance.choice((short, short, any_length, ordinary))
        rows_of_figures = []
        for _ in range(count):
            row = [figure() for _ in range(states)]
            rows_of_figures.append([text if reference.parse_decimal(text)[1] is None else "1" for text in row])
        places = chance.choice((1, 2, 4, 28))
        cuts = sorted(chance.randint(0, 10**places) for _ in range(states - 1))
        parts = [high - low for low, high in zip([0, *cuts], [*cuts, 10**places])]
        probabilities = " ".join(f"{part}e-{places}" for part in parts) if chance.random() < 0.8 else None
        request = table(", ".join(" ".join(row) for row in rows_of_figures), probabilities)
        if chance.random() < 0.5:
            request["optimism"] = chance.choice(("0", "0.5", "0.3", "0.3333333333333333333333333333", "1"))
        if chance.random() < 0.2:
            request["options"] = rounded_to(chance.randint(0, 6), "ROUNDING_MODE_" + chance.choice(("HALF_EVEN", "HALF_UP", "DOWN", "UP")))
        try:
            compute_regret(request)
        except reference.Refused:
            continue
        regret(f"by_chance_{number}", request, source=f"computed: reference_decision.py, seed 8, {number}")


def valuation_rows(rows):
    def add(name, method, request, published=None, source="computed: reference_decision.py", refused=None):
        rows.add(name, method, request, source, published, refused=refused)
        return rows.rows[-1].get("response")

    def ceiling(name, request, *more, **named):
        return add(f"ceiling_{name}", "ComputeShareCeiling", request, *more, **named)

    ceiling("nvidia", {"current_share": "0.82"}, {"share_can_double": False})
    ceiling("half_can_double", {"current_share": "0.5"}, {"maximum_share_factor": "2", "share_can_double": True})
    ceiling("a_hair_above_half_cannot", {"current_share": "0.5000000000000000000000000001"}, {"share_can_double": False})
    ceiling("at_the_ceiling", {"current_share": "0.9", "maximum_share": "0.9", "market_growth_rate": "0.1", "company_growth_rate": "-0.1"}, {"years_to_ceiling": "0"})
    ceiling("two_doublings", {"current_share": "0.25", "market_growth_rate": "0", "company_growth_rate": "1"}, {"years_to_ceiling": "2"})
    ceiling("never", {"current_share": "0.25", "market_growth_rate": "0.1", "company_growth_rate": "0.1"}, {"years_to_ceiling": None})
    ceiling("slower_than_a_falling_market", {"current_share": "0.25", "market_growth_rate": "-0.1", "company_growth_rate": "-0.2"}, {"years_to_ceiling": None})
    ceiling("faster_than_a_falling_market", {"current_share": "0.25", "market_growth_rate": "-0.2", "company_growth_rate": "-0.1"})
    ceiling("growth_a_hair_apart", {"current_share": "0.25", "market_growth_rate": "0.1", "company_growth_rate": "0.1000000000000000000000000001"})
    ceiling("growth_too_near_to_write", {"current_share": "1e-28", "market_growth_rate": "0", "company_growth_rate": "1e-28"}, refused=[("years_to_ceiling", "RESULT_TOO_LARGE")])
    ceiling("target_by_share_alone", {"current_share": "0.4", "market_growth_rate": "-0.5", "target_sales_factor": "2.5"}, {"years_to_target": "0"})
    ceiling("target_a_hair_beyond", {"current_share": "0.4", "market_growth_rate": "0.1", "target_sales_factor": "2.500000000000000000000000001"})
    ceiling("target_by_the_market", {"current_share": "0.82", "market_growth_rate": "0.25", "target_sales_factor": "2"})
    ceiling("target_never", {"current_share": "0.82", "market_growth_rate": "0", "target_sales_factor": "2"}, {"years_to_target": None})
    ceiling("both", {"current_share": "0.3", "maximum_share": "0.7", "market_growth_rate": "0.2", "company_growth_rate": "0.5", "target_sales_factor": "10"})
    ceiling("rounded", {"current_share": "0.82", "market_growth_rate": "0.25", "target_sales_factor": "2", "options": rounded_to(1, "ROUNDING_MODE_UP")}, {"years_to_target": "2.3"})
    ceiling("market_alone", {"current_share": "0.82", "market_growth_rate": "0.25"}, {"years_to_target": None, "years_to_ceiling": None})
    ceiling("nothing", {}, refused=[("current_share", "REQUIRED")])
    ceiling("share_above_its_ceiling", {"current_share": "0.8", "maximum_share": "0.7", "market_growth_rate": "-1"}, refused=[("current_share", "OUT_OF_RANGE"), ("market_growth_rate", "OUT_OF_RANGE")])
    ceiling("everything_wrong", {"current_share": "0", "maximum_share": "1.1", "company_growth_rate": "-1", "target_sales_factor": "0"}, refused=[
        ("current_share", "OUT_OF_RANGE"), ("maximum_share", "OUT_OF_RANGE"), ("company_growth_rate", "OUT_OF_RANGE"), ("target_sales_factor", "OUT_OF_RANGE"),
        ("company_growth_rate", "NOT_APPLICABLE"), ("target_sales_factor", "NOT_APPLICABLE")])
    ceiling("growth_without_a_market", {"current_share": "0.5", "company_growth_rate": "0.1"}, refused=[("company_growth_rate", "NOT_APPLICABLE")])
    ceiling("target_without_a_market", {"current_share": "0.5", "target_sales_factor": "2"}, refused=[("target_sales_factor", "NOT_APPLICABLE")])

    def rerating(name, starting, ending, years, *more, refused=None, source="computed: reference_decision.py", published=None, **given):
        request = {"starting_price_earnings_ratio": starting, "ending_price_earnings_ratio": ending, "years": years, **given}
        return add(f"rerating_{name}", "ComputeRerating", request, published, source, refused)

    rerating("cisco", "150", "30", "10", price_factor="1", published={"earnings_factor": "5", "years_to_recover": "10"})
    rerating("cisco_at_15_per_cent", "150", "30", "10", earnings_growth_rate="0.15")
    rerating("holds", "20", "20", "5", earnings_growth_rate="0.1", published={"years_to_recover": "0", "price_factor": "1.61051"})
    rerating("up_while_earnings_fall", "10", "20", "5", earnings_growth_rate="-0.2", published={"years_to_recover": "0"})
    rerating("down_while_earnings_fall", "20", "10", "5", earnings_growth_rate="-0.2", published={"years_to_recover": None})
    rerating("down_without_growth", "20", "10", "5", earnings_growth_rate="0", published={"years_to_recover": None, "price_factor": "0.5"})
    rerating("price_factor_leaves_no_growth", "20", "10", "5", price_factor="0.5", published={"years_to_recover": None, "earnings_growth_rate": "0"})
    rerating("price_factor_leaves_a_hair", "20", "10", "5", price_factor="0.5000000000000000000000000001")
    rerating("parts_of_a_year", "33.3", "27.1", "0.25", price_factor="1.5")
    rerating("one_year_is_exact", "8", "10", "1", earnings_growth_rate="0.1", published={"price_growth_rate": "0.375"})
    rerating("a_century", "12", "3", "100", earnings_growth_rate="0.0300000000000000000000000001")
    rerating("earnings_fall_below_any_figure", "10", "5", "1e12", earnings_growth_rate="-0.5", published={"earnings_factor": "0", "price_growth_rate": "-0.5"})
    rerating("earnings_too_large", "10", "5", "1000", earnings_growth_rate="1", refused=[("earnings_factor", "RESULT_TOO_LARGE")])
    rerating("growth_too_large", "10", "5", "0.001", price_factor="2", refused=[("earnings_growth_rate", "RESULT_TOO_LARGE")])
    rerating("rounded", "150", "30", "10", price_factor="1", options=rounded_to(3, "ROUNDING_MODE_HALF_EVEN"), published={"earnings_growth_rate": "0.175"})
    add("rerating_nothing", "ComputeRerating", {}, refused=[
        ("starting_price_earnings_ratio", "REQUIRED"), ("ending_price_earnings_ratio", "REQUIRED"), ("years", "REQUIRED"), ("given", "REQUIRED")])
    rerating("out_of_range", "0", "-1", "0", earnings_growth_rate="-1", refused=[
        ("starting_price_earnings_ratio", "OUT_OF_RANGE"), ("ending_price_earnings_ratio", "OUT_OF_RANGE"), ("years", "OUT_OF_RANGE"), ("earnings_growth_rate", "OUT_OF_RANGE")])

    def change(name, start, end, refused=None, published=None, **more):
        return add(f"change_{name}", "ComputePriceChange", {"start_price": start, "end_price": end, **more}, published, refused=refused)

    change("cisco", "80.06", "80.25", start_date="2000-03-27", end_date="2025-12-10", day_count="DAY_COUNT_ACT_365_25")
    change("fallen", "80", "8.6", published={"drawdown": "0.8925"})
    change("held", "5", "5", published={"drawdown": "0", "gain_to_recover": "0", "change_rate": "0"})
    change("risen", "5", "7.5", published={"drawdown": "0", "gain_to_recover": "0", "price_factor": "1.5"})
    change("thirds", "3", "1", published={"gain_to_recover": "2"})
    change("all_lost", "3", "0", published={"gain_to_recover": None, "drawdown": "1"})
    change("all_lost_in_time", "3", "0", start_date="2024-01-01", end_date="2024-01-02", published={"annual_growth_rate": "-1"})
    for day_count in DAY_COUNTS:
        change(day_count.lower(), "100", "42.5", start_date="2023-11-30", end_date="2026-02-28", day_count=day_count)
    change("no_time_between", "3", "4", start_date="2024-01-30", end_date="2024-01-31", day_count="DAY_COUNT_THIRTY_360_BOND", published={"years": "0", "annual_growth_rate": None})
    change("a_day", "100", "101", start_date="2024-02-28", end_date="2024-02-29")
    change("growth_too_large", "1", "2", start_date="2024-02-28", end_date="2024-02-29", refused=[("annual_growth_rate", "RESULT_TOO_LARGE")])
    change("gain_too_large", "7e28", "0.5", refused=[("gain_to_recover", "RESULT_TOO_LARGE")])
    change("rounded", "80", "8.6", options=rounded_to(1, "ROUNDING_MODE_DOWN"), published={"drawdown": "0.8", "gain_to_recover": "8.3"})
    change("day_count_without_dates", "80", "8.6", day_count="DAY_COUNT_ACT_360")
    add("change_nothing", "ComputePriceChange", {}, refused=[("start_price", "REQUIRED"), ("end_price", "REQUIRED")])
    change("no_end", "1", "2", start_date="2024-01-01", refused=[("end_date", "REQUIRED")])
    change("no_start", "1", "2", end_date="2024-01-01", refused=[("start_date", "REQUIRED")])
    change("malformed_without_the_other", "1", "2", end_date="2023-02-29", refused=[("start_date", "REQUIRED"), ("end_date", "DATE_MALFORMED")])
    change("wrong_order", "0", "-1", start_date="2024-01-02", end_date="2024-01-01", day_count=99, refused=[
        ("day_count", "ENUM_UNKNOWN"), ("start_price", "OUT_OF_RANGE"), ("end_price", "OUT_OF_RANGE"), ("end_date", "OUT_OF_RANGE")])
    change("one_date_twice", "1", "2", start_date="2024-01-01", end_date="2024-01-01", refused=[("end_date", "OUT_OF_RANGE")])

    def growth(name, value, cash, discount, stage=None, refused=None, published=None, **more):
        request = {"currency_code": "USD", "enterprise_value": value, "free_cash_flow": cash, "discount_rate": discount, **more}
        if stage:
            years, terminal = stage.split()
            request["growth_stage"] = {"years": int(years), "terminal_growth_rate": terminal}
        return add(f"growth_{name}", "ComputeImpliedGrowth", request, published, refused=refused)

    growth("for_ever", "9000", "350", "0.1")
    growth("for_ever_at_0", "100", "10", "0")
    growth("for_ever_at_a_negative_rate", "100", "10", "-0.5")
    growth("for_ever_negative", "100", "50", "0.1")
    growth("in_stages", "3000e9", "60e9", "0.09", "10 0.03")
    growth("one_year", "1100", "100", "0.1", "1 0", published={"implied_growth_rate": "0.1", "terminal_value_share": "0.9090909090909090909090909091"})
    growth("price_of_no_growth", "1000", "100", "0.1", "7 0", published={"implied_growth_rate": "0"})
    growth("tie_at_the_12th_digit", "1000.0000000005", "1000", "1", "1 0", published={"implied_growth_rate": "0"})
    growth("odd_tie_at_the_12th_digit", "1000.0000000015", "1000", "1", "1 0", published={"implied_growth_rate": "0.000000000002"})
    growth("falling", "100", "100", "0.1", "10 0.02")
    growth("negative_rates", "1000", "10", "-0.05", "30 -0.1")
    growth("hardly_below_the_discount_rate", "1000", "10", "0.05", "10 0.0499999999999999999999999999")
    growth("two_hundred_years", "5000", "100", "0.05", "200 0.01")
    growth("two_hundred_years_at_1000_per_cent", "5000", "100", "10", "200 0.01", refused=[("final_free_cash_flow", "RESULT_TOO_LARGE")])
    growth("two_hundred_years_at_next_to_nothing", "5", "100", "-0.9", "200 -0.99")
    growth("hundredfold_in_a_year", "1e6", "1", "0.1", "1 0.05")
    growth("the_smallest_price", "1e-28", "7e28", "0.1", "1 0.05", published={"implied_growth_rate": "-1"})
    growth("the_smallest_price_of_years", "1e-28", "7e28", "0.1", "20 0.05", published={"implied_growth_rate": "-1"})
    growth("rate_of_17_digits", "1e18", "1", "0.1", "1 0.05")
    growth("cash_too_large", "1e28", "1e10", "0.5", "200 0.05", refused=[("final_free_cash_flow", "RESULT_TOO_LARGE")])
    growth("rate_too_large", "7e28", "1e-28", "0.1", "1 0.05", refused=[("implied_growth_rate", "RESULT_TOO_LARGE")])
    growth("rounded", "3000e9", "60e9", "0.09", "10 0.03", options=rounded_to(4, "ROUNDING_MODE_HALF_UP"), published={"implied_growth_rate": "0.1702", "terminal_value_share": "0.6983"})
    add("growth_nothing", "ComputeImpliedGrowth", {"growth_stage": {}}, refused=[
        ("currency_code", "REQUIRED"), ("enterprise_value", "REQUIRED"), ("free_cash_flow", "REQUIRED"), ("discount_rate", "REQUIRED"),
        ("growth_stage.years", "REQUIRED"), ("growth_stage.terminal_growth_rate", "REQUIRED")])
    terminal = ("growth_stage.terminal_growth_rate", "OUT_OF_RANGE")
    growth("terminal_at_the_discount_rate", "1", "1", "0.1", "5 0.1", refused=[terminal])
    growth("terminal_above_the_discount_rate", "0", "-1", "0.1", "201 0.2", refused=[
        ("enterprise_value", "OUT_OF_RANGE"), ("free_cash_flow", "OUT_OF_RANGE"), ("growth_stage.years", "OUT_OF_RANGE"), terminal])
    growth("terminal_at_-1", "1", "1", "0.1", "5 -1", refused=[terminal])
    growth("discount_rate_at_-1", "1", "1", "-1", "5 0", refused=[("discount_rate", "OUT_OF_RANGE")])

    def margin(name, price, years, refused=None, published=None, **more):
        return add(f"margin_{name}", "ComputeRequiredMargin", {"price_to_sales": price, "payback_years": years, **more}, published, refused=refused,
                   source="Scott McNealy, BusinessWeek, 1 April 2002" if name == "sun" else "computed: reference_decision.py")

    margin("sun", "10", 10, published={"required_net_cash_margin": "1", "attainable": True})
    margin("a_hair_too_much", "10.00000000000000000000000001", 10, published={"attainable": False})
    margin("rounds_to_1_and_is_more", "10.00000000000000000000000001", 10, options=rounded_to(2, "ROUNDING_MODE_HALF_EVEN"), published={"required_net_cash_margin": "1", "attainable": False})
    margin("growing", "30", 10, revenue_growth_rate="0.25")
    margin("exactly_all_of_it", "3.31", 2, revenue_growth_rate="0.1", published={"attainable": False})
    margin("exactly_all_of_growing_sales", "2.31", 2, revenue_growth_rate="0.1", published={"required_net_cash_margin": "1", "attainable": True})
    margin("shrinking", "2", 200, revenue_growth_rate="-0.3333333333333333333333333333")
    margin("next_to_nothing_left", "1e-28", 3, revenue_growth_rate="-0.9999999999999999999999999999", published={"required_net_cash_margin": "1"})
    margin("next_to_nothing", "1e-28", 200, revenue_growth_rate="7e28")
    margin("too_large", "10", 3, revenue_growth_rate="-0.9999999999999999999999999999", refused=[("required_net_cash_margin", "RESULT_TOO_LARGE")])
    add("margin_nothing", "ComputeRequiredMargin", {}, refused=[("price_to_sales", "REQUIRED"), ("payback_years", "REQUIRED")])
    margin("out_of_range", "0", 201, revenue_growth_rate="-1", refused=[
        ("price_to_sales", "OUT_OF_RANGE"), ("payback_years", "OUT_OF_RANGE"), ("revenue_growth_rate", "OUT_OF_RANGE")])

    # Drawn by chance
    chance = random.Random(88)
    rate = lambda: chance.choice(("", "-")) + f"0.{chance.randint(0, 9999):04d}"
    amount = lambda: f"{chance.randint(1, 10**chance.randint(1, 9))}.{chance.randint(0, 99):02d}"
    share = lambda: f"0.{chance.randint(1, 9999):04d}"
    date = lambda: f"{chance.randint(1990, 2030)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    for number in range(40):
        discount = chance.randint(-4000, 9000)
        below = chance.randint(-9000, discount - 1)
        drawn = {
            "ComputeShareCeiling": {"current_share": share(), "market_growth_rate": rate(), "company_growth_rate": rate(), "target_sales_factor": amount()},
            "ComputeRerating": {"starting_price_earnings_ratio": amount(), "ending_price_earnings_ratio": amount(), "years": f"{chance.randint(1, 40)}.{chance.randint(0, 9)}",
                                **({"earnings_growth_rate": rate()} if number % 2 else {"price_factor": amount()})},
            "ComputePriceChange": {"start_price": amount(), "end_price": amount(), "start_date": date(), "end_date": date(), "day_count": chance.choice(DAY_COUNTS)},
            "ComputeImpliedGrowth": {"currency_code": "USD", "enterprise_value": amount(), "free_cash_flow": amount(), "discount_rate": f"{discount}e-4",
                                     "growth_stage": {"years": chance.randint(1, 60), "terminal_growth_rate": f"{below}e-4"}},
            "ComputeRequiredMargin": {"price_to_sales": amount(), "payback_years": chance.randint(1, 200), "revenue_growth_rate": rate()},
        }
        for method, request in drawn.items():
            try:
                reference.METHODS[method][1](request)
            except reference.Refused:
                continue
            add(f"by_chance_{method}_{number}", method, request, source=f"computed: reference_decision.py, seed 88, {number}")


def all_rows():
    files = {"decision": Rows(), "valuation": Rows()}
    add_published(files)
    decision_rows(files["decision"])
    valuation_rows(files["valuation"])
    return {f"{name}.jsonl": rows.text() for name, rows in files.items()}


def main():
    files = at(120, all_rows)
    assert files == at(170, all_rows), "120 digits were not enough"
    write_or_check(files, "reference_decision.py")


if __name__ == "__main__":
    main()
