//! Documents made of the contract's descriptors, so that none can drift: `contract.json` and `studies.json`, `openapi.json`, the tools of agents, and
//! `errors.html` of the list of reasons. Each is written as it is and by gzip.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::Path;
use std::{fs, io};

use flate2::{Compression, GzBuilder};
use prost_reflect::prost_types::FileDescriptorSet;
use prost_reflect::{DescriptorPool, DynamicMessage, EnumDescriptor, MessageDescriptor, MethodDescriptor, ServiceDescriptor};

#[path = "comments.rs"]
pub mod comments;
#[path = "contract.rs"]
mod contract;
#[path = "errors.rs"]
mod errors;
#[path = "openapi.rs"]
mod openapi;
#[path = "schema.rs"]
mod schema;
#[path = "tools.rs"]
mod tools;

use comments::Comments;
use contract::Part;

const PACKAGE: &str = "paydirt.v1";

/// The contract's descriptors with what every document asks of them.
pub struct Contract<'a> {
    pool: &'a DescriptorPool,
    comments: Comments,
    /// The full names of the messages that a method takes, and of those within.
    taken: HashSet<String>,
    package: &'static str,
    version: String,
}

/// Writes every document into the folder.
pub fn write(
    folder: &Path,
    pool: &DescriptorPool,
    files: &FileDescriptorSet,
    presets: &[DynamicMessage],
) -> Result<(), Box<dyn std::error::Error>> {
    let contract = Contract::of(pool, files)?;
    let put = |name: &str, bytes: &[u8]| both(&folder.join(name), bytes);
    put("contract.json", &serde_json::to_vec(&contract.as_json(Part::Models))?)?;
    put("studies.json", &serde_json::to_vec(&contract.as_json(Part::Studies))?)?;
    put("openapi.json", &serde_json::to_vec(&contract.openapi(presets)?)?)?;
    put("errors.html", errors::page().as_bytes())?;
    put("descriptor.binpb", &fs::read(folder.join("descriptors.bin"))?)?;
    fs::write(folder.join("errors.md"), errors::markdown())?;
    fs::write(folder.join("tools.jsonl"), contract.tools()?)?;
    Ok(())
}

/// Writes a file as it is, and beside it the same by gzip. The compressed file holds no time, so the same bytes are written again.
pub fn both(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes)?;
    let mut compressed = GzBuilder::new().write(Vec::new(), Compression::best());
    compressed.write_all(bytes)?;
    let mut name = path.as_os_str().to_owned();
    name.push(".gz");
    fs::write(name, compressed.finish()?)
}

impl<'a> Contract<'a> {
    fn of(pool: &'a DescriptorPool, files: &FileDescriptorSet) -> Result<Contract<'a>, Box<dyn std::error::Error>> {
        let version = std::env::var("CARGO_PKG_VERSION")?;
        let mut contract = Contract { pool, comments: Comments::of(files), taken: HashSet::new(), package: PACKAGE, version };
        let methods: Vec<MethodDescriptor> = contract.methods().collect();
        for method in methods {
            reach(&method.input(), &mut contract.taken);
        }
        Ok(contract)
    }

    fn services(&self) -> impl Iterator<Item = ServiceDescriptor> {
        self.pool.services().filter(|service| service.package_name() == self.package)
    }

    fn methods(&self) -> impl Iterator<Item = MethodDescriptor> {
        self.services().flat_map(|service| service.methods().collect::<Vec<_>>())
    }

    fn messages(&self) -> impl Iterator<Item = MessageDescriptor> {
        self.pool.all_messages().filter(|message| message.package_name() == self.package)
    }

    fn enums(&self) -> impl Iterator<Item = EnumDescriptor> {
        self.pool.all_enums().filter(|of| of.package_name() == self.package)
    }

    /// A full name without the package.
    fn name(&self, full: &str) -> String {
        full.strip_prefix(self.package).and_then(|name| name.strip_prefix('.')).unwrap_or(full).to_owned()
    }

    /// The field of the union of calculations whose request the method takes.
    fn model_of(&self, method: &MethodDescriptor) -> Option<String> {
        let union = self.pool.get_message_by_name(&format!("{}.Calculation", self.package))?;
        let field = union.fields().find(|field| field.kind().as_message() == Some(&method.input()))?;
        Some(field.name().to_owned())
    }
}

fn reach(message: &MessageDescriptor, reached: &mut HashSet<String>) {
    if reached.insert(message.full_name().to_owned()) {
        for field in message.fields() {
            if let Some(within) = field.kind().as_message() {
                reach(within, reached);
            }
        }
    }
}
