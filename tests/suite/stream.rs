//! Streams of calculations: answered in their order, each as by its own method, whatever stands between them.

use std::time::{Duration, Instant};

use paydirt::wire::pb;
use paydirt::wire::pb::calculation::Model;
use paydirt::wire::pb::calculation_outcome::Result as Outcome;
use proptest::prelude::*;
use prost::Message;
use serde_json::{Value, json};
use tokio_stream::Stream;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::MetadataMap;
use tonic::{Code, Request, Status};

use crate::attacks::asks_rightly;
use crate::batch::{cahn, expected_outcome, golden_calculations, same};
use crate::program::Program;
use crate::support::{Bytes, Client, SERVER, json_of, message_of, method_of};

pub const STREAM: &str = "paydirt.v1.CalculationService/StreamCalculations";

/// What came of a stream.
#[derive(Debug)]
pub struct Streamed {
    pub answers: Vec<Vec<u8>>,
    pub status: Status,
    pub trailers: MetadataMap,
}

impl Streamed {
    /// What the server says that it has answered.
    pub fn answered(&self) -> u64 {
        let answered = self.trailers.get("paydirt-answered").unwrap_or_else(|| panic!("no paydirt-answered: {self:?}"));
        answered.to_str().expect("text").parse().expect("a number")
    }

    pub fn decoded(&self) -> Vec<pb::StreamCalculationsResponse> {
        let answers = self.answers.iter();
        answers.map(|answer| pb::StreamCalculationsResponse::decode(&**answer).expect("an answer")).collect()
    }
}

