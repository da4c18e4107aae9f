"""Requests drawn by chance: ordinary figures, and figures at the edges of what is allowed.

Each request has a seed of its own, made of its method's name and its number: neither another method nor another row
changes it.
"""

import random
from fractions import Fraction

from shared.reader import rounded_to

EDGES = (
    "0 1e-28 1e-20 1e-12 1e-5 0.1 0.3333333333333333333333333333 1 2 3 7 100 99.99999999999999999999999999 "
    "100.0000000000000000000000001 12345.678 1e14 123456789012345678.9012345678 1e28 7.8e28"
).split()
RATES = (
    "0 1e-28 -1e-28 1e-15 -1e-15 1e-12 0.01 0.05 0.1 0.1000000000000000000000000001 -0.05 -0.5 -0.9 "
    "-0.9999999999999999999999999999 1 2.5 10 7e28"
).split()
SHARES = ("0.5", "0.25", "0.9", "0.3333333333333333333333333333", "0.9999999999999999999999999999", "1e-5")
PERIODS = ("PERIOD_MONTH", "PERIOD_QUARTER", "PERIOD_YEAR")
MODES = ("HALF_EVEN", "HALF_UP", "DOWN", "UP")


class Chance(random.Random):
    """One source of chance, and the figures that requests are made of."""

    def likely(self, probability):
        return self.random() < probability

    def amount(self, digits=9):
        if self.likely(0.4):
            return self.choice(EDGES)
        places = self.randint(0, 4)
        whole = str(self.randint(0, 10 ** self.randint(1, digits)))
        return whole + (f".{self.randint(0, 10**places - 1):0{places}d}" if places else "")

    def positive(self):
        amount = self.amount()
        return amount if Fraction(amount) > 0 else "3"

    def signed(self):
        return self.choice(("", "", "-")) + self.amount()

    def rate(self):
        if self.likely(0.6):
            return self.choice(RATES)
        return f"{self.choice(('', '-'))}0.{self.randint(0, 9999):04d}"

    def share(self):
        return self.choice(SHARES) if self.likely(0.6) else f"0.{self.randint(1, 9999):04d}"

    def options(self, probability, places_max):
        """options.rounding, there or not."""
        if not self.likely(probability):
            return {}
        return {"options": rounded_to(self.randint(0, places_max), "ROUNDING_MODE_" + self.choice(MODES))}

    def shared(self, **optional):
        """A currency, options, and optional fields, each there or not."""
        request = {"currency_code": "USD"}
        for name, make in optional.items():
            if self.likely(0.4):
                request[name] = make()
        return {**request, **self.options(0.3, 12)}
