// Lists of a form: rows of fields, and columns of decimals. Both take what was copied from a spreadsheet.
import { useEffect, useRef, useState } from "./lib/hooks.js";
import { html } from "./draw/figure.js";
import { said, words } from "./comment.js";
import { Control, Fields, echo, withValue } from "./form.js";

/** The longest list with a field for each item: a longer one is text, a line for each. */
const FIELDS_MAX = 100;
/** The most rows that have fields of their own: more are sent, and not shown. */
const ROWS_MAX = 400;
/** The most mistakes of a long list that are named below it. */
const NAMED_MAX = 20;

/** The cells of pasted text, or null where it is a single one, which the browser pastes as ever. */
function pasted(event) {
  const lines = (event.clipboardData?.getData("text") ?? "").replace(/\r?\n$/, "").split(/\r?\n/).map(line => line.split("\t").map(cell => cell.trim()));
  if (lines.length < 2 && lines[0].length < 2) return null;
  event.preventDefault();
  return lines;
}

/** Moves the focus after the list has changed: to the field of that id. */
function useFocus() {
  const wanted = useRef(null);
  useEffect(() => {
    if (wanted.current) document.getElementById(wanted.current)?.focus();
    wanted.current = null;
  });
  return id => { wanted.current = id; };
}

const article = noun => (/^[aeiou]/i.test(noun) ? "an " : "a ") + noun;
const singular = name => words(name).toLowerCase().replace(/s$/, "");

export function Amounts({ form, field, value = [], set, at }) {
  const focus = useFocus(), id = "f-" + at, { brief, rest } = said(form.contract, field), error = form.errors[at];
  const names = form.labels?.(field.name), start = /period 0 first/.test(field.comment) ? 0 : 1, name = i => names?.[i] || String(i + start);
  const put = (i, text) => set(value.map((v, j) => (j === i ? text : v)));
  const paste = (i, event) => {
    const cells = pasted(event)?.flat();
    if (cells) set([...value.slice(0, i), ...cells, ...value.slice(i + cells.length)]);
  };
  const help = html`<p class="help" id=${id + "-help"}>${brief}${form.isWhole && rest && ` ${rest}`} A column copied from a spreadsheet can be pasted.</p>`;
  if (value.length > FIELDS_MAX) {
    const wrong = Object.entries(form.errors).filter(([path]) => path.startsWith(at + "["));
    return html`<fieldset class="rows"><legend id=${id + "-name"}>${words(field.name)}</legend>${help}
      <textarea id=${id} class="figure" rows="12" aria-labelledby=${id + "-name"} aria-describedby=${id + "-help"} aria-invalid=${wrong.length || error ? "true" : undefined}
        onInput=${e => set(e.target.value.split("\n"))} onBlur=${() => (set(value.map(v => v.trim()).filter(Boolean)), form.touch(at))} value=${value.join("\n")}></textarea>
      <p class="help">${value.length} lines</p>${error && html`<p class="error">${error}</p>`}
      ${wrong.slice(0, NAMED_MAX).map(([path, text]) => html`<p class="error">${name(Number(/\[(\d+)\]$/.exec(path)?.[1] ?? 0))}: ${text}</p>`)}</fieldset>`;
  }
  return html`<fieldset class="rows" id=${id} tabindex="-1"><legend>${words(field.name)}</legend>${help}
    <ol class="amounts">${value.map((text, i) => {
      const here = `${at}[${i}]`, wrong = form.errors[here];
      return html`<li key=${i} class=${wrong ? "wrong" : ""}><span class="index">${name(i)}</span>
        <span class="control"><input id=${"f-" + here} class="figure" inputmode="decimal" autocomplete="off" spellcheck=${false} aria-label=${`${words(field.name)} ${name(i)}`} aria-invalid=${wrong ? "true" : undefined} aria-describedby=${`f-${here}-error f-${here}-echo`}
          value=${text} onInput=${e => put(i, e.target.value)} onPaste=${e => paste(i, e)} onBlur=${() => form.touch(here)} /><span class="echo" id=${`f-${here}-echo`}>${echo(form.contract, field, text)}</span></span>
        <button type="button" class="drop" aria-label=${`Remove ${words(field.name).toLowerCase()} ${name(i)}`} onClick=${() => (focus(id + "-add"), set(value.filter((_, j) => j !== i)))}>×</button>
        <p class="error" id=${`f-${here}-error`}>${wrong}</p></li>`;
    })}</ol>
    ${error && html`<p class="error">${error}</p>`}
    <button type="button" class="add" id=${id + "-add"} onPaste=${e => paste(value.length, e)} onClick=${() => (focus(`f-${at}[${value.length}]`), set([...value, ""]))}>Add ${article(singular(field.name))}</button></fieldset>`;
}

