//! What a message asks, and the answers that need no calculation.

use std::borrow::Cow;

use tonic::{Code, Status};

use super::envelope::{Envelope, Malformed, Params, text_of};
use super::era::{BadContext, Era, STATELESS, WITH_HANDSHAKE, Way, era_of};
use super::object::{Object, list, quoted};
use super::refusal::{RefusedCall, reason_of};
use super::tools::{Tool, Tools};
use super::{prompt, resources, study_call};

/// A message that was read.
#[derive(Debug)]
pub enum Understood<'a> {
    /// A notification, which has no answer.
    Nothing,
    /// A notification that nobody waits for the answer to an earlier request any more.
    Cancelled(RequestId),
    /// A message that is answered already.
    Answered(WrittenAnswer),
    /// A call of a tool, which the door answers.
    Call(ToolCall<'a>),
}

/// An answer, and the status that it has by HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenAnswer {
    /// 200, 400 or 404.
    pub status: u16,
    /// The message of JSON-RPC, on one line.
    pub text: String,
}

/// A call of a tool.
#[derive(Debug)]
pub struct ToolCall<'a> {
    /// The tool.
    pub tool: Tool,
    /// The request of the tool's method in JSON: that of a model as it stands in the text of the message.
    pub request: Cow<'a, str>,
    /// The answer in the making, which outlives the text of the message.
    pub answer: ToolAnswer,
}

/// The id of a request, as its client tells requests apart: however it is escaped, a text is one id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    fn of(id: &str) -> RequestId {
        RequestId(serde_json::from_str::<String>(id).map_or_else(|_| id.to_owned(), |text| quoted(&text)))
    }
}

/// What an answer repeats of its request.
#[derive(Clone, Debug)]
pub struct ToolAnswer {
    /// The id as it stood in the text.
    id: String,
    era: Era,
    /// Whether the call is of a study's tool, whose arguments are no request of the contract.
    is_study: bool,
}

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;
/// A resource that is not there, before the stateless revision.
const RESOURCE_NOT_FOUND: i32 = -32002;
/// A message that the server has no time or room for: the first code that JSON-RPC leaves to servers.
const SERVER_BUSY: i32 = -32000;
const HEADER_MISMATCH: i32 = -32020;
const UNSUPPORTED_VERSION: i32 = -32022;

/// The time for which a list may be kept: an hour. Lists change with the program alone.
const LIST_TTL_MS: &str = "3600000";

const INSTRUCTIONS: &str = "Paydirt answers questions of corporate finance exactly: break-even, runway, return on investment, cash flows, \
valuation. Call a tool instead of calculating. Asked what would have to be true (\"which growth keeps us alive?\"), call solve_for_input with \
the model whose answer is meant; compute_table and compare_scenarios show what moves, compute_chain carries assumptions through several \
models, and list_paths names every input and figure of a model. Amounts, rates and ratios are decimals in strings: \"150e9\", \"0.35\". Rates and shares are \
fractions: ten per cent is \"0.1\". Set options.explain to true for the steps and the assumptions of an answer. A refused call names every \
field that is at fault, with what to write: repair all of them and call again. paydirt://presets lists calculations with published figures.";

/// Reads a message, and answers it where that takes no calculation.
#[must_use]
pub fn take<'a>(text: &'a [u8], door: Way<'_>, tools: &Tools) -> Understood<'a> {
    let envelope = match Envelope::read(text) {
        Ok(envelope) => envelope,
        Err((Malformed::Answer, _)) if matches!(door, Way::Streams) => return Understood::Nothing,
        Err((why, id)) => return Understood::Answered(unread(why, id)),
    };
    let Some(id) = envelope.id else { return noticed(&envelope) };
    let id = id.to_owned();
    let era = match era_of(&envelope, door) {
        Ok(era) => era,
        Err(why) => return Understood::Answered(ToolAnswer { id, era: Era::Stateless, is_study: false }.bad_context(&why)),
    };
    answer(&envelope, ToolAnswer { id, era, is_study: false }, tools)
}

/// Returns what a notification is about.
fn noticed<'a>(envelope: &Envelope<'a>) -> Understood<'a> {
    match envelope.params.request_id {
        Some(id) if envelope.method == "notifications/cancelled" => Understood::Cancelled(RequestId::of(id.get())),
        _ => Understood::Nothing,
    }
}

/// Returns the answer to a message that the server refuses before it is read, for a door that has statuses of its own.
#[must_use]
pub fn refused_unread(refused: &Status) -> String {
    let code = match refused.code() {
        Code::Unavailable | Code::DeadlineExceeded | Code::Internal => SERVER_BUSY,
        _ => INVALID_REQUEST,
    };
    let data = reason_of(refused).map(|reason| Object::new().text("reason", &reason).end());
    failed("null", code, &RefusedCall::from(refused).lines(false), data.as_deref(), 503).text
}

