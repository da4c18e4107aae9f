// Default alive: on today's growth, whether the cash ever runs out.
import { html } from "../draw/figure.js";
import { Course, span } from "../draw/course.js";
import { Rows } from "../draw/rows.js";
import { MONTHS, wholes } from "../draw/scale.js";
import { drawn, legend, unitOf } from "./sets.js";
import { amount, bad, brief, figure, good, grid, grouped, isAbove, isBelow, isZero, months, present, rounded, size, strong } from "./words.js";

const n = Number;
const TIMINGS = [["GROWTH_TIMING_CONTINUOUS", "Growth at every moment"], ["GROWTH_TIMING_END_OF_MONTH", "Growth after month 1"], ["GROWTH_TIMING_START_OF_MONTH", "Month 1 has grown"]];
const timingOf = request => request.timing ?? TIMINGS[0][0];
/** Months that are drawn at least, and at most: further off curves say less than words. */
const SHORTEST = 6, LONGEST = 240;

export default {
  curves,
  sentence, figures, table,
  draw: drawn(courses, timings),
};

const isAlive = answer => answer.verdict === "VERDICT_DEFAULT_ALIVE";
const month = text => grouped(rounded(text, 1));

/** The moments that matter: break-even, the end of the cash, the begin of losses. */
const moments = answer => [answer.break_even_months, answer.runway_months, answer.loss_from_months].filter(t => t !== undefined && isAbove(t)).map(n);
const horizon = answer => { const far = Math.max(0, ...moments(answer).filter(t => t <= LONGEST)); return Math.min(LONGEST, Math.max(SHORTEST, Math.ceil(far ? far * 1.3 + 1 : 24))); };

/** Revenue and expenses month by month are a runway of two lines that grow; the two other timings are two other calculations. */
function curves(request, answer) {
  const { options, ...bare } = request, others = TIMINGS.filter(([name]) => name !== timingOf(request));
  const line = (name, text, rate) => ({ name, amount: text, period: "PERIOD_MONTH", ...(isZero(text) || isZero(rate ?? "0") ? {} : { monthly_growth_rate: rate }) });
  const course = { currency_code: request.currency_code, cash_balance: request.cash_balance, horizon_months: horizon(answer) + 1, include_ledger: true,
    revenues: [line("revenue", request.monthly_revenue, request.monthly_revenue_growth_rate)], costs: [line("expenses", request.monthly_expenses, request.monthly_expense_growth_rate)] };
  return { asks: [{ runway: course }, ...others.map(([timing]) => ({ default_alive: { ...bare, timing } }))], reads: ([ledger, ...rest]) => ({ ...answer, course: ledger?.runway?.ledger,
    timings: TIMINGS.map(([timing, name]) => ({ name, isAsked: timing === timingOf(request), answer: timing === timingOf(request) ? answer : rest[others.findIndex(([o]) => o === timing)]?.default_alive })).filter(t => t.answer) }) };
}

function sentence(request, answer) {
  const { break_even_months: even, capital_needed: needed, cushion, runway_months: lasts, loss_from_months: loss, currency_code: unit } = answer, alive = isAlive(answer);
  const never = even === undefined, verdict = alive ? good("default alive") : bad("default dead"), Verdict = alive ? good("Default alive") : bad("Default dead");
  const need = strong(amount(needed ?? "0"), needed ?? "0"), cash = lasts === undefined ? [] : isZero(lasts) ? ["There is no cash"] : ["The cash lasts ", strong(months(lasts), lasts)];
  const left = isAbove(cushion) ? ["; ", strong(amount(cushion), cushion), " is left."] : ["; nothing is left."];
  const missing = needed !== undefined && isBelow(cushion) ? [` ${amount(needed)} ${unit} would be needed; `, bad(`${amount(size(cushion))} is missing`, size(cushion)), "."] : [];
  const shrink = isBelow(request.monthly_expense_growth_rate ?? "0") && !isZero(request.monthly_expenses) ? ", which shrink" : "";
  if (never) {
    if (alive) return [`Revenue never catches up with expenses${shrink}: `, verdict, ", needing ", need, ` ${unit}`, ...left];
    return [...cash, ": ", verdict, `. Revenue never catches up with expenses${shrink}${missing.length ? ":" : "."}`, ...missing];
  }
  if (loss !== undefined) {
    const until = isZero(loss) ? ["Expenses overtake revenue at once: "] : ["Profitable until month ", strong(month(loss), loss), ", then expenses overtake revenue: "];
    if (!alive) return [...until, verdict, ". ", ...cash, ".", ...missing];
    return [...until, verdict, ...(isAbove(needed) ? [", needing ", need, ` ${unit}`, ...left] : [", since what is earned before covers what is lost after."])];
  }
  if (isAbove(even)) return alive ? [Verdict, ": profitable in ", strong(months(even), even), ", needing ", need, ` ${unit}`, ...left] : [...cash, ": ", verdict, ".", ...missing];
  return [Verdict, isZero(request.monthly_expenses) ? ": there are no expenses." : ": revenue covers expenses from today on."];
}

