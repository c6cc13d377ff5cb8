#!/usr/bin/env python3
"""How long a comparison of two policies takes, against another commit.

usage: benches/compare.py [--base COMMIT] [--rounds N] [--only TEXT]
       benches/compare.py --command PATH [--only TEXT]

Builds the runtime of the working tree and of COMMIT (default: cdf87a7) into one program, and compares the same pairs with both,
taking turns on one thread. Prints milliseconds (the best round of each) and the ratio. The pairs are policies of 3, 12, and 30
statements, policies that fill a quota of AWS (6,144 to 32,768 characters) in ways that are hard to compare, and policies of 1,600
statements. Exits with code 1 when a pair within AWS's quotas takes more than half a second or 1,600 statements more than two.
With --command, asks a built command and builds nothing: the times are those of the process, on a core, once for each pair.
With --all, lists all differences in the working tree instead of the first (the base has no such question).
"""
import argparse, json, os, pathlib, random, resource, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FEATURES = "evaluate json s3 sns sqs kinesis kinesisvideo kms iam sts lambda logs cloudwatch sagemaker dynamodb secretsmanager events states".split()

RUST = r'''
use std::time::Instant;

macro_rules! side {
    ($name:ident, $runtime:ident) => {
        mod $name {
            use $runtime::{compare::compare_programs, document::Document, evaluate::Program, json};
            pub fn read(text: &str) -> Document<'_> {
                match json::read(text) { Ok(document) => document, Err(_) => panic!("{text} is not a policy") }
            }
            pub fn ask(old: &Document<'_>, new: &Document<'_>) -> &'static str {
                compare_programs(&Program::compile(old), &Program::compile(new)).relation().name()
            }
        }
    };
}
side!(old, base_runtime);
side!(new, rekognition_iam_runtime);
ALL

fn main() {
    let mut args = std::env::args().skip(1);
    let input = std::fs::read_to_string(args.next().unwrap()).unwrap();
    let rounds: usize = args.next().unwrap().parse().unwrap();
    for line in input.lines() {
        let [name, a, b] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("three fields") };
        let (old_a, old_b, new_a, new_b) = (old::read(a), old::read(b), new::read(a), new::read(b));
        let (mut best_old, mut best_new) = (f64::MAX, f64::MAX);
        let (mut said_old, mut said_new) = ("", "");
        let mut spent = 0.0;
        for round in 0..rounds {
            if round > 0 && spent > 1500.0 { break; }
            let mut time = |best: &mut f64, ask: &mut dyn FnMut()| {
                let start = Instant::now();
                ask();
                let took = start.elapsed().as_secs_f64() * 1e3;
                spent += took;
                *best = best.min(took);
            };
            time(&mut best_old, &mut || said_old = old::ask(&old_a, &old_b));
            time(&mut best_new, &mut || said_new = NEW(&new_a, &new_b));
        }
        println!("{name}\t{best_old}\t{best_new}\t{said_old}\t{said_new}");
    }
}
'''

ASK_ALL = r'''
fn all(old: &rekognition_iam_runtime::document::Document<'_>, new: &rekognition_iam_runtime::document::Document<'_>) -> &'static str {
    use rekognition_iam_runtime::evaluate::Program;
    let found = Program::differences(&Program::compile(old), &Program::compile(new));
    if found.is_complete() { "complete" } else { "not complete" }
}
'''

def policy(statements):
    return {"Version": "2012-10-17", "Statement": statements}

def mixed(count):
    """Statements of the kinds that large accounts have."""
    actions = ["DetectLabels", "DetectFaces", "DetectText", "CompareFaces", "IndexFaces", "SearchFaces", "ListFaces", "DeleteFaces"]
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
    return out

def split(statements):
    return [s | {"Action": [a]} for s in statements for a in (s["Action"] if isinstance(s["Action"], list) else [s["Action"]])]

def filled(limit, statement):
    """As many statements as fit into a quota, which does not count white space."""
    out, size = [], 40
    for n in range(100000):
        one = statement(n)
        size += len(json.dumps(one, separators=(",", ":"))) + 1
        if size > limit:
            return out
        out.append(one)

EXTRA = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}

