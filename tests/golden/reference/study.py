#!/usr/bin/env python3
"""Studies: the paths, levers and chains of paydirt/v1/study.proto on requests as JSON, and the rows of study.jsonl.

A calculation is computed by the program of its family beside this one. Nothing here knows of messages or field numbers:
an input is set in a copy of the request, and a figure is read from the response.
"""

import copy
import itertools
import pathlib
import re
from fractions import Fraction

import break_even
import capex_roi
import cash_flow
import decision
import internal_rate
import runway
from shared.numbers import LIMIT, parse_decimal, to_text, written
from shared.ranges import bounds_of, course_of, slopes_of, turning_rates
from shared.reader import Reader, Refused, rounded_to
from shared.rows import run

ROOT = pathlib.Path(__file__).resolve().parents[3]
VERSION = re.search(r'^version = "([^"]+)"', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.M).group(1)

# The models that the rows ask, each computed by the method of its family.
MODELS = {
    "required_revenue": break_even.METHODS["ComputeRequiredRevenue"],
    "return_revenue": break_even.METHODS["ComputeReturnRevenue"],
    "break_even_point": break_even.METHODS["ComputeBreakEvenPoint"],
    "runway": runway.METHODS["ComputeRunway"],
    "default_alive": runway.METHODS["ComputeDefaultAlive"],
    "capex_roi": capex_roi.METHODS["ComputeCapexRoi"],
    "net_present_value": cash_flow.METHODS["ComputeNetPresentValue"],
    "payback": cash_flow.METHODS["ComputePayback"],
    "internal_rate_of_return": internal_rate.METHODS["ComputeInternalRateOfReturn"],
    "regret": decision.METHODS["ComputeRegret"],
}
# Members of one oneof: what is set takes the place of the others.
CHOICES = (
    {"unit", "contribution_margin_ratio"},
    {"required_return", "return_on_invested_capital", "sustainable_capital_intensity"},
    {"monthly_growth_rate", "annual_growth_rate"},
    {"periodic", "dated"},
)
ONEOFS = ({"runs_out", "lasts", "unknown"}, {"reached", "never_reached"}, {"years", "never"})
WHOLE = {"horizon_months", "first_month", "last_month", "month", "delay_months", "useful_life_periods", "count"}
CONVENTIONS = {
    "timing": ["CASH_FLOW_TIMING_END_OF_PERIOD", "CASH_FLOW_TIMING_MID_PERIOD"],
    "tax_losses": ["TAX_LOSSES_OFFSET_AT_ONCE", "TAX_LOSSES_CARRIED_FORWARD"],
    "first_flow": ["FIRST_FLOW_NOW", "FIRST_FLOW_ONE_PERIOD"],
    "day_count": [
        "DAY_COUNT_ACT_365_FIXED",
        "DAY_COUNT_ACT_360",
        "DAY_COUNT_ACT_365_25",
        "DAY_COUNT_ACT_ACT_ISDA",
        "DAY_COUNT_THIRTY_360_BOND",
        "DAY_COUNT_THIRTY_E_360",
    ],
}


def parts_of(path):
    """[(field, member or None)] of a path."""
    parts = []
    while path:
        match = re.match(r"([^.\[]+)(?:\[([^\]]*)\])?\.?", path)
        parts.append((match.group(1), match.group(2)))
        path = path[match.end() :]
    return parts


def places(request, path):
    """Where the inputs of a path are: [(the object or list that holds one, its key, its path by indices)]."""
    found = [(request, "")]
    parts = parts_of(path)
    for number, (field, member) in enumerate(parts):
        is_last = number == len(parts) - 1
        further = []
        for holder, before in found:
            here = f"{before}.{field}" if before else field
            if member is None:
                for other in next((others for others in CHOICES if field in others), set()) - {field}:
                    holder.pop(other, None)
                further.append((holder, field, here) if is_last else (holder.setdefault(field, {}), here))
                continue
            items = holder.get(field, [])
            for index, item in enumerate(items):
                is_meant = member in ("*", str(index)) or (isinstance(item, dict) and item.get("name") == member)
                if is_meant and (member == "*" or member.isdigit() == (member == str(index))):
                    there = f"{here}[{index}]"
                    further.append((items, index, there) if is_last else (item, there))
        found = further
    return found


def typed(path, value):
    """A value as JSON has it."""
    return int(value) if parts_of(path)[-1][0] in WHOLE else value


def turn(request, path, value, effect):
    for holder, key, _ in places(request, path):
        if effect in ("LEVER_EFFECT_MULTIPLY", "LEVER_EFFECT_ADD"):
            before, number = parse_decimal(holder[key])[0], parse_decimal(value)[0]
            after = written(before * number if effect.endswith("MULTIPLY") else before + number)
            holder[key] = to_text(after) if abs(after) < LIMIT else "1e29"
        else:
            holder[key] = typed(path, value)


def figure_of(response, path):
    """("value", text) or ("outcome", name)."""
    node = response
    for field, member in parts_of(path):
        if field not in node:
            group = next((group for group in ONEOFS if field in group), set())
            standing = [name for name in group if name in node]
            return "outcome", standing[0] if standing else "absent"
        holder, node = node, node[field]
        if member == "selected":
            if "selected" not in holder:
                return "outcome", "absent"
            node = node[holder["selected"]]
        elif member is not None:
            at = [item for index, item in enumerate(node) if member == str(index) or item.get("name") == member]
            if not at:
                return "outcome", "absent"
            node = at[0]
    if isinstance(node, bool):
        return "value", "true" if node else "false"
    return "value", str(node)


