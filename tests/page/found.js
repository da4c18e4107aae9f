// Says what studies found, as the row "What if" does, and compares each text with the one that stands here. What no case has run is said as well.
//
//     node tests/page/found.js
const { readFileSync } = require("node:fs"), { Session } = require("node:inspector/promises"), path = require("node:path");

const WORDS = path.join(__dirname, "../../page/whatif/words.js");
const range = (low, high) => ({ low, high, low_included: true, high_included: true }), segment = (side, low, high) => ({ side, range: range(low, high) });
const between = (low, high) => ({ range: range(low, high) }), at = input => ({ input });
/** An answer of SolveForInput over 0 to 100, of which the model refuses nothing, with what differs. */
const answer = more => ({ solutions: [], complete: true, jumps: [], undecided: [], segments: [segment("SIDE_BELOW", "0", "40"), segment("SIDE_ABOVE", "40", "100")], ...more });
const PROVEN = "Proven for every value from 0 to 100: what is not said here does not exist.";

/** [answer, what is said, how certain it is, where the sentence turns] */
const CASES = [
  [answer({ solutions: [at("40")] }), "It lasts: growth at 40.", PROVEN, ["40"]],
  [answer({ solutions: [at("0"), at("100")] }), "It lasts: growth at 0 and at 100.", PROVEN, []],
  [answer({ solutions: [between("0", "40")] }), "It lasts: growth up to 40.", PROVEN, ["40"]],
  [answer({ solutions: [between("40", "100")] }), "It lasts: growth from 40 on.", PROVEN, ["40"]],
  [answer({ solutions: [between("20", "40"), at("50"), between("60", "60")] }), "It lasts: growth from 20 to 40, at 50 and at 60.", PROVEN, ["20", "40", "50", "60"]],
  [answer({ solutions: [between("0", "100")] }), "It lasts: growth wherever it was looked at.", PROVEN, []],
  [answer({ solutions: ["1", "2", "3", "4", "5", "6", "7", "8"].map(at) }), "It lasts: growth at 1, at 2, at 3, at 4, at 5 and at 6 and 2 more.", PROVEN, ["1", "2", "3", "4", "5", "6", "7", "8"]],
  // Shown by whole numbers, these two would be one.
  [answer({ solutions: [at("40.1"), at("40.2")] }), "It lasts: growth at 40.1 and at 40.2.", PROVEN, ["40.1", "40.2"]],
  [answer({ nearest: { input: "100", figure: "7" } }), "It lasts: at no growth. The closest is 7, at 100.", PROVEN, []],
  [answer({}), "It lasts: at no growth.", PROVEN, []],
  [answer({ jumps: [{ input: "40" }] }), "It lasts: at no growth. The figure passes it without being it at 40.", PROVEN, ["40"]],
  [answer({ complete: false, undecided: [range("1", "2")] }), "It lasts: at no growth that was found.", "Looked at from 0 to 100. Not proven: 1 stretch between may have more.", []],
  [answer({ complete: false, undecided: [range("1", "2"), range("3", "4")], solutions: [at("40")] }), "It lasts: growth at 40.", "Looked at from 0 to 100. Not proven: 2 stretches between may have more.", ["40"]],
  [answer({ complete: false, solutions: [at("40")] }), "It lasts: growth at 40.", "Looked at from 0 to 100. Not proven: there may be more.", ["40"]],
  // What the model refuses at the ends is not looked at: from 10 on is from the end on.
  [answer({ segments: [segment("SIDE_REFUSED", "0", "10"), segment("SIDE_EQUAL", "10", "100")], solutions: [between("10", "100")] }), "It lasts: growth wherever it was looked at.", "Proven for every value from 10 to 100: what is not said here does not exist.", []],
  [answer({ segments: [segment("SIDE_REFUSED", "0", "100")] }), "It lasts: the model refuses every growth.", "", []],
];

async function main() {
  const session = new Session(), whole = text => String(Math.round(Number(text)));
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const { found, turning } = await import(WORDS), { said } = await import(path.join(__dirname, "../../page/models/words.js"));
  const complain = what => { process.exitCode = 1; console.log(`WRONG ${what}`); };
  for (const [given, text, certain, turns] of CASES) {
    const { parts, how } = found("It lasts", given, "growth", whole, whole), seen = [said(parts), how, turning(given).join()], wanted = [text, certain, turns.join()];
    seen.forEach((one, i) => one === wanted[i] || complain(`says     ${one}\n  and not  ${wanted[i]}`));
  }
  const { result } = await session.post("Profiler.takePreciseCoverage"), source = readFileSync(WORDS, "utf8"), script = result.find(({ url }) => url.endsWith("/whatif/words.js"));
  const unsaid = script.functions.flatMap(f => f.ranges).filter(({ count }) => count === 0).map(({ startOffset, endOffset }) => source.slice(startOffset, endOffset).trim().slice(0, 100)).filter(text => /\w/.test(text));
  unsaid.forEach(text => complain(`no case says: ${text}`));
  console.log(`${CASES.length} findings`);
}
main();
