//! All connections taken: whoever asks for little gets in, and whoever holds most makes room.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use crate::attacks::{METHOD, question};
use crate::authority::Authority;
use crate::frames::{DATA, END_HEADERS, END_STREAM, Frame, GOAWAY, HEADERS, Peer, call, frame, message, reason_of_goaway};
use crate::program::{Program, eventually};
use crate::shares::{GREEDY, HONEST};
use crate::tls::{self, NAME, Place};

fn program(flags: &[&str]) -> Program {
    let flags = [&["--lame-duck", "0s", "--drain", "1s", "--access-log", "off"], flags].concat();
    Program::start_with(&flags, |command| command.env("PAYDIRT_REHEARSAL", "1"))
}

/// Connections of one address that speak HTTP/2, each of which is answered.
fn connections(from: Ipv4Addr, program: &Program, count: usize) -> Vec<Peer> {
    let open = (0..count).map(|_| {
        let mut peer = Peer::from(from, program.address());
        assert!(peer.is_answered());
        peer
    });
    open.collect()
}

/// A call that takes so long.
fn begins(peer: &mut Peer, takes: &str) {
    peer.send(&frame(HEADERS, END_HEADERS, 1, &call(&format!("/{METHOD}"), &[("paydirt-rehearsal", takes)])));
    peer.send(&frame(DATA, END_STREAM, 1, &message(&question())));
}

#[test]
fn the_newest_connection_of_whoever_holds_most_makes_room() {
    let program = program(&["--max-connections", "10"]);
    let mut greedy = connections(GREEDY, &program, 10);
    let mut honest = Peer::from(HONEST, program.address());
    assert!(honest.is_answered(), "it asks for a tenth");
    let mut newest = greedy.pop().expect("ten of them");
    let frames = newest.until(|_| false);
    assert_eq!(reason_of_goaway(&frames), Some(0), "it is told to go away, and for no mistake");
    assert_eq!(
        ["caller_share", "too_many", "reconnects", "protocol"].map(|reason| program.refused(reason)),
        [1.0, 0.0, 0.0, 0.0]
    );
    // It comes back, and is the one that holds most.
    for number in 1..=20 {
        assert!(Peer::from(GREEDY, program.address()).is_closed());
        eventually("a refusal", || (program.refused("too_many") == f64::from(number)).then_some(()));
    }
    assert!(honest.is_answered() && greedy.iter_mut().all(Peer::is_answered), "nobody else was closed");
    let line = program.line("a caller is refused more than its share");
    assert_eq!(line["caller"], "127.0.0.2");
    assert!(line["connections"].as_u64().is_some_and(|refused| refused >= 1), "{line}");
    // Others go on to find room, up to an equal part each.
    let mut third = connections(Ipv4Addr::new(127, 0, 0, 3), &program, 3);
    assert!(honest.is_answered() && third.iter_mut().all(Peer::is_answered));
    program.until_metric("paydirt_connections", 10.0);
}

#[test]
fn a_connection_with_a_call_makes_room_last_and_its_call_has_a_moment() {
    let program = program(&["--max-connections", "3"]);
    let mut greedy = connections(GREEDY, &program, 3);
    begins(&mut greedy[2], "25s");
    begins(&mut greedy[0], "25s");
    program.until_metric("paydirt_calls_in_flight", 2.0);
    let mut others = connections(HONEST, &program, 1);
    greedy[1].until(|frame| frame.kind == GOAWAY);
    assert!(greedy[1].is_closed() && greedy[0].is_answered() && greedy[2].is_answered());
    // Now both have a call. The newest is told to go away, and its call, which takes too long, is cut.
    let start = Instant::now();
    others.extend(connections(Ipv4Addr::new(127, 0, 0, 3), &program, 1));
    assert_eq!(reason_of_goaway(&greedy[2].until(|_| false)), Some(0));
    assert!(start.elapsed() > Duration::from_millis(900), "{:?}", start.elapsed());
    eventually("its end", || (program.calls(METHOD, "CANCELLED") == 1.0).then_some(()));
    assert!(greedy[0].is_answered() && others.iter_mut().all(Peer::is_answered));
}

#[test]
fn a_call_that_ends_soon_is_answered_before_its_connection_makes_room() {
    let program = program(&["--max-connections", "2"]);
    let mut greedy = connections(GREEDY, &program, 2);
    begins(&mut greedy[0], "25s");
    begins(&mut greedy[1], "500ms");
    program.until_metric("paydirt_calls_in_flight", 2.0);
    let other = connections(HONEST, &program, 1);
    let frames = greedy[1].until(|_| false);
    let is_answer = |frame: &Frame| frame.kind == DATA && frame.stream == 1;
    assert!(reason_of_goaway(&frames) == Some(0) && frames.iter().any(is_answer), "{frames:?}");
    eventually("its end", || (program.calls(METHOD, "OK") == 1.0).then_some(()));
    drop(other);
}

#[test]
fn under_mutual_tls_a_name_holds_its_connections_whatever_address_they_come_from() {
    let (server_ca, client_ca) = (Authority::new("issuer"), Authority::new("issuer of clients"));
    let place = Place::new(&server_ca.issue(&[NAME]), Some(&client_ca), &["--max-connections", "3"]);
    let client = |name: &str| {
        let client = place.client(&[&server_ca], Some(&client_ca.issue(&[name]))).expect("it is known");
        tls::call(&client).expect("it is answered");
        client
    };
    // The name counts, and not the address, which all of them share.
    let _greedy = [client("batch.example.com"), client("batch.example.com"), client("batch.example.com")];
    let _other = client("billing.example.com");
    eventually("room", || (place.program.refused("caller_share") == 1.0).then_some(()));
    let line = place.program.line("a caller is refused more than its share");
    assert_eq!((&line["caller"], &line["connections"]), (&"batch.example.com".into(), &1.into()), "{line}");
}
