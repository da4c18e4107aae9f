// Break-even point: the volume at which contributions cover the costs.
import { html } from "../draw/figure.js";
import { Course, span } from "../draw/course.js";
import { amounts, ticks } from "../draw/scale.js";
import { drawn } from "./sets.js";
import { amount, bad, brief, exact, figure, good, grid, grouped, isAbove, isBelow, isZero, percent, present, size, strong, times } from "./words.js";

export default {
  sentence, figures, table,
  draw: drawn(lines),
};

const unitsOf = reached => (reached.whole_units === undefined ? "" : `, ${amount(reached.whole_units)} ${reached.whole_units === "1" ? "unit" : "units"}`);

function sentence(request, answer) {
  const { reached } = answer, unit = answer.currency_code, target = request.target_profit ?? "0", ratio = answer.contribution_margin_ratio;
  if (!reached) {
    const aim = isZero(request.fixed_costs) ? "the profit" : "the fixed costs";
    return [bad("Never"), isBelow(ratio) ? ": each sale takes away " : `: each sale adds nothing towards ${aim}.`, ...(isBelow(ratio) ? [strong(percent(size(ratio)), size(ratio)), ` of its revenue, and adds nothing towards ${aim}.`] : [])];
  }
  if (isZero(reached.revenue)) return ["Nothing has to be covered: break-even is at ", strong(amount("0")), ` ${unit}.`];
  const at = strong(amount(reached.revenue), reached.revenue), whole = isZero(target) ? ["Break-even is at ", at, ` ${unit}`]
    : [isAbove(target) ? "A profit of " : "A loss of no more than ", strong(amount(size(target)), size(target)), ` ${unit} takes revenue of `, at];
  return [...whole, unitsOf(reached), ...against(request, reached), "."];
}

/** Where break-even stands beside what is expected. */
function against(request, { margin_of_safety: margin, margin_of_safety_ratio: ratio }) {
  if (margin === undefined) return [];
  if (ratio === undefined) return [": ", bad("nothing is expected")];
  if (isZero(margin)) return [": ", strong("exactly what is expected")];
  return [": ", isAbove(margin) ? good(`${percent(ratio)} below`, ratio) : bad(`${percent(size(ratio))} above`, ratio), " what is expected"];
}

function figures(request, answer) {
  const { reached } = answer;
  return present([figure(isZero(request.target_profit ?? "0") ? "Break-even revenue" : "Revenue needed", amount, reached?.revenue), figure("Units", amount, reached?.whole_units), figure("Each sale keeps", percent, answer.contribution_margin_ratio),
    figure("Each unit adds", amount, answer.unit_contribution_margin), figure("Expected", amount, request.expected_revenue),
    figure("Margin of safety", amount, reached?.margin_of_safety, reached?.margin_of_safety && isBelow(reached.margin_of_safety) ? "bad" : undefined), figure("Operating leverage", times, reached?.operating_leverage)]);
}

function lines(sets, words) {
  const n = Number, [{ request, answer }, second] = sets, { reached } = answer, unit = answer.currency_code;
  const even = s => (s.answer.reached ? n(s.answer.reached.revenue) : null), goal = s => n(s.request.fixed_costs) + n(s.request.target_profit ?? 0);
  const from = Math.max(...sets.flatMap(s => [even(s) ?? 0, n(s.request.expected_revenue ?? 0), even(s) === null ? goal(s) * 1.5 : 0])), to = from > 0 ? from * (from === even(sets[0]) ? 1.6 : 1.2) : 1;
  const cost = s => { const keeps = n(s.answer.contribution_margin_ratio); return [[0, goal(s)], [to, goal(s) + to * (1 - keeps)]]; };
  const at = even(sets[0]), expected = n(request.expected_revenue ?? 0), isSafe = at !== null && expected > at, hasTarget = !isZero(request.target_profit ?? "0");
  const costs = hasTarget ? "costs and profit" : "costs", gap = at !== null && expected > 0 && at !== expected ? [Math.min(at, expected), Math.max(at, expected)] : null;
  const on = ([[, y0], [x1, y1]], x) => y0 + (y1 - y0) * x / x1;
  const stops = [{ x: 0, y: [0, goal(sets[0])], say: `no sale: fixed costs ${grouped(exact(request.fixed_costs))}` },
    ...(at !== null ? [{ x: at, y: [at], say: `break-even: ${grouped(reached.revenue)}${reached.units ? `, ${grouped(reached.units)} units` : ""}` }] : []),
    ...(request.expected_revenue !== undefined ? [{ x: expected, y: [expected], say: `expected: ${grouped(exact(request.expected_revenue))}${reached?.margin_of_safety ? `, margin of safety ${grouped(reached.margin_of_safety)}` : ""}` }] : [])].sort((a, b) => a.x - b.x);
  return html`<${Course} ...${{
    caption: `Revenue and ${costs} by revenue, ${unit}`,
    label: reached ? `Break-even at ${amount(reached.revenue)}${unitsOf(reached)}${request.expected_revenue !== undefined ? `; ${amount(request.expected_revenue)} is expected` : ""}` : "Revenue never reaches the costs",
    x: { from: 0, to, ticks: pixels => ticks(0, to, Math.max(3, pixels / 110), amounts) },
    y: span(to, ...sets.map(s => cost(s).map(p => p[1]))),
    areas: gap ? [{ points: [[gap[0], gap[0]], [gap[1], gap[1]]], to: [[gap[0], on(cost(sets[0]), gap[0])], [gap[1], on(cost(sets[0]), gap[1])]], ...(isSafe ? { as: "have-soft" } : { hatch: "missing" }) }] : [],
    curves: [{ points: [[0, 0], [to, to]], as: "gain", name: second ? undefined : "revenue" }, ...sets.map((s, k) => ({ points: cost(s), as: k ? "other" : "cost", name: second ? undefined : costs }))],
    marks: [...(at !== null ? [{ x: at, y: at, text: `${hasTarget ? "needed" : "break-even"} ${brief(reached.revenue)}`, mark: "mark plain" }] : []), ...(second && even(second) !== null ? [{ x: even(second), y: even(second), text: brief(second.answer.reached.revenue), mark: "mark other" }] : [])],
    moments: request.expected_revenue !== undefined && expected > 0 ? [{ x: expected, text: `expected ${brief(request.expected_revenue)}` }] : [],
    legend: second ? [{ text: "revenue", as: "curve gain" }, { text: `${costs}, ${words.first}`, as: "curve cost" }, { text: `${costs}, ${words.second}`, as: "curve other" }] : [],
    stops,
  }} />`;
}

function table(request, answer) {
  const { reached } = answer, rows = [["Fixed costs", request.fixed_costs], ["Profit aimed at", request.target_profit], ["Break-even revenue", reached?.revenue], ["Expected revenue", request.expected_revenue], ["Margin of safety", reached?.margin_of_safety]];
  return [grid("Costs and revenue", [["Of", "text"], [answer.currency_code, "amount"]], rows.filter(([, value]) => value !== undefined))];
}
