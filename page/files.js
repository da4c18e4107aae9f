// Files: tables as CSV, drawings as SVG, and a saved request opened again. All of it stays in the browser. Loaded when it is asked for.
import { useState } from "./lib/hooks.js";
import { html } from "./draw/figure.js";
import { formOf, fits } from "./comment.js";
import { QUESTIONS, load } from "./models/index.js";
import { save } from "./save.js";

/** Tables as a spreadsheet reads them, with every digit. A text that it would take for a formula has an apostrophe before it. */
export function csv(tables) {
  const text = cell => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
  const field = cell => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const lines = tables.flatMap(({ caption, columns, rows }, i) => [
    ...(i ? [[]] : []), ...(tables.length > 1 ? [[text(caption)]] : []), columns.map(column => text(column.name)),
    ...rows.map(row => row.map((cell, j) => (cell === null || cell === undefined ? "" : columns[j].as === "text" ? text(String(cell)) : String(cell)))),
  ]);
  return "\ufeff" + lines.map(line => line.map(field).join(",") + "\r\n").join("");
}

export const saveCsv = (question, tables) => save(`paydirt-${question.name}.csv`, "text/csv", csv(tables));

const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "stroke-linecap", "opacity", "font-family", "font-size", "font-weight", "letter-spacing", "text-anchor", "paint-order", "visibility"];
const SPACE = "http://www.w3.org/2000/svg";

/** A drawing whose looks stand in it, and no longer in the page's style sheet. */
function standing(drawing) {
  const copy = drawing.cloneNode(true), from = [drawing, ...drawing.querySelectorAll("*")], into = [copy, ...copy.querySelectorAll("*")];
  from.forEach((element, i) => {
    const looks = getComputedStyle(element);
    for (const name of LOOKS) into[i].setAttribute(name, looks.getPropertyValue(name).replace(/url\("?[^#"]*(#[^")]*)"?\)/, "url($1)"));
    into[i].removeAttribute("class");
  });
  return copy;
}

/** The drawings within an element, one below the other, each under its caption. */
export function saveSvg(question, place) {
  const figures = [...place.querySelectorAll("figure")].filter(figure => figure.querySelector("svg")), looks = getComputedStyle(place);
  const whole = document.createElementNS(SPACE, "svg"), paper = document.createElementNS(SPACE, "rect"), margin = 16;
  let y = margin, wide = 0;
  whole.append(paper);
  for (const figure of figures) {
    const drawing = figure.querySelector("svg"), { width, height } = drawing.getBoundingClientRect(), caption = document.createElementNS(SPACE, "text"), copy = standing(drawing);
    const looksOf = { x: margin, y: y + 14, "font-family": looks.fontFamily, "font-size": 14, "font-weight": 600, fill: looks.color };
    for (const [name, value] of Object.entries(looksOf)) caption.setAttribute(name, value);
    caption.textContent = figure.querySelector("figcaption").firstChild.textContent.trim();
    copy.setAttribute("x", margin);
    copy.setAttribute("y", y + 26);
    whole.append(caption, copy);
    y += height + 26 + margin;
    wide = Math.max(wide, width);
  }
  for (const [name, value] of Object.entries({ xmlns: SPACE, width: wide + 2 * margin, height: y, viewBox: `0 0 ${wide + 2 * margin} ${y}` })) whole.setAttribute(name, value);
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: getComputedStyle(document.body).backgroundColor })) paper.setAttribute(name, value);
  save(`paydirt-${question.name}.svg`, "image/svg+xml", new XMLSerializer().serializeToString(whole));
}

/** A field that takes a file which `saveJson` has written. */
export function OpenFile({ contract, open }) {
  const [problem, setProblem] = useState(null);
  const take = async event => {
    const file = event.target.files[0];
    if (!file) return;
    try {
      const { model, requests } = JSON.parse(await file.text()), about = QUESTIONS.find(q => q.name === model), question = about && (await load(about));
      const isOurs = question && requests.length > 0 && requests.every(request => fits(contract, formOf(contract, question).all, request));
      if (!isOurs) throw new SyntaxError("another kind of file");
      open({ question, sets: requests.slice(0, 2) });
    } catch {
      setProblem(`${file.name} is no request that this page has saved.`);
    }
  };
  return html`<p class="open-file"><label>Open a saved request <input type="file" accept=".json,application/json" onChange=${take} /></label></p>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}`;
}
