// Rerating: what becomes of a price when investors pay another multiple of the earnings.
import { html } from "../draw/figure.js";
import { Rows } from "../draw/rows.js";
import { both, drawn } from "./sets.js";
import { bad, exact, figure, good, grid, grouped, isOne, percent, present, strong, times, years } from "./words.js";

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
  const [{ request }] = sets, parts = [["Multiple", "rerating_factor", `from ${grouped(exact(request.starting_price_earnings_ratio))} to ${grouped(exact(request.ending_price_earnings_ratio))} times earnings`], ["Earnings", "earnings_factor", `in ${years(request.years)}`], ["Price", "price_factor", "both together"]];
  return html`<${Rows} ...${{ sets, words, base: 1, seen: [0.5, 2], warp: v => Math.log(Math.max(v, 1e-28)), lines: [{ at: 1, text: "as it was" }], caption: "What multiple and earnings do to the price, on a scale of factors",
    rows: parts.map(([name, field, how], i) => ({ name, how: sets.length > 1 ? undefined : how, rule: i === 2, as: i === 2 ? "strong" : "", bars: ({ answer }) => [{ to: answer[field], ...(n(answer[field]) < 1 ? { hatch: "missing" } : { as: "have" }), sign: "\u00d7 ", value: answer[field], write: times }] })) }} />`;
}

function table(request, answer) {
  return [grid("The factors", [["Of", "text"], ["Factor", "number"], ["A year", "rate"]], [["Multiple", answer.rerating_factor, null], ["Earnings", answer.earnings_factor, answer.earnings_growth_rate], ["Price", answer.price_factor, answer.price_growth_rate]])];
}
