#![doc = include_str!("../README.md")]
#![no_std]

pub use rekognition_iam_runtime::*;

/// An IAM policy, checked while the crate compiles.
#[macro_export]
macro_rules! policy {
    ($($input:tt)*) => {
        $crate::__private::expand_policy! { [$crate] $($input)* }
    };
}

/// For the expansions of this crate's macros alone.
#[doc(hidden)]
pub mod __private {
    pub use rekognition_iam_macros::policy as expand_policy;
    pub use rekognition_iam_runtime::__private::*;

    pub use crate::__mirror;
}

/// Gives back its tokens: the mirror's, which only an editor parses.
#[doc(hidden)]
#[macro_export]
macro_rules! __mirror {
    ($($tokens:tt)*) => { $($tokens)* };
}
