#!/usr/bin/env python3
"""Neovim, headless, as a client of the language server: diagnostics appear, a quick fix is applied, hover and completion answer.

Uses the command of a debug build, or the one in REKOGNITION_IAM; and the Neovim on the path, or Debian's, below the target directory.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", environment.ROOT / "target")).absolute()
COMMAND = Path(os.environ.get("REKOGNITION_IAM", TARGET / "debug" / "rekognition-iam")).absolute()

FILES = {
    "a.json": """{
  "Version": "2012-10-17",
  "Statement": [
    {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "\U0001f600"}}, "Action": "rekognition:DetectLabel",
     "Effect": "Allow", "Resource": "*"}
  ]
}
""",
    "stack.yaml": """Resources:
  Reader:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: rekognition:DetectLabel
            Resource: '*'
""",
    "main.tf": """data "aws_iam_policy_document" "labels" {
  statement {
    actions   = ["rekognition:DetectLabel"]
    resources = ["*"]
  }
}
""",
}


def skip(reason):
    print(f"\n*** SKIPPED neovim.py: {reason}\n")
    sys.exit(0)


def neovim():
    """The command and its environment: what is installed, or Debian's packages, unpacked without installing them."""
    if found := shutil.which("nvim"):
        return found, {}
    folder = TARGET / "neovim"
    program = folder / "root" / "usr" / "bin" / "nvim"
    if not program.exists():
        if not shutil.which("apt-get"):
            skip("`nvim` is not installed, and there is no apt-get")
        archives = folder / "archives"
        (archives / "partial").mkdir(parents=True, exist_ok=True)
        options = ["-o", f"Dir::Cache={folder}", "-o", f"Dir::Cache::archives={archives}", "-o", "APT::Sandbox::User=root"]
        try:
            get = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "--download-only", *options, "neovim"]
            if subprocess.run(get, timeout=200, capture_output=True).returncode:
                subprocess.run(["apt-get", "update", "--quiet"], check=True, timeout=200, capture_output=True)
                subprocess.run(get, check=True, timeout=200, capture_output=True)
            for package in sorted(archives.glob("*.deb")):
                subprocess.run(["dpkg", "-x", package, folder / "root"], check=True, timeout=60)
        except (OSError, subprocess.SubprocessError) as error:
            skip(f"the package neovim cannot be downloaded here: {error}")
    libraries = {str(found.parent) for found in (folder / "root" / "usr").rglob("*.so*")}
    share = folder / "root" / "usr" / "share" / "nvim"
    return str(program), {"LD_LIBRARY_PATH": ":".join(sorted(libraries)), "VIM": str(share), "VIMRUNTIME": str(share / "runtime")}


def main():
    program, extra = neovim()
    with tempfile.TemporaryDirectory() as directory:
        workspace = Path(directory).resolve() / "work space"
        workspace.mkdir()
        for name, text in FILES.items():
            (workspace / name).write_text(text)
        script = environment.ROOT / "tests" / "external" / "neovim.lua"
        env = {**os.environ, **extra, "REKOGNITION_IAM": str(COMMAND), "WORKSPACE": str(workspace), "HOME": directory, "XDG_STATE_HOME": directory}
        done = subprocess.run(
            [program, "--headless", "--clean", "-n", "-c", f"luafile {script}"],
            env=env, capture_output=True, text=True, timeout=300, check=False,
        )
        steps = {}
        for line in done.stdout.splitlines():
            step = json.loads(line)
            steps[step["step"]] = step["value"]
        assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    for name, text in FILES.items():
        line = next(number for number, line in enumerate(text.splitlines()) if "DetectLabel" in line)
        found = steps[f"diagnostics {name}"]
        # Neovim counts columns in bytes.
        column = len(text.splitlines()[line].split("DetectLabel")[0].encode())
        # IAM does not accept the emoji, which is another finding.
        assert f"INVALID_ACTION {line}:{column}" in found and len(found) <= 2, f"{name}: {found}"
        fixed = text.replace("DetectLabel", "DetectLabels").splitlines()
        assert steps[f"fixed {name}"] == fixed, steps[f"fixed {name}"]
        shown = steps[f"hover {name}"]
        assert "rekognition:DetectLabels" in shown and "Access level" in shown, shown
        labels = steps[f"completion {name}"]
        assert "rekognition:IndexFaces" in labels, labels
    assert steps["exit"] == 0, steps["exit"]
    version = subprocess.run([program, "--version"], env={**os.environ, **extra}, capture_output=True, text=True, check=True)
    print(f"{version.stdout.splitlines()[0]}: {len(FILES)} files with diagnostics, a quick fix, hover, and completion")


if __name__ == "__main__":
    main()
