//! Currencies of ISO 4217, those in use and those that were withdrawn.

use std::sync::OnceLock;

/// The letters from A to Z.
const LETTERS: usize = 26;

/// A currency of ISO 4217. No amount is ever converted from one currency to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    code: &'static str,
    withdrawal: Option<&'static Withdrawal>,
}

/// The withdrawal of a code from ISO 4217.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Withdrawal {
    /// The code that was withdrawn.
    pub code: &'static str,
    /// The month from which the code is no longer in the standard: YYYY-MM.
    pub month: &'static str,
    /// The code of the currency that took its place. None: there is none, or there are several.
    pub successor: Option<&'static str>,
}

impl Currency {
    /// A stand-in for a code that cannot be read, until the whole request is refused: the "no currency" of ISO 4217.
    pub const PLACEHOLDER: Currency = Currency { code: "XXX", withdrawal: None };

    /// Returns the currency of a code of three upper-case letters, in use or withdrawn.
    #[must_use]
    pub fn new(code: &str) -> Option<Currency> {
        // A library that compares with one code after the other takes 900 instructions for USD. So the answer for each code is kept.
        static KNOWN: [OnceLock<Option<Currency>>; LETTERS.pow(3)] = [const { OnceLock::new() }; LETTERS.pow(3)];
        let letter = |byte: u8| byte.checked_sub(b'A').map(usize::from).filter(|letter| *letter < LETTERS);
        let &[first, second, third] = code.as_bytes() else { return None };
        let [first, second, third] = [letter(first)?, letter(second)?, letter(third)?];
        let place = first.saturating_mul(LETTERS).saturating_add(second).saturating_mul(LETTERS).saturating_add(third);
        *KNOWN.get(place)?.get_or_init(|| {
            if let Some(withdrawal) = WITHDRAWN.iter().find(|withdrawal| withdrawal.code == code) {
                return Some(Currency { code: withdrawal.code, withdrawal: Some(withdrawal) });
            }
            iso_currency::Currency::from_code(code).map(|listed| Currency { code: listed.code(), withdrawal: None })
        })
    }

    /// Returns the code of the currency.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.code
    }

    /// Returns the withdrawal of the code, if the code was withdrawn.
    #[must_use]
    pub fn withdrawal(self) -> Option<&'static Withdrawal> {
        self.withdrawal
    }
}

