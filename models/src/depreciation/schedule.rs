//! Depreciation schedule: the book value of one asset, year by year.

use rust_decimal::Decimal;

use super::macrs::MacrsColumn;
use super::policy::{DepreciationPolicy, Method, Salvage, by_weight};
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
/// bonus_depreciation        = min(cost × bonus_ratio, cost - salvage_value), in year 1 beside the method's depreciation
/// basis                     = cost - bonus_depreciation
/// straight line:            depreciation(j) = (basis - salvage_value) / life
/// sum of the years' digits: depreciation(j) = (basis - salvage_value) × (life - j + 1) / (1 + 2 + … + life)
/// declining balance:        depreciation(j) = min(book_value(j - 1) × min(factor / life, 1), book_value(j - 1) - salvage_value)
/// … switching:              at least (book_value(j - 1) - salvage_value) / (life - j + 1)
/// MACRS:                    depreciation(j) = basis × percentage(j) / 100, as printed
/// ```
///
/// book_value(0) is the basis. A declining balance that does not switch may leave more than salvage at the end of the life.
///
/// - Units: money in one currency; ratios are shares of cost. A salvage amount is below cost.
/// - Rounding: half-even at the 28th digit, once for each figure.
/// - Errors: [`ModelError::ResultTooLarge`] naming the year's figure; no cost below 7.9e28 leads to it.
/// - Source: Kieso, Weygandt and Warfield, Intermediate Accounting, 16th edition, Wiley, 2016, chapter 11, for straight line,
///   declining balance and sum of the years' digits; IRS Publication 946, Appendix A, tables A-1 to A-6 and A-7a, for MACRS, and its
///   chapter 3 for the bonus ("special depreciation allowance").
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
///         salvage: None,
///         bonus_ratio: None,
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
        DepreciationPolicy::OverLife { salvage: Some(Salvage::Amount(amount)), .. } => {
            trace.input("policy.salvage_amount", amount.get())
        }
        DepreciationPolicy::OverLife { salvage, .. } => {
            let ratio = match salvage {
                Some(Salvage::Ratio(ratio)) => ratio.get(),
                _ => Decimal::ZERO,
            };
            salvage_value(cost, trace.input("policy.salvage_ratio", ratio))
        }
        DepreciationPolicy::Macrs { .. } => trace.known("salvage_value", Exact::ZERO),
    };
    let asset = Asset::of(inputs, cost, salvage, |ratio| trace.input("policy.bonus_ratio", ratio));
    let factor = match policy {
        DepreciationPolicy::OverLife { method: Method::DecliningBalance { factor: Some(factor), .. }, .. } => {
            trace.input("policy.declining_balance_factor", factor.get())
        }
        _ => Number::whole(2),
    };
    let mut book_value = asset.basis;
    for year in years(inputs) {
        book_value = Year::of(policy, &asset, factor, year.number, book_value, year.course).book_value;
    }
    explanation.steps = trace.steps();
    assume_policy(&mut explanation, policy, "policy");
    explanation
}

/// Adds the conventions of a depreciation policy to an explanation; `path` is the policy's field in the request.
pub(crate) fn assume_policy(explanation: &mut Explanation, policy: &DepreciationPolicy, path: &str) {
    let reason = match policy {
        DepreciationPolicy::Macrs { column, .. } => match column {
            MacrsColumn::HalfYear(_) => {
                "The percentages of IRS Publication 946, table A-1, as printed: half a year's depreciation in the first and in the last year, and nothing is left."
            }
            MacrsColumn::MidQuarter(..) => {
                "The percentages of IRS Publication 946, tables A-2 to A-5, as printed: the asset is in service from the middle of its month's quarter, and nothing is left."
            }
            MacrsColumn::Residential(_) => {
                "The percentages of IRS Publication 946, table A-6, as printed: a straight line over 27.5 years from the middle of the month, and nothing is left."
            }
            MacrsColumn::Nonresidential(_) => {
                "The percentages of IRS Publication 946, table A-7a, as printed: a straight line over 39 years from the middle of the month, and nothing is left."
            }
        },
        DepreciationPolicy::OverLife { method: Method::StraightLine, .. } => {
            "The same in each period of the useful life, which ends at salvage."
        }
        DepreciationPolicy::OverLife { method: Method::SumOfYearsDigits, .. } => {
            "In proportion to the periods that are left, the current one included; the useful life ends at salvage."
        }
        DepreciationPolicy::OverLife { method: Method::DecliningBalance { is_switching: false, .. }, .. } => {
            "A share of the book value in each period of the life, never below salvage, and without a switch to straight line, so that more than salvage may be left."
        }
        DepreciationPolicy::OverLife { method: Method::DecliningBalance { is_switching: true, .. }, .. } => {
            "A share of the book value, until a straight line over the periods that are left charges more; the useful life ends at salvage."
        }
    };
    explanation.assume(format!("{path}.method"), policy.name(), reason);
    if let DepreciationPolicy::OverLife { method, salvage, .. } = policy {
        let reason = "No salvage value was given, so all of the cost is depreciable.";
        explanation.assume_default(*salvage, &format!("{path}.salvage_ratio"), "0", reason);
        if let Method::DecliningBalance { factor, .. } = method {
            let reason = "No factor was given, so the rate is twice the straight line's: the double declining balance.";
            explanation.assume_default(*factor, &format!("{path}.declining_balance_factor"), "2", reason);
        }
    }
    if policy.bonus_ratio().is_some() {
        explanation.assume(
            format!("{path}.bonus_ratio"),
            "first period",
            "The bonus is a share of the whole cost, in the first depreciated period; the method runs on the rest, and the book value never falls below salvage.",
        );
    }
}

