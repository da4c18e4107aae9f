// Discounted value: what a company is worth by its free cash flows.
import { html } from "../draw/figure.js";
import { Columns } from "../draw/columns.js";
import { Rows } from "../draw/rows.js";
import { wholes } from "../draw/scale.js";
import { drawn, unitOf } from "./sets.js";
import { amount, bad, figure, good, grid, isAbove, isBelow, isZero, percent, present, size, strong } from "./words.js";

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
  const [{ request }] = sets, debt = s => s.request.net_debt ?? "0", hasDebt = sets.some(s => !isZero(debt(s))), value = s => s.answer.enterprise_value, share = s => s.answer.terminal_value_share;
  // Where a part of the value lies before and after the last flow, the bar is parted there.
  const split = s => n(value(s)) * (1 - n(share(s))), isParted = sets.every(s => share(s) !== undefined && !isZero(share(s))), tone = (isLoss, as) => (isLoss ? { hatch: "missing" } : { as });
  return html`<${Rows} ...${{ sets, words, caption: `From the flows to the shareholders, ${unitOf(sets)}`, rows: [
    ...(isParted ? [{ name: last(request) > 1 ? `Years 1 to ${last(request)}` : "Year 1", bars: s => [{ to: split(s), ...tone(split(s) < 0, "have") }] },
      { name: `After year ${last(request)}`, bars: s => [{ from: split(s), to: value(s), hatch: "need", value: share(s), write: percent, more: "of it" }] }] : []),
    { name: "The company", rule: isParted, as: hasDebt ? "" : "strong", bars: s => [{ to: value(s), ...tone(isBelow(value(s)), "need"), value: value(s) }] },
    ...(hasDebt ? [{ name: isBelow(debt(sets[0])) ? "Net cash" : "Net debt", bars: s => [{ from: value(s), to: s.answer.equity_value, ...tone(!isBelow(debt(s)), "have"), sign: isBelow(debt(s)) ? "+" : "\u2212", value: size(debt(s)) }] },
      { name: "Shareholders", rule: true, as: "strong", bars: ({ answer: { equity_value: equity } }) => [{ to: equity, ...tone(isBelow(equity), "need"), value: equity, textAs: isBelow(equity) ? "bad" : "" }] }] : [])] }} />`;
}

function flows(sets, words) {
  return html`<${Columns} ...${{ sets, words, caption: `Free cash flows by year, ${unitOf(sets)}`, list: s => s.request.free_cash_flows.map((value, i) => ({ at: i + 1, value, name: `year ${i + 1}` })), ticks: (pixels, from, to) => wholes(from, to, pixels / 40) }} />`;
}

function table(request, answer) {
  return [grid("The free cash flows", [["Year", "number"], ["Free cash flow", "amount"]], request.free_cash_flows.map((f, i) => [String(i + 1), f])),
    grid("The value", [["Of", "text"], [answer.currency_code, "amount"]], [["Terminal value, then", answer.terminal_value], ["The company", answer.enterprise_value], ["Net debt", request.net_debt ?? "0"], ["Shareholders", answer.equity_value]])];
}
