//! The files of the page, which lie in the folder `page`. `build.rs` makes their table: no file is looked for while the server runs.

/// A file of the page, as it is and by gzip.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageFile {
    /// The path at which the server shows the file; `/` is the page itself.
    pub path: &'static str,
    /// The content type.
    pub media_type: &'static str,
    /// The bytes.
    pub plain: &'static [u8],
    /// The bytes compressed by gzip.
    pub gzip: &'static [u8],
}

/// Every file of the page.
pub(super) const FILES: &[PageFile] = include!(concat!(env!("OUT_DIR"), "/page.rs"));