/// Parts of an asset's cost, in money.
struct Asset<N> {
    salvage: N,
    /// Bonus of the first year; `None` where the policy has none.
    bonus: Option<N>,
    /// Cost without the bonus, which the method runs on.
    basis: N,
}

impl<N: Number> Asset<N> {
    fn of(inputs: &DepreciationInputs, cost: N, salvage: N, ratio: impl FnOnce(Decimal) -> N) -> Asset<N> {
        let Some(bonus_ratio) = inputs.policy.bonus_ratio() else { return Asset { salvage, bonus: None, basis: cost } };
        let parts = inputs.policy.parts(inputs.cost.get().into());
        let reaches_salvage = Exact::from(bonus_ratio.get()) > parts.bonus;
        let bonus = if reaches_salvage { cost - salvage } else { cost * ratio(bonus_ratio.get()) }.named("bonus_depreciation");
        // What the bonus leaves of the cost is salvage, to the digit.
        let basis = if reaches_salvage { salvage } else { cost - bonus };
        Asset { salvage, bonus: Some(bonus), basis: basis.named("basis") }
    }
}

/// BalanceCourse of a declining balance in one year.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BalanceCourse {
    /// A share of the book value.
    Declining,
    /// All down to salvage, which the share would pass.
    ToSalvage,
    /// A straight line over so many years that are left.
    StraightLine(u32),
}

impl BalanceCourse {
    fn of(policy: &DepreciationPolicy, factor: Exact, number: u32, book_value: Exact, salvage: Exact) -> BalanceCourse {
        let DepreciationPolicy::OverLife { method: Method::DecliningBalance { is_switching, .. }, .. } = policy else {
            return BalanceCourse::Declining;
        };
        let charge = declining_balance(book_value, factor, policy.periods());
        let rest = book_value - salvage;
        let remaining = policy.periods().saturating_sub(number).saturating_add(1);
        if *is_switching && rest >= charge * Exact::from(remaining) {
            return BalanceCourse::StraightLine(remaining);
        }
        if charge > rest { BalanceCourse::ToSalvage } else { BalanceCourse::Declining }
    }
}

/// Depreciation and book value of one year, exactly.
struct Year<N> {
    number: u32,
    course: BalanceCourse,
    depreciation: N,
    book_value: N,
}

/// Returns the years of a useful life, exactly.
fn years(inputs: &DepreciationInputs) -> impl Iterator<Item = Year<Exact>> {
    let policy = inputs.policy;
    let cost = Exact::from(inputs.cost.get());
    let salvage = match policy {
        DepreciationPolicy::OverLife { salvage: Some(Salvage::Amount(amount)), .. } => amount.get().into(),
        _ => salvage_value(cost, policy.parts(cost).salvage),
    };
    let asset = Asset::of(inputs, cost, salvage, Exact::from);
    let factor = match policy {
        DepreciationPolicy::OverLife { method: Method::DecliningBalance { factor: Some(factor), .. }, .. } => {
            factor.get().into()
        }
        _ => Exact::from(2),
    };
    let mut book_value = asset.basis;
    let years = (1..=policy.periods()).map(move |number| {
        let course = BalanceCourse::of(&policy, factor, number, book_value, salvage);
        let year = Year::of(&policy, &asset, factor, number, book_value, course);
        book_value = year.book_value;
        year
    });
    years.while_awaited()
}

