//! Explanation of a return on capital expenditure: the periods first, then the measures.

use rust_decimal::{Decimal, dec};

use super::assumptions::assume;
use super::explain_end::{
    LastPeriod, NAMES, NAMES_BEFORE_DISPOSAL, explain_book_value, explain_end, explain_offset, per_period, spent_name,
    working_capital,
};
use super::explain_factor::explain_kinked_factor;
use super::explain_rates::{explain_modified_rate, explain_paybacks, periods_to, sum};
use super::inputs::{CapexRoiInputs, CashFlowTiming, TerminalValue, total_of};
use super::losses::tax_of;
use super::measures::{
    CapexRoi, InvestmentYears, annualized, annuity, in_equal_parts, leaves_something, profitability_index,
    return_on_investment, revenue_to_capital_expenditure, years,
};
use super::moves::Moves;
use super::periods::{Investment, InvestmentWorth, net_cash_flow, operating_profit, tax};
use super::revenue_factor::{RevenueFactor, break_even_revenue_factor};
use super::times::{FlowFactors, timed};
use crate::cash_flow::explain_internal_rates;
use crate::depreciation::CostShares;
use crate::explanation::{Explanation, canonical, text};
use crate::input::{Bounded, NonNegative};
use crate::number::{Exact, Number};
use crate::traced::{Trace, Traced};
use crate::work::WhileAwaited;

/// Explains the outcome of [`super::capex_roi`] step by step.
#[must_use]
pub fn explain_capex_roi(inputs: &CapexRoiInputs, outcome: &CapexRoi) -> Explanation {
    let mut explanation = Explanation::default();
    let investment = Investment::new(inputs);
    let worth = investment.worth(inputs);
    let trace = Trace::default();
    let discount_rate = per_period(inputs, &trace, "discount_rate", "discount_rate_per_period", inputs.discount_rate);
    let shares: Vec<Option<CostShares>> =
        inputs.spent().map(|(policy, amounts)| policy.map(|policy| policy.shares(total_of(amounts)))).collect();
    let mut cumulative = None;
    let mut losses = None;
    for (moved, period) in investment.moves.iter().zip(0..).while_awaited() {
        explain_depreciation(&mut explanation, inputs, period, moved, &shares);
        if period == inputs.last_period() {
            explain_book_value(&mut explanation, inputs, &investment);
        }
        let net = explain_period(inputs, &investment, &trace, period, (moved, losses), discount_rate);
        losses = moved.loss_balance;
        let sum = cumulative.map_or(net, |cumulative| cumulative + net);
        cumulative = Some(sum.numbered("cumulative_cash_flow", period));
        explanation.steps.extend(trace.take_steps());
    }
    explain_totals(&mut explanation, inputs, &investment, &trace);
    explain_present_values(&mut explanation, inputs, (&investment, &worth), &trace);
    let series = timed(inputs, investment.net_cash_flows(), investment.end.total());
    explain_internal_rates(&mut explanation, &series, &outcome.internal_rates_of_return);
    explain_modified_rate(&mut explanation, inputs, &series, outcome);
    explain_paybacks(&mut explanation, inputs, (&investment, &worth), outcome);
    assume(&mut explanation, inputs, (&investment, &worth), outcome);
    explanation
}

/// Explains the depreciation of a period: the share of each earlier expenditure that falls on it.
fn explain_depreciation(
    explanation: &mut Explanation,
    inputs: &CapexRoiInputs,
    period: u32,
    moved: &Moves,
    of_series: &[Option<CostShares>],
) {
    if !inputs.is_depreciated() {
        return;
    }
    let written_off = || inputs.spent().zip(of_series).filter_map(|((_, amounts), shares)| Some((shares.as_ref()?, amounts)));
    let shares = || {
        written_off().flat_map(|(shares, amounts)| {
            let first = period.saturating_sub(shares.periods());
            let in_life = amounts.get(first as usize..amounts.len().min(period as usize)).unwrap_or_default();
            let spent = in_life.iter().zip(first..).filter(|(amount, _)| !amount.get().is_zero());
            spent.map(move |(amount, bought)| (shares, *amount, period.saturating_sub(bought)))
        })
    };
    // A hundred of them say nothing that a dozen do not.
    let substitution = match shares().count() {
        0 => "0".to_owned(),
        1..=12 => {
            let words = shares().map(|(shares, amount, age)| shares.in_words(&text(amount.get()), age));
            words.collect::<Vec<_>>().join(" + ")
        }
        more => format!("{more} expenditures within their lives"),
    };
    explanation.step(
        format!("depreciation({period})"),
        "each earlier expenditure's share of this period, by the method of depreciation, added up",
        substitution,
        canonical(moved.depreciation),
    );
}

