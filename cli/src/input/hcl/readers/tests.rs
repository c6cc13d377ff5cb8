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

/// Directories that count how often someone asks for the names in them.
#[derive(Debug, Default)]
struct Counted {
    asked: std::cell::RefCell<HashMap<PathBuf, usize>>,
}

impl Sources for Counted {
    fn names(&self, directory: &Path) -> Vec<String> {
        *self
            .asked
            .borrow_mut()
            .entry(directory.to_path_buf())
            .or_default() += 1;
        let names: &[&str] = match directory == whole(Path::new("a/b")) {
            true => &["main.tf", "p.json"],
            false => &[],
        };
        names.iter().map(ToString::to_string).collect()
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        match path.ends_with("a/b/main.tf") {
            true => Ok("x = templatefile(\"p.json\", {})".to_string()),
            false => Err(String::new()),
        }
    }

    fn version(&self, _: &Path) -> Option<super::super::Version> {
        None
    }
}

#[test]
fn a_run_looks_at_each_directory_once() {
    let inputs: Vec<Input> = (0..50)
        .map(|number| format!("a/b/c/{number}.json"))
        .chain(["a/b/main.tf".to_string(), "a/b/p.json".to_string()])
        .map(|path| Input {
            path: Some(path.into()),
            named: false,
        })
        .collect();
    for readers in [Readers::of(&inputs), Readers::kept()] {
        let sources = Counted::default();
        for input in &inputs {
            let expected = (input.name() == "a/b/p.json").then_some(Reads::Template);
            assert_eq!(readers.reads(input, &sources), expected, "{input:?}");
        }
        // The module of the run is looked at by itself, and as a directory near a file.
        let asked = sources.asked.borrow();
        assert!(asked.values().all(|times| *times <= 2), "{asked:?}");
    }
    // Where files may change in between, each question is asked again.
    let sources = Counted::default();
    for input in &inputs {
        Readers::default().reads(input, &sources);
    }
    assert!(sources.asked.borrow().values().any(|times| *times > 10));
}
