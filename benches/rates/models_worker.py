"""Answers on standard output how long pyxirr and numpy-financial take for a model, and what they say: started by src/bin/models.rs.

A line names the model, its rates and its amounts; the answer is a line for each library: its name, seconds for one call, and the figure with all
digits of a double.
"""

import gc
import sys

import numpy
import numpy_financial
import pyxirr

from stopwatch import measured

CALLS = {
    "npv": (pyxirr.npv, numpy_financial.npv),
    "irr": (pyxirr.irr, numpy_financial.irr),
    "mirr": (pyxirr.mirr, numpy_financial.mirr),
}


def main():
    gc.disable()
    for line in sys.stdin:
        model, rates, amounts = line.strip().split("|")
        rates = [float(rate) for rate in rates.split()]
        amounts = numpy.array([float(amount) for amount in amounts.split()])
        inputs = (rates[0], amounts) if model == "npv" else (amounts, *rates)
        for name, call in zip(("pyxirr", "numpy-financial"), CALLS[model]):
            seconds, answer = measured(call, *inputs)
            print(name, seconds, repr(float(answer)), flush=True)


main()
