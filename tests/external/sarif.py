#!/usr/bin/env python3
"""SARIF reports are valid, with relative and absolute paths: Microsoft's validator has nothing to say about them.

The validator comes from npm (`@microsoft/sarif-multitool`). Prints that it was skipped if it cannot be installed. Uses the command of
a debug build, or the one in REKOGNITION_IAM.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", environment.ROOT / "target")).absolute()
COMMAND = os.environ.get("REKOGNITION_IAM", TARGET / "debug" / "rekognition-iam")
PACKAGE = "@microsoft/sarif-multitool@5.7.0"

WRONG = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["rekognition:DetectLabel", "s3:getobject", "iam:*"], "Resource": "*"},
        {"Sid": "ü \u0001", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "bucket"},
    ],
}


def validator():
    """The program, installed below the target directory."""
    directory = TARGET / "external" / "npm"
    program = directory / "node_modules" / ".bin" / "sarif-multitool"
    if not program.exists():
        directory.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
        try:
            subprocess.run(install, cwd=directory, check=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"\n*** SKIPPED sarif.py: {PACKAGE} cannot be installed here\n*** {error}\n")
            sys.exit(0)
        # What its install script does.
        for native in directory.glob("node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool"):
            native.chmod(native.stat().st_mode | stat.S_IXUSR)
    return program


def results(program, log):
    """What the validator says about a log."""
    report = log.with_suffix(".validated")
    # Without this, .NET needs a library that small systems do not have.
    settings = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    run = [program, "validate", log, "--log", "ForceOverwrite", "--output", report]
    done = subprocess.run(run, env=settings, capture_output=True, text=True, timeout=300)
    if not report.exists():
        sys.exit(f"the validator wrote no report:\n{done.stdout}{done.stderr}")
    validated = json.loads(report.read_text(encoding="utf-8-sig"))["runs"][0]
    return [(result["ruleId"], result["message"]) for result in validated.get("results", [])]


def main():
    program = validator()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "my dir").mkdir()
        wrong = directory / "my dir" / "wrong: 1.json"
        wrong.write_text(json.dumps(WRONG, indent=1))
        relative = wrong.relative_to(directory)
        for number, paths in enumerate([[relative], [wrong], [relative, "absent.json"], [directory / "my dir"]]):
            log = directory / f"{number}.sarif"
            check = [COMMAND, "check", "--no-config", "--format", "sarif", *paths]
            with log.open("w") as out:
                subprocess.run(check, cwd=directory, stdout=out, stderr=subprocess.DEVNULL)
            run = json.loads(log.read_text())["runs"][0]
            assert any("fixes" in result for result in run["results"]), paths
            said = results(program, log)
            assert not said, (paths, said)
        # A log that is wrong is reported, so that silence means something.
        run["results"][0]["ruleIndex"] = 100_000
        log.write_text(json.dumps({"$schema": "x", "version": "2.1.0", "runs": [run]}))
        assert results(program, log)
    print("SARIF reports are valid")


if __name__ == "__main__":
    if shutil.which("npm") is None:
        print("\n*** SKIPPED sarif.py: npm is not installed\n")
        sys.exit(0)
    main()
