//! MACRS tables of the mid-quarter convention: IRS Publication 946, Appendix A, tables, as printed.
//!
//! An asset counts as placed in service in the middle of its quarter. Each column adds up to 100.

use rust_decimal::{Decimal, dec};

use super::half_year::RecoveryPeriod;
use super::service_month::ServiceMonth;

/// Returns the percentages of the cost, year 1 first: one year more than the recovery period.
pub(super) fn percentages(period: RecoveryPeriod, month: ServiceMonth) -> &'static [Decimal] {
    match (period, month.quarter()) {
        (RecoveryPeriod::Three, 1) => &THREE_1,
        (RecoveryPeriod::Three, 2) => &THREE_2,
        (RecoveryPeriod::Three, 3) => &THREE_3,
        (RecoveryPeriod::Three, _) => &THREE_4,
        (RecoveryPeriod::Five, 1) => &FIVE_1,
        (RecoveryPeriod::Five, 2) => &FIVE_2,
        (RecoveryPeriod::Five, 3) => &FIVE_3,
        (RecoveryPeriod::Five, _) => &FIVE_4,
        (RecoveryPeriod::Seven, 1) => &SEVEN_1,
        (RecoveryPeriod::Seven, 2) => &SEVEN_2,
        (RecoveryPeriod::Seven, 3) => &SEVEN_3,
        (RecoveryPeriod::Seven, _) => &SEVEN_4,
        (RecoveryPeriod::Ten, 1) => &TEN_1,
        (RecoveryPeriod::Ten, 2) => &TEN_2,
        (RecoveryPeriod::Ten, 3) => &TEN_3,
        (RecoveryPeriod::Ten, _) => &TEN_4,
        (RecoveryPeriod::Fifteen, 1) => &FIFTEEN_1,
        (RecoveryPeriod::Fifteen, 2) => &FIFTEEN_2,
        (RecoveryPeriod::Fifteen, 3) => &FIFTEEN_3,
        (RecoveryPeriod::Fifteen, _) => &FIFTEEN_4,
        (RecoveryPeriod::Twenty, 1) => &TWENTY_1,
        (RecoveryPeriod::Twenty, 2) => &TWENTY_2,
        (RecoveryPeriod::Twenty, 3) => &TWENTY_3,
        (RecoveryPeriod::Twenty, _) => &TWENTY_4,
    }
}

// Table A-2: placed in service in quarter 1.
#[rustfmt::skip]
const THREE_1: [Decimal; 4] = [
    dec!(58.33), dec!(27.78), dec!(12.35), dec!(1.54),
];
#[rustfmt::skip]
const FIVE_1: [Decimal; 6] = [
    dec!(35.00), dec!(26.00), dec!(15.60), dec!(11.01), dec!(11.01), dec!(1.38),
];
#[rustfmt::skip]
const SEVEN_1: [Decimal; 8] = [
    dec!(25.00), dec!(21.43), dec!(15.31), dec!(10.93), dec!(8.75), dec!(8.74), dec!(8.75),
    dec!(1.09),
];
#[rustfmt::skip]
const TEN_1: [Decimal; 11] = [
    dec!(17.50), dec!(16.50), dec!(13.20), dec!(10.56), dec!(8.45), dec!(6.76), dec!(6.55),
    dec!(6.55), dec!(6.56), dec!(6.55), dec!(0.82),
];
#[rustfmt::skip]
const FIFTEEN_1: [Decimal; 16] = [
    dec!(8.75), dec!(9.13), dec!(8.21), dec!(7.39), dec!(6.65), dec!(5.99), dec!(5.90),
    dec!(5.91), dec!(5.90), dec!(5.91), dec!(5.90), dec!(5.91), dec!(5.90), dec!(5.91),
    dec!(5.90), dec!(0.74),
];
#[rustfmt::skip]
const TWENTY_1: [Decimal; 21] = [
    dec!(6.563), dec!(7.000), dec!(6.482), dec!(5.996), dec!(5.546), dec!(5.130), dec!(4.746),
    dec!(4.459), dec!(4.459), dec!(4.459), dec!(4.459), dec!(4.460), dec!(4.459), dec!(4.460),
    dec!(4.459), dec!(4.460), dec!(4.459), dec!(4.460), dec!(4.459), dec!(4.460), dec!(0.565),
];

