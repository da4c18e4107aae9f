//! What has to hold for any input whatsoever, held against the inputs in `corpus/`: one of each kind, and each that once failed.
//! With `PAYDIRT_ARBITRARY_SECONDS` they are changed at random for so long; `scripts/fuzz` looks for others by what they reach.

use std::path::Path;
use std::time::{Duration, Instant};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use paydirt_fuzzed::zeros::Sturm;

/// Where it says so many seconds, each body is given inputs for so long that nobody has chosen.
const SECONDS: &str = "PAYDIRT_ARBITRARY_SECONDS";
/// A file that gets each input before it is tried: what ends the program, such as an overflow of the stack, leaves nothing else behind.
const LAST: &str = "PAYDIRT_ARBITRARY_LAST";

#[test]
fn texts_and_decimals_are_treated_rightly() {
    holds_for_the_corpus("decimal", 60, paydirt_fuzzed::decimal::check);
}

#[test]
fn rates_are_right() {
    holds_for_the_corpus("internal_rate", 40, paydirt_fuzzed::internal_rate::check);
}

#[test]
fn any_request_to_any_model_is_answered_or_refused_as_the_contract_says() {
    holds_for_the_corpus("any_model", 60, paydirt_fuzzed::any_model::check);
}

#[test]
fn any_study_of_any_calculation_is_answered_or_refused_as_the_contract_says() {
    holds_for_the_corpus("studies", 60, paydirt_fuzzed::studies::check);
}

#[test]
fn any_text_is_a_path_or_is_refused_with_paths_that_are() {
    holds_for_the_corpus("paths", 40, paydirt_fuzzed::paths::check);
}

#[test]
fn messages_are_read_as_prost_reads_them() {
    holds_for_the_corpus("codec", 20, paydirt_fuzzed::codec::check);
}

#[test]
fn messages_of_agents_are_answered_by_messages() {
    holds_for_the_corpus("mcp", 25, paydirt_fuzzed::mcp::check);
}

#[test]
fn json_is_read_as_another_hand_reads_it_and_what_is_wrong_is_explained() {
    holds_for_the_corpus("json", 60, paydirt_fuzzed::json::check);
}

#[test]
fn streams_are_answered_in_whatever_pieces_they_come() {
    holds_for_the_corpus("streams", 20, paydirt_fuzzed::streams::check);
}

#[test]
fn calls_are_answered_in_whatever_pieces_they_come() {
    holds_for_the_corpus("unary", 30, paydirt_fuzzed::unary::check);
}

#[test]
fn calls_at_the_web_port_are_answered_in_their_framing_whatever_is_sent() {
    holds_for_the_corpus("web", 60, paydirt_fuzzed::web::check);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    /// Each byte is any: the bodies draw what they send from them.
    #[test]
    fn calls_of_any_bytes_are_answered_as_the_contract_says(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        paydirt_fuzzed::unary::check(&bytes);
    }

    /// Requests to the web port are drawn from them too.
    #[test]
    fn requests_of_any_bytes_are_answered_in_their_framing(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        paydirt_fuzzed::web::check(&bytes);
    }
}

/// Gives each input of a target to its body, which panics where something does not hold; then changed ones, where that is asked for.
fn holds_for_the_corpus(target: &str, at_least: usize, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    assert!(files.len() >= at_least, "{} inputs in {}", files.len(), folder.display());
    let corpus: Vec<_> = files.iter().map(|file| std::fs::read(file).expect("a file")).collect();
    for (file, input) in files.iter().zip(&corpus) {
        holds(check, input, &file.display().to_string());
    }
    let seconds = std::env::var(SECONDS).map_or(0, |seconds| seconds.parse().expect("whole seconds"));
    let (start, mut dice, mut count) = (Instant::now(), fastrand::Rng::new(), 0_u64);
    while start.elapsed() < Duration::from_secs(seconds) {
        let input = changed(&corpus[dice.usize(..corpus.len())], &mut dice);
        holds(check, &input, "a changed input, to be kept in the corpus");
        count += 1;
    }
    println!("{} inputs of the corpus, {count} changed ones", corpus.len());
}

fn holds(check: fn(&[u8]), input: &[u8], name: &str) {
    if let Some(file) = std::env::var_os(LAST) {
        std::fs::write(file, input).expect("written");
    }
    // The body's own words are on standard error already.
    assert!(std::panic::catch_unwind(|| check(input)).is_ok(), "it does not hold for {name}: {}", input.escape_ascii());
}

/// With one to eight of its bytes replaced, removed or doubled.
fn changed(input: &[u8], dice: &mut fastrand::Rng) -> Vec<u8> {
    let mut input = input.to_vec();
    for _ in 0..dice.usize(1..=8) {
        let place = dice.usize(..=input.len());
        match (dice.u8(..3), input.get(place).copied()) {
            (0, Some(_)) => input[place] = dice.u8(..),
            (1, Some(_)) => drop(input.remove(place)),
            (_, Some(byte)) => input.insert(place, byte),
            (_, None) => input.push(dice.u8(..)),
        }
    }
    input
}

#[test]
fn distinct_zeros_are_counted() {
    let product = |factors: &[(i64, i64)]| {
        let mut polynomial = vec![BigInt::one()];
        for (constant, slope) in factors {
            let mut next = vec![BigInt::zero(); polynomial.len() + 1];
            for (place, coefficient) in polynomial.iter().enumerate() {
                next[place] += coefficient * constant;
                next[place + 1] += coefficient * slope;
            }
            polynomial = next;
        }
        polynomial
    };
    let above_zero = |polynomial: &[BigInt]| Sturm::of(polynomial).unwrap().between(&BigRational::zero(), None);
    assert_eq!(above_zero(&product(&[(1, -2), (1, -3), (1, 1), (1, -2)])), 2);
    assert_eq!(above_zero(&product(&[(-1, 2), (1, -3), (5, -1), (7, -1), (2, 9)])), 4);
    assert_eq!(above_zero(&product(&[(1, -2); 6])), 1);
    // 1 + x^4, and 1 - x^5, where degrees drop by more than one.
    assert_eq!(above_zero(&[1, 0, 0, 0, 1].map(BigInt::from)), 0);
    assert_eq!(above_zero(&[1, 0, 0, 0, 0, -1].map(BigInt::from)), 1);
    assert_eq!(above_zero(&[-1, 0, 3, 0, 0, 0, 0, -1].map(BigInt::from)), 2);
    let half = BigRational::new(1.into(), 2.into());
    assert_eq!(Sturm::of(&product(&[(1, -2), (1, -3)])).unwrap().between(&BigRational::zero(), Some(&half)), 2);
    assert_eq!(Sturm::of(&product(&[(1, -2), (1, -3)])).unwrap().between(&half, None), 0);
}
