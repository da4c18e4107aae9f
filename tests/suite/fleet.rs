//! Three servers behind one name, and their replacement one after the other as Kubernetes does it: a new one first, with an address of its
//! own, then SIGTERM to an old one, which clients still have on their list for a while.
//!
//! All take the same port, each at another loopback address: Linux answers for all of 127.0.0.0/8, and nobody has to be root.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::attacks::METHOD;
use crate::program::Program;
use crate::program::eventually;

/// As many as a fleet has at most, and after them their successors.
const SIZE_MAX: u8 = 3;

/// The addresses that clients are told, now.
#[derive(Clone, Default)]
pub struct Listed(Arc<Mutex<Vec<Ipv4Addr>>>);

impl Listed {
    pub fn now(&self) -> Vec<Ipv4Addr> {
        self.0.lock().expect("no panic").clone()
    }

    fn add(&self, address: Ipv4Addr) {
        self.0.lock().expect("no panic").push(address);
    }

    fn remove(&self, address: Ipv4Addr) {
        self.0.lock().expect("no panic").retain(|listed| *listed != address);
    }
}

/// Which addresses the new servers have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Others, and each serves before an old one ends: a Deployment's, with `maxSurge: 1` and `maxUnavailable: 0`.
    First,
    /// The same, after the old one has ended: two serve meanwhile.
    InPlace,
}

pub struct Fleet {
    pub listed: Listed,
    port: u16,
    admin_port: u16,
    web_port: u16,
    flags: Vec<String>,
    size: u8,
    serving: BTreeMap<Ipv4Addr, Program>,
    /// What those that have ended wrote.
    logs: Vec<Vec<Value>>,
}

impl Fleet {
    pub fn start(size: u8, flags: &[&str]) -> Fleet {
        let flags = [&["--access-log-lines-per-second", "1000000"], flags].concat();
        let flags = flags.into_iter().map(str::to_owned).collect();
        let port = free_port();
        let other_than =
            |taken: &[u16]| eventually("a further free port", || Some(free_port()).filter(|port| !taken.contains(port)));
        let admin_port = other_than(&[port]);
        let web_port = other_than(&[port, admin_port]);
        let (listed, serving) = (Listed::default(), BTreeMap::new());
        let mut fleet = Fleet { listed, port, admin_port, web_port, flags, size, serving, logs: Vec::new() };
        for number in 1..=size {
            fleet.add(address(number));
        }
        fleet
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The admin port of each server, at its own address.
    pub fn admin_port(&self) -> u16 {
        self.admin_port
    }

    /// The web port of each server, at its own address.
    pub fn web_port(&self) -> u16 {
        self.web_port
    }

    pub fn servers(&self) -> impl Iterator<Item = &Program> {
        self.serving.values()
    }

    /// A server, of which clients learn once it serves.
    fn add(&mut self, address: Ipv4Addr) {
        let listen = SocketAddr::from((address, self.port)).to_string();
        let admin_listen = SocketAddr::from((address, self.admin_port)).to_string();
        let web_listen = SocketAddr::from((address, self.web_port)).to_string();
        let mut flags: Vec<&str> = self.flags.iter().map(String::as_str).collect();
        flags.extend(["--listen", &listen, "--admin-listen", &admin_listen, "--web-listen", &web_listen]);
        let program = Program::start_with(&flags, |command| command.env("PAYDIRT_REHEARSAL", "1"));
        eventually("readiness", || (program.ask("GET", "/readyz", "").0 == 200).then_some(()));
        self.serving.insert(address, program);
        self.listed.add(address);
    }

    /// SIGTERM; clients learn of it later; and the end.
    fn remove(&mut self, address: Ipv4Addr, lag: Duration) {
        let program = self.serving.remove(&address).expect("it serves");
        program.signal("TERM");
        std::thread::sleep(lag);
        self.listed.remove(address);
        let (status, _, log) = program.ended_with_log();
        assert!(status.success(), "{address}: {status}");
        self.logs.push(log);
    }

    /// Replaces each, while calls come in: the next one's turn comes when the new one has answered some.
    pub fn replace_all(&mut self, replacement: Replacement, lag: Duration) {
        self.until_each_has_answered(20);
        for old in 1..=self.size {
            match replacement {
                Replacement::First => {
                    self.add(address(old + SIZE_MAX));
                    self.remove(address(old), lag);
                }
                Replacement::InPlace => {
                    self.remove(address(old), lag);
                    self.add(address(old));
                }
            }
            self.until_each_has_answered(20);
        }
    }

    /// Ends one at once, with its calls; it stays on the list.
    pub fn kill_one(&mut self) {
        // Dropping it does.
        self.serving.pop_first().expect("one serves");
    }

    /// Waits until every server has answered so many further calls.
    pub fn until_each_has_answered_more(&self, count: u32) {
        let more: Vec<_> = self.servers().map(|server| (server, server.calls(METHOD, "OK") + f64::from(count))).collect();
        for (server, more) in more {
            eventually(&format!("{more} calls"), || (server.calls(METHOD, "OK") >= more).then_some(()));
        }
    }

    /// Waits until every server has answered so many calls.
    pub fn until_each_has_answered(&self, count: u32) {
        for (address, server) in &self.serving {
            eventually(&format!("{count} calls at {address}"), || {
                (server.calls(METHOD, "OK") >= f64::from(count)).then_some(())
            });
        }
    }

    /// Ends those that serve, and says how many calls each of all these servers has answered.
    pub fn end(mut self) -> Vec<u64> {
        for program in self.serving.values() {
            // Nobody calls any more: no lame duck.
            program.signal("INT");
        }
        while let Some((address, program)) = self.serving.pop_first() {
            let (status, _, log) = program.ended_with_log();
            assert!(status.success(), "{address}: {status}");
            self.logs.push(log);
        }
        self.logs.iter().map(|log| answered(log)).collect()
    }

    /// How each of the calls so far ended, and when, in seconds: they have to be those of one caller.
    pub fn ended_calls(&self) -> Vec<(String, f64)> {
        let lines: Vec<_> = self.servers().flat_map(Program::log).filter(is_call).collect();
        let ended = |line: &Value| {
            let at: jiff::Timestamp = line["timestamp"].as_str()?.parse().ok()?;
            Some((line["code"].as_str()?.to_owned(), at.as_microsecond() as f64 / 1e6))
        };
        lines.iter().map(|line| ended(line).unwrap_or_else(|| panic!("a call, its code and its time: {line}"))).collect()
    }

    /// How many calls were answered after the signal, by those servers that have ended.
    pub fn answered_in_the_lame_duck(&self) -> Vec<u64> {
        let after = |log: &Vec<Value>| {
            let asked = log.iter().position(|line| line["message"] == "asked to end").expect("it was asked");
            answered(&log[asked..])
        };
        self.logs.iter().map(after).collect()
    }
}

fn is_call(line: &Value) -> bool {
    line["message"] == "call" && line["method"].as_str() == Some(METHOD)
}

fn answered(log: &[Value]) -> u64 {
    log.iter().filter(|line| is_call(line) && line["code"] == "OK").count() as u64
}

/// 127.0.0.1 is left to others.
fn address(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 50, number)
}

/// A port that is free at each of the addresses.
fn free_port() -> u16 {
    eventually("a free port", || {
        let first = TcpListener::bind((address(1), 0)).ok()?;
        let port = first.local_addr().ok()?.port();
        let others: Option<Vec<_>> = (2..=2 * SIZE_MAX).map(|number| TcpListener::bind((address(number), port)).ok()).collect();
        others.map(|_| port)
    })
}
