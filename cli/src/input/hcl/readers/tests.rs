#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;

fn found(text: &str, directory: &str, path: &str) -> Option<Reads> {
    (calls(text).into_iter())
        .find(|call| {
            let parts = call.path.as_ref();
            parts.is_some_and(|parts| matches(parts, Path::new(directory), Path::new(path)))
        })
        .map(|call| call.reads)
}

#[test]
fn paths_of_calls() {
    for (call, directory, path) in [
        (
            r#"templatefile("${path.module}/p/home.json", { a = 1 })"#,
            "",
            "p/home.json",
        ),
        (
            r#"templatefile("${path.module}/../p/home.json", {})"#,
            "m/a",
            "m/p/home.json",
        ),
        (
            r#"templatefile( "p/${each.key}.json", {})"#,
            "m",
            "m/p/home.json",
        ),
        (
            r#"templatefile("${path.module}/${each.value["a"]}", {})"#,
            "m",
            "m/p/home.json",
        ),
        (
            r#"templatefile("${path.module}/${var.x}/a/${var.y}.json", {})"#,
            "m",
            "m/p/a/b.json",
        ),
        (
            "template = file(\"${path.module}/a.json\")",
            "m",
            "m/a.json",
        ),
    ] {
        assert_eq!(
            found(call, directory, path),
            Some(Reads::Template),
            "{call}"
        );
    }
    assert_eq!(
        found(r#"policy = file("a.json")"#, "m", "m/a.json"),
        Some(Reads::Text)
    );
    for (call, directory, path) in [
        (r#"templatefile("p/home.json", {})"#, "m", "p/home.json"),
        (r#"templatefile("p/home.json", {})"#, "", "p/homes.json"),
        (
            r#"templatefile("p/${each.key}.json", {})"#,
            "",
            "q/home.json",
        ),
        (r#"filebase64("a.json")"#, "m", "m/a.json"),
        (r#"templatefile("a.json"#, "m", "m/a.json"),
        ("templatefile(var.path, {})", "m", "m/a.json"),
    ] {
        assert_eq!(found(call, directory, path), None, "{call}");
    }
}
