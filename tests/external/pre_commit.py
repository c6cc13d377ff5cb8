#!/usr/bin/env python3
"""The hooks of pre-commit, installed by the real pre-commit into a made-up repository, stop a commit with a bad policy."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

environment.ensure("pre-commit>=4,<5")

ROOT = environment.ROOT
BIN = Path(sys.executable).parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute()

GOOD = """{
  "Version": "2012-10-17",
  "Statement": {"Effect": "Allow", "Action": "rekognition:DetectLabels", "Resource": "*"}
}
"""


def main():
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory) / "work"
        (work / "policies").mkdir(parents=True)
        env = os.environ | {
            "PRE_COMMIT_HOME": str(Path(directory) / "home"),
            # The wheel shares what is compiled, and is not optimized: this tests the hook and not the command.
            "CARGO_TARGET_DIR": str(TARGET),
            "CARGO_PROFILE_DEV_DEBUG": "0",
            "MATURIN_PEP517_ARGS": "--profile dev",
            "PATH": f"{TARGET}/debug:{os.environ['PATH']}",
        }

        def run(*command):
            return subprocess.run(command, cwd=work, env=env, capture_output=True, text=True)

        def git(*args):
            done = run("git", "-c", "user.name=a", "-c", "user.email=a@example.com", *args)
            return done.returncode, done.stdout + done.stderr

        assert git("init", "--quiet")[0] == 0
        (work / "package.json").write_text('{"name": "not a policy"}\n')
        (work / "policies/labels.json").write_text(GOOD)
        revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True)
        (work / ".pre-commit-config.yaml").write_text(
            f"repos:\n- repo: {ROOT}\n  rev: {revision.stdout.strip()}\n"
            "  hooks: [{id: rekognition-iam}, {id: rekognition-iam-system}]\n"
        )
        git("add", "--all")
        installed = run(BIN / "pre-commit", "install", "--install-hooks")
        if installed.returncode != 0:
            sys.exit(installed.stdout + installed.stderr)
        code, printed = git("commit", "--message=good")
        assert code == 0 and printed.count("Passed") == 2, printed
        # A commit that changes no such file runs nothing.
        (work / "notes.txt").write_text("none\n")
        git("add", "--all")
        code, printed = git("commit", "--message=notes")
        assert code == 0 and printed.count("Skipped") == 2, printed
        (work / "policies/labels.json").write_text(GOOD.replace("DetectLabels", "DetectLabls"))
        git("add", "--all")
        code, printed = git("commit", "--message=bad")
        assert code != 0 and printed.count("did you mean `rekognition:DetectLabels`?") == 2, printed
        assert "package.json" not in printed, printed
    print("pre-commit installs the hooks, and they stop a commit with a bad policy")


main()