export function Rows({ form, field, value = [], set, at }) {
  const { contract, errors } = form, focus = useFocus(), message = contract.messages[field.type], one = singular(field.name), id = "f-" + at, { brief, rest } = said(contract, field);
  const isSimple = f => !f.oneof && !f.is_list && !contract.messages[f.type], required = message.fields.filter(f => isSimple(f) && said(contract, f).isFirst), others = message.fields.filter(f => !required.includes(f));
  // A name alone leaves room for the one figure that may stand beside it.
  const main = required.length === 1 && others.length === 1 && isSimple(others[0]) ? [...required, ...others] : required;
  const extra = others.filter(f => !main.includes(f)), needed = extra.filter(f => said(contract, f).isRequired), later = extra.filter(f => !needed.includes(f));
  const put = (i, inner) => set(value.map((v, j) => (j === i ? inner : v)));
  const paste = (i, column, event) => {
    const lines = pasted(event);
    if (!lines) return;
    const rows = [...value];
    lines.forEach((cells, k) => cells.forEach((cell, j) => {
      const into = main[column + j];
      if (into) rows[i + k] = withValue(rows[i + k] ?? {}, into.name, contract.enums[into.type] ? wordOf(contract.enums[into.type], cell) : cell);
    }));
    set(rows);
  };
  return html`<fieldset class="rows" id=${id} tabindex="-1"><legend>${words(field.name)}</legend><p class="help">${brief}${form.isWhole && rest && ` ${rest}`}</p>
    ${value.slice(0, ROWS_MAX).map((row, i) => {
      const here = `${at}[${i}]`, isWrong = Object.keys(errors).some(path => path.startsWith(here)), ofMain = main.map(f => [f, errors[`${here}.${f.name}`]]).filter(([, text]) => text);
      const fields = (some, isFlat) => html`<${Fields} ...${{ form, fields: some, oneofs: message.oneofs, value: row, change: inner => put(i, inner), at: here + ".", isFlat }} />`;
      return html`<div class=${`row of-${main.length}` + (isWrong ? " wrong" : "")} key=${i} role="group" aria-label=${`${words(field.name)} ${i + 1}`}>
        ${main.map((f, column) => html`<span class="cell" key=${f.name} onPaste=${e => paste(i, column, e)}><${Control} ...${{ form, field: f, value: row[f.name], set: inner => put(i, withValue(row, f.name, inner)), at: `${here}.${f.name}`, label: `${words(f.name)} of ${one} ${i + 1}`, describedby: `f-${here}.${f.name}-echo f-${here}.${f.name}-error` }} /></span>`)}
        <button type="button" class="drop" aria-label=${`Remove ${one} ${i + 1}`} onClick=${() => (focus(id + "-add"), set(value.filter((_, j) => j !== i)))}>×</button>
        ${ofMain.map(([f, text]) => html`<p class="error" id=${`f-${here}.${f.name}-error`} key=${f.name + "-error"}>${main.length > 1 && words(f.name) + ": "}${text}</p>`)}
        ${errors[here] && html`<p class="error">${errors[here]}</p>`}
        ${needed.length > 0 && html`<div class="inner">${fields(needed, true)}</div>`}
        ${later.length > 0 && html`<${Later} key=${value.length} ...${{ later, row, fields, isWrong: later.some(f => errors[`${here}.${f.name}`]) }} />`}</div>`;
    })}
    ${value.length > ROWS_MAX && html`<p class="help">${value.length - ROWS_MAX} more rows are sent, and not shown.</p>`}
    ${errors[at] && html`<p class="error">${errors[at]}</p>`}
    <button type="button" class="add" id=${id + "-add"} onPaste=${e => paste(value.length, 0, e)} onClick=${() => (focus(`f-${at}[${value.length}].${main[0].name}`), set([...value, {}]))}>Add ${article(one)}</button></fieldset>`;
}

/** The other fields of a row: those that it has stand open, the rest behind a summary. Decided once, as in the form itself. */
function Later({ later, row, fields, isWrong }) {
  const [there] = useState(() => later.filter(f => later.some(o => (o === f || (f.oneof && o.oneof === f.oneof)) && row[o.name] !== undefined))), rest = later.filter(f => !there.includes(f));
  const names = [...new Set(rest.map(f => words(f.oneof ?? f.name).toLowerCase()))];
  return html`${there.length > 0 && html`<div class="inner">${fields(there, true)}</div>`}
    ${rest.length > 0 && html`<details class="extra" open=${isWrong || undefined}><summary>${names.slice(0, 2).join(", ")}${names.length > 2 && " …"}</summary>${fields(rest, true)}</details>`}`;
}

/** A word of a spreadsheet as a value of an enum: "month", "Monthly". Another word stays, for the server to refuse. */
function wordOf(of, cell) {
  const plain = cell.toLowerCase().replace(/ly$/, "").replaceAll(/[ -]/g, "_");
  return of.values.slice(1).find(v => v.name === cell || v.name.toLowerCase().endsWith("_" + plain))?.name ?? cell;
}
