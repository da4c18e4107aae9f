// Turns every input of every published figure between the ends that the row "What if" gives it at first: they go up, have what the input is now
// between them, are of a form that the server takes, and each gives a request that a link could hold.
//
//     node tests/page/ends.js http://127.0.0.1:8080
const path = require("node:path");

const [base] = process.argv.slice(2), page = path.join(__dirname, "../../page"), ask = fetch;
globalThis.fetch = (address, options) => ask(base + address, options);

async function main() {
  const of = name => import(path.join(page, name)), [{ call, contractOf }, { fits, formOf }, { load, opened }, { choiceOf }, { withValueAt }, { endsOf, pathsOf, table }] = await Promise.all(["ask.js", "comment.js", "models/index.js", "whatif/choices.js", "whatif/paths.js", "whatif/study.js"].map(of));
  const contract = await contractOf(), { presets } = await call("CalculationService/ListPresets", {}), { signal } = new AbortController();
  let count = 0;
  for (const preset of presets) {
    const { about, covered, request: own } = opened(preset), question = await load(about), request = question.opens?.(covered, own) ?? own, fields = formOf(contract, question).all;
    const listed = await pathsOf(contract, question, request, signal), { inputs, figure } = choiceOf(contract, question, request, {}, listed);
    for (const input of inputs) {
      const ends = endsOf(contract, input, inputs), [low, high] = ends.map(Number), now = Number(input.value ?? low), complain = what => { process.exitCode = 1; console.log(`WRONG ${preset.name} ${input.path} (${input.value}, ${input.range}) from ${ends.join(" to ")}: ${what}`); };
      count++;
      if (!(low < high && low <= now && now <= high)) complain("the ends do not go up, or leave out what it is now");
      // A model may refuse an input beside others. What cannot be a table is refused as a whole.
      await table(figure, [{ input, ends }], 2, signal).catch(error => complain(error.message));
      for (const end of ends) if (!fits(contract, fields, withValueAt(contract, fields, request, input.path, end))) complain("the request with it fits no form");
    }
  }
  console.log(`${count} inputs turned`);
}
main();
