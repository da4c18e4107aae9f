//! Programs that a test needs and the service does not: `scripts/install-tools` puts them into `.tools`.

use std::path::{Path, PathBuf};

/// Where a program is. None, and a word about it, where it is not there: then its test is skipped, unless tools are required.
pub fn tool(name: &str) -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(root().join(".tools/bin")).chain(std::env::split_paths(&on_path));
    let found = folders.map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        let is_required = std::env::var_os("PAYDIRT_REQUIRE_TOOLS").is_some();
        assert!(!is_required, "{name} is required, and not there: scripts/install-tools");
        println!("skipped: {name} is not there; scripts/install-tools installs it");
    }
    found
}

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
