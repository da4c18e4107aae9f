// The row "What if": an input is turned, and each figure comes from a study of the engine. Loaded where it is opened.
import { useEffect, useMemo, useRef, useState } from "../lib/hooks.js";
import { html } from "../draw/figure.js";
import { AWAY, ask } from "../ask.js";
import { formOf } from "../comment.js";
import { sent } from "../form.js";
import { shown } from "../outcome.js";
import { Table } from "../table.js";
import { Change, Choices, choiceOf, turnTo, weighingOf } from "./choices.js";
import { Curve, curveTable } from "./curve.js";
import { Pairs, pairsTable } from "./pairs.js";
import { called, digits, withValueAt, within } from "./paths.js";
import { MOVED, SIDE, STOPS, pathsOf, solve, table, weigh } from "./study.js";
import { found, turning } from "./words.js";

/** How long the row waits after a key before it asks, in milliseconds. */
const PAUSE = 150;

// The row's looks come with it.
const looks = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/whatif/row.css" });
document.head.append(looks);

/** What a call answered for a key: { key, value, message, again }. A key that is null asks nothing. `isBusy` until the answer is the one of this key. */
function useAsked(key, run) {
  const [state, setState] = useState({ key: null }), [tries, setTries] = useState(0);
  useEffect(() => {
    if (key === null) return;
    const control = new AbortController();
    const timer = setTimeout(async () => {
      try {
        setState({ key, value: await run(control.signal) });
      } catch (error) {
        if (error.name !== "AbortError") setState({ key, message: error.message });
      }
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [key, tries]);
  return { ...state, isBusy: key !== null && state.key !== key, again: () => (setState({ key: null }), setTries(tries + 1)) };
}

export function WhatIf({ contract, question, request, study, setStudy, take }) {
  const { all: fields } = useMemo(() => formOf(contract, question), []), subject = useMemo(() => JSON.stringify(request), [request]);
  const listed = useAsked(subject, signal => pathsOf(contract, question, request, signal));
  const chosen = listed.value && choiceOf(contract, question, request, study, listed.value);
  if (!listed.value) return html`<div class="if-row" aria-busy=${listed.isBusy ? "true" : "false"}>${listed.message ? html`<${Problem} all=${[listed]} />` : html`<p class="help">Asking what can be turned …</p>`}</div>`;
  return html`<${Turned} ...${{ contract, question, request, fields, subject, study, setStudy, take, listed: listed.value, isListing: listed.isBusy, chosen }} />`;
}

/** Why there is no answer to some of what was asked. */
function Problem({ all }) {
  const wrong = all.filter(asked => asked.message && !asked.isBusy);
  return wrong.length > 0 && html`<div class="problem" role="alert">${[...new Set(wrong.map(asked => asked.message))].map(text => html`<p>${text}</p>`)}
    <button type="button" onClick=${() => wrong.forEach(asked => asked.again())}>Try again</button></div>`;
}

function Turned({ contract, question, request, fields, subject, study, setStudy, take, listed, isListing, chosen }) {
  const { inputs, input, figure, goal, ends, second, write, writeFigure, says } = chosen, place = useRef(null), key = (...parts) => JSON.stringify([subject, figure.model, figure.path, ...parts]), one = { input, ends };
  const moved = useAsked(isListing ? null : key(input.path, ends), signal => table(figure, [one], STOPS, signal));
  const solved = useAsked(isListing || !goal ? null : key(input.path, goal), signal => solve(figure, input, goal, signal));
  const pairs = useAsked(isListing || !second ? null : key(input.path, ends, second.input.path, second.ends), signal => table(figure, [second, one], SIDE, signal));
  // What weighs the inputs is loaded beside its answer, and where the figure is a number.
  const isNumber = MOVED.includes(figure.kind), weighing = weighingOf(study);
  const weighed = useAsked(isListing || !isNumber ? null : key(weighing), async signal => {
    const [script, answer] = await Promise.all([import("./tornado.js").catch(() => { throw new Error(AWAY); }), weigh(figure, weighing, signal)]);
    return { ...script, answer };
  });
  const cells = moved.value?.cells ?? [], name = within(called(input.path, request)), figureName = called(figure.path, request);
  const turns = solved.value && goal ? turning(solved.value) : [], answered = goal && solved.value ? found(says, solved.value, name, write, writeFigure) : null;
  const isBusy = isListing || [moved, solved, pairs, weighed].some(asked => asked.isBusy);

  // Where the slider stands: at a stop, or at none before it was moved.
  const [at, setAt] = useState(null), stop = at === null ? undefined : cells[Math.min(at, cells.length - 1)], value = stop?.inputs[0];
  const turnedTo = to => withValueAt(contract, fields, request, input.path, to);
  const said = useAsked(value === undefined ? null : key(input.path, value), async signal => {
    let parts;
    const turned = sent(contract, fields, turnedTo(value)), { message } = await ask({ ...question, curves: undefined }, turned, signal, answer => { parts ??= question.sentence(turned, answer); });
    return parts ?? [message];
  });
  useEffect(() => setAt(null), [input.path, subject]);
  const now = Number(input.value), nearest = cells.reduce((best, cell, i) => (Math.abs(Number(cell.inputs[0]) - now) < Math.abs(Number(cells[best].inputs[0]) - now) ? i : best), 0);
  const tables = [...(cells.length ? [curveTable(figureName, name, cells, moved.value.refusals)] : []), ...(second && pairs.value ? [pairsTable(figureName, name, within(called(second.input.path, request)), pairs.value)] : []), ...(isNumber && weighed.value ? [weighed.value.swings(contract, request, inputs, figureName, weighed.value.answer)] : [])];
  const files = () => import("../files.js").catch(() => null), file = { name: `${question.name}-what-if` };

  return html`<div class="if-row" ref=${place} aria-busy=${isBusy ? "true" : "false"}>
    <${Choices} ...${{ contract, request, listed, chosen, study, setStudy }} />
    <${Problem} all=${[moved, solved, pairs, weighed]} />
    ${answered && html`<div aria-live="polite"><p class="if-found">${answered.parts.map(shown)}</p><p class="help">${answered.how}</p></div>`}
    ${turns.length > 0 && html`<p class="if-take">${turns.slice(0, 6).map(to => html`<button type="button" title=${digits(to)} onClick=${() => take(before => withValueAt(contract, fields, before, input.path, to))}>Set it to ${write(to)}</button>`)}</p>`}
    <div class="if-place">
    ${cells.length > 1 && html`<div class="if-slider"><label for="if-slider">${called(input.path, request)}</label><span>${write(ends[0])}</span>
        <input type="range" id="if-slider" min="0" max=${cells.length - 1} value=${at ?? nearest} aria-valuetext=${value === undefined ? `now ${input.value ? write(input.value) : "left out"}` : write(value)} onInput=${e => setAt(Number(e.target.value))} /><span>${write(ends[1])}</span></div>
      <p class="if-said" aria-live="polite" aria-busy=${said.isBusy ? "true" : "false"}>${value === undefined ? html`Now it is ${input.value ? write(input.value) : "left out"}. The slider shows what another value would say.` : html`<b title=${digits(value)}>At ${write(value)}:</b> ${(said.isBusy ? ["…"] : said.value ?? [said.message]).map(shown)}`}</p>
      ${value !== undefined && html`<p class="if-take"><button type="button" onClick=${() => take(before => withValueAt(contract, fields, before, input.path, value))}>Set it to ${write(value)}</button></p>`}
      <${Curve} ...${{ contract, figure, figureName, name, input, ends, cells, refusals: moved.value.refusals, turns, solved: solved.value, value, write, writeFigure }} />`}
    </div>
    ${second && pairs.value && html`<${Pairs} ...${{ figureName, name, other: within(called(second.input.path, request)), pairs: pairs.value, goal, ...chosen.brief }} />`}
    <section class="if-weights" aria-label="Which input matters most?"><h2>Which input matters most?</h2>
      ${isNumber ? html`<${Change} ...${{ study, setStudy, change: weighing.change }} />` : html`<p class="help">${figureName} is no number, and only a number can be moved by more or by less. “Another figure” offers those that are.</p>`}
      ${isNumber && weighed.value && html`<${weighed.value.Tornado} ...${{ contract, request, inputs, input, figure, figureName, writeFigure, answer: weighed.value.answer, turn: path => setStudy(turnTo(study, chosen, path)) }} />`}</section>
    ${tables.map(of => html`<${Table} key=${of.caption} table=${of} />`)}
    ${tables.length > 0 && html`<p class="downloads">Save <button type="button" onClick=${async () => (await files())?.saveCsv(file, tables)}>what was asked (CSV)</button>
      <button type="button" onClick=${async () => (await files())?.saveSvg(file, place.current)}>its drawings (SVG)</button></p>`}
  </div>`;
}
