//! Where policies come from: directories, standard input, and files that mean harm.

use serde_json::Value;

use crate::support::{CLEAN, Directory, WRONG};
use crate::templates::TEMPLATE;

#[test]
fn directories_are_walked_in_order() {
    let directory = Directory::new("walk");
    for number in 0..300 {
        directory.file(&format!("p/{number:03}.json"), WRONG);
    }
    directory
        .file("p/package.json", "{\"name\": \"x\", \"version\": \"1\"}")
        .file("p/tsconfig.json", "{ // a comment\n}")
        .file("p/notes.txt", "no policy")
        .file("p/values.yaml", "a: {{ .Values.x }}\n")
        .file("p/.hidden/x.json", WRONG);
    let done = directory.run(&["check", "--format", "json", "p"]);
    assert_eq!(done.code, 1);
    // What was stepped over is said apart from the findings.
    assert_eq!(
        done.err,
        "rekognition-iam: note: p/tsconfig.json: skipped: not valid JSON (expected a name in double quotes, found `/`)\nrekognition-iam: note: p: a hidden directory was skipped: .hidden\n"
    );
    let files: Vec<String> = (done.out.lines())
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["file"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let expected: Vec<String> = (0..300)
        .map(|number| format!("p/{number:03}.json"))
        .collect();
    assert_eq!(files, expected);
    // The same bytes again, and a file that is named twice is read once.
    assert_eq!(
        directory.run(&["check", "--format", "json", "p"]).out,
        done.out
    );
    assert_eq!(
        directory.found(&["p/000.json", "p/000.json", "p"]).len(),
        300
    );
    let done = directory.run(&["check", "p"]);
    assert!(
        done.out
            .contains("note: p/tsconfig.json: skipped: not valid JSON"),
        "{}",
        done.out
    );
    assert!(
        done.out
            .ends_with("300 policies in 303 files: 300 errors\n"),
        "{}",
        done.out
    );
}

#[test]
fn standard_input() {
    let directory = Directory::new("stdin");
    let feed = |text: &str| directory.feed(&["check", "--format", "json", "-"], text.as_bytes());
    assert_eq!(feed(CLEAN).code, 0);
    let done = feed(WRONG);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("\"file\":\"<stdin>\""), "{}", done.out);
    assert_eq!(feed(TEMPLATE).code, 1);
    assert_eq!(feed("").code, 2);
    assert_eq!(feed("\u{feff}{\"Version\":\"2012-10-17\"}").code, 1);
    // Nothing in it says that it is meant as a policy.
    assert_eq!(feed("{}").code, 2);
}

/// An annotation of GitHub, and a pattern of the configuration, need the path as the repository has it.
#[test]
fn paths_have_no_dot_at_their_start() {
    let directory = Directory::new("short_paths");
    directory
        .file("a/wrong.json", WRONG)
        .file("b/clean.json", CLEAN);
    for paths in [
        &["."][..],
        &["./a", "b"],
        &["./a/wrong.json", "a/wrong.json"],
        &["a", "./a", "."],
    ] {
        let arguments = [&["check", "--format", "json"], paths].concat();
        let done = directory.run(&arguments);
        assert_eq!(
            done.out.matches("INVALID_ACTION").count(),
            1,
            "{paths:?}: {}",
            done.out
        );
        assert!(
            done.out.contains("\"file\":\"a/wrong.json\""),
            "{}",
            done.out
        );
    }
    directory.file(
        "rekognition-iam.toml",
        "[rules.INVALID_ACTION]\nlevel = \"off\"\nreason = \"a test\"\nfiles = [\"a/*\"]\n",
    );
    assert_eq!(directory.run(&["check", "."]).code, 0);
    // Files of two directories are paired by what follows them.
    directory.file("new/wrong.json", CLEAN);
    let done = directory.run(&["diff", "--all", "./a", "new"]);
    assert!(!done.out.contains("removed policy"), "{}", done.out);
}

