// Comments of the contract, as a form shows them. They are regular: "Required.", what the field is, then
// Absent, Unit, Range, Items, Text and Example, each with a colon.

/** "net_new_revenue" → "Net new revenue" */
export const words = name => {
  const text = name.replaceAll("_", " ");
  return text[0].toUpperCase() + text.slice(1);
};

/** The short word for a value of an enum: "PERIOD_HALF_YEAR" → "half year", and what people call it where its comment says so, "30/360". */
export function short(of, value) {
  const called = /^([^:]*\/[^:]*):/.exec(value.comment)?.[1];
  const prefix = of.values[0].name.replace(/UNSPECIFIED$/, "");
  return called ?? value.name.replace(prefix, "").toLowerCase().replaceAll("_", " ").replace("macrs", "MACRS");
}

/** A comment with names as words: neither cash_balance nor PERIOD_YEAR is anybody's language. */
function readable(contract, text) {
  const values = Object.values(contract.enums).flatMap(of => of.values.map(value => [value.name, of, value]));
  return text
    .replace(/\b[A-Z]+(_[A-Z0-9]+)+\b/g, name => {
      const found = values.find(([known]) => known === name);
      return found ? `“${short(found[1], found[2])}”` : name.toLowerCase().replaceAll("_", " ");
    })
    .replace(/\b[a-z]+(_[a-z]+)+\b/g, name => `“${words(name)}”`)
    .replaceAll("`", "");
}

const KEYS = /(?:^|\s)(Absent|Unit|Range|Items|Text|Example): /;
const known = new Map();

/**
 * { isRequired, isFirst, brief, rest, absent, example, unit, isFraction }: `brief` is the first sentence, `rest` what follows it; `isFirst`
 * says that a request can hardly go without the field.
 */
export function said(contract, field) {
  if (known.has(field.comment)) return known.get(field.comment);
  const [description, ...parts] = field.comment.split("\n\n")[0].replaceAll("\n", " ").split(KEYS), of = {};
  for (let i = 0; i < parts.length; i += 2) of[parts[i]] = parts[i + 1].trim();
  const condition = /^Required(, [^.]*)?\.\s*/.exec(description)?.[0] ?? "";
  const sentences = description.slice(condition.length).split(/(?<=\.)\s+(?=[A-Z])/);
  const rest = [condition.startsWith("Required,") && condition, ...sentences.slice(1), of.Absent && !/^"/.test(of.Absent) && `Left empty: ${of.Absent}`, of.Unit && `Unit: ${of.Unit}`, of.Range && `Range: ${of.Range}`, of.Items && `Items: ${of.Items}`];
  const quoted = text => /^\[?"([^"]+)"/.exec(text ?? "")?.[1];
  const what = {
    isRequired: /^Required\.\s/.test(condition + " ") && condition !== "",
    isFirst: /^Required\.|^Required, (unless|but)/.test(condition),
    brief: readable(contract, sentences[0].trim()),
    rest: readable(contract, rest.filter(Boolean).join(" ").trim()),
    absent: quoted(of.Absent) ?? /^\d+(?=[.;])/.exec(of.Absent ?? "")?.[0],
    example: quoted(of.Example),
    isFraction: /^ratio/.test(of.Unit ?? "") && (/^ratio a/.test(of.Unit) || /\b-?1\b/.test(of.Range ?? "") || /(_(rate|ratio|intensity|margin|share|probability)|threshold|score|drawdown|recover|on_investment)$/.test(field.name)) && !/price_earnings/.test(field.name),
  };
  known.set(field.comment, what);
  return what;
}

/** The values of an enum that a field takes: a comment says which are refused. */
export function choices(contract, field) {
  const refusal = /([^.]*) (?:is|are) refused/.exec(field.comment)?.[1] ?? "";
  return contract.enums[field.type].values.slice(1).filter(value => !new RegExp(`\\b${value.name}\\b`).test(refusal));
}

/** The method of a model: { service, name, request, … } */
export function methodOf(contract, model) {
  for (const service of contract.services) {
    const method = service.methods.find(m => m.model === model);
    if (method) return { ...method, service: service.name };
  }
}

/** The fields and choices of a question's form. A field is free where the question goes without it, whatever its message says.
 * `all` has those too that the form does not show, and that a request may have. */
export function formOf(contract, question) {
  const kind = contract.messages[question.kind ?? methodOf(contract, question.name).request], hidden = ["options", ...(question.leave ?? [])];
  const also = (question.also ?? []).flatMap(({ kind, fields }) => contract.messages[kind].fields.filter(f => fields.includes(f.name)).map(f => ({ ...f, isFree: true })));
  const own = kind.fields.filter(f => !hidden.includes(f.name)).map(f => (question.optional?.includes(f.name) ? { ...f, isFree: true } : f));
  return { fields: [...own, ...also], all: [...kind.fields, ...also], oneofs: kind.oneofs ?? [] };
}

/** Whether a request has the shape of the fields: a link may have been made by anybody. */
export function fits(contract, fields, request) {
  const isOne = (field, value) => {
    if (contract.messages[field.type]) return fits(contract, contract.messages[field.type].fields, value);
    if (field.type === "bool") return typeof value === "boolean";
    return typeof value === "string" || (field.type === "uint32" && typeof value === "number");
  };
  if (!request || typeof request !== "object" || Array.isArray(request)) return false;
  return Object.entries(request).every(([name, value]) => {
    const field = fields.find(f => f.name === name);
    if (!field) return false;
    return field.is_list ? Array.isArray(value) && value.every(one => isOne(field, one)) : isOne(field, value);
  });
}
