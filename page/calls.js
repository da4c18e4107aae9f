// A call from elsewhere: by curl, grpcurl, Python, and on the command line.
import { asked } from "./ask.js";
import { methodOf } from "./comment.js";

const pretty = value => {
  const short = JSON.stringify(value);
  return short.length <= 80 ? short : JSON.stringify(value, null, 1);
};
const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;

/** A value as Python writes it. */
function python(value) {
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (value && typeof value === "object") return `{${Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}: ${python(v)}`).join(", ")}}`;
  return typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value);
}

/** The method to call: the question's own, or a batch where it asks several. */
export function callOf(contract, question, request) {
  const calculations = asked(question, request);
  if (calculations.length > 1) return { path: "paydirt.v1.CalculationService/BatchCalculations", name: "BatchCalculations", message: { calculations } };
  const [[model, message]] = Object.entries(calculations[0]), method = methodOf(contract, model);
  return { path: `${method.service}/${method.name}`, name: model, message };
}

/** The ways of a call, each a text to paste. */
export const WAYS = {
  curl: ({ path, message }, { origin }) => `curl --json ${quoted(pretty(message))} \\\n  ${origin}/${path}`,
  grpcurl: ({ path, message }, { protocol, hostname, port }) =>
    `grpcurl${protocol === "http:" ? " -plaintext" : ""} -d ${quoted(pretty(message))} \\\n  ${hostname}:${port || (protocol === "http:" ? 80 : 443)} ${path}`,
  Python: ({ path, message }, { origin }) =>
    `import json, urllib.request\n\nrequest = ${python(message)}\ncall = urllib.request.Request("${origin}/${path}",\n    json.dumps(request).encode(), {"Content-Type": "application/json"})\nprint(json.load(urllib.request.urlopen(call)))`,
  "command line": ({ name, message }) => `paydirt compute ${name} <<'END'\n${pretty(message)}\nEND`,
};
