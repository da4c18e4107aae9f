// The paper of a drawing: how wide texts are, and where labels find room without touching each other or the edge.
import { html } from "./html.js";

let pen, family;

/** The width of a text in pixels, in the class that draw.css gives it. */
export function wide(text, as = "") {
  const size = /tick|how/.test(as) ? 11.5 : /small/.test(as) ? 12 : 13;
  if (typeof document === "undefined") return text.length * size * 0.6;
  family ??= getComputedStyle(document.body).fontFamily;
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = `${/strong/.test(as) ? 650 : 400} ${size}px ${family}`;
  return pen.measureText(text).width + 1;
}

/** The text, or as much of it as there is room for; a number at its end stays. */
export function cut(text, room, as) {
  if (wide(text, as) <= room) return text;
  const end = /\s?\d{0,4}$/.exec(text)[0];
  let length = text.length - end.length;
  while (length > 1 && wide(text.slice(0, length) + "…" + end, as) > room) length -= 1;
  return text.slice(0, length).trimEnd() + "…" + end;
}

/** The text in at most two lines. */
export function folded(text, room, as) {
  if (wide(text, as) <= room) return [text];
  const words = text.split(" ");
  let count = words.length - 1;
  while (count > 1 && wide(words.slice(0, count).join(" "), as) > room) count -= 1;
  return count < 1 ? [cut(text, room, as)] : [cut(words.slice(0, count).join(" "), room, as), cut(words.slice(count).join(" "), room, as)];
}

const touch = (a, b) => Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));

/** Places around a mark: beside it above and below, right and left, then straight above and below. */
export const AROUND = [[9, -8, "start"], [-9, -8, "end"], [9, 18, "start"], [-9, 18, "end"], [0, -12, "middle"], [0, 22, "middle"], [11, 5, "start"], [-11, 5, "end"], [9, -24, "start"], [-9, -24, "end"], [9, 34, "start"], [-9, 34, "end"], [0, -28, "middle"], [0, 38, "middle"]];
/** Places beside the upper end of a line: right and left of it, row by row. */
export const BESIDE = [0, 16, 32, 48].flatMap(dy => [[6, dy, "start"], [-6, dy, "end"]]);

export class Paper {
  constructor(width, height, id, at) {
    Object.assign(this, { width, height, id, at, hard: [], soft: [], spots: [], nearest: "x", isNarrow: width < 520 });
  }

  /** A name that no other figure of the page has. */
  name(part) { return `${this.id}-${part}`; }
  url(part) { return `url(#${this.name(part)})`; }

  /** A place that labels may not cover. */
  keep(x0, y0, x1, y1) { this.hard.push([x0, y0, x1, y1]); }

  /** A line that labels should not cover, corner by corner. */
  avoid(points) {
    points.forEach(([x, y], i) => {
      const [px, py] = points[i - 1] ?? [x, y], steps = Math.min(400, Math.ceil(Math.hypot(x - px, y - py) / 7) || 1);
      for (let k = 1; k <= steps; k += 1) { const cx = px + (x - px) * k / steps, cy = py + (y - py) * k / steps; this.soft.push([cx - 3, cy - 3, cx + 3, cy + 3]); }
    });
  }

  /** A label at the best of the places around (x, y); null where there is none and it need not be. */
  label(x, y, text, { as = "", tries = AROUND, must = true } = {}) {
    const written = cut(text, this.width - 4, as), w = wide(written, as);
    let best = null;
    tries.forEach(([dx, dy, anchor], order) => {
      const left = x + dx - (anchor === "end" ? w : anchor === "middle" ? w / 2 : 0), slid = Math.max(1, Math.min(this.width - w - 1, left)), top = y + dy - 11;
      const box = [slid - 3, top, slid + w + 3, top + 15];
      if (top < 0 || top + 15 > this.height) return;
      const hard = this.hard.reduce((sum, b) => sum + touch(box, b), 0), soft = this.soft.reduce((sum, b) => sum + touch(box, b), 0);
      const cost = hard * 1e4 + soft * 3 + Math.abs(slid - left) * 4 + order;
      if (!best || cost < best.cost) best = { cost, hard, box, x: slid, y: y + dy };
    });
    if (!best || (best.hard > 0 && !must)) return null;
    this.hard.push(best.box);
    return html`<text class=${as} x=${best.x.toFixed(1)} y=${best.y.toFixed(1)}>${written !== text && html`<title>${text}</title>`}${written}</text>`;
  }

  /** Lines across, with their labels before them. */
  rungs(ticks, Y, left, right) {
    return ticks.map(({ at, text }) => html`<line class="grid" x1=${left} x2=${right} y1=${Y(at)} y2=${Y(at)} /><text class="tick" x=${left - 8} y=${Y(at) + 4} text-anchor="end">${text}</text>`);
  }

  /** Labels below an axis, as many as have room, those that come first first. */
  along(ticks, X, y) {
    const kept = [];
    for (const { at, text, below } of ticks) {
      const x = X(at), half = Math.max(wide(text, "tick"), below ? wide(below, "tick") : 0) / 2;
      if (x - half >= -1 && x + half <= this.width + 2 && kept.every(k => Math.abs(k.x - x) > k.half + half + 9)) kept.push({ x, half, text, below });
    }
    return kept.map(t => html`<text class="tick" x=${t.x} y=${y} text-anchor="middle">${t.text}</text>${t.below && html`<text class="tick" x=${t.x} y=${y + 15} text-anchor="middle">${t.below}</text>`}`);
  }

  /** A pattern of hatching in a colour, for `fill`. */
  hatch(as) { return this.url("hatch-" + as); }

  /** Names of curves or sets, at the top; the height that they take. */
  legend(items) {
    let x = 0, y = 12;
    const drawn = items.map(({ text, as, hatch }) => {
      const w = 26 + wide(text, "small") + 18;
      if (x && x + w > this.width) { x = 0; y += 18; }
      const here = html`${hatch ? html`<rect x=${x} y=${y - 10} width="18" height="11" fill=${this.hatch(hatch)} />` : /curve/.test(as) ? html`<line class=${as} x1=${x} x2=${x + 18} y1=${y - 4} y2=${y - 4} />` : html`<rect class=${as} x=${x} y=${y - 10} width="18" height="11" />`}
        <text class="small" x=${x + 24} y=${y}>${cut(text, this.width - 26, "small")}</text>`;
      x += w;
      return here;
    });
    return { drawn, height: items.length ? y + 10 : 0 };
  }
}
