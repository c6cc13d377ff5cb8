//! The commands that the guide shows print what it shows.
//!
//! `<!-- file: NAME -->` before a block of code makes it a file. In a block of `console`, each line that starts with `$ ` is
//! a command, and the lines after it are its output and then its errors. `UPDATE=1` writes the output into the guide.

use std::fs;
use std::path::Path;

use crate::support::Directory;

/// The words of a command, of which some are in single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The chapter as it should be, and how many commands it has.
fn chapter(name: &str, text: &str) -> (String, usize) {
    let directory = Directory::new(&format!("guide-{name}"));
    let (mut out, mut commands) = (String::new(), 0);
    let mut file: Option<String> = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if let Some(rest) = line.strip_prefix("<!-- file: ") {
            file = Some(rest.trim_end_matches(" -->").to_owned());
        }
        if !line.starts_with("```") {
            continue;
        }
        let block: Vec<&str> = (lines.by_ref())
            .take_while(|line| !line.starts_with("```"))
            .collect();
        if line == "```console" {
            for command in block.iter().filter(|line| line.starts_with("$ ")) {
                let words = words(command.strip_prefix("$ rekognition-iam ").unwrap());
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let done = directory.run(&words);
                out.push_str(&format!("{command}\n{}{}", done.out, done.err));
                commands += 1;
            }
        } else {
            for line in &block {
                out.push_str(line);
                out.push('\n');
            }
            if let Some(file) = file.take() {
                directory.file(&file, block.join("\n") + "\n");
            }
        }
        out.push_str("```\n");
    }
    (out, commands)
}

#[test]
fn commands_print_what_the_guide_shows() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guide/src");
    if !guide.is_dir() {
        println!("SKIPPED: not in the repository");
        return;
    }
    let (mut commands, mut stale) = (0, Vec::new());
    for entry in fs::read_dir(guide).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let (fresh, count) = chapter(name, &text);
        commands += count;
        if fresh != text {
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&path, &fresh).unwrap();
            } else {
                stale.push(format!("{}:\n{fresh}", path.display()));
            }
        }
    }
    assert!(commands >= 10, "{commands}");
    assert!(
        stale.is_empty(),
        "stale; UPDATE=1 cargo test -p rekognition-iam-cli --test it guide writes them:\n{}",
        stale.join("\n")
    );
}

/// Each chapter is in the table of contents, and each link to another chapter leads to one.
#[test]
fn links_of_the_guide_lead_somewhere() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guide/src");
    if !guide.is_dir() {
        println!("SKIPPED: not in the repository");
        return;
    }
    let summary = fs::read_to_string(guide.join("SUMMARY.md")).unwrap();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&guide).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.ends_with(".md") {
            continue;
        }
        if name != "SUMMARY.md" && !summary.contains(&format!("({name})")) {
            wrong.push(format!("SUMMARY.md has no {name}"));
        }
        let text = fs::read_to_string(&path).unwrap();
        for link in text.split("](").skip(1) {
            let target = link.split(')').next().unwrap();
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            if target.contains("://") {
                continue;
            }
            let linked = fs::read_to_string(guide.join(file)).unwrap_or_default();
            let has = |line: &str| {
                let line = line.trim_start_matches('#').trim().to_lowercase();
                line.replace(' ', "-") == heading
            };
            if linked.is_empty() || !(heading.is_empty() || linked.lines().any(has)) {
                wrong.push(format!("{name}: {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
