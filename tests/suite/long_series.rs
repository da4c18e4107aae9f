//! The longest series: 50,000 flows, whose answers are known by hand, and what they cost beside 10,000.

use paydirt::models::cash_flow::{
    CashFlows, PaybackInputs, PresentValueInputs, RateStatus, Series, internal_rates, paybacks, present_value,
};
use paydirt::models::input::{AnyDecimal, Bounded, Period, Rate};
use paydirt::models::number::Exact;
use paydirt::models::work::done;
use rust_decimal::{Decimal, dec};
use serde_json::{Value, json};

use crate::support::SERVER;

const MOST: usize = CashFlows::FLOWS_MAX;

fn daily(amounts: impl Iterator<Item = i64>) -> CashFlows {
    let amounts = amounts.map(|amount| AnyDecimal::new(amount.into()).expect("any decimal")).collect();
    CashFlows::Periodic { amounts, period: Period::Day }
}

fn worth(cash_flows: CashFlows, rate: Decimal) -> Decimal {
    let discount_rate = Rate::new(rate).expect("a rate");
    let inputs = PresentValueInputs { cash_flows, discount_rate, first_flow: None };
    present_value(&inputs).expect("it fits").net_present_value
}

/// An outlay, and one a day until it has come back: the rate is 0, and the payback the number of days.
#[test]
fn fifty_thousand_flows_are_taken_by_the_day_and_by_date() {
    let client = SERVER.client();
    let amount = |index: usize| if index == 0 { format!("-{}", MOST - 1) } else { "1".to_owned() };
    let date = |index: usize| format!("{:04}-{:02}-{:02}", 1800 + index / 336, 1 + index / 28 % 12, 1 + index % 28);
    let flow = |index: usize| json!({"date": date(index), "amount": amount(index)});
    let periodic = json!({"periodic": {"amounts": (0..MOST).map(amount).collect::<Vec<_>>(), "period": "PERIOD_DAY"}});
    let dated = json!({"dated": {"flows": (0..MOST).map(flow).collect::<Vec<_>>()}});
    for (cash_flows, explain) in [(&periodic, false), (&dated, false), (&dated, true)] {
        let call = |method: &str, mut request: Value| {
            request["cash_flows"] = cash_flows.clone();
            request["options"] = json!({"explain": explain});
            client.call(&format!("paydirt.v1.CashFlowService/{method}"), &request).expect("an answer")
        };
        let found = call("ComputeInternalRateOfReturn", json!({}));
        let rates = &found["internal_rates_of_return"];
        assert_eq!((rates["status"].as_str(), rates["rates"][0]["annual"].as_str()), (Some("STATUS_UNIQUE"), Some("0")));
        let worth = call("ComputeNetPresentValue", json!({"currency_code": "USD", "discount_rate": "0"}));
        assert_eq!((&worth["net_present_value"], &worth["present_value_of_inflows"]), (&json!("0"), &json!("49999")));
        let back = call("ComputePayback", json!({}));
        if cash_flows == &periodic {
            // 49,999 / 365, with 28 digits.
            assert_eq!(back["payback"]["years"], json!("136.9835616438356164383561644"), "{back}");
        }
        assert_eq!(worth["explanation"].is_object(), explain);
    }
}

/// What a year of days is worth, 136 times over: 1 + 1.1^-1 + … + 1.1^-135 of its value, to 24 digits.
#[test]
fn days_of_136_years_are_worth_what_one_year_of_them_is() {
    const YEARS: usize = 136;
    let amount = |day: usize| [3, -1, 4, 1, -5, 9, 2][day % 365 % 7];
    let of_a_year = Exact::from(worth(daily((0..365).map(amount)), dec!(0.1)));
    let of_all = Exact::from(worth(daily((0..365 * YEARS).map(amount)), dec!(0.1)));
    let discount = Exact::ONE / Exact::from(dec!(1.1));
    let factor = (Exact::ONE - discount.whole_power(136)) / (Exact::ONE - discount);
    let difference = (of_a_year * factor - of_all).absolute() / of_all.absolute();
    assert!(difference < Exact::power_of_ten(-24), "{difference:?}");
}

/// Work at 50,000 flows beside work at 10,000: five times, and as much more as a pass at a higher precision takes; or no answer.
#[test]
fn fifty_thousand_flows_take_five_times_the_work_of_ten_thousand_or_stay_undecided() {
    type Shape = fn(usize, usize) -> i64;
    let shapes: [(&str, Shape); 6] = [
        ("an outlay and income", |day, days| if day == 0 { -50 * days as i64 } else { 100 }),
        ("signs that take turns", |day, _| if day % 2 == 0 { -100 - day as i64 % 7 } else { 103 + day as i64 % 5 }),
        ("signs in no order", |day, _| (day as i64 + 17).wrapping_mul(2_654_435_761) % 2_000_003 - 1_000_001),
        ("a mine", |day, days| {
            if day < days / 10 {
                -100
            } else if day < days / 10 * 9 {
                30
            } else {
                -80
            }
        }),
        ("one in three", |day, _| (if day % 3 == 0 { -1 } else { 1 }) * (100_000_000 + day as i64 * 77_777)),
        ("ones", |day, _| if day % 2 == 0 { 1 } else { -1 }),
    ];
    for (name, shape) in shapes {
        let of = |days: usize| daily((0..days).map(|day| shape(day, days)));
        let work = |days: usize| {
            let cash_flows = of(days);
            let before = done();
            let found = internal_rates(&Series::of(&cash_flows));
            (done() - before, found.status)
        };
        let (few, many) = (work(10_000), work(MOST));
        // A search that is not decided ends by its own limit.
        let most = if many.1 == RateStatus::Undecided { few.0.max(1_000_000) * 5 } else { few.0 * 11 / 2 };
        assert!(many.0 <= most, "{name}: {many:?} beside {few:?}");
        assert!(many.0 < 6_000_000, "{name}: {many:?}");
    }
    let work = |days: usize| {
        let discount_rate = Rate::new(dec!(0.0712345678));
        let inputs = PaybackInputs { cash_flows: daily((0..days).map(|day| day as i64 % 5 - 2)), discount_rate };
        let before = done();
        paybacks(&inputs).expect("it fits");
        done() - before
    };
    assert!(work(MOST) <= work(10_000) * 11 / 2);
}
