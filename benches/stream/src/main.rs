//! `paydirt-stream-load ADDRESS:PORT PID KIND COUNT`: so many calculations of a kind (cahn, irr60) on one stream, and the processor time that
//! each takes of the process with this number.

mod message;

use std::error::Error;
use std::io::{BufReader, Read, Write};
use std::iter;
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Instant;

use message::{CAHN, field, internal_rate_of, varint};

const FRAME_BYTES: usize = 16_384;
/// What a client that reads as fast as it can lets the server send.
const WINDOW: u32 = 1 << 20;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The message of a stream, up to its id: `calculation` comes first, so that the id can be put behind.
fn calculation(kind: &str) -> Outcome<Vec<u8>> {
    let calculation = match kind {
        "cahn" => field(1, &CAHN[5..]),
        // A loan of 59 months.
        "irr60" => field(9, &internal_rate_of(iter::once("-50000").chain(iter::repeat_n("966.64", 59)))),
        _ => return Err(format!("no kind {kind}: cahn or irr60").into()),
    };
    Ok(field(2, &calculation))
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// Literals that leave no trace in the table.
fn headers() -> Vec<u8> {
    let path = "/paydirt.v1.CalculationService/StreamCalculations";
    let usual = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "a")];
    let grpc = [("content-type", "application/grpc"), ("te", "trailers")];
    let mut bytes = Vec::new();
    for text in usual.into_iter().chain(grpc) {
        bytes.push(0);
        for text in [text.0, text.1] {
            bytes.push(text.len() as u8);
            bytes.extend(text.as_bytes());
        }
    }
    bytes
}

/// What the server lets us send, on the stream and on the connection; and what it wants to hear.
struct Windows {
    open: [i64; 2],
    replies: Vec<u8>,
}

fn processor_seconds(pid: &str) -> Outcome<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = stat.rsplit_once(") ").ok_or("no process")?;
    let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    // Linux shows a hundred ticks a second, whatever it counts in.
    Ok(ticks as f64 / 100.0)
}

fn send(mut stream: TcpStream, windows: &(Mutex<Windows>, Condvar), calculation: &[u8], count: usize) -> Outcome<()> {
    let mut pending: Vec<u8> = Vec::new();
    let mut next = 0;
    while next < count || !pending.is_empty() {
        while next < count && pending.len() < FRAME_BYTES {
            let id = [&[1 << 3], &varint(next + 1)[..]].concat();
            pending.push(0);
            pending.extend(((calculation.len() + id.len()) as u32).to_be_bytes());
            pending.extend(calculation);
            pending.extend(id);
            next += 1;
        }
        let (room, replies) = {
            let mut state = windows.0.lock().map_err(|_| "a panic")?;
            // What is short by half a frame waits for more.
            while state.open.iter().any(|open| *open < (FRAME_BYTES / 2) as i64) && state.replies.is_empty() {
                state = windows.1.wait(state).map_err(|_| "a panic")?;
            }
            let room = state.open.iter().copied().min().unwrap_or(0).clamp(0, FRAME_BYTES as i64) as usize;
            let room = room.min(pending.len());
            state.open.iter_mut().for_each(|open| *open -= room as i64);
            (room, std::mem::take(&mut state.replies))
        };
        let mut bytes = replies;
        if room > 0 {
            bytes.extend(frame(0, 0, 1, &pending[..room]));
            pending.drain(..room);
        }
        stream.write_all(&bytes)?;
    }
    stream.write_all(&frame(0, 1, 1, &[]))?;
    // Answers still come, and windows for them have to be opened.
    loop {
        let replies = {
            let mut state = windows.0.lock().map_err(|_| "a panic")?;
            while state.replies.is_empty() {
                state = windows.1.wait(state).map_err(|_| "a panic")?;
            }
            std::mem::take(&mut state.replies)
        };
        if stream.write_all(&replies).is_err() {
            return Ok(());
        }
    }
}

