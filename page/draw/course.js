// Curves over time, or over rates: areas, a level, marks, and what happens at one moment.
import { Figure, html } from "./figure.js";
import { BESIDE, wide } from "./paper.js";
import { scale, ticks } from "./scale.js";

const line = points => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/**
 * x: { from, to, warp?, ticks: (pixels) → [{ at, text, below? }] }, ticks that matter most first or in order; `warp` bends the axis
 * y: { low, high, write? }, the values that have to be seen; `write` makes labels of ticks, amounts where it is absent
 * level: { at, text? }, the horizontal line that areas are measured from
 * areas: [{ points, to?, side?, as, hatch? }], between points and the level, or the points of `to`; side is "above" or "below" the level
 * curves: [{ points, as, name? }]
 * marks: [{ x, y, text, as?, mark? }]; moments: [{ x, text, as?, line? }], vertical lines
 * legend: [{ text, as }]; stops: [{ x, y?: [numbers], say }]
 * behind: (X, Y, paper) → htm, between the grid and the areas: the place of the fan of a simulation
 */
export function Course({ caption, label, height = 330, x, y, level = { at: 0 }, areas = [], curves = [], marks = [], moments = [], legend = [], stops = [], behind, clipped }) {
  return html`<${Figure} ...${{ caption, label, stops, height, draw: paper => {
    const { width } = paper, names = paper.legend(legend), warp = x.warp ?? (v => v);
    const room = (y.high - y.low || Math.abs(y.high) || 1) * 0.07, low = y.low < level.at || clipped ? y.low - room : y.low, high = y.high + room;
    const rungs = ticks(low, high, 5, y.write), left = Math.max(20, ...rungs.map(t => wide(t.text, "tick")), level.text ? wide(level.text, "tick strong") : 0) + 10;
    const two = !!x.ticks(2000).some(t => t.below), edge = width - (two ? 24 : 16), top = names.height + (moments.length ? 34 : 14), bottom = height - (two ? 46 : 32);
    const X = (s => v => s(warp(v)))(scale(warp(x.from), warp(x.to), left, edge)), Y = scale(low, high, bottom, top), base = Y(level.at), at = ([a, b]) => [X(a), Y(b)];
    const clip = side => (side ? paper.url(side) : clipped ? paper.url("inside") : undefined), [upper, lower] = clipped ? [top - 8, bottom + 2] : [0, height];
    curves.forEach(c => paper.avoid(c.points.map(at).filter(([, b]) => b > top - 20 && b < bottom + 20)));
    moments.forEach(m => paper.avoid([[X(m.x), top], [X(m.x), bottom]]));
    paper.avoid([[left, base], [edge, base]]);
    marks.forEach(m => paper.keep(X(m.x) - 6, Y(m.y) - 6, X(m.x) + 6, Y(m.y) + 6));
    paper.keep(0, bottom + 4, width, height);
    paper.keep(0, 0, left - 6, bottom);
    if (names.height) paper.keep(0, 0, width, names.height - 4);
    const said = moments.map(m => paper.label(X(m.x), top - 6, m.text, { as: `note small ${m.as ?? ""}`, tries: BESIDE }));
    const noted = marks.map(m => m.text && paper.label(X(m.x), Y(m.y), m.text, { as: `note ${m.as ?? "strong"}` }));
    const named = curves.map(c => { return c.name && c.points.length > 1 && paper.label(0, 0, c.name, { as: "note small", tries: along(c.points.map(at)) }); });
    paper.spots = stops.map(s => [X(s.x), bottom]);
    const stop = stops[paper.at];
    return html`
      <clipPath id=${paper.name("above")}><rect x=${left} y=${upper} width=${Math.max(0, width - left)} height=${Math.max(0, Math.min(base, lower) - upper)} /></clipPath>
      <clipPath id=${paper.name("below")}><rect x=${left} y=${Math.max(upper, base)} width=${Math.max(0, width - left)} height=${Math.max(0, lower - Math.max(upper, base))} /></clipPath>
      <clipPath id=${paper.name("inside")}><rect x=${left} y=${top - 8} width=${Math.max(0, width - left)} height=${bottom - top + 10} /></clipPath>
      ${names.drawn}
      ${paper.rungs(rungs.filter(t => !level.text || Math.abs(Y(t.at) - base) > 13), Y, left, edge)}
      ${behind?.(X, Y, paper)}
      ${areas.filter(a => a.points.length > 1).map(a => html`<path class=${a.as} fill=${a.hatch && paper.hatch(a.hatch)} clip-path=${clip(a.side)} d=${`${line(a.points.map(at))}L${(a.to ? line([...a.to].reverse().map(at)) : line([[X(a.points.at(-1)[0]), base], [X(a.points[0][0]), base]])).slice(1)}Z`} />`)}
      <line class="least" x1=${left} x2=${edge} y1=${base} y2=${base} />${level.text && html`<text class="tick strong" x=${left - 8} y=${base + 4} text-anchor="end">${level.text}</text>`}
      ${moments.map(m => html`<line class=${m.line ?? "event"} x1=${X(m.x)} x2=${X(m.x)} y1=${top - 4} y2=${bottom} />`)}
      ${curves.map(c => html`<path class=${"curve " + (c.as ?? "")} clip-path=${clip()} d=${line(c.points.map(at))} />`)}
      ${marks.map(m => m.mark !== false && html`<circle class=${m.mark ?? "mark"} cx=${X(m.x)} cy=${Y(m.y)} r="5" />`)}
      ${said}${noted}${named}
      ${stop && html`<line class="cross" x1=${X(stop.x)} x2=${X(stop.x)} y1=${top} y2=${bottom} />${(stop.y ?? []).filter(v => v !== null && Y(v) >= top - 8 && Y(v) <= bottom + 2).map(v => html`<circle class="dot" cx=${X(stop.x)} cy=${Y(v)} r="4.5" />`)}`}
      ${paper.along(x.ticks(edge - left).filter(t => t.at >= x.from && t.at <= x.to), X, bottom + 18)}`;
  } }} />`;
}

/** Places above and below a curve, the ones near its end first. */
function along(points) {
  return [1, 0.85, 0.7, 0.55, 0.4, 0.25].flatMap(part => {
    const i = Math.min(points.length - 1, Math.round(part * (points.length - 1))), [x, y] = points[i];
    return part === 1 ? [[x - 4, y - 9, "end"], [x - 4, y + 18, "end"]] : [[x, y - 9, "middle"], [x, y + 20, "middle"], [x + 8, y + 14, "start"], [x - 8, y - 6, "end"]];
  });
}

/** The heights that have to be seen: the lowest and the highest of all values. */
export const span = (...values) => { const all = values.flat().filter(Number.isFinite); return { low: Math.min(0, ...all), high: Math.max(0, ...all) }; };
