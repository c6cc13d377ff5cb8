//! Every way of holding a client, and what must not be treated as one.

use rekognition_iam_codegen::derive::Scan;

/// The calls in a text, as `line method`, and what was not followed, as `line ? message`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let scan = Scan::text("src/lib.rs", text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let calls = scan.calls().iter().map(|call| {
        let waits = if call.is_waiter() { "waits " } else { "" };
        let pages = if call.is_paginator() { "pages " } else { "" };
        format!("{} {waits}{pages}{}", call.line(), call.method())
    });
    let unfollowed =
        (scan.unfollowed().iter()).map(|note| format!("{} ? {}", note.line(), note.message()));
    let found: Vec<String> = calls.chain(unfollowed).collect();
    assert_eq!(found, expected, "{text}");
}

const USE: &str = "use aws_sdk_rekognition::Client;\n";

#[track_caller]
fn with_import(text: &str, expected: &[&str]) {
    check(&format!("{USE}{text}"), expected);
}

#[test]
fn builders_paginators_and_waiters() {
    with_import(
        "async fn f(c: &Client) -> R {
            c.detect_labels().max_labels(3).send().await?;
            let mut pages = c.list_faces().collection_id(\"a\").into_paginator().items().send();
            c.wait_until_project_version_running().project_arn(\"x\").wait(D).await
        }",
        &[
            "3 detect_labels",
            "4 pages list_faces",
            "5 waits describe_project_versions",
        ],
    );
    with_import(
        "async fn f(c: &Client) { let mut r = c.index_faces(); if x { r = r.collection_id(\"a\"); } r.send().await; }",
        &["2 index_faces"],
    );
    check(
        "use aws_sdk_rekognition::{Client, operation::detect_labels::DetectLabelsInput};
        async fn f(c: &Client) { DetectLabelsInput::builder().max_labels(1).send_with(c).await; }",
        &["2 detect_labels"],
    );
}

#[test]
fn made_in_place() {
    with_import(
        "async fn main() { let config = aws_config::load_from_env().await;
            let client = Client::new(&config);
            client.detect_faces().send().await;
            let b = aws_sdk_s3::Client::from_conf(aws_sdk_s3::config::Builder::from(&config).build());
            b.get_object().send().await;
            Client::new(&config).detect_text().send().await;
        }",
        &["4 detect_faces", "6 get_object", "7 detect_text"],
    );
    with_import(
        "fn f() { let c; c = Client::new(&x); c.detect_faces(); }",
        &["2 detect_faces"],
    );
}

#[test]
fn imports_and_names() {
    for import in [
        "use aws_sdk_rekognition as rek; use rek::Client as R;",
        "use aws_sdk_rekognition::Client as R;",
        "use aws_sdk_rekognition::{self as rek, Client as R};",
        "use aws_sdk_rekognition::{Client}; type R = Client;",
        "type R<'a> = &'a std::sync::Arc<aws_sdk_rekognition::client::Client>;",
        "mod aws { pub use aws_sdk_rekognition as rekognition; } use aws::rekognition::Client as R;",
        "mod aws { pub mod inner { pub use aws_sdk_rekognition::Client; } pub use inner::*; } use crate::aws::Client as R;",
        "mod aws { pub use aws_sdk_rekognition::*; } use aws::Client as R;",
        "extern crate aws_sdk_rekognition as rek; use rek::Client as R;",
        "use self::a::b as R; mod a { pub use super::c::Client as b; } mod c { pub use ::aws_sdk_rekognition::Client; }",
        "pub(crate) mod prelude { pub(crate) use aws_sdk_rekognition::Client as R; } use prelude::*;",
    ] {
        check(
            &format!("{import}\nfn f(c: &R) {{ c.detect_faces(); }}"),
            &["2 detect_faces"],
        );
    }
    check(
        "fn f(c: aws_sdk_rekognition::Client) { c.detect_faces(); }",
        &["1 detect_faces"],
    );
    check(
        "fn f() { use aws_sdk_rekognition as r; fn g(c: &r::Client) { c.detect_faces(); } }",
        &["1 detect_faces"],
    );
    check(
        "fn f() { { use aws_sdk_rekognition::Client; let c: &Client = g(); c.detect_faces(); } }",
        &["1 detect_faces"],
    );
    with_import(
        "mod a { use super::Client; mod b { fn f(c: &super::Client) { c.detect_faces(); } } }",
        &["2 detect_faces"],
    );
}

