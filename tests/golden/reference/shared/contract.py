"""What the comments of the contract say of a field: its unit."""

import pathlib
import re

PROTO = pathlib.Path(__file__).resolve().parents[4] / "proto/paydirt/v1"
MESSAGE = re.compile(r"^message (\w+) \{$")
FIELD = re.compile(r"^\s+(?:optional |repeated )?string (\w+) = \d+;")
MONEY = re.compile(r"\bUnit: money\.")


def fields_of_money():
    """The names of the decimal fields of responses whose comment says "Unit: money"."""
    units = {}
    for path in sorted(PROTO.glob("*.proto")):
        message, comment = "", ""
        for line in path.read_text(encoding="utf-8").splitlines():
            opening, field = MESSAGE.match(line), FIELD.match(line)
            if opening:
                message, comment = opening.group(1), ""
            elif line.strip().startswith("//"):
                comment += line.strip()[2:]
            else:
                if field and not message.endswith("Request"):
                    units.setdefault(field.group(1), set()).add(bool(MONEY.search(comment)))
                comment = ""
    ambiguous = [name for name, money in units.items() if len(money) > 1]
    assert not ambiguous, f"money in one message and something else in another: {ambiguous}"
    return {name for name, money in units.items() if True in money}


FIELDS_OF_MONEY = fields_of_money()
