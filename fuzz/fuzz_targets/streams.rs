//! Any bytes for `paydirt_fuzzed::streams`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paydirt_fuzzed::streams::check(bytes));
