//! Course of an investment: one pass over its periods, for every figure and every measure that the flows decide.

use rust_decimal::Decimal;

use super::inputs::CapexRoiInputs;
use super::moves::Moves;
use super::periods::{CapexPeriod, Investment, worth_today};
use super::times::FlowDiscount;
use crate::arithmetic::Arithmetic;
use crate::cash_flow::{PaybackPoint, PaybackSearch};
use crate::input::ModelError;
use crate::number::Exact;
use crate::work::WhileAwaited;

/// Sums and series of an investment, in the arithmetic of its measures.
pub(super) struct InvestmentCourse<A> {
    pub total_capital_expenditure: A,
    pub total_revenue: A,
    /// The sum of all net cash flows, those at the very end included.
    pub net_gain: A,
    pub net_present_value: A,
    pub present_value_of_capital_expenditures: A,
    /// Present value of all that is proportional to revenue, after tax, the terminal value's part included.
    pub present_value_of_revenues: A,
    pub payback: PaybackPoint<A>,
    pub discounted_payback: PaybackPoint<A>,
    /// Periods with each figure rounded as an answer.
    pub periods: Result<Vec<CapexPeriod>, ModelError>,
}

impl<A: Arithmetic> InvestmentCourse<A> {
    /// Goes over the periods once.
    pub fn of(inputs: &CapexRoiInputs, investment: &Investment) -> InvestmentCourse<A> {
        let end = FlowsAtEnd {
            total: A::exact(investment.end.total()),
            tax: A::exact(investment.end.tax()),
            loss_balance: investment.end.disposal.map(|disposal| disposal.loss_balance.map(A::exact)),
        };
        let moves_at_end = !end.total.is_zero();
        let mut discount = FlowDiscount::<A>::new(inputs);
        let (mut total_capital_expenditure, mut total_revenue) = (A::ZERO, A::ZERO);
        let (mut of_expenditures, mut of_revenues) = (A::ZERO, A::ZERO);
        let (mut payback, mut discounted_payback) = (PaybackSearch::new(), PaybackSearch::new());
        let (mut net_gain, mut end_value) = (A::ZERO, A::ZERO);
        let mut periods = Ok(Vec::with_capacity(investment.moves.len()));
        let last = inputs.last_period();
        for (moved, period) in investment.moves.iter().zip(0..).while_awaited() {
            let mut moved = moved.with::<A>();
            let factor = discount.of_flows(period);
            total_capital_expenditure = total_capital_expenditure + moved.capital_expenditure;
            total_revenue = total_revenue + moved.revenue;
            payback.add(period, moved.net_cash_flow);
            let mut cumulative = payback.cumulative();
            let mut present_value = factor.of(moved.net_cash_flow);
            discounted_payback.add(period, present_value);
            of_expenditures = of_expenditures + worth_today(moved.capital_expenditure, factor);
            of_revenues = of_revenues + worth_today(moved.kept_revenue, factor);
            if period == last {
                if moves_at_end {
                    end_value = discount.at_end().of(end.total);
                    present_value = present_value + end_value;
                }
                end.add_to(&mut moved);
                cumulative = cumulative + end.total;
                net_gain = cumulative;
            }
            if let Ok(rows) = &mut periods {
                match row(period, &moved, present_value, cumulative) {
                    Ok(row) => rows.push(row),
                    Err(error) => periods = Err(error),
                }
            }
        }
        // What moves at the very end moves at once, after the last period's flows.
        let net_present_value = discounted_payback.cumulative() + end_value;
        if moves_at_end {
            payback.add(last, end.total);
            discounted_payback.add(last, end_value);
        }
        let kept_after_tax = A::exact(Exact::ONE - inputs.tax());
        let mut of_revenues = of_revenues * kept_after_tax;
        if !investment.end_of_revenue.is_zero() {
            of_revenues = of_revenues + discount.at_end().of(A::exact(investment.end_of_revenue));
        }
        InvestmentCourse {
            total_capital_expenditure,
            total_revenue,
            net_gain,
            net_present_value,
            present_value_of_capital_expenditures: of_expenditures,
            present_value_of_revenues: of_revenues,
            payback: payback.point(),
            discounted_payback: discounted_payback.point(),
            periods,
        }
    }
}

/// Flows at the very end, which belong to the last period.
struct FlowsAtEnd<A> {
    total: A,
    tax: A,
    /// Loss that is left after a disposal; the outer `None` is an investment without one.
    loss_balance: Option<Option<A>>,
}

impl<A: Arithmetic> FlowsAtEnd<A> {
    fn add_to(&self, moved: &mut Moves<A>) {
        moved.net_cash_flow = moved.net_cash_flow + self.total;
        moved.tax = moved.tax + self.tax;
        moved.loss_balance = self.loss_balance.unwrap_or(moved.loss_balance);
    }
}

/// Rounds the figures of a period.
fn row<A: Arithmetic>(period: u32, moved: &Moves<A>, present_value: A, cumulative: A) -> Result<CapexPeriod, ModelError> {
    let figure = |value: A, name: &str| value.decimal().ok_or_else(|| too_large(period, name));
    let optional = |value: Option<A>, name: &str| -> Result<Option<Decimal>, ModelError> {
        value.map(|value| figure(value, name)).transpose()
    };
    Ok(CapexPeriod {
        period,
        capital_expenditure: figure(moved.capital_expenditure, "capital_expenditure")?,
        revenue: figure(moved.revenue, "revenue")?,
        operating_profit: figure(moved.operating_profit, "operating_profit")?,
        depreciation: figure(moved.depreciation, "depreciation")?,
        tax: figure(moved.tax, "tax")?,
        net_cash_flow: figure(moved.net_cash_flow, "net_cash_flow")?,
        present_value: figure(present_value, "present_value")?,
        cumulative_cash_flow: figure(cumulative, "cumulative_cash_flow")?,
        tax_loss_balance: optional(moved.loss_balance, "tax_loss_balance")?,
        net_working_capital_change: optional(moved.working_capital_change, "net_working_capital_change")?,
    })
}

#[cold]
fn too_large(period: u32, name: &str) -> ModelError {
    ModelError::too_large(&format!("periods[{period}].{name}"))
}
