//! What is known while a policy is being read.

use proc_macro2::Span;
use rekognition_iam_runtime::catalogue::{self, Service};
use rekognition_iam_runtime::document::{PolicyKind, Text};

use super::holes::Hole;
use super::lowered::{Accepted, Typed, Unlisted};
use crate::dsl::errors::{Errors, Reported};
use crate::dsl::syntax::Expr;

/// What was said about the policy as a whole.
#[derive(Default)]
pub(super) struct Header {
    /// `version(..)`, and `None` in it for `no_version()`.
    pub(super) version: Option<(Option<Text<'static>>, Span)>,
    pub(super) id: Option<Text<'static>>,
    /// `only(..)`
    pub(super) alone: Option<Span>,
}

pub(super) struct Lowerer<'e> {
    pub(super) errors: &'e mut Errors,
    pub(super) kind: PolicyKind,
    pub(super) holes: Vec<Hole>,
    /// Set when the resources of this statement are in a wrong place, which was reported.
    pub(super) strayed: Option<Reported>,
    pub(super) unlisted: Vec<Unlisted>,
    pub(super) accepted: Vec<Accepted>,
    /// The services whose features are off, which was reported.
    pub(super) off: Vec<(String, Reported)>,
    pub(super) typed: Typed,
    pub(super) about: Header,
    /// The one that was named last.
    service: Option<&'static Service>,
}

/// The entries of an `Action` or `Resource` element: whether they are in `not(..)`, whether in brackets.
pub(super) struct Entries<'s> {
    pub(super) not: bool,
    pub(super) bracketed: bool,
    pub(super) items: &'s [Expr],
    pub(super) span: Span,
    /// The word `not`, or else all that is in the parentheses.
    pub(super) list: Span,
}

/// The service of a module's name.
pub(super) fn service_by_ident(ident: &str) -> Option<&'static Service> {
    catalogue::prefix_of(ident).and_then(catalogue::typed_service)
}

impl<'e> Lowerer<'e> {
    pub(super) fn new(kind: PolicyKind, errors: &'e mut Errors) -> Self {
        Self {
            errors,
            kind,
            holes: Vec::new(),
            strayed: None,
            unlisted: Vec::new(),
            accepted: Vec::new(),
            off: Vec::new(),
            typed: Typed::default(),
            about: Header::default(),
            service: None,
        }
    }

    /// The service of a module. Most names of a policy are in the module that the one before it is in.
    pub(super) fn service(&mut self, module: &str) -> Option<&'static Service> {
        match self.service {
            Some(service) if service.module == module => self.service,
            Some(_) | None => {
                let found = service_by_ident(module);
                self.service = found;
                found
            }
        }
    }
}
