// A form from the contract: its comments are the help texts, "Required." is a mark, "Absent:" a placeholder.
import { useState } from "./lib/hooks.js";
import { html } from "./draw/figure.js";
import { amount, percent } from "./models/words.js";
import { choices, said, short, words } from "./comment.js";
import { expanded, isDecimal, typed } from "./num.js";
import { Amounts, Rows } from "./rows.js";

const without = (object, name) => {
  const { [name]: _, ...rest } = object ?? {};
  return rest;
};
export const withValue = (object, name, value) => (value === undefined || value === "" || value === false ? without(object, name) : { ...object, [name]: value });

/** The request as it is sent: what was typed as 150bn or 35 % becomes a decimal. */
export function sent(contract, fields, value) {
  const one = (field, inner) => {
    if (contract.messages[field.type]) return sent(contract, contract.messages[field.type].fields, inner);
    if (field.type === "decimal") return typed(inner);
    return field.type === "uint32" && /^\d{1,9}$/.test(inner) ? Number(inner) : inner;
  };
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => {
    const field = fields.find(f => f.name === name);
    return [name, !field ? inner : field.is_list ? inner.map(item => one(field, item)) : one(field, inner)];
  }));
}

/**
 * The fields of a message. `form` is what all of them share: { contract, errors, touch, isWhole, labels }. Fields that the request lacks and
 * that it can go without stand behind a summary, but not within rows (`isFlat`).
 */
export function Fields({ form, fields, oneofs = [], value, change, at = "", first = [], isFlat = false }) {
  const { contract } = form, comment = name => oneofs.find(of => of.name === name)?.comment ?? "";
  const lead = field => fields.find(f => f.oneof === field.oneof);
  // Decided once: a field that is filled must not move away under the cursor.
  const [isFirst] = useState(() => {
    const isNow = field => isFlat || field.is_list || said(contract, field).isFirst && !field.isFree || first.includes(field.name) || value?.[field.name] !== undefined;
    const all = new Set(fields.filter(isNow).map(f => f.name));
    for (const f of fields) if (f.oneof && (/^Required/.test(comment(f.oneof)) || fields.some(o => o.oneof === f.oneof && value?.[o.name] !== undefined))) all.add(lead(f).name);
    return name => all.has(name);
  });
  const set = (name, inner) => change(withValue(value, name, inner));
  const draw = field => field.oneof
    ? html`<${OneOf} key=${field.oneof} ...${{ form, fields: fields.filter(f => f.oneof === field.oneof), comment: comment(field.oneof), name: field.oneof, value, change, at }} />`
    : html`<${Field} key=${field.name} ...${{ form, field, value: value?.[field.name], set: inner => set(field.name, inner), at: at + field.name }} />`;
  const all = fields.filter(field => !field.oneof || lead(field) === field), later = all.filter(field => !isFirst(field.name));
  const isWrong = later.some(field => Object.keys(form.errors).some(path => path === at + field.name || path === at + field.oneof));
  return html`${all.filter(field => isFirst(field.name)).map(draw)}
    ${later.length > 0 && html`<details class="later" open=${isWrong || undefined}><summary>${later.length} more, left at ${later.length > 1 ? "their defaults" : "its default"}</summary>${later.map(draw)}</details>`}`;
}

function OneOf({ form, fields, comment, name, value, change, at }) {
  const chosen = fields.find(field => value?.[field.name] !== undefined), isRequired = /^Required/.test(comment), error = form.errors[at + name];
  const choose = field => {
    const rest = fields.reduce((kept, other) => without(kept, other.name), value);
    change(field ? { ...rest, [field.name]: field.type === "decimal" ? "" : {} } : rest);
  };
  const pill = (field, text) => html`<label class=${chosen === field ? "on" : ""}><input type="radio" name=${at + name} checked=${chosen === field} onChange=${() => choose(field)} />${text}</label>`;
  // An arm that is chosen and empty is there, and is sent as it is: the server names what it lacks.
  return html`<fieldset class="oneof" id=${"f-" + at + name} tabindex="-1"><legend>${words(name)}${isRequired && html`<abbr title="required">*</abbr>`}</legend>
    <div class="choice" role="radiogroup" aria-label=${words(name)}>${!isRequired && pill(undefined, "none")}${fields.map(field => pill(field, words(field.name).toLowerCase()))}</div>
    ${chosen && html`<${Field} key=${chosen.name} ...${{ form, field: chosen, value: value[chosen.name], set: inner => change({ ...value, [chosen.name]: inner ?? "" }), at: at + chosen.name, isBare: chosen.type !== "decimal" }} />`}
    ${error && html`<p class="error">${error}</p>`}</fieldset>`;
}

