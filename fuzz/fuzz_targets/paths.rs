//! Any bytes for `paydirt_fuzzed::paths`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paydirt_fuzzed::paths::check(bytes));
