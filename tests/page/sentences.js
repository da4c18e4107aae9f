// Asks the server each request of sentences.jsonl, and compares the page's sentence with the one that stands there. What no line has run, of any
// question's sentence, is said as well.
//
//     node tests/page/sentences.js http://127.0.0.1:8080
const { readFileSync } = require("node:fs"), { Session } = require("node:inspector/promises"), path = require("node:path");

const [base] = process.argv.slice(2), page = path.join(__dirname, "../../page");
const lines = readFileSync(path.join(__dirname, "sentences.jsonl"), "utf8").trim().split("\n").map(line => JSON.parse(line));

let wrong = 0;
const complain = what => (wrong++, console.log(`WRONG ${what}`));

async function batch(calculations) {
  const response = await fetch(`${base}/paydirt.v1.CalculationService/BatchCalculations`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ calculations }) });
  const body = await response.json();
  if (!response.ok) throw new Error(body.message);
  return body.outcomes;
}

/** The parts of `sentence`, and of what it alone calls, that have not run: V8 counts blocks. */
function unsaid({ url, functions }) {
  const source = readFileSync(new URL(url), "utf8"), whole = functions.filter(f => /[sS]entence$/.test(f.functionName)).map(f => f.ranges[0]);
  const within = range => whole.some(f => range.startOffset >= f.startOffset && range.endOffset <= f.endOffset);
  return functions.flatMap(f => f.ranges).filter(range => range.count === 0 && within(range)).map(range => source.slice(range.startOffset, range.endOffset).trim().slice(0, 100)).filter(text => /\w/.test(text));
}

async function main() {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const { QUESTIONS, load } = await import(path.join(page, "models/index.js")), { asked } = await import(path.join(page, "ask.js")), { said } = await import(path.join(page, "models/words.js"));
  for (const { question: name, request, sentence, refused } of lines) {
    const question = await load(QUESTIONS.find(q => q.name === name)), outcomes = await batch(asked(question, request));
    if (!outcomes[0].answer) { complain(`${name}: refused: ${outcomes[0].error.message}: ${JSON.stringify(request)}`); continue; }
    const results = outcomes.map(outcome => outcome.answer), answer = question.reads ? question.reads(results) : results[0][name], found = said(question.sentence(request, answer));
    if (found !== sentence) complain(`${name}: ${JSON.stringify(request)}\n  says     ${found}\n  and not  ${sentence}`);
  }
  for (const { name } of QUESTIONS) if (lines.filter(line => line.question === name).length < 2) complain(`${name} has no sentences here`);
  const { result } = await session.post("Profiler.takePreciseCoverage");
  for (const script of result.filter(({ url }) => url.includes("/page/models/"))) for (const text of unsaid(script)) complain(`${path.basename(script.url)}: no line says: ${text}`);
  console.log(`${lines.length} sentences`);
  process.exitCode = wrong ? 1 : 0;
}
main();
