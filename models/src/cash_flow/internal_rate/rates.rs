//! Rates of a series: the zeros of its present value, isolated, proven and put in order.

use std::borrow::Cow;
use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::isolate::{FEW, Isolation, are_few, isolate};
use super::near::NearZeros;
use super::prove::Zero;
use super::settle::{Settled, settle};
use super::span::{Means, Proof, Span};
use super::terms::Terms;
use crate::cash_flow::series::{Flow, Series};
use crate::number::Exact;
use crate::warning::{WarningReason, Warnings};
use crate::wide::Wide;
use crate::work::WhileAwaited;

/// A rate of return: effective, with 12 digits after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateOfReturn {
    /// Rate per year, effective.
    pub annual: Decimal,
    /// Rate per period; None of dated flows.
    pub per_period: Option<Decimal>,
    /// The rate per period times the periods of a year, rounded once; None of a dated series.
    pub nominal_annual: Option<Decimal>,
}

/// Status of the search for rates: how many there are, and whether all are proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateStatus {
    /// Exactly one rate, proven.
    Unique,
    /// Several rates, all found and proven.
    Several,
    /// No rate of return, because all flows have one sign.
    NoSignChange,
    /// No rate of return, although the flows change sign; proven.
    None,
    /// Not decided within the work limit; the listed rates are proven, and there may be more.
    Undecided,
    /// Any rate is a rate of return, because every flow is 0.
    Any,
}

/// Outcome of the internal rates of return: every rate above -1 at which the present value is 0.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InternalRates {
    /// Status: how many rates there are, and whether all are proven.
    pub status: RateStatus,
    /// Proven rates, ascending.
    pub rates: Vec<RateOfReturn>,
    /// Index of the rate that speaks for the series: on the side of 0 on which the sum of all flows lies, the one nearest to 0.
    pub selected: Option<u32>,
    /// Sign changes of the flows in order of time, zeros left out: an upper bound on the number of rates.
    pub sign_changes: u32,
    pub(super) evidence: Evidence,
}

impl InternalRates {
    /// Returns what stands for the rates until they are looked for.
    pub(crate) fn not_looked_for() -> InternalRates {
        let evidence = Evidence::default();
        InternalRates { status: RateStatus::Undecided, rates: Vec::new(), selected: None, sign_changes: 0, evidence }
    }

    /// Warns of more than one rate. `field` is the field of the request that holds the series.
    pub fn warn_of_several(&self, field: &str, warnings: &mut Warnings) {
        if self.rates.len() > 1 {
            warnings.add(WarningReason::SeveralRates, field, || {
                format!("the series has {} internal rates of return: decide by its present value", self.rates.len())
            });
        }
    }
}

/// Evidence of the rates, kept for their explanation, so that nothing is searched for twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// For each rate, what it was proven by.
    pub means: Vec<Means>,
    pub too_large: u32,
    pub unsettled: u32,
    pub multiple: bool,
}

