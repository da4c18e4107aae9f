// A question: its inputs, and beside them its answer. A comparison has two sets of inputs, and draws both answers into one picture.
import { useCallback, useEffect, useMemo, useState } from "./lib/hooks.js";
import { html } from "./draw/figure.js";
import { ask } from "./ask.js";
import { formOf } from "./comment.js";
import { Fields, sent } from "./form.js";
import { opened } from "./models/index.js";
import { Outcome } from "./outcome.js";
import { Same } from "./same.js";
import { Provenance } from "./provenance.js";
import { LONGEST_LINK, fragment } from "./share.js";
import { Steps } from "./steps.js";

/** The names of the two sets of a comparison. */
export const SETS = ["First", "Second"];
/** How long the page waits after a key before it asks, in milliseconds. */
const PAUSE = 150;
const NOTHING = { errors: {}, isBusy: true };

/** The answer to a request: { answer, results, of, errors, message, isAway, isBusy, again }. `of` is the request that was answered, `ended` the one last asked. */
function useAnswer(question, request) {
  const [state, setState] = useState(NOTHING), [tries, setTries] = useState(0);
  const again = useCallback(() => setTries(n => n + 1), []);
  useEffect(() => {
    if (!request) return setState(NOTHING);
    const control = new AbortController();
    setState(before => ({ ...before, isBusy: true }));
    const timer = setTimeout(async () => {
      const shown = (answer, results, errors) => setState({ answer, results, of: request, errors, message: null, isBusy: true });
      try {
        const end = await ask(question, request, control.signal, shown);
        setState(before => ({ ...before, isAway: false, ...end, isBusy: false, ended: request }));
      } catch (error) {
        if (error.name !== "AbortError") throw error;
      }
    }, state.answer ? PAUSE : 0);
    addEventListener("online", again);
    return () => {
      clearTimeout(timer);
      control.abort();
      removeEventListener("online", again);
    };
  }, [request, tries]);
  return { ...state, isBusy: state.isBusy || state.ended !== request, again };
}

/** The value at a path such as `costs[0].amount`. */
const at = (request, path) => path.split(/[.[\]]+/).filter(Boolean).reduce((value, key) => value?.[key], request);

/** Whether a path is that of a single control, and not of a list, a group or a choice. */
const isControl = (contract, path) => /\]$/.test(path) || Object.values(contract.messages).some(({ fields }) => fields.some(f => f.name === path.split(".").at(-1) && !f.is_list && !contract.messages[f.type]));

export function Question({ contract, presets, question, sets: start, preset, open, study: begun = null }) {
  const { fields, all, oneofs } = useMemo(() => formOf(contract, question), []);
  const [sets, setSets] = useState(start), [edited, setEdited] = useState(0), [touched, setTouched] = useState(() => new Set()), [isWhole, setWhole] = useState(false), [clearings, setClearings] = useState(0);
  const [first, second] = [0, 1].map(i => useMemo(() => sets[i] && sent(contract, all, sets[i]), [sets[i]]));
  const asked = second ? [first, second] : [first], answers = [useAnswer(question, first), useAnswer(question, second)].slice(0, asked.length);
  const [link, setLink] = useState({ address: location.href }), [study, setStudy] = useState(begun);

  useEffect(() => {
    let isOld = false;
    const timer = setTimeout(async () => {
      const fragmentNow = await fragment(question.name, asked, study);
      if (isOld) return;
      const isLong = fragmentNow.length > LONGEST_LINK, isChanged = study !== begun || sets !== start || !/^#preset/.test(location.hash);
      if (isChanged) history.replaceState(null, "", isLong ? `#v1/${question.name}` : fragmentNow);
      setLink({ isLong, address: location.origin + location.pathname + fragmentNow, first, second, study });
    }, PAUSE);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [first, second, study]);

  const request = sets[edited], change = next => setSets(before => before.map((set, i) => (i === edited ? next : set)));
  const touch = path => setTouched(before => (before.has(path) ? before : new Set(before).add(path)));
  // A field that is missing is blamed only once it was touched.
  const seen = answers.map(({ errors }, i) => Object.fromEntries(Object.entries(errors).filter(([path]) => touched.has(path) || !["", undefined].includes(at(sets[i], path)) || (touched.size > 0 && !isControl(contract, path)))));
  const errors = seen[edited];
  const form = { contract, errors, touch, isWhole, labels: name => question.labels?.(request, name) };
  const compare = () => (setSets([sets[0], sets[0]]), setEdited(1)), alone = () => (setSets([sets[edited]]), setEdited(0));
  const clear = () => (setSets(sets.map((set, i) => (i === edited ? {} : set))), setTouched(new Set()), setClearings(n => n + 1));
  const others = presets.filter(p => p.name !== preset?.name && opened(p)?.about.name === question.name);
  const [later, setLater] = useState(null), isAnswered = answers.some(a => a.answer);
  useEffect(() => {
    if (isAnswered) import("./later.js").then(setLater, () => {});
  }, [isAnswered]);
  const isBusy = answers.some(a => a.isBusy), results = answers.filter(a => a.answer);

  return html`<main class="model" aria-busy=${isBusy ? "true" : "false"}>
    <h1 tabindex="-1">${question.question}</h1>
    ${preset && html`<${Provenance} ...${{ preset, results: answers[0].results, isChanged: sets !== start }} />`}
    <div class="both">
      <form class="inputs" onSubmit=${e => e.preventDefault()} aria-label="Inputs">
        <div class="tools">
          ${sets.length > 1
            ? html`<div class="choice" role="radiogroup" aria-label="Inputs of">${SETS.map((name, i) => html`<label class=${`set-${i}` + (i === edited ? " on" : "")}><input type="radio" name="set" checked=${i === edited} onChange=${() => setEdited(i)} />${name}</label>`)}</div>
              <button type="button" onClick=${alone}>Keep ${SETS[edited].toLowerCase()} alone</button>`
            : html`<button type="button" onClick=${compare}>Compare</button>`}
          <button type="button" onClick=${clear}>Clear</button>
        </div>
        <${Fields} key=${`${edited}/${clearings}`} ...${{ form, fields, oneofs, value: request, change, first: question.first }} />
        <label class="whole"><input type="checkbox" checked=${isWhole} onChange=${e => setWhole(e.target.checked)} /> Explain each field in full</label>
        ${others.length > 0 && html`<details class="later"><summary>Start from a published figure</summary><ul class="presets">${others.map(p => html`<li><a href=${"#preset/" + p.name}>${p.title}</a></li>`)}</ul></details>`}
      </form>
      <div class="results">
        <${Outcome} ...${{ question, answers, seen, later }} />
        ${later && answers[edited].answer && html`<${later.Row} ...${{ contract, question, request: answers[edited].of, study, setStudy, take: put => change(put(request)) }} />`}
        ${results.filter(({ answer }) => answer.explanation).map(({ answer }, i) => html`<${Steps} key=${i} explanation=${answer.explanation} of=${results.length > 1 && SETS[i]} />`)}
        <${Same} ...${{ contract, question, asked, edited, link, isBusy: link.first !== first || link.second !== second || link.study !== study, answers }} />
        ${later && html`<${later.Printed} ...${{ contract, fields: all, asked }} />`}
      </div>
    </div></main>`;
}
