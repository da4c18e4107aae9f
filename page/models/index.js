// The questions of the page: which calculations each one asks for, and how its answer is shown.
//
// Interface between the page and a question. A file of this folder exports one object by default:
//
//   name       The word in links: `#v1/NAME/…`. A field of the contract's `Calculation`, but for `cash_flow`, which asks four of them.
//   group      One of GROUPS below.
//   question   The question in words. It heads the section, and stands in the list of questions.
//   covers     The fields of `Calculation` whose presets open this question. Absent: [name].
//   opens      (covered, request) → request: the form's request, of a preset's. Absent: the preset's own.
//   kind       The message that the form is made of. Absent: the request of the method whose model is `name`.
//   also       [{ kind, fields }]: fields of other messages that the form shows behind those of `kind`. Absent: none.
//   leave      Names of fields that the form does not show, since `asks` sets them. Absent: none.
//   asks       (request) → [calculation, …]: what is sent in one batch. Absent: [{ [name]: request with options.explain }].
//   reads      (answers) → answer: made of the results in the order of `asks`; `undefined` stands where a calculation was refused
//              that is not the first one. `answer.explanation` and `answer.warnings` are shown by the page. Absent: the first one's.
//   then       (request, answer) → { asks: [calculation, …], reads: (results) → answer } or null: a second batch, for curves. The answer
//              is shown before it comes, and again when it is there; the drawing stands without it. Absent: none.
//
//   sentence   (request, answer) → parts: an array of texts and marks, in the order of reading. A mark is { text, exact?, as }:
//              `text` is shown, `exact` is the decimal with every digit (shown on hover), `as` is "strong", "good" or "bad".
//              `said` of `words.js` joins the parts to the plain sentence.
//   figures    (request, answer) → [{ name, text, exact?, as? }, …]: the key figures, the most important first, at most eight.
//   draw       (request, answer, compared, words) → htm, or null: one or more <${Figure}> of `../draw/figure.js`. `compared` is
//              { request, answer } of the second set of inputs, drawn into the same picture in `--second`, or undefined. `words` is
//              { first, second }: what the two sets are called in the picture ("first", "second").
//   table      (request, answer) → [{ caption, columns: [{ name, as }], rows: [[cell, …], …] }, …]: what the drawings show, in figures. A
//              cell is a decimal as it was answered, a text, or null for an empty cell; `as` is "text", "amount", "rate", "months" or
//              "number", and says how the page writes the column. A download has every digit. The first column names its row.
//
// Every function is pure, and knows the request as it is sent: decimals are texts with all their digits, and absent fields are undefined.
// An answer is JSON of the contract: zeros and empty lists are written, absent optionals are not. No function computes a figure of
// finance: what is shown was answered, and only its place in a drawing is arithmetic of the page.

import required_revenue from "./required_revenue.js";
import return_revenue from "./return_revenue.js";
import break_even_point from "./break_even_point.js";
import runway from "./runway.js";
import default_alive from "./default_alive.js";
import capex_roi from "./capex_roi.js";
import depreciation from "./depreciation.js";
import cash_flow from "./cash_flow.js";
import regret from "./regret.js";
import share_ceiling from "./share_ceiling.js";
import rerating from "./rerating.js";
import price_change from "./price_change.js";
import implied_growth from "./implied_growth.js";
import required_margin from "./required_margin.js";
import rule_of_forty from "./rule_of_forty.js";
import discounted_value from "./discounted_value.js";

/** The groups, in the order of the start page. */
export const GROUPS = ["Break-even", "Runway", "Investment", "Cash flows", "Decision", "Valuation"];

/** The questions, in the order in which each group shows them. */
export const QUESTIONS = [
  required_revenue, return_revenue, break_even_point, runway, default_alive, capex_roi, depreciation, cash_flow, regret,
  discounted_value, implied_growth, rerating, price_change, share_ceiling, required_margin, rule_of_forty,
];

/** Which question a calculation of a preset opens, and with what request: { question, request }, or null. */
export function opened(calculation) {
  const [covered, request] = Object.entries(bare(calculation))[0] ?? [];
  const question = QUESTIONS.find(q => (q.covers ?? [q.name]).includes(covered));
  return question ? { question, request: question.opens?.(covered, request) ?? request } : null;
}

/** Without the zeros, empty texts and empty lists, which JSON of the contract writes for fields that are not there. */
export function bare(value) {
  if (Array.isArray(value)) return value.map(bare);
  if (!value || typeof value !== "object") return value;
  const isThere = v => v !== 0 && v !== false && v !== "" && !(Array.isArray(v) && !v.length) && !/_UNSPECIFIED$/.test(v);
  return Object.fromEntries(Object.entries(value).filter(([, v]) => isThere(v)).map(([k, v]) => [k, bare(v)]));
}
