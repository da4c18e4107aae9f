const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

/** Throws where a request has a field, or a word of an enum, that the message lacks: grpc-js would leave it out without a word. */
function strict(contract, name, request, place = name) {
  const { type } = contract[name];
  for (const [key, value] of Object.entries(request)) {
    const field = type.field.find((field) => field.name === key);
    if (!field) throw new TypeError(`${place}: there is no field ${key}`);
    for (const each of Array.isArray(value) ? value : [value]) {
      const of = field.typeName && contract[field.typeName] ? field.typeName : `paydirt.v1.${field.typeName}`;
      if (field.type === "TYPE_MESSAGE") strict(contract, of, each, `${place}.${key}`);
      if (field.type === "TYPE_ENUM" && !contract[of].type.value.some(({ name, number }) => name === each || number === each))
        throw new TypeError(`${place}.${key}: there is no ${each}`);
      if (field.type === "TYPE_STRING" && typeof each !== "string")
        throw new TypeError(`${place}.${key}: decimals are strings, so that no digit is lost on the way`);
    }
  }
  return request;
}

const contract = loader.loadSync(
  ["break_even", "capex_roi", "cash_flow", "decision", "runway", "valuation"].map((file) => `paydirt/v1/${file}.proto`),
  { includeDirs: [process.env.PROTO ?? "proto"], keepCase: true, enums: String, longs: String },
);
const { BreakEvenService } = grpc.loadPackageDefinition(contract).paydirt.v1;
const client = new BreakEvenService(process.env.PAYDIRT ?? "127.0.0.1:50051", grpc.credentials.createInsecure());

function ask(request) {
  return new Promise((resolve, reject) => {
    const done = (error, answer) => (error ? reject(error) : resolve(answer));
    client.computeRequiredRevenue(request, { deadline: Date.now() + 10_000 }, done);
  });
}

async function main() {
  const question = {
    currency_code: "USD",
    accelerator_revenue: "37.5e9",
    accelerator_revenue_period: "PERIOD_QUARTER",
    accelerator_cost_share: "0.5",
    end_user_gross_margin: "0.5",
  };
  const name = "paydirt.v1.ComputeRequiredRevenueRequest";
  console.log((await ask(strict(contract, name, question))).required_revenue);

  // A misspelt field is left out, and the question is another one: how much is required to be earned back in one year, not in two.
  const misspelt = { ...question, payback_year: "2" };
  console.log((await ask(misspelt)).required_annual_revenue);
  for (const wrong of [misspelt, { ...question, accelerator_revenue_period: "QUARTER" }, { ...question, payback_years: 2 }]) {
    try {
      strict(contract, name, wrong);
    } catch (error) {
      console.log(error.message);
    }
  }
  client.close();
}

main();
