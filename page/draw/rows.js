// Rows of bars: names stay readable, on a phone too.
import { Figure, html } from "./figure.js";
import { cut, folded, wide } from "./paper.js";
import { scale } from "./scale.js";
import { brief, exact, grouped } from "../models/words.js";

const TALL = 44, SMALL = 26, LANE = 17;

/** The second set has a colour of its own. */
const toned = (bar, k) => (k && bar.as !== "outline" ? { ...bar, as: bar.as && (bar.as.endsWith("soft") ? "second-soft" : "second"), hatch: bar.hatch && "second" } : bar);
const whole = b => (b.sign ?? "") + (b.write ?? (text => grouped(exact(text))))(b.value);

/**
 * rows: [{ name, how?, bars: set → [bar, …], small?, rule?, as? }], a lane for each of sets; words are the names of two sets
 * bar: { from?, to, as?, hatch?, value?, sign?, write?, more?, textAs?, link? }: from and to are decimals, `value` is what stands behind the
 *   bar, in short or as `write` writes it, and with every digit once it is read; `link` leads down to the next row
 * lines: [{ at, text }], vertical lines through all rows; seen: what has to be seen beside bars and lines
 * warp bends the axis; bars begin at base
 */
export function Rows({ caption, sets, words, rows: asked, seen = [], warp = v => v, lines = [], base = 0 }) {
  const rows = asked.map(row => {
    const all = sets.map(row.bars);
    return { ...row, say: `${row.name}${row.how ? `, ${row.how}` : ""}: ${all.map(bars => bars.filter(b => b.value !== undefined || b.more).map(b => [b.value === undefined ? "" : whole(b), b.more].filter(Boolean).join(" ")).join(", ") || "\u2013").join(" \u00b7 ")}`,
      lanes: all.map((bars, k) => bars.map(b => toned({ ...b, from: Number(b.from ?? base), to: Number(b.to), text: [b.value === undefined ? "" : (b.sign ?? "") + (b.write ?? brief)(b.value), b.more].filter(Boolean).join(" ") }, k))) };
  });
  const lanes = sets.length, ends = [base, ...seen, ...lines.map(l => l.at), ...rows.flatMap(r => r.lanes.flat().flatMap(b => [b.from, b.to]))], low = Math.min(...ends), high = Math.max(...ends);
  const legend = lanes > 1 ? [{ text: words.first, as: rows[0].lanes[0][0]?.as ?? "need" }, { text: words.second, as: "second" }] : [];
  const tallOf = row => (row.small ? Math.max(SMALL, lanes * 15 + 8) : Math.max(TALL, lanes * LANE + 16)) + (row.rule ? 12 : 0);
  const total = rows.reduce((sum, row) => sum + tallOf(row), 0);
  const head = (legend.length ? 24 : 0) + (lines.length ? 22 : 0);
  return html`<${Figure} ...${{ caption, label: rows.map(r => r.say).join("; "), height: head + total + 12, stops: rows.map(r => ({ say: r.say })), draw: paper => {
    const { width, isNarrow } = paper, list = paper.legend(legend), names = Math.min(isNarrow ? 122 : 210, Math.max(...rows.map(r => wide(r.name, r.small ? "small" : "strong") + 14), isNarrow ? 0 : Math.max(...rows.map(r => wide(r.how ?? "", "how") + 14)), 40));
    // As wide as all labels allow that stand behind the ends of bars.
    const bars = rows.flatMap(r => r.lanes.flat()), part = v => (warp(v) - warp(low)) / (warp(high) - warp(low) || 1), sized = bars.filter(b => b.text).map(b => ({ ...b, size: wide(b.text, "strong") + 8 }));
    const left = Math.max(0, ...sized.filter(b => b.to < b.from).map(b => b.size - part(b.to) * (width - names) * 0.5)), free = width - names - left;
    const whole = Math.max(50, Math.min(free - 10, ...sized.filter(b => b.to >= b.from || b.to >= low).map(b => { const p = part(Math.max(b.from, b.to)); return p > 0 ? (free - b.size) / p : Infinity; })));
    const X = (s => v => s(warp(v)))(scale(warp(low), warp(high), names + left, names + left + whole));
    let y = head + 4;
    paper.nearest = "y";
    const first = y;
    const drawn = rows.map((row, index) => {
      const tall = tallOf(row) - (row.rule ? 12 : 0), from = y + (row.rule ? 12 : 0), mid = from + tall / 2, bar = lanes > 1 ? (row.small ? 11 : 14) : row.small ? 15 : 26, room = names - 12;
      const text = row.small ? [cut(row.name, room, "small")] : folded(row.name, room, "strong"), how = !isNarrow && row.how && text.length === 1;
      paper.spots.push([0, mid]);
      y = from + tall;
      const here = html`${row.rule && html`<line class="rule" x1="0" x2=${width} y1=${from - 6} y2=${from - 6} />`}
        ${paper.at === index && html`<rect class="at" x="0" y=${from + 1} width=${width} height=${tall - 2} rx="3" />`}
        ${text.map((t, i) => html`<text class=${`name ${row.small ? "small" : ""} ${row.as ?? ""}`} x=${room} y=${mid + 4 + (text.length > 1 ? i * 15 - 8 : how ? -6 : 0)} text-anchor="end">${t !== row.name && text.length === 1 && html`<title>${row.name}</title>`}${t}</text>`)}
        ${how && html`<text class="how" x=${room} y=${mid + 12} text-anchor="end">${cut(row.how, room, "how")}</text>`}
        ${row.lanes.map((lane, l) => {
          const top = mid - (row.lanes.length * (bar + 2) - 2) / 2 + l * (bar + 2);
          return lane.map(b => {
            const a = X(b.from), e = X(b.to), start = Math.min(a, e), w = Math.max(1.5, Math.abs(e - a)), size = b.text && wide(b.text, "strong"), leftward = b.to < b.from && e - 7 - size >= names - 6;
            const free = leftward ? e - 7 : Math.max(a, e) + 7, crossed = leftward || !size ? undefined : lines.map(l => X(l.at)).find(at => at > free - 4 && at < free + size * 0.6 && at + 6 + size <= width);
            const tx = crossed === undefined ? free : crossed + 6;
            return html`<rect class=${b.as} fill=${b.hatch && paper.hatch(b.hatch)} x=${start} y=${top} width=${w} height=${bar} rx="2" />
              ${b.link && index < rows.length - 1 && html`<line class="link" x1=${e} x2=${e} y1=${top + bar} y2=${y + (tallOf(rows[index + 1]) - bar) / 2} />`}
              ${b.text && html`<text class=${`note ${row.small ? "small" : lanes > 1 ? "small ink strong" : "strong"} ${b.textAs ?? ""}`} x=${tx} y=${top + bar / 2 + 4.5} text-anchor=${leftward ? "end" : "start"}>${cut(b.text, leftward ? width : width - tx, row.small || lanes > 1 ? "small strong" : "strong")}</text>`}`;
          });
        })}`;
      return here;
    });
    const labels = lines.map(l => paper.label(X(l.at), first - 8, l.text, { as: "small", tries: [[0, 0, "middle"], [6, 0, "start"], [-6, 0, "end"]] }));
    return html`${list.drawn}${low < base && html`<line class="least" x1=${X(base)} x2=${X(base)} y1=${first - 2} y2=${y} />`}${lines.map(l => html`<line class=${l.as ?? "event"} x1=${X(l.at)} x2=${X(l.at)} y1=${first - 4} y2=${y} />`)}${drawn}${labels}`;
  } }} />`;
}
