//! Messages of the service for returns on capital expenditure.

use super::common::Asked;
use super::decimal::{self, Writer};
use super::pb;
use super::reader::{Path, Reader};
use super::short_text::Text;
use crate::models::capex_roi::{
    CapexPeriod, CapexRoi, CapexRoiInputs, CashFlowTiming, Expenditures, PERIODS_MAX, TerminalValue, explain_capex_roi,
};
use crate::models::depreciation::{
    DepreciationInputs, DepreciationPolicy, DepreciationYear, Method, RecoveryPeriod, UsefulLife, explain_depreciation,
};
use crate::models::input::{Bounded, ModelError, NonNegative, Period, Rate, Reason};
use crate::models::work::WhileAwaited;

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn capex_roi(request: &pb::ComputeCapexRoiRequest) -> Result<Asked<CapexRoiInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let period = reader.period(Path::of("period"), request.period);
    let mut inputs = CapexRoiInputs {
        period,
        capital_expenditures: reader.expenditures(&request.capital_expenditures),
        revenues: reader.series(Path::of("revenues"), &request.revenues),
        gross_margin: reader.optional(Path::of("gross_margin"), request.gross_margin.as_ref()),
        operating_costs: reader.series(Path::of("operating_costs"), &request.operating_costs),
        discount_rate: reader.required(Path::of("discount_rate"), &request.discount_rate),
        tax_rate: reader.optional(Path::of("tax_rate"), request.tax_rate.as_ref()),
        depreciation: request.depreciation.as_ref().map(|policy| reader.policy(Path::of("depreciation"), policy, period)),
        terminal_value: reader.terminal_value(request),
        timing: reader.timing(request.timing),
        finance_rate: reader.optional(Path::of("finance_rate"), request.finance_rate.as_ref()),
        reinvestment_rate: None,
    };
    let options = reader.options(request.options.as_ref());
    // Behind the options, as in the contract: fields are refused in their order.
    inputs.reinvestment_rate = reader.optional(Path::of("reinvestment_rate"), request.reinvestment_rate.as_ref());
    reader.finish(Asked { inputs, currency, options })
}

impl Reader {
    fn series(&mut self, path: Path<'_>, amounts: &[Text]) -> Vec<NonNegative> {
        let items = self.items(path, amounts, PERIODS_MAX);
        items.map(|(path, amount)| self.required(path, amount)).collect()
    }

    fn expenditures(&mut self, amounts: &[Text]) -> Expenditures {
        let path = Path::of("capital_expenditures");
        if amounts.is_empty() {
            self.refuse(path, Reason::Required, || "capital expenditures are required, one per period".to_owned());
            return Expenditures::placeholder();
        }
        let refused = self.refused();
        let read = self.series(path, amounts);
        // One that cannot be read may well be above 0.
        let is_readable = self.refused() == refused;
        Expenditures::new(read).unwrap_or_else(|| {
            if is_readable {
                self.refuse(path, Reason::OutOfRange, || "nothing is spent: at least one is above 0".to_owned());
            }
            Expenditures::placeholder()
        })
    }

    /// Reads a depreciation policy whose periods have the given length.
    fn policy(&mut self, path: Path<'_>, policy: &pb::DepreciationPolicy, period: Period) -> DepreciationPolicy {
        use pb::DepreciationMethod as Given;
        let given = self.enumerator::<Given>(path.field("method"), policy.method);
        if given == Some(Given::Unspecified) {
            self.refuse(path.field("method"), Reason::Required, || "a method of depreciation is required".to_owned());
        }
        let life = policy.useful_life_periods;
        if life == 0 {
            let required = || "a useful life is required, in periods".to_owned();
            self.refuse(path.field("useful_life_periods"), Reason::Required, required);
        }
        let method = match given {
            Some(Given::MacrsHalfYear) => return self.macrs(path, policy, period),
            Some(Given::DoubleDecliningBalance) => Method::DoubleDecliningBalance,
            Some(Given::SumOfYearsDigits) => Method::SumOfYearsDigits,
            _ => Method::StraightLine,
        };
        let useful_life_periods = UsefulLife::new(life).unwrap_or_else(|| {
            if life > 0 {
                self.refuse(path.field("useful_life_periods"), Reason::OutOfRange, || {
                    format!("{life} is out of range: 1 to {}", UsefulLife::PERIODS_MAX)
                });
            }
            UsefulLife::PLACEHOLDER
        });
        let salvage_ratio = self.optional(path.field("salvage_ratio"), policy.salvage_ratio.as_ref());
        DepreciationPolicy::OverLife { method, useful_life_periods, salvage_ratio }
    }

    fn macrs(&mut self, path: Path<'_>, policy: &pb::DepreciationPolicy, period: Period) -> DepreciationPolicy {
        if period != Period::Year {
            self.refuse(path.field("method"), Reason::NotApplicable, || {
                format!("the printed table is one of years, and a period is a {}", period.name())
            });
        }
        let life = policy.useful_life_periods;
        let recovery_period = RecoveryPeriod::new(life);
        if recovery_period.is_none() && life > 0 {
            self.refuse(path.field("useful_life_periods"), Reason::OutOfRange, || {
                format!("{life} is out of range: {}", RecoveryPeriod::RANGE)
            });
        }
        if policy.salvage_ratio.is_some() {
            self.refuse(path.field("salvage_ratio"), Reason::NotApplicable, || {
                "is not used with the printed table, which leaves nothing".to_owned()
            });
        }
        DepreciationPolicy::Macrs(recovery_period.unwrap_or(RecoveryPeriod::Three))
    }

