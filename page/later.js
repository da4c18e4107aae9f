// What stands below an answer, loaded once one is there: tables, the row "What if", and the inputs as paper shows them.
import { useEffect, useState } from "./lib/hooks.js";
import { html } from "./draw/figure.js";
import { AWAY } from "./ask.js";

export { Printed } from "./printed.js";
export { Table } from "./table.js";

/** The row "What if", which is loaded where it is opened. It is open where there is a study: { input, figure, … }, empty before anything was chosen. */
export function Row({ study, setStudy, ...rest }) {
  const [row, setRow] = useState(null), [message, setMessage] = useState("");
  useEffect(() => {
    if (study && !row) import("./whatif/row.js").then(setRow, () => setMessage(AWAY));
  }, [study]);
  return html`<details class="if" open=${!!study} onToggle=${e => e.target.open !== !!study && setStudy(e.target.open ? {} : null)}><summary>What if …</summary>
    ${study && (row ? html`<${row.WhatIf} ...${{ study, setStudy, ...rest }} />` : html`<p class="help" aria-busy=${message ? "false" : "true"}>${message}</p>`)}</details>`;
}
