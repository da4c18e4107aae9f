//! The files of the page, as they are and by gzip, and the table that the server finds them in.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::documents::both;
use super::files_of;

/// The kinds of files that a page is made of, by the ending of their names.
const KINDS: [(&str, &str); 3] =
    [("html", "text/html; charset=utf-8"), ("css", "text/css; charset=utf-8"), ("js", "text/javascript; charset=utf-8")];

/// Writes the files of the folder, and `page.rs`, an expression for the table of them. The first file is `index.html`, which is the page at `/`.
pub fn write(out: &Path, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut table = String::from("&[\n");
    for (ending, media_type) in KINDS {
        let mut files = Vec::new();
        files_of(folder, ending, &mut files)?;
        files.sort();
        for file in files {
            let name = file.strip_prefix(folder)?.to_str().ok_or("a name that is no text")?.replace('\\', "/");
            let path = if name == "index.html" { "/".to_owned() } else { format!("/{name}") };
            let written = out.join("page").join(&name);
            fs::create_dir_all(written.parent().ok_or("a file lies in a folder")?)?;
            both(&written, &fs::read(&file)?)?;
            writeln!(
                table,
                "PageFile {{ path: {path:?}, media_type: {media_type:?}, \
                 plain: include_bytes!(concat!(env!(\"OUT_DIR\"), {plain:?})), \
                 gzip: include_bytes!(concat!(env!(\"OUT_DIR\"), {gzip:?})) }},",
                plain = format!("/page/{name}"),
                gzip = format!("/page/{name}.gz"),
            )?;
        }
    }
    fs::write(out.join("page.rs"), table + "]\n")?;
    Ok(())
}