impl<N: Number> Year<N> {
    fn of(policy: &DepreciationPolicy, asset: &Asset<N>, factor: N, number: u32, before: N, course: BalanceCourse) -> Year<N> {
        let salvage = asset.salvage;
        let (regular, book_value) = match policy.weights() {
            // From the cost and not from the year before, so that the last year leaves salvage to the digit.
            Some(weights) => {
                // The table is one of the whole basis.
                let depreciable =
                    || if let DepreciationPolicy::Macrs { .. } = policy { asset.basis } else { asset.basis - salvage };
                let part = |weight: Decimal| by_weight(depreciable(), N::of(weight), N::of(weights.total()));
                (part(weights.of(number)), asset.basis - part(weights.up_to(number)))
            }
            None => match course {
                BalanceCourse::ToSalvage | BalanceCourse::StraightLine(1) => (before - salvage, salvage),
                BalanceCourse::StraightLine(remaining) => {
                    let charge = (before - salvage) / N::whole(remaining);
                    (charge, before - charge)
                }
                BalanceCourse::Declining => {
                    let charge = declining_balance(before, factor, policy.periods());
                    (charge, before - charge)
                }
            },
        };
        let depreciation = match asset.bonus {
            Some(bonus) if number == 1 => bonus + regular,
            _ => regular,
        };
        let depreciation = depreciation.numbered("depreciation", number);
        Year { number, course, depreciation, book_value: book_value.numbered("book_value", number) }
    }
}

fn salvage_value<N: Number>(cost: N, salvage_ratio: N) -> N {
    (cost * salvage_ratio).named("salvage_value")
}

