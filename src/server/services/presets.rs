//! ListPresets: the ready-made calculations. The answer is the same bytes for every caller, framed once: an answer of many times the
//! question's length takes no memory of its own.

use std::sync::LazyLock;

use bytes::Bytes;

use crate::server::call::Call;
use crate::server::grpc::form::Form;
use crate::server::grpc::message::framed_bytes;
use crate::server::grpc::unary::{AskedMessage, Begun, begin_framed};
use crate::wire::{pb, presets};

/// Returns the list of presets, compressed for a caller that takes gzip.
pub(super) fn list_presets(call: &Call, asked: AskedMessage) -> Begun {
    static FRAME: LazyLock<Bytes> = LazyLock::new(|| framed_bytes(presets::LIST, false));
    static COMPRESSED: LazyLock<Bytes> = LazyLock::new(|| framed_bytes(presets::LIST, true));
    static JSON_FRAME: LazyLock<Bytes> = LazyLock::new(|| framed_bytes(&presets::list_in_json(), false));
    static JSON_COMPRESSED: LazyLock<Bytes> = LazyLock::new(|| framed_bytes(&presets::list_in_json(), true));
    let list = match (asked.sealed.form, asked.takes_gzip) {
        (Form::Proto, false) => &FRAME,
        (Form::Proto, true) => &COMPRESSED,
        (Form::Json, false) => &JSON_FRAME,
        (Form::Json, true) => &JSON_COMPRESSED,
    };
    begin_framed(call, asked.sealed, move |_: &pb::ListPresetsRequest| Ok(Bytes::clone(list)))
}
