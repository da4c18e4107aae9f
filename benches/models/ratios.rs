//! Each model's cases in `cases`, from the bytes of a request to the bytes of its answer, as multiples of Cahn's chain, beside the time with 76
//! digits throughout: `cargo bench --bench ratios`.
//!
//! `--once CASE COUNT` computes one case so often and ends, for a tool that counts instructions; with 76 digits where `PAYDIRT_FULL_PRECISION` is
//! set.

use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use paydirt::engine::calculation::computed;
use paydirt::models::precision::{always_in_full, counts, in_full};
use paydirt::wire::pb;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};
use serde_json::Value;

const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_millis(40);

static CALCULATION: LazyLock<MessageDescriptor> = LazyLock::new(|| {
    let pool = DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("the contract's descriptors are whole");
    pool.get_message_by_name("paydirt.v1.Calculation").expect("the contract has calculations")
});

struct Case {
    name: String,
    request: Vec<u8>,
}

impl Case {
    fn of(name: String, calculation: &Value) -> Case {
        let message = DynamicMessage::deserialize(CALCULATION.clone(), calculation);
        let request = message.unwrap_or_else(|error| panic!("{name}: {error}")).encode_to_vec();
        Case { name, request }
    }

    fn answer(&self) -> Vec<u8> {
        let calculation = pb::Calculation::decode(&*self.request).expect("a message of the same type");
        computed(Some(&calculation)).outcome.encode_to_vec()
    }

    /// The time of one answer, at the median of a few rounds.
    fn time(&self) -> Duration {
        let start = Instant::now();
        self.answer();
        let count = (ROUND.as_nanos() / start.elapsed().as_nanos().max(1)).clamp(1, 100_000) as u32;
        let mut rounds: Vec<_> = (0..ROUNDS)
            .map(|_| {
                let start = Instant::now();
                (0..count).for_each(|_| drop(std::hint::black_box(self.answer())));
                start.elapsed() / count
            })
            .collect();
        rounds.sort_unstable();
        rounds[ROUNDS / 2]
    }
}

/// The cases of each model, ordinary ones before nasty ones; Cahn's chain first.
fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/models/cases");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the folder of cases").map(|file| file.expect("a file").path()).collect();
    files.sort_by_key(|file| (!file.ends_with("cahn.json"), file.clone()));
    let mut cases = Vec::new();
    for file in files {
        let model = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let json: Value = serde_json::from_slice(&std::fs::read(&file).expect("a file")).expect("JSON");
        cases.push(Case::of(model.clone(), &json["ordinary"]));
        let nasty = json["nasty"].as_array().expect("nasty cases");
        cases.extend(
            nasty.iter().zip(1..).map(|(calculation, number)| Case::of(format!("{model}, nasty {number}"), calculation)),
        );
    }
    cases
}

fn main() {
    let cases = cases();
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [flag, name, count] = &arguments[..]
        && flag == "--once"
    {
        let case = cases.iter().find(|case| case.name == *name).unwrap_or_else(|| panic!("no case {name}"));
        always_in_full(std::env::var_os("PAYDIRT_FULL_PRECISION").is_some());
        (0..count.parse::<u32>().expect("a count")).for_each(|_| drop(std::hint::black_box(case.answer())));
        return;
    }
    let cahn = cases[0].time();
    println!("{:>10} {:>8} {:>9} {:>10} {:>9}", "µs", "× Cahn", "76 digits", "roundings", "long ways");
    for case in &cases {
        let before = counts();
        case.answer();
        let after = counts();
        let (time, full) = (case.time(), in_full(|| case.time()));
        println!(
            "{:>10.2} {:>8.1} {:>9.1} {:>10} {:>9}  {}",
            time.as_secs_f64() * 1e6,
            time.as_secs_f64() / cahn.as_secs_f64(),
            full.as_secs_f64() / cahn.as_secs_f64(),
            after.roundings - before.roundings,
            after.long_ways - before.long_ways,
            case.name
        );
    }
}
