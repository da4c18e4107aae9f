// The figure as two inputs move: a table whose cells have the stronger shade the larger their figure is.
import { html } from "../draw/figure.js";
import { grid } from "../models/words.js";
import { numberOf, valueText } from "./curve.js";
import { digits } from "./paths.js";

/** Shades of a cell, from the lowest figure to the highest. */
const SHADES = 8;

const unique = list => [...new Set(list)];
/** Rows of cells: a row for each value of the first axis. */
const rowsOf = ({ cells }) => unique(cells.map(cell => cell.inputs[0])).map(value => cells.filter(cell => cell.inputs[0] === value));

export function Pairs({ figureName, name, other, pairs, goal, write, writeOther, writeFigure }) {
  const rows = rowsOf(pairs), ranks = unique(pairs.cells.map(cell => numberOf(cell.figures[0])).filter(n => n !== null)).sort((a, b) => a - b), wanted = numberOf({ value: goal });
  // By rank: one figure that is far from all others would leave them without a difference.
  const shade = value => (numberOf(value) === null ? "none" : Math.round(ranks.indexOf(numberOf(value)) / (ranks.length - 1 || 1) * SHADES));
  const isMet = value => (numberOf(value) !== null && wanted !== null ? numberOf(value) <= wanted : goal !== "" && (value.value ?? value.outcome) === goal), isGoal = pairs.cells.some(cell => isMet(cell.figures[0]));
  const told = value => (value.refusal === undefined ? valueText(value, writeFigure, pairs.refusals) : "–"), whole = value => (value.value === undefined ? valueText(value, text => text.replaceAll("_", " "), pairs.refusals) : digits(value.value));
  const caption = `${figureName}: ${name} across, ${other} down`, legend = [...(ranks.length > 1 ? ["The stronger the shade, the larger."] : []), ...(isGoal ? [wanted === null ? `Bold on violet: ${writeFigure(goal)}.` : `Bold on violet: at most ${writeFigure(goal)}.`] : []), ...(pairs.refusals.length ? ["–: the model refuses these inputs."] : [])];
  if (pairs.cells.every(({ figures: [value] }) => value.refusal !== undefined)) return html`<p class="if-caption">${caption}. <span>The model refuses all of them: ${pairs.refusals[0].message}</span></p>`;
  return html`<p class="if-caption">${caption}. <span>${legend.join(" ")}</span></p>
    <div class="scroll if-pairs" tabindex="0" role="region" aria-label=${caption}><table aria-label=${caption}>
    <thead><tr><td></td>${rows[0].map(cell => html`<th scope="col" title=${digits(cell.inputs[1])}>${write(cell.inputs[1])}</th>`)}</tr></thead>
    <tbody>${rows.map(row => html`<tr><th scope="row" title=${digits(row[0].inputs[0])}>${writeOther(row[0].inputs[0])}</th>${row.map(({ figures: [value] }) => html`<td class=${`heat-${shade(value)}${isMet(value) ? " met" : ""}`} title=${whole(value)}>${told(value)}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** The pairs in figures, every digit. */
export function pairsTable(figureName, name, other, pairs) {
  const rows = rowsOf(pairs);
  return grid(`${figureName} by ${other} and ${name}`, [[`${other} \\ ${name}`, "number"], ...rows[0].map(cell => [cell.inputs[1], "number"])], rows.map(row => [row[0].inputs[0], ...row.map(({ figures: [value] }) => valueText(value, text => text, pairs.refusals))]));
}