/// Every internal rate of return of a series: the rates above -1 at which its present value is 0.
///
/// ```text
/// 0 = sum of amount_i / (1 + rate)^years_i
/// ```
///
/// - Special cases: flows of one sign have no rate; flows that are all 0 have every rate; a rate within 5e-13 of -1 is -1; a rate
///   of 1e16 or more is not listed, and leaves the status undecided; a multiple rate is listed once.
/// - Shapes: any series. Multiplying all flows by a power of ten changes neither rates nor status.
/// - Units: amounts in one currency; rates per period and per year, as fractions.
/// - Rounding: each rate is the nearest one with 12 digits after the point, and proven: the present value changes its sign within
///   5e-13 of the rate.
/// - Errors: none. A rate that the work limit leaves open makes the status [`RateStatus::Undecided`].
/// - Source: J. H. Lorie and L. J. Savage, "Three Problems in Rationing Capital", The Journal of Business 28 (4), 1955, pages
///   229-239, whose pump has two rates; E. Laguerre, "Sur la théorie des équations numériques", 1883.
///
/// # Example: a larger pump costs 1,600 now, brings 10,000 a year earlier, and misses them a year later
///
/// ```
/// use paydirt_models::cash_flow::{RateStatus, Series, internal_rates};
/// use paydirt_models::input::Period;
/// use paydirt_models::number::Exact;
/// use rust_decimal::dec;
///
/// let amounts = [dec!(-1600), dec!(10000), dec!(-10000)];
/// let found = internal_rates(&Series::periodic(amounts.into_iter().map(Exact::from), Period::Year));
/// assert_eq!(found.status, RateStatus::Several);
/// assert_eq!((found.rates[0].annual, found.rates[1].annual), (dec!(0.25), dec!(4)));
/// ```
///
/// "The pump earns 25 %, and 400 % as well: decide by its present value."
#[must_use]
pub fn internal_rates(series: &Series) -> InternalRates {
    let mut flows = moving(series);
    let sign_changes = sign_changes(&flows);
    let mut evidence = Evidence::default();
    if sign_changes == 0 {
        let status = if flows.is_empty() { RateStatus::Any } else { RateStatus::NoSignChange };
        return InternalRates { status, rates: Vec::new(), selected: None, sign_changes, evidence };
    }
    if sign_changes > 1 && flows.len() <= FEW {
        flows = Cow::Owned(common_form(&flows));
    }
    let (grid, units) = Grid::of(series, flows.iter().map(|flow| flow.units).collect());
    let terms = Terms::of(units, &flows);
    let isolation = match sign_changes {
        1 => Isolation::single(&terms),
        _ => isolate(&terms),
    };
    let mut amounts: Vec<Wide> = Vec::with_capacity(flows.len());
    amounts.extend(flows.iter().filter_map(|flow| flow.amount.0));
    let near = are_few(&terms).then(|| {
        // The amounts are asked for once more where intervals are unsettled, which few are.
        let own = if isolation.unsettled.is_empty() { std::mem::take(&mut amounts) } else { amounts.clone() };
        NearZeros::of(terms.units().to_vec(), own, true)
    });
    let settled = match isolation.unsettled.is_empty() {
        true => Settled::default(),
        false => settle(&terms, &amounts, near.as_ref(), isolation.unsettled),
    };
    evidence.unsettled = settled.unsettled;
    evidence.multiple = settled.simple.is_some();
    let simple = settled.simple.as_ref();
    let (simple, near_simple) = simple.map_or((&terms, near.as_ref()), |simple| (&simple.terms, Some(&simple.near)));
    let zeros = isolation.brackets.into_iter().map(|bracket| Zero::of(&terms, near.as_ref(), bracket));
    let zeros = zeros.chain(settled.brackets.into_iter().map(|bracket| Zero::of(simple, near_simple, bracket)));
    let zeros = zeros.chain(settled.known.into_iter().map(|zero| Zero::known(simple, near_simple, zero)));
    let mut rates: Vec<(RateOfReturn, Means)> = Vec::new();
    for mut zero in zeros.while_awaited() {
        match grid.rate(&mut zero) {
            Ok(rate) => rates.push(rate),
            Err(Proof::TooLarge) => evidence.too_large += 1,
            Err(_) => evidence.unsettled += 1,
        }
    }
    rates.sort_by_key(|(rate, _)| (rate.annual, rate.per_period, rate.nominal_annual));
    evidence.means = rates.iter().map(|(_, means)| *means).collect();
    let rates: Vec<RateOfReturn> = rates.into_iter().map(|(rate, _)| rate).collect();
    let status = match rates.len() {
        _ if evidence.too_large + evidence.unsettled > 0 => RateStatus::Undecided,
        0 => RateStatus::None,
        1 => RateStatus::Unique,
        _ => RateStatus::Several,
    };
    let selected = selected(&flows, &rates);
    InternalRates { status, rates, selected, sign_changes, evidence }
}

/// Returns the flows other than 0, copied only where there are flows of 0.
fn moving(series: &Series) -> Cow<'_, [Flow]> {
    let flows = series.flows();
    if flows.iter().any(|flow| flow.amount.is_zero()) {
        Cow::Owned(flows.iter().filter(|flow| !flow.amount.is_zero()).copied().collect())
    } else {
        Cow::Borrowed(flows)
    }
}

/// Returns flows other than 0 in the one form that they share with their multiples by powers of ten and by -1: whole numbers that are no multiples
/// of ten, the first one above 0. What is searched for is then searched for in the same steps, and found or left open alike.
fn common_form(flows: &[Flow]) -> Vec<Flow> {
    let shortened = |flow: &Flow| Flow { amount: Exact(flow.amount.0.map(Wide::without_zeros)), ..*flow };
    let mut flows: Vec<Flow> = flows.iter().map(shortened).collect();
    let lowest = flows.iter().filter_map(|flow| flow.amount.0).map(|amount| i64::from(amount.exponent())).min().unwrap_or(0);
    let is_turned = flows.first().is_some_and(|flow| flow.amount.is_negative());
    for flow in &mut flows {
        let raised = flow.amount.0.and_then(|amount| amount.raised(-lowest));
        flow.amount = Exact(raised.map(|amount| if is_turned { amount.negated() } else { amount }));
    }
    flows
}