class Subject:
    """A calculation, or a chain, with its links by name."""

    def __init__(self, request):
        if "chain" in request:
            self.is_chain = True
            chain = copy.deepcopy(request["chain"])
            self.assumptions = {one["name"]: one["value"] for one in chain.get("assumptions", [])}
            self.links = chain["links"]
        else:
            self.is_chain, self.assumptions = False, {}
            self.links = [{"name": "", "calculation": copy.deepcopy(request["calculation"])}]

    def copy(self):
        return copy.deepcopy(self)

    def link(self, path):
        """The number of the link that a path begins with, and the rest."""
        if not self.is_chain:
            return 0, path
        name, rest = path.split(".", 1)
        return [link["name"] for link in self.links].index(name), rest

    def model(self, number):
        return next(iter(self.links[number]["calculation"].items()))

    def turn(self, path, value, effect=None):
        if self.is_chain and path.startswith("assumptions."):
            holder = {"value": self.assumptions[path[12:]]}
            turn(holder, "value", value, effect)
            self.assumptions[path[12:]] = holder["value"]
            return
        number, rest = self.link(path)
        turn(self.model(number)[1], rest, value, effect)

    def computed(self, options):
        """For each link: its kind (answer, error or missing) with what it is, and what its bindings have set."""
        results = []
        for number, link in enumerate(self.links):
            model, request = self.model(number)
            request.pop("options", None)
            if options:
                request["options"] = options
            bound, missing = {}, None
            for binding in link.get("bindings", []):
                if "assumption" in binding:
                    text = self.assumptions[binding["assumption"]]
                else:
                    source, rest = self.link(binding["figure"])
                    kind, what = results[source][:2]
                    if kind != "answer":
                        missing = missing or (binding["figure"], "", source)
                        continue
                    kind, text = figure_of(what, rest)
                    if kind == "outcome":
                        missing = missing or (binding["figure"], text, source)
                        continue
                for _, _, path in places(request, binding["field"]):
                    bound.setdefault(path, []).append((text, binding.get("factor")))
            if missing:
                results.append(("missing", missing, {}))
                continue
            for path, terms in bound.items():
                if len(terms) == 1 and terms[0][1] is None:
                    bound[path] = terms[0][0]
                else:
                    numbers = [parse_decimal(text)[0] * parse_decimal(factor or "1")[0] for text, factor in terms]
                    bound[path] = to_text(written(sum(numbers)))
                turn(request, path, bound[path], None)
            try:
                results.append(("answer", MODELS[model](request), bound))
            except Refused as refusal:
                results.append(("error", error_of(refusal, model), bound))
        return results

    def figure(self, results, path, refusals):
        number, rest = self.link(path)
        while True:
            kind, what, _ = results[number]
            if kind == "answer":
                kind, text = figure_of(what, rest)
                return {kind: text}
            if kind == "missing":
                if what[1]:
                    return {"outcome": what[1]}
                number = what[2]
                continue
            error = copy.deepcopy(what)
            if self.is_chain:
                for violation in error["field_violations"]:
                    violation["field"] = f"{self.links[number]['name']}.{violation['field']}"
            return {"refusal": index_of(error, refusals)}

    def warnings(self, results):
        warnings = []
        for number, (kind, what, _) in enumerate(results):
            if kind == "answer":
                before = f"{self.links[number]['name']}." if self.is_chain else ""
                warnings += [{**warning, "field": before + warning["field"]} for warning in what.get("warnings", [])]
        return warnings


def error_of(refusal, model):
    reasons = [reason for _, reason in refusal.violations]
    return {
        "code": 3,
        "reason": "RESULT_TOO_LARGE" if reasons == ["RESULT_TOO_LARGE"] else "INVALID_FIELDS",
        "field_violations": [
            {"field": f"{model}.{field}" if field else "", "reason": reason} for field, reason in refusal.violations
        ],
    }


def index_of(error, refusals):
    key = lambda one: (one["reason"], sorted(violation["field"] for violation in one["field_violations"]))
    for index, other in enumerate(refusals):
        if key(other) == key(error):
            return index
    refusals.append(error)
    return len(refusals) - 1


def rounding_of(request):
    rounding = request.get("options", {}).get("rounding")
    return {"rounding": rounding} if rounding else None


def spaced(spacing, fields):
    low, high = (parse_decimal(spacing[end])[0] for end in ("low", "high"))
    last = spacing["count"] - 1
    return [to_text(written(low + i * (high - low) / last)) for i in range(spacing["count"])]


def compute_table(request):
    base, refusals, cells = Subject(request), [], []
    axes = []
    for axis in request["axes"]:
        lever = axis["lever"]
        axes.append((lever, axis.get("values") or spaced(axis["spacing"], lever["fields"])))
    options = rounding_of(request)
    for first in axes[0][1]:
        for second in axes[1][1] if len(axes) > 1 else [None]:
            subject = base.copy()
            inputs = [first] + ([second] if len(axes) > 1 else [])
            for (lever, _), value in zip(axes, inputs):
                for field in lever["fields"]:
                    subject.turn(field, value, lever.get("effect"))
            results = subject.computed(options)
            figures = [subject.figure(results, figure, refusals) for figure in request["figures"]]
            cells.append({"inputs": inputs, "figures": figures})
    warnings = base.warnings(base.computed(options))
    answer = {"cells": cells, "refusals": refusals, "engine_version": VERSION}
    return {**answer, "warnings": warnings} if warnings else answer


def conventions_of(subject):
    """A scenario for each value of each convention."""
    scenarios = []
    for number, link in enumerate(subject.links):
        model, request = subject.model(number)
        before = f"{link['name']}." if subject.is_chain else ""
        paths = {
            "capex_roi": ["timing", "tax_losses"],
            "net_present_value": ["cash_flows.dated.day_count", "first_flow"],
            "payback": ["cash_flows.dated.day_count"],
            "internal_rate_of_return": ["cash_flows.dated.day_count"],
        }.get(model, [])
        for path in paths:
            if ".dated." in path and "dated" not in request["cash_flows"]:
                continue
            for value in CONVENTIONS[path.split(".")[-1]]:
                named = f"{before}{path}={value}"
                scenarios.append({"name": named, "values": [{"field": before + path, "value": value}]})
    return scenarios


def number_of(figure):
    return parse_decimal(figure["value"])[0] if "value" in figure else None


def compare_scenarios(request):
    base, refusals = Subject(request), []
    scenarios = [{"name": "", "values": []}] + (request.get("scenarios") or conventions_of(base))
    options, results = rounding_of(request), []
    for scenario in scenarios:
        subject = base.copy()
        for value in scenario["values"]:
            subject.turn(value["field"], value["value"], value.get("effect"))
        computed = subject.computed(options)
        figures = [subject.figure(computed, figure, refusals) for figure in request["figures"]]
        named = {"name": scenario["name"]} if scenario["name"] else {}
        results.append({**named, "figures": figures})
    of_base = [number_of(figure) for figure in results[0]["figures"]]
    for result in results:
        result["differences"] = []
        for before, after in zip(of_base, map(number_of, result["figures"])):
            difference = {}
            if before is not None and after is not None:
                difference["absolute"] = to_text(written(after - before))
                if before:
                    difference["relative"] = to_text(written((after - before) / abs(before)))
            result["differences"].append(difference)
    spreads = []
    for number, figure in enumerate(request["figures"]):
        seen = [(number_of(result["figures"][number]), result.get("name", "")) for result in results]
        seen = [one for one in seen if one[0] is not None]
        spread = {"figure": figure}
        if seen:
            low, high = min(value for value, _ in seen), max(value for value, _ in seen)
            spread["lowest"], spread["highest"] = to_text(low), to_text(high)
            for end, value in (("lowest", low), ("highest", high)):
                name = next(name for number, name in seen if number == value)
                if name:
                    spread[f"{end}_scenario"] = name
            spread["width"] = to_text(written(high - low))
        spreads.append(spread)
    warnings = base.warnings(base.computed(options))
    answer = {"scenarios": results, "spreads": spreads, "refusals": refusals, "engine_version": VERSION}
    return {**answer, "warnings": warnings} if warnings else answer


def compute_chain(request):
    subject, links = Subject(request), []
    for number, (kind, what, bound) in enumerate(subject.computed(rounding_of(request))):
        link = {"name": subject.links[number]["name"]}
        link["bound"] = [{"field": path, "value": value} for path, value in bound.items()]
        if kind == "answer":
            link["answer"] = {subject.model(number)[0]: what}
        elif kind == "error":
            link["error"] = what
        else:
            link["missing"] = {"figure": what[0], **({"outcome": what[1]} if what[1] else {})}
        links.append(link)
    return {"links": links, "engine_version": VERSION}


