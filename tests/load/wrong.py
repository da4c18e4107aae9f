"""A server that is wrong: it passes calls on to the right one, and stalls, lies by one digit, or fails now and then.

    wrong.py stall|lie|error|honest ADDRESS UPSTREAM
"""

import re
import signal
import sys
import threading
import time
from concurrent import futures

import grpc

STALL_SECONDS = 0.3
# One call in so many. The load and its sample come in a fixed turn, of five: a number that shares a factor with it would always meet the
# one, and never the other.
ERROR_EVERY, LIE_EVERY = 47, 7


def lying(answer):
    """One digit of a decimal is another. From within the first long one: at its ends other bytes may look like digits."""
    found = re.search(rb"\d{6,}", answer)
    if not found:
        return answer
    at = found.start() + 3
    return answer[:at] + bytes([ord("0") + (answer[at] - ord("0") + 1) % 10]) + answer[at + 1 :]


class Wrong(grpc.GenericRpcHandler):
    def __init__(self, how, upstream):
        self._how, self._channel, self._count = how, grpc.insecure_channel(upstream), 0
        self._begun = time.monotonic()

    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(lambda request, context: self._answer(details.method, request, context))

    def _answer(self, method, request, context):
        self._count += 1
        if self._how == "stall":
            # A pause of the whole server in each second: who comes in it waits for its end.
            into = (time.monotonic() - self._begun) % 1
            if into < STALL_SECONDS:
                time.sleep(STALL_SECONDS - into)
        if self._how == "error" and self._count % ERROR_EVERY == 0:
            context.abort(grpc.StatusCode.INTERNAL, "now and then")
        answer = self._channel.unary_unary(method)(request, timeout=30)
        return lying(answer) if self._how == "lie" and self._count % LIE_EVERY == 0 else answer


def main():
    how, address, upstream = sys.argv[1:]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=64))
    server.add_generic_rpc_handlers([Wrong(how, upstream)])
    server.add_insecure_port(address)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    server.start()
    ended.wait()
    server.stop(1)


if __name__ == "__main__":
    main()
