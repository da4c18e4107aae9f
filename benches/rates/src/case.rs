//! The flows: investments and loans drawn by a seeded generator, the same on every machine.

use paydirt::models::calendar::{Date, add_days};
use paydirt::models::cash_flow::{CashFlows, DatedCashFlow, DayCount};
use paydirt::models::input::{AnyDecimal, Bounded, Period};
use rust_decimal::Decimal;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Money goes out once and comes back.
    OneSignChange,
    /// An investment that needs four overhauls, and at the end costs more to close than it ever brought: two rates at least.
    SeveralRates,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub kind: Kind,
    pub cents: Vec<i64>,
    pub period: Period,
    /// None: periodic.
    pub dates: Option<Vec<Date>>,
}

pub const SIZES: [usize; 5] = [10, 60, 360, 1000, 10_000];

impl Case {
    pub fn all() -> impl Iterator<Item = Case> {
        [Kind::OneSignChange, Kind::SeveralRates]
            .into_iter()
            .flat_map(|kind| [false, true].map(|dated| (kind, dated)))
            .flat_map(|(kind, dated)| SIZES.map(|flows| Case::of(kind, dated, flows)))
    }

    pub fn of(kind: Kind, dated: bool, flows: usize) -> Case {
        let mut dice = Dice(flows as u64 * 4 + u64::from(dated) * 2 + u64::from(kind == Kind::SeveralRates));
        let period = if flows == 10 { Period::Year } else { Period::Month };
        // Days from each flow to the next: years, months, weeks, and days at last.
        let (gap, jitter) = match flows {
            _ if !dated => (365 / i64::from(period.per_year()), 0),
            10 => (355, 20),
            60 | 360 => (28, 4),
            1000 => (5, 4),
            _ => (1, 2),
        };
        let days: Vec<i64> = std::iter::once(0)
            .chain((1..flows).scan(0, |day, _| {
                *day += gap + dice.below(jitter + 1);
                Some(*day)
            }))
            .collect();
        let mut cents: Vec<i64> = (0..flows).map(|_| 800_000 + dice.below(400_000)).collect();
        let life = *days.last().unwrap_or(&1);
        let annual = match kind {
            Kind::OneSignChange => 0.08,
            // Growth enough for the end to lose its weight.
            Kind::SeveralRates => f64::max(0.3, 3.0 * 365.0 / life as f64),
        };
        cents[0] = 0;
        if kind == Kind::SeveralRates {
            for overhaul in 1..5 {
                cents[flows * overhaul / 5] = -200_000 - dice.below(100_000);
            }
            cents[flows - 1] = 0;
        }
        cents[0] = -worth(&cents, &days, annual / 365.0);
        if kind == Kind::SeveralRates {
            // At a rate of 0 a fiftieth is missing.
            cents[flows - 1] = -cents.iter().sum::<i64>() * 51 / 50;
        }
        let start = paydirt::models::calendar::parse("2015-01-01").expect("a date");
        let dates = dated.then(|| days.iter().map(|day| add_days(start, *day).expect("a near date")).collect());
        Case { kind, cents, period, dates }
    }

    pub fn flows(&self) -> usize {
        self.cents.len()
    }

    pub fn times_in_words(&self) -> &'static str {
        if self.dates.is_some() { "dated" } else { "periodic" }
    }

    pub fn floats(&self) -> Vec<f64> {
        self.cents.iter().map(|cents| *cents as f64 / 100.0).collect()
    }

    pub fn decimals(&self) -> Vec<Decimal> {
        self.cents.iter().map(|cents| Decimal::new(*cents, 2)).collect()
    }

    /// Days since the first flow.
    pub fn days(&self) -> Option<Vec<i32>> {
        let dates = self.dates.as_ref()?;
        Some(dates.iter().map(|date| paydirt::models::calendar::days_between(dates[0], *date) as i32).collect())
    }

    pub fn cash_flows(&self, day_count: DayCount) -> CashFlows {
        let amounts = self.decimals().into_iter().map(|amount| AnyDecimal::new(amount).expect("any decimal"));
        match &self.dates {
            None => CashFlows::Periodic { amounts: amounts.collect(), period: self.period },
            Some(dates) => {
                let flows = dates.iter().zip(amounts).map(|(date, amount)| DatedCashFlow { date: *date, amount });
                CashFlows::Dated { flows: flows.collect(), day_count }
            }
        }
    }
}

/// Present value, growth compounding daily: whole powers alone, which every machine computes alike.
fn worth(cents: &[i64], days: &[i64], daily: f64) -> i64 {
    let (mut day, mut weight, mut sum) = (0, 1.0, 0.0);
    for (cents, at) in cents.iter().zip(days) {
        while day < *at {
            weight /= 1.0 + daily;
            day += 1;
        }
        sum += *cents as f64 * weight;
    }
    sum as i64
}

/// Knuth's linear congruential generator, MMIX.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as i64 % limit
    }
}
