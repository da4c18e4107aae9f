use proptest::prelude::*;
use prost::Message;
use tonic_types::StatusExt;

use super::scan::{FIELDS_MAX, scan};
use super::*;
use crate::wire::pb;

fn shape_of<M: Name>() -> shape::Shape<'static> {
    Shapes::of_contract().taken(M::NAME).expect("a method takes it")
}

fn periodic(amounts: usize) -> pb::ComputePaybackRequest {
    use pb::cash_flows::Schedule;
    let flows = pb::PeriodicCashFlows { amounts: vec!["1".into(); amounts], period: 1 };
    pb::ComputePaybackRequest {
        cash_flows: Some(pb::CashFlows { schedule: Some(Schedule::Periodic(flows)) }),
        ..Default::default()
    }
}

fn dated(flows: usize) -> pb::ComputePaybackRequest {
    use pb::cash_flows::Schedule;
    let flow = pb::DatedCashFlow { date: "2024-01-31".into(), amount: "-1".into() };
    let flows = pb::DatedCashFlows { flows: vec![flow; flows], day_count: 1 };
    pb::ComputePaybackRequest {
        cash_flows: Some(pb::CashFlows { schedule: Some(Schedule::Dated(flows)) }),
        ..Default::default()
    }
}

/// Builds a runway request whose costs are empty messages of two bytes each.
fn empty_costs(count: usize) -> Vec<u8> {
    [6 << 3 | 2, 0].repeat(count)
}

fn refused<M: Name + Default + std::fmt::Debug>(bytes: Vec<u8>) -> String {
    let status = read::<M>(&bytes).expect_err("it is refused");
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    status.get_details_error_info().expect("a refusal says why").reason
}

#[test]
fn every_message_that_a_method_takes_has_its_shape() {
    let requests = [
        shape_of::<pb::ComputeRequiredRevenueRequest>().room(),
        shape_of::<pb::ComputeRunwayRequest>().room(),
        shape_of::<pb::ComputePaybackRequest>().room(),
        shape_of::<pb::BatchCalculationsRequest>().room(),
    ];
    // Options take 4: explain and a rounding of three fields. CashFlows take 2, whichever of the two it is.
    assert_eq!(requests, [9 + 4, 11 + 4, 1 + 2 + 4, 1]);
    assert!(Shapes::of_contract().taken("ComputePaybackResponse").is_none(), "nobody sends us one");
}

/// Compares the sizes of generated types with the 32 bytes on which the limit's arithmetic is based.
#[test]
fn thirty_two_bytes_hold_what_counts_as_a_field() {
    let flows = shape_of::<pb::ComputePaybackRequest>().field(1).expect("the series").field(2).expect("dated flows");
    let runway = shape_of::<pb::ComputeRunwayRequest>();
    let calculation = shape_of::<pb::BatchCalculationsRequest>().field(1).expect("calculations");
    let regret = shape_of::<pb::ComputeRegretRequest>();
    let sizes = [
        (flows.field(1).expect("a flow").room(), size_of::<pb::DatedCashFlow>()),
        (runway.room(), size_of::<pb::ComputeRunwayRequest>()),
        (runway.field(6).expect("a cost").room(), size_of::<pb::CashLine>()),
        (runway.field(8).expect("an event").room(), size_of::<pb::CashEvent>()),
        (shape_of::<pb::ComputeRequiredRevenueRequest>().field(8).expect("revenue").room(), size_of::<pb::RevenueStream>()),
        (shape_of::<pb::ComputeCapexRoiRequest>().room(), size_of::<pb::ComputeCapexRoiRequest>()),
        (regret.field(2).expect("a state").room(), size_of::<pb::StateOfNature>()),
        (regret.field(3).expect("an alternative").room(), size_of::<pb::Alternative>()),
        (calculation.room(), size_of::<pb::Calculation>()),
    ];
    for (room, bytes) in sizes {
        assert!(bytes <= 32 * room, "{bytes} bytes for {room} fields");
    }
}

#[test]
fn the_longest_requests_of_the_contract_are_read_and_a_little_more_too() {
    for request in [dated(50_000), dated(52_000), periodic(200_000)] {
        assert_eq!(read::<pb::ComputePaybackRequest>(&request.encode_to_vec()).expect("it is read"), request);
    }
    let line = pb::CashLine {
        name: "n".into(),
        amount: "1".into(),
        period: 1,
        first_month: 1,
        last_month: 2,
        non_cash: true,
        growth: Some(pb::cash_line::Growth::MonthlyGrowthRate("0".into())),
        timing: 1,
        delay_months: 1,
        ..Default::default()
    };
    let event = pb::CashEvent { name: "n".into(), month: 1, amount: "1".into() };
    let listed = pb::CashLine { name: "n".into(), amounts: vec!["1234.5".into(); 1200], timing: 2, ..Default::default() };
    let listed = pb::ComputeRunwayRequest { costs: vec![listed; 42], events: vec![event.clone(); 1000], ..Default::default() };
    assert_eq!(read::<pb::ComputeRunwayRequest>(&listed.encode_to_vec()).expect("it is read"), listed);
    let runway = pb::ComputeRunwayRequest {
        costs: vec![line.clone(); 200],
        revenues: vec![line; 200],
        events: vec![event; 1000],
        ..Default::default()
    };
    let alternative = pb::Alternative { name: "n".into(), payoffs: vec!["1".into(); 100] };
    let state = pb::StateOfNature { name: "n".into(), probability: Some("0.01".into()) };
    let regret =
        pb::ComputeRegretRequest { states: vec![state; 100], alternatives: vec![alternative; 1000], ..Default::default() };
    let batch = pb::BatchCalculationsRequest {
        calculations: vec![pb::Calculation { model: Some(pb::calculation::Model::Payback(periodic(360))) }; 200],
    };
    assert_eq!(scan(&runway.encode_to_vec(), shape_of::<pb::ComputeRunwayRequest>()), Ok(()));
    assert_eq!(scan(&regret.encode_to_vec(), shape_of::<pb::ComputeRegretRequest>()), Ok(()));
    assert_eq!(scan(&batch.encode_to_vec(), shape_of::<pb::BatchCalculationsRequest>()), Ok(()));
}

