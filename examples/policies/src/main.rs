//! Shows the policies of this package and the files that its build script wrote.

use std::path::Path;

fn main() -> Result<(), rekognition_iam::values::InvalidValue> {
    let all = rekognition_iam_example::all()?;
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    println!("{} policies, in {}:\n", all.len(), directory.display());
    for policy in &all {
        let size = policy.json.chars().count();
        println!(
            "  {:<30} {:<11} {size:>4} characters",
            policy.file,
            policy.kind.name()
        );
    }
    if let Some(first) = all.first() {
        println!(
            "\n{}:\n{}",
            first.file,
            rekognition_iam::json::pretty(&first.json)
        );
    }
    Ok(())
}
