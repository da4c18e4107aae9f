//! Any bytes for `paydirt_fuzzed::codec`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| paydirt_fuzzed::codec::check(bytes));