# Inputs and figures that go one way in each other, whatever the other inputs are.
ONE_WAY = {
    "required_revenue": (
        {"accelerator_revenue", "accelerator_cost_share", "cloud_gross_margin", "end_user_gross_margin", "payback_years"},
        {"required_annual_revenue", "revenue_gap"},
    ),
    "break_even_point": (
        {"fixed_costs", "target_profit", "unit.price", "unit.variable_cost"},
        {"reached.revenue", "reached.units"},
    ),
    "runway": (
        {"cash_balance", "costs[0].amount", "costs[1].amount", "costs[*].amount", "revenues[0].amount"},
        {"runs_out.runway_months", "net_burn", "cash_need"},
    ),
    "net_present_value": ({"cash_flows.periodic.amounts[0]", "cash_flows.periodic.amounts[*]"}, {"net_present_value"}),
}
# What fields take of which levers without a range go beyond.
# The range of a field: the least number, the greatest, and whether the field only approaches each. A change of less than 1 never
# gets to the 0 that a share is above.
CLIPS = {
    "accelerator_cost_share": (None, (Fraction(1), False)),
    "end_user_gross_margin": ((Fraction(0), False), (Fraction(1), True)),
    "cloud_gross_margin": ((Fraction(0), False), (Fraction(1), True)),
    "contribution_margin_ratio": (None, (Fraction(1), False)),
}
MULTIPLY = "LEVER_EFFECT_MULTIPLY"


def is_one_way(subject, lever, figure):
    """True where every route from a lever's inputs to a figure goes one way."""
    number, figure = subject.link(figure)
    model, _ = subject.model(number)
    inputs, figures = ONE_WAY.get(model, (set(), set()))
    fields = []
    for field in lever["fields"]:
        if field.startswith("assumptions."):
            bindings = [binding for link in subject.links for binding in link.get("bindings", [])]
            fields += [one["field"] for one in bindings if one.get("assumption") == field[12:]]
        else:
            fields.append(subject.link(field)[1])
    return figure in figures and all(field in inputs for field in fields)


def standing_levers(subject, change):
    """The levers of a sensitivity that names none: [(lever, low, high)]."""
    around = lambda value: (written(value - abs(value) * change), written(value + abs(value) * change))
    levers = []
    if subject.is_chain:
        for name, value in subject.assumptions.items():
            if parse_decimal(value)[0]:
                levers.append(({"fields": [f"assumptions.{name}"]}, *around(parse_decimal(value)[0])))
        return levers
    for path in decimals_of(subject.model(0)[1]):
        holder, key, _ = places(subject.model(0)[1], path)[0]
        if isinstance(holder, list) and len(holder) > 20:
            if key == 0:
                levers.append(({"fields": [path.replace("[0]", "[*]")], "effect": MULTIPLY}, 1 - change, 1 + change))
            continue
        number = parse_decimal(holder[key])[0]
        if number:
            low, high = around(number)
            least, most = CLIPS.get(path, (None, None))
            half_way = lambda bound: written((number + bound) / 2)
            if least and low <= least[0]:
                low = half_way(least[0]) if least[1] else least[0]
            if most and high >= most[0]:
                high = half_way(most[0]) if most[1] else most[0]
            levers.append(({"fields": [path]}, low, high))
    return levers


def stands_at(subject, lever):
    effect = lever.get("effect", "")
    if effect.endswith("MULTIPLY") or effect.endswith("ADD"):
        return Fraction(effect.endswith("MULTIPLY"))
    numbers = set()
    for field in lever["fields"]:
        if field.startswith("assumptions."):
            numbers.add(parse_decimal(subject.assumptions[field[12:]])[0])
            continue
        number, rest = subject.link(field)
        for holder, key, _ in places(copy.deepcopy(subject.model(number)[1]), rest):
            there = holder[key] if isinstance(holder, list) else holder.get(key)
            numbers.add(parse_decimal(there)[0] if there is not None else None)
    return numbers.pop() if len(numbers) == 1 else None


def compute_sensitivity(request):
    base, refusals, figure, options = Subject(request), [], request["figure"], rounding_of(request)

    def seen(levers, options, refusals):
        """The figure with levers at Fractions."""
        subject = base.copy()
        for lever, value in levers:
            for field in lever["fields"]:
                subject.turn(field, to_text(value), lever.get("effect"))
        return subject.figure(subject.computed(options), figure, refusals)

    answer = {"base": seen([], options, refusals)}
    number = number_of(seen([], None, []))
    given = [
        (one["lever"], parse_decimal(one["low"])[0], parse_decimal(one["high"])[0]) for one in request.get("levers", [])
    ]
    change = parse_decimal(request.get("relative_change", "0.1"))[0]
    digits = 6 if "internal_rates_of_return.rates" in figure else 12
    weights = []
    for lever, low, high in given or standing_levers(base, change):
        at = lambda x: seen([(lever, x)], options, refusals)
        weight = {"name": lever.get("name") or lever["fields"][0], "low": to_text(low), "high": to_text(high)}
        weight.update(at_low=at(low), at_high=at(high))
        ends = number_of(weight["at_low"]), number_of(weight["at_high"])
        if None not in ends:
            weight["swing"] = to_text(written(abs(ends[1] - ends[0])))
        weight.update(course_of(at, low, high, is_one_way(base, lever, figure)))
        x = stands_at(base, lever)
        if x is not None:
            weight["input"] = to_text(x)
        if x is not None and number is not None:
            near = lambda x: seen([(lever, x)], None, refusals)
            weight.update(slopes_of(near, x, abs(x) or high - low, number, digits))
        weights.append(weight)
    swing = lambda weight: (("swing" not in weight), -parse_decimal(weight.get("swing", "0"))[0], weight["name"])
    answer.update(levers=sorted(weights, key=swing), refusals=refusals, engine_version=VERSION)
    warnings = base.warnings(base.computed(options))
    return {**answer, "warnings": warnings} if warnings else answer


def compute_range(request):
    base, refusals, options, ranges = Subject(request), [], rounding_of(request), []
    levers = [(one["lever"], *(parse_decimal(one[end])[0] for end in ("low", "high"))) for one in request["levers"]]
    for path in request["figures"]:

        def figure(point):
            subject = base.copy()
            for (lever, _, _), value in zip(levers, point):
                for field in lever["fields"]:
                    subject.turn(field, to_text(value), lever.get("effect"))
            return subject.figure(subject.computed(options), path, refusals)

        ways = [is_one_way(base, lever, path) for lever, _, _ in levers]
        # A lever that the figure does not depend on stands low: none of the rows has one.
        ends = [[low] if low == high else [low, high] for _, low, high in levers]
        points = list(itertools.product(*ends))
        rate = next((i for i, (lever, _, _) in enumerate(levers) if lever["fields"] == ["discount_rate"]), None)
        if rate is not None and path == "net_present_value":
            further = []
            for point in points:
                subject = base.copy()
                for (lever, _, _), value in zip(levers, point):
                    for field in lever["fields"]:
                        subject.turn(field, to_text(value), lever.get("effect"))
                worth = subject.model(0)[1]
                amounts = [parse_decimal(amount)[0] for amount in worth["cash_flows"]["periodic"]["amounts"]]
                turns = turning_rates(amounts, worth.get("first_flow") == "FIRST_FLOW_ONE_PERIOD")
                between = [turn for turn in turns if levers[rate][1] < turn < levers[rate][2]]
                further += [(*point[:rate], turn, *point[rate + 1 :]) for turn in between]
            points, ways[rate] = points + further, True
        assert all(ways), f"{path} is not known to go one way"
        ranges.append(bounds_of(path, points, figure))
    answer = {"figures": ranges, "refusals": refusals, "engine_version": VERSION}
    warnings = base.warnings(base.computed(options))
    return {**answer, "warnings": warnings} if warnings else answer


