#!/usr/bin/env python3
"""Features only add: what compiles with the features of one service compiles with those of others as well.

For each service, a program that allows each of its actions on each resource that the action works on is made with
`rekognition-iam import`. The programs of two services are compiled with the features of these two alone, for a number of
pairs (or for all of them, which takes an hour), and all programs with all features. A program that is refused fails the
run: `tests/features.py [--pairs N] [--all] [--seed N]`.
"""

import argparse
import itertools
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ROOT / "codegen/data/services"
VALUES = {"Partition": "aws", "Region": "us-east-1", "Account": "123456789012"}
# Statements of one policy: a managed policy has room for 6,144 characters.
STATEMENTS = 6


def arn(form):
    return re.sub(r"\$\{(\w+)\}", lambda found: VALUES.get(found.group(1), "*"), form)


def statements(service):
    resources = {kind["Name"]: kind["ARNFormats"] for kind in service.get("Resources", [])}
    for action in service["Actions"]:
        kinds = [kind["Name"] for kind in action.get("Resources", [])]
        arns = [arn(form) for kind in kinds for form in resources.get(kind, [])[:1]]
        yield {
            "Effect": "Allow",
            "Action": f"{service['Name']}:{action['Name']}",
            "Resource": arns or "*",
        }


def program(command, folder, name):
    """The source of the policies of a service, in the language."""
    service = json.loads((SERVICES / f"{name}.json").read_text())
    source = ""
    rest = list(statements(service))
    for number in range(0, len(rest), STATEMENTS):
        policy = folder / f"{name}_{number}.json"
        document = {"Version": "2012-10-17", "Statement": rest[number : number + STATEMENTS]}
        policy.write_text(json.dumps(document))
        done = subprocess.run([command, "import", policy], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{name}: {done.stderr}")
        source += f"mod p{number} {{\n{done.stdout}}}\n"
    return source


def compiles(crate, programs, names, features):
    (crate / "src").mkdir(parents=True, exist_ok=True)
    listed = ", ".join(f'"{feature}"' for feature in features)
    (crate / "Cargo.toml").write_text(
        '[package]\nname = "features"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n'
        f'[dependencies]\nrekognition-iam = {{ path = "{ROOT}", features = [{listed}] }}\n'
    )
    source = "#![allow(dead_code, deprecated)]\n" + "".join(
        f"mod {name.replace('-', '_')} {{\n{programs[name]}}}\n" for name in names
    )
    (crate / "src/lib.rs").write_text(source)
    done = subprocess.run(
        ["cargo", "check", "--quiet", "--target-dir", ROOT / "target/features"],
        cwd=crate,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(f"{' + '.join(names)} with {', '.join(features)}:\n{done.stderr}")
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    subprocess.run(["cargo", "build", "--quiet", "-p", "rekognition-iam-cli"], cwd=ROOT, check=True)
    command = ROOT / "target/debug/rekognition-iam"
    names = sorted(path.stem for path in SERVICES.glob("*.json"))
    pairs = list(itertools.combinations(names, 2))
    if not arguments.all:
        pairs = random.Random(arguments.seed).sample(pairs, arguments.pairs)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        programs = {name: program(command, folder, name) for name in names}
        feature = lambda name: [] if name == "rekognition" else [name]
        runs = [(pair, feature(pair[0]) + feature(pair[1])) for pair in pairs]
        runs.append((names, [name for name in names if name != "rekognition"]))
        refused = [pair for pair, features in runs if not compiles(folder / "crate", programs, pair, features)]
    actions = sum(source.count("allow(") for source in programs.values())
    print(f"{len(runs)} sets of features, programs of {len(names)} services with {actions} statements: {len(refused)} refused")
    sys.exit(1 if refused or actions < 1000 else 0)


main()
