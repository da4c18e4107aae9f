// Which input matters most: a bar for each input, from the figure where it is low to the figure where it is high. Loaded where the figure is a number.
import { Figure, html } from "../draw/figure.js";
import { cut, folded, wide } from "../draw/paper.js";
import { amounts, rates, scale, ticks } from "../draw/scale.js";
import { said, words } from "../comment.js";
import { grid, grouped, named } from "../models/words.js";
import { shown } from "../outcome.js";
import { numberOf, valueText } from "./curve.js";
import { called, within, writerOf } from "./paths.js";

/** The most bars, and how high each is. The style sheet has the same height for the buttons upon their names. */
const MOST = 12, ROW = 36, AXIS = 30;
const COURSES = { COURSE_ONE_WAY: "one way, proven", COURSE_TURNS: "turns", COURSE_NO_TURN_SEEN: "no turn seen" };
/** A path, and no name that somebody gave a lever. */
const PATH = /^\w+(\[[\w*]+\])?(\.\w+(\[[\w*]+\])?)*$/;

/** What a lever is called, and how its values are written: a whole list is multiplied. */
function leverOf(contract, lever, request, inputs) {
  const input = inputs.find(input => input.path === lever.name), write = /\[\*\]/.test(lever.name) ? value => `× ${grouped(value)}` : writerOf(contract, input?.field, true);
  return { ...lever, input: lever.input ?? "", path: input?.path, title: PATH.test(lever.name) ? called(lever.name, request) : words(lever.name), write };
}

/** What is said of a lever: its ends with the figures there, and whether the figure turns between them. */
function sayingOf({ title, low, high, at_low, at_high, at_extreme, extreme_input, course, write }, told) {
  const turns = course !== "COURSE_TURNS" ? "" : at_extreme ? `; turns, ${told(at_extreme)} at ${write(extreme_input)}` : "; turns in between";
  return `${title} ${write(low)}: ${told(at_low)}, ${write(high)}: ${told(at_high)}${turns}`;
}

/** The inputs of the largest swing in a sentence, which says how many have none. */
function sentenceOf(levers, figureName, writeFigure) {
  const moved = levers.filter(lever => lever.swing !== undefined), [first] = moved, most = moved.filter(lever => lever.swing === first.swing), apart = levers.length - moved.length;
  const open = apart ? [` ${apart === 1 ? "One input has" : `${apart} inputs have`} no swing, since the figure is no number at an end.`] : [];
  if (!first) return [`No input has a swing: at an end of each, ${within(figureName)} is no number.`];
  if (Number(first.swing) === 0) return [`No input moves ${within(figureName)}.`, ...open];
  const isOne = most.length === 1, between = isOne ? ` between ${first.write(first.low)} and ${first.write(first.high)}` : "";
  return [`${named(most.map((lever, i) => (i ? within(lever.title) : lever.title)))} ${isOne ? "matters" : "matter"} most:${between} ${within(figureName)} changes by `, { text: writeFigure(first.swing), exact: first.swing, as: "strong" }, isOne ? "." : " with each.", ...open];
}

