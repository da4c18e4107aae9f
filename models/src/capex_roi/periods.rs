//! Periods of an investment: profit, tax, cash flow and present value of each.

use rust_decimal::Decimal;

use super::end::EndFlows;
use super::inputs::{CapexRoiInputs, amount_of};
use super::losses::{offset, tax_of};
use super::moves::Moves;
use super::times::FlowFactors;
use crate::arithmetic::Arithmetic;
use crate::cash_flow::{DiscountFactor, Flow};
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
    pub end_of_revenue: Exact,
}

/// Worth of an investment in money of period 0, to 76 digits: for an explanation, and for the kinks of a factor.
pub(super) struct InvestmentWorth {
    /// Present value of the flows at the very end.
    at_end: Exact,
    /// Present value of each net cash flow, those at the very end included in the last.
    pub present_values: Vec<Exact>,
    /// Present value of all that is proportional to revenue, after tax, the terminal value's part included.
    pub present_value_of_revenues: Exact,
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
    pub fn worth(&self, inputs: &CapexRoiInputs) -> InvestmentWorth {
        let factors = FlowFactors::new(inputs);
        let kept_after_tax = Exact::ONE - inputs.tax();
        let at_end = factors.at_end.of(self.end.total());
        let mut present_values = Vec::with_capacity(self.moves.len());
        let mut of_revenues = Exact::ZERO;
        for (moved, factor) in self.moves.iter().zip(&factors.of_flows).while_awaited() {
            present_values.push(factor.of(moved.net_cash_flow));
            of_revenues = of_revenues + worth_today(moved.kept_revenue, *factor);
        }
        if let Some(last) = present_values.last_mut() {
            *last = *last + at_end;
        }
        InvestmentWorth {
            at_end,
            present_values,
            present_value_of_revenues: of_revenues * kept_after_tax + factors.at_end.of(self.end_of_revenue),
        }
    }

    /// Returns the net cash flows without those at the very end.
    pub fn net_cash_flows(&self) -> impl Iterator<Item = Exact> {
        self.moves.iter().map(|moved| moved.net_cash_flow)
    }

    /// Returns the total of all flows after tax, before capital expenditure.
    pub fn net_inflow(&self) -> Exact {
        let (net, spent) = self.moves.iter().while_awaited().fold((Exact::ZERO, Exact::ZERO), |(net, spent), moved| {
            (net + moved.net_cash_flow, spent + moved.capital_expenditure)
        });
        net + self.end.total() + spent
    }

    /// Returns the flows of the payback: the net cash flow of each period, and the flows at the very end.
    pub fn paid_back(&self) -> impl Iterator<Item = Flow> {
        counted(self.net_cash_flows(), self.moves.len(), self.end.total())
    }
}

impl InvestmentWorth {
    pub fn net_present_value(&self) -> Exact {
        self.present_values.iter().while_awaited().fold(Exact::ZERO, |sum, value| sum + *value)
    }

    /// Returns the flows of the discounted payback: present values at whole periods, also where flows are discounted in mid-period, and
    /// the present value of the flows at the very end.
    pub fn paid_back_discounted(&self) -> impl Iterator<Item = Flow> {
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
fn counted(flows: impl Iterator<Item = Exact>, periods: usize, at_the_end: Exact) -> impl Iterator<Item = Flow> {
    let end = u32::try_from(periods.saturating_sub(1)).unwrap_or(u32::MAX);
    let at_the_end = (!at_the_end.is_zero()).then_some(Flow { units: end, amount: at_the_end });
    flows.zip(0..).map(|(amount, units)| Flow { units, amount }).chain(at_the_end)
}

/// Present value of an amount. An amount of 0, as most expenditures are, is 0 at any rate, and is not divided.
#[inline]
pub(super) fn worth_today<A: Arithmetic>(amount: A, factor: DiscountFactor<A>) -> A {
    if amount.is_zero() { A::ZERO } else { factor.of(amount) }
}

fn moves(inputs: &CapexRoiInputs) -> Vec<Moves> {
    let charges = inputs.charges();
    let (margin, tax_rate) = (inputs.margin(), inputs.tax());
    let limit = inputs.offset_limit();
    let (mut losses, mut working_capital) = (Exact::ZERO, Exact::ZERO);
    let periods = (inputs.last_period() as usize).saturating_add(1);
    let mut moves = Vec::with_capacity(periods);
    for period in (0..periods).while_awaited() {
        let expenditure = inputs.expenditure(period);
        let (revenue, operating_cost) = (amount_of(&inputs.revenues, period), amount_of(&inputs.operating_costs, period));
        let charge = charges.as_ref().and_then(|charges| charges.get(period));
        let depreciation = charge.copied().unwrap_or(Exact::ZERO);
        let kept_revenue = kept_revenue(revenue, margin);
        let operating_profit = kept_revenue - operating_cost;
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
        let flow = net_cash_flow(operating_profit, tax, expenditure);
        moves.push(Moves {
            capital_expenditure: expenditure,
            revenue,
            kept_revenue,
            operating_profit,
            depreciation,
            tax,
            net_cash_flow: working_capital_change.map_or(flow, |change| flow - change),
            loss_balance,
            working_capital_change,
        });
    }
    moves
}

fn kept_revenue<N: Number>(revenue: N, gross_margin: N) -> N {
    revenue * gross_margin
}

pub(super) fn operating_profit<N: Number>(revenue: N, gross_margin: N, operating_cost: N) -> N {
    kept_revenue(revenue, gross_margin) - operating_cost
}

pub(super) fn tax<N: Number>(operating_profit: N, depreciation: N, tax_rate: N) -> N {
    (operating_profit - depreciation) * tax_rate
}

pub(super) fn net_cash_flow<N: Number>(operating_profit: N, tax: N, capital_expenditure: N) -> N {
    operating_profit - tax - capital_expenditure
}
