"""Cash flows as requests have them: short ways to write them, and cash flows drawn by chance."""

import datetime

from shared.chance import PERIODS
from shared.flows import DAY_COUNTS

YEAR, QUARTER, MONTH = "PERIOD_YEAR", "PERIOD_QUARTER", "PERIOD_MONTH"
HALF_YEAR, WEEK, DAY = "PERIOD_HALF_YEAR", "PERIOD_WEEK", "PERIOD_DAY"
MODES = ("HALF_EVEN", "HALF_UP", "DOWN", "UP")
DAY_COUNT_NAMES = [name.removeprefix("DAY_COUNT_") for name in DAY_COUNTS]
# The example of Microsoft's page on XIRR; leap years; halves of a year.
MICROSOFT = "2008-01-01 -10000, 2008-03-01 2750, 2008-10-30 4250, 2009-02-15 3250, 2009-04-01 2750"
LEAP_YEARS = "2023-11-30 -1000, 2024-02-29 400, 2024-12-31 300, 2025-02-28 200, 2028-02-29 350"
HALF_A_YEAR = "2023-12-15 -1000, 2024-06-15 250, 2024-12-15 300, 2025-06-15 650"


def periodic(amounts, period=YEAR):
    """ "-100 110": an amount for each period"""
    return {"periodic": {"amounts": amounts.split(), "period": period}}


def dated(flows, day_count=None):
    """ "2024-01-31 -100, 2025-01-31 110" """
    items = [dict(zip(("date", "amount"), flow.split())) for flow in flows.split(",")]
    return {"dated": {"flows": items, **({"day_count": "DAY_COUNT_" + day_count} if day_count else {})}}


# Drawn by chance

FEW_DIGITS = ("1", "-1", "2", "-2", "-3", "10", "-10", "100", "-100", "110", "-120", "0", "0.5")
DATES = ("2024-02-29", "2024-01-31", "2023-12-31", "2025-02-28", "2024-12-31", "2026-03-31", "2025-01-01")
# The growth of a period, in per cent: rates that people think of.
GROWTHS = (50, 90, 100, 105, 110, 110, 120, 200, 500)


def moderate(chance, low=0):
    return f"{chance.randint(low, 10 ** chance.randint(1, 5))}" + chance.choice(("", "", ".5", ".25", ".01"))


def amounts(chance, count):
    kind = chance.randint(0, 5)
    if kind == 0:  # edges of what is allowed
        return [chance.signed() for _ in range(count)]
    if kind == 1:  # few digits: whole rates, and rates that meet
        return [chance.choice(FEW_DIGITS) for _ in range(count)]
    if kind == 2:  # any signs
        return [chance.choice(("", "-")) + f"{chance.randint(0, 10 ** chance.randint(1, 5))}.25" for _ in range(count)]
    # An investment, or a loan.
    sign, other = chance.choice((("-", ""), ("-", ""), ("", "-")))
    first = sign + str(chance.randint(1, 10**5))
    return [first] + [(other if chance.likely(0.9) else sign) + moderate(chance) for _ in range(count - 1)]


def amounts_of_chosen_rates(chance):
    """A polynomial with chosen zeros: rates of two digits, some twice."""
    series = [1]
    for _ in range(chance.randint(1, 4)):
        growth = chance.choice(GROWTHS)
        series = [a * 100 - b * growth for a, b in zip(series + [0], [0] + series)]
    if chance.likely(0.3):
        series[-1] += chance.choice((1, -1))
    sign = chance.choice((1, -1))
    return [str(sign * x) for x in series]


def date(chance):
    if chance.likely(0.3):
        return chance.choice(DATES)
    return (datetime.date(2022, 1, 1) + datetime.timedelta(days=chance.randint(0, 3000))).isoformat()


def cash_flows(chance, most=14):
    count = chance.randint(1, most)
    if chance.likely(0.55):
        texts = amounts_of_chosen_rates(chance) if chance.likely(0.2) else amounts(chance, count)
        return {"periodic": {"amounts": texts, "period": chance.choice(PERIODS + (HALF_YEAR, WEEK, DAY))}}
    flows = [{"date": date(chance), "amount": amount} for amount in amounts(chance, count)]
    if chance.likely(0.5):
        flows.sort(key=lambda flow: flow["date"])
    schedule = {"flows": flows}
    if chance.likely(0.7):
        schedule["day_count"] = chance.choice(DAY_COUNTS)
    return {"dated": schedule}


def annual_rate(chance):
    return chance.rate() if chance.likely(0.3) else f"{chance.choice(('', '', '', '-'))}0.{chance.randint(0, 40):02d}"


def options(chance):
    return chance.options(0.2, 14)
