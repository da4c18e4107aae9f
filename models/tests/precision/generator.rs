//! Random figures of requests, ordinary ones and nasty ones.

use paydirt_models::calendar::{add_days, parse};
use paydirt_models::cash_flow::{CashFlows, DatedCashFlow, DayCount};
use paydirt_models::input::{AnyDecimal, Bounded, NonNegative, Period, Positive, Rate};
use rust_decimal::Decimal;

/// Returns the number of an environment variable.
pub fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// Numbers without an order: splitmix64, from Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below the limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    pub fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    pub fn sometimes<T>(&mut self, value: impl FnOnce(&mut Random) -> Option<T>) -> Option<T> {
        if self.one_in(2) { value(self) } else { None }
    }

    /// A number of so many digits, which ends in 5 more often than not.
    pub fn digits(&mut self, digits: u32) -> i128 {
        let any = (i128::from(self.next()) << 62 | i128::from(self.next() >> 2)) % 10_i128.pow(digits);
        if self.one_in(2) { any - any % 10 + 5 } else { any }
    }
}

/// How figures are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Ordinary,
    Nasty,
}

pub struct Generator {
    pub random: Random,
    pub kind: Kind,
}

impl Generator {
    pub fn is_nasty(&mut self) -> bool {
        self.kind == Kind::Nasty && self.random.one_in(2)
    }

    /// An amount of 0 or more: cents and round sums, or the ends of what a request may hold and all its digits.
    pub fn magnitude(&mut self) -> Decimal {
        let random = &mut self.random;
        if self.kind == Kind::Ordinary || random.one_in(3) {
            return match random.below(3) {
                0 => Decimal::new(random.below(1_000_000_000) as i64, 2),
                1 => Decimal::from(random.below(100_000)),
                _ => Decimal::from_i128_with_scale(i128::from(random.below(1000)) * 1_000_000_000, 0),
            };
        }
        match random.below(7) {
            0 => Decimal::from_i128_with_scale(1, 28),
            1 => Decimal::from_i128_with_scale(78_999_999_999_999_999_999_999_999_990, 0),
            2 => Decimal::ZERO,
            3 => Decimal::from(random.below(3)),
            4 => Decimal::from_i128_with_scale(random.digits(28), 28),
            5 => Decimal::from_i128_with_scale(random.digits(28), random.below(29) as u32),
            _ => {
                let digits = random.one_of(&[1, 2, 5, 14, 20, 27]);
                Decimal::from_i128_with_scale(random.digits(digits), random.below(29) as u32)
            }
        }
    }

    pub fn amount(&mut self) -> AnyDecimal {
        let magnitude = self.magnitude();
        AnyDecimal::new(if self.random.one_in(2) { magnitude } else { -magnitude }).unwrap()
    }

    pub fn non_negative(&mut self) -> NonNegative {
        NonNegative::new(self.magnitude()).unwrap()
    }

    pub fn positive(&mut self) -> Positive {
        loop {
            if let Some(positive) = Positive::new(self.magnitude()) {
                return positive;
            }
        }
    }

    /// A rate: per cents and tenths of them, or one near -1, 0 or 7e28, or one whose monthly rate can be written, or one that makes ties.
    pub fn rate(&mut self) -> Rate {
        let nasty = self.is_nasty();
        let random = &mut self.random;
        let rate = if nasty {
            match random.below(9) {
                0 => Decimal::from_i128_with_scale(1, random.below(29) as u32) - Decimal::ONE,
                1 => Decimal::from_i128_with_scale(random.digits(3), random.below(29) as u32),
                2 => Decimal::from_i128_with_scale(random.digits(28), 28),
                3 => -Decimal::from_i128_with_scale(random.digits(28), 28),
                4 => random.one_of(&["1", "-0.5", "0", "3", "0.25", "-0.75", "9", "4095"]).parse().unwrap(),
                // 1.01 and 0.99 to the twelfth, 1.1 to the fourth, 2 to the 52nd, each less 1.
                5 => random
                    .one_of(&["0.126825030131969720661201", "-0.113615128283871897999799", "0.4641", "4503599627370495"])
                    .parse()
                    .unwrap(),
                6 => Decimal::from_i128_with_scale(7 * 10_i128.pow(random.below(29) as u32), 0),
                7 => "-0.9999".parse().unwrap(),
                _ => Decimal::from_i128_with_scale(random.digits(14), 14),
            }
        } else {
            Decimal::new(random.below(3000) as i64 + 1, random.one_of(&[3, 4, 4]))
        };
        Rate::new(rate).unwrap_or_else(|| Rate::new(Decimal::ONE).unwrap())
    }

    pub fn length(&mut self) -> u64 {
        let longest = if self.is_nasty() { 200 } else { 40 };
        self.random.below(longest) + 1
    }

    pub fn period(&mut self) -> Period {
        self.random.one_of(&[Period::Month, Period::Quarter, Period::HalfYear, Period::Year])
    }

    pub fn cash_flows(&mut self) -> CashFlows {
        let length = self.length();
        let mut amounts: Vec<AnyDecimal> = match self.random.below(4) {
            // An outlay, and as much of income each time, as of loans and bonds.
            0 | 1 => {
                let (outlay, income) = (self.magnitude(), self.magnitude());
                let income = std::iter::repeat_n(AnyDecimal::new(income).unwrap(), length as usize);
                std::iter::once(AnyDecimal::new(-outlay).unwrap()).chain(income).collect()
            }
            // What goes out comes back.
            2 if self.kind == Kind::Nasty => {
                let amount = self.magnitude();
                (0..length).map(|index| AnyDecimal::new(if index % 2 == 0 { -amount } else { amount }).unwrap()).collect()
            }
            _ => (0..length).map(|_| self.amount()).collect(),
        };
        if self.is_nasty() {
            // A bond at its own rate, whose present value is nothing at 10 % a period.
            amounts = [-100, 10, 10, 110].map(|amount| AnyDecimal::new(amount.into()).unwrap()).to_vec();
        }
        if self.random.one_in(4) {
            let mut date = parse("2024-02-28").unwrap();
            let flows = amounts.into_iter().take(50).map(|amount| {
                date = add_days(date, self.random.one_of(&[0, 1, 30, 31, 91, 365, 366])).unwrap();
                DatedCashFlow { date, amount }
            });
            let flows = flows.collect();
            let day_counts = [DayCount::Act365Fixed, DayCount::Act360, DayCount::ActActIsda, DayCount::Thirty360Bond];
            return CashFlows::Dated { flows, day_count: self.random.one_of(&day_counts) };
        }
        CashFlows::Periodic { amounts, period: self.period() }
    }
}
