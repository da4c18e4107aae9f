//! Messages of any bytes: whatever the length, the server reads one where prost does, and as prost does. What a long one would take of memory is
//! looked at before, and that look refuses nothing else than prost would, or far too many fields.

use std::fmt::Debug;

use paydirt::wire::codec::read;
use paydirt::wire::pb;
use paydirt::wire::short_text::Name;
use tonic_types::StatusExt;

/// Field 2047 with 4096 zeros, which no message knows: a message that ends with it is long enough to be looked at.
fn padding() -> Vec<u8> {
    [&[0xfa, 0x7f, 0x80, 0x20][..], &[0; 4096]].concat()
}

/// More than any message of the contract has room for, in fields.
const ROOM_MAX: usize = 64;
const FIELDS_MAX: usize = 131_072;

/// The first byte says which message it is, the second how often the rest stands there. Panics where the two readers disagree.
pub fn check(bytes: &[u8]) {
    let Some((&[kind, times], message)) = bytes.split_first_chunk::<2>() else { return };
    let times = usize::from(times % 16) + 1;
    match kind % 5 {
        0 => agree::<pb::BatchCalculationsRequest>(message, times),
        1 => agree::<pb::StreamCalculationsRequest>(message, times),
        2 => agree::<pb::ComputeRunwayRequest>(message, times),
        3 => agree::<pb::ComputeRegretRequest>(message, times),
        _ => agree::<pb::ComputePaybackRequest>(message, times),
    }
}

fn agree<M: Name + Default + Debug + PartialEq>(message: &[u8], times: usize) {
    same::<M>(message);
    // Messages that follow one another are one message, and so is one with a field that nobody knows.
    same::<M>(&[message.repeat(times), padding()].concat());
}

fn same<M: Name + Default + Debug + PartialEq>(bytes: &[u8]) {
    match (read::<M>(bytes), M::decode(bytes)) {
        (Ok(read), Ok(decoded)) => assert_eq!(read, decoded),
        (Err(refused), by_prost) => {
            let reason = refused.get_details_error_info().expect("a refusal has a reason").reason;
            match reason.as_str() {
                "MESSAGE_MALFORMED" => assert!(by_prost.is_err(), "prost reads it: {by_prost:?}"),
                // A field takes two bytes at least.
                "TOO_MANY_FIELDS" => assert!(bytes.len() / 2 * ROOM_MAX > FIELDS_MAX, "{} bytes", bytes.len()),
                _ => panic!("{refused:?}"),
            }
        }
        (Ok(read), Err(error)) => panic!("prost does not read {read:?}: {error}"),
    }
}
