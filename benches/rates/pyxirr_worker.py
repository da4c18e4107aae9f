"""Answers on standard output how long pyxirr takes, and what it says: started by src/pyxirr.rs, which describes the lines."""

import datetime
import gc
import sys

import numpy
import pyxirr

from stopwatch import measured


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
