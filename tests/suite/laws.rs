//! Laws that hold for any input.

use paydirt::models::break_even::*;
use paydirt::models::cash_flow::*;
use paydirt::models::input::*;
use paydirt::models::number::{Exact, Number};
use paydirt::models::runway::*;
use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

/// A decimal of up to 12 digits, 0 up to 6 of them after the point.
fn amount() -> impl Strategy<Value = Decimal> {
    (0_i64..1_000_000_000_000, 0_u32..6).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
}

pub fn above_zero() -> impl Strategy<Value = Decimal> {
    amount().prop_map(|amount| amount + dec!(0.000001))
}

/// From 0 up to below 1, in ten-thousandths.
pub fn fraction() -> impl Strategy<Value = Decimal> {
    (0_i64..10_000).prop_map(|mantissa| Decimal::new(mantissa, 4))
}

/// Growth from -50 % to 50 %, often none.
fn growth() -> impl Strategy<Value = LineGrowth> {
    let rate = (-5_000_i64..5_000).prop_map(|mantissa| Rate::new(Decimal::new(mantissa, 4)).expect("above -1"));
    prop_oneof![
        2 => Just(LineGrowth::Flat),
        1 => rate.clone().prop_map(|rate| LineGrowth::Monthly(MonthlyRate::new(rate.get()).expect("above -1"))),
        1 => rate.prop_map(LineGrowth::Annual),
    ]
}

fn line() -> impl Strategy<Value = CashLine> {
    let period = prop_oneof![Just(Period::Month), Just(Period::Quarter), Just(Period::HalfYear), Just(Period::Year)];
    let months = (1_u32..40, prop::option::of(0_u32..40)).prop_map(|(first, length)| {
        MonthSpan::new(Month::new(first).expect("a month"), length.map(|length| first + length)).expect("a span")
    });
    (0_i64..100_000, period, growth(), months, any::<bool>()).prop_map(|(amount, period, growth, months, non_cash)| {
        let amount = NonNegative::new(Decimal::from(amount)).expect("0 or more");
        CashLine { non_cash, ..CashLine::evenly(LineAmounts::Recurring(Recurring { amount, period, growth, months })) }
    })
}

/// Of a line some are listed, some paid at once, some late.
fn line_paid_at_any_time() -> impl Strategy<Value = CashLine> {
    let timing = prop::sample::select(vec![PaymentTiming::Evenly, PaymentTiming::AtStart, PaymentTiming::AtEnd]);
    let delay = prop_oneof![2 => Just(0_u32), 1 => 0..=24_u32].prop_map(|months| Delay::new(months).expect("a delay"));
    let listed = prop::option::weighted(0.3, prop::collection::vec(0_i64..10_000, 1..30));
    (line(), timing, delay, listed).prop_map(|(line, timing, delay, listed)| {
        let Some(listed) = listed else { return CashLine { timing, delay, ..line } };
        let amount = |amount: i64| NonNegative::new(Decimal::from(amount)).expect("0 or more");
        let amounts = LineAmounts::Listed { first: Month::FIRST, amounts: listed.into_iter().map(amount).collect() };
        CashLine { amounts, timing, delay, ..line }
    })
}

fn runway_paid_at_any_time() -> impl Strategy<Value = RunwayInputs> {
    let lines = || prop::collection::vec(line_paid_at_any_time(), 0..3);
    let interest =
        prop::option::of(0_i64..2_000).prop_map(|rate| rate.and_then(|rate| InterestRate::new(Decimal::new(rate, 4))));
    (runway_inputs(), lines(), lines(), interest).prop_map(|(inputs, costs, revenues, interest_rate)| RunwayInputs {
        costs,
        revenues,
        interest_rate,
        ..inputs
    })
}

/// The amounts of a line that stays flat, written out for so many months.
fn listed(line: &CashLine, months: u32) -> Option<CashLine> {
    let LineAmounts::Recurring(recurring) = &line.amounts else { return None };
    let is_written_out = recurring.period == Period::Month && recurring.growth == LineGrowth::Flat;
    let last = recurring.months.last().min(months);
    let amounts = (recurring.months.first()..=last).map(|_| recurring.amount).collect();
    let first = Month::new(recurring.months.first())?;
    is_written_out.then(|| CashLine { amounts: LineAmounts::Listed { first, amounts }, ..line.clone() })
}

fn runway_inputs() -> impl Strategy<Value = RunwayInputs> {
    let event = (1_u32..60, -100_000_i64..100_000).prop_map(|(month, amount)| CashEvent {
        month: Month::new(month).expect("a month"),
        amount: AnyDecimal::new(Decimal::from(amount)).expect("any"),
    });
    let lines = || prop::collection::vec(line(), 0..6);
    (-10_000_i64..1_000_000, -1_000_i64..10_000, 1_u32..80, lines(), lines(), prop::collection::vec(event, 0..5)).prop_map(
        |(cash, minimum, horizon, costs, revenues, events)| RunwayInputs {
            cash_balance: AnyDecimal::new(Decimal::from(cash)),
            minimum_cash: AnyDecimal::new(Decimal::from(minimum)),
            as_of_date: None,
            horizon_months: Month::new(horizon),
            costs,
            revenues,
            events,
            net_new_annual_recurring_revenue: None,
            include_ledger: true,
            interest_rate: None,
        },
    )
}

