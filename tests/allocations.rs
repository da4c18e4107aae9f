//! What a short call allocates on the thread that answers it: a bound, so that a layer that adds an allocation is seen.
//!
//! A test binary of its own, because it counts every allocation of its process.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;

use counting::{Counted, Counting, counted};
use paydirt::server::config::Settings;
use paydirt::server::signals::Signal;
use paydirt::server::{Server, start_log};
use tokio::runtime::Builder;
use tokio::sync::mpsc;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations and reallocations of one call, together. The figure is exact, so that one more is seen; a lower one is written here.
const A_CALL: f64 = 13.0;
/// Now and then something else happens on the thread, such as a heartbeat: less than this for each call.
const BETWEEN_CALLS: f64 = 0.5;
/// The layer of accidents that debug builds have boxes the future of each call.
const REHEARSAL: f64 = if cfg!(debug_assertions) { 1.0 } else { 0.0 };

const CALLS: u32 = 1000;
/// Buffers and tables have their lasting size after so many.
const CALLS_BEFORE: u32 = 200;

/// Cahn's question with ten streams, as one framed message.
const CAHN: &[u8] = include_bytes!("../benches/bare/cahn.bin");

#[test]
fn a_cahn_call_stays_within_its_allocations() {
    // The access log is on, as by default. Each call is looked at for it and none gets a line, as is so for most calls of a busy server: how
    // many lines there are depends on the time that the calls take, and the count may not.
    let settings = Settings::read([
        "paydirt",
        "--listen=127.0.0.1:0",
        "--admin-listen=127.0.0.1:0",
        "--web-listen=",
        "--workers=1",
        "--pool-threads=1",
        "--lame-duck=0s",
        "--log-level=off,paydirt::access=info",
        "--access-log-lines-per-second=0",
    ]);
    let settings = settings.expect("good settings");
    let log = start_log(&settings).expect("nobody else has");
    let server = Server::prepare(settings).expect("a free port");
    let address = server.address();
    let (signals, asked) = mpsc::channel(1);
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let serving = thread::spawn(move || runtime.block_on(server.serve(&log, asked)));

    // The client's allocations are those of this thread.
    let mut client = Client::of(address);
    (0..CALLS_BEFORE).for_each(|_| client.ask());
    let before = of_the_worker();
    (0..CALLS).for_each(|_| client.ask());
    let after = of_the_worker();
    signals.try_send(Signal::Interrupt).expect("the server listens to it");
    serving.join().expect("no panic").expect("the server serves");

    let a_call = |before: u64, after: u64| (after - before) as f64 / f64::from(CALLS);
    let allocations = a_call(before.allocations, after.allocations);
    let reallocations = a_call(before.reallocations, after.reallocations);
    let (both, known) = (allocations + reallocations, A_CALL + REHEARSAL);
    println!("a call: {allocations} allocations and {reallocations} reallocations, {both} together");
    let told = format!(
        "a call makes {allocations} allocations and {reallocations} reallocations: {both} together, where {known} are known"
    );
    assert!(both < known + BETWEEN_CALLS, "{told}: what has come, and is it worth that?");
    assert!(both > known - BETWEEN_CALLS, "{told}: lower A_CALL, so that the next one is seen");
}

/// What the thread that answers has asked for so far; it waits for the next call when this is read.
fn of_the_worker() -> Counted {
    let is_worker = |counted: &Counted| {
        let name = fs::read_to_string(format!("/proc/self/task/{}/comm", counted.thread));
        name.is_ok_and(|name| name.trim_end() == "worker-0")
    };
    let workers: Vec<Counted> = counted().filter(is_worker).collect();
    assert_eq!(workers.len(), 1, "one thread is worker-0");
    workers[0]
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
/// On data and headers; of settings and pings it says that they answer.
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// A client on one connection, which sends a call with one write.
///
/// By hand, because a client that writes the headers and the message apart has them read apart when it happens so, and that takes more
/// allocations than one read of both.
struct Client {
    stream: TcpStream,
    next: u32,
}

impl Client {
    fn of(address: SocketAddr) -> Client {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        // All answers fit into the window that is opened here.
        let window = frame(WINDOW_UPDATE, 0, 0, &(1_u32 << 30).to_be_bytes());
        stream
            .write_all(&[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &frame(SETTINGS, 0, 0, &[])[..], &window].concat())
            .expect("sent");
        Client { stream, next: 1 }
    }

    /// One call, up to the end of its answer.
    fn ask(&mut self) {
        let stream = self.next;
        self.next += 2;
        let headers = frame(HEADERS, END_HEADERS, stream, &headers(stream == 1));
        self.stream.write_all(&[headers, frame(DATA, END_STREAM, stream, CAHN)].concat()).expect("sent");
        let mut has_message = false;
        loop {
            let mut head = [0; 9];
            self.stream.read_exact(&mut head).expect("the server answers");
            let [_, high, low, kind, flags, of @ ..] = head;
            let mut payload = vec![0; usize::from(u16::from_be_bytes([high, low]))];
            self.stream.read_exact(&mut payload).expect("a whole frame");
            match kind {
                SETTINGS | PING if flags & END_STREAM == 0 => {
                    let payload = if kind == PING { &payload[..] } else { &[] };
                    self.stream.write_all(&frame(kind, END_STREAM, 0, payload)).expect("sent");
                }
                DATA => has_message |= payload.len() > 5,
                HEADERS if flags & END_STREAM != 0 => {
                    // What is refused has no message.
                    assert!(has_message && u32::from_be_bytes(of) == stream, "the call was not answered");
                    return;
                }
                SETTINGS | PING | WINDOW_UPDATE | HEADERS => {}
                _ => panic!("a frame of kind {kind}: {payload:?}"),
            }
        }
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
    [&length[..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The headers of a call, compressed as clients do it: written out for the first call, and numbers of a table for all later ones.
fn headers(is_first: bool) -> Vec<u8> {
    const HEADERS: [(&str, &str); 5] = [
        (":authority", "localhost"),
        (":path", "/paydirt.v1.BreakEvenService/ComputeRequiredRevenue"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        ("user-agent", "paydirt-allocations"),
    ];
    // `:method: POST` and `:scheme: http` have numbers from the beginning; the first number of what is put into the table is 62.
    let mut bytes = vec![0x80 | 3, 0x80 | 6];
    for (number, (name, value)) in (62..).zip(HEADERS.iter().rev()).collect::<Vec<_>>().into_iter().rev() {
        if is_first {
            bytes.push(0x40);
            for text in [name, value] {
                bytes.push(u8::try_from(text.len()).expect("a short text"));
                bytes.extend(text.bytes());
            }
        } else {
            bytes.push(0x80 | number);
        }
    }
    bytes
}
