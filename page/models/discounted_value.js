// Discounted value: what a company is worth by its free cash flows.
import { html } from "../draw/figure.js";
import { Columns } from "../draw/columns.js";
import { Rows } from "../draw/rows.js";
import { wholes } from "../draw/scale.js";
import { both, drawn, legend, unitOf } from "./sets.js";
import { amount, bad, brief, exact, figure, good, grouped, isAbove, isBelow, isZero, percent, present, size, strong } from "./words.js";

const n = Number;

export default {
  sentence, figures, table,
  draw: drawn(bridge, flows),
};

const last = request => request.free_cash_flows.length;

/** Less than, as much as, or more than the price: a comparison of two decimals, digit by digit. */
const against = (value, price) => (n(value) === n(price) ? ["as much as its price of ", strong(amount(price), price)] : [n(value) > n(price) ? good("more than its price") : bad("less than its price"), ` of ${amount(price)}`]);

function sentence(request, answer) {
  const { enterprise_value: value, equity_value: equity, value_per_share: each, terminal_value_share: share, implied_perpetual_growth_rate: implied } = answer, debt = request.net_debt ?? "0";
  const after = share === undefined || !isAbove(share) ? [] : [", ", ...(n(share) > 1 ? [bad("more than all of it")] : [strong(percent(share), share), " of it"]), ` from what comes after year ${last(request)}`];
  const worth = [`At ${percent(request.discount_rate)} a year the company is worth `, (isBelow(value) ? bad : strong)(amount(value), value), ` ${answer.currency_code}`, ...after, "."];
  const owned = isZero(debt) && !isBelow(equity) ? [] : isBelow(equity) ? [" ", bad("It owes more than it is worth"), ": ", strong(amount(size(equity)), size(equity)), " more."]
    : [isAbove(debt) ? ` After net debt of ${amount(debt)}, ` : ` With net cash of ${amount(size(debt))}, `, "shareholders own ", strong(amount(equity), equity), "."];
  const shares = each === undefined ? [] : [" A share is worth ", (isBelow(each) ? bad : strong)(amount(each), each), ...(request.share_price === undefined ? [] : [", ", ...against(each, request.share_price)]), "."];
  const taken = implied === undefined ? [] : isZero(implied) ? [" The price takes ", strong("no growth"), " for granted."] : [` The price takes ${isBelow(implied) ? "a decline" : "growth"} of `, strong(percent(size(implied)), implied), " a year for granted, for ever."];
  return [...worth, ...(isZero(debt) && isBelow(equity) ? [" ", bad("Its flows do not pay"), "."] : owned), ...shares, ...taken];
}

function figures(request, answer) {
  return present([figure("Worth of the company", amount, answer.enterprise_value), figure("Owned by shareholders", amount, answer.equity_value, isBelow(answer.equity_value) ? "bad" : undefined), figure("A share", amount, answer.value_per_share),
    figure("Price of a share", amount, request.share_price), figure(`After year ${last(request)}`, percent, answer.terminal_value_share), figure("Terminal value", amount, answer.terminal_value), figure("Growth in the price", percent, answer.implied_perpetual_growth_rate)]);
}

function bridge(sets, words) {
  const [{ request, answer }] = sets, debt = s => s.request.net_debt ?? "0", hasDebt = sets.some(s => !isZero(debt(s)));
  // Where a part of the value lies before and after the last flow, the bar is parted there.
  const value = s => n(s.answer.enterprise_value), split = s => (s.answer.terminal_value_share === undefined ? null : value(s) * (1 - n(s.answer.terminal_value_share)));
  const isParted = sets.every(s => split(s) !== null && !isZero(s.answer.terminal_value_share)), tone = (k, isLoss, as) => (k ? { as: "second" } : isLoss ? { hatch: "missing" } : { as });
  const rows = [
    ...(isParted ? [{ name: last(request) > 1 ? `Years 1 to ${last(request)}` : "Year 1", lanes: sets.map((s, k) => [{ from: 0, to: split(s), ...tone(k, split(s) < 0, "have") }]), say: `what lies up to year ${last(request)}` },
      { name: `After year ${last(request)}`, lanes: sets.map((s, k) => [{ from: split(s), to: value(s), hatch: k ? "second" : "need", text: `${percent(s.answer.terminal_value_share)} of it` }]), say: `after year ${last(request)}: ${both(sets, s => percent(s.answer.terminal_value_share))} of the whole` }] : []),
    { name: "The company", rule: isParted, as: hasDebt ? "" : "strong", lanes: sets.map((s, k) => [{ from: 0, to: value(s), ...tone(k, value(s) < 0, "need"), text: brief(s.answer.enterprise_value) }]), say: `the company: ${both(sets, s => grouped(s.answer.enterprise_value))}` },
    ...(hasDebt ? [{ name: isBelow(debt(sets[0])) ? "Net cash" : "Net debt", lanes: sets.map((s, k) => [{ from: n(s.answer.enterprise_value), to: n(s.answer.equity_value), ...(isBelow(debt(s)) ? { as: k ? "second-soft" : "have" } : { hatch: k ? "second" : "missing" }), text: `${isBelow(debt(s)) ? "+" : "\u2212"}${brief(size(debt(s)))}` }]), say: `net debt: ${both(sets, s => grouped(exact(debt(s))))}` },
      { name: "Shareholders", rule: true, as: "strong", lanes: sets.map((s, k) => [{ from: 0, to: n(s.answer.equity_value), as: k ? "second" : isBelow(s.answer.equity_value) ? undefined : "need", hatch: !k && isBelow(s.answer.equity_value) ? "missing" : undefined, text: brief(s.answer.equity_value), textAs: isBelow(s.answer.equity_value) ? "bad" : "" }]), say: `shareholders: ${both(sets, s => grouped(s.answer.equity_value))}` }] : []),
  ];
  const all = sets.flatMap(s => [value(s), n(s.answer.equity_value), split(s) ?? 0]);
  return html`<${Rows} ...${{ rows, low: Math.min(0, ...all), high: Math.max(0, ...all), caption: `From the flows to the shareholders, ${unitOf(sets)}`, label: rows.map(r => r.say).join("; "), legend: legend(sets, words, "need", "second") }} />`;
}

function flows(sets, words) {
  const [{ request, answer }] = sets;
  return html`<${Columns} ...${{
    caption: `Free cash flows by year, ${unitOf(sets)}`, label: `Free cash flows: ${request.free_cash_flows.slice(0, 12).map((f, i) => `year ${i + 1} ${amount(f)}`).join("; ")}`,
    sets: sets.map((s, k) => s.request.free_cash_flows.map((f, i) => ({ at: i + 1, size: n(f), text: isZero(f) ? "" : brief(f), ...(k ? { as: "second" } : isBelow(f) ? { hatch: "missing" } : { as: "have" }), say: `year ${i + 1}: ${grouped(exact(f))}` }))),
    ticks: (pixels, from, to) => wholes(from, to, pixels / 40),
    legend: legend(sets, words, "have", "second"),
  }} />`;
}

function table(request, answer) {
  return [{ caption: "The free cash flows", columns: [{ name: "Year", as: "number" }, { name: "Free cash flow", as: "amount" }], rows: request.free_cash_flows.map((f, i) => [String(i + 1), f]) },
  { caption: "The value", columns: [{ name: "Of", as: "text" }, { name: answer.currency_code, as: "amount" }], rows: [["Terminal value, then", answer.terminal_value], ["The company", answer.enterprise_value], ["Net debt", request.net_debt ?? "0"], ["Shareholders", answer.equity_value]] }];
}
