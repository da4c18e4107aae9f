//! Day counts: the number of years between two dates, by convention.
//!
//! Sources: ISDA 2006 Definitions, section 4.16; the year lengths of 365 and 365.25 days are those of spreadsheets and of
//! astronomy's Julian year.

use crate::calendar::{Date, days_between};
use crate::input::Period;
use crate::number::{Exact, Number};

/// Day-count convention: how the years between two dates are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayCount {
    /// Actual/365 Fixed: days / 365, the convention of spreadsheets.
    #[default]
    Act365Fixed,
    /// Actual/360: days / 360.
    Act360,
    /// Actual/365.25: days / 365.25, the Julian year.
    Act365Quarter,
    /// Actual/Actual ISDA: days in leap years / 366 + days in other years / 365.
    ActActIsda,
    /// 30/360, bond basis: months of 30 days; a 31st is a 30th where the first date is a 30th or a 31st.
    Thirty360Bond,
    /// 30E/360, Eurobond basis: months of 30 days; every 31st is a 30th.
    ThirtyE360,
}

/// A fraction of a year, numerator / denominator: the unit in which a series counts time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearUnit {
    numerator: u32,
    denominator: u32,
}

impl YearUnit {
    pub(super) const fn new(numerator: u32, denominator: u32) -> YearUnit {
        YearUnit { numerator, denominator }
    }

    /// Returns the length of one period.
    #[must_use]
    pub fn of_period(period: Period) -> YearUnit {
        YearUnit::new(1, period.per_year())
    }

    /// Returns the length of half a period.
    #[must_use]
    pub fn of_half_period(period: Period) -> YearUnit {
        YearUnit::new(1, period.per_year().saturating_mul(2))
    }

    /// Returns the numerator and the denominator of the fraction.
    #[must_use]
    pub fn fraction(self) -> (u32, u32) {
        (self.numerator, self.denominator)
    }

    /// Converts units into years, as an exact number: multiplied first, divided last.
    #[must_use]
    pub fn years(self, units: u32) -> Exact {
        Exact::from(units) * Exact::whole(self.numerator) / Exact::whole(self.denominator)
    }
}

impl DayCount {
    /// Returns the fraction of a year of which every time in this day count is a whole multiple.
    #[must_use]
    pub fn unit(self) -> YearUnit {
        match self {
            DayCount::Act365Fixed => YearUnit::new(1, 365),
            DayCount::Act360 | DayCount::Thirty360Bond | DayCount::ThirtyE360 => YearUnit::new(1, 360),
            DayCount::Act365Quarter => YearUnit::new(4, 1461),
            // A day of a leap year is 365 of them, a day of another year 366.
            DayCount::ActActIsda => YearUnit::new(1, 365 * 366),
        }
    }

    /// Counts the units from one date to a later date.
    ///
    /// ```
    /// use paydirt_models::calendar::parse;
    /// use paydirt_models::cash_flow::DayCount;
    ///
    /// let (from, to) = (parse("2007-01-15").unwrap(), parse("2007-01-31").unwrap());
    /// assert_eq!(DayCount::Act365Fixed.units(from, to), 16);
    /// assert_eq!(DayCount::ThirtyE360.units(from, to), 15);
    /// ```
    #[must_use]
    pub fn units(self, from: Date, to: Date) -> u32 {
        match self {
            DayCount::Act365Fixed | DayCount::Act360 | DayCount::Act365Quarter => days_between(from, to),
            DayCount::ActActIsda => {
                let (leap, other) = days_by_year(from, to);
                leap.saturating_mul(365).saturating_add(other.saturating_mul(366))
            }
            DayCount::Thirty360Bond => thirty_360(from, to, from.day() >= 30),
            DayCount::ThirtyE360 => thirty_360(from, to, true),
        }
    }

    /// Counts the years from one date to a later date.
    #[must_use]
    pub fn years(self, from: Date, to: Date) -> Exact {
        self.unit().years(self.units(from, to))
    }

