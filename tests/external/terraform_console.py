#!/usr/bin/env python3
"""Policies in HCL are read as Terraform evaluates them.

Generates modules in the style of public ones: variables with types and defaults, files of values, locals, loops, heredocs, templates,
files, and called modules. `terraform console` evaluates each policy, and `rekognition-iam documents` prints how it reads the
same module. Both have to be the same JSON. Needs no provider and no network; is skipped if `terraform` is not installed.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Module:
    """A module that is being written."""

    def __init__(self, number):
        self.random = random.Random(number)
        self.files = {}
        self.variables = []
        self.locals = []
        self.values = []
        self.policies = []
        self.calls = []

    def pick(self, *choices):
        return self.random.choice(choices)

    def some(self, choices, least=1, most=3):
        count = self.random.randint(least, min(most, len(choices)))
        return self.random.sample(list(choices), count)

    def maybe(self, chance=0.5):
        return self.random.random() < chance

    # Names that expressions can use.

    def base(self):
        r = self.random
        env = r.choice(["dev", "prod", "staging"])
        self.variables += [
            f'variable "env" {{\n  type    = string\n  default = "{env}"\n}}',
            'variable "account" {\n  default = 123456789012\n  type    = string\n}',
            f'variable "buckets" {{\n  type    = {self.pick("list(string)", "set(string)")}\n'
            f'  default = {json.dumps(self.some(["photos", "videos", "logs", "raw-data"], 1, 4))}\n}}',
            'variable "prefixes" {\n  type = map(string)\n  default = {\n'
            + "".join(f'    {name} = "{name}/{number}"\n' for number, name in enumerate(self.some(["in", "out", "tmp"], 1, 3)))
            + "  }\n}",
            'variable "grants" {\n  type = map(object({\n    actions = list(string)\n    effect  = optional(string, "Allow")\n'
            "    path    = optional(string)\n  }))\n  default = {\n"
            + "".join(
                f'    {name} = {{ actions = {json.dumps(self.some(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]))}'
                + self.pick("", ', effect = "Deny"', f', path = "{name}/*"')
                + " }\n"
                for name in self.some(["readers", "writers", "admins"], 1, 3)
            )
            + "  }\n}",
            f'variable "flag" {{\n  type    = bool\n  default = {self.pick("true", "false")}\n}}',
            "variable \"extra\" {\n  type    = list(string)\n  default = " + self.pick("[]", '["rekognition:DetectText"]') + "\n}",
            f'variable "tags" {{\n  default = {{ Team = "vision", Stage = "{env}", Count = {r.randint(1, 9)} }}\n}}',
        ]
        if self.maybe(0.3):
            self.values.append(f'env = "{self.pick("qa", "live")}"')
        self.locals += [
            "partition = \"aws\"",
            'prefix = "arn:${local.partition}:s3:::${var.env}"',
            "bucket_arns = " + self.pick(
                '[for b in var.buckets : "${local.prefix}-${b}"]',
                'formatlist("${local.prefix}-%s", var.buckets)',
                '[for b in sort(var.buckets) : format("%s-%s", local.prefix, b)]',
            ),
            "read = " + self.pick(
                '["s3:GetObject", "s3:ListBucket"]',
                'split(",", "s3:GetObject,s3:ListBucket")',
                '[for verb in ["Get", "List"] : "s3:${verb}*"]',
                'concat(["s3:GetObject"], var.extra)',
            ),
            "statement = " + self.statement_of("local.read", '"*"'),
        ]

    # Expressions.

    def actions(self):
        return self.pick(
            '"rekognition:DetectLabels"',
            "local.read",
            'concat(local.read, ["rekognition:DetectFaces"])',
            "distinct(concat(local.read, local.read, var.extra))",
            'flatten([local.read, ["kms:Decrypt", ["kms:Encrypt"]]])',
            'var.flag ? ["s3:*"] : ["s3:GetObject"]',
            'compact(["s3:GetObject", var.flag ? "s3:PutObject" : ""])',
            'tolist(toset(["s3:PutObject", "s3:GetObject", "s3:PutObject"]))',
            '[for g in values(var.grants) : g.actions[0]]',
            'flatten([for k, g in var.grants : g.actions if g.effect == "Allow"])',
            'sort(setunion(["a:B"], ["a:A"], var.extra))',
            '[for a in ["detectlabels", "detectfaces"] : "rekognition:${title(a)}"]',
            "try(var.grants.readers.actions, local.read)",
            'lookup({ dev = "s3:*", prod = "s3:Get*" }, var.env, "s3:List*")',
            'var.env == "prod" && var.flag ? "s3:Get*" : "s3:Put*"',
            'slice(["s3:A", "s3:B", "s3:C"], 0, 2)',
            'reverse(local.read)',
            'one(slice(local.read, 0, 1))',
            'coalesce("", null, "s3:GetObject")',
            'element(local.read, 5)',
            'jsondecode("[\\"s3:GetObject\\", \\"s3:PutObject\\"]")',
        )

    def resources(self):
        return self.pick(
            '"*"',
            '"${local.prefix}/*"',
            "local.bucket_arns",
            '[for arn in local.bucket_arns : "${arn}/*"]',
            'concat(local.bucket_arns, [for a in local.bucket_arns : "${a}/*"])',
            '"arn:aws:s3:::home/$${aws:username}/*"',
            'format("arn:%s:rekognition:us-east-1:%s:collection/%s", local.partition, var.account, var.env)',
            'join(":", ["arn", local.partition, "sqs", "eu-west-1", var.account, "queue-${var.env}"])',
            '[for name, prefix in var.prefixes : "${local.prefix}/${prefix}/${upper(name)}"]',
            'formatlist("arn:aws:s3:::%s/%s", var.env, ["a", "b"])',
            '[for i, b in tolist(var.buckets) : "arn:aws:s3:::${i}-${b}"]',
            '"arn:aws:s3:::${replace(var.env, "d", "_")}-%{ if var.flag }on%{ else }off%{ endif }"',
            '"arn:aws:s3:::${substr(var.env, 0, 2)}${length(var.buckets)}${1 + 2 * 3}"',
            'keys({ for b in var.buckets : "arn:aws:s3:::${b}" => b })',
            'values(var.grants)[*].effect',
            '[for p in setproduct(["a", "b"], ["x"]) : "arn:aws:s3:::${p[0]}/${p[1]}"]',
            '"${local.bucket_arns[0]}/${trimsuffix("x/*", "*")}*"',
            'merge({ a = "arn:aws:s3:::a" }, { b = "arn:aws:s3:::b" })["b"]',
            '"arn:aws:s3:::\\u0061\\t${"nested ${var.env}"}"',
        )

    def condition(self):
        return self.pick(
            '{ StringEquals = { "aws:PrincipalTag/Team" = var.tags["Team"] } }',
            '{ StringLike = { "s3:prefix" = [for p in values(var.prefixes) : "${p}/*"] } }',
            '{ Bool = { "aws:SecureTransport" = var.flag } }',
            '{ NumericLessThan = { "aws:MultiFactorAuthAge" = 60 * 60 } }',
            '{ StringEquals = { for k, v in var.tags : "aws:RequestTag/${k}" => v } }',
            'merge({ Bool = { "aws:SecureTransport" = "true" } }, var.flag ? { StringEquals = { "aws:SourceVpc" = "vpc-1" } } : {})',
            '{ "StringEquals" : { "aws:SourceAccount" : tostring(var.account) } }',
            '{ for test in ["StringEquals", "StringLike"] : test => { "aws:SourceVpc" = "vpc-${lower(test)}" } }',
        )

    def statement_of(self, actions, resources):
        effect = self.pick('"Allow"', '"Deny"', 'var.flag ? "Allow" : "Deny"')
        members = [f"Effect = {effect}", f"{self.pick('Action', 'NotAction')} = {actions}", f'"Resource" = {resources}']
        if self.maybe(0.3):
            members.insert(0, f'Sid = {self.pick(chr(34) + "One" + chr(34), "title(var.env)", "replace(" + chr(34) + "a-b" + chr(34) + ", " + chr(34) + "-" + chr(34) + ", " + chr(34) + chr(34) + ")")}')
        if self.maybe(0.4):
            members.append(f"Condition = {self.condition()}")
        if self.maybe(0.3):
            return "{ " + ", ".join(members) + " }"
        comment = self.pick("", " # why", " // why", " /* why */")
        return "{\n" + "".join(f"      {member}{comment}\n" for member in members) + "    }"

    def statement(self):
        if self.maybe(0.15):
            return "local.statement"
        if self.maybe(0.15):
            return f"merge(local.statement, {{ Effect = \"Deny\", Action = {self.actions()} }})"
        return self.statement_of(self.actions(), self.resources())

    def statements(self):
        return self.pick(
            lambda: "[" + ", ".join(self.statement() for _ in range(self.random.randint(1, 3))) + "]",
            lambda: f"concat([{self.statement()}], var.flag ? [local.statement] : [])",
            lambda: '[for name, grant in var.grants : {\n      Sid = title(name), Effect = grant.effect, Action = grant.actions\n'
            '      Resource = coalesce(grant.path, "*")\n    }]',
            lambda: f"flatten([[local.statement], [for b in var.buckets : [{self.statement()}]]])",
            lambda: "values({ for name, grant in var.grants : name => "
            '{ Effect = grant.effect, Action = grant.actions, Resource = "arn:aws:s3:::${name}" } })',
            lambda: f"concat([for s in [{self.statement()}, local.statement] : s if s.Effect == \"Allow\"], [local.statement])",
        )()

    # Policies.

    def encoded(self):
        statements = self.statements()
        form = self.pick(0, 0, 0, 1, 2)
        if form == 0:
            return f"jsonencode({{\n    Version   = \"2012-10-17\"\n    Statement = {statements}\n  }})"
        if form == 1:
            return f'jsonencode(merge({{ Version = "2012-10-17" }}, {{ Statement = {statements} }}))'
        return f'jsonencode({{ "Version" : "2012-10-17", "Statement" : {statements} }})'

    def text(self, template):
        """JSON as text, with expressions in it."""
        loop = self.maybe(0.3)
        arns = "arns" if template else "local.bucket_arns"
        env = "env" if template else "var.env"
        read = "read" if template else "local.read"
        if loop:
            strip = self.pick("~", "")
            inner = (
                f"%{{ for i, arn in {arns} ~}}\n"
                + f'    %{{ if i > 0 }},%{{ endif }}{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "${{arn}}/*"}}\n'
                + f"%{{ endfor {strip}}}\n"
            )
        else:
            inner = (
                '    {"Sid": "A", "Effect": "Allow", "Action": ${jsonencode(' + read + ")},\n"
                + '     "Resource": ["arn:aws:s3:::${' + env + '}/*", "arn:aws:s3:::$${aws:username}"]}\n'
            )
        return '{\n  "Version": "2012-10-17",\n  "Statement": [\n' + inner + "  ]\n}\n"

    def policy(self, number):
        name = f"policy_{number}"
        form = self.random.random()
        if form < 0.55:
            value = self.encoded()
        elif form < 0.75:
            text = self.text(False)
            if self.maybe():
                value = "<<EOF\n" + text + "EOF"
            else:
                value = "<<-EOF\n" + "".join("      " + line + "\n" for line in text.splitlines()) + "    EOF"
        elif form < 0.85:
            self.files[f"{name}.json.tftpl"] = self.text(True)
            value = f'templatefile("${{path.module}}/{name}.json.tftpl", {{ arns = local.bucket_arns, env = var.env, read = local.read }})'
        elif form < 0.9:
            self.files[f"policies/{name}.json"] = json.dumps(
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::${aws:userid}"}]}
            )
            value = f'file("{self.pick("policies", "${path.module}/policies", "./policies")}/{name}.json")'
        elif form < 0.95:
            self.locals.append(f"raw_{name} = {self.encoded()}")
            value = f'jsonencode(merge(jsondecode(local.raw_{name}), {{ Id = "id-${{var.env}}" }}))'
        else:
            value = self.call(name)
        self.locals.append(f"{name} = {value}")
        self.policies.append(name)

    def call(self, name):
        directory = f"modules/{name}"
        self.files[f"{directory}/main.tf"] = (
            'variable "actions" {\n  type = set(string)\n}\nvariable "arn" { default = "*" }\n'
            'output "json" {\n  value = jsonencode({\n    Version = "2012-10-17"\n'
            '    Statement = [{ Effect = "Allow", Action = var.actions, Resource = [var.arn, "${var.arn}/*"] }]\n  })\n}\n'
        )
        arn = self.pick("", "  arn = local.bucket_arns[0]\n", '  arn = "arn:aws:s3:::${var.env}"\n')
        each = self.maybe(0.3)
        meta = '  for_each = toset(["a", "b"])\n' if each else ""
        self.calls.append(f'module "{name}" {{\n  source  = "./{directory}"\n{meta}  actions = local.read\n{arn}}}')
        return f'module.{name}{"[" + chr(34) + "a" + chr(34) + "]" if each else ""}.json'

    def write(self, directory):
        self.base()
        for number in range(self.random.randint(2, 4)):
            self.policy(number)
        locals_text = "locals {\n" + "".join(f"  {one}\n" for one in self.locals) + "}\n"
        self.files["main.tf"] = "# made\n" + locals_text + "\n" + "\n".join(self.calls) + "\n"
        variables = "\n\n".join(self.variables) + "\n"
        if self.maybe(0.8):
            self.files["variables.tf"] = variables
        else:
            self.files["main.tf"] += variables
        if self.values:
            self.files[self.pick("terraform.tfvars", "x.auto.tfvars")] = "\n".join(self.values) + "\n"
        for name, text in self.files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def plain(value):
    """A value as the reader has it, for which all scalars are strings."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return value


