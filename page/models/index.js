// The questions of the page. What a question exports, and what of it the page calls, stands in README.md of this folder.

/** The groups, in the order of the start page. */
export const GROUPS = ["Break-even", "Runway", "Investment", "Cash flows", "Decision", "Valuation"];

/** The names of each question before it is opened, in the order in which each group shows them. */
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

/** Which question a preset opens, of its calculation or that of its study, and with what request: { about, covered, request }, or null. */
export function opened(preset) {
  const { calculation } = preset.solve_for_input ?? preset.sensitivity ?? preset, [covered, request] = Object.entries(bare(calculation))[0] ?? [];
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
