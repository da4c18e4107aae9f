// The clients of those who made Connect and gRPC-Web: each asks the same questions in every way that it has, and prints the answers.
//
//     node web_client.js http://127.0.0.1:8080 DESCRIPTORS <QUESTIONS
//
// QUESTIONS is a list of {method, request} in JSON, DESCRIPTORS a file with the contract's descriptors. One line a way and question.

const fs = require("node:fs");
const { createFileRegistry, fromBinary, fromJson, toBinary, toJson } = require("@bufbuild/protobuf");
const { FileDescriptorSetSchema } = require("@bufbuild/protobuf/wkt");
const { ConnectError } = require("@connectrpc/connect");
const node = require("@connectrpc/connect-node");
const web = require("@connectrpc/connect-web");
global.XMLHttpRequest = require("xhr2");
const grpcWeb = require("grpc-web");

const [, , baseUrl, descriptors] = process.argv;
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, fs.readFileSync(descriptors)));
const questions = JSON.parse(fs.readFileSync(0, "utf8"));

function methodOf(name) {
  const [service, method] = name.split("/");
  return registry.getService(service).methods.find((candidate) => candidate.name === method);
}

const ways = [];
for (const useBinaryFormat of [true, false]) {
  const form = useBinaryFormat ? "binary" : "json";
  for (const httpVersion of ["1.1", "2"]) {
    const options = { baseUrl, httpVersion, useBinaryFormat };
    ways.push([`connect-node, Connect, ${form}, HTTP/${httpVersion}`, node.createConnectTransport(options)]);
    ways.push([`connect-node, gRPC-Web, ${form}, HTTP/${httpVersion}`, node.createGrpcWebTransport(options)]);
  }
  ways.push([`connect-node, gRPC, ${form}`, node.createGrpcTransport({ baseUrl, useBinaryFormat })]);
  ways.push([`connect-web, Connect, ${form}`, web.createConnectTransport({ baseUrl, useBinaryFormat })]);
  ways.push([`connect-web, gRPC-Web, ${form}`, web.createGrpcWebTransport({ baseUrl, useBinaryFormat })]);
}

function told(way, question, outcome) {
  console.log(JSON.stringify({ way, method: question.method, ...outcome }));
}

async function byConnect(way, transport, question) {
  const method = methodOf(question.method);
  const request = fromJson(method.input, question.request, { registry });
  try {
    const { message } = await transport.unary(method, undefined, 60_000, undefined, request);
    told(way, question, { answer: toJson(method.output, message, { registry, useProtoFieldName: true }) });
  } catch (error) {
    const { code, rawMessage, details } = ConnectError.from(error);
    told(way, question, { code, message: rawMessage, details: details.length });
  }
}

function byGrpcWeb(format, question) {
  const method = methodOf(question.method);
  const request = toBinary(method.input, fromJson(method.input, question.request, { registry }));
  const client = new grpcWeb.GrpcWebClientBase({ format });
  const same = (bytes) => bytes;
  const descriptor = new grpcWeb.MethodDescriptor(`/${question.method}`, grpcWeb.MethodType.UNARY, Object, Object, same, same);
  const way = `grpc-web, ${format}`;
  return new Promise((resolve) => {
    client.rpcCall(`${baseUrl}/${question.method}`, request, {}, descriptor, (error, answer) => {
      if (error) {
        told(way, question, { code: error.code, message: error.message });
      } else {
        const message = fromBinary(method.output, new Uint8Array(answer));
        told(way, question, { answer: toJson(method.output, message, { registry, useProtoFieldName: true }) });
      }
      resolve();
    });
  });
}

// A stream both ways, which HTTP/1.1 has not.
async function byStream(way, transport) {
  const method = methodOf("paydirt.v1.CalculationService/StreamCalculations");
  const calculation = { correlation_id: "7", calculation: { price_change: { start_price: "100", end_price: "50" } } };
  const request = () => fromJson(method.input, calculation, { registry });
  async function* requests() {
    yield request();
    yield request();
  }
  const { message, trailer } = await transport.stream(method, undefined, 60_000, undefined, requests());
  let count = 0;
  for await (const answer of message) count += answer.outcome ? 1 : 0;
  told(way, { method: "stream" }, { count, answered: trailer.get("paydirt-answered") });
}

(async () => {
  for (const question of questions) {
    for (const [way, transport] of ways) await byConnect(way, transport, question);
    for (const format of ["text", "binary"]) await byGrpcWeb(format, question);
  }
  for (const [way, transport] of ways) {
    if (way.includes("HTTP/2") || way.includes("gRPC,")) await byStream(way, transport).catch((error) => told(way, { method: "stream" }, { error: String(error) }));
  }
  process.exit(0);
})();
