//! Messages that loads send, written by hand, which needs no protobuf library. `benches/latency` has this file too.

/// Cahn's call with ten streams, framed, as `benches/bare` sends it.
pub const CAHN: &[u8] = include_bytes!("../../bare/cahn.bin");

pub fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 127 {
        bytes.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// A field that holds a text or a message.
pub fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2], &varint(bytes.len())[..], bytes].concat()
}

/// `ComputeInternalRateOfReturnRequest` of monthly flows.
pub fn internal_rate_of<'a>(amounts: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut periodic: Vec<u8> = amounts.flat_map(|amount| field(1, amount.as_bytes())).collect();
    // PERIOD_MONTH
    periodic.extend([2 << 3, 1]);
    field(1, &field(1, &periodic))
}