METHODS = {
    "ComputeSensitivity": compute_sensitivity,
    "ComputeRange": compute_range,
    "ComputeTable": compute_table,
    "CompareScenarios": compare_scenarios,
    "ComputeChain": compute_chain,
}


CAHN = {
    "currency_code": "USD",
    "accelerator_revenue": "150",
    "accelerator_revenue_period": "PERIOD_YEAR",
    "accelerator_cost_share": "0.5",
    "end_user_gross_margin": "0.5",
}
CASH = {
    "currency_code": "USD",
    "cash_balance": "900",
    "costs": [
        {"name": "staff", "amount": "60", "period": "PERIOD_MONTH"},
        {"name": "rent", "amount": "15", "period": "PERIOD_MONTH"},
    ],
    "revenues": [{"name": "sales", "amount": "25", "period": "PERIOD_MONTH"}],
}
FACTORY = {
    "currency_code": "USD",
    "period": "PERIOD_YEAR",
    "capital_expenditures": ["60"],
    "revenues": ["0", "20", "20", "20", "20", "20"],
    "gross_margin": "0.6",
    "discount_rate": "0.1",
}
DATED = {
    "currency_code": "USD",
    "discount_rate": "0.1",
    "cash_flows": {
        "dated": {"flows": [{"date": "2021-01-01", "amount": "0"}, {"date": "2023-01-01", "amount": "1000"}]}
    },
}


def without(request, *names):
    return {name: value for name, value in request.items() if name not in names}


def axis(field, *values, **lever):
    return {"lever": {"fields": [field], **lever}, "values": list(values)}


def tables(rows):
    margin = without(CAHN, "end_user_gross_margin")
    rows.add(
        "cahns_revenue_by_the_margin",
        "ComputeTable",
        {
            "calculation": {"required_revenue": margin},
            "axes": [axis("end_user_gross_margin", "0", "0.25", "0.5", effect="LEVER_EFFECT_REPLACE", name="margin")],
            "figures": ["required_annual_revenue"],
        },
        source="300 / (1 - m)",
        published={
            "cells[0].figures[0].value": "300",
            "cells[1].figures[0].value": "400",
            "cells[2].figures[0].value": "600",
        },
    )
    rows.add(
        "two_axes_row_by_row",
        "ComputeTable",
        {
            "calculation": {"required_revenue": without(margin, "accelerator_cost_share")},
            "axes": [
                {"lever": {"fields": ["accelerator_cost_share"]}, "spacing": {"low": "0.25", "high": "0.75", "count": 3}},
                {"lever": {"fields": ["end_user_gross_margin"]}, "spacing": {"low": "0", "high": "0.5", "count": 2}},
            ],
            "figures": ["required_annual_revenue", "coverage_ratio"],
            "options": rounded_to(2),
        },
        source="150 / s / (1 - m)",
        published={
            "cells[0].inputs": ["0.25", "0"],
            "cells[0].figures[0].value": "600",
            "cells[1].inputs": ["0.25", "0.5"],
            "cells[1].figures[0].value": "1200",
            "cells[4].figures[0].value": "200",
            "cells[5].figures[0].value": "400",
        },
    )
    rows.add(
        "even_spacing_is_rounded_once",
        "ComputeTable",
        {
            "calculation": {"break_even_point": {"currency_code": "USD", "fixed_costs": "1", "contribution_margin_ratio": "1"}},
            "axes": [{"lever": {"fields": ["fixed_costs"]}, "spacing": {"low": "0", "high": "2", "count": 4}}],
            "figures": ["reached.revenue"],
        },
        source="thirds, rounded half-even to 28 digits",
        published={
            "cells[1].inputs[0]": "0.6666666666666666666666666667",
            "cells[2].figures[0].value": "1.333333333333333333333333333",
        },
        tolerance="0",
    )
    rows.add(
        "what_the_model_refuses_stops_no_other_cell",
        "ComputeTable",
        {
            "calculation": {"required_revenue": margin},
            "axes": [axis("end_user_gross_margin", "1", "0", "1.5", "0.9999999999999999999999999999")],
            "figures": ["required_annual_revenue", "revenue_gap"],
        },
        source="a margin is below 1; 300 / 1e-28 is too large to be written",
        published={"cells[2].figures[1].refusal": 0, "cells[3].figures[0].refusal": 1, "refusals[1].reason": "RESULT_TOO_LARGE"},
    )
    rows.add(
        "all_costs_together_by_a_factor",
        "ComputeTable",
        {
            "calculation": {"runway": CASH},
            "axes": [axis("costs[*].amount", "1", "0.5", "0.3", "1.4", effect="LEVER_EFFECT_MULTIPLY", name="costs")],
            "figures": ["runs_out.runway_months", "net_burn", "lasts.cash_flow_positive"],
        },
        source="900 / (75 f - 25); at a third of the costs or less the cash lasts",
        published={
            "cells[0].figures[0].value": "18",
            "cells[1].figures[0].value": "72",
            "cells[2].figures[0].outcome": "lasts",
            "cells[2].figures[2].value": "true",
            "cells[3].figures[0].value": "11.25",
            "cells[3].figures[2].outcome": "runs_out",
        },
    )
    rows.add(
        "one_cost_by_its_name_and_a_month",
        "ComputeTable",
        {
            "calculation": {"runway": CASH},
            "axes": [axis("costs[rent].amount", "-10", "15", effect="LEVER_EFFECT_ADD"), axis("horizon_months", "6", "24")],
            "figures": ["cash_need", "ending_balance"],
        },
        source="900 - 6 × 40 = 660; 900 - 24 × 65 = -660",
        published={"cells[0].figures[1].value": "660", "cells[3].figures[1].value": "-660", "cells[3].figures[0].value": "660"},
    )
    rows.add(
        "a_lever_of_an_enum",
        "ComputeTable",
        {
            "calculation": {
                "default_alive": {
                    "currency_code": "USD",
                    "cash_balance": "1000",
                    "monthly_revenue": "50",
                    "monthly_expenses": "100",
                    "monthly_revenue_growth_rate": "0.1",
                }
            },
            "axes": [axis("timing", "GROWTH_TIMING_CONTINUOUS", "GROWTH_TIMING_END_OF_MONTH", "GROWTH_TIMING_START_OF_MONTH")],
            "figures": ["break_even_months", "verdict"],
        },
        source="50 × 1.1^t = 100 at 7.27; months that still burn: 8, and 7 where month 1 has grown",
        published={"cells[1].figures[0].value": "8", "cells[2].figures[0].value": "7"},
    )
    rows.add(
        "the_selected_rate_of_a_table",
        "ComputeTable",
        {
            "calculation": {"capex_roi": FACTORY},
            "axes": [axis("revenues[*]", "1", "0", "1.6718985164480756826488927", effect="LEVER_EFFECT_MULTIPLY")],
            "figures": ["internal_rates_of_return.rates[selected].annual", "payback.years", "periods[1].net_cash_flow"],
        },
        source="12 f a(5, 20 %) = 60",
        published={"cells[1].figures[0].outcome": "absent", "cells[1].figures[1].outcome": "never", "cells[2].figures[0].value": "0.2"},
    )
    chain = {
        "assumptions": [{"name": "run_rate", "value": "150"}],
        "links": [
            {
                "name": "need",
                "calculation": {"required_revenue": without(CAHN, "accelerator_revenue")},
                "bindings": [{"field": "accelerator_revenue", "assumption": "run_rate"}],
            },
            {
                "name": "cash",
                "calculation": {"runway": {**CASH, "costs": [{"name": "spend", "period": "PERIOD_YEAR"}]}},
                "bindings": [{"field": "costs[spend].amount", "figure": "need.implied_data_center_spend", "factor": "2"}],
            },
        ],
    }
    rows.add(
        "a_chain_by_an_assumption",
        "ComputeTable",
        {
            "chain": chain,
            "axes": [axis("assumptions.run_rate", "75", "150", "-1")],
            "figures": ["need.required_annual_revenue", "cash.runs_out.runway_months", "cash.net_burn"],
        },
        source="the spend of a year is 2 × 2 × run rate; 900 / (600 / 12 - 25) = 36",
        published={"cells[1].figures[1].value": "36", "cells[2].figures[1].refusal": 0, "cells[0].figures[1].outcome": "lasts"},
    )


