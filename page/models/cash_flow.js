// Cash flows: what a series of payments is worth, what it earns, and when it has come back.
import { html } from "../draw/figure.js";
import { Columns } from "../draw/columns.js";
import { MONTHS, wholes } from "../draw/scale.js";
import { askedRates, paybackText, profile, profileTable, ratesSentence, ratesText } from "./rates.js";
import { drawn, unitOf } from "./sets.js";
import { amount, bad, date, exact, figure, grid, isBelow, isZero, percent, present, shortDate, strong } from "./words.js";

const n = Number;
/** The code of ISO 4217 for no currency: where a series has none, its value is asked for in it, and it is not shown. */
const NONE = "XXX";
/** Periods of a year: series of two kinds of periods share a picture by them. */
const A_YEAR = { PERIOD_MONTH: 12, PERIOD_QUARTER: 4, PERIOD_HALF_YEAR: 2, PERIOD_YEAR: 1, PERIOD_WEEK: 52, PERIOD_DAY: 365 };
const UNITS = { PERIOD_MONTH: "month", PERIOD_QUARTER: "quarter", PERIOD_HALF_YEAR: "half-year", PERIOD_YEAR: "year", PERIOD_WEEK: "week", PERIOD_DAY: "day" };
/** Flows up to which the value is asked for at every rate. */
const PROFILED = 1000;

export default {
  first: ["currency_code", "discount_rate"], optional: ["currency_code", "discount_rate"],
  kind: "ComputeNetPresentValueRequest",
  also: [{ kind: "ComputeModifiedInternalRateOfReturnRequest", fields: ["finance_rate", "reinvestment_rate"] }],
  asks, reads, curves,
  sentence, figures, table,
  draw: drawn(payments, (sets, words) => profile(sets.map(s => ({ profile: s.answer.profile, rates: s.answer.irr?.rates ?? [], hurdle: s.answer.npv ? { rate: s.request.discount_rate, value: s.answer.npv.net_present_value } : null })), { unit: unitOf(sets), words })),
};

function asks(request) {
  const { cash_flows = {}, currency_code = NONE, discount_rate, first_flow, finance_rate, reinvestment_rate, options } = request, explained = { cash_flows, options: { ...options, explain: true } };
  const isRated = discount_rate !== undefined, isModified = finance_rate !== undefined || reinvestment_rate !== undefined;
  return [{ internal_rate_of_return: explained }, { payback: { ...explained, discount_rate } }, ...(isRated ? [{ net_present_value: { ...explained, currency_code, discount_rate, first_flow } }] : []),
    ...(isModified ? [{ modified_internal_rate_of_return: { ...explained, finance_rate, reinvestment_rate } }] : [])];
}

function reads(results) {
  const all = Object.assign({}, ...results), parts = [all.net_present_value, all.internal_rate_of_return, all.modified_internal_rate_of_return, all.payback].filter(Boolean);
  const explanations = parts.map(p => p.explanation).filter(Boolean), once = list => [...new Map(list.map(w => [JSON.stringify([w.field, w.reason ?? w.value]), w])).values()];
  return {
    npv: all.net_present_value, irr: all.internal_rate_of_return?.internal_rates_of_return, modified: all.modified_internal_rate_of_return, payback: all.payback,
    warnings: once(parts.flatMap(p => p.warnings ?? [])),
    explanation: explanations.length ? { ...explanations[0], steps: explanations.flatMap(e => e.steps), assumptions: once(explanations.flatMap(e => e.assumptions)) } : undefined,
  };
}

function curves(request, answer) {
  if (!answer.irr || list(request).length > PROFILED) return null;
  const { cash_flows, currency_code = NONE, discount_rate, first_flow } = request;
  const hurdle = discount_rate ? [exact(discount_rate)] : [], rates = askedRates([...hurdle, ...answer.irr.rates.map(r => r.annual)], hurdle);
  return { asks: rates.map(rate => ({ net_present_value: { currency_code, cash_flows, first_flow, discount_rate: rate } })),
    reads: results => ({ ...answer, profile: rates.map((rate, i) => ({ rate, value: results[i]?.net_present_value?.net_present_value })).filter(p => p.value !== undefined) }) };
}

/** Whether the series takes before it gives: then it earns, and else it costs. null where payments of the first day point both ways. */
function takesFirst(request) {
  const { periodic, dated } = request.cash_flows ?? {};
  if (periodic) return isBelow(periodic.amounts.find(a => !isZero(a)) ?? "0");
  for (const day of [...new Set((dated?.flows ?? []).map(f => f.date))].sort()) {
    const signs = new Set(dated.flows.filter(f => f.date === day && !isZero(f.amount)).map(f => isBelow(f.amount)));
    if (signs.size) return signs.size === 1 ? [...signs][0] : null;
  }
  return null;
}

