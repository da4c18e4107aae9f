// What the official client in TypeScript has to see of an agent's door. Arguments: the era, `auto` or `legacy`, and then an address, or the
// program with its arguments.

"use strict";

const assert = require("node:assert/strict");
const { Client, StreamableHTTPClientTransport } = require("@modelcontextprotocol/client");
const { StdioClientTransport } = require("@modelcontextprotocol/client/stdio");

async function main(era, target, ...args) {
  const transport = target.startsWith("http")
    ? new StreamableHTTPClientTransport(new URL(target))
    : new StdioClientTransport({ command: target, args });
  const client = new Client({ name: "check", version: "1" }, { versionNegotiation: { mode: era } });
  await client.connect(transport);
  assert.equal(client.getServerVersion()?.name, "paydirt");

  const { tools } = await client.listTools();
  assert.ok(tools.length > 15 && tools.every((tool) => tool.annotations.readOnlyHint));

  const request = {
    currency_code: "USD",
    accelerator_revenue: "37.5e9",
    accelerator_revenue_period: "PERIOD_QUARTER",
    accelerator_cost_share: 0.5,
    end_user_gross_margin: "0.5",
  };
  const refused = await client.callTool({ name: "required_revenue", arguments: request });
  assert.equal(refused.isError, true);
  for (const [, place, text] of refused.content[0].text.matchAll(/^(\w+): .*write "([^"]*)"/gm)) request[place] = text;
  const answer = await client.callTool({ name: "required_revenue", arguments: request });
  assert.equal(answer.structuredContent.required_revenue, "600000000000");
  assert.deepEqual(JSON.parse(answer.content[0].text), answer.structuredContent);

  const errors = await client.readResource({ uri: "paydirt://errors" });
  assert.match(errors.contents[0].text, /DECIMAL_MALFORMED/);
  const prompt = await client.getPrompt({ name: "check_figure", arguments: { claim: "the cash lasts 18 months" } });
  assert.match(prompt.messages[0].content.text, /the cash lasts 18 months/);
  await assert.rejects(client.callTool({ name: "nothing", arguments: {} }));
  await client.close();
  console.log("as it should be");
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
