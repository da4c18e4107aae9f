"""What the suite runs (suite/callers.rs):

    python-caller load TARGET      calls until standard input ends
    python-caller busy TARGET      long calculations, some at once
    python-caller refused TARGET   one that is refused twice before it is answered
    python-caller deadline TARGET  one that is not answered in time

It prints one line of JSON: how many calls were answered, and how those that were not ended.
"""

import collections
import json
import sys
import threading
from concurrent import futures

import grpc
from paydirt.v1 import break_even_pb2, break_even_pb2_grpc, cash_flow_pb2, cash_flow_pb2_grpc, common_pb2

from paydirt_channel import paydirt_channel

CAHN = break_even_pb2.ComputeRequiredRevenueRequest(
    currency_code="USD",
    accelerator_revenue="150e9",
    accelerator_revenue_period=common_pb2.PERIOD_YEAR,
    accelerator_cost_share="0.5",
    end_user_gross_margin="0.5",
)
LONG = cash_flow_pb2.ComputeNetPresentValueRequest(
    currency_code="USD",
    cash_flows={"periodic": {"amounts": ["-1000"] + ["1.5"] * 60, "period": common_pb2.PERIOD_MONTH}},
    discount_rate="0.1",
    options={"explain": True},
)


def call(channel, rehearsal, timeout=10):
    stub = break_even_pb2_grpc.BreakEvenServiceStub(channel)
    # Every call has a deadline, which the server sees too.
    answer = stub.ComputeRequiredRevenue(CAHN, timeout=timeout, metadata=[("paydirt-rehearsal", rehearsal)])
    assert answer.required_revenue == "600000000000", answer


def long_calculation(channel):
    cash_flow_pb2_grpc.CashFlowServiceStub(channel).ComputeNetPresentValue(LONG, timeout=30)


class Ended:
    def __init__(self):
        self.lock, self.answered, self.failed = threading.Lock(), 0, collections.Counter()

    def as_does(self, call):
        try:
            call()
            with self.lock:
                self.answered += 1
        except grpc.RpcError as error:
            with self.lock:
                self.failed[f"{error.code().name}: {error.details()}"] += 1


def main():
    what, target = sys.argv[1:]
    ended = Ended()
    with paydirt_channel(target) as channel, futures.ThreadPoolExecutor(8) as callers:
        over = threading.Event()

        def calls_until_over():
            while not over.is_set():
                ended.as_does(lambda: call(channel, "50ms"))

        if what == "load":
            running = [callers.submit(calls_until_over) for _ in range(8)]
            sys.stdin.read()
            over.set()
        elif what == "busy":
            # Few, so that a debug build has most of them done before their fifth attempt.
            running = [callers.submit(lambda: [ended.as_does(lambda: long_calculation(channel)) for _ in range(3)]) for _ in range(4)]
        elif what == "refused":
            running = [callers.submit(ended.as_does, lambda: call(channel, "refused 1s"))]
        else:
            running = [callers.submit(ended.as_does, lambda: call(channel, "20s", timeout=1))]
        for caller in running:
            # A wrong answer ends this with a traceback.
            caller.result()
    print(json.dumps({"answered": ended.answered, "failed": ended.failed}))


if __name__ == "__main__":
    main()