/// What the roundings of a month's figures may add up to.
fn rounding(month: &MonthlyBalance, before: Decimal) -> Decimal {
    let figures = [month.revenues, month.costs, month.events, month.balance, before];
    figures.into_iter().map(|figure| figure.abs()).max().unwrap_or_default() * dec!(1e-26) + dec!(1e-26)
}

pub fn thousandfold(amount: NonNegative) -> NonNegative {
    NonNegative::new(amount.get() * dec!(1000)).expect("0 or more")
}

pub fn close(left: Decimal, right: Decimal, relative: Decimal) -> bool {
    (left - right).abs() <= relative * left.abs().max(right.abs()) + dec!(0.0000000000000000000000001)
}

/// A search beyond its horizon says of the cash what a horizon of all months says, the months to within a relative difference.
fn assert_one_course(leap: &Runway, stepwise: &Runway, relative: Decimal) -> Result<(), TestCaseError> {
    match (leap.outcome.clone(), stepwise.outcome.clone()) {
        (CashOutcome::RunsOut { runway_months: left, .. }, CashOutcome::RunsOut { runway_months: right, .. }) => {
            prop_assert!(close(left, right, relative), "{left} {right}");
        }
        (
            CashOutcome::Lasts { cash_flow_positive: left, lowest_balance: low, lowest_balance_month: month, .. },
            CashOutcome::Lasts { cash_flow_positive: right, lowest_balance: exact, lowest_balance_month: exact_month, .. },
        ) => {
            prop_assert_eq!((left, month), (right, exact_month));
            prop_assert!(close(low, exact, dec!(1e-18)), "{low} {exact}");
            // Within a horizon of all months, the lowest of the horizon is the lowest of all.
            prop_assert_eq!((exact, exact_month), (stepwise.lowest_balance, stepwise.lowest_balance_month));
        }
        (left, right) => prop_assert_eq!(left, right),
    }
    Ok(())
}

fn chain() -> impl Strategy<Value = RequiredRevenueInputs> {
    (amount(), (1_i64..=10_000), fraction(), fraction(), (1_i64..200), prop::collection::vec(amount(), 0..5)).prop_map(
        |(revenue, share, cloud, end_user, years, existing)| RequiredRevenueInputs {
            accelerator_revenue: NonNegative::new(revenue).expect("0 or more"),
            accelerator_revenue_period: Period::Quarter,
            accelerator_cost_share: Share::new(Decimal::new(share, 4)).expect("a share"),
            cloud_gross_margin: Margin::new(cloud),
            end_user_gross_margin: Margin::new(end_user).expect("a margin"),
            payback_years: Positive::new(Decimal::new(years, 1)),
            comparison: RevenueComparison {
                existing_revenue: existing.into_iter().map(|amount| NonNegative::new(amount).expect("0 or more")).collect(),
                paying_customers: None,
            },
        },
    )
}

/// Amounts of up to 9 digits, and some of 0.
fn flows() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(prop_oneof![1 => Just(0), 6 => -1_000_000_i64..1_000_000], 1..30)
}

fn any_period() -> impl Strategy<Value = Period> {
    prop_oneof![
        Just(Period::Month),
        Just(Period::Quarter),
        Just(Period::HalfYear),
        Just(Period::Year),
        Just(Period::Week),
        Just(Period::Day),
    ]
}

/// From -50 % to 100 %.
fn annual_rate() -> impl Strategy<Value = Rate> {
    (-5_000_i64..10_000).prop_map(|mantissa| Rate::new(Decimal::new(mantissa, 4)).expect("above -1"))
}

fn periodic(amounts: impl IntoIterator<Item = Decimal>, period: Period) -> CashFlows {
    CashFlows::Periodic { amounts: amounts.into_iter().map(|amount| AnyDecimal::new(amount).expect("any")).collect(), period }
}

fn worth(amounts: impl IntoIterator<Item = Decimal>, period: Period, discount_rate: Rate) -> PresentValue {
    let inputs = PresentValueInputs { cash_flows: periodic(amounts, period), discount_rate, first_flow: None };
    present_value(&inputs).expect("it fits")
}

/// A time for what never pays back too.
fn years_of(payback: Payback) -> Decimal {
    match payback {
        Payback::Years(years) => years,
        Payback::Never { .. } => dec!(1e9),
    }
}

