//! Catalogues other than the one that is compiled in: their files, and how they are made.

pub(crate) mod age;
pub(crate) mod changes;
pub(crate) mod described;
pub(crate) mod file;