def scenarios(rows):
    rows.add(
        "bear_and_bull",
        "CompareScenarios",
        {
            "calculation": {"required_revenue": CAHN},
            "scenarios": [
                {
                    "name": "bear",
                    "values": [
                        {"field": "end_user_gross_margin", "value": "0.25", "effect": "LEVER_EFFECT_REPLACE"},
                        {"field": "accelerator_revenue", "value": "0.8", "effect": "LEVER_EFFECT_MULTIPLY"},
                    ],
                },
                {"name": "bull", "values": [{"field": "accelerator_revenue", "value": "50", "effect": "LEVER_EFFECT_ADD"}]},
            ],
            "figures": ["required_annual_revenue", "coverage_ratio"],
        },
        source="120 / 0.5 / 0.75 = 320; 200 / 0.5 / 0.5 = 800",
        published={
            "scenarios[1].figures[0].value": "320",
            "scenarios[1].differences[0].absolute": "-280",
            "scenarios[2].differences[0].relative": "0.3333333333333333333333333333",
            "spreads[0].width": "480",
            "spreads[0].lowest_scenario": "bear",
        },
    )
    rows.add(
        "a_scenario_that_never_breaks_even",
        "CompareScenarios",
        {
            "calculation": {
                "break_even_point": {"currency_code": "USD", "fixed_costs": "300", "unit": {"price": "50", "variable_cost": "20"}}
            },
            "scenarios": [
                {"name": "dear", "values": [{"field": "unit.variable_cost", "value": "50"}]},
                {"name": "of a ratio", "values": [{"field": "contribution_margin_ratio", "value": "0.5"}]},
                {"name": "refused", "values": [{"field": "unit.price", "value": "0"}]},
            ],
            "figures": ["reached.units", "reached.revenue", "contribution_margin_ratio"],
        },
        source="300 / 30 = 10 units; a ratio takes the place of the unit, and counts none",
        published={
            "scenarios[0].figures[0].value": "10",
            "scenarios[1].figures[0].outcome": "never_reached",
            "scenarios[2].figures[0].outcome": "absent",
            "scenarios[2].figures[1].value": "600",
            "scenarios[3].figures[0].refusal": 0,
        },
    )
    flows = [{"date": "2021-01-01", "amount": "-1000"}, {"date": "2023-01-01", "amount": "1210"}]
    rows.add(
        "conventions_of_dates",
        "CompareScenarios",
        {
            "calculation": {"internal_rate_of_return": {"cash_flows": {"dated": {"flows": flows}}}},
            "figures": ["internal_rates_of_return.rates[selected].annual", "internal_rates_of_return.status"],
            "options": rounded_to(6),
        },
        source="730 days: exponents 2, 730 / 360, 730 / 365.25, 2",
        published={
            "scenarios[1].figures[0].value": "0.1",
            "scenarios[2].figures[0].value": "0.0985647564",
            "spreads[0].lowest_scenario": "cash_flows.dated.day_count=DAY_COUNT_ACT_360",
        },
        tolerance="1e-6",
    )
    rows.add(
        "conventions_of_an_investment",
        "CompareScenarios",
        {"calculation": {"capex_roi": FACTORY}, "figures": ["net_present_value"]},
        source="inflows in the middle of a year are worth sqrt(1.1) as much",
        published={
            "scenarios[0].figures[0].value": "-14.510558767098620933741486",
            "scenarios[2].figures[0].value": "-12.29027153661690612635111",
        },
        tolerance="1e-24",
    )
    rows.add(
        "a_base_with_a_warning",
        "CompareScenarios",
        {
            "calculation": {"net_present_value": {**DATED, "discount_rate": "10"}},
            "scenarios": [{"name": "a fraction", "values": [{"field": "discount_rate", "value": "0.1"}]}],
            "figures": ["net_present_value"],
        },
        source="a rate of 10 is 1000 %",
        published={"warnings[0].reason": "RATE_LOOKS_LIKE_PERCENT"},
    )