function figures(request, answer) {
  const alive = isAlive(answer), even = answer.break_even_months;
  return present([{ name: "On this course", text: alive ? "default alive" : "default dead", as: alive ? "good" : "bad" }, figure("The cash lasts", months, answer.runway_months, "bad"),
    even === undefined ? { name: "Profitable", text: "never" } : figure("Profitable in", text => (isZero(text) ? "now" : months(text)), even),
    figure("Cash needed", amount, answer.capital_needed), answer.cushion === undefined ? null : figure(isBelow(answer.cushion) ? "Missing" : "Left", amount, size(answer.cushion), isBelow(answer.cushion) ? "bad" : "good"),
    answer.loss_from_months !== undefined && !(even === undefined) ? figure("Losses from month", month, answer.loss_from_months, "bad") : null]);
}

function courses(sets, words) {
  const [{ request, answer }, second] = sets, to = Math.max(...sets.map(s => (s.answer.course?.length ?? horizon(s.answer) + 1) - 1));
  // The ledger's month m has grown m - 1 times, so it stands at the moment m - 1.
  const curve = (s, part) => (s.answer.course ?? []).map(m => [m.month - 1, n(m[part])]), today = s => [[0, n(s.request.monthly_revenue)], [0, n(s.request.monthly_expenses)]];
  const revenue = curve(sets[0], "revenues"), costs = curve(sets[0], "costs"), even = answer.break_even_months, out = answer.runway_months, loss = answer.loss_from_months;
  const within = t => t !== undefined && isAbove(t) && n(t) <= to, on = (points, t) => { const i = Math.min(points.length - 2, Math.floor(t)); return points.length > 1 ? points[i][1] + (points[i + 1][1] - points[i][1]) * (t - i) : null; };
  const crossing = within(even) ? even : within(loss) && even !== undefined ? loss : undefined;
  const between = (from, until) => [[from, on(revenue, from)], ...revenue.filter(p => p[0] > from && p[0] < until), [until, on(revenue, until)]];
  const under = (from, until) => [[from, on(costs, from)], ...costs.filter(p => p[0] > from && p[0] < until), [until, on(costs, until)]];
  const cut = crossing === undefined ? [[0, to]] : [[0, n(crossing)], [n(crossing), to]];
  const last = revenue.length - 1, areas = last < 1 ? [] : cut.map(([a, b]) => [a, Math.min(b, last)]).filter(([a, b]) => b > a).map(([a, b]) => {
    const middle = (a + b) / 2;
    return { points: between(a, b), to: under(a, b), ...(on(revenue, middle) < on(costs, middle) ? { hatch: "missing" } : { as: "have-soft" }) };
  });
  const values = sets.flatMap(s => [...curve(s, "revenues"), ...curve(s, "costs"), ...today(s)].map(p => p[1]));
  return html`<${Course} ...${{
    caption: `Revenue and expenses a month, ${unitOf(sets)}`,
    label: `Revenue ${amount(request.monthly_revenue)} and expenses ${amount(request.monthly_expenses)} a month today` + (within(even) ? `; they meet in ${months(even)}` : even === undefined ? "; revenue never catches up" : "") + (loss !== undefined && even !== undefined && isAbove(loss) ? `; expenses exceed revenue from month ${month(loss)}` : "") + (out !== undefined ? `; the cash is gone after ${months(out)}` : ""),
    x: { from: 0, to, ticks: pixels => wholes(0, to, pixels / 52, MONTHS).map(t => ({ at: t.at, text: t.at ? t.text : "now" })) },
    y: span(values),
    areas,
    curves: [{ points: revenue, as: "gain", name: second ? undefined : "revenue" }, { points: costs, as: "cost", name: second ? undefined : "expenses" }, ...(second ? [{ points: curve(second, "revenues"), as: "other" }, { points: curve(second, "costs"), as: "other thin" }] : [])].filter(c => c.points.length > 1),
    marks: crossing !== undefined && last >= n(crossing) ? [{ x: n(crossing), y: on(revenue, n(crossing)), text: within(even) ? `profitable in ${months(even)}` : `losses from month ${month(loss)}`, mark: within(even) ? "mark fine" : "mark" }] : [],
    moments: [...(out !== undefined && n(out) <= to ? [{ x: n(out), text: isZero(out) ? "no cash" : `out of cash after ${months(out)}`, as: "bad strong", line: "need-line" }] : []),
      ...(second && within(second.answer.runway_months) ? [{ x: n(second.answer.runway_months), text: `${words.second}: ${months(second.answer.runway_months)}`, line: "second-line" }] : [])],
    legend: second ? [{ text: `revenue, ${words.first}`, as: "curve gain" }, { text: `expenses, ${words.first}`, as: "curve cost" }, { text: `revenue, ${words.second}`, as: "curve other" }, { text: `expenses, ${words.second}`, as: "curve other thin" }] : [],
    stops: (answer.course ?? []).map(m => ({ x: m.month - 1, y: [n(m.revenues), n(m.costs)], say: `${m.month > 1 ? `after ${months(String(m.month - 1))}` : "today"}: revenue ${amount(m.revenues)}, expenses ${amount(m.costs)} a month` })),
  }} />`;
}

