//! When the cash of a request runs out, in doubles and from its texts: an explanation shows every month until then.

use super::pb;
use super::short_text::Text;

/// Months that are looked at, a century.
const MONTHS_MAX: u16 = 1200;
/// With more lines an explanation takes so long that it is queued in any case, and nothing is looked at.
const LINES_MAX: usize = 60;
/// A balance nearer to the minimum than this, against what has moved, may be on either side of it.
const DOUBT: f64 = 1e-9;

/// With more listed amounts reading them here would take as long as a part of the calculation, and nothing is looked at.
const LISTED_MAX: usize = 2_000;

/// A line that moves evenly, as it is in the month that is looked at.
struct RoughLine {
    first: u32,
    last: u32,
    amount: f64,
    factor: f64,
}

/// Movements of each month, inflows above 0, as far as they are known beforehand; the index is the month.
struct RoughMonths {
    at_start: Vec<f64>,
    evenly: Vec<f64>,
    at_end: Vec<f64>,
    /// Amounts without their signs.
    moved: Vec<f64>,
}

impl RoughMonths {
    /// Lists the events, listed amounts and payments of a request.
    fn of(request: &pb::ComputeRunwayRequest) -> RoughMonths {
        let nothing = || vec![0.0; usize::from(MONTHS_MAX) + 2];
        let mut months = RoughMonths { at_start: nothing(), evenly: nothing(), at_end: nothing(), moved: nothing() };
        for event in &request.events {
            months.add(event.month, double(&event.amount), pb::PaymentTiming::AtEnd);
        }
        let lines = request.costs.iter().map(|cost| (cost, -1.0)).chain(request.revenues.iter().map(|revenue| (revenue, 1.0)));
        for (line, sign) in lines.filter(|(line, _)| !line.non_cash) {
            months.add_line(line, sign);
        }
        months
    }

    fn add(&mut self, month: u32, amount: f64, timing: pb::PaymentTiming) {
        let sums = match timing {
            pb::PaymentTiming::AtStart => &mut self.at_start,
            pb::PaymentTiming::AtEnd => &mut self.at_end,
            _ => &mut self.evenly,
        };
        if let Some((sum, moved)) = sums.get_mut(month as usize).zip(self.moved.get_mut(month as usize)) {
            *sum += amount;
            *moved += amount.abs();
        }
    }

    fn add_line(&mut self, line: &pb::CashLine, sign: f64) {
        let (timing, delay) = (line.timing(), line.delay_months);
        for (month, amount) in (line.first_month.max(1)..=MONTHS_MAX.into()).zip(&line.amounts) {
            self.add(month.saturating_add(delay), sign * double(amount), timing);
        }
        if !line.amounts.is_empty() || !is_paid_at_once(timing) {
            return;
        }
        let (length, last, factor) = (months_of(line.period()), last_month(line), monthly_factor(line));
        let mut amount = sign * double(&line.amount) / f64::from(length);
        let mut first = line.first_month.max(1);
        while first <= last.min(MONTHS_MAX.into()) {
            let months = (last - first).saturating_add(1).min(length);
            let month = if timing == pb::PaymentTiming::AtEnd { first + months - 1 } else { first };
            self.add(month.saturating_add(delay), amount * f64::from(months), timing);
            amount *= factor.powf(f64::from(length));
            first = first.saturating_add(length);
        }
    }
}

