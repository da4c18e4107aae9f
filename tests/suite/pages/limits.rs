//! The page of limits, compared with the contract's comments, which are tested against the server, and with the limits of the server.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use paydirt::server::config::{self as limits, Settings};

use crate::contract::{Contract, descriptors};
use crate::pages::Page;
use crate::tools::root;

const PAGE: &str = "docs/limits.md";

/// The cells of each row of the tables in a section.
fn rows<'a>(page: &'a Page, section: &str) -> Vec<Vec<&'a str>> {
    let (_, section) = page.text.split_once(&format!("## {section}\n")).unwrap_or_else(|| panic!("{PAGE} has no {section}"));
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

#[test]
fn a_limit_of_a_request_is_that_of_its_field() {
    let (page, contract) = (Page::of(PAGE), Contract::of(&descriptors()));
    let rows = rows(&page, "Of a request");
    assert!(rows.len() > 15, "{} rows", rows.len());
    for row in rows {
        let [what, limit, fields] = row[..] else { panic!("three cells: {row:?}") };
        let number = limit.split([' ', ',']).rfind(|word| word.bytes().next().is_some_and(|byte| byte.is_ascii_digit()));
        let number = number.unwrap_or_else(|| panic!("{what}: no number in {limit}"));
        for name in fields.split('`').skip(1).step_by(2) {
            let field = contract.fields().find(|field| field.full_name() == format!("paydirt.v1.{name}"));
            let field = field.unwrap_or_else(|| panic!("{what}: the contract has no field {name}"));
            let comment = contract.comment_of(&field);
            let words: Vec<&str> = comment.text().split(|letter: char| !letter.is_ascii_digit()).collect();
            assert!(words.contains(&number), "{what}: {limit} on the page; {name}: {}", comment.text());
        }
    }
}

/// A row of the server's limits: how its first cell begins, and the words that its limit has.
fn of_the_server() -> Vec<(&'static str, Vec<String>)> {
    let bytes = |count: usize| match count {
        count if count % (1 << 20) == 0 => format!("{} MiB", count >> 20),
        count if count % (1 << 10) == 0 => format!("{} KiB", count >> 10),
        count => panic!("{count} is no whole number of KiB"),
    };
    let time = |time: Duration| match time {
        time if time.subsec_millis() == 0 => format!("{} s", time.as_secs()),
        time if time < Duration::from_secs(1) && time.subsec_millis() % 100 == 0 => format!("0.{} s", time.as_millis() / 100),
        time => format!("{} ms", time.as_millis()),
    };
    let settings = Settings::read(["paydirt"]).expect("the defaults are good");
    let default = |name: &str| {
        let effective = settings.effective();
        let (_, value) = effective.iter().find(|(flag, _)| *flag == name).unwrap_or_else(|| panic!("no setting {name}"));
        value.replace("ms", " ms").replace('s', " s").replace(" m s", " ms").replace("  ", " ")
    };
    let number = |count: usize| match count {
        count if count >= 10_000 => format!("{},{:03}", count / 1000, count % 1000),
        count => count.to_string(),
    };
    let unread = limits::KEEPALIVE_INTERVAL + limits::KEEPALIVE_TIMEOUT;
    vec![
        ("a message", vec![bytes(limits::MESSAGE_BYTES_MAX)]),
        ("a request to health", vec![bytes(limits::HOUSEKEEPING_MESSAGE_BYTES_MAX)]),
        ("messages under way", vec![bytes(limits::MESSAGE_BYTES_UNDER_WAY_MAX), "a third".to_owned()]),
        ("unsent data", vec![bytes(limits::SOCKET_UNSENT_BYTES as usize)]),
        ("the answer to a batch", vec![bytes(limits::MESSAGE_BYTES_MAX)]),
        ("an answer within a stream", vec![bytes(limits::MESSAGE_BYTES_MAX)]),
        (
            "what a stream keeps",
            vec![
                bytes(limits::STREAM_WINDOW_BYTES as usize),
                bytes(limits::STREAM_AHEAD_BYTES_MAX),
                format!("{} long", limits::STREAM_LONG_MAX),
            ],
        ),
        ("a message that has begun", vec![bytes(limits::UPLOAD_BYTES_MIN), format!("every {}", time(limits::UPLOAD_TIMEOUT))]),
        ("compressed messages", vec![bytes(limits::COMPRESSED_BYTES_MIN)]),
        ("calls at once", vec![limits::STREAMS_PER_CONNECTION_MAX.to_string()]),
        ("headers of a call", vec![bytes(limits::HEADER_LIST_BYTES_MAX as usize)]),
        (
            "headers of a request in HTTP/1.1",
            vec![
                bytes(limits::HEADER_LIST_BYTES_MAX as usize),
                format!("{} of them", limits::HEADERS_MAX),
                time(limits::HEAD_TIMEOUT),
            ],
        ),
        ("time of a call", vec![default("default-deadline")]),
        ("time to finish", vec![default("drain")]),
        ("connections ", vec![number(default("max-connections").parse().expect("a number"))]),
        (
            "a connection's way",
            vec![
                format!("{} for TLS", time(limits::HANDSHAKE_TIMEOUT)),
                format!("{} for the preface", time(limits::PREFACE_TIMEOUT)),
            ],
        ),
        ("connections that wait", vec![limits::BACKLOG.to_string()]),
        ("a peer that is gone", vec![time(unread)]),
        ("bytes that carry nothing", vec![bytes(usize::try_from(limits::IDLE_BYTES_MAX).expect("it is small"))]),
        ("resets", vec![format!("{}; {}", limits::PENDING_ACCEPT_RESETS_MAX, limits::LOCAL_ERROR_RESETS_MAX)]),
        ("an answer that its peer does not read", vec![bytes(limits::SEND_BUFFER_BYTES), time(limits::UNREAD_ANSWER_TIMEOUT)]),
        ("long calculations that wait", vec![limits::POOL_QUEUE_MAX.to_string()]),
        ("the work of a study", vec![default("max-study"), time(limits::STUDY_BLOCK)]),
        ("a call that waits", vec![default("max-wait")]),
        (
            "the admin port",
            vec![
                format!("{} connections", limits::ADMIN_CONNECTIONS_MAX),
                time(limits::ADMIN_REQUEST_TIMEOUT),
                time(limits::ADMIN_CONNECTION_MIN),
            ],
        ),
    ]
}

