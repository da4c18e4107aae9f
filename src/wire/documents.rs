//! Documents that describe the contract. `build.rs` makes them of the descriptors and of the list of reasons, so that none can drift.

/// A document, as it is and by gzip.
#[derive(Clone, Copy, Debug)]
pub struct ContractDocument {
    /// The path at which a server shows the document.
    pub path: &'static str,
    /// The content type.
    pub media_type: &'static str,
    /// The bytes.
    pub plain: &'static [u8],
    /// The bytes compressed by gzip.
    pub gzip: &'static [u8],
}

macro_rules! document {
    ($name:literal, $path:literal, $media_type:literal) => {
        ContractDocument {
            path: $path,
            media_type: $media_type,
            plain: include_bytes!(concat!(env!("OUT_DIR"), "/", $name)),
            gzip: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")),
        }
    };
}

/// Every document.
pub const DOCUMENTS: &[ContractDocument] = &[
    document!("contract.json", "/contract.json", "application/json"),
    document!("studies.json", "/contract/studies.json", "application/json"),
    document!("openapi.json", "/openapi.json", "application/json"),
    document!("descriptor.binpb", "/descriptor.binpb", "application/octet-stream"),
    document!("errors.html", "/errors", "text/html; charset=utf-8"),
];

/// The page of errors as Markdown.
pub const ERRORS: &str = include_str!(concat!(env!("OUT_DIR"), "/errors.md"));

/// The tools of agents: a JSON object a line, a line for each model, in the order of the list of models.
pub const TOOLS: &str = include_str!(concat!(env!("OUT_DIR"), "/tools.jsonl"));
