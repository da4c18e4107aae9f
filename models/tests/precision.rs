//! The short way of 128 bits against 76 digits throughout: every answer is the one of 76 digits, digit for digit, and the long way is rare.
//!
//! Random inputs are ordinary ones, as people write them, or nasty ones: ties, cancellation, 1e-28, 7.9e28, long series, rates near -1.
//! `PAYDIRT_PRECISION_CASES` says how many a model, 1,500 unless told; `PAYDIRT_PRECISION_SEED` begins with others.

use std::fmt::Debug;

use paydirt_models::calendar::{add_days, parse};
use paydirt_models::capex_roi::{CapexRoiInputs, CashFlowTiming, Expenditures, TaxLosses, TerminalValue, capex_roi};
use paydirt_models::cash_flow::{
    CashFlows, DatedCashFlow, DayCount, FirstFlow, ModifiedRateInputs, PaybackInputs, PresentValueInputs,
    modified_internal_rate, paybacks, present_value,
};
use paydirt_models::depreciation::{
    DepreciationInputs, DepreciationPolicy, MacrsColumn, Method, RecoveryPeriod, Salvage, UsefulLife, depreciation,
};
use paydirt_models::input::{AnyDecimal, Bounded, Fraction, Margin, NonNegative, Period, Positive, Rate, Share, TaxRate};
use paydirt_models::precision::{Counts, counts, in_full};
use paydirt_models::valuation::{GrowthStage, ImpliedGrowthInputs, Years, implied_growth};
use rust_decimal::Decimal;

/// Numbers without an order: splitmix64, from Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below the limit.
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn sometimes<T>(&mut self, value: impl FnOnce(&mut Random) -> Option<T>) -> Option<T> {
        if self.one_in(2) { value(self) } else { None }
    }

    /// A number of so many digits, which ends in 5 more often than not.
    fn digits(&mut self, digits: u32) -> i128 {
        let any = (i128::from(self.next()) << 62 | i128::from(self.next() >> 2)) % 10_i128.pow(digits);
        if self.one_in(2) { any - any % 10 + 5 } else { any }
    }
}

/// How figures are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Ordinary,
    Nasty,
}

struct Generator {
    random: Random,
    kind: Kind,
}

impl Generator {
    fn is_nasty(&mut self) -> bool {
        self.kind == Kind::Nasty && self.random.one_in(2)
    }

