//! Depreciation schedule: the book value of one asset, year by year.

use rust_decimal::Decimal;

use super::policy::{DepreciationPolicy, Method, by_weight};
use crate::explanation::Explanation;
use crate::input::{Bounded, ModelError, Positive};
use crate::number::{Exact, Number};
use crate::traced::Trace;
use crate::work::WhileAwaited;

/// Inputs of a depreciation schedule: the cost of an asset, and its depreciation policy.
#[derive(Clone, Debug)]
pub struct DepreciationInputs {
    /// Cost of the asset.
    pub cost: Positive,
    /// Depreciation policy, in periods of a year.
    pub policy: DepreciationPolicy,
}

/// One year of a depreciation schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DepreciationYear {
    /// Number of the year; 1 is the first.
    pub year: u32,
    /// Depreciation of the year.
    pub depreciation: Decimal,
    /// Book value at the end of the year.
    pub book_value: Decimal,
}

/// Computes the depreciation and the book value of an asset for each year of its useful life.
///
/// ```text
/// straight line:            depreciation(j) = (cost - salvage_value) / life
/// sum of the years' digits: depreciation(j) = (cost - salvage_value) × (life - j + 1) / (1 + 2 + … + life)
/// double declining balance: depreciation(j) = min(book_value(j - 1) × 2 / life, book_value(j - 1) - salvage_value)
/// MACRS, half-year:         depreciation(j) = cost × percentage(j) / 100, j up to life + 1
/// ```
///
/// Double declining balance may leave more than salvage at the end of the life, as nothing switches it to a straight line.
///
/// - Units: money in one currency; the salvage ratio is a share of cost.
/// - Rounding: half-even at the 28th digit, once for each figure.
/// - Errors: [`ModelError::ResultTooLarge`] naming the year's figure; no cost below 7.9e28 leads to it.
/// - Source: Kieso, Weygandt and Warfield, Intermediate Accounting, 16th edition, Wiley, 2016, chapter 11, for straight line,
///   double declining balance and sum of the years' digits; IRS Publication 946, Appendix A, table A-1, for MACRS.
///
/// # Example: 40,000 for a server that works for three years
///
/// ```
/// use paydirt_models::depreciation::{DepreciationInputs, DepreciationPolicy, Method, UsefulLife, depreciation};
/// use paydirt_models::input::{Bounded, Positive};
/// use rust_decimal::dec;
///
/// let years = depreciation(&DepreciationInputs {
///     cost: Positive::new(dec!(40000)).unwrap(),
///     policy: DepreciationPolicy::OverLife {
///         method: Method::StraightLine,
///         useful_life_periods: UsefulLife::new(3).unwrap(),
///         salvage_ratio: None,
///     },
/// })
/// .unwrap();
/// assert_eq!(years[0].depreciation.round_dp(2), dec!(13333.33));
/// assert_eq!(years[2].book_value, dec!(0));
/// ```
///
/// "It costs 13,333 a year; over six years it would have cost 6,667."
pub fn depreciation(inputs: &DepreciationInputs) -> Result<Vec<DepreciationYear>, ModelError> {
    let figure = |value: Exact, year: &Year<Exact>, name: &str| {
        let index = year.number.saturating_sub(1);
        value.decimal().ok_or_else(|| ModelError::too_large(&format!("years[{index}].{name}")))
    };
    let years = years(inputs).map(|year| {
        Ok(DepreciationYear {
            year: year.number,
            depreciation: figure(year.depreciation, &year, "depreciation")?,
            book_value: figure(year.book_value, &year, "book_value")?,
        })
    });
    years.collect()
}

/// Explains the outcome of [`depreciation`] step by step.
#[must_use]
pub fn explain_depreciation(inputs: &DepreciationInputs) -> Explanation {
    let trace = Trace::default();
    let mut explanation = Explanation::default();
    let policy = &inputs.policy;
    let cost = trace.input("cost", inputs.cost.get());
    let salvage = match policy {
        DepreciationPolicy::OverLife { salvage_ratio, .. } => {
            let ratio = salvage_ratio.map_or(Decimal::ZERO, Bounded::get);
            salvage_value(cost, trace.input("policy.salvage_ratio", ratio))
        }
        DepreciationPolicy::Macrs(_) => trace.known("salvage_value", Exact::ZERO),
    };
    let mut book_value = cost;
    for year in years(inputs) {
        book_value = Year::of(policy, cost, salvage, year.number, book_value, year.reaches_salvage).book_value;
    }
    explanation.steps = trace.steps();
    assume_policy(&mut explanation, policy, "policy");
    explanation
}

