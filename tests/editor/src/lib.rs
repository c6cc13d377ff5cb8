//! Policies in the middle of being typed. Each comment line says what an editor must know at the line above it.

use rekognition_iam::{Policy, aws, policy, rekognition, s3};

pub static GOOD: Policy = policy![
    allow(rekognition::IndexFaces, rekognition::SearchFacesByImage)
    // hover@IndexF Write | collection | index_faces
    // definition@IndexF runtime/src
    // hover@allow grants
    // completion@rekognition:: IndexFaces | DetectLabels | matching | all
        .on(rekognition::collection("us-east-1", "123456789012", "staff-faces")),
    // hover@collection( CollectionId
    // completion@rekognition:: collection | project
    // hover@on( resources
    allow(s3::GetObject).on(s3::object("uploads", "faces/*")).sid("Images"),
    // hover@GetO Read | object
    // hover@sid names the statement
    deny(rekognition::all()).on_any().when(aws::SecureTransport.bool(false)),
    // hover@SecureT aws:SecureTransport
    // hover@bool true
    // definition@SecureT runtime/src
    // completion@aws:: SourceVpc | TagKeys | RequestTag
    // completion@SecureTransport. bool | null
];

pub static EMPTY: Policy = policy![
    allow(),
    // completion@allow( rekognition | s3 | not | unlisted
    allow(rekognition::),
    // completion@rekognition:: IndexFaces | DetectLabels
    allow(rekognition::Det),
    // completion@Det DetectLabels | DetectFaces
    allow(rek),
    // completion@rek rekognition
    allow(rekognition::DetectLabels, ),
    // completion@DetectLabels,  rekognition | s3
    allow(not()),
    // completion@not( rekognition | s3
    allow(rekognition::IndexFaces).,
    // completion@). on | on_any | when | sid | accept
    allow(rekognition::IndexFaces).o,
    // completion@).o on | on_any
    allow(rekognition::IndexFaces).on(),
    // completion@on( rekognition | s3 | not
    allow(rekognition::IndexFaces).on(rekognition::),
    // completion@on(rekognition:: collection | streamprocessor
    allow(rekognition::IndexFaces).on(rekognition::col),
    // completion@on(rekognition::col collection
    allow(rekognition::IndexFaces).on(rekognition::collection("us-east-1", "123456789012", "x").),
    // completion@"x"). partition
    allow(rekognition::IndexFaces).on_any().when(),
    // completion@when( aws | s3
    allow(rekognition::IndexFaces).on_any().when(aws::),
    // completion@when(aws:: SourceVpc | SecureTransport
    allow(rekognition::IndexFaces).on_any().when(aws::SourceVpc.),
    // completion@SourceVpc. string_equals | string_like | null
    allow(rekognition::IndexFaces).on_any().when(aws::TagKeys.),
    // completion@TagKeys. for_any_value | for_all_values | null
    allow(rekognition::IndexFaces).on_any().when(aws::TagKeys.for_any_value().),
    // completion@value(). string_equals
    allow(rekognition::IndexFaces).on_any().when(aws::PrincipalTag("team").),
    // completion@"team"). string_equals
    allow(rekognition::IndexFaces).on_any().when(aws::SourceVpc.string_equals("vpc-1a2b3c4d").),
    // completion@d"). if_exists
    allow(rekognition::IndexFaces).on_any().accept(),
    // completion@accept( INVALID_ACTION
];

pub static TYPING: Policy = policy![
    all
    // completion@all allow
];

pub static WRONG_BESIDE_RIGHT: Policy = policy![
    allow(rekognition::DetectLabls, rekognition::DetectFaces).on_any(),
    // hover@DetectF Read
    // completion@rekognition::DetectF DetectFaces
    nonsense(rekognition::DetectText),
    // hover@DetectT Read
    allow(+ rekognition::DetectText rekognition::CompareFaces).on_any(),
    // hover@CompareF Read
];

pub fn inside() -> Policy {
    policy![allow(rekognition::DetectText).on_any()]
    // hover@DetectT Read
    // definition@DetectT runtime/src
}
