#!/usr/bin/env python3
"""Decisions under uncertainty: the formulas of paydirt/v1/decision.proto, and the rows of decision.jsonl.

Minimax regret after Savage (1951), with the other criteria of decision theory. There is no envelope of lines here:
where choices change is found by looking between all points where any two lines cross. What an alternative is at one
point only, it is in no interval.
"""

from fractions import Fraction

from shared.numbers import parse_decimal
from shared.published_decisions import add_published
from shared.reader import ANY, ZERO_UP_TO_ONE, Reader, finish, rounded_to
from shared.rows import run

NAME_BYTES_MAX = 100


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
    state_names, probabilities, are_given = [], [], any("probability" in state for state in request.get("states", []))
    # A list is refused before its members, and a member's fields are refused one after the other.
    place, are_usable = len(read.out_of_range), len(states) == len(request.get("states", []))
    for i, state in enumerate(states):
        state_names.append(unique_name(read, state, f"states[{i}]", seen))
        refused_before = read.refused()
        if are_given and "probability" not in state:
            read.unreadable.append((f"states[{i}].probability", "REQUIRED"))
        probabilities.append(read.optional(state, "probability", f"states[{i}].probability", ZERO_UP_TO_ONE))
        are_usable = are_usable and refused_before == read.refused()
    if not are_given:
        probabilities = None
    elif are_usable and sum(probabilities) != 1:
        read.out_of_range.insert(place, ("states", "OUT_OF_RANGE"))
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
    asked = read.options()
    read.done()

    count = len(states)
    best = [max(row[j] for row in payoffs) for j in range(count)]
    regrets = [[best[j] - row[j] for j in range(count)] for row in payoffs]
    answer = {"currency_code": request.get("currency_code"), "alternatives": []}
    for name, row, regret in zip(names, payoffs, regrets):
        of = {
            "name": name,
            "regrets": regret,
            "maximum_regret": max(regret),
            "minimum_payoff": min(row),
            "maximum_payoff": max(row),
        }
        if probabilities:
            of["expected_value"] = sum(q * x for q, x in zip(probabilities, row))
            of["expected_regret"] = sum(q * x for q, x in zip(probabilities, regret))
        of["dominated_by"] = [
            other
            for other, figures in zip(names, payoffs)
            if all(a >= b for a, b in zip(figures, row)) and figures != row
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
                {"state": name, "intervals": sensitivity(state, probabilities, payoffs, names)}
                for state, name in enumerate(state_names)
            ]
    return finish(answer, asked)


def table(payoffs, probabilities=None, **more):
    """ "80 10, -48 5": a row for each alternative; "0.3 0.7": a probability for each state."""
    rows = [row.split() for row in payoffs.split(",")]
    states = [{"name": f"s{i}"} for i in range(len(rows[0]))]
    for state, probability in zip(states, (probabilities or "").split()):
        state["probability"] = probability
    alternatives = [{"name": f"a{i}", "payoffs": row} for i, row in enumerate(rows)]
    return {"states": states, "alternatives": alternatives, **more}


