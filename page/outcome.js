// The answer: the sentence first, then warnings, key figures, drawing and table. A second set of inputs stands beside the first.
import { useRef } from "./lib/hooks.js";
import { html } from "./draw/figure.js";
import { words } from "./comment.js";
import { grouped } from "./models/words.js";
import { SETS } from "./question.js";
import { saveJson } from "./save.js";

const files = () => import("./files.js").catch(() => null);
const WAITING = "Fill in what is marked, and the answer stands here.";

export function Outcome({ question, answers, seen, later }) {
  const place = useRef(null), isCompared = answers.length > 1, whole = answers.every(a => a.answer), [first, second] = answers;
  const isOld = answers.some(isStale), tables = whole ? answers.map(({ of, answer }) => question.table?.(of, answer) ?? []) : [];
  const all = isCompared ? tables.flatMap((some, i) => some.map(table => ({ ...table, caption: `${SETS[i]}: ${table.caption}` }))) : tables[0] ?? [];
  const drawing = whole && question.draw(first.of, first.answer, second && { request: second.of, answer: second.answer }, { first: SETS[0].toLowerCase(), second: SETS[1].toLowerCase() });
  return html`<div class=${"answer" + (isOld ? " stale" : "") + (isCompared ? " compared" : "")} onCopy=${copyExact}>
    <div role="status" class="verdicts">${answers.map((state, i) => html`<div class=${`of-set set-${i}`}>
      ${isCompared && html`<p class="set-name">${SETS[i]}</p>`}
      <p class="verdict">${state.answer ? question.sentence(state.of, state.answer).map(shown) : state.isAway ? "There is no answer yet." : state.message ? WAITING : "…"}</p></div>`)}</div>
    <p class="computing" aria-hidden="true">Computing …</p>
    ${answers.map((state, i) => html`<${Problem} key=${i} ...${{ state, errors: seen[i], of: isCompared && SETS[i] }} />`)}
    ${whole && html`
      ${answers.map(({ answer }, i) => answer.warnings?.length > 0 && html`<ul class="warnings" aria-label="Warnings">${answer.warnings.map(w => html`<li>${isCompared && `${SETS[i]}: `}${w.message}</li>`)}</ul>`)}
      <${Figures} ...${{ question, answers }} />
      <div class="drawings" ref=${place}>${drawing}</div>
      ${later && all.map(table => html`<${later.Table} key=${table.caption} ...${{ table }} />`)}
      <p class="downloads">Save ${all.length > 0 && html`<button type="button" onClick=${async () => (await files())?.saveCsv(question, all)}>${all.length > 1 ? "tables" : "table"} (CSV)</button>`}
        ${drawing && html`<button type="button" onClick=${async () => (await files())?.saveSvg(question, place.current)}>drawing (SVG)</button>`}
        <button type="button" onClick=${() => saveJson(question, answers.map(a => a.of), answers.map(a => a.answer))}>request and answer (JSON)</button></p>`}
  </div>`;
}

const isStale = ({ answer, message }) => !!(answer && message);

/** A part of a sentence or a text of a figure, with its mark. */
export const shown = part => (part.text === undefined ? part : html`<b class=${part.as === "strong" ? "" : part.as + "-text"} title=${part.exact && grouped(part.exact)} data-exact=${part.exact}>${part.text}</b>`);

/** Copies a figure that is selected alone with all of its digits. */
function copyExact(event) {
  const chosen = getSelection(), text = chosen.toString().trim(), figure = [...event.currentTarget.querySelectorAll("[data-exact]")].find(e => chosen.containsNode(e, true) && e.innerText.trim() === text);
  if (!figure) return;
  event.clipboardData.setData("text/plain", figure.dataset.exact);
  event.preventDefault();
}

/** Why there is no newer answer, with a way to each field that is wrong. */
function Problem({ state, errors, of }) {
  if (!state.message) return null;
  const paths = Object.keys(errors), old = state.answer && "These figures are of before the last change. ";
  if (state.isAway) return html`<div class="problem" role="alert"><p>${of && `${of}: `}${state.message} ${old}</p><button type="button" onClick=${state.again}>Try again</button></div>`;
  const text = paths.length ? `${paths.length === 1 ? "A field keeps" : `${paths.length} fields keep`} it from being computed:` : Object.keys(state.errors).length ? WAITING : state.message;
  if (!state.answer && !paths.length && Object.keys(state.errors).length) return null;
  return html`<div class="problem"><p>${of && `${of}: `}${old}${text}</p>
    ${paths.length > 0 && html`<ul>${paths.slice(0, 12).map(path => html`<li><button type="button" class="way" onClick=${() => goTo(path)}>${placeName(path)}</button>: ${errors[path]}</li>`)}</ul>`}</div>`;
}

/** "costs[0].annual_growth_rate" → "Costs 1, annual growth rate" */
const placeName = path => words(path.replaceAll(/\[(\d+)\]/g, (_, i) => ` ${Number(i) + 1}`).split(".").map((part, i) => (i ? words(part).toLowerCase() : part)).join(", "));

/** Moves the focus to a field, and opens what hides it. */
function goTo(path) {
  const field = document.getElementById("f-" + path) ?? document.getElementById("f-" + path.replace(/\[\d+\]$/, ""));
  for (let place = field; place; place = place.parentElement) if (place.tagName === "DETAILS") place.open = true;
  field?.focus();
}

function Figures({ question, answers }) {
  const [first, second] = answers.map(({ of, answer }) => question.figures(of, answer));
  const value = figure => (figure ? shown({ ...figure, as: figure.as ?? "strong" }) : "–");
  if (!second) return html`<dl class="key">${first.map(figure => html`<div><dt>${figure.name}</dt><dd>${value(figure)}</dd></div>`)}</dl>`;
  const names = [...new Set([...first, ...second].map(figure => figure.name))], of = (figures, name) => value(figures.find(figure => figure.name === name));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Key figures"><table class="key-table"><thead><tr><th scope="col">Figure</th>${SETS.map((name, i) => html`<th scope="col" class=${`set-${i}`}>${name}</th>`)}</tr></thead>
    <tbody>${names.map(name => html`<tr><th scope="row">${name}</th><td>${of(first, name)}</td><td>${of(second, name)}</td></tr>`)}</tbody></table></div>`;
}