def compared(command, terraform, number):
    """How many policies were compared, and what is different."""
    module = Module(number)
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        module.write(directory)
        run = lambda *arguments, **options: subprocess.run(
            arguments, cwd=directory, capture_output=True, text=True, env=environment, check=False, **options
        )
        if module.calls:
            done = run(terraform, "init", "-backend=false", "-input=false", "-no-color")
            assert done.returncode == 0, done.stdout + done.stderr
        names = ", ".join(f"local.{policy}" for policy in module.policies)
        done = run(terraform, "console", input=f"jsonencode([{names}])\n")
        source = "\n".join(f"--- {name}\n{text}" for name, text in module.files.items())
        assert done.returncode == 0, f"module {number}: {done.stderr}\n{source}"
        expected = json.loads(json.loads(done.stdout))
        done = run(command, "documents", "main.tf")
        assert done.returncode == 0, f"module {number}: {done.stderr}\n{source}"
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        found = {line["place"].removeprefix("locals."): line for line in lines}
        wrong = []
        for policy, text in zip(module.policies, expected):
            line = found.get(policy, {})
            if line.get("document") != plain(json.loads(text)) or line.get("open"):
                read = json.dumps(line.get("document"))
                wrong.append(f"module {number}, {policy}:\n  Terraform {text}\n  we        {read}\n{source}")
        return len(expected), wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", nargs="?", default=ROOT / "target/debug/rekognition-iam")
    parser.add_argument("--modules", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    arguments = parser.parse_args()
    terraform = shutil.which("terraform")
    if terraform is None:
        print("terraform_console.py was skipped: `terraform` is not installed")
        return
    command = Path(arguments.command).resolve()
    numbers = range(arguments.first, arguments.first + arguments.modules)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda number: compared(command, terraform, number), numbers))
    wrong = [text for _, texts in results for text in texts]
    if wrong:
        sys.exit("\n\n".join(wrong[:5]) + f"\n\n{len(wrong)} policies are not what Terraform makes of them")
    print(f"{sum(count for count, _ in results)} policies of {len(results)} modules are what Terraform makes of them")


main()