    /// How the day count counts, with its source, and where the function YEARFRAC of a spreadsheet counts otherwise.
    #[must_use]
    pub fn definition(self) -> &'static str {
        match self {
            DayCount::Act365Fixed => "Days / 365: the convention of spreadsheets, and of a request that names no day count.",
            DayCount::Act360 => "Days / 360: ISDA 2006 Definitions, section 4.16 (e).",
            DayCount::Act365Quarter => "Days / 365.25: the year of the Julian calendar.",
            DayCount::ActActIsda => {
                "Days of leap years / 366 + days of other years / 365: ISDA 2006 Definitions, section 4.16 (b). A spreadsheet's YEARFRAC \
                 of basis 1, which divides by a mean length of the years, differs."
            }
            DayCount::Thirty360Bond => {
                "Months of 30 days, bond basis: ISDA 2006 Definitions, section 4.16 (f). YEARFRAC of a spreadsheet with basis 0 also takes \
                 the last day of February for a 30th, and differs there."
            }
            DayCount::ThirtyE360 => "Months of 30 days, Eurobond basis: ISDA 2006 Definitions, section 4.16 (g).",
        }
    }

    /// How [`DayCount::years`] came about: "60 / 366 + 30 / 365".
    #[must_use]
    pub fn years_in_figures(self, from: Date, to: Date) -> String {
        let units = self.units(from, to);
        match self {
            _ if units == 0 => "0".to_owned(),
            DayCount::Act365Fixed => format!("{units} / 365"),
            DayCount::Act360 | DayCount::Thirty360Bond | DayCount::ThirtyE360 => format!("{units} / 360"),
            DayCount::Act365Quarter => format!("{units} / 365.25"),
            DayCount::ActActIsda => match days_by_year(from, to) {
                (0, other) => format!("{other} / 365"),
                (leap, 0) => format!("{leap} / 366"),
                (leap, other) => format!("{leap} / 366 + {other} / 365"),
            },
        }
    }

    /// Returns the name of the day count in the contract.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DayCount::Act365Fixed => "DAY_COUNT_ACT_365_FIXED",
            DayCount::Act360 => "DAY_COUNT_ACT_360",
            DayCount::Act365Quarter => "DAY_COUNT_ACT_365_25",
            DayCount::ActActIsda => "DAY_COUNT_ACT_ACT_ISDA",
            DayCount::Thirty360Bond => "DAY_COUNT_THIRTY_360_BOND",
            DayCount::ThirtyE360 => "DAY_COUNT_THIRTY_E_360",
        }
    }
}

/// Counts the days in leap years and the days in other years; the first day counts, the last does not.
fn days_by_year(from: Date, to: Date) -> (u32, u32) {
    let days = days_between(from, to);
    let leap = leap_days_before(to).saturating_sub(leap_days_before(from));
    (leap, days.saturating_sub(leap))
}

/// Counts the days of leap years between the year 1 and the date.
fn leap_days_before(date: Date) -> u32 {
    let years_before = u32::from(date.year().saturating_sub(1).max(0).unsigned_abs());
    let leap_years = years_before
        .wrapping_div(4)
        .saturating_sub(years_before.wrapping_div(100))
        .saturating_add(years_before.wrapping_div(400));
    let this_year = if date.in_leap_year() { u32::from(date.day_of_year().unsigned_abs()).saturating_sub(1) } else { 0 };
    leap_years.saturating_mul(366).saturating_add(this_year)
}

