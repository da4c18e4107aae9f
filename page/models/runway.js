// Runway: how long the cash lasts, and how much must be raised.
import { html } from "../draw/figure.js";
import { Course, span } from "../draw/course.js";
import { MONTHS, wholes } from "../draw/scale.js";
import { drawn, legend, unitOf } from "./sets.js";
import { amount, bad, brief, date, exact, figure, good, grouped, isAbove, isZero, months, present, shortDate, strong, times } from "./words.js";

const n = Number;
const TIMED = ["PAYMENT_TIMING_AT_START", "PAYMENT_TIMING_AT_END"];
/** The longest course that is drawn beyond the horizon: what comes later is words. */
const LONGEST = 480;

const horizonOf = request => request.horizon_months || 12;
const through = request => months(String(horizonOf(request)));

export default {
  first: ["cash_balance"],
  leave: ["include_ledger"],
  asks: request => [{ runway: { ...request, include_ledger: true, options: { ...request.options, explain: true } } }],
  reads: ([answer]) => answer.runway,
  curves,
  sentence, figures, table,
  draw: drawn(burnDown),
};

/** The course as far as something happens, and what is paid at the starts and the ends of its months. */
function curves(request, answer) {
  const horizon = horizonOf(request), beyond = answer.runs_out ? answer.runs_out.whole_months + 3 : answer.lasts ? Math.ceil(answer.lasts.lowest_balance_month * 1.25) : 0;
  const looked = Math.max(horizon, beyond <= LONGEST ? beyond : 0), ledger = { options: undefined, horizon_months: looked, include_ledger: true };
  const lines = [...(request.costs ?? []), ...(request.revenues ?? [])], timings = TIMED.filter(timing => lines.some(line => line.timing === timing));
  const asks = [...(looked > horizon ? [{ runway: { ...request, ...ledger } }] : []), ...timings.map(timing => {
    const only = (list = []) => list.filter(line => line.timing === timing);
    return { runway: { ...request, ...ledger, cash_balance: "0", events: [], interest_rate: undefined, costs: only(request.costs), revenues: only(request.revenues) } };
  })];
  return asks.length ? { asks, reads: results => {
    const ledgers = results.map(r => r?.runway?.ledger);
    return { ...answer, seen: looked > horizon ? ledgers.shift() : undefined, timed: Object.fromEntries(timings.map((timing, i) => [timing, ledgers[i]])) };
  } } : null;
}

function sentence(request, answer) {
  const { runs_out, lasts, currency_code: unit } = answer, need = isAbove(answer.cash_need);
  const raised = need ? [`To get through ${through(request)}, `, bad(`${amount(answer.cash_need)} ${unit} must be raised`, answer.cash_need), "."] : [];
  if (runs_out) {
    const beyond = runs_out.within_horizon ? [] : ["That is ", good(`beyond the ${through(request)} looked at`), "."];
    const until = runs_out.cash_out_date ? [", until ", strong(date(runs_out.cash_out_date))] : [];
    const out = isZero(runs_out.runway_months) ? ["The cash is ", bad("out from the start"), ". "] : ["The cash lasts ", strong(months(runs_out.runway_months), runs_out.runway_months), ...until, ". "];
    return [...out, ...(need ? raised : beyond)];
  }
  if (lasts) {
    if (lasts.cash_flow_positive) return ["The cash ", good("lasts"), ": no month burns any."];
    const when = lasts.lowest_balance_month ? `in month ${grouped(String(lasts.lowest_balance_month))}` : "at the start";
    return ["The cash ", good("lasts"), "; at its lowest it is ", strong(amount(lasts.lowest_balance), lasts.lowest_balance), ` ${unit}, ${when}.`];
  }
  return ["Cash in the bank is not disclosed. ", `To get through ${through(request)}, `, need ? bad(`${amount(answer.cash_need)} ${unit} is needed`, answer.cash_need) : good("nothing is needed"), "."];
}

function figures(request, answer) {
  const burn = answer.unknown || answer.lasts ? [] : [figure("Lasts", months, answer.runs_out.runway_months, answer.runs_out.within_horizon ? "bad" : "good")];
  const when = answer.lowest_balance_month ? `, month ${grouped(String(answer.lowest_balance_month))}` : ", at the start";
  return present([...burn, figure("Burn, month 1", amount, answer.net_burn), figure("Burn, 12 months", amount, answer.annual_net_burn), figure("Loss, 12 months", amount, answer.annual_net_loss),
    figure(`Lowest balance of ${through(request)}`, text => amount(text) + when, answer.lowest_balance), figure("Cash need", amount, answer.cash_need, isAbove(answer.cash_need) ? "bad" : undefined),
    figure("Burn multiple", times, answer.burn_multiple), answer.cash_positive_month ? { name: "Cash positive from", text: `month ${answer.cash_positive_month}` } : null]).slice(0, 8);
}

function table(request, answer) {
  const ledger = answer.seen ?? answer.ledger ?? [], dated = ledger[0]?.month_end !== undefined, earns = ledger[0]?.interest !== undefined;
  if (!ledger.length) return [];
  const columns = [["Month", "number"], ...(dated ? [["Month end", "text"]] : []), ["Revenues", "amount"], ["Costs", "amount"], ...(earns ? [["Interest", "amount"]] : []), ["Events", "amount"], ["Net", "amount"], ["Balance", "amount"]];
  return [{ caption: `The ${months(String(ledger.length))}`, columns: columns.map(([name, as]) => ({ name, as })),
    rows: ledger.map(m => [String(m.month), ...(dated ? [m.month_end] : []), m.revenues, m.costs, ...(earns ? [m.interest] : []), m.events, m.net_cash_flow, m.balance]) }];
}

