//! The last word of the suite: what it did not test here, and why. The program runs behind the suite in `cargo test`, and prints what the
//! suite's tests have kept (`tests/suite/tools.rs`).

use std::collections::BTreeSet;

fn main() {
    // cargo is the parent of both programs, so that no word of another run is said again.
    let kept = format!("{}/skipped-{}", env!("CARGO_TARGET_TMPDIR"), std::os::unix::process::parent_id());
    let Ok(said) = std::fs::read_to_string(&kept) else { return };
    let lines: BTreeSet<&str> = said.lines().collect();
    println!();
    lines.iter().for_each(|line| println!("skipped: {line}"));
    std::fs::remove_file(&kept).expect("the folder is ours");
}
