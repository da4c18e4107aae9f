//! Long messages in both forms, and what each was measured to take from its bytes to its answer's: `cargo bench --bench cost` measures again.
//!
//! A byte of JSON takes 2 to 6 ns to read, walk included, and one of protobuf 1.5 to 2.6 (27 November 2026, a busy machine of two cores): both are a
//! small part of what is expected of a byte of a message that is not read yet.

use paydirt::engine::{self, calculation::compute};
use paydirt::wire::cost::expected_nanoseconds_unread;
use paydirt::wire::pb::calculation::Model;
use paydirt::wire::{codec, pb};
use prost::Message;

use super::cases::{cahn, lasting, listed, options, regretted, series};

/// How a message is read: its question, where it is one.
type Read = Box<dyn Fn(&[u8]) -> Option<Model>>;

/// A long message, what it is expected to take before it is read and what it took, in nanoseconds.
pub struct LongMessage {
    pub name: &'static str,
    pub is_json: bool,
    pub bytes: Vec<u8>,
    pub expected: u64,
    /// Nanoseconds to read it; and to read it, compute its answer and write that.
    pub measured: (u64, u64),
    pub read: Read,
}

impl LongMessage {
    /// Reads the message alone.
    pub fn is_read(&self) {
        std::hint::black_box((self.read)(&self.bytes));
    }

    /// Reads the message, computes its answer, and writes that.
    pub fn is_answered(&self) {
        let Some(question) = (self.read)(&self.bytes) else { return };
        let Ok(answer) = compute(&question) else { return };
        let mut written = Vec::new();
        match self.is_json {
            true => engine::json::write(&answer, &mut written),
            false => written = pb::CalculationResult { model: Some(answer) }.encode_to_vec(),
        }
        std::hint::black_box(written);
    }
}

/// The same question in protobuf and in JSON, with what each takes.
fn in_both<Request>(
    name: &'static str,
    model: fn(Request) -> Model,
    request: Request,
    measured: [(u64, u64); 2],
) -> [LongMessage; 2]
where
    Request: paydirt::wire::short_text::Name + Default + Clone + 'static,
{
    let bytes = request.encode_to_vec();
    let question = model(request);
    let place = engine::model_number(&question);
    let mut text = Vec::new();
    engine::json::write_question(&question, &mut text);
    let [of_protobuf, of_json] = measured;
    [
        LongMessage {
            name,
            is_json: false,
            expected: expected_nanoseconds_unread(bytes.len()),
            bytes,
            measured: of_protobuf,
            read: Box::new(move |bytes| codec::read::<Request>(bytes).ok().map(model)),
        },
        of_text(name, place, text, of_json),
    ]
}

/// A text for the model at this place, whatever it is.
fn of_text(name: &'static str, place: usize, text: Vec<u8>, measured: (u64, u64)) -> LongMessage {
    LongMessage {
        name,
        is_json: true,
        expected: expected_nanoseconds_unread(text.len()),
        bytes: text,
        measured,
        read: Box::new(move |text| engine::json::read(place, text).ok()),
    }
}

/// Long messages that are answered, and texts that are refused.
#[rustfmt::skip]
pub fn long_messages() -> Vec<LongMessage> {
    let present_value = pb::ComputeNetPresentValueRequest { currency_code: "USD".into(), cash_flows: series(10_000, true, 3), discount_rate: "0.07".into(), ..Default::default() };
    let rates = pb::ComputeInternalRateOfReturnRequest { cash_flows: series(50_000, false, usize::MAX), options: options(false) };
    let mut messages = Vec::new();
    messages.extend(in_both("Cahn, 1000 streams", Model::RequiredRevenue, cahn(1000, false), [(31_800, 60_500), (122_000, 152_000)]));
    messages.extend(in_both("runway, 200 growing lines", Model::Runway, lasting(200, 1, 12, false), [(13_000, 796_000), (103_000, 890_000)]));
    messages.extend(in_both("runway, 49,980 listed amounts", Model::Runway, listed(42, 1190), [(764_000, 3_070_000), (1_650_000, 5_200_000)]));
    messages.extend(in_both("present value, 10,000 dates", Model::NetPresentValue, present_value, [(836_000, 2_770_000), (1_550_000, 3_530_000)]));
    messages.extend(in_both("internal rate, 50,000 months, too many", Model::InternalRateOfReturn, rates, [(2_960_000, 15_300_000), (2_980_000, 16_000_000)]));
    messages.extend(in_both("regret, 100 × 1000", Model::Regret, regretted(100, 1000, false), [(1_650_000, 43_600_000), (7_300_000, 64_100_000)]));
    let runway = engine::MODELS.iter().position(|model| *model == "runway").unwrap_or_default();
    messages.push(of_text("spaces, 4 MiB", runway, [b"{".to_vec(), vec![b' '; 4 << 20], b"}".to_vec()].concat(), (8_380_000, 8_380_000)));
    messages.push(of_text("unknown fields, 16 KiB, explained", runway, repeated(r#""currency_codes":1,"#, 16 * 1024), (286_000, 288_000)));
    messages.push(of_text("unquoted amounts, 16 KiB, explained", runway, repeated(r#""costs":[{"amount":1,"period":"year"}],"#, 16 * 1024), (246_000, 245_000)));
    messages.push(of_text("unknown fields, 256 KiB, explained", runway, repeated(r#""aaaaaaaaaaaaaaaaaaaaaaaa":1,"#, 256 * 1024), (2_380_000, 2_360_000)));
    messages
}

/// An object of this part again and again.
fn repeated(part: &str, bytes: usize) -> Vec<u8> {
    format!("{{{}\"z\":0}}", part.repeat((bytes - 8) / part.len())).into_bytes()
}
