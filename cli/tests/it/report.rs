//! `report`: one page with everything in it; and the other formats that build servers and pull requests show.

use serde_json::{Value, json};

use crate::support::{CLEAN, Directory, WRONG};

/// The data of a page.
fn data(page: &str) -> Value {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .unwrap();
    let (data, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(data).unwrap()
}

const HOSTILE: &str =
    "</script><script>window.hit=1</script><!--<img src=x onerror=hit()>\u{2028}${x}{script}{data}";

#[test]
fn a_page_has_findings_access_and_sizes() {
    let directory = Directory::new("report_page");
    directory
        .file("wrong.json", WRONG)
        .file("right.json", CLEAN);
    let done = directory.run(&["report", ".", "--out", "r.html", "--no-config"]);
    assert_eq!(
        (done.code, done.out.as_str(), done.err.as_str()),
        (0, "", "")
    );
    let data = data(&directory.text("r.html"));
    let finding = &data["findings"][0];
    assert_eq!(
        (&finding["severity"], &finding["id"], &finding["line"]),
        (&json!("error"), &json!("INVALID_ACTION"), &json!(4))
    );
    let source = &finding["source"];
    let line = source["lines"][1].as_str().unwrap();
    let [from, to] = [0, 1].map(|at| source["mark"][at].as_u64().unwrap() as usize);
    assert_eq!(&line[from..to], "DetectLabel");
    let policy = &data["policies"][0];
    assert_eq!(
        (&policy["file"], &policy["kind"], &policy["quota"]),
        (&json!("right.json"), &json!("identity"), &json!(6144))
    );
    assert_eq!(
        data["patterns"]["rekognition:DetectLabels"][0],
        "rekognition"
    );
    let number = data["patterns"]["rekognition:DetectLabels"][1][0]
        .as_u64()
        .unwrap() as usize;
    assert_eq!(
        data["services"]["rekognition"][number],
        json!(["DetectLabels", "read"])
    );
    assert_eq!(data["base"], Value::Null);
    // The same input, the same page.
    let first = directory.text("r.html");
    directory.run(&["report", ".", "--out", "r.html", "--no-config"]);
    assert_eq!(directory.text("r.html"), first);
}

/// White space counts in the policies of an organization, as `check` says too, and in no others.
#[test]
fn sizes_are_those_that_check_counts() {
    let directory = Directory::new("report_sizes");
    let statement = "{\"Effect\": \"Deny\", \"Action\": \"s3:DeleteBucket\", \"Resource\": \"*\"}";
    let scp = format!(
        "{{{}\"Version\": \"2012-10-17\", \"Statement\": [{statement}]}}",
        " ".repeat(10_240)
    );
    let module = |content: &str| {
        format!(
            "resource \"aws_organizations_policy\" \"p\" {{\n  name = \"p\"\n  content = {content}\n}}\n"
        )
    };
    let compact = scp.replace(' ', "").chars().count() as u64;
    for (name, text, is_over) in [
        ("scp.json", scp.clone(), true),
        ("heredoc.tf", module(&format!("<<EOT\n{scp}\nEOT")), true),
        (
            "encoded.tf",
            module(
                "jsonencode({ Version = \"2012-10-17\", Statement = [{ Effect = \"Deny\", Action = \"s3:DeleteBucket\", Resource = \"*\" }] })",
            ),
            false,
        ),
    ] {
        directory.file(name, &text);
        let mut arguments = vec!["report", name, "--out", "r.html", "--no-config"];
        let mut check = vec!["check", name, "--no-config"];
        if name.ends_with(".json") {
            arguments.extend(["--kind", "scp"]);
            check.extend(["--kind", "scp"]);
        }
        assert_eq!(directory.run(&arguments).code, 0, "{name}");
        let data = data(&directory.text("r.html"));
        let policy = &data["policies"][0];
        assert_eq!(policy["quota"], 10_240, "{name}: {policy}");
        let size = policy["size"].as_u64().unwrap();
        assert_eq!(size > 10_240, is_over, "{name}: {size}");
        assert!(is_over || size == compact, "{name}: {size}");
        let says = directory
            .run(&check)
            .out
            .contains("more than a service control policy");
        assert_eq!(says, is_over, "{name}");
    }
}

#[test]
fn hostile_text_stays_data() {
    let directory = Directory::new("report_hostile");
    directory.json(
        "policy.json",
        &json!({"Version": "2012-10-17", "Statement": [{
            "Sid": HOSTILE, "Effect": "Allow", "Action": ["s3:GetObject", HOSTILE], "Resource": HOSTILE,
            "Condition": {"StringEquals": {HOSTILE: HOSTILE}}
        }]}),
    );
    let hostile_name = "a<b>&'\"{style}.json";
    if cfg!(unix) {
        directory.file(hostile_name, CLEAN);
    }
    let done = directory.run(&["report", ".", "--out", "r.html", "--no-config"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let page = directory.text("r.html");
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("<img") && !page.contains("<b>&"));
    let policies = &data(&page)["policies"];
    let policies = policies.as_array().unwrap();
    // What cannot be seen is shown as an escape.
    let shown = HOSTILE.replace('\u{2028}', "\\u{2028}");
    assert!(
        policies
            .iter()
            .any(|policy| policy["statements"][0]["sid"] == shown.as_str())
    );
    assert!(!cfg!(unix) || policies.iter().any(|policy| policy["file"] == hostile_name));
    // Nothing is loaded, and only the page's own script and style are allowed.
    let (_, policy) = page
        .split_once("Content-Security-Policy\" content=\"")
        .unwrap();
    let (policy, _) = policy.split_once("\">").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'sha256-"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    for loads in [
        "src=\"",
        "@import",
        "url(",
        "fetch(",
        "innerHTML",
        "XMLHttpRequest",
    ] {
        assert!(!page.contains(loads), "{loads}");
    }
}

#[test]
fn what_changed_since_a_base() {
    let directory = Directory::new("report_base");
    let wider = CLEAN.replace("DetectLabels", "*");
    directory
        .file("old/a.json", CLEAN)
        .file("new/a.json", wider)
        .file("old/b.json", CLEAN)
        .file("new/b.json", CLEAN);
    let done = directory.run(&[
        "report",
        "new",
        "--base",
        "old",
        "--out",
        "r.html",
        "--no-config",
    ]);
    assert_eq!(done.code, 0, "{}", done.err);
    let data = data(&directory.text("r.html"));
    let changes = data["changes"].as_array().unwrap();
    let grown: Vec<_> = changes
        .iter()
        .filter(|change| change["grows"] == true)
        .collect();
    assert_eq!((changes.len(), grown.len()), (2, 1));
    assert_eq!(grown[0]["verdict"], "wider");
    let done = directory.run(&[
        "report",
        "new",
        "--base",
        "no-such-revision",
        "--out",
        "r.html",
    ]);
    assert_eq!(done.code, 2, "{}", done.err);
}

#[test]
fn what_cannot_be_read_is_on_the_page_and_in_the_exit_code() {
    let directory = Directory::new("report_unread");
    directory
        .file(
            "broken.json",
            "{\"Version\": \"2012-10-17\", \"Statement\": [",
        )
        .file("right.json", CLEAN);
    let done = directory.run(&[
        "report",
        "broken.json",
        "right.json",
        "--out",
        "r.html",
        "--no-config",
    ]);
    assert_eq!(done.code, 2);
    let data = data(&directory.text("r.html"));
    assert!(
        data["errors"][0]
            .as_str()
            .unwrap()
            .starts_with("broken.json: "),
        "{data}"
    );
    directory.file("empty/readme.json", "[]");
    let done = directory.run(&["report", "empty", "--out", "r.html", "--no-config"]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("nothing was checked"), "{}", done.err);
}

#[test]
fn five_hundred_policies_are_a_page_of_a_few_megabytes() {
    let directory = Directory::new("report_large");
    for number in 0..500 {
        directory.json(
            &format!("policies/p{number:03}.json"),
            &json!({"Version": "2012-10-17", "Statement": [
                {"Sid": format!("S{number}"), "Effect": "Allow", "Action": ["s3:Get*", "ec2:*", "rekognition:DetectText"], "Resource": "*"},
                {"Effect": "Deny", "Action": "iam:*", "Resource": format!("arn:aws:iam::123456789012:role/r{number}")}
            ]}),
        );
    }
    let done = directory.run(&["report", "policies", "--out", "r.html", "--no-config"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let page = directory.text("r.html");
    assert!(page.len() < 3_000_000, "{}", page.len());
    assert_eq!(data(&page)["policies"].as_array().unwrap().len(), 500);
}

#[test]
fn markdown_has_policy_text_only_in_code() {
    let directory = Directory::new("report_markdown");
    let hostile = WRONG.replace("DetectLabel", "Detect`Label`|<img src=x>\\n# Title");
    directory.file("wrong.json", hostile);
    let done = directory.run(&["check", "--no-config", "--format", "markdown", "wrong.json"]);
    assert_eq!(done.code, 1);
    assert!(
        done.out.starts_with(
            "## Policy check\n\n### `wrong.json`\n\n- **error** at line 4, column 48: "
        ),
        "{}",
        done.out
    );
    assert!(done.out.contains("](https://"), "{}", done.out);
    assert!(done.out.contains("**1 error"), "{}", done.out);
    assert!(!done.out.contains("\n# Title"), "{}", done.out);
    let outside: String = done.out.split("``").step_by(2).collect();
    assert!(!outside.contains("<img"), "{outside}");
    let clean = directory.file("right.json", CLEAN).run(&[
        "check",
        "--no-config",
        "--format",
        "markdown",
        "right.json",
    ]);
    assert_eq!(
        (clean.code, clean.out.as_str()),
        (
            0,
            "## Policy check\n\n**no findings** in 1 policy of 1 file.\n"
        )
    );
}

#[test]
fn junit_counts_what_fails() {
    let directory = Directory::new("report_junit");
    directory
        .file("wrong.json", WRONG)
        .file("right.json", CLEAN)
        .file("broken.json", "{");
    let run = |arguments: &[&str]| {
        let mut all = vec!["check", "--no-config", "--format", "junit"];
        all.extend(arguments);
        directory.run(&all)
    };
    let done = run(&["wrong.json", "right.json", "broken.json"]);
    assert_eq!(done.code, 2);
    let out = &done.out;
    assert!(
        out.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"),
        "{out}"
    );
    assert!(
        out.contains(
            "<testsuite name=\"wrong.json\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\">"
        ),
        "{out}"
    );
    assert!(
        out.contains("<testsuite name=\"broken.json\" tests=\"1\" failures=\"1\" errors=\"0\""),
        "{out}"
    );
    assert!(out.contains("name=\"no findings\""), "{out}");
    assert!(out.ends_with("</testsuites>\n"), "{out}");
    // Below the level that fails.
    directory.json("wide.json", &json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "s3:GetObject"], "Resource": "*"}]}));
    let done = run(&["wide.json"]);
    assert_eq!(done.code, 0);
    assert!(
        done.out.contains("failures=\"0\"") && done.out.contains("<skipped message=\"suggestion: "),
        "{}",
        done.out
    );
    // Nothing was checked, so nothing passed.
    directory.file("other/a.json", "[]");
    let done = run(&["other"]);
    assert_eq!(done.code, 2);
    assert!(done.out.contains("errors=\"1\""), "{}", done.out);
    let hostile = WRONG.replace("DetectLabel", "]]>&<x a='\\u0001'>");
    directory.file("hostile.json", hostile);
    let out = run(&["hostile.json"]).out;
    assert!(!out.contains("<x") && !out.contains('\u{1}'), "{out}");
}
