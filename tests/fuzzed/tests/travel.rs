//! Generated messages on their way from protobuf to JSON and back, by the server's reader and writer, by prost-reflect's, and by Python's
//! `json_format` where Python's protobuf is installed. `PAYDIRT_JSON_MESSAGES` says how many requests, a thousand unless told, and
//! `PAYDIRT_JSON_SEED` which; the nightly checks give a hundred thousand, other ones every night.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use paydirt::wire::pb;
use paydirt_fuzzed::travel::{Travelled, travelled};
use serde_json::json;

/// Reads the server's JSON and the bytes of protobuf, and compares; writes JSON of its own, and reads that again.
const PYTHON: &str = r"
import sys, json
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, json_format
files = descriptor_pb2.FileDescriptorSet.FromString(open(sys.argv[1], 'rb').read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
count = 0
for line in sys.stdin:
    row = json.loads(line)
    message = message_factory.GetMessageClass(pool.FindMessageTypeByName(row['type']))
    ours = json_format.Parse(row['json'], message())
    theirs = message.FromString(bytes.fromhex(row['protobuf']))
    assert ours == theirs, row
    zeros = {'always_print_fields_with_no_presence': True}
    written = json_format.MessageToDict(theirs, preserving_proto_field_name=True, **zeros)
    assert json.loads(row['json']) == written, (json.loads(row['json']), written)
    count += 1
print(count)
";
/// Python reads some megabytes a second: an explanation of thousands of steps is left out.
const PYTHONS_BYTES_MAX: usize = 20_000;

fn number_in(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().expect("a whole number"))
}

#[test]
fn messages_are_the_same_after_json() {
    let (count, seed) = (number_in("PAYDIRT_JSON_MESSAGES", 1_000), number_in("PAYDIRT_JSON_SEED", 20));
    let first = seed.wrapping_mul(1_000_000_007);
    let mut python = Python::start();
    let (mut requests, mut answers) = (0_u64, 0_u64);
    for number in 0..count {
        let messages = travelled(first.wrapping_add(number));
        requests += 1;
        answers += messages.len().saturating_sub(1) as u64;
        if let Some(python) = &mut python {
            messages.iter().filter(|message| message.json.len() <= PYTHONS_BYTES_MAX).for_each(|message| python.tell(message));
        }
    }
    println!("{requests} requests and {answers} answers were the same after JSON");
    assert!(answers * 3 > requests, "{answers} of {requests} requests are answered");
    match python {
        Some(python) => python.ends(),
        None if std::env::var_os("PAYDIRT_REQUIRE_TOOLS").is_some() => panic!("grpc-python is required, and not there"),
        None => println!(
            "skipped: JSON beside Python's json_format, which is not there; scripts/install-tools grpc-python installs it"
        ),
    }
}

/// Python with its own reader and writer of JSON.
struct Python {
    child: std::process::Child,
    input: BufWriter<std::process::ChildStdin>,
    told: u64,
    _descriptors: tempfile::NamedTempFile,
}

impl Python {
    /// None where Python or its protobuf is missing.
    fn start() -> Option<Python> {
        // The one that scripts/install-tools brings, or that of the system.
        let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/bin/grpc-python");
        let program = if installed.exists() { installed } else { "python3".into() };
        let has_protobuf = Command::new(&program).args(["-c", "import google.protobuf"]).stderr(Stdio::null()).status();
        has_protobuf.ok().filter(std::process::ExitStatus::success)?;
        let descriptors = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(descriptors.path(), pb::FILE_DESCRIPTOR_SET).expect("a file");
        let mut python = Command::new(program);
        python.args(["-c", PYTHON]).arg(descriptors.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = python.spawn().expect("Python is there");
        let input = BufWriter::new(child.stdin.take().expect("a pipe"));
        Some(Python { child, input, told: 0, _descriptors: descriptors })
    }

    fn tell(&mut self, message: &Travelled) {
        let hex: String = message.protobuf.iter().map(|byte| format!("{byte:02x}")).collect();
        let row = json!({"type": message.name, "json": message.json, "protobuf": hex});
        writeln!(self.input, "{row}").expect("Python reads the server's JSON otherwise");
        self.told += 1;
    }

    fn ends(self) {
        let Python { child, input, told, .. } = self;
        drop(input);
        let output = child.wait_with_output().expect("Python ends");
        assert!(output.status.success(), "Python reads the server's JSON otherwise");
        assert_eq!(String::from_utf8(output.stdout).expect("text").trim(), told.to_string());
        println!("{told} of them by Python's json_format too");
    }
}
