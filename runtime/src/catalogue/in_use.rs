//! Which catalogue is in use: the one that is compiled in, or a newer one that replaces it.

#[cfg(feature = "all-services")]
use super::table;
use super::{KNOWN_SERVICES, Service, service, typed_service, typed_services};

/// Uses a catalogue instead of the one that is compiled in, in everything that the program looks up from now on.
///
/// The bytes are a [`table`](super::table). It replaces the facts of all services, those with a module in Rust included: an action that it
/// adds is known, and one that it leaves out is not. Only the names in Rust stay as they are, so [`typed_services`] still has what
/// is compiled in. Facts from other AWS pages, such as global condition keys, regions, and the tables of the rules, are those of
/// this crate.
///
/// A program can do this once, before its first lookup, so that no two answers rest on different catalogues.
///
/// ```
/// use rekognition_iam_runtime::catalogue::{self, table::ReplaceError};
///
/// assert!(matches!(catalogue::replace(b"{}".to_vec()), Err(ReplaceError::Table(_))));
/// ```
///
/// # Errors
///
/// When the bytes are not a [valid](table::Table::validate) table, or something was looked up before.
#[cfg(feature = "all-services")]
pub fn replace(table: alloc::vec::Vec<u8>) -> Result<(), table::ReplaceError> {
    table::load::replace(table)
}

/// The day of the data in use, as `YYYY-MM-DD`: [`AS_OF`](super::AS_OF) unless the catalogue was replaced.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert_eq!(catalogue::as_of(), catalogue::AS_OF);
/// ```
#[must_use]
pub fn as_of() -> &'static str {
    #[cfg(feature = "all-services")]
    return table::load::about().0;
    #[cfg(not(feature = "all-services"))]
    super::AS_OF
}

/// Whether the catalogue in use is another one than the compiler has.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// assert!(!rekognition_iam::catalogue::is_replaced());
/// ```
#[must_use]
pub fn is_replaced() -> bool {
    #[cfg(feature = "all-services")]
    return table::load::is_replaced();
    #[cfg(not(feature = "all-services"))]
    false
}

/// Where the data in use came from: [`SOURCE`](super::SOURCE) unless the catalogue was replaced.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert_eq!(catalogue::source(), catalogue::SOURCE);
/// ```
#[must_use]
pub fn source() -> &'static str {
    #[cfg(feature = "all-services")]
    return table::load::about().1;
    #[cfg(not(feature = "all-services"))]
    super::SOURCE
}

/// The prefixes of all AWS services, in the catalogue in use: [`AWS_SERVICES`](super::AWS_SERVICES) unless it was replaced. Sorted.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert_eq!(catalogue::aws_services(), catalogue::AWS_SERVICES);
/// ```
#[must_use]
pub fn aws_services() -> &'static [&'static str] {
    #[cfg(feature = "all-services")]
    return table::load::aws_services();
    #[cfg(not(feature = "all-services"))]
    super::AWS_SERVICES
}

/// The prefixes of the services that suggestions are made of: all of AWS where the catalogue has them.
pub(crate) fn checked_services() -> &'static [&'static str] {
    match cfg!(feature = "all-services") {
        true => aws_services(),
        false => KNOWN_SERVICES,
    }
}

/// As [`RETIRED_SERVICES`](super::RETIRED_SERVICES), in the catalogue in use.
pub(crate) fn retired_services() -> &'static [&'static str] {
    #[cfg(feature = "all-services")]
    return table::load::retired_services();
    #[cfg(not(feature = "all-services"))]
    super::RETIRED_SERVICES
}

/// The services that have a module in Rust, with the facts of the catalogue in use. They are nearer to what people here mean than
/// the others.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert!(catalogue::services_with_module().any(|service| service.prefix == "rekognition"));
/// ```
pub fn services_with_module() -> impl Iterator<Item = &'static Service> {
    (typed_services().iter()).filter_map(|typed| service(typed.prefix))
}

/// Whether the catalogue that is compiled in has the action, so that the compiler accepts it. Others exist only where the catalogue
/// in use is a newer one.
///
/// ```
/// # use rekognition_iam_runtime as rekognition_iam;
/// use rekognition_iam::catalogue;
///
/// assert!(catalogue::is_built_in("rekognition", "IndexFaces"));
/// assert!(!catalogue::is_built_in("rekognition", "ReadMinds"));
/// ```
#[must_use]
pub fn is_built_in(service: &str, action: &str) -> bool {
    match typed_service(service) {
        Some(service) => service.action(action).is_some(),
        #[cfg(feature = "all-services")]
        None => (table::Table::built_in().ok())
            .and_then(|table| table.service(service)?.action(action))
            .is_some(),
        #[cfg(not(feature = "all-services"))]
        None => false,
    }
}
