//! Cost of a request in processor time, estimated from its size before any of it is read.
//!
//! An estimate is the time of a typical request of that size, and not the longest time that one can take: it decides which
//! calculations are queued, and how long the queue is. The models' own limits bound the longest time. The figures come from `cargo
//! bench --bench cost`, which prints them beside measured times, and are rounded. Estimates are in the units in which work is
//! counted ([`UNIT_NANOSECONDS`]), and become a time in one place.

use super::pb;
use super::short_text::Text;
use crate::models::work::UNIT_NANOSECONDS;

/// The estimate of what a request costs in processor time.
pub trait Cost {
    /// Returns the estimate from the message to its answer as a message, in units of work. A longer list never costs less,
    /// but where an explained runway ends earlier by it.
    fn expected_units(&self) -> u64;

    /// Returns the estimate as a time, in nanoseconds.
    fn expected_nanoseconds(&self) -> u64 {
        self.expected_units().saturating_mul(UNIT_NANOSECONDS)
    }
}

/// A request that is answered by a few formulas, so that no list in it decides how long its answer takes. Most models are such; of each the
/// estimate is the same.
pub trait Formulas {
    /// Returns what is asked besides the answer.
    fn options(&self) -> Option<&pb::CalculationOptions>;
}

impl<Request: Formulas> Cost for Request {
    fn expected_units(&self) -> u64 {
        /// A few logarithms and powers, from message to message.
        const ANSWER: u64 = 800;
        /// As many again, and some steps that become messages.
        const EXPLANATION: u64 = 2_600;
        ANSWER + if_explained(self.options(), || EXPLANATION)
    }
}

/// Returns the estimate of a long message that has not been read: the time to read it, to compute its answer and to write that, in
/// nanoseconds. The figure is a guess, because the question of a message is known once the message has been read. Cash flows with dates
/// take some 30 bytes and a microsecond each.
#[must_use]
pub fn expected_nanoseconds_unread(bytes: usize) -> u64 {
    const UNITS_PER_BYTE: u64 = 4;
    times(bytes, UNITS_PER_BYTE).saturating_mul(UNIT_NANOSECONDS)
}

impl Cost for pb::ComputeRequiredRevenueRequest {
    fn expected_units(&self) -> u64 {
        of_streams(200, self.existing_revenue.len(), self.options.as_ref())
    }
}

impl Cost for pb::ComputeReturnRevenueRequest {
    fn expected_units(&self) -> u64 {
        of_streams(500, self.existing_revenue.len(), self.options.as_ref())
    }
}

impl Cost for pb::ComputeBreakEvenPointRequest {
    fn expected_units(&self) -> u64 {
        of_streams(200, 0, self.options.as_ref())
    }
}

/// Returns the estimate of a formula, and of revenue streams that are added up.
fn of_streams(formula: u64, streams: usize, options: Option<&pb::CalculationOptions>) -> u64 {
    let answer = formula + times(streams, 10);
    answer + if_explained(options, || 1_300 + times(streams, 40))
}

impl Cost for pb::ComputeDefaultAliveRequest {
    fn expected_units(&self) -> u64 {
        1_800 + if_explained(self.options.as_ref(), || 5_000)
    }
}

impl Cost for pb::ComputeCapexRoiRequest {
    fn expected_units(&self) -> u64 {
        let lengths = [self.revenues.len(), self.operating_costs.len(), self.net_working_capitals.len()];
        let assets = self.assets.iter().take(20).map(|asset| asset.capital_expenditures.len());
        let periods = lengths.into_iter().chain(assets).fold(self.capital_expenditures.len(), usize::max);
        // Two paybacks, a modified rate, the present value of three series, and the rates of one.
        // Each asset has a depreciation of its own.
        let assets = self.assets.len().min(20);
        let of_assets = periods.saturating_mul(assets);
        let answer = 1_000 + times(periods, 200) + times(of_assets, 60) + times(assets, 100);
        let in_full = 4_000 + times(periods, 370) + times(of_assets, 60) + times(assets, 100);
        // Two kinks a period, and a place for each; and with all digits, what the flows are worth. An explanation shows the value at two factors of
        // revenue: the answer twice more, with all digits.
        let is_carried = self.tax_losses() == pb::TaxLosses::CarriedForward;
        let carried = if is_carried { times(periods, 450) } else { 0 };
        let explained = || {
            let at_factors = if is_carried { 2 * in_full + times(periods, 300) } else { 0 };
            8_500 + times(periods, 2_350) + times(of_assets, 120) + at_factors
        };
        answer + carried + if_explained(self.options.as_ref(), explained)
    }
}

