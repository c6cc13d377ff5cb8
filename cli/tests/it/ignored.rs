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

/// An index of git with files of these names.
fn index(names: &[&str]) -> Vec<u8> {
    let mut out = b"DIRC\0\0\0\x02".to_vec();
    out.extend(u32::try_from(names.len()).unwrap().to_be_bytes());
    for name in names {
        out.extend([0; 40 + 20]);
        out.extend(u16::try_from(name.len()).unwrap().to_be_bytes());
        out.extend(name.as_bytes());
        let length = 62 + name.len();
        out.extend(vec![0; 8 - length % 8]);
    }
    out
}

#[test]
fn files_that_git_tracks_are_read() {
    let files = [
        "a.json",
        "out/b.json",
        "out/c.json",
        "out/in/d.json",
        "x.json",
    ];
    let directory = repository("tracked", &files);
    directory.file(".gitignore", "out/\nx.json\n");
    assert_eq!(checked(&directory, &["."]), ["a.json"]);
    std::fs::write(
        directory.path().join(".git/index"),
        index(&["a.json", "out/b.json", "x.json"]),
    )
    .unwrap();
    assert_eq!(
        checked(&directory, &["."]),
        ["a.json", "out/b.json", "x.json"]
    );
    let done = directory.run(&["check", "."]);
    let note = "note: .: 1 directory and 1 file skipped, because git ignores them;";
    assert!(done.out.contains(note), "{}", done.out);
    // An index that cannot be read says nothing.
    std::fs::write(directory.path().join(".git/index"), "DIRC\0\0\0\x02\0\0").unwrap();
    assert_eq!(checked(&directory, &["."]), ["a.json"]);
}

#[cfg(unix)]
#[test]
fn links_that_are_not_followed_are_noted() {
    use std::os::unix::fs::symlink;
    let directory = Directory::new("links");
    directory.file("real/p.json", WRONG).file("x/a.json", WRONG);
    let below = |name: &str| directory.path().join("x").join(name);
    symlink("../real", below("directory")).unwrap();
    symlink("../real/p.json", below("file.json")).unwrap();
    assert_eq!(checked(&directory, &["x"]), ["x/a.json", "x/file.json"]);
    let done = directory.run(&["check", "x"]);
    assert!(
        done.out
            .contains("note: x: 1 link to a directory was not followed\n"),
        "{}",
        done.out
    );
    assert!(!done.out.contains("nowhere"), "{}", done.out);
    symlink("nothing", below("gone.json")).unwrap();
    symlink("nothing", below("gone.txt")).unwrap();
    let done = directory.run(&["check", "x"]);
    assert!(
        done.out
            .contains("note: x: 1 link leads nowhere and was not read\n"),
        "{}",
        done.out
    );
}
