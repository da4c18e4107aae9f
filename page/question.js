// A question: its inputs, and beside them its answer.
import { useCallback, useEffect, useMemo, useRef, useState } from "./lib/hooks.js";
import { html } from "./draw/figure.js";
import { ask } from "./ask.js";
import { Fields, sent } from "./form.js";
import { fragment } from "./share.js";

export function Question({ contract, question, sets: start }) {
  const [request, setRequest] = useState(start[0]), [state, setState] = useState({ errors: {} }), [busy, setBusy] = useState(true), running = useRef(null);
  const change = useCallback(setRequest, []), asked = useMemo(() => sent(request), [request]);
  useEffect(() => {
    setBusy(true);
    const timer = setTimeout(async () => {
      running.current?.abort();
      const control = (running.current = new AbortController());
      try {
        const end = await ask(question, asked, control.signal, (answer, errors) => setState({ answer, of: asked, errors }));
        setState(before => ({ ...before, ...end }));
        setBusy(false);
        history.replaceState(null, "", await fragment(question.name, [asked]));
      } catch (error) { if (error.name !== "AbortError") throw error; }
    }, state.answer ? 150 : 0);
    return () => clearTimeout(timer);
  }, [asked]);
  const { answer, of } = state;
  return html`<main class="model" aria-busy=${busy ? "true" : "false"}><h1 tabindex="-1">${question.question}</h1><div class="both">
    <form class="inputs" onSubmit=${e => e.preventDefault()} aria-label="Inputs"><${Fields} ...${{ contract, kind: question.kind ?? kindOf(contract, question.name), value: request, change, errors: state.errors, leave: question.leave }} /></form>
    <div class="results"><div class="answer"><p class="verdict" role="status">${answer ? question.sentence(of, answer).map(p => (p.text ? html`<b class=${p.as} title=${p.exact}>${p.text}</b>` : p)) : state.message ?? "…"}</p>
      ${answer && html`<dl class="key">${question.figures(of, answer).map(f => html`<div><dt>${f.name}</dt><dd title=${f.exact}>${f.text}</dd></div>`)}</dl>${question.draw(of, answer, undefined, { first: "first", second: "second" })}
      ${question.table(of, answer).map(t => html`<details class="table"><summary>${t.caption} as a table</summary><div class="scroll" tabindex="0"><table><thead><tr>${t.columns.map(c => html`<th>${c.name}</th>`)}</tr></thead><tbody>${t.rows.map(r => html`<tr>${r.map(c => html`<td>${c}</td>`)}</tr>`)}</tbody></table></div></details>`)}`}</div></div></div></main>`;
}
const kindOf = (contract, model) => contract.services.flatMap(s => s.methods).find(m => m.model === model).request;
