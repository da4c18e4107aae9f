#!/usr/bin/env python3
"""Cash flows and plans that nobody thought of, with the answers of reference_cash_flow.py.

    python3 tests/golden/random_cash_flows.py                 writes random_cash_flows.jsonl beside it, from a fixed seed
    python3 tests/golden/random_cash_flows.py SEED COUNT      prints COUNT other rows of each method, for a longer look

Rows for which the contract can be read in two ways are left out, and those that take longer than seconds. Needs mpmath.
"""

import datetime
import json
import signal
import sys

import mpmath
import random_rows
import reference
import reference_cash_flow

DAY_COUNTS = reference_cash_flow.DAY_COUNTS
FEW_DIGITS = ("1", "-1", "2", "-2", "-3", "10", "-10", "100", "-100", "110", "-120", "0", "0.5")


class Requests(random_rows.Requests):
    def figure(self, edges=True):
        """An amount of a series: of one kind within a request, so that they compare."""
        return self.signed() if edges else f"{self.chance.choice(('', '-'))}{self.chance.randint(0, 10**self.chance.randint(1, 5))}.{self.chance.randint(0, 99):02d}"

    def moderate(self, low=0):
        return f"{self.chance.randint(low, 10 ** self.chance.randint(1, 5))}" + self.chance.choice(("", "", ".5", ".25", ".01"))

    def amounts(self, count):
        kind = self.chance.randint(0, 5)
        if kind == 0:  # edges of what is allowed
            return [self.signed() for _ in range(count)]
        if kind == 1:  # few digits: whole rates, and rates that meet
            return [self.chance.choice(FEW_DIGITS) for _ in range(count)]
        if kind == 2:  # random signs
            return [self.figure(False) for _ in range(count)]
        # An investment, or a loan.
        sign, other = self.chance.choice((("-", ""), ("-", ""), ("", "-")))
        return [sign + str(self.chance.randint(1, 10**5))] + [
            (other if self.likely(0.9) else sign) + self.moderate() for _ in range(count - 1)
        ]

    def rates_product(self):
        """A polynomial with chosen zeros: rates of two digits, some twice."""
        series = [1]
        for _ in range(self.chance.randint(1, 4)):
            growth = self.chance.choice((50, 90, 100, 105, 110, 110, 120, 200, 500))
            series = [a * 100 - b * growth for a, b in zip(series + [0], [0] + series)]
        if self.likely(0.3):
            series[-1] += self.chance.choice((1, -1))
        sign = self.chance.choice((1, -1))
        return [str(sign * x) for x in series]

    def date(self):
        if self.likely(0.3):
            return self.chance.choice(("2024-02-29", "2024-01-31", "2023-12-31", "2025-02-28", "2024-12-31", "2026-03-31", "2025-01-01"))
        return (datetime.date(2022, 1, 1) + datetime.timedelta(days=self.chance.randint(0, 3000))).isoformat()

    def cash_flows(self, most=14):
        count = self.chance.randint(1, most)
        if self.likely(0.55):
            amounts = self.rates_product() if self.likely(0.2) else self.amounts(count)
            return {"periodic": {"amounts": amounts, "period": self.chance.choice(random_rows.PERIODS)}}
        flows = [{"date": self.date(), "amount": amount} for amount in self.amounts(count)]
        if self.likely(0.5):
            flows.sort(key=lambda flow: flow["date"])
        schedule = {"flows": flows}
        if self.likely(0.7):
            schedule["day_count"] = self.chance.choice(DAY_COUNTS)
        return {"dated": schedule}

    def annual(self):
        return self.rate() if self.likely(0.3) else f"{self.chance.choice(('', '', '', '-'))}0.{self.chance.randint(0, 40):02d}"

    def options(self):
        return {"options": reference.rounded_to(self.chance.randint(0, 14), "ROUNDING_MODE_" + self.chance.choice(random_rows.MODES))} if self.likely(0.2) else {}

    def present_value(self):
        request = {"currency_code": "EUR", "cash_flows": self.cash_flows(), "discount_rate": self.annual(), **self.options()}
        if "periodic" in request["cash_flows"] and self.likely(0.6):
            request["first_flow"] = self.chance.choice(reference_cash_flow.FIRST_FLOWS)
        return request

    def internal_rate(self):
        return {"cash_flows": self.cash_flows(40 if self.likely(0.2) else 10), **self.options()}

    def modified_rate(self):
        return {"cash_flows": self.cash_flows(), "finance_rate": self.annual(), "reinvestment_rate": self.annual(), **self.options()}

    def payback(self):
        request = {"cash_flows": self.cash_flows(), **self.options()}
        if self.likely(0.8):
            request["discount_rate"] = self.annual()
        return request

    def policy(self, years):
        method = self.chance.choice(reference_cash_flow.METHODS[1:])
        if method == reference_cash_flow.METHODS[4]:
            if years:
                return {"method": method, "useful_life_periods": self.chance.choice((3, 5, 7, 10, 15, 20))}
            method = reference_cash_flow.METHODS[2]
        policy = {"method": method, "useful_life_periods": self.chance.choice((1, 2, 3, 4, 5, 7, 12, 40))}
        if self.likely(0.4):
            policy["salvage_ratio"] = self.chance.choice(("0", "0.1", "0.25", self.share()))
        return policy

    def depreciation(self):
        return {"currency_code": "EUR", "cost": self.positive(), "policy": self.policy(True), **self.options()}

    def series(self, count, low=0):
        if self.likely(0.15):
            return [self.amount() for _ in range(count)]
        return [self.moderate(low) for _ in range(count)]

    def capex_roi(self):
        count = self.chance.randint(1, 12)
        period = self.chance.choice(random_rows.PERIODS)
        request = {"currency_code": "EUR", "period": period, "discount_rate": self.annual(), **self.options()}
        request["capital_expenditures"] = self.series(self.chance.randint(1, min(3, count)), 1)
        request["revenues"] = (["0"] if self.likely(0.7) else []) + self.series(count)
        for name, probability, make in (
            ("gross_margin", 0.4, self.share),
            ("operating_costs", 0.4, lambda: [str(self.chance.randint(0, 999)) for _ in range(self.chance.randint(1, count))]),
            ("tax_rate", 0.5, lambda: self.chance.choice(("0", "0.21", "0.25", "0.3333333333333333333333333333", "1"))),
            ("depreciation", 0.5, lambda: self.policy(period == "PERIOD_YEAR")),
            ("timing", 0.6, lambda: self.chance.choice(reference_cash_flow.TIMINGS)),
            ("finance_rate", 0.2, self.annual),
            ("reinvestment_rate", 0.2, self.annual),
        ):
            if self.likely(probability):
                request[name] = make()
        terminal = self.chance.randint(0, 5)
        if terminal == 0:
            request["terminal_amount"] = self.moderate()
        elif terminal == 1:
            request["perpetual_growth_rate"] = self.chance.choice(("0", "0.02", "-0.02", "0.05"))
        elif terminal == 2:
            request["exit_multiple"] = self.chance.choice(("0", "1", "4.5", "10"))
        return request


def rows(seed, count):
    requests = Requests(seed)
    makers = {
        "ComputeNetPresentValue": requests.present_value,
        "ComputeInternalRateOfReturn": requests.internal_rate,
        "ComputeModifiedInternalRateOfReturn": requests.modified_rate,
        "ComputePayback": requests.payback,
        "ComputeCapexRoi": requests.capex_roi,
        "ComputeDepreciation": requests.depreciation,
    }
    for method, make in makers.items():
        found = 0
        while found < count:
            made = random_rows.row(method, found, make())
            if made:
                found += 1
                yield json.dumps({**made, "source": "computed: random_cash_flows.py"}) + "\n"


def main():
    signal.signal(signal.SIGALRM, random_rows.too_long)
    with mpmath.workdps(110):
        if len(sys.argv) == 3:
            sys.stdout.writelines(rows(int(sys.argv[1]), int(sys.argv[2])))
        else:
            (reference.HERE / "random_cash_flows.jsonl").write_text("".join(rows(20261125, 50)), encoding="utf-8")


if __name__ == "__main__":
    main()
