//! Cost of a runway in processor time, estimated from its size.

use super::cost::{Cost, if_explained, times};
use super::pb;
use super::rough_runway::{is_paid_at_once, months_of, rough_runway};

/// Months that a search looks at, a century.
const MONTHS_MAX: usize = 1200;

/// Lines of a request, counted by what they cost.
#[derive(Default)]
struct CountedLines {
    count: usize,
    /// Lines that grow and move evenly.
    growing: usize,
    /// Lines that grow by the year, whose factor is a root.
    annual: usize,
    /// Lines that move evenly and grow at a rate of many digits, or by next to nothing: what cancels among them takes all digits to tell.
    fine: usize,
    /// Lines that move evenly and grow by next to nothing.
    creeping: usize,
    /// Whether a line of any kind grows by next to nothing, or shrinks to nothing at a rate of many digits.
    may_cancel: bool,
    /// Lines that move evenly and at least double each month.
    soaring: usize,
    /// Lines that move evenly and shrink to nothing that doubles can tell within the century.
    dwindling: usize,
    /// Amounts that are listed month by month.
    listed: usize,
    /// Payments at the start or the end of a month, and those of them that grow.
    payments: usize,
    growing_payments: usize,
    /// Month of the last begin or end of a line that moves evenly, within the century.
    settles: usize,
    /// Whether the cash of a line moves at another time than its amounts.
    is_moved: bool,
}

impl CountedLines {
    fn of(request: &pb::ComputeRunwayRequest) -> CountedLines {
        let mut lines = CountedLines::default();
        request.costs.iter().chain(&request.revenues).for_each(|line| lines.count(line));
        lines
    }

    fn count(&mut self, line: &pb::CashLine) {
        use pb::cash_line::Growth;
        self.count += 1;
        self.listed += line.amounts.len();
        self.annual += usize::from(matches!(line.growth, Some(Growth::AnnualGrowthRate(_))));
        let may_cancel = |growth| is_creeping(growth) || is_dwindling(growth) && is_fine(growth);
        self.may_cancel |= line.growth.as_ref().is_some_and(may_cancel);
        self.is_moved |= line.delay_months > 0 || is_paid_at_once(line.timing());
        let grows = line.growth.is_some();
        if !is_paid_at_once(line.timing()) {
            self.growing += usize::from(grows);
            let last = line.last_month as usize;
            let changes = if (1..MONTHS_MAX).contains(&last) { last } else { line.first_month as usize };
            self.settles = self.settles.max(changes).max(line.amounts.len());
            self.fine += usize::from(line.growth.as_ref().is_some_and(is_fine));
            self.creeping += usize::from(line.growth.as_ref().is_some_and(is_creeping));
            self.soaring += usize::from(line.growth.as_ref().is_some_and(is_soaring));
            self.dwindling += usize::from(line.growth.as_ref().is_some_and(is_dwindling));
        } else if line.amounts.is_empty() {
            let last = if line.last_month == 0 { MONTHS_MAX } else { MONTHS_MAX.min(line.last_month as usize) };
            let months = (last + 1).saturating_sub(line.first_month.max(1) as usize);
            let payments = months.div_ceil(months_of(line.period()) as usize);
            self.payments += payments;
            self.growing_payments += if grows { payments } else { 0 };
        } else {
            self.payments += line.amounts.len();
        }
    }
}

