//! Compiles every file in `proto/`: the messages, the services, and the descriptors that reflection answers with. Reads every preset in
//! `src/presets/` as a message of that contract. Makes the documents that describe the contract, the table of the page's files, and the code
//! by which studies reach fields. And says which revision this is, and who compiled it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use prost_reflect::prost::Message;
use prost_reflect::prost_types::FileDescriptorSet;
use prost_reflect::{DescriptorPool, DynamicMessage, Value};

#[path = "build/documents.rs"]
mod documents;
#[path = "build/names.rs"]
mod names;
#[path = "build/page.rs"]
mod page;
#[path = "build/reach.rs"]
mod reach;

const CONTRACT: &str = "proto";
const PRESETS: &str = "src/presets";
const EVERY_KIND: &str = "src/wire";
const DOCUMENTS: &str = "build";
const PAGE: &str = "page";
const REASONS: &str = "src/wire/reasons";
const UNKNOWN: &str = "unknown";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    // A folder here means every file below it, whenever one is changed, added or removed.
    println!("cargo::rerun-if-changed={CONTRACT}");
    println!("cargo::rerun-if-changed={PRESETS}");
    println!("cargo::rerun-if-changed={DOCUMENTS}");
    println!("cargo::rerun-if-changed={PAGE}");
    println!("cargo::rerun-if-changed={REASONS}");
    println!("cargo::rustc-env=PAYDIRT_REVISION={}", revision());
    println!("cargo::rustc-env=PAYDIRT_RUSTC={}", said_by(&env::var("RUSTC")?, &["--version"]).as_deref().unwrap_or(UNKNOWN));

    let mut files = Vec::new();
    files_of(Path::new(CONTRACT), "proto", &mut files)?;
    files.sort();

    let mut compiler = protox::Compiler::new([CONTRACT])?;
    compiler.include_imports(true).include_source_info(true).open_files(files)?;

    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), compiler.encode_file_descriptor_set())?;
    let contract = compiler.descriptor_pool();
    let presets = presets(&contract)?;
    fs::write(out.join("presets.bin"), list_of(&contract, &presets)?)?;
    documents::write(&out, &contract, &compiler.file_descriptor_set(), &presets)?;
    page::write(&out, Path::new(PAGE))?;
    fs::write(out.join("reach.rs"), reach::code(&contract, &compiler.file_descriptor_set())?)?;
    // Messages alone: the server takes calls by a shorter way than the generated one, and clients are the crate in `clients/rust`.
    tonic_prost_build::configure()
        .build_server(false)
        .build_client(false)
        .compile_fds_with_config(compiler.file_descriptor_set(), with_short_texts())?;
    fs::write(out.join("paydirt.v1.json.rs"), in_json(compiler.file_descriptor_set())?)?;
    every_kind(&out)
}

/// serde for every message and enum of the contract, in the JSON of protobuf: names as in the contract, and zeros written.
///
/// The generator takes `null` for absent in some kinds of fields alone, and neither reads nor writes a number of an enum that the contract
/// lacks. The lines that do so are changed, by the types of `wire/json/value.rs`; a line that is none of the known ones builds no server.
fn in_json(files: FileDescriptorSet) -> Result<String, Box<dyn std::error::Error>> {
    const NUMBER: &str = "::pbjson::private::NumberDeserialize<_>";
    const UNKNOWN_WORD: &str = r#".map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", "#;
    const ENUM_START: &str = "Some(map_.next_value::<";
    const ENUM_END: &str = ">()? as i32)";
    let mut generator = pbjson_build::Builder::new();
    for file in files.file {
        generator.register_file_descriptor(file);
    }
    generator.emit_fields().preserve_proto_field_names();
    let mut generated = String::new();
    for (_, code) in generator.generate(&[".paydirt.v1"], |_| Ok(Vec::new()))? {
        generated.push_str(&String::from_utf8(code)?);
    }
    let mut code = String::with_capacity(generated.len());
    for line in generated.lines() {
        let mut line = line.replace("Some(map_.next_value()?)", "map_.next_value()?");
        line = line.replace(
            &format!("Some(map_.next_value::<{NUMBER}>()?.0)"),
            "map_.next_value::<Option<crate::wire::json::value::Number<_>>>()?.map(|x| x.0)",
        );
        line = line.replace(NUMBER, "crate::wire::json::value::Number<_>");
        line =
            line.replace(ENUM_START, "map_.next_value::<::std::option::Option<").replace(ENUM_END, ">>()?.map(|x| x as i32)");
        if let Some((before, rest)) = line.split_once("next_value::<::std::option::Option<")
            && let Some((kind, after)) = rest.split_once(">>()?.map(|x| x as i32)")
        {
            line = format!(
                "{before}next_value::<Option<crate::wire::json::value::Enumerator<{kind}>>>()?.map(|x| x.number){after}"
            );
        }
        if let Some((before, rest)) = line.split_once(UNKNOWN_WORD)
            && let Some((value, "")) = rest.split_once(")))?;")
        {
            line = format!("{before}.map_err(|_| {value});\nlet v = crate::wire::json::value::Word(v);");
        }
        if ["pbjson", "Invalid variant", "Some(map_.next_value", "x as i32"].iter().any(|unknown| line.contains(unknown)) {
            return Err(format!("a field of a kind that is not read from JSON yet: {line}").into());
        }
        code.push_str(&line);
        code.push('\n');
    }
    Ok(code)
}

