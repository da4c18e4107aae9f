// The request as a link, and as a call from elsewhere.
import { useState } from "./lib/hooks.js";
import { html } from "./draw/figure.js";
import { SETS } from "./question.js";
import { saveJson } from "./save.js";

const LINK = "link", WAYS = ["curl", "grpcurl", "Python", "command line"];

export function Same({ contract, question, asked, edited, link, isBusy, answers }) {
  const [way, setWay] = useState(LINK), [calls, setCalls] = useState(null), [isCopied, setCopied] = useState(false), isLong = way === LINK && link.isLong;
  // The other ways are loaded when one of them is asked for.
  const choose = async name => {
    setWay(name);
    if (name !== LINK && !calls) setCalls(await import("./calls.js").catch(() => null));
  };
  const text = way === LINK ? link.address : calls ? calls.WAYS[way](calls.callOf(contract, question, asked[edited]), location) : "…";
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return html`<section class="same" aria-busy=${isBusy ? "true" : "false"} aria-label="The same call from elsewhere"><h2>The same call${way !== LINK && asked.length > 1 && ` (${SETS[edited].toLowerCase()})`}</h2>
    <div class="choice"><div class="choice" role="radiogroup" aria-label="As">${[LINK, ...WAYS].map(name => html`<label class=${name === way ? "on" : ""}><input type="radio" name="same" checked=${name === way} onChange=${() => choose(name)} />${name}</label>`)}</div>
      ${!isLong && html`<button type="button" class="copy" onClick=${copy}>${isCopied ? "Copied" : "Copy"}</button>`}</div>
    ${isLong
      ? html`<p class="help">The request is too long for a link. It can be saved to a file and sent, and the start page opens it. <button type="button" onClick=${() => saveJson(question, asked, answers.map(a => a.answer ?? null))}>Save it</button></p>`
      : html`<pre tabindex="0" role="region" aria-label=${`As ${way}`}>${text}</pre>`}
    ${way === LINK && !isLong && html`<p class="help">The whole request is in the link, behind the #. It is stored nowhere, and reaches no log.</p>`}</section>`;
}
