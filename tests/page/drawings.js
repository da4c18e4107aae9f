// Draws the answer of each request of sentences.jsonl as wide as a phone and as a desktop leave it room, alone and beside the one before, and
// looks whether its labels touch each other or leave the drawing, and whether it says its figures to those who do not see it.
//
//     CHROMIUM=/usr/bin/chromium node tests/page/drawings.js http://127.0.0.1:8080
const { readFileSync } = require("node:fs"), path = require("node:path");
const { PATIENCE, complain, expect, newPage, withBrowser } = require("./browser.js");

const [base] = process.argv.slice(2), WIDTHS = [358, 790];
const lines = readFileSync(path.join(__dirname, "sentences.jsonl"), "utf8").trim().split("\n").map(line => JSON.parse(line));

/** Runs in the page: draws, and returns what is wrong. A halo of 2 pixels around a label may touch another halo. */
async function drawn({ name, first, second, widths, patience }) {
  const [{ QUESTIONS, load }, { ask }, { render }] = await Promise.all([import("/models/index.js"), import("/ask.js"), import("/lib/preact.js")]);
  const question = await load(QUESTIONS.find(q => q.name === name)), answers = (globalThis.answers ??= new Map()), wrong = [];
  for (const request of [first, second].filter(Boolean)) {
    const key = JSON.stringify(request);
    if (!answers.has(key)) await ask(question, request, undefined, answer => answers.set(key, answer));
  }
  const [answer, other] = [first, second].map(request => request && answers.get(JSON.stringify(request))), place = document.body.appendChild(document.createElement("div"));
  if (!answer) return ["no answer"];
  const figures = question.figures(first, answer);
  if (figures.length > 8 || figures.some(f => !f.text || /undefined|null|NaN/.test(f.name + f.text))) wrong.push(`figures ${JSON.stringify(figures)}`);
  for (const { caption, columns, rows } of question.table(first, answer)) if (rows.some(row => row.length !== columns.length || row.includes(undefined))) wrong.push(`table ${caption}`);
  for (const width of widths) {
    place.style.width = `${width}px`;
    render(null, place);
    render(question.draw(first, answer, other && { request: second, answer: other }, { first: "first", second: "second" }), place);
    // A drawing learns the width of its place from the browser, some frames later.
    const isDrawn = () => [...place.querySelectorAll(".drawing")].every(of => Math.abs((of.querySelector(":scope > svg")?.width.baseVal.value ?? 0) - of.clientWidth) <= 1);
    for (const end = performance.now() + patience; !isDrawn() && performance.now() < end; ) await new Promise(requestAnimationFrame);
    if (!isDrawn()) wrong.push(`${width}: a drawing is not as wide as its place`);
    const pictures = [...place.querySelectorAll("figure svg[role=img]")];
    if (!pictures.length) wrong.push("no picture");
    for (const picture of pictures) {
      const frame = picture.getBoundingClientRect(), texts = [...picture.querySelectorAll("text")].map(text => {
        const box = text.getBoundingClientRect();
        return { text: [...text.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data).join(""), left: box.left - frame.left, right: box.right - frame.left, top: box.top - frame.top, bottom: box.bottom - frame.top };
      }).filter(label => label.text);
      if (!picture.getAttribute("aria-label") || /NaN|undefined|Infinity/.test(picture.outerHTML)) wrong.push(`${width}: not a number, or no label: ${picture.getAttribute("aria-label")}`);
      if (!picture.closest("figure").querySelector("figcaption > span").textContent) wrong.push(`${width}: no caption`);
      texts.forEach((a, i) => {
        if (a.left < -2 || a.right > frame.width + 2 || a.top < -2 || a.bottom > frame.height + 2) wrong.push(`${width}: "${a.text}" leaves the drawing`);
        for (const b of texts.slice(i + 1)) if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 4 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4) wrong.push(`${width}: "${a.text}" and "${b.text}" lie upon each other`);
      });
    }
  }
  place.remove();
  return wrong;
}

withBrowser(async browser => {
  const page = await newPage(browser), before = {};
  await page.goto(`${base}/`);
  await page.waitForSelector("main");
  for (const { question: name, request } of lines) {
    for (const second of [undefined, before[name]].slice(0, before[name] ? 2 : 1)) {
      for (const what of await page.evaluate(drawn, { name, first: request, second, widths: WIDTHS, patience: PATIENCE })) complain(`${name}${second ? ", compared" : ""}: ${what}: ${JSON.stringify(request).slice(0, 200)}`);
    }
    before[name] = request;
  }
  expect(!page.complaints.length, `the page complains: ${page.complaints}`);
  console.log(`${lines.length} requests drawn`);
});
