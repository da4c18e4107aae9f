//! Laws of decisions and valuations that hold for any input.

use num_bigint::BigInt;
use paydirt::models::cash_flow::{RateStatus, Series, internal_rates};
use paydirt::models::decision::*;
use paydirt::models::input::*;
use paydirt::models::number::{Exact, Number};
use paydirt::models::valuation::*;
use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

use crate::laws::{above_zero, close};

/// Few different payoffs, so that many tie, or ordinary ones.
fn payoff() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        (-2_i64..3).prop_map(Decimal::from),
        (-100_000_i64..100_000, 0_u32..3).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
    ]
}

/// Whether a price is at most the sales of so many years, which grow by `rate` ten-thousandths a year: in whole numbers.
fn is_paid_back(price: Decimal, years: u32, rate: i64) -> bool {
    let (one, growth) = (BigInt::from(10_000), BigInt::from(10_000 + rate));
    // Ten-thousandths to the power of the years so far.
    let (sales, _) = (0..years).fold((BigInt::from(0), BigInt::from(1)), |(sales, power), _| {
        let power = power * &growth;
        (sales * &one + &power, power)
    });
    BigInt::from(price.mantissa()) * one.pow(years) <= sales * BigInt::from(10).pow(price.scale())
}

/// Parts of 1, some of them 0.
fn distribution(states: usize) -> impl Strategy<Value = Distribution> {
    prop::collection::vec(0_u32..=1_000, states - 1).prop_map(|mut cuts| {
        cuts.sort_unstable();
        cuts.push(1_000);
        let mut before = 0;
        let part = |cut: u32| {
            Fraction::new(Decimal::new(i64::from(cut - std::mem::replace(&mut before, cut)), 3)).expect("a part of 1")
        };
        Distribution::new(cuts.into_iter().map(part).collect()).expect("together 1")
    })
}

fn table() -> impl Strategy<Value = RegretInputs> {
    (1_usize..6, 1_usize..9).prop_flat_map(|(states, alternatives)| {
        let row = prop::collection::vec(payoff().prop_map(|payoff| AnyDecimal::new(payoff).expect("any")), states);
        let rows = prop::collection::vec(row, alternatives);
        let optimism =
            prop::option::of((0_i64..=10).prop_map(|tenths| Fraction::new(Decimal::new(tenths, 1)).expect("0 up to 1")));
        (rows, prop::option::weighted(0.8, distribution(states)), optimism).prop_map(move |(rows, probabilities, optimism)| {
            RegretInputs {
                states: (0..states).map(|state| format!("s{state}")).collect(),
                probabilities,
                alternatives: (0..)
                    .zip(rows)
                    .map(|(index, payoffs)| Alternative { name: format!("a{index}"), payoffs })
                    .collect(),
                optimism,
            }
        })
    })
}

fn with_payoffs(inputs: &RegretInputs, change: impl Fn(usize, Decimal) -> Decimal) -> RegretInputs {
    let mut changed = inputs.clone();
    for alternative in &mut changed.alternatives {
        for (state, payoff) in alternative.payoffs.iter_mut().enumerate() {
            *payoff = AnyDecimal::new(change(state, payoff.get())).expect("any");
        }
    }
    changed
}

fn growth_inputs() -> impl Strategy<Value = ImpliedGrowthInputs> {
    (above_zero(), above_zero(), -4_000_i64..10_000, 1_i64..5_000, 1_u32..=200).prop_map(
        |(value, cash, discount, below, years)| {
            let terminal = (discount - below).max(-9_999);
            ImpliedGrowthInputs {
                enterprise_value: Positive::new(value).expect("above 0"),
                free_cash_flow: Positive::new(cash).expect("above 0"),
                discount_rate: Rate::new(Decimal::new(discount, 4)).expect("above -1"),
                growth_stage: Some(GrowthStage {
                    years: Years::new(years).expect("1 to 200"),
                    terminal_growth_rate: Rate::new(Decimal::new(terminal, 4)).expect("above -1"),
                }),
            }
        },
    )
}

