"""The contract's messages, from its descriptors: JSON as one types it, and bytes as they travel."""

import json
import pathlib

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PROTOSET = PROJECT / "tests/golden/contract.binpb"
PATIENCE = 30


def _pool():
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(PROTOSET.read_bytes()).file:
        pool.Add(file)
    return pool


_POOL = _pool()


class Method:
    """A method by its full name: `paydirt.v1.RunwayService/ComputeRunway`."""

    def __init__(self, name):
        service, method = name.split("/")
        described = _POOL.FindServiceByName(service).FindMethodByName(method)
        self.name = name
        self._request = message_factory.GetMessageClass(described.input_type)
        self._response = message_factory.GetMessageClass(described.output_type)

    def encoded(self, request):
        return json_format.ParseDict(request, self._request()).SerializeToString(deterministic=True)

    def message(self, answer):
        return self._response.FromString(answer)

    def decoded(self, answer):
        return json_format.MessageToDict(self.message(answer), preserving_proto_field_name=True)

    def call(self, channel, request):
        """Calls with bytes, and answers with bytes: nothing but the server comes between."""
        return channel.unary_unary(f"/{self.name}")(request, timeout=PATIENCE)


def method_of(request):
    """The name of the method that takes this message."""
    for service in request.DESCRIPTOR.file.services_by_name.values():
        for method in service.methods:
            if method.input_type.full_name == request.DESCRIPTOR.full_name:
                return f"{service.full_name}/{method.name}"
    raise KeyError(request.DESCRIPTOR.full_name)


def golden(file, method, rows=None, names=None):
    """Rows of a golden file that a method answers, the first or those of these names: what is asked, and what an independent
    calculation says."""
    found = []
    with open(PROJECT / "tests/golden" / file) as lines:
        for row in map(json.loads, lines):
            if row["method"] == method and row.get("response") and (names is None or row["name"] in names):
                found.append((row["request"], row["response"]))
    if not found or (names and len(found) != len(names)):
        raise SystemExit(f"{file} has {len(found)} rows of {method} by {names or rows}")
    return found[:rows]


def without_messages(answer):
    """An answer with the field and the reason of each warning, and without the words for people: golden rows have no words."""
    if "warnings" not in answer:
        return answer
    return {**answer, "warnings": [{name: text for name, text in each.items() if name != "message"} for each in answer["warnings"]]}


def without_defaults(value):
    """Without what proto3 leaves out, so that two ways of writing one message are the same. Decimals are strings, and stay."""
    if isinstance(value, dict):
        kept = {name: item for name, item in value.items() if item is not False and item != 0 and item != []}
        return {name: without_defaults(item) for name, item in kept.items()}
    if isinstance(value, list):
        return [without_defaults(item) for item in value]
    return value


def connect(address):
    channel = grpc.insecure_channel(address)
    grpc.channel_ready_future(channel).result(timeout=PATIENCE)
    return channel
