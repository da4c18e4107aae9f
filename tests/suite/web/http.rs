//! A client of HTTP/1.1 that writes what it is told to write, byte by byte.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::support::connect_from;

/// A connection.
pub struct Peer {
    pub stream: TcpStream,
    /// The bytes that have come behind the last answer.
    come: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The reason in the first detail of an error.
    pub fn reason(&self) -> String {
        self.json()["details"][0]["debug"]["reason"].as_str().unwrap_or_else(|| panic!("no reason: {}", self.text())).to_owned()
    }
}

impl Answer {
    /// The code of an error, as gRPC writes it.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_else(|| panic!("no code: {}", self.text())).to_uppercase()
    }
}

impl Peer {
    pub fn of(address: SocketAddr) -> Peer {
        Peer::from(Ipv4Addr::LOCALHOST, address)
    }

    /// A peer with this address of the machine.
    pub fn from(from: Ipv4Addr, server: SocketAddr) -> Peer {
        Peer::of_stream(connect_from(from, server).expect("the server listens"))
    }

    /// A peer at a server that may be gone.
    pub fn if_it_listens(server: SocketAddr) -> Option<Peer> {
        connect_from(Ipv4Addr::LOCALHOST, server).ok().map(Peer::of_stream)
    }

    fn of_stream(stream: TcpStream) -> Peer {
        stream.set_nodelay(true).expect("a socket");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket");
        Peer { stream, come: Vec::new() }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).expect("the server reads");
    }

    /// The next answer; none when the server has closed the connection before it was whole.
    pub fn answer(&mut self) -> Option<Answer> {
        let end = loop {
            match self.come.windows(4).position(|window| window == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => self.more()?,
            }
        };
        let head = String::from_utf8(self.come.drain(..end).collect()).expect("a head is text");
        let mut lines = head.trim_end().lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or_else(|| panic!("{head}"));
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").unwrap_or_else(|| panic!("{head}")))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let mut answer = Answer { status, headers, body: Vec::new() };
        if let Some(length) = answer.header("content-length").map(|length| length.parse::<usize>().expect("a number")) {
            answer.body = self.take(length)?;
        } else if answer.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = usize::from_str_radix(&self.line()?, 16).expect("the size of a chunk");
                answer.body.extend(self.take(size)?);
                self.line()?;
                if size == 0 {
                    break;
                }
            }
        }
        Some(answer)
    }

    fn line(&mut self) -> Option<String> {
        loop {
            match self.come.windows(2).position(|window| window == b"\r\n") {
                Some(end) => {
                    let line: Vec<u8> = self.come.drain(..end + 2).take(end).collect();
                    return Some(String::from_utf8(line).expect("text"));
                }
                None => self.more()?,
            }
        }
    }

    fn take(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.come.len() < length {
            self.more()?;
        }
        Some(self.come.drain(..length).collect())
    }

    fn more(&mut self) -> Option<()> {
        let mut bytes = [0; 16 * 1024];
        let length = match self.stream.read(&mut bytes) {
            Ok(length) => length,
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => 0,
            Err(error) => panic!("the server neither answers nor closes: {error}"),
        };
        self.come.extend_from_slice(&bytes[..length]);
        (length > 0).then_some(())
    }

    /// True once the server has closed the connection, without a further answer.
    pub fn is_closed(&mut self) -> bool {
        assert!(self.come.is_empty(), "something came first: {}", String::from_utf8_lossy(&self.come));
        self.more().is_none()
    }

    /// Posts a message, and returns its answer.
    pub fn post(&mut self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.ask("POST", path, headers, body)
    }

    pub fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.send(request(method, path, headers, body));
        self.answer().expect("the server answers")
    }
}

/// A whole request to this machine.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut request = format!("{method} {path} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request.push_str("host: localhost\r\n");
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() || method == "POST" {
        request.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    [request.as_bytes(), b"\r\n", body].concat()
}

pub const REQUIRED_REVENUE: &str = "/paydirt.v1.BreakEvenService/ComputeRequiredRevenue";
/// Cahn's question: 600 billion.
pub const CAHN: &str = r#"{"currency_code": "USD", "accelerator_revenue": "150e9", "accelerator_revenue_period": "PERIOD_YEAR",
    "accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5"}"#;
pub const JSON: (&str, &str) = ("content-type", "application/json");

/// Asserts that an answer is Cahn's figure.
pub fn assert_cahns(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["required_annual_revenue"], "600000000000");
}
