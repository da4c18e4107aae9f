//! Studies: tables and scenarios in blocks on the pool, searches in blocks and then piece by piece, paths and chains as one calculation. The
//! engine reads, computes and writes.
//!
//! A short study is computed at once, as any short calculation is. A long one is read on the pool, where it is refused if the pool has no
//! room; then its blocks go there, at most one for each thread, and wait for room as a stream's calculations do. Nobody sits on a thread of
//! the pool to wait for that pool, and whoever goes away takes the blocks that have not begun along.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tonic::Status;

use super::study_work::{StudyWork, admit, time_of};
use crate::engine::Refused;
use crate::engine::study::rounds::{RoundStudy, whole_in_rounds};
use crate::engine::study::study_blocks::{BlockStudy, StudySearch, whole};
use crate::engine::study::{
    RangeStudy, ScenarioStudy, SensitivityStudy, SolveStudy, TableStudy, compute_chain, list_paths, solve_for_input,
};
use crate::models::work::UNIT_NANOSECONDS;
use crate::server::call::Call;
use crate::server::capacity::level::MemoryLevel;
use crate::server::capacity::pool::pieces::Pieces;
use crate::server::config::{MESSAGE_BYTES_MAX, READ_MESSAGE_RATIO, STREAM_POOL_LOOK, STUDY_BLOCK, STUDY_WORK_MAX};
use crate::server::grpc::form::{Form, Question, Reply};
use crate::server::grpc::message;
use crate::server::grpc::reading::{NotRead, Reading};
use crate::server::grpc::short::{Long, compute_if_short};
use crate::server::grpc::unary::{AskedMessage, Begun, Calculation, begin, begin_framed, on_pool};
use crate::server::method::StudyMethod;
use crate::wire::cost::Cost;
use crate::wire::{pb, status};

/// Returns the function that answers a method of studies.
pub(super) fn answering(study: StudyMethod) -> Calculation {
    match study {
        StudyMethod::Paths => |call, asked| begin(call, asked, list_paths),
        StudyMethod::Solve => solve,
        StudyMethod::Table => |call, asked| in_blocks(call, asked, TableStudy::begin),
        StudyMethod::Sensitivity => |call, asked| in_rounds(call, asked, SensitivityStudy::begin),
        StudyMethod::Range => |call, asked| in_rounds(call, asked, RangeStudy::begin),
        StudyMethod::Scenarios => |call, asked| in_blocks(call, asked, ScenarioStudy::begin),
        StudyMethod::Chain => chain,
    }
}

/// Computes a chain. Sixteen answers together may be larger than any message.
fn chain(call: &Call, asked: AskedMessage) -> Begun {
    let (form, takes_gzip) = (asked.sealed.form, asked.takes_gzip);
    begin_framed(call, asked.sealed, move |request: &pb::ComputeChainRequest| {
        let answer = compute_chain(request)?;
        if prost::Message::encoded_len(&answer) > MESSAGE_BYTES_MAX {
            let instead = "ask for fewer links, or without an explanation, a ledger or a table of regrets";
            return Err(status::answer_too_large(MESSAGE_BYTES_MAX, instead));
        }
        Ok(message::framed(form, &answer, takes_gzip))
    })
}

/// How the answer of a study is written.
#[derive(Clone, Copy)]
struct AnswerForm {
    form: Form,
    takes_gzip: bool,
}

impl AnswerForm {
    fn framed<Answer: Reply>(self, answer: &Answer) -> Bytes {
        message::framed(self.form, answer, self.takes_gzip)
    }
}

/// Solves for an input: a search goes on where the blocks of its points end.
fn solve(call: &Call, asked: AskedMessage) -> Begun {
    in_parts(call, asked, solve_for_input, |call, question, reading, written| async move {
        let study = read(&call, question, reading, SolveStudy::begin).await?;
        let blocks = blocks(&call, &study).await?;
        let search = on_pool(call.clone(), STUDY_BLOCK, move || study.answer(blocks)).await?;
        let search = searched(&call, search).await?;
        on_pool(call, STUDY_BLOCK, move || written.framed(&search.answer())).await
    })
}

