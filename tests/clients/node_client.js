"use strict";
// Paydirt as a caller in Node sees it, through grpc-js: `suite/clients.rs` starts the server and runs this.
//
//     node_client.js plain ADDRESS                              everything, in plain text
//     node_client.js aging ADDRESS                              calls for three seconds, while the server ends its connections
//     node_client.js tls ADDRESS CA                             one round over TLS
//     node_client.js mutual ADDRESS CA CERTIFICATE KEY          one round as a client that has a certificate, and one as a client without
//     node_client.js refused ADDRESS CA CERTIFICATE KEY         one call as a client that is not on the list
//
// The services and the details of errors are loaded from what reflection says; health and reflection themselves are written down here. The
// server has to have PAYDIRT_REHEARSAL set for `plain`. Says what it saw, a line for each check, and ends with 1 at the first that is not
// as it should be.

const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");
const { FileDescriptorProto } = require("protobufjs/ext/descriptor");

const SERVICES = ["BreakEvenService", "CapexRoiService", "CashFlowService", "RunwayService"];
const CAHN = {
  currency_code: "USD",
  accelerator_revenue: "37.5e9",
  accelerator_revenue_period: "PERIOD_QUARTER",
  accelerator_cost_share: "0.5",
  end_user_gross_margin: "0.5",
};
// Longer than anything takes on a busy machine.
const PATIENCE_MS = 60_000;
const { DEADLINE_EXCEEDED, INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE, UNIMPLEMENTED, UNKNOWN } = grpc.status;
const OPTIONS = { keepCase: true, enums: String, longs: String, defaults: true, oneofs: true };

