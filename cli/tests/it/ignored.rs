//! A search of a directory leaves out what git ignores, and says so.

use crate::support::{Directory, WRONG};

/// A repository with a bad policy in each of these files.
fn repository(name: &str, files: &[&str]) -> Directory {
    let directory = Directory::new(name);
    directory.file(".git/HEAD", "ref: refs/heads/main\n");
    for file in files {
        directory.file(file, WRONG);
    }
    directory
}

fn checked(directory: &Directory, arguments: &[&str]) -> Vec<String> {
    let mut files: Vec<String> = (directory.found(arguments).iter())
        .map(|found| found["file"].as_str().unwrap().to_string())
        .collect();
    files.sort();
    files
}

#[test]
fn patterns_apply_as_in_git() {
    let files = [
        "a.json",
        "b.json",
        "build/c.json",
        "src/build/d.json",
        "src/e.gen.json",
        "src/keep.gen.json",
        "x/f.json",
    ];
    let directory = repository("patterns", &files);
    directory
        .file(".gitignore", "/build/\n*.gen.json\nb.json\n")
        .file("src/.gitignore", "!keep.gen.json\n")
        .file(".git/info/exclude", "x/\n");
    assert_eq!(
        checked(&directory, &["."]),
        ["a.json", "src/build/d.json", "src/keep.gen.json"]
    );
    let done = directory.run(&["check", "."]);
    let note = "note: .: 2 directories and 2 files skipped, because git ignores them; name them to read them, or add `--no-ignore`\n";
    assert!(done.out.contains(note), "{}", done.out);
    assert_eq!(checked(&directory, &["--no-ignore", "."]), files);
    // From a directory below, the patterns above it apply too.
    assert_eq!(
        checked(&directory, &["src"]),
        ["src/build/d.json", "src/keep.gen.json"]
    );
}

#[test]
fn what_is_named_is_read() {
    let directory = repository("named", &["a.json", "out/b.json", "out/in/c.json"]);
    directory.file(".gitignore", "*.json\nout/\n");
    assert_eq!(checked(&directory, &["a.json"]), ["a.json"]);
    assert_eq!(
        checked(&directory, &["out"]),
        ["out/b.json", "out/in/c.json"]
    );
    assert_eq!(checked(&directory, &["out/in"]), ["out/in/c.json"]);
    // Nothing is left to check, which is not a clean run.
    let done = directory.run(&["check", "."]);
    assert_eq!(done.code, 2);
    assert!(
        done.out.contains("1 directory and 1 file skipped"),
        "{}",
        done.out
    );
    // A fix writes no file that git ignores.
    directory.run(&["fix", "."]);
    assert_eq!(directory.text("a.json"), WRONG);
}

#[test]
fn a_directory_of_repositories() {
    let directory = repository("below", &["a.json", "other/b.json"]);
    directory
        .file(".gitignore", "a.json\n")
        .file("other/.gitignore", "b.json\n");
    let above = directory.path().parent().unwrap();
    let name = directory.path().file_name().unwrap().to_str().unwrap();
    let mut command = directory.command(&["check", "--format", "json", name]);
    let output = command.current_dir(above).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
}

#[test]
fn without_a_repository_nothing_is_ignored() {
    let directory = Directory::new("no-repository");
    // The tests of this project are in a repository; a directory that is surely not in one is elsewhere.
    let place = std::env::temp_dir().join(format!("rekognition-iam-{}", std::process::id()));
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join("a.json"), WRONG).unwrap();
    std::fs::write(place.join(".gitignore"), "a.json\n").unwrap();
    let found = checked(&directory, &[place.to_str().unwrap()]);
    std::fs::remove_dir_all(&place).unwrap();
    assert_eq!(found.len(), 1);
}
