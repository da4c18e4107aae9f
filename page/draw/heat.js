// Tables as pictures: a heat map of amounts, and strips of what is best where.
import { Figure, html } from "./figure.js";
import { cut, wide } from "./paper.js";
import { scale } from "./scale.js";

const ROW = 34, MOST = 24;

const counted = (count, name) => `${count} more ${name}${count === 1 ? "" : "s"}`;

/**
 * columns: [name]; rows: [{ name, isBest, cells: [{ size, text, say }], end: { size, text, say } }]; ends: the name of the last column
 * A cell is the darker the larger it is; its amount stands in it.
 */
export function Heat({ caption, label, columns, rows, ends, rest }) {
  const late = rows.slice(MOST).filter(r => r.isBest).length, shown = rows.filter((r, i) => r.isBest || i < MOST - late).slice(0, MOST), top = Math.max(0, ...rows.flatMap(r => [r.end.size, ...r.cells.map(c => c.size)]));
  const fits = width => Math.min(columns.length, Math.max(1, Math.floor((width - namesOf(width) - endOf(width)) / room)));
  const room = Math.max(44, ...shown.flatMap(r => r.cells.map(c => wide(c.text, "small") + 10))), endOf = width => (width < 520 ? 92 : Math.max(110, width * 0.2));
  const namesOf = width => Math.min(width < 520 ? 96 : 180, Math.max(50, ...shown.map(r => wide(r.name, "strong") + 14)));
  const stops = shown.flatMap(r => [...r.cells, r.end].map(c => ({ say: c.say })));
  return html`<${Figure} ...${{ caption, label, stops, across: columns.length + 1, height: width => 30 + shown.length * ROW + (rows.length > MOST || fits(width) < columns.length ? 24 : 6), draw: paper => {
    const { width } = paper, names = namesOf(width), count = fits(width), endWide = endOf(width), cell = (width - names - endWide) / count;
    paper.nearest = "xy";
    const y = i => 26 + i * ROW, x = j => names + j * cell;
    shown.forEach((r, i) => { columns.forEach((_, j) => paper.spots.push(j < count ? [x(j) + cell / 2, y(i) + ROW / 2] : [-1e6, -1e6])); paper.spots.push([width - endWide / 2, y(i) + ROW / 2]); });
    const at = paper.at === null ? null : [Math.floor(paper.at / (columns.length + 1)), paper.at % (columns.length + 1)];
    const grow = scale(0, top, 0, endWide - 16), left = [...(rows.length > MOST ? [counted(rows.length - MOST, rest[0])] : []), ...(count < columns.length ? [counted(columns.length - count, rest[1])] : [])];
    return html`${columns.slice(0, count).map((name, j) => html`<text class="tick" x=${x(j) + cell / 2} y="15" text-anchor="middle"><title>${name}</title>${cut(name, cell - 6, "tick")}</text>`)}
      <text class="tick" x=${width - endWide + 12} y="15">${cut(ends, endWide - 12, "tick")}</text>
      ${shown.map((r, i) => html`<text class=${`name ${r.isBest ? "strong good" : ""}`} x=${names - 12} y=${y(i) + ROW / 2 + 4} text-anchor="end"><title>${r.name}</title>${cut(r.name, names - 14, "strong")}</text>
        ${r.cells.slice(0, count).map((c, j) => html`<rect class=${c.size ? "missing" : "have-soft"} fill-opacity=${c.size && top ? (0.08 + 0.42 * c.size / top).toFixed(2) : undefined} x=${x(j) + 1} y=${y(i) + 1} width=${cell - 2} height=${ROW - 2} rx="2" />
          <text class="small ink" x=${x(j) + cell / 2} y=${y(i) + ROW / 2 + 4} text-anchor="middle">${cut(c.text, cell - 6, "small")}</text>`)}
        <rect class=${r.isBest ? "have" : undefined} fill=${r.isBest ? undefined : paper.hatch("missing")} x=${width - endWide + 12} y=${y(i) + ROW - 9} width=${Math.max(1.5, grow(r.end.size))} height="5" rx="1" />
        <text class=${`small ink ${r.isBest ? "strong" : ""}`} x=${width - endWide + 12} y=${y(i) + ROW / 2 + 2}>${cut(r.end.text, endWide - 14, "small strong")}</text>`)}
      ${at && html`<rect class="outline cross" x=${at[1] < columns.length ? x(Math.min(at[1], count - 1)) : width - endWide + 4} y=${y(at[0])} width=${at[1] < columns.length ? cell : endWide - 4} height=${ROW} rx="3" />`}
      ${left.length > 0 && html`<text class="how" x=${names} y=${y(shown.length) + 16}>${cut(`and ${left.join(", ")}, in the table`, width - names, "how")}</text>`}`;
  } }} />`;
}

/** rows: [{ name, parts: [{ from, to, text, index, say }], mark?: { at, text } }], parts of the way from 0 to 1. */
export function Strips({ caption, label, rows, ends }) {
  const shown = rows.slice(0, MOST), tall = 52;
  return html`<${Figure} ...${{ caption, label, height: shown.length * tall + 26, stops: shown.flatMap(r => r.parts.map(p => ({ say: p.say }))), draw: paper => {
    const { width, isNarrow } = paper, names = Math.min(isNarrow ? 96 : 180, Math.max(50, ...shown.map(r => wide(r.name) + 14))), X = scale(0, 1, names, width - 14);
    paper.nearest = "xy";
    let number = 0;
    return html`${shown.map((r, i) => {
      const y = i * tall + 20;
      return html`<text class="name" x=${names - 12} y=${y + 16} text-anchor="end"><title>${r.name}</title>${cut(r.name, names - 14)}</text>
        ${r.parts.map(p => {
          const a = X(p.from), w = Math.max(1, X(p.to) - a), isAt = paper.at === number++;
          paper.spots.push([a + w / 2, y + 12]);
          const written = cut(p.text, w - 8, "small");
          return html`<rect class=${`part ${["need-soft", "have-soft", "second-soft", "missing-soft"][p.index % 4]} ${isAt ? "on" : ""}`} x=${a} y=${y} width=${w} height="24" />
            ${w > 30 && written.length > 2 && html`<text class="small ink" x=${a + w / 2} y=${y + 16} text-anchor="middle"><title>${p.text}</title>${written}</text>`}`;
        })}
        ${r.mark && html`<line class="now" x1=${X(r.mark.at)} x2=${X(r.mark.at)} y1=${y - 4} y2=${y + 28} />${paper.label(X(r.mark.at), y - 7, r.mark.text, { as: "tick", tries: [[0, 0, "middle"]] })}`}`;
    })}
      ${ends.map((text, i) => html`<text class="tick" x=${i ? width - 14 : names} y=${shown.length * tall + 14} text-anchor=${i ? "end" : "start"}>${text}</text>`)}`;
  } }} />`;
}
