// The questions of the page: which calculations each one asks for, and how its answer is shown.
//
// Interface between the page and a question. The list below has of each question, as `about`:
//
//   name       The word in links: `#v1/NAME/…`, and the name of its file. A field of the contract's `Calculation`, but for `cash_flow`, which asks
//              four of them.
//   group      One of GROUPS.
//   question   The question in words. It heads the section, and stands in the list of questions.
//   covers     The fields of `Calculation` whose presets open this question. Absent: [name].
//
// A file of this folder exports one object by default:
//
//   opens      (covered, request) → request: the form's request, of a preset's. Absent: the preset's own.
//   kind       The message that the form is made of. Absent: the request of the method whose model is `name`.
//   also       [{ kind, fields }]: fields of other messages that the form shows behind those of `kind`. Absent: none.
//   first      Names of optional fields that the form shows with those that are required. Absent: none.
//   optional   Names of fields that their message requires, and the question does not. Absent: none.
//   labels     (request, field's name) → [text, …]: what the items of a list of decimals are called. Absent: they are counted.
//   leave      Names of fields that the form does not show, since `asks` sets them. Absent: none.
//   asks       (request) → [calculation, …]: what is sent in one batch. Absent: [{ [name]: request with options.explain }].
//   reads      (answers) → answer: made of the results in the order of `asks`; `undefined` stands where a calculation was refused
//              that is not the first one. `answer.explanation` and `answer.warnings` are shown by the page. Absent: the first one's.
//   curves     (request, answer) → { asks: [calculation, …], reads: (results) → answer } or null: a second batch. The answer
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

/** The groups, in the order of the start page. */
export const GROUPS = ["Break-even", "Runway", "Investment", "Cash flows", "Decision", "Valuation"];

/** What is known of each question before it is opened, in the order in which each group shows them. */
export const QUESTIONS = [
  { name: "required_revenue", group: "Break-even", question: "How much revenue justifies what is spent on accelerators?" },
  { name: "return_revenue", group: "Break-even", question: "How much revenue a year does an outlay need to earn its return?" },
  { name: "break_even_point", group: "Break-even", question: "At which volume does a business make neither profit nor loss?" },
  { name: "runway", group: "Runway", question: "How long does the cash last, and how much must be raised?" },
  { name: "default_alive", group: "Runway", question: "On today's growth, does the cash ever run out?" },
  { name: "capex_roi", group: "Investment", question: "Does an investment earn what it cost, and when?" },
  { name: "depreciation", group: "Investment", question: "How does an asset's book value fall?" },
  { name: "cash_flow", group: "Cash flows", question: "What is a series of payments worth, and what does it earn?", covers: ["net_present_value", "internal_rate_of_return", "modified_internal_rate_of_return", "payback"] },
  { name: "regret", group: "Decision", question: "Which alternative is least regretted?" },
  { name: "discounted_value", group: "Valuation", question: "How much is a company worth by its free cash flows?" },
  { name: "implied_growth", group: "Valuation", question: "Which growth does a price take for granted?" },
  { name: "rerating", group: "Valuation", question: "What becomes of a price when its multiple of the earnings changes?" },
  { name: "price_change", group: "Valuation", question: "How much was lost or won between two prices, and what does it take to come back?" },
  { name: "share_ceiling", group: "Valuation", question: "How far can sales grow when the market share has a ceiling?" },
  { name: "required_margin", group: "Valuation", question: "Which share of its sales must a company pay out for its price to come back?" },
  { name: "rule_of_forty", group: "Valuation", question: "Do growth and free cash flow add up to enough?" },
];

/** A question with all that its file exports. It is loaded when it is opened: whoever asks one question waits for no other. */
export const load = async about => ({ ...about, ...(await import(`./${about.name}.js`)).default });

/** Which question a calculation of a preset opens, and with what request: { about, covered, request }, or null. */
export function opened(calculation) {
  const [covered, request] = Object.entries(bare(calculation))[0] ?? [];
  const about = QUESTIONS.find(q => (q.covers ?? [q.name]).includes(covered));
  return about ? { about, covered, request } : null;
}

/** Without the zeros, empty texts and empty lists, which JSON of the contract writes for fields that are not there. */
export function bare(value) {
  if (Array.isArray(value)) return value.map(bare);
  if (!value || typeof value !== "object") return value;
  const isThere = v => v !== 0 && v !== false && v !== "" && !(Array.isArray(v) && !v.length) && !/_UNSPECIFIED$/.test(v);
  return Object.fromEntries(Object.entries(value).filter(([, v]) => isThere(v)).map(([k, v]) => [k, bare(v)]));
}
