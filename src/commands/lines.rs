//! `paydirt compute --lines`: any number of requests, one a line, each with an outcome on a line of its own, in their order.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::num::NonZero;
use std::thread;

use super::arguments::Compute;
use super::compute::apply;
use super::ending::CommandEnd;
use super::methods::AskedMethod;
use super::output::{Input, REQUEST_BYTES_MAX};
use super::progress::Progress;
use crate::engine;
use crate::engine::calculation::{compute, computed};
use crate::wire::{calculation, json, pb, status};

/// The bytes that are read ahead: the lines among them are computed together.
const READ_BYTES: usize = 256 * 1024;
/// The fewest lines for which threads pay.
const THREADED_LINES_MIN: usize = 32;

/// A request as it came.
enum RequestLine {
    Whole(Vec<u8>),
    TooLong,
}

/// Answers all lines.
pub(super) fn run(asked: &Compute) -> Result<CommandEnd, CommandEnd> {
    if matches!(asked.method, AskedMethod::Study(_)) {
        return Err(CommandEnd::Usage("a study is asked by itself, and not a line each".to_owned()));
    }
    let input = Input::of(asked.file.as_deref())?;
    let mut progress = Progress::of(input.bytes);
    let mut reader = BufReader::with_capacity(READ_BYTES, input.reader);
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let (mut output, mut written) = (io::stdout().lock(), Vec::new());
    let (mut count, mut refused, mut bytes) = (0_u64, 0_u64, 0_u64);
    loop {
        let lines = next_lines(&mut reader, &mut bytes).map_err(|error| CommandEnd::unread(&input.name, &error))?;
        if lines.is_empty() {
            break;
        }
        count += lines.len() as u64;
        refused += answer(asked, &lines, threads, &mut written);
        output.write_all(&written).and_then(|()| output.flush()).map_err(|error| CommandEnd::unwritten(&error))?;
        written.clear();
        progress.is_at(count, bytes);
    }
    progress.ends();
    match refused {
        0 => Ok(CommandEnd::Done),
        _ => Err(CommandEnd::Refused(vec![format!("paydirt: {refused} of {count} requests are refused")])),
    }
}

/// Reads the lines that are here, at least one of them; none at the end. Empty lines are no requests.
fn next_lines(reader: &mut BufReader<impl Read>, bytes: &mut u64) -> io::Result<Vec<RequestLine>> {
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        let mut read = reader.by_ref().take(REQUEST_BYTES_MAX as u64 + 1).read_until(b'\n', &mut line)?;
        let is_too_long = line.len() > REQUEST_BYTES_MAX && line.last() != Some(&b'\n');
        if is_too_long {
            line = Vec::new();
            read += reader.skip_until(b'\n')?;
            lines.push(RequestLine::TooLong);
        }
        *bytes += read as u64;
        if read == 0 {
            return Ok(lines);
        }
        if !line.trim_ascii().is_empty() {
            lines.push(RequestLine::Whole(line));
        }
        // A line that is not here yet is not waited for: whoever writes one may wait for the answers to those before.
        if !lines.is_empty() && !reader.buffer().contains(&b'\n') {
            return Ok(lines);
        }
    }
}

/// Appends the outcomes of the lines, and returns how many are refused.
fn answer(asked: &Compute, lines: &[RequestLine], threads: usize, written: &mut Vec<u8>) -> u64 {
    if threads < 2 || lines.len() < THREADED_LINES_MIN {
        return lines.iter().map(|line| u64::from(put(asked, line, written))).sum();
    }
    let parts: Vec<(Vec<u8>, u64)> = thread::scope(|scope| {
        let part = |lines| {
            scope.spawn(move || {
                let mut written = Vec::new();
                let refused = answer(asked, lines, 1, &mut written);
                (written, refused)
            })
        };
        let parts: Vec<_> = lines.chunks(lines.len().div_ceil(threads)).map(part).collect();
        // A panic of the models is a bug, and ends the program.
        parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    parts.iter().for_each(|(part, _)| written.extend_from_slice(part));
    parts.iter().map(|(_, refused)| refused).sum()
}

/// Appends the outcome of a line, and returns whether it is refused.
fn put(asked: &Compute, line: &RequestLine, written: &mut Vec<u8>) -> bool {
    let (correlation_id, outcome) = match (asked.method, line) {
        (_, RequestLine::TooLong) => {
            (0, calculation::outcome(Err(status::message_too_large(REQUEST_BYTES_MAX + 1, REQUEST_BYTES_MAX)), None))
        }
        (AskedMethod::Model(model), RequestLine::Whole(text)) => match engine::json::read(model, text) {
            Ok(mut question) => {
                apply(asked, &mut question);
                (0, calculation::outcome(compute(&question), None))
            }
            Err(unreadable) => (0, calculation::outcome(Err(unreadable), None)),
        },
        // `run` takes no lines of studies.
        (AskedMethod::Batch | AskedMethod::Stream | AskedMethod::Study(_), RequestLine::Whole(text)) => {
            match json::read::<pb::StreamCalculationsRequest>(text) {
                Ok(mut asks) => {
                    if let Some(question) = asks.calculation.as_mut().and_then(|calculation| calculation.model.as_mut()) {
                        apply(asked, question);
                    }
                    (asks.correlation_id, computed(asks.calculation.as_ref()).outcome)
                }
                Err(unreadable) => (0, calculation::outcome(Err(unreadable), None)),
            }
        }
    };
    let is_refused = matches!(outcome.result, Some(pb::calculation_outcome::Result::Error(_)));
    match asked.method {
        AskedMethod::Model(_) => json::write(&outcome, written),
        AskedMethod::Batch | AskedMethod::Stream | AskedMethod::Study(_) => {
            json::write(&pb::StreamCalculationsResponse { correlation_id, outcome: Some(outcome) }, written);
        }
    }
    written.push(b'\n');
    is_refused
}
