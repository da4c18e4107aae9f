//! What a request costs in processor time, known from its size before anything of it is read.
//!
//! The time of a typical request of that size, and not the longest that one can take: it says which calculations are worth a queue, and
//! how long that queue is. What one may take at most is what the models' own limits say. The figures come from `cargo bench --bench cost`,
//! which prints them beside what it measures; they hold for an Intel Xeon at 2.8 GHz, November 2026, and are rounded.

use super::pb;
use super::short_text::Text;

/// What a request is expected to cost.
pub trait Cost {
    /// From the message to its answer as a message, in nanoseconds. A longer list never costs less.
    fn expected_nanoseconds(&self) -> u64;
}

impl Cost for pb::ComputeRequiredRevenueRequest {
    fn expected_nanoseconds(&self) -> u64 {
        of_streams(2_000, self.existing_revenue.len(), self.options.as_ref())
    }
}

impl Cost for pb::ComputeReturnRevenueRequest {
    fn expected_nanoseconds(&self) -> u64 {
        of_streams(5_000, self.existing_revenue.len(), self.options.as_ref())
    }
}

impl Cost for pb::ComputeBreakEvenPointRequest {
    fn expected_nanoseconds(&self) -> u64 {
        of_streams(2_000, 0, self.options.as_ref())
    }
}

/// A formula, and streams of revenue that are added up.
fn of_streams(formula: u64, streams: usize, options: Option<&pb::CalculationOptions>) -> u64 {
    let answer = formula + times(streams, 100);
    answer + if_explained(options, || 13_000 + times(streams, 400))
}

impl Cost for pb::ComputeRunwayRequest {
    fn expected_nanoseconds(&self) -> u64 {
        use pb::cash_line::Growth;
        let lines = self.costs.len() + self.revenues.len();
        let growing = || self.costs.iter().chain(&self.revenues).filter_map(|line| line.growth.as_ref());
        let annual = growing().filter(|growth| matches!(growth, Growth::AnnualGrowthRate(_))).count();
        let growing = growing().count();
        // At least a year is looked at, and a century at most.
        let months = self.horizon_months.clamp(12, 1200) as usize;
        let line_months = growing.saturating_mul(months);
        // Beyond the horizon, in doubles: half of the way is as good a guess as any.
        let beyond = (1200 - months) / 2;
        let read = 4_000 + times(lines, 500) + times(self.events.len(), 200);
        // A root for each line that grows by the year.
        let followed = times(months, 350) + times(line_months, 70) + times(annual, 2_500);
        let searched = times(beyond, 60) + times(beyond.saturating_mul(growing), 2);
        let ledger = if self.include_ledger { times(months, 1_200) } else { 0 };
        // The months are followed twice more, and each has two steps.
        let explained = || 40_000 + 2 * followed + searched + times(months, 6_000) + times(lines, 2_000);
        read + followed + searched + ledger + if_explained(self.options.as_ref(), explained)
    }
}

impl Cost for pb::ComputeDefaultAliveRequest {
    fn expected_nanoseconds(&self) -> u64 {
        25_000 + if_explained(self.options.as_ref(), || 50_000)
    }
}

impl Cost for pb::ComputeCapexRoiRequest {
    fn expected_nanoseconds(&self) -> u64 {
        let periods = self.capital_expenditures.len().max(self.revenues.len()).max(self.operating_costs.len());
        // Two paybacks, a modified rate, the present value of three series, and the rates of one.
        let answer = 40_000 + times(periods, 3_700);
        answer + if_explained(self.options.as_ref(), || 60_000 + times(periods, 22_000))
    }
}

impl Cost for pb::ComputeDepreciationRequest {
    fn expected_nanoseconds(&self) -> u64 {
        let periods = self.policy.as_ref().map_or(0, |policy| policy.useful_life_periods.min(1200)) as usize;
        2_000 + times(periods, 1_200) + if_explained(self.options.as_ref(), || 2_000 + times(periods, 6_000))
    }
}

impl Cost for pb::ComputeNetPresentValueRequest {
    fn expected_nanoseconds(&self) -> u64 {
        let flows = Flows::of(self.cash_flows.as_ref());
        let answer = 5_000 + times(flows.count, READING + flows.discounting());
        answer + if_explained(self.options.as_ref(), || 20_000 + times(flows.count, STEP + 2 * flows.discounting()))
    }
}

impl Cost for pb::ComputeInternalRateOfReturnRequest {
    fn expected_nanoseconds(&self) -> u64 {
        let flows = Flows::of(self.cash_flows.as_ref());
        let search = match flows.sign_changes {
            0 | 1 => times(flows.count, 25),
            // Intervals to look into, each with a few passes over the flows: the more flows, the more of them; the search ends itself after
            // some 40 ms.
            _ => (5_000 + times(flows.count, 400 + times(flows.count.min(2_000), 1))).min(40_000_000),
        };
        // What does not fit into a double takes a division.
        let answer = 3_000 + times(flows.count, READING) + times(flows.long, 120) + search;
        // A present value on each side of a rate, and up to 200 flows are written out.
        let explained = || 20_000 + times(flows.count, 500) + times(flows.count.min(200), 1_800);
        answer + if_explained(self.options.as_ref(), explained)
    }
}

impl Cost for pb::ComputeModifiedInternalRateOfReturnRequest {
    fn expected_nanoseconds(&self) -> u64 {
        let flows = Flows::of(self.cash_flows.as_ref());
        let answer = 15_000 + times(flows.count, READING + flows.discounting() * 2 / 3);
        answer + if_explained(self.options.as_ref(), || 30_000 + times(flows.count, STEP + 2 * flows.discounting()))
    }
}