/// Returns the answer to a message that is longer than any may be, which nobody has read.
#[must_use]
pub fn too_long(bytes_max: usize) -> WrittenAnswer {
    failed("null", INVALID_REQUEST, &format!("the message has more than {bytes_max} bytes"), None, 400)
}

fn unread(why: Malformed, id: Option<&str>) -> WrittenAnswer {
    let (code, message) = match why {
        Malformed::Json => (PARSE_ERROR, "the message is no JSON"),
        Malformed::Request(why) => (INVALID_REQUEST, why),
        Malformed::Answer => (INVALID_REQUEST, "nobody here has sent a request that this could answer"),
    };
    failed(id.unwrap_or("null"), code, message, None, 400)
}

fn answer<'a>(envelope: &Envelope<'a>, to: ToolAnswer, tools: &Tools) -> Understood<'a> {
    let is_stateless = to.era == Era::Stateless;
    Understood::Answered(match &*envelope.method {
        "tools/call" => match call(envelope, to, tools) {
            Ok(call) => return Understood::Call(call),
            Err(refused) => refused,
        },
        "tools/list" => to.listed("tools", &tools.listed()),
        "resources/list" => to.listed("resources", &resources::listed()),
        "resources/templates/list" => to.listed("resourceTemplates", &resources::templates()),
        "resources/read" => to.resource(envelope),
        "prompts/list" => to.listed("prompts", &prompt::listed()),
        "prompts/get" => to.prompt(envelope),
        "server/discover" if is_stateless => {
            let versions = std::iter::once(STATELESS).chain(WITH_HANDSHAKE).map(quoted);
            let found = Object::new().json("supportedVersions", &list(versions)).json("capabilities", &capabilities());
            to.result(found.text("instructions", INSTRUCTIONS).json("ttlMs", LIST_TTL_MS).text("cacheScope", "public"))
        }
        "initialize" if !is_stateless => to.initialized(envelope),
        "ping" if !is_stateless => to.result(Object::new()),
        unknown => {
            let shown: String = unknown.chars().take(100).collect();
            to.error(METHOD_NOT_FOUND, &format!("there is no method {shown:?}"))
        }
    })
}

/// The call of a tool.
fn call<'a>(envelope: &Envelope<'a>, to: ToolAnswer, tools: &Tools) -> Result<ToolCall<'a>, WrittenAnswer> {
    let Params { name, arguments, .. } = envelope.params;
    let bad = |why: &str| to.error(INVALID_PARAMS, why);
    let name = name.and_then(text_of).ok_or_else(|| bad("name: the name of a tool belongs here"))?;
    let tool = tools.find(&name).map_err(|unknown| bad(&unknown.to_string()))?;
    let arguments = match arguments.map_or("{}", |arguments| arguments.get()) {
        "null" => "{}",
        arguments if arguments.starts_with('{') => arguments,
        _ => return Err(bad("arguments: an object { … } belongs here")),
    };
    let is_study = matches!(tool, Tool::Study(_));
    let answer = ToolAnswer { is_study, ..to };
    let request = if is_study {
        match study_call::request_of(arguments) {
            Ok(request) => request.into(),
            Err(place) => return Err(answer.outcome(Err(&RefusedCall::twice(&place)))),
        }
    } else {
        arguments.into()
    };
    Ok(ToolCall { tool, request, answer })
}

fn capabilities() -> String {
    Object::new().json("tools", "{}").json("resources", "{}").json("prompts", "{}").end()
}

fn server_info() -> String {
    Object::new().text("name", "paydirt").text("title", "Paydirt").text("version", env!("CARGO_PKG_VERSION")).end()
}

impl ToolAnswer {
    /// Returns the id of the request.
    #[must_use]
    pub fn request_id(&self) -> RequestId {
        RequestId::of(&self.id)
    }

    /// Returns the answer to a call: what the model has answered as JSON, or the refusal of the call.
    #[must_use]
    pub fn outcome(&self, outcome: Result<&str, &RefusedCall>) -> WrittenAnswer {
        let said = |text: &str| list([Object::new().text("type", "text").text("text", text).end()]);
        self.result(match outcome {
            Ok(answer) => {
                Object::new().json("content", &said(answer)).json("structuredContent", answer).json("isError", "false")
            }
            Err(refused) => Object::new().json("content", &said(&refused.lines(self.is_study))).json("isError", "true"),
        })
    }

