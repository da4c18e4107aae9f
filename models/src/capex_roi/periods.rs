//! Periods of an investment: profit, tax, cash flow and present value of each.

use rust_decimal::Decimal;

use super::end::EndFlows;
use super::inputs::CapexRoiInputs;
use super::losses::{offset, tax_of};
use super::moves::Moves;
use super::times::FlowFactors;
use crate::arithmetic::Arithmetic;
use crate::cash_flow::{DiscountFactor, Flow};
use crate::input::ModelError;
use crate::number::{Exact, Number};
use crate::work::WhileAwaited;

/// One period of an investment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CapexPeriod {
    /// Number of the period; 0 is the first.
    pub period: u32,
    /// Capital expenditure of the period.
    pub capital_expenditure: Decimal,
    /// Revenue of the period.
    pub revenue: Decimal,
    /// Operating profit: revenue × gross_margin - operating cost.
    pub operating_profit: Decimal,
    /// Depreciation of all earlier expenditures that falls on the period.
    pub depreciation: Decimal,
    /// Tax of the period; negative where a loss is offset.
    pub tax: Decimal,
    /// Net cash flow after tax and capital expenditure; of the last period with the terminal value.
    pub net_cash_flow: Decimal,
    /// Present value of the net cash flow, in money of period 0.
    pub present_value: Decimal,
    /// Cumulative cash flow from period 0 to this period, undiscounted.
    pub cumulative_cash_flow: Decimal,
    /// Loss that is left for later periods, after this one; `None` where losses are offset at once.
    pub tax_loss_balance: Option<Decimal>,
    /// Net working capital at the end of the period less that before; `None` without net working capital.
    pub net_working_capital_change: Option<Decimal>,
}

/// Exact flows of the whole investment.
pub(super) struct Investment {
    pub moves: Vec<Moves>,
    /// Flows at the very end of the last period.
    pub end: EndFlows,
    /// Part of the terminal value that is proportional to revenue.
    end_of_revenue: Exact,
}

/// Worth of an investment in money of period 0.
pub(super) struct InvestmentWorth<A = Exact> {
    /// Present value of the flows at the very end.
    at_end: A,
    /// Present value of each net cash flow, those at the very end included in the last.
    pub present_values: Vec<A>,
    pub present_value_of_capital_expenditures: A,
    /// Present value of all that is proportional to revenue, after tax, the terminal value's part included.
    pub present_value_of_revenues: A,
}

impl Investment {
    pub fn new(inputs: &CapexRoiInputs) -> Investment {
        let moves = moves(inputs);
        let last = moves.last().copied();
        let (terminal_value, end_of_revenue) = match (inputs.terminal_value, last) {
            (Some(terminal), Some(last)) => (terminal.value(inputs, &last), terminal.of_revenue(inputs, &last)),
            _ => (Exact::ZERO, Exact::ZERO),
        };
        let end = EndFlows::of(inputs, &moves, terminal_value);
        Investment { moves, end, end_of_revenue }
    }

    /// Returns what the flows are worth in money of period 0.
    pub fn worth<A: Arithmetic>(&self, inputs: &CapexRoiInputs) -> InvestmentWorth<A> {
        let factors = FlowFactors::<A>::new(inputs);
        let kept_after_tax = A::exact(Exact::ONE - inputs.tax());
        let at_end = factors.at_end.of(A::exact(self.end.total()));
        let mut present_values = Vec::with_capacity(self.moves.len());
        let (mut of_expenditures, mut of_revenues) = (A::ZERO, A::ZERO);
        for (moved, factor) in self.moves.iter().zip(&factors.of_flows).while_awaited() {
            present_values.push(factor.of(A::exact(moved.net_cash_flow)));
            of_expenditures = of_expenditures + worth_today(moved.capital_expenditure, *factor);
            of_revenues = of_revenues + worth_today(moved.kept_revenue, *factor);
        }
        if let Some(last) = present_values.last_mut() {
            *last = *last + at_end;
        }
        InvestmentWorth {
            at_end,
            present_values,
            present_value_of_capital_expenditures: of_expenditures,
            present_value_of_revenues: of_revenues * kept_after_tax + factors.at_end.of(A::exact(self.end_of_revenue)),
        }
    }

    /// Returns the net cash flows without those at the very end.
    pub fn net_cash_flows(&self) -> Vec<Exact> {
        self.moves.iter().map(|moved| moved.net_cash_flow).collect()
    }

    /// Returns the flows of the payback: the net cash flow of each period, and the flows at the very end.
    pub fn paid_back(&self) -> impl Iterator<Item = Flow> {
        let flows = self.moves.iter().map(|moved| moved.net_cash_flow);
        counted(flows, self.moves.len(), self.end.total())
    }