/// Sends messages, with headers of the caller's own, while it reads answers until the end.
pub async fn streamed(
    client: &Client,
    messages: impl Stream<Item = Vec<u8>> + Send + 'static,
    headers: &[(&'static str, &str)],
) -> Streamed {
    let mut request = Request::new(messages);
    for (name, value) in headers {
        request.metadata_mut().insert(*name, value.parse().expect("visible characters"));
    }
    let mut grpc = Grpc::new(client.channel.clone()).max_decoding_message_size(64 << 20);
    let mut answers = Vec::new();
    grpc.ready().await.expect("a connection");
    let path = PathAndQuery::try_from(format!("/{STREAM}")).expect("a path");
    let mut body = match grpc.streaming(request, path, Bytes).await {
        Ok(response) => response.into_inner(),
        Err(status) => return Streamed { answers, trailers: status.metadata().clone(), status },
    };
    loop {
        match body.message().await {
            Ok(Some(answer)) => answers.push(answer),
            Ok(None) => {
                let trailers = body.trailers().await.expect("an end").unwrap_or_default();
                return Streamed { answers, status: Status::ok(""), trailers };
            }
            Err(status) => return Streamed { answers, trailers: status.metadata().clone(), status },
        }
    }
}

/// All of them at once, from a client with nothing else to do.
pub fn stream(client: &Client, messages: Vec<Vec<u8>>) -> Streamed {
    client.runtime.block_on(streamed(client, tokio_stream::iter(messages), &[]))
}

pub fn item(correlation_id: u64, model: Option<Model>) -> Vec<u8> {
    let calculation = Some(pb::Calculation { model });
    pb::StreamCalculationsRequest { correlation_id, calculation }.encode_to_vec()
}

/// Cahn's question.
pub fn short(correlation_id: u64) -> Vec<u8> {
    let message = message_of(crate::attacks::METHOD, &cahn());
    item(correlation_id, Some(Model::RequiredRevenue(pb::ComputeRequiredRevenueRequest::decode(&*message).expect("it is"))))
}

/// Signs that alternate as often as can be: the longest search there is.
pub fn long(correlation_id: u64, flows: usize) -> Vec<u8> {
    let amounts = (0..flows)
        .map(|at| format!("{}{}", if at % 2 == 0 { "-" } else { "" }, 1000 + at * 7919 % 997))
        .map(Into::into)
        .collect();
    let periodic = pb::PeriodicCashFlows { amounts, period: pb::Period::Month.into() };
    let cash_flows = Some(pb::CashFlows { schedule: Some(pb::cash_flows::Schedule::Periodic(periodic)) });
    item(
        correlation_id,
        Some(Model::InternalRateOfReturn(pb::ComputeInternalRateOfReturnRequest { cash_flows, options: None })),
    )
}

pub fn is_answer(response: &pb::StreamCalculationsResponse) -> bool {
    let outcome = response.outcome.as_ref().and_then(|outcome| outcome.result.as_ref());
    matches!(outcome, Some(Outcome::Answer(_)))
}

pub fn ids(streamed: &Streamed) -> Vec<u64> {
    streamed.decoded().iter().map(|answer| answer.correlation_id).collect()
}

#[test]
fn any_mix_is_answered_in_its_order_as_by_the_models_own_methods() {
    let client = SERVER.client();
    let calculations = golden_calculations(40);
    let mut messages = Vec::new();
    // The models take turns.
    let mut order: Vec<usize> = (0..calculations.len()).collect();
    order.sort_by_key(|place| (place % 40, *place));
    for (id, place) in order.iter().enumerate() {
        let (model, request) = &calculations[*place];
        let asked = json!({"correlation_id": (id * 7).to_string(), "calculation": {model: request}});
        messages.push(message_of(STREAM, &asked));
    }
    let streamed = stream(&client, messages);
    assert_eq!(streamed.status.code(), Code::Ok, "{:?}", streamed.status);
    assert_eq!((streamed.answers.len(), streamed.answered()), (order.len(), order.len() as u64));
    for (id, (place, answer)) in order.iter().zip(&streamed.answers).enumerate() {
        let (model, request) = &calculations[*place];
        let answer = json_of(method_of(STREAM).output(), answer);
        let mut expected = json!({"outcome": expected_outcome(&client, model, request)});
        if id > 0 {
            expected["correlation_id"] = (id * 7).to_string().into();
        }
        assert!(same(&answer, &expected), "{model} {request} answers\n{answer}\nand not\n{expected}");
    }
}

#[test]
fn a_stream_of_nothing_is_answered_with_nothing() {
    let streamed = stream(&SERVER.client(), Vec::new());
    assert_eq!((streamed.status.code(), streamed.answers.len(), streamed.answered()), (Code::Ok, 0, 0));
}

#[test]
fn one_that_fails_stops_no_other() {
    let streamed = stream(&SERVER.client(), vec![short(1), item(2, None), Vec::new(), short(4)]);
    assert_eq!(streamed.status.code(), Code::Ok, "{streamed:?}");
    assert_eq!(ids(&streamed), [1, 2, 0, 4]);
    let answers = streamed.decoded();
    assert_eq!(answers.iter().map(is_answer).collect::<Vec<_>>(), [true, false, false, true]);
    for without_model in &answers[1..3] {
        let Some(Outcome::Error(error)) = without_model.outcome.as_ref().and_then(|outcome| outcome.result.as_ref()) else {
            panic!("{without_model:?}")
        };
        assert_eq!((error.code, error.field_violations[0].field.as_str()), (3, "model"));
    }
}

/// A stream whose messages are sent one by one, and its answers.
async fn opened(client: &Client) -> (tokio::sync::mpsc::Sender<Vec<u8>>, tonic::Streaming<Vec<u8>>) {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let mut grpc = Grpc::new(client.channel.clone());
    grpc.ready().await.expect("a connection");
    let path = PathAndQuery::try_from(format!("/{STREAM}")).expect("a path");
    let messages = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let answers = grpc.streaming(Request::new(messages), path, Bytes).await.expect("a stream").into_inner();
    (sender, answers)
}

#[test]
fn an_answer_comes_before_the_next_question_is_sent() {
    let client = SERVER.client();
    client.runtime.block_on(async {
        let (sender, mut answers) = opened(&client).await;
        for id in 1..50 {
            let message = if id % 10 == 0 { long(id, 200) } else { short(id) };
            sender.send(message).await.expect("it is read");
            let answer = answers.message().await.expect("no error").expect("an answer");
            assert_eq!(pb::StreamCalculationsResponse::decode(&*answer).expect("an answer").correlation_id, id);
        }
        drop(sender);
        assert!(answers.message().await.expect("no error").is_none());
    });
}

/// A calculation that turns out to be long, and one that is known to be: what comes next is their answer, and no message.
#[test]
fn a_long_one_is_answered_though_no_other_follows_it() {
    let client = SERVER.client();
    client.runtime.block_on(async {
        let (sender, mut answers) = opened(&client).await;
        sender.send(short(0)).await.expect("there is room");
        answers.message().await.expect("no error").expect("an answer");
        for (id, message) in [(1, item(1, crate::batch::explained(300).model)), (2, long(2, 1_500)), (3, short(3))] {
            sender.send(message).await.expect("it is read");
            // Far above what it takes, and below any time after which a stream looks by itself.
            let answer = tokio::time::timeout(Duration::from_secs(20), answers.message()).await;
            let answer = answer.unwrap_or_else(|_| panic!("no answer to {id}")).expect("no error").expect("an answer");
            assert_eq!(pb::StreamCalculationsResponse::decode(&*answer).expect("an answer").correlation_id, id);
        }
    });
}

#[test]
fn long_ones_keep_the_order_and_delay_what_follows_no_longer_than_they_take() {
    let program = Program::start(&["--workers", "1", "--pool-threads", "2", "--access-log", "off"]);
    let client = program.client();
    let time = |messages: Vec<Vec<u8>>| {
        let start = Instant::now();
        let streamed = stream(&client, messages);
        assert_eq!(streamed.status.code(), Code::Ok, "{:?}", streamed.status);
        (streamed, start.elapsed())
    };
    let (_, alone) = time((0..8).map(|id| long(id, 2000)).collect());
    let messages = (0..4000).map(|id| if id % 500 == 250 { long(id, 2000) } else { short(id) }).collect();
    // Others are answered meanwhile.
    let is_over = std::sync::atomic::AtomicBool::new(false);
    let ((streamed, together), mut others) = std::thread::scope(|scope| {
        let others = scope.spawn(|| {
            let other = program.client();
            let mut times = Vec::new();
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                let start = Instant::now();
                asks_rightly(&other).expect("an answer");
                times.push(start.elapsed());
            }
            times
        });
        let together = time(messages);
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        (together, others.join().expect("no panic"))
    });
    assert_eq!(ids(&streamed), (0..4000).collect::<Vec<_>>());
    assert!(streamed.decoded().iter().all(is_answer));
    others.sort();
    let median = others[others.len() / 2];
    println!("eight long ones {alone:?}, among 4000 short ones {together:?}; others {median:?} of {}", others.len());
    assert!(median < alone / 8, "{median:?} and {alone:?}");
    // Debug builds compute slowly: a short one takes some 50 µs.
    assert!(together < alone * 3 + Duration::from_secs(2), "{together:?} and {alone:?}");
}

#[test]
fn an_answer_of_a_few_megabytes_goes_through_and_one_above_four_is_an_error_of_its_own() {
    use crate::batch::explained;
    let message = |id, flows| {
        let calculation = Some(explained(flows));
        pb::StreamCalculationsRequest { correlation_id: id, calculation }.encode_to_vec()
    };
    // Each payoff, and each alternative by a long name.
    let wide = |id| {
        let mut request = crate::cost::cases::regretted(100, 1000, true);
        for (index, alternative) in request.alternatives.iter_mut().enumerate() {
            alternative.name = format!("{index:0100}").into();
        }
        item(id, Some(Model::Regret(request)))
    };
    let streamed = stream(&SERVER.client(), vec![short(0), message(1, 1_000), short(2), wide(3), short(4)]);
    assert_eq!(streamed.status.code(), Code::Ok, "{:?}", streamed.status);
    assert_eq!(ids(&streamed), [0, 1, 2, 3, 4]);
    let answers = streamed.decoded();
    assert!(streamed.answers[1].len() > 150_000, "{}", streamed.answers[1].len());
    let error = answers[3].outcome.as_ref().and_then(|outcome| outcome.result.as_ref());
    let Some(Outcome::Error(error)) = error else { panic!("{} bytes", streamed.answers[3].len()) };
    assert_eq!((error.code, error.reason.as_str()), (8, "ANSWER_TOO_LARGE"));
}

#[test]
fn a_long_message_is_read_in_its_place() {
    // 10,000 flows: more than a frame, more than a window.
    let streamed = stream(&SERVER.client(), vec![short(0), long(1, 10_000), short(2), long(3, 3_000), short(4)]);
    assert_eq!(streamed.status.code(), Code::Ok, "{:?}", streamed.status);
    assert_eq!(ids(&streamed), [0, 1, 2, 3, 4]);
    assert!(streamed.decoded().iter().all(is_answer));
}

#[test]
fn whatever_is_mixed_has_the_answers_of_single_calls() {
    let client = SERVER.client();
    let pool: Vec<(String, Value, Value)> = golden_calculations(12)
        .into_iter()
        .map(|(model, request)| {
            let expected = expected_outcome(&client, &model, &request);
            (model, request, expected)
        })
        .collect();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 60, ..ProptestConfig::default() });
    let place = prop_oneof![20 => (0..pool.len()).prop_map(Some), 1 => Just(None)];
    let places = prop::collection::vec(place, 0..80);
    runner
        .run(&(places, any::<u64>()), |(places, first)| {
            let message = |(number, place): (usize, &Option<usize>)| {
                let id = first.wrapping_add(number as u64);
                match place {
                    None => long(id, 40 + number * 5),
                    Some(place) => {
                        let (model, request, _) = &pool[*place];
                        message_of(STREAM, &json!({"correlation_id": id.to_string(), "calculation": {model: request}}))
                    }
                }
            };
            let streamed = stream(&client, places.iter().enumerate().map(message).collect());
            prop_assert_eq!(streamed.status.code(), Code::Ok);
            prop_assert_eq!(streamed.answered(), places.len() as u64);
            prop_assert_eq!(streamed.answers.len(), places.len());
            for (number, (place, answer)) in places.iter().zip(&streamed.answers).enumerate() {
                let decoded = pb::StreamCalculationsResponse::decode(&**answer).expect("an answer");
                prop_assert_eq!(decoded.correlation_id, first.wrapping_add(number as u64));
                let answer = json_of(method_of(STREAM).output(), answer);
                if let Some(place) = place {
                    prop_assert!(same(&answer["outcome"], &pool[*place].2), "{} and not {}", answer, pool[*place].2);
                }
            }
            Ok(())
        })
        .expect("a stream is so many calls");
}