/// Explains the capital expenditure of a period, and returns it.
fn explain_expenditure<'a>(inputs: &CapexRoiInputs, trace: &'a Trace, period: u32) -> Traced<'a> {
    let project = inputs.capital_expenditures.iter().map(|spent| ("capital_expenditures".to_owned(), spent));
    let assets = inputs.assets.iter().enumerate();
    let assets = assets.map(|(index, asset)| (format!("assets[{index}].capital_expenditures"), &asset.capital_expenditures));
    let given = project.chain(assets).filter_map(|(path, spent)| {
        let amount = spent.amounts().get(period as usize)?;
        Some(trace.input(format!("{path}[{period}]"), amount.get()))
    });
    // Beyond the end of its series an expenditure is 0.
    let expenditure = given.reduce(|sum, amount| sum + amount).unwrap_or(Traced::whole(0));
    if inputs.assets.is_empty() { expenditure } else { expenditure.numbered("capital_expenditure", period) }
}

/// Explains one period, and returns its net cash flow.
fn explain_period<'a>(
    inputs: &CapexRoiInputs,
    investment: &Investment,
    trace: &'a Trace,
    period: u32,
    (moved, losses): (&Moves, Option<Exact>),
    discount_rate: Traced<'a>,
) -> Traced<'a> {
    // Beyond the end of its series a figure is 0.
    let figure = |name: &str, series: &[NonNegative]| match series.get(period as usize) {
        Some(amount) => trace.input(format!("{name}[{period}]"), amount.get()),
        None => Traced::whole(0),
    };
    let margin = trace.known("gross_margin", inputs.margin());
    let revenue = figure("revenues", &inputs.revenues);
    let profit = operating_profit(revenue, margin, figure("operating_costs", &inputs.operating_costs))
        .numbered("operating_profit", period);
    let depreciation = if inputs.is_depreciated() {
        trace.known(format!("depreciation({period})"), moved.depreciation)
    } else {
        Traced::whole(0)
    };
    let tax_rate = trace.known("tax_rate", inputs.tax());
    let is_last = period == inputs.last_period();
    let is_disposed = is_last && inputs.disposal_proceeds.is_some();
    // A balance of 0 has no step that it could be named by.
    let before = losses
        .filter(|losses| !losses.is_zero())
        .map_or(Traced::whole(0), |losses| trace.known(format!("tax_loss_balance({})", period.saturating_sub(1)), losses));
    let losses = (before, losses.unwrap_or(Exact::ZERO));
    let tax = match inputs.offset_limit() {
        None => tax(profit, depreciation, tax_rate),
        Some(limit) => {
            let names = if is_disposed { &NAMES_BEFORE_DISPOSAL } else { &NAMES };
            let profit = (profit - depreciation, moved.profit());
            tax_of(explain_offset(trace, period, names, profit, losses, limit), tax_rate)
        }
    }
    .numbered(if is_disposed { "tax_before_disposal" } else { "tax" }, period);
    let expenditure = explain_expenditure(inputs, trace, period);
    let net = net_cash_flow(profit, tax, expenditure);
    let net = match moved.working_capital_change {
        Some(_) => net - explain_working_capital(inputs, trace, period),
        None => net,
    };
    let times = DiscountExponents::of(inputs, period);
    if !is_last || !inputs.has_end() {
        let net = net.numbered("net_cash_flow", period);
        worth_today(net, discount_rate, times.flow).numbered("present_value", period);
        return net;
    }
    let has_terminal_value_alone = inputs.disposal_proceeds.is_none() && !inputs.releases_working_capital();
    let before =
        net.named(if has_terminal_value_alone { "net_cash_flow_before_terminal_value" } else { "net_cash_flow_before_end" });
    let last = LastPeriod { operating_profit: profit, depreciation, tax, tax_rate, discount_rate, losses };
    let at_end = explain_end(inputs, investment, trace, period, last);
    let net = (before + at_end).numbered("net_cash_flow", period);
    let present_value = worth_today(before, discount_rate, times.flow) + worth_today(at_end, discount_rate, times.end);
    present_value.numbered("present_value", period);
    net
}

/// Explains the change of net working capital, and returns it.
fn explain_working_capital<'a>(inputs: &CapexRoiInputs, trace: &'a Trace, period: u32) -> Traced<'a> {
    let before = period.checked_sub(1).map_or(Traced::whole(0), |before| working_capital(inputs, trace, before));
    (working_capital(inputs, trace, period) - before).numbered("net_working_capital_change", period)
}

/// Exponents of discounting: for how many periods the flows of a period are discounted.
struct DiscountExponents {
    flow: Decimal,
    end: Decimal,
}

impl DiscountExponents {
    fn of(inputs: &CapexRoiInputs, period: u32) -> DiscountExponents {
        let end = Decimal::from(period);
        let is_middle = inputs.timing() == CashFlowTiming::MidPeriod && period > 0;
        let flow = if is_middle { end.saturating_sub(dec!(0.5)) } else { end };
        let moves_with_flows = inputs.terminal_value.is_some_and(|terminal| terminal.moves_with_flows());
        DiscountExponents { flow, end: if moves_with_flows { flow } else { end } }
    }
}

fn worth_today<'a>(amount: Traced<'a>, discount_rate: Traced<'a>, times: Decimal) -> Traced<'a> {
    if times.is_zero() { amount } else { amount / (Traced::whole(1) + discount_rate).to_the(Traced::of(times)) }
}

