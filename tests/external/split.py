#!/usr/bin/env python3
"""AWS's managed policies over the quota of customers, split: as many documents as needed, each within the quota, equal together.

The policies are those in the package `moto`. `split` proves its result itself; here, the size of each document is counted again, and
a second run of the comparison, `diff --old --new`, must find the documents and the policy equivalent.

    split.py            splits those of at most 10,000 characters, with patterns and without
    split.py --all      all of them, the largest of which has 135,000
"""

import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

environment.ensure("moto>=5.2,<6")

# The package is meant by `moto`, not the script beside this one.
sys.path.remove(str(Path(__file__).resolve().parent))

QUOTA = 6144
MOST = 10_000


def size(document):
    """As IAM counts: white space does not."""
    return len("".join(json.dumps(document, separators=(",", ":"), ensure_ascii=False).split()))


def command():
    subprocess.run(["cargo", "build", "--quiet", "-p", "rekognition-iam-cli"], cwd=environment.ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", environment.ROOT / "target"))
    return target / "debug" / "rekognition-iam"


def split(binary, file, *options):
    run = [binary, "split", file, "--quota", "managed", "--format", "json", *options]
    answer = subprocess.run(run, capture_output=True, text=True, check=False)
    # A `Deny` on everything but a list is in one document, or not at all: two with half of the list would deny all of it.
    if "none of its lists can be cut without changing what it means" in answer.stderr:
        return None
    if answer.returncode != 0:
        sys.exit(f"{file}: {answer.stderr}")
    return answer.stdout


def main():
    binary = command()
    data = importlib.import_module("moto.iam.aws_managed_policies").aws_managed_policies_data
    policies = {name: policy["Document"] for name, policy in json.loads(data).items()}
    most = sys.maxsize if "--all" in sys.argv else MOST
    large = {name: document for name, document in policies.items() if QUOTA < size(document) <= most}
    count, documents, folded, refused = 0, 0, 0, []
    with tempfile.TemporaryDirectory() as folder:
        for name, document in sorted(large.items()):
            file = Path(folder, f"{name}.json")
            file.write_text(json.dumps(document), encoding="utf-8")
            text = split(binary, file)
            if text is None:
                refused.append(name)
                continue
            report = json.loads(text)
            parts = [part["document"] for part in report["documents"]]
            sizes = [size(part) for part in parts]
            if max(sizes) > QUOTA or sizes != [part["size"] for part in report["documents"]]:
                sys.exit(f"{name}: {sizes}")
            sids = [statement["Sid"] for part in parts for statement in part["Statement"] if "Sid" in statement]
            if len(set(sids)) != len(sids):
                sys.exit(f"{name}: a Sid is there twice")
            if split(binary, file) != text:
                sys.exit(f"{name}: another split the second time")
            run = [binary, "diff", "--old", file]
            for number, part in enumerate(parts):
                of_part = Path(folder, f"{name}-{number}.json")
                of_part.write_text(json.dumps(part), encoding="utf-8")
                run += ["--new", of_part]
            answer = subprocess.run(run, capture_output=True, text=True, check=False)
            relation = answer.stdout.split(":")[0].strip()
            if relation != "equivalent" and not (relation == "unknown" and report["proof"] == "steps"):
                sys.exit(f"{name}: {answer.stdout}{answer.stderr}")
            today = json.loads(split(binary, file, "--actions-of-today"))
            if len(today["documents"]) > len(parts):
                sys.exit(f"{name}: patterns make it larger")
            count += 1
            documents += len(parts)
            folded += len(today["documents"])
    if count < 30:
        sys.exit(f"only {count} policies are over the quota")
    if len(refused) > 5:
        sys.exit(f"{len(refused)} policies are refused: {refused}")
    print(f"{count} managed policies over the quota: {documents} documents, {folded} with patterns, each proved equal")
    print(f"refused, because one statement fits no document: {refused}")


main()
