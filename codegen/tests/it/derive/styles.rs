//! Styles of putting a request together that take it out of one chain: what they set is found, or they are listed.

use rekognition_iam_codegen::derive::{Derive, Scan};

/// The values that a policy for this source has for a collection, then what was not followed.
#[track_caller]
fn check(source: &str, expected: &[&str]) {
    let text = format!(
        "use aws_sdk_rekognition::{{Client, operation::list_faces::builders::ListFacesFluentBuilder as Builder}};\n{source}"
    );
    let scan = Scan::text("src/lib.rs", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let derived = Derive::new()
        .of(scan)
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    let rust: String = (derived.rust().lines())
        .filter(|line| !line.trim().starts_with("//"))
        .map(str::trim)
        .collect();
    let mut found: Vec<String> = (rust.split("collection(").skip(1))
        .map(|rest| {
            let (args, _) = rest.split_once(')').unwrap();
            args.trim_end_matches(',')
                .rsplit([',', ' '])
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    found.extend(
        derived
            .unfollowed()
            .iter()
            .map(|note| format!("? {}", note.message())),
    );
    assert_eq!(found, expected, "{text}");
}

const OPEN: &str = "? the request of `list_faces` goes where it is not followed; what else is set on it is not seen";

#[test]
fn fallbacks_are_values_too() {
    for (value, expected) in [
        ("id.unwrap_or(\"a\")", &["id", "\"a\""][..]),
        ("id.unwrap_or_else(|| \"a\".to_string())", &["id", "\"a\""]),
        ("id.map_or(\"a\", |id| id)", &["id", "\"a\""]),
        ("id.or(Some(\"a\")).unwrap()", &["id", "\"a\""]),
        (
            "id.or_else(|| Some(\"a\".into())).unwrap()",
            &["id", "\"a\""],
        ),
        (
            "std::env::var(\"ID\").unwrap_or_else(|_| \"a\".into())",
            &["collection_id", "\"a\""],
        ),
        (
            "std::env::var(\"FACES\").unwrap_or(\"a\".into())",
            &["faces", "\"a\""],
        ),
        (
            "match id { Some(id) => id, None => \"a\" }",
            &["id", "\"a\""],
        ),
        (
            "if let Some(id) = id { id } else { \"a\" }",
            &["id", "\"a\""],
        ),
        (
            "id.filter(|id| id.len() > 1).unwrap_or(\"a\")",
            &["id", "\"a\""],
        ),
        ("id.unwrap_or_default()", &["id"]),
        ("Some(\"b\").unwrap_or(\"a\")", &["\"a\"", "\"b\""]),
        (
            "flag.then_some(\"b\").unwrap_or(\"a\")",
            &["\"a\"", "\"b\""],
        ),
    ] {
        let source = format!(
            "async fn f(c: &Client, id: Option<&str>) {{ c.list_faces().collection_id({value}).send().await; }}"
        );
        // A parameter of that name says nothing.
        let expected: Vec<&str> = (expected.iter())
            .map(|&name| if name == "id" { "collection_id" } else { name })
            .collect();
        check_sorted(&source, &expected);
    }
}

/// As `check`, in whichever order.
#[track_caller]
fn check_sorted(source: &str, expected: &[&str]) {
    let text = format!("use aws_sdk_rekognition::Client;\n{source}");
    let derived = Derive::new()
        .of(Scan::text("src/lib.rs", &text).unwrap())
        .unwrap();
    let rust: String = derived.rust().split_whitespace().collect();
    for value in expected {
        assert!(
            rust.contains(&format!("collection(region,account,{value}")),
            "{value}: {source}\n{rust}"
        );
    }
    assert_eq!(
        rust.matches("collection(region").count(),
        expected.len(),
        "{source}\n{rust}"
    );
    assert_eq!(derived.unfollowed(), [], "{source}");
}

#[test]
fn methods_that_a_program_adds_to_builders() {
    check(
        "trait Mine { fn mine(self) -> Self; fn other(self, id: &str) -> Self; }
         impl Mine for Builder { fn mine(self) -> Self { self.collection_id(\"a\") } fn other(self, id: &str) -> Self { self.set_collection_id(Some(\"b\".into())) } }
         async fn f(c: &Client) { c.list_faces().mine().send().await; c.list_faces().other(\"x\").max_results(3).send().await; }",
        &["\"a\"", "\"b\""],
    );
    // Of another crate: whatever it sets is not seen.
    check(
        "async fn f(c: &Client) { c.list_faces().mine().collection_id(\"a\").send().await; }",
        &["\"a\"", OPEN],
    );
}

#[test]
fn functions_and_closures_that_are_given_builders() {
    check(
        "fn add(b: Builder) -> Builder { b.collection_id(\"a\") } async fn f(c: &Client) { add(c.list_faces()).send().await; }",
        &["\"a\""],
    );
    check(
        "fn begin(c: &Client) -> Builder { c.list_faces() } async fn f(c: &Client) { begin(c).collection_id(\"a\").send().await; }",
        &["\"a\""],
    );
    check(
        "async fn f(c: &Client) { let add = |b: Builder| b.collection_id(\"a\"); add(c.list_faces()).send().await; }",
        &["\"a\""],
    );
    check(
        "async fn f(c: &Client) { c.list_faces().pipe(|b| b.collection_id(\"a\")).send().await; }",
        &["\"a\"", OPEN],
    );
    check(
        "async fn f(c: &Client, ids: &[u8]) { ids.iter().fold(c.list_faces(), |b, x| b.collection_id(\"a\")).send().await; }",
        &["\"a\""],
    );
    check(
        "fn apply(c: &Client, add: impl FnOnce(Builder) -> Builder) { add(c.list_faces()).send(); } fn f(c: &Client) { apply(c, |b| b.collection_id(\"a\")); }",
        &["\"a\""],
    );
    check(
        "async fn f(c: &Client) { let add = |b| other::set(b); add(c.list_faces().collection_id(\"a\")).send().await; }",
        &["\"a\"", OPEN],
    );
}

#[test]
fn lists_and_maps_that_grow() {
    check(
        "async fn f(c: &Client) { let mut ids = Vec::new(); ids.push(\"a\"); ids.push(\"b\"); for id in ids { c.list_faces().collection_id(id).send().await; } }",
        &["\"a\"", "\"b\""],
    );
    check(
        "async fn f(c: &Client) { let mut ids = vec![]; fill(&mut ids); for id in ids { c.list_faces().collection_id(id).send().await; } }",
        &["ids"],
    );
}

/// The tables that a transaction with these items needs, then what was not followed.
#[track_caller]
fn check_items(items: &str, expected: &[&str]) {
    let text = format!(
        "use aws_sdk_dynamodb::{{Client, types::*}};
        fn put(table: &str) -> TransactWriteItem {{ TransactWriteItem::builder().put(Put::builder().table_name(table).build().unwrap()).build() }}
        async fn f(c: &Client, ids: &[String], more: Vec<TransactWriteItem>) {{ let items = {items}; c.transact_write_items().set_transact_items(Some(items)).send().await; }}"
    );
    let scan = Scan::text("src/lib.rs", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let derived = Derive::new()
        .of(scan)
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    let rust = derived.rust();
    let tables = (rust.split("account, \"").skip(1)).map(|rest| rest.split('"').next().unwrap());
    let notes = derived.unfollowed().iter().map(|note| note.message());
    let found: Vec<_> = tables.chain(notes).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn the_items_of_an_iterator_are_those_of_a_list() {
    const UNSEEN: &str = "what the items of `TransactWriteItems` do is not seen";
    for (items, expected) in [
        ("vec![put(\"a\")]", &["a"][..]),
        ("ids.iter().map(|_| put(\"a\")).collect()", &["a"]),
        (
            "ids.iter().map(|_| { let t = \"a\"; put(t) }).collect()",
            &["a"],
        ),
        (
            "ids.iter().filter_map(|_| Some(put(\"a\"))).collect::<Vec<_>>()",
            &["a"],
        ),
        (
            "ids.iter().map(|_| put(\"a\")).rev().skip(1).take(5).filter(|t| !ids.is_empty()).collect()",
            &["a"],
        ),
        (
            "ids.iter().map(|_| put(\"a\")).chain(ids.iter().map(|_| put(\"b\"))).collect()",
            &["a", "b"],
        ),
        (
            "[put(\"a\")].into_iter().chain([put(\"b\")]).collect()",
            &["a", "b"],
        ),
        (
            "ids.iter().map(|_| put(\"a\")).chain(more).collect()",
            &["a", UNSEEN],
        ),
        (
            "more.into_iter().chain([put(\"b\")]).collect()",
            &["b", UNSEEN],
        ),
        ("ids.iter().map(|id| make(id)).collect()", &[UNSEEN]),
        ("more.into_iter().rev().collect()", &[UNSEEN]),
    ] {
        check_items(items, expected);
    }
}

#[test]
fn what_a_list_or_an_option_holds_is_what_its_closure_is_given() {
    let list = |body: &str| format!("async fn f(c: &Client, id: Option<&str>) {{ {body} }}");
    for (body, expected) in [
        (
            "let all = [\"a\", \"b\"].iter().map(|id| c.list_faces().collection_id(*id).send());",
            &["\"a\"", "\"b\""][..],
        ),
        (
            "[\"a\", \"b\"].into_iter().for_each(|id| drop(c.list_faces().collection_id(id).send()));",
            &["\"a\"", "\"b\""],
        ),
        (
            "Some(\"a\").map(|id: &str| c.list_faces().collection_id(id).send());",
            &["\"a\""],
        ),
        (
            "[(\"a\", 1)].iter().for_each(|(who, _)| drop(c.list_faces().collection_id(*who).send()));",
            &["\"a\""],
        ),
        // Which part of an unknown item it is would be a guess.
        (
            "pairs().iter().for_each(|(who, _)| drop(c.list_faces().collection_id(*who).send()));",
            &["who"],
        ),
    ] {
        check(&list(body), expected);
    }
}

#[test]
fn a_constant_of_a_trait_by_its_whole_path() {
    check(
        "trait Named { const ID: &'static str; } struct Staff; impl Named for Staff { const ID: &'static str = \"a\"; }
         async fn f(c: &Client) { c.list_faces().collection_id(<Staff as Named>::ID).send().await; }",
        &["\"a\""],
    );
}
