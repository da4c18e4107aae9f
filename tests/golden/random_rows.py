#!/usr/bin/env python3
"""Requests that nobody thought of, with the answers of reference.py: ordinary figures, and figures at the edges of what is allowed.

    python3 tests/golden/random_rows.py                 writes random.jsonl beside it, from a fixed seed
    python3 tests/golden/random_rows.py SEED COUNT      prints COUNT other rows of each method, for a longer look

Rows that reference.py does not finish within seconds, because it follows months one by one, are left out. Needs mpmath.
"""

import json
import random
import signal
import sys

import mpmath
import reference

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
TIMINGS = ("GROWTH_TIMING_CONTINUOUS", "GROWTH_TIMING_END_OF_MONTH", "GROWTH_TIMING_START_OF_MONTH")
MODES = ("HALF_EVEN", "HALF_UP", "DOWN", "UP")
SECONDS_MAX = 3


class Requests:
    """Requests of each method, from one source of chance."""

    def __init__(self, seed):
        self.chance = random.Random(seed)

    def likely(self, probability):
        return self.chance.random() < probability

    def amount(self, digits=9):
        if self.likely(0.4):
            return self.chance.choice(EDGES)
        places = self.chance.randint(0, 4)
        whole = str(self.chance.randint(0, 10 ** self.chance.randint(1, digits)))
        return whole + (f".{self.chance.randint(0, 10**places - 1):0{places}d}" if places else "")

    def positive(self):
        amount = self.amount()
        return amount if reference.Fraction(amount) > 0 else "3"

    def signed(self):
        return self.chance.choice(("", "", "-")) + self.amount()

    def rate(self):
        return self.chance.choice(RATES) if self.likely(0.6) else f"{self.chance.choice(('', '-'))}0.{self.chance.randint(0, 9999):04d}"

    def share(self):
        return self.chance.choice(SHARES) if self.likely(0.6) else f"0.{self.chance.randint(1, 9999):04d}"

    def shared(self, **optional):
        """Currency, options, and optional fields, each there or not."""
        request = {"currency_code": "USD"}
        for name, make in optional.items():
            if self.likely(0.4):
                request[name] = make()
        if self.likely(0.3):
            request["options"] = reference.rounded_to(self.chance.randint(0, 12), "ROUNDING_MODE_" + self.chance.choice(MODES))
        return request

    def streams(self):
        return [{"name": "stream", "annual_amount": self.amount()} for _ in range(self.chance.randint(1, 4))]

    def required_revenue(self):
        request = self.shared(
            cloud_gross_margin=self.share, payback_years=self.positive, existing_revenue=self.streams, paying_customers=self.positive
        )
        request.update(accelerator_revenue=self.amount(), accelerator_revenue_period=self.chance.choice(PERIODS))
        return {**request, "accelerator_cost_share": self.share(), "end_user_gross_margin": self.share()}

    def return_revenue(self):
        request = self.shared(existing_revenue=self.streams, paying_customers=self.positive)
        request.update(capital_expenditure=self.positive(), useful_life_years=self.chance.choice(("5", "6", "0.001", "100", "5.5", "3.25")))
        hurdle = self.chance.choice(("required_return", "return_on_invested_capital", "sustainable_capital_intensity"))
        request[hurdle] = {"required_return": self.rate}.get(hurdle, self.share)()
        if hurdle != "sustainable_capital_intensity":
            request.update(gross_margin=self.share(), annual_operating_cost=self.amount())
        return request

    def break_even_point(self):
        request = self.shared(target_profit=self.signed, expected_revenue=self.amount)
        request["fixed_costs"] = self.amount()
        if self.likely(0.7):
            return {**request, "unit": {"price": self.positive(), "variable_cost": self.amount()}}
        return {**request, "contribution_margin_ratio": self.chance.choice(("", "-")) + self.share()}

    def lines(self):
        lines = []
        for number in range(self.chance.randint(0, 3)):
            line = {"name": f"line {number}", "amount": self.amount(6), "period": self.chance.choice(PERIODS)}
            if self.likely(0.5):
                line[self.chance.choice(("monthly_growth_rate", "annual_growth_rate"))] = self.rate()
            if self.likely(0.3):
                line["first_month"] = self.chance.randint(1, 30)
            if self.likely(0.3):
                line["last_month"] = line.get("first_month", 1) + self.chance.randint(0, 30)
            if self.likely(0.15):
                line["non_cash"] = True
            lines.append(line)
        return lines

    def events(self):
        months = (self.chance.randint(1, 40) for _ in range(self.chance.randint(1, 3)))
        return [{"name": "event", "month": month, "amount": self.signed()} for month in months]

    def date(self):
        return self.chance.choice(("2024-01-31", "2023-01-31", "2024-02-29", "2026-11-24", "2023-08-31", "2039-12-15"))

    def runway(self):
        request = self.shared(
            minimum_cash=self.signed, as_of_date=self.date, events=self.events, net_new_annual_recurring_revenue=self.signed
        )
        if self.likely(0.9):
            request["cash_balance"] = self.signed()
        request["horizon_months"] = self.chance.choice((0, 1, 6, 12, 24))
        return {**request, "costs": self.lines(), "revenues": self.lines(), "include_ledger": self.likely(0.1)}

    def default_alive(self):
        request = self.shared(monthly_expense_growth_rate=self.rate)
        request.update(cash_balance=self.amount(), monthly_revenue=self.amount(5), monthly_expenses=self.amount(5))
        return {**request, "monthly_revenue_growth_rate": self.rate(), "timing": self.chance.choice(TIMINGS)}


def row(method, number, request):
    """A row, or None where the reference takes too long or has no number for it."""
    service, compute = reference.METHODS[method]
    row = {"name": f"{method}_{number}", "method": f"{service}/{method}", "request": request}
    signal.alarm(SECONDS_MAX)
    try:
        row["response"] = compute(request)
    except reference.Refused as refusal:
        # Which of several results is named first is not said anywhere.
        if len(refusal.violations) > 1:
            return None
        violations = [{"field": field, "reason": reason} for field, reason in refusal.violations]
        row["error"] = {"code": "INVALID_ARGUMENT", "violations": violations}
    except (TimeoutError, AssertionError, ValueError, OverflowError, ZeroDivisionError):
        return None
    finally:
        signal.alarm(0)
    return {**row, "source": "computed: random_rows.py"}


def rows(seed, count):
    requests = Requests(seed)
    makers = {
        "ComputeRequiredRevenue": requests.required_revenue,
        "ComputeReturnRevenue": requests.return_revenue,
        "ComputeBreakEvenPoint": requests.break_even_point,
        "ComputeRunway": requests.runway,
        "ComputeDefaultAlive": requests.default_alive,
    }
    for method, make in makers.items():
        found = 0
        while found < count:
            made = row(method, found, make())
            if made:
                found += 1
                yield json.dumps(made) + "\n"


def too_long(_signal, _frame):
    raise TimeoutError


def main():
    signal.signal(signal.SIGALRM, too_long)
    with mpmath.workdps(110):
        if len(sys.argv) == 3:
            sys.stdout.writelines(rows(int(sys.argv[1]), int(sys.argv[2])))
        else:
            (reference.HERE / "random.jsonl").write_text("".join(rows(20261124, 80)), encoding="utf-8")


if __name__ == "__main__":
    main()
