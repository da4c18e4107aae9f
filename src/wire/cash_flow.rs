//! Messages of the cash flow service.

use rust_decimal::Decimal;

use super::common::Asked;
use super::decimal::Writer;
use super::pb;
use super::reader::{Path, Reader};
use super::short_text::Text;
use crate::models::calendar::Date;
use crate::models::cash_flow::{
    CashFlows, DatedCashFlow, DayCount, FirstFlow, InternalRates, ModifiedRateInputs, Payback, PaybackInputs, Paybacks,
    PresentValue, PresentValueInputs, RateOfReturn, RateStatus, explain_internal_rate_of_return,
    explain_modified_internal_rate, explain_paybacks, explain_present_value,
};
use crate::models::input::{AnyDecimal, ModelError, Period, Reason};

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn net_present_value(request: &pb::ComputeNetPresentValueRequest) -> Result<Asked<PresentValueInputs>, ModelError> {
    let mut reader = Reader::default();
    let currency = reader.currency(Path::of("currency_code"), &request.currency_code);
    let inputs = PresentValueInputs {
        cash_flows: reader.cash_flows(request.cash_flows.as_ref()),
        discount_rate: reader.required(Path::of("discount_rate"), &request.discount_rate),
        first_flow: reader.first_flow(request),
    };
    let options = reader.options(request.options.as_ref());
    reader.asked(inputs, currency, options)
}

