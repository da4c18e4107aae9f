// Rule of forty: whether growth and free cash flow add up to enough.
import { html } from "../draw/figure.js";
import { Rows } from "../draw/rows.js";
import { both, drawn, legend } from "./sets.js";
import { bad, figure, good, isBelow, percent, present, strong } from "./words.js";

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
  const [{ request, answer }] = sets, of = (k, from, to, text, isBad) => [{ from, to, ...(k ? { as: "second" } : isBad ? { hatch: "missing" } : { as: "have" }), text, link: sets.length === 1 }];
  const rows = [
    { name: "Growth", how: "of revenue, a year", lanes: sets.map((s, k) => of(k, 0, n(s.request.revenue_growth_rate), percent(s.request.revenue_growth_rate), isBelow(s.request.revenue_growth_rate))), say: `growth ${both(sets, s => percent(s.request.revenue_growth_rate))}` },
    { name: "Free cash flow", how: "of revenue", lanes: sets.map((s, k) => of(k, n(s.request.revenue_growth_rate), n(s.answer.score), percent(s.request.free_cash_flow_margin), isBelow(s.request.free_cash_flow_margin))), say: `free cash flow ${both(sets, s => percent(s.request.free_cash_flow_margin))}` },
    { name: "Together", rule: true, as: `strong ${answer.meets_threshold ? "good" : "bad"}`, lanes: sets.map((s, k) => [{ from: 0, to: n(s.answer.score), as: k ? "second" : "need", text: `${percent(s.answer.score)}, ${s.answer.meets_threshold ? "enough" : "not enough"}`, textAs: s.answer.meets_threshold ? "good" : "bad" }]), say: `together ${both(sets, s => percent(s.answer.score))}, ${percent(enough(request))} asked for` },
  ];
  const all = sets.flatMap(s => [n(s.request.revenue_growth_rate), n(s.answer.score), n(enough(s.request))]);
  return html`<${Rows} ...${{ rows, low: Math.min(0, ...all), high: Math.max(0, ...all), lines: [{ at: n(enough(request)), text: `${percent(enough(request))} asked for` }], caption: "Growth and free cash flow against what is asked for", label: rows.map(r => r.say).join("; "),
    legend: legend(sets, words, "need", "second") }} />`;
}

function table(request, answer) {
  return [{ caption: "The score", columns: [{ name: "Of", as: "text" }, { name: "Share", as: "rate" }], rows: [["Growth", request.revenue_growth_rate], ["Free cash flow", request.free_cash_flow_margin], ["Together", answer.score], ["Asked for", enough(request)]] }];
}