/**
 * The balance moment by moment. Within a month it moves evenly from what is left after the payments at its start to what is there before
 * those at its end; interest and events come with these.
 */
function path({ request, answer }) {
  const ledger = answer.seen ?? answer.ledger ?? [], moved = (timing, i) => { const m = answer.timed?.[timing]?.[i]; return m ? n(m.revenues) - n(m.costs) : 0; };
  let balance = n(request.cash_balance ?? 0);
  const points = [[0, balance]], to = (x, y) => { const [px, py] = points.at(-1); if (px !== x || py !== y) points.push([x, y]); };
  ledger.forEach((m, i) => {
    const ends = moved(TIMED[1], i) + n(m.interest ?? 0) + n(m.events);
    to(i, balance + moved(TIMED[0], i));
    to(i + 1, n(m.balance) - ends);
    to(i + 1, n(m.balance));
    balance = n(m.balance);
  });
  return points;
}

function burnDown(sets, words) {
  const [{ request, answer }, second] = sets, ledger = answer.seen ?? answer.ledger ?? [], paths = sets.map(path), last = Math.max(...paths.map(p => p.at(-1)[0]));
  if (!last) return null;
  const least = n(request.minimum_cash ?? 0), horizon = horizonOf(request), out = answer.runs_out && n(answer.runs_out.runway_months) <= last ? n(answer.runs_out.runway_months) : null;
  const need = isAbove(answer.cash_need), low = answer.lowest_balance_month, balance = i => (i ? ledger[i - 1]?.balance : exact(request.cash_balance ?? "0"));
  const far = answer.lasts && !answer.lasts.cash_flow_positive && answer.lasts.lowest_balance_month > horizon && answer.lasts.lowest_balance_month <= last ? answer.lasts : null;
  const events = (request.events ?? []).filter(e => e.month && e.month <= last && e.name).slice(0, 12);
  const moments = [...events.map(e => ({ x: e.month, text: e.name })), ...(last > horizon ? [{ x: horizon, text: `${through(request)} looked at` }] : []),
    ...(out !== null ? [{ x: out, text: answer.runs_out.cash_out_date ? `out of cash ${date(answer.runs_out.cash_out_date)}` : isZero(answer.runs_out.runway_months) ? "out of cash" : `out of cash after ${months(answer.runs_out.runway_months)}`, as: "bad strong", line: "need-line" }] : []),
    ...sets.slice(1).filter(s => s.answer.runs_out && n(s.answer.runs_out.runway_months) <= last).map(s => ({ x: n(s.answer.runs_out.runway_months), text: `${words.second}: ${months(s.answer.runs_out.runway_months)}`, line: "second-line" }))];
  const unknown = !!answer.unknown, area = side => ({ points: paths[0], side, ...(side === "above" ? { as: "have-soft" } : { hatch: "missing" }) });
  const dates = new Map(sets.flatMap(s => s.answer.seen ?? s.answer.ledger ?? []).reverse().map(m => [m.month, m.month_end && shortDate(m.month_end)]));
  return html`<${Course} ...${{
    height: 340,
    caption: `${unknown ? "Balance, counted from 0," : "Balance"} over the next ${months(String(last))}, ${unitOf(sets)}`,
    label: `Balance over ${months(String(last))}: ${amount(request.cash_balance ?? "0")} at the start, ${amount(balance(ledger.length))} at the end; lowest of the ${through(request)} looked at ${amount(answer.lowest_balance)}, ${low ? `month ${low}` : "at the start"}`
      + (out !== null ? `; out of cash after ${months(answer.runs_out.runway_months)}` : "") + (need ? `; ${amount(answer.cash_need)} to raise` : ""),
    x: { from: 0, to: last, ticks: pixels => wholes(0, last, pixels / 58, MONTHS).map(t => ({ at: t.at, text: t.at ? t.text : "now", below: dates.get(t.at) })) },
    y: span(least, paths.flat().map(p => p[1])),
    level: { at: least, text: least ? `at least ${brief(request.minimum_cash)}` : undefined },
    areas: [area("above"), area("below")],
    curves: [{ points: paths[0] }, ...(second ? [{ points: paths[1], as: "other" }] : [])],
    marks: [...(out !== null ? [{ x: out, y: least }] : []),
      ...(need ? [{ x: low, y: n(answer.lowest_balance), text: `${brief(answer.cash_need)} ${unknown ? "needed" : "to raise"}`, as: "strong bad" }] : []),
      ...(far ? [{ x: far.lowest_balance_month, y: n(far.lowest_balance), text: `lowest: ${brief(far.lowest_balance)}`, mark: "mark plain" }] : !need && low && isAbove(answer.lowest_balance) ? [{ x: low, y: n(answer.lowest_balance), text: `${brief(answer.lowest_balance)} in month ${low}`, mark: "mark plain" }] : [])],
    moments,
    legend: legend(sets, words, "curve", "curve other"),
    stops: Array.from({ length: last + 1 }, (_, i) => ({ x: i, y: sets.map((s, k) => valueAt(paths[k], i)),
      say: `${i ? `month ${i}` : "start"}${i && ledger[i - 1]?.month_end ? `, ${date(ledger[i - 1].month_end)}` : ""}: ${[balance(i), ...(second ? [i ? (second.answer.seen ?? second.answer.ledger)?.[i - 1]?.balance : exact(second.request.cash_balance ?? "0")] : [])].map(b => (b === undefined ? "–" : grouped(b))).join(" · ")}` })),
  }} />`;
}

/** The last balance of a moment. */
function valueAt(points, x) {
  const found = points.filter(p => p[0] === x).at(-1);
  return found ? found[1] : null;
}
