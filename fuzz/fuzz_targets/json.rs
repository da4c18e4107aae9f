//! Any bytes for `paydirt_fuzzed::json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paydirt_fuzzed::json::check(bytes));
