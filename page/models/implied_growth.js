// Implied growth: which growth of the free cash flow a price takes for granted.
import { html } from "../draw/figure.js";
import { Columns } from "../draw/columns.js";
import { Rows } from "../draw/rows.js";
import { wholes } from "../draw/scale.js";
import { drawn, unitOf } from "./sets.js";
import { amount, bad, figure, grid, isBelow, isZero, percent, present, size, strong, times, years } from "./words.js";

const n = Number;
/** Years of flows that are drawn: those of the growth stage, at most so many as a runway looks at, and ten where growth lasts for ever. */
const MOST = 99, EVER = 10;

export default {
  curves,
  sentence, figures, table,
  draw: drawn(flows, shares),
};

const stageOf = request => request.growth_stage?.years;

/** The flows year by year: a payment at each year's end that grows, as the runway lists it. */
function curves(request, answer) {
  const length = Math.min(MOST, stageOf(request) ?? EVER) + 1, growth = answer.implied_growth_rate;
  return { asks: [{ runway: { currency_code: request.currency_code, horizon_months: 12 * length, include_ledger: true, revenues: [{ name: "free cash flow", amount: request.free_cash_flow, period: "PERIOD_YEAR", timing: "PAYMENT_TIMING_AT_END", ...(isZero(growth) ? {} : { annual_growth_rate: growth }) }] } }],
    reads: ([result]) => ({ ...answer, flows: result?.runway?.ledger?.filter(m => m.month % 12 === 0).map((m, i) => ({ year: i, amount: m.revenues })) }) };
}

function sentence(request, answer) {
  const growth = answer.implied_growth_rate, stage = stageOf(request) ? `, for ${years(String(stageOf(request)))}` : "";
  if (isZero(growth)) return ["The price takes ", strong("no growth"), ` for granted${stage}.`];
  return ["The price takes ", isBelow(growth) ? "a decline of " : "growth of ", (isBelow(growth) ? bad : strong)(percent(size(growth)), growth), ` a year for granted${stage}.`];
}

function figures(request, answer) {
  return present([figure("Implied growth, a year", percent, answer.implied_growth_rate), figure("Price in years of cash flow", times, answer.cash_flow_multiple), figure("Lies after the growth", percent, answer.terminal_value_share),
    figure(stageOf(request) ? `Cash flow of year ${stageOf(request)}` : "", amount, answer.final_free_cash_flow), figure("Cash flow today", amount, request.free_cash_flow), figure("Growth after it", percent, request.growth_stage?.terminal_growth_rate)]);
}

function flows(sets, words) {
  return html`<${Columns} ...${{ sets, words, height: 260, caption: `Free cash flow that the price takes for granted, by year, ${unitOf(sets)}`,
    list: ({ request, answer }) => (answer.flows ?? [{ year: 0, amount: request.free_cash_flow }]).map((f, i, all) => ({ at: f.year, value: f.amount, as: i ? "have" : "need", quiet: i > 0 && i < all.length - 1, name: f.year ? `year ${f.year}` : "today" })),
    ticks: (pixels, from, to) => wholes(from, to, pixels / 44).map(t => ({ at: t.at, text: t.at ? t.text : "today" })) }} />`;
}

/** The parts of the price that lie within the growth stage, and after it. */
function shares(sets, words) {
  if (sets[0].answer.terminal_value_share === undefined) return null;
  return html`<${Rows} ...${{ sets, words, seen: [1], caption: "What of the price lies after the growth", rows: [{ name: "The price", bars: ({ request, answer: { terminal_value_share: after } }) => (after === undefined ? [] : [{ to: 1 - n(after), as: "have" }, { from: 1 - n(after), to: 1, hatch: "need", value: after, write: percent, more: `after ${years(String(stageOf(request)))}` }]) }] }} />`;
}

function table(request, answer) {
  return answer.flows?.length ? [grid("The free cash flow by year", [["Year", "number"], ["Free cash flow", "amount"]], answer.flows.map(f => [String(f.year), f.amount]))] : [];
}
