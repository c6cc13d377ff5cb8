//! ARNs of strangers: what the fuzz target `arn_parser` looks for, in a second and the same each time.

use rekognition_iam_runtime::arn::Arn;
use rekognition_iam_runtime::catalogue;
use rekognition_iam_runtime::check::Options;
use rekognition_iam_runtime::json;

const PIECES: &[&str] = &[
    "arn",
    "aws",
    "aws-cn",
    ":",
    ":",
    ":",
    "rekognition",
    "s3",
    "us-east-1",
    "123456789012",
    "collection/",
    "project/",
    "version/",
    "/",
    "*",
    "?",
    "${",
    "}",
    "aws:username",
    "$",
    "1627045542080",
    "é",
    " ",
    "",
    "train",
    "-",
];

#[test]
fn any_pieces_of_arns() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from((state >> 33) % u64::try_from(limit).unwrap_or(1)).unwrap_or_default()
    };
    let mut arns = 0;
    for round in 0..6_000 {
        let mut text = String::new();
        if round % 2 == 0 {
            text.push_str("arn:aws:rekognition:us-east-1:123456789012:");
        }
        for _ in 0..below(14) {
            text.push_str(PIECES[below(PIECES.len())]);
        }
        if let Ok(arn) = Arn::parse(&text) {
            arns += 1;
            let fields = [
                "arn",
                arn.partition(),
                arn.service(),
                arn.region(),
                arn.account(),
                arn.resource(),
            ];
            assert_eq!(fields.join(":"), text);
            for service in catalogue::typed_services() {
                for format in service.resources.iter().flat_map(|kind| kind.formats) {
                    assert!(
                        arn.could_be(format) || !arn.could_be_strictly(format),
                        "{text} {}",
                        format.text
                    );
                }
            }
        }
        let document = format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":{{\"Effect\":\"Allow\",\"Action\":\"rekognition:IndexFaces\",\"Resource\":\"{text}\"}}}}"
        );
        let report = json::check(&document, &Options::default());
        for located in &report.findings {
            let span = located.span;
            assert!(
                document.get(span.start..span.end).is_some(),
                "{text} {located:?}"
            );
        }
    }
    assert!(arns > 2_000, "{arns}");
}