    fn terminal_value(&mut self, request: &pb::ComputeCapexRoiRequest) -> Option<TerminalValue> {
        use pb::compute_capex_roi_request::TerminalValue as Given;
        Some(match request.terminal_value.as_ref()? {
            Given::TerminalAmount(amount) => TerminalValue::Amount(self.decimal(Path::of("terminal_amount"), amount)),
            Given::ExitMultiple(multiple) => TerminalValue::ExitMultiple(self.decimal(Path::of("exit_multiple"), multiple)),
            Given::PerpetualGrowthRate(growth) => {
                let path = Path::of("perpetual_growth_rate");
                let rate = |text: &str| decimal::read(text).ok().and_then(Rate::new);
                // Compared where both are rates; what is none is refused for that.
                if let (Some(growth), Some(discount)) = (rate(growth), rate(&request.discount_rate))
                    && growth >= discount
                {
                    let (growth, discount) = (decimal::write(growth.get()), decimal::write(discount.get()));
                    self.refuse(path, Reason::OutOfRange, || {
                        format!("{growth} is out of range: below discount_rate, which is {discount}")
                    });
                }
                TerminalValue::PerpetualGrowth(self.decimal(path, growth))
            }
        })
    }

    fn timing(&mut self, timing: i32) -> Option<CashFlowTiming> {
        match self.enumerator::<pb::CashFlowTiming>(Path::of("timing"), timing)? {
            pb::CashFlowTiming::Unspecified => None,
            pb::CashFlowTiming::EndOfPeriod => Some(CashFlowTiming::EndOfPeriod),
            pb::CashFlowTiming::MidPeriod => Some(CashFlowTiming::MidPeriod),
        }
    }
}

/// Writes the response.
#[must_use]
pub fn capex_roi_response(asked: &Asked<CapexRoiInputs>, outcome: &CapexRoi) -> pb::ComputeCapexRoiResponse {
    let write = asked.writer();
    pb::ComputeCapexRoiResponse {
        currency_code: asked.currency_code(),
        total_capital_expenditure: write.decimal(outcome.total_capital_expenditure),
        total_net_inflow: write.decimal(outcome.total_net_inflow),
        net_gain: write.decimal(outcome.net_gain),
        return_on_investment: write.decimal(outcome.return_on_investment),
        annualized_return_on_investment: write.optional(outcome.annualized_return_on_investment),
        revenue_to_capital_expenditure: Some(write.decimal(outcome.revenue_to_capital_expenditure)),
        net_present_value: write.decimal(outcome.net_present_value),
        profitability_index: Some(write.decimal(outcome.profitability_index)),
        internal_rates_of_return: Some(write.internal_rates(&outcome.internal_rates_of_return)),
        modified_internal_rate_of_return: outcome.modified_internal_rate_of_return.map(|rate| write.rate_of_return(rate)),
        payback: Some(write.payback(outcome.payback)),
        discounted_payback: Some(write.payback(outcome.discounted_payback)),
        equivalent_annual_annuity: write.optional(outcome.equivalent_annual_annuity),
        explanation: asked.explanation(|inputs| explain_capex_roi(inputs, outcome)),
        break_even_revenue_factor: write.optional(outcome.break_even_revenue_factor),
        periods: outcome.periods.iter().while_awaited().map(|period| period_message(write, period)).collect(),
    }
}

fn period_message(write: Writer, period: &CapexPeriod) -> pb::CapexPeriod {
    pb::CapexPeriod {
        period: period.period,
        capital_expenditure: write.decimal(period.capital_expenditure),
        revenue: write.decimal(period.revenue),
        operating_profit: write.decimal(period.operating_profit),
        depreciation: write.decimal(period.depreciation),
        tax: write.decimal(period.tax),
        net_cash_flow: write.decimal(period.net_cash_flow),
        present_value: write.decimal(period.present_value),
        cumulative_cash_flow: write.decimal(period.cumulative_cash_flow),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn depreciation(request: &pb::ComputeDepreciationRequest) -> Result<Asked<DepreciationInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let path = Path::of("policy");
    let inputs = DepreciationInputs {
        cost: reader.required(Path::of("cost"), &request.cost),
        policy: match &request.policy {
            Some(policy) => reader.policy(path, policy, Period::Year),
            None => {
                reader.refuse(path, Reason::Required, || "a policy is required: method and useful life".to_owned());
                DepreciationPolicy::Macrs(RecoveryPeriod::Three)
            }
        },
    };
    let options = reader.options(request.options.as_ref());
    reader.finish(Asked { inputs, currency, options })
}

/// Writes the response.
#[must_use]
pub fn depreciation_response(
    asked: &Asked<DepreciationInputs>,
    outcome: &[DepreciationYear],
) -> pb::ComputeDepreciationResponse {
    let write = asked.writer();
    let year = |year: &DepreciationYear| pb::DepreciationYear {
        year: year.year,
        depreciation: write.decimal(year.depreciation),
        book_value: write.decimal(year.book_value),
    };
    pb::ComputeDepreciationResponse {
        currency_code: asked.currency_code(),
        years: outcome.iter().while_awaited().map(year).collect(),
        explanation: asked.explanation(explain_depreciation),
    }
}
