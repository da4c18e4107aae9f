//! The libraries in Rust: inputs prepared, then nothing but the question.

use std::hint::black_box;
use std::panic::catch_unwind;

use chrono::NaiveDate;
use paydirt::models::cash_flow::{CashFlows, DayCount, InternalRates, RateStatus, Series, internal_rates};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::case::{Case, Kind};
use crate::judge::Outcome;

/// From decimals to proven rates.
pub struct Paydirt {
    cash_flows: CashFlows,
}

impl Paydirt {
    pub fn of(case: &Case) -> Paydirt {
        Paydirt { cash_flows: case.cash_flows(DayCount::Act365Fixed) }
    }

    pub fn found(&mut self) -> Found {
        Found(internal_rates(&Series::of(black_box(&self.cash_flows))))
    }

    pub fn answer(&mut self) -> Outcome {
        self.found().rates().first().map_or(Outcome::Failed, |rate| Outcome::Rate(*rate))
    }
}

#[derive(Debug)]
pub struct Found(InternalRates);

impl Found {
    /// Per period where there is one, as the peers answer.
    pub fn rates(&self) -> Vec<f64> {
        let rate = |rate: Decimal| rate.to_f64().expect("12 digits");
        self.0.rates.iter().map(|found| rate(found.per_period.unwrap_or(found.annual))).collect()
    }

    pub fn is_settled_as(&self, kind: Kind) -> bool {
        match kind {
            Kind::OneSignChange => self.0.status == RateStatus::Unique && self.0.sign_changes == 1,
            Kind::SeveralRates => self.0.status == RateStatus::Several,
        }
    }
}

/// In doubles, which is its fastest.
pub struct RustFinprim {
    amounts: Vec<f64>,
    table: Option<Vec<(f64, i32)>>,
    /// It is done when the present value is below this. Its default of 1e-5 lies beyond doubles where amounts are large.
    tolerance: f64,
}

impl RustFinprim {
    pub fn of(case: &Case) -> RustFinprim {
        let amounts = case.floats();
        let tolerance = amounts.iter().map(|amount| amount.abs()).sum::<f64>() * 1e-13;
        let table = case.days().map(|days| amounts.iter().copied().zip(days).collect());
        RustFinprim { amounts, table, tolerance }
    }

    pub fn answer(&mut self) -> Outcome {
        use rust_finprim::rate::{irr, xirr};
        let answer = catch_unwind(|| match &self.table {
            None => irr(black_box(&self.amounts), None, Some(self.tolerance), None).ok(),
            Some(table) => xirr(black_box(table), None, Some(self.tolerance), None).ok(),
        });
        answer.map_or(Outcome::Panicked, |rate| rate.map_or(Outcome::Failed, Outcome::Rate))
    }
}

/// In decimals of 28 digits; it has no default guess, so it gets the others' one.
pub struct CorpFinance {
    amounts: Vec<Decimal>,
    table: Option<Vec<(NaiveDate, Decimal)>>,
}

impl CorpFinance {
    pub fn of(case: &Case) -> CorpFinance {
        let amounts = case.decimals();
        let date = |date: &paydirt::models::calendar::Date| {
            let (year, month, day) = (date.year(), date.month(), date.day());
            NaiveDate::from_ymd_opt(year.into(), month.unsigned_abs().into(), day.unsigned_abs().into()).expect("a date")
        };
        let table = case.dates.as_ref().map(|dates| dates.iter().map(date).zip(amounts.iter().copied()).collect());
        CorpFinance { amounts, table }
    }

    /// Its years have 365.25 days.
    pub fn rates_by_its_day_count(&self, case: &Case) -> Option<Vec<f64>> {
        self.table.as_ref()?;
        let series = Series::of(&case.cash_flows(DayCount::Act365Quarter));
        Some(Found(internal_rates(&series)).rates())
    }

    pub fn answer(&mut self) -> Outcome {
        use corp_finance_core::time_value::{irr, xirr};
        let guess = Decimal::new(1, 1);
        let answer = catch_unwind(|| match &self.table {
            None => irr(black_box(&self.amounts), guess).ok(),
            Some(table) => xirr(black_box(table), guess).ok(),
        });
        let rate = answer.map(|rate| rate.and_then(|rate| rate.to_f64()));
        rate.map_or(Outcome::Panicked, |rate| rate.map_or(Outcome::Failed, Outcome::Rate))
    }
}