#[test]
fn a_message_that_would_take_too_much_memory_is_refused() {
    assert_eq!(refused::<pb::ComputePaybackRequest>(periodic(1_000_000).encode_to_vec()), "TOO_MANY_FIELDS");
    assert_eq!(refused::<pb::ComputePaybackRequest>(dated(100_000).encode_to_vec()), "TOO_MANY_FIELDS");
    assert_eq!(refused::<pb::ComputeRunwayRequest>(empty_costs(2_000_000)), "TOO_MANY_FIELDS");
    // A cost counts as 11: itself, and 10 fields that it has room for, of which its growth is one.
    let within = (FIELDS_MAX - shape_of::<pb::ComputeRunwayRequest>().room()) / 11;
    let costs = read::<pb::ComputeRunwayRequest>(&empty_costs(within)).expect("it is read").costs;
    assert_eq!(costs.len(), within);
    assert_eq!(refused::<pb::ComputeRunwayRequest>(empty_costs(within + 1)), "TOO_MANY_FIELDS");
    // Each of them would take half a kilobyte.
    assert_eq!(refused::<pb::BatchCalculationsRequest>([1 << 3 | 2, 0].repeat(20_000)), "TOO_MANY_FIELDS");
    // Fields that nobody knows: number 2047, a varint.
    assert_eq!(refused::<pb::ComputeRunwayRequest>([0xf8, 0x7f, 0].repeat(FIELDS_MAX)), "TOO_MANY_FIELDS");
}

#[test]
fn what_is_no_protobuf_is_malformed() {
    let malformed: [&[u8]; 8] = [
        &[0xff],
        // A field of number 0, and a wire type that there is not.
        &[0x02, 0x00],
        &[0x0e],
        // A text, and a message, longer than what is left.
        &[0x0a, 0x05, b'U'],
        &[0x32, 0x02, 0x0a, 0x05],
        // A group that does not end, and one that did not begin.
        &[0x53],
        &[0x54],
        // No UTF-8.
        &[0x0a, 0x01, 0xff],
    ];
    for bytes in malformed {
        assert_eq!(refused::<pb::ComputeRunwayRequest>(bytes.to_vec()), "MESSAGE_MALFORMED", "{bytes:x?}");
    }
    let deep = [vec![0x53; 101], vec![0x54; 101]].concat();
    assert_eq!(refused::<pb::ComputeRunwayRequest>(deep), "MESSAGE_MALFORMED");
}

#[test]
fn a_group_of_a_newer_contract_is_passed_over() {
    // Field 10 as a group that holds a field 6, which is no cost here.
    let group = [0x53, 0x32, 0x01, 0xff, 0x54];
    assert_eq!(read::<pb::ComputeRunwayRequest>(&group).map(|read| read.costs.len()).ok(), None);
    // Field 100: unknown.
    let group = [0xa3, 0x06, 0x32, 0x01, 0xff, 0xa4, 0x06];
    assert_eq!(read::<pb::ComputeRunwayRequest>(&group).expect("it is read").costs.len(), 0);
}

#[test]
fn an_answer_is_read_whatever_its_size() {
    let step = pb::Step { name: "n".into(), ..Default::default() };
    let explanation = pb::Explanation { steps: vec![step; FIELDS_MAX], ..Default::default() };
    let answer = pb::ComputePaybackResponse { explanation: Some(explanation), ..Default::default() };
    assert_eq!(read::<pb::ComputePaybackResponse>(&answer.encode_to_vec()).expect("it is read"), answer);
}

proptest! {
    #[test]
    fn no_bytes_make_the_scan_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let found = scan(&bytes, shape_of::<pb::BatchCalculationsRequest>());
        // What it refuses for its form prost cannot read either.
        if found.is_err() {
            prop_assert!(pb::BatchCalculationsRequest::decode(bytes.as_slice()).is_err());
        }
    }

    #[test]
    fn bytes_that_look_like_messages_make_no_panic(bytes in prop::collection::vec(prop::sample::select(vec![0_u8, 1, 2, 8, 10, 18, 34, 66, 82, 122, 0x80, 0xff, 0x53, 0x54]), 0..60)) {
        let found = scan(&bytes, shape_of::<pb::BatchCalculationsRequest>());
        if found.is_err() {
            prop_assert!(pb::BatchCalculationsRequest::decode(bytes.as_slice()).is_err());
        }
    }

    #[test]
    fn what_prost_writes_within_the_limit_is_read(count in 0_usize..50, name in ".{0,10}", amount in ".{0,10}", month in any::<u32>()) {
        let event = pb::CashEvent { name: name.clone().into(), month, amount: amount.clone().into() };
        let line = pb::CashLine { name: name.into(), amount: amount.into(), first_month: month, ..Default::default() };
        let request = pb::ComputeRunwayRequest { costs: vec![line; count], events: vec![event; count], horizon_months: month, ..Default::default() };
        let model = Some(pb::calculation::Model::Runway(request));
        let batch = pb::BatchCalculationsRequest { calculations: vec![pb::Calculation { model }] };
        prop_assert_eq!(read::<pb::BatchCalculationsRequest>(&batch.encode_to_vec()).expect("it is read"), batch);
    }
}
