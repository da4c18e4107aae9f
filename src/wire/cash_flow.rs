//! Rates of return and paybacks as messages.

use super::decimal::Writer;
use super::pb;
use crate::models::cash_flow::{InternalRates, Payback, RateOfReturn, RateStatus};

impl Writer {
    pub(super) fn internal_rates(&self, rates: &InternalRates) -> pb::InternalRatesOfReturn {
        use pb::internal_rates_of_return::Status;
        let status = match rates.status {
            RateStatus::Unique => Status::Unique,
            RateStatus::Several => Status::Several,
            RateStatus::NoSignChange => Status::NoSignChange,
            RateStatus::None => Status::None,
            RateStatus::Undecided => Status::Undecided,
            RateStatus::Any => Status::Any,
        };
        pb::InternalRatesOfReturn {
            status: status.into(),
            rates: rates.rates.iter().map(|rate| self.rate_of_return(rate)).collect(),
            selected: rates.selected,
            sign_changes: rates.sign_changes,
        }
    }

    pub(super) fn rate_of_return(&self, rate: &RateOfReturn) -> pb::RateOfReturn {
        pb::RateOfReturn { annual: self.decimal(rate.annual), per_period: self.optional(rate.per_period) }
    }

    pub(super) fn payback(&self, payback: &Payback) -> pb::Payback {
        use pb::payback::Outcome;
        let outcome = match payback {
            Payback::Years(years) => Outcome::Years(self.decimal(*years)),
            Payback::Never { shortfall } => Outcome::Never(pb::NeverPaysBack { shortfall: self.decimal(*shortfall) }),
        };
        pb::Payback { outcome: Some(outcome) }
    }
}
