// The revenue that is there, and what is missing: two questions end so.
import { amount, bad, good, grid, isAbove, isBelow, isZero, size, strong } from "./words.js";

/** The end of a sentence: what is there, and what is missing. */
export function thereIs({ existing_annual_revenue: there, revenue_gap: gap }) {
  if (isZero(there)) return isAbove(gap) ? ["None is counted as there yet."] : ["Nothing is missing."];
  const end = isAbove(gap) ? [", ", bad(`${amount(gap)} is missing`, gap)] : [": ", good("covered"), ...(isBelow(gap) ? [", with ", strong(amount(size(gap)), size(gap)), " to spare"] : [])];
  return [strong(amount(there), there), " is there", ...end, "."];
}

/** Streams that are drawn one by one: the rest is one bar. */
const DRAWN = 14;

/** The rows below what is required: each stream from the right to the left, then what is left of the need. */
export function streamRows(sets) {
  const [{ request, answer }] = sets, streams = request.existing_revenue ?? [], shown = streams.slice(0, streams.length > DRAWN ? DRAWN - 2 : DRAWN), gap = answer.revenue_gap, rows = [];
  const above = amount => Math.max(0, Number(amount));
  let left = Number(answer.required_annual_revenue);
  if (sets.length > 1) {
    rows.push({ name: "There already", bars: s => [{ from: s.answer.required_annual_revenue, to: above(s.answer.revenue_gap), as: "have", value: s.answer.existing_annual_revenue }] });
  } else for (const { name, annual_amount: value } of shown) {
    const from = above(left), to = above((left -= Number(value)));
    rows.push({ name, small: true, bars: () => [{ from, to, as: "have", sign: "\u2212", value }] });
  }
  if (sets.length < 2 && shown.length < streams.length) rows.push({ name: `${streams.length - shown.length} more streams`, small: true, bars: () => [{ from: above(left), to: above(gap), as: "have" }] });
  return [...rows, { name: isAbove(gap) ? "Missing" : "To spare", rule: true, as: `strong ${isAbove(gap) ? "bad" : "good"}`, bars: ({ answer: { revenue_gap: own } }) => [{ to: Math.abs(own), value: size(own), ...(isAbove(own) ? { hatch: "missing", textAs: "bad" } : { as: "have", textAs: "good" }), more: isAbove(own) === isAbove(gap) ? "" : isAbove(own) ? "missing" : "to spare" }] }];
}

export const streamTable = request => (request.existing_revenue?.length ? [grid("Revenue that is there", [["Of", "text"], ["A year", "amount"]], request.existing_revenue.map(s => [s.name, s.annual_amount]))] : []);
