//! Models beside those of other libraries: the ordinary requests of `benches/models/cases`, from prepared inputs to the answer, by turns in one
//! run; medians, and how many digits are right. What no peer answers is left out: runways, default alive, paybacks, returns on capital expenditure,
//! implied growth.
//!
//! `RATES_PYTHON` names a Python that has pyxirr, numpy-financial and numpy. `run` makes one and starts this.

#[path = "../stopwatch.rs"]
mod stopwatch;

use std::hint::black_box;
use std::io::{BufRead, BufReader, Error, Result, Write};
use std::process::{Command, Stdio};

use paydirt::models::cash_flow::{
    CashFlows, ModifiedRateInputs, PresentValueInputs, Series, internal_rates, modified_internal_rate, present_value,
};
use paydirt::models::depreciation::{DepreciationInputs, DepreciationPolicy, Method, UsefulLife, depreciation};
use paydirt::models::input::{AnyDecimal, Bounded, Period, Positive, Rate};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, dec};

const ROUNDS: usize = 7;

/// A question that several libraries answer by one figure.
struct Question {
    name: &'static str,
    /// Name of the question for `models_worker.py`, and rates per period; none where Python has no answer.
    for_python: Option<(&'static str, Vec<Decimal>)>,
    contestants: Vec<(&'static str, Box<dyn FnMut() -> Decimal>)>,
}

fn amounts() -> Vec<Decimal> {
    std::iter::once(dec!(-50000)).chain(std::iter::repeat_n(dec!(966.64), 59)).collect()
}

fn doubles(decimals: &[Decimal]) -> Vec<f64> {
    decimals.iter().map(|decimal| decimal.to_f64().expect("a double")).collect()
}

/// A double with all of its digits.
fn of_double(double: f64) -> Decimal {
    Decimal::from_f64_retain(double).unwrap_or_default()
}

fn cash_flows() -> CashFlows {
    let amounts = amounts().into_iter().map(|amount| AnyDecimal::new(amount).expect("any decimal")).collect();
    CashFlows::Periodic { amounts, period: Period::Month }
}

fn rate(rate: Decimal) -> Rate {
    Rate::new(rate).expect("above -1")
}

/// The rate of a month that 28 digits allow: what the peers are given, as they know no rates a year.
fn monthly(annual: Decimal) -> Decimal {
    let inputs = PresentValueInputs { cash_flows: cash_flows(), discount_rate: rate(annual), first_flow: None };
    present_value(&inputs).expect("a value").rate_per_period
}

fn net_present_value() -> Question {
    let inputs = PresentValueInputs { cash_flows: cash_flows(), discount_rate: rate(dec!(0.05)), first_flow: None };
    let (flows, per_month) = (amounts(), monthly(dec!(0.05)));
    let (floats, rough) = (doubles(&flows), per_month.to_f64().expect("a double"));
    let corp_flows = flows.clone();
    Question {
        name: "net present value of 60 flows",
        for_python: Some(("npv", vec![per_month])),
        contestants: vec![
            ("paydirt", Box::new(move || present_value(black_box(&inputs)).expect("a value").net_present_value)),
            ("rust_finprim, f64", Box::new(move || of_double(rust_finprim::tvm::npv(rough, black_box(&floats))))),
            ("rust_finprim, Decimal", Box::new(move || rust_finprim::tvm::npv(per_month, black_box(&flows)))),
            (
                "corp-finance-core",
                Box::new(move || corp_finance_core::time_value::npv(per_month, black_box(&corp_flows)).expect("a value")),
            ),
        ],
    }
}

fn modified_rate() -> Question {
    let inputs =
        ModifiedRateInputs { cash_flows: cash_flows(), finance_rate: rate(dec!(0.1)), reinvestment_rate: rate(dec!(0.12)) };
    let flows = amounts();
    let (finance, reinvestment) = (monthly(dec!(0.1)), monthly(dec!(0.12)));
    let floats = doubles(&flows);
    let rough = doubles(&[finance, reinvestment]);
    Question {
        name: "modified rate of 60 flows",
        for_python: Some(("mirr", vec![finance, reinvestment])),
        contestants: vec![
            (
                "paydirt",
                Box::new(move || {
                    let found = modified_internal_rate(black_box(&inputs)).expect("a number").expect("inflows and outflows");
                    found.per_period.expect("a rate a month")
                }),
            ),
            (
                "rust_finprim, f64",
                Box::new(move || of_double(rust_finprim::rate::mirr(black_box(&floats), rough[0], rough[1]))),
            ),
            ("rust_finprim, Decimal", Box::new(move || rust_finprim::rate::mirr(black_box(&flows), finance, reinvestment))),
        ],
    }
}

fn internal_rate() -> Question {
    let flows = amounts();
    let floats = doubles(&flows);
    let series = cash_flows();
    Question {
        name: "internal rate of 60 flows",
        for_python: Some(("irr", Vec::new())),
        contestants: vec![
            (
                "paydirt",
                Box::new(move || {
                    let rates = internal_rates(&Series::of(black_box(&series)));
                    rates.rates[0].per_period.expect("a rate a month")
                }),
            ),
            (
                "rust_finprim, f64",
                Box::new(move || {
                    of_double(rust_finprim::rate::irr(black_box(&floats), None, Some(1e-8), None).unwrap_or(f64::NAN))
                }),
            ),
            (
                "corp-finance-core",
                Box::new(move || corp_finance_core::time_value::irr(black_box(&flows), dec!(0.1)).unwrap_or_default()),
            ),
        ],
    }
}

/// The charge of year 41, after many roundings.
fn declining_balance() -> Question {
    const YEAR: usize = 40;
    let inputs = DepreciationInputs {
        cost: Positive::new(dec!(1000000)).expect("above 0"),
        policy: DepreciationPolicy::OverLife {
            method: Method::DecliningBalance { factor: Positive::new(dec!(2)), is_switching: false },
            useful_life_periods: UsefulLife::new(60).expect("a life"),
            salvage: None,
            bonus_ratio: None,
        },
    };
    Question {
        name: "declining balance over 60 periods",
        for_python: None,
        contestants: vec![
            ("paydirt", Box::new(move || depreciation(black_box(&inputs)).expect("charges")[YEAR].depreciation)),
            (
                "rust_finprim, f64",
                Box::new(|| {
                    let periods = rust_finprim::amort_dep_tax::db(black_box(1e6), 0.0, 60, Some(2.0), None);
                    of_double(periods[YEAR].depreciation_expense)
                }),
            ),
            (
                "rust_finprim, Decimal",
                Box::new(|| {
                    let cost = black_box(dec!(1000000));
                    rust_finprim::amort_dep_tax::db(cost, dec!(0), 60, Some(dec!(2)), None)[YEAR].depreciation_expense
                }),
            ),
        ],
    }
}

/// How many digits are those of the right figure; 28 where all are.
fn right_digits(figure: Decimal, right: Decimal) -> String {
    const ALL: f64 = 28.0;
    let apart = ((figure - right) / right).abs();
    let digits = if apart.is_zero() { ALL } else { -apart.to_f64().unwrap_or(1.0).log10() };
    format!("{:.0}", digits.clamp(0.0, ALL).floor())
}

fn main() -> Result<()> {
    let python =
        std::env::var("RATES_PYTHON").map_err(|_| Error::other("RATES_PYTHON names no Python; use benches/rates/run"))?;
    let worker = concat!(env!("CARGO_MANIFEST_DIR"), "/models_worker.py");
    let mut child = Command::new(python).arg(worker).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let (mut to, from) = child.stdin.take().zip(child.stdout.take()).ok_or_else(|| Error::other("no pipes"))?;
    let mut answers = BufReader::new(from).lines();
    println!("| model | library | µs | times paydirt's | digits |\n|---|---|---:|---:|---:|");
    for question in [net_present_value(), modified_rate(), internal_rate(), declining_balance()] {
        let Question { name, for_python, mut contestants } = question;
        let mut rows: Vec<(String, Vec<f64>, Decimal)> = Vec::new();
        let mut note = |name: &str, seconds: f64, answer: Decimal| match rows.iter_mut().find(|row| row.0 == name) {
            Some(row) => row.1.push(seconds),
            None => rows.push((name.to_owned(), vec![seconds], answer)),
        };
        for _ in 0..ROUNDS {
            for (name, answer) in &mut contestants {
                let (seconds, answer) = stopwatch::round(&mut *answer);
                note(name, seconds, answer);
            }
            let Some((model, rates)) = &for_python else { continue };
            let words = |decimals: &[Decimal]| decimals.iter().map(Decimal::to_string).collect::<Vec<_>>().join(" ");
            writeln!(to, "{model}|{}|{}", words(rates), words(&amounts()))?;
            for _ in 0..2 {
                let line = answers.next().ok_or_else(|| Error::other("Python has gone"))??;
                let mut parts = line.split(' ');
                let (Some(name), Some(seconds), Some(answer)) = (parts.next(), parts.next(), parts.next()) else {
                    return Err(Error::other(line));
                };
                let answer: f64 = answer.parse().map_err(Error::other)?;
                note(name, seconds.parse().map_err(Error::other)?, of_double(answer));
            }
        }
        let right = rows[0].2;
        let own = stopwatch::median(rows[0].1.clone());
        for (library, seconds, answer) in rows {
            let seconds = stopwatch::median(seconds);
            let (micros, times) = (seconds * 1e6, seconds / own);
            println!("| {name} | {library} | {micros:.2} | {times:.2} | {} |", right_digits(answer, right));
        }
    }
    drop(to);
    child.wait()?;
    Ok(())
}
