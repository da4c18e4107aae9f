//! Peers that are cut for misbehaviour and come back without end: from some number on they are closed as they come, and callers from
//! other addresses notice nothing.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::attacks::{METHOD, question};
use crate::authority::Authority;
use crate::frames::{PING, PREFACE, PRIORITY, Peer, frame, message, settings};
use crate::program::{PATIENCE, Program, eventually};
use crate::shares::{Connection, GREEDY, HONEST};
use crate::support::{connect_from, connect_often_from, runtime};
use crate::tls::{NAME, Place};

/// What breaks HTTP/2's rules: a priority frame of eight bytes, where five are right.
fn broken() -> Vec<u8> {
    [PREFACE, &settings(&[]), &frame(PRIORITY, 0, 1, &[0; 8])].concat()
}

/// Sends these bytes on so many new connections, and waits until the server has closed all of them.
fn are_cut(from: Ipv4Addr, server: SocketAddr, count: usize, bytes: &[u8]) {
    for mut stream in connect_often_from(from, server, count).into_iter().flatten() {
        let _ = stream.write_all(bytes);
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

/// Threads that are cut and connect again.
struct Flood {
    is_over: Arc<AtomicBool>,
    connections: Arc<AtomicU64>,
    threads: Vec<JoinHandle<()>>,
}

impl Flood {
    /// The connections that a thread opens before it waits for their end.
    const AT_ONCE: usize = 30;

    fn start(from: Ipv4Addr, server: SocketAddr, threads: usize) -> Flood {
        let (is_over, connections) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let threads = (0..threads).map(|_| {
            let (ends, counted) = (Arc::clone(&is_over), Arc::clone(&connections));
            std::thread::spawn(move || {
                while !ends.load(Ordering::Relaxed) {
                    are_cut(from, server, Flood::AT_ONCE, &broken());
                    counted.fetch_add(Flood::AT_ONCE as u64, Ordering::Relaxed);
                }
            })
        });
        Flood { threads: threads.collect(), is_over, connections }
    }

    fn ends(mut self) -> u64 {
        self.is_over.store(true, Ordering::Relaxed);
        self.threads.drain(..).for_each(|thread| thread.join().expect("no panic"));
        self.connections.load(Ordering::Relaxed)
    }
}

/// The times of calls that each come on a connection of their own, sorted.
fn times_on_new_connections(server: SocketAddr, calls: usize) -> Vec<Duration> {
    let question = message(&question()).into();
    let mut times: Vec<_> = (0..calls)
        .map(|_| {
            runtime().block_on(async {
                let start = Instant::now();
                let status = Connection::open(HONEST, server).await.call(METHOD, &question).await;
                assert_eq!(status.code(), tonic::Code::Ok, "{status:?}");
                start.elapsed()
            })
        })
        .collect();
    times.sort();
    times
}

#[test]
fn who_is_cut_and_comes_back_without_end_is_refused_and_others_are_answered_as_before() {
    let program = Program::start(&["--access-log", "off"]);
    let server = program.address();
    let quiet = times_on_new_connections(server, 50);
    let flood = Flood::start(GREEDY, server, 20);
    eventually("refusals", || (program.refused("reconnects") > 0.0).then_some(()));
    // Those that came before the first cut are on their way to their own.
    std::thread::sleep(Duration::from_secs(1));
    let (before, start) = (program.refused("protocol"), Instant::now());
    let times = times_on_new_connections(server, 60);
    let (cut, lasted) = (program.refused("protocol") - before, start.elapsed());
    let came = flood.ends();
    println!("quiet: p50 {:?}, slowest {:?}", quiet[25], quiet[49]);
    println!("beside {came} connections, {cut} of them cut in {lasted:?}: p50 {:?}, slowest {:?}", times[30], times[59]);
    assert!(cut <= 110.0 + 10.0 * lasted.as_secs_f64(), "{cut} in {lasted:?}: ten a second");
    // A connection that the system drops for want of room in the queue of those that wait comes again after one second.
    assert!(times[56] < Duration::from_secs(1), "{times:?}");
    let line = program.line("a caller is refused more than its share");
    assert_eq!(line["caller"], "127.0.0.2");
    assert!(line["connections"].as_u64().is_some_and(|refused| refused > 0) && line["pool"] == 0, "{line}");
    let lines = program
        .log()
        .into_iter()
        .filter(|line| line["message"] == "a peer that was cut for misbehaviour connects again too often");
    assert!((1..=6).contains(&lines.count()), "three a minute");
}

#[test]
fn many_may_connect_at_once() {
    let program = Program::start(&["--access-log", "off"]);
    // Nothing is accepted meanwhile.
    program.signal("STOP");
    let open: Vec<_> =
        (0..600).map(|_| TcpStream::connect_timeout(&program.address(), PATIENCE / 2).expect("there is room")).collect();
    program.signal("CONT");
    let accepted = || program.metric("paydirt_connections_accepted_total");
    eventually("all of them", || (accepted() == Some(600.0)).then_some(()));
    drop(open);
}

/// Connects so many times, and returns how many of the connections are refused for their number.
fn refused_of(program: &Program, from: Ipv4Addr, count: usize) -> f64 {
    let counted = || {
        let accepted = program.metric("paydirt_connections_accepted_total").expect("it is there");
        (program.refused("reconnects"), accepted + program.refused("reconnects"))
    };
    let (before, all_before) = counted();
    // A few at a time: on a busy machine the first of many would be cut for saying nothing before the last has come.
    for start in (0..count).step_by(50) {
        drop(connect_often_from(from, program.address(), (count - start).min(50)));
    }
    eventually("all of them", || {
        let (refused, all) = counted();
        (all - all_before >= count as f64).then_some(refused - before)
    })
}

#[test]
fn every_kind_of_misbehaviour_counts_and_none_limits_nobody() {
    let program = Program::start(&["--access-log", "off"]);
    let address = |last| Ipv4Addr::new(127, 0, 0, last);
    assert_eq!(refused_of(&program, address(10), 400), 0.0, "to connect and to leave is no offence");
    let pings = [PREFACE, &settings(&[]), &frame(PING, 0, 0, b"whatever").repeat(100_000)].concat();
    let offences: [(&str, &[u8]); 4] =
        [("protocol", &broken()), ("protocol", b"GET / HTTP/1.1\r\n\r\n"), ("flood", &pings), ("preface", &PREFACE[..10])];
    for (number, (reason, bytes)) in (11..).zip(offences) {
        let before = program.refused(reason);
        let mut stream = connect_from(address(number), program.address()).expect("it listens");
        let mut reader = stream.try_clone().expect("a descriptor");
        let reading = std::thread::spawn(move || reader.read_to_end(&mut Vec::new()));
        let _ = stream.write_all(bytes);
        let _ = reading.join().expect("no panic");
        eventually(reason, || (program.refused(reason) > before).then_some(()));
        let refused = refused_of(&program, address(number), 400);
        assert!(refused > 0.0, "{refused} of 400 after {reason}");
        assert_eq!(refused_of(&program, HONEST, 10), 0.0, "another address");
    }
    assert!(Peer::from(HONEST, program.address()).is_answered());
}

#[test]
fn under_mutual_tls_a_known_name_is_never_refused_for_its_address() {
    let (server_ca, client_ca) = (Authority::new("issuer"), Authority::new("issuer of clients"));
    let place = Place::new(&server_ca.issue(&[NAME]), Some(&client_ca), &[]);
    let identity = client_ca.issue(&["billing.example.com"]);
    // Strangers elsewhere are limited, and probes that say nothing are not.
    let is_left = |count| drop(connect_often_from(GREEDY, place.program.address(), count));
    is_left(300);
    eventually("all of them", || (place.program.refused("handshake") >= 300.0).then_some(()));
    assert_eq!(place.program.refused("reconnects"), 0.0);
    are_cut(GREEDY, place.program.address(), 1, b"this is no TLS at all");
    is_left(300);
    eventually("refusals", || (place.program.refused("reconnects") > 0.0).then_some(()));
    // Beside the known name's there are strangers behind its address, before it comes and after.
    are_cut(HONEST, place.program.address(), 20, b"this is no TLS at all");
    place.call(&[&server_ca], Some(&identity)).expect("it is known");
    let before = place.program.refused("reconnects");
    are_cut(HONEST, place.program.address(), 300, b"this is no TLS at all");
    place.call(&[&server_ca], Some(&identity)).expect("it is known");
    assert_eq!(place.program.refused("reconnects"), before);
}
