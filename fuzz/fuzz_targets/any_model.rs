//! Any bytes for `paydirt_fuzzed::any_model`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paydirt_fuzzed::any_model::check(bytes));
