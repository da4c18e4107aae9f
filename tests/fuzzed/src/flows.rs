//! Cash flows drawn from arbitrary bytes: mostly few of them, often with rates that are near each other or the same.

use arbitrary::{Arbitrary, Result, Unstructured};
use paydirt::models::calendar::{add_days, parse};
use paydirt::models::cash_flow::{CashFlows, DatedCashFlow, DayCount};
use paydirt::models::input::{AnyDecimal, Bounded, Period};
use rust_decimal::Decimal;

/// As a caller may send them.
#[derive(Clone, Debug)]
pub enum Drawn {
    Periodic {
        amounts: Vec<Decimal>,
        period: Period,
    },
    /// Days since the year 1.
    Dated {
        amounts: Vec<Decimal>,
        days: Vec<i64>,
        day_count: DayCount,
    },
}

/// The dates that are served end in the year 9898.
const DAYS_MAX: i64 = 3_614_000;
const FLOWS_MAX: usize = 50_000;

impl Arbitrary<'_> for Drawn {
    fn arbitrary(bytes: &mut Unstructured) -> Result<Drawn> {
        let amounts = if bytes.ratio(1, 3)? { product(bytes)? } else { list(bytes)? };
        if bytes.ratio(2, 3)? {
            return Ok(Drawn::Periodic {
                amounts,
                period: *bytes.choose(&[
                    Period::Year,
                    Period::Month,
                    Period::Quarter,
                    Period::HalfYear,
                    Period::Week,
                    Period::Day,
                ])?,
            });
        }
        let reach = *bytes.choose(&[4, 400, 40_000, DAYS_MAX])?;
        let start = bytes.int_in_range(0..=DAYS_MAX - reach)?;
        let days = amounts.iter().map(|_| Ok(start + bytes.int_in_range(0..=reach)?)).collect::<Result<_>>()?;
        let day_count = *bytes.choose(&[
            DayCount::Act365Fixed,
            DayCount::Act360,
            DayCount::Act365Quarter,
            DayCount::ActActIsda,
            DayCount::Thirty360Bond,
            DayCount::ThirtyE360,
        ])?;
        Ok(Drawn::Dated { amounts, days, day_count })
    }
}

fn list(bytes: &mut Unstructured) -> Result<Vec<Decimal>> {
    // Exhausted bytes are zeros, and long series take their time: so zero stands for a short one.
    let length = match bytes.int_in_range(0..=199)? {
        199 => bytes.int_in_range(1..=FLOWS_MAX)?,
        190..199 => bytes.int_in_range(1..=300)?,
        _ => bytes.int_in_range(2..=13)?,
    };
    let kind: u8 = bytes.int_in_range(0..=3)?;
    // What the bytes do not give is drawn by chance, so that long series need no long input.
    let mut dice: u64 = bytes.arbitrary()?;
    let mut draw = |bytes: &mut Unstructured| -> Result<i128> {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if bytes.is_empty() { Ok((i128::from(dice as i64) << 32) ^ i128::from(dice >> 20)) } else { bytes.arbitrary() }
    };
    (0..length)
        .map(|_| {
            let drawn = draw(bytes)?;
            let scale = (drawn.unsigned_abs() >> 100) as u32 % 29;
            Ok(match kind {
                0 => Decimal::from(drawn % 5),
                1 => Decimal::from_i128_with_scale(drawn % 100_000_000, 2),
                2 => Decimal::from_i128_with_scale(drawn % 10_i128.pow(scale), 28 - scale),
                _ => Decimal::from_i128_with_scale(drawn % 10_i128.pow(28), scale),
            })
        })
        .collect()
}

/// (1 - g v)(1 - h v)…, where growths repeat themselves or nearly so, and at last one amount may be off by a little.
fn product(bytes: &mut Unstructured) -> Result<Vec<Decimal>> {
    let mut amounts = vec![Decimal::ONE];
    let mut growth = Decimal::ONE;
    for _ in 0..bytes.int_in_range(1..=11)? {
        growth = match bytes.int_in_range(0..=3)? {
            0 => growth,
            1 => growth + Decimal::new(bytes.arbitrary::<i8>()?.into(), bytes.int_in_range(4..=26)?),
            2 => Decimal::new(bytes.int_in_range(-30..=30)?, 1),
            _ => Decimal::new(bytes.int_in_range(1..=1999)?, 3),
        };
        let mut product = amounts.clone();
        product.push(Decimal::ZERO);
        for (place, amount) in amounts.iter().enumerate() {
            let Some(term) = amount.checked_mul(growth).and_then(|term| product[place + 1].checked_sub(term)) else {
                return Ok(amounts);
            };
            product[place + 1] = term;
        }
        amounts = product;
    }
    if bytes.arbitrary()? {
        let place = bytes.choose_index(amounts.len())?;
        let little = Decimal::new(bytes.arbitrary::<i8>()?.into(), bytes.int_in_range(0..=28)?);
        amounts[place] = amounts[place].checked_add(little).unwrap_or(amounts[place]);
    }
    Ok(amounts)
}

impl Drawn {
    pub fn amounts(&self) -> &[Decimal] {
        match self {
            Drawn::Periodic { amounts, .. } | Drawn::Dated { amounts, .. } => amounts,
        }
    }

    pub fn cash_flows(&self) -> CashFlows {
        let amount = |amount: &Decimal| AnyDecimal::new(*amount).expect("any decimal");
        match self {
            Drawn::Periodic { amounts, period } => {
                CashFlows::Periodic { amounts: amounts.iter().map(amount).collect(), period: *period }
            }
            Drawn::Dated { amounts, days, day_count } => {
                let first = parse("0001-01-01").expect("a date");
                let flow = |(day, of_day): (&i64, &Decimal)| DatedCashFlow {
                    date: add_days(first, *day).expect("before the year 9899"),
                    amount: amount(of_day),
                };
                CashFlows::Dated { flows: days.iter().zip(amounts).map(flow).collect(), day_count: *day_count }
            }
        }
    }

    /// With each amount changed; None where one of them cannot be.
    pub fn with(&self, change: impl Fn(Decimal) -> Option<Decimal>) -> Option<Drawn> {
        let mut changed = self.clone();
        let (Drawn::Periodic { amounts, .. } | Drawn::Dated { amounts, .. }) = &mut changed;
        for amount in amounts {
            *amount = change(*amount)?;
        }
        Some(changed)
    }

    /// In another order, which means the same of dated flows alone.
    pub fn backwards(&self) -> Option<Drawn> {
        match self.clone() {
            Drawn::Periodic { .. } => None,
            Drawn::Dated { mut amounts, mut days, day_count } => {
                amounts.reverse();
                days.reverse();
                Some(Drawn::Dated { amounts, days, day_count })
            }
        }
    }
}