def chains(rows):
    rows.add(
        "scenarios_of_a_chain",
        "CompareScenarios",
        {
            "chain": {
                "assumptions": [{"name": "kept", "value": "0.6"}],
                "links": [
                    {
                        "name": "worth",
                        "calculation": {"capex_roi": without(FACTORY, "gross_margin")},
                        "bindings": [{"field": "gross_margin", "assumption": "kept"}],
                    }
                ],
            },
            "scenarios": [{"name": "dear", "values": [{"field": "assumptions.kept", "value": "0.3"}]}],
            "figures": ["worth.total_net_inflow", "worth.payback.years"],
        },
        source="five years of 12, and of 6",
        published={
            "scenarios[0].figures[0].value": "60",
            "scenarios[1].figures[0].value": "30",
            "scenarios[1].figures[1].outcome": "never",
        },
    )
    rows.add(
        "one_set_of_assumptions_through_three_models",
        "ComputeChain",
        {
            "chain": {
                "assumptions": [{"name": "run_rate", "value": "150"}, {"name": "kept", "value": "0.6"}],
                "links": [
                    {
                        "name": "need",
                        "calculation": {"required_revenue": without(CAHN, "accelerator_revenue")},
                        "bindings": [{"field": "accelerator_revenue", "assumption": "run_rate"}],
                    },
                    {
                        "name": "worth",
                        "calculation": {"capex_roi": {**without(FACTORY, "gross_margin"), "capital_expenditures": ["0"]}},
                        "bindings": [
                            {"field": "capital_expenditures[0]", "figure": "need.implied_data_center_spend"},
                            {"field": "gross_margin", "assumption": "kept"},
                            {"field": "revenues[2]", "figure": "need.required_annual_revenue", "factor": "0.5"},
                            {"field": "revenues[2]", "assumption": "run_rate", "factor": "-1"},
                        ],
                    },
                ],
            },
            "options": rounded_to(4),
        },
        source="a spend of 300; the revenue of year 2 is 600 / 2 - 150",
        published={
            "links[1].bound[0].value": "300",
            "links[1].bound[2].value": "150",
            "links[1].answer.capex_roi.total_capital_expenditure": "300",
        },
    )
    rows.add(
        "an_outcome_leaves_what_follows_without_figures",
        "ComputeChain",
        {
            "chain": {
                "links": [
                    {"name": "cash", "calculation": {"runway": {**CASH, "costs": []}}},
                    {
                        "name": "next",
                        "calculation": {"required_revenue": CAHN},
                        "bindings": [{"field": "payback_years", "figure": "cash.runs_out.runway_months"}],
                    },
                    {
                        "name": "last",
                        "calculation": {"required_revenue": CAHN},
                        "bindings": [{"field": "accelerator_revenue", "figure": "next.revenue_gap"}],
                    },
                ]
            }
        },
        source="cash that lasts is no number of months",
        published={"links[1].missing.outcome": "lasts", "links[2].missing.figure": "next.revenue_gap"},
    )
    rows.add(
        "a_bound_value_that_cannot_be_used",
        "ComputeChain",
        {
            "chain": {
                "assumptions": [{"name": "share", "value": "1.5"}],
                "links": [
                    {
                        "name": "need",
                        "calculation": {"required_revenue": CAHN},
                        "bindings": [{"field": "accelerator_cost_share", "assumption": "share"}],
                    },
                    {
                        "name": "more",
                        "calculation": {"required_revenue": CAHN},
                        "bindings": [{"field": "accelerator_revenue", "figure": "need.required_annual_revenue"}],
                    },
                ],
            }
        },
        source="a share of 1.5 is none",
        published={"links[0].error.field_violations[0].field": "required_revenue.accelerator_cost_share"},
    )


def ranged(field, low, high, **lever):
    return {"lever": {"fields": [field], **lever}, "low": low, "high": high}


PUMP = {
    "currency_code": "USD",
    "discount_rate": "1",
    "cash_flows": {"periodic": {"amounts": ["-1600", "10000", "-10000"], "period": "PERIOD_YEAR"}},
}
SALES = {"currency_code": "USD", "fixed_costs": "10000", "unit": {"price": "50", "variable_cost": "20"}}


def sensitivities(rows):
    rows.add(
        "tornado_of_cahn",
        "ComputeSensitivity",
        {
            "calculation": {"required_revenue": CAHN},
            "figure": "required_annual_revenue",
            "levers": [
                ranged("accelerator_revenue", "120", "180"),
                ranged("accelerator_cost_share", "0.4", "0.6", name="share of the accelerators"),
                ranged("end_user_gross_margin", "0.3", "0.7", effect="LEVER_EFFECT_REPLACE"),
            ],
        },
        source="R = A / (s (1 - m)); swings 571.43, 250, 240",
        published={
            "base.value": "600",
            "levers[0].name": "end_user_gross_margin",
            "levers[0].at_low.value": "428.5714285714285714285714286",
            "levers[0].slope": "1200",
            "levers[0].elasticity": "1",
            "levers[1].slope": "-1200",
            "levers[1].slope_above": "-1200",
            "levers[2].swing": "240",
            "levers[2].slope": "4",
        },
    )
    rows.add(
        "every_number_by_a_tenth",
        "ComputeSensitivity",
        {"calculation": {"required_revenue": {**CAHN, "accelerator_cost_share": "0.95"}}, "figure": "required_annual_revenue"},
        source="a share goes up to 1, and no further",
        published={"levers[0].high": "0.55", "levers[2].name": "accelerator_cost_share", "levers[2].high": "1"},
    )
    rows.add(
        "a_margin_goes_half_way_to_1",
        "ComputeSensitivity",
        {
            "calculation": {
                "required_revenue": {**CAHN, "end_user_gross_margin": "0.95", "cloud_gross_margin": "0.9"}
            },
            "figure": "required_annual_revenue",
        },
        source="300 / 0.05 / 0.1 = 60000; at 0.975 twice that; at 0.99 ten times; at 0.855 and 0.81 20689.66 and 31578.95",
        published={
            "base.value": "60000",
            "levers[0].name": "cloud_gross_margin",
            "levers[0].high": "0.99",
            "levers[0].at_high.value": "600000",
            "levers[1].name": "end_user_gross_margin",
            "levers[1].low": "0.855",
            "levers[1].high": "0.975",
            "levers[1].at_high.value": "120000",
        },
    )
    rows.add(
        "another_change_and_a_number_of_0",
        "ComputeSensitivity",
        {
            "calculation": {"required_revenue": {**CAHN, "cloud_gross_margin": "0"}},
            "figure": "required_annual_revenue",
            "relative_change": "0.2",
            "options": rounded_to(2),
        },
        source="a margin of 0 has no tenth; slopes are not rounded",
        published={"levers[2].name": "accelerator_revenue", "levers[2].low": "120", "levers[1].at_low.value": "500"},
    )
    rows.add(
        "break_even_units_by_price_and_costs",
        "ComputeSensitivity",
        {
            "calculation": {"break_even_point": SALES},
            "figure": "reached.units",
            "levers": [
                ranged("fixed_costs", "9000", "11000"),
                ranged("unit.price", "45", "55"),
                ranged("unit.variable_cost", "18", "22"),
            ],
        },
        source="F / (p - v); swings 114.29, 66.67, 44.64",
        published={
            "base.value": "333.3333333333333333333333333",
            "levers[0].name": "unit.price",
            "levers[0].slope": "-11.1111111111",
            "levers[0].elasticity": "-1.66666666667",
            "levers[1].slope": "0.0333333333333",
            "levers[2].slope": "11.1111111111",
        },
    )
    rows.add(
        "a_rate_of_return_by_the_outlay",
        "ComputeSensitivity",
        {
            "calculation": {
                "internal_rate_of_return": {
                    "cash_flows": {"periodic": {"amounts": ["-100"] + ["30"] * 5, "period": "PERIOD_YEAR"}}
                }
            },
            "figure": "internal_rates_of_return.rates[selected].annual",
            "levers": [ranged("cash_flows.periodic.amounts[0]", "-110", "-90")],
        },
        source="dr/da = -1 / NPV'(r), by mpmath",
        published={"base.value": "0.152382371166", "levers[0].slope": "0.0042386", "levers[0].course": "COURSE_NO_TURN_SEEN"},
        tolerance="2e-6",
    )
    rows.add(
        "a_present_value_turns_with_its_rate",
        "ComputeSensitivity",
        {
            "calculation": {"net_present_value": PUMP},
            "figure": "net_present_value",
            "levers": [ranged("discount_rate", "0.1", "5"), ranged("cash_flows.periodic.amounts[0]", "-1700", "-1500")],
        },
        source="-1600 + 10000 v - 10000 v^2 is greatest at v = 1 / 2",
        published={
            "levers[0].course": "COURSE_TURNS",
            "levers[0].slope": "0",
            "levers[0].extreme_input": "1.01875",
            "levers[1].course": "COURSE_ONE_WAY",
            "levers[1].slope": "1",
        },
    )
    kinked = {**SALES, "fixed_costs": "0", "target_profit": "0"}
    rows.add(
        "a_kink_has_two_slopes",
        "ComputeSensitivity",
        {
            "calculation": {"break_even_point": kinked},
            "figure": "reached.units",
            "levers": [ranged("target_profit", "-60", "60")],
        },
        source="no units where there is nothing to earn, else T / 30",
        published={
            "levers[0].slope": None,
            "levers[0].slope_below": "0",
            "levers[0].slope_above": "0.0333333333333",
            "levers[0].elasticity": None,
        },
    )
    rows.add(
        "outcomes_have_no_swing",
        "ComputeSensitivity",
        {
            "calculation": {"runway": CASH},
            "figure": "runs_out.runway_months",
            "levers": [
                ranged("costs[*].amount", "0.3", "1.4", effect=MULTIPLY, name="costs"),
                ranged("revenues[0].amount", "-5", "5", effect="LEVER_EFFECT_ADD"),
                ranged("minimum_cash", "0", "0"),
            ],
        },
        source="900 / (75 f - 25)",
        published={
            "levers[0].name": "revenues[0].amount",
            "levers[0].input": "0",
            "levers[0].slope": "0.36",
            "levers[1].swing": "0",
            "levers[1].input": None,
            "levers[2].at_low.outcome": "lasts",
            "levers[2].input": "1",
            "levers[2].slope": "-27",
            "levers[2].elasticity": "-1.5",
        },
    )
    rows.add(
        "what_is_refused_has_no_swing",
        "ComputeSensitivity",
        {
            "calculation": {"required_revenue": {**CAHN, "end_user_gross_margin": "0"}},
            "figure": "required_annual_revenue",
            "levers": [ranged("end_user_gross_margin", "-0.1", "1")],
        },
        source="a margin is 0 up to below 1: no slope below 0",
        published={
            "levers[0].at_low.refusal": 0,
            "levers[0].swing": None,
            "levers[0].slope": None,
            "levers[0].slope_below": None,
            "levers[0].slope_above": "300",
        },
    )
    rows.add(
        "a_long_list_is_one_lever",
        "ComputeSensitivity",
        {
            "calculation": {
                "net_present_value": {
                    **PUMP,
                    "discount_rate": "0.1",
                    "cash_flows": {"periodic": {"amounts": ["-200"] + ["10", "0"] * 12, "period": "PERIOD_YEAR"}},
                }
            },
            "figure": "net_present_value",
        },
        source="all amounts together: the present value is a straight line in the factor",
        published={"levers[0].name": "cash_flows.periodic.amounts[*]", "levers[0].elasticity": "1", "levers[0].low": "0.9"},
    )
    rows.add(
        "assumptions_of_a_chain",
        "ComputeSensitivity",
        {
            "chain": {
                "assumptions": [{"name": "run_rate", "value": "150"}, {"name": "kept", "value": "0.5"}],
                "links": [
                    {
                        "name": "need",
                        "calculation": {"required_revenue": without(CAHN, "accelerator_revenue", "end_user_gross_margin")},
                        "bindings": [
                            {"field": "accelerator_revenue", "assumption": "run_rate", "factor": "2"},
                            {"field": "end_user_gross_margin", "assumption": "kept"},
                        ],
                    }
                ],
            },
            "figure": "need.required_annual_revenue",
        },
        source="300 / 0.5 / (1 - kept)",
        published={"levers[1].name": "assumptions.run_rate", "levers[1].slope": "8", "levers[0].slope": "2400"},
    )
    rows.add(
        "a_calculation_that_is_refused",
        "ComputeSensitivity",
        {
            "calculation": {"required_revenue": {**CAHN, "accelerator_cost_share": "1.5"}},
            "figure": "required_annual_revenue",
            "levers": [ranged("accelerator_cost_share", "0.5", "1")],
        },
        source="the base is refused, and both ends are not",
        published={"base.refusal": 0, "levers[0].swing": "300", "levers[0].slope": None},
    )


