// The inputs as a table, which paper shows in place of the form. Loaded once an answer stands there.
import { html } from "./draw/figure.js";
import { words } from "./comment.js";
import { grouped } from "./models/words.js";
import { expanded, isDecimal } from "./num.js";
import { SETS } from "./question.js";

/** A single value as paper shows it. */
const said = (field, value) => {
  const text = String(value);
  return field?.type === "decimal" && isDecimal(text) ? grouped(expanded(text)) : text;
};

/** The single values of a request: [words, value]. */
function lines(contract, fields, value, before = "") {
  return Object.entries(value).flatMap(([name, inner]) => {
    const field = fields.find(f => f.name === name), within = contract.messages[field?.type]?.fields, called = before + (before ? words(name).toLowerCase() : words(name));
    const each = (one, place) => (within ? lines(contract, within, one, place + ", ") : [[place, said(field, one)]]);
    if (!Array.isArray(inner)) return each(inner, called);
    return within ? inner.flatMap((one, i) => each(one, `${called} ${i + 1}`)) : [[called, inner.map(one => said(field, one)).join(" · ")]];
  });
}

export function Printed({ contract, fields, asked }) {
  return html`<section class="printed"><h2>Inputs</h2>${asked.map((request, i) => html`${asked.length > 1 && html`<h3>${SETS[i]}</h3>`}
    <table><tbody>${lines(contract, fields, request).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`)}</section>`;
}
