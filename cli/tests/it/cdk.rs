//! What the CDK writes into `cdk.out`.

use crate::support::Directory;

const NESTED: &str = r#"{
 "Resources": {
  "Role1ABCC5F0": {
   "Type": "AWS::IAM::Group",
   "Properties": {
    "Policies": [
     {
      "PolicyName": "labels",
      "PolicyDocument": {
       "Version": "2012-10-17",
       "Statement": [{"Effect": "Allow", "Action": "rekognition:DetectLabel", "Resource": "*"}]
      }
     }
    ]
   },
   "Metadata": {"aws:cdk:path": "Photos/Inner/Role/Resource"}
  }
 }
}
"#;

#[test]
fn a_finding_names_the_construct() {
    let directory = Directory::new("cdk");
    directory
        .file("cdk.out/PhotosInner590FD8F7.nested.template.json", NESTED)
        .file(
            "cdk.out/tree.json",
            r#"{"version": "tree-0.1", "tree": {"id": "App"}}"#,
        )
        .file(
            "cdk.out/manifest.json",
            r#"{"version": "48.0.0", "artifacts": {}}"#,
        );
    let found = directory.found(&["cdk.out"]);
    let helps: Vec<&str> = (found.iter())
        .map(|found| found["help"].as_str().unwrap())
        .collect();
    let expected = "did you mean `rekognition:DetectLabels`?\nchange the construct `Photos/Inner/Role/Resource` in the CDK app";
    assert_eq!(helps, [expected]);
    // The file is not fixed, so its report does not promise that.
    let done = directory.run(&["check", "cdk.out"]);
    assert!(
        !done.out.contains("`rekognition-iam fix` writes"),
        "{}",
        done.out
    );
    assert!(
        done.out
            .contains("= help: the CDK wrote this file; change the app\n"),
        "{}",
        done.out
    );
    // A copy elsewhere is anyone's own file.
    directory.file("mine/a.json", NESTED);
    let done = directory.run(&["check", "mine"]);
    assert!(
        done.out.contains("`rekognition-iam fix` writes"),
        "{}",
        done.out
    );
}