/// Reads a study of blocks. Returns its answer if the study is short, and the future that computes it in blocks if it is long.
fn in_blocks<Request, Study>(call: &Call, asked: AskedMessage, begin: fn(&Request) -> Result<Study, Refused>) -> Begun
where
    Request: Question + Cost + 'static,
    Study: BlockStudy,
    Study::Answer: Reply,
{
    let at_once = move |question: &Request| Ok(whole(&begin(question)?));
    in_parts(call, asked, at_once, move |call, question, reading, written| async move {
        let study = read(&call, question, reading, begin).await?;
        let blocks = blocks(&call, &study).await?;
        on_pool(call, STUDY_BLOCK, move || written.framed(&study.answer(blocks))).await
    })
}

/// Computes a study in rounds, the points of each round in blocks.
fn in_rounds<Request, Study>(call: &Call, asked: AskedMessage, begin: fn(&Request) -> Result<Study, Refused>) -> Begun
where
    Request: Question + Cost + 'static,
    Study: RoundStudy,
    Study::Answer: Reply,
{
    let at_once = move |question: &Request| Ok(whole_in_rounds(begin(question)?));
    in_parts(call, asked, at_once, move |call, question, reading, written| async move {
        hold_copies(&call, &question)?;
        let mut study = on_pool(call.clone(), reading, move || begin(&question)).await??;
        let mut done = 0;
        loop {
            let round;
            (study, round) = on_pool(call.clone(), STUDY_BLOCK, move || {
                let round = study.next_round();
                (study, round)
            })
            .await?;
            let Some(round) = round.map(Arc::new) else { break };
            admit(&call, &StudyWork::of(&*round).beside(done, study.to_come()))?;
            // The values of the levers are there twice, and the figures once more in the answer.
            hold(&call, 2 * round.answer_bytes())?;
            done += round.count();
            let blocks = blocks(&call, &round).await?;
            study = on_pool(call.clone(), STUDY_BLOCK, move || {
                study.take(round.answer(blocks));
                study
            })
            .await?;
        }
        on_pool(call, STUDY_BLOCK, move || written.framed(&study.response())).await
    })
}

/// Reads a study. `at_once` answers a short one; `long` is the future that computes a long one, given the estimate of the time to read the
/// paths of the request.
fn in_parts<Request, Answer, Computed>(
    call: &Call,
    asked: AskedMessage,
    at_once: impl FnOnce(&Request) -> Result<Answer, Refused>,
    long: impl FnOnce(Call, Request, Duration, AnswerForm) -> Computed + Send + 'static,
) -> Begun
where
    Request: Question + Cost + 'static,
    Answer: Reply,
    Computed: Future<Output = Result<Bytes, Status>> + Send + 'static,
{
    let written = AnswerForm { form: asked.sealed.form, takes_gzip: asked.takes_gzip };
    // The body that brought the received bytes holds memory for them already.
    let is_held = !asked.sealed.is_compressed;
    let of_call = call.clone();
    let question: Request = match asked.sealed.open(|length| if is_held { Ok(()) } else { call.hold(length) }) {
        Ok(Reading::Here(opened)) => opened.question,
        Ok(Reading::OnPool { expected, measured }) => {
            return Begun::InParts(Box::pin(async move {
                let question = on_pool(of_call.clone(), expected, move || measured.open()).await??.question;
                long(of_call, question, expected, written).await
            }));
        }
        Err(NotRead::Refused(refused)) => return Begun::Answered(Err(refused)),
        Err(NotRead::NoMemory(full)) => return Begun::Answered(Err(call.shared().memory.refusal(full))),
    };
    let answer = || -> Result<Bytes, Status> { Ok(written.framed(&at_once(&question)?)) };
    match compute_if_short(question.expected_nanoseconds(), answer) {
        Ok(answer) => Begun::Answered(answer),
        Err(Long { .. }) => Begun::InParts(Box::pin(long(of_call, question, STUDY_BLOCK, written))),
    }
}

/// Reads the paths of a study on the pool, and holds memory for all that it will need. Refuses a study that is too large.
async fn read<Request, Study>(
    call: &Call,
    question: Request,
    reading: Duration,
    begin: fn(&Request) -> Result<Study, Refused>,
) -> Result<Arc<Study>, Status>
where
    Request: Question + Cost + 'static,
    Study: BlockStudy,
{
    hold_copies(call, &question)?;
    let study = on_pool(call.clone(), reading, move || begin(&question)).await??;
    admit(call, &StudyWork::of(&study))?;
    hold(call, study.answer_bytes())?;
    Ok(Arc::new(study))
}

