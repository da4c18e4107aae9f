//! `paydirt mcp`: the Model Context Protocol on standard input and output, for an agent that starts the program. A message is a line.

use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::arguments::Mcp;
use super::ending::CommandEnd;
use super::output::REQUEST_BYTES_MAX;
use super::studies::made;
use crate::engine;
use crate::engine::calculation::compute;
use crate::mcp::{RefusedCall, RequestId, Tool, ToolAnswer, ToolCall, Tools, Understood, Way, WrittenAnswer, take, too_long};
use crate::models::work;

/// Calls that wait for a thread. While so many wait, no further message is read, and whoever writes messages waits too.
const WAITING_MAX: usize = 16;
/// The time that a call may take, as on a server whose caller has named none.
const DEADLINE: Duration = Duration::from_secs(30);

/// A call that waits for a thread.
struct WaitingCall {
    tool: Tool,
    request: String,
    answer: ToolAnswer,
    /// True once nobody waits for the answer any more.
    is_cancelled: Arc<AtomicBool>,
}

/// The calls that are not answered yet, by their ids. There are no more than wait, one for each thread, and one.
#[derive(Default)]
struct CallsUnderWay(Mutex<Vec<(RequestId, Arc<AtomicBool>)>>);

impl CallsUnderWay {
    fn begins(&self, id: RequestId) -> Arc<AtomicBool> {
        let is_cancelled = Arc::<AtomicBool>::default();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((id, Arc::clone(&is_cancelled)));
        is_cancelled
    }

    fn ends(&self, call: &WaitingCall) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.retain(|(_, is_cancelled)| !Arc::ptr_eq(is_cancelled, &call.is_cancelled));
    }

    fn cancel(&self, id: &RequestId) {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().filter(|(known, _)| known == id).for_each(|(_, is_cancelled)| is_cancelled.store(true, Ordering::Relaxed));
    }
}

/// Answers messages until the input ends.
pub(super) fn run(asked: &Mcp) -> Result<CommandEnd, CommandEnd> {
    let tools = match &asked.tools[..] {
        [] => Tools::default(),
        names => Tools::named(names).map_err(|unknown| CommandEnd::Usage(unknown.to_string()))?,
    };
    if io::stdin().is_terminal() {
        eprintln!("paydirt: reading messages of JSON-RPC from the terminal, one a line; Ctrl-D ends");
    }
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    serve(BufReader::new(io::stdin().lock()), io::stdout(), (&tools, asked.max_study), threads)
}

/// Answers messages until the input ends: calls of tools on threads, as they are done, and everything else at once.
fn serve(
    input: impl BufRead,
    output: impl Write + Send,
    (tools, max_study): (&Tools, Duration),
    threads: usize,
) -> Result<CommandEnd, CommandEnd> {
    let output = Output(Mutex::new((output, None)));
    let (to_threads, waiting) = mpsc::sync_channel(WAITING_MAX);
    let (waiting, under_way) = (Mutex::new(waiting), CallsUnderWay::default());
    let read = thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(call) = next(&waiting) {
                    if let Some(outcome) = outcome(&call, max_study) {
                        output.write(&outcome);
                    }
                    under_way.ends(&call);
                }
            });
        }
        let read = read_all(input, &output, tools, &to_threads, &under_way);
        // The threads end when they have answered what waits.
        drop(to_threads);
        read
    });
    read.map_err(|error| CommandEnd::unread("standard input", &error))?;
    output.ended()
}

fn next(waiting: &Mutex<mpsc::Receiver<WaitingCall>>) -> Option<WaitingCall> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Reads all messages.
fn read_all(
    mut input: impl BufRead,
    output: &Output<impl Write>,
    tools: &Tools,
    to_threads: &mpsc::SyncSender<WaitingCall>,
    under_way: &CallsUnderWay,
) -> io::Result<()> {
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(REQUEST_BYTES_MAX as u64 + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        if read > REQUEST_BYTES_MAX && line.last() != Some(&b'\n') {
            input.skip_until(b'\n')?;
            output.write(&too_long(REQUEST_BYTES_MAX));
            continue;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match take(&line, Way::Streams, tools) {
            Understood::Nothing => {}
            Understood::Cancelled(id) => under_way.cancel(&id),
            Understood::Answered(reply) => output.write(&reply),
            Understood::Call(ToolCall { tool, request, answer }) => {
                let is_cancelled = under_way.begins(answer.request_id());
                let call = WaitingCall { tool, request: request.into_owned(), answer, is_cancelled };
                // Threads take calls for as long as this one sends some.
                let _ = to_threads.send(call);
            }
        }
    }
}

/// Answers a call of a tool. None where nobody waits for the answer.
fn outcome(call: &WaitingCall, max_study: Duration) -> Option<WrittenAnswer> {
    if call.is_cancelled.load(Ordering::Relaxed) {
        return None;
    }
    let (began, is_cancelled) = (Instant::now(), Arc::clone(&call.is_cancelled));
    let is_over = move || is_cancelled.load(Ordering::Relaxed) || began.elapsed() > DEADLINE;
    let computed = || work::within(is_over, || answer(call.tool, call.request.as_bytes(), max_study));
    let answered = match catch_unwind(AssertUnwindSafe(computed)) {
        Ok(Ok(answered)) => answered,
        Ok(Err(_)) => Err(RefusedCall::too_late()),
        // The thread has said on standard error what went wrong.
        Err(_) => Err(RefusedCall::panicked()),
    };
    let written = match &answered {
        Ok(answer) => call.answer.outcome(Ok(answer)),
        Err(refused) => call.answer.outcome(Err(refused)),
    };
    Some(written).filter(|_| !call.is_cancelled.load(Ordering::Relaxed))
}

/// Returns the answer of a tool to the request of its method, both in JSON.
fn answer(tool: Tool, request: &[u8], max_study: Duration) -> Result<String, RefusedCall> {
    let mut answer = Vec::new();
    match tool {
        Tool::Model(model) => engine::json::write(&compute(&engine::json::read(model, request)?)?, &mut answer),
        Tool::Study(study) => made::<RefusedCall>(study, request, max_study, |_| {}, &mut answer)?,
    }
    String::from_utf8(answer).map_err(|_| RefusedCall::panicked())
}

/// The output, and the first error in writing to it. Nothing is written behind an error.
struct Output<W>(Mutex<(W, Option<io::Error>)>);

impl<W: Write> Output<W> {
    /// Writes an answer as a line.
    fn write(&self, reply: &WrittenAnswer) {
        let mut locked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (output, failed) = &mut *locked;
        if failed.is_none() {
            let written = output.write_all(reply.text.as_bytes()).and_then(|()| output.write_all(b"\n"));
            *failed = written.and_then(|()| output.flush()).err();
        }
    }

    fn ended(self) -> Result<CommandEnd, CommandEnd> {
        let (_, failed) = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        failed.map_or(Ok(CommandEnd::Done), |error| Err(CommandEnd::unwritten(&error)))
    }
}