/// Counts the sign changes of flows other than 0.
fn sign_changes(flows: &[Flow]) -> u32 {
    let changes = flows.windows(2).filter(|pair| pair[0].amount.is_negative() != pair[1].amount.is_negative());
    u32::try_from(changes.count()).unwrap_or(u32::MAX)
}

/// The index of the rate that speaks for flows in order of time.
///
/// The sum of all flows says whether the whole pays: an outlay first and a sum above 0, or income first and a sum below 0, is an
/// investment, or a loan, whose rate is above 0, and the least such rate is taken. With the other sign of the sum the rate is below 0,
/// and the greatest such rate is taken. Where no rate lies on that side, or the sum is 0, the rate nearest to 0 is taken; the lower of
/// two.
fn selected(flows: &[Flow], rates: &[RateOfReturn]) -> Option<u32> {
    let index = match rates {
        [] => return None,
        [_] => 0,
        // Rates ascend.
        _ => match side_of_zero(flows) {
            Ordering::Greater => rates.iter().position(|rate| rate.annual > Decimal::ZERO),
            Ordering::Less => rates.iter().rposition(|rate| rate.annual < Decimal::ZERO),
            Ordering::Equal => None,
        }
        .or_else(|| rates.iter().enumerate().min_by_key(|(_, rate)| rate.annual.abs()).map(|(index, _)| index))?,
    };
    u32::try_from(index).ok()
}

/// The side of 0 on which the rate of flows is looked for first, by their sum and the sign of the first of them that is not 0.
pub(super) fn side_of_zero(flows: &[Flow]) -> Ordering {
    let sum = flows.iter().while_awaited().fold(Exact::ZERO, |sum, flow| sum + flow.amount);
    let outlay_first = flows.iter().find(|flow| !flow.amount.is_zero()).is_some_and(|flow| flow.amount.is_negative());
    match (sum.is_zero(), sum.is_positive() == outlay_first) {
        (true, _) => Ordering::Equal,
        (false, true) => Ordering::Greater,
        (false, false) => Ordering::Less,
    }
}

/// Grid of times: the largest unit of which all times are whole multiples, in years and in periods.
struct Grid {
    annual: Span,
    per_period: Option<Span>,
    periods_per_year: u32,
}

impl Grid {
    /// Converts times in units of the series into times after the first flow, in units of the grid.
    fn of(series: &Series, mut units: Vec<u32>) -> (Grid, Vec<u32>) {
        let first = units.first().copied().unwrap_or(0);
        let mut common = 0;
        for time in &mut units {
            *time -= first;
            if common != 1 {
                common = greatest_common_divisor(common, *time);
            }
        }
        let common = common.max(1);
        if common > 1 {
            units.iter_mut().for_each(|time| *time /= common);
        }
        let (numerator, denominator) = series.unit().fraction();
        let span = |above: u32, below: u64| {
            let shared = greatest_common_divisor(above, u32::try_from(below % u64::from(above)).unwrap_or(0)).max(1);
            Span { above: above / shared, below: u32::try_from(below / u64::from(shared)).unwrap_or(u32::MAX), times: 1 }
        };
        let grid = Grid {
            annual: span(denominator, u64::from(numerator) * u64::from(common)),
            per_period: series.period().map(|(units, _)| span(units, common.into())),
            periods_per_year: series.period().map_or(1, |(_, period)| period.per_year()),
        };
        (grid, units)
    }

    /// Converts a zero of the present value into an annual rate, a rate per period and a nominal rate, and tells what was needed for all
    /// proofs.
    fn rate(&self, zero: &mut Zero) -> Result<(RateOfReturn, Means), Proof> {
        let mut of = |span: Span| match zero.rate(span) {
            Proof::Rate(rate, means) => Ok((rate, means)),
            other => Err(other),
        };
        let (annual, of_annual) = of(self.annual)?;
        let per_period = match self.per_period {
            Some(span) if span.above == self.annual.above && span.below == self.annual.below => Some((annual, Means::Doubles)),
            Some(span) => Some(of(span)?),
            None => None,
        };
        let nominal_annual = match self.per_period {
            Some(span) if self.periods_per_year > 1 => Some(of(Span { times: self.periods_per_year, ..span })?),
            _ => per_period,
        };
        let proofs = [per_period, nominal_annual];
        let means = proofs.iter().flatten().fold(of_annual, |most, (_, means)| most.max(*means));
        let [per_period, nominal_annual] = proofs.map(|proof| proof.map(|(rate, _)| rate));
        Ok((RateOfReturn { annual, per_period, nominal_annual }, means))
    }
}

fn greatest_common_divisor(left: u32, right: u32) -> u32 {
    if right == 0 { left } else { greatest_common_divisor(right, left % right) }
}
