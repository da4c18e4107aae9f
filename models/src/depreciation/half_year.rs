//! MACRS table of the half-year convention: IRS Publication 946, Appendix A, table A-1, as printed.

use rust_decimal::{Decimal, dec};

/// Recovery period of MACRS that IRS Publication 946, tables, have a column for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryPeriod {
    /// Recovery period of 3 years.
    Three,
    /// Recovery period of 5 years.
    Five,
    /// Recovery period of 7 years.
    Seven,
    /// Recovery period of 10 years.
    Ten,
    /// Recovery period of 15 years.
    Fifteen,
    /// Recovery period of 20 years.
    Twenty,
}

impl RecoveryPeriod {
    /// Recovery periods in words, for the description of a violation.
    pub const RANGE: &'static str = "3, 5, 7, 10, 15 or 20 years";

    /// Returns the recovery period of this number of years, if the table has a column for it.
    #[must_use]
    pub fn new(years: u32) -> Option<RecoveryPeriod> {
        match years {
            3 => Some(RecoveryPeriod::Three),
            5 => Some(RecoveryPeriod::Five),
            7 => Some(RecoveryPeriod::Seven),
            10 => Some(RecoveryPeriod::Ten),
            15 => Some(RecoveryPeriod::Fifteen),
            20 => Some(RecoveryPeriod::Twenty),
            _ => None,
        }
    }

    /// Returns the percentages of table A-1, year 1 first: one year more than the recovery period, since the first and the last are
    /// half years.
    ///
    /// The printed percentages are rounded, so that they differ from the exact method behind them; tax returns use the printed
    /// ones.
    #[must_use]
    pub fn percentages(self) -> &'static [Decimal] {
        match self {
            RecoveryPeriod::Three => &THREE,
            RecoveryPeriod::Five => &FIVE,
            RecoveryPeriod::Seven => &SEVEN,
            RecoveryPeriod::Ten => &TEN,
            RecoveryPeriod::Fifteen => &FIFTEEN,
            RecoveryPeriod::Twenty => &TWENTY,
        }
    }
}

const THREE: [Decimal; 4] = [dec!(33.33), dec!(44.45), dec!(14.81), dec!(7.41)];
const FIVE: [Decimal; 6] = [dec!(20.00), dec!(32.00), dec!(19.20), dec!(11.52), dec!(11.52), dec!(5.76)];
const SEVEN: [Decimal; 8] =
    [dec!(14.29), dec!(24.49), dec!(17.49), dec!(12.49), dec!(8.93), dec!(8.92), dec!(8.93), dec!(4.46)];
#[rustfmt::skip]
const TEN: [Decimal; 11] = [
    dec!(10.00), dec!(18.00), dec!(14.40), dec!(11.52), dec!(9.22),
    dec!(7.37), dec!(6.55), dec!(6.55), dec!(6.56), dec!(6.55), dec!(3.28),
];
#[rustfmt::skip]
const FIFTEEN: [Decimal; 16] = [
    dec!(5.00), dec!(9.50), dec!(8.55), dec!(7.70), dec!(6.93),
    dec!(6.23), dec!(5.90), dec!(5.90), dec!(5.91), dec!(5.90),
    dec!(5.91), dec!(5.90), dec!(5.91), dec!(5.90), dec!(5.91), dec!(2.95),
];
#[rustfmt::skip]
const TWENTY: [Decimal; 21] = [
    dec!(3.750), dec!(7.219), dec!(6.677), dec!(6.177), dec!(5.713),
    dec!(5.285), dec!(4.888), dec!(4.522), dec!(4.462), dec!(4.461),
    dec!(4.462), dec!(4.461), dec!(4.462), dec!(4.461), dec!(4.462),
    dec!(4.461), dec!(4.462), dec!(4.461), dec!(4.462), dec!(4.461), dec!(2.231),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_writes_off_the_whole_cost_in_one_year_more_than_its_name() {
        for years in [3, 5, 7, 10, 15, 20] {
            let percentages = RecoveryPeriod::new(years).unwrap().percentages();
            assert_eq!(percentages.len(), years as usize + 1);
            assert_eq!(percentages.iter().sum::<Decimal>(), dec!(100), "{years}");
        }
    }

    #[test]
    fn there_is_no_column_of_other_years() {
        assert!([0, 1, 2, 4, 6, 9, 11, 19, 21, u32::MAX].into_iter().all(|years| RecoveryPeriod::new(years).is_none()));
    }
}