/// Adds the conventions of a depreciation policy to an explanation; `path` is the policy's field in the request.
pub(crate) fn assume_policy(explanation: &mut Explanation, policy: &DepreciationPolicy, path: &str) {
    let reason = match policy {
        DepreciationPolicy::Macrs(_) => {
            "The percentages of IRS Publication 946, table A-1, as printed: half a year's depreciation in the first and in the last year, and nothing is left."
        }
        DepreciationPolicy::OverLife { method: Method::StraightLine, .. } => {
            "The same in each period of the useful life, which ends at salvage."
        }
        DepreciationPolicy::OverLife { method: Method::SumOfYearsDigits, .. } => {
            "In proportion to the periods that are left, the current one included; the useful life ends at salvage."
        }
        DepreciationPolicy::OverLife { method: Method::DoubleDecliningBalance, .. } => {
            "2 / useful life of the book value in each period of the life, never below salvage, and without a switch to straight line, so that more than salvage may be left."
        }
    };
    explanation.assume(format!("{path}.method"), policy.name(), reason);
    if let DepreciationPolicy::OverLife { salvage_ratio, .. } = policy {
        let reason = "No salvage value was given, so all of the cost is depreciable.";
        explanation.assume_default(*salvage_ratio, &format!("{path}.salvage_ratio"), "0", reason);
    }
}

/// Depreciation and book value of one year, exactly.
struct Year<N> {
    number: u32,
    /// True when a double declining balance would fall below salvage.
    reaches_salvage: bool,
    depreciation: N,
    book_value: N,
}

/// Returns the years of a useful life, exactly.
fn years(inputs: &DepreciationInputs) -> impl Iterator<Item = Year<Exact>> {
    let policy = inputs.policy;
    let cost = Exact::from(inputs.cost.get());
    let salvage = salvage_value(cost, policy.salvage_ratio());
    let mut book_value = cost;
    let years = (1..=policy.periods()).map(move |number| {
        let reaches_salvage = declining_balance(book_value, policy.periods()) > book_value - salvage;
        let year = Year::of(&policy, cost, salvage, number, book_value, reaches_salvage);
        book_value = year.book_value;
        year
    });
    years.while_awaited()
}

impl<N: Number> Year<N> {
    fn of(policy: &DepreciationPolicy, cost: N, salvage_value: N, number: u32, before: N, reaches_salvage: bool) -> Year<N> {
        let (depreciation, book_value) = match policy.weights() {
            // From the cost and not from the year before, so that the last year leaves salvage to the digit.
            Some(weights) => {
                // The table is one of the whole cost.
                let depreciable = || if let DepreciationPolicy::Macrs(_) = policy { cost } else { cost - salvage_value };
                let part = |weight: Decimal| by_weight(depreciable(), N::of(weight), N::of(weights.total()));
                (part(weights.of(number)).numbered("depreciation", number), cost - part(weights.up_to(number)))
            }
            None if reaches_salvage => ((before - salvage_value).numbered("depreciation", number), salvage_value),
            None => {
                let depreciation = declining_balance(before, policy.periods()).numbered("depreciation", number);
                (depreciation, before - depreciation)
            }
        };
        Year { number, reaches_salvage, depreciation, book_value: book_value.numbered("book_value", number) }
    }
}

fn salvage_value<N: Number>(cost: N, salvage_ratio: N) -> N {
    (cost * salvage_ratio).named("salvage_value")
}

