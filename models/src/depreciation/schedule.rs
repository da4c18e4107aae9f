//! Depreciation schedule: the book value of one asset, year by year.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::assumptions::assume_policy;
use super::policy::{DepreciationPolicy, Method, Salvage, by_weight};
use crate::arithmetic::Arithmetic;
use crate::explanation::Explanation;
use crate::input::{Bounded, ModelError, Positive};
use crate::number::{Exact, Number};
use crate::precision::{Computation, quickly};
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
    quickly(inputs)
}

impl Computation for DepreciationInputs {
    type Answer = Result<Vec<DepreciationYear>, ModelError>;

    fn with<A: Arithmetic>(&self) -> Result<Vec<DepreciationYear>, ModelError> {
        let figure = |value: A, year: &Year<A>, name: &str| {
            let index = year.number.saturating_sub(1);
            value.decimal().ok_or_else(|| ModelError::too_large(&format!("years[{index}].{name}")))
        };
        let years = years::<A>(self).map(|year| {
            Ok(DepreciationYear {
                year: year.number,
                depreciation: figure(year.depreciation, &year, "depreciation")?,
                book_value: figure(year.book_value, &year, "book_value")?,
            })
        });
        years.collect()
    }
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
    for year in years::<Exact>(inputs) {
        // A figure is traced where it is computed, and so only where it is one of the year.
        let declining = match (year.course, policy.weights()) {
            (BalanceCourse::Declining, None) => declining_balance(book_value, factor, policy.periods()),
            _ => book_value,
        };
        book_value = Year::of(policy, &asset, declining, year.number, book_value, year.course).book_value;
    }
    explanation.steps = trace.steps();
    assume_policy(&mut explanation, policy, "policy");
    explanation
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
    /// Returns the courses that a year may take: one, and more where two charges cannot be told apart, which then are one to 36 digits.
    fn of<A: Arithmetic>(
        policy: &DepreciationPolicy,
        charge: A,
        number: u32,
        book_value: A,
        salvage: A,
    ) -> [Option<BalanceCourse>; 3] {
        let DepreciationPolicy::OverLife { method: Method::DecliningBalance { is_switching, .. }, .. } = policy else {
            return [Some(BalanceCourse::Declining), None, None];
        };
        let rest = book_value - salvage;
        let remaining = policy.periods().saturating_sub(number).saturating_add(1);
        let reaches_line = if *is_switching { rest.compared(charge * A::whole(remaining)) } else { Some(Ordering::Less) };
        let passes_salvage = charge.compared(rest);
        [
            reaches_line.is_none_or(Ordering::is_ge).then_some(BalanceCourse::StraightLine(remaining)),
            (reaches_line.is_none_or(Ordering::is_lt) && passes_salvage.is_none_or(Ordering::is_gt))
                .then_some(BalanceCourse::ToSalvage),
            (reaches_line.is_none_or(Ordering::is_lt) && passes_salvage.is_none_or(Ordering::is_le))
                .then_some(BalanceCourse::Declining),
        ]
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
fn years<A: Arithmetic>(inputs: &DepreciationInputs) -> impl Iterator<Item = Year<A>> {
    let policy = inputs.policy;
    let cost = A::of(inputs.cost.get());
    let salvage = match policy {
        DepreciationPolicy::OverLife { salvage: Some(Salvage::Amount(amount)), .. } => A::of(amount.get()),
        _ => salvage_value(cost, A::exact(policy.parts(inputs.cost.get().into()).salvage)),
    };
    let asset = Asset::of(inputs, cost, salvage, A::of);
    let factor = match policy {
        DepreciationPolicy::OverLife { method: Method::DecliningBalance { factor: Some(factor), .. }, .. } => {
            A::of(factor.get())
        }
        _ => A::whole(2),
    };
    let is_declining = policy.weights().is_none();
    let mut book_value = asset.basis;
    let years = (1..=policy.periods()).map_while(move |number| {
        let charge = if is_declining { declining_balance(book_value, factor, policy.periods()) } else { A::ZERO };
        let of_course = |course| Year::of(&policy, &asset, charge, number, book_value, course);
        let year = match BalanceCourse::of(&policy, charge, number, book_value, salvage) {
            [Some(course), None, None] | [None, Some(course), None] | [None, None, Some(course)] => of_course(course),
            courses => courses.into_iter().flatten().map(of_course).reduce(|one, other| Year {
                depreciation: one.depreciation.or(other.depreciation),
                book_value: one.book_value.or(other.book_value),
                ..one
            })?,
        };
        book_value = year.book_value;
        Some(year)
    });
    years.while_awaited()
}

impl<N: Number> Year<N> {
    fn of(
        policy: &DepreciationPolicy,
        asset: &Asset<N>,
        declining: N,
        number: u32,
        before: N,
        course: BalanceCourse,
    ) -> Year<N> {
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
                BalanceCourse::Declining => (declining, before - declining),
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