proptest! {
    #[test]
    fn a_constant_added_to_a_state_changes_no_regret(inputs in table(), state in 0_usize..6, constant in payoff()) {
        let shifted = with_payoffs(&inputs, |of, payoff| if of == state { payoff + constant } else { payoff });
        let (before, after) = (regret(&inputs).expect("it fits"), regret(&shifted).expect("it fits"));
        for (before, after) in before.alternatives.iter().zip(&after.alternatives) {
            prop_assert_eq!(&before.regrets, &after.regrets);
            prop_assert_eq!(before.expected.map(|expected| expected.regret), after.expected.map(|expected| expected.regret));
            prop_assert_eq!(&before.dominated_by, &after.dominated_by);
        }
        prop_assert_eq!(&before.minimax_regret, &after.minimax_regret);
        prop_assert_eq!(&before.equal_likelihood, &after.equal_likelihood);
        let (before, after) = (before.expectation, after.expectation);
        prop_assert_eq!(before.as_ref().map(|of| &of.choices), after.as_ref().map(|of| &of.choices));
        prop_assert_eq!(before.map(|of| of.value_of_perfect_information), after.map(|of| of.value_of_perfect_information));
    }

    #[test]
    fn a_dominated_alternative_is_chosen_only_where_it_ties(inputs in table()) {
        let found = regret(&inputs).expect("it fits");
        let mut chosen = vec![&found.minimax_regret, &found.maximin, &found.maximax, &found.equal_likelihood, &found.hurwicz];
        chosen.extend(found.expectation.iter().map(|expectation| &expectation.choices));
        for (index, alternative) in (0_u32..).zip(&found.alternatives) {
            for better in &alternative.dominated_by {
                prop_assert!(!found.alternatives[*better as usize].dominated_by.contains(&index));
                for choices in &chosen {
                    prop_assert!(!choices.contains(&index) || choices.contains(better));
                }
                // The mean looks at every state, and tells them apart.
                prop_assert!(!found.equal_likelihood.contains(&index));
            }
        }
    }

    #[test]
    fn perfect_information_is_worth_something_or_nothing(inputs in table()) {
        let Some(expectation) = regret(&inputs).expect("it fits").expectation else { return Ok(()) };
        prop_assert!(expectation.value_of_perfect_information >= Decimal::ZERO);
        if expectation.sensitivities.is_empty() {
            prop_assert_eq!(expectation.value_of_perfect_information, Decimal::ZERO);
        }
    }

    #[test]
    fn intervals_part_0_to_1_and_their_choices_are_the_best(inputs in table()) {
        let found = regret(&inputs).expect("it fits");
        let (Some(expectation), Some(probabilities)) = (found.expectation, &inputs.probabilities) else { return Ok(()) };
        let shares: Vec<Decimal> = probabilities.iter().collect();
        for (state, intervals) in expectation.sensitivities.iter().enumerate() {
            prop_assert_eq!(intervals[0].low, Decimal::ZERO);
            prop_assert_eq!(intervals[intervals.len() - 1].high, Decimal::ONE);
            prop_assert!(intervals.windows(2).all(|pair| pair[0].high == pair[1].low && pair[0].choices != pair[1].choices));
            for interval in intervals {
                // Somewhere within, the expected values decide anew.
                let here = (Exact::from(interval.low) + Exact::from(interval.high)) / Exact::from(2);
                let worth = |alternative: &Alternative| {
                    let others = (Exact::ONE - here) / (Exact::ONE - Exact::from(shares[state]));
                    (0..shares.len()).fold(Exact::ZERO, |sum, of| {
                        let share = if of == state { here } else { Exact::from(shares[of]) * others };
                        sum + share * Exact::from(alternative.payoffs[of].get())
                    })
                };
                let values: Vec<Exact> = inputs.alternatives.iter().map(worth).collect();
                let best = values.iter().copied().fold(values[0], Number::max);
                // A tie here is one to 60 digits: the middle is divided.
                let ties: Vec<u32> = (0_u32..).zip(&values).filter(|(_, value)| (best - **value).absolute() < Exact::power_of_ten(-60)).map(|(index, _)| index).collect();
                prop_assert_eq!(&interval.choices, &ties);
            }
        }
    }

    #[test]
    fn a_certain_state_leaves_nothing_to_know(inputs in table(), state in 0_usize..6) {
        let mut inputs = inputs;
        let states = inputs.states.len();
        let certain = (0..states).map(|of| Fraction::new(Decimal::from(u32::from(of == state % states))).expect("0 or 1")).collect();
        inputs.probabilities = Some(Distribution::new(certain).expect("together 1"));
        let expectation = regret(&inputs).expect("it fits").expectation.expect("probabilities are given");
        prop_assert_eq!(expectation.value_of_perfect_information, Decimal::ZERO);
        prop_assert!(expectation.sensitivities.is_empty());
    }

    #[test]
    fn the_growth_put_back_gives_the_enterprise_value(mut inputs in growth_inputs(), for_ever in any::<bool>()) {
        let (value, cash) = (Exact::from(inputs.enterprise_value.get()), Exact::from(inputs.free_cash_flow.get()));
        let discount = Exact::from(inputs.discount_rate.get());
        let stage = inputs.growth_stage.expect("one was made");
        if for_ever {
            inputs.growth_stage = None;
            let Ok(found) = implied_growth(&inputs) else { return Ok(()) };
            let growth = Exact::from(found.implied_growth_rate);
            // Near the discount rate, and near -1, a growth of 28 digits says little of the value.
            prop_assume!(discount - growth > Exact::power_of_ten(-8) && Exact::ONE + growth > Exact::power_of_ten(-8));
            let back = cash * (Exact::ONE + growth) / (discount - growth);
            prop_assert!(((back - value) / value).absolute() < Exact::power_of_ten(-15), "{found:?}");
            return Ok(());
        }
        let Ok(found) = implied_growth(&inputs) else { return Ok(()) };
        let worth = |growth: Exact| {
            let y = (Exact::ONE + growth) / (Exact::ONE + discount);
            let terminal = Exact::from(stage.terminal_growth_rate.get());
            let first = (Exact::ONE + terminal) / (discount - terminal);
            (0..stage.years.get()).fold(first, |sum, _| (sum + Exact::ONE) * y) * cash
        };
        let (rate, half) = (Exact::from(found.implied_growth_rate), Exact::from(dec!(0.0000000000005)));
        prop_assert!(rate - half <= -Exact::ONE || worth(rate - half) <= value);
        prop_assert!(worth(rate + half) >= value);
        // What follows from the growth follows from all of its digits.
        let values = found.stage.expect("in stages");
        let terminal = Exact::from(stage.terminal_growth_rate.get());
        let after = Exact::from(values.final_free_cash_flow) * (Exact::ONE + terminal) / (discount - terminal);
        let share = after / (Exact::ONE + discount).whole_power(stage.years.get()) / value;
        if values.final_free_cash_flow > dec!(0.000001) && values.terminal_value_share > dec!(0.000001) {
            prop_assert!(close(share.decimal().expect("a share"), values.terminal_value_share, dec!(1e-20)), "{values:?}");
        }
    }

    #[test]
    fn the_rate_finder_of_cash_flows_finds_the_same_growth(inputs in growth_inputs()) {
        let stage = inputs.growth_stage.expect("one was made");
        let years = stage.years.get();
        prop_assume!(years <= 60);
        let Ok(found) = implied_growth(&inputs) else { return Ok(()) };
        prop_assume!(found.implied_growth_rate < dec!(1e9) && found.implied_growth_rate > dec!(-0.999));
        // Read backwards, the cash flows grow at the rate at which they are discounted: the last year's first, the price last.
        let growth_of_discount = Exact::ONE + Exact::from(inputs.discount_rate.get());
        let terminal = Exact::from(stage.terminal_growth_rate.get());
        let multiple = (Exact::ONE + terminal) / (Exact::from(inputs.discount_rate.get()) - terminal);
        let cash = Exact::from(inputs.free_cash_flow.get());
        let flow = |year: u32| {
            let amount = cash / growth_of_discount.whole_power(year);
            if year == years { amount * (Exact::ONE + multiple) } else { amount }
        };
        let flows = (1..=years).rev().map(flow).chain(std::iter::once(-Exact::from(inputs.enterprise_value.get())));
        let rates = internal_rates(&Series::periodic(flows, Period::Year));
        prop_assert_eq!(rates.status, RateStatus::Unique);
        prop_assert_eq!(rates.rates[0].annual, found.implied_growth_rate);
    }

    #[test]
    fn sales_that_grow_to_the_ceiling_fill_it(share in 1_i64..10_000, market in -5_000_i64..10_000, more in 1_i64..10_000) {
        let rate = |ten_thousandths| Rate::new(Decimal::new(ten_thousandths, 4)).expect("above -1");
        let (current, market, company) = (Decimal::new(share, 4), rate(market), rate(market + more));
        let growth = MarketGrowth { market_growth_rate: market, company_growth_rate: Some(company), target_sales_factor: Positive::new(dec!(3)) };
        let found = share_ceiling(&ShareCeilingInputs { current_share: Share::new(current).expect("a share"), maximum_share: None, growth: Some(growth) }).expect("it fits");
        let grown = |rate: Rate, years: Decimal| (Exact::ONE + Exact::from(rate.get())).to_the(Exact::from(years));
        let years = found.years_to_ceiling.expect("it is on its way");
        let filled = Exact::from(current) * grown(company, years) / grown(market, years);
        prop_assert!((filled - Exact::ONE).absolute() < Exact::power_of_ten(-20), "{found:?}");
        prop_assert_eq!(found.share_can_double, current <= dec!(0.5));
        match found.years_to_target {
            Some(years) if years.is_zero() => prop_assert!(current * dec!(3) <= Decimal::ONE),
            Some(years) => {
                let possible = grown(market, years) / Exact::from(current);
                prop_assert!((possible - Exact::from(3)).absolute() < Exact::power_of_ten(-20));
            }
            None => prop_assert!(market.get() <= Decimal::ZERO),
        }
    }

    #[test]
    fn either_way_round_a_rerating_is_the_same(starting in 1_i64..100_000, ending in 1_i64..100_000, years in 1_i64..400, rate in -5_000_i64..10_000) {
        let positive = |value: Decimal| Positive::new(value).expect("above 0");
        let inputs = |given| ReratingInputs {
            starting_price_earnings_ratio: positive(Decimal::new(starting, 2)),
            ending_price_earnings_ratio: positive(Decimal::new(ending, 2)),
            years: positive(Decimal::new(years, 1)),
            given,
        };
        let Ok(by_growth) = rerating(&inputs(ReratingGiven::EarningsGrowthRate(Rate::new(Decimal::new(rate, 4)).expect("above -1")))) else { return Ok(()) };
        // Without growth, what is lost beyond the 28th digit of the factor decides whether the price recovers, and when.
        prop_assume!(by_growth.price_factor > dec!(0.0001) && rate != 0);
        let by_price = rerating(&inputs(ReratingGiven::PriceFactor(positive(by_growth.price_factor)))).expect("it fits");
        prop_assert!(close(by_growth.earnings_growth_rate, by_price.earnings_growth_rate, dec!(1e-18)), "{by_growth:?} {by_price:?}");
        prop_assert!(close(by_growth.price_growth_rate, by_price.price_growth_rate, dec!(1e-18)), "{by_growth:?} {by_price:?}");
        if let (Some(left), true) = (by_growth.years_to_recover, rate > 0) {
            prop_assert!(close(left, by_price.years_to_recover.expect("likewise"), dec!(1e-15)));
        }
    }

    #[test]
    fn what_is_won_back_is_what_was_lost(start in above_zero(), end in above_zero()) {
        let inputs = PriceChangeInputs { start_price: Positive::new(start).expect("above 0"), end_price: NonNegative::new(end).expect("above 0"), held: None };
        let Ok(found) = price_change(&inputs) else { return Ok(()) };
        let gain = found.gain_to_recover.expect("not all is lost");
        let back = (Exact::ONE - Exact::from(found.drawdown)) * (Exact::ONE + Exact::from(gain));
        prop_assert!((back - Exact::ONE).absolute() < Exact::power_of_ten(-8), "{found:?}");
        prop_assert_eq!(found.drawdown.is_zero(), end >= start);
    }

    /// The margin may be written as 1 on either side.
    #[test]
    fn a_hair_more_than_all_sales_is_not_attainable(years in 1_u32..200, hair in -3_i64..=3) {
        // Of the last of 28 digits.
        let scale = if years < 10 { 27 } else if years < 100 { 26 } else { 25 };
        let price = Decimal::from(years) + Decimal::new(hair, scale);
        let inputs = RequiredMarginInputs { price_to_sales: Positive::new(price).expect("above 0"), payback_years: Years::new(years).expect("1 to 200"), revenue_growth_rate: None };
        prop_assert_eq!(required_margin(&inputs).expect("it fits").attainable, hair <= 0);
    }

    #[test]
    fn the_required_margin_of_all_sales_is_the_price(price in above_zero(), years in 1_u32..200, ten_thousandths in -5_000_i64..5_000) {
        let rate = Rate::new(Decimal::new(ten_thousandths, 4)).expect("above -1");
        let inputs = RequiredMarginInputs { price_to_sales: Positive::new(price).expect("above 0"), payback_years: Years::new(years).expect("1 to 200"), revenue_growth_rate: Some(rate) };
        let Ok(found) = required_margin(&inputs) else { return Ok(()) };
        prop_assert_eq!(found.attainable, is_paid_back(price, years, ten_thousandths));
        prop_assume!(found.required_net_cash_margin > dec!(0.000001));
        let growth = Exact::ONE + Exact::from(rate.get());
        let paid = (1..=years).fold(Exact::ZERO, |sum, year| sum + growth.whole_power(year)) * Exact::from(found.required_net_cash_margin);
        prop_assert!(((paid - Exact::from(price)) / Exact::from(price)).absolute() < Exact::power_of_ten(-20));
    }
}
