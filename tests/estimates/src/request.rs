//! A calculation as a message of the contract, its estimate, and the work that it takes.

use std::sync::LazyLock;

use paydirt::engine::calculation::compute;
use paydirt::models::work;
use paydirt::wire::cost::Cost;
use paydirt::wire::pb;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};

/// The contract's union of calculations.
pub static CALCULATION: LazyLock<MessageDescriptor> = LazyLock::new(|| {
    let pool = DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("the contract's descriptors are whole");
    pool.get_message_by_name("paydirt.v1.Calculation").expect("the contract has calculations")
});

/// The estimate of a calculation, and the work that was counted, in units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    pub expected: u64,
    pub done: u64,
    /// An answer came, and no refusal.
    pub is_answered: bool,
}

impl Measured {
    /// The work against the estimate.
    pub fn ratio(&self) -> f64 {
        self.done as f64 / self.expected as f64
    }
}

/// Computes a calculation of some model, from the message to the answer's message.
pub fn measure(calculation: &DynamicMessage) -> Measured {
    let calculation = pb::Calculation::decode(&*calculation.encode_to_vec()).expect("a message of the same type");
    let model = calculation.model.expect("a calculation of some model");
    let before = work::done();
    let answer = compute(&model);
    let done = work::done() - before;
    Measured { expected: model.expected_units(), done, is_answered: answer.is_ok() }
}

/// The estimate of a calculation of some model, in units of work.
pub fn expected(calculation: &DynamicMessage) -> u64 {
    let calculation = pb::Calculation::decode(&*calculation.encode_to_vec()).expect("a message of the same type");
    calculation.expected_units()
}

/// A calculation of the contract's own spelling.
pub fn of_json(text: &str) -> DynamicMessage {
    let mut json = serde_json::Deserializer::from_str(text);
    DynamicMessage::deserialize(CALCULATION.clone(), &mut json).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A calculation in the contract's own spelling, on one line.
pub fn json_of(calculation: &DynamicMessage) -> String {
    let options = SerializeOptions::new().use_proto_field_name(true);
    let mut text = Vec::new();
    calculation.serialize_with_options(&mut serde_json::Serializer::new(&mut text), &options).expect("a message is JSON");
    String::from_utf8(text).expect("JSON is text")
}
