// The frame of a drawing: a caption, and a place whose width follows the page.
import { h } from "../lib/preact.js";
import { useEffect, useRef, useState } from "../lib/hooks.js";
import htm from "../lib/htm.js";

export const html = htm.bind(h);

/** A drawing as wide as its place, so that its letters are as large as the page's. */
export function Figure({ caption, draw, height = 300, label, keys }) {
  const place = useRef(null), [width, setWidth] = useState(0);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)));
    watch.observe(place.current);
    return () => watch.disconnect();
  }, []);
  return html`<figure>
    <figcaption>${caption}</figcaption>
    <div class="drawing" ref=${place} ...${keys ?? {}}>
      ${width > 0 && html`<svg role="img" aria-label=${label} width=${width} height=${height} viewBox="0 0 ${width} ${height}">
        <defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="7" height="7" class="missing-soft" /><rect width="2.6" height="7" class="missing" /></pattern></defs>
        ${draw(width, height)}</svg>`}
    </div></figure>`;
}
