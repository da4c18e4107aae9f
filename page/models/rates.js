// Rates of return: how several of them are told, and the value of flows at each rate.
import { html } from "../draw/figure.js";
import { Course, span } from "../draw/course.js";
import { rates as write, ticks } from "../draw/scale.js";
import { legend } from "./sets.js";
import { amount, bad, brief, grid, grouped, isZero, named, percent, percents, rounded, strong, years } from "./words.js";

const n = Number;

export const ratesText = rates => (rates.length ? percents(rates.map(r => r.annual)).join(" · ") : "none");

const listed = rates => percents(rates.map(r => r.annual)).map((text, i) => ({ text, exact: rates[i].annual, as: "strong" }));

/** Marks as a list in words. */
const joined = marks => marks.flatMap((mark, i) => [...(i ? [i === marks.length - 1 ? " and " : ", "] : []), mark]);

/** Where rates are looked at: around those that matter, evenly in ln(1 + r). */
function sampled(marks) {
  const low = Math.log1p(Math.max(-0.95, Math.min(...marks))), high = Math.log1p(Math.min(60, Math.max(...marks))), room = Math.max(0.03, (high - low) * 0.14);
  const start = Math.max(Math.log1p(-0.97), low - room), end = high + room;
  return Array.from({ length: 61 }, (_, i) => Math.expm1(start + (end - start) * i / 60).toFixed(6));
}

/** Rates to ask for: the sampled ones, and exactly those that are marked. */
export const askedRates = (marks, more, above) => [...new Set([...sampled([...marks.map(n), 0, 0.2]), ...more])].filter(r => above === undefined || n(r) > above + 0.004).sort((a, b) => n(a) - n(b)).slice(0, 190);

/** Percents of a wide axis, those that matter most first; a narrow one has even steps. */
const PERCENTS = [0, 10, 20, 50, 100, -20, -50, 30, 200, 400, 1000, 75, 150, 300, 600, 2000, 5000, -10, -30, -40, -60, -80, -90];

/** The value of flows today, at each rate: sets are [{ profile: [{ rate, value }], rates, hurdle: { rate, value } | null }]. */
export function profile(sets, { unit, words }) {
  const drawn = sets.filter(s => s.profile?.length > 1);
  if (!drawn.length || drawn[0] !== sets[0]) return null;
  const points = drawn.map(s => s.profile.map(p => [n(p.rate), n(p.value)])), from = Math.min(...points.map(p => p[0][0])), to = Math.max(...points.map(p => p.at(-1)[0]));
  const key = drawn.flatMap(s => [0, ...s.rates.map(r => n(r.annual)), ...(s.hurdle ? [n(s.hurdle.rate)] : [])]).filter(r => r >= from && r <= to), near = [Math.min(...key), Math.max(...key)];
  // Far below the rates that matter the value grows without bound: there the picture is clipped.
  const seen = points.flat().filter(p => p[0] >= near[0] - 1e-9).map(p => p[1]), of = drawn[0], hurdle = of.hurdle;
  return html`<${Course} ...${{
    caption: `What it is worth today, by the rate a year${unit ? `, ${unit}` : ""}`, clipped: true,
    label: `Value by rate; ${of.rates.length ? `it is 0 at ${named(percents(of.rates.map(r => r.annual)), 12)}` : "it is 0 at no rate"}${hurdle ? `; ${amount(hurdle.value)} at ${percent(hurdle.rate)}` : ""}`,
    x: { from, to, warp: r => Math.log1p(Math.max(-0.999, r)), ticks: pixels => (to - from < 0.6 ? ticks(from, to, Math.max(3, pixels / 75), write) : PERCENTS.map(p => ({ at: p / 100, text: `${p}\u202f%`.replace("-", "\u2212") })).filter(t => t.at >= from && t.at <= to)) },
    y: span(seen),
    areas: [{ points: points[0], side: "above", as: "have-soft" }, { points: points[0], side: "below", as: "missing-soft" }],
    curves: points.map((p, k) => ({ points: p, as: k ? "other" : "" })),
    marks: [...drawn.flatMap((s, k) => percents(s.rates.map(r => r.annual)).map((text, i) => ({ x: n(s.rates[i].annual), y: 0, text, ...(k ? { as: "small", mark: "mark other" } : {}) })).filter(m => m.x >= from && m.x <= to).slice(0, 12)),
      ...(hurdle ? [{ x: n(hurdle.rate), y: n(hurdle.value), text: `${brief(hurdle.value)} at ${percent(hurdle.rate)}`, mark: "dot", as: "" }] : [])],
    moments: hurdle ? [{ x: n(hurdle.rate), text: `hurdle ${percent(hurdle.rate)}` }] : [],
    legend: legend(drawn, words, "curve", "curve other"),
    stops: of.profile.map(p => ({ x: n(p.rate), y: [n(p.value)], say: `at ${percent(p.rate)}: ${grouped(rounded(p.value, 2))}` })),
  }} />`;
}

export const profileTable = list => (list?.length ? [grid("The value by rate", [["Rate a year", "rate"], ["Worth today", "amount"]], list.map(p => [p.rate, p.value]))] : []);

/** The rates of a series in a sentence; verb says whether it earns or costs. */
export function ratesSentence({ status, rates }, verb) {
  switch (status?.replace("STATUS_", "")) {
    case "UNIQUE": {
      const { annual } = rates[0], isLoss = annual.startsWith("-") && verb === "earns";
      return [`It ${isLoss ? "loses" : verb} `, (isLoss ? bad : strong)(percent(isLoss ? annual.slice(1) : annual), annual), " a year, the only rate there is, proven."];
    }
    case "SEVERAL": return ["It is worth nothing ", ...joined(listed(rates).map(m => ({ ...m, text: `at ${m.text}` }))), ", all proven: ", bad("no one rate says what it earns"), ", decide by its worth today."];
    case "NO_SIGN_CHANGE": return ["All of it flows one way: there is no rate of return."];
    case "NONE": return [bad("No rate of return exists"), ", proven: decide by its worth today."];
    case "ANY": return ["Every payment is 0: any rate is a rate of return."];
    default: return ["How many rates of return it has is ", bad("not settled"), ...(rates.length ? [`; proven ${rates.length > 1 ? "are" : "is"} `, ...joined(listed(rates))] : []), ". Decide by its worth today."];
  }
}

export const paybackText = payback => (payback?.years === undefined ? "never" : isZero(payback.years) ? "at once" : `after ${years(payback.years)}`);
