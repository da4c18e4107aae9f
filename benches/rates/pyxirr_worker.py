"""Answers on standard output how long pyxirr takes, and what it says: started by src/pyxirr.rs, which describes the lines."""

import datetime
import gc
import sys
from time import perf_counter

import numpy
import pyxirr

BATCHES = 9
BATCH_SECONDS = 0.002


def measured(call, *inputs):
    """Seconds for one call and its last answer: as src/stopwatch.rs does it."""

    def batch(calls):
        repeat = range(calls)
        start = perf_counter()
        for _ in repeat:
            answer = call(*inputs)
        return (perf_counter() - start) / calls, answer

    first, answer = batch(1)
    if first > 25 * BATCH_SECONDS:
        return first, answer
    warm, answer = batch(3)
    calls = int(BATCH_SECONDS / max(warm, 1e-9)) + 1
    return min(batch(calls)[0] for _ in range(BATCHES)), answer


def main():
    gc.disable()
    for line in sys.stdin:
        word = line.strip()
        if word == "case":
            amounts = [float(amount) for amount in sys.stdin.readline().split()]
            dates = [datetime.date.fromisoformat(date) for date in sys.stdin.readline().split()]
            amounts_array = numpy.array(amounts)
            dates_array = numpy.array(dates, dtype="datetime64[D]")
            continue
        given = (dates, amounts) if word == "lists" else (dates_array, amounts_array)
        if not dates:
            given = given[1:]
        try:
            seconds, answer = measured(pyxirr.xirr if dates else pyxirr.irr, *given)
        except Exception as error:  # Whatever it raises is an answer in the table.
            seconds, answer = float("nan"), type(error).__name__
        print(seconds, answer, flush=True)


main()
