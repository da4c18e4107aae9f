//! No calculation takes far more work than its estimate says: not the worst that were ever found, and none of those that a search finds.
//!
//! `PAYDIRT_ESTIMATE_REQUESTS` says how many requests the search tries for each model, and `PAYDIRT_ESTIMATE_MODELS` for which models; the search
//! then begins by chance, and writes the worst requests into `corpus/` where `PAYDIRT_ESTIMATE_KEEP` is set.

use std::collections::BTreeMap;
use std::sync::Mutex;

use paydirt::engine::MODELS;
use paydirt_estimates::RATIO_MAX;
use paydirt_estimates::cases::cases;
use paydirt_estimates::climb::{Climbed, climb};
use paydirt_estimates::request::{expected, json_of, measure, of_json};
use paydirt_estimates::seeds::{kept, kept_file, named, presets};

/// How many requests a model the search tries.
const REQUESTS: &str = "PAYDIRT_ESTIMATE_REQUESTS";
/// The models that the search looks at, with commas between; all of them without a word.
const SEARCHED: &str = "PAYDIRT_ESTIMATE_MODELS";
/// Whether the worst requests are written down.
const KEEP: &str = "PAYDIRT_ESTIMATE_KEEP";
/// Whether what is new is written down: the worst requests of a model that has none, and estimates that have no line. `scripts/renew` sets it.
const WRITE_NEW: &str = "PAYDIRT_ESTIMATE_NEW";
/// Without a word: a look at the search itself, within seconds.
const REQUESTS_UNLESS_TOLD: usize = 1_000;

#[test]
fn the_worst_that_were_found_take_little_more_than_their_estimate() {
    for model in MODELS {
        let kept = if kept_file(model).exists() { kept(model) } else { Vec::new() };
        assert!(!kept.is_empty(), "{model} has no worst requests: scripts/renew estimates writes down what the search finds");
        for request in kept {
            let measured = measure(&request);
            println!("{model}: {:.2}, {measured:?}", measured.ratio());
            assert!(measured.ratio() <= RATIO_MAX, "{model}: {measured:?}: {}", json_of(&request));
        }
    }
}

#[test]
fn what_once_took_far_more_than_its_estimate_takes_little_more() {
    let far_more: Vec<String> = named()
        .into_iter()
        .map(|(name, request)| (name, measure(&request)))
        .inspect(|(name, measured)| println!("{name}: {:.2}, {measured:?}", measured.ratio()))
        .filter(|(_, measured)| measured.ratio() > RATIO_MAX)
        .map(|(name, measured)| format!("{name}: {measured:?}"))
        .collect();
    assert!(far_more.is_empty(), "{}", far_more.join("\n"));
}

#[test]
fn two_rates_that_agree_to_hundreds_of_digits_take_little_more_than_their_estimate() {
    // M. Mignotte, "Some useful bounds", 1983: they take integers of up to 3,200 bits.
    for (places, degree) in [(13, 10), (13, 20), (13, 30), (6, 30), (6, 60), (13, 60), (14, 64)] {
        // v^degree - 2 (10^places v - 1)^2, where v discounts a year.
        let mut amounts = vec![String::from("0"); degree + 1];
        amounts[0] = String::from("-2");
        amounts[1] = (4 * 10_i128.pow(places)).to_string();
        amounts[2] = (-2 * 10_i128.pow(2 * places)).to_string();
        amounts[degree] = String::from("1");
        let cash_flows = serde_json::json!({"periodic": {"amounts": amounts, "period": "PERIOD_YEAR"}});
        let request = of_json(&serde_json::json!({"internal_rate_of_return": {"cash_flows": cash_flows}}).to_string());
        let measured = measure(&request);
        println!("10^{places}, {degree}: {measured:?}");
        assert!(measured.ratio() <= RATIO_MAX, "10^{places}, {degree}: {measured:?}");
    }
}

