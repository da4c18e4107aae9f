//! Paths without the members that they name.

/// Returns a path with `[]` in the place of each member: `costs[].amount` of `costs[2].amount`.
#[must_use]
pub fn without_members(path: &str) -> String {
    let (mut bare, mut is_inside) = (String::with_capacity(path.len()), false);
    for letter in path.chars() {
        match letter {
            '[' => {
                is_inside = true;
                bare.push('[');
            }
            ']' => {
                is_inside = false;
                bare.push(']');
            }
            letter if !is_inside => bare.push(letter),
            _ => {}
        }
    }
    bare
}