fn with_short_texts() -> tonic_prost_build::Config {
    let mut config = tonic_prost_build::Config::new();
    // A message's shape is looked up by its name.
    config.enable_type_names();
    // prost, with texts of another kind.
    config.prost_path("crate::wire::short_text");
    config
}

/// Generates the message of every kind, which a test alone compiles: generated code may look for more under prost's path than the
/// contract's messages need.
fn every_kind(out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={EVERY_KIND}/every_kind.proto");
    let mut compiler = protox::Compiler::new([EVERY_KIND])?;
    compiler.open_file("every_kind.proto")?;
    fs::write(out.join("every_kind.bin"), compiler.encode_file_descriptor_set())?;
    with_short_texts().compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}

/// The presets, in the order of their names.
///
/// Read here and not where the server starts: one that is no message of the contract then builds no server, and the server needs neither
/// JSON nor reflection to answer.
fn presets(contract: &DescriptorPool) -> Result<Vec<DynamicMessage>, Box<dyn std::error::Error>> {
    let preset = contract.get_message_by_name("paydirt.v1.Preset").ok_or("the contract has no Preset")?;
    let mut files = Vec::new();
    files_of(Path::new(PRESETS), "json", &mut files)?;
    files.sort_by_key(|file| file.file_stem().map(OsStr::to_owned));
    let mut presets = Vec::new();
    for file in files {
        let read = || -> Result<DynamicMessage, Box<dyn std::error::Error>> {
            let text = fs::read_to_string(&file)?;
            let mut json = serde_json::Deserializer::from_str(&text);
            let preset = DynamicMessage::deserialize(preset.clone(), &mut json)?;
            json.end()?;
            Ok(preset)
        };
        presets.push(read().map_err(|error| format!("{}: {error}", file.display()))?);
    }
    Ok(presets)
}

/// The presets as the message that lists them.
fn list_of(contract: &DescriptorPool, presets: &[DynamicMessage]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let list = contract.get_message_by_name("paydirt.v1.ListPresetsResponse").ok_or("the contract has no list of presets")?;
    let mut response = DynamicMessage::new(list);
    let presets = presets.iter().cloned().map(Value::Message).collect();
    response.try_set_field_by_name("presets", Value::List(presets))?;
    Ok(response.encode_to_vec())
}

/// The one that is given, or else the commit that is checked out.
///
/// A development build has none unless it is given: it would be compiled anew after every commit, and it may hold more than the commit.
/// No clock is asked, so the same revision builds the same bytes.
fn revision() -> String {
    println!("cargo::rerun-if-env-changed=PAYDIRT_REVISION");
    if let Some(given) = env::var("PAYDIRT_REVISION").ok().filter(|given| !given.is_empty()) {
        return given;
    }
    // A tarball that was unpacked inside somebody else's repository is none of its commits.
    if env::var("PROFILE").is_ok_and(|profile| profile == "debug") || !Path::new(".git").exists() {
        return UNKNOWN.to_owned();
    }
    // What is checked out, and the log of its commits, which names the branch's as well. A path that does not exist would run this always.
    for name in ["HEAD", "logs/HEAD"] {
        if let Some(path) = said_by("git", &["rev-parse", "--git-path", name]).filter(|path| Path::new(path).exists()) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    said_by("git", &["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| UNKNOWN.to_owned())
}

/// The one line that the program writes; none when it fails or is not there.
fn said_by(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

fn files_of(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_of(&path, ending, files)?;
        } else if path.extension().is_some_and(|found| found == ending) {
            files.push(path);
        }
    }
    Ok(())
}