def bounds(rows):
    rows.add(
        "loss_of_openai_in_2024",
        "ComputeRange",
        {
            "calculation": {
                "runway": {
                    "currency_code": "USD",
                    "costs": [{"name": "all", "amount": "8.5", "period": "PERIOD_YEAR"}],
                    "revenues": [{"name": "revenue", "period": "PERIOD_YEAR"}],
                }
            },
            "levers": [ranged("revenues[0].amount", "3.5", "4.5")],
            "figures": ["net_burn", "cash_need"],
        },
        source="The New York Times, 27 September 2024: 3.7 expected, a range around it; 8.5 less the revenue",
        published={"figures[1].low.value": "4", "figures[1].high.value": "5", "figures[0].low_inputs[0]": "4.5"},
    )
    rows.add(
        "one_input_twice_in_a_formula",
        "ComputeRange",
        {
            "calculation": {"break_even_point": {**SALES, "unit": {"variable_cost": "20"}}},
            "levers": [ranged("unit.price", "40", "60", name="price", effect="LEVER_EFFECT_REPLACE")],
            "figures": ["reached.revenue", "reached.units"],
        },
        source="F p / (p - v) falls in p; interval arithmetic that forgets that both p are one gives 6,667 to 30,000",
        published={"figures[0].low.value": "15000", "figures[0].high.value": "20000", "figures[0].exact": True},
    )
    rows.add(
        "corners_of_three_levers",
        "ComputeRange",
        {
            "calculation": {"required_revenue": CAHN},
            "levers": [
                ranged("accelerator_revenue", "0.8", "1.2", effect=MULTIPLY),
                ranged("accelerator_cost_share", "0.4", "0.6"),
                ranged("end_user_gross_margin", "0.5", "0.5"),
            ],
            "figures": ["required_annual_revenue"],
        },
        source="150 f / s / 0.5",
        published={
            "figures[0].low.value": "400",
            "figures[0].low_inputs": ["0.8", "0.6", "0.5"],
            "figures[0].high.value": "900",
            "figures[0].high_inputs": ["1.2", "0.4", "0.5"],
        },
    )
    rows.add(
        "an_outcome_is_the_greatest",
        "ComputeRange",
        {
            "calculation": {"break_even_point": SALES},
            "levers": [ranged("unit.variable_cost", "10", "60")],
            "figures": ["reached.units"],
        },
        source="10000 / 40, and no volume from a cost of 50 on",
        published={"figures[0].low.value": "250", "figures[0].high.outcome": "never_reached", "figures[0].exact": True},
    )
    rows.add(
        "the_turn_of_a_present_value",
        "ComputeRange",
        {
            "calculation": {"net_present_value": without(PUMP, "discount_rate")},
            "levers": [ranged("discount_rate", "0.1", "5")],
            "figures": ["net_present_value"],
        },
        source="-1600 + 10000 v - 10000 v^2: 900 at v = 1 / 2",
        published={
            "figures[0].high.value": "900",
            "figures[0].high_inputs[0]": "1",
            "figures[0].low.value": "-773.5537190082644628099173554",
        },
    )
    rows.add(
        "the_turn_with_an_amount_and_a_delay",
        "ComputeRange",
        {
            "calculation": {"net_present_value": {**without(PUMP, "discount_rate"), "first_flow": "FIRST_FLOW_ONE_PERIOD"}},
            "levers": [
                ranged("discount_rate", "0.05", "0.8"),
                ranged("cash_flows.periodic.amounts[0]", "-100", "100", effect="LEVER_EFFECT_ADD"),
            ],
            "figures": ["net_present_value"],
            "options": rounded_to(4),
        },
        source="v (a + 10000 v - 10000 v^2) turns where a + 20000 v = 30000 v^2: at v = 0.58054 for a of -1500",
        published={"figures[0].high.value": "542.88", "figures[0].low.value": "-1187.13", "figures[0].low_inputs": ["0.05", "-100"]},
        tolerance="1e-5",
    )
    rows.add(
        "bounds_of_a_chain_by_an_assumption",
        "ComputeRange",
        {
            "chain": {
                "assumptions": [{"name": "kept", "value": "0.5"}],
                "links": [
                    {
                        "name": "need",
                        "calculation": {"required_revenue": without(CAHN, "end_user_gross_margin")},
                        "bindings": [{"field": "end_user_gross_margin", "assumption": "kept"}],
                    }
                ],
            },
            "levers": [ranged("assumptions.kept", "0.25", "0.5")],
            "figures": ["need.required_annual_revenue"],
        },
        source="300 / (1 - kept)",
        published={"figures[0].low.value": "400", "figures[0].high.value": "600", "figures[0].exact": True},
    )


