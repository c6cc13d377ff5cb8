#!/usr/bin/env python3
"""What a policy costs to compile: `policy!` against typed builder code, `serde_json::json!`, and plain strings.

usage: benches/compile_cost.py [--policies N] [--runs N] [--command check|build] [--ways a,b] [--base COMMIT] [--edit] [--guarantees]

Writes one crate per way of saying the same N distinct policies (3 statements, 6 actions, 2 ARNs, 1 condition), compiles
each several times in turn on this machine, and prints the microseconds of CPU time per policy above the crate of plain
string constants, and the ratios that the project has goals for. Dependencies are compiled before and do not count. `typed` is a
builder over enums and newtypes in the crate itself, which is lighter than any published one; `iam-rs` is a published one, used by
its own functions.

With --edit, one policy of each crate is changed before each run of an incremental `cargo check`, and the whole crates are compared.
With --guarantees, prints what one guarantee of `assert_policy!` costs for a policy of 3 statements and of 20.
"""
import argparse
import os
import pathlib
import statistics
import tempfile

from measuring import ROOT, cpu, crate, library, sources

ACTIONS = ["DetectLabels", "DetectFaces", "DetectText", "DetectModerationLabels", "CompareFaces", "RecognizeCelebrities",
           "GetLabelDetection", "GetFaceDetection", "GetTextDetection", "GetContentModeration"]
ON_COLLECTION = ["IndexFaces", "SearchFaces", "SearchFacesByImage", "ListFaces", "DescribeCollection", "DeleteFaces"]

def parts(n):
    free = [ACTIONS[(n + i) % len(ACTIONS)] for i in range(3)]
    on = [ON_COLLECTION[(n + i) % len(ON_COLLECTION)] for i in range(2)]
    return free, on, f"arn:aws:rekognition:us-east-1:{100000000000 + n}:collection/faces-{n}", f"bucket-{n}", f"vpc-{n:08x}"

def document(n):
    free, on, arn, bucket, vpc = parts(n)
    q = lambda xs: ",".join(f'"rekognition:{x}"' for x in xs)
    return (f'{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{q(free)}],"Resource":"*"}},'
            f'{{"Effect":"Allow","Action":[{q(on)}],"Resource":"{arn}"}},'
            f'{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::{bucket}/*",'
            f'"Condition":{{"StringEquals":{{"aws:SourceVpc":"{vpc}"}}}}}}]}}')

def as_strings(n):
    return f'pub static P{n}: &str = r#"{document(n)}"#;\n'

def as_json(n):
    return f'pub fn p{n}() -> serde_json::Value {{ serde_json::json!({document(n)}) }}\n'

def as_macro(n):
    free, on, _, bucket, vpc = parts(n)
    p = lambda xs: ", ".join("rekognition::" + x for x in xs)
    return f'''pub static P{n}: Policy = policy![
    allow({p(free)}).on_any(),
    allow({p(on)}).on(rekognition::collection("us-east-1", "{100000000000 + n}", "faces-{n}")),
    allow(s3::GetObject).on(s3::object("{bucket}", "*")).when(aws::SourceVpc.string_equals("{vpc}")),
];
'''

def as_typed(n):
    free, on, _, bucket, vpc = parts(n)
    acts = lambda xs: "".join(f".action(Action::{x})" for x in xs)
    return f'''pub fn p{n}() -> Policy {{
    Policy::new()
        .statement(Statement::allow(){acts(free)}.resource(Resource::any()))
        .statement(Statement::allow(){acts(on)}.resource(Resource::collection(Region::new("us-east-1"), Account::new("{100000000000 + n}"), "faces-{n}")))
        .statement(Statement::allow().action(Action::S3GetObject).resource(Resource::object("{bucket}", "*")).condition(Condition::string_equals(Key::SourceVpc, "{vpc}")))
}}
'''

