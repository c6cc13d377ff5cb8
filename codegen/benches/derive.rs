//! How long the scan of a package of 100,000 lines takes, against parsing the same files with syn and nothing else.
//!
//! `cargo bench -p rekognition-iam-codegen --bench derive`
//!
//! Both in one process, in turns, on one core's clock; the best and the median of each. Fails when the scan takes twice
//! the time of parsing.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench that cannot go on has failed"
)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rekognition_iam_codegen::derive::Scan;

const LINES: usize = 100_000;
const ROUNDS: usize = 9;

fn main() {
    // `cargo test --all-targets` runs benches too, and nobody waits for them.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("derive-bench");
    let (files, lines, calls) = generate(&root);
    let mut parsing = Vec::new();
    let mut scanning = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for file in &files {
            let text = fs::read_to_string(file).unwrap();
            let syntax = syn::parse_file(&text).unwrap();
            assert!(!syntax.items.is_empty());
        }
        parsing.push(start.elapsed());
        let start = Instant::now();
        let scan = Scan::package(&root).unwrap();
        scanning.push(start.elapsed());
        assert_eq!((scan.calls().len(), scan.unfollowed().len()), (calls, 0));
    }
    println!(
        "{lines} lines in {} files, {calls} calls, {ROUNDS} rounds",
        files.len()
    );
    let (parsing, scanning) = (summary("syn", parsing), summary("scan", scanning));
    let ratio = scanning.as_secs_f64() / parsing.as_secs_f64();
    println!("the scan takes {ratio:.2} times as long as parsing (medians)");
    assert!(ratio < 2.0);
}

fn summary(what: &str, mut times: Vec<Duration>) -> Duration {
    times.sort();
    let median = times[times.len() / 2];
    println!(
        "{what:>5}: best {:.0} ms, median {:.0} ms",
        times[0].as_secs_f64() * 1e3,
        median.as_secs_f64() * 1e3
    );
    median
}

/// A package whose modules are of what programs are made of: types, methods, tests of values, and now and then a call.
fn generate(root: &Path) -> (Vec<PathBuf>, usize, usize) {
    if root.exists() {
        fs::remove_dir_all(root).unwrap();
    }
    fs::create_dir_all(root.join("src")).unwrap();
    fs::write(
        root.join("Cargo.toml"),
        "[package]\nname = \"big\"\n[dependencies]\naws-sdk-rekognition = \"1\"\naws-sdk-s3 = \"1\"\n",
    )
    .unwrap();
    let (mut files, mut lines, mut calls) = (Vec::new(), 0, 0);
    let mut library = String::new();
    while lines < LINES {
        let number = files.len();
        let mut text = String::from(HEAD);
        for part in 0..20 {
            text.push_str(
                &PART
                    .replace("@", &part.to_string())
                    .replace('%', &number.to_string()),
            );
            calls += 3;
        }
        lines += text.lines().count();
        writeln!(library, "pub mod part_{number};").unwrap();
        let file = root.join(format!("src/part_{number}.rs"));
        fs::write(&file, text).unwrap();
        files.push(file);
    }
    lines += library.lines().count();
    let file = root.join("src/lib.rs");
    fs::write(&file, library).unwrap();
    files.push(file);
    (files, lines, calls)
}

const HEAD: &str = "//! A module.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_rekognition::Client;
use aws_sdk_rekognition::types::{Image, S3Object};

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

";

const PART: &str = r#"/// A thing of the program.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Thing@ {
    name: String,
    count: usize,
    parts: BTreeMap<String, Vec<u64>>,
    next: Option<Box<Thing@>>,
}

impl Thing@ {
    /// A thing of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    pub fn total(&self) -> u64 {
        let own: u64 = self.parts.values().flatten().copied().sum();
        own + self.next.as_ref().map_or(0, |next| next.total())
    }

    pub fn describe(&self, indent: usize) -> String {
        let mut out = String::new();
        for (name, values) in &self.parts {
            let mean = match values.len() {
                0 => 0.0,
                count => values.iter().sum::<u64>() as f64 / count as f64,
            };
            out.push_str(&format!("{:indent$}{name}: {mean:.2}\n", ""));
            if mean > 100.0 && !name.starts_with('_') {
                out.push_str("  (large)\n");
            } else if name.len() > 12 {
                out += &name[..12];
            }
        }
        out
    }

    fn add(&mut self, name: &str, value: u64) -> &mut Self {
        self.count += 1;
        self.parts.entry(name.to_owned()).or_default().push(value);
        self
    }
}

/// Sorts and filters, as programs do all day.
pub fn select_@(things: &[Thing@], least: u64) -> Vec<(usize, &str)> {
    let mut found: Vec<(usize, &str)> = things
        .iter()
        .enumerate()
        .filter(|(_, thing)| thing.total() >= least)
        .map(|(number, thing)| (number, thing.name.as_str()))
        .collect();
    found.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(&other.0)));
    let mut seen = std::collections::HashSet::new();
    found.retain(|(_, name)| seen.insert(*name));
    if let Some((number, name)) = found.first() {
        println!("{number}: {name}");
    }
    while found.len() > 100 {
        found.pop();
    }
    found
}

pub struct Service@ {
    client: Arc<Client>,
    store: Option<aws_sdk_s3::Client>,
    bucket: String,
}

impl Service@ {
    pub async fn index(&self, key: &str) -> Result<usize> {
        let object = S3Object::builder().bucket(&self.bucket).name(key).build();
        let image = Image::builder().s3_object(object).build();
        let mut request = self.client.index_faces().collection_id("faces-%");
        if key.len() > 3 {
            request = request.external_image_id(&key[..3]);
        }
        let response = request.image(image).send().await?;
        let count = response.face_records().len();
        let labels = async { self.client.detect_labels().max_labels(5).send().await };
        println!("{count} {:?}", labels.await?.labels());
        if let Some(store) = &self.store {
            store.head_object().bucket(&self.bucket).key(key).send().await?;
        }
        Ok(count)
    }
}

"#;
