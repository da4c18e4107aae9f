"""Paydirt as a caller in Python sees it, through grpcio: `suite/clients.rs` starts the server and runs this.

    python_client.py plain ADDRESS                              everything, in plain text
    python_client.py aging ADDRESS                              calls for three seconds, while the server ends its connections
    python_client.py tls ADDRESS CA                             one round over TLS
    python_client.py mutual ADDRESS CA CERTIFICATE KEY          one round as a client that has a certificate, and one as a client without
    python_client.py refused ADDRESS CA CERTIFICATE KEY         one call as a client that is not on the list

No generated code: messages are built from what reflection says. The server has to have PAYDIRT_REHEARSAL set for `plain`. Says what it
saw, a line for each check, and ends with a traceback and 1 at the first that is not as it should be.
"""

import sys
import time
from concurrent import futures

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

SERVICES = ["BreakEvenService", "CapexRoiService", "CashFlowService", "RunwayService"]
CAHN = {
    "currency_code": "USD",
    "accelerator_revenue": "37.5e9",
    "accelerator_revenue_period": "PERIOD_QUARTER",
    "accelerator_cost_share": "0.5",
    "end_user_gross_margin": "0.5",
}
REQUIRED_REVENUE = "paydirt.v1.BreakEvenService/ComputeRequiredRevenue"
SERVING = health_pb2.HealthCheckResponse.SERVING
# Longer than anything takes on a busy machine.
PATIENCE = 60


class Client:
    def __init__(self, channel):
        self.channel = channel
        self.pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))

    def call(self, method, request, **options):
        return self.prepared(method, request)(**options)

    def prepared(self, method, request):
        service, name = method.split("/")
        described = self.pool.FindServiceByName(service).FindMethodByName(name)
        asked = json_format.ParseDict(request, message_factory.GetMessageClass(described.input_type)())
        answer = message_factory.GetMessageClass(described.output_type)
        stub = self.channel.unary_unary(
            f"/{method}", request_serializer=lambda message: message.SerializeToString(), response_deserializer=answer.FromString
        )
        return lambda **options: stub(asked, **{"timeout": PATIENCE, **options})

    def refusal(self, method, request, **options):
        try:
            answer = self.call(method, request, **options)
        except grpc.RpcError as error:
            return error
        raise AssertionError(f"answered: {answer}")


def details(error):
    """The reason of google.rpc.ErrorInfo, and each field violation's path and reason."""
    status = rpc_status.from_call(error)
    assert status is not None, f"no details with {error}"
    info, violations = error_details_pb2.ErrorInfo(), []
    for detail in status.details:
        bad = error_details_pb2.BadRequest()
        if detail.Unpack(bad):
            violations = [(violation.field, violation.reason) for violation in bad.field_violations]
        else:
            detail.Unpack(info)
    assert info.domain == "paydirt", info
    return info.reason, violations


def same(seen, expected):
    assert seen == expected, f"{seen!r} and not {expected!r}"


def said(error):
    return f"{error.code().name}: {error.details()}"


def health(client):
    stub = health_pb2_grpc.HealthStub(client.channel)
    names = ["", *(f"paydirt.v1.{service}" for service in SERVICES)]
    for name in names:
        # The self-test is done within moments of the listener.
        for answer in stub.Watch(health_pb2.HealthCheckRequest(service=name), timeout=PATIENCE):
            if answer.status == SERVING:
                break
        same(stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=PATIENCE).status, SERVING)
    try:
        stub.Check(health_pb2.HealthCheckRequest(service="paydirt.v1.NoService"), timeout=PATIENCE)
        raise AssertionError("a service that is not there is in some health")
    except grpc.RpcError as error:
        same(error.code(), grpc.StatusCode.NOT_FOUND)
    return f"SERVING by Check and Watch: {len(names)} names"


