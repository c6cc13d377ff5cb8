//! Only the types of this crate decide what a value writes into a policy.

use rekognition_iam::values::{CollectionId, Exact, Fill, Place};

struct Anything;

impl Fill<CollectionId> for Anything {
    type Form = Exact;

    fn fill(&self, _place: Place) -> String {
        "*".to_owned()
    }
}

fn main() {}
