//! The short way of 128 bits against 76 digits: the bytes of every preset's answer, and of every case of the benchmark, are equal by both ways.

use std::fs;

use paydirt::engine::calculation::computed;
use paydirt::models::precision::{counts, in_full};
use paydirt::wire::pb;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::{Value, json};

use crate::presets::presets;
use crate::tools::root;

/// The calculations of the presets, and the cases of `benches/models/cases`, each with a name.
fn calculations() -> Vec<(String, Value)> {
    let presets = presets().into_iter().map(|preset| (preset["name"].to_string(), preset["calculation"].clone()));
    let mut calculations: Vec<_> = presets.collect();
    for file in fs::read_dir(root().join("benches/models/cases")).expect("cases") {
        let path = file.expect("a file").path();
        let cases: Value = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
        let nasty = cases["nasty"].as_array().expect("nasty cases").iter();
        let cases = std::iter::once(&cases["ordinary"]).chain(nasty).enumerate();
        calculations.extend(cases.map(|(number, case)| (format!("{} {number}", path.display()), case.clone())));
    }
    calculations
}

fn bytes(calculation: &Value) -> Vec<u8> {
    let pool = DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("the contract's descriptors are whole");
    let shape = pool.get_message_by_name("paydirt.v1.Calculation").expect("the contract has calculations");
    let message = DynamicMessage::deserialize(shape, calculation).unwrap_or_else(|error| panic!("{error}: {calculation}"));
    let calculation = pb::Calculation::decode(&*message.encode_to_vec()).expect("a message of the same type");
    computed(Some(&calculation)).outcome.encode_to_vec()
}

#[test]
fn no_byte_of_an_answer_or_explanation_depends_on_the_way() {
    let before = counts();
    for (name, calculation) in calculations() {
        for explain in [false, true] {
            let mut calculation = calculation.clone();
            for request in calculation.as_object_mut().expect("a model").values_mut() {
                request["options"] = json!({"explain": explain});
            }
            assert!(bytes(&calculation) == in_full(|| bytes(&calculation)), "{name}: {calculation}");
        }
    }
    assert!(counts().roundings > before.roundings + 100, "the short way is taken");
}