function sentence(request, answer) {
  const { npv, irr, modified } = answer, unit = request.currency_code ? ` ${request.currency_code}` : "", verb = { true: "earns", false: "costs", null: "returns" }[takesFirst(request)];
  const worth = npv ? [`At ${percent(request.discount_rate)} a year it is worth `, (isBelow(npv.net_present_value) ? bad : strong)(amount(npv.net_present_value), npv.net_present_value), `${unit} today. `] : [];
  const rate = modified?.modified_internal_rate_of_return?.annual;
  const financed = modified ? [` Financed at ${percent(request.finance_rate)} and reinvested at ${percent(request.reinvestment_rate)}, it `, ...(rate === undefined ? ["has no modified rate."] : ["earns ", strong(percent(rate), rate), " a year."])] : [];
  return [...worth, ...ratesSentence(irr, verb), ...financed];
}

function figures(request, answer) {
  const { npv, irr, modified } = answer, payback = takesFirst(request) === false ? null : answer.payback, chosen = irr.rates[irr.selected ?? 0];
  return present([npv && figure(`Worth today at ${percent(request.discount_rate)}`, amount, npv.net_present_value, isBelow(npv.net_present_value) ? "bad" : "good"),
    { name: irr.rates.length > 1 ? "Internal rates" : "Internal rate", text: irr.rates.length > 4 ? `${percent(chosen.annual)} and ${irr.rates.length - 1} more` : ratesText(irr.rates), ...(chosen ? { exact: chosen.annual } : {}) },
    irr.rates.length === 1 && chosen.nominal_annual !== chosen.annual ? figure("Nominal rate a year", percent, chosen.nominal_annual) : null,
    figure("Modified rate", percent, modified?.modified_internal_rate_of_return?.annual), payback && { name: "Comes back", text: paybackText(payback.payback), exact: payback.payback.years },
    payback?.payback.never ? figure("Missing at the end", amount, payback.payback.never.shortfall, "bad") : null,
    payback?.discounted_payback && { name: "… discounted", text: paybackText(payback.discounted_payback), exact: payback.discounted_payback.years },
    npv && figure("Change per point of the rate", amount, shifted(npv.rate_sensitivity))]);
}

/** Per 100 % of the rate, as it is answered, is per point with the decimal point two places further left. */
const shifted = text => exact(`${text}e-2`);

function list(request) {
  const { periodic, dated } = request.cash_flows ?? {}, unit = UNITS[periodic?.period] ?? "period";
  if (periodic) return (periodic.amounts ?? []).map((value, i) => ({ at: i, value, name: i ? `${unit} ${i}` : "now" }));
  return (dated?.flows ?? []).filter(f => f.date && f.amount).map(f => ({ at: Date.parse(f.date + "T00:00Z"), value: f.amount, name: date(f.date) })).sort((a, b) => a.at - b.at);
}

function payments(sets, words) {
  const [{ request }] = sets, isDated = !!request.cash_flows?.dated, period = request.cash_flows?.periodic?.period, length = s => (isDated ? 1 : (A_YEAR[period] ?? 1) / (A_YEAR[s.request.cash_flows?.periodic?.period] ?? 1));
  const flows = s => list(s.request).filter(f => Number.isFinite(f.at) && Number.isFinite(n(f.value))).map(f => ({ ...f, at: f.at * length(s) }));
  // Two series share a picture only where both stand on dates, or both on numbers.
  const alike = sets.filter(s => flows(s).length && !!s.request.cash_flows?.dated === isDated);
  if (alike[0] !== sets[0]) return null;
  const days = isDated ? [...new Set(flows(sets[0]).map(f => f.at))] : [];
  return html`<${Columns} ...${{ sets: alike, words, list: flows, caption: ["The payments", isDated ? "" : `by ${UNITS[period] ?? "period"}`, unitOf(sets)].filter(Boolean).join(", "),
    ticks: (pixels, from, to) => (isDated ? days.map(at => ({ at, text: shortDate(new Date(at).toISOString().slice(0, 10)) })) : wholes(from, to, pixels / 44, period === "PERIOD_MONTH" ? MONTHS : undefined).map(t => ({ at: t.at, text: t.at ? t.text : "now" }))) }} />`;
}

function table(request, answer) {
  const flows = list(request), { rates = [] } = answer.irr ?? {};
  return [...(flows.length ? [grid("The payments", [[request.cash_flows?.dated ? "Date" : "Period", "text"], ["Payment", "amount"]], flows.map(f => [f.name, f.value]))] : []),
    ...(rates.length ? [grid("The rates", [["Rate", "text"], ["A year", "rate"], ["A period", "rate"], ["Nominal a year", "rate"]], rates.map((r, i) => [`rate ${i + 1}`, r.annual, r.per_period ?? null, r.nominal_annual ?? null]))] : []), ...profileTable(answer.profile)];
}
