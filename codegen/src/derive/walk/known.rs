//! Functions and methods of the language and of well-known crates, by what they do with a value: names alone, since the
//! types behind them are not read.

/// Crates whose functions hold, pass on or run what they are given, and call no client themselves.
pub(super) fn is_carrier(krate: &str) -> bool {
    matches!(
        krate,
        "tokio"
            | "futures"
            | "futures_util"
            | "async_std"
            | "once_cell"
            | "parking_lot"
            | "arc_swap"
            | "axum"
            | "actix_web"
            | "dashmap"
            | "rocket"
            | "warp"
            | "async_lock"
            | "lazy_static"
            | "dyn_clone"
            | "tokio_stream"
    )
}

/// A list, set or map of the library.
pub(super) fn is_collection(name: &str) -> bool {
    matches!(
        name,
        "Vec"
            | "VecDeque"
            | "HashMap"
            | "BTreeMap"
            | "HashSet"
            | "BTreeSet"
            | "IndexMap"
            | "SmallVec"
    )
}

pub(super) fn is_prelude_path(path: &[String]) -> bool {
    let first = path.first().map_or("", String::as_str);
    match path.len() {
        1 => matches!(first, "Some" | "Ok" | "Err" | "drop"),
        _ => matches!(
            first,
            "String"
                | "Box"
                | "Vec"
                | "Option"
                | "Result"
                | "Into"
                | "From"
                | "Clone"
                | "AsRef"
                | "ToString"
                | "ToOwned"
                | "Iterator"
                | "Default"
                | "str"
        ),
    }
}

/// A method that gives what it is called on, in another wrapping.
pub(super) fn is_conversion(name: &str) -> bool {
    matches!(
        name,
        "clone"
            | "to_string"
            | "to_owned"
            | "into"
            | "try_into"
            | "as_str"
            | "as_ref"
            | "as_mut"
            | "borrow"
            | "borrow_mut"
            | "unwrap"
            | "expect"
            | "as_deref"
            | "as_deref_mut"
            | "deref"
            | "deref_mut"
            | "cloned"
            | "copied"
            | "ok"
            | "ok_or"
            | "ok_or_else"
            | "into_inner"
            | "into_boxed_str"
            | "into_string"
            | "parse"
            | "context"
            | "with_context"
            | "map_err"
            | "unwrap_or_default"
            | "unwrap_or"
            | "unwrap_or_else"
            | "wrap_err"
            | "into_boxed"
            | "as_slice"
            | "to_vec"
            | "unwrap_unchecked"
            | "inspect"
            | "by_ref"
            | "instrument"
            | "in_current_span"
            | "boxed"
            | "trim"
    )
}

/// A method that gives what it is called on, or else its argument.
pub(super) fn is_fallback(name: &str) -> bool {
    matches!(
        name,
        "unwrap_or"
            | "unwrap_or_else"
            | "or"
            | "or_else"
            | "get_or_insert"
            | "get_or_insert_with"
            | "get_or_init"
            | "xor"
    )
}

/// A method of a client that is not an operation.
pub(super) fn is_accessor(name: &str) -> bool {
    is_conversion(name)
        || is_container_method(name)
        || maps(name)
        || matches!(
            name,
            "config"
                | "conf"
                | "build"
                | "handle"
                | "type_id"
                | "into_future"
                | "enumerate"
                | "len"
                | "count"
                | "is_empty"
                | "is_some"
                | "is_none"
                | "is_ok"
                | "is_err"
                | "keys"
                | "into_keys"
                | "err"
                | "unwrap_err"
                | "await"
                | "strong_count"
                | "leak"
                | "into_boxed_slice"
                | "sum"
                | "fmt"
                | "hash"
        )
}

