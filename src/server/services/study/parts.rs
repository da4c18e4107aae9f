//! A study from its message to the future that computes it in parts.

use std::time::Duration;

use bytes::Bytes;
use tonic::Status;

use super::admission::hold;
use crate::engine::Refused;
use crate::server::call::Call;
use crate::server::config::{READ_MESSAGE_RATIO, STUDY_BLOCK};
use crate::server::grpc::form::{Form, Question, Reply};
use crate::server::grpc::message;
use crate::server::grpc::reading::{NotRead, Reading};
use crate::server::grpc::short::{Long, compute_if_short};
use crate::server::grpc::unary::{AskedMessage, Begun, on_pool};
use crate::wire::cost::Cost;

/// How the answer of a study is written.
#[derive(Clone, Copy)]
pub(super) struct AnswerForm {
    form: Form,
    takes_gzip: bool,
}

impl AnswerForm {
    pub fn framed<Answer: Reply>(self, answer: &Answer) -> Bytes {
        message::framed(self.form, answer, self.takes_gzip)
    }
}

/// Reads a study. `at_once` answers a short one; `long` is the future that computes a long one, given the estimate of the time to read the
/// paths of the request.
pub(super) fn in_parts<Request, Answer, Computed>(
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

/// Reads the paths of a study on the pool, with memory for the question, for the subject that is read from it, and for a copy of that for each
/// block that runs.
pub(super) async fn read<Request, Study>(
    call: &Call,
    question: Request,
    reading: Duration,
    begin: fn(&Request) -> Result<Study, Refused>,
) -> Result<Study, Status>
where
    Request: Question + Cost + 'static,
    Study: Send + 'static,
{
    let copies = call.shared().pool.threads() + 2;
    hold(call, question.encoded_len() * READ_MESSAGE_RATIO * copies)?;
    Ok(on_pool(call.clone(), reading, move || begin(&question)).await??)
}
