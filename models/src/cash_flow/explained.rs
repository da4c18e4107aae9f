//! Rows of an explanation: the flows of a request, each with its name, its time in figures and its amount.

use super::{CashFlows, DatedCashFlow, DayCount, Flow, Series};
use crate::calendar::Date;
use crate::explanation::{Explanation, canonical, figure};
use crate::input::{Bounded, Period};
use crate::number::Exact;
use crate::work::{WhileAwaited, tick};

/// The most terms of a sum that an explanation writes out. The terms of a longer sum stand in the steps before it.
const TERMS_MAX: usize = 24;
/// The most flows that an explanation writes out one by one. Of a longer series [`ENDS`] at either end stand for all.
const FLOWS_MAX: usize = 1000;
/// The number of flows at either end of a long series that are written out.
const ENDS: usize = 10;
/// Work of finding the given flows of a time.
const PLACING_UNITS: u64 = 6;
/// Work of writing the name of a flow.
const NAMING_UNITS: u64 = 30;

/// Cash flow at one time, as an explanation names it.
pub(super) struct Row {
    /// Label of the row: the number of its period, or its date.
    pub label: String,
    /// Name of the amount: a field of the request, or the sum of several fields.
    pub name: String,
    pub flow: Flow,
}

/// Notation of the times of a series: in periods, or by day count.
pub(super) enum TimeNotation {
    Periods(Period),
    Dates { dates: Vec<(u32, Date)>, day_count: DayCount },
}

/// Rows of a request that are written out, in order of time.
pub(super) struct Rows {
    /// A row for each of [`written`] flows.
    pub rows: Vec<Row>,
    pub times: TimeNotation,
    pub extent: Extent,
}

/// Number of flows of a series, which says whether all of them are written out.
#[derive(Clone, Copy)]
pub(super) struct Extent(usize);

/// Returns the members of a list beside the flows of a series that are written out: all of a short list, both ends of a long one.
pub(super) fn written<T>(of_all: &[T]) -> impl Iterator<Item = &T> {
    let ends = if Extent(of_all.len()).is_abridged() {
        of_all.get(..ENDS).zip(of_all.get(of_all.len().saturating_sub(ENDS)..))
    } else {
        None
    };
    let (first, last) = ends.unwrap_or((of_all, &[]));
    first.iter().chain(last)
}

impl Extent {
    /// True where the flows between both ends are left out.
    fn is_abridged(self) -> bool {
        self.0 > FLOWS_MAX
    }

    /// True of the index of a flow that is written out.
    pub fn writes(self, index: usize) -> bool {
        !self.is_abridged() || index < ENDS || index >= self.0.saturating_sub(ENDS)
    }

    /// Writes the terms of a sum over flows: their number, where not all flows are written out.
    pub fn listed<T>(self, number: usize, terms: &[T], in_words: impl Fn(&T) -> String) -> String {
        if self.is_abridged() {
            let values = if number == 1 { "1 value".to_owned() } else { format!("{number} values") };
            return format!(
                "the sum of {values}, of which the steps above show those of the first {ENDS} flows and the last {ENDS}"
            );
        }
        listed(terms, in_words)
    }

    /// Says which flows are written out, where these are not all.
    pub fn assume(self, explanation: &mut Explanation) {
        if self.is_abridged() {
            explanation.assume(
                "flows",
                format!("the first {ENDS} and the last {ENDS} of {}", self.0),
                format!("Of more than {FLOWS_MAX} flows the first {ENDS} and the last {ENDS} in order of time are written out; the answer counts all of them."),
            );
        }
    }
}

impl Rows {
    /// Creates the rows, and adds a step for each sum of flows on one date.
    pub fn of(cash_flows: &CashFlows, series: &Series, explanation: &mut Explanation) -> Rows {
        match cash_flows {
            CashFlows::Periodic { period, .. } => {
                let row = |flow: &Flow| Row {
                    label: flow.units.to_string(),
                    name: format!("cash_flows.periodic.amounts[{}]", flow.units),
                    flow: *flow,
                };
                let rows = written(series.flows()).map(row).while_awaited_each(NAMING_UNITS).collect();
                Rows { rows, times: TimeNotation::Periods(*period), extent: Extent(series.flows().len()) }
            }
            CashFlows::Dated { flows, day_count } => Rows::dated(flows, *day_count, series, explanation),
        }
    }