    /// An amount of 0 or more: cents and round sums, or the ends of what a request may hold and all its digits.
    fn magnitude(&mut self) -> Decimal {
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

    fn amount(&mut self) -> AnyDecimal {
        let magnitude = self.magnitude();
        AnyDecimal::new(if self.random.one_in(2) { magnitude } else { -magnitude }).unwrap()
    }

    fn non_negative(&mut self) -> NonNegative {
        NonNegative::new(self.magnitude()).unwrap()
    }

    fn positive(&mut self) -> Positive {
        loop {
            if let Some(positive) = Positive::new(self.magnitude()) {
                return positive;
            }
        }
    }

    /// A rate: per cents and tenths of them, or one near -1, 0 or 7e28, or one whose monthly rate can be written, or one that makes ties.
    fn rate(&mut self) -> Rate {
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

    fn length(&mut self) -> u64 {
        let longest = if self.is_nasty() { 200 } else { 40 };
        self.random.below(longest) + 1
    }

    fn period(&mut self) -> Period {
        self.random.one_of(&[Period::Month, Period::Quarter, Period::HalfYear, Period::Year])
    }

    fn cash_flows(&mut self) -> CashFlows {
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

    fn policy(&mut self, cost: Option<Positive>) -> DepreciationPolicy {
        let longest = if self.is_nasty() { 300 } else { 40 };
        let life = self.random.below(longest) as u32 + 1;
        let bonus_ratio =
            if self.random.one_in(3) { Fraction::new(Decimal::new(self.random.below(11) as i64, 1)) } else { None };
        if self.random.one_in(6) {
            let column = RecoveryPeriod::new(self.random.one_of(&[3, 5, 7, 10, 15, 20])).map(MacrsColumn::HalfYear).unwrap();
            return DepreciationPolicy::Macrs { column, bonus_ratio };
        }
        let factor = self.random.one_of(&["1.5", "2", "1", "0.3", "7", "1.2345678901234567890123456789"]).parse().unwrap();
        let method = match self.random.below(4) {
            0 => Method::StraightLine,
            1 => Method::SumOfYearsDigits,
            more => Method::DecliningBalance { factor: Positive::new(factor), is_switching: more == 2 },
        };
        let ratio = self.random.one_of(&["0", "0.1", "0.3333333333333333333333333333", "0.5", "0.95"]).parse().unwrap();
        let salvage = match (self.random.below(3), cost) {
            (0, _) => None,
            (1, Some(cost)) => NonNegative::new(cost.get() / Decimal::from(3)).map(Salvage::Amount),
            _ => Margin::new(ratio).map(Salvage::Ratio),
        };
        DepreciationPolicy::OverLife { method, useful_life_periods: UsefulLife::new(life).unwrap(), salvage, bonus_ratio }
    }

    fn investment(&mut self) -> CapexRoiInputs {
        let periods = self.random.below(12) as usize + 1;
        let expenditures = std::iter::once(self.positive().get()).chain((0..self.random.below(3)).map(|_| self.magnitude()));
        let expenditures = expenditures.map(|amount| NonNegative::new(amount).unwrap()).collect();
        let revenue = self.non_negative();
        let is_even = self.random.one_in(2);
        let revenues = (0..periods).map(|_| if is_even { revenue } else { self.non_negative() }).collect();
        let terminal_value = match self.random.below(5) {
            0 => Some(TerminalValue::Amount(AnyDecimal::new(self.magnitude()).unwrap())),
            1 => Some(TerminalValue::PerpetualGrowth { growth: Rate::new(Decimal::new(-2, 2)).unwrap(), net_cash_flow: None }),
            2 => AnyDecimal::new(Decimal::new(75, 1)).map(TerminalValue::ExitMultiple),
            _ => None,
        };
        let tax_losses = match self.random.below(4) {
            0 => Some(TaxLosses::CarriedForward { offset_limit: Share::new(Decimal::new(8, 1)) }),
            _ => None,
        };
        CapexRoiInputs {
            period: self.period(),
            capital_expenditures: Expenditures::new(expenditures),
            revenues,
            gross_margin: None,
            operating_costs: (0..self.random.below(3)).map(|_| self.non_negative()).collect(),
            discount_rate: self.rate(),
            tax_rate: self.random.sometimes(|random| TaxRate::new(random.one_of(&["0", "0.21", "0.5", "1"]).parse().unwrap())),
            depreciation: if self.random.one_in(2) { Some(self.policy(None)) } else { None },
            terminal_value,
            timing: self.random.sometimes(|_| Some(CashFlowTiming::MidPeriod)),
            finance_rate: self.random.sometimes(|_| Rate::new(Decimal::new(5, 2))),
            reinvestment_rate: None,
            tax_losses,
            disposal_proceeds: if self.random.one_in(4) { Some(self.non_negative()) } else { None },
            net_working_capitals: if self.random.one_in(4) { vec![self.amount(), self.amount()] } else { Vec::new() },
            assets: Vec::new(),
        }
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// Computes so many inputs by both ways, and returns what the short way counted of each kind.
fn compared<Inputs: Debug, Answer: PartialEq + Debug>(
    model: &str,
    draw: impl Fn(&mut Generator) -> Inputs,
    compute: impl Fn(&Inputs) -> Answer,
) {
    let cases = number("PAYDIRT_PRECISION_CASES", 1_500);
    for kind in [Kind::Ordinary, Kind::Nasty] {
        let before = counts();
        let mut generator = Generator { random: Random(number("PAYDIRT_PRECISION_SEED", 1)), kind };
        for case in 0..cases / 2 {
            let inputs = draw(&mut generator);
            let answer = compute(&inputs);
            assert_eq!(answer, in_full(|| compute(&inputs)), "{model}, {kind:?} {case}: {inputs:?}");
        }
        let after = counts();
        let done = Counts {
            roundings: after.roundings - before.roundings,
            of_roundings: after.of_roundings - before.of_roundings,
            of_comparisons: after.of_comparisons - before.of_comparisons,
            long_ways: after.long_ways - before.long_ways,
        };
        println!("{model:>16} {kind:?}: {done:?}");
        assert!(done.roundings >= cases / 4, "the short way is taken");
        if kind == Kind::Ordinary {
            // 1 in 10^4 roundings; of a few thousand, that is none or one.
            assert!(done.of_roundings <= done.roundings / 10_000 + 1, "{model}: {done:?}");
        }
    }
}

#[test]
fn present_values_are_those_of_76_digits() {
    let draw = |generator: &mut Generator| PresentValueInputs {
        cash_flows: generator.cash_flows(),
        discount_rate: generator.rate(),
        first_flow: generator.random.sometimes(|_| Some(FirstFlow::OnePeriod)),
    };
    compared("present value", draw, present_value);
}

#[test]
fn paybacks_are_those_of_76_digits() {
    let draw =
        |generator: &mut Generator| PaybackInputs { cash_flows: generator.cash_flows(), discount_rate: Some(generator.rate()) };
    compared("payback", draw, paybacks);
}

#[test]
fn modified_rates_are_those_of_76_digits() {
    let draw = |generator: &mut Generator| ModifiedRateInputs {
        cash_flows: generator.cash_flows(),
        finance_rate: generator.rate(),
        reinvestment_rate: generator.rate(),
    };
    compared("modified rate", draw, modified_internal_rate);
}

#[test]
fn depreciations_are_those_of_76_digits() {
    let draw = |generator: &mut Generator| {
        let cost = generator.positive();
        DepreciationInputs { cost, policy: generator.policy(Some(cost)) }
    };
    compared("depreciation", draw, depreciation);
}

#[test]
fn returns_on_capital_expenditure_are_those_of_76_digits() {
    compared("capex ROI", Generator::investment, capex_roi);
}

#[test]
fn implied_growths_are_those_of_76_digits() {
    let draw = |generator: &mut Generator| {
        let discount_rate = generator.rate();
        let years = generator.random.below(if generator.kind == Kind::Nasty { 200 } else { 20 }) as u32 + 1;
        let below = Decimal::new(1, generator.random.one_of(&[1, 2, 3, 28]));
        let terminal_growth_rate = discount_rate.get().checked_sub(below).and_then(Rate::new);
        ImpliedGrowthInputs {
            enterprise_value: generator.positive(),
            free_cash_flow: generator.positive(),
            discount_rate,
            growth_stage: terminal_growth_rate
                .map(|terminal_growth_rate| GrowthStage { years: Years::new(years).unwrap(), terminal_growth_rate }),
        }
    };
    compared("implied growth", draw, implied_growth);
}
