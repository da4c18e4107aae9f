//! Depreciation charges of a series of expenditures, computed in time proportional to the number of periods.

use super::policy::{CostParts, DepreciationPolicy, PeriodWeights, by_weight};
use crate::number::Exact;
use crate::work::WhileAwaited;

impl DepreciationPolicy {
    /// Returns the depreciation of each period. Depreciation of an expenditure begins in the period after it, and ends with its
    /// useful life, whatever book value is left.
    ///
    /// ```text
    /// depreciation(i) = sum over j from 1 of expenditure(i - j) × share of the j-th period of a life
    /// ```
    ///
    /// Periods times lives would be a million products, so each method updates a running sum from period to period.
    #[must_use]
    pub fn charges(&self, expenditures: &[Exact]) -> Vec<Exact> {
        if expenditures.iter().all(|expenditure| expenditure.is_zero()) {
            return vec![Exact::ZERO; expenditures.len()];
        }
        let parts = self.parts_of(|| expenditures.iter().fold(Exact::ZERO, |sum, expenditure| sum + *expenditure));
        let mut charges = match self.weights() {
            None => self.declining(expenditures, parts),
            Some(weights) => {
                let (depreciable, total) = (parts.depreciable(), Exact::from(weights.total()));
                let of_weight = |weighted: Exact| by_weight(weighted, depreciable, total);
                match weights {
                    PeriodWeights::Same { life } => each_once(in_service(expenditures, life), of_weight),
                    PeriodWeights::Falling { life } => falling(expenditures, life).map(of_weight).collect(),
                    PeriodWeights::Printed(_) => {
                        printed(expenditures, weights, self.periods()).into_iter().map(of_weight).collect()
                    }
                }
            }
        };
        if !parts.bonus.is_zero() {
            for (charge, expenditure) in charges.iter_mut().skip(1).zip(expenditures) {
                *charge = *charge + parts.bonus * *expenditure;
            }
        }
        charges
    }

    /// Declining balance: a share of the remaining book value, until salvage is reached or a straight line charges more. The period that
    /// reaches salvage takes the rest; a straight line takes equal charges to the end of the life.
    fn declining(&self, expenditures: &[Exact], parts: CostParts) -> Vec<Exact> {
        let course = DecliningCourse::of(self, parts, expenditures.len());
        let earlier = |period: usize, periods: u32| {
            period.checked_sub(periods as usize).and_then(|index| expenditures.get(index)).copied().unwrap_or(Exact::ZERO)
        };
        let (mut book_values, mut in_line) = (Exact::ZERO, Exact::ZERO);
        (0..expenditures.len())
            .map(|period| {
                let reaching = earlier(period, course.whole_charges.saturating_add(1));
                let ending = earlier(period, course.whole_charges.saturating_add(course.equal_charges).saturating_add(1));
                in_line = in_line + reaching - ending;
                let charge = course.rate * book_values + course.equal_charge * in_line;
                let leaving = course.book_value * earlier(period, course.whole_charges);
                book_values = book_values * course.kept + course.start * earlier(period, 0) - leaving;
                charge
            })
            .collect()
    }
}

/// Course of a declining balance, for a cost of 1.
pub(super) struct DecliningCourse {
    /// Book value that the first charge is a share of.
    pub start: Exact,
    rate: Exact,
    /// Share of the book value that a charge at the full rate leaves.
    pub kept: Exact,
    /// The number of charges at the full rate, and the book value after them.
    pub whole_charges: u32,
    book_value: Exact,
    /// The number of equal charges that follow, and each of them: one that reaches salvage, or a straight line.
    pub equal_charges: u32,
    equal_charge: Exact,
}

impl DecliningCourse {
    /// A charge that falls after the last of so many periods is nobody's, and is not computed.
    pub fn of(policy: &DepreciationPolicy, parts: CostParts, periods: usize) -> DecliningCourse {
        let life = policy.periods();
        let charges_max = life.min(u32::try_from(periods).unwrap_or(u32::MAX));
        let (rate, is_switching) = policy.declining_rate();
        let (start, kept) = (Exact::ONE - parts.bonus, Exact::ONE - rate);
        let none = (0, Exact::ZERO);
        let (mut book_value, mut whole_charges, mut equal) = (start, 0_u32, none);
        while whole_charges < charges_max {
            let (charge, rest) = (rate * book_value, book_value - parts.salvage);
            let remaining = life.saturating_sub(whole_charges);
            if is_switching && rest >= charge * Exact::from(remaining) {
                equal = (remaining, rest / Exact::from(remaining));
                break;
            }
            if charge > rest {
                equal = (1, rest);
                break;
            }
            book_value = book_value * kept;
            whole_charges = whole_charges.saturating_add(1);
        }
        DecliningCourse { start, rate, kept, whole_charges, book_value, equal_charges: equal.0, equal_charge: equal.1 }
    }
}

/// Computes a function of each member of a series, once where the same number follows itself.
fn each_once(series: impl ExactSizeIterator<Item = Exact>, function: impl Fn(Exact) -> Exact) -> Vec<Exact> {
    let mut last: Option<(Exact, Exact)> = None;
    series
        .map(|member| match last {
            Some((before, value)) if before.is_written_as(member) => value,
            _ => {
                let value = function(member);
                last = Some((member, value));
                value
            }
        })
        .collect()
}

