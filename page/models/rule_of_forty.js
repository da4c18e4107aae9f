// Rule of forty: whether growth and free cash flow add up to enough.
import { html } from "../draw/figure.js";
import { Rows } from "../draw/rows.js";
import { drawn } from "./sets.js";
import { bad, figure, good, grid, isBelow, percent, present, strong } from "./words.js";

const n = Number;
const FORTY = "0.4";

export default {
  sentence, figures, table,
  draw: drawn(bars),
};

const enough = request => request.threshold ?? FORTY;

function sentence(request, answer) {
  const growth = request.revenue_growth_rate, margin = request.free_cash_flow_margin, { required_free_cash_flow_margin: least, required_revenue_growth_rate: fastest } = answer;
  const first = [`Growth of ${percent(growth)} and free cash flow of ${percent(margin)} of revenue add up to `, strong(percent(answer.score), answer.score), ": "];
  if (answer.meets_threshold) return [...first, good("enough"), `, since ${percent(enough(request))} is asked for.`];
  const would = present([least && `free cash flow of ${percent(least)}`, `growth of ${percent(fastest)}`]);
  return [...first, bad("not enough"), ` for ${percent(enough(request))}; ${would.join(" or ")} would be.`];
}

function figures(request, answer) {
  return present([figure("Growth and free cash flow", percent, answer.score, answer.meets_threshold ? "good" : "bad"), figure("Asked for", percent, enough(request)),
    answer.required_free_cash_flow_margin === undefined ? { name: "Least free cash flow at this growth", text: "none is enough", as: "bad" } : figure("Least free cash flow at this growth", percent, answer.required_free_cash_flow_margin),
    answer.required_revenue_growth_rate === undefined ? { name: "Least growth at this free cash flow", text: "any is enough", as: "good" } : figure("Least growth at this free cash flow", percent, answer.required_revenue_growth_rate)]);
}

function bars(sets, words) {
  const [{ request, answer }] = sets, part = (from, to, value) => [{ from, to, ...(isBelow(value) ? { hatch: "missing" } : { as: "have" }), value, write: percent, link: sets.length === 1 }];
  return html`<${Rows} ...${{ sets, words, lines: [{ at: n(enough(request)), text: `${percent(enough(request))} asked for` }], caption: "Growth and free cash flow against what is asked for", rows: [
    { name: "Growth", how: "of revenue, a year", bars: s => part(0, s.request.revenue_growth_rate, s.request.revenue_growth_rate) },
    { name: "Free cash flow", how: "of revenue", bars: s => part(s.request.revenue_growth_rate, s.answer.score, s.request.free_cash_flow_margin) },
    { name: "Together", rule: true, as: `strong ${answer.meets_threshold ? "good" : "bad"}`, bars: ({ answer: { score, meets_threshold: meets } }) => [{ to: score, as: "need", value: score, write: text => `${percent(text)},`, more: meets ? "enough" : "not enough", textAs: meets ? "good" : "bad" }] }] }} />`;
}

function table(request, answer) {
  return [grid("The score", [["Of", "text"], ["Share", "rate"]], [["Growth", request.revenue_growth_rate], ["Free cash flow", request.free_cash_flow_margin], ["Together", answer.score], ["Asked for", enough(request)]])];
}
