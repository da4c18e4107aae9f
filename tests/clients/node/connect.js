const { createFileRegistry, fromBinary } = require("@bufbuild/protobuf");
const { FileDescriptorSetSchema } = require("@bufbuild/protobuf/wkt");
const { Code, ConnectError, createClient } = require("@connectrpc/connect");
const { createConnectTransport } = require("@connectrpc/connect-node");

const baseUrl = process.env.PAYDIRT ?? "http://127.0.0.1:8080";

async function main() {
  // The contract, from the server itself. Code that is generated from it by protoc-gen-es has types as well.
  const descriptors = await (await fetch(`${baseUrl}/descriptor.binpb`)).arrayBuffer();
  const contract = createFileRegistry(fromBinary(FileDescriptorSetSchema, new Uint8Array(descriptors)));
  const transport = createConnectTransport({ baseUrl, httpVersion: "1.1", defaultTimeoutMs: 10_000 });
  const breakEven = createClient(contract.getService("paydirt.v1.BreakEvenService"), transport);

  const question = {
    currencyCode: "USD",
    acceleratorRevenue: "37.5e9",
    acceleratorRevenuePeriod: contract.getEnum("paydirt.v1.Period").value[2].number,
    acceleratorCostShare: "0.5",
    endUserGrossMargin: "0.5",
  };
  const answer = await breakEven.computeRequiredRevenue(question);
  console.log(answer.requiredRevenue);

  try {
    await breakEven.computeRequiredRevenue({ ...question, acceleratorRevenue: "37.5B" });
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error);
    console.log(Code[code], rawMessage);
  }
}

main();