TYPED = '''pub struct Policy { statements: Vec<Statement> }
impl Policy { pub fn new() -> Self { Self { statements: Vec::new() } } pub fn statement(mut self, s: Statement) -> Self { self.statements.push(s); self } pub fn len(&self) -> usize { self.statements.len() } }
pub struct Statement { pub allow: bool, pub actions: Vec<Action>, pub resources: Vec<Resource>, pub conditions: Vec<Condition> }
impl Statement { pub fn allow() -> Self { Self { allow: true, actions: vec![], resources: vec![], conditions: vec![] } }
 pub fn action(mut self, a: Action) -> Self { self.actions.push(a); self } pub fn resource(mut self, r: Resource) -> Self { self.resources.push(r); self } pub fn condition(mut self, c: Condition) -> Self { self.conditions.push(c); self } }
pub struct Region(pub String); impl Region { pub fn new(s: impl Into<String>) -> Self { Self(s.into()) } }
pub struct Account(pub String); impl Account { pub fn new(s: impl Into<String>) -> Self { Self(s.into()) } }
pub enum Key { SourceVpc }
pub struct Condition { pub key: Key, pub operator: &'static str, pub values: Vec<String> }
impl Condition { pub fn string_equals(key: Key, value: impl Into<String>) -> Self { Self { key, operator: "StringEquals", values: vec![value.into()] } } }
pub enum Resource { Any, Arn(String) }
impl Resource { pub fn any() -> Self { Self::Any } pub fn collection(r: Region, a: Account, id: impl Into<String>) -> Self { Self::Arn(format!("arn:aws:rekognition:{}:{}:collection/{}", r.0, a.0, id.into())) }
 pub fn object(b: impl Into<String>, k: impl Into<String>) -> Self { Self::Arn(format!("arn:aws:s3:::{}/{}", b.into(), k.into())) } }
pub enum Action { S3GetObject, %s }
''' % ", ".join(ACTIONS + ON_COLLECTION)

def as_iam_rs(n):
    free, on, arn, bucket, vpc = parts(n)
    acts = lambda xs: "IAMAction::Multiple(vec![" + ", ".join(f'"rekognition:{x}".to_string()' for x in xs) + "])"
    return f'''pub fn p{n}() -> IAMPolicy {{
    IAMPolicy::new()
        .add_statement(IAMStatement::new(IAMEffect::Allow).with_action({acts(free)}).with_resource(IAMResource::Single("*".to_string())))
        .add_statement(IAMStatement::new(IAMEffect::Allow).with_action({acts(on)}).with_resource(IAMResource::Single("{arn}".to_string())))
        .add_statement(IAMStatement::new(IAMEffect::Allow).with_action(IAMAction::Single("s3:GetObject".into())).with_resource(IAMResource::Single("arn:aws:s3:::{bucket}/*".to_string())).with_condition(IAMOperator::StringEquals, "aws:SourceVpc".into(), ConditionValue::String("{vpc}".into())))
}}
'''

HEAD = "use rekognition_iam::{Policy, aws, policy, rekognition, s3};\n"
IAM_RS = "use iam_rs::{ConditionValue, IAMAction, IAMEffect, IAMOperator, IAMPolicy, IAMResource, IAMStatement};\n"

# The dependencies, what is before the policies, and a policy.
WAYS = {
    "strings": ("", "", as_strings),
    "policy!": (library(["s3"]), HEAD, as_macro),
    "typed": ("", TYPED, as_typed),
    "json!": ('serde_json = "1"', "#![recursion_limit = \"256\"]\n", as_json),
    "iam-rs": ('iam-rs = "0.8"', IAM_RS, as_iam_rs),
}


def crates(directory, ways, policies, base):
    """A package for each way, and one for our macro of another commit. The number is that of the policy that was edited."""
    known = dict(WAYS)
    if base:
        known[base] = (library(["s3"], sources(base, directory / "base")), *WAYS["policy!"][1:])
        ways = [*ways, base]
    made = {}
    for number, way in enumerate(ways):
        dependencies, head, write = known[way]
        text = lambda edited, head=head, write=write: head + "".join(write(n + (policies if n == edited else 0)) for n in range(policies))
        made[way] = (crate(directory / f"way{number}", dependencies, text(None)), text)
    return made


def measure(policies=1000, runs=5, command="build", ways=("strings", "policy!", "typed", "json!"), base=None):
    """The CPU seconds of each run, for each way: of compiling the whole crate again."""
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        env = dict(os.environ, CARGO_TARGET_DIR=f"{directory}/target", CARGO_INCREMENTAL="0")
        made = crates(directory, ways, policies, base)
        for package, _ in made.values():
            cpu(["cargo", command, "--quiet"], package, env)
        times = {way: [] for way in made}
        for _ in range(runs):
            for way, (package, _) in made.items():
                (package / "src/lib.rs").touch()
                times[way].append(cpu(["cargo", command, "--quiet"], package, env))
        return times


def edited(policies=1000, runs=5, ways=("strings", "policy!", "typed"), base=None, optimized=False):
    """The same of an incremental `cargo check` after one policy was changed, with the macro optimized or as it is by default."""
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        env = dict(os.environ, CARGO_TARGET_DIR=f"{directory}/target", CARGO_INCREMENTAL="1")
        if optimized:
            env["CARGO_PROFILE_DEV_BUILD_OVERRIDE_OPT_LEVEL"] = "3"
        made = crates(directory, ways, policies, base)
        for package, _ in made.values():
            cpu(["cargo", "check", "--quiet"], package, env)
        times = {way: [] for way in made}
        for run in range(runs):
            for way, (package, text) in made.items():
                (package / "src/lib.rs").write_text(text((run * 97 + 7) % policies))
                times[way].append(cpu(["cargo", "check", "--quiet"], package, env))
        return times


