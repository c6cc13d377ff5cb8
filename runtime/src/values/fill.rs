//! What may represent a value in a policy, and how it is written there.

use alloc::string::String;

/// Where a value is put, which says what must be escaped for it to be meant as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Where `*` and `?` are wildcards: an ARN, a `..Like` operator.
    Pattern,
    /// Where they are themselves.
    Plain,
    /// In a principal: nothing can be escaped there, so no value with `*` or `?` is allowed.
    Principal,
}

/// The text with every character meant as it is. See
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars>.
#[inline]
pub(super) fn escaped(text: &str, place: Place) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match (c, place) {
            ('*', Place::Pattern) => out.push_str("${*}"),
            ('?', Place::Pattern) => out.push_str("${?}"),
            ('$', _) => out.push_str("${$}"),
            _ => out.push(c),
        }
    }
    out
}

pub(crate) mod sealed {
    /// Keeps [`Fill`](super::Fill) to the types of this module, whose values were validated.
    pub trait Sealed {}
}

/// A value that means itself and nothing else: every type of this module but [`Pattern`](super::Pattern).
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Exact {}

/// What may be in a principal.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not allowed in a principal",
    label = "not allowed in a principal",
    note = "name each principal, or use `anyone()` and compare `aws::PrincipalArn` in a condition; AWS does not accept wildcards in principals"
)]
pub trait InPrincipal {}

impl InPrincipal for Exact {}

/// What may be a value where `*` and `?` stand for themselves.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not allowed with an operator that compares without wildcards",
    label = "its `*` would be an ordinary character here",
    note = "use an operator with wildcards, such as `string_like(..)`, or parse the value as a type without them, such as `Text`"
)]
pub trait WithoutWildcards {}

impl WithoutWildcards for Exact {}

/// What may represent a value of this type in a policy: the type itself, or an explicit [`Pattern`](super::Pattern).
///
/// A text is neither: its value is parsed where the policy is made, or written out in the policy. The trait is sealed: a
/// type that was not validated would put a `*` into the policy.
#[diagnostic::on_unimplemented(
    message = "expected `{T}`, found `{Self}`",
    label = "expected `{T}`",
    note = "take a `&{T}` as a parameter instead of a text, which could contain a `*`, `:`, or `${{` that widens the policy; the type is in `rekognition_iam::values`",
    note = "parse the text where it enters the program, in a function that returns a `Result`: `let value: {T} = text.parse()?;`",
    note = "in a `static` or `const`, write the value in the policy, or use a constant with an uppercase name: `const NAME: &str = \"..\";`",
    note = "if `*` in the value is meant as a wildcard, and `{T}` allows one, parse it as a `Pattern`"
)]
pub trait Fill<T: ?Sized>: sealed::Sealed {
    #[doc(hidden)]
    fn fill(&self, place: Place) -> String;

    /// [`Exact`], or [`Pattern`](super::Pattern).
    #[doc(hidden)]
    type Form: Form;
}

/// Whether a value means only itself. Two types say it for all of them: in each implementation of [`Fill`], it would be compiled
/// as often as there are pairs of types.
#[doc(hidden)]
pub trait Form {
    /// The same type, but not known to the compiler for a value that may not be there: so it says nothing of what is made
    /// with the value.
    type Then<G>;

    fn then<G>(given: G) -> Self::Then<G>;
}

macro_rules! forms {
    ($($form:ty)*) => {$(
        impl Form for $form {
            type Then<G> = G;

            #[inline]
            fn then<G>(given: G) -> G {
                given
            }
        }
    )*};
}

forms! { Exact super::Pattern }

// Whatever holds a value represents it, so that nobody has to write `&**` in a policy.
macro_rules! pointers {
    ($($(#[$meta:meta])* $pointer:ty;)*) => {$(
        $(#[$meta])*
        impl<V: sealed::Sealed + ?Sized> sealed::Sealed for $pointer {}

        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl<T: ?Sized, V: Fill<T> + ?Sized> Fill<T> for $pointer {
            type Form = V::Form;

            #[inline]
            fn fill(&self, place: Place) -> String {
                (**self).fill(place)
            }
        }
    )*};
}

pointers! {
    &V;
    &mut V;
    alloc::boxed::Box<V>;
    alloc::rc::Rc<V>;
    #[cfg(target_has_atomic = "ptr")]
    alloc::sync::Arc<V>;
    core::cell::Ref<'_, V>;
    core::cell::RefMut<'_, V>;
}

impl<V: sealed::Sealed + alloc::borrow::ToOwned + ?Sized> sealed::Sealed
    for alloc::borrow::Cow<'_, V>
{
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, V: Fill<T> + alloc::borrow::ToOwned + ?Sized> Fill<T>
    for alloc::borrow::Cow<'_, V>
{
    type Form = V::Form;

    #[inline]
    fn fill(&self, place: Place) -> String {
        (**self).fill(place)
    }
}
