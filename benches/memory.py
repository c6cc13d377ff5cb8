#!/usr/bin/env python3
"""How much memory the command takes for large input, compared with the size of the input. The goal is at most 12 times.

usage: benches/memory.py COMMAND [--scale N] [WORD..]

COMMAND is the built `rekognition-iam`. The inputs are those with which it once took far more: JSON without a policy, long keys, a
policy in a string of Terraform, a template, many statements for `diff`, and many literals for `derive`. What the process takes for an
empty input of the same kind does not count. --scale 0.1 makes the inputs a tenth of their size. WORD selects inputs by a part of their name.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT = 12


def policy(statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def statement(number):
    return {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"arn:aws:s3:::bucket-{number}/*"}


def no_policy(count):
    return ["check", "--no-config", "a.json"], {"a.json": json.dumps([{"a": number, "b": [1, 2, 3]} for number in range(count)])}


def long_keys(count):
    keys = {f"aws:RequestTag/{number}{'k' * 1000}": "v" for number in range(count)}
    return ["check", "--no-config", "a.json"], {"a.json": policy([statement(0) | {"Condition": {"StringEquals": keys}}])}


def statements(count):
    return ["check", "--no-config", "a.json"], {"a.json": policy([statement(number) for number in range(count)])}


def terraform_in_json(count):
    text = policy([statement(number) for number in range(count)])
    return ["check", "--no-config", "a.tf.json"], {"a.tf.json": json.dumps({"resource": {"aws_iam_policy": {"p": {"policy": text}}}})}


def template(count):
    resources = {f"R{number}": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": json.loads(policy([statement(number)]))}}
                 for number in range(count)}
    return ["check", "--no-config", "a.template.json"], {"a.template.json": json.dumps({"Resources": resources})}


def difference(count):
    sides = [policy([statement(number) for number in numbers]) for numbers in (range(count), range(count, 0, -1))]
    return ["diff", "old.json", "new.json"], {"old.json": sides[0], "new.json": sides[1]}


def literals(count):
    calls = "".join(f'pub async fn f{n}(c: &Client) {{ c.list_faces().collection_id("c{n}").send().await.unwrap(); }}\n' for n in range(count))
    return ["derive", "--format", "json", "--allow-wildcards", "--manifest-path", "."], {
        "Cargo.toml": '[package]\nname = "literals"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\naws-sdk-rekognition = "1"\n',
        "src/lib.rs": "use aws_sdk_rekognition::Client;\n" + calls}


# An input, and how many of its parts make it large.
INPUTS = {
    "62 MB of JSON without a policy": (no_policy, 2_000_000),
    "4 MB of long keys": (long_keys, 4_000),
    "1 MB of statements": (statements, 8_500),
    "a policy of 715 kB in a string of Terraform": (terraform_in_json, 5_600),
    "a template of 909 kB": (template, 3_900),
    "diff of 1,600 statements": (difference, 1_600),
    "derive on 20,000 literals": (literals, 20_000),
}


# Starts a command and prints its exit code and the most memory it took. A small process does that, because the memory of the one
# that starts another counts until the other one runs.
STARTER = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
child.returncode = os.waitstatus_to_exitcode(status)
print(child.returncode, used.ru_maxrss)
"""


def peak(command, arguments, directory):
    """The most memory of a process, in bytes."""
    starter = [sys.executable, "-S", "-c", STARTER, command, *arguments]
    done = subprocess.run(starter, cwd=directory, check=True, capture_output=True, text=True)
    code, taken = map(int, done.stdout.split())
    # A file without a policy is an error, too: 2.
    if code not in (0, 1, 2):
        sys.exit(f"{command} {' '.join(arguments)}: exit code {code}")
    return taken * 1024


def measure(command, scale=1, words=()):
    """For each input: its name, its bytes, and the memory that it takes above that of an empty one."""
    command = str(Path(command).resolve())
    for name, (make, count) in INPUTS.items():
        if words and not any(word in name for word in words):
            continue
        taken = []
        for parts in (1, max(int(count * scale), 1)):
            with tempfile.TemporaryDirectory() as directory:
                arguments, files = make(parts)
                for file, text in files.items():
                    path = Path(directory, file)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text)
                size = sum(map(len, files.values()))
                taken.append(peak(command, arguments, directory))
        yield name, size, max(taken[1] - taken[0], 0)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("command")
    arguments.add_argument("words", nargs="*")
    arguments.add_argument("--scale", type=float, default=1)
    args = arguments.parse_args()
    wrong = []
    for name, size, taken in measure(args.command, args.scale, args.words):
        print(f"{name}: {size / 1e6:.1f} MB, {taken / 1e6:.0f} MB of memory, {taken / size:.1f} times", flush=True)
        if taken / size > LIMIT:
            wrong.append(name)
    if wrong:
        sys.exit(f"more than {LIMIT} times the input: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
