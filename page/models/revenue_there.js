// What two questions of required revenue share: how much of it is there, and how much is missing.
import { both } from "./sets.js";
import { amount, bad, good, isAbove, isBelow, isZero, size, strong } from "./words.js";

/** The end of a sentence: what is there, and what is missing. */
export function thereIs({ existing_annual_revenue: there, revenue_gap: gap }) {
  if (isZero(there)) return isAbove(gap) ? ["None is counted as there yet."] : ["Nothing is missing."];
  const end = isAbove(gap) ? [", ", bad(`${amount(gap)} is missing`, gap)] : [": ", good("covered"), ...(isBelow(gap) ? [", with ", strong(amount(size(gap)), size(gap)), " to spare"] : [])];
  return [strong(amount(there), there), " is there", ...end, "."];
}

const hasStreams = request => (request.existing_revenue ?? []).length > 0;

/** The rows below what is required: each stream from the right to the left, then what is left of the need. */
export function streamRows(sets, grouped, brief) {
  const [{ request, answer }] = sets, rows = [];
  const lane = (bars, k) => bars.map(b => ({ ...b, as: b.as && k ? "second" : b.as, hatch: b.hatch && k ? "second" : b.hatch }));
  if (sets.length === 1 && hasStreams(request)) {
    let left = Number(answer.required_annual_revenue);
    const streams = request.existing_revenue, shown = streams.slice(0, streams.length > 14 ? 12 : 14);
    for (const stream of shown) {
      const before = left;
      left -= Number(stream.annual_amount);
      rows.push({ name: stream.name, small: true, lanes: [[{ from: Math.max(0, before), to: Math.max(0, left), as: "have", text: `\u2212${brief(stream.annual_amount)}` }]], say: `${stream.name}: ${grouped(stream.annual_amount)} is there` });
    }
    if (shown.length < streams.length) rows.push({ name: `${streams.length - shown.length} more streams`, small: true, lanes: [[{ from: Math.max(0, left), to: Math.max(0, Number(answer.revenue_gap)), as: "have" }]], say: `${streams.length - shown.length} more streams, in the table` });
  } else if (sets.some(s => !isZero(s.answer.existing_annual_revenue))) {
    rows.push({ name: "There already", lanes: sets.map((s, k) => lane([{ from: Number(s.answer.required_annual_revenue), to: Math.max(0, Number(s.answer.revenue_gap)), as: "have", text: brief(s.answer.existing_annual_revenue) }], k)), say: `there already: ${both(sets, s => grouped(s.answer.existing_annual_revenue))}` });
  }
  const gap = s => s.answer.revenue_gap, isMissing = isAbove(gap(sets[0])), word = isMissing ? "missing" : "to spare";
  rows.push({ name: isMissing ? "Missing" : isBelow(gap(sets[0])) ? "To spare" : "Missing: nothing", rule: true, as: `strong ${isMissing ? "bad" : "good"}`,
    lanes: sets.map((s, k) => lane([{ from: 0, to: Math.abs(Number(gap(s))), ...(isAbove(gap(s)) ? { hatch: "missing" } : { as: "have" }), text: brief(size(gap(s))) + (k && isAbove(gap(s)) !== isMissing ? (isMissing ? " to spare" : " missing") : ""), textAs: isAbove(gap(s)) ? "bad" : "good" }], k)),
    say: both(sets, s => `${grouped(size(gap(s)))} ${isAbove(gap(s)) ? "is missing" : "to spare"}`) });
  return rows;
}

export const streamTable = (request, columns = [{ name: "Revenue that is there", as: "text" }, { name: "A year", as: "amount" }]) =>
  hasStreams(request) ? [{ caption: "Revenue that is there", columns, rows: request.existing_revenue.map(s => [s.name, s.annual_amount]) }] : [];
