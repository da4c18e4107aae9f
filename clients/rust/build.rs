//! Generates the messages and the clients of the contract in `proto/`. No protoc is needed.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let contract = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    println!("cargo::rerun-if-changed={}", contract.display());
    let mut files = Vec::<PathBuf>::new();
    for entry in fs::read_dir(contract.join("paydirt/v1"))? {
        files.push(entry?.path());
    }
    files.sort();
    let mut compiler = protox::Compiler::new([&contract])?;
    compiler.include_imports(true).include_source_info(true).open_files(files)?;
    tonic_prost_build::configure().build_server(false).compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