#[test]
fn references_and_wrappers() {
    for ty in [
        "Client",
        "&Client",
        "&mut Client",
        "&'static Client",
        "std::sync::Arc<Client>",
        "Box<Client>",
        "&std::rc::Rc<Client>",
        "std::borrow::Cow<'_, Client>",
        "tokio::sync::MutexGuard<'_, Client>",
        "impl AsRef<Client>",
        "impl std::ops::Deref<Target = Client>",
        "impl std::borrow::Borrow<Client> + Send",
        "&dyn AsRef<Client>",
        "Box<dyn std::ops::Deref<Target = Client>>",
        "(Client)",
        "*const Client",
    ] {
        with_import(
            &format!("fn f(c: {ty}) {{ c.detect_faces(); }}"),
            &["2 detect_faces"],
        );
    }
    for (ty, expr) in [
        ("Option<Client>", "c.as_ref().unwrap()"),
        ("Option<&Client>", "c?"),
        ("Result<Client, Error>", "c?"),
        ("&std::sync::Mutex<Client>", "c.lock().unwrap()"),
        ("&tokio::sync::RwLock<Client>", "c.read().await"),
        (
            "&tokio::sync::OnceCell<Client>",
            "c.get_or_init(|| async { make().await }).await",
        ),
        ("&std::sync::OnceLock<Client>", "c.get().expect(\"set\")"),
        ("&[Client]", "c[0]"),
        ("Vec<Client>", "c.first().unwrap()"),
        (
            "std::collections::HashMap<String, Client>",
            "c.get(\"eu\").unwrap()",
        ),
        ("(u8, Client)", "c.1"),
        ("impl AsRef<Client>", "c.as_ref()"),
        ("std::sync::Weak<Client>", "c.upgrade().unwrap()"),
        ("impl Fn() -> Client", "c()"),
        ("&dyn Fn(u8) -> Client", "c(1)"),
        ("fn() -> Client", "c()"),
        ("impl std::future::Future<Output = Client>", "c.await"),
        ("impl Iterator<Item = Client>", "c.next().unwrap()"),
        ("&std::cell::RefCell<Client>", "c.borrow()"),
        ("std::pin::Pin<Box<Client>>", "(*c)"),
        ("&Client", "(&c).clone()"),
        ("&std::sync::Arc<Client>", "std::sync::Arc::clone(c)"),
    ] {
        with_import(
            &format!("async fn f(c: {ty}) {{ {expr}.detect_faces().send().await; }}"),
            &["2 detect_faces"],
        );
    }
    with_import(
        "fn f(c: Option<Client>) { if let Some(c) = &c { c.detect_faces(); } let Some(d) = c else { return }; d.detect_text(); }",
        &["2 detect_faces", "2 detect_text"],
    );
    with_import(
        "fn f(c: Option<&Client>) { c.map(|c| c.detect_faces()); match c { Some(x) if x.list_faces().y => 1, Some(y) => { y.detect_text(); } None => {} } }",
        &["2 detect_faces", "2 list_faces", "2 detect_text"],
    );
}

