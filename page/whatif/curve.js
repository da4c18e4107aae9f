// The figure as one input moves: a curve of numbers, or a strip of what is so where. Each point was answered.
import { html } from "../draw/figure.js";
import { Course, span } from "../draw/course.js";
import { Strips } from "../draw/heat.js";
import { amounts, rates, ticks } from "../draw/scale.js";
import { said } from "../comment.js";
import { grid } from "../models/words.js";
import { isDecimal } from "../num.js";

/** The value of a figure in words: a number, the outcome in its place, or why there is none. */
export const valueText = (value, write, refusals) => (value.value !== undefined ? write(value.value) : value.outcome !== undefined ? write(value.outcome) : refusals[value.refusal]?.message ?? "refused");
/** The number of a figure's value; null where it has none. */
export const numberOf = ({ value }) => (value !== undefined && isDecimal(value) ? Number(value) : null);

/** Numbers that stand beside each other, without those between that are none. */
function runs(points) {
  const all = [[]];
  for (const point of points) point[1] === null ? all.push([]) : all.at(-1).push(point);
  return all.filter(run => run.length > 1);
}

export function Curve({ contract, figure, figureName, name, input, ends, cells, refusals, turns, solved, value, write, writeFigure }) {
  const [low, high] = ends.map(Number), caption = `${figureName}, as the ${name} goes from ${write(ends[0])} to ${write(ends[1])}`, within = x => x >= low && x <= high;
  if (["PATH_KIND_ENUM", "PATH_KIND_FLAG"].includes(figure.kind)) return solved ? html`<${Sides} ...${{ caption, ends, low, high, solved, input, write, writeFigure }} />` : null;
  const points = cells.map(cell => [Number(cell.inputs[0]), numberOf(cell.figures[0])]), numbers = points.map(([, y]) => y).filter(y => y !== null);
  const told = cell => valueText(cell.figures[0], writeFigure, refusals), stops = cells.map((cell, i) => ({ x: points[i][0], y: [points[i][1]].filter(y => y !== null), say: `${write(cell.inputs[0])}: ${told(cell)}` }));
  if (numbers.length < 2) return html`<p class="help">${caption}: ${[...new Set(cells.map(told))].join(", ")}.</p>`;
  const rate = field => field && said(contract, field).isFraction, now = isDecimal(input.value ?? "") ? Number(input.value) : null, slid = points[cells.findIndex(cell => cell.inputs[0] === value)];
  const moments = [...turns.filter(turn => within(Number(turn))).slice(0, 4).map(turn => ({ x: Number(turn), text: write(turn), line: "need-line" })), ...(now !== null && within(now) ? [{ x: now, text: "now", line: "now" }] : [])];
  return html`<${Course} ...${{
    caption, label: `${caption}. ${stops[0].say}. ${stops.at(-1).say}.`, height: 260, moments, stops, curves: runs(points).map(run => ({ points: run })),
    marks: slid && slid[1] !== null ? [{ x: slid[0], y: slid[1], mark: "mark plain" }] : [],
    x: { from: low, to: high, ticks: room => ticks(low, high, Math.max(2, Math.floor(room / 110)), rate(input.field) ? rates : amounts) },
    y: { ...span(numbers), write: rate(figure.field) ? rates : undefined },
  }} />`;
}

/** A figure that is no number: what is so between which inputs, of the proof. */
function Sides({ caption, ends, low, high, solved, input, write, writeFigure }) {
  const words = { SIDE_REFUSED: "refused", SIDE_UNDECIDED: "not known" }, at = text => (Number(text) - low) / (high - low || 1), kept = at => Math.max(0, Math.min(1, at));
  const names = [], parts = solved.segments.map(({ side, range, outcome }) => {
    const text = words[side] ?? writeFigure(outcome), index = names.includes(text) ? names.indexOf(text) : names.push(text) - 1;
    return { from: kept(at(range.low)), to: kept(at(range.high)), text, index, say: `${write(range.low)} to ${write(range.high)}: ${text}` };
  }).filter(part => part.to > part.from);
  if (!parts.length) return null;
  const now = isDecimal(input.value ?? "") ? at(input.value) : -1;
  return html`<${Strips} ...${{ caption, label: `${caption}. ${parts.map(part => part.say).join(". ")}.`, ends: ends.map(write), rows: [{ name: "", parts, mark: now >= 0 && now <= 1 ? { at: now, text: "now" } : undefined }] }} />`;
}

/** The curve in figures, every digit. */
export const curveTable = (figureName, name, cells, refusals) => grid(`${figureName} by ${name}`, [[name, "number"], [figureName, "number"]], cells.map(cell => [cell.inputs[0], valueText(cell.figures[0], text => text, refusals)]));