#[test]
fn a_search_finds_none_that_takes_far_more_than_its_estimate() {
    let told = std::env::var(REQUESTS).ok().map(|requests| requests.parse::<usize>().expect("a whole number of requests"));
    let seed = if told.is_some() { fastrand::u64(..) } else { 1 };
    println!("seed {seed}");
    let climbed = climb_all(told.unwrap_or(REQUESTS_UNLESS_TOLD), seed);
    let mut failed = Vec::new();
    for model in searched() {
        let first = climbed[model].worst.first().expect("a search finds something");
        let ratio = first.measured.ratio();
        let is_new = std::env::var_os(WRITE_NEW).is_some() && !kept_file(model).exists();
        if std::env::var_os(KEEP).is_some() || is_new {
            keep(model, &climbed[model]);
        }
        if ratio > RATIO_MAX {
            failed.push(format!("{model}: {ratio:.2}: {}", json_of(&first.request)));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn searched() -> Vec<&'static str> {
    let told = std::env::var(SEARCHED).ok();
    let is_searched = |model: &&str| told.as_ref().is_none_or(|told| told.split(',').any(|name| name == *model));
    MODELS.iter().copied().filter(is_searched).collect()
}

fn print_worst(model: &str, climbed: &Climbed) {
    let Climbed { worst, requests, answered, .. } = climbed;
    if let Some(measured) = worst.first().map(|found| found.measured) {
        let (ratio, done, expected) = (measured.ratio(), measured.done, measured.expected);
        println!("{model}: {ratio:.2}, {done} units for {expected}, of {requests} requests, {answered} of them answered");
    }
}

/// Searches for all models, on as many threads as there are processors.
fn climb_all(requests: usize, seed: u64) -> BTreeMap<&'static str, Climbed> {
    let waiting = Mutex::new(searched().into_iter().enumerate().collect::<Vec<_>>());
    let done = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().expect("no search has panicked").pop();
                    let Some((number, model)) = next else { break };
                    let climbed = climb(model, requests, &mut fastrand::Rng::with_seed(seed.wrapping_add(number as u64)));
                    print_worst(model, &climbed);
                    done.lock().expect("no search has panicked").insert(model, climbed);
                }
            });
        }
    });
    done.into_inner().expect("no search has panicked")
}

/// Writes down the worst requests of a model, unless they are kept already or too long to be read.
fn keep(model: &str, climbed: &Climbed) {
    const KEPT: usize = 3;
    const BYTES_MAX: usize = 40_000;
    let mut lines: Vec<String> = if kept_file(model).exists() { kept(model).iter().map(json_of).collect() } else { Vec::new() };
    let found = climbed.worst.iter().map(|found| json_of(&found.request)).filter(|line| line.len() <= BYTES_MAX);
    for line in found.take(KEPT) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    std::fs::write(kept_file(model), lines.join("\n") + "\n").expect("the corpus can be written");
}

/// The file of the estimates at the time when their bound was set.
const ESTIMATES_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/estimates.tsv");
/// Estimates at the time when their bound was set. What was answered on the thread of its connection still is.
const ESTIMATES: &str = include_str!("../estimates.tsv");

#[test]
fn no_ordinary_estimate_has_risen_by_more_than_half() {
    let of_presets = presets().into_iter().map(|(name, calculation)| (name, expected(&calculation)));
    let of_cases =
        cases().into_iter().map(|case| (case.name.to_owned(), case.expected / paydirt::models::work::UNIT_NANOSECONDS));
    let mut then: BTreeMap<&str, u64> = ESTIMATES
        .lines()
        .map(|line| line.split_once('\t').expect("a name and its estimate"))
        .map(|(name, units)| (name, units.parse().expect("units")))
        .collect();
    let mut most = (0.0, String::new());
    let (mut lines, mut lacks) = (String::new(), Vec::new());
    for (name, now) in of_presets.chain(of_cases) {
        let then = then.remove(name.as_str()).unwrap_or_else(|| {
            lacks.push(name.clone());
            now
        });
        lines += &format!("{name}\t{then}\n");
        assert!(2 * now <= 3 * then, "{name}: {now} units, and {then} before");
        most = if now as f64 / then as f64 > most.0 { (now as f64 / then as f64, name) } else { most };
    }
    if std::env::var_os(WRITE_NEW).is_some() {
        std::fs::write(ESTIMATES_FILE, lines).expect("the estimates can be written");
        return;
    }
    assert!(lacks.is_empty(), "estimates.tsv has no line of {lacks:?}: scripts/renew estimates writes it");
    assert!(then.is_empty(), "estimates.tsv names what there is no more: {then:?}");
    println!("at most {:.2} times what it was: {}", most.0, most.1);
}
