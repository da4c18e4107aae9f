//! Internal rates of return, paydirt beside its peers: the same flows, in the same run, by turns; medians, and who was right.
//!
//! `PEERS_PYTHON` names a Python that has pyxirr and numpy. `run` makes one and starts this.

mod case;
mod contestants;
mod judge;
mod pyxirr;
mod stopwatch;

use case::Case;
use contestants::{CorpFinance, Paydirt, RustFinprim};
use judge::{Outcome, Verdict};
use pyxirr::{Inputs, Pyxirr};

const ROUNDS: usize = 7;

fn main() -> std::io::Result<()> {
    // A peer's panic is an answer in the table.
    std::panic::set_hook(Box::new(|_| {}));
    let mut python = Pyxirr::start()?;
    println!(
        "| flows | times | rates | paydirt µs | pyxirr µs | pyxirr / paydirt | answer | rust_finprim µs | answer | corp-finance-core µs | answer |"
    );
    println!("|---:|---|---:|---:|---:|---:|---|---:|---|---:|---|");
    for case in Case::all() {
        println!("{}", row(&case, &mut python)?);
    }
    Ok(())
}

/// Everyone in turn, several times.
fn row(case: &Case, python: &mut Pyxirr) -> std::io::Result<String> {
    let mut paydirt = Paydirt::of(case);
    let found = paydirt.found();
    assert!(found.is_settled_as(case.kind), "{case:?} has the wrong number of rates: {found:?}");
    let (mut finprim, mut corp) = (RustFinprim::of(case), CorpFinance::of(case));
    python.take(case)?;
    let mut times: [Vec<f64>; 5] = Default::default();
    let mut outcomes = [Outcome::Failed; 5];
    for _ in 0..ROUNDS {
        for (contestant, times) in times.iter_mut().enumerate() {
            // One call of seconds is as good as several.
            if times.first().is_some_and(|first| *first > 1.0) {
                continue;
            }
            let (seconds, outcome) = match contestant {
                0 => stopwatch::round(|| paydirt.answer()),
                1 => python.round(Inputs::Lists)?,
                2 => python.round(Inputs::Arrays)?,
                3 => stopwatch::round(|| finprim.answer()),
                _ => stopwatch::round(|| corp.answer()),
            };
            times.push(seconds);
            outcomes[contestant] = outcome;
        }
    }
    let medians = times.map(stopwatch::median);
    let rates = found.rates();
    let verdict = |contestant: usize, rates: &[f64]| Verdict::of(outcomes[contestant], rates);
    assert!(verdict(0, &rates).is_one_of_them(), "paydirt contradicts itself: {case:?}");
    let faster = if medians[1] <= medians[2] { 1 } else { 2 };
    Ok(format!(
        "| {} | {} | {} | {} | {} ({}) | {:.2} | {} | {} | {} | {} | {} |",
        case.flows(),
        case.times_in_words(),
        rates.len(),
        micros(medians[0]),
        micros(medians[faster]),
        if faster == 1 { "lists" } else { "numpy" },
        medians[faster] / medians[0],
        verdict(faster, &rates),
        micros(medians[3]),
        verdict(3, &rates),
        micros(medians[4]),
        verdict(4, &corp.rates_by_its_day_count(case).unwrap_or(rates.clone())),
    ))
}

fn micros(seconds: f64) -> String {
    let micros = seconds * 1e6;
    if micros < 100.0 { format!("{micros:.2}") } else { format!("{micros:.0}") }
}