#[test]
fn fields() {
    with_import(
        "struct App { rek: Client, s3: std::sync::Arc<aws_sdk_s3::Client> }
        impl App {
            async fn f(&self) { self.rek.detect_faces().send().await; let Self { s3, .. } = self; s3.get_object(); }
            fn rek(&self) -> &Client { &self.rek }
            fn g(self: std::sync::Arc<Self>) { self.rek().detect_text(); App::rek(&self).list_users(); }
        }
        fn h(a: &App) { let App { rek: r, s3 } = a; r.list_faces(); s3.put_object(); (a.rek).delete_user(); }
        fn i() { let a = App { rek: make(), s3: other() }; a.rek.create_user(); }
        struct Outer(Box<App>, Option<App>);
        fn j(o: Outer) { o.0.rek.search_faces(); let Outer(a, _) = o; a.rek().search_users(); o.1.unwrap().rek().index_faces(); }
        enum Backend { Aws(Client), Named { client: Client }, None }
        fn k(b: Backend) { match b { Backend::Aws(c) => c.detect_labels(), Backend::Named { client } => client.compare_faces(), _ => x } }",
        &[
            "4 detect_faces",
            "4 get_object",
            "6 detect_text",
            "6 list_users",
            "8 list_faces",
            "8 put_object",
            "8 delete_user",
            "9 create_user",
            "11 search_faces",
            "11 search_users",
            "11 index_faces",
            "13 detect_labels",
            "13 compare_faces",
        ],
    );
}

#[test]
fn generics_and_traits() {
    with_import(
        "fn f<T: AsRef<Client>>(t: T) { t.as_ref().detect_faces(); }
        fn g<T>(t: &T) where T: std::ops::Deref<Target = Client> { t.detect_text(); }
        struct Holder<T> { inner: T }
        fn h(x: &Holder<Client>) { x.inner.list_faces(); }
        impl<T: AsRef<Client>> Holder<T> { fn i(&self) { self.inner.as_ref().list_users(); } fn get(&self) -> &T { &self.inner } }
        fn j(x: Holder<Client>) { x.get().create_user(); }
        trait HasRek { fn rek(&self) -> &Client; fn twice(&self) { self.rek().delete_user(); } }
        fn k(x: &impl HasRek) { x.rek().delete_faces(); }
        fn l(x: Box<dyn HasRek>) { x.rek().search_faces(); }
        fn m<T: HasRek + Send>(x: T) { x.rek().search_users(); HasRek::rek(&x).index_faces(); }
        trait More: HasRek {}
        fn n<T: More>(x: T) { x.rek().detect_labels(); }
        fn id<T>(t: T) -> T { t }
        fn o(c: Client) { id(c).compare_faces(); }
        fn with<F: Fn(&Client) -> u8>(f: F) {}
        fn p() { with(|c| c.recognize_celebrities()); }
        trait Detect { fn run(&self); }
        impl Detect for Client { fn run(&self) { self.associate_faces(); } }
        struct New(Client);
        impl std::ops::Deref for New { type Target = Client; fn deref(&self) -> &Client { &self.0 } }
        fn q(n: &New) { n.disassociate_faces(); }
        #[derive(Clone, derive_more::Deref)] struct Der(Client);
        fn r(n: Der) { n.list_collections(); }
        trait Ext: AsRef<Client> { fn s(&self) { self.as_ref().create_collection(); } }",
        &[
            "2 detect_faces",
            "3 detect_text",
            "5 list_faces",
            "6 list_users",
            "7 create_user",
            "8 delete_user",
            "9 delete_faces",
            "10 search_faces",
            "11 search_users",
            "11 index_faces",
            "13 detect_labels",
            "15 compare_faces",
            "17 recognize_celebrities",
            "19 associate_faces",
            "22 disassociate_faces",
            "24 list_collections",
            "25 create_collection",
        ],
    );
}

#[test]
fn functions_that_give_clients() {
    with_import(
        "fn a() -> Client { Client::new(&c) }
        async fn b() -> Result<std::sync::Arc<Client>, E> { loop {} }
        fn c() -> impl std::ops::Deref<Target = Client> { a() }
        struct F; impl F { fn new() -> Self { F } fn make(&self) -> Option<Client> { None } fn stat() -> Client { a() } }
        async fn f() { a().detect_faces(); b().await?.detect_text(); c().list_faces(); F::new().make().unwrap().list_users(); F::stat().create_user(); let d = a; d().delete_user(); }",
        &[
            "6 detect_faces",
            "6 detect_text",
            "6 list_faces",
            "6 list_users",
            "6 create_user",
            "6 delete_user",
        ],
    );
}

