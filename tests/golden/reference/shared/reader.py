"""Requests as JSON: fields that are read, and every one that cannot be used, by its path and reason.

The contract promises an order: fields that cannot be read come first, then those that are out of range, each in the
order of the fields.
"""

import datetime
import re
from fractions import Fraction

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


PERIODS = ["PERIOD_UNSPECIFIED", "PERIOD_MONTH", "PERIOD_QUARTER", "PERIOD_YEAR"]


MODES = [
    "ROUNDING_MODE_UNSPECIFIED",
    "ROUNDING_MODE_HALF_EVEN",
    "ROUNDING_MODE_HALF_UP",
    "ROUNDING_MODE_DOWN",
    "ROUNDING_MODE_UP",
]


PERIODS_A_YEAR = {"PERIOD_MONTH": 12, "PERIOD_QUARTER": 4, "PERIOD_YEAR": 1}


CURRENCIES = {"USD", "EUR", "GBP", "JPY", "CHF", "CNY", "INR", "KWD"}  # those the rows use


# The range of a decimal, named by the words of the contract.
ANY = lambda x: True


ZERO_OR_MORE = lambda x: x >= 0


ABOVE_ZERO = lambda x: x > 0


ABOVE_MINUS_ONE = lambda x: x > -1


AT_MOST_ONE = lambda x: x <= 1


ABOVE_ZERO_UP_TO_ONE = lambda x: 0 < x <= 1


ZERO_UP_TO_BELOW_ONE = lambda x: 0 <= x < 1


ABOVE_ZERO_AT_MOST_100 = lambda x: 0 < x <= 100

ZERO_UP_TO_ONE = lambda x: 0 <= x <= 1


class Reader:
    """Reads one request and collects what is wrong with it: unreadable fields first, then values out of range."""

    def __init__(self, request):
        self.request = request
        self.unreadable = []
        self.out_of_range = []

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
        return value

    def enum(self, message, key, path, names, required):
        value = message.get(key, names[0])
        if isinstance(value, int):
            value = names[value] if 0 <= value < len(names) else None
        if value is None:
            self.unreadable.append((path, "ENUM_UNKNOWN"))
        elif required and value == names[0]:
            self.unreadable.append((path, "REQUIRED"))
        return value

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

    def rounding(self):
        """options.rounding as (decimal_places, mode), or None."""
        rounding = self.request.get("options", {}).get("rounding")
        if rounding is None:
            return None
        mode = self.enum(rounding, "mode", "options.rounding.mode", MODES, required=False)
        places = rounding.get("decimal_places", 0)
        if places > DIGITS:
            self.out_of_range.append(("options.rounding.decimal_places", "OUT_OF_RANGE"))
        return places, mode


def read_date(text):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return datetime.date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return None


def rounded_to(decimal_places, mode=None):
    """The options of a request."""
    rounding = {"decimal_places": decimal_places}
    if mode:
        rounding["mode"] = mode
    return {"rounding": rounding}


def finish(response, rounding):
    """Fractions to text: written, then rounded as asked. The first value of 7.9e28 or more is refused under its
    field's name.
    """
    too_large = []

    def walk(node, path):
        if isinstance(node, dict):
            return {
                key: walk(value, f"{path}.{key}" if path else key) for key, value in node.items() if value is not None
            }
        if isinstance(node, list):
            return [walk(value, f"{path}[{i}]") for i, value in enumerate(node)]
        if isinstance(node, Fraction):
            value = written(node)
            if abs(value) >= LIMIT:
                too_large.append((path, "RESULT_TOO_LARGE"))
                return None
            return to_text(round_as_asked(value, *rounding) if rounding else value)
        return node

    answer = walk(response, "")
    if too_large:
        raise Refused(too_large[:1])
    return answer