/// Counts the days between two dates in months of 30 days; `shorten` makes a 31st of the second date a 30th.
fn thirty_360(from: Date, to: Date, shorten: bool) -> u32 {
    let months = |date: Date| i32::from(date.year()).saturating_mul(12).saturating_add(date.month().into());
    let first = i32::from(from.day()).min(30);
    let last = if shorten { i32::from(to.day()).min(30) } else { to.day().into() };
    let days = months(to).saturating_sub(months(from)).saturating_mul(30).saturating_add(last).saturating_sub(first);
    u32::try_from(days).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse;

    fn assert_days(day_count: DayCount, examples: &[(&str, &str, u32)]) {
        for (from, to, days) in examples {
            assert_eq!(day_count.units(parse(from).unwrap(), parse(to).unwrap()), *days, "{day_count:?} {from} {to}");
        }
    }

    /// Source of the expected values: examples in ISDA's EMU and Market Conventions: Recent Developments, 1998, and The
    /// Actual/Actual Day Count Fraction, 1999.
    #[test]
    fn actual_actual_is_that_of_isdas_memorandum() {
        for (from, to, years, figures) in [
            ("2003-11-01", "2004-05-01", 0.497724380567, "121 / 366 + 61 / 365"),
            ("1999-02-01", "1999-07-01", 0.410958904110, "150 / 365"),
            ("1999-07-01", "2000-07-01", 1.001377348600, "182 / 366 + 184 / 365"),
            ("2002-08-15", "2003-07-15", 0.915068493151, "334 / 365"),
            ("2003-07-15", "2004-01-15", 0.504004790778, "14 / 366 + 170 / 365"),
            ("1999-07-30", "2000-01-30", 0.503892506924, "29 / 366 + 155 / 365"),
            ("2000-01-30", "2000-06-30", 0.415300546448, "152 / 366"),
            ("1999-11-30", "2000-04-30", 0.415540085336, "120 / 366 + 32 / 365"),
        ] {
            let (from, to) = (parse(from).unwrap(), parse(to).unwrap());
            let counted = DayCount::ActActIsda.years(from, to).to_f64();
            assert!((counted - years).abs() < 5e-12, "{from} {to}: {counted}");
            assert_eq!(DayCount::ActActIsda.years_in_figures(from, to), figures);
        }
    }

    #[test]
    fn a_whole_year_is_one_year_whether_it_leaps_or_not() {
        for year in ["1900", "1999", "2000", "2100"] {
            let from = parse(&format!("{year}-01-01")).unwrap();
            let to = parse(&format!("{}-01-01", year.parse::<u32>().unwrap() + 1)).unwrap();
            assert_eq!(DayCount::ActActIsda.years(from, to), Exact::ONE);
        }
    }

    /// Dates for which the bond basis and the Eurobond basis agree. Source: the spreadsheet 30-360-2006ISDADefs of the 2006 ISDA
    /// Definitions.
    const BOTH: [(&str, &str, u32); 14] = [
        ("2006-08-20", "2007-02-20", 180),
        ("2006-08-31", "2007-02-28", 178),
        ("2007-08-31", "2008-02-29", 179),
        ("2006-01-31", "2006-02-28", 28),
        ("2006-01-30", "2006-02-28", 28),
        ("2006-02-28", "2006-03-03", 5),
        ("2006-02-14", "2006-02-28", 14),
        ("2006-09-30", "2006-10-31", 30),
        ("2006-10-31", "2006-11-28", 28),
        ("2007-08-31", "2008-02-28", 178),
        ("2008-02-28", "2008-08-30", 182),
        ("2007-02-26", "2008-02-29", 363),
        ("2008-02-29", "2009-02-28", 359),
        ("2008-02-28", "2008-03-30", 32),
    ];

    #[test]
    fn thirty_360_is_that_of_isdas_spreadsheet() {
        for day_count in [DayCount::Thirty360Bond, DayCount::ThirtyE360] {
            assert_days(day_count, &BOTH);
        }
        assert_days(
            DayCount::Thirty360Bond,
            &[("2007-02-28", "2007-08-31", 183), ("2008-02-29", "2008-08-31", 182), ("2008-02-28", "2008-03-31", 33)],
        );
        assert_days(
            DayCount::ThirtyE360,
            &[("2007-02-28", "2007-08-31", 182), ("2008-02-29", "2008-08-31", 181), ("2008-02-28", "2008-03-31", 32)],
        );
    }

    #[test]
    fn fixed_years_have_as_many_days_as_their_names_say() {
        let (from, to) = (parse("2008-01-01").unwrap(), parse("2008-12-31").unwrap());
        assert_eq!(DayCount::Act365Fixed.years(from, to), Exact::ONE);
        assert_eq!(DayCount::Act360.years(from, to), Exact::from(73) / Exact::from(72));
        assert_eq!(DayCount::Act365Quarter.years(from, to), Exact::from(1460) / Exact::from(1461));
        for (day_count, figures) in [
            (DayCount::Act365Fixed, "365 / 365"),
            (DayCount::Act360, "365 / 360"),
            (DayCount::Act365Quarter, "365 / 365.25"),
            (DayCount::Thirty360Bond, "360 / 360"),
        ] {
            assert_eq!(day_count.years_in_figures(from, to), figures);
            assert_eq!(day_count.years_in_figures(from, from), "0");
        }
    }

    #[test]
    fn time_never_runs_backwards() {
        let start = parse("2023-12-29").unwrap();
        for day_count in [
            DayCount::Act365Fixed,
            DayCount::Act360,
            DayCount::Act365Quarter,
            DayCount::ActActIsda,
            DayCount::Thirty360Bond,
            DayCount::ThirtyE360,
        ] {
            let mut before = 0;
            for days in 0..1500 {
                let units = day_count.units(start, crate::calendar::add_days(start, days).unwrap());
                assert!(units >= before, "{day_count:?} {days}");
                before = units;
            }
        }
    }
}
