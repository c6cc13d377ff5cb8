#!/usr/bin/env python3
"""Times `check` on a directory with 10,000 mixed files, next to reading the same files.

usage: many_files.py COMMAND [--files N] [--rounds N] [--policies] [--keep DIRECTORY]

COMMAND is the built `rekognition-iam`. The files are those of a repository with infrastructure: of each hundred, 40 are sources and
pages, 15 are JSON and 17 are YAML without policies, 18 are Terraform in modules of six files, 5 are templates of CloudFormation,
and 5 are policies. With `--policies`, eight of ten files have policies instead, each about three. Everything is read once before the
first round, so no disk is measured. Prints the best time of the clock and of the processor, for `cat`, for `cat` on as many
cores as there are, and for `check`; and what `check` takes compared with each of them.
"""

import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ACTIONS = [f"s3:{name}" for name in (
    "GetObject PutObject DeleteObject GetObjectTagging PutObjectTagging AbortMultipartUpload GetObjectVersion RestoreObject "
    "GetObjectAcl PutObjectAcl").split()]
WORDS = "report image upload worker queue session token retry cache client region buffer stream account event state".split()


def document(rng, count):
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": f"S{number}", "Effect": "Allow", "Action": rng.sample(ACTIONS, 3),
         "Resource": f"arn:aws:s3:::bucket-{rng.randrange(1000)}/*",
         "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}} for number in range(count)]}


def policy(rng):
    return json.dumps(document(rng, rng.randrange(1, 5)), indent=2)


def source(rng):
    lines = []
    for number in range(rng.randrange(15, 60)):
        one, other = rng.sample(WORDS, 2)
        lines.append(f"def {one}_{other}_{number}({other}, {one}=None):\n    if {one} is None:\n        return {other}\n    return {one}.{other}({number})\n")
    return "\n".join(lines)


def page(rng):
    return "\n\n".join(" ".join(rng.choice(WORDS) for _ in range(60)) + "." for _ in range(rng.randrange(4, 20)))


def other_json(rng):
    if rng.random() < 0.3:
        packages = {f"@{rng.choice(WORDS)}/{rng.choice(WORDS)}-{n}": f"^{rng.randrange(9)}.{n}.0" for n in range(20)}
        scripts = {word: f"node {word}.js" for word in WORDS}
        return json.dumps({"name": rng.choice(WORDS), "version": "1.0.0", "scripts": scripts, "dependencies": packages}, indent=2)
    rows = [{"id": n, "name": rng.choice(WORDS), "values": [rng.random() for _ in range(4)], "on": n % 2 == 0} for n in range(rng.randrange(5, 50))]
    return json.dumps({"items": rows, "next": None}, indent=2)


def other_yaml(rng):
    if rng.random() < 0.5:
        steps = "".join(f"      - name: {rng.choice(WORDS)} {n}\n        run: |\n          ./{rng.choice(WORDS)} --{rng.choice(WORDS)}\n          echo done\n" for n in range(rng.randrange(4, 15)))
        return f"name: {rng.choice(WORDS)}\non:\n  push:\n    branches: [main]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    one = rng.choice(WORDS)
    containers = "".join(f"        - name: {word}\n          image: example/{word}:1.2\n          resources:\n            limits: {{cpu: 500m, memory: 256Mi}}\n          env:\n            - name: {word.upper()}\n              value: \"{word}\"\n" for word in rng.sample(WORDS, 4))
    return f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {one}\n  labels: {{app: {one}}}\nspec:\n  replicas: 2\n  selector:\n    matchLabels: {{app: {one}}}\n  template:\n    metadata:\n      labels: {{app: {one}}}\n    spec:\n      containers:\n{containers}"


def template(rng):
    text = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n"
    for number in range(4):
        text += f"""  Bucket{number}:
    Type: AWS::S3::Bucket
  Role{number}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {{Service: lambda.amazonaws.com}}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: [{', '.join(rng.sample(ACTIONS, 3))}]
                Resource: !Sub '${{Bucket{number}.Arn}}/*'
"""
    return text


