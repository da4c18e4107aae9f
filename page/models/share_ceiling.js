// Share ceiling: how far sales can grow when the market share cannot pass a ceiling. Norvig's law.
import { html } from "../draw/figure.js";
import { Course } from "../draw/course.js";
import { Rows } from "../draw/rows.js";
import { rates as write, ticks } from "../draw/scale.js";
import { drawn, legend } from "./sets.js";
import { bad, exact, figure, good, grid, isOne, isZero, percent, present, strong, times, years } from "./words.js";

const n = Number;
/** The points of the curve of shares. */
const POINTS = 16;

export default {
  curves,
  sentence, figures, table,
  draw: drawn(bars, course),
};

const ceilingOf = request => request.maximum_share ?? "1";

/** The time at which each share between today's and the ceiling is reached; of a falling share, the way back with both growths exchanged. */
function curves(request, answer) {
  const { market_growth_rate: market, company_growth_rate: company, current_share: now } = request;
  if (market === undefined || company === undefined || isOne(answer.maximum_share_factor) || n(market) === n(company)) return null;
  const rises = n(company) > n(market), from = n(now), to = rises ? n(ceilingOf(request)) : from / 4;
  const shares = Array.from({ length: POINTS }, (_, i) => (rises && i === POINTS - 1 ? exact(ceilingOf(request)) : (from * (to / from) ** ((i + 1) / POINTS)).toFixed(8))).filter(s => n(s) > 0 && (rises ? n(s) > from : n(s) < from));
  return { asks: shares.map(s => ({ share_ceiling: rises ? { current_share: now, maximum_share: s, market_growth_rate: market, company_growth_rate: company } : { current_share: s, maximum_share: now, market_growth_rate: company, company_growth_rate: market } })),
    reads: results => ({ ...answer, course: shares.map((share, i) => ({ share, years: results[i]?.share_ceiling?.years_to_ceiling })).filter(p => p.years !== undefined) }) };
}

function sentence(request, answer) {
  const { maximum_share_factor: factor, share_can_double: doubles, years_to_ceiling: ceiling, years_to_target: target } = answer, most = ceilingOf(request);
  const up = isOne(most) ? "" : `, and at most ${percent(most)}`;
  const first = isOne(factor) ? [`At a share of ${percent(request.current_share)} the ceiling is reached: sales grow `, bad("with the market alone"), "."]
    : [`From a share of ${percent(request.current_share)}${up}, a larger share can make sales `, strong(`${times(factor)} times`, factor), " what they are: ", doubles ? good("they can double") : bad("they cannot double"), " without the market."];
  const reached = request.company_growth_rate === undefined || isOne(factor) ? [] : [` Growing by ${percent(request.company_growth_rate)} a year, `, ...(ceiling === undefined ? ["they never get to the ceiling."] : ["they get to the ceiling in ", strong(years(ceiling), ceiling), "."])];
  const asked = request.target_sales_factor === undefined ? [] : [` ${times(request.target_sales_factor)} times today's sales `, ...(target === undefined ? ["are ", bad("never"), " possible."] : isZero(target) ? ["are possible ", good("by share alone"), "."] : ["are possible in ", strong(years(target), target), " at the earliest."])];
  return [...first, ...reached, ...asked];
}

function figures(request, answer) {
  return present([figure("Share today", percent, request.current_share), figure("Ceiling", percent, ceilingOf(request)), figure("Sales by share alone", text => `× ${times(text)}`, answer.maximum_share_factor),
    figure("Ceiling reached in", years, answer.years_to_ceiling), figure(`× ${times(request.target_sales_factor ?? "1")} at the earliest in`, years, answer.years_to_target)]);
}

function bars(sets, words) {
  const [{ request }] = sets;
  return html`<${Rows} ...${{ sets, words, seen: [1], lines: [{ at: n(ceilingOf(request)) / 2, text: "half the ceiling: beyond, no doubling" }], caption: "Share of the market, and the room that is left",
    rows: [{ name: "Market share", bars: ({ request: { current_share: now }, request: own }) => [{ to: now, as: "need" }, { from: now, to: ceilingOf(own), hatch: "have", value: now, write: percent, more: `of ${percent(ceilingOf(own))}` }] }] }} />`;
}

function course(sets, words) {
  const lines = sets.map(s => (s.answer.course?.length > 1 ? [[0, n(s.request.current_share)], ...s.answer.course.map(p => [n(p.years), n(p.share)])] : null));
  if (!lines[0]) return null;
  const to = Math.max(...lines.filter(Boolean).map(l => l.at(-1)[0])) * 1.15 || 1, [{ request, answer }] = sets, most = n(ceilingOf(request));
  const whole = lines.map(l => l && (l.at(-1)[1] > l[0][1] ? [...l, [to, l.at(-1)[1]]] : l));
  return html`<${Course} ...${{
    height: 260, caption: "The share over the years",
    label: `The share goes from ${percent(request.current_share)}${answer.years_to_ceiling ? ` to its ceiling of ${percent(ceilingOf(request))} in ${years(answer.years_to_ceiling)}` : " down"}`,
    x: { from: 0, to, ticks: pixels => ticks(0, to, Math.max(3, pixels / 90), step => at => String(Number(at.toFixed(6)))).map(t => ({ at: t.at, text: t.at ? t.text : "now" })) },
    y: { low: 0, high: Math.max(most, ...whole.filter(Boolean).flat().map(p => p[1])), write },
    curves: [{ points: [[0, most], [to, most]], as: "cost thin" }, ...whole.map((points, k) => ({ points, as: k ? "other" : "" })).filter(c => c.points)],
    marks: [{ x: to / 2, y: most, text: `ceiling ${percent(ceilingOf(request))}`, mark: false, as: "small" }, ...(answer.years_to_ceiling !== undefined && !isZero(answer.years_to_ceiling) ? [{ x: n(answer.years_to_ceiling), y: most, text: years(answer.years_to_ceiling), mark: "mark plain" }] : [])],
    legend: legend(sets, words, "curve", "curve other"),
    stops: [{ x: 0, y: [n(request.current_share)], say: `now: ${percent(request.current_share)}` }, ...answer.course.map(p => ({ x: n(p.years), y: [n(p.share)], say: `in ${years(p.years)}: ${percent(p.share)}` }))],
  }} />`;
}

function table(request, answer) {
  return answer.course?.length ? [grid("The share over the years", [["Years", "number"], ["Share", "rate"]], answer.course.map(p => [p.years, p.share]))] : [];
}
