//! MACRS tables: the percentages of the Modified Accelerated Cost Recovery System, as the IRS prints them.
//!
//! Source: IRS Publication 946, How To Depreciate Property, Appendix A: table A-1 in `half_year.rs`, tables in
//! `mid_quarter.rs`, tables A-6 and A-7a in `mid_month.rs`. Each column adds up to 100, and no figure is further than 0.014 from the statute's method, 26 U.S.C. 168.

use rust_decimal::Decimal;

use super::half_year::RecoveryPeriod;
use super::service_month::ServiceMonth;
use super::{mid_month, mid_quarter};

/// Column of a printed MACRS table: one percentage of cost for each year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacrsColumn {
    /// Column of table A-1: the half-year convention.
    HalfYear(RecoveryPeriod),
    /// Column of table: the mid-quarter convention, by the quarter of the month.
    MidQuarter(RecoveryPeriod, ServiceMonth),
    /// Column of table A-6: residential rental property, 27.5 years, the mid-month convention.
    Residential(ServiceMonth),
    /// Column of table A-7a: nonresidential real property, 39 years, the mid-month convention.
    Nonresidential(ServiceMonth),
}

impl MacrsColumn {
    /// Returns the number of years that the column has a percentage for.
    #[must_use]
    pub fn years(self) -> u32 {
        match self {
            MacrsColumn::HalfYear(period) => u32::try_from(period.percentages().len()).unwrap_or(u32::MAX),
            MacrsColumn::MidQuarter(period, month) => {
                u32::try_from(mid_quarter::percentages(period, month).len()).unwrap_or(u32::MAX)
            }
            MacrsColumn::Residential(month) => mid_month::residential_years(month),
            MacrsColumn::Nonresidential(_) => mid_month::NONRESIDENTIAL_YEARS,
        }
    }

    /// Returns the percentage of cost of a year, 1 the first; 0 beyond the column.
    #[must_use]
    pub fn percentage(self, year: u32) -> Decimal {
        let listed = |column: &[Decimal]| column.get(year.wrapping_sub(1) as usize).copied().unwrap_or_default();
        match self {
            MacrsColumn::HalfYear(period) => listed(period.percentages()),
            MacrsColumn::MidQuarter(period, month) => listed(mid_quarter::percentages(period, month)),
            MacrsColumn::Residential(month) => mid_month::residential(month, year),
            MacrsColumn::Nonresidential(month) => mid_month::nonresidential(month, year),
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    #[test]
    fn each_column_of_the_other_tables_writes_off_the_whole_cost() {
        for month in (1..=12).map(|month| ServiceMonth::new(month).unwrap()) {
            let periods = [3, 5, 7, 10, 15, 20].map(|years| RecoveryPeriod::new(years).unwrap());
            let quarterly = periods.map(|period| MacrsColumn::MidQuarter(period, month));
            for column in quarterly.into_iter().chain([MacrsColumn::Residential(month), MacrsColumn::Nonresidential(month)]) {
                let total: Decimal = (1..=column.years()).map(|year| column.percentage(year)).sum();
                assert_eq!(total, dec!(100), "{column:?}");
                assert_eq!(column.percentage(0) + column.percentage(column.years() + 1), dec!(0), "{column:?}");
                assert!(!column.percentage(column.years()).is_zero(), "{column:?}");
            }
        }
    }

    /// Source: 26 U.S.C. 168(b) to (d): 200 % declining balance, 150 % from 15 years on, switching to straight line, and the asset is in
    /// service from the middle of its quarter.
    #[test]
    fn the_mid_quarter_tables_are_the_statutes_method_rounded() {
        for (years, factor) in [(3, 2.0), (5, 2.0), (7, 2.0), (10, 2.0), (15, 1.5), (20, 1.5)] {
            for month in [1, 4, 7, 10] {
                let column = MacrsColumn::MidQuarter(RecoveryPeriod::new(years).unwrap(), ServiceMonth::new(month).unwrap());
                let life = f64::from(years);
                let (mut book, mut left, mut span) = (100.0, life, 1.0 - f64::from(month - 1) / 12.0 - 0.125);
                for year in 1..=column.years() {
                    let charge: f64 = f64::max(book * factor / life * span, book * span / left);
                    let printed: f64 = column.percentage(year).to_string().parse().unwrap();
                    assert!((printed - charge).abs() < 0.014, "{column:?} {year} {printed} {charge}");
                    (book, left) = (book - charge, left - span);
                    span = f64::min(1.0, left);
                }
            }
        }
    }
}
