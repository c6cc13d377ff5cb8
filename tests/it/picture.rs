//! The picture in README.md shows what rustc prints, which `ui/fail/readme.stderr` has as text.

use std::fs;
use std::path::Path;

/// The text of an SVG, without white space: lines are broken where the terminal ends.
fn text_of(svg: &str) -> String {
    let body = svg.split_once("<text").unwrap().1;
    let mut text = String::new();
    let mut is_tag = true;
    for c in body.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            _ if is_tag || c.is_whitespace() => {}
            _ => text.push(c),
        }
    }
    (text.replace("&lt;", "<").replace("&gt;", ">")).replace("&amp;", "&")
}

#[test]
fn the_picture_of_the_readme_shows_what_rustc_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    assert!(read("README.md").contains("](docs/errors.svg)"));
    let printed =
        read("tests/ui/fail/readme.stderr").replace("tests/ui/fail/readme.rs", "src/lib.rs");
    let printed: String = printed.chars().filter(|c| !c.is_whitespace()).collect();
    assert!(printed.contains("us-east-1"), "{printed}");
    assert_eq!(
        text_of(&read("docs/errors.svg")),
        printed,
        "`cargo xtask picture` writes docs/errors.svg"
    );
}
