//! Compiles every file in `proto/`: the messages, the services, and the descriptors that reflection answers with. And says which revision
//! this is, and who compiled it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

const CONTRACT: &str = "proto";
const UNKNOWN: &str = "unknown";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    // A folder here means every file below it, whenever one is changed, added or removed.
    println!("cargo::rerun-if-changed={CONTRACT}");
    println!("cargo::rustc-env=PAYDIRT_REVISION={}", revision());
    println!("cargo::rustc-env=PAYDIRT_RUSTC={}", said_by(&env::var("RUSTC")?, &["--version"]).as_deref().unwrap_or(UNKNOWN));

    let mut files = Vec::new();
    proto_files(Path::new(CONTRACT), &mut files)?;
    files.sort();

    let mut compiler = protox::Compiler::new([CONTRACT])?;
    compiler.include_imports(true).include_source_info(true).open_files(files)?;

    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), compiler.encode_file_descriptor_set())?;
    // A message's shape is looked up by its name.
    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    // Clients alone: the server takes calls by a shorter way than the generated one.
    tonic_prost_build::configure().build_server(false).compile_fds_with_config(compiler.file_descriptor_set(), config)?;
    Ok(())
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

fn proto_files(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            proto_files(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "proto") {
            files.push(path);
        }
    }
    Ok(())
}