const string = (id) => ({ type: "string", id });
const BASICS = grpc.loadPackageDefinition(
  loader.fromJSON(
    {
      nested: {
        grpc: {
          nested: {
            health: {
              nested: {
                v1: {
                  nested: {
                    HealthCheckRequest: { fields: { service: string(1) } },
                    HealthCheckResponse: { fields: { status: { type: "ServingStatus", id: 1 } } },
                    ServingStatus: { values: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } },
                    Health: {
                      methods: {
                        Check: { requestType: "HealthCheckRequest", responseType: "HealthCheckResponse" },
                        Watch: { requestType: "HealthCheckRequest", responseType: "HealthCheckResponse", responseStream: true },
                      },
                    },
                  },
                },
              },
            },
            reflection: {
              nested: {
                v1: {
                  nested: {
                    Request: {
                      oneofs: { asked: { oneof: ["file_by_filename", "file_containing_symbol", "list_services"] } },
                      fields: { file_by_filename: string(3), file_containing_symbol: string(4), list_services: string(7) },
                    },
                    Files: { fields: { file: { rule: "repeated", type: "bytes", id: 1 } } },
                    Service: { fields: { name: string(1) } },
                    Services: { fields: { service: { rule: "repeated", type: "Service", id: 1 } } },
                    Response: {
                      fields: { files: { type: "Files", id: 4 }, services: { type: "Services", id: 6 } },
                    },
                    ServerReflection: {
                      methods: {
                        ServerReflectionInfo: {
                          requestType: "Request",
                          requestStream: true,
                          responseType: "Response",
                          responseStream: true,
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
    OPTIONS,
  ),
).grpc;

const deadline = (ms = PATIENCE_MS) => ({ deadline: Date.now() + ms });

/** Everything that this server says of itself, on one channel. */
class Client {
  constructor(address, credentials = grpc.credentials.createInsecure(), options = {}) {
    this.basics = new BASICS.health.v1.Health(address, credentials, options);
    this.reflection = new BASICS.reflection.v1.ServerReflection(address, credentials, { channelOverride: this.basics.getChannel() });
  }

  /** One answer for each question. */
  async reflect(questions) {
    const stream = this.reflection.ServerReflectionInfo(deadline());
    questions.forEach((question) => stream.write(question));
    stream.end();
    const answers = [];
    for await (const answer of stream) answers.push(answer);
    return answers;
  }

  /** Loads the files of symbols, and those that they need. */
  async load(...symbols) {
    const files = new Map();
    let questions = symbols.map((symbol) => ({ file_containing_symbol: symbol }));
    while (questions.length > 0) {
      const wanted = new Set();
      for (const answer of await this.reflect(questions)) {
        assert.ok(answer.files, JSON.stringify(answer));
        for (const bytes of answer.files.file) {
          const { name, dependency } = FileDescriptorProto.decode(bytes);
          files.set(name, bytes);
          dependency.forEach((other) => wanted.add(other));
        }
      }
      questions = [...wanted].filter((name) => !files.has(name)).map((name) => ({ file_by_filename: name }));
    }
    // A FileDescriptorSet is nothing but its files, one field of number 1 each.
    const set = Buffer.concat([...files.values()].flatMap((bytes) => [Buffer.from([0x0a]), varint(bytes.length), bytes]));
    this.loaded = loader.loadFileDescriptorSetFromBuffer(set, OPTIONS);
    const { BreakEvenService, CalculationService } = grpc.loadPackageDefinition(this.loaded).paydirt.v1;
    const channel = { channelOverride: this.basics.getChannel() };
    this.calculations = CalculationService && new CalculationService("", grpc.credentials.createInsecure(), channel);
    this.breakEven = new BreakEvenService("", grpc.credentials.createInsecure(), channel);
  }

  call(request = CAHN, { metadata = {}, ms = PATIENCE_MS, client = this.breakEven } = {}) {
    const headers = new grpc.Metadata();
    Object.entries(metadata).forEach(([name, value]) => headers.set(name, value));
    return unary((done) => client.ComputeRequiredRevenue(request, headers, deadline(ms), done));
  }

  /** The reason of google.rpc.ErrorInfo, and each field violation's path and reason. */
  details(error) {
    const [bytes] = error.metadata.get("grpc-status-details-bin");
    assert.ok(bytes, `no details with ${error.message}`);
    let reason;
    let violations = [];
    for (const { type_url, value } of this.decoded("google.rpc.Status", bytes).details) {
      const message = this.decoded(type_url.split("/")[1], value);
      if (type_url.endsWith("/google.rpc.ErrorInfo")) {
        assert.equal(message.domain, "paydirt");
        reason = message.reason;
      } else if (type_url.endsWith("/google.rpc.BadRequest")) {
        violations = message.field_violations.map(({ field, reason }) => [field, reason]);
      }
    }
    return { reason, violations };
  }

  decoded(name, bytes) {
    return this.loaded[name].deserialize(bytes);
  }

  close() {
    this.basics.close();
  }
}

function varint(number) {
  const bytes = [];
  for (; number > 127; number >>>= 7) bytes.push((number & 127) | 128);
  return Buffer.from([...bytes, number]);
}

const unary = (call) => new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));

const refusal = (answer) =>
  answer.then(
    (answered) => assert.fail(`answered: ${JSON.stringify(answered)}`),
    (error) => error,
  );

const said = (error) => `${grpc.status[error.code]}: ${error.details}`;

async function health(client) {
  const names = ["", ...SERVICES.map((service) => `paydirt.v1.${service}`)];
  for (const service of names) {
    // The self-test is done within moments of the listener.
    const watch = client.basics.Watch({ service }, deadline());
    await new Promise((resolve, reject) => {
      watch.on("data", ({ status }) => status === "SERVING" && resolve());
      watch.on("error", reject);
    });
    watch.cancel();
    const answer = await unary((done) => client.basics.Check({ service }, deadline(), done));
    assert.equal(answer.status, "SERVING");
  }
  const error = await refusal(unary((done) => client.basics.Check({ service: "paydirt.v1.NoService" }, deadline(), done)));
  assert.equal(error.code, NOT_FOUND);
  return `SERVING by Check and Watch: ${names.length} names`;
}

async function reflection(client) {
  const [listed] = await client.reflect([{ list_services: "" }]);
  const names = listed.services.service.map(({ name }) => name);
  SERVICES.forEach((service) => assert.ok(names.includes(`paydirt.v1.${service}`), names.join()));
  // The protocol has an answer for this, after which the stream goes on; the server's library ends the stream.
  const unknown = await refusal(client.reflect([{ file_containing_symbol: "paydirt.v1.NoMessage" }]));
  assert.equal(unknown.code, NOT_FOUND);
  await client.load("paydirt.v1.BreakEvenService", "paydirt.v1.CalculationService", "google.rpc.Status", "google.rpc.BadRequest");
  const request = client.loaded["paydirt.v1.ComputeRequiredRevenueRequest"].type;
  assert.equal(request.field.find(({ name }) => name === "accelerator_revenue").number, 2);
  return `v1: ${names.length} services, paydirt.v1.ComputeRequiredRevenueRequest described`;
}

async function goodCall(client) {
  const answer = await client.call();
  assert.equal(answer.required_revenue, "600000000000");
  return `${answer.required_revenue} ${answer.currency_code}`;
}

async function badCall(client) {
  const error = await refusal(client.call({ ...CAHN, currency_code: "", accelerator_revenue: "1,000", end_user_gross_margin: "1.5" }));
  assert.equal(error.code, INVALID_ARGUMENT);
  const { reason, violations } = client.details(error);
  assert.equal(reason, "INVALID_FIELDS");
  assert.deepEqual(violations, [
    ["currency_code", "REQUIRED"],
    ["accelerator_revenue", "DECIMAL_MALFORMED"],
    ["end_user_gross_margin", "OUT_OF_RANGE"],
  ]);
  return `${said(error)}; ${reason}: ${JSON.stringify(violations)}`;
}

async function deadlines(client) {
  const start = Date.now();
  const error = await refusal(client.call(CAHN, { ms: 1, metadata: { "paydirt-rehearsal": "300ms" } }));
  assert.equal(error.code, DEADLINE_EXCEEDED);
  // Long enough for the server to be the one who says so, and shorter than the calculation.
  const ofServer = await refusal(client.call(CAHN, { ms: 1000, metadata: { "paydirt-rehearsal": "20s" } }));
  assert.equal(ofServer.code, DEADLINE_EXCEEDED);
  assert.ok(Date.now() - start < 15_000, "the calculation was waited for");
  return `${said(error)}; ${said(ofServer)}`;
}

async function unknownMethod(client) {
  const call = (path) => (done) => client.basics.makeUnaryRequest(path, (bytes) => bytes, (bytes) => bytes, Buffer.alloc(0), deadline(), done);
  const errors = ["/paydirt.v1.RunwayService/Invented", "/paydirt.v1.Invented/Invented"].map((path) => refusal(unary(call(path))));
  for (const error of await Promise.all(errors)) {
    assert.equal(error.code, UNIMPLEMENTED);
    assert.equal(client.details(error).reason, "METHOD_UNKNOWN");
  }
  return said(await errors[0]);
}

async function largeMessage(client) {
  const error = await refusal(client.call({ ...CAHN, currency_code: "U".repeat(4 * 1024 * 1024) }));
  assert.equal(error.code, RESOURCE_EXHAUSTED);
  assert.equal(client.details(error).reason, "MESSAGE_TOO_LARGE");
  await goodCall(client);
  return said(error);
}

async function compression(client) {
  const { BreakEvenService } = grpc.loadPackageDefinition(client.loaded).paydirt.v1;
  // Compression is a matter of a channel here.
  const options = { "grpc.default_compression_algorithm": grpc.compressionAlgorithms.gzip };
  const compressing = new BreakEvenService(client.basics.getChannel().getTarget(), grpc.credentials.createInsecure(), options);
  const request = { ...CAHN, existing_revenue: [{ name: "n".repeat(4000), annual_amount: "1e9" }] };
  const answer = await client.call(request, { client: compressing });
  assert.equal(answer.revenue_gap, "599000000000");
  compressing.close();
  // Long enough to come compressed: this library offers to take it with every call.
  const presets = await unary((done) => client.calculations.ListPresets({}, new grpc.Metadata(), deadline(), done));
  assert.ok(presets.presets.some(({ name }) => name === "cahn-2024"));
  const deflate = { "grpc.default_compression_algorithm": grpc.compressionAlgorithms.deflate };
  const deflating = new BreakEvenService(client.basics.getChannel().getTarget(), grpc.credentials.createInsecure(), deflate);
  const error = await refusal(client.call(request, { client: deflating }));
  assert.equal(error.code, UNIMPLEMENTED);
  assert.deepEqual(error.metadata.get("grpc-accept-encoding"), ["identity,gzip"]);
  deflating.close();
  return `gzip both ways; ${said(error)}; grpc-accept-encoding: ${error.metadata.get("grpc-accept-encoding")}`;
}

async function stream(client) {
  const call = client.calculations.StreamCalculations(new grpc.Metadata(), deadline());
  const kinds = [{ required_revenue: CAHN }, { runway: {} }, {}, { required_revenue: CAHN }];
  for (let number = 0; number < 1000; number++) call.write({ correlation_id: number, calculation: kinds[number % 4] });
  call.end();
  const ended = new Promise((resolve) => call.on("status", resolve));
  const answers = [];
  for await (const answer of call) answers.push(answer);
  assert.deepEqual(
    answers.map(({ correlation_id }) => correlation_id),
    Array.from({ length: 1000 }, (_, number) => String(number)),
  );
  assert.ok(answers.every(({ outcome }, number) => number % 4 !== 0 || outcome.answer.required_revenue.required_revenue === "600000000000"));
  assert.ok(answers.every(({ outcome }, number) => number % 4 !== 1 || outcome.error.field_violations[0].field === "runway.currency_code"));
  assert.deepEqual((await ended).metadata.get("paydirt-answered"), ["1000"]);
  return `${answers.length} answers in order`;
}

async function largeMetadata(client) {
  const error = await refusal(client.call(CAHN, { metadata: { "x-large": "m".repeat(20_000) } }));
  // HTTP/2's own answer, 431, which says nothing of gRPC.
  assert.equal(error.code, UNKNOWN);
  await goodCall(client);
  return said(error);
}

async function inParallel(client) {
  const answers = await Promise.all(Array.from({ length: 100 }, () => client.call()));
  answers.forEach((answer) => assert.equal(answer.required_revenue, "600000000000"));
  return `${answers.length} calls`;
}

async function aging(client) {
  await client.load("paydirt.v1.BreakEvenService");
  const end = Date.now() + 3000;
  let count = 0;
  for (; Date.now() < end; count++) await goodCall(client);
  return `${count} calls in 3 s, all answered`;
}

async function check(client, ...checks) {
  for (const checked of checks) console.log(`${checked.name}: ${await checked(client)}`);
  client.close();
}

function secured(address, ca, certificate, key) {
  const read = (file) => (file === undefined ? null : readFileSync(file));
  return new Client(address, grpc.credentials.createSsl(read(ca), read(key), read(certificate)));
}

async function main(what, address, ...files) {
  switch (what) {
    case "plain":
      return check(
        new Client(address),
        ...[health, reflection, goodCall, badCall, deadlines, unknownMethod, largeMessage, compression, largeMetadata, stream, inParallel],
      );
    case "aging":
      return check(new Client(address), aging);
    case "tls":
      return check(secured(address, ...files), health, reflection, goodCall, badCall);
    case "mutual": {
      await check(secured(address, ...files), health, reflection, goodCall, badCall);
      const stranger = secured(address, files[0]);
      const error = await refusal(unary((done) => stranger.basics.Check({}, deadline(), done)));
      assert.equal(error.code, UNAVAILABLE);
      console.log(`without a certificate: ${said(error)}`);
      return stranger.close();
    }
    case "refused": {
      const client = secured(address, ...files);
      await client.load("paydirt.v1.BreakEvenService", "paydirt.v1.CalculationService", "google.rpc.Status", "google.rpc.BadRequest");
      const error = await refusal(client.call());
      assert.equal(error.code, PERMISSION_DENIED);
      assert.equal(client.details(error).reason, "CALLER_NOT_ALLOWED");
      console.log(`not on the list: ${said(error)}`);
      return check(client, health);
    }
    default:
      throw new Error(`nothing is called ${what}`);
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