/// A method of a container that gives what is in it.
pub(super) fn is_container_method(name: &str) -> bool {
    matches!(
        name,
        "lock"
            | "read"
            | "write"
            | "try_lock"
            | "try_read"
            | "try_write"
            | "blocking_lock"
            | "blocking_read"
            | "blocking_write"
            | "get"
            | "get_mut"
            | "get_or_init"
            | "get_or_insert"
            | "get_or_insert_with"
            | "get_or_try_init"
            | "get_or_default"
            | "iter"
            | "iter_mut"
            | "into_iter"
            | "next"
            | "next_back"
            | "first"
            | "last"
            | "or"
            | "or_else"
            | "filter"
            | "take"
            | "replace"
            | "force"
            | "load"
            | "load_full"
            | "upgrade"
            | "downgrade"
            | "values"
            | "values_mut"
            | "into_values"
            | "find"
            | "nth"
            | "pop"
            | "pop_front"
            | "pop_back"
            | "remove"
            | "and"
            | "chain"
            | "rev"
            | "skip"
            | "step_by"
            | "cycle"
            | "peekable"
            | "peek"
            | "entry"
            | "or_insert"
            | "or_insert_with"
            | "or_default"
            | "recv"
            | "try_recv"
            | "join"
            | "collect"
            | "shared"
            | "fuse"
            | "zip"
            | "flatten"
            | "get_ref"
            | "get_or_create"
            | "borrowed"
            | "pin_mut"
            | "as_pin_mut"
            | "max_by"
            | "min_by"
            | "drain"
            | "split_first"
            | "split_last"
            | "chunks"
            | "windows"
            | "filter_map"
            | "skip_while"
            | "take_while"
            | "data"
            | "state"
            | "extract"
            | "owned"
            | "acquire"
            | "checkout"
    )
}

/// A method that gives what its closure gives.
pub(super) fn maps(name: &str) -> bool {
    matches!(
        name,
        "map"
            | "and_then"
            | "map_or"
            | "map_or_else"
            | "then"
            | "then_some"
            | "flat_map"
            | "filter_map"
            | "fold"
            | "with"
            | "scope"
            | "is_some_and"
            | "for_each"
            | "any"
            | "all"
            | "position"
            | "zip_with"
            | "try_fold"
    )
}

/// A method whose closure is given what its receiver holds.
pub(super) fn gives_to_closure(name: &str) -> bool {
    matches!(
        name,
        "map"
            | "for_each"
            | "try_for_each"
            | "for_each_concurrent"
            | "filter_map"
            | "flat_map"
            | "and_then"
            | "then"
            | "map_or"
            | "is_some_and"
            | "any"
            | "all"
    )
}

/// A method that gives some or all of the items that it is called on, and no other.
pub(super) fn gives_items(name: &str) -> bool {
    matches!(
        name,
        "iter"
            | "into_iter"
            | "get"
            | "first"
            | "last"
            | "next"
            | "nth"
            | "cycle"
            | "collect"
            | "filter"
            | "rev"
            | "skip"
            | "skip_while"
            | "step_by"
            | "take"
            | "take_while"
            | "peekable"
            | "fuse"
            | "inspect"
    )
}

/// A method that puts its argument into the receiver.
pub(super) fn is_filling(name: &str) -> bool {
    matches!(
        name,
        "push"
            | "push_back"
            | "push_front"
            | "insert"
            | "extend"
            | "set"
            | "get_or_init"
            | "get_or_insert"
            | "send"
            | "replace"
            | "store"
            | "entry"
            | "or_insert"
            | "app_data"
            | "with_state"
            | "layer"
            | "manage"
            | "swap"
            | "try_send"
            | "append"
            | "add_extension"
            | "extension"
            | "data"
            | "chain"
            | "zip"
            | "unwrap_or"
            | "or"
    )
}

/// A method that changes the text that it is called on.
pub(super) fn is_mutation(name: &str) -> bool {
    matches!(
        name,
        "push_str"
            | "push"
            | "insert_str"
            | "insert"
            | "extend"
            | "clear"
            | "truncate"
            | "replace_range"
            | "remove"
            | "retain"
            | "drain"
            | "pop"
            | "make_ascii_lowercase"
            | "make_ascii_uppercase"
            | "split_off"
    )
}

/// A method that gives access to what its receiver holds, so that it may be changed.
pub(super) fn gives_access(name: &str) -> bool {
    name.ends_with("_mut")
        || matches!(
            name,
            "lock"
                | "write"
                | "try_lock"
                | "try_write"
                | "blocking_lock"
                | "blocking_write"
                | "entry"
                | "set"
                | "store"
                | "replace"
                | "swap"
                | "clone_from"
                | "get_or_init"
                | "get_or_try_init"
                | "get_or_insert"
                | "get_or_insert_with"
                | "append"
                | "or_insert"
                | "or_insert_with"
        )
}
