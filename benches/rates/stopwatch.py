"""How long a call takes by Python's own clock: src/stopwatch.rs measures alike."""

from time import perf_counter

BATCHES = 9
BATCH_SECONDS = 0.002


def measured(call, *inputs):
    """Seconds for one call and its last answer, which is measured once where it takes long."""

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
