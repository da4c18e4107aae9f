//! Random runways, and companies that may be default alive.

use paydirt_models::calendar::parse;
use paydirt_models::input::{AnyDecimal, Bounded, InterestRate, MonthlyRate, NonNegative, Period, Rate};
use paydirt_models::runway::{
    CashEvent, CashLine, DefaultAliveInputs, Delay, GrowthTiming, LineAmounts, LineGrowth, Month, MonthSpan, PaymentTiming,
    Recurring, RunwayInputs,
};
use rust_decimal::Decimal;

use super::generator::{Generator, Kind};

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn month(number: u64) -> Month {
    Month::new(number as u32).expect("a month from 1 to 1200")
}

impl Generator {
    /// A growth a month: per mille, or one near another, near -1, or of all its digits.
    fn monthly_rate(&mut self) -> MonthlyRate {
        let nasty = self.is_nasty();
        let random = &mut self.random;
        let rate = if nasty {
            match random.below(6) {
                0 => Decimal::from_i128_with_scale(1, random.below(29) as u32) - Decimal::ONE,
                1 => decimal(random.one_of(&["0.01", "0.0100000000000000000000000001", "0.01000000000000001"])),
                // Amounts that halve come to a sum without reaching it.
                2 => decimal(random.one_of(&["-0.5", "0.1", "1", "0", "-0.9"])),
                3 => Decimal::from_i128_with_scale(random.digits(28), 28),
                4 => -Decimal::from_i128_with_scale(random.digits(28), 28),
                _ => Decimal::from_i128_with_scale(random.digits(2), random.below(29) as u32),
            }
        } else {
            Decimal::new(random.below(100) as i64 - 40, 3)
        };
        MonthlyRate::new(rate).unwrap_or(MonthlyRate::new(Decimal::ONE).expect("above -1"))
    }

    fn growth(&mut self) -> LineGrowth {
        match self.random.below(4) {
            0 => LineGrowth::Flat,
            1 if self.kind == Kind::Ordinary => {
                LineGrowth::Annual(Rate::new(Decimal::new(self.random.below(60) as i64 - 10, 2)).expect("above -1"))
            }
            1 => LineGrowth::Annual(self.rate()),
            _ => LineGrowth::Monthly(self.monthly_rate()),
        }
    }

    /// An amount a month: thousands, or one of those that cancel or end a balance at nothing, or anything.
    fn monthly_amount(&mut self) -> NonNegative {
        let amount = match self.random.below(4) {
            0 if self.kind == Kind::Nasty => self.magnitude(),
            1 if self.kind == Kind::Nasty => decimal(self.random.one_of(&["100", "100", "121", "0.0000000001", "9066.3523"])),
            _ => Decimal::from(self.random.below(500) * 100),
        };
        NonNegative::new(amount).expect("0 or more")
    }

    fn line(&mut self) -> CashLine {
        let mut line = CashLine::evenly(if self.random.one_in(8) {
            let count = self.random.below(30) + 1;
            let amounts = (0..count).map(|_| self.monthly_amount()).collect();
            LineAmounts::Listed { first: month(self.random.below(20) + 1), amounts }
        } else {
            let first = if self.random.one_in(4) { self.random.below(50) + 1 } else { 1 };
            let last = if self.random.one_in(4) { Some(first as u32 + self.random.below(60) as u32) } else { None };
            LineAmounts::Recurring(Recurring {
                amount: self.monthly_amount(),
                period: self.random.one_of(&[Period::Month, Period::Month, Period::Quarter, Period::Year]),
                growth: self.growth(),
                months: MonthSpan::new(month(first), last).expect("a span"),
            })
        });
        if self.random.one_in(6) {
            line.timing = self.random.one_of(&[PaymentTiming::AtStart, PaymentTiming::AtEnd]);
        }
        if self.random.one_in(8) {
            line.delay = Delay::new(self.random.below(6) as u32).expect("a delay");
        }
        line.non_cash = self.random.one_in(12);
        line
    }

    fn lines(&mut self, most: u64) -> Vec<CashLine> {
        (0..self.random.below(most + 1)).map(|_| self.line()).collect()
    }

    pub fn runway(&mut self) -> RunwayInputs {
        let (mut costs, mut revenues) = (self.lines(3), self.lines(3));
        if self.is_nasty() {
            // What cancels, but for a hair or not even that.
            let line = self.line();
            revenues.push(line.clone());
            costs.push(line);
            costs.extend(self.lines(1));
        }
        let cash = match self.random.below(6) {
            // 100, 110 and 121; some months of 100; all of 100 that halves for ever.
            0 if self.kind == Kind::Nasty => decimal(self.random.one_of(&["331", "1200", "200", "0", "0.0000000001", "1e-28"])),
            1 if self.kind == Kind::Nasty => self.magnitude(),
            _ => Decimal::from(self.random.below(1_000) * 1_000),
        };
        let few = self.random.one_of(&[1, 12, 36, 60]);
        RunwayInputs {
            cash_balance: if self.random.one_in(12) { None } else { AnyDecimal::new(cash) },
            minimum_cash: if self.random.one_in(6) { Some(self.amount()) } else { None },
            as_of_date: self.random.sometimes(|_| parse("2024-01-31")),
            horizon_months: self.random.sometimes(|random| Some(month(random.below(few) + 1))),
            costs,
            revenues,
            events: (0..self.random.below(3).saturating_sub(1))
                .map(|_| CashEvent { month: month(self.random.below(60) + 1), amount: self.amount() })
                .collect(),
            net_new_annual_recurring_revenue: self.random.sometimes(|_| AnyDecimal::new(Decimal::from(120_000))),
            include_ledger: self.random.one_in(3),
            interest_rate: if self.random.one_in(8) { InterestRate::new(Decimal::new(4, 2)) } else { None },
        }
    }

    pub fn company(&mut self) -> DefaultAliveInputs {
        let mut amount = || NonNegative::new(self.monthly_amount().get()).expect("0 or more");
        let (revenue, expenses) = (amount(), amount());
        let cash = match self.random.below(4) {
            0 if self.kind == Kind::Nasty => decimal(self.random.one_of(&["0", "32", "33", "200", "331", "1e-28"])),
            1 => self.magnitude(),
            _ => Decimal::from(self.random.below(1_000) * 1_000),
        };
        DefaultAliveInputs {
            cash_balance: NonNegative::new(cash).expect("0 or more"),
            monthly_revenue: revenue,
            monthly_expenses: expenses,
            monthly_revenue_growth_rate: self.monthly_rate(),
            monthly_expense_growth_rate: if self.random.one_in(3) { None } else { Some(self.monthly_rate()) },
            timing: self.random.one_of(&[
                None,
                Some(GrowthTiming::Continuous),
                Some(GrowthTiming::EndOfMonth),
                Some(GrowthTiming::StartOfMonth),
            ]),
        }
    }
}
