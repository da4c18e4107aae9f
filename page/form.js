// A form from the contract: its comments are the help texts, "Required." is a mark, "Absent:" a placeholder.
import { html } from "./draw/figure.js";
import { amount, brief, percent } from "./models/words.js";
import { isDecimal, typed } from "./num.js";

export const words = name => { const text = name.replaceAll("_", " "); return text[0].toUpperCase() + text.slice(1); };
const isFraction = name => /(_rate|_ratio|_margin|_share|_intensity|required_return|return_on_invested_capital)$/.test(name);
const short = (contract, kind, name) => {
  const values = contract.enums[kind].values, prefix = values[0].name.replace(/UNSPECIFIED$/, "");
  return name.replace(prefix, "").toLowerCase().replaceAll("_", " ");
};

/** What a comment says of a field, apart from what the form shows by other means. */
function said(field) {
  const doc = field.comment.replaceAll("\n", " ");
  return { isRequired: /^Required\b(?! unless)/.test(doc), absent: /Absent: "([^"]+)"/.exec(doc)?.[1], help: doc.replace(/^Required\.\s*/, "").replaceAll("`", "") };
}

const choice = (message, name) => message.oneofs?.find(o => o.name === name)?.comment ?? "";
const without = (object, name) => { const { [name]: _, ...rest } = object ?? {}; return rest; };
const withValue = (object, name, value) => (value === undefined || value === "" || value === false ? without(object, name) : { ...object, [name]: value });

export function Fields({ contract, kind, value, change, at = "", errors, leave = [], more = true, optional = false }) {
  const message = contract.messages[kind];
  const fields = message.fields.filter(field => !leave.includes(field.name) && field.name !== "options");
  const shown = field => !field.oneof || fields.find(f => f.oneof === field.oneof) === field;
  const set = (name, inner) => change(withValue(value, name, inner));
  const draw = field => field.oneof
    ? html`<${OneOf} key=${field.oneof} ...${{ contract, fields: fields.filter(f => f.oneof === field.oneof), doc: choice(message, field.oneof), name: field.oneof, value, change, at, errors }} />`
    : html`<${Field} key=${field.name} ...${{ contract, field, value: value?.[field.name], set: inner => set(field.name, inner), at: at + field.name, errors, optional }} />`;
  const isFirst = field => said(field).isRequired || field.is_list || (field.oneof ? /^Required/.test(choice(message, field.oneof)) : false) || value?.[field.name] !== undefined || ["cash_balance"].includes(field.name);
  const all = fields.filter(shown), first = more ? all.filter(isFirst) : all, later = more ? all.filter(field => !isFirst(field)) : [];
  return html`${first.map(draw)}${later.length > 0 && html`<details class="later"><summary>${later.length} more, left at ${later.length > 1 ? "their defaults" : "its default"}</summary>${later.map(draw)}</details>`}`;
}

function OneOf({ contract, fields, doc, name, value, change, at, errors }) {
  const chosen = fields.find(field => value?.[field.name] !== undefined);
  const choose = field => {
    let rest = value;
    for (const other of fields) rest = without(rest, other.name);
    change(field ? { ...rest, [field.name]: field.type === "decimal" ? "" : {} } : rest);
  };
  const isRequired = /^Required/.test(doc), error = errors[at + name];
  return html`<fieldset class="oneof"><legend>${words(name)}${isRequired && html`<abbr title="required">*</abbr>`}</legend>
    <div class="choice" role="radiogroup" aria-label=${words(name)}>
      ${!isRequired && html`<label class=${chosen ? "" : "on"}><input type="radio" name=${at + name} checked=${!chosen} onChange=${() => choose(null)} />none</label>`}
      ${fields.map(field => html`<label class=${chosen === field ? "on" : ""}><input type="radio" name=${at + name} checked=${chosen === field} onChange=${() => choose(field)} />${words(field.name).toLowerCase()}</label>`)}
    </div>
    ${chosen && html`<${Field} ...${{ contract, field: chosen, value: value[chosen.name], set: inner => change({ ...value, [chosen.name]: inner ?? "" }), at: at + chosen.name, errors, bare: chosen.type !== "decimal" }} />`}
    ${error && html`<p class="error">${error}</p>`}</fieldset>`;
}

function Field({ contract, field, value, set, at, errors, bare = false, optional = false }) {
  if (field.is_list && field.type === "decimal") return html`<${Amounts} ...${{ field, value, set, at, errors }} />`;
  if (field.is_list) return html`<${Rows} ...${{ contract, field, value, set, at, errors }} />`;
  if (contract.messages[field.type]) {
    const inside = html`<${Fields} ...${{ contract, kind: field.type, value, change: set, at: at + ".", errors, more: false }} />`;
    return bare ? inside : html`<fieldset><legend>${words(field.name)}</legend>${inside}</fieldset>`;
  }
  const { isRequired, absent, help } = said(field), id = "f-" + at, error = errors[at];
  return html`<div class=${"field" + (error ? " wrong" : "")}>
    <label for=${id}>${words(field.name)}${isRequired && !optional && html`<abbr title="required">*</abbr>`}</label>
    <${Control} ...${{ contract, field, value, set, id, absent, error, describedby: `${id}-help ${id}-error` }} />
    <p class="help" id=${id + "-help"}>${help}</p>
    <p class="error" id=${id + "-error"}>${error}</p></div>`;
}

function Control({ contract, field, value, set, id, absent, error, label, describedby, echoes = !label }) {
  const common = { id, "aria-describedby": describedby, "aria-invalid": error ? "true" : undefined, "aria-label": label };
  if (field.type === "bool") return html`<input type="checkbox" ...${common} checked=${value ?? false} onChange=${e => set(e.target.checked)} />`;
  if (contract.enums[field.type]) {
    const values = contract.enums[field.type].values;
    return html`<select ...${common} value=${value ?? values[0].name} onChange=${e => set(e.target.value === values[0].name ? undefined : e.target.value)}>
      ${values.map(({ name, comment: doc }, i) => html`<option value=${name} title=${doc}>${i ? short(contract, field.type, name) : "–"}</option>`)}</select>`;
  }
  if (field.type.startsWith("uint")) return html`<input type="text" inputmode="numeric" ...${common} value=${value ?? ""} onInput=${e => set(/^\d{1,9}$/.test(e.target.value) ? Number(e.target.value) : e.target.value === "" ? undefined : value)} />`;
  if (field.name.endsWith("_date") || field.name === "date") return html`<input type="date" ...${common} value=${value ?? ""} onInput=${e => set(e.target.value)} />`;
  const isText = ["name", "currency_code"].includes(field.name);
  const read = isText ? value : value && typed(value);
  return html`<span class="control"><input type="text" inputmode=${isText ? undefined : "decimal"} class=${isText ? "" : "figure"} autocomplete="off" spellcheck=${false} ...${common}
      placeholder=${absent} value=${value ?? ""} onInput=${e => set(e.target.value)} onBlur=${() => !isText && read !== value && set(read)} />
    ${!isText && echoes && read && isDecimal(read) && html`<span class="echo">${isFraction(field.name) ? percent(read, 4) : /[eE]|\d{5}/.test(read) ? (label ? brief : amount)(expanded(read)) : ""}</span>`}</span>`;
}

const expanded = text => { const [m, e] = text.toLowerCase().split("e"); const f = (m.split(".")[1] ?? "").length; return e && Number(e) >= f ? m.replace(".", "") + "0".repeat(Number(e) - f) : String(Number(text)); };

/** Lines of pasted text, from a spreadsheet's column or rows. */
const pasted = event => (event.clipboardData?.getData("text") ?? "").trim().split(/\r?\n/).map(line => line.split("\t"));

function Amounts({ field, value = [], set, at, errors }) {
  const put = (i, text) => set(value.map((v, j) => (j === i ? text : v)));
  const paste = (i, event) => {
    const lines = pasted(event).flat().map(typed);
    if (lines.length > 1) { event.preventDefault(); set([...value.slice(0, i), ...lines, ...value.slice(i + 1)]); }
  };
  return html`<fieldset class="rows"><legend>${words(field.name)}</legend><p class="help">${said(field).help} Paste a column from a spreadsheet into any row.</p>
    <ol class="amounts" start="0">${value.map((text, i) => html`<li class=${errors[`${at}[${i}]`] ? "wrong" : ""}><span class="index">${i}</span>
      <input class="figure" inputmode="decimal" autocomplete="off" aria-label=${`${words(field.name)} ${i}`} value=${text} onInput=${e => put(i, e.target.value)} onBlur=${() => put(i, typed(text))} onPaste=${e => paste(i, e)} />
      <button type="button" class="drop" aria-label=${`remove ${i}`} onClick=${() => set(value.filter((_, j) => j !== i))}>×</button>
      ${errors[`${at}[${i}]`] && html`<p class="error">${errors[`${at}[${i}]`]}</p>`}</li>`)}</ol>
    ${errors[at] && html`<p class="error">${errors[at]}</p>`}
    <button type="button" class="add" onClick=${() => set([...value, ""])}>Add a period</button></fieldset>`;
}

function Rows({ contract, field, value = [], set, at, errors }) {
  const message = contract.messages[field.type], one = words(field.name).toLowerCase().replace(/s$/, "");
  const main = message.fields.filter(f => !f.oneof && (said(f).isRequired || ["date"].includes(f.name)));
  const extra = message.fields.filter(f => !main.includes(f)).map(f => f.name);
  const put = (i, inner) => set(value.map((v, j) => (j === i ? inner : v)));
  const wrong = i => Object.entries(errors).filter(([path]) => path.startsWith(`${at}[${i}]`));
  return html`<fieldset class="rows"><legend>${words(field.name)}</legend><p class="help">${said(field).help}</p>
    ${value.map((row, i) => html`<div class=${"row" + (wrong(i).length ? " wrong" : "")} key=${i}>
      ${main.map(f => html`<${Control} key=${f.name} ...${{ contract, field: f, value: row[f.name], set: inner => put(i, withValue(row, f.name, inner)), label: `${words(f.name)} of ${one} ${i + 1}`, echoes: main.length < 3, error: errors[`${at}[${i}].${f.name}`] }} />`)}
      <button type="button" class="drop" aria-label=${`remove ${one} ${i + 1}`} onClick=${() => set(value.filter((_, j) => j !== i))}>×</button>
      ${extra.length > 0 && html`<details class="extra" open=${extra.some(name => row[name] !== undefined)}><summary>${extra.filter(n => row[n] !== undefined).map(n => words(n).toLowerCase()).join(", ") || "growth, months …"}</summary>
        <${Fields} ...${{ contract, kind: field.type, value: row, change: inner => put(i, inner), at: `${at}[${i}].`, errors, leave: main.map(f => f.name), more: false }} /></details>`}
      ${wrong(i).map(([, text]) => html`<p class="error">${text}</p>`)}</div>`)}
    ${errors[at] && html`<p class="error">${errors[at]}</p>`}
    <button type="button" class="add" onClick=${() => set([...value, {}])}>Add ${/^[aeiou]/.test(one) ? "an" : "a"} ${one}</button></fieldset>`;
}

export function sent(value, name = "") {
  if (Array.isArray(value)) return value.map(v => sent(v, name));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, sent(v, k)]));
  return typeof value === "string" && !/name|date|code|period|mode|day_count|first_flow/.test(name) ? typed(value) : value;
}
