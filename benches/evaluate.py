#!/usr/bin/env python3
"""What a decision and a comparison cost, against a hand-written match of the same strings, iam-rs and iam-simulate.

usage: benches/evaluate.py [--rounds N] [--node-modules DIR] [--json]

All of it in one run, on one thread, taking turns: a decision on a policy of 3 statements (its cases: allowed, denied, nothing
that fits), on prepared sets of 3, 30, 300 and 1,000 statements, and comparisons of policies of 12 and 30 statements. The
hand-written matches know the policy as plain strings: one walks the statements and matches `*` and `?`, the other looks the
action up in a hash map first. Counts the allocations of a decision too. iam-simulate takes part when DIR is a node_modules
that has it (`npm install @cloud-copilot/iam-simulate`). Prints nanoseconds, the best and the median round.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from measuring import ROOT

COLLECTION = "arn:aws:rekognition:us-east-1:123456789012:collection/staff-faces"

POLICY = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["rekognition:IndexFaces", "rekognition:SearchFacesByImage"], "Resource": COLLECTION},
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": "arn:aws:s3:::uploads/faces/*"},
    {"Effect": "Deny", "Action": "rekognition:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
]}
CASES = [
    ("rekognition:IndexFaces", COLLECTION, "true", "allowed"),
    ("rekognition:SearchFacesByImage", COLLECTION, "true", "allowed"),
    ("rekognition:IndexFaces", COLLECTION, "false", "denied"),
    ("rekognition:DeleteCollection", COLLECTION, "true", "nothing"),
    ("s3:GetObject", "arn:aws:s3:::uploads/faces/2026/11/24/a.jpg", "true", "allowed"),
    ("s3:PutObject", "arn:aws:s3:::uploads/faces/2026/11/24/a.jpg", "true", "nothing"),
]

RUST = r'''
use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use iam_rs::{Arn, Context, ContextValue, IAMPolicy, IAMRequest, Principal, PrincipalId};
use rekognition_iam_runtime::compare::compare_programs;
use rekognition_iam_runtime::document::{Document, PolicyKind};
use rekognition_iam_runtime::evaluate::{Attached, Prepared, Program, Request, evaluate};
use rekognition_iam_runtime::json;

struct Counting;
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) { unsafe { System.dealloc(at, layout) } }
}
#[global_allocator]
static COUNTING: Counting = Counting;

/// A policy as somebody would write it for this one purpose.
struct Plain { allow: bool, actions: Vec<String>, resources: Vec<String>, secure: Option<String> }

fn glob(pattern: &str, text: &str, fold: bool) -> bool {
    let (p, t) = (pattern.as_bytes(), text.as_bytes());
    let (mut i, mut j, mut star) = (0, 0, None);
    while j < t.len() {
        if i < p.len() && p[i] == b'*' { star = Some((i, j)); i += 1; }
        else if i < p.len() && (p[i] == b'?' || p[i] == t[j] || (fold && p[i].eq_ignore_ascii_case(&t[j]))) { i += 1; j += 1; }
        else if let Some((s, from)) = star { star = Some((s, from + 1)); i = s + 1; j = from + 1; }
        else { return false; }
    }
    p[i..].iter().all(|&c| c == b'*')
}

impl Plain {
    fn fits(&self, action: &str, resource: &str, secure: &str) -> bool {
        self.actions.iter().any(|pattern| glob(pattern, action, true))
            && self.resources.iter().any(|pattern| glob(pattern, resource, false))
            && self.secure.as_deref().is_none_or(|wanted| wanted == secure)
    }
}

fn by_hand(statements: &[Plain], action: &str, resource: &str, secure: &str) -> u8 {
    let mut answer = 0;
    for statement in statements {
        if statement.fits(action, resource, secure) {
            if !statement.allow { return 2; }
            answer = 1;
        }
    }
    answer
}

struct Indexed<'s> { by_action: HashMap<String, Vec<&'s Plain>>, rest: Vec<&'s Plain> }

impl<'s> Indexed<'s> {
    fn new(statements: &'s [Plain]) -> Self {
        let (mut by_action, mut rest) = (HashMap::<String, Vec<&Plain>>::new(), Vec::new());
        for statement in statements {
            for action in &statement.actions {
                if action.contains('*') { rest.push(statement) } else { by_action.entry(action.clone()).or_default().push(statement) }
            }
        }
        Self { by_action, rest }
    }
    fn decide(&self, action: &str, resource: &str, secure: &str) -> u8 {
        let mut answer = 0;
        for statement in self.by_action.get(action).into_iter().flatten().chain(&self.rest) {
            if statement.fits(action, resource, secure) {
                if !statement.allow { return 2; }
                answer = 1;
            }
        }
        answer
    }
}

fn plain(document: &Document<'_>) -> Vec<Plain> {
    document.statements.iter().map(|statement| Plain {
        allow: statement.effect == rekognition_iam_runtime::Effect::Allow,
        actions: statement.actions.values.iter().map(|text| text.to_string()).collect(),
        resources: statement.resources.iter().flat_map(|element| element.values.iter()).map(|text| text.to_string()).collect(),
        secure: statement.conditions.first().map(|block| block.keys[0].1.items[0].as_text().to_owned()),
    }).collect()
}

fn parse(text: &str) -> Document<'_> { json::parse(text, &json::Limits::default()).document }

fn time(mut run: impl FnMut(), each: usize) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_nanos() as f64 / each as f64
}

fn main() {
    let input = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let rounds: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let mut parts = input.split('\u{1e}');
    let policy = parts.next().unwrap();
    let cases: Vec<Vec<String>> = parts.next().unwrap().lines().map(|line| line.split('\t').map(String::from).collect()).collect();
    let sets: Vec<(String, String)> = parts.next().unwrap().lines().map(|line| { let (n, t) = line.split_once('\t').unwrap(); (n.into(), t.into()) }).collect();
    let pairs: Vec<(String, String, String)> = parts.next().unwrap().lines().map(|line| { let mut p = line.split('\t').map(String::from); (p.next().unwrap(), p.next().unwrap(), p.next().unwrap()) }).collect();
    let document = parse(policy);
    let program = Program::compile(&document);
    let attached = [Attached::new(PolicyKind::Identity, program.clone())];
    let prepared_one = Prepared::new(&attached);
    let by_hand_statements = plain(&document);
    let indexed_one = Indexed::new(&by_hand_statements);
    let requests: Vec<Request<'_>> = cases.iter().map(|case| Request::new(case[0].as_str(), &case[1]).principal("arn:aws:iam::123456789012:role/indexer").with("aws:SecureTransport", case[2].as_str())).collect();
    let iam_policy = IAMPolicy::from_json(policy).unwrap();
    let iam_requests: Vec<IAMRequest> = cases.iter().map(|case| {
        let mut context = Context::new();
        context.insert("aws:SecureTransport".into(), ContextValue::Boolean(case[2] == "true"));
        IAMRequest::new_with_context(Principal::Aws(PrincipalId::String("arn:aws:iam::123456789012:role/indexer".into())), case[0].clone(), Arn::parse(&case[1]).unwrap(), context)
    }).collect();
    for (case, request) in cases.iter().zip(&requests) {
        let wanted = match case[3].as_str() { "allowed" => 1, "denied" => 2, _ => 0 };
        let ours = match program.evaluate(request).verdict().name() { "allowed" => 1, "explicit_deny" => 2, _ => 0 };
        assert_eq!((ours, by_hand(&by_hand_statements, &case[0], &case[1], &case[2])), (wanted, wanted), "{case:?}");
        assert_eq!(prepared_one.evaluate(request).verdict(), program.evaluate(request).verdict());
        assert_eq!(indexed_one.decide(&case[0], &case[1], &case[2]), wanted);
    }
    // Not a constant of the program here, and no variables: nothing is to be allocated.
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for request in &requests {
        black_box(program.evaluate(black_box(request)).is_allowed());
        black_box(prepared_one.evaluate(black_box(request)).is_allowed());
        black_box(evaluate(&attached, black_box(request)).is_allowed());
    }
    eprintln!("allocations of {} decisions: {}", 3 * requests.len(), ALLOCATIONS.load(Ordering::Relaxed) - before);

    let programs: Vec<(String, Vec<Attached<'_>>, Vec<Plain>)> = sets.iter().map(|(name, text)| {
        let document = parse(text);
        (name.clone(), vec![Attached::new(PolicyKind::Identity, Program::compile(&document))], plain(&document))
    }).collect();
    let prepared: Vec<Prepared<'_>> = programs.iter().map(|(_, attached, _)| Prepared::new(attached)).collect();
    let indexed: Vec<Indexed<'_>> = programs.iter().map(|(_, _, plain)| Indexed::new(plain)).collect();
    let compiled: Vec<(Program<'_>, Program<'_>)> = pairs.iter().map(|(_, old, new)| (Program::compile(&parse(old)), Program::compile(&parse(new)))).collect();

    const TIMES: usize = 4_000;
    let each = TIMES * requests.len();
    for _ in 0..rounds {
        let mut row: Vec<(String, f64)> = Vec::new();
        row.push(("3 statements, by hand".into(), time(|| for _ in 0..TIMES { for case in &cases { black_box(by_hand(black_box(&by_hand_statements), black_box(&case[0]), black_box(&case[1]), black_box(&case[2]))); } }, each)));
        row.push(("3 statements, ours".into(), time(|| for _ in 0..TIMES { for request in &requests { black_box(program.evaluate(black_box(request)).is_allowed()); } }, each)));
        row.push(("3 statements, ours as a set".into(), time(|| for _ in 0..TIMES { for request in &requests { black_box(evaluate(&attached, black_box(request)).is_allowed()); } }, each)));
        row.push(("3 statements, iam-rs".into(), time(|| for _ in 0..TIMES / 40 { for request in &iam_requests { black_box(iam_rs::evaluate_policy(black_box(&iam_policy), request)).ok(); } }, each / 40)));
        row.push(("3 statements, indexed by hand".into(), time(|| for _ in 0..TIMES { for case in &cases { black_box(indexed_one.decide(black_box(&case[0]), black_box(&case[1]), black_box(&case[2]))); } }, each)));
        row.push(("3 statements, prepared".into(), time(|| for _ in 0..TIMES { for request in &requests { black_box(prepared_one.evaluate(black_box(request)).is_allowed()); } }, each)));
        for ((name, _, _), (prepared, indexed)) in programs.iter().zip(prepared.iter().zip(&indexed)) {
            row.push((format!("{name} statements, prepared"), time(|| for _ in 0..TIMES { for request in &requests { black_box(prepared.evaluate(black_box(request)).is_allowed()); } }, each)));
            row.push((format!("{name} statements, indexed by hand"), time(|| for _ in 0..TIMES / 8 { for case in &cases { black_box(indexed.decide(black_box(&case[0]), black_box(&case[1]), black_box(&case[2]))); } }, each / 8)));
        }
        for ((name, _, _), (old, new)) in pairs.iter().zip(&compiled) {
            row.push((format!("compare {name}"), time(|| for _ in 0..20 { black_box(compare_programs(black_box(old), black_box(new)).relation()); }, 20)));
        }
        for (name, time) in row { println!("{name}\t{time}"); }
    }
    for ((name, _, _), (old, new)) in pairs.iter().zip(&compiled) { eprintln!("compare {name}: {}", compare_programs(old, new).relation().name()); }
}
'''

NODE = r'''
import { readFileSync } from 'node:fs'
import { runUnsafeSimulation, runSimulation } from '@cloud-copilot/iam-simulate'
const [policy, cases] = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const simulations = cases.map(([action, resource, secure]) => ({
  request: { principal: 'arn:aws:iam::123456789012:role/indexer', action, resource: { resource, accountId: '123456789012' },
    contextVariables: { 'aws:SecureTransport': secure } },
  identityPolicies: [{ name: 'p', policy }], serviceControlPolicies: [], resourceControlPolicies: [] }))
for (let i = 0; i < 300; i++) for (const s of simulations) runUnsafeSimulation(s, {})
const rounds = Number(process.argv[3])
for (let round = 0; round < rounds; round++) {
  const times = 100
  const start = process.hrtime.bigint()
  for (let i = 0; i < times; i++) for (const s of simulations) runUnsafeSimulation(s, {})
  console.log('3 statements, iam-simulate\t' + Number(process.hrtime.bigint() - start) / times / simulations.length)
}
'''

def grown(count):
    """The policy above with more statements of the kinds that large accounts have."""
    statements = list(POLICY["Statement"])
    n = 0
    while len(statements) < count:
        n += 1
        statements.append([
            {"Effect": "Allow", "Action": ["rekognition:IndexFaces", "rekognition:ListFaces"],
             "Resource": f"arn:aws:rekognition:us-east-1:123456789012:collection/team-{n}"},
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": f"arn:aws:s3:::bucket-{n}/images/*"},
            {"Effect": "Allow", "Action": "rekognition:Describe*", "Resource": f"arn:aws:rekognition:us-east-1:123456789012:project/p-{n}/*"},
            {"Effect": "Deny", "Action": "s3:Delete*", "Resource": f"arn:aws:s3:::archive-{n}/*"},
        ][n % 4])
    return {"Version": "2012-10-17", "Statement": statements}

def pair(count, change):
    """Two policies of so many statements, of mixed kinds; `change` alters the second."""
    actions = ["DetectLabels", "DetectFaces", "DetectText", "CompareFaces", "IndexFaces", "SearchFaces", "ListFaces", "DeleteFaces"]
    def build(new):
        out = []
        for n in range(count):
            kind = n % 6
            if kind == 0:
                out.append({"Effect": "Allow", "Action": [f"rekognition:{a}" for a in actions[: 3 + n % 5]], "Resource": "*"})
            elif kind == 1:
                out.append({"Effect": "Allow", "Action": ["rekognition:IndexFaces", "rekognition:SearchFaces"],
                            "Resource": [f"arn:aws:rekognition:us-east-1:123456789012:collection/c{n}-{i}" for i in range(3)]})
            elif kind == 2:
                out.append({"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": f"arn:aws:s3:::bucket-{n}/images/*",
                            "Condition": {"StringEquals": {"aws:SourceVpc": f"vpc-{n}"}, "Bool": {"aws:SecureTransport": "true"}}})
            elif kind == 3:
                out.append({"Effect": "Allow", "Action": "rekognition:Describe*", "Resource": f"arn:aws:rekognition:*:123456789012:project/p{n}/*"})
            elif kind == 4:
                out.append({"Effect": "Allow", "Action": "sns:Publish", "Resource": f"arn:aws:sns:us-east-1:123456789012:AmazonRekognition-{n}",
                            "Condition": {"StringLike": {"aws:PrincipalTag/team": ["vision-*", "media-*"]}}})
            else:
                out.append({"Effect": "Deny", "Action": "rekognition:Delete*", "Resource": "*",
                            "Condition": {"NumericGreaterThan": {"aws:MultiFactorAuthAge": str(3600 + n)}}})
        if new:
            out = change(out)
        return {"Version": "2012-10-17", "Statement": out}
    return build(False), build(True)

def measure(rounds=20, node_modules=None, root=ROOT):
    """The nanoseconds of each round, for each question. Says on stderr when iam-simulate takes no part."""
    split = lambda out: [s | {"Action": [a]} for s in out for a in (s["Action"] if isinstance(s["Action"], list) else [s["Action"]])]
    pairs = []
    for count in (12, 30):
        pairs.append((f"{count} statements, the same in another order", *pair(count, lambda out: out[::-1])))
        pairs.append((f"{count} statements, one action apart", *pair(count, lambda out: split(out)[:-1] + [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}])))
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        (directory / "src").mkdir()
        (directory / "Cargo.toml").write_text(
            '[package]\nname = "evaluate-bench"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\niam-rs = "0.8"\n'
            f'rekognition-iam-runtime = {{ path = "{root}/runtime", features = ["s3", "sns"] }}\n')
        (directory / "src/main.rs").write_text(RUST)
        (directory / "input").write_text("\x1e".join([
            json.dumps(POLICY),
            "\n".join("\t".join(case) for case in CASES),
            "\n".join(f"{n}\t{json.dumps(grown(n))}" for n in (3, 30, 300, 1000)),
            "\n".join(f"{name}\t{json.dumps(old)}\t{json.dumps(new)}" for name, old, new in pairs)]), encoding="utf-8")
        env = dict(os.environ)
        target = pathlib.Path(env.setdefault("CARGO_TARGET_DIR", str(directory / "target")))
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=directory, env=env, check=True)
        lines = subprocess.run([target / "release/evaluate-bench", directory / "input", str(rounds)], check=True, stdout=subprocess.PIPE, text=True).stdout
        if node_modules and shutil.which("node"):
            (directory / "node_modules").symlink_to(pathlib.Path(node_modules).resolve())
            (directory / "bench.mjs").write_text(NODE)
            (directory / "cases.json").write_text(json.dumps([POLICY, CASES]))
            lines += subprocess.run(["node", directory / "bench.mjs", directory / "cases.json", str(rounds)], check=True, stdout=subprocess.PIPE, text=True).stdout
        else:
            print("iam-simulate takes no part: --node-modules or node is missing", file=sys.stderr)
    times = {}
    for line in lines.splitlines():
        name, value = line.split("\t")
        times.setdefault(name, []).append(float(value))
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--node-modules", help="a node_modules that has @cloud-copilot/iam-simulate")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    times = measure(args.rounds, args.node_modules)
    if args.json:
        print(json.dumps({name: {"best": min(values), "median": statistics.median(values)} for name, values in times.items()}))
        return
    print(f"nanoseconds (best, median of {args.rounds} rounds)")
    for name, values in times.items():
        print(f"{name:60} {min(values):12.1f} {statistics.median(values):12.1f}")

if __name__ == "__main__":
    main()