def guarded(n, statements, guarantee):
    """A policy of so many statements, with or without one guarantee about it."""
    free, on, _, bucket, _ = parts(n)
    kinds = [
        lambda i: f"allow({', '.join('rekognition::' + action for action in free)}).on_any()",
        lambda i: f'allow({", ".join("rekognition::" + action for action in on)}).on(rekognition::collection("us-east-1", "{100000000000 + n}", "c{i}"))',
        lambda i: f'allow(s3::GetObject).on(s3::object("{bucket}-{i}", "*"))',
    ]
    lines = "".join(f"    {kinds[i % 3](i)},\n" for i in range(statements))
    text = f"pub static P{n}: Policy = policy![\n{lines}];\n"
    if guarantee:
        text += f"assert_policy!(P{n}: never(rekognition::DeleteCollection));\n"
    return text


def guarantees(statements, policies=40, runs=5, base=None):
    """The milliseconds of CPU time that one guarantee costs `cargo check`, for ours and another commit."""
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        env = dict(os.environ, CARGO_TARGET_DIR=f"{directory}/target", CARGO_INCREMENTAL="0")
        roots = {"now": ROOT} | ({base: sources(base, directory / "base")} if base else {})
        head = "#![allow(unused_imports)]\nuse rekognition_iam::{Policy, assert_policy, policy, rekognition, s3};\n"
        made = {}
        for name, root in roots.items():
            for guarantee in (False, True):
                code = head + "".join(guarded(n, statements, guarantee) for n in range(policies))
                package = crate(directory / f"guarded{len(made)}", library(["evaluate", "s3"], root), code)
                cpu(["cargo", "check", "--quiet"], package, env)
                made[name, guarantee] = package
        times = {key: [] for key in made}
        for _ in range(runs):
            for key, package in made.items():
                (package / "src/lib.rs").touch()
                times[key].append(cpu(["cargo", "check", "--quiet"], package, env))
        of = lambda name, guarantee: statistics.median(times[name, guarantee])
        return {name: (of(name, True) - of(name, False)) / policies * 1e3 for name in roots}


def costs(times, policies):
    """The microseconds of a policy, above what the crate of strings takes."""
    least = statistics.median(times["strings"])
    return {way: (statistics.median(runs) - least) / policies * 1e6 for way, runs in times.items()}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--policies", type=int, default=1000)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--command", choices=["check", "build"], default="build")
    arguments.add_argument("--ways", default="strings,policy!,typed,json!", help=f"some of {', '.join(WAYS)}")
    arguments.add_argument("--base", metavar="COMMIT", help="a commit to compare with")
    arguments.add_argument("--edit", action="store_true", help="change one policy before each run, and check incrementally")
    arguments.add_argument("--optimized", action="store_true", help="with --edit, compile the macro with optimizations")
    arguments.add_argument("--guarantees", action="store_true", help="measure `assert_policy!`")
    args = arguments.parse_args()
    ways = args.ways.split(",")
    if args.guarantees:
        for statements in (3, 20):
            for name, cost in guarantees(statements, runs=args.runs, base=args.base).items():
                print(f"{name}: one guarantee about a policy of {statements} statements: {cost:.1f} ms")
        return
    if args.edit:
        times = edited(args.policies, args.runs, ways, args.base, args.optimized)
        print(f"cargo check after an edit of one policy of {args.policies}, median of {args.runs} runs, CPU time")
        for way, runs in times.items():
            print(f"  {way:8} {statistics.median(runs):.3f} s, {statistics.median(runs) / statistics.median(times['strings']):.2f} times that of strings")
        return
    times = measure(args.policies, args.runs, args.command, ways, args.base)
    cost = costs(times, args.policies)
    print(f"cargo {args.command}, {args.policies} policies, median of {args.runs} runs, CPU time")
    for way, runs in times.items():
        print(f"  {way:8} {cost[way]:8.0f} us a policy   (whole crate {min(runs):.2f} to {max(runs):.2f} s)")
    for way in ("policy!", args.base):
        for rival in ("typed", "json!", "iam-rs"):
            if rival in cost and way in cost:
                print(f"  {way} / {rival}: {cost[way] / cost[rival]:.3f}")


if __name__ == "__main__":
    main()
