//! Minified policies are one long line: what is shown of it is cut, and the place is that of the file.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn columns_are_those_of_the_file() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("long-lines");
    fs::create_dir_all(&directory).unwrap();
    let good = r#"{"Effect":"Allow","Action":"rekognition:DetectText","Resource":"*","Sid":"N"},"#;
    let statements: String = (0..50)
        .map(|number| good.replace("\"N\"", &format!("\"N{number}\"")))
        .collect();
    let text = format!(
        "{{\"Version\":\"2012-10-17\",\n\"Statement\":[{statements}{}]}}",
        r#"{"Effect":"Allow","Action":"rekognition:DetectLabls","Resource":"*"}"#
    );
    fs::write(directory.join("long.json"), &text).unwrap();
    let line = text.lines().nth(1).unwrap();
    let column = line.find("DetectLabls").unwrap() + 1;
    let output = Command::new(env!("CARGO_BIN_EXE_rekognition-iam"))
        .current_dir(&directory)
        .args(["check", "--no-config", "long.json"])
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(
        out.contains(&format!(" --> long.json:2:{column}\n")),
        "column {column}: {out}"
    );
}