def rows_by_hand(rows):
    add_published(rows, METHODS)

    def regret(name, request, published=None, source=None, refused=None):
        return rows.add(name, "ComputeRegret", request, source, published, refused=refused)

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
    regret("exact_tie_of_the_longest_figures", table("7.8e28 1e-28, 1e-28 7.8e28, 3.9e28 3.9e28", "0.5 0.5",
        optimism="0.5"))
    regret("expected_values_a_hair_apart", table("1e-28 0, 0 1e-28, 7e28 -7e28",
        "0.5000000000000000000000000001 0.4999999999999999999999999999"))
    regret(
        "equal_likelihood_of_thirds",
        table(
            "1 1 0, 0 1 1, 0.6666666666666666666666666667 0.6666666666666666666666666667 0.6666666666666666666666666666"
        ),
    )
    regret("regrets_of_29_digits", table("7e28 -1, 1e28 0.3"))
    regret("regret_too_large", table("7e28 1, -7e28 2"), refused=[("alternatives[1].regrets[0]", "RESULT_TOO_LARGE")])
    regret("optimism_of_0_is_maximin", table("4 0, 3 1, 2 1", optimism="0"), {"hurwicz_choices": ["a1", "a2"]})
    regret("optimism_of_1_is_maximax", table("4 0, 3 1, 4 -1", optimism="1"), {"hurwicz_choices": ["a0", "a2"]})
    regret("many_ties_of_small_figures", table("1 0 1, 0 1 1, 1 1 0, 1 1 1, 0 0 2, 2 0 0", "0.25 0.25 0.5",
        optimism="0.5"))
    regret("thirds_are_borders", table("2 0, 0 1", "0.5 0.5"), {"expected_value_choices": ["a0"]})

    # Refusals
    regret("nothing", {}, refused=[("states", "REQUIRED"), ("alternatives", "REQUIRED")])
    regret("no_alternative", table("1 2") | {"alternatives": []}, refused=[("alternatives", "REQUIRED")])
    regret("no_state", {"alternatives": [{"name": "a", "payoffs": ["1"]}]}, refused=[("states", "REQUIRED")])
    some = table("1 2 3, 4 5 6", "0.5 0.5")
    regret("probabilities_of_some_states", some, refused=[("states[2].probability", "REQUIRED")])
    regret("probabilities_above_1", table("1 2, 3 4", "0.5 0.6"), refused=[("states", "OUT_OF_RANGE")])
    regret("probabilities_a_hair_below_1", table("1 2, 3 4", "0.5 0.4999999999999999999999999999"), refused=[("states",
        "OUT_OF_RANGE")])
    regret("probabilities_out_of_range", table("1 2, 3 4", "-0.5 1.5"), refused=[("states[0].probability",
        "OUT_OF_RANGE"), ("states[1].probability", "OUT_OF_RANGE")])
    apart = table("1 2, 3 4", "0.5 0.5")
    del apart["states"][0]["probability"]
    apart["states"][1]["name"] = ""
    regret("states_are_refused_one_after_the_other", apart, refused=[("states[0].probability", "REQUIRED"),
        ("states[1].name", "REQUIRED")])
    both = table("1 2, 3 4", "0.5 0.6")
    both["states"][1]["name"] = "s0"
    regret("a_sum_of_probabilities_comes_where_its_list_does", both, refused=[("states", "OUT_OF_RANGE"),
        ("states[1].name", "OUT_OF_RANGE")])
    wrong = table("1 2, 3 4, 5 6")
    wrong["alternatives"][0]["payoffs"] = ["1"]
    wrong["alternatives"][1]["payoffs"] = ["1", "2", "3"]
    wrong["alternatives"][2]["payoffs"] = []
    regret("payoffs_too_few_and_too_many", wrong, refused=[("alternatives[2].payoffs", "REQUIRED"),
        ("alternatives[0].payoffs", "OUT_OF_RANGE"), ("alternatives[1].payoffs", "OUT_OF_RANGE")])
    twice = table("1 2, 3 4, 5 6")
    twice["states"][1]["name"] = "s0"
    twice["alternatives"][1]["name"] = ""
    twice["alternatives"][2]["name"] = "a0"
    twice["alternatives"][0]["payoffs"][1] = "1,000"
    regret("names_twice_and_empty", {**twice, "optimism": "1.1", "currency_code": "usd"}, refused=[("currency_code",
        "CURRENCY_UNKNOWN"), ("alternatives[0].payoffs[1]", "DECIMAL_MALFORMED"), ("alternatives[1].name", "REQUIRED"),
        ("states[1].name", "OUT_OF_RANGE"), ("alternatives[2].name", "OUT_OF_RANGE"), ("optimism", "OUT_OF_RANGE")])
    long = table("1, 2")
    long["alternatives"][1]["name"] = "n" * 101
    regret("a_name_too_long", long, refused=[("alternatives[1].name", "OUT_OF_RANGE")])
    for letter, length in (("n", 100), ("é", 50)):  # 100 bytes each
        longest = table("1, 2")
        longest["states"][0]["name"] = longest["alternatives"][1]["name"] = letter * length
        regret(f"names_of_{length}_letters_and_100_bytes", longest, {"maximin_choices": [letter * length]})
    long = table("1, 2")
    long["states"][0]["name"] = long["alternatives"][1]["name"] = "é" * 51
    regret("names_of_51_letters_and_102_bytes", long,
        refused=[("states[0].name", "OUT_OF_RANGE"), ("alternatives[1].name", "OUT_OF_RANGE")])
    many = table(" ".join("1" * 101))
    many["states"][0]["name"] = "s1"
    many["states"][7]["name"] = ""
    regret("too_many_states_comes_where_its_list_does", many, refused=[
        ("states[7].name", "REQUIRED"), ("states", "TOO_MANY_ITEMS"), ("states[1].name", "OUT_OF_RANGE")])
    for count in (25, 26):
        many = table(", ".join("1" * count))
        for alternative in many["alternatives"]:
            alternative["payoffs"] = ["x"]
        regret(f"{count}_payoffs_that_cannot_be_read", many, refused=[
            *((f"alternatives[{i}].payoffs[0]", "DECIMAL_MALFORMED") for i in range(25)),
            *([("", "MORE_VIOLATIONS")] if count > 25 else [])])
    # The 24 that cannot be read come first, and leave room for one of the two that are out of range.
    many = table(", ".join("1" * 24), optimism="2")
    for alternative in many["alternatives"]:
        alternative["payoffs"] = [""]
    many["alternatives"][1]["name"] = "a0"
    regret("the_first_of_26_fields_of_both_kinds", many, refused=[
        *((f"alternatives[{i}].payoffs[0]", "REQUIRED") for i in range(24)),
        ("alternatives[1].name", "OUT_OF_RANGE"), ("", "MORE_VIOLATIONS")])
    regret("too_many_states", table(" ".join("1" * 101)), refused=[("states", "TOO_MANY_ITEMS")])
    regret("too_many_alternatives", table(", ".join("1" * 1001)), refused=[("alternatives", "TOO_MANY_ITEMS")])


