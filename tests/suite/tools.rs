//! Programs that a test needs and the service does not: `scripts/install-tools` puts them into `.tools`.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where a program is. None, and a word about it, where it is not there: then its test is skipped, unless tools are required.
pub fn tool(name: &str) -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(root().join(".tools/bin")).chain(std::env::split_paths(&on_path));
    let found = folders.map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        let is_required = std::env::var_os("PAYDIRT_REQUIRE_TOOLS").is_some();
        assert!(!is_required, "{name} is required, and not there: scripts/install-tools");
        skipped(&format!("what needs {name}, which is not there; scripts/install-tools installs it"));
    }
    found
}

/// Says what is not tested here, and why. A test that passes is not shown, and neither is its word; so each word is also kept for the end of
/// `cargo test`, where `tests/skipped.rs` says all of them.
pub fn skipped(what: &str) {
    println!("skipped: {what}");
    // cargo is the parent of both programs.
    let kept = format!("{}/skipped-{}", env!("CARGO_TARGET_TMPDIR"), std::os::unix::process::parent_id());
    let file = OpenOptions::new().create(true).append(true).open(kept);
    file.and_then(|mut file| file.write_all(format!("{what}\n").as_bytes())).expect("the folder is ours");
}

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