/// Holds memory for the question, the subject that is read from it, and a copy of that for each block that runs.
fn hold_copies(call: &Call, question: &impl Question) -> Result<(), Status> {
    let copies = call.shared().pool.threads() + 2;
    hold(call, question.encoded_len() * READ_MESSAGE_RATIO * copies)
}

fn hold(call: &Call, bytes: usize) -> Result<(), Status> {
    call.hold(bytes).map_err(|full| call.shared().memory.refusal(full))
}

/// The estimate of so many evaluations of a study.
fn expected(study: &impl BlockStudy, evaluations: usize) -> Duration {
    time_of(study.units().saturating_mul(u64::try_from(evaluations).unwrap_or(u64::MAX)))
}

/// Has a search go on, piece by piece, to its end.
async fn searched<Search: StudySearch>(call: &Call, mut search: Search) -> Result<Search, Status> {
    let one = time_of(search.units()).as_nanos().max(1);
    let evaluations = usize::try_from(STUDY_BLOCK.as_nanos() / one).unwrap_or(usize::MAX).max(1);
    search.within(u64::try_from(STUDY_WORK_MAX.as_nanos()).unwrap_or(u64::MAX) / UNIT_NANOSECONDS);
    let mut pieces = Pieces::default();
    loop {
        let time = STUDY_BLOCK.max(time_of(search.units()));
        pieces.park(time, move || {
            let is_over = search.go_on(evaluations);
            (search, is_over)
        });
        let is_over;
        (search, is_over) = entered(call, &mut pieces).await?;
        if is_over {
            return Ok(search);
        }
    }
}

/// Hands the parked piece to the pool when that has room, and returns its result.
async fn entered<T: Send + 'static>(call: &Call, pieces: &mut Pieces<T>) -> Result<T, Status> {
    let pool = &call.shared().pool;
    while !(call.shared().memory.level() == MemoryLevel::Free && pieces.enter_beside(call, pool, 1)) {
        tokio::time::sleep(STREAM_POOL_LOOK).await;
    }
    std::future::poll_fn(|context| pieces.poll_first(context)).await
}

/// Has the blocks of a study computed on the pool, and returns them in their order.
async fn blocks<Study: BlockStudy>(call: &Call, study: &Arc<Study>) -> Result<Vec<Study::Block>, Status> {
    let pool = &call.shared().pool;
    let mut ranges = ranges(study.count(), expected(&**study, 1));
    let (mut pieces, mut done, mut entered) = (Pieces::default(), Vec::new(), 0_usize);
    loop {
        loop {
            if !pieces.is_parked() {
                let Some(range) = ranges.next() else { break };
                let (study, time) = (Arc::clone(study), expected(&**study, range.len()));
                pieces.park(time, move || study.block(range));
            }
            let may_enter = call.shared().memory.level() == MemoryLevel::Free;
            if !may_enter || !pieces.enter_beside(call, pool, pool.threads()) {
                break;
            }
            entered += 1;
        }
        if done.len() == entered && !pieces.is_parked() {
            return Ok(done);
        }
        let first = std::future::poll_fn(|context| pieces.poll_first(context));
        // A block that is parked looks for room now and then, whether or not another one ends meanwhile.
        if let Ok(block) = tokio::time::timeout(STREAM_POOL_LOOK, first).await {
            done.push(block?);
        }
    }
}

/// Parts so many evaluations into blocks of about [`STUDY_BLOCK`], given the estimate of one of them.
fn ranges(count: usize, one: Duration) -> impl Iterator<Item = Range<usize>> {
    let length = usize::try_from(STUDY_BLOCK.as_nanos() / one.as_nanos().max(1)).unwrap_or(usize::MAX).clamp(1, count.max(1));
    (0..count).step_by(length).map(move |start| start..count.min(start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_take_about_5_ms_and_hold_each_evaluation_once() {
        let of = |count, one| ranges(count, Duration::from_micros(one)).collect::<Vec<_>>();
        assert_eq!(of(10, 2_000), [0..2, 2..4, 4..6, 6..8, 8..10]);
        assert_eq!(of(3, 60_000), [0..1, 1..2, 2..3]);
        for all in [of(7, 1), of(7, 0)] {
            assert_eq!((all.len(), all.first()), (1, Some(&(0..7))));
        }
        assert_eq!(of(5, 2_500), [0..2, 2..4, 4..5]);
        assert!(of(0, 1).is_empty());
    }
}