/// Counts answers until the stream ends; every one has to be an answer and no error.
fn receive(stream: TcpStream, windows: &(Mutex<Windows>, Condvar)) -> Outcome<usize> {
    let mut stream = BufReader::with_capacity(1 << 18, stream);
    let (mut answers, mut unread) = (0, 0);
    let mut data: Vec<u8> = Vec::new();
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        stream.read_exact(&mut payload)?;
        let mut reply = Vec::new();
        match (head[3], head[4]) {
            (0, _) => {
                unread += payload.len() as u32;
                data.extend(payload);
                let mut at = 0;
                while let Some(&[_, a, b, c, d]) = data[at..].first_chunk() {
                    let length = u32::from_be_bytes([a, b, c, d]) as usize;
                    let Some(message) = data.get(at + 5..at + 5 + length) else { break };
                    is_answer(message)?;
                    answers += 1;
                    at += 5 + length;
                }
                data.drain(..at);
                if unread > WINDOW / 4 {
                    reply.extend(frame(8, 0, 0, &unread.to_be_bytes()));
                    reply.extend(frame(8, 0, 1, &unread.to_be_bytes()));
                    unread = 0;
                }
            }
            // Of the trailers, that they are the end: a refusal has fewer answers.
            (1, flags) if flags & 1 != 0 => return Ok(answers),
            (3, _) => return Err("the server has reset the stream".into()),
            (4, 0) => {
                // SETTINGS_INITIAL_WINDOW_SIZE, before anything was sent.
                let window = payload.chunks(6).find(|setting| setting[..2] == [0, 4]);
                if let Some(window) = window {
                    let window = i64::from(u32::from_be_bytes([window[2], window[3], window[4], window[5]]));
                    let mut state = windows.0.lock().map_err(|_| "a panic")?;
                    state.open[0] += window - 65_535;
                }
                reply.extend(frame(4, 1, 0, &[]));
            }
            (6, 0) => reply.extend(frame(6, 1, 0, &payload)),
            (7, _) => return Err("the server goes away".into()),
            (8, _) => {
                let more = i64::from(u32::from_be_bytes(payload[..4].try_into()?));
                let mut state = windows.0.lock().map_err(|_| "a panic")?;
                state.open[usize::from(head[8] == 0)] += more;
                windows.1.notify_one();
            }
            _ => {}
        }
        if !reply.is_empty() {
            windows.0.lock().map_err(|_| "a panic")?.replies.extend(reply);
            windows.1.notify_one();
        }
    }
}

/// The id, the outcome, and in it field 1: an answer.
fn is_answer(message: &[u8]) -> Outcome<()> {
    let after_varint = |at: usize| message[at..].iter().position(|byte| *byte < 128).map(|more| at + more + 1);
    let outcome = after_varint(1).ok_or("no id")?;
    let answer = after_varint(outcome + 1).ok_or("no outcome")?;
    if message.first() == Some(&8) && message.get(answer) == Some(&10) { Ok(()) } else { Err("an error".into()) }
}

/// The seconds that the server took, and those that passed.
fn load(address: &str, pid: &str, calculation: &[u8], count: usize) -> Outcome<(f64, f64)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let window = [&[0, 4], &WINDOW.to_be_bytes()[..]].concat();
    let opening = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        frame(4, 0, 0, &window),
        frame(8, 0, 0, &WINDOW.to_be_bytes()),
        frame(1, 4, 1, &headers()),
    ];
    stream.write_all(&opening.concat())?;
    let windows = Arc::new((Mutex::new(Windows { open: [65_535; 2], replies: Vec::new() }), Condvar::new()));
    let (before, start) = (processor_seconds(pid)?, Instant::now());
    let (sending, writer, calculation) = (Arc::clone(&windows), stream.try_clone()?, calculation.to_vec());
    let sender = thread::spawn(move || send(writer, &sending, &calculation, count));
    let answers = receive(stream.try_clone()?, &windows)?;
    let taken = (processor_seconds(pid)? - before, start.elapsed().as_secs_f64());
    stream.shutdown(std::net::Shutdown::Both)?;
    windows.0.lock().map_err(|_| "a panic")?.replies.push(0);
    windows.1.notify_one();
    let _ = sender.join();
    if answers == count { Ok(taken) } else { Err(format!("{answers} answers to {count}").into()) }
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, pid, kind, count] = &arguments[..] else {
        return Err("paydirt-stream-load ADDRESS:PORT PID KIND COUNT".into());
    };
    let (calculation, count) = (calculation(kind)?, count.parse()?);
    // Until everything is warm.
    load(address, pid, &calculation, count / 10)?;
    let (processor, passed) = load(address, pid, &calculation, count)?;
    let each = 1e6 / count as f64;
    println!("{kind}: {:.2} µs of processor time, {:.2} µs passed", processor * each, passed * each);
    Ok(())
}
