//! Explanation of a break-even revenue factor with losses carried forward: two factors on the straight piece that it lies on.

use rust_decimal::{Decimal, RoundingStrategy};

use super::inputs::CapexRoiInputs;
use super::kinked::LineZero;
use super::periods::Investment;
use crate::explanation::{Explanation, canonical, figure, text};
use crate::input::{Bounded, NonNegative};
use crate::number::Exact;

/// Explains the factor by the net present values at two short factors around it, between which the net present value is a straight line.
pub(super) fn explain_kinked_factor(explanation: &mut Explanation, inputs: &CapexRoiInputs, zero: LineZero) {
    const NAME: &str = "break_even_revenue_factor";
    let found = canonical(zero.at);
    let at_both = neighbours(zero).and_then(|factors| {
        let [Some(lower), Some(upper)] = factors.map(|factor| value_at(inputs, factor)) else { return None };
        Some((factors, [lower, upper]))
    });
    let Some((factors, values)) = at_both else {
        let formula = if zero.at.is_zero() {
            "0, because net_present_value is 0 without revenue"
        } else {
            "the factor of every revenue at which net_present_value is 0: there a loss turns into a profit, or the balance of losses is used up"
        };
        explanation.step(NAME, formula, format!("net_present_value with every revenue × {found} = 0"), found);
        return;
    };
    for (name, (factor, value)) in ["lower", "upper"].into_iter().zip(factors.into_iter().zip(values)) {
        let formula = "a factor of few digits, on the straight piece of the line that break-even is on";
        explanation.step(format!("{name}_factor"), formula, text(factor), text(factor));
        explanation.step(
            format!("net_present_value_at_{name}_factor"),
            format!("net_present_value by the steps above, with every revenue × {name}_factor"),
            format!("{name}_factor = {}", text(factor)),
            canonical(value),
        );
    }
    let [lower, upper] = factors.map(text);
    let [below, above] = values.map(figure);
    explanation.step(
        NAME,
        "lower_factor + (upper_factor - lower_factor) × net_present_value_at_lower_factor / (net_present_value_at_lower_factor - \
         net_present_value_at_upper_factor)",
        format!("{lower} + ({upper} - {lower}) × {below} / ({below} - {above})"),
        found,
    );
    explanation.assume(
        "lower_factor, upper_factor",
        "a straight line between them",
        "With losses carried forward, net_present_value is a line with kinks in the factor of revenue: where a loss turns into a profit, and where the balance of losses is used up. Between lower_factor and upper_factor there is no kink.",
    );
}

/// Returns the two shortest decimals on the zero's piece of the line that have the zero between them; `None` of a zero that is a kink.
fn neighbours(zero: LineZero) -> Option<[Decimal; 2]> {
    const PLACES_MAX: u32 = 27;
    let factor = zero.at.decimal()?;
    (0..=PLACES_MAX).find_map(|places| {
        let unit = Decimal::new(1, places);
        let lower = factor.round_dp_with_strategy(places, RoundingStrategy::ToZero);
        // A short factor has its neighbours on either side.
        let lower = if Exact::from(lower) == zero.at { lower.checked_sub(unit)? } else { lower };
        let upper = factor.round_dp_with_strategy(places, RoundingStrategy::ToZero).checked_add(unit)?;
        let is_after_start = !lower.is_sign_negative() && Exact::from(lower) >= zero.from;
        let is_before_end = zero.to.is_none_or(|to| Exact::from(upper) <= to);
        (is_after_start && is_before_end).then_some([lower, upper])
    })
}

/// Returns the net present value with every revenue multiplied; `None` where a revenue does not fit.
fn value_at(inputs: &CapexRoiInputs, factor: Decimal) -> Option<Exact> {
    let multiplied = |revenue: &NonNegative| {
        let revenue = (Exact::from(revenue.get()) * Exact::from(factor)).decimal()?;
        NonNegative::new(revenue)
    };
    let revenues = inputs.revenues.iter().map(multiplied).collect::<Option<Vec<_>>>()?;
    let multiplied = CapexRoiInputs { revenues, ..inputs.clone() };
    Some(Investment::new(&multiplied).worth(&multiplied).net_present_value())
}
