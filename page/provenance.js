// Where a published figure comes from, and how the figures that were printed compare with those that are computed.
import { html } from "./draw/figure.js";
import { words } from "./comment.js";
import { amount, grouped } from "./models/words.js";

/** The value at a published figure's path, in the answers of the question. */
function computed(results, path) {
  const at = answer => path.split(/[.[\]]+/).filter(Boolean).reduce((value, key) => value?.[key], answer);
  const found = path && results?.flatMap(result => Object.values(result ?? {})).map(at).find(value => value !== undefined && typeof value !== "object");
  return found === undefined || found === "" ? undefined : String(found);
}

/** The last word of a path, with more where it says little by itself. */
function named(path) {
  const [last, before = ""] = path.replaceAll(/\[\d+\]/g, "").split(".").reverse();
  return { annual: "annual rate", years: `${before} years` }[last]?.trim() ?? last;
}

/** Two decimals in words, with more digits where the words would be one. */
const pair = (one, other) => (amount(one) === amount(other) ? [grouped(one), grouped(other)] : [amount(one), amount(other)]);

export function Provenance({ preset, results, isChanged }) {
  const published = preset.published ?? [], differs = published.filter(figure => figure.note), name = figure => words(figure.quantity || named(figure.field));
  const first = differs.find(figure => /^-?[\d.]+$/.test(figure.value) && computed(results, figure.field) && Number(computed(results, figure.field)) !== Number(figure.value));
  const [printed, ours] = first ? pair(first.value, computed(results, first.field)) : [];
  return html`<aside class="provenance" aria-label="Published figure"><p class="title">${preset.title}${isChanged && html`<span class="changed">changed by you</span>`}</p>
    ${first && !isChanged && html`<p class="differs">${name(first)}: printed as ${printed}, computed <b>${ours}</b>.</p>`}
    <details><summary>Source${differs.length > 0 && ", and why figures differ"}</summary><p>${preset.source}</p>
    ${published.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="Published and computed"><table><thead><tr><th scope="col">Figure</th><th scope="col">Published</th><th scope="col">Computed</th></tr></thead>
      <tbody>${published.map(figure => html`<tr><th scope="row">${name(figure)}</th><td>${grouped(figure.value)}</td><td>${grouped(computed(results, figure.field) ?? "–")}</td></tr>${figure.note && html`<tr class="notes"><td colspan="3">${figure.note}</td></tr>`}`)}</tbody></table></div>`}</details></aside>`;
}
