//! Tables of facts that are embedded in the command: lines of fields between tabs, and comments that begin with `#`.

use std::collections::HashMap;

/// The lines of a table, each as its fields.
pub(crate) fn rows(text: &'static str) -> impl Iterator<Item = [&'static str; 3]> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let mut fields = line.split('\t');
            [(); 3].map(|()| fields.next().unwrap_or_default())
        })
}

/// The second and third field by the first.
pub(crate) type Groups = HashMap<&'static str, Vec<(&'static str, &'static str)>>;

pub(crate) fn grouped(text: &'static str) -> Groups {
    let mut groups = Groups::new();
    for [first, second, third] in rows(text) {
        groups.entry(first).or_default().push((second, third));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn every_line_has_its_fields() {
        for (text, fields) in [
            (include_str!("../../data/cloudformation-references.txt"), 3),
            (include_str!("../../data/terraform-references.txt"), 3),
            (include_str!("../../data/policy-properties.txt"), 3),
            (include_str!("../../data/managed-policies.txt"), 1),
            (include_str!("../../data/role-users.txt"), 3),
            (include_str!("../../data/endpoint-services.txt"), 2),
            (include_str!("../../data/trail-events.txt"), 3),
        ] {
            let mut last = "";
            let mut count = 0;
            for row in rows(text) {
                assert!(
                    row.iter().take(fields).all(|field| !field.is_empty()),
                    "{row:?}"
                );
                assert!(last <= row[0], "{row:?} is not in order");
                last = row[0];
                count += 1;
            }
            assert!(count > 10);
        }
    }
}