// Table A-3: placed in service in quarter 2.
#[rustfmt::skip]
const THREE_2: [Decimal; 4] = [
    dec!(41.67), dec!(38.89), dec!(14.14), dec!(5.30),
];
#[rustfmt::skip]
const FIVE_2: [Decimal; 6] = [
    dec!(25.00), dec!(30.00), dec!(18.00), dec!(11.37), dec!(11.37), dec!(4.26),
];
#[rustfmt::skip]
const SEVEN_2: [Decimal; 8] = [
    dec!(17.85), dec!(23.47), dec!(16.76), dec!(11.97), dec!(8.87), dec!(8.87), dec!(8.87),
    dec!(3.34),
];
#[rustfmt::skip]
const TEN_2: [Decimal; 11] = [
    dec!(12.50), dec!(17.50), dec!(14.00), dec!(11.20), dec!(8.96), dec!(7.17), dec!(6.55),
    dec!(6.55), dec!(6.56), dec!(6.55), dec!(2.46),
];
#[rustfmt::skip]
const FIFTEEN_2: [Decimal; 16] = [
    dec!(6.25), dec!(9.38), dec!(8.44), dec!(7.59), dec!(6.83), dec!(6.15), dec!(5.91),
    dec!(5.90), dec!(5.91), dec!(5.90), dec!(5.91), dec!(5.90), dec!(5.91), dec!(5.90),
    dec!(5.91), dec!(2.21),
];
#[rustfmt::skip]
const TWENTY_2: [Decimal; 21] = [
    dec!(4.688), dec!(7.148), dec!(6.612), dec!(6.116), dec!(5.658), dec!(5.233), dec!(4.841),
    dec!(4.478), dec!(4.463), dec!(4.463), dec!(4.463), dec!(4.463), dec!(4.463), dec!(4.463),
    dec!(4.462), dec!(4.463), dec!(4.462), dec!(4.463), dec!(4.462), dec!(4.463), dec!(1.673),
];

// Table A-4: placed in service in quarter 3.
#[rustfmt::skip]
const THREE_3: [Decimal; 4] = [
    dec!(25.00), dec!(50.00), dec!(16.67), dec!(8.33),
];
#[rustfmt::skip]
const FIVE_3: [Decimal; 6] = [
    dec!(15.00), dec!(34.00), dec!(20.40), dec!(12.24), dec!(11.30), dec!(7.06),
];
#[rustfmt::skip]
const SEVEN_3: [Decimal; 8] = [
    dec!(10.71), dec!(25.51), dec!(18.22), dec!(13.02), dec!(9.30), dec!(8.85), dec!(8.86),
    dec!(5.53),
];
#[rustfmt::skip]
const TEN_3: [Decimal; 11] = [
    dec!(7.50), dec!(18.50), dec!(14.80), dec!(11.84), dec!(9.47), dec!(7.58), dec!(6.55),
    dec!(6.55), dec!(6.56), dec!(6.55), dec!(4.10),
];
#[rustfmt::skip]
const FIFTEEN_3: [Decimal; 16] = [
    dec!(3.75), dec!(9.63), dec!(8.66), dec!(7.80), dec!(7.02), dec!(6.31), dec!(5.90),
    dec!(5.90), dec!(5.91), dec!(5.90), dec!(5.91), dec!(5.90), dec!(5.91), dec!(5.90),
    dec!(5.91), dec!(3.69),
];
#[rustfmt::skip]
const TWENTY_3: [Decimal; 21] = [
    dec!(2.813), dec!(7.289), dec!(6.742), dec!(6.237), dec!(5.769), dec!(5.336), dec!(4.936),
    dec!(4.566), dec!(4.460), dec!(4.460), dec!(4.460), dec!(4.460), dec!(4.461), dec!(4.460),
    dec!(4.461), dec!(4.460), dec!(4.461), dec!(4.460), dec!(4.461), dec!(4.460), dec!(2.788),
];

// Table A-5: placed in service in quarter 4.
#[rustfmt::skip]
const THREE_4: [Decimal; 4] = [
    dec!(8.33), dec!(61.11), dec!(20.37), dec!(10.19),
];
#[rustfmt::skip]
const FIVE_4: [Decimal; 6] = [
    dec!(5.00), dec!(38.00), dec!(22.80), dec!(13.68), dec!(10.94), dec!(9.58),
];
#[rustfmt::skip]
const SEVEN_4: [Decimal; 8] = [
    dec!(3.57), dec!(27.55), dec!(19.68), dec!(14.06), dec!(10.04), dec!(8.73), dec!(8.73),
    dec!(7.64),
];
#[rustfmt::skip]
const TEN_4: [Decimal; 11] = [
    dec!(2.50), dec!(19.50), dec!(15.60), dec!(12.48), dec!(9.98), dec!(7.99), dec!(6.55),
    dec!(6.55), dec!(6.56), dec!(6.55), dec!(5.74),
];
#[rustfmt::skip]
const FIFTEEN_4: [Decimal; 16] = [
    dec!(1.25), dec!(9.88), dec!(8.89), dec!(8.00), dec!(7.20), dec!(6.48), dec!(5.90),
    dec!(5.90), dec!(5.90), dec!(5.91), dec!(5.90), dec!(5.91), dec!(5.90), dec!(5.91),
    dec!(5.90), dec!(5.17),
];
#[rustfmt::skip]
const TWENTY_4: [Decimal; 21] = [
    dec!(0.938), dec!(7.430), dec!(6.872), dec!(6.357), dec!(5.880), dec!(5.439), dec!(5.031),
    dec!(4.654), dec!(4.458), dec!(4.458), dec!(4.458), dec!(4.458), dec!(4.458), dec!(4.458),
    dec!(4.458), dec!(4.458), dec!(4.458), dec!(4.459), dec!(4.458), dec!(4.459), dec!(3.901),
];
