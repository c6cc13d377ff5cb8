//! Plain English: none of the phrases that this project used to have are in strings, comments, documentation, and Markdown.
//!
//! `CONTRIBUTING.md` says what to write instead.

use std::fs;
use std::path::{Path, PathBuf};

/// A phrase, and what to write instead. `*` at an end is any rest of a word.
const BANNED: &[(&str, &str)] = &[
    ("anew", "again"),
    ("beside", "next to, in addition to"),
    ("folder*", "directory"),
    ("hangs on", "is attached to"),
    ("in the place of", "instead of"),
    ("is none of", "is not one of"),
    ("is told", "is reported"),
    ("kin", "related"),
    ("lacks", "is missing, has no"),
    ("let pass", "accept"),
    ("lets pass", "accepts"),
    ("names no principals", "`Principal` is not allowed"),
    ("says of", "says about"),
    (
        "somebody*",
        "name who: the caller, an attacker, untrusted input",
    ),
    ("speaks of", "is about"),
    ("stand behind", "follow"),
    ("stands behind", "follows"),
    ("stands beside", "is next to"),
    ("stands for", "represents"),
    ("stands in", "is in"),
    ("stands under", "is in, belongs to"),
    ("take it away", "remove it"),
    ("taken for", "treated as"),
    ("unsure", "uncertain"),
    ("way out", "alternative"),
    ("ways out", "alternatives"),
    ("whoever", "name who: the caller, an attacker"),
];

/// Text that people read, with the number of its line.
fn texts(name: &str, source: &str) -> Vec<(usize, String)> {
    if name.ends_with(".md") {
        return numbered(source);
    }
    let mut texts = Vec::new();
    let bytes = source.as_bytes();
    let (mut at, mut line) = (0, 1);
    let line_of = |from: usize, to: usize| source[from..to].matches('\n').count();
    while at < bytes.len() {
        let rest = &source[at..];
        let end = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with('"') {
            let mut end = 1;
            while bytes.get(at + end).is_some_and(|&byte| byte != b'"') {
                end += if bytes[at + end] == b'\\' { 2 } else { 1 };
            }
            end + 1
        } else if let Some(raw) = raw_string(source, at) {
            raw
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\'") {
            // Quotes that are characters.
            at += rest[1..].find('\'').unwrap() + 2;
            continue;
        } else {
            line += usize::from(bytes[at] == b'\n');
            at += rest.chars().next().unwrap().len_utf8();
            continue;
        };
        let end = (at + end).min(source.len());
        for (offset, text) in numbered(&source[at..end]) {
            texts.push((line + offset - 1, text));
        }
        line += line_of(at, end);
        at = end;
    }
    texts
}

/// The length of a raw string that starts here.
fn raw_string(source: &str, at: usize) -> Option<usize> {
    let rest = source[at..].strip_prefix('r')?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].strip_prefix('"')?;
    let is_word = source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let end = format!("\"{}", "#".repeat(hashes));
    let start = 1 + hashes + 1;
    let length = source[at + start..].find(&end)?;
    (!is_word).then_some(start + length + end.len())
}

fn numbered(text: &str) -> Vec<(usize, String)> {
    (1..).zip(text.lines().map(str::to_lowercase)).collect()
}

/// Whether a line has the phrase as whole words.
fn has(line: &str, phrase: &str) -> bool {
    let (bare, open) = match phrase.strip_suffix('*') {
        Some(bare) => (bare, true),
        None => (phrase, false),
    };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(bare).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + bare.len()..]);
        !before.ends_with(is_word) && (open || !after.starts_with(is_word))
    })
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if !matches!(name, "target" | "generated" | "corpus") && !name.starts_with('.') {
                files(&path, found);
            }
        } else if name.ends_with(".rs") || name.ends_with(".md") {
            found.push(path);
        }
    }
}

#[test]
fn none_of_the_banned_phrases_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if !root.join("CONTRIBUTING.md").is_file() {
        println!("SKIPPED: not in the repository");
        return;
    }
    let (mut all, mut wrong) = (Vec::new(), Vec::new());
    files(&root, &mut all);
    assert!(all.len() > 300, "{}", all.len());
    for path in all {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        // This list, and the glossary that says what not to write.
        if name.ends_with("english.rs") || name == "CONTRIBUTING.md" {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for (line, text) in texts(&name, &source) {
            for (phrase, instead) in BANNED.iter().filter(|(phrase, _)| has(&text, phrase)) {
                wrong.push(format!("{name}:{line}: `{phrase}`: write {instead}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} phrases; CONTRIBUTING.md has a glossary:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn phrases_are_found_in_text_and_not_in_code() {
    let source = "let directory = beside(); // stands beside\nlet a = \"whoever\"; let b = r#\"is \"told\"\"#; let c = '\"'; anew();";
    let found: Vec<_> = (texts("a.rs", source).into_iter())
        .filter(|(_, text)| BANNED.iter().any(|(phrase, _)| has(text, phrase)))
        .collect();
    assert_eq!(
        found,
        [
            (1, "// stands beside".to_owned()),
            (2, "\"whoever\"".to_owned())
        ]
    );
    assert!(has("somebody's", "somebody*") && !has("kinds", "kin"));
}
