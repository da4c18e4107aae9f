// Capital expenditure: does what is built earn what it cost, and when?
import { html } from "../draw/figure.js";
import { Course, span } from "../draw/course.js";
import { MONTHS, wholes } from "../draw/scale.js";
import { askedRates, paybackText, profile, profileTable, ratesText } from "./rates.js";
import { drawn, unitOf } from "./sets.js";
import { amount, bad, brief, figure, good, grouped, isAbove, isBelow, isOne, isZero, percent, present, size, strong, times, years } from "./words.js";

const n = Number;
const A_YEAR = { PERIOD_MONTH: 12, PERIOD_QUARTER: 4, PERIOD_HALF_YEAR: 2, PERIOD_YEAR: 1 }, UNITS = { PERIOD_MONTH: "month", PERIOD_QUARTER: "quarter", PERIOD_HALF_YEAR: "half-year", PERIOD_YEAR: "year" };
const ENDS = ["terminal_amount", "perpetual_growth_rate", "exit_multiple", "terminal_net_cash_flow", "disposal_proceeds"];
/** Periods up to which the value is asked for at every rate: beyond, the curve would cost more than it says. */
const PROFILED = 240;

export default {
  curves,
  sentence, figures, table,
  draw: drawn(cumulative, (sets, words) => profile(sets.map(s => ({ profile: s.answer.profile, rates: s.answer.internal_rates_of_return.rates, hurdle: { rate: s.request.discount_rate, value: s.answer.net_present_value } })), { unit: unitOf(sets), words })),
};

/** The value at each rate, and the last period without what comes at its very end. */
function curves(request, answer) {
  const { options, finance_rate, reinvestment_rate, ...base } = request, rates = answer.periods.length > PROFILED ? [] : askedRates([request.discount_rate, ...answer.internal_rates_of_return.rates.map(r => r.annual)], [request.discount_rate], request.perpetual_growth_rate && n(request.perpetual_growth_rate));
  const hasEnd = ENDS.some(name => request[name] !== undefined), plain = Object.fromEntries(Object.entries(base).filter(([name]) => !ENDS.includes(name)));
  return !hasEnd && !rates.length ? null : { asks: [...(hasEnd ? [{ capex_roi: plain }] : []), ...rates.map(discount_rate => ({ capex_roi: { ...base, discount_rate } }))], reads: results => {
    const end = hasEnd ? results.shift()?.capex_roi?.periods.at(-1) : undefined;
    return { ...answer, end, profile: rates.map((rate, i) => ({ rate, value: results[i]?.capex_roi?.net_present_value })).filter(p => p.value !== undefined) };
  } };
}

function sentence(request, answer) {
  const unit = answer.currency_code, total = amount(answer.total_capital_expenditure), { years: back, never } = answer.payback, value = answer.net_present_value, factor = answer.break_even_revenue_factor;
  const rate = percent(request.discount_rate), worth = isZero(value) ? [strong("exactly what they cost")] : [isAbove(value) ? good(`${amount(value)} more than they cost`, value) : bad(`${amount(size(value))} less than they cost`, value)];
  const would = factor === undefined || isZero(value) || isOne(factor) ? [] : [isAbove(value) ? ": revenue could be " : ": revenue would have to be ", strong(`${times(factor)} times`, factor), " what it is"];
  if (never) return [`${total} ${unit} do `, bad("not come back in full"), ": ", strong(amount(never.shortfall), never.shortfall), ` is missing at the end. At ${rate} they are worth `, ...worth, ...would, "."];
  return [`${total} ${unit} come back `, ...(isZero(back) ? [strong("at once")] : ["after ", strong(years(back), back)]), ", and are worth ", ...worth, ` at ${rate}`, ...would, "."];
}

function figures(request, answer) {
  const { rates } = answer.internal_rates_of_return, chosen = answer.internal_rates_of_return.selected;
  return present([figure(`Worth today at ${percent(request.discount_rate)}`, amount, answer.net_present_value, isBelow(answer.net_present_value) ? "bad" : "good"),
    { name: rates.length > 1 ? "Internal rates" : "Internal rate", text: rates.length > 4 ? `${percent(rates[chosen].annual)} and ${rates.length - 1} more` : ratesText(rates), ...(rates.length ? { exact: rates[chosen ?? 0].annual } : {}) },
    { name: "Comes back", text: paybackText(answer.payback), exact: answer.payback.years }, { name: "… discounted", text: paybackText(answer.discounted_payback), exact: answer.discounted_payback.years },
    figure("Gain on what was spent", percent, answer.return_on_investment), figure("Revenue to break even", text => `× ${times(text)}`, answer.break_even_revenue_factor),
    figure("Worth per unit spent", times, answer.profitability_index), figure("Modified rate", percent, answer.modified_internal_rate_of_return?.annual)]);
}

