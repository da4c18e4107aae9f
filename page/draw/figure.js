// The frame of a drawing: a caption, a place whose width follows the page, and figures that pointer and arrow keys read alike.
import { useEffect, useId, useRef, useState } from "../lib/hooks.js";
import { html } from "./html.js";
import { Paper } from "./paper.js";

export { html };

const HATCHED = ["missing", "need", "have", "second"];
const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12, Home: -1e9, End: 1e9 };

/**
 * A drawing as wide as its place, so that its letters are as large as the page's.
 *
 * `draw(paper)` returns what is in it, and puts into `paper.spots` where each of `stops` stands. A stop is { say }: the text that is
 * read while the pointer is near it, or once the arrow keys came to it. `across` is how many stops stand side by side in a table.
 * `height` is a number of pixels, or a function of the width.
 */
export function Figure({ caption, label, height = 300, stops = [], across = 0, draw }) {
  const place = useRef(null), spots = useRef({ list: [], nearest: "x" }), id = "d" + useId().replace(/\W/g, "_"), [width, setWidth] = useState(0), [at, setAt] = useState(null);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)));
    watch.observe(place.current);
    return () => watch.disconnect();
  }, []);
  const shown = at === null || !stops.length ? null : Math.min(at, stops.length - 1), tall = typeof height === "function" ? height(width) : height;
  const move = step => setAt(shown === null ? (step < 0 ? stops.length - 1 : 0) : Math.max(0, Math.min(stops.length - 1, shown + step)));
  const onKeyDown = event => {
    const step = across && /Arrow(Up|Down)/.test(event.key) ? (event.key === "ArrowUp" ? -across : across) : STEPS[event.key] ?? { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape") setAt(null);
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(step);
  };
  const onPointerMove = event => {
    const box = event.currentTarget.getBoundingClientRect(), px = event.clientX - box.left, py = event.clientY - box.top, { list, nearest } = spots.current;
    let best = null, least = Infinity;
    list.forEach(([x, y], i) => {
      const far = nearest === "x" ? Math.abs(x - px) : nearest === "y" ? Math.abs(y - py) : Math.hypot(x - px, y - py);
      if (far < least) [best, least] = [i, far];
    });
    setAt(best);
  };
  const reading = stops.length ? { tabIndex: 0, role: "group", "aria-label": "Figures of the drawing, by arrow keys", onKeyDown, onPointerMove, onPointerDown: onPointerMove, onPointerLeave: () => setAt(null), onBlur: () => setAt(null) } : {};
  const paper = width > 0 && new Paper(width, tall, id, shown), drawn = paper && draw(paper);
  if (paper) spots.current = { list: paper.spots, nearest: paper.nearest };
  return html`<figure>
    <figcaption><span>${caption}</span>${stops.length > 0 && html`<output>${shown === null ? "" : stops[shown].say}</output>`}</figcaption>
    <div class="drawing" ref=${place} ...${reading}>
      ${paper && html`<svg role="img" aria-label=${label} width=${width} height=${tall} viewBox="0 0 ${width} ${tall}">
        <defs>${HATCHED.map(as => html`<pattern id=${paper.name("hatch-" + as)} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="7" height="7" class=${as + "-soft"} /><rect width="2.6" height="7" class=${as} /></pattern>`)}</defs>
        ${drawn}</svg>`}
    </div></figure>`;
}
