"""Requests as JSON: fields that are read, and every one that cannot be used, by its path and reason.

The contract promises an order: fields that cannot be read come first, then those that are out of range, each in the
order of the fields.
"""

import collections
import datetime
import re
from fractions import Fraction

from shared.contract import FIELDS_OF_MONEY
from shared.numbers import DIGITS, LIMIT, parse_decimal, round_as_asked, to_text, written


class Unsaid(ValueError):
    """The contract does not say what the answer is."""


VIOLATIONS_MAX = 25


class Refused(Exception):
    """The request cannot be used: a list of (field, reason), and a line without a field where there are more than 25."""

    def __init__(self, violations):
        super().__init__(violations)
        more = [("", "MORE_VIOLATIONS")] if len(violations) > VIOLATIONS_MAX else []
        self.violations = violations[:VIOLATIONS_MAX] + more


PERIODS = [
    "PERIOD_UNSPECIFIED",
    "PERIOD_MONTH",
    "PERIOD_QUARTER",
    "PERIOD_YEAR",
    "PERIOD_HALF_YEAR",
    "PERIOD_WEEK",
    "PERIOD_DAY",
]


MODES = [
    "ROUNDING_MODE_UNSPECIFIED",
    "ROUNDING_MODE_HALF_EVEN",
    "ROUNDING_MODE_HALF_UP",
    "ROUNDING_MODE_DOWN",
    "ROUNDING_MODE_UP",
]


PERIODS_A_YEAR = {
    "PERIOD_MONTH": 12,
    "PERIOD_QUARTER": 4,
    "PERIOD_YEAR": 1,
    "PERIOD_HALF_YEAR": 2,
    "PERIOD_WEEK": 52,
    "PERIOD_DAY": 365,
}


# Those the rows use: in use, and withdrawn from ISO 4217.
CURRENCIES = {"USD", "EUR", "GBP", "JPY", "CHF", "CNY", "INR", "KWD"}
WITHDRAWN = {"HRK", "BGN", "DEM"}


# The range of a decimal, named by the words of the contract.
ANY = lambda x: True


ZERO_OR_MORE = lambda x: x >= 0


ZERO_OR_MORE_A_YEAR = lambda x: x >= 0  # a return a year


ABOVE_ZERO = lambda x: x > 0


ABOVE_MINUS_ONE = lambda x: x > -1  # a rate a year


ABOVE_MINUS_ONE_A_MONTH = lambda x: x > -1


# From here on a rate looks like a percentage that was typed as a number.
PERCENT_FROM = {ABOVE_MINUS_ONE: Fraction(2), ABOVE_MINUS_ONE_A_MONTH: Fraction(1, 4), ZERO_OR_MORE_A_YEAR: Fraction(2)}


AT_MOST_ONE = lambda x: x <= 1


ABOVE_ZERO_UP_TO_ONE = lambda x: 0 < x <= 1


ZERO_UP_TO_BELOW_ONE = lambda x: 0 <= x < 1


ABOVE_ZERO_AT_MOST_100 = lambda x: 0 < x <= 100

ZERO_UP_TO_ONE = lambda x: 0 <= x <= 1


# How a response is rounded: money to `places` digits after the point, every other decimal to `ratio_places`.
Rounding = collections.namedtuple("Rounding", "places ratio_places mode")


# What was asked beside the answer, and the warnings so far; a model may add more before it finishes.
Asked = collections.namedtuple("Asked", "rounding warnings")


