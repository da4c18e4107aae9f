//! The grammar of paths, and the words with which a path is refused.

use std::fmt::Write as _;

use crate::models::input::Reason;
use crate::models::work::WhileAwaited;
use crate::wire::nearest::likeness_of;
use crate::wire::reach::{FieldShape, MessageShape, ValueKind};

/// The most bytes of a path: the deepest of the contract has some sixty, and names of members come on top.
pub(in crate::wire) const PATH_BYTES_MAX: usize = 1000;

/// A part of a path: a field, and perhaps a member of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PathPart<'a> {
    pub field: &'a str,
    pub member: Option<ListMember<'a>>,
}

/// A member of a list, as a path names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListMember<'a> {
    Index(u32),
    Name(&'a str),
    All,
}

/// Reads the parts of a path; `None` for a text that is no path.
pub(super) fn parts(path: &str) -> Option<Vec<PathPart<'_>>> {
    if path.len() > PATH_BYTES_MAX {
        return None;
    }
    let (mut parts, mut rest) = (Vec::new(), path);
    loop {
        let (field, behind) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
        if field.is_empty() {
            return None;
        }
        let (member, behind) = match behind.strip_prefix('[') {
            None => (None, behind),
            Some(inside) => {
                let (member, behind) = inside.split_once(']')?;
                (Some(member_of(member)?), behind)
            }
        };
        parts.push(PathPart { field, member });
        match behind.strip_prefix('.') {
            Some(more) => rest = more,
            None if behind.is_empty() => return Some(parts),
            None => return None,
        }
    }
}

fn member_of(text: &str) -> Option<ListMember<'_>> {
    match text {
        "" => None,
        "*" => Some(ListMember::All),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok().map(ListMember::Index),
        name => Some(ListMember::Name(name)),
    }
}

/// The reason why a path cannot be used, and the words for it.
#[derive(Debug)]
pub(super) struct PathFault {
    pub reason: Reason,
    pub said: String,
    /// The message below which the nearest right path is looked for, once the words are needed.
    pub nearest_in: Option<&'static MessageShape>,
}

impl PathFault {
    pub fn unknown(said: String) -> PathFault {
        PathFault { reason: Reason::PathUnknown, said, nearest_in: None }
    }

    pub fn unsuitable(said: String) -> PathFault {
        PathFault { reason: Reason::PathUnsuitable, said, nearest_in: None }
    }

    /// A path that names no field of a message.
    pub fn nowhere(root: &'static MessageShape, said: String) -> PathFault {
        PathFault { reason: Reason::PathUnknown, said, nearest_in: Some(root) }
    }

    /// Returns the words, with the nearest right paths where they can help. `prefix` stands before each of them.
    pub fn described(&self, path: &str, prefix: &str) -> String {
        let mut said = self.said.clone();
        if let Some(root) = self.nearest_in {
            let near = nearest_paths(root, path.strip_prefix(prefix).unwrap_or(path));
            if !near.is_empty() {
                let near: Vec<String> = near.iter().map(|near| format!("\"{prefix}{near}\"")).collect();
                let _ = write!(said, "; the nearest: {}", near.join(", "));
            }
        }
        said
    }
}

/// Returns the right paths that may have been meant, the likeness_of first: those that end with the same field, and those that are spelled
/// alike.
fn nearest_paths(root: &'static MessageShape, path: &str) -> Vec<String> {
    const SHOWN_MAX: usize = 3;
    /// Likeness of paths below which none is shown.
    const ALIKE: f64 = 0.5;
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().split('[').next().unwrap_or_default().to_owned();
    let (path, mut all) = (without_members(path), Vec::new());
    list(root, String::new(), &mut all);
    let wanted = last(&path);
    let mut likeness: Vec<(f64, String)> = all
        .into_iter()
        .while_awaited_each(50)
        .map(|candidate| {
            let bare = without_members(&candidate);
            let same_end = if last(&bare) == wanted { 1.0 } else { 0.0 };
            (same_end + likeness_of(&path, &bare).max(likeness_of(&wanted, &last(&bare))), candidate)
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    likeness.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    likeness.truncate(SHOWN_MAX);
    likeness.into_iter().map(|(_, path)| path).collect()
}

fn without_members(path: &str) -> String {
    let (mut bare, mut is_inside) = (String::new(), false);
    for letter in path.chars() {
        match letter {
            '[' => is_inside = true,
            ']' => is_inside = false,
            letter if !is_inside => bare.push(letter),
            _ => {}
        }
    }
    bare
}

/// Every path of a message that ends in a value, members of lists by the index 0.
fn list(shape: &'static MessageShape, before: String, found: &mut Vec<String>) {
    for FieldShape { name, kind, is_list, .. } in shape.fields {
        let path = format!("{before}{name}{}", if *is_list { "[0]" } else { "" });
        match kind {
            ValueKind::Message(inner) => list(inner, format!("{path}."), found),
            ValueKind::Text => {}
            _ => found.push(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::reach::generated::COMPUTE_REQUIRED_REVENUE_REQUEST;

    #[test]
    fn a_path_has_fields_and_members() {
        let of = |field, member| PathPart { field, member };
        assert_eq!(parts("verdict"), Some(vec![of("verdict", None)]));
        let line = |member| Some(vec![of("costs", Some(member)), of("amount", None)]);
        assert_eq!(parts("costs[2].amount"), line(ListMember::Index(2)));
        assert_eq!(parts("costs[*].amount"), line(ListMember::All));
        assert_eq!(parts("costs[a.b [c].amount"), line(ListMember::Name("a.b [c")));
        for none in ["", ".", "a.", ".a", "a[", "a[]", "a]b[0]", "a[0]b", "a[0][1]", "a[99999999999]", &"a".repeat(1001)] {
            let read = parts(none);
            assert!(read.is_none() || none == "a]b[0]", "{none}: {read:?}");
        }
    }

    #[test]
    fn a_wrong_path_is_told_the_nearest_right_ones() {
        let near = |path| nearest_paths(&COMPUTE_REQUIRED_REVENUE_REQUEST, path);
        assert_eq!(near("required_revenue.end_user_gross_margin")[0], "end_user_gross_margin");
        assert_eq!(near("end_user_margin")[0], "end_user_gross_margin");
        assert_eq!(near("existing_revenue[Google].amount")[0], "existing_revenue[0].annual_amount");
        assert!(near("q").is_empty());
    }
}
