//! The page of errors, as HTML and as Markdown, made of the one list of reasons.

#[path = "../src/wire/reasons/mod.rs"]
#[allow(dead_code)]
mod reasons;

use reasons::{AT_THE_DOOR, ListedReason, OF_CALLS, OF_FIELDS, Provocation};

const PARTS: [(&str, &str, &[ListedReason]); 3] = [
    (
        "Reasons of a field",
        "Each violation in google.rpc.BadRequest has one of these reasons, beside the path of its field.",
        OF_FIELDS,
    ),
    ("Reasons of a call", "Each refusal has one of these reasons in google.rpc.ErrorInfo.", OF_CALLS),
    (
        "Reasons at the door of the web port",
        "Each request that never becomes a call has one of these reasons: in google.rpc.ErrorInfo of an error in JSON, or on a line of text.",
        AT_THE_DOOR,
    ),
];

pub fn page() -> String {
    let mut page = String::from(concat!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Paydirt: errors</title>\n</head>\n<body>\n<main>\n<h1>Errors</h1>\n",
    ));
    for (title, said, reasons) in PARTS {
        page += &format!("<h2>{title}</h2>\n<p>{said}</p>\n");
        for reason in reasons {
            let ListedReason { name, code, meaning, remedy, origin } = reason;
            page += &format!("<section id=\"{name}\">\n<h3>{name}</h3>\n<p>{code}. {}</p>\n", escaped(meaning));
            page += &format!("<p>{}</p>\n{}</section>\n", escaped(remedy), shown(origin));
        }
    }
    page + "</main>\n</body>\n</html>\n"
}

fn shown(origin: &Provocation) -> String {
    let (said, code) = words(origin);
    let code = code.map(|code| format!("<pre><code>{}</code></pre>\n", escaped(&code))).unwrap_or_default();
    format!("<p>{}</p>\n{code}", escaped(&said))
}

pub fn markdown() -> String {
    let mut page = String::from("# Errors\n");
    for (title, said, reasons) in PARTS {
        page += &format!("\n## {title}\n\n{said}\n");
        for ListedReason { name, code, meaning, remedy, origin } in reasons {
            let (said, request) = words(origin);
            let request = request.map(|request| format!("\n\n    {request}")).unwrap_or_default();
            page += &format!("\n### {name}\n\n{code}. {meaning}\n\n{remedy}\n\n{said}{request}\n");
        }
    }
    page
}

/// How the refusal comes about, in words, and the request where there is one to show.
fn words(origin: &Provocation) -> (String, Option<String>) {
    match origin {
        Provocation::Request(method, request) => {
            (format!("Provoked by this request of {method}:"), Some((*request).to_owned()))
        }
        Provocation::Long { method, before, part, times, after } => (
            format!("Provoked by this request of {method}, where the part before … stands {times} times:"),
            Some(format!("{before}{part} … {after}")),
        ),
        Provocation::Call { path, header: Some((name, value)), .. } => {
            (format!("Provoked by a call of {path} with the header {name}: {value}."), None)
        }
        Provocation::Call { path, header: None, framed } => {
            let bytes: Vec<String> = framed.iter().map(|byte| format!("{byte:02x}")).collect();
            (format!("Provoked by a call of {path} with the framed message {}.", bytes.join(" ")), None)
        }
        Provocation::Web { method, path, headers } => {
            let headers: String = headers.iter().map(|(name, value)| format!(" -H '{name}: {value}'")).collect();
            let request = format!("curl -X {method}{headers} 127.0.0.1:8080{path}");
            ("Provoked by this request to the web port:".to_owned(), Some(request))
        }
        Provocation::Situation(situation) => (format!("Situation: {situation}"), None),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