def draw_regret(chance):
    """Few different figures, so that they tie, and figures of every length."""
    states, count = chance.randint(1, 6), chance.randint(1, 8)

    def short():
        return str(chance.randint(-2, 3))

    def any_length():
        sign = chance.choice(("", "-"))
        text = f"{sign}{chance.randint(0, 10 ** chance.randint(1, 27))}e{chance.randint(-28, 1)}"
        return text if parse_decimal(text)[1] is None else "1"

    def ordinary():
        return f"{chance.randint(-1000, 1000)}.{chance.randint(0, 99):02d}"

    figure = chance.choice((short, short, any_length, ordinary))
    payoffs = ", ".join(" ".join(figure() for _ in range(states)) for _ in range(count))
    places = chance.choice((1, 2, 4, 28))
    cuts = sorted(chance.randint(0, 10**places) for _ in range(states - 1))
    parts = [high - low for low, high in zip([0, *cuts], [*cuts, 10**places])]
    probabilities = " ".join(f"{part}e-{places}" for part in parts) if chance.likely(0.8) else None
    request = table(payoffs, probabilities)
    if chance.likely(0.5):
        request["optimism"] = chance.choice(("0", "0.5", "0.3", "0.3333333333333333333333333333", "1"))
    return {**request, **chance.options(0.2, 6)}


METHODS = {"ComputeRegret": compute_regret}
DRAWN = {"ComputeRegret": (draw_regret, 60)}


if __name__ == "__main__":
    run("decision", "paydirt.v1.DecisionService", METHODS, rows_by_hand, DRAWN)