    fn result(&self, fields: Object) -> WrittenAnswer {
        let result = match self.era {
            Era::WithHandshake => fields,
            Era::Stateless => {
                let meta = Object::new().json("io.modelcontextprotocol/serverInfo", &server_info()).end();
                fields.text("resultType", "complete").json("_meta", &meta)
            }
        };
        let text = Object::new().text("jsonrpc", "2.0").json("id", &self.id).json("result", &result.end()).end();
        WrittenAnswer { status: 200, text }
    }

    fn listed(&self, name: &str, items: &str) -> WrittenAnswer {
        let fields = Object::new().json(name, items);
        self.result(self.kept(fields))
    }

    /// Says for how long a result may be kept, and for whom: in the stateless era.
    fn kept(&self, fields: Object) -> Object {
        match self.era {
            Era::WithHandshake => fields,
            Era::Stateless => fields.json("ttlMs", LIST_TTL_MS).text("cacheScope", "public"),
        }
    }

    fn error(&self, code: i32, message: &str) -> WrittenAnswer {
        let status = match (self.era, code) {
            // Where a handshake says the version, a request that is refused is a good request of HTTP.
            (Era::WithHandshake, _) => 200,
            (Era::Stateless, METHOD_NOT_FOUND) => 404,
            (Era::Stateless, _) => 400,
        };
        failed(&self.id, code, message, None, status)
    }

    fn bad_context(&self, why: &BadContext) -> WrittenAnswer {
        match why {
            BadContext::Missing(key) => self.error(INVALID_PARAMS, &format!("_meta lacks {key}")),
            BadContext::Mismatch(header) => self.error(HEADER_MISMATCH, header),
            BadContext::Version(requested) => {
                let supported = list(std::iter::once(STATELESS).chain(WITH_HANDSHAKE).map(quoted));
                let data = Object::new().json("supported", &supported).text("requested", requested).end();
                failed(&self.id, UNSUPPORTED_VERSION, "this version of the protocol is not spoken here", Some(&data), 400)
            }
        }
    }

    fn initialized(&self, envelope: &Envelope<'_>) -> WrittenAnswer {
        let Some(version) = envelope.params.version.and_then(text_of) else {
            return self.error(INVALID_PARAMS, "protocolVersion: a revision of the protocol belongs here");
        };
        let version = WITH_HANDSHAKE.iter().find(|known| **known == version).unwrap_or(&WITH_HANDSHAKE[0]);
        let fields = Object::new().text("protocolVersion", version).json("capabilities", &capabilities());
        self.result(fields.json("serverInfo", &server_info()).text("instructions", INSTRUCTIONS))
    }

    fn resource(&self, envelope: &Envelope<'_>) -> WrittenAnswer {
        let Some(uri) = envelope.params.uri.and_then(text_of) else {
            return self.error(INVALID_PARAMS, "uri: the address of a resource belongs here");
        };
        match resources::contents(&uri) {
            Some(contents) => {
                let fields = Object::new().json("contents", &contents);
                self.result(self.kept(fields))
            }
            None => {
                let code = if self.era == Era::Stateless { INVALID_PARAMS } else { RESOURCE_NOT_FOUND };
                let shown: String = uri.chars().take(100).collect();
                self.error(code, &format!("there is no resource {shown:?}; paydirt://presets lists the presets"))
            }
        }
    }

    fn prompt(&self, envelope: &Envelope<'_>) -> WrittenAnswer {
        let Params { name, arguments, .. } = envelope.params;
        if name.and_then(text_of).as_deref() != Some(prompt::NAME) {
            return self.error(INVALID_PARAMS, "name: there is one prompt, \"check_figure\"");
        }
        let [claim, source] = arguments
            .and_then(|arguments| super::envelope::fields(arguments.get().as_bytes(), ["claim", "source"]).ok())
            .unwrap_or_default();
        let Some(claim) = claim.and_then(text_of) else {
            return self.error(INVALID_PARAMS, "arguments.claim: the claim that is checked belongs here, as a text");
        };
        let messages = prompt::messages(&claim, source.and_then(text_of).as_deref());
        self.result(Object::new().text("description", "A claim, checked by calculation.").json("messages", &messages))
    }
}

fn failed(id: &str, code: i32, message: &str, data: Option<&str>, status: u16) -> WrittenAnswer {
    let mut error = Object::new().json("code", &code.to_string()).text("message", message);
    if let Some(data) = data {
        error = error.json("data", data);
    }
    WrittenAnswer { status, text: Object::new().text("jsonrpc", "2.0").json("id", id).json("error", &error.end()).end() }
}
