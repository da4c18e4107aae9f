//! Studies: tables and scenarios in blocks on the pool, sensitivities and ranges in rounds of blocks, searches in blocks and then piece by
//! piece, paths and chains as one calculation. The engine reads, computes and writes.
//!
//! A short study is computed at once, as any short calculation is. A long one is read on the pool, where it is refused if the pool has no
//! room; then its blocks go there, at most one for each thread, and wait for room as a stream's calculations do. Nobody sits on a thread of
//! the pool to wait for that pool, and whoever goes away takes the blocks that have not begun along.

mod admission;
mod blocks;
mod parts;

use std::sync::Arc;

use admission::{admit, admitted, hold};
use blocks::{computed_blocks, searched};
use parts::{in_parts, read};

use crate::engine::Refused;
use crate::engine::study::rounds::{RoundStudy, whole_in_rounds};
use crate::engine::study::study_blocks::{BlockStudy, StudySearch, whole};
use crate::engine::study::study_work::StudyWork;
use crate::engine::study::{
    RangeStudy, ScenarioStudy, SensitivityStudy, SolveStudy, StudyKind, TableStudy, compute_chain, list_paths, solve_for_input,
};
use crate::server::call::Call;
use crate::server::config::{MESSAGE_BYTES_MAX, STUDY_BLOCK};
use crate::server::grpc::form::{Question, Reply};
use crate::server::grpc::message;
use crate::server::grpc::unary::{AskedMessage, Begun, Calculation, begin, begin_framed, on_pool};
use crate::wire::cost::Cost;
use crate::wire::{pb, status};

/// Returns the function that answers a method of studies.
pub(super) fn answering(study: StudyKind) -> Calculation {
    match study {
        StudyKind::Paths => |call, asked| begin(call, asked, list_paths),
        StudyKind::Solve => solve,
        StudyKind::Table => |call, asked| in_blocks(call, asked, TableStudy::begin),
        StudyKind::Sensitivity => |call, asked| in_rounds(call, asked, SensitivityStudy::begin),
        StudyKind::Range => |call, asked| in_rounds(call, asked, RangeStudy::begin),
        StudyKind::Scenarios => |call, asked| in_blocks(call, asked, ScenarioStudy::begin),
        StudyKind::Chain => chain,
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

/// Solves for an input: a search goes on where the blocks of its points end.
fn solve(call: &Call, asked: AskedMessage) -> Begun {
    in_parts(call, asked, solve_for_input, |call, question, reading, written| async move {
        let study = admitted(&call, read(&call, question, reading, SolveStudy::begin).await?)?;
        let blocks = computed_blocks(&call, &study).await?;
        let search = on_pool(call.clone(), STUDY_BLOCK, move || study.answer(blocks)).await?;
        let search = searched(&call, search).await?;
        on_pool(call, STUDY_BLOCK, move || written.framed(&search.answer())).await
    })
}

/// Computes a study whose blocks are its answer.
fn in_blocks<Request, Study>(call: &Call, asked: AskedMessage, begin: fn(&Request) -> Result<Study, Refused>) -> Begun
where
    Request: Question + Cost + 'static,
    Study: BlockStudy,
    Study::Answer: Reply,
{
    let at_once = move |question: &Request| Ok(whole(&begin(question)?));
    in_parts(call, asked, at_once, move |call, question, reading, written| async move {
        let study = admitted(&call, read(&call, question, reading, begin).await?)?;
        let blocks = computed_blocks(&call, &study).await?;
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
        let mut study = read(&call, question, reading, begin).await?;
        let mut done = 0;
        loop {
            let round;
            (study, round) = on_pool(call.clone(), STUDY_BLOCK, move || {
                let round = study.next_round();
                (study, round)
            })
            .await?;
            let Some(round) = round.map(Arc::new) else { break };
            admit(&call, StudyWork::of_round(&study, &*round, done))?;
            // The values of the levers are there twice, and the figures once more in the answer.
            hold(&call, 2 * round.answer_bytes())?;
            done += round.count();
            let blocks = computed_blocks(&call, &round).await?;
            study = on_pool(call.clone(), STUDY_BLOCK, move || {
                study.take(round.answer(blocks));
                study
            })
            .await?;
        }
        on_pool(call, STUDY_BLOCK, move || written.framed(&study.response())).await
    })
}
