//! MACRS tables of the mid-month convention: IRS Publication 946, Appendix A, tables A-6 (27.5 years) and A-7a (39 years), as printed.
//!
//! An asset counts as placed in service in the middle of its month. The full years of table A-6 alternate between two roundings of
//! 100 / 27.5, so that each column adds up to 100.

use rust_decimal::{Decimal, dec};

use super::service_month::ServiceMonth;

/// The number of years of table A-7a.
pub(super) const NONRESIDENTIAL_YEARS: u32 = 40;

/// First year of table A-6, by the month placed in service. The last year has the same figures.
#[rustfmt::skip]
const RESIDENTIAL_FIRST: [Decimal; 12] = [
    dec!(3.485), dec!(3.182), dec!(2.879), dec!(2.576), dec!(2.273), dec!(1.970),
    dec!(1.667), dec!(1.364), dec!(1.061), dec!(0.758), dec!(0.455), dec!(0.152),
];

/// First year of table A-7a, by the month placed in service. The last year has the same figures.
#[rustfmt::skip]
const NONRESIDENTIAL_FIRST: [Decimal; 12] = [
    dec!(2.461), dec!(2.247), dec!(2.033), dec!(1.819), dec!(1.605), dec!(1.391),
    dec!(1.177), dec!(0.963), dec!(0.749), dec!(0.535), dec!(0.321), dec!(0.107),
];

/// Returns the number of years of a column of table A-6: a year more where the asset is placed in service in the second half year.
pub(super) fn residential_years(month: ServiceMonth) -> u32 {
    if is_first_half(month) { 28 } else { 29 }
}

/// Returns a percentage of table A-6.
pub(super) fn residential(month: ServiceMonth, year: u32) -> Decimal {
    let rounded_up_in_even_years = is_first_half(month);
    match year {
        1 => of_month(&RESIDENTIAL_FIRST, month.get()),
        10..=27 if year.is_multiple_of(2) == rounded_up_in_even_years => dec!(3.637),
        2..=27 => dec!(3.636),
        28 if is_first_half(month) => of_month(&RESIDENTIAL_FIRST, 7_u32.saturating_sub(month.get())),
        28 => dec!(3.636),
        29 if !is_first_half(month) => of_month(&RESIDENTIAL_FIRST, 19_u32.saturating_sub(month.get())),
        _ => Decimal::ZERO,
    }
}

/// Returns a percentage of table A-7a.
pub(super) fn nonresidential(month: ServiceMonth, year: u32) -> Decimal {
    match year {
        1 => of_month(&NONRESIDENTIAL_FIRST, month.get()),
        2..=39 => dec!(2.564),
        NONRESIDENTIAL_YEARS => of_month(&NONRESIDENTIAL_FIRST, 13_u32.saturating_sub(month.get())),
        _ => Decimal::ZERO,
    }
}

fn is_first_half(month: ServiceMonth) -> bool {
    month.get() <= 6
}

fn of_month(percentages: &[Decimal], month: u32) -> Decimal {
    percentages.get(month.saturating_sub(1) as usize).copied().unwrap_or_default()
}
