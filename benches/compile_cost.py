#!/usr/bin/env python3
"""What a policy costs to compile: `policy!` against typed builder code, `serde_json::json!` and plain strings.

usage: benches/compile_cost.py [--policies N] [--runs N] [--command check|build]

Writes one crate per way of saying the same N distinct policies (3 statements, 6 actions, 2 ARNs, 1 condition), compiles
each several times in turn on this machine, and prints the microseconds of CPU time per policy above the crate of plain
string constants, and the ratios that the project holds itself to. Dependencies are compiled before and do not count.

The builder is the crate iam-rs as its documentation shows it. `typed` is a builder over enums and newtypes in the
crate itself, a lighter rival than any published one.
"""
import argparse, os, pathlib, resource, shutil, statistics, subprocess, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
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
        .add_statement(IAMStatement::new(IAMEffect::Allow).with_action({acts(free)}).with_resource(IAMResource::Single(Arn::parse("*").unwrap())))
        .add_statement(IAMStatement::new(IAMEffect::Allow).with_action({acts(on)}).with_resource(IAMResource::Single(Arn::parse("{arn}").unwrap())))
        .add_statement(IAMStatement::new(IAMEffect::Allow).with_action(IAMAction::Single("s3:GetObject".into())).with_resource(IAMResource::Single(Arn::parse("arn:aws:s3:::{bucket}/*").unwrap())).with_condition(IAMOperator::StringEquals, "aws:SourceVpc".into(), serde_json::json!("{vpc}")))
}}
'''

WAYS = {
    "strings": ("", "", as_strings),
    "policy!": (f'rekognition-iam = {{ path = "{ROOT}", features = ["s3"] }}', "use rekognition_iam::{Policy, aws, policy, rekognition, s3};\n", as_macro),
    "typed": ("", TYPED, as_typed),
    "json!": ('serde_json = "1"', "#![recursion_limit = \"256\"]\n", as_json),
}

def cpu(cmd, cwd, env):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(cmd, cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--policies", type=int, default=1000)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--command", choices=["check", "build"], default="build")
    arguments.add_argument("--ways", default=",".join(WAYS))
    args = arguments.parse_args()
    ways = args.ways.split(",")
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, CARGO_TARGET_DIR=f"{folder}/target", CARGO_INCREMENTAL="0")
        for way in ways:
            dependency, head, write = WAYS[way]
            crate = pathlib.Path(folder, "crate-" + "".join(filter(str.isalpha, way)))
            (crate / "src").mkdir(parents=True)
            name = crate.name
            (crate / "Cargo.toml").write_text(f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\n[dependencies]\n{dependency}\n[workspace]\n')
            (crate / "src/lib.rs").write_text(head + "".join(write(n) for n in range(args.policies)))
            cpu(["cargo", args.command, "--quiet"], crate, env)
        times = {way: [] for way in ways}
        for _ in range(args.runs):
            for way in ways:
                crate = pathlib.Path(folder, "crate-" + "".join(filter(str.isalpha, way)))
                (crate / "src/lib.rs").touch()
                times[way].append(cpu(["cargo", args.command, "--quiet"], crate, env))
        base = statistics.median(times["strings"])
        cost = {way: (statistics.median(times[way]) - base) / args.policies * 1e6 for way in ways}
        print(f"cargo {args.command}, {args.policies} policies, median of {args.runs} runs, CPU time")
        for way in ways:
            low, high = min(times[way]), max(times[way])
            print(f"  {way:8} {cost[way]:8.0f} us a policy   (whole crate {low:.2f} to {high:.2f} s)")
        for rival in ("typed", "json!"):
            if rival in ways and "policy!" in ways:
                print(f"  policy! / {rival}: {cost['policy!'] / cost[rival]:.3f}")

main()
