// Paths of a study: the field that each one names, what it is called, how its values are written, and how a request is made with another value.
import { methodOf, said, short, words } from "../comment.js";
import { amount, brief, exact, grouped, percent } from "../models/words.js";
import { expanded, isDecimal } from "../num.js";

const parts = path => path.split(".").map(part => { const [, name, member] = /^([^[]+)(?:\[(.+)\])?$/.exec(part); return { name, member }; });

/** The field at the end of a path, from a message on; undefined where there is none. */
export function fieldAt(contract, kind, path) {
  let field;
  for (const { name } of parts(path)) {
    field = contract.messages[kind]?.fields.find(f => f.name === name);
    kind = field?.type;
  }
  return field;
}

/** A name within a sentence: "costs “Inference”, amount". */
export const within = name => name[0].toLowerCase() + name.slice(1);

/** The paths of an input: several that are turned as one have commas between them. */
export const pathsIn = path => path.split(",");

/** What a path is called: "Costs “inference”, amount". Members of lists have the name that the request gives them, or their number. */
export function called(path, value) {
  const [one, ...others] = pathsIn(path), more = others.length ? ` and ${others.length} more` : "";
  return parts(one).map(({ name, member }, i) => {
    value = value?.[name];
    const which = member === undefined ? "" : member === "*" ? " (all)" : value?.[member]?.name ? ` “${value[member].name}”` : ` ${/^\d+$/.test(member) ? Number(member) + 1 : member}`;
    if (member !== undefined) value = value?.[member];
    return (i ? words(name).toLowerCase() : words(name)) + which;
  }).join(", ") + more;
}

/** The request with another value at a path, or at each of several. Of a choice the member that is named takes the place of the one that stood there. */
export function withValueAt(contract, fields, request, path, value) {
  const put = (fields, holder, [{ name, member }, ...rest]) => {
    const field = fields.find(f => f.name === name), before = holder?.[name], others = field.oneof ? fields.filter(f => f.oneof === field.oneof && f !== field).map(f => f.name) : [];
    const inner = one => (rest.length ? put(contract.messages[field.type].fields, one, rest) : value);
    const kept = Object.fromEntries(Object.entries(holder ?? {}).filter(([key]) => !others.includes(key)));
    return { ...kept, [name]: member === undefined ? inner(before) : before.map((one, i) => (String(i) === member ? inner(one) : one)) };
  };
  return pathsIn(path).reduce((turned, one) => put(fields, turned, parts(one)), request);
}

/** How a value of a field is shown: a rate in percent, an amount in words, or briefly, the value of an enum in its short word. */
export function writerOf(contract, field, isBrief) {
  const of = contract.enums[field?.type], isFraction = field && said(contract, field).isFraction;
  return value => {
    if (of) return short(of, of.values.find(v => v.name === value) ?? { name: value, comment: "" });
    if (!isDecimal(value)) return value.replaceAll("_", " ");
    return isFraction ? percent(expanded(value)) : /^\d{1,4}$/.test(value) ? value : (isBrief ? brief : amount)(expanded(value));
  };
}

/** The kinds of messages of a model: { request, response }. */
export const kindsOf = (contract, model) => { const method = methodOf(contract, model); return { request: method.request, response: method.response }; };

/** A decimal with every digit, for a title. */
export const digits = value => (isDecimal(value) ? grouped(exact(expanded(value))) : undefined);
