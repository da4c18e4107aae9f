//! Explanation of the months of a runway: what moves in each, and the balances that follow.

use super::months::{MonthlyFlows, Months, money};
use super::plan::Plan;
use crate::explanation::{Explanation, bracketed, canonical, text, with_exponent};
use crate::input::Bounded;
use crate::number::Exact;
use crate::work::WhileAwaited;

/// Returns true where something other than events moves at once: payments, or interest.
pub(super) fn moves_at_once(plan: &Plan<'_>) -> bool {
    !plan.payments.is_empty() || plan.interest.is_some()
}

/// Returns the name of the balance that a month begins with.
pub(super) fn balance_name(plan: &Plan<'_>, month: u32) -> String {
    if plan.start_of(month).is_zero() {
        format!("balance({})", month.saturating_sub(1))
    } else {
        format!("balance_at_start({month})")
    }
}

/// Returns the name of what burns evenly within a month.
pub(super) fn burn_name(plan: &Plan<'_>, month: u32) -> String {
    let has_payments = plan.payments.of(month).is_some_and(|paid| !paid.start().is_zero() || !paid.end().is_zero());
    if has_payments { format!("even_burn({month})") } else { format!("net_burn({month})") }
}

/// Explains the balance of each month, up to the last month that decides the outcome.
pub(super) fn months(explanation: &mut Explanation, plan: &Plan<'_>, last: u32) {
    let inputs = plan.inputs;
    if let (Some(given), Some(rate)) = (inputs.interest_rate, plan.interest) {
        explanation.step(
            "monthly_interest_rate",
            "(1 + interest_rate)^(1 / 12) - 1",
            format!("(1 + {})^(1 / 12) - 1", text(given.get())),
            rate_text(rate),
        );
    }
    explanation.step(
        "balance(0)",
        if inputs.cash_balance.is_some() { "cash_balance" } else { "0, because cash_balance is not known" },
        canonical(inputs.opening_balance()),
        canonical(inputs.opening_balance()),
    );
    let mut before = inputs.opening_balance::<Exact>() * Exact::from(12);
    for month in Months::new(plan).take(last as usize).while_awaited() {
        explain_month(explanation, plan, &month, before);
        before = month.balance;
    }
}

/// Writes a rate with all of its digits, however small it is: it is multiplied by a balance.
fn rate_text(rate: Exact) -> String {
    const SMALL: Exact = Exact::power_of_ten(-9);
    if rate < SMALL { with_exponent(rate.to_digits(28)) } else { canonical(rate) }
}

fn money_text(twelfths: Exact) -> String {
    canonical(money(twelfths))
}

/// Explains the movements of one month, and its balances.
fn explain_month(explanation: &mut Explanation, plan: &Plan<'_>, month: &MonthlyFlows, before: Exact) {
    let number = month.month;
    explanation.step(
        format!("net_burn({number})"),
        format!("costs({number}) - revenues({number})"),
        format!("{} - {}", money_text(month.costs), money_text(month.revenues)),
        money_text(month.net_burn()),
    );
    let (balance_name, burn_name) = (balance_name(plan, number), burn_name(plan, number));
    if !month.start.is_zero() {
        explanation.step(
            balance_name.clone(),
            format!("balance({}) + start({number})", number.saturating_sub(1)),
            format!("{} + {}", money_text(before), bracketed(money_text(month.start))),
            money_text(month.balance_at_start),
        );
    }
    let has_payments = !month.start.is_zero() || !month.end.is_zero();
    if has_payments {
        let payments = [("start", month.start), ("end", month.end)].into_iter().filter(|(_, payment)| !payment.is_zero());
        let (mut formula, mut substitution) = (format!("net_burn({number})"), money_text(month.net_burn()));
        for (name, payment) in payments {
            formula += &format!(" + {name}({number})");
            substitution += &format!(" + {}", bracketed(money_text(payment)));
        }
        explanation.step(burn_name.clone(), formula, substitution, money_text(month.even_burn));
    }
    let has_interest = plan.interest.is_some();
    let before_end = match (month.events.is_zero(), has_interest || has_payments) {
        (true, _) if !has_interest && month.end.is_zero() => format!("balance({number})"),
        (false, false) => format!("balance_before_events({number})"),
        _ => format!("balance_before_end({number})"),
    };
    explanation.step(
        before_end.clone(),
        format!("{balance_name} - {burn_name}"),
        format!("{} - {}", money_text(month.balance_at_start), bracketed(money_text(month.even_burn))),
        money_text(month.balance_before_end),
    );
    if let Some(rate) = plan.interest {
        explanation.step(
            format!("interest({number})"),
            format!("max(0, {balance_name}) × monthly_interest_rate"),
            format!("max(0, {}) × {}", money_text(month.balance_at_start), rate_text(rate)),
            money_text(month.interest),
        );
    }
    let ends = [
        ("end", month.end, !month.end.is_zero()),
        ("interest", month.interest, has_interest),
        ("events", month.events, !month.events.is_zero()),
    ];
    let (mut formula, mut substitution) = (before_end, money_text(month.balance_before_end));
    let mut moves = false;
    for (name, movement, _) in ends.into_iter().filter(|(_, _, moves)| *moves) {
        formula += &format!(" + {name}({number})");
        substitution += &format!(" + {}", bracketed(money_text(movement)));
        moves = true;
    }
    if moves {
        explanation.step(format!("balance({number})"), formula, substitution, money_text(month.balance));
    }
}