/** The cash that is needed, by when growth applies: one decision, three conventions. */
function timings(sets, words) {
  const [{ request, answer }] = sets;
  if (!(answer.timings?.length > 1)) return null;
  // An amount without end is drawn as far as the picture goes.
  const far = Math.max(1, ...sets.flatMap(s => [n(s.request.cash_balance), ...(s.answer.timings ?? []).map(t => n(t.answer.capital_needed ?? "0"))]));
  return html`<${Rows} ...${{ sets, words, caption: `Cash that is needed, by when growth applies, ${unitOf(sets)}`, lines: [{ at: n(request.cash_balance), text: `cash ${brief(request.cash_balance)}` }], rows: TIMINGS.map(([, name], i) => ({
    name, how: answer.timings[i]?.isAsked ? "as asked" : undefined, bars: s => {
      const need = s.answer.timings?.[i]?.answer.capital_needed, cash = s.request.cash_balance;
      if (!s.answer.timings?.[i]) return [];
      if (need === undefined) return [{ to: far, hatch: "missing", more: "no end", textAs: "bad" }];
      return n(need) > n(cash) ? [{ to: cash, as: "need" }, { from: cash, to: need, hatch: "missing", value: need, textAs: "bad" }] : [{ to: need, as: "need", value: need }];
    } })) }} />`;
}

function table(request, answer) {
  return [...(answer.course ? [grid("Revenue and expenses", [["After months", "number"], ["Revenue a month", "amount"], ["Expenses a month", "amount"]], answer.course.map(m => [String(m.month - 1), m.revenues, m.costs]))] : []),
    ...(answer.timings ? [grid("When growth applies", [["Growth", "text"], ["Verdict", "text"], ["Cash needed", "amount"], ["Profitable in", "months"], ["Cash lasts", "months"]],
      answer.timings.map(t => [t.name, isAlive(t.answer) ? "alive" : "dead", t.answer.capital_needed ?? null, t.answer.break_even_months ?? null, t.answer.runway_months ?? null]))] : [])];
}
