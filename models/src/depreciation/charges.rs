//! Depreciation charges of a series of expenditures, computed in time proportional to the number of periods.

use super::policy::{DepreciationPolicy, PeriodWeights, by_weight};
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
        let depreciable_share = Exact::ONE - self.salvage_ratio();
        let Some(weights) = self.weights() else { return self.declining(expenditures) };
        let weighted = match weights {
            PeriodWeights::Same { life } => in_service(expenditures, life),
            PeriodWeights::Falling { life } => falling(expenditures, life),
            PeriodWeights::Printed(_) => printed(expenditures, weights, self.periods()),
        };
        let total = Exact::from(weights.total());
        weighted.into_iter().map(|weighted| by_weight(weighted, depreciable_share, total)).collect()
    }

    /// Declining balance: a share of the remaining book value until salvage is reached; the period that reaches salvage takes the
    /// rest.
    fn declining(&self, expenditures: &[Exact]) -> Vec<Exact> {
        let life = self.periods();
        let salvage = self.salvage_ratio();
        let rate = Exact::from(2) / Exact::from(life);
        let kept = Exact::ONE - rate;
        // Of a cost of 1: how many whole charges there are, what is left after them, and the charge that then reaches salvage.
        let (mut book_value, mut whole_charges, mut last_charge) = (Exact::ONE, 0_u32, Exact::ZERO);
        // A charge that falls after the last period is nobody's.
        let charges_max = life.min(u32::try_from(expenditures.len()).unwrap_or(u32::MAX));
        while whole_charges < charges_max {
            if book_value * kept < salvage {
                last_charge = book_value - salvage;
                break;
            }
            book_value = book_value * kept;
            whole_charges = whole_charges.saturating_add(1);
        }
        let earlier = |period: usize, periods: u32| {
            period.checked_sub(periods as usize).and_then(|index| expenditures.get(index)).copied().unwrap_or(Exact::ZERO)
        };
        let mut book_values = Exact::ZERO;
        (0..expenditures.len())
            .map(|period| {
                let reaching_salvage = earlier(period, whole_charges.saturating_add(1));
                let charge = rate * book_values + last_charge * reaching_salvage;
                let leaving = book_value * earlier(period, whole_charges);
                book_values = book_values * kept + earlier(period, 0) - leaving;
                charge
            })
            .collect()
    }
}

/// Returns for each period the sum of the expenditures of the last `life` periods before it.
fn in_service(expenditures: &[Exact], life: u32) -> Vec<Exact> {
    let mut sum = Exact::ZERO;
    let leaving = std::iter::repeat_n(Exact::ZERO, life as usize).chain(expenditures.iter().copied());
    expenditures
        .iter()
        .zip(leaving)
        .map(|(expenditure, leaving)| {
            let before = sum;
            sum = sum + *expenditure - leaving;
            before
        })
        .collect()
}

/// Returns for each period the sum of the expenditures in service, each weighted with the remaining periods of its life.
fn falling(expenditures: &[Exact], life: u32) -> Vec<Exact> {
    let life_periods = Exact::from(life);
    let mut weighted = Exact::ZERO;
    in_service(expenditures, life)
        .into_iter()
        .zip(expenditures)
        .map(|(in_service, expenditure)| {
            let before = weighted;
            // Each of them loses a period, and the new one brings its whole life.
            weighted = weighted - in_service + life_periods * *expenditure;
            before
        })
        .collect()
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

    use super::super::{Method, RecoveryPeriod, UsefulLife, schedule::DepreciationInputs, schedule::depreciation};
    use super::*;
    use crate::input::{Bounded, Margin, Positive};

    fn policies() -> Vec<DepreciationPolicy> {
        let mut policies =
            vec![DepreciationPolicy::Macrs(RecoveryPeriod::Three), DepreciationPolicy::Macrs(RecoveryPeriod::Twenty)];
        for method in [Method::StraightLine, Method::DoubleDecliningBalance, Method::SumOfYearsDigits] {
            for life in [1, 2, 3, 5, 40] {
                for salvage in [dec!(0), dec!(0.1), dec!(0.3), dec!(0.9)] {
                    policies.push(DepreciationPolicy::OverLife {
                        method,
                        useful_life_periods: UsefulLife::new(life).unwrap(),
                        salvage_ratio: Margin::new(salvage),
                    });
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
