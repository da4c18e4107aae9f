// Return revenue: what has to come in each year for an outlay to earn its return.
import { html } from "../draw/figure.js";
import { Rows } from "../draw/rows.js";
import { drawn, unitOf } from "./sets.js";
import { thereIs, streamTable } from "./revenue_there.js";
import { amount, figure, grid, isAbove, isBelow, isZero, percent, present, size, strong, years } from "./words.js";

export default {
  curves,
  sentence, figures, table,
  draw: drawn(bars),
};

const HURDLES = ["required_return", "return_on_invested_capital", "sustainable_capital_intensity"];
const hurdleOf = request => HURDLES.find(name => request[name] !== undefined);
const rateOf = request => request.required_return ?? request.return_on_invested_capital;

/** The other hurdles of the rate that is asked for: depreciation alone, annuity, straight line. */
function hurdles(request) {
  const rate = rateOf(request);
  if (rate === undefined) return [];
  return [{ name: "Depreciation alone", set: { return_on_invested_capital: "0" } }, { name: `Annuity at ${percent(rate)}`, set: { required_return: rate } },
    ...(isBelow(rate) || isZero(rate) ? [] : [{ name: `Depreciation + ${percent(rate)}`, set: { return_on_invested_capital: rate } }])];
}

function curves(request, answer) {
  const { options, required_return, return_on_invested_capital, existing_revenue, paying_customers, ...rest } = request, others = hurdles(request);
  return others.length ? { asks: others.map(o => ({ return_revenue: { ...rest, ...o.set } })),
    reads: results => ({ ...answer, hurdles: others.map((o, i) => ({ name: o.name, required: results[i]?.return_revenue?.required_annual_revenue })).filter(o => o.required !== undefined) }) } : null;
}

function sentence(request, answer) {
  const outlay = amount(request.capital_expenditure), unit = answer.currency_code, required = strong(amount(answer.required_annual_revenue), answer.required_annual_revenue);
  const hurdle = hurdleOf(request), over = request.useful_life_years === undefined ? "" : ` over ${years(request.useful_life_years)}`, have = `${outlay} ${unit} have to bring in `;
  if (hurdle === "sustainable_capital_intensity") return ["For ", `${outlay} ${unit} to be `, strong(percent(request[hurdle])), " of revenue, ", required, " a year has to come in. ", ...thereIs(answer)];
  const rate = rateOf(request), aim = isZero(rate) ? ["To ", hurdle === "required_return" ? "come back" : "cover depreciation alone"] : [isBelow(rate) ? "To lose no more than " : "To earn ", strong(percent(size(rate))), ` a year${hurdle === "required_return" ? "" : " beside depreciation"}`];
  return [...aim, `${over}, ${have}`, required, " a year. ", ...thereIs(answer)];
}

function figures(request, answer) {
  const isMissing = isAbove(answer.revenue_gap);
  return present([figure("Required a year", amount, answer.required_annual_revenue), figure("There already", amount, answer.existing_annual_revenue),
    figure(isMissing ? "Missing" : "To spare", amount, size(answer.revenue_gap), isMissing ? "bad" : "good"), figure("Covered", percent, answer.coverage_ratio),
    figure("Cost of the outlay, a year", amount, answer.annual_capital_charge), figure("Depreciation, a year", amount, answer.annual_depreciation),
    figure("Revenue over its life", amount, answer.lifetime_revenue), figure("Each customer, a month", amount, answer.monthly_revenue_per_customer)]);
}

function bars(sets, words) {
  const [{ request, answer }] = sets, others = sets.length > 1 ? [] : (answer.hurdles ?? []).filter(o => o.required !== answer.required_annual_revenue);
  const how = { required_return: "an annuity over its life", return_on_invested_capital: "depreciation and return", sustainable_capital_intensity: "for what may be spent of it" }[hurdleOf(request)];
  return html`<${Rows} ...${{ sets, words, caption: `Revenue a year that is required, and that is there, ${unitOf(sets)}`, rows: [
    { name: "Required a year", how, bars: s => [{ to: s.answer.required_annual_revenue, value: s.answer.required_annual_revenue, as: "need" }] },
    { name: "There already", bars: ({ answer: { existing_annual_revenue: there, required_annual_revenue: required, revenue_gap: gap } }) => (isAbove(gap) ? [{ to: there, as: "have" }, { from: there, to: required, hatch: "missing", value: gap, more: "missing", textAs: "bad" }] : [{ to: there, as: "have", value: there }]) },
    ...others.map((o, i) => ({ name: o.name, small: true, rule: i === 0, bars: () => [{ to: o.required, as: "need-soft", value: o.required }] }))] }} />`;
}

function table(request, answer) {
  return [...(answer.hurdles?.length ? [grid("Other hurdles at this rate", [["Hurdle", "text"], ["Required a year", "amount"]], answer.hurdles.map(o => [o.name, o.required]))] : []), ...streamTable(request)];
}