/// Explains total expenditure, total inflow, and the ratios that follow from these two.
fn explain_totals(explanation: &mut Explanation, inputs: &CapexRoiInputs, investment: &Investment, trace: &Trace) {
    let last = inputs.last_period();
    let mut total = |name: &'static str, of: &str, part: fn(&Moves) -> Exact| {
        let terms = investment.moves.iter().map(part);
        trace.known(name, sum(explanation, name, format!("the sum of {of}, {}", periods_to(last)), terms))
    };
    let expenditure = total("total_capital_expenditure", spent_name(inputs), |moved| moved.capital_expenditure);
    let revenue = total("total_revenue", "revenues", |moved| moved.revenue);
    let profit = total("total_operating_profit", "operating_profit", |moved| moved.operating_profit);
    let tax = trace.known("total_tax", explain_total_tax(explanation, investment, last));
    let after_tax = profit - tax;
    let mut net_inflow = after_tax;
    if inputs.terminal_value.is_some() {
        net_inflow = net_inflow + trace.known("terminal_value", investment.end.terminal_value);
    }
    if let Some(disposal) = investment.end.disposal {
        net_inflow = net_inflow + trace.known("disposal_proceeds", disposal.proceeds);
    }
    if !inputs.net_working_capitals.is_empty() {
        // Without a release, the last level stays in the investment.
        if !inputs.releases_working_capital() {
            net_inflow = net_inflow - working_capital(inputs, trace, last);
        }
    }
    let net_inflow = net_inflow.named("total_net_inflow");
    let net_gain = (net_inflow - expenditure).named("net_gain");
    let return_on_investment = return_on_investment(net_gain, expenditure);
    if InvestmentYears::of(inputs).is_some() && leaves_something(inputs, investment, investment.net_inflow()) {
        annualized(return_on_investment, Traced::whole(inputs.period.per_year()), Traced::whole(last));
    }
    revenue_to_capital_expenditure(revenue, expenditure);
    explanation.steps.extend(trace.take_steps());
}

fn explain_total_tax(explanation: &mut Explanation, investment: &Investment, last: u32) -> Exact {
    let taxes = investment.moves.iter().zip(0..).map(
        |(moved, period)| {
            if period == last { moved.tax + investment.end.tax() } else { moved.tax }
        },
    );
    sum(explanation, "total_tax", format!("the sum of tax, {}", periods_to(last)), taxes)
}

/// Explains the present values, and the measures that follow from them.
fn explain_present_values(
    explanation: &mut Explanation,
    inputs: &CapexRoiInputs,
    (investment, worth): (&Investment, &InvestmentWorth),
    trace: &Trace,
) {
    let (factors, last) = (FlowFactors::<Exact>::new(inputs), inputs.last_period());
    let net_present_value = sum(
        explanation,
        "net_present_value",
        format!("the sum of present_value, {}", periods_to(last)),
        worth.present_values.iter().copied(),
    );
    let net_present_value = trace.known("net_present_value", net_present_value);
    let moves = || investment.moves.iter().zip(&factors.of_flows);
    let of_expenditures = sum(
        explanation,
        "present_value_of_capital_expenditures",
        format!("the sum of {}, each discounted like the flows of its period", spent_name(inputs)),
        moves()
            .filter(|(moved, _)| !moved.capital_expenditure.is_zero())
            .map(|(moved, factor)| factor.of(moved.capital_expenditure)),
    );
    profitability_index(net_present_value, trace.known("present_value_of_capital_expenditures", of_expenditures));
    if InvestmentYears::of(inputs).is_some() {
        let years = years(Traced::whole(last), Traced::whole(inputs.period.per_year()));
        let rate = inputs.discount_rate.get();
        if rate.is_zero() {
            in_equal_parts(net_present_value, years);
        } else {
            annuity(net_present_value, trace.input("discount_rate", rate), years);
        }
    }
    explanation.steps.extend(trace.take_steps());
    match RevenueFactor::of(inputs, investment, worth) {
        RevenueFactor::Factor(_) => {}
        RevenueFactor::BetweenKinks(zero) => return explain_kinked_factor(explanation, inputs, zero),
        _ => return,
    }
    let kept = Exact::ONE - inputs.tax();
    let of_flows: Vec<Exact> = moves()
        .filter(|(moved, _)| !moved.kept_revenue.is_zero())
        .map(|(moved, factor)| factor.of(moved.kept_revenue * kept))
        .collect();
    let rest = of_flows.iter().fold(worth.present_value_of_revenues, |rest, term| rest - *term);
    let follows = inputs.terminal_value.filter(TerminalValue::follows_revenue);
    let mut formula =
        "the sum of revenues × gross_margin × (1 - tax_rate), each discounted like the flows of its period".to_owned();
    if follows.is_some() {
        formula.push_str(", and of the part of the terminal value's present value that follows revenue");
    }
    let of_revenues = sum(explanation, "present_value_of_revenues", formula, of_flows.into_iter().chain(follows.map(|_| rest)));
    break_even_revenue_factor(net_present_value, trace.known("present_value_of_revenues", of_revenues));
    explanation.steps.extend(trace.take_steps());
}
