//! Shows the policies of this package and the files that its build script wrote.

use std::path::Path;

use rekognition_iam_example::ALL;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    println!(
        "{} policies, in {} as one JSON file each:\n",
        ALL.len(),
        folder.display()
    );
    for (name, policy) in ALL {
        let size = policy.json().len();
        println!("  {:<24} {size:>4} characters", format!("{name}.json"));
    }
    if let Some((name, policy)) = ALL.first() {
        println!("\n{name}.json:\n{policy:#}");
    }
}
