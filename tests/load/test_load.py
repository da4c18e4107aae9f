"""The test of the load test: an honest server passes, and one that stalls, lies by one digit or answers errors does not.

    PAYDIRT_PROGRAM=target/debug/paydirt grpc-python -m unittest discover tests/load
"""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from ghz import Calls, _seconds
from judge import FAILED, NO_VERDICT, PASSED, Bounds, judge
from main import ATTEMPTS, Bench, Scenario
from server import Paydirt, Process, free_port

HERE = pathlib.Path(__file__).resolve().parent
# What Python alone can pass on, on a busy machine.
SLOW, SECONDS = 0.2, 4


def calls(count=1000, rate=100.0, latency=0.001, late=0.0, status="OK", pace=None):
    sent = [index / (pace or rate) for index in range(count)]
    return Calls("a method", rate, sent, [late] * count, [latency] * count, [status] * count)


class Judging(unittest.TestCase):
    def test_good_calls_pass(self):
        self.assertEqual(judge([calls()], Bounds()).verdict, PASSED)

    def test_one_error_among_a_thousand_fails(self):
        one = calls()
        one.status[500] = "Internal"
        self.assertEqual(judge([one], Bounds()).verdict, FAILED)

    def test_one_wrong_digit_fails(self):
        self.assertEqual(judge([calls()], Bounds(), ["599 and not 600"]).verdict, FAILED)

    def test_refusals_fail_unless_they_are_what_has_to_be(self):
        one = calls()
        one.status[:500] = ["Unavailable"] * 500
        one.latency[:500] = [9.0] * 500
        self.assertEqual(judge([one], Bounds()).verdict, FAILED)
        self.assertEqual(judge([one], Bounds(), may_refuse=True).verdict, PASSED)
        one.status[:] = ["Unavailable"] * 1000
        self.assertEqual(judge([one], Bounds(), may_refuse=True).verdict, FAILED)

    def test_no_calls_fail(self):
        self.assertEqual(judge([calls(count=0)], Bounds()).verdict, FAILED)

    def test_each_bound_is_looked_at(self):
        one = calls()
        one.latency[:15] = [Bounds().p99 * 1.01] * 15
        self.assertEqual(judge([one], Bounds()).verdict, FAILED)
        one = calls()
        one.latency[:2] = [Bounds().p999 * 1.01] * 2
        self.assertEqual(judge([one], Bounds()).verdict, FAILED)
        self.assertEqual(judge([calls(latency=Bounds().p50 * 1.01)], Bounds()).verdict, FAILED)

    def test_a_generator_that_lags_gives_no_verdict(self):
        self.assertEqual(judge([calls(late=0.06)], Bounds()).verdict, NO_VERDICT)
        self.assertEqual(judge([calls(pace=90.0)], Bounds()).verdict, NO_VERDICT)

    def test_a_late_generator_is_asked_again_and_what_comes_last_counts(self):
        late, good = (judge([one], Bounds()) for one in (calls(late=0.06), calls()))
        for verdicts, kept in [([late, good], PASSED), ([late, late, good], PASSED), ([late] * 4, NO_VERDICT)]:
            bench, asked = Bench("ghz"), iter(verdicts)
            run = bench._until_verdict("a run", lambda: next(asked), ATTEMPTS, None)
            self.assertEqual((run["verdict"], len(bench.runs)), (kept, 1))

    def test_lateness_counts_as_latency(self):
        self.assertAlmostEqual(judge([calls(latency=0.001, late=0.04)], Bounds()).figures["p50"], 0.041)

    def test_timestamps_are_read_to_the_nanosecond(self):
        self.assertAlmostEqual(_seconds("1970-01-01T00:00:01.000000250Z"), 1.00000025, places=9)
        self.assertAlmostEqual(_seconds("1970-01-01T01:00:01.5+01:00"), 1.5, places=9)
        self.assertAlmostEqual(_seconds("1970-01-01T00:00:01Z"), 1, places=9)


class Servers(unittest.TestCase):
    """Each behind a program that passes calls on, as it should or not."""

    def verdict(self, how):
        bench = Bench(os.environ.get("PAYDIRT_GHZ", "ghz"))
        with Paydirt(os.environ["PAYDIRT_PROGRAM"]) as paydirt:
            address = f"127.0.0.1:{free_port()}"
            with Process([sys.executable, HERE / "wrong.py", how, address, paydirt.address], address):
                return bench.run(how, Scenario("mixed", SLOW), address, SECONDS)

    def test_one_that_is_honest_passes(self):
        run = self.verdict("honest")
        self.assertEqual(run["verdict"], PASSED, run["reasons"])
        self.assertGreater(run["figures"]["compared"], 20)

    def test_one_that_stalls_fails(self):
        run = self.verdict("stall")
        self.assertEqual(run["verdict"], FAILED)
        self.assertTrue(any("p99 is" in reason for reason in run["reasons"]), run["reasons"])

    def test_one_that_lies_by_one_digit_fails(self):
        run = self.verdict("lie")
        self.assertEqual(run["verdict"], FAILED)
        self.assertTrue(any("a wrong answer" in reason for reason in run["reasons"]), run["reasons"])

    def test_one_that_answers_errors_fails(self):
        run = self.verdict("error")
        self.assertEqual(run["verdict"], FAILED)
        self.assertTrue(any("Internal" in reason for reason in run["reasons"]), run["reasons"])


if __name__ == "__main__":
    unittest.main()
