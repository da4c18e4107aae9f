//! Memory under attack: the real program in a cgroup of as much memory as the manifests give it. Callers hold messages, connections ask and
//! do not read, and connections come by the hundred; the kernel never kills the program, an honest caller is answered meanwhile, what is
//! counted is what is taken, and the memory is given back.
//!
//! A cgroup can be made by root alone, where the hierarchy can be written. Elsewhere the test says so, and looks at nothing.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use crate::attacks::asks_rightly;
use crate::frames::{
    DATA, END_HEADERS, HEADERS, INITIAL_WINDOW_SIZE, PREFACE, WINDOW_UPDATE, call, frame, message, settings, window_update,
};
use crate::program::{Program, eventually};
use crate::stream::{STREAM, short};

/// The memory limit of the base manifest.
const LIMIT: u64 = 384 << 20;

/// A method of questions that may be long.
const LONG: &str = "/paydirt.v1.CashFlowService/ComputeNetPresentValue";

/// A cgroup with a memory limit, which is taken away when dropped.
struct Cgroup {
    directory: PathBuf,
    is_one: bool,
}

impl Cgroup {
    /// None where none can be made.
    fn made(limit: u64) -> Option<Cgroup> {
        let name = format!("paydirt-test-{}", std::process::id());
        ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"].into_iter().find_map(|top| {
            let directory = Path::new(top).join(&name);
            fs::create_dir(&directory).ok()?;
            let is_one = directory.join("memory.limit_in_bytes").exists();
            let cgroup = Cgroup { directory, is_one };
            let file = if is_one { "memory.limit_in_bytes" } else { "memory.max" };
            fs::write(cgroup.directory.join(file), limit.to_string()).ok()?;
            // Without swap, as in a cluster. Where there is no such file, there is no swap either.
            let _ = fs::write(cgroup.directory.join("memory.swap.max"), "0");
            Some(cgroup)
        })
    }

    fn read(&self, one: &str, two: &str) -> String {
        fs::read_to_string(self.directory.join(if self.is_one { one } else { two })).unwrap_or_default()
    }

    fn used(&self) -> u64 {
        self.read("memory.usage_in_bytes", "memory.current").trim().parse().expect("a number")
    }

    /// The most that was ever used; 0 where the kernel does not tell.
    fn peak(&self) -> u64 {
        self.read("memory.max_usage_in_bytes", "memory.peak").trim().parse().unwrap_or(0)
    }

    fn kills(&self) -> u64 {
        let events = self.read("memory.oom_control", "memory.events");
        let kills = events.lines().find_map(|line| line.strip_prefix("oom_kill ")?.parse().ok());
        kills.expect("the kernel counts kills")
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        for _ in 0..200 {
            if fs::remove_dir(&self.directory).is_ok() {
                return;
            }
            // The process in it is still on its way out.
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// A peer that asks, and reads nothing after the server's first words.
struct Deaf {
    stream: TcpStream,
    /// Whether all that was to be sent has gone out so far. A frame that is cut would break the rules.
    is_heard: bool,
}

impl Deaf {
    /// None when the server does not take the connection.
    fn connect(from: u8, server: SocketAddr, window: u32) -> Option<Deaf> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.bind(&SocketAddr::from((Ipv4Addr::new(127, 0, 0, from), 0)).into()).expect("an address of this machine");
        // It takes little of what it does not read.
        socket.set_recv_buffer_size(8 << 10).expect("it is set");
        socket.connect_timeout(&server.into(), Duration::from_secs(2)).ok()?;
        let stream = TcpStream::from(socket);
        stream.set_write_timeout(Some(Duration::from_millis(200))).expect("a time is set");
        stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a time is set");
        let mut deaf = Deaf { stream, is_heard: true };
        deaf.send(&[PREFACE, &settings(&[(INITIAL_WINDOW_SIZE, window)]), &window_update(0, 1 << 30)].concat());
        // The window of the connection, behind the server's settings: before that no more than 64 KB may be sent.
        let (mut said, mut piece) = (Vec::<u8>::new(), [0; 256]);
        while !said.windows(5).any(|bytes| bytes == [0, 0, 4, WINDOW_UPDATE, 0]) {
            match deaf.stream.read(&mut piece) {
                Ok(0) | Err(_) => return None,
                Ok(length) => said.extend(&piece[..length]),
            }
        }
        Some(deaf)
    }

    fn send(&mut self, bytes: &[u8]) {
        self.is_heard = self.is_heard && self.stream.write_all(bytes).is_ok();
    }

    fn opens(&mut self, path: &str, streams: u32) {
        let headers = call(path, &[]);
        let opened = (0..streams).flat_map(|number| frame(HEADERS, END_HEADERS, 2 * number + 1, &headers));
        self.send(&opened.collect::<Vec<_>>());
    }

    /// Sends this data on each of so many streams.
    fn sends(&mut self, streams: u32, data: &[u8]) {
        for number in 0..streams {
            let frames = data.chunks(16_384).flat_map(|piece| frame(DATA, 0, 2 * number + 1, piece));
            self.send(&frames.collect::<Vec<_>>());
        }
    }
}

/// Messages that are announced with four megabytes, and never whole: eight connections of four callers, each with 31 calls.
fn hold_messages(server: SocketAddr) -> Vec<Deaf> {
    let connect = |number: u8| Deaf::connect(2 + number % 4, server, 65_535);
    let mut peers: Vec<_> = (0..8).filter_map(connect).collect();
    for peer in &mut peers {
        peer.opens(LONG, 31);
        peer.sends(31, &[&[0, 0, 64, 0, 0][..], &[10; 60_000]].concat());
    }
    // The server reads on, and so the windows open again.
    for _ in 0..16 {
        std::thread::sleep(Duration::from_millis(50));
        peers.iter_mut().for_each(|peer| peer.sends(31, &[10; 30_000]));
    }
    peers
}

/// Streams of calculations whose answers nobody reads: 64 connections with 128 of them each.
fn ask_and_do_not_read(server: SocketAddr, until: Instant) -> Vec<Deaf> {
    let calculation = message(&short(1));
    let calculations = calculation.repeat(60_000 / calculation.len());
    many(64, until, |number| {
        let mut peer = Deaf::connect(10 + (number % 8) as u8, server, 1 << 30)?;
        peer.opens(&format!("/{STREAM}"), 128);
        peer.sends(33, &calculations);
        Some(peer)
    })
}

/// Halves of short messages, a hundred on each of as many connections as there may be.
fn send_halves(server: SocketAddr, until: Instant) -> Vec<Deaf> {
    let half = [&[0, 0, 0, 64, 0][..], &[10; 8_000]].concat();
    many(1000, until, |number| {
        let mut peer = Deaf::connect(20 + (number % 100) as u8, server, 0)?;
        peer.opens(LONG, 100);
        peer.sends(100, &half);
        Some(peer)
    })
}

/// So many peers, made by some threads at once, as far as the time allows.
fn many(count: usize, until: Instant, make: impl Fn(usize) -> Option<Deaf> + Sync) -> Vec<Deaf> {
    const THREADS: usize = 16;
    std::thread::scope(|scope| {
        let make = &make;
        let of_thread =
            move |thread| (thread..count).step_by(THREADS).take_while(move |_| Instant::now() < until).filter_map(make);
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || of_thread(thread).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}

/// A caller with one short call after the other, and how many of them were answered.
struct Honest {
    is_over: Arc<AtomicBool>,
    asked: Arc<AtomicU64>,
    answered: Arc<AtomicU64>,
    thread: std::thread::JoinHandle<String>,
}

impl Honest {
    fn of(program: &Program) -> Honest {
        let client = program.client();
        let (is_over, asked, answered) =
            (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let (ends, asks, is_answered) = (Arc::clone(&is_over), Arc::clone(&asked), Arc::clone(&answered));
        let thread = std::thread::spawn(move || {
            let mut last = String::new();
            while !ends.load(Ordering::Relaxed) {
                asks.fetch_add(1, Ordering::Relaxed);
                match asks_rightly(&client) {
                    Ok(()) => drop(is_answered.fetch_add(1, Ordering::Relaxed)),
                    Err(error) => last = error,
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            last
        });
        Honest { is_over, asked, answered, thread }
    }

    /// How many calls were made, how many of them were answered, and how the last of the others ended.
    fn ends(self) -> (u64, u64, String) {
        self.is_over.store(true, Ordering::Relaxed);
        let last = self.thread.join().expect("no panic");
        (self.asked.load(Ordering::Relaxed), self.answered.load(Ordering::Relaxed), last)
    }
}

/// What the program takes, by the kernel and by its own count.
fn taken(what: &str, program: &Program, cgroup: &Cgroup) -> (u64, u64) {
    let metric = |name| program.metric(name).unwrap_or_default();
    let counted = (metric("paydirt_message_bytes") + metric("paydirt_connection_bytes")) as u64;
    let (used, connections) = (cgroup.used(), program.metric("paydirt_connections").unwrap_or_default());
    let calls = program.metric("paydirt_calls_refused_total{reason=\"memory_limit\"}").unwrap_or_default();
    let megabytes = |bytes: u64| bytes / 1_000_000;
    println!(
        "{what}: {} MB used, {} at the most, {} counted; {connections} connections; refused for memory: {} connections, {calls} calls",
        megabytes(used),
        megabytes(cgroup.peak()),
        megabytes(counted),
        program.refused("memory_limit"),
    );
    (used, counted)
}

#[test]
fn whatever_peers_hold_the_program_stays_within_its_memory_and_answers() {
    let Some(cgroup) = Cgroup::made(LIMIT) else {
        println!("SKIPPED: no cgroup with a memory limit can be made here");
        return;
    };
    let flags =
        ["--workers", "2", "--pool-threads", "2", "--max-connections", "1000", "--access-log", "off", "--max-wait", "5s"];
    let mut program = Program::start_within(&cgroup.directory.join("cgroup.procs"), &flags);
    let server = program.address();
    assert_eq!(program.metric("paydirt_memory_limit_bytes"), Some(LIMIT as f64));
    let honest = Honest::of(&program);
    eventually("answers", || (honest.answered.load(Ordering::Relaxed) > 20).then_some(()));
    let (at_rest, _) = taken("at rest", &program, &cgroup);
    let within = |time| Instant::now() + Duration::from_secs(time);

    let mut peers = hold_messages(server);
    // What was freed before is given back by then, and no upload has ended for standing still.
    std::thread::sleep(Duration::from_millis(1700));
    let (used, counted) = taken("messages are held", &program, &cgroup);
    assert!(counted > 40 << 20, "{counted} bytes are held");
    let ratio = counted as f64 / used.saturating_sub(at_rest) as f64;
    assert!((0.8..1.25).contains(&ratio), "{counted} bytes are counted, and {} are taken", used - at_rest);

    peers.extend(ask_and_do_not_read(server, within(8)));
    taken("answers are not read", &program, &cgroup);
    peers.extend(send_halves(server, within(8)));
    taken("halves of messages", &program, &cgroup);
    std::thread::sleep(Duration::from_secs(2));
    taken("all of it", &program, &cgroup);
    assert!(program.is_running() && cgroup.kills() == 0, "killed by the kernel");
    assert!(cgroup.peak() < LIMIT, "{} bytes at the most", cgroup.peak());

    drop(peers);
    std::thread::sleep(Duration::from_secs(1));
    let start = Instant::now();
    let is_back = loop {
        let (used, counted) = taken("given back", &program, &cgroup);
        if used < at_rest + (48 << 20) && counted < 1 << 20 {
            break true;
        }
        if start.elapsed() > Duration::from_secs(9) {
            break false;
        }
        std::thread::sleep(Duration::from_millis(500));
    };
    let (asked, answered, last) = honest.ends();
    println!("{answered} of {asked} calls were answered");
    assert!(answered * 100 >= asked * 95, "{answered} of {asked} calls were answered: {last}");
    assert!(is_back, "ten seconds after the attack the memory is not given back");
}

#[test]
fn near_its_memory_limit_the_program_takes_no_connection_and_the_admin_port_answers() {
    let mut program =
        Program::start(&["--memory-limit", "16MiB", "--workers", "1", "--pool-threads", "1", "--access-log", "off"]);
    let half = [&[0, 0, 0, 64, 0][..], &[10; 8_000]].concat();
    let mut peers = Vec::new();
    // Built for tests the program takes more than that by itself; otherwise peers make it.
    eventually("a connection that is refused or cut", || {
        if let Some(mut peer) = Deaf::connect(2, program.address(), 0) {
            peer.opens(LONG, 100);
            peer.sends(100, &half);
            peers.push(peer);
        }
        (program.refused("memory_limit") > 0.0).then_some(())
    });
    assert_eq!(program.metric("paydirt_memory_limit_bytes"), Some((16 << 20) as f64));
    assert!(program.metric("paydirt_memory_used_bytes") > Some((8 << 20) as f64));
    assert_eq!(program.ask("GET", "/livez", "").0, 200);
    assert_eq!(program.line("the level of memory has changed")["level"], "WARN");
    assert!(program.is_running());
    assert!(program.terminated() < Duration::from_secs(30));
}