/// Rows whose figure is another file's: the scan of messages has its own test, and HTTP/1.1 knows no calls at once.
const ELSEWHERE: [&str; 4] = [
    "fields of a request",
    "an answer of a model's own method",
    "memory of the process",
    "requests at once on a connection in HTTP/1.1",
];

#[test]
fn a_limit_of_the_server_is_that_of_the_program() {
    let page = Page::of(PAGE);
    let rows = rows(&page, "Of the server");
    let known = of_the_server();
    for row in &rows {
        let (what, limit) = (format!("{} ", row[0]), row[1]);
        // The longest beginning, because `connections` begins other rows.
        let found = known.iter().filter(|(start, _)| what.starts_with(start)).max_by_key(|(start, _)| start.len());
        match found {
            Some((_, words)) => {
                for word in words {
                    assert!(limit.contains(word.as_str()), "{what}: {limit:?} on the page has no {word:?}");
                }
            }
            None => assert!(ELSEWHERE.contains(&row[0]), "{what}: no limit of the program is compared with this row"),
        }
    }
    for (start, _) in &known {
        assert!(rows.iter().any(|row| format!("{} ", row[0]).starts_with(start)), "{PAGE} has no row {start}");
    }
}

#[test]
fn a_number_of_fields_is_that_of_the_scan() {
    let scan = fs::read_to_string(root().join("src/wire/codec/scan.rs")).expect("a source");
    let line = scan.lines().find(|line| line.contains("const FIELDS_MAX")).expect("the limit");
    let number = line.split(['=', ';']).nth(1).expect("a number").trim().replace('_', ",");
    let page = Page::of(PAGE);
    let row = rows(&page, "Of the server").into_iter().find(|row| row[0] == "fields of a request").expect("a row");
    assert_eq!(row[1], number);
}

/// Other pages may say what follows from a limit, and have no table of them.
#[test]
fn limits_stand_on_one_page() {
    let tables: BTreeSet<String> = crate::pages::pages()
        .into_iter()
        .filter(|page| page.text.lines().any(|line| line.starts_with("| what | limit")))
        .map(|page| page.path)
        .collect();
    assert_eq!(tables, BTreeSet::from([PAGE.to_owned()]));
}