#[test]
fn hostile_input_is_refused_quickly() {
    let directory = Directory::new("hostile");
    directory
        .file("deep.json", "[".repeat(5_000_000))
        .file(
            "nested.json",
            "{\"Statement\": ".to_owned() + &"[".repeat(1_000),
        )
        .file("deep.yaml", "[".repeat(100_000))
        .file(
            "block.yaml",
            (0..2_000)
                .map(|n| format!("{}a:\n", " ".repeat(n)))
                .collect::<String>(),
        )
        .file(
            "long.json",
            format!("{{\"Statement\": \"{}\"}}", "a".repeat(5_000_000)),
        )
        .file("huge.json", vec![b' '; 70 << 20])
        .file(
            "self.yaml",
            "Resources: &a\n  P: {Type: x, Properties: {Statement: [*a], Version: *a}}\n",
        );
    // Each level names the one before ten times: 10^9 values when written out.
    let mut bomb =
        String::from("Resources:\n  P:\n    Type: x\n    Properties:\n      l0: &l0 [\"a\"]\n");
    for level in 1..10 {
        let before = format!("*l{}", level - 1);
        bomb.push_str(&format!(
            "      l{level}: &l{level} [{}]\n",
            [before.as_str(); 10].join(",")
        ));
    }
    bomb.push_str("      PolicyDocument: {Version: x, Statement: {Effect: Allow, Action: *l9, Resource: '*'}}\n");
    directory.file("bomb.yaml", bomb);
    // The same with functions that come to nothing, so that no text grows.
    let mut joins = String::from(
        "Resources:\n  P:\n    Type: x\n    Properties:\n      l0: &l0 !Join [\"\", [\"\"]]\n",
    );
    for level in 1..10 {
        let before = format!("*l{}", level - 1);
        let items = [before.as_str(); 10].join(",");
        joins.push_str(&format!(
            "      l{level}: &l{level} !Join [\"\", [{items}]]\n"
        ));
    }
    joins.push_str("      PolicyDocument: {Version: x, Statement: {Effect: Allow, Action: *l9, Resource: '*'}}\n");
    directory.file("joins.yaml", joins);
    for (file, expected) in [
        (
            "deep.json",
            "the text has 5000000 bytes, more than the limit of 1048576",
        ),
        ("nested.json", "values nest deeper than 32 levels"),
        ("deep.yaml", "deep.yaml: "),
        ("block.yaml", "nest deeper than 64 levels"),
        ("long.json", "5000017 bytes, more than the limit of 1048576"),
        ("huge.json", "the file is longer than 67108864 bytes"),
        ("joins.yaml", "the policy is longer than 1048576 bytes"),
        ("bomb.yaml", "the policy is longer than 1048576 bytes"),
    ] {
        let start = std::time::Instant::now();
        let done = directory.run(&["check", file]);
        assert_eq!(done.code, 2, "{file}: {}{}", done.out, done.err);
        assert!(
            format!("{}{}", done.out, done.err).contains(expected),
            "{file}: {}{}",
            done.out,
            done.err
        );
        assert!(
            start.elapsed().as_secs() < 20,
            "{file}: {:?}",
            start.elapsed()
        );
    }
    // Chains of aliases are deeper than their text.
    for item in ["!Join [\"\", [ITEM]]", "[ITEM]", "{a: ITEM}"] {
        let mut chain = String::from("Parameters:\n  l0: &l0 a\n");
        for level in 1..50_000 {
            let item = item.replace("ITEM", &format!("*l{}", level - 1));
            chain.push_str(&format!("  l{level}: &l{level} {item}\n"));
        }
        chain.push_str("Resources:\n  P:\n    Type: x\n    Properties:\n      X: *l49999\n      PolicyDocument: {Version: x, Statement: {Effect: Allow, Action: *l49999, Resource: '*'}}\n");
        directory.file("chain.yaml", chain);
        let code = directory.run(&["check", "chain.yaml"]).code;
        assert!((0..=2).contains(&code), "{code}");
    }
    // No end of the world, whatever it means.
    let code = directory.run(&["check", "self.yaml"]).code;
    assert!((0..=2).contains(&code), "{code}");
}

#[test]
fn a_file_is_only_passed_over_without_a_word_of_a_policy() {
    let directory = Directory::new("words");
    let policy = WRONG.replace('\n', " ");
    let escaped = |from: &str, to: &str| policy.replace(from, to);
    for (name, text) in [
        (
            "escaped.json",
            format!("{{\"a\": {}}}", escaped("Statement", "\\u0053tatement")),
        ),
        (
            "escaped.yaml",
            format!("a: {}", escaped("Statement", "\\x53tatement")),
        ),
        (
            "long.yaml",
            format!("a: {}", escaped("Statement", "\\U00000053tatement")),
        ),
        (
            "lines.yaml",
            format!("a: {}", escaped("Statement", "State\\\n  ment")),
        ),
        ("text.yaml", format!("- '{policy}'")),
        ("inner.json", format!("[[{policy}]]")),
    ] {
        directory.file(&format!("found/{name}"), text);
    }
    let found = directory.found(&["found"]);
    let files: Vec<&str> = found
        .iter()
        .filter_map(|found| found["file"].as_str())
        .collect();
    let expected = [
        "escaped.json",
        "escaped.yaml",
        "inner.json",
        "lines.yaml",
        "long.yaml",
        "text.yaml",
    ];
    assert_eq!(files, expected.map(|name| format!("found/{name}")));
    // A file that is not YAML is noted, and a comment that accepts nothing is found, without such a word too.
    directory
        .file("others/chart.yaml", "a: {{ .Values.x }}\n  b: [\n")
        .file("others/policy.yaml", "Statement: [\n")
        .file(
            "others/comment.yaml",
            "a: 1 # Rekognition-IAM: allow INVALID_ACTION, old\n",
        );
    let done = directory.run(&["check", "others"]);
    for expected in [
        "note: others/policy.yaml: skipped: invalid YAML",
        "note: others/chart.yaml: skipped: it has actions in `{{ .. }}`",
        " --> others/comment.yaml:1:",
    ] {
        assert!(done.out.contains(expected), "{}", done.out);
    }
    // Named, every file is read.
    assert_eq!(directory.run(&["check", "others/chart.yaml"]).code, 2);
}
