//! A series of flows in order of time, on a grid of whole units, from which every calculation with cash flows starts.

use std::borrow::Cow;

use super::day_count::{DayCount, YearUnit};
use super::{CashFlows, DatedCashFlow};
use crate::input::{Bounded, Period};
use crate::number::{Exact, Number};

/// A flow: the sum of all amounts at one time.
#[derive(Clone, Copy, Debug)]
pub struct Flow<A = Exact> {
    /// Time since the start, in units of the series.
    pub units: u32,
    /// Exact sum of the amounts at this time; the sum may be 0.
    pub amount: A,
}

/// Flows in order of time, no two of them at one time.
///
/// Periodic flows, dated flows of every day count and flows in the middle of a period all fall on whole multiples of a fraction
/// of a year, so that one calculation serves them all: `present value = sum of amount × x^units` with
/// `x = (1 + annual rate)^-unit`.
#[derive(Clone, Debug)]
pub struct Series {
    flows: Vec<Flow>,
    unit: YearUnit,
    /// Units in a period, and the length of a period; None of dated flows.
    period: Option<(u32, Period)>,
}

impl Series {
    /// Creates the series of a request's cash flows.
    #[must_use]
    pub fn of(cash_flows: &CashFlows) -> Series {
        match cash_flows {
            CashFlows::Periodic { amounts, period } => {
                Series::periodic(amounts.iter().map(|amount| Exact::from(amount.get())), *period)
            }
            CashFlows::Dated { flows, day_count } => Series::dated(flows, *day_count),
        }
    }

    /// Creates a series with one flow per period, at its end.
    pub fn periodic(amounts: impl Iterator<Item = Exact>, period: Period) -> Series {
        let flows = amounts.zip(0..).map(|(amount, units)| Flow { units, amount }).collect();
        Series { flows, unit: YearUnit::of_period(period), period: Some((1, period)) }
    }

    /// Creates a series from flows at times in half periods, given in order of time; amounts at one time are added up.
    pub fn in_half_periods(flows: impl Iterator<Item = Flow>, period: Period) -> Series {
        Series { flows: added_up(flows), unit: YearUnit::of_half_period(period), period: Some((2, period)) }
    }

    /// Returns the series with each amount times its time in units, counted from so many units before the start.
    #[must_use]
    pub fn weighted_by_time(&self, delay: u32) -> Series {
        let weighted = |flow: &Flow| Flow { amount: flow.amount * Exact::whole(flow.units.saturating_add(delay)), ..*flow };
        Series { flows: self.flows.iter().map(weighted).collect(), unit: self.unit, period: self.period }
    }

    /// Returns the series with an amount taken off at the time of its first flow.
    #[must_use]
    pub fn less_at_start(mut self, amount: Exact) -> Series {
        if let Some(first) = self.flows.first_mut() {
            first.amount = first.amount - amount;
        }
        self
    }

    fn dated(flows: &[DatedCashFlow], day_count: DayCount) -> Series {
        let mut in_order = Cow::Borrowed(flows);
        if !flows.is_sorted_by_key(|flow| flow.date) {
            in_order.to_mut().sort_by_key(|flow| flow.date);
        }
        let start = in_order.first().map(|flow| flow.date).unwrap_or_default();
        let flows = in_order
            .iter()
            .map(|flow| Flow { units: day_count.units(start, flow.date), amount: Exact::from(flow.amount.get()) });
        Series { flows: added_up(flows), unit: day_count.unit(), period: None }
    }

    /// Returns the flows in order of time.
    #[must_use]
    pub fn flows(&self) -> &[Flow] {
        &self.flows
    }

    /// Returns the exponent of ten of the last digit after the point that an amount has, 0 where none has any.
    pub(super) fn exponent(&self) -> i32 {
        self.flows.iter().filter_map(|flow| flow.amount.0).fold(0, |exponent, amount| exponent.min(amount.exponent()))
    }

    /// Returns the length of one unit in years.
    #[must_use]
    pub fn unit(&self) -> YearUnit {
        self.unit
    }

    /// Returns the units in a period and the length of a period; None of dated flows.
    #[must_use]
    pub fn period(&self) -> Option<(u32, Period)> {
        self.period
    }

    /// Returns the time from the first flow to the last, flows of 0 included.
    #[must_use]
    pub fn span_units(&self) -> u32 {
        self.flows.last().map_or(0, |flow| flow.units)
    }
}

/// Adds up the amounts at one time, exactly.
fn added_up(flows: impl Iterator<Item = Flow>) -> Vec<Flow> {
    let mut sums: Vec<Flow> = Vec::with_capacity(flows.size_hint().0);
    for flow in flows {
        match sums.last_mut() {
            Some(last) if last.units == flow.units => last.amount = last.amount + flow.amount,
            _ => sums.push(flow),
        }
    }
    sums
}