/** The bars, the widest first, with buttons upon the names of inputs that the slider can turn. */
export function Tornado({ contract, request, inputs, input, figure, figureName, writeFigure, answer: { base, levers: all, refusals }, turn }) {
  const levers = all.map(lever => leverOf(contract, lever, request, inputs)), told = value => valueText(value, writeFigure, refusals), isTold = value => value.value === undefined;
  const moving = levers.filter(lever => lever.swing === undefined || Number(lever.swing) !== 0 || lever.course === "COURSE_TURNS"), bars = moving.slice(0, MOST), more = levers.length - bars.length;
  const middle = numberOf(base), numbers = [base, ...bars.flatMap(bar => [bar.at_low, bar.at_high, bar.at_extreme ?? {}])].map(numberOf).filter(n => n !== null), low = Math.min(...numbers), high = Math.max(...numbers);
  const stops = bars.map(bar => ({ say: sayingOf(bar, told) })), caption = `Which input matters most to ${within(figureName)}`;
  // An end that is no number has its words in place of a bar.
  const endOf = (bar, at, value) => (isTold(value) ? `${bar.write(at)}: ${told(value)}` : bar.write(at));
  const draw = paper => {
    const { width, isNarrow } = paper, names = isNarrow ? 118 : 210, legend = paper.legend([{ text: "input lower", hatch: "need" }, { text: "input higher", as: "need" }]), top = legend.height + 22;
    const labels = bars.map(bar => [endOf(bar, bar.low, bar.at_low), endOf(bar, bar.high, bar.at_high) + (bar.course === "COURSE_TURNS" ? ", turns" : "")]), room = Math.min((width - names) * 0.3, Math.max(...labels.flat().map(text => wide(text, "tick"))) + 10);
    const X = scale(low, high, names + room, width - room), bottom = top + bars.length * ROW, rungs = ticks(low, high, Math.max(4, Math.floor((width - names - 2 * room) / 90)), figure.field && said(contract, figure.field).isFraction ? rates : amounts);
    paper.nearest = "y";
    const drawn = bars.map((bar, i) => {
      const y = top + i * ROW, mid = y + ROW / 2, ends = [numberOf(bar.at_low), numberOf(bar.at_high)], from = middle ?? ends.find(n => n !== null) ?? low, isBeside = ends.every(n => n !== null && (n - from) * (ends[0] - from) > 0);
      const as = bar.path === input.path ? "strong" : "", looks = wide(bar.title, as) > names - 14 ? `small ink ${as}` : as, lines = folded(bar.title, names - 14, looks);
      paper.spots.push([0, mid]);
      // Of two ends on one side, or of none at all, neither hides the other.
      const places = ends.map((end, k) => { const other = ends[1 - k], isLeft = end === null ? (other === null ? k === 0 : other >= from) : end === from ? (other ?? from) > from || (other === from && k === 0) : end < from; return { end, isLeft, y: isBeside ? y + 6 + k * 12 : y + 7, tall: isBeside ? 11 : ROW - 14 }; });
      return html`${paper.at === i && html`<rect class="at" x="0" y=${y + 1} width=${width} height=${ROW - 2} rx="3" />`}
        ${lines.map((line, l) => html`<text class=${`name ${looks}`} x=${names - 12} y=${mid + 4 + (lines.length > 1 ? l * 14 - 7 : 0)} text-anchor="end"><title>${bar.title}</title>${line}</text>`)}
        ${places.map((place, k) => place.end !== null && html`<rect class=${k ? "need" : undefined} fill=${k ? undefined : paper.hatch("need")} x=${Math.min(X(from), X(place.end))} y=${place.y} width=${Math.max(1.5, Math.abs(X(place.end) - X(from)))} height=${place.tall} />`)}
        ${bar.at_extreme && numberOf(bar.at_extreme) !== null && html`<circle class="mark plain" cx=${X(numberOf(bar.at_extreme))} cy=${mid} r="4" />`}
        ${places.map((place, k) => {
          const farthest = isBeside ? place.end : place.end ?? from, x = X(farthest), free = place.isLeft ? x - names - 6 : width - x - 6;
          return html`<text class="tick ink" x=${place.isLeft ? x - 6 : x + 6} y=${isBeside ? place.y + 9 : mid + 4} text-anchor=${place.isLeft ? "end" : "start"}>${cut(labels[i][k], free, "tick")}</text>`;
        })}`;
    });
    return html`${legend.drawn}${rungs.map(({ at }) => html`<line class="grid" x1=${X(at)} x2=${X(at)} y1=${top} y2=${bottom} />`)}
      ${drawn}${middle !== null && html`<line class="now" x1=${X(middle)} x2=${X(middle)} y1=${top - 3} y2=${bottom} />${paper.label(X(middle), top - 7, `now ${writeFigure(base.value)}`, { as: "tick ink", tries: [[0, 0, "middle"]] })}`}
      ${paper.along(rungs, X, bottom + 17)}`;
  };
  return html`<p class="if-most">${sentenceOf(levers, figureName, writeFigure).map(shown)} ${middle === null && `Now it is ${told(base)}. `} ${bars.length > 0 && more > 0 && `${more} more in the table.`}</p>
    ${numbers.length > 0 && bars.length > 0 && html`<div class="if-tornado"><${Figure} ...${{ caption, label: `${caption}. ${stops.map(stop => stop.say).join(". ")}.`, stops, height: width => (width < 400 ? 50 : 44) + bars.length * ROW + AXIS, draw }} />
      <ul>${bars.map(bar => html`<li>${bar.path && html`<button type="button" aria-label=${`Turn ${within(bar.title)}`} title=${`Turn ${within(bar.title)}`} aria-pressed=${bar.path === input.path ? "true" : "false"} onClick=${() => turn(bar.path)}></button>`}</li>`)}</ul></div>`}`;
}

/** The swings in figures, every digit. */
export function swings(contract, request, inputs, figureName, { levers, refusals }) {
  const told = value => valueText(value, text => text, refusals), slope = ({ slope, slope_below: below, slope_above: above }) => slope ?? (below && above ? `${below} below, ${above} above` : "");
  const columns = ["Input", "Low", "High", `${figureName} at low`, `${figureName} at high`, "Swing", "Slope", "Elasticity", "Course"].map((name, i) => [name, i === 0 || i === 8 ? "text" : "number"]);
  return grid(`${figureName} by each input alone`, columns, levers.map(lever => [leverOf(contract, lever, request, inputs).title, lever.low, lever.high, told(lever.at_low), told(lever.at_high), lever.swing ?? "", slope(lever), lever.elasticity ?? "", COURSES[lever.course] ?? ""]));
}
