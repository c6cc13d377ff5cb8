//! Names of statics, by files and Sids.

use rekognition_iam_runtime::document::Document;

/// The name of a static: the given one, or that of the file, of the first statement with a Sid, of nothing.
pub(super) fn of_policy(name: Option<&str>, file: Option<&str>, document: &Document<'_>) -> String {
    let stem = file.map(|file| {
        let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
        file.rsplit_once('.').map_or(file, |(stem, _)| stem)
    });
    let sid = || (document.statements.iter()).find_map(|statement| statement.sid.as_deref());
    (name.into_iter().chain(stem))
        .chain(sid())
        .map(upper_snake)
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "POLICY".to_owned())
}

/// `FaceIndexer`, `face-indexer` and `face indexer` as `FACE_INDEXER`; empty when there is nothing to name.
fn upper_snake(name: &str) -> String {
    let mut out = String::new();
    let mut before = '_';
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
        } else {
            if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
                out.push('_');
            }
            out.push(c.to_ascii_uppercase());
        }
        before = c;
    }
    let out = out.trim_end_matches('_');
    match out.bytes().next() {
        Some(first) if first.is_ascii_digit() => format!("POLICY_{out}"),
        _ => out.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_statics() {
        for (name, expected) in [
            ("face-indexer", "FACE_INDEXER"),
            ("FaceIndexer", "FACE_INDEXER"),
            (
                "AmazonRekognitionFullAccess",
                "AMAZON_REKOGNITION_FULL_ACCESS",
            ),
            ("07 managed", "POLICY_07_MANAGED"),
            ("--a--b--", "A_B"),
            ("é", ""),
            ("S3Reader2", "S3READER2"),
        ] {
            assert_eq!(upper_snake(name), expected, "{name}");
        }
    }
}