export function Field({ form, field, value, set, at, isBare = false }) {
  const { contract } = form, inner = contract.messages[field.type];
  if (field.is_list) return inner ? html`<${Rows} ...${{ form, field, value, set, at }} />` : html`<${Amounts} ...${{ form, field, value, set, at }} />`;
  if (inner) {
    const inside = html`<${Fields} ...${{ form, fields: inner.fields, oneofs: inner.oneofs, value, change: set, at: at + ".", isFlat: isBare }} />`, error = form.errors[at];
    return isBare ? inside : html`<fieldset id=${"f-" + at} tabindex="-1"><legend>${words(field.name)}</legend>${inside}${error && html`<p class="error">${error}</p>`}</fieldset>`;
  }
  const { isRequired, brief, rest } = said(contract, field), id = "f-" + at, error = form.errors[at];
  return html`<div class=${"field" + (error ? " wrong" : "")}>
    <label for=${id}>${words(field.name)}${isRequired && !field.isFree && html`<abbr title="required">*</abbr>`}</label>
    <${Control} ...${{ form, field, value, set, at, describedby: `${id}-echo ${id}-help ${id}-error` }} />
    <p class="help" id=${id + "-help"}>${brief}${form.isWhole && rest && ` ${rest}`}</p>
    <p class="error" id=${id + "-error"}>${error}</p></div>`;
}

/** The decimal that was read, in words, where the eye gains by it: "150 billion", "35 %". */
export function echo(contract, field, value) {
  const read = value && typed(value);
  if (!read || !isDecimal(read)) return "";
  if (said(contract, field).isFraction) return percent(expanded(read), 4);
  return /[eE]|\d{5}/.test(read) || read !== value.trim() ? amount(expanded(read)) : "";
}

/** The control of a single field. `label` is there where no label of its own stands beside it, as in a row. */
export function Control({ form, field, value, set, at, label, describedby }) {
  const { contract } = form, id = "f-" + at, { absent, example, isFraction } = said(contract, field);
  const common = { id, "aria-describedby": describedby, "aria-invalid": form.errors[at] ? "true" : undefined, "aria-label": label, onBlur: () => form.touch(at) };
  if (field.type === "bool") return html`<input type="checkbox" ...${common} checked=${value ?? false} onChange=${e => set(e.target.checked)} />`;
  if (contract.enums[field.type]) {
    const of = contract.enums[field.type], standard = of.values.find(v => new RegExp(`Absent: ${v.name}\\b`).test(field.comment));
    return html`<select ...${common} value=${value ?? ""} onChange=${e => set(e.target.value || undefined)}>
      <option value="">${standard ? `– (${short(of, standard)})` : "–"}</option>${choices(contract, field).map(v => html`<option value=${v.name} title=${v.comment}>${short(of, v)}</option>`)}</select>`;
  }
  if (field.type === "uint32") return html`<input type="text" inputmode="numeric" autocomplete="off" ...${common} placeholder=${absent} value=${value ?? ""} onInput=${e => set(e.target.value)} />`;
  // A date that no calendar of a browser can show is kept as it is, for the server to refuse.
  if (/(^|_)date$/.test(field.name)) return html`<input type=${!value || /^\d{4}-\d{2}-\d{2}$/.test(value) ? "date" : "text"} ...${common} value=${value ?? ""} onInput=${e => set(e.target.value)} />`;
  if (field.type !== "decimal") return html`<input type="text" autocomplete="off" spellcheck=${false} ...${common} placeholder=${example && `e.g. ${example}`} value=${value ?? ""} onInput=${e => set(e.target.value)} />`;
  const shown = text => (isFraction ? percent(expanded(text), 4) : amount(expanded(text))), said_ = echo(contract, field, value);
  return html`<span class="control"><input type="text" inputmode="decimal" class="figure" autocomplete="off" spellcheck=${false} ...${common}
    placeholder=${absent ? shown(absent) : example && isDecimal(example) ? `e.g. ${shown(example)}` : undefined} value=${value ?? ""} onInput=${e => set(e.target.value)} /><span class="echo" id=${id + "-echo"}>${said_}</span></span>`;
}