proptest! {
    #[test]
    fn present_values_add_up(amounts in flows(), period in any_period(), rate in annual_rate(), factor in -1000_i64..1000) {
        let decimals = || amounts.iter().map(|amount| Decimal::from(*amount));
        let one = worth(decimals(), period, rate);
        prop_assert!(close(one.net_present_value, one.present_value_of_inflows - one.present_value_of_outflows, dec!(1e-20)));
        let scale = dec!(1e-24) * (one.present_value_of_inflows + one.present_value_of_outflows + Decimal::ONE) * dec!(2000);
        let scaled = worth(decimals().map(|amount| amount * Decimal::from(factor)), period, rate);
        prop_assert!((one.net_present_value * Decimal::from(factor) - scaled.net_present_value).abs() <= scale);
        let reversed: Vec<Decimal> = decimals().rev().collect();
        let other = worth(reversed.iter().copied(), period, rate);
        let both = worth(decimals().zip(&reversed).map(|(left, right)| left + right), period, rate);
        let scale = scale + dec!(1e-24) * (other.present_value_of_inflows + other.present_value_of_outflows);
        prop_assert!((one.net_present_value + other.net_present_value - both.net_present_value).abs() <= scale);
        prop_assert!((one.rate_sensitivity + other.rate_sensitivity - both.rate_sensitivity).abs() <= scale * dec!(1000));
    }

    #[test]
    fn the_present_value_at_a_rate_of_0_is_the_sum(amounts in flows(), period in any_period()) {
        let value = worth(amounts.iter().map(|amount| Decimal::from(*amount)), period, Rate::new(Decimal::ZERO).expect("0"));
        prop_assert_eq!(value.net_present_value, Decimal::from(amounts.iter().sum::<i64>()));
    }

    #[test]
    fn the_sensitivity_is_the_slope_of_the_present_value(amounts in flows(), period in any_period(), rate in annual_rate()) {
        let at = |step: Decimal| worth(amounts.iter().map(|amount| Decimal::from(*amount)), period, Rate::new(rate.get() + step).expect("above -1"));
        let step = dec!(0.0000001);
        let slope = (at(step).net_present_value - at(-step).net_present_value) / (step + step);
        let here = at(Decimal::ZERO);
        // The error of a central difference: the third derivative, at most (n + 2)^3 × 2^3 times the value, × step^2.
        let bound = (here.present_value_of_inflows + here.present_value_of_outflows + Decimal::ONE) * dec!(1e-8);
        prop_assert!((slope - here.rate_sensitivity).abs() <= bound, "{slope} {here:?}");
    }

    #[test]
    fn what_is_invested_at_the_modified_rate_becomes_what_comes_back(outlay in 1_i64..1_000_000, back in flows(), period in any_period(), rate in annual_rate()) {
        let cash_flows = periodic(std::iter::once(-outlay).chain(back.iter().map(|amount| amount.abs())).map(Decimal::from), period);
        let inputs = ModifiedRateInputs { cash_flows, finance_rate: rate, reinvestment_rate: rate };
        let Ok(Some(modified)) = modified_internal_rate(&inputs) else { return Ok(()) };
        prop_assume!(modified.annual < dec!(1000) && modified.annual > dec!(-0.999));
        let years = Exact::from(Decimal::from(back.len())) / Exact::from(period.per_year());
        let future = Exact::from(Decimal::from(outlay)) * (Exact::ONE + Exact::from(modified.annual)).to_the(years);
        let inflows = worth(std::iter::once(0).chain(back.iter().map(|amount| amount.abs())).map(Decimal::from), period, rate).present_value_of_inflows;
        let expected = Exact::from(inflows) * (Exact::ONE + Exact::from(rate.get())).to_the(years);
        prop_assert!(((future - expected) / expected).absolute() < Exact::power_of_ten(-7), "{modified:?}");
    }

    #[test]
    fn more_income_never_pays_back_later(amounts in flows(), period in any_period(), rate in annual_rate(), index in 0_usize..30, more in 0_i64..1_000_000) {
        let mut richer = amounts.clone();
        let index = index % amounts.len();
        richer[index] += more;
        let of = |amounts: &[i64]| {
            let cash_flows = periodic(amounts.iter().map(|amount| Decimal::from(*amount)), period);
            paybacks(&PaybackInputs { cash_flows, discount_rate: Some(rate) }).expect("it fits")
        };
        let (less, more) = (of(&amounts), of(&richer));
        prop_assert!(years_of(more.payback) <= years_of(less.payback));
        let (less, more) = (less.discounted_payback.expect("asked for"), more.discounted_payback.expect("asked for"));
        prop_assert!(years_of(more) <= years_of(less));
    }

    #[test]
    fn the_cumulative_cash_flow_is_0_at_the_payback(amounts in flows()) {
        let series = Series::of(&periodic(amounts.iter().map(|amount| Decimal::from(*amount)), Period::Year));
        let total = amounts.iter().sum::<i64>();
        match payback(&series, None).expect("it fits") {
            Payback::Never { shortfall, .. } => prop_assert_eq!(shortfall, Decimal::from(-total)),
            Payback::Years(years) => {
                prop_assert!(total >= 0);
                let whole = usize::try_from(years.trunc()).expect("a few years");
                let until: i64 = amounts[..=whole].iter().sum();
                let next = amounts.get(whole + 1).copied().unwrap_or(0);
                let there = Decimal::from(until) + years.fract() * Decimal::from(next);
                // At 0, unless it was never below.
                prop_assert!(years.is_zero() && there >= Decimal::ZERO || there.abs() < dec!(1e-15), "{years} {there}");
                let mut sum = until;
                for amount in &amounts[whole + 1..] {
                    sum += amount;
                    prop_assert!(sum >= 0);
                }
            }
        }
    }

    #[test]
    fn required_revenue_put_back_into_the_chain_gives_the_run_rate(inputs in chain()) {
        let answer = required_revenue(&inputs).expect("it fits");
        let kept = (Decimal::ONE - inputs.cloud_gross_margin.expect("given").get()) * (Decimal::ONE - inputs.end_user_gross_margin.get());
        let back = answer.required_revenue * kept * inputs.accelerator_cost_share.get();
        prop_assert!(close(back, answer.annual_accelerator_revenue, dec!(1e-25)), "{back} {answer:?}");
        let gap = answer.required_annual_revenue - answer.gap.existing_annual_revenue;
        let rounding = dec!(1e-26) * answer.required_annual_revenue.max(answer.gap.existing_annual_revenue);
        prop_assert!((answer.gap.revenue_gap - gap).abs() <= rounding, "{answer:?}");
    }

    #[test]
    fn money_times_a_thousand_is_revenue_times_a_thousand(inputs in chain()) {
        let mut larger = inputs.clone();
        larger.accelerator_revenue = thousandfold(inputs.accelerator_revenue);
        larger.comparison.existing_revenue = inputs.comparison.existing_revenue.iter().copied().map(thousandfold).collect();
        let (one, thousand) = (required_revenue(&inputs).expect("fits"), required_revenue(&larger).expect("fits"));
        prop_assert!(close(one.required_annual_revenue * dec!(1000), thousand.required_annual_revenue, dec!(1e-24)));
        prop_assert!(close(one.gap.revenue_gap * dec!(1000), thousand.gap.revenue_gap, dec!(1e-24)));
        prop_assert_eq!(one.spend_multiple, thousand.spend_multiple);
        prop_assert_eq!(one.gap.coverage_ratio.is_some(), thousand.gap.coverage_ratio.is_some());
    }

    #[test]
    fn a_dearer_chain_never_needs_less_revenue(inputs in chain(), more in amount()) {
        let mut dearer = inputs.clone();
        dearer.accelerator_revenue = NonNegative::new(inputs.accelerator_revenue.get() + more).expect("0 or more");
        prop_assert!(required_revenue(&dearer).expect("fits").required_revenue >= required_revenue(&inputs).expect("fits").required_revenue);
    }

    #[test]
    fn an_explanation_ends_each_step_with_the_answer(inputs in chain()) {
        let answer = required_revenue(&inputs).expect("fits");
        let explanation = explain_required_revenue(&inputs, &answer);
        let value = |name: &str| explanation.steps.iter().find(|step| step.name == name).map(|step| step.value.clone());
        prop_assert_eq!(value("required_revenue"), Some(answer.required_revenue.normalize().to_string()));
        prop_assert_eq!(value("revenue_gap"), Some(answer.gap.revenue_gap.normalize().to_string()));
    }

    #[test]
    fn the_present_value_of_the_capital_charges_is_the_outlay(capital in above_zero(), rate in -9_000_i64..50_000, years in 1_u32..40) {
        let rate = Decimal::new(rate, 4);
        let inputs = ReturnRevenueInputs {
            capital_expenditure: Positive::new(capital).expect("above 0"),
            hurdle: Hurdle::Annuity {
                required_return: Rate::new(rate).expect("above -1"),
                operation: Operation { useful_life_years: LifeYears::new(Decimal::from(years)).expect("a life"), gross_margin: None, annual_operating_cost: None },
            },
            comparison: RevenueComparison::default(),
        };
        let Ok(answer) = return_revenue(&inputs) else { return Ok(()) };
        let charge = Exact::from(answer.annual_capital_charge.expect("an annuity"));
        // A charge that needs most of its digits behind the point has few of them left.
        prop_assume!(charge > Exact::power_of_ten(-6));
        let growth = Exact::ONE + Exact::from(rate);
        let present = (0..years).fold(Exact::ZERO, |sum, _| (sum + charge) / growth);
        let error = ((present - Exact::from(capital)) / Exact::from(capital)).absolute();
        prop_assert!(error < Exact::power_of_ten(-20), "{present:?}");
    }

    #[test]
    fn revenue_at_break_even_pays_all_costs_and_the_target(fixed in amount(), target in amount(), price in above_zero(), cost in fraction()) {
        let variable = price * cost;
        let inputs = BreakEvenPointInputs {
            fixed_costs: NonNegative::new(fixed).expect("0 or more"),
            contribution: Contribution::Unit { price: Positive::new(price).expect("above 0"), variable_cost: NonNegative::new(variable).expect("0 or more") },
            target_profit: AnyDecimal::new(target),
            expected_revenue: None,
        };
        let point = break_even_point(&inputs).expect("it fits").reached.expect("each unit adds something");
        let units = point.units.expect("of units");
        let margin = Exact::from(price - variable);
        let error = (Exact::from(units) * margin - Exact::from(fixed) - Exact::from(target)).absolute();
        prop_assert!(error <= (Exact::from(fixed) + Exact::from(target) + margin) * Exact::power_of_ten(-26));
        let whole = Exact::from(point.whole_units.expect("of units"));
        prop_assert!(whole * margin >= Exact::from(fixed) + Exact::from(target), "whole units reach it");
        prop_assert!(whole.is_zero() || (whole - Exact::ONE) * margin < Exact::from(fixed) + Exact::from(target), "one less does not");
    }

    #[test]
    fn the_last_balance_of_the_ledger_is_the_ending_balance(inputs in runway_inputs()) {
        let answer = runway(&inputs).expect("it fits");
        let last = answer.ledger.last().expect("a horizon has a month");
        prop_assert_eq!(last.balance, answer.ending_balance);
        let lowest = answer.ledger.iter().map(|month| month.balance.min(month.balance - month.events)).fold(inputs.cash_balance.expect("known").get(), Decimal::min);
        prop_assert!(close(answer.lowest_balance, lowest, dec!(1e-20)), "{} {lowest}", answer.lowest_balance);
        let need = (inputs.minimum_cash.expect("given").get() - answer.lowest_balance).max(Decimal::ZERO);
        prop_assert!(close(answer.cash_need, need, dec!(1e-20)));
    }

    #[test]
    fn each_balance_of_the_ledger_follows_from_the_one_before(inputs in runway_inputs()) {
        let mut before = inputs.cash_balance.expect("known").get();
        for month in runway(&inputs).expect("it fits").ledger {
            let rounding = rounding(&month, before);
            prop_assert!((month.net_cash_flow - (month.revenues - month.costs + month.events)).abs() <= rounding, "{month:?}");
            prop_assert!((month.balance - before - month.net_cash_flow).abs() <= rounding, "{month:?}");
            before = month.balance;
        }
    }

    #[test]
    fn runway_from_the_ledger_is_runway_from_the_search(mut inputs in runway_inputs()) {
        inputs.horizon_months = Month::new(1200);
        // The month whose balance is first below the minimum, looked up; exact, as nothing here is within 1e-20 of it.
        let Ok(long) = runway(&inputs) else { return Ok(()) };
        let minimum = inputs.minimum_cash.expect("given").get();
        let mut before = inputs.cash_balance.expect("known").get();
        let mut looked_up = (before < minimum).then_some(Decimal::ZERO);
        for month in &long.ledger {
            if looked_up.is_some() {
                break;
            }
            let before_events = month.balance - month.events;
            let rounding = rounding(month, before);
            if before_events < minimum - rounding {
                let burn = month.costs - month.revenues;
                looked_up = Some(Decimal::from(month.month - 1) + (before - minimum) / burn);
            } else if month.balance < minimum - rounding {
                looked_up = Some(Decimal::from(month.month));
            }
            before = month.balance;
        }
        match (&long.outcome, looked_up) {
            (CashOutcome::RunsOut { runway_months, whole_months, within_horizon, .. }, Some(looked_up)) => {
                prop_assert!(close(*runway_months, looked_up, dec!(1e-15)), "{runway_months} {looked_up}");
                prop_assert_eq!(Decimal::from(*whole_months), runway_months.floor());
                prop_assert!(within_horizon);
            }
            (CashOutcome::Lasts { .. }, None) => {}
            (outcome, looked_up) => prop_assert!(false, "{outcome:?} {looked_up:?}"),
        }
    }

    #[test]
    fn the_search_finds_in_a_leap_what_it_finds_month_by_month(mut inputs in runway_inputs()) {
        inputs.include_ledger = false;
        inputs.horizon_months = Month::new(1);
        let Ok(leap) = runway(&inputs) else { return Ok(()) };
        inputs.horizon_months = Month::new(1200);
        // Within the horizon every month is computed exactly; some balances are too large to be written then.
        let Ok(stepwise) = runway(&inputs) else { return Ok(()) };
        assert_one_course(&leap, &stepwise, dec!(1e-26))?;
    }

    #[test]
    fn more_costs_never_make_the_cash_last_longer(mut inputs in runway_inputs(), extra in line()) {
        inputs.include_ledger = false;
        inputs.horizon_months = Month::new(12);
        let Ok(less) = runway(&inputs) else { return Ok(()) };
        inputs.costs.push(extra);
        let Ok(more) = runway(&inputs) else { return Ok(()) };
        let months = |outcome: &CashOutcome| match outcome {
            CashOutcome::RunsOut { runway_months, .. } => *runway_months,
            _ => dec!(1e9),
        };
        prop_assert!(months(&more.outcome) <= months(&less.outcome));
        prop_assert!(more.cash_need >= less.cash_need);
    }

    #[test]
    fn monthly_default_alive_goes_to_the_continuous_one_as_months_get_short(
        revenue in 1_i64..900, growth in 10_i64..1_000, expense_growth in -200_i64..100, cash in 0_i64..200_000,
    ) {
        // Figures a month, and a rate of growth that compounds at every moment.
        let (revenue, expenses) = (revenue as f64, 1000.0);
        let (r, x) = (growth as f64 / 10_000.0, expense_growth as f64 / 10_000.0);
        prop_assume!(r > x + 0.001);
        const PARTS: f64 = 1_000_000.0;
        let part = |timing, parts: f64| {
            let decimal = |value: f64| Decimal::from_f64_retain(value).expect("a decimal").round_dp(24);
            default_alive(&DefaultAliveInputs {
                cash_balance: NonNegative::new(Decimal::from(cash)).expect("0 or more"),
                monthly_revenue: NonNegative::new(decimal(revenue / parts)).expect("0 or more"),
                monthly_expenses: NonNegative::new(decimal(expenses / parts)).expect("0 or more"),
                monthly_revenue_growth_rate: MonthlyRate::new(decimal((r / parts).exp_m1())).expect("above -1"),
                monthly_expense_growth_rate: MonthlyRate::new(decimal((x / parts).exp_m1())),
                timing: Some(timing),
            }).expect("it fits")
        };
        let whole = part(GrowthTiming::Continuous, 1.0);
        let number = |value: Option<Decimal>| value.map(f64::of);
        for timing in [GrowthTiming::EndOfMonth, GrowthTiming::StartOfMonth] {
            let parts = part(timing, PARTS);
            let months = number(parts.break_even_months).expect("it catches up") / PARTS;
            let expected = number(whole.break_even_months).expect("it catches up");
            prop_assert!((months - expected).abs() <= 1e-5 + expected * 1e-5, "{months} {expected}");
            let (need, expected) = (number(parts.capital_needed).expect("likewise"), number(whole.capital_needed).expect("likewise"));
            prop_assert!((need - expected).abs() <= 1.0 + expected * 1e-4, "{need} {expected}");
        }
    }

    #[test]
    fn what_is_burned_until_the_cash_is_gone_is_the_cash(
        revenue in 0_i64..2_000, expenses in 1_i64..2_000, growth in -9_000_i64..9_000, expense_growth in -9_000_i64..9_000, cash in 1_i64..1_000_000,
    ) {
        let inputs = DefaultAliveInputs {
            cash_balance: NonNegative::new(Decimal::from(cash)).expect("0 or more"),
            monthly_revenue: NonNegative::new(Decimal::from(revenue)).expect("0 or more"),
            monthly_expenses: NonNegative::new(Decimal::from(expenses)).expect("0 or more"),
            monthly_revenue_growth_rate: MonthlyRate::new(Decimal::new(growth, 4)).expect("above -1"),
            monthly_expense_growth_rate: MonthlyRate::new(Decimal::new(expense_growth, 4)),
            timing: None,
        };
        // Hardly faster growth takes so long to catch up that what is burned until then cannot be written.
        let Ok(answer) = default_alive(&inputs) else { return Ok(()) };
        prop_assert_eq!(answer.runway_months.is_some(), !answer.alive);
        prop_assert_eq!(answer.cushion.is_some(), answer.capital_needed.is_some());
        prop_assert!(answer.capital_needed.is_none_or(|need| need >= Decimal::ZERO));
        prop_assert_eq!(answer.break_even_months.is_none(), revenue < expenses && answer.loss_from_months.is_some());
        if let Some(cushion) = answer.cushion {
            prop_assert_eq!(cushion >= Decimal::ZERO, answer.alive);
        }
        let Some(runway) = answer.runway_months else { return Ok(()) };
        let burned = |amount: i64, rate: i64| {
            let force = (Exact::ONE + Exact::from(Decimal::new(rate, 4))).ln();
            let (amount, time) = (Exact::from(Decimal::from(amount)), Exact::from(runway));
            if rate == 0 { amount * time } else { amount * (force * time).exp_m1() / force }
        };
        prop_assert!(answer.loss_from_months.is_none_or(|from| from <= runway), "{answer:?}");
        let error = (burned(expenses, expense_growth) - burned(revenue, growth) - Exact::from(Decimal::from(cash))).absolute();
        // The runway has 28 digits: the last of them moves as much cash as the two flows carry by then.
        let flow = |amount: i64, rate: i64| {
            let force = (Exact::ONE + Exact::from(Decimal::new(rate, 4))).ln();
            let amount = Exact::from(Decimal::from(amount));
            amount + amount * (force * Exact::from(runway)).exp_m1()
        };
        let carried = (flow(expenses, expense_growth) + flow(revenue, growth)) * Exact::from(runway) * Exact::power_of_ten(-27);
        let allowed = Exact::from(Decimal::from(cash)) * Exact::power_of_ten(-20) + carried;
        prop_assert!(error <= allowed, "{answer:?} {error:?}");
    }

    #[test]
    fn by_the_month_default_alive_says_what_the_runway_says(
        revenue in 0_i64..300, expenses in 0_i64..300, growth in -3_000_i64..1_500, expense_growth in -3_000_i64..1_500,
        cash in prop_oneof![Just(0_i64), 0_i64..3_000], grown_already: bool,
    ) {
        let (growth, expense_growth) = (Decimal::new(growth, 4), Decimal::new(expense_growth, 4));
        let amount = |value: Decimal| NonNegative::new(value).expect("0 or more");
        let rate = |value: Decimal| MonthlyRate::new(value).expect("above -1");
        let timing = if grown_already { GrowthTiming::StartOfMonth } else { GrowthTiming::EndOfMonth };
        let (revenue, expenses, cash) = (Decimal::from(revenue), Decimal::from(expenses), Decimal::from(cash));
        let verdict = default_alive(&DefaultAliveInputs {
            cash_balance: amount(cash),
            monthly_revenue: amount(revenue),
            monthly_expenses: amount(expenses),
            monthly_revenue_growth_rate: rate(growth),
            monthly_expense_growth_rate: Some(rate(expense_growth)),
            timing: Some(timing),
        });
        let Ok(verdict) = verdict else { return Ok(()) };
        let line = |of_today: Decimal, growth: Decimal| {
            CashLine::evenly(LineAmounts::Recurring(Recurring {
                amount: amount(if grown_already { of_today * (Decimal::ONE + growth) } else { of_today }),
                period: Period::Month,
                growth: LineGrowth::Monthly(rate(growth)),
                months: MonthSpan::ALWAYS,
            }))
        };
        let followed = runway(&RunwayInputs {
            cash_balance: AnyDecimal::new(cash),
            minimum_cash: None,
            as_of_date: None,
            horizon_months: None,
            costs: vec![line(expenses, expense_growth)],
            revenues: vec![line(revenue, growth)],
            events: vec![],
            net_new_annual_recurring_revenue: None,
            include_ledger: false,
            interest_rate: None,
        }).expect("it fits");
        match followed.outcome {
            CashOutcome::RunsOut { runway_months, .. } => {
                prop_assert!(!verdict.alive, "{verdict:?} {runway_months}");
                prop_assert!(close(verdict.runway_months.expect("of the dead"), runway_months, dec!(1e-20)), "{verdict:?} {runway_months}");
            }
            _ => prop_assert!(verdict.alive || verdict.runway_months > Some(dec!(1200)), "{verdict:?}"),
        }
    }

    #[test]
    fn the_cash_that_is_needed_is_enough(revenue in 1_i64..1_000, growth in 1_i64..9_000, expense_growth in -5_000_i64..5_000, timing in 0..3) {
        let timing = [GrowthTiming::Continuous, GrowthTiming::EndOfMonth, GrowthTiming::StartOfMonth][timing as usize];
        let mut inputs = DefaultAliveInputs {
            cash_balance: NonNegative::new(Decimal::ZERO).expect("0 or more"),
            monthly_revenue: NonNegative::new(Decimal::from(revenue)).expect("0 or more"),
            monthly_expenses: NonNegative::new(Decimal::from(1_001)).expect("0 or more"),
            monthly_revenue_growth_rate: MonthlyRate::new(Decimal::new(growth, 4)).expect("above -1"),
            monthly_expense_growth_rate: MonthlyRate::new(Decimal::new(expense_growth, 4)),
            timing: Some(timing),
        };
        let Ok(DefaultAlive { capital_needed: Some(need), .. }) = default_alive(&inputs) else { return Ok(()) };
        inputs.cash_balance = NonNegative::new(need).expect("0 or more");
        let enough = default_alive(&inputs).expect("it fits");
        prop_assert!(enough.alive);
        prop_assert_eq!(enough.cushion, Some(Decimal::ZERO));
        if need > dec!(0.001) {
            inputs.cash_balance = NonNegative::new(need * dec!(0.999)).expect("0 or more");
            let short = default_alive(&inputs).expect("it fits");
            prop_assert!(!short.alive);
            prop_assert!(short.runway_months <= enough.break_even_months, "{short:?} {enough:?}");
        }
    }

    #[test]
    fn doubles_and_exact_decimals_tell_the_same_story(left in above_zero(), right in above_zero()) {
        let same = |exact: Exact, double: f64| (exact.to_f64() - double).abs() <= double.abs() * 1e-9 + 1e-9;
        let (a, b) = (Exact::from(left), Exact::from(right));
        let (x, y) = (f64::of(left), f64::of(right));
        prop_assert!(same(a + b, x + y) && same(a - b, x - y) && same(a * b, x * y) && same(a / b, x / y));
        prop_assert!(same(a.ln(), x.ln()) && same(a.root(12), x.powf(1.0 / 12.0)));
        prop_assert!(same(a.max(b), x.max(y)));
    }
}

