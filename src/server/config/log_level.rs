//! The grammar of a log level. The settings check a level by it at the start, and the admin port reads one while the server
//! runs.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

/// The target of the line that says who changed the log level. It is logged at any level, `off` too, so that nobody can silence the log
/// without a line.
///
/// A name that is not a path of a module: no other line has this target.
pub(crate) const CHANGES: &str = "paydirt::log_level";

/// Reads a log level such as `info`, or `info,paydirt=debug,h2=off`: one level for everything, and further levels by target.
///
/// The grammar is stricter than the library's. The library takes a misspelt level for the name of a target, and then logs
/// everything of that target, and nothing else.
///
/// # Errors
/// A text that says which part cannot be read.
pub(crate) fn targets(text: &str) -> Result<Targets, String> {
    let mut targets = Targets::new();
    // h2 warns of single frames, such as a ping's answer to no ping, so a peer could write as many lines as it likes. Without a
    // level of its own, h2 logs errors at most.
    let is_h2_named = text.split(',').any(|directive| directive.trim().starts_with("h2"));
    for directive in text.split(',').map(str::trim) {
        let level = |level: &str| {
            // The library accepts an empty text and numbers as levels too.
            let named = Some(level.trim()).filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()));
            let unknown = || format!("{level:?} is none of off, error, warn, info, debug, trace");
            named.and_then(|name| name.parse::<LevelFilter>().ok()).ok_or_else(unknown)
        };
        targets = match directive.split_once('=') {
            None if is_h2_named => targets.with_default(level(directive)?),
            None => {
                let level = level(directive)?;
                targets.with_default(level).with_target("h2", level.min(LevelFilter::ERROR))
            }
            Some((target, _)) if target.trim().is_empty() => return Err(format!("{directive:?} names no target")),
            Some((target, at)) => targets.with_target(target.trim(), level(at)?),
        };
    }
    // The last directive for a target counts.
    Ok(targets.with_target(CHANGES, LevelFilter::WARN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_level_switches_off_the_line_that_tells_of_its_change() {
        for level in ["off", "error", "paydirt=off", "off,paydirt::log_level=off", "paydirt::log_level=error,off", "trace"] {
            let targets = targets(level).expect("a level");
            assert!(targets.would_enable(CHANGES, &tracing::Level::WARN), "{level}");
        }
        assert!(!targets("off").expect("a level").would_enable("paydirt", &tracing::Level::ERROR));
    }

    #[test]
    fn a_level_is_a_level_and_no_misspelt_one() {
        for good in ["off", "error", "warn", "info", "debug", "trace", "INFO", "info,paydirt=debug", " warn , h2 = off "] {
            assert!(targets(good).is_ok(), "{good}");
        }
        for bad in ["", "debgu", "info,", "=info", "paydirt=", "paydirt=loud", "info;debug", "3"] {
            assert!(targets(bad).is_err(), "{bad}");
        }
    }
}