def module(rng, number):
    """The six files of a module, of which one of five has a policy."""
    name = f"{rng.choice(WORDS)}-{number}"
    variables = "".join(f'variable "{word}" {{\n  description = "The {word}"\n  type        = string\n  default     = "{word}"\n}}\n\n' for word in WORDS[:8])
    main = "".join(f'resource "aws_cloudwatch_log_group" "{word}" {{\n  name              = "/{name}/${{var.{word}}}"\n  retention_in_days = 30\n  tags              = merge(local.tags, {{ Name = var.{word} }})\n}}\n\n' for word in WORDS[:6])
    iam = f'resource "aws_s3_bucket" "this" {{\n  bucket = "{name}"\n}}\n'
    if number % 5 == 0:
        iam += f"""
data "aws_iam_policy_document" "this" {{
  statement {{
    actions   = {json.dumps(rng.sample(ACTIONS, 3))}
    resources = ["arn:aws:s3:::${{var.report}}/*"]
  }}
}}

resource "aws_iam_policy" "this" {{
  policy = data.aws_iam_policy_document.this.json
}}
"""
    return {
        "variables.tf": variables,
        "main.tf": main,
        "iam.tf": iam,
        "locals.tf": f'locals {{\n  tags = {{\n    Name = "{name}"\n    Team = var.report\n  }}\n}}\n',
        "outputs.tf": "".join(f'output "{word}" {{\n  value = aws_cloudwatch_log_group.{word}.arn\n}}\n\n' for word in WORDS[:6]),
        "versions.tf": 'terraform {\n  required_version = ">= 1.5"\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = ">= 5.0"\n    }\n  }\n}\n',
    }


def plan(rng):
    resources = [{"address": f"aws_iam_policy.p{number}", "type": "aws_iam_policy", "values": {"policy": json.dumps(document(rng, 2))}} for number in range(3)]
    return json.dumps({"format_version": "1.2", "planned_values": {"root_module": {"resources": resources}}})


def files(count, with_policies):
    """The names and texts of the files, spread over directories of about forty."""
    rng = random.Random(1)
    modules = 0
    waiting = []
    for number in range(count):
        directory = f"d{number // 40}"
        of_ten, of_hundred = number % 10, number % 100
        if with_policies:
            kinds = [("json", policy)] * 3 + [("yaml", template)] * 2 + [None] * 2 + [("yaml", other_yaml), ("json", other_json), ("json", plan)]
            kind = kinds[of_ten]
        elif of_hundred < 40:
            kind = ("py", source) if of_hundred < 30 else ("md", page)
        elif of_hundred < 72:
            kind = ("json", other_json) if of_hundred < 55 else ("yaml", other_yaml)
        elif of_hundred < 90:
            kind = None
        else:
            kind = ("yaml", template) if of_hundred < 95 else ("json", policy)
        if kind:
            ending, make = kind
            yield f"{directory}/{rng.choice(WORDS)}{number}.{ending}", make(rng)
            continue
        if not waiting:
            waiting = [(f"modules/m{modules}/{name}", text) for name, text in module(rng, modules * (5 if with_policies else 1)).items()]
            modules += 1
        yield waiting.pop()


def timed(rounds, command):
    """The least seconds of the clock, and of the processor."""
    best = [float("inf")] * 2
    for _ in range(rounds):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        clock, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in (0, 1):
            sys.exit(f"{command[0]}: exit code {done.returncode}\n{done.stderr.decode()}")
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = [min(best[0], clock), min(best[1], processor)]
    return best


def measure(command, count=10_000, rounds=5, with_policies=False, keep=None):
    """The bytes of all files; and for each way, its name, the least seconds of the clock, and of the processor. `check` is last."""
    command = str(pathlib.Path(command).resolve())
    root = pathlib.Path(keep or tempfile.mkdtemp()).resolve()
    try:
        size = 0
        for name, text in files(count, with_policies):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            size += len(text)
        cores = os.cpu_count() or 1
        each = -(-count // cores)
        find = f"find '{root}' -type f -print0 | xargs -0 "
        rows = [
            ("cat, one core", ["sh", "-c", f"{find} cat"]),
            (f"cat, {cores} cores", ["sh", "-c", f"{find} -P {cores} -n {min(each, 2000)} cat"]),
            ("check", [command, "check", "--no-config", str(root)]),
        ]
        timed(1, rows[0][1])
        return size, [(name, *timed(rounds, row)) for name, row in rows]
    finally:
        if not keep:
            shutil.rmtree(root)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("command")
    arguments.add_argument("--files", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--policies", action="store_true", help="eight of ten files have policies")
    arguments.add_argument("--keep", metavar="DIRECTORY", help="write the files here, and leave them")
    args = arguments.parse_args()
    size, times = measure(args.command, args.files, args.rounds, args.policies, args.keep)
    print(f"{args.files:,} files, {size / 1e6:.1f} MB, best of {args.rounds} rounds")
    (_, clock, processor) = times[-1]
    for name, own_clock, own_processor in times:
        print(f"{name:14} {own_clock:6.3f} s, {own_processor:6.3f} s of the processor; check takes {clock / own_clock:5.2f} and {processor / own_processor:5.2f} times as long")


if __name__ == "__main__":
    main()