/// The codes that were withdrawn from ISO 4217 and are not in use again, in the order of the alphabet.
///
/// Source: ISO 4217, list three (codes for historic denominations of currencies and funds); its amendments for the withdrawals since 2014.
/// Codes that list three gives without a single month of withdrawal are left out.
const WITHDRAWN: &[Withdrawal] = &[
    Withdrawal { code: "ADP", month: "2003-07", successor: Some("EUR") },
    Withdrawal { code: "AFA", month: "2003-01", successor: Some("AFN") },
    Withdrawal { code: "ANG", month: "2025-03", successor: Some("XCG") },
    Withdrawal { code: "AOK", month: "1991-03", successor: Some("AON") },
    Withdrawal { code: "AON", month: "2000-02", successor: Some("AOA") },
    Withdrawal { code: "AOR", month: "2000-02", successor: Some("AOA") },
    Withdrawal { code: "ARA", month: "1992-01", successor: Some("ARS") },
    Withdrawal { code: "ARP", month: "1985-07", successor: Some("ARA") },
    Withdrawal { code: "ATS", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "AZM", month: "2005-12", successor: Some("AZN") },
    Withdrawal { code: "BAD", month: "1997-07", successor: Some("BAM") },
    Withdrawal { code: "BEC", month: "1990-03", successor: Some("BEF") },
    Withdrawal { code: "BEF", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "BEL", month: "1990-03", successor: Some("BEF") },
    Withdrawal { code: "BGL", month: "2003-11", successor: Some("BGN") },
    Withdrawal { code: "BGN", month: "2026-01", successor: Some("EUR") },
    Withdrawal { code: "BOP", month: "1987-02", successor: Some("BOB") },
    Withdrawal { code: "BRB", month: "1986-03", successor: Some("BRC") },
    Withdrawal { code: "BRC", month: "1989-02", successor: Some("BRN") },
    Withdrawal { code: "BRE", month: "1993-03", successor: Some("BRR") },
    Withdrawal { code: "BRN", month: "1990-03", successor: Some("BRE") },
    Withdrawal { code: "BRR", month: "1994-07", successor: Some("BRL") },
    Withdrawal { code: "BUK", month: "1990-02", successor: Some("MMK") },
    Withdrawal { code: "BYB", month: "2001-01", successor: Some("BYR") },
    Withdrawal { code: "BYR", month: "2017-01", successor: Some("BYN") },
    Withdrawal { code: "CHC", month: "2004-11", successor: Some("CHW") },
    Withdrawal { code: "CSD", month: "2006-10", successor: Some("RSD") },
    Withdrawal { code: "CSK", month: "1993-03", successor: None },
    Withdrawal { code: "CUC", month: "2021-06", successor: Some("CUP") },
    Withdrawal { code: "CYP", month: "2008-01", successor: Some("EUR") },
    Withdrawal { code: "DDM", month: "1990-09", successor: Some("DEM") },
    Withdrawal { code: "DEM", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "ECS", month: "2000-09", successor: Some("USD") },
    Withdrawal { code: "ECV", month: "2000-09", successor: None },
    Withdrawal { code: "EEK", month: "2011-01", successor: Some("EUR") },
    Withdrawal { code: "EQE", month: "1989-12", successor: Some("XAF") },
    Withdrawal { code: "ESB", month: "1994-12", successor: Some("ESP") },
    Withdrawal { code: "ESP", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "FIM", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "FRF", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "GEK", month: "1995-10", successor: Some("GEL") },
    Withdrawal { code: "GHC", month: "2008-01", successor: Some("GHS") },
    Withdrawal { code: "GHP", month: "2007-06", successor: Some("GHS") },
    Withdrawal { code: "GNS", month: "1986-02", successor: Some("GNF") },
    Withdrawal { code: "GQE", month: "1986-06", successor: Some("EQE") },
    Withdrawal { code: "GRD", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "GWP", month: "1997-05", successor: Some("XOF") },
    Withdrawal { code: "HRD", month: "1995-01", successor: Some("HRK") },
    Withdrawal { code: "HRK", month: "2023-01", successor: Some("EUR") },
    Withdrawal { code: "IEP", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "ITL", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "LSM", month: "1985-05", successor: Some("LSL") },
    Withdrawal { code: "LTL", month: "2014-12", successor: Some("EUR") },
    Withdrawal { code: "LTT", month: "1993-07", successor: Some("LTL") },
    Withdrawal { code: "LUC", month: "1990-03", successor: Some("LUF") },
    Withdrawal { code: "LUF", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "LUL", month: "1990-03", successor: Some("LUF") },
    Withdrawal { code: "LVL", month: "2014-01", successor: Some("EUR") },
    Withdrawal { code: "LVR", month: "1994-12", successor: Some("LVL") },
    Withdrawal { code: "MGF", month: "2004-12", successor: Some("MGA") },
    Withdrawal { code: "MLF", month: "1984-11", successor: Some("XOF") },
    Withdrawal { code: "MRO", month: "2017-12", successor: Some("MRU") },
    Withdrawal { code: "MTL", month: "2008-01", successor: Some("EUR") },
    Withdrawal { code: "MTP", month: "1983-06", successor: Some("MTL") },
    Withdrawal { code: "MXP", month: "1993-01", successor: Some("MXN") },
    Withdrawal { code: "MZM", month: "2006-06", successor: Some("MZN") },
    Withdrawal { code: "NIC", month: "1990-10", successor: Some("NIO") },
    Withdrawal { code: "NLG", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "PEI", month: "1991-07", successor: Some("PEN") },
    Withdrawal { code: "PES", month: "1986-02", successor: Some("PEI") },
    Withdrawal { code: "PLZ", month: "1997-01", successor: Some("PLN") },
    Withdrawal { code: "PTE", month: "2002-03", successor: Some("EUR") },
    Withdrawal { code: "ROL", month: "2005-06", successor: Some("RON") },
    Withdrawal { code: "RUR", month: "2004-01", successor: Some("RUB") },
    Withdrawal { code: "SDD", month: "2007-07", successor: Some("SDG") },
    Withdrawal { code: "SDP", month: "1998-06", successor: Some("SDD") },
    Withdrawal { code: "SIT", month: "2007-01", successor: Some("EUR") },
    Withdrawal { code: "SKK", month: "2009-01", successor: Some("EUR") },
    Withdrawal { code: "SLL", month: "2023-12", successor: Some("SLE") },
    Withdrawal { code: "SRG", month: "2003-12", successor: Some("SRD") },
    Withdrawal { code: "STD", month: "2017-12", successor: Some("STN") },
    Withdrawal { code: "SUR", month: "1990-12", successor: Some("RUR") },
    Withdrawal { code: "TJR", month: "2001-04", successor: Some("TJS") },
    Withdrawal { code: "TMM", month: "2009-01", successor: Some("TMT") },
    Withdrawal { code: "TPE", month: "2002-11", successor: Some("USD") },
    Withdrawal { code: "TRL", month: "2005-12", successor: Some("TRY") },
    Withdrawal { code: "UAK", month: "1996-09", successor: Some("UAH") },
    Withdrawal { code: "UGS", month: "1987-05", successor: Some("UGX") },
    Withdrawal { code: "USS", month: "2014-03", successor: None },
    Withdrawal { code: "UYP", month: "1993-03", successor: Some("UYU") },
    Withdrawal { code: "VEB", month: "2008-01", successor: Some("VEF") },
    Withdrawal { code: "VEF", month: "2018-08", successor: Some("VES") },
    Withdrawal { code: "XEU", month: "1999-01", successor: Some("EUR") },
    Withdrawal { code: "XFO", month: "2006-10", successor: None },
    Withdrawal { code: "XFU", month: "2013-11", successor: None },
    Withdrawal { code: "XRE", month: "1999-11", successor: None },
    Withdrawal { code: "YDD", month: "1991-09", successor: Some("YER") },
    Withdrawal { code: "YUD", month: "1990-01", successor: Some("YUN") },
    Withdrawal { code: "YUM", month: "2003-07", successor: Some("CSD") },
    Withdrawal { code: "YUN", month: "1995-11", successor: Some("YUM") },
    Withdrawal { code: "ZAL", month: "1995-03", successor: Some("ZAR") },
    Withdrawal { code: "ZMK", month: "2012-12", successor: Some("ZMW") },
    Withdrawal { code: "ZRN", month: "1999-06", successor: Some("CDF") },
    Withdrawal { code: "ZRZ", month: "1994-02", successor: Some("ZRN") },
    Withdrawal { code: "ZWD", month: "2008-08", successor: Some("ZWR") },
    Withdrawal { code: "ZWL", month: "2024-09", successor: Some("ZWG") },
    Withdrawal { code: "ZWN", month: "2008-08", successor: Some("ZWR") },
    Withdrawal { code: "ZWR", month: "2009-06", successor: Some("ZWL") },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_in_use_has_no_withdrawal() {
        for code in ["USD", "EUR", "XCG", "SLE", "ZWG", "VES", "CUP"] {
            let currency = Currency::new(code).expect("a currency");
            assert_eq!((currency.code(), currency.withdrawal()), (code, None));
        }
    }

    #[test]
    fn a_withdrawn_code_knows_its_month_and_its_successor() {
        for (code, month, successor) in [
            ("HRK", "2023-01", Some("EUR")),
            ("SLL", "2023-12", Some("SLE")),
            ("ZWL", "2024-09", Some("ZWG")),
            ("CUC", "2021-06", Some("CUP")),
            ("BGN", "2026-01", Some("EUR")),
            ("ANG", "2025-03", Some("XCG")),
            ("DEM", "2002-03", Some("EUR")),
            ("CSK", "1993-03", None),
        ] {
            let withdrawal = Currency::new(code).and_then(Currency::withdrawal).expect("withdrawn");
            assert_eq!((withdrawal.code, withdrawal.month, withdrawal.successor), (code, month, successor));
        }
    }

    #[test]
    fn the_withdrawn_codes_are_in_order_and_each_successor_is_a_currency() {
        assert!(WITHDRAWN.windows(2).all(|pair| pair[0].code < pair[1].code));
        for withdrawal in WITHDRAWN {
            assert!(withdrawal.successor.is_none_or(|code| Currency::new(code).is_some()), "{withdrawal:?}");
        }
    }

    #[test]
    fn what_is_no_code_is_no_currency() {
        for code in ["", "US", "USDX", "usd", "U1D", "ZZZ", "ÄÖ"] {
            assert_eq!(Currency::new(code), None, "{code}");
        }
    }
}