#[test]
fn closures_blocks_and_statics() {
    with_import(
        "static REK: std::sync::LazyLock<Client> = std::sync::LazyLock::new(|| Client::new(&cfg()));
        thread_local! { static LOCAL: Client = make() }
        lazy_static::lazy_static! { static ref LAZY: Client = make(); }
        fn f() { REK.detect_faces(); LOCAL.with(|c| c.detect_text()); LAZY.list_faces(); }
        async fn g(c: Client) {
            let run = || c.list_users();
            let task = tokio::spawn(async move { c.create_user().send().await });
            let by = |c: &Client| { c.delete_user(); };
            for id in ids { futures.push(c.delete_faces().send()); }
            let x = if y { Some(c.clone()) } else { None };
            x.unwrap().search_faces();
            let z = { let inner = &c; inner }; z.search_users();
            let w = match y { true => &c, false => return }; w.index_faces();
            loop { c.detect_labels(); break; }
            while let Some(_) = c.compare_faces().send().await.ok() {}
            unsafe { c.associate_faces() };
            let made = (|| Client::new(&cfg()))(); made.list_collections();
        }",
        &[
            "5 detect_faces",
            "5 detect_text",
            "5 list_faces",
            "7 list_users",
            "8 create_user",
            "9 delete_user",
            "10 delete_faces",
            "12 search_faces",
            "13 search_users",
            "14 index_faces",
            "15 detect_labels",
            "16 compare_faces",
            "17 associate_faces",
            "18 list_collections",
        ],
    );
    with_import(
        "fn f(cs: Vec<Client>) { for (i, c) in cs.iter().enumerate() { c.detect_faces(); } cs.iter().map(|c| c.detect_text()).collect(); let mut v = Vec::new(); v.push(Client::new(&x)); for c in &v { c.list_faces(); } }",
        &["2 detect_faces", "2 detect_text", "2 list_faces"],
    );
}