/** Cumulative flows, plain and at their present values, by periods of the first set; what comes at the very end is a step there. */
function courses({ request, answer: { periods, end } }, each) {
  const length = each / (A_YEAR[request.period] ?? 1);
  const plain = [], present = [];
  let value = 0;
  periods.forEach((p, i) => {
    const isLast = i === periods.length - 1 && i > 0 && end, before = i ? n(periods[i - 1].cumulative_cash_flow) : 0;
    if (isLast) {
      // Of the last period, what is left without the end; its factor of discounting places it in the picture.
      const flow = n(end.net_cash_flow), factor = n(end.net_cash_flow) ? n(end.present_value) / n(end.net_cash_flow) : 0;
      plain.push([i * length, before + flow]);
      present.push([i * length, value + flow * factor]);
    }
    value += n(p.present_value);
    plain.push([i * length, n(p.cumulative_cash_flow)]);
    present.push([i * length, value]);
  });
  return { plain, present };
}

function cumulative(sets, words) {
  const [{ request, answer }, second] = sets, each = A_YEAR[request.period] ?? 1, unit = UNITS[request.period] ?? "period", all = sets.map(s => courses(s, each)), to = Math.max(1, ...all.map(c => c.plain.at(-1)[0]));
  const at = payback => (payback.years === undefined ? null : n(payback.years) * each), back = at(answer.payback), later = at(answer.discounted_payback);
  if (answer.periods.length < 2) return null;
  return html`<${Course} ...${{
    caption: `Cash since the first outlay, by ${unit}, ${unitOf(sets)}`,
    label: `Cumulative cash flow: it comes back ${paybackText(answer.payback)}, discounted ${paybackText(answer.discounted_payback)}; ${amount(answer.periods.at(-1).cumulative_cash_flow)} at the end, ${amount(answer.net_present_value)} discounted`,
    x: { from: 0, to, ticks: pixels => wholes(0, to, pixels / 52, each === 12 ? MONTHS : each === 4 ? [1, 2, 4, 8, 20, 40, 100, 200, 400] : undefined).map(t => ({ at: t.at, text: t.at ? t.text : "0" })) },
    y: span(all.flatMap(c => [...c.plain, ...c.present].map(p => p[1]))),
    areas: [{ points: all[0].plain, side: "above", as: "have-soft" }, { points: all[0].plain, side: "below", hatch: "missing" }],
    curves: [{ points: all[0].plain, name: second ? undefined : "undiscounted" }, { points: all[0].present, as: "thin", name: second ? undefined : `discounted at ${percent(request.discount_rate)}` },
      ...(second ? [{ points: all[1].plain, as: "other" }, { points: all[1].present, as: "other thin" }] : [])],
    marks: [...(back !== null && back > 0 && back <= to ? [{ x: back, y: 0, text: `back after ${years(answer.payback.years)}`, mark: "mark fine" }] : []),
      ...(later !== null && later > 0 && later <= to && later !== back ? [{ x: later, y: 0, text: `discounted ${years(answer.discounted_payback.years)}`, mark: "mark plain", as: "small" }] : []),
      { x: answer.periods.length - 1, y: all[0].present.at(-1)[1], text: `${brief(answer.net_present_value)} today`, mark: "dot", as: isBelow(answer.net_present_value) ? "strong bad" : "strong good" }],
    legend: second ? [{ text: words.first, as: "curve" }, { text: `${words.first}, discounted`, as: "curve thin" }, { text: words.second, as: "curve other" }, { text: `${words.second}, discounted`, as: "curve other thin" }] : [],
    stops: answer.periods.map((p, i) => ({ x: i, y: [n(p.cumulative_cash_flow)], say: `${unit} ${p.period}: flow ${grouped(p.net_cash_flow)}, since the start ${grouped(p.cumulative_cash_flow)}` })),
  }} />`;
}

function table(request, answer) {
  const has = name => answer.periods.some(p => p[name] !== undefined), moves = has("net_working_capital_change"), losses = has("tax_loss_balance");
  const columns = [[UNITS[request.period] === "half-year" ? "Half-year" : (UNITS[request.period] ?? "period").replace(/^./, c => c.toUpperCase()), "number", "period"], ["Outlay", "amount", "capital_expenditure"], ["Revenue", "amount", "revenue"], ["Operating profit", "amount", "operating_profit"], ["Depreciation", "amount", "depreciation"],
    ["Tax", "amount", "tax"], ...(losses ? [["Losses left", "amount", "tax_loss_balance"]] : []), ...(moves ? [["Working capital", "amount", "net_working_capital_change"]] : []), ["Net cash flow", "amount", "net_cash_flow"], ["Present value", "amount", "present_value"], ["Since the start", "amount", "cumulative_cash_flow"]];
  return [{ caption: `The ${answer.periods.length === 1 ? "period" : `${answer.periods.length} periods`}`, columns: columns.map(([name, as]) => ({ name, as })), rows: answer.periods.map(p => columns.map(([, , field]) => (p[field] === undefined ? null : String(p[field])))) }, ...profileTable(answer.profile)];
}
