#!/usr/bin/env python3
"""How long the language server takes from a change to its diagnostics, and for hover and completion.

benches/lsp.py [COMMAND]   (by default, target/release/rekognition-iam)

The goals: under 20 ms on a policy of 6 KB, and under 100 ms on a template of 2,000 lines. Prints the median of many changes, and
fails if a goal is missed.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 41


def policy(size):
    statements = []
    while len(json.dumps(statements, indent=2)) < size - 80:
        number = len(statements)
        statements.append({
            "Sid": f"Faces{number}",
            "Effect": "Allow",
            "Action": ["rekognition:IndexFaces", "rekognition:SearchFacesByImage", "s3:GetObject"],
            "Resource": [f"arn:aws:rekognition:us-east-1:123456789012:collection/c{number}", f"arn:aws:s3:::b{number}/*"],
            "Condition": {"StringEquals": {"aws:SourceVpc": f"vpc-0123456789abcde{number:02}"}},
        })
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)


def template(lines):
    out = ["Resources:"]
    while len(out) < lines:
        number = len(out)
        out += f"""\
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
        - PolicyName: faces
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action:
                  - rekognition:IndexFaces
                  - rekognition:ListFaces
                Resource: !Sub 'arn:aws:rekognition:${{AWS::Region}}:${{AWS::AccountId}}:collection/c{number}'""".splitlines()
    return "\n".join(out[:lines]) + "\n"


class Session:
    def __init__(self, command, root):
        self.child = subprocess.Popen([command, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        self.root = root
        self.id = 0
        self.request("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": {}})
        self.notify("initialized", {})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.child.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.child.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def read(self):
        length = 0
        while (line := self.child.stdout.readline().strip()):
            length = int(line.split(b":")[1])
        return json.loads(self.child.stdout.read(length))

    def until(self, passes):
        while True:
            message = self.read()
            if passes(message):
                return message

    def request(self, method, params):
        self.id += 1
        self.send({"id": self.id, "method": method, "params": params})
        return self.until(lambda message: message.get("id") == self.id)

    def diagnostics(self, version):
        return self.until(lambda message: message.get("params", {}).get("version") == version)


def measure(session, name, language, text, line):
    """The medians in milliseconds: from a change to its diagnostics, hover, completion."""
    uri = (session.root / name).as_uri()
    item = {"uri": uri, "languageId": language, "version": 1, "text": text}
    session.notify("textDocument/didOpen", {"textDocument": item})
    session.diagnostics(1)
    column = len(text.splitlines()[line].split("IndexFaces")[0]) + 2
    place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
    times = {"diagnostics": [], "hover": [], "completion": []}
    for version in range(2, ROUNDS + 2):
        # One more letter, and one less.
        end = column + 1 if version % 2 else column
        range_ = {"start": {"line": line, "character": column}, "end": {"line": line, "character": end}}
        change = {"range": range_, "text": "" if version % 2 else "x"}
        started = time.perf_counter()
        session.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]})
        session.diagnostics(version)
        times["diagnostics"].append(time.perf_counter() - started)
        for method in ("hover", "completion"):
            started = time.perf_counter()
            session.request(f"textDocument/{method}", place)
            times[method].append(time.perf_counter() - started)
    return {what: statistics.median(values) * 1000 for what, values in times.items()}


def main():
    command = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target" / "release" / "rekognition-iam").absolute()
    failed = False
    with tempfile.TemporaryDirectory() as directory:
        session = Session(command, Path(directory).resolve())
        for name, language, text, goal in [
            ("policy.json", "json", policy(6_000), 20),
            ("template.yaml", "yaml", template(2_000), 100),
        ]:
            lines = text.splitlines()
            line = next(number for number in range(len(lines) // 2, len(lines)) if "IndexFaces" in lines[number])
            times = measure(session, name, language, text, line)
            shown = ", ".join(f"{what} {value:.1f} ms" for what, value in times.items())
            print(f"{name}, {len(text):,} bytes, {len(lines):,} lines: {shown} (goal {goal} ms)")
            failed |= max(times.values()) > goal
        session.request("shutdown", None)
        session.notify("exit", None)
        failed |= session.child.wait() != 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
