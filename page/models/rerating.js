// Rerating: what becomes of a price when investors pay another multiple of the earnings.
import { html } from "../draw/figure.js";
import { Rows } from "../draw/rows.js";
import { both, drawn, legend } from "./sets.js";
import { bad, exact, figure, good, grouped, isOne, percent, present, strong, times, years } from "./words.js";

const n = Number;

export default {
  sentence, figures, table,
  draw: drawn(bars),
};

function sentence(request, answer) {
  const { earnings_factor: earnings, rerating_factor: multiple, price_factor: price } = answer, after = ` after ${years(request.years)}.`;
  const first = isOne(earnings) ? ["Earnings stay where they were"] : ["Earnings become ", strong(`${times(earnings)} times`, earnings), " what they were"];
  const second = isOne(multiple) ? [", the multiple stays"] : [", the multiple ", strong(`${times(multiple)} times`, multiple)];
  const end = isOne(price) ? [strong("where it was")] : [(n(price) > 1 ? good : bad)(`${times(price)} times what it was`, price)];
  return [...first, ...second, ": the price is ", ...end, after];
}

function figures(request, answer) {
  return present([figure("Price", text => `× ${times(text)}`, answer.price_factor, n(answer.price_factor) < 1 ? "bad" : undefined), figure("Price, a year", percent, answer.price_growth_rate), figure("Earnings", text => `× ${times(text)}`, answer.earnings_factor),
    figure("Earnings, a year", percent, answer.earnings_growth_rate), figure("Multiple", text => `× ${times(text)}`, answer.rerating_factor),
    answer.years_to_recover === undefined ? { name: "Earnings make up for it", text: "never", as: "bad" } : figure("Earnings make up for it in", years, answer.years_to_recover)]);
}

function bars(sets, words) {
  const parts = [["Multiple", "rerating_factor", r => `from ${grouped(exact(r.starting_price_earnings_ratio))} to ${grouped(exact(r.ending_price_earnings_ratio))} times earnings`], ["Earnings", "earnings_factor", r => `in ${years(r.years)}`], ["Price", "price_factor", () => "both together"]];
  const factors = sets.flatMap(s => parts.map(([, field]) => n(s.answer[field]))).filter(f => f > 0), low = Math.min(0.5, ...factors), high = Math.max(2, ...factors);
  return html`<${Rows} ...${{ low, high, warp: v => Math.log(Math.max(v, low / 2)), lines: [{ at: 1, text: "as it was" }],
    rows: parts.map(([name, field, how], i) => ({ name, rule: i === 2, how: sets.length > 1 ? undefined : how(sets[0].request), as: i === 2 ? "strong" : "", lanes: sets.map((s, k) => [{ from: 1, to: n(s.answer[field]), ...(k ? { as: "second" } : n(s.answer[field]) < 1 ? { hatch: "missing" } : { as: "have" }), text: `× ${times(s.answer[field])}` }]),
      say: `${name}: ${both(sets, s => `${times(s.answer[field])} times what it was`)}` })),
    caption: "What multiple and earnings do to the price, on a scale of factors", label: parts.map(([name, field]) => `${name} ${times(sets[0].answer[field])} times what it was`).join(", "),
    legend: legend(sets, words, "have", "second") }} />`;
}

function table(request, answer) {
  return [{ caption: "The factors", columns: [{ name: "Of", as: "text" }, { name: "Factor", as: "number" }, { name: "A year", as: "rate" }],
  rows: [["Multiple", answer.rerating_factor, null], ["Earnings", answer.earnings_factor, answer.earnings_growth_rate], ["Price", answer.price_factor, answer.price_growth_rate]] }];
}