/// Writes the response.
#[must_use]
pub fn net_present_value_response(
    asked: &Asked<PresentValueInputs>,
    outcome: &PresentValue,
) -> pb::ComputeNetPresentValueResponse {
    let write = asked.writer();
    pb::ComputeNetPresentValueResponse {
        currency_code: asked.currency_code(),
        net_present_value: write.money(outcome.net_present_value),
        rate_per_period: write.ratio(outcome.rate_per_period),
        present_value_of_inflows: write.money(outcome.present_value_of_inflows),
        present_value_of_outflows: write.money(outcome.present_value_of_outflows),
        rate_sensitivity: write.ratio(outcome.rate_sensitivity),
        explanation: asked.explanation(explain_present_value),
        warnings: asked.warnings(|inputs, warnings| inputs.cash_flows.warn_of_one_sign(warnings)),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn internal_rate_of_return(request: &pb::ComputeInternalRateOfReturnRequest) -> Result<Asked<CashFlows, ()>, ModelError> {
    let mut reader = Reader::default();
    let inputs = reader.cash_flows(request.cash_flows.as_ref());
    let options = reader.options(request.options.as_ref());
    reader.asked(inputs, (), options)
}

/// Writes the response.
#[must_use]
pub fn internal_rate_of_return_response(
    asked: &Asked<CashFlows, ()>,
    outcome: &InternalRates,
) -> pb::ComputeInternalRateOfReturnResponse {
    pb::ComputeInternalRateOfReturnResponse {
        internal_rates_of_return: Some(asked.writer().internal_rates(outcome)),
        explanation: asked.explanation(|cash_flows| explain_internal_rate_of_return(cash_flows, outcome)),
        warnings: asked.warnings(|cash_flows, warnings| {
            cash_flows.warn_of_one_sign(warnings);
            outcome.warn_of_several("cash_flows", warnings);
        }),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn modified_internal_rate_of_return(
    request: &pb::ComputeModifiedInternalRateOfReturnRequest,
) -> Result<Asked<ModifiedRateInputs, ()>, ModelError> {
    let mut reader = Reader::default();
    let inputs = ModifiedRateInputs {
        cash_flows: reader.cash_flows(request.cash_flows.as_ref()),
        finance_rate: reader.required(Path::of("finance_rate"), &request.finance_rate),
        reinvestment_rate: reader.required(Path::of("reinvestment_rate"), &request.reinvestment_rate),
    };
    let options = reader.options(request.options.as_ref());
    reader.asked(inputs, (), options)
}

/// Writes the response.
#[must_use]
pub fn modified_internal_rate_of_return_response(
    asked: &Asked<ModifiedRateInputs, ()>,
    outcome: &Option<RateOfReturn>,
) -> pb::ComputeModifiedInternalRateOfReturnResponse {
    let write = asked.writer();
    pb::ComputeModifiedInternalRateOfReturnResponse {
        modified_internal_rate_of_return: outcome.map(|rate| write.rate_of_return(rate)),
        explanation: asked.explanation(|inputs| explain_modified_internal_rate(inputs, outcome)),
        warnings: asked.warnings(|inputs, warnings| inputs.cash_flows.warn_of_one_sign(warnings)),
    }
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn payback(request: &pb::ComputePaybackRequest) -> Result<Asked<PaybackInputs, ()>, ModelError> {
    let mut reader = Reader::default();
    let inputs = PaybackInputs {
        cash_flows: reader.cash_flows(request.cash_flows.as_ref()),
        discount_rate: reader.optional(Path::of("discount_rate"), request.discount_rate.as_ref()),
    };
    let options = reader.options(request.options.as_ref());
    reader.asked(inputs, (), options)
}

/// Writes the response.
#[must_use]
pub fn payback_response(asked: &Asked<PaybackInputs, ()>, outcome: &Paybacks) -> pb::ComputePaybackResponse {
    let write = asked.writer();
    pb::ComputePaybackResponse {
        payback: Some(write.payback(outcome.payback)),
        discounted_payback: outcome.discounted_payback.map(|payback| write.payback(payback)),
        explanation: asked.explanation(|inputs| explain_paybacks(inputs, outcome)),
        warnings: asked.warnings(|inputs, warnings| inputs.cash_flows.warn_of_one_sign(warnings)),
    }
}

const CASH_FLOWS: Path<'static> = Path::of("cash_flows");

impl Reader {
    fn cash_flows(&mut self, cash_flows: Option<&pb::CashFlows>) -> CashFlows {
        use pb::cash_flows::Schedule;
        match cash_flows.and_then(|cash_flows| cash_flows.schedule.as_ref()) {
            Some(Schedule::Periodic(flows)) => {
                let path = CASH_FLOWS.field("periodic");
                CashFlows::Periodic {
                    amounts: self.amounts(path.field("amounts"), &flows.amounts),
                    period: self.period(path.field("period"), flows.period),
                }
            }
            Some(Schedule::Dated(flows)) => {
                let path = CASH_FLOWS.field("dated");
                CashFlows::Dated {
                    flows: self.dated(path.field("flows"), &flows.flows),
                    day_count: self.day_count(path.field("day_count"), flows.day_count),
                }
            }
            None => {
                let path = if cash_flows.is_some() { CASH_FLOWS.field("schedule") } else { CASH_FLOWS };
                self.refuse(path, Reason::Required, || "a series is required: periodic or dated".to_owned());
                CashFlows::Periodic { amounts: Vec::new(), period: Period::Year }
            }
        }
    }

    fn amounts(&mut self, path: Path<'_>, amounts: &[Text]) -> Vec<AnyDecimal> {
        self.some(path, amounts.len(), CashFlows::FLOWS_MAX);
        let items = self.items(path, amounts, CashFlows::FLOWS_MAX);
        items.map(|(path, amount)| self.required(path, amount)).collect()
    }

    fn dated(&mut self, path: Path<'_>, flows: &[pb::DatedCashFlow]) -> Vec<DatedCashFlow> {
        self.some(path, flows.len(), CashFlows::FLOWS_MAX);
        let items = self.items(path, flows, CashFlows::FLOWS_MAX);
        items
            .map(|(path, flow)| DatedCashFlow {
                date: self.required_date(path.field("date"), &flow.date),
                amount: self.required(path.field("amount"), &flow.amount),
            })
            .collect()
    }

    fn required_date(&mut self, path: Path<'_>, text: &str) -> Date {
        if text.is_empty() {
            self.refuse(path, Reason::Required, || "a date is required: YYYY-MM-DD".to_owned());
            return Date::default();
        }
        self.date(path, text).unwrap_or_default()
    }

    pub(super) fn day_count(&mut self, path: Path<'_>, number: i32) -> DayCount {
        match self.enumerator::<pb::DayCount>(path, number) {
            None | Some(pb::DayCount::Unspecified) => DayCount::default(),
            Some(pb::DayCount::Act365Fixed) => DayCount::Act365Fixed,
            Some(pb::DayCount::Act360) => DayCount::Act360,
            Some(pb::DayCount::Act36525) => DayCount::Act365Quarter,
            Some(pb::DayCount::ActActIsda) => DayCount::ActActIsda,
            Some(pb::DayCount::Thirty360Bond) => DayCount::Thirty360Bond,
            Some(pb::DayCount::ThirtyE360) => DayCount::ThirtyE360,
        }
    }

    fn first_flow(&mut self, request: &pb::ComputeNetPresentValueRequest) -> Option<FirstFlow> {
        use pb::cash_flows::Schedule;
        let path = Path::of("first_flow");
        let is_dated = matches!(request.cash_flows, Some(pb::CashFlows { schedule: Some(Schedule::Dated(_)) }));
        match self.enumerator::<pb::FirstFlow>(path, request.first_flow)? {
            pb::FirstFlow::Unspecified => None,
            pb::FirstFlow::Now => Some(FirstFlow::Now),
            pb::FirstFlow::OnePeriod => {
                if is_dated {
                    self.refuse(path, Reason::NotApplicable, || {
                        "FIRST_FLOW_ONE_PERIOD is not used with dated flows, which have no period: the earliest date is time 0"
                            .to_owned()
                    });
                }
                Some(FirstFlow::OnePeriod)
            }
        }
    }
}

impl Writer {
    pub(super) fn internal_rates(self, outcome: &InternalRates) -> pb::InternalRatesOfReturn {
        use pb::internal_rates_of_return::Status;
        let status = match outcome.status {
            RateStatus::Unique => Status::Unique,
            RateStatus::Several => Status::Several,
            RateStatus::NoSignChange => Status::NoSignChange,
            RateStatus::None => Status::None,
            RateStatus::Undecided => Status::Undecided,
            RateStatus::Any => Status::Any,
        };
        pb::InternalRatesOfReturn {
            status: status.into(),
            rates: outcome.rates.iter().map(|rate| self.rate_of_return(*rate)).collect(),
            selected: outcome.selected,
            sign_changes: outcome.sign_changes,
        }
    }

    pub(super) fn rate_of_return(self, rate: RateOfReturn) -> pb::RateOfReturn {
        let annual = self.ratio(rate.annual);
        // A year's rate is all three, and is written once.
        let as_annual = |other: Option<Decimal>| match other {
            Some(other) if other == rate.annual => Some(annual.clone()),
            other => self.optional_ratio(other),
        };
        let (per_period, nominal_annual) = (as_annual(rate.per_period), as_annual(rate.nominal_annual));
        pb::RateOfReturn { annual, per_period, nominal_annual }
    }

    pub(super) fn payback(self, payback: Payback) -> pb::Payback {
        use pb::payback::Outcome;
        pb::Payback {
            outcome: Some(match payback {
                Payback::Years(years) => Outcome::Years(self.ratio(years)),
                Payback::Never { shortfall, .. } => Outcome::Never(pb::NeverPaysBack { shortfall: self.money(shortfall) }),
            }),
        }
    }
}
