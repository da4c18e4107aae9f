//! Compiles every file in `proto/`: the messages, the services, and the descriptors that reflection answers with.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

const CONTRACT: &str = "proto";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    // A folder here means every file below it, whenever one is changed, added or removed.
    println!("cargo::rerun-if-changed={CONTRACT}");

    let mut files = Vec::new();
    proto_files(Path::new(CONTRACT), &mut files)?;
    files.sort();

    let mut compiler = protox::Compiler::new([CONTRACT])?;
    compiler.include_imports(true).include_source_info(true).open_files(files)?;

    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), compiler.encode_file_descriptor_set())?;
    // The codec looks a message's shape up by its name.
    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure()
        .codec_path("crate::wire::codec::BoundedCodec")
        .compile_fds_with_config(compiler.file_descriptor_set(), config)?;
    Ok(())
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
