//! What the fuzz targets check, for `cargo fuzz` and for the tests in `runtime/tests/it/fuzz.rs`, which need no nightly compiler.

use rekognition_iam_runtime::catalogue::table::{ServiceRow, Table};
use rekognition_iam_runtime::denied::AccessDenied;
use rekognition_iam_runtime::values::{
    AccountId, BucketName, CollectionId, InvalidValue, ObjectKey, Partition, Pattern, Region, Text,
};

/// Values of the types that variables of policies have.
pub fn values(text: &str) {
    /// A value is its text; returns whether there is one.
    fn is_itself<T: std::str::FromStr<Err = InvalidValue> + std::fmt::Display>(text: &str) -> bool {
        let Ok(value) = text.parse::<T>() else {
            return false;
        };
        assert_eq!(value.to_string(), text);
        true
    }
    for is_identifier in [
        is_itself::<Partition>(text),
        is_itself::<Region>(text),
        is_itself::<AccountId>(text),
        is_itself::<BucketName>(text),
        is_itself::<CollectionId>(text),
    ] {
        // Nothing that means more than itself in an ARN.
        assert!(!is_identifier || !text.contains(['*', '?', '$', ':', '/', '"']));
    }
    is_itself::<ObjectKey>(text);
    is_itself::<Text>(text);
    is_itself::<Pattern>(text);
}

/// A compact catalogue, of which any bytes may be wrong: opened, validated, and read.
pub fn compact_catalogue(bytes: &[u8], which: usize) {
    let Ok(table) = Table::open(bytes) else {
        return;
    };
    let (mut services, mut of_which) = (0, None);
    for service in table.services() {
        if services == which % 456 {
            of_which = Some(service);
        }
        services += 1;
    }
    if let Some(service) = of_which {
        read(&service);
    }
    if let Some(service) = table.service("rekognition") {
        read(&service);
    }
}

/// Whether the whole of a compact catalogue is valid, which looks at every record.
pub fn is_valid(bytes: &[u8]) -> bool {
    Table::open(bytes).is_ok_and(|table| table.validate().is_ok())
}

fn read(service: &ServiceRow<'_>) {
    for action in service.actions() {
        let _notice = action.notice();
        action.keys().for_each(drop);
        for (resource, _) in action.resources() {
            resource.keys().for_each(drop);
        }
    }
    for resource in service.resources() {
        for format in resource.formats() {
            let _fields = (format.service(), format.region(), format.account());
            format.pieces().for_each(drop);
        }
    }
    for key in service.keys() {
        key.types().for_each(drop);
    }
    for operation in service.operations() {
        operation.sdk().for_each(drop);
        for authorized in operation.authorized() {
            authorized.context().for_each(drop);
        }
    }
}

/// A message of a denied call, from any tool that prints it.
pub fn denied(text: &str) {
    if let Ok(denied) = AccessDenied::parse(text) {
        // What it names is in the text, whatever its case.
        assert!(!denied.action().is_empty());
    }
}
