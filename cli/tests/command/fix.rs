//! What `fix` shows and writes.

use std::fs;

use crate::support::{CLEAN, Folder, WRONG};

#[test]
fn fixes_are_shown_and_written_as_a_whole() {
    let folder = Folder::new("fix");
    let text = WRONG
        .replace("\"Effect\"", "\"effect\"")
        .replace("DetectLabls", "DetectL\\u0061bls");
    folder.file("wrong.json", &text).file("clean.json", CLEAN);
    let done = folder.run(&["fix", "--dry-run", "wrong.json", "clean.json"]);
    let expected = "\
--- wrong.json
+++ wrong.json
@@ -1,6 +1,6 @@
 {
   \"Version\": \"2012-10-17\",
   \"Statement\": [
-    {\"effect\": \"Allow\", \"Action\": \"rekognition:DetectL\\u0061bls\", \"Resource\": \"*\"}
+    {\"Effect\": \"Allow\", \"Action\": \"rekognition:DetectLabels\", \"Resource\": \"*\"}
   ]
 }
";
    assert_eq!((done.code, done.out.as_str()), (0, expected));
    assert_eq!(done.err, "would change 2 values in 1 file\n");
    assert_eq!(folder.text("wrong.json"), text);
    let done = folder.run(&["fix", "wrong.json", "clean.json"]);
    assert_eq!(done.out, expected);
    assert_eq!(
        folder.text("wrong.json"),
        WRONG.replace("DetectLabls", "DetectLabels")
    );
    // Nothing is left to do, and nothing is left behind.
    let done = folder.run(&["fix", "wrong.json"]);
    assert_eq!(
        (done.out.as_str(), done.err.as_str()),
        ("", "changed 0 values in 0 files\n")
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    // What is no JSON is not touched.
    folder.file("broken.json", "{\"effect\": \"Allow\", \"Action\": }");
    assert_eq!(folder.run(&["fix", "broken.json"]).code, 2);
    assert_eq!(
        folder.text("broken.json"),
        "{\"effect\": \"Allow\", \"Action\": }"
    );
}