#[test]
fn inputs_of_macros() {
    with_import(
        "async fn f(c: Client) {
            let (a, b) = tokio::join!(c.detect_faces().send(), c.detect_text().send());
            println!(\"{:?}\", c.list_faces().send().await);
            let v = vec![c.list_users().send()];
            assert_eq!(1, c.create_user().send().await.n(), \"why {}\", 3);
            tokio::select! {
                out = c.delete_user().send() => { c.delete_faces().send().await; }
                Some(x) = other.recv() => c.search_faces().send().await,
                _ = tokio::time::sleep(d), if c.search_users().send().x() => {}
                else => { c.index_faces(); }
            }
            async_stream::stream! { let o = c.detect_labels().send().await; yield o; };
            matches!(c.compare_faces().send().await, Ok(_) | Err(E { .. }));
            json!({ \"a\": c.associate_faces().send().await });
        }",
        &[
            "3 detect_faces",
            "3 detect_text",
            "4 list_faces",
            "5 list_users",
            "6 create_user",
            "8 delete_user",
            "8 delete_faces",
            "9 search_faces",
            "10 search_users",
            "11 index_faces",
            "13 detect_labels",
            "14 compare_faces",
            "15 ? `.associate_faces(..)` is in the input of the macro `json!`, where it cannot be followed",
        ],
    );
    with_import(
        "macro_rules! detect { ($($c:expr),*) => { $($c.detect_faces())* } } fn f(c: Client) { detect!(c); }",
        &[
            "2 ? `.detect_faces(..)` is in the body of the macro `detect!`, which is not followed",
            "2 ? a client of `aws-sdk-rekognition` is handed to the macro `detect!`, which is not followed",
        ],
    );
    with_import(
        "fn f(c: Client) { on!(c => run); }",
        &[
            "2 ? a client of `aws-sdk-rekognition` is handed to the macro `on!`, which is not followed",
        ],
    );
    with_import(
        "cfg_if::cfg_if! { if #[cfg(unix)] { fn f(c: &Client) { c.detect_faces(); } } else { fn g(c: &Client) { c.detect_text(); } } }",
        &["2 detect_faces", "2 detect_text"],
    );
}

/// Macros of the program are expanded where they are called.
#[test]
fn macros_by_example() {
    for (source, expected) in [
        // As an expression, as statements, by the second rule, through another macro, and with the name of the method.
        (
            "macro_rules! a { ($c:expr) => { $c.detect_faces() } } fn f(c: Client) { a!(c); a!(&c); }",
            &["2 detect_faces", "2 detect_faces"][..],
        ),
        (
            "macro_rules! a { ($c:ident, $i:literal) => { let r = $c.list_faces(); r.collection_id($i).send().await; } }
            async fn f(c: &Client) { a!(c, \"x\"); }",
            &["3 list_faces"],
        ),
        (
            "macro_rules! a { (faces $c:expr) => { $c.list_faces() }; (users $c:expr, $t:ty) => { $c.list_users() } }
            fn f(c: &Client) { a!(users c, Vec<(u8, u8)>); }",
            &["3 list_users"],
        ),
        (
            "macro_rules! inner { ($c:expr) => { $c.list_faces() } } macro_rules! outer { ($c:expr) => { inner!($c) } }
            fn f(c: &Client) { outer!(c); }",
            &["3 list_faces"],
        ),
        (
            "macro_rules! a { ($c:expr, $m:ident) => { $c.$m().send().await } }
            async fn f(c: &Client) { a!(c, list_faces); a!(c, list_users); }",
            &["3 list_faces", "3 list_users"],
        ),
        // It calls itself for ever.
        (
            "macro_rules! a { ($c:expr) => { a!($c.clone()) } } fn f(c: &Client) { a!(c); c.list_users(); }",
            &["2 list_users"],
        ),
        // Also called by users of the crate.
        (
            "#[macro_export] macro_rules! a { ($c:expr) => { $c.list_faces() } } fn f(c: &Client) { a!(c); }",
            &[
                "2 list_faces",
                "2 ? `.list_faces(..)` is in the body of the macro `a!`, which is not followed",
            ],
        ),
    ] {
        with_import(source, expected);
    }
}

/// A macro may be given the name of a method: `$client.$method()`.
#[test]
fn methods_that_macros_are_given() {
    with_import(
        "macro_rules! mk { ($m:ident) => { pub async fn $m(c: &Client) { c.$m().send().await; } } }
        mk!(list_users);
        fn f(c: &Client) { c.list_faces(); }
        #[cfg(test)]
        mod tests { mk!(list_collections); }",
        &[
            "4 list_faces",
            "3 ? `list_users` is handed to the macro `mk!`, which calls the methods that it is given and is not followed",
        ],
    );
    // Through another macro, in the middle of a function, and with the arguments.
    with_import(
        "macro_rules! inner { ($c:expr, $($call:tt)*) => { $c.$($call)*.send() } }
        macro_rules! outer { ($c:expr, $m:ident) => { inner!($c, $m()) } }
        fn f(c: &Client) { outer!(x, detect_text); inner!(y, detect_faces()); }",
        &[
            "4 ? `detect_text` is handed to the macro `outer!`, which calls the methods that it is given and is not followed",
            "4 ? `detect_faces` is handed to the macro `inner!`, which calls the methods that it is given and is not followed",
        ],
    );
    // A name that is put together may be one of a client's methods, or none of them.
    with_import(
        "macro_rules! a { ($c:expr, $m:ident) => { paste! { $c.[<list_face $m>]() } } }
        macro_rules! b { ($c:expr, $m:ident) => { paste! { $c.[<frob_ $m>]() } } }",
        &["2 ? `.list_face*(..)` is in the body of the macro `a!`, which is not followed"],
    );
    // Fields, ranges, and macros that get no method of a client.
    with_import(
        "macro_rules! field { ($m:ident) => { fn $m(s: &S) -> &str { &s.$m } } }
        macro_rules! range { ($m:ident) => { 0..$m(1) } }
        macro_rules! other { ($m:ident) => { s.$m() } }
        field!(list_users); other!(frobnicate);",
        &[],
    );
}

#[test]
fn macros_among_items_that_do_not_read_as_items() {
    with_import(
        "paste::paste! { pub async fn [<do_it>](c: &Client) { c.list_users().send().await; } }
        tool_router! { tool list(c: &Client) => { c.detect_text().send().await } }
        impl S { tools! { list(c: &Client) => { c.detect_faces() } } }
        trait T { tools! { list(c: &Client) => { c.detect_labels() } } }
        paste::paste! { pub fn [<frob>](s: &S) { s.frobnicate(); } }",
        &[
            "2 ? `.list_users(..)` is in the input of the macro `paste!`, where it cannot be followed",
            "3 ? `.detect_text(..)` is in the input of the macro `tool_router!`, where it cannot be followed",
            "4 ? `.detect_faces(..)` is in the input of the macro `tools!`, where it cannot be followed",
            "5 ? `.detect_labels(..)` is in the input of the macro `tools!`, where it cannot be followed",
        ],
    );
    // Next to what does.
    with_import(
        "mix! { one { fn f(c: &Client) { c.list_faces(); } } two => { c.list_users() } }",
        &[
            "2 list_faces",
            "2 ? `.list_users(..)` is in the input of the macro `mix!`, where it cannot be followed",
        ],
    );
}

#[test]
fn paths_to_methods() {
    with_import(
        "async fn f(c: &Client) { Client::list_faces(c).collection_id(\"a\").send().await; }",
        &["2 list_faces"],
    );
    with_import(
        "fn f(cs: &[Client]) { cs.iter().map(Client::list_faces); }",
        &[
            "2 list_faces",
            "2 ? `list_faces` is used as a function; what it is called with is not known",
        ],
    );
}

#[test]
fn look_alikes() {
    for text in [
        // Types of the package.
        "struct Fake; impl Fake { fn detect_labels(&self) -> Req { Req } } struct Req; impl Req { fn send(self) {} } fn f(x: Fake) { x.detect_labels().send(); }",
        "struct Client; impl Client { fn detect_labels(&self) {} } fn f(c: &Client) { c.detect_labels().send(); }",
        "mod aws_sdk_rekognition { pub struct Client; impl Client { pub fn detect_labels(&self) {} } } fn f(c: &aws_sdk_rekognition::Client) { c.detect_labels().send(); }",
        "trait Vision { fn detect_labels(&self) -> u8; } fn f(v: &dyn Vision, w: impl Vision) { v.detect_labels().send(); w.detect_labels().send(); }",
        "enum E { A } impl E { fn detect_labels(&self) {} } fn f(e: E) { e.detect_labels().send(); }",
        // A function, a field and a variable of a method's name.
        "fn detect_labels() {} fn f() { detect_labels().send(); let detect_labels = 1; x.detect_labels; }",
        // Methods that the client has not.
        "use aws_sdk_rekognition::Client; fn f(c: &Client) { c.config().region(); c.detect_label(); c.get_object(); }",
        // Comments, texts and tests.
        "use aws_sdk_rekognition::Client; /* c.detect_labels() */ const S: &str = \"c.detect_labels()\"; // c.detect_labels()",
        "#[cfg(test)] mod tests { fn f(c: &aws_sdk_rekognition::Client) { c.detect_labels(); } }",
        "#[test] fn f() { let c: aws_sdk_rekognition::Client = g(); c.detect_labels(); }",
        "use aws_sdk_rekognition::Client; struct S; impl S { #[cfg(all(test, unix))] fn f(c: &Client) { c.detect_labels(); } }",
        // Numbers and texts have no such methods, whatever follows.
        "fn f(s: &str, v: Vec<u8>) { s.publish().send(); v.invoke().send(); }",
        // Unknown, but nothing is sent.
        "fn f() { x.query(\"a\").all(); map.scan(1); iter.invoke(); }",
    ] {
        check(text, &[]);
    }
    // Shadowed by another type.
    with_import(
        "struct Fake; impl Fake { fn detect_labels(&self) {} } fn f(c: Client) { { let c = Fake; c.detect_labels(); } c.detect_faces(); let c = Fake; c.detect_labels(); }",
        &["2 detect_faces"],
    );
    // The same method of two clients is that of the client it is called on.
    let scan = Scan::text(
        "x.rs",
        "fn f(a: aws_sdk_s3::Client, b: aws_sdk_sqs::Client) { a.create_bucket(); b.tag_queue(); }
        fn g(a: aws_sdk_kinesis::Client, b: aws_sdk_kinesisvideo::Client) { a.create_stream(); b.create_stream(); }",
    )
    .unwrap();
    let services: Vec<&str> = scan.calls().iter().map(|call| call.service()).collect();
    assert_eq!(services, ["s3", "sqs", "kinesis", "kinesisvideo"]);
}

#[test]
fn what_cannot_be_followed_is_listed() {
    with_import(
        "fn f(c: Client) { other::analyze(&c); let a = other::Analyzer::new(c); }",
        &[
            "2 ? a client of `aws-sdk-rekognition` is handed to `other::analyze(..)`, whose code is not followed",
            "2 ? a client of `aws-sdk-rekognition` is handed to `other::Analyzer::new(..)`, whose code is not followed",
        ],
    );
    with_import(
        "fn f(c: Client, x: impl other::Run) { x.run(&c); g(c); } fn g(a: impl other::Analyze) {}",
        &[
            "2 ? a client of `aws-sdk-rekognition` is handed to `.run(..)`, whose code is not followed",
            "2 ? a client of `aws-sdk-rekognition` is handed to a parameter whose type is not followed",
        ],
    );
    check(
        "async fn f(x: &other::Rek) { x.detect_labels().image(i).send().await; let y = unknown(); let r = y.index_faces(); r.send().await; }",
        &[
            "1 ? `.detect_labels(..)` is called on something whose type is not known; if it is a client of \
             `aws-sdk-rekognition`, the call is missing here",
            "1 ? `.index_faces(..)` is called on something whose type is not known; if it is a client of \
             `aws-sdk-rekognition`, the call is missing here",
        ],
    );
    with_import(
        "fn f(c: Client) { let r = c.index_faces(); g(r); }",
        &[
            "2 index_faces",
            "2 ? the request of `index_faces` goes where it is not followed; what else is set on it is not seen",
            "2 ? a request of `IndexFaces` is handed to `g(..)`, whose code is not followed",
        ],
    );
    // What only carries a client is no news.
    with_import(
        "fn f(c: Client) { let a = std::sync::Arc::new(c.clone()); let b = Some(c.clone()); drop(c.clone()); tokio::spawn(async move { c }); axum::Extension(a); }",
        &[],
    );
}

/// Of a file whose items are Rust only the body is lost, and listed.
#[test]
fn a_body_that_is_not_rust_is_listed() {
    let text = "fn f(c: &aws_sdk_rekognition::Client) {\n    c.detect_faces();\n    let = 1;\n}\n\
                fn g(c: &aws_sdk_rekognition::Client) { c.index_faces(); }";
    let scan = Scan::text("src/lib.rs", text).expect("the items are Rust");
    let calls: Vec<String> = scan.calls().iter().map(ToString::to_string).collect();
    assert_eq!(calls, ["src/lib.rs:5: index_faces"]);
    let unfollowed: Vec<String> = scan.unfollowed().iter().map(ToString::to_string).collect();
    assert_eq!(unfollowed.len(), 1, "{unfollowed:?}");
    assert!(
        unfollowed[0].starts_with(
            "src/lib.rs:3:9: this function is skipped: it is not valid Rust: expected"
        ),
        "{unfollowed:?}"
    );
}

#[test]
fn unreadable_sources_are_errors() {
    let error = |text: &str| Scan::text("src/lib.rs", text).unwrap_err().to_string();
    assert_eq!(
        error("fn f( {"),
        "src/lib.rs:1:7: this file is skipped: it is not valid Rust: cannot parse string into token stream"
    );
    assert_eq!(
        error("fn f() {}\nstruct;"),
        "src/lib.rs:2:7: this file is skipped: it is not valid Rust: expected identifier"
    );
    let deep = format!("fn f() {{ {}1{} }}", "(".repeat(2000), ")".repeat(2000));
    assert_eq!(
        error(&deep),
        "src/lib.rs: this file is skipped: it nests too deeply"
    );
}
