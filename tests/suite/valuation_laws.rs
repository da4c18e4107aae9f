//! Laws of the discounted value that hold for any input.

use paydirt::models::capex_roi::CashFlowTiming;
use paydirt::models::input::*;
use paydirt::models::number::Exact;
use paydirt::models::valuation::*;
use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

use crate::laws::close;

fn unbounded(value: Decimal) -> AnyDecimal {
    AnyDecimal::new(value).expect("any")
}

fn rate(ten_thousandths: i64) -> Rate {
    Rate::new(Decimal::new(ten_thousandths, 4)).expect("above -1")
}

fn flows(amounts: impl IntoIterator<Item = Decimal>) -> FreeCashFlows {
    FreeCashFlows::new(amounts.into_iter().map(unbounded).collect()).expect("1 to 200 flows")
}

/// A company whose last flow is above 0, at a discount rate above its growth, and with a price above what its flows are worth.
fn companies() -> impl Strategy<Value = DiscountedValueInputs> {
    let flows_before = prop::collection::vec(-1_000_000_i64..1_000_000, 0..12);
    let shares = (1_i64..1_000_000, 1_i64..1_000_000);
    (flows_before, 1_i64..1_000_000, (-2_000_i64..4_000, 1_i64..5_000), shares, -1_000_000_i64..1_000_000, any::<bool>())
        .prop_map(|(before, last, (growth, above), (count, price), debt, is_middle)| DiscountedValueInputs {
            free_cash_flows: flows(before.into_iter().chain([last]).map(|cents| Decimal::new(cents, 2))),
            discount_rate: rate(growth + above),
            terminal: Terminal::PerpetualGrowth(rate(growth)),
            net_debt: Some(unbounded(Decimal::new(debt, 2))),
            shares: Some(Shares {
                shares_outstanding: Positive::new(Decimal::new(count, 2)).expect("above 0"),
                share_price: Positive::new(Decimal::new(price, 2)),
            }),
            timing: is_middle.then_some(CashFlowTiming::MidPeriod),
        })
}

proptest! {
    #[test]
    fn the_growth_that_a_price_implies_makes_the_value_the_price(mut inputs in companies()) {
        let Ok(found) = discounted_value(&inputs) else { return Ok(()) };
        let Some(growth) = found.implied_perpetual_growth_rate else { return Ok(()) };
        let distance = inputs.discount_rate.get() - growth;
        // Near the discount rate a growth of 28 digits says little of the value.
        prop_assume!(distance > dec!(1e-6) && growth > dec!(-0.999999));
        inputs.terminal = Terminal::PerpetualGrowth(Rate::new(growth).expect("above -1"));
        let again = discounted_value(&inputs).expect("a value");
        let price = inputs.shares.and_then(|shares| shares.share_price).expect("a price").get();
        let value = again.value_per_share.expect("shares");
        // Much of the value may be owed, or be taken by the flows, and the digits that are left are those of the price.
        let scale = again.enterprise_value.abs() + again.terminal_value.abs() + price;
        prop_assert!((value - price).abs() <= scale * dec!(1e-12), "{found:?} {again:?}");
    }

    #[test]
    fn flows_that_grow_at_the_implied_rate_are_worth_the_enterprise_value(
        value in 1_000_i64..100_000_000, cash in 1_000_i64..10_000_000, years in 1_u32..=40,
        terminal in -2_000_i64..2_000, above in 100_i64..5_000, is_for_ever in any::<bool>(),
    ) {
        let stage = GrowthStage { years: Years::new(years).expect("1 to 200"), terminal_growth_rate: rate(terminal) };
        let asked = ImpliedGrowthInputs {
            enterprise_value: Positive::new(Decimal::new(value, 2)).expect("above 0"),
            free_cash_flow: Positive::new(Decimal::new(cash, 2)).expect("above 0"),
            discount_rate: rate(terminal + above),
            growth_stage: (!is_for_ever).then_some(stage),
        };
        let Ok(found) = implied_growth(&asked) else { return Ok(()) };
        let growth = found.implied_growth_rate;
        prop_assume!(growth > dec!(-0.99) && growth < dec!(20));
        let after = if is_for_ever { growth } else { Decimal::new(terminal, 4) };
        prop_assume!(asked.discount_rate.get() - after > dec!(0.000001));
        let factor = Exact::ONE + Exact::from(growth);
        let flow = |year: u32| (Exact::from(asked.free_cash_flow.get()) * factor.whole_power(year)).decimal();
        let Some(amounts) = (1..=years).map(flow).collect::<Option<Vec<_>>>() else { return Ok(()) };
        let inputs = DiscountedValueInputs {
            free_cash_flows: flows(amounts),
            discount_rate: asked.discount_rate,
            terminal: Terminal::PerpetualGrowth(Rate::new(after).expect("above -1")),
            net_debt: None,
            shares: None,
            timing: None,
        };
        let worth = discounted_value(&inputs).expect("a value");
        // The rate of a growth stage has 12 digits after the point, and grows over the years.
        prop_assert!(close(worth.enterprise_value, asked.enterprise_value.get(), dec!(1e-8)), "{found:?} {worth:?}");
        if let Some(values) = found.stage {
            prop_assert!(close(worth.terminal_value_share.expect("above 0"), values.terminal_value_share, dec!(1e-8)));
        }
    }

    #[test]
    fn money_times_k_is_worth_k_times_as_much(inputs in companies(), k in 1_i64..1_000) {
        let (k, mut scaled) = (Decimal::from(k), inputs.clone());
        scaled.free_cash_flows = flows(inputs.free_cash_flows.amounts().iter().map(|amount| amount.get() * k));
        scaled.net_debt = inputs.net_debt.map(|debt| unbounded(debt.get() * k));
        scaled.shares = inputs.shares.map(|shares| Shares { share_price: shares.share_price.and_then(|price| Positive::new(price.get() * k)), ..shares });
        let (Ok(one), Ok(many)) = (discounted_value(&inputs), discounted_value(&scaled)) else { return Ok(()) };
        prop_assert!((many.equity_value - one.equity_value * k).abs() <= (one.terminal_value.abs() + dec!(1)) * k * dec!(1e-18));
        prop_assert_eq!(many.implied_perpetual_growth_rate.is_some(), one.implied_perpetual_growth_rate.is_some());
    }

    #[test]
    fn mid_period_is_worth_half_a_year_of_interest_more(mut inputs in companies()) {
        inputs.timing = None;
        let Ok(end) = discounted_value(&inputs) else { return Ok(()) };
        inputs.timing = Some(CashFlowTiming::MidPeriod);
        let Ok(middle) = discounted_value(&inputs) else { return Ok(()) };
        let growth = Exact::ONE + Exact::from(inputs.discount_rate.get());
        let expected = (Exact::from(end.enterprise_value) * growth.square_root()).decimal().expect("it fits");
        prop_assert!((middle.enterprise_value - expected).abs() <= (expected.abs() + dec!(1)) * dec!(1e-20), "{end:?} {middle:?}");
        prop_assert_eq!(middle.terminal_value, end.terminal_value);
    }
}
