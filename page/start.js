// The start: the questions in their groups, and beside each the published figures that open it.
import { html } from "./draw/figure.js";
import { GROUPS, QUESTIONS, opened } from "./models/index.js";
import { OpenFile } from "./files.js";

export function Start({ contract, presets, open, problem }) {
  const of = question => presets.filter(p => opened(p)?.about === question);
  return html`<main class="start">
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    <h1 tabindex="-1">Which money question?</h1>
    <p class="lead">Exact answers, with the steps that led to them. Nothing you type is stored.</p>
    ${GROUPS.map(group => [group, QUESTIONS.filter(q => q.group === group)]).filter(([, all]) => all.length).map(([group, all]) => html`<section aria-label=${group}>
      <h2>${group}</h2>
      <div>${all.map(question => html`<article><h3><a href=${"#v1/" + question.name}>${question.question}</a></h3>
        <ul>${of(question).map(p => html`<li><a href=${"#preset/" + p.name}>${p.title}</a></li>`)}</ul></article>`)}</div></section>`)}
    <${OpenFile} ...${{ contract, open }} /></main>`;
}