/// Returns the last month in which the balance may pass below the minimum for the first time, as far as doubles can tell; 0 where it does not.
pub(super) fn rough_runway(request: &pb::ComputeRunwayRequest) -> usize {
    let Some(cash) = &request.cash_balance else { return 0 };
    let listed: usize = request.costs.iter().chain(&request.revenues).map(|line| line.amounts.len()).sum();
    if request.costs.len() + request.revenues.len() > LINES_MAX || listed > LISTED_MAX {
        return MONTHS_MAX.into();
    }
    let minimum = request.minimum_cash.as_ref().map_or(0.0, double);
    let rate = request.interest_rate.as_ref().map_or(0.0, double);
    let interest = (1.0 + rate).powf(1.0 / 12.0) - 1.0;
    let months = RoughMonths::of(request);
    let costs = request.costs.iter().filter_map(|cost| line(cost, -1.0));
    let mut lines: Vec<RoughLine> = costs.chain(request.revenues.iter().filter_map(|revenue| line(revenue, 1.0))).collect();
    // The balance at the start of a month, after what is paid there.
    let mut balance = double(cash) + months.at_start[1];
    let mut moved = (double(cash) - minimum).abs() + months.at_start[1].abs();
    let mut doubtful = 0;
    for month in 1..=MONTHS_MAX {
        let number = usize::from(month);
        let earned = balance.max(0.0) * interest;
        balance += months.evenly[number];
        for line in lines.iter_mut().filter(|line| (line.first..=line.last).contains(&month.into())) {
            balance += line.amount;
            moved += line.amount.abs();
            line.amount *= line.factor;
        }
        let before_end = balance;
        let next_start = if month < MONTHS_MAX { months.at_start[number + 1] } else { 0.0 };
        balance += earned + months.at_end[number] + next_start;
        moved += earned + months.moved[number];
        let lowest = before_end.min(balance) - minimum;
        if lowest < -DOUBT * moved {
            return month.into();
        }
        // A NaN, from amounts beyond doubles, is not above either. Where nothing has moved, nothing is in doubt.
        let is_above = lowest > DOUBT * moved || moved == 0.0;
        if !is_above {
            doubtful = month;
        }
    }
    doubtful.into()
}

/// Returns true where an amount moves in one sum.
pub(super) fn is_paid_at_once(timing: pb::PaymentTiming) -> bool {
    matches!(timing, pb::PaymentTiming::AtStart | pb::PaymentTiming::AtEnd)
}

/// Returns the months of a period; 1 of a period that is refused.
pub(super) fn months_of(period: pb::Period) -> u32 {
    match period {
        pb::Period::Quarter => 3,
        pb::Period::HalfYear => 6,
        pb::Period::Year => 12,
        _ => 1,
    }
}

fn last_month(line: &pb::CashLine) -> u32 {
    if line.last_month == 0 { u32::MAX } else { line.last_month }
}

fn monthly_factor(line: &pb::CashLine) -> f64 {
    use pb::cash_line::Growth;
    match &line.growth {
        None => 1.0,
        Some(Growth::MonthlyGrowthRate(rate)) => 1.0 + double(rate),
        Some(Growth::AnnualGrowthRate(rate)) => (1.0 + double(rate)).powf(1.0 / 12.0),
    }
}

/// Returns a line whose cash moves evenly.
fn line(line: &pb::CashLine, sign: f64) -> Option<RoughLine> {
    if line.non_cash || !line.amounts.is_empty() || is_paid_at_once(line.timing()) {
        return None;
    }
    Some(RoughLine {
        first: line.first_month.max(1).saturating_add(line.delay_months),
        last: last_month(line).saturating_add(line.delay_months),
        amount: sign * double(&line.amount) / f64::from(months_of(line.period())),
        factor: monthly_factor(line),
    })
}

/// Returns 0 for a text that is no number, which is refused.
fn double(text: &Text) -> f64 {
    text.parse().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(cash: &str, cost: &str, revenue: &str, growth: Option<&str>) -> usize {
        use pb::cash_line::Growth;
        let line = |amount: &str| pb::CashLine {
            amount: amount.into(),
            growth: growth.map(|rate| Growth::MonthlyGrowthRate(rate.into())),
            period: pb::Period::Month.into(),
            ..Default::default()
        };
        rough_runway(&pb::ComputeRunwayRequest {
            cash_balance: Some(cash.into()),
            costs: vec![line(cost)],
            revenues: vec![line(revenue)],
            ..Default::default()
        })
    }

    #[test]
    fn the_month_is_the_one_in_which_the_cash_runs_out() {
        assert_eq!(months("1000.5", "100", "0", None), 11);
        assert_eq!(months("1000.5", "100", "100", None), 0);
        // 100 (1.1^n - 1) / 0.1 passes 1000 in month 8: 943.6 after 7, 1143.6 after 8.
        assert_eq!(months("1000.5", "100", "0", Some("0.1")), 8);
        assert_eq!(months("-1", "0", "100", None), 0, "it is below from the start, and explained in a word");
    }

    #[test]
    fn a_balance_that_doubles_cannot_tell_from_the_minimum_may_run_out_at_last() {
        assert_eq!(months("0", "100", "100", None), 1200);
        assert_eq!(months("0", "0", "0", None), 0, "nothing moves");
        assert_eq!(months("1000", "100", "0", None), 11, "nothing is left after month 10, and the next one tells");
        assert_eq!(months("1", "1e300", "1e300", Some("1e300")), 1200);
    }
}