def reflection(client):
    # The library's own requests go to v1alpha; v1 has the same messages.
    stub = client.channel.stream_stream(
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    symbol = "paydirt.v1.ComputeRequiredRevenueRequest"
    asked = [{"list_services": ""}, {"file_containing_symbol": symbol}]
    questions = (reflection_pb2.ServerReflectionRequest(**question) for question in asked)
    listed, described = stub(questions, timeout=PATIENCE)
    names = {service.name for service in listed.list_services_response.service}
    assert names >= {f"paydirt.v1.{service}" for service in SERVICES}, names
    assert described.file_descriptor_response.file_descriptor_proto, described
    # The protocol has an answer for this, after which the stream goes on; the server's library ends the stream.
    unknown = reflection_pb2.ServerReflectionRequest(file_containing_symbol="paydirt.v1.NoMessage")
    same(caught(lambda: list(stub(iter([unknown]), timeout=PATIENCE))).code(), grpc.StatusCode.NOT_FOUND)
    of_library = set(ProtoReflectionDescriptorDatabase(client.channel).get_services())
    own = {"grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"}
    same(of_library - own, names - own)
    same(client.pool.FindMessageTypeByName(symbol).fields_by_name["accelerator_revenue"].number, 2)
    return f"v1 and v1alpha: {len(names)} services, {symbol} described"


def good_call(client):
    answer = client.call(REQUIRED_REVENUE, CAHN)
    same(answer.required_revenue, "600000000000")
    return f"{answer.required_revenue} {answer.currency_code}"


def bad_call(client):
    request = {**CAHN, "currency_code": "", "accelerator_revenue": "1,000", "end_user_gross_margin": "1.5"}
    error = client.refusal(REQUIRED_REVENUE, request)
    same(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
    reason, violations = details(error)
    same(reason, "INVALID_FIELDS")
    expected = [("currency_code", "REQUIRED"), ("accelerator_revenue", "DECIMAL_MALFORMED"), ("end_user_gross_margin", "OUT_OF_RANGE")]
    same(violations, expected)
    return f"{said(error)}; {reason}: {violations}"


def deadline(client):
    start = time.monotonic()
    error = client.refusal(REQUIRED_REVENUE, CAHN, timeout=0.001, metadata=[("paydirt-rehearsal", "300ms")])
    same(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
    # Long enough for the server to be the one who says so, and shorter than the calculation.
    error_of_server = client.refusal(REQUIRED_REVENUE, CAHN, timeout=1, metadata=[("paydirt-rehearsal", "20s")])
    same(error_of_server.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
    assert time.monotonic() - start < 15, "the calculation was waited for"
    return f"{said(error)}; {said(error_of_server)}"


def unknown_method(client):
    for method in ["/paydirt.v1.RunwayService/Invented", "/paydirt.v1.Invented/Invented"]:
        error = caught(lambda: client.channel.unary_unary(method)(b"", timeout=PATIENCE))
        same((error.code(), details(error)[0]), (grpc.StatusCode.UNIMPLEMENTED, "METHOD_UNKNOWN"))
    return said(error)


def caught(call):
    try:
        answer = call()
    except grpc.RpcError as error:
        return error
    raise AssertionError(f"answered: {answer}")


def large_message(client):
    error = client.refusal(REQUIRED_REVENUE, {**CAHN, "currency_code": "U" * (4 * 1024 * 1024)})
    same((error.code(), details(error)[0]), (grpc.StatusCode.RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE"))
    good_call(client)
    return said(error)


def compression(client):
    streams = [{"name": "n" * 4000, "annual_amount": "1e9"}]
    answer = client.call(REQUIRED_REVENUE, {**CAHN, "existing_revenue": streams}, compression=grpc.Compression.Gzip)
    same(answer.revenue_gap, "599000000000")
    # Long enough to come compressed: this library offers to take it with every call.
    presets = client.call("paydirt.v1.CalculationService/ListPresets", {}).presets
    assert "cahn-2024" in {preset.name for preset in presets}
    error = client.refusal(REQUIRED_REVENUE, {**CAHN, "existing_revenue": streams}, compression=grpc.Compression.Deflate)
    same(error.code(), grpc.StatusCode.UNIMPLEMENTED)
    assert "deflate" in error.details(), error.details()
    return f"gzip both ways; {said(error)}"


def stream(client):
    method = "paydirt.v1.CalculationService/StreamCalculations"
    service, name = method.split("/")
    described = client.pool.FindServiceByName(service).FindMethodByName(name)
    question, answer = (message_factory.GetMessageClass(kind) for kind in (described.input_type, described.output_type))
    stub = client.channel.stream_stream(
        f"/{method}", request_serializer=lambda message: message.SerializeToString(), response_deserializer=answer.FromString
    )
    calculations = [{"required_revenue": CAHN}, {"runway": {}}, {}, {"required_revenue": CAHN}] * 250
    messages = (
        json_format.ParseDict({"correlation_id": number, "calculation": calculation}, question())
        for number, calculation in enumerate(calculations)
    )
    call = stub(messages, timeout=PATIENCE)
    answers = list(call)
    same([answered.correlation_id for answered in answers], list(range(1000)))
    same({answered.outcome.answer.required_revenue.required_revenue for answered in answers[::4]}, {"600000000000"})
    same({answered.outcome.error.field_violations[0].field for answered in answers[1::4]}, {"runway.currency_code"})
    same(dict(call.trailing_metadata())["paydirt-answered"], "1000")
    return f"{len(answers)} answers in order"


def large_metadata(client):
    error = client.refusal(REQUIRED_REVENUE, CAHN, metadata=[("x-large", "m" * 20_000)])
    # HTTP/2's own answer, 431, which says nothing of gRPC.
    same(error.code(), grpc.StatusCode.UNKNOWN)
    good_call(client)
    return said(error)


def in_parallel(client):
    call = client.prepared(REQUIRED_REVENUE, CAHN)
    with futures.ThreadPoolExecutor(100) as threads:
        answers = [threads.submit(call) for _ in range(100)]
        same({answer.result().required_revenue for answer in answers}, {"600000000000"})
    # And without a thread for each, as event loops do.
    stub = client.channel.unary_unary(f"/{REQUIRED_REVENUE}")
    same({type(stub.future(b"", timeout=PATIENCE).code()) for _ in range(100)}, {grpc.StatusCode})
    return "100 calls"


def aging(client):
    call = client.prepared(REQUIRED_REVENUE, CAHN)
    end, count = time.monotonic() + 3, 0
    while time.monotonic() < end:
        same(call().required_revenue, "600000000000")
        count += 1
    return f"{count} calls in 3 s, all answered"


def check(client, checks):
    for checked in checks:
        print(f"{checked.__name__}: {checked(client)}", flush=True)


def secured(address, *files):
    ca, *identity = (open(file, "rb").read() for file in files)
    certificate, key = identity or (None, None)
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(ca, key, certificate))


def main(what, address, *files):
    if what == "plain":
        with grpc.insecure_channel(address) as channel:
            checks = [health, reflection, good_call, bad_call, deadline, unknown_method, large_message, compression, large_metadata, stream]
            check(Client(channel), [*checks, in_parallel])
    elif what == "aging":
        with grpc.insecure_channel(address) as channel:
            check(Client(channel), [aging])
    elif what in ("tls", "mutual"):
        with secured(address, *files) as channel:
            check(Client(channel), [health, reflection, good_call, bad_call])
        if what == "mutual":
            with secured(address, files[0]) as channel:
                error = caught(lambda: channel.unary_unary(f"/{REQUIRED_REVENUE}")(b"", timeout=PATIENCE))
                same(error.code(), grpc.StatusCode.UNAVAILABLE)
                print(f"without a certificate: {said(error)}")
    elif what == "refused":
        with secured(address, *files) as channel:
            client = Client(channel)
            check(client, [health])
            error = client.refusal(REQUIRED_REVENUE, CAHN)
            same((error.code(), details(error)[0]), (grpc.StatusCode.PERMISSION_DENIED, "CALLER_NOT_ALLOWED"))
            print(f"not on the list: {said(error)}")
    else:
        raise SystemExit(__doc__)


main(*sys.argv[1:])
