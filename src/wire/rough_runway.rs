//! When the cash of a request runs out, in doubles and from its texts: an explanation shows every month until then.

use super::pb;
use super::short_text::Text;

/// Months that are looked at, a century.
const MONTHS_MAX: u16 = 1200;
/// With more lines an explanation takes so long that it is queued in any case, and nothing is looked at.
const LINES_MAX: usize = 60;
/// A balance nearer to the minimum than this, against what has moved, may be on either side of it.
const DOUBT: f64 = 1e-9;

/// A line as it is in the month that is looked at.
struct RoughLine {
    first: u32,
    last: u32,
    amount: f64,
    factor: f64,
}

/// Returns the last month in which the balance may pass below the minimum for the first time, as far as doubles can tell; 0 where it does not.
pub(super) fn rough_runway(request: &pb::ComputeRunwayRequest) -> usize {
    let Some(cash) = &request.cash_balance else { return 0 };
    if request.costs.len() + request.revenues.len() > LINES_MAX {
        return MONTHS_MAX.into();
    }
    let mut balance = double(cash) - request.minimum_cash.as_ref().map_or(0.0, double);
    let mut moved = balance.abs();
    let mut events = vec![0.0; usize::from(MONTHS_MAX) + 1];
    for event in &request.events {
        if let Some(sum) = events.get_mut(event.month as usize) {
            *sum += double(&event.amount);
        }
    }
    let costs = request.costs.iter().filter_map(|cost| line(cost, -1.0));
    let mut lines: Vec<RoughLine> = costs.chain(request.revenues.iter().filter_map(|revenue| line(revenue, 1.0))).collect();
    let mut doubtful = 0;
    for month in 1..=MONTHS_MAX {
        for line in lines.iter_mut().filter(|line| (line.first..=line.last).contains(&month.into())) {
            balance += line.amount;
            moved += line.amount.abs();
            line.amount *= line.factor;
        }
        let before_events = balance;
        balance += events[usize::from(month)];
        moved += events[usize::from(month)].abs();
        let lowest = before_events.min(balance);
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

fn line(line: &pb::CashLine, sign: f64) -> Option<RoughLine> {
    use pb::cash_line::Growth;
    if line.non_cash {
        return None;
    }
    let months = match line.period() {
        pb::Period::Quarter => 3.0,
        pb::Period::Year => 12.0,
        _ => 1.0,
    };
    let factor = match &line.growth {
        None => 1.0,
        Some(Growth::MonthlyGrowthRate(rate)) => 1.0 + double(rate),
        Some(Growth::AnnualGrowthRate(rate)) => (1.0 + double(rate)).powf(1.0 / 12.0),
    };
    let last = if line.last_month == 0 { u32::MAX } else { line.last_month };
    Some(RoughLine { first: line.first_month.max(1), last, amount: sign * double(&line.amount) / months, factor })
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