    fn dated(flows: &[DatedCashFlow], day_count: DayCount, series: &Series, explanation: &mut Explanation) -> Rows {
        let mut in_order: Vec<(usize, &DatedCashFlow)> = flows.iter().enumerate().collect();
        in_order.sort_by_key(|(_, flow)| flow.date);
        let start = in_order.first().map(|(_, flow)| flow.date).unwrap_or_default();
        let mut rest = in_order.into_iter().peekable();
        let extent = Extent(series.flows().len());
        let (mut rows, mut dates) = (Vec::new(), Vec::with_capacity(extent.0));
        for (place, flow) in series.flows().iter().enumerate().while_awaited_each(PLACING_UNITS) {
            let mut of_this_time = Vec::new();
            while let Some(next) = rest.next_if(|(_, next)| day_count.units(start, next.date) == flow.units) {
                of_this_time.push(next);
            }
            let Some((_, first)) = of_this_time.first() else { continue };
            dates.push((flow.units, first.date));
            if !extent.writes(place) {
                continue;
            }
            tick(NAMING_UNITS);
            let path = |index: usize| format!("cash_flows.dated.flows[{index}].amount");
            let name = match of_this_time.as_slice() {
                [(index, _)] => path(*index),
                several => {
                    let name = format!("amount({})", first.date);
                    let figures: Vec<Exact> = several.iter().map(|(_, flow)| Exact::from(flow.amount.get())).collect();
                    explanation.step(
                        &name,
                        listed(several, |(index, _)| path(*index)),
                        sum_in_figures(&figures),
                        canonical(flow.amount),
                    );
                    name
                }
            };
            rows.push(Row { label: first.date.to_string(), name, flow: *flow });
        }
        Rows { rows, times: TimeNotation::Dates { dates, day_count }, extent }
    }
}

impl TimeNotation {
    /// Writes a number of units in years: "3 / 12", or for dated flows the day count of a row, "59 / 365".
    pub fn years(&self, units: u32) -> String {
        match self {
            _ if units == 0 => "0".to_owned(),
            TimeNotation::Periods(Period::Year) => units.to_string(),
            TimeNotation::Periods(period) => format!("{units} / {}", period.per_year()),
            TimeNotation::Dates { day_count, .. } => match (self.date(0), self.date(units)) {
                (Some(start), Some(date)) => day_count.years_in_figures(start, date),
                _ => units.to_string(),
            },
        }
    }

    /// Writes the years from a row to the last row: the time over which an inflow is reinvested.
    pub fn years_until(&self, units: u32, last: u32) -> String {
        match self {
            TimeNotation::Periods(_) => self.years(last.saturating_sub(units)),
            TimeNotation::Dates { .. } if units == 0 => self.years(last),
            TimeNotation::Dates { .. } if units == last => "0".to_owned(),
            // Both are counted from the start: not every day count adds up.
            TimeNotation::Dates { .. } => format!("{} - {}", self.years(last), bracketed_sum(&self.years(units))),
        }
    }

    /// Writes the label of a flow: the number of its period, or its date.
    pub fn label(&self, units: u32) -> String {
        match self {
            TimeNotation::Periods(_) => units.to_string(),
            TimeNotation::Dates { .. } => self.date(units).map(|date| date.to_string()).unwrap_or_default(),
        }
    }

    fn date(&self, units: u32) -> Option<Date> {
        let TimeNotation::Dates { dates, .. } = self else { return None };
        let index = dates.binary_search_by_key(&units, |(units, _)| *units).ok()?;
        dates.get(index).map(|(_, date)| *date)
    }

    /// Adds the conventions that the times follow to the explanation.
    pub fn assume(&self, explanation: &mut Explanation) {
        match self {
            TimeNotation::Periods(Period::Year) => {}
            TimeNotation::Periods(period) => explanation.assume(
                "cash_flows.periodic.period",
                period.name(),
                format!("Rates per year are effective: {} periods compound to a year.", period.per_year()),
            ),
            TimeNotation::Dates { day_count, .. } => {
                explanation.assume("cash_flows.dated.day_count", day_count.name(), day_count.definition());
                if let Some((_, start)) = self.first() {
                    explanation.assume(
                        "time_0",
                        start.to_string(),
                        "The earliest date is time 0: nothing of it is discounted.",
                    );
                }
            }
        }
    }

    fn first(&self) -> Option<(u32, Date)> {
        let TimeNotation::Dates { dates, .. } = self else { return None };
        dates.first().copied()
    }
}

/// Writes an exponent; an exponent of more than one figure stands in brackets.
pub(super) fn exponent(years: &str) -> String {
    if years.contains(' ') { format!("({years})") } else { years.to_owned() }
}

/// Writes a number of years as a factor or a subtrahend; a sum stands in brackets.
pub(super) fn bracketed_sum(years: &str) -> String {
    if years.contains(" + ") { format!("({years})") } else { years.to_owned() }
}

/// Writes the terms of a sum. Of a longer sum only the number of terms is written, and no term is formatted.
pub(super) fn listed<T>(terms: &[T], in_words: impl Fn(&T) -> String) -> String {
    match terms {
        [] => "0".to_owned(),
        few if few.len() <= TERMS_MAX => few.iter().map(in_words).collect::<Vec<_>>().join(" + "),
        many => format!("the sum of {} values, in the steps above", many.len()),
    }
}

/// Writes a sum in figures.
pub(super) fn sum_in_figures(terms: &[Exact]) -> String {
    listed(terms, |term| figure(*term))
}