    /// Returns the periods with each figure rounded as an answer.
    pub fn periods<A: Arithmetic>(&self, worth: &InvestmentWorth<A>) -> Result<Vec<CapexPeriod>, ModelError> {
        let last = self.moves.len().saturating_sub(1);
        let mut cumulative = Exact::ZERO;
        let too_large = |period: u32, name: &str| ModelError::too_large(&format!("periods[{period}].{name}"));
        let rows = self.moves.iter().zip(&worth.present_values).zip(0..).while_awaited();
        let rows = rows.map(|((moved, present_value), period)| {
            let is_last = period as usize == last;
            let (mut net_cash_flow, mut tax, mut loss_balance) = (moved.net_cash_flow, moved.tax, moved.loss_balance);
            if is_last {
                (net_cash_flow, tax) = (net_cash_flow + self.end.total(), tax + self.end.tax());
                loss_balance = self.end.disposal.map_or(loss_balance, |disposal| disposal.loss_balance);
            }
            cumulative = cumulative + net_cash_flow;
            let figure = |value: Exact, name: &str| A::exact(value).decimal().ok_or_else(|| too_large(period, name));
            Ok(CapexPeriod {
                period,
                capital_expenditure: figure(moved.capital_expenditure, "capital_expenditure")?,
                revenue: figure(moved.revenue, "revenue")?,
                operating_profit: figure(moved.operating_profit, "operating_profit")?,
                depreciation: figure(moved.depreciation, "depreciation")?,
                tax: figure(tax, "tax")?,
                net_cash_flow: figure(net_cash_flow, "net_cash_flow")?,
                present_value: present_value.decimal().ok_or_else(|| too_large(period, "present_value"))?,
                cumulative_cash_flow: figure(cumulative, "cumulative_cash_flow")?,
                tax_loss_balance: loss_balance.map(|balance| figure(balance, "tax_loss_balance")).transpose()?,
                net_working_capital_change: moved
                    .working_capital_change
                    .map(|change| figure(change, "net_working_capital_change"))
                    .transpose()?,
            })
        });
        rows.collect()
    }
}

impl<A: Arithmetic> InvestmentWorth<A> {
    pub fn net_present_value(&self) -> A {
        self.present_values.iter().while_awaited().fold(A::ZERO, |sum, value| sum + *value)
    }

    /// Returns the flows of the discounted payback: present values at whole periods, also where flows are discounted in mid-period, and
    /// the present value of the flows at the very end.
    pub fn paid_back_discounted(&self) -> impl Iterator<Item = Flow<A>> {
        let last = self.present_values.len().saturating_sub(1);
        let flows = self
            .present_values
            .iter()
            .enumerate()
            .map(move |(period, amount)| if period == last { *amount - self.at_end } else { *amount });
        counted(flows, self.present_values.len(), self.at_end)
    }
}

/// Flows of each period at its end, and a flow at the end of the last period that moves at once.
fn counted<A: Arithmetic>(flows: impl Iterator<Item = A>, periods: usize, at_the_end: A) -> impl Iterator<Item = Flow<A>> {
    let end = u32::try_from(periods.saturating_sub(1)).unwrap_or(u32::MAX);
    let at_the_end = (!at_the_end.is_zero()).then_some(Flow { units: end, amount: at_the_end });
    flows.zip(0..).map(|(amount, units)| Flow { units, amount }).chain(at_the_end)
}

/// Present value of an amount. An amount of 0, as most expenditures are, is 0 at any rate, and is not divided.
fn worth_today<A: Arithmetic>(amount: Exact, factor: DiscountFactor<A>) -> A {
    if amount.is_zero() { A::ZERO } else { factor.of(A::exact(amount)) }
}

fn moves(inputs: &CapexRoiInputs) -> Vec<Moves> {
    let expenditures = inputs.expenditures();
    let revenues = inputs.each(&inputs.revenues);
    let operating_costs = inputs.each(&inputs.operating_costs);
    let charges = inputs.charges();
    let (margin, tax_rate) = (inputs.margin(), inputs.tax());
    let limit = inputs.offset_limit();
    let (mut losses, mut working_capital) = (Exact::ZERO, Exact::ZERO);
    let each = expenditures.iter().zip(revenues).zip(operating_costs).enumerate().while_awaited();
    each.map(|(period, ((expenditure, revenue), operating_cost))| {
        let charge = charges.as_ref().and_then(|charges| charges.get(period));
        let depreciation = charge.copied().unwrap_or(Exact::ZERO);
        let operating_profit = operating_profit(revenue, margin, operating_cost);
        let (tax, loss_balance) = match limit {
            None => (tax(operating_profit, depreciation, tax_rate), None),
            Some(limit) => {
                let taxed = offset(operating_profit - depreciation, losses, limit);
                losses = taxed.loss_balance;
                (tax_of(taxed.taxable_profit, tax_rate), Some(losses))
            }
        };
        let working_capital_change = (!inputs.net_working_capitals.is_empty()).then(|| {
            let level = inputs.net_working_capital(period);
            let change = level - working_capital;
            working_capital = level;
            change
        });
        let flow = net_cash_flow(operating_profit, tax, *expenditure);
        Moves {
            capital_expenditure: *expenditure,
            revenue,
            kept_revenue: revenue * margin,
            operating_profit,
            depreciation,
            tax,
            net_cash_flow: working_capital_change.map_or(flow, |change| flow - change),
            loss_balance,
            working_capital_change,
        }
    })
    .collect()
}

pub(super) fn operating_profit<N: Number>(revenue: N, gross_margin: N, operating_cost: N) -> N {
    revenue * gross_margin - operating_cost
}

pub(super) fn tax<N: Number>(operating_profit: N, depreciation: N, tax_rate: N) -> N {
    (operating_profit - depreciation) * tax_rate
}

pub(super) fn net_cash_flow<N: Number>(operating_profit: N, tax: N, capital_expenditure: N) -> N {
    operating_profit - tax - capital_expenditure
}
