// How an answer was computed, step by step, and what was taken for granted.
import { html } from "./draw/figure.js";
import { words } from "./comment.js";
import { grouped } from "./models/words.js";

/** The most steps that stand open beside a wide answer. */
const OPEN_MAX = 12;

export function Steps({ explanation: { steps, assumptions, engine_version }, of }) {
  return html`<details class="steps" open=${!of && steps.length <= OPEN_MAX && innerWidth > 800}><summary>${of && `${of}: `}How it was computed: ${steps.length} ${steps.length === 1 ? "step" : "steps"}</summary>
    <ol>${steps.map(step => html`<li><span class="name">${words(step.name)}</span><span class="value">${grouped(step.value)}</span><code class="formula">${step.formula}</code><code class="substitution">${step.substitution}</code></li>`)}</ol>
    ${assumptions.length > 0 && html`<p class="granted">Taken for granted</p><dl class="assumptions">${assumptions.map(a => html`<div><dt>${words(a.field)} = ${a.value}</dt><dd>${a.reason}</dd></div>`)}</dl>`}
    <p class="help">Engine ${engine_version}. One request has one answer, to the last digit.</p></details>`;
}