def pairs():
    for count in (3, 12, 30):
        base = mixed(count)
        yield f"small: {count} statements, another order", base, base[::-1]
        yield f"small: {count} statements, one action apart", base, split(base)[:-1] + [EXTRA]
        yield f"small: {count} statements, split", base, split(base)
    deny = lambda **more: {"Effect": "Deny", "Action": "*", "Resource": "*"} | more
    allow = lambda **more: {"Effect": "Allow", "Action": "s3:*", "Resource": "*"} | more
    quota = [
        ("conditions on one key", 10240, lambda n: allow(Action="s3:GetObject", Resource=f"arn:aws:s3:::b{n}/*", Condition={"StringEquals": {"aws:SourceVpc": f"vpc-{n}"}})),
        ("denies on one key", 10240, lambda n: deny(Condition={"StringLike": {"aws:PrincipalTag/team": f"*{n}*"}}) if n else allow()),
        ("denies on many keys", 10240, lambda n: deny(Condition={"StringNotEquals": {f"aws:PrincipalTag/k{n}": "v"}}) if n else allow()),
        ("overlapping wildcards", 10240, lambda n: allow(Action=f"s3:*{chr(97 + n % 26)}*", Resource=f"arn:aws:s3:::*{n}*/*{n % 7}*")),
        ("NotAction and NotResource", 10240, lambda n: deny(Action=None, NotAction=[f"s3:*{chr(97 + n % 26)}*", "iam:*"], Resource=None, NotResource=[f"arn:aws:s3:::b{n}*"]) if n % 3 else allow(Resource=f"arn:aws:s3:::b{n // 3}*")),
        ("variables", 10240, lambda n: allow(Action="s3:GetObject", Resource=f"arn:aws:s3:::b{n}/${{aws:username}}/*", Condition={"StringLike": {f"aws:ResourceTag/t{n % 5}": "${aws:PrincipalTag/team}"}})),
        ("several conditions each", 10240, lambda n: allow(Action="s3:GetObject", Resource=f"arn:aws:s3:::b{n % 3}/*", Condition={
            "StringEquals": {"aws:SourceVpc": f"vpc-{n}"}, "Bool": {"aws:SecureTransport": "true"}, "NumericLessThan": {"s3:max-keys": str(n)}, "IpAddress": {"aws:SourceIp": f"10.{n}.0.0/16"}})),
        ("deny matrix", 10240, lambda n: deny(Action=[f"s3:*{chr(97 + n % 26)}*"], Resource=[f"arn:aws:s3:::*{n}*"], Condition={"StringLike": {"aws:PrincipalTag/team": f"{n}*"}}) if n % 4 else allow(Action=f"s3:*{chr(97 + (n // 4) % 26)}", Resource=f"arn:aws:s3:::a*{n // 4}")),
        ("principals", 20480, lambda n: allow(Principal={"AWS": [f"arn:aws:iam::{100000000000 + n}:root", f"arn:aws:iam::{100000000000 + n}:role/r{n}"]}, Action="s3:GetObject", Resource=f"arn:aws:s3:::b/{n}/*")),
        ("principals and their keys", 20480, lambda n: allow(Principal={"AWS": [f"arn:aws:iam::{100000000000 + n}:role/r{n}"]}, Action="s3:GetObject", Resource=f"arn:aws:s3:::b/{n}/*", Condition={"StringEquals": {"aws:PrincipalAccount": str(100000000000 + n)}})),
        ("everyone but", 20480, lambda n: deny(Principal="*", Action="s3:*", Resource="arn:aws:s3:::b/*", Condition={"ArnNotLike": {"aws:PrincipalArn": [f"arn:aws:iam::*:role/r{n}-*"]}}) if n else allow(Principal="*", Resource="arn:aws:s3:::b/*")),
        ("a key policy", 32768, lambda n: allow(Principal={"AWS": f"arn:aws:iam::{100000000000 + n % 50}:role/r{n}"}, Action=["kms:Decrypt", "kms:Encrypt"], Condition={"StringEquals": {"kms:ViaService": f"s3.us-east-{n % 4}.amazonaws.com", "kms:CallerAccount": str(100000000000 + n % 50)}})),
    ]
    for name, limit, statement in quota:
        base = [{k: v for k, v in s.items() if v is not None} for s in filled(limit, statement)]
        yield f"quota: {name}, another order", base, base[::-1]
        yield f"quota: {name}, one fewer", base, base[: len(base) // 2] + base[len(base) // 2 + 1:]
        doubled = [s if n % 2 else {k: (v + "x" if k == "Resource" and isinstance(v, str) and v != "*" else v) for k, v in s.items()} for n, s in enumerate(base)]
        yield f"quota: {name}, every other resource changed", base, doubled
    # What took 1 to 10 s before the searches of a question shared their steps.
    rng = random.Random(7)
    stars = lambda words: "*" + "*".join(rng.choice("abcdef") + rng.choice("abcdef") for _ in range(words)) + "*"
    key = lambda: "${" + rng.choice(["aws:username", "aws:PrincipalTag/a", "aws:PrincipalTag/b", "aws:userid", "aws:PrincipalAccount"]) + "}"
    names = lambda count: [f"arn:aws:s3:::{stars(6)}" for _ in range(count)]
    bucket = {"Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}
    role = lambda: f"arn:aws:iam::{100000000000 + rng.randrange(300)}:role/r{rng.randrange(9)}"
    hard = [
        ("names with seven wildcards", 10240, lambda n: deny(Resource=names(5)) if n else allow(Resource=names(60))),
        ("keys compared with variables", 10240, lambda n: (deny if n % 2 else allow)(Condition={
            "StringLike": {f"aws:ResourceTag/t{n % 4}": f"*{key()}*", "aws:PrincipalTag/a": stars(2)}, "StringNotEquals": {"s3:prefix": key()}})),
        ("patterns of callers", 20480, lambda n: (allow if n % 2 else deny)(**bucket, Condition={
            "ArnLike": {"aws:PrincipalArn": [f"arn:*:*::{rng.randrange(10)}*{rng.randrange(10)}*:*{stars(1)}" for _ in range(4)]}})),
        ("everyone but some roles", 20480, lambda n: deny(Action="s3:*", NotPrincipal={"AWS": [role() for _ in range(4)]}, Resource=f"arn:aws:s3:::b/{stars(1)}") if n else allow(**bucket)),
    ]
    for name, limit, statement in hard:
        yield f"quota: {name}, all others", filled(limit, statement), filled(limit, statement)
    def one(limit, patterns):
        out = []
        for n in range(100000):
            out += patterns(n)
            if len(json.dumps(out)) > limit:
                return out[:-1]
    wild = one(2500, lambda n: [f"s3:*{chr(97 + n % 26)}*{chr(97 + n // 26 % 26)}*"])
    where = one(3200, lambda n: [f"arn:aws:s3:::*{n}*"])
    big = [{"Effect": "Allow", "Action": wild, "Resource": where}]
    yield "quota: one statement of many wildcards, one fewer", big, [{"Effect": "Allow", "Action": wild[1:], "Resource": where[1:]}]
    yield "quota: one statement of many wildcards, split", big, [{"Effect": "Allow", "Action": wild[:40], "Resource": where}, {"Effect": "Allow", "Action": wild[40:], "Resource": where}]
    many = mixed(1600)
    yield "1600 statements, another order", many, many[::-1]
    yield "1600 statements, one action apart", many, split(many)[:-1] + [EXTRA]
    yield "1600 statements, split", many, split(many)
    yield "1600 statements, conditions changed", many, [s | ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}} if n % 6 == 2 else {}) for n, s in enumerate(many)]
    yield "1600 statements, resources changed", many, [s | ({"Resource": s["Resource"] + "x"} if n % 6 == 3 else {}) for n, s in enumerate(many)]

