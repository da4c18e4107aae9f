//! ListPresets: the ready-made calculations. The answer is the same bytes for every caller, framed once: an answer of many times the
//! question's length takes no memory of its own.

use std::sync::LazyLock;

use bytes::Bytes;

use crate::server::call::Call;
use crate::server::grpc::message::framed_bytes;
use crate::server::grpc::unary::{AskedMessage, Begun, begin_framed};
use crate::wire::{pb, presets};

/// Returns the list of presets, compressed for a caller that takes gzip.
pub(super) fn list_presets(call: &Call, asked: AskedMessage) -> Begun {
    static FRAME: LazyLock<Bytes> = LazyLock::new(|| framed_bytes(presets::LIST, false));
    static COMPRESSED: LazyLock<Bytes> = LazyLock::new(|| framed_bytes(presets::LIST, true));
    let takes_gzip = asked.takes_gzip;
    begin_framed(call, asked.sealed, move |_: &pb::ListPresetsRequest| {
        Ok(Bytes::clone(if takes_gzip { &COMPRESSED } else { &FRAME }))
    })
}
