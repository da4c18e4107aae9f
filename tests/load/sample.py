"""Answers under load, digit by digit: against what an independent calculation says, and against what the same server says by itself."""

import threading
import time

import grpc
from google.protobuf.message import DecodeError

from contract import connect, without_defaults, without_messages


class Sample:
    """Asks one question after another, over a connection of its own, while the load runs."""

    EVERY = 0.02

    def __init__(self, address, rows):
        """`rows`: a method, a request, and what is expected of it."""
        self.wrong, self.refused, self.compared = [], [], 0
        self._rows = [(method, method.encoded(request), expected) for method, request, expected in rows]
        self._channel = connect(address)
        # Before the load: what a call under load has to repeat to the byte.
        self._alone = [self._ask(method, request) for method, request, _ in self._rows]
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def _ask(self, method, request):
        try:
            return method.call(self._channel, request)
        except grpc.RpcError as error:
            kind = self.refused if error.code() == grpc.StatusCode.UNAVAILABLE else self.wrong
            kind.append(f"{method.name}: {error.code().name}, {error.details()}")
            return None

    def _compare(self, index):
        method, request, expected = self._rows[index]
        answer = self._ask(method, request)
        if answer is None:
            return
        self.compared += 1
        try:
            decoded = method.decoded(answer)
        except DecodeError as error:
            self.wrong.append(f"{method.name} answers no message: {error}")
            return
        if without_defaults(without_messages(decoded)) != without_defaults(expected):
            self.wrong.append(f"{method.name} answers {decoded}, and not {expected}")
        elif answer != self._alone[index]:
            self.wrong.append(f"{method.name} answers otherwise under load")

    def _go_on(self):
        begun, index = time.monotonic(), 0
        while not self._done.is_set():
            self._compare(index % len(self._rows))
            index += 1
            self._done.wait(max(0.0, begun + index * self.EVERY - time.monotonic()))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()
        self._channel.close()
