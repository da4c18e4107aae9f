// Files: a request and its answer saved and opened again, tables as CSV, drawings as SVG. All of it stays in the browser.
import { useState } from "./lib/hooks.js";
import { html } from "./draw/figure.js";
import { QUESTIONS } from "./models/index.js";

/** Hands a file to the browser to save. */
export function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type })), link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function OpenFile({ open }) {
  const [problem, setProblem] = useState(null);
  const take = async event => {
    const file = event.target.files[0];
    if (!file) return;
    try {
      const { model, requests } = JSON.parse(await file.text()), question = QUESTIONS.find(q => q.name === model);
      if (!question || !requests.every(request => request && typeof request === "object")) throw new SyntaxError("not ours");
      open({ question, sets: requests.slice(0, 2) });
    } catch {
      setProblem(`${file.name} was not saved by this page.`);
    }
  };
  return html`<p class="open-file"><label>Open a saved request <input type="file" accept=".json,application/json" onChange=${take} /></label></p>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}`;
}