class Reader:
    """Reads one request and collects what is wrong with it: unreadable fields first, then values out of range."""

    def __init__(self, request):
        self.request = request
        self.unreadable = []
        self.out_of_range = []
        self.warnings = []

    def warn(self, path, reason):
        """A field that can be used, and probably does not say what was meant."""
        self.warnings.append({"field": path, "reason": reason})

    def refused(self):
        """How many fields were refused so far."""
        return len(self.unreadable) + len(self.out_of_range)

    def done(self):
        if self.unreadable or self.out_of_range:
            raise Refused(self.unreadable + self.out_of_range)

    def currency(self):
        code = self.request.get("currency_code", "")
        if not code:
            self.unreadable.append(("currency_code", "REQUIRED"))
        elif code in WITHDRAWN:
            self.warn("currency_code", "CURRENCY_WITHDRAWN")
        elif code not in CURRENCIES:
            self.unreadable.append(("currency_code", "CURRENCY_UNKNOWN"))
        return code

    def text(self, message, key, path):
        if not message.get(key, ""):
            self.unreadable.append((path, "REQUIRED"))
        return message.get(key, "")

    def decimal(self, message, key, path, allowed):
        """A field that has to be there."""
        if not message.get(key, ""):
            self.unreadable.append((path, "REQUIRED"))
            return None
        return self.optional(message, key, path, allowed)

    def optional(self, message, key, path, allowed, default=None):
        """A field that may be left out; there but empty, it is no decimal."""
        if key not in message:
            return default
        value, reason = parse_decimal(message[key])
        if reason:
            self.unreadable.append((path, reason))
            return None
        if not allowed(value):
            self.out_of_range.append((path, "OUT_OF_RANGE"))
        elif allowed in PERCENT_FROM and value >= PERCENT_FROM[allowed]:
            self.warn(path, "RATE_LOOKS_LIKE_PERCENT")
        return value

    def terminal_growth(self, path, growth, discount_rate):
        """Warns of a perpetual growth within 0.01 of the discount rate."""
        if discount_rate - growth <= Fraction(1, 100):
            self.warn(path, "TERMINAL_GROWTH_NEAR_RATE")

    def enum(self, message, key, path, names, required):
        value = message.get(key, names[0])
        if isinstance(value, int):
            value = names[value] if 0 <= value < len(names) else None
        if value is None:
            self.unreadable.append((path, "ENUM_UNKNOWN"))
        elif required and value == names[0]:
            self.unreadable.append((path, "REQUIRED"))
        return value

    def period_of_months(self, message, key, path):
        """A period that has to be a whole number of months."""
        period = self.enum(message, key, path, PERIODS, required=True)
        if period in ("PERIOD_WEEK", "PERIOD_DAY"):
            self.out_of_range.append((path, "NOT_APPLICABLE"))
        return period

    def at_most(self, items, count, path):
        if len(items) > count:
            self.out_of_range.append((path, "TOO_MANY_ITEMS"))

    def streams(self):
        """existing_revenue, added up."""
        items = self.request.get("existing_revenue", [])
        self.at_most(items, 1000, "existing_revenue")
        total = Fraction(0)
        for i, item in enumerate(items):
            self.text(item, "name", f"existing_revenue[{i}].name")
            total += self.decimal(item, "annual_amount", f"existing_revenue[{i}].annual_amount", ZERO_OR_MORE) or 0
        return total

    def options(self):
        """What `finish` has to know beside the answer."""
        rounding = self.request.get("options", {}).get("rounding")
        if rounding is None:
            return Asked(None, self.warnings)
        places = rounding.get("decimal_places", 0)
        if places > DIGITS:
            self.out_of_range.append(("options.rounding.decimal_places", "OUT_OF_RANGE"))
        mode = self.enum(rounding, "mode", "options.rounding.mode", MODES, required=False)
        ratio_places = rounding.get("ratio_decimal_places")
        if ratio_places is None:
            ratio_places = min(places + 4, DIGITS)
        elif ratio_places > DIGITS:
            self.out_of_range.append(("options.rounding.ratio_decimal_places", "OUT_OF_RANGE"))
        return Asked(Rounding(places, ratio_places, mode), self.warnings)


def read_date(text):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return datetime.date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return None


def rounded_to(decimal_places, mode=None, ratio_decimal_places=None):
    """The options of a request."""
    rounding = {"decimal_places": decimal_places}
    if ratio_decimal_places is not None:
        rounding["ratio_decimal_places"] = ratio_decimal_places
    if mode:
        rounding["mode"] = mode
    return {"rounding": rounding}


WARNINGS_MAX = 16


def finish(response, asked):
    """Fractions to text: written, then rounded as asked. The first value of 7.9e28 or more is refused under its
    field's name. The warnings stand last.
    """
    too_large = []
    rounding = asked.rounding

    def walk(node, path, name):
        if isinstance(node, dict):
            return {
                key: walk(value, f"{path}.{key}" if path else key, key)
                for key, value in node.items()
                if value is not None
            }
        if isinstance(node, list):
            return [walk(value, f"{path}[{i}]", name) for i, value in enumerate(node)]
        if isinstance(node, Fraction):
            value = written(node)
            if abs(value) >= LIMIT:
                too_large.append((path, "RESULT_TOO_LARGE"))
                return None
            if rounding is None:
                return to_text(value)
            places = rounding.places if name in FIELDS_OF_MONEY else rounding.ratio_places
            return to_text(round_as_asked(value, places, rounding.mode))
        return node

    answer = walk(response, "", "")
    if asked.warnings:
        answer["warnings"] = asked.warnings[:WARNINGS_MAX]
    if too_large:
        raise Refused(too_large[:1])
    return answer
