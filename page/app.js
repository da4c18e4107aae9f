// The page: which question, which request, what the engine answers. State is the address and nothing else.
import { h, render } from "./lib/preact.js";
import { useEffect, useState } from "./lib/hooks.js";
import { html } from "./draw/figure.js";
import { GROUPS, QUESTIONS, load, opened } from "./models/index.js";
import { AWAY, call, contractOf } from "./ask.js";
import { fits, formOf } from "./comment.js";
import { Question } from "./question.js";
import { read } from "./share.js";

const BROKEN = "This link cannot be read: it was cut off on its way, or made by another version. Ask for it again, or start from a question below.";

/** The start, which is loaded where it is shown. */
const start = async problem => ({ ...(await import("./start.js")), problem });

/** The place that an address names: { question, sets, preset }, or { Start, problem }. */
async function placeOf(fragment, contract, presets) {
  let asked;
  try {
    asked = await read(fragment);
  } catch {
    return start(BROKEN);
  }
  if (asked.preset) {
    const preset = presets.find(p => p.name === asked.preset);
    return preset && opened(preset) ? ofPreset(contract, preset) : start(`There is no published figure named ${asked.preset}. Start from a question below.`);
  }
  if (!asked.name) return start();
  const about = QUESTIONS.find(q => q.name === asked.name);
  if (!about) return start(BROKEN);
  if (asked.sets.length) {
    const question = await load(about), { all } = formOf(contract, question);
    return asked.sets.every(set => fits(contract, all, set)) ? { question, sets: asked.sets, study: asked.study } : start(BROKEN);
  }
  // Never an empty form: a question opens with its first published figure.
  const preset = presets.find(p => opened(p)?.about === about);
  return preset ? ofPreset(contract, preset) : { question: await load(about), sets: [{}] };
}

/** The question that a published figure opens, with its request. */
async function ofPreset(contract, preset) {
  const { about, covered, request } = opened(preset), question = await load(about);
  if (!preset.calculation) return { question, ...(await (await import("./whatif/preset.js")).studyOf(contract, question, preset, request)) };
  return { question, sets: [question.opens?.(covered, request) ?? request], preset };
}

function App({ contract, presets }) {
  const [place, setPlace] = useState(null), [opens, setOpens] = useState(0);
  // An opened file is a place as well, and its address follows.
  const open = next => (setPlace(next), setOpens(n => n + 1));
  useEffect(() => {
    const follow = async () => {
      document.getElementById("questions")?.hidePopover();
      open(await placeOf(location.hash, contract, presets).catch(() => ({ away: AWAY })));
    };
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  useEffect(() => {
    document.title = place?.question ? `${place.question.question} · Paydirt` : "Paydirt";
    if (opens > 1) document.querySelector("h1")?.focus();
  }, [opens]);
  if (!place) return null;
  return html`<header class="top"><a href="#" class="brand"><svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><path d="M1 17h18M3 17V9h3v8M8.5 17V4h3v13M14 17v-6h3v6" fill="none" stroke="currentColor" stroke-width="1.6" /></svg>Paydirt</a>
      <nav aria-label="Questions"><button type="button" popovertarget="questions">${place.question?.question ?? "All questions"}</button>
        <div id="questions" popover><a href="#">All questions</a>${GROUPS.map(group => html`<h2>${group}</h2>
          <ul>${QUESTIONS.filter(q => q.group === group).map(q => html`<li><a href=${"#v1/" + q.name} aria-current=${q.name === place.question?.name ? "page" : undefined}>${q.question}</a></li>`)}</ul>`)}</div></nav></header>
    ${place.away ? html`<${Away} message=${place.away} />` : place.question ? html`<${Question} key=${opens} ...${{ contract, presets, open, ...place }} />` : html`<${place.Start} ...${{ contract, presets, open, problem: place.problem }} />`}`;
}

const Away = ({ message }) => html`<main><p class="problem" role="alert">${message}</p><button type="button" onClick=${() => location.reload()}>Try again</button></main>`;

async function begin() {
  const page = document.getElementById("page");
  try {
    const [contract, { presets }] = await Promise.all([contractOf(), call("CalculationService/ListPresets", {})]);
    page.replaceChildren();
    render(h(App, { contract, presets }), page);
  } catch (error) {
    page.replaceChildren();
    render(h(Away, { message: error.message }), page);
  }
}
// Paper has no summaries to open. Browsers that show what is closed by the style sheet need this no more.
addEventListener("beforeprint", () => {
  const closed = [...document.querySelectorAll("details:not([open], .if)")], turn = isOpen => closed.forEach(details => { details.open = isOpen; });
  turn(true);
  addEventListener("afterprint", () => turn(false), { once: true });
});
begin();