impl Cost for pb::ComputeRunwayRequest {
    fn expected_units(&self) -> u64 {
        let lines = CountedLines::of(self);
        // At least a year is looked at, and a century at most.
        let months = self.horizon_months.clamp(12, 1200) as usize;
        let line_months = lines.growing.saturating_mul(months);
        // Beyond the horizon, in doubles: half of the way is as good a guess as any. With interest it is walked in full.
        let beyond = MONTHS_MAX - months;
        let read = 400 + times(lines.count, 50) + times(lines.listed, 14) + times(self.events.len(), 20);
        let paid = times(lines.payments, 14) + times(lines.growing_payments, 12);
        // Every moment of a century has a place, and a year is looked at by accrual.
        let moved = if lines.payments > 0 { 6_000 } else { 0 };
        let accrued = if lines.is_moved { 600 + times(lines.growing, 90) + times(lines.annual, 250) } else { 0 };
        // A leap of all digits for each line of a fine rate, to months at which nothing else can tell the balance, and more of them where
        // next to nothing tells the lines apart. What doubles each month is soon larger than any answer, and is followed in numbers of that size
        // for as long as it grows.
        let leapt = times(lines.fine, 600) + times(lines.creeping, 2_000) + times(lines.soaring, 3_000);
        // Once all that moves has dwindled, the balances of all months are as good as equal, and after each event there is a leap to tell them apart.
        let far = self.events.iter().filter(|event| event.month as usize > months).count();
        let leapt = leapt + times(lines.dwindling.saturating_mul(far + 1), 300);
        // Payments that all but cancel what moves evenly leave each month of the century to all digits.
        let leapt = leapt + if lines.payments > 0 && lines.may_cancel { times(MONTHS_MAX, 200) } else { 0 };
        // A root for each line that grows by the year.
        let followed = times(months, 35) + times(line_months, 7) + times(lines.annual, 250);
        // The month with the lowest balance is reached in a step, where the cash lasts.
        let searched = match &self.interest_rate {
            Some(_) => 600 + times(MONTHS_MAX, 25) + times(beyond, 40) + times(beyond.saturating_mul(lines.growing), 7),
            None => {
                // Before the last change the months are looked at one by one, and again where doubles cannot tell; after it a trend leaves them out.
                let changing = self.events.iter().map(|event| event.month as usize).fold(lines.settles, usize::max);
                let changing = changing.clamp(months, MONTHS_MAX) - months;
                let steady = (beyond - changing) / 2;
                let beyond = changing + steady;
                // Without growth, payments and lists the trend is a straight line, which is left out in one step.
                let is_straight = lines.growing + lines.payments + lines.listed == 0;
                times(changing, 16)
                    + times(steady, if is_straight { 2 } else { 8 })
                    + times(beyond.saturating_mul(lines.growing), 1) / 5
                    + times(lines.growing, 15)
            }
        };
        let ledger = if self.include_ledger { times(months, 120) } else { 0 };
        let plan = paid + moved + accrued + times(lines.listed, 5);
        // The months are followed twice more, and each has two steps: up to the month in which the cash runs out, where that is later.
        let explained = || {
            let later = rough_runway(self).saturating_sub(months);
            let shown = times(months, 300) + times(later, 200) + times(later.saturating_mul(lines.growing), 7);
            // What is paid at once, and interest, are steps of their own.
            let at_once = if lines.payments > 0 { 300 } else { 0 } + if self.interest_rate.is_some() { 250 } else { 0 };
            let shown = shown + times(months + later, at_once);
            2_500 + 2 * followed + searched + plan + shown + times(lines.count, 200) + times(self.events.len(), 100)
        };
        read + plan + followed + searched + leapt + ledger + if_explained(self.options.as_ref(), explained)
    }
}

/// Returns true of a growth whose rate has more characters than rates of everyday use.
fn is_fine(growth: &pb::cash_line::Growth) -> bool {
    use pb::cash_line::Growth;
    const LONG: usize = 12;
    let (Growth::MonthlyGrowthRate(rate) | Growth::AnnualGrowthRate(rate)) = growth;
    rate.as_bytes().len() > LONG
}

/// Returns true of a growth below 10^-8, in its usual form.
fn is_creeping(growth: &pb::cash_line::Growth) -> bool {
    use pb::cash_line::Growth;
    let (Growth::MonthlyGrowthRate(rate) | Growth::AnnualGrowthRate(rate)) = growth;
    let digits = rate.as_bytes();
    digits.strip_prefix(b"-").unwrap_or(digits).starts_with(b"0.00000000")
}

/// Returns true of a growth of -2 % by the month, or of -10 % by the year, or less, in its usual form.
fn is_dwindling(growth: &pb::cash_line::Growth) -> bool {
    use pb::cash_line::Growth;
    let (Growth::MonthlyGrowthRate(rate) | Growth::AnnualGrowthRate(rate)) = growth;
    let fraction = rate.as_bytes().strip_prefix(b"-0.").unwrap_or_default();
    let is_large = fraction.first().is_some_and(|tenths| *tenths != b'0');
    let is_monthly = matches!(growth, Growth::MonthlyGrowthRate(_));
    is_large || (is_monthly && fraction.get(1).is_some_and(|hundredths| *hundredths >= b'2'))
}

/// Returns true of a growth by the month of 1 and more, in its usual form.
fn is_soaring(growth: &pb::cash_line::Growth) -> bool {
    use pb::cash_line::Growth;
    let Growth::MonthlyGrowthRate(rate) = growth else { return false };
    let digits = rate.as_bytes();
    digits.first().is_some_and(|first| (b'1'..=b'9').contains(first))
        && !digits.windows(2).any(|pair| pair.eq_ignore_ascii_case(b"e-"))
}
