//! Any bytes for `paydirt_fuzzed::studies`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paydirt_fuzzed::studies::check(bytes));
