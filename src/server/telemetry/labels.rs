//! Reasons and kinds by which the server counts, and the label of each in the metrics.

/// The reason why a call was refused for lack of room.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CallRefusal {
    /// The messages of the call do not fit into the memory limit.
    NoMemory,
    /// The worker thread of the call's connection is behind with its work.
    WorkerBusy,
    /// Too many long calculations are waiting.
    PoolFull,
    /// The calculation could not start before the deadline of the call.
    DeadlineTooNear,
    /// The caller has its share of what all callers want, and others want some too.
    CallerShare,
    /// The process is near its memory limit.
    MemoryLimit,
}

impl CallRefusal {
    pub fn label(self) -> &'static str {
        match self {
            CallRefusal::NoMemory => "message_bytes",
            CallRefusal::WorkerBusy => "worker_busy",
            CallRefusal::PoolFull => "pool_full",
            CallRefusal::DeadlineTooNear => "deadline_too_near",
            CallRefusal::CallerShare => "caller_share",
            CallRefusal::MemoryLimit => "memory_limit",
        }
    }
}

/// The reason why a study was refused for what it would take.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StudyRefusal {
    /// The study takes more work than any may.
    TooLarge,
    /// The study cannot be done by the deadline of its call.
    DeadlineTooNear,
}

impl StudyRefusal {
    pub fn label(self) -> &'static str {
        match self {
            StudyRefusal::TooLarge => "too_large",
            StudyRefusal::DeadlineTooNear => "deadline_too_near",
        }
    }
}

/// The reason why the server closed a connection before its time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ConnectionRefusal {
    /// As many connections are open as are allowed, and nobody holds more of them than the peer would.
    TooMany,
    /// The connection made room for one of another caller, who holds fewer.
    CallerShare,
    /// The peer was cut for misbehaviour, and connects again too often.
    Reconnects,
    /// The peer made no TLS handshake, or a bad one.
    Handshake,
    /// The peer sent no HTTP/2 preface in time.
    Preface,
    /// The peer sent more bytes that carry nothing than an honest peer sends.
    Flood,
    /// The peer broke HTTP/2's rules.
    Protocol,
    /// The process is near its memory limit: the connection came then, or kept more than others.
    MemoryLimit,
}

impl ConnectionRefusal {
    pub fn label(self) -> &'static str {
        match self {
            ConnectionRefusal::TooMany => "too_many",
            ConnectionRefusal::CallerShare => "caller_share",
            ConnectionRefusal::Reconnects => "reconnects",
            ConnectionRefusal::Handshake => "handshake",
            ConnectionRefusal::Preface => "preface",
            ConnectionRefusal::Flood => "flood",
            ConnectionRefusal::Protocol => "protocol",
            ConnectionRefusal::MemoryLimit => "memory_limit",
        }
    }
}

/// A request to the web port that is no call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WebRequest {
    /// A document, such as the contract.
    Document,
    /// A file of the page.
    Page,
    /// A message of an agent that asks for no calculation.
    Agent,
    /// A request that is refused at the door.
    Refused,
}

impl WebRequest {
    pub fn label(self) -> &'static str {
        match self {
            WebRequest::Document => "document",
            WebRequest::Page => "page",
            WebRequest::Agent => "agent",
            WebRequest::Refused => "refused",
        }
    }
}