def rows_by_hand(rows):
    tables(rows)
    sensitivities(rows)
    bounds(rows)
    scenarios(rows)
    chains(rows)


FIGURES = {
    "required_revenue": ["required_annual_revenue", "revenue_gap", "coverage_ratio", "monthly_revenue_per_customer"],
    "return_revenue": ["required_annual_revenue", "annual_capital_charge", "lifetime_revenue"],
    "break_even_point": ["reached.revenue", "reached.units", "reached.operating_leverage", "contribution_margin_ratio"],
    "default_alive": ["verdict", "break_even_months", "capital_needed", "runway_months"],
}
DRAWS = {
    "required_revenue": break_even.draw_required_revenue,
    "return_revenue": break_even.draw_return_revenue,
    "break_even_point": break_even.draw_break_even_point,
    "default_alive": runway.draw_default_alive,
}


def decimals_of(request):
    """Paths of the decimals that are there, of objects and of lists."""
    found = []

    def walk(node, path):
        if isinstance(node, dict):
            for name, value in node.items():
                if name not in ("options", "currency_code", "name"):
                    walk(value, f"{path}.{name}" if path else name)
        elif isinstance(node, list):
            for index, value in enumerate(node):
                walk(value, f"{path}[{index}]")
        elif isinstance(node, str) and parse_decimal(node)[1] is None:
            found.append(path)

    walk(request, "")
    return found


def draw_lever(chance, path):
    lever = {"fields": [path]}
    if chance.likely(0.5):
        lever["effect"] = "LEVER_EFFECT_" + chance.choice(("REPLACE", "MULTIPLY", "ADD"))
    return lever


def draw_subject(chance):
    model = chance.choice(sorted(DRAWS))
    request = without(DRAWS[model](chance), "options")
    return model, request


def draw_table(chance):
    model, request = draw_subject(chance)
    paths = decimals_of(request)
    axes = []
    for path in chance.sample(paths, min(len(paths), chance.randint(1, 2))):
        values = [chance.choice((chance.signed, chance.share, chance.rate))() for _ in range(chance.randint(1, 3))]
        axes.append({"lever": draw_lever(chance, path), "values": values})
    figures = chance.sample(FIGURES[model], chance.randint(1, 3))
    return {"calculation": {model: request}, "axes": axes, "figures": figures, **chance.options(0.2, 12)}


def draw_scenarios(chance):
    model, request = draw_subject(chance)
    paths = decimals_of(request)
    scenarios = []
    for number in range(chance.randint(1, 3)):
        values = []
        for path in chance.sample(paths, min(len(paths), chance.randint(1, 3))):
            value = {"field": path, "value": chance.choice((chance.signed, chance.share, chance.rate))()}
            values.append({**value, **{name: given for name, given in draw_lever(chance, path).items() if name == "effect"}})
        scenarios.append({"name": f"scenario {number}", "values": values})
    figures = chance.sample(FIGURES[model], chance.randint(1, 3))
    return {"calculation": {model: request}, "scenarios": scenarios, "figures": figures, **chance.options(0.2, 12)}


def draw_ranged(chance, count):
    """A calculation of ordinary figures with levers around its inputs, and a figure that goes one way in each."""
    hundredths = lambda low, high: to_text(Fraction(chance.randint(low, high), 100))
    request, figures = chance.choice(
        (
            (
                {
                    "required_revenue": {
                        **CAHN,
                        "accelerator_revenue": hundredths(100, 90000),
                        "accelerator_cost_share": hundredths(20, 80),
                        "end_user_gross_margin": hundredths(10, 80),
                        "cloud_gross_margin": hundredths(5, 60),
                    }
                },
                ["required_annual_revenue", "revenue_gap"],
            ),
            (
                {
                    "break_even_point": {
                        "currency_code": "EUR",
                        "fixed_costs": hundredths(10000, 9000000),
                        "unit": {"price": hundredths(6000, 9000), "variable_cost": hundredths(500, 4000)},
                    }
                },
                ["reached.revenue", "reached.units"],
            ),
        )
    )
    model, fields = next(iter(request.items()))
    paths = [path for path in decimals_of(fields) if path in ONE_WAY[model][0]]
    levers = []
    for path in chance.sample(paths, min(count, len(paths))):
        holder, key, _ = places(fields, path)[0]
        value = parse_decimal(holder[key])[0]
        down, up = (Fraction(chance.randint(1, 19), 100) for _ in range(2))
        levers.append(ranged(path, to_text(written(value * (1 - down))), to_text(written(value * (1 + up)))))
    return {"calculation": request, "levers": levers}, figures


def draw_sensitivity(chance):
    request, figures = draw_ranged(chance, 3)
    if chance.likely(0.3):
        request = {"calculation": request["calculation"], "relative_change": chance.choice(("0.05", "0.1", "0.15"))}
    return {**request, "figure": chance.choice(figures), **chance.options(0.2, 12)}


def draw_range(chance):
    request, figures = draw_ranged(chance, chance.randint(1, 4))
    return {**request, "figures": chance.sample(figures, chance.randint(1, 2)), **chance.options(0.2, 12)}


DRAWN = {
    "ComputeTable": (draw_table, 60),
    "ComputeSensitivity": (draw_sensitivity, 30),
    "ComputeRange": (draw_range, 30),
    "CompareScenarios": (draw_scenarios, 60),
}


if __name__ == "__main__":
    run("study", "paydirt.v1.StudyService", METHODS, rows_by_hand, DRAWN)
