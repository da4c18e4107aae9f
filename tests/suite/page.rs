//! The page: how its files are served, how much of them one visit loads, and what it does in a real browser. The tests of the browser are
//! programs of `tests/page`, which page-node of `scripts/install-tools` runs.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};

use crate::program::Program;
use crate::support::SERVER;
use crate::tools::{root, tool};
use crate::web::http::{Answer, Peer};

const PAGE: &str = "page";
/// The most that a visit loads before its first answer, the contract apart: as the files lie, and by gzip.
const PLAIN_MAX: usize = 160 * 1024;
const GZIP_MAX: usize = 55 * 1024;
/// The most that follows an answer, by gzip: tables, and the inputs as paper shows them.
const LATER_GZIP_MAX: usize = 3 * 1024;
/// The most that the row "What if" loads where it is opened, by gzip.
const ROW_GZIP_MAX: usize = 24 * 1024;
/// The most that follows the row where its figure is a number, by gzip: which input matters most.
const WEIGHTS_GZIP_MAX: usize = 4 * 1024;
/// The most that a published study loads beside what the row does, by gzip.
const STUDY_GZIP_MAX: usize = 1024;
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

fn file(name: &str) -> String {
    fs::read_to_string(root().join(PAGE).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The files of the page, each with the path at which it is served.
fn files() -> Vec<(String, String)> {
    let folder = root().join(PAGE);
    let mut names = Vec::new();
    for ending in ["html", "css", "js"] {
        let mut found = crate::rooms::files_of(&folder, ending);
        found.sort();
        names.extend(found.iter().map(|path| path.strip_prefix(&folder).expect("within").to_str().expect("text").to_owned()));
    }
    let path = |name: &String| if name == "index.html" { "/".to_owned() } else { format!("/{name}") };
    names.into_iter().map(|name| (path(&name), name)).collect()
}

/// The texts that stand in quotes behind a word.
fn quoted<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    text.split(word).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

/// Adds a script, and the scripts that it cannot begin without.
fn needed(name: &str, all: &mut BTreeSet<String>) {
    if all.insert(name.to_owned()) {
        for from in quoted(&file(name), "from").into_iter().filter(|from| from.starts_with('.')) {
            let joined = Path::new(name).parent().expect("a folder").join(from);
            let mut plain = PathBuf::new();
            for part in joined.components() {
                match part {
                    Component::ParentDir => assert!(plain.pop(), "{name} names a file outside of the page: {from}"),
                    Component::Normal(part) => plain.push(part),
                    Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
                }
            }
            needed(plain.to_str().expect("text"), all);
        }
    }
}

fn questions() -> Vec<String> {
    let list = file("models/index.js");
    quoted(&list, "{ name:").into_iter().map(str::to_owned).collect()
}

fn gzipped(text: &str) -> usize {
    let mut compressed = GzBuilder::new().write(Vec::new(), Compression::best());
    compressed.write_all(text.as_bytes()).expect("memory");
    compressed.finish().expect("memory").len()
}

#[test]
fn a_visit_loads_little_before_its_answer() {
    let mut core = BTreeSet::from(["index.html".to_owned(), "page.css".to_owned(), "draw.css".to_owned()]);
    needed("app.js", &mut core);
    let questions = questions();
    assert!(questions.len() >= 16, "{questions:?}");
    for question in questions {
        let mut all = core.clone();
        needed(&format!("models/{question}.js"), &mut all);
        let plain: usize = all.iter().map(|name| file(name).len()).sum();
        let gzip: usize = all.iter().map(|name| gzipped(&file(name))).sum();
        println!("{question}: {plain} bytes, {gzip} by gzip");
        assert!(plain <= PLAIN_MAX && gzip <= GZIP_MAX, "{question} loads {plain} bytes, {gzip} by gzip");
    }
}

#[test]
fn what_follows_an_answer_is_little_too() {
    let mut loaded = BTreeSet::new();
    needed("app.js", &mut loaded);
    for (script, looks, most) in [
        ("later.js", None, LATER_GZIP_MAX),
        ("whatif/row.js", Some("whatif/row.css"), ROW_GZIP_MAX),
        ("whatif/tornado.js", None, WEIGHTS_GZIP_MAX),
        ("whatif/preset.js", None, STUDY_GZIP_MAX),
    ] {
        let mut all = loaded.clone();
        needed(script, &mut all);
        all.extend(looks.map(str::to_owned));
        let gzip: usize = all.difference(&loaded).map(|name| gzipped(&file(name))).sum();
        println!("{script}: {gzip} bytes by gzip");
        assert!(gzip <= most, "{script} loads {gzip} bytes by gzip");
        loaded = all;
    }
}

#[test]
fn the_page_asks_at_once_for_all_that_it_begins_with() {
    let page = file("index.html");
    let preloaded: BTreeSet<_> = quoted(&page, "\"modulepreload\" href=").into_iter().map(str::to_owned).collect();
    let mut begins = BTreeSet::new();
    needed("app.js", &mut begins);
    let begins: BTreeSet<_> = begins.into_iter().filter(|name| name != "app.js").map(|name| format!("/{name}")).collect();
    assert_eq!(preloaded, begins);
}

fn ask(path: &str, method: &str, headers: &[(&str, &str)]) -> Answer {
    Peer::of(SERVER.web_address()).ask(method, path, headers, b"")
}

#[test]
fn every_file_is_served_as_it_lies_and_kept_by_its_tag() {
    for (path, name) in files() {
        let plain = ask(&path, "GET", &[]);
        assert_eq!((plain.status, plain.text()), (200, file(&name).as_str()), "{path}");
        assert_eq!(plain.header("cache-control"), Some("no-cache"), "{path}");
        assert_eq!(plain.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(plain.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
        assert_eq!(plain.header("set-cookie"), None, "{path}");
        let kind = plain.header("content-type").expect("a type");
        let expected = match name.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            _ => "text/javascript; charset=utf-8",
        };
        assert_eq!(kind, expected, "{path}");
        let tag = plain.header("etag").expect("a tag").to_owned();
        assert_eq!(ask(&path, "GET", &[("if-none-match", &tag)]).status, 304, "{path}");

        let packed = ask(&path, "GET", &[("accept-encoding", "gzip")]);
        if packed.header("content-encoding") == Some("gzip") {
            let mut text = String::new();
            GzDecoder::new(packed.body.as_slice()).read_to_string(&mut text).expect("it is gzip");
            assert_eq!(text, file(&name), "{path}");
            assert_ne!(packed.header("etag"), Some(tag.as_str()), "{path}");
        }
        // A HEAD has the head of a GET, and nothing else.
        let mut peer = Peer::of(SERVER.web_address());
        peer.send(format!("HEAD {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"));
        let mut head = String::new();
        peer.stream.read_to_string(&mut head).expect("text");
        assert!(head.starts_with("HTTP/1.1 200 ") && head.ends_with("\r\n\r\n"), "{path}: {head}");
        assert!(head.contains(&format!("content-length: {}\r\n", file(&name).len())), "{path}: {head}");
        assert_eq!(ask(&path, "POST", &[]).status, 405, "{path}");
    }
}

#[test]
fn pages_are_shown_under_the_strict_policy() {
    for path in ["/", "/errors"] {
        let answer = ask(path, "GET", &[]);
        assert_eq!(answer.header("content-security-policy"), Some(POLICY), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"), "{path}");
    }
    for path in
        ["/index.html", "/page/app.js", "/../Cargo.toml", "/%2e%2e/Cargo.toml", "/lib/licenses.txt", "/package.json", "/lib/"]
    {
        assert_eq!(ask(path, "GET", &[]).status, 404, "{path}");
    }
}

#[test]
fn requests_for_the_page_are_counted_and_never_logged() {
    let program = Program::start(&["--log-level", "trace,h2=off,hyper=off"]);
    let mut peer = Peer::of(program.web_address());
    assert_eq!(peer.ask("GET", "/?figure=SECRET", &[], b"").status, 200);
    assert_eq!(peer.ask("GET", "/app.js?SECRET", &[("referer", "http://localhost/?SECRET")], b"").status, 200);
    let count = program.metric("paydirt_web_requests_total{kind=\"page\",status=\"200\"}");
    assert_eq!(count, Some(2.0));
    let log = program.log().iter().map(ToString::to_string).collect::<String>();
    assert!(!log.contains("SECRET"), "a query is in the log");
}

/// Every script says what it is; a script of the page never makes markup of a text, keeps nothing, and asks no other server.
#[test]
fn no_script_of_the_page_does_what_the_page_promises_not_to() {
    for (_, name) in files().into_iter().filter(|(_, name)| name.ends_with(".js") && !name.starts_with("lib/")) {
        let text = file(&name);
        assert!(text.starts_with("// "), "{name} does not say what it is");
        for word in [
            "innerHTML",
            "dangerouslySetInnerHTML",
            "eval(",
            "localStorage",
            "sessionStorage",
            "indexedDB",
            "document.cookie",
            "https://",
            "serviceWorker",
            "style=",
        ] {
            assert!(!text.contains(word), "{name} says {word}");
        }
    }
}

/// Runs a program of `tests/page` against a server of its own, in the browser, and holds it to its word that nothing is wrong.
fn in_a_browser(test: &str) {
    let (Some(node), Some(browser)) = (tool("page-node"), tool("chromium")) else { return };
    // A browser on a busy machine asks for more at once than a server would take that has to answer soon.
    let program = Program::start(&["--max-wait", "10m"]);
    let folder = root().join("target/page").join(test);
    let paydirt = Path::new(env!("CARGO_BIN_EXE_paydirt")).parent().expect("a folder");
    let mut command = Command::new(node);
    command.arg(root().join(format!("tests/page/{test}.js"))).arg(format!("http://{}", program.web_address())).arg(folder);
    command.env("CHROMIUM", browser).env("PAYDIRT_FOLDER", paydirt);
    if let Some(grpcurl) = tool("grpcurl") {
        command.env("GRPCURL_FOLDER", grpcurl.parent().expect("a folder"));
    }
    let said = command.output().expect("node starts");
    let text = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "{text}");
    println!("{text}");
}

/// Runs a program of `tests/page` that needs node and no browser, and holds it to its word that nothing is wrong.
fn by_node(test: &str) {
    let Some(node) = tool("node") else { return };
    let program = Program::start(&[]);
    let mut command = Command::new(node);
    command.arg(root().join(format!("tests/page/{test}.js"))).arg(format!("http://{}", program.web_address()));
    let said = command.output().expect("node starts");
    let text = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "{text}");
    println!("{text}");
}

/// Every branch of every sentence has a line of `sentences.jsonl`, which V8's count of what has run finds out.
#[test]
fn every_branch_of_a_sentence_is_said() {
    by_node("sentences");
}

#[test]
fn every_branch_of_what_a_study_found_is_said() {
    by_node("found");
}

#[test]
fn every_ratio_is_shown_in_percent_or_as_the_number_that_it_is() {
    by_node("percents");
}

#[test]
fn every_input_of_every_published_figure_is_turned_between_two_ends() {
    by_node("ends");
}

#[test]
fn every_published_figure_opens_in_a_browser() {
    in_a_browser("visits");
}

#[test]
fn the_page_does_what_it_says_in_a_browser() {
    in_a_browser("cases");
}

#[test]
fn labels_of_drawings_keep_apart_in_a_browser() {
    in_a_browser("drawings");
}