impl Cost for pb::ComputeDepreciationRequest {
    fn expected_units(&self) -> u64 {
        // The mid-month tables have at most 40 years, and name no life.
        let periods = self.policy.as_ref().map_or(0, |policy| match policy.method() {
            pb::DepreciationMethod::MacrsResidential | pb::DepreciationMethod::MacrsNonresidential => 40,
            _ => policy.useful_life_periods.min(1200),
        }) as usize;
        200 + times(periods, 60) + if_explained(self.options.as_ref(), || 200 + times(periods, 660))
    }
}

impl Cost for pb::ComputeNetPresentValueRequest {
    fn expected_units(&self) -> u64 {
        let flows = Flows::of(self.cash_flows.as_ref());
        let answer = 500 + times(flows.count, READING + flows.discounting());
        answer
            + if_explained(self.options.as_ref(), || {
                2_000 + times(flows.count, 2 * flows.discounting_in_full()) + times(flows.written(), STEP)
            })
    }
}

impl Cost for pb::ComputeInternalRateOfReturnRequest {
    fn expected_units(&self) -> u64 {
        let flows = Flows::of(self.cash_flows.as_ref());
        let search = match flows.sign_changes {
            0 | 1 => times(flows.count, 7),
            // Intervals to look into, each with a few passes over the flows: the more flows, the more of them; the search ends itself after
            // some 40 ms. Each change of sign may be a rate that is proven.
            changes => {
                let flows_units = times(flows.count, 40) + times(flows.count, times(flows.count.min(2_000), 1)) / 10;
                // Amounts that differ by many digits may have rates that agree to hundreds of digits.
                let digits = flows.unlike.saturating_sub(8) as u64;
                let near = times(flows.count.min(65), 2 * digits);
                // Rates near to each other make amounts whose signs alternate, and are looked for in integers of some hundred bits: the more
                // flows, and the more digits between the amounts, the nearer they may be.
                let near = near + times(flows.alternating, 200 + times(flows.count.min(200), digits));
                (700 + times(changes, 10) + flows_units + near).min(4_000_000)
            }
        };
        // What does not fit into a double takes a division.
        // Each rate is proven twice where a period is no year.
        let proof = match flows.times {
            Times::Years => 560,
            Times::PartsOfAYear => 740,
            Times::Dates => 450,
        };
        let answer = proof + times(flows.count, READING) + times(flows.long, 12) + search;
        // A present value on each side of a rate, and up to 200 flows are written out.
        let explained = || 2_000 + times(flows.count, 50) + times(flows.count.min(200), 180);
        answer + if_explained(self.options.as_ref(), explained)
    }
}

impl Cost for pb::ComputeModifiedInternalRateOfReturnRequest {
    fn expected_units(&self) -> u64 {
        let flows = Flows::of(self.cash_flows.as_ref());
        let answer = 700 + times(flows.count, READING + flows.discounting() * 2 / 3);
        answer
            + if_explained(self.options.as_ref(), || {
                3_800 + times(flows.count, 2 * flows.discounting_in_full()) + times(flows.written(), STEP)
            })
    }
}

impl Cost for pb::ComputePaybackRequest {
    fn expected_units(&self) -> u64 {
        let flows = Flows::of(self.cash_flows.as_ref());
        let (of_flow, discounting) = match self.discount_rate {
            None => (10, 0),
            Some(_) => (20 + flows.discounting(), flows.discounting_in_full()),
        };
        let answer = 500 + times(flows.count, READING + of_flow);
        answer
            + if_explained(self.options.as_ref(), || {
                let steps = 1 + u64::from(discounting > 0);
                1_000 + times(flows.count, 20 * steps + discounting) + times(flows.written(), steps * (STEP + 70))
            })
    }
}

impl Cost for pb::ComputeRegretRequest {
    fn expected_units(&self) -> u64 {
        let alternatives = self.alternatives.len();
        let payoffs: usize = self.alternatives.iter().map(|alternative| alternative.payoffs.len()).sum();
        // Each state is read; each payoff is read, looked at, put in order, and becomes a regret; each pair of alternatives is compared.
        let answer =
            200 + times(self.states.len(), 20) + times(payoffs, 35) + times(alternatives.saturating_mul(alternatives), 2) / 5;
        answer + if_explained(self.options.as_ref(), || 500 + times(alternatives, 400) + times(payoffs, 10))
    }
}

impl Cost for pb::ComputeImpliedGrowthRequest {
    fn expected_units(&self) -> u64 {
        let years = self.growth_stage.as_ref().map_or(0, |stage| stage.years.min(200)) as usize;
        let answer = 800 + times(years, 50);
        answer + if_explained(self.options.as_ref(), || 3_000 + times(years, 150))
    }
}

impl Cost for pb::ComputeRequiredMarginRequest {
    fn expected_units(&self) -> u64 {
        let years = self.payback_years.min(200) as usize;
        let answer = 100 + times(years, 10);
        answer + if_explained(self.options.as_ref(), || 1_000 + answer)
    }
}

