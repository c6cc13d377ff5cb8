#!/usr/bin/env python3
"""What a policy costs to check: parse and all rules of ours, against iam-rs and parliament, on the same policies.

usage: benches/check.py [--policies N] [--rounds N] [--python PATH] [--count] [--json]

Makes a corpus of N mixed policies (about 810 bytes each: identity, trust, project and bucket policies; one in ten with a
mistake), and times one thread (its time on a core) over all of it, the ways taking turns: our reader alone, our reader and all rules with all
17 services, iam-rs as its documentation uses it (`from_json`, then `validate_result`). parliament runs in the same
session when PATH names a Python that has it (`python3 -m venv v && v/bin/pip install parliament "setuptools<81"`), on a part of the
corpus. Prints the microseconds a policy takes, the best and the median round. With --count, prints the instructions for a policy
instead, also of reading it as `serde_json::Value`, with a catalogue of all services of AWS; this needs valgrind.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile

from measuring import ROOT, can_count, instructions

FREE = ["DetectLabels", "DetectFaces", "DetectText", "DetectModerationLabels", "CompareFaces", "RecognizeCelebrities",
        "GetLabelDetection", "GetFaceDetection", "GetTextDetection", "DetectProtectiveEquipment"]
ON_COLLECTION = ["IndexFaces", "SearchFaces", "SearchFacesByImage", "ListFaces", "DescribeCollection", "DeleteFaces"]
REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2", "us-west-2"]

def statement(rng, n, kind):
    account = f"{100000000000 + n}"
    region = rng.choice(REGIONS)
    if kind == 0:
        return {"Sid": f"Images{n}", "Effect": "Allow", "Action": [f"rekognition:{a}" for a in rng.sample(FREE, rng.randint(2, 6))], "Resource": "*"}
    if kind == 1:
        return {"Sid": f"Faces{n}", "Effect": "Allow", "Action": [f"rekognition:{a}" for a in rng.sample(ON_COLLECTION, rng.randint(1, 4))],
                "Resource": [f"arn:aws:rekognition:{region}:{account}:collection/faces-{i}" for i in range(rng.randint(1, 3))]}
    if kind == 2:
        return {"Sid": f"Images3{n}", "Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"],
                "Resource": f"arn:aws:s3:::bucket-{n}/images/*",
                "Condition": {"StringEquals": {"aws:SourceVpc": f"vpc-{n:08x}"}, "Bool": {"aws:SecureTransport": "true"}}}
    if kind == 5:
        return {"Sid": f"Start{n}", "Effect": "Allow", "Action": ["rekognition:StartLabelDetection", "rekognition:StartTextDetection"], "Resource": "*",
                "Condition": {"StringEquals": {"aws:PrincipalTag/team": f"vision-{n}"}}}
    if kind == 3:
        return {"Sid": f"Publish{n}", "Effect": "Allow", "Action": "sns:Publish", "Resource": f"arn:aws:sns:{region}:{account}:AmazonRekognition-{n}",
                "Condition": {"StringLike": {"aws:PrincipalTag/team": ["vision-*", "media-*"]}}}
    return {"Sid": f"Deny{n}", "Effect": "Deny", "Action": "rekognition:Delete*", "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": REGIONS[:2]}, "NumericGreaterThanIfExists": {"aws:MultiFactorAuthAge": "3600"}}}

def policy(rng, n):
    form = n % 10
    if form == 8:
        body = [{"Effect": "Allow", "Principal": {"Service": "rekognition.amazonaws.com"}, "Action": "sts:AssumeRole",
                 "Condition": {"StringEquals": {"aws:SourceAccount": f"{100000000000 + n}"},
                               "ArnLike": {"aws:SourceArn": f"arn:aws:rekognition:us-east-1:{100000000000 + n}:streamprocessor/*"}}}]
    elif form == 9:
        arn = f"arn:aws:rekognition:us-east-1:{100000000000 + n}:project/models-{n}/version/*"
        body = [{"Sid": f"Copy{i}", "Effect": "Allow", "Principal": {"AWS": f"{200000000000 + n + i}"}, "Action": "rekognition:CopyProjectVersion", "Resource": arn}
                for i in range(4)]
    else:
        body = [statement(rng, n * 10 + i, kind) for i, kind in enumerate(rng.sample(range(6), 3))]
    document = {"Version": "2012-10-17", "Statement": body}
    text = json.dumps(document, indent=rng.choice([None, None, 2]))
    if form == 3:
        text = text.replace("rekognition:", "rekognition:X", 1)
    return text

RUST = r'''
use std::hint::black_box;
use std::time::Instant;
use iam_rs::Validate;
use rekognition_iam_runtime::{check::Options, document::PolicyKind, json};

/// Nanoseconds of this thread on a core: other work on the machine does not count. Elsewhere than on Linux, of the clock.
fn now() -> u128 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| START.get_or_init(Instant::now).elapsed().as_nanos())
}

/// The clock of a thread moves in steps of some milliseconds.
const TIMES: usize = 20;

/// One way, so often: for a tool that counts instructions.
fn once(texts: &[&str], way: &str, times: usize) {
    for _ in 0..times { for text in texts { match way {
        "parse" => { black_box(json::parse(black_box(text), &json::Limits::default())); }
        "parse and all rules" => {
            let parsed = json::parse(black_box(text), &json::Limits::default());
            let options = Options::new(PolicyKind::detect(&parsed.document));
            black_box(json::judge(text, parsed, &options));
        }
        "serde_json" => { black_box(serde_json::from_str::<serde_json::Value>(black_box(text)).unwrap()); }
        "iam-rs" => { if let Ok(policy) = iam_rs::IAMPolicy::from_json(black_box(text)) { black_box(policy.validate_result().is_ok()); } }
        other => panic!("{other}"),
    } } }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let corpus = std::fs::read_to_string(arguments.next().unwrap()).unwrap();
    let rounds: usize = arguments.next().unwrap().parse().unwrap();
    let texts: Vec<&str> = corpus.split('\u{1e}').collect();
    if let Some(way) = arguments.next() {
        return once(&texts, &way, rounds);
    }
    let mut found = 0;
    for _ in 0..rounds {
        let mut times = Vec::new();
        let start = now();
        for _ in 0..TIMES { for text in &texts { black_box(json::parse(black_box(text), &json::Limits::default())); } }
        times.push(now() - start);
        let start = now();
        for _ in 0..TIMES { found = 0; for text in &texts {
            let parsed = json::parse(black_box(text), &json::Limits::default());
            let options = Options::new(PolicyKind::detect(&parsed.document));
            found += usize::from(!black_box(json::judge(text, parsed, &options)).findings.is_empty());
        } }
        times.push(now() - start);
        let start = now();
        for _ in 0..TIMES { for text in &texts {
            if let Ok(policy) = iam_rs::IAMPolicy::from_json(black_box(text)) { black_box(policy.validate_result().is_ok()); }
        } }
        times.push(now() - start);
        let line: Vec<String> = times.iter().map(|time| time.to_string()).collect();
        println!("{}", line.join(" "));
    }
    eprintln!("policies with findings: {found} of {}", texts.len());
}
'''

PYTHON = r'''
import sys, time, parliament
texts = open(sys.argv[1], encoding="utf-8").read().split("\x1e")
texts = texts[::7]
parliament.analyze_policy_string(texts[0])
start = time.process_time()
for text in texts:
    parliament.analyze_policy_string(text)
print((time.process_time() - start) / len(texts) * 1e6)
'''

SERVICES = ("s3 sns sqs kinesis kinesisvideo kms iam sts lambda logs cloudwatch sagemaker dynamodb secretsmanager events states").split()


def program(directory, texts, features, root):
    """Builds the program, and returns it with the file of policies."""
    (directory / "src").mkdir()
    (directory / "Cargo.toml").write_text(
        '[package]\nname = "check-bench"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\niam-rs = "0.8"\nserde_json = "1"\n'
        f'rekognition-iam-runtime = {{ path = "{root}/runtime", features = {json.dumps(features)} }}\n')
    (directory / "src/main.rs").write_text(RUST)
    (directory / "corpus").write_text("\x1e".join(texts), encoding="utf-8")
    env = dict(os.environ)
    target = pathlib.Path(env.setdefault("CARGO_TARGET_DIR", str(directory / "target")))
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=directory, env=env, check=True)
    return target / "release/check-bench", directory / "corpus"


def corpus(policies):
    rng = random.Random(4)
    return [policy(rng, n) for n in range(policies)]


def measure(policies=1000, rounds=7, python=None, root=ROOT):
    """The microseconds of a policy for each way, and the bytes of one."""
    texts = corpus(policies)
    with tempfile.TemporaryDirectory() as directory:
        built, file = program(pathlib.Path(directory), texts, SERVICES, root)
        done = subprocess.run([built, file, str(rounds)], check=True, stdout=subprocess.PIPE, text=True)
        rows = [[int(x) / len(texts) / 1000 / 20 for x in line.split()] for line in done.stdout.splitlines()]
        result = {"bytes": sum(map(len, texts)) / len(texts)}
        for name, column in zip(["parse", "parse and all rules", "iam-rs"], zip(*rows)):
            result[name] = {"best": min(column), "median": statistics.median(column)}
        if python:
            out = subprocess.run([python, "-c", PYTHON, file], check=True, stdout=subprocess.PIPE, text=True).stdout
            result["parliament"] = {"best": float(out), "median": float(out)}
        return result


def count(policies=100, root=ROOT):
    """The instructions for a policy, for each way, without those of the start of the program."""
    texts = corpus(policies)
    with tempfile.TemporaryDirectory() as directory:
        built, file = program(pathlib.Path(directory), texts, [*SERVICES, "all-services"], root)
        work = lambda way, times: instructions([built, file, times, way])
        return {way: (work(way, 3) - work(way, 1)) / 2 / policies for way in ("parse", "parse and all rules", "serde_json", "iam-rs")}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--policies", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--python", help="a Python that has parliament")
    arguments.add_argument("--count", action="store_true", help="count instructions")
    arguments.add_argument("--json", action="store_true", help="print one JSON object")
    args = arguments.parse_args()
    if args.count and not can_count():
        raise SystemExit("valgrind is not installed")
    result = count() if args.count else measure(args.policies, args.rounds, args.python)
    if args.json:
        print(json.dumps(result))
        return
    if args.count:
        for way, counted in result.items():
            print(f"{way:22} {counted:10,.0f} instructions for a policy, {counted / result['serde_json']:.2f} times those of serde_json")
        return
    print(f"{args.policies} policies of {result.pop('bytes'):.0f} bytes, microseconds a policy (best, median of {args.rounds} rounds)")
    ours = result["parse and all rules"]["median"]
    for name, times in result.items():
        print(f"{name:22} {times['best']:10.2f} {times['median']:10.2f}   {times['median'] / ours:8.2f} times ours")


if __name__ == "__main__":
    main()