fn declining_balance<N: Number>(book_value: N, factor: N, useful_life: u32) -> N {
    book_value * factor / N::whole(useful_life)
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::super::{RecoveryPeriod, ServiceMonth, UsefulLife};
    use super::*;
    use crate::input::{Fraction, Margin, NonNegative};

    fn over(method: Method, life: u32, salvage: Decimal) -> DepreciationPolicy {
        let useful_life_periods = UsefulLife::new(life).unwrap();
        let salvage = Margin::new(salvage).map(Salvage::Ratio);
        DepreciationPolicy::OverLife { method, useful_life_periods, salvage, bonus_ratio: None }
    }

    fn macrs(column: MacrsColumn) -> DepreciationPolicy {
        DepreciationPolicy::Macrs { column, bonus_ratio: None }
    }

    fn with_bonus(mut policy: DepreciationPolicy, bonus: Decimal) -> DepreciationPolicy {
        match &mut policy {
            DepreciationPolicy::OverLife { bonus_ratio, .. } | DepreciationPolicy::Macrs { bonus_ratio, .. } => {
                *bonus_ratio = Fraction::new(bonus);
            }
        }
        policy
    }

    fn declining(factor: Decimal, is_switching: bool) -> Method {
        Method::DecliningBalance { factor: Positive::new(factor), is_switching }
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
        let years = schedule(dec!(10000), over(Method::DOUBLE_DECLINING_BALANCE, 5, dec!(0)));
        let depreciation: Vec<_> = years.iter().map(|year| year.0).collect();
        assert_eq!(depreciation, [dec!(4000), dec!(2400), dec!(1440), dec!(864), dec!(518.4)]);
        // Without a switch to a straight line something is left.
        assert_eq!(years[4].1, dec!(777.6));
    }

    #[test]
    fn a_declining_balance_stops_at_salvage() {
        let years = schedule(dec!(10000), over(Method::DOUBLE_DECLINING_BALANCE, 5, dec!(0.3)));
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
        assert_eq!(schedule(dec!(10), over(Method::DOUBLE_DECLINING_BALANCE, 1, dec!(0))), [(dec!(10), dec!(0))]);
        assert_eq!(schedule(dec!(10), over(Method::DOUBLE_DECLINING_BALANCE, 1, dec!(0.2))), [(dec!(8), dec!(2))]);
        let two = [(dec!(10), dec!(0)), (dec!(0), dec!(0))];
        assert_eq!(schedule(dec!(10), over(Method::DOUBLE_DECLINING_BALANCE, 2, dec!(0))), two);
    }

    #[test]
    fn the_printed_table_leaves_nothing() {
        let years = schedule(dec!(5000), macrs(MacrsColumn::HalfYear(RecoveryPeriod::Five)));
        let depreciation: Vec<_> = years.iter().map(|year| year.0).collect();
        assert_eq!(depreciation, [dec!(1000), dec!(1600), dec!(960), dec!(576), dec!(576), dec!(288)]);
        assert_eq!(years[5].1, dec!(0));
    }

    /// Source: by hand. 40 % of 10,000, 6,000 and 3,600; then 2,160 / 2, where 40 % would be 864.
    #[test]
    fn a_switching_balance_goes_on_as_a_straight_line() {
        let years = schedule(dec!(10000), over(declining(dec!(2), true), 5, dec!(0)));
        let charges: Vec<_> = years.iter().map(|year| year.0).collect();
        assert_eq!(charges, [dec!(4000), dec!(2400), dec!(1440), dec!(1080), dec!(1080)]);
        assert_eq!(years[4].1, dec!(0));
        // 30 % at a factor of 1.5; a third of the 4,900 less 1,000 that are left is 1,300, and 30 % of 4,900 is 1,470.
        let years = schedule(dec!(10000), over(declining(dec!(1.5), true), 5, dec!(0.1)));
        let charges: Vec<_> = years.iter().map(|year| year.0).collect();
        assert_eq!(charges, [dec!(3000), dec!(2100), dec!(1470), dec!(1215), dec!(1215)]);
        assert_eq!(years[4].1, dec!(1000));
    }

    #[test]
    fn a_rate_above_1_is_1() {
        assert_eq!(schedule(dec!(10), over(declining(dec!(9), false), 3, dec!(0)))[0], (dec!(10), dec!(0)));
        assert_eq!(schedule(dec!(10), over(declining(dec!(9), true), 3, dec!(0.2)))[0], (dec!(8), dec!(2)));
    }

    #[test]
    fn a_bonus_comes_first_and_never_reaches_into_salvage() {
        let line = over(Method::StraightLine, 4, dec!(0.1));
        let expected = [(dec!(500), dec!(500)), (dec!(100), dec!(400)), (dec!(100), dec!(300)), (dec!(100), dec!(200))];
        assert_eq!(
            schedule(dec!(1000), with_bonus(over(Method::StraightLine, 4, dec!(0.2)), dec!(0.4)))[0],
            (dec!(500), dec!(500))
        );
        assert_eq!(schedule(dec!(1000), with_bonus(over(Method::StraightLine, 4, dec!(0.2)), dec!(0.4))), expected);
        let gone = [(dec!(900), dec!(100)), (dec!(0), dec!(100)), (dec!(0), dec!(100)), (dec!(0), dec!(100))];
        assert_eq!(schedule(dec!(1000), with_bonus(line, dec!(1))), gone);
        let balance = over(declining(dec!(2), false), 4, dec!(0.1));
        assert_eq!(schedule(dec!(1000), with_bonus(balance, dec!(0.5)))[..2], [(dec!(750), dec!(250)), (dec!(125), dec!(125))]);
        let printed = schedule(dec!(1000), with_bonus(macrs(MacrsColumn::HalfYear(RecoveryPeriod::Five)), dec!(0.6)));
        assert_eq!(printed[..2], [(dec!(680), dec!(320)), (dec!(128), dec!(192))]);
    }

    #[test]
    fn a_salvage_amount_is_what_is_left_to_the_digit() {
        let policy = DepreciationPolicy::OverLife {
            method: Method::SumOfYearsDigits,
            useful_life_periods: UsefulLife::new(7).unwrap(),
            salvage: NonNegative::new(dec!(100)).map(Salvage::Amount),
            bonus_ratio: None,
        };
        assert_eq!(schedule(dec!(300), policy).last().unwrap().1, dec!(100));
    }

    #[test]
    fn a_building_is_written_off_from_the_middle_of_its_month() {
        let month = |month| ServiceMonth::new(month).unwrap();
        let years = schedule(dec!(100000), macrs(MacrsColumn::Residential(month(8))));
        assert_eq!((years.len(), years[0].0, years[9].0, years[10].0), (29, dec!(1364), dec!(3636), dec!(3637)));
        assert_eq!(years[28], (dec!(455), dec!(0)));
        let years = schedule(dec!(100000), macrs(MacrsColumn::Nonresidential(month(3))));
        assert_eq!((years.len(), years[0].0, years[38].0, years[39]), (40, dec!(2033), dec!(2564), (dec!(535), dec!(0))));
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