impl Cost for pb::ComputePaybackRequest {
    fn expected_nanoseconds(&self) -> u64 {
        let flows = Flows::of(self.cash_flows.as_ref());
        let (of_flow, steps) = match self.discount_rate {
            None => (200, 1),
            Some(_) => (400 + flows.discounting(), 2),
        };
        let answer = 5_000 + times(flows.count, READING + of_flow);
        answer + if_explained(self.options.as_ref(), || 10_000 + times(flows.count, of_flow + steps * (STEP + 700)))
    }
}

impl Cost for pb::ComputeRegretRequest {
    fn expected_nanoseconds(&self) -> u64 {
        let alternatives = self.alternatives.len();
        let payoffs: usize = self.alternatives.iter().map(|alternative| alternative.payoffs.len()).sum();
        // Each payoff is read, looked at, put in order, and becomes a regret; each pair of alternatives is compared.
        let answer = 2_000 + times(payoffs, 350) + times(alternatives.saturating_mul(alternatives), 4);
        answer + if_explained(self.options.as_ref(), || 5_000 + times(alternatives, 4_000) + times(payoffs, 100))
    }
}

impl Cost for pb::ComputeShareCeilingRequest {
    fn expected_nanoseconds(&self) -> u64 {
        of_powers(6_000, self.options.as_ref())
    }
}

impl Cost for pb::ComputeReratingRequest {
    fn expected_nanoseconds(&self) -> u64 {
        of_powers(12_000, self.options.as_ref())
    }
}

impl Cost for pb::ComputePriceChangeRequest {
    fn expected_nanoseconds(&self) -> u64 {
        of_powers(6_000, self.options.as_ref())
    }
}

impl Cost for pb::ComputeImpliedGrowthRequest {
    fn expected_nanoseconds(&self) -> u64 {
        let years = self.growth_stage.as_ref().map_or(0, |stage| stage.years.min(200)) as usize;
        let answer = 15_000 + times(years, 1_500);
        answer + if_explained(self.options.as_ref(), || 15_000 + answer)
    }
}

impl Cost for pb::ComputeRequiredMarginRequest {
    fn expected_nanoseconds(&self) -> u64 {
        let years = self.payback_years.min(200) as usize;
        let answer = 1_000 + times(years, 100);
        answer + if_explained(self.options.as_ref(), || 10_000 + answer)
    }
}

impl Cost for pb::ListPresetsRequest {
    /// The answer is there already.
    fn expected_nanoseconds(&self) -> u64 {
        500
    }
}

/// A few logarithms and powers.
fn of_powers(formulas: u64, options: Option<&pb::CalculationOptions>) -> u64 {
    formulas + if_explained(options, || 20_000 + formulas)
}

/// A text that becomes a decimal of 28 digits, and for a dated flow a date.
const READING: u64 = 80;
/// A step of an explanation, which becomes a message.
const STEP: u64 = 2_000;

/// A series as far as it can be seen without being read.
struct Flows {
    count: usize,
    /// Of them, those whose amounts have more digits than a double holds.
    long: usize,
    sign_changes: usize,
    times: Times,
}

#[derive(Clone, Copy)]
enum Times {
    /// Powers of a year's growth.
    Years,
    /// Of its root.
    PartsOfAYear,
    /// Of each gap's.
    Dates,
}

impl Flows {
    fn of(cash_flows: Option<&pb::CashFlows>) -> Flows {
        use pb::cash_flows::Schedule;
        match cash_flows.and_then(|cash_flows| cash_flows.schedule.as_ref()) {
            None => Flows { count: 0, long: 0, sign_changes: 0, times: Times::Years },
            Some(Schedule::Periodic(flows)) => {
                let times = if flows.period == i32::from(pb::Period::Year) { Times::Years } else { Times::PartsOfAYear };
                Flows::seen(flows.amounts.iter().map(Text::as_bytes), times)
            }
            // As they come: mostly in the order of their dates.
            Some(Schedule::Dated(flows)) => Flows::seen(flows.flows.iter().map(|flow| flow.amount.as_bytes()), Times::Dates),
        }
    }

    /// By the signs and lengths of the texts alone; 0 as it is usually written has no sign.
    fn seen<'a>(amounts: impl Iterator<Item = &'a [u8]>, times: Times) -> Flows {
        const LONG: usize = 17;
        let mut flows = Flows { count: 0, long: 0, sign_changes: 0, times };
        let mut before = None;
        for amount in amounts {
            flows.count += 1;
            flows.long += usize::from(amount.len() > LONG);
            if matches!(amount, b"0" | b"0.0" | b"0.00" | b"") {
                continue;
            }
            let is_negative = amount.starts_with(b"-");
            flows.sign_changes += usize::from(before.is_some_and(|before| before != is_negative));
            before = Some(is_negative);
        }
        flows
    }

    /// What it takes to discount one of them, and to add it up.
    fn discounting(&self) -> u64 {
        match self.times {
            Times::Years => 500,
            Times::PartsOfAYear => 730,
            Times::Dates => 820,
        }
    }
}

fn times(count: usize, nanoseconds: u64) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(nanoseconds)
}

fn if_explained(options: Option<&pb::CalculationOptions>, nanoseconds: impl FnOnce() -> u64) -> u64 {
    if options.is_some_and(|options| options.explain) { nanoseconds() } else { 0 }
}