fn declining_balance<N: Number>(book_value: N, useful_life: u32) -> N {
    book_value * N::whole(2) / N::whole(useful_life)
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::super::{RecoveryPeriod, UsefulLife};
    use super::*;
    use crate::input::Margin;

    fn over(method: Method, life: u32, salvage: Decimal) -> DepreciationPolicy {
        let useful_life_periods = UsefulLife::new(life).unwrap();
        DepreciationPolicy::OverLife { method, useful_life_periods, salvage_ratio: Margin::new(salvage) }
    }

    fn schedule(cost: Decimal, policy: DepreciationPolicy) -> Vec<(Decimal, Decimal)> {
        let years = depreciation(&DepreciationInputs { cost: Positive::new(cost).unwrap(), policy }).unwrap();
        years.into_iter().map(|year| (year.depreciation, year.book_value)).collect()
    }

    #[test]
    fn a_straight_line_ends_at_salvage_to_the_digit() {
        let years = schedule(dec!(1000.01), over(Method::StraightLine, 7, dec!(0.1234567)));
        assert_eq!(years.last().unwrap().1, dec!(123.457934567));
        assert_eq!(years.len(), 7);
        assert!(years.windows(2).all(|pair| pair[0].0 == pair[1].0));
    }

    #[test]
    fn the_years_digits_fall_by_one_part_a_year() {
        let years = schedule(dec!(1600), over(Method::SumOfYearsDigits, 5, dec!(0.0625)));
        let expected = [
            (dec!(500), dec!(1100)),
            (dec!(400), dec!(700)),
            (dec!(300), dec!(400)),
            (dec!(200), dec!(200)),
            (dec!(100), dec!(100)),
        ];
        assert_eq!(years, expected);
    }

    #[test]
    fn a_declining_balance_takes_twice_the_straight_lines_share_of_what_is_left() {
        let years = schedule(dec!(10000), over(Method::DoubleDecliningBalance, 5, dec!(0)));
        let depreciation: Vec<_> = years.iter().map(|year| year.0).collect();
        assert_eq!(depreciation, [dec!(4000), dec!(2400), dec!(1440), dec!(864), dec!(518.4)]);
        // Without a switch to a straight line something is left.
        assert_eq!(years[4].1, dec!(777.6));
    }

    #[test]
    fn a_declining_balance_stops_at_salvage() {
        let years = schedule(dec!(10000), over(Method::DoubleDecliningBalance, 5, dec!(0.3)));
        let expected = [
            (dec!(4000), dec!(6000)),
            (dec!(2400), dec!(3600)),
            (dec!(600), dec!(3000)),
            (dec!(0), dec!(3000)),
            (dec!(0), dec!(3000)),
        ];
        assert_eq!(years, expected);
    }

    #[test]
    fn a_declining_balance_of_one_or_two_periods_is_gone_at_once() {
        assert_eq!(schedule(dec!(10), over(Method::DoubleDecliningBalance, 1, dec!(0))), [(dec!(10), dec!(0))]);
        assert_eq!(schedule(dec!(10), over(Method::DoubleDecliningBalance, 1, dec!(0.2))), [(dec!(8), dec!(2))]);
        let two = [(dec!(10), dec!(0)), (dec!(0), dec!(0))];
        assert_eq!(schedule(dec!(10), over(Method::DoubleDecliningBalance, 2, dec!(0))), two);
    }

    #[test]
    fn the_printed_table_leaves_nothing() {
        let years = schedule(dec!(5000), DepreciationPolicy::Macrs(RecoveryPeriod::Five));
        let depreciation: Vec<_> = years.iter().map(|year| year.0).collect();
        assert_eq!(depreciation, [dec!(1000), dec!(1600), dec!(960), dec!(576), dec!(576), dec!(288)]);
        assert_eq!(years[5].1, dec!(0));
    }

    #[test]
    fn the_smallest_cost_and_the_largest_are_written_off() {
        let policy = over(Method::StraightLine, 1200, dec!(0));
        assert_eq!(schedule(dec!(1e-28), policy).last().unwrap().1, dec!(0));
        assert_eq!(schedule(dec!(78999999999999999999999999990), policy).last().unwrap().1, dec!(0));
    }

    #[test]
    fn the_explanation_writes_each_year() {
        let inputs =
            DepreciationInputs { cost: Positive::new(dec!(1000)).unwrap(), policy: over(Method::SumOfYearsDigits, 4, dec!(0)) };
        let steps = explain_depreciation(&inputs).steps;
        let second = steps.iter().find(|step| step.name == "depreciation(2)").unwrap();
        assert_eq!((second.formula.as_str(), second.value.as_str()), ("(cost - salvage_value) × 3 / 10", "300"));
    }
}