proptest! {
    // A century of months takes a while.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn flat_lines_that_are_written_out_month_by_month_say_what_they_said(mut inputs in runway_paid_at_any_time()) {
        inputs.horizon_months = Month::new(24);
        for line in inputs.costs.iter_mut().chain(&mut inputs.revenues) {
            if let LineAmounts::Recurring(recurring) = &mut line.amounts {
                (recurring.period, recurring.growth) = (Period::Month, LineGrowth::Flat);
            }
        }
        let written = |lines: &[CashLine]| -> Vec<CashLine> {
            lines.iter().map(|line| listed(line, 1200).unwrap_or_else(|| line.clone())).collect()
        };
        let other = RunwayInputs { costs: written(&inputs.costs), revenues: written(&inputs.revenues), ..inputs.clone() };
        prop_assert_eq!(runway(&inputs), runway(&other));
    }

    #[test]
    fn payments_within_the_horizon_move_cash_and_no_loss(inputs in runway_paid_at_any_time()) {
        let at_once = |lines: &[CashLine]| -> Vec<CashLine> {
            lines.iter().map(|line| CashLine { timing: PaymentTiming::Evenly, delay: Delay::NONE, ..line.clone() }).collect()
        };
        let even = RunwayInputs { costs: at_once(&inputs.costs), revenues: at_once(&inputs.revenues), ..inputs.clone() };
        let (moved, even) = (runway(&inputs).expect("it fits"), runway(&even).expect("it fits"));
        let rounding = (moved.annual_net_loss.abs() + moved.annual_gross_burn + dec!(1)) * dec!(1e-20);
        prop_assert!((moved.net_loss - even.net_loss).abs() <= rounding, "{} {}", moved.net_loss, even.net_loss);
        prop_assert!((moved.annual_net_loss - even.annual_net_loss).abs() <= rounding);
    }

    #[test]
    fn each_balance_follows_from_the_one_before_whenever_cash_moves(inputs in runway_paid_at_any_time()) {
        let Ok(answer) = runway(&inputs) else { return Ok(()) };
        let mut before = inputs.cash_balance.expect("known").get();
        for month in &answer.ledger {
            let rounding = rounding(month, before);
            let interest = month.interest.unwrap_or_default();
            prop_assert_eq!(month.interest.is_some(), inputs.interest_rate.is_some());
            prop_assert!((month.net_cash_flow - (month.revenues - month.costs + interest + month.events)).abs() <= rounding, "{month:?}");
            prop_assert!((month.balance - before - month.net_cash_flow).abs() <= rounding, "{month:?}");
            prop_assert!(!interest.is_sign_negative() || interest.is_zero(), "{month:?}");
            before = month.balance;
        }
        prop_assert!(answer.lowest_balance <= answer.ending_balance.min(inputs.cash_balance.expect("known").get()));
        let within = matches!(answer.outcome, CashOutcome::RunsOut { within_horizon: true, .. });
        prop_assert!(!within || answer.cash_need > Decimal::ZERO, "{answer:?}");
    }

    #[test]
    fn a_search_beyond_the_horizon_says_what_a_horizon_of_a_century_says(mut inputs in runway_paid_at_any_time()) {
        inputs.include_ledger = false;
        inputs.horizon_months = Month::new(1);
        let Ok(leap) = runway(&inputs) else { return Ok(()) };
        inputs.horizon_months = Month::new(1200);
        let Ok(stepwise) = runway(&inputs) else { return Ok(()) };
        assert_one_course(&leap, &stepwise, dec!(1e-24))?;
        let is_beyond = matches!(stepwise.outcome, CashOutcome::RunsOut { within_horizon: false, .. });
        prop_assert!(!is_beyond, "{stepwise:?}");
    }

    #[test]
    fn more_interest_never_makes_the_cash_end_sooner(mut inputs in runway_paid_at_any_time(), less in 0_i64..500, more in 0_i64..500) {
        inputs.include_ledger = false;
        let mut with = |rate: i64| {
            inputs.interest_rate = InterestRate::new(Decimal::new(rate, 4));
            runway(&inputs)
        };
        let (Ok(less), Ok(more)) = (with(less), with(less + more)) else { return Ok(()) };
        let months = |outcome: &CashOutcome| match outcome {
            CashOutcome::RunsOut { runway_months, .. } => *runway_months,
            _ => dec!(1e9),
        };
        prop_assert!(months(&more.outcome) >= months(&less.outcome));
        prop_assert!(more.lowest_balance >= less.lowest_balance && more.ending_balance >= less.ending_balance);
        prop_assert_eq!((more.net_burn, more.annual_net_loss), (less.net_burn, less.annual_net_loss));
    }

    #[test]
    fn cash_that_comes_later_never_lasts_longer(mut inputs in runway_inputs(), extra in line(), months in 1_u32..=24) {
        inputs.include_ledger = false;
        let with = |delay: u32| {
            let delay = Delay::new(delay).expect("a delay");
            let revenue = CashLine { delay, non_cash: false, ..extra.clone() };
            let revenues = inputs.revenues.iter().cloned().chain([revenue]).collect();
            runway(&RunwayInputs { revenues, ..inputs.clone() })
        };
        let (Ok(soon), Ok(late)) = (with(0), with(months)) else { return Ok(()) };
        prop_assert!(late.lowest_balance <= soon.lowest_balance);
    }
}
