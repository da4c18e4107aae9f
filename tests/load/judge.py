"""What a run was worth: a verdict, and the figures behind it."""

import collections
import math
from dataclasses import dataclass, field

# A generator that sends this late measures itself: at the 99th percentile, in seconds.
LATE_MAX = 0.05
# And one that sends this much less than asked has not asked the question.
RATE_SHARE_MIN = 0.97

PASSED, FAILED, NO_VERDICT = "passed", "failed", "no verdict"


@dataclass
class Bounds:
    """Generous, since the machine is shared: what lies beyond them is no noise. Seconds, from the time when a call was due."""

    p50: float = 0.05
    p99: float = 0.2
    p999: float = 1.0


@dataclass
class Verdict:
    verdict: str
    reasons: list = field(default_factory=list)
    figures: dict = field(default_factory=dict)


def percentile(ordered, share):
    """The smallest value that so many are not above."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


# Of a server that has no room: what it has to say when it is asked too much.
REFUSED = "Unavailable"


def judge(calls, bounds, wrong_digits=(), may_refuse=False):
    """`calls` is a list, one for each method of a mix; `wrong_digits` names answers that were not what they have to be. Where it may
    refuse, latency is that of the calls that it did not refuse."""
    latencies = sorted(
        latency
        for one in calls
        for latency, status in zip(one.latency_when_due(), one.status)
        if not (may_refuse and status == REFUSED)
    )
    late = sorted(late for one in calls for late in one.late)
    statuses = collections.Counter(status for one in calls for status in one.status)
    asked, sent = sum(one.rate for one in calls), sum(one.rate_sent() for one in calls)
    figures = {
        "calls": sum(statuses.values()),
        "rate_asked": asked,
        "rate_sent": sent,
        "late_p99": percentile(late, 0.99),
        "statuses": dict(statuses),
        **{name: percentile(latencies, share) for name, share in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)]},
        "max": latencies[-1] if latencies else None,
    }
    reasons = [f"{count} calls ended as {status}" for status, count in statuses.items() if status != "OK" and not (may_refuse and status == REFUSED)]
    reasons += [f"a wrong answer: {wrong[:500]}" for wrong in wrong_digits]
    if not latencies:
        reasons.append("no call was answered")
    if reasons:
        return Verdict(FAILED, reasons, figures)
    if figures["late_p99"] > LATE_MAX:
        return Verdict(NO_VERDICT, [f"the generator sent {figures['late_p99'] * 1e3:.0f} ms late at the 99th percentile"], figures)
    if sent < asked * RATE_SHARE_MIN:
        return Verdict(NO_VERDICT, [f"the generator sent {sent:.0f} calls a second, and not {asked:.0f}"], figures)
    for name in ("p50", "p99", "p999"):
        if figures[name] > getattr(bounds, name):
            reasons.append(f"{name} is {figures[name] * 1e3:.1f} ms, above {getattr(bounds, name) * 1e3:.0f} ms")
    return Verdict(FAILED if reasons else PASSED, reasons, figures)
