//! Any bytes for `paydirt_fuzzed::decimal`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paydirt_fuzzed::decimal::check(bytes));
