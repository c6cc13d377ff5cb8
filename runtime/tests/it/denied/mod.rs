//! Every form of AWS's access denied message, what wraps it, and texts that look like one.

mod forms;
mod texts;

use rekognition_iam_runtime::Layer;
use rekognition_iam_runtime::denied::{AccessDenied, On, Why};

const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s1";

const USER: &str = "arn:aws:iam::111122223333:user/ann";

fn read(text: &str) -> AccessDenied<'_> {
    let read = AccessDenied::parse(text);
    assert!(read.is_ok(), "{read:?}: {text}");
    read.unwrap()
}

fn arn(text: &str) -> On<'_> {
    On::Arn(text.into())
}

fn denied(layer: Layer, policy: Option<&str>) -> Why<'_> {
    Why::Denied {
        layer: Some(layer),
        through: None,
        policy: policy.map(Into::into),
    }
}

const fn denied_by_something() -> Why<'static> {
    Why::Denied {
        layer: None,
        through: None,
        policy: None,
    }
}
