// Implied growth: which growth of the free cash flow a price takes for granted.
import { html } from "../draw/figure.js";
import { Columns } from "../draw/columns.js";
import { Rows } from "../draw/rows.js";
import { wholes } from "../draw/scale.js";
import { drawn, legend, unitOf } from "./sets.js";
import { amount, bad, brief, exact, figure, grouped, isBelow, isZero, percent, present, size, strong, times, years } from "./words.js";

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
  const [{ request, answer }] = sets, lists = sets.map(s => s.answer.flows ?? [{ year: 0, amount: s.request.free_cash_flow }]), last = lists[0].at(-1);
  return html`<${Columns} ...${{
    height: 260,
    caption: `Free cash flow that the price takes for granted, by year, ${unitOf(sets)}`,
    label: `Free cash flow from ${amount(request.free_cash_flow)} today to ${amount(last.amount)} in year ${last.year}`,
    sets: lists.map((list, k) => list.map((f, i) => ({ at: f.year, size: n(f.amount), as: k ? "second" : i ? "have" : "need", text: i === 0 || i === list.length - 1 ? brief(f.amount) : "", say: `${f.year ? `year ${f.year}` : "today"}: ${grouped(exact(f.amount))}` }))),
    ticks: (pixels, from, to) => wholes(from, to, pixels / 44).map(t => ({ at: t.at, text: t.at ? t.text : "today" })),
    legend: legend(sets, words, "have", "second"),
  }} />`;
}

/** What of the price lies within the growth stage, and what after it. */
function shares(sets, words) {
  const staged = sets.filter(s => s.answer.terminal_value_share !== undefined);
  if (!staged.length || staged[0] !== sets[0]) return null;
  const rows = staged.map((s, k) => {
    const after = n(s.answer.terminal_value_share), text = `${percent(s.answer.terminal_value_share)} after ${years(String(stageOf(s.request)))}`;
    return { name: staged.length > 1 ? (k ? words.second : words.first) : "The price", lanes: [[{ from: 0, to: 1 - after, as: k ? "second" : "have" }, { from: 1 - after, to: 1, hatch: k ? "second" : "need", text }]], say: text };
  });
  return html`<${Rows} ...${{ rows, high: 1, caption: "What of the price lies after the growth", label: rows[0].say }} />`;
}

function table(request, answer) {
  return answer.flows?.length ? [{ caption: "The free cash flow by year", columns: [{ name: "Year", as: "number" }, { name: "Free cash flow", as: "amount" }], rows: answer.flows.map(f => [String(f.year), f.amount]) }] : [];
}
