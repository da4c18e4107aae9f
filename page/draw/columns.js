// Payments in time: a bar for each, and for very many the highest and the lowest of each pixel.
import { Figure, html } from "./figure.js";
import { wide } from "./paper.js";
import { scale, ticks } from "./scale.js";
import { amount, brief, exact, grouped, isZero } from "../models/words.js";

/** Payments up to which each has its amount in the picture, and up to which each is read out: beyond, the table has them. */
const LABELLED = 40, READ = 2000;
/** Payments up to which one that is equal to the one before has its amount as well. */
const REPEATED = 12;

/**
 * list: set → [{ at, name, value, as?, quiet? }, …]: a bar is drawn at a number, by its decimal; `quiet` has no amount in the picture
 * ticks: (pixels, from, to) → [{ at, text }]; words are the names of two sets
 */
export function Columns({ caption, height = 210, sets: asked, words, list, ticks: along }) {
  const sets = asked.map((set, k) => { const all = list(set); return all.map((f, i) => {
    const size = Number(f.value);
    return { at: f.at, size, text: f.quiet || all.length > LABELLED || isZero(f.value) || (all.length > REPEATED && f.value === all[i - 1]?.value) ? "" : brief(f.value), say: all.length > READ ? "" : `${f.name}: ${grouped(exact(f.value))}`, ...(k ? { as: "second" } : f.as ? { as: f.as } : size < 0 ? { hatch: "missing" } : { as: "have" }) };
  }); });
  const all = sets.flat(), from = Math.min(...bounds(all, "at")), to = Math.max(...bounds(all, "at")), sizes = bounds(all, "size"), low = Math.min(0, ...sizes), high = Math.max(0, ...sizes), first = list(asked[0]);
  const legend = sets.length > 1 ? [{ text: words.first, as: "have" }, { text: words.second, as: "second" }] : [];
  const label = first.slice(0, 12).map(f => `${f.name} ${amount(f.value)}`).join("; ") + (first.length > 12 ? `; and ${first.length - 12} more` : "");
  return html`<${Figure} ...${{ caption, label, height, stops: sets[0].filter(b => b.say), draw: paper => {
    const { width } = paper, names = paper.legend(legend), rungs = ticks(low, high || 1, 4), left = Math.max(...rungs.map(t => wide(t.text, "tick")), 12) + 12, many = Math.max(...sets.map(s => s.length));
    const bar = Math.max(1, Math.min(44, Math.max(4, (width - left - 16) * nearest(sets, to - from) * 0.8), (width - left - 16) / many * 0.66) / sets.length), edge = bar * sets.length / 2 + 4;
    const X = from === to ? () => (left + width) / 2 : scale(from, to, left + edge, width - 12 - edge), room = (low < 0 ? 18 : 4), Y = scale(low, high || 1, height - 26 - room, names.height + 20), base = Y(0);
    paper.spots = sets[0].map(b => [X(b.at), base]);
    paper.keep(0, height - 22, width, height);
    const drawn = sets.map((list, k) => {
      const shift = bar * (k - (sets.length - 1) / 2);
      if (bar <= 1) return [1, -1].map(sign => html`<path class=${k ? "thread other" : sign > 0 ? "thread" : "thread out"} d=${threads(list.filter(b => b.size * sign > 0), X, Y)} />`);
      return list.map(b => {
        const y = Math.min(base, Y(b.size)), tall = Math.max(1, Math.abs(Y(b.size) - base)), x = X(b.at) + shift - bar / 2;
        paper.keep(x - 1, y, x + bar + 1, y + tall);
        // Hatching needs room: a low bar is filled.
        return html`<rect class=${b.hatch && tall < 9 ? b.hatch : b.as} fill=${b.hatch && paper.hatch(b.hatch)} x=${x} y=${y} width=${bar} height=${tall} rx="1.5" />`;
      });
    });
    const labels = sets.length === 1 ? sets[0].map(b => b.text && paper.label(X(b.at), Y(b.size), b.text, { as: "note small", must: many < 2, tries: b.size < 0 ? [[0, 14, "middle"]] : [[0, -5, "middle"]] })) : [];
    const stop = sets[0][paper.at];
    return html`${names.drawn}${paper.rungs(rungs, Y, left, width - 8)}
      ${stop && html`<line class="cross" x1=${X(stop.at)} x2=${X(stop.at)} y1=${names.height + 8} y2=${height - 24} />`}
      ${drawn}<line class="least" x1=${left} x2=${width - 8} y1=${base} y2=${base} />${labels}
      ${paper.along(along(width - left, from, to), X, height - 8)}`;
  } }} />`;
}

/** The least and the greatest, without spreading fifty thousand arguments. */
function bounds(list, name) {
  let [low, high] = [Infinity, -Infinity];
  for (const item of list) { if (item[name] < low) low = item[name]; if (item[name] > high) high = item[name]; }
  return [low, high];
}

/** The least distance of two payments of one set, as a part of the whole time. */
function nearest(sets, whole) {
  let least = 1;
  for (const list of sets) list.forEach((b, i) => { const gap = i ? (b.at - list[i - 1].at) / whole : 1; if (gap > 0 && gap < least) least = gap; });
  return least;
}

function threads(list, X, Y) {
  const columns = new Map();
  for (const b of list) {
    const x = Math.round(X(b.at)), y = Y(b.size), [top, bottom] = columns.get(x) ?? [Y(0), Y(0)];
    columns.set(x, [Math.min(top, y, b.size > 0 ? Y(0) - 1.5 : top), Math.max(bottom, y, b.size < 0 ? Y(0) + 1.5 : bottom)]);
  }
  return [...columns].map(([x, [top, bottom]]) => `M${x + 0.5} ${top.toFixed(1)}V${bottom.toFixed(1)}`).join("");
}
