//! Messages of the runway service.

use super::common::Asked;
use super::pb;
use super::reader::{Path, Reader};
use crate::models::input::{InterestRate, ModelError, Reason};
use crate::models::runway::{
    CashEvent, CashOutcome, DefaultAlive, DefaultAliveInputs, GrowthTiming, Month, MonthlyBalance, Runway, RunwayInputs,
    explain_default_alive, explain_runway, warn_of_a_far_loss,
};
use crate::models::work::WhileAwaited;
use crate::wire::decimal::Writer;

/// The most events of a request.
const EVENTS_MAX: usize = 1000;

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn runway(request: &pb::ComputeRunwayRequest) -> Result<Asked<RunwayInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let mut listed = 0;
    let inputs = RunwayInputs {
        cash_balance: reader.optional(Path::of("cash_balance"), request.cash_balance.as_ref()),
        minimum_cash: reader.optional(Path::of("minimum_cash"), request.minimum_cash.as_ref()),
        as_of_date: request.as_of_date.as_ref().and_then(|date| reader.date(Path::of("as_of_date"), date)),
        horizon_months: reader.month(Path::of("horizon_months"), request.horizon_months),
        costs: reader.lines(Path::of("costs"), &request.costs, &mut listed),
        revenues: reader.lines(Path::of("revenues"), &request.revenues, &mut listed),
        events: reader.events(&request.events),
        net_new_annual_recurring_revenue: reader
            .optional(Path::of("net_new_annual_recurring_revenue"), request.net_new_annual_recurring_revenue.as_ref()),
        include_ledger: request.include_ledger,
        interest_rate: reader.interest_rate(request),
    };
    let options = reader.options(request.options.as_ref());
    reader.asked(inputs, currency, options)
}

impl Reader {
    /// Reads a month of the calculation; 0 stands for no month.
    pub(super) fn month(&mut self, path: Path<'_>, number: u32) -> Option<Month> {
        if number == 0 {
            return None;
        }
        let month = Month::new(number);
        if month.is_none() {
            self.refuse(path, Reason::OutOfRange, || format!("{number} is out of range: 1 to {}", Month::LAST.get()));
        }
        month
    }

    /// Reads the rate that the balance earns, which has to be known.
    fn interest_rate(&mut self, request: &pb::ComputeRunwayRequest) -> Option<InterestRate> {
        let (path, given) = (Path::of("interest_rate"), request.interest_rate.as_ref());
        if given.is_some() && request.cash_balance.is_none() {
            self.refuse(path, Reason::NotApplicable, || "interest_rate needs cash_balance, which is not given".to_owned());
            return None;
        }
        self.optional(path, given)
    }

    fn events(&mut self, events: &[pb::CashEvent]) -> Vec<CashEvent> {
        let items = self.items(Path::of("events"), events, EVENTS_MAX);
        items
            .map(|(path, event)| {
                self.name(path.field("name"), &event.name);
                if event.month == 0 {
                    self.refuse(path.field("month"), Reason::Required, || "a month is required: 1 is the first".to_owned());
                }
                CashEvent {
                    month: self.month(path.field("month"), event.month).unwrap_or(Month::FIRST),
                    amount: self.required(path.field("amount"), &event.amount),
                }
            })
            .collect()
    }
}

/// Writes the response.
#[must_use]
pub fn runway_response(asked: &Asked<RunwayInputs>, outcome: &Runway) -> pb::ComputeRunwayResponse {
    let write = asked.writer();
    pb::ComputeRunwayResponse {
        currency_code: asked.currency_code(),
        gross_burn: write.money(outcome.gross_burn),
        net_burn: write.money(outcome.net_burn),
        net_loss: write.money(outcome.net_loss),
        annual_gross_burn: write.money(outcome.annual_gross_burn),
        annual_net_burn: write.money(outcome.annual_net_burn),
        annual_net_loss: write.money(outcome.annual_net_loss),
        outcome: Some(cash_outcome(write, &outcome.outcome)),
        cash_need: write.money(outcome.cash_need),
        lowest_balance: write.money(outcome.lowest_balance),
        lowest_balance_month: outcome.lowest_balance_month,
        ending_balance: write.money(outcome.ending_balance),
        cash_positive_month: outcome.cash_positive_month,
        burn_multiple: write.optional_ratio(outcome.burn_multiple),
        ledger: outcome.ledger.iter().while_awaited().map(|month| monthly_balance(write, month)).collect(),
        explanation: asked.explanation(|inputs| explain_runway(inputs, outcome)),
        warnings: asked.warnings(|_, _| {}),
    }
}

