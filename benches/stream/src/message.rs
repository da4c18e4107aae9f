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

/// A field that holds a whole number.
pub fn whole(number: u8, value: usize) -> Vec<u8> {
    [&[number << 3], &varint(value)[..]].concat()
}

/// `ComputeTableRequest`: the status of the rates of monthly flows, as the first of them goes in so many steps from -200 to -100.
pub fn table_of_rates<'a>(amounts: impl Iterator<Item = &'a str>, count: usize) -> Vec<u8> {
    let lever = field(1, b"cash_flows.periodic.amounts[0]");
    let spacing = [field(1, b"-200"), field(2, b"-100"), whole(3, count)].concat();
    let axis = [field(1, &lever), field(3, &spacing)].concat();
    [field(1, &field(9, &internal_rate_of(amounts))), field(3, &axis), field(4, b"internal_rates_of_return.status")].concat()
}

/// `ComputeInternalRateOfReturnRequest` of monthly flows.
pub fn internal_rate_of<'a>(amounts: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut periodic: Vec<u8> = amounts.flat_map(|amount| field(1, amount.as_bytes())).collect();
    // PERIOD_MONTH
    periodic.extend([2 << 3, 1]);
    field(1, &field(1, &periodic))
}