/// Returns for each period the sum of the expenditures of the last `life` periods before it.
fn in_service(expenditures: &[Exact], life: u32) -> impl ExactSizeIterator<Item = Exact> {
    let mut sum = Exact::ZERO;
    expenditures.iter().enumerate().map(move |(period, expenditure)| {
        let before = sum;
        sum = sum + *expenditure;
        let leaving = period.checked_sub(life as usize).and_then(|bought| expenditures.get(bought));
        sum = leaving.map_or(sum, |leaving| sum - *leaving);
        before
    })
}

/// Returns for each period the sum of the expenditures in service, each weighted with the remaining periods of its life.
fn falling(expenditures: &[Exact], life: u32) -> impl Iterator<Item = Exact> {
    let life_periods = Exact::from(life);
    let mut weighted = Exact::ZERO;
    in_service(expenditures, life).zip(expenditures).map(move |(in_service, expenditure)| {
        let before = weighted;
        // Each of them loses a period, and the new one brings its whole life.
        weighted = weighted - in_service + life_periods * *expenditure;
        before
    })
}

/// Returns the depreciation of each period by a printed table, whose columns are short.
fn printed(expenditures: &[Exact], weights: PeriodWeights, periods: u32) -> Vec<Exact> {
    let weights: Vec<Exact> = (1..=periods).map(|period| weights.of(period).into()).collect();
    (0..expenditures.len())
        .while_awaited()
        .map(|period| {
            let before = expenditures.get(..period).unwrap_or_default().iter().rev();
            before
                .zip(&weights)
                .filter(|(expenditure, _)| !expenditure.is_zero())
                .fold(Exact::ZERO, |sum, (expenditure, weight)| sum + *expenditure * *weight)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use rust_decimal::{Decimal, dec};

    use super::super::{MacrsColumn, Method, RecoveryPeriod, Salvage, ServiceMonth, UsefulLife};
    use super::super::{schedule::DepreciationInputs, schedule::depreciation};
    use super::*;
    use crate::input::{Bounded, Fraction, Margin, Positive};

    fn policies() -> Vec<DepreciationPolicy> {
        let month = ServiceMonth::new(8).unwrap();
        let macrs = |column, bonus| DepreciationPolicy::Macrs { column, bonus_ratio: Fraction::new(bonus) };
        let mut policies = vec![
            macrs(MacrsColumn::HalfYear(RecoveryPeriod::Three), dec!(0)),
            macrs(MacrsColumn::HalfYear(RecoveryPeriod::Twenty), dec!(0.4)),
            macrs(MacrsColumn::MidQuarter(RecoveryPeriod::Seven, month), dec!(1)),
            macrs(MacrsColumn::Residential(month), dec!(0)),
            macrs(MacrsColumn::Nonresidential(month), dec!(0)),
        ];
        let declining =
            |factor, is_switching| Method::DecliningBalance { factor: Some(Positive::new(factor).unwrap()), is_switching };
        for method in [
            Method::StraightLine,
            Method::DOUBLE_DECLINING_BALANCE,
            declining(dec!(1.5), true),
            declining(dec!(0.3), true),
            declining(dec!(0.3), false),
            declining(dec!(7), true),
            Method::SumOfYearsDigits,
        ] {
            for life in [1, 2, 3, 5, 40] {
                for salvage in [dec!(0), dec!(0.1), dec!(0.3), dec!(0.9)] {
                    for bonus in [dec!(0), dec!(0.2), dec!(1)] {
                        policies.push(DepreciationPolicy::OverLife {
                            method,
                            useful_life_periods: UsefulLife::new(life).unwrap(),
                            salvage: Margin::new(salvage).map(Salvage::Ratio),
                            bonus_ratio: Fraction::new(bonus),
                        });
                    }
                }
            }
        }
        policies
    }

    #[test]
    fn the_moving_sums_are_the_schedules_of_each_expenditure_added_up() {
        let expenditures: Vec<Decimal> = [7, 0, 3, 11, 0, 0, 2, 5].into_iter().chain([0; 40]).map(Decimal::from).collect();
        let exact: Vec<Exact> = expenditures.iter().copied().map(Exact::from).collect();
        for policy in policies() {
            let mut expected = vec![Exact::ZERO; expenditures.len()];
            for (bought, cost) in expenditures.iter().enumerate().filter(|(_, cost)| !cost.is_zero()) {
                let inputs = DepreciationInputs { cost: Positive::new(*cost).unwrap(), policy };
                for (year, sum) in depreciation(&inputs).unwrap().into_iter().zip(expected.iter_mut().skip(bought + 1)) {
                    *sum = *sum + Exact::from(year.depreciation);
                }
            }
            for (period, (charge, expected)) in policy.charges(&exact).into_iter().zip(expected).enumerate() {
                assert!(
                    (charge - expected).absolute() < Exact::power_of_ten(-24),
                    "{policy:?} {period} {charge:?} {expected:?}"
                );
            }
        }
    }
}