fn cash_outcome(write: Writer, outcome: &CashOutcome) -> pb::compute_runway_response::Outcome {
    use pb::compute_runway_response::Outcome;
    match outcome {
        CashOutcome::RunsOut { runway_months, whole_months, cash_out_date, within_horizon, .. } => {
            Outcome::RunsOut(pb::CashRunsOut {
                runway_months: write.ratio(*runway_months),
                whole_months: *whole_months,
                cash_out_date: cash_out_date.map(|date| date.to_string().into()),
                within_horizon: *within_horizon,
            })
        }
        CashOutcome::Lasts { cash_flow_positive, lowest_balance, lowest_balance_month, .. } => Outcome::Lasts(pb::CashLasts {
            cash_flow_positive: *cash_flow_positive,
            lowest_balance: write.money(*lowest_balance),
            lowest_balance_month: *lowest_balance_month,
        }),
        CashOutcome::Unknown => Outcome::Unknown(pb::CashUnknown {}),
    }
}

fn monthly_balance(write: Writer, month: &MonthlyBalance) -> pb::MonthlyBalance {
    pb::MonthlyBalance {
        month: month.month,
        month_end: month.month_end.map(|date| date.to_string().into()),
        revenues: write.money(month.revenues),
        costs: write.money(month.costs),
        events: write.money(month.events),
        net_cash_flow: write.money(month.net_cash_flow),
        interest: write.optional_money(month.interest),
        balance: write.money(month.balance),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn default_alive(request: &pb::ComputeDefaultAliveRequest) -> Result<Asked<DefaultAliveInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let inputs = DefaultAliveInputs {
        cash_balance: reader.required(Path::of("cash_balance"), &request.cash_balance),
        monthly_revenue: reader.required(Path::of("monthly_revenue"), &request.monthly_revenue),
        monthly_expenses: reader.required(Path::of("monthly_expenses"), &request.monthly_expenses),
        monthly_revenue_growth_rate: reader
            .required(Path::of("monthly_revenue_growth_rate"), &request.monthly_revenue_growth_rate),
        monthly_expense_growth_rate: reader
            .optional(Path::of("monthly_expense_growth_rate"), request.monthly_expense_growth_rate.as_ref()),
        timing: match reader.enumerator::<pb::GrowthTiming>(Path::of("timing"), request.timing) {
            None | Some(pb::GrowthTiming::Unspecified) => None,
            Some(pb::GrowthTiming::Continuous) => Some(GrowthTiming::Continuous),
            Some(pb::GrowthTiming::EndOfMonth) => Some(GrowthTiming::EndOfMonth),
            Some(pb::GrowthTiming::StartOfMonth) => Some(GrowthTiming::StartOfMonth),
        },
    };
    let options = reader.options(request.options.as_ref());
    reader.asked(inputs, currency, options)
}

/// Writes the response.
#[must_use]
pub fn default_alive_response(asked: &Asked<DefaultAliveInputs>, outcome: &DefaultAlive) -> pb::ComputeDefaultAliveResponse {
    use pb::compute_default_alive_response::Verdict;
    let write = asked.writer();
    pb::ComputeDefaultAliveResponse {
        currency_code: asked.currency_code(),
        verdict: if outcome.alive { Verdict::DefaultAlive } else { Verdict::DefaultDead }.into(),
        break_even_months: write.optional_ratio(outcome.break_even_months),
        capital_needed: write.optional_money(outcome.capital_needed),
        cushion: write.optional_money(outcome.cushion),
        runway_months: write.optional_ratio(outcome.runway_months),
        loss_from_months: write.optional_ratio(outcome.loss_from_months),
        explanation: asked.explanation(|inputs| explain_default_alive(inputs, outcome)),
        warnings: asked.warnings(|_, warnings| warn_of_a_far_loss(outcome, warnings)),
    }
}
