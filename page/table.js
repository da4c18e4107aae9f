// A table below a drawing: what the drawing shows, in figures. Loaded once an answer stands there.
import { html } from "./draw/figure.js";
import { grouped, percent, rounded } from "./models/words.js";

/** A decimal of a table as the eye wants it; every digit is in its title. */
function cell(text, as) {
  if (text === null || text === undefined || text === "") return "";
  if (as === "text" || !/^-?\d/.test(text)) return String(text);
  if (as === "rate") return percent(text);
  if (as === "months") return grouped(rounded(text, 1));
  return grouped(rounded(text, as === "amount" ? (Math.abs(Number(text)) >= 1000 ? 0 : 2) : 4));
}

const exact = (text, as) => (as === "text" || text === null || text === undefined ? {} : { title: grouped(String(text)), "data-exact": String(text) });

export function Table({ table: { caption, columns, rows } }) {
  const of = as => (as === "text" ? "text" : "");
  return html`<details class="table"><summary>${caption} as a table</summary><div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table><thead><tr>${columns.map(column => html`<th scope="col" class=${of(column.as)}>${column.name}</th>`)}</tr></thead>
    <tbody>${rows.map(row => html`<tr>${row.map((text, i) => (i ? html`<td class=${of(columns[i].as)} ...${exact(text, columns[i].as)}>${cell(text, columns[i].as)}</td>` : html`<th scope="row">${cell(text, columns[i].as)}</th>`))}</tr>`)}</tbody></table></div></details>`;
}