impl Cost for pb::ComputeDiscountedValueRequest {
    fn expected_units(&self) -> u64 {
        let flows = self.free_cash_flows.len();
        let answer = 500 + times(flows, READING + 40);
        answer + if_explained(self.options.as_ref(), || 3_500 + times(flows, STEP + 100))
    }
}

impl Cost for pb::ListPresetsRequest {
    /// Returns the estimate of a list of presets, which are computed already.
    fn expected_units(&self) -> u64 {
        50
    }
}

/// Work of reading a decimal of 28 digits, and for a dated flow of reading its date.
const READING: u64 = 8;
/// Work of a step of an explanation, and of its message.
const STEP: u64 = 200;

/// Cash flows of a request, as far as their texts tell without being read as decimals.
struct Flows {
    count: usize,
    /// Number of amounts with more digits than a double holds.
    long: usize,
    /// Difference between the longest amount's characters and the shortest one's.
    unlike: usize,
    sign_changes: usize,
    /// Number of sign changes that are the third in a row, or a later one: every amount since has another sign than the one before.
    alternating: usize,
    times: Times,
}

#[derive(Clone, Copy)]
enum Times {
    /// Times in years: powers of the growth of a year.
    Years,
    /// Times in parts of a year: powers of a root of a year's growth.
    PartsOfAYear,
    /// Times by dates: a power of its own for each gap between dates.
    Dates,
}

impl Flows {
    fn of(cash_flows: Option<&pb::CashFlows>) -> Flows {
        use pb::cash_flows::Schedule;
        match cash_flows.and_then(|cash_flows| cash_flows.schedule.as_ref()) {
            None => Flows { count: 0, long: 0, unlike: 0, sign_changes: 0, alternating: 0, times: Times::Years },
            Some(Schedule::Periodic(flows)) => {
                let times = if flows.period == i32::from(pb::Period::Year) { Times::Years } else { Times::PartsOfAYear };
                Flows::seen(flows.amounts.iter().map(Text::as_bytes), times)
            }
            Some(Schedule::Dated(flows)) => {
                let seen = Flows::seen(flows.flows.iter().map(|flow| flow.amount.as_bytes()), Times::Dates);
                // In the order of their dates their signs may change more often than as they come.
                if flows.flows.is_sorted_by(|left, right| left.date.as_bytes() <= right.date.as_bytes()) {
                    seen
                } else {
                    Flows { sign_changes: seen.sign_changes.saturating_mul(2), ..seen }
                }
            }
        }
    }

    /// Counts amounts and sign changes by the signs and lengths of the texts. A 0 in its usual form has no sign.
    fn seen<'a>(amounts: impl Iterator<Item = &'a [u8]>, times: Times) -> Flows {
        const LONG: usize = 17;
        let mut flows = Flows { count: 0, long: 0, unlike: 0, sign_changes: 0, alternating: 0, times };
        let (mut before, mut row, mut shortest, mut longest) = (None, 0_usize, usize::MAX, 0);
        for amount in amounts {
            flows.count += 1;
            flows.long += usize::from(amount.len() > LONG);
            if matches!(amount, b"0" | b"0.0" | b"0.00" | b"") {
                continue;
            }
            let is_negative = amount.starts_with(b"-");
            row = if before.is_some_and(|before| before != is_negative) { row + 1 } else { 0 };
            flows.sign_changes += usize::from(row > 0);
            flows.alternating += usize::from(row > 2);
            before = Some(is_negative);
            (shortest, longest) = (amount.len().min(shortest), amount.len().max(longest));
        }
        flows.unlike = longest.saturating_sub(shortest);
        flows
    }

    /// Returns the most flows that an explanation of so many writes out: of a longer series it writes both ends alone, and is taken to
    /// cost no less.
    fn written(&self) -> usize {
        self.count.min(1_000)
    }

    /// Returns the work of discounting one amount and adding it up, by the short way.
    fn discounting(&self) -> u64 {
        match self.times {
            Times::Years => 16,
            Times::PartsOfAYear => 20,
            Times::Dates => 25,
        }
    }

    /// Returns the work of discounting one amount and adding it up with all digits, as an explanation does.
    fn discounting_in_full(&self) -> u64 {
        match self.times {
            Times::Years => 50,
            Times::PartsOfAYear => 73,
            Times::Dates => 82,
        }
    }
}

pub(super) fn times(count: usize, units: u64) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(units)
}

pub(super) fn if_explained(options: Option<&pb::CalculationOptions>, units: impl FnOnce() -> u64) -> u64 {
    if options.is_some_and(|options| options.explain) { units() } else { 0 }
}
