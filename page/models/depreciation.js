// Depreciation: how an asset's book value falls.
import { html } from "../draw/figure.js";
import { Course, span } from "../draw/course.js";
import { wholes } from "../draw/scale.js";
import { drawn, legend, unitOf } from "./sets.js";
import { amount, brief, exact, figure, grid, grouped, present, strong, years } from "./words.js";

const n = Number;

export default {
  sentence, figures, table,
  draw: drawn(steps),
};

function sentence(request, answer) {
  const first = answer.years[0], last = answer.years.at(-1);
  return [`Of ${amount(request.cost)} ${answer.currency_code}, `, strong(amount(first.depreciation), first.depreciation), " is written off in the first year; ", strong(amount(last.book_value), last.book_value), ` is left after ${years(String(answer.years.length))}.`];
}

function figures(request, answer) {
  const first = answer.years[0], last = answer.years.at(-1), most = answer.years.reduce((a, b) => (n(b.depreciation) > n(a.depreciation) ? b : a));
  return present([figure("First year", amount, first.depreciation), most.year > 1 && most.depreciation !== first.depreciation ? figure(`Most, in year ${most.year}`, amount, most.depreciation) : null,
    answer.years.length > 1 ? figure(`Last year, ${last.year}`, amount, last.depreciation) : null, figure("Left after the first year", amount, first.book_value), figure("Left at the end", amount, last.book_value), { name: "Written off over", text: years(String(answer.years.length)) }]);
}

/** A year ends with its depreciation: the book value is level within it, and steps down. */
function stairs({ request, answer }) {
  const points = [[0, n(request.cost)]];
  answer.years.forEach((y, i) => points.push([i + 1, points.at(-1)[1]], [i + 1, n(y.book_value)]));
  return points;
}

function steps(sets, words) {
  const [{ request, answer }, second] = sets, all = sets.map(stairs), to = Math.max(...sets.map(s => s.answer.years.length)), first = answer.years[0], last = answer.years.at(-1);
  return html`<${Course} ...${{
    caption: `Book value by year, ${unitOf(sets)}`,
    label: `Book value: ${amount(request.cost)} at the start, ${amount(first.book_value)} after the first year, ${amount(last.book_value)} after ${years(String(answer.years.length))}`,
    x: { from: 0, to, ticks: pixels => wholes(0, to, pixels / 44).map(t => ({ at: t.at, text: t.at ? t.text : "new" })) },
    y: span(all.flat().map(p => p[1])),
    areas: [{ points: all[0], as: "have-soft", side: "above" }],
    curves: all.map((points, k) => ({ points, as: k ? "other" : "" })),
    marks: [{ x: 1, y: n(first.book_value), text: `\u2212${brief(first.depreciation)}`, mark: "mark plain" }, ...(answer.years.length > 1 ? [{ x: answer.years.length, y: n(last.book_value), text: `${brief(last.book_value)} left`, mark: "mark plain" }] : [])],
    legend: legend(sets, words, "curve", "curve other"),
    stops: [{ x: 0, y: [n(request.cost)], say: `new: ${grouped(exact(request.cost))}` }, ...answer.years.map(y => ({ x: y.year, y: [n(y.book_value)], say: `year ${y.year}: ${grouped(y.depreciation)} written off, ${grouped(y.book_value)} left` }))],
  }} />`;
}

function table(request, answer) {
  return [grid(years(String(answer.years.length)), [["Year", "number"], ["Depreciation", "amount"], ["Book value", "amount"]], answer.years.map(y => [String(y.year), y.depreciation, y.book_value]))];
}