def ask(command, old, new):
    """What `diff` says about a pair, and the milliseconds that it takes on a core."""
    line = json.dumps({"old": policy(old), "new": policy(new)})
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run([command, "diff", "--stdin"], input=line, stdout=subprocess.PIPE, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return json.loads(out).get("relation", "error"), (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000

def limit_of(name):
    return 2000 if name.startswith("1600") else 500

def ask_all(command, only):
    slow = 0
    for name, old, new in pairs():
        if only not in name: continue
        said, took = ask(command, old, new)
        slow += took > limit_of(name)
        print(f"{name:72} {took:10.0f} ms  {said}{'  TOO SLOW' if took > limit_of(name) else ''}", flush=True)
    sys.exit(bool(slow))

def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", default="cdf87a7")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--command")
    args = parser.parse_args()
    if args.command: ask_all(args.command, args.only)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        build = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", folder / "target"))
        archive = subprocess.run(["git", "-C", ROOT, "archive", args.base, "runtime"], check=True, stdout=subprocess.PIPE).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
        manifest = folder / "runtime/Cargo.toml"
        # Two packages of one name need two versions; what the workspace gives is not there.
        text = manifest.read_text()
        for line, instead in [("version.workspace = true", 'version = "0.0.1"'), ("edition.workspace = true", 'edition = "2024"')]:
            text = text.replace(line, instead, 1)
        text = "\n".join(line for line in text.splitlines() if ".workspace" not in line).split("[lints]")[0]
        manifest.write_text(text)
        (folder / "src").mkdir()
        # The feature `compare` was a part of `evaluate` once.
        ours, theirs = (json.dumps(FEATURES + ["compare"] * ("\ncompare = " in at.read_text())) for at in (ROOT / "runtime/Cargo.toml", manifest))
        (folder / "Cargo.toml").write_text(
            '[package]\nname = "compare-bench"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\n'
            f'base-runtime = {{ package = "rekognition-iam-runtime", path = "{folder}/runtime", features = {theirs} }}\n'
            f'rekognition-iam-runtime = {{ path = "{ROOT}/runtime", features = {ours} }}\n')
        (folder / "src/main.rs").write_text(RUST.replace("ALL", ASK_ALL if args.all else "", 1).replace("NEW(", "all(" if args.all else "new::ask("))
        chosen = [(name, old, new) for name, old, new in pairs() if args.only in name]
        (folder / "input").write_text("".join(f"{name}\t{json.dumps(policy(old))}\t{json.dumps(policy(new))}\n" for name, old, new in chosen))
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=folder, env=os.environ | {"CARGO_TARGET_DIR": str(build)}, check=True)
        lines = subprocess.run([build / "release/compare-bench", folder / "input", str(args.rounds)], check=True, stdout=subprocess.PIPE, text=True).stdout
    slow = 0
    print(f"{'milliseconds':72} {args.base[:8]:>10} {'now':>10} {'ratio':>7}")
    for line in lines.splitlines():
        name, old, new, said_old, said_new = line.split("\t")
        old, new = float(old), float(new)
        limit = limit_of(name)
        slow += new > limit
        said = said_new if said_old == said_new or args.all else f"{said_old} -> {said_new}"
        print(f"{name:72} {old:10.3f} {new:10.3f} {new / old:7.2f}  {said}{'  TOO SLOW' if new > limit else ''}")
    sys.exit(bool(slow))

if __name__ == "__main__":
    main()
