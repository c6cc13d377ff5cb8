#!/usr/bin/env python3
"""Holds evaluation against an independent implementation, @cloud-copilot/iam-simulate.

usage: tests/differential/evaluate.py [--cases N] [--seed N] [--node-modules DIR] [--list]

Makes N requests (20,000 when nothing is said) over random documents of all kinds, has both decide, and sorts every
disagreement by its cause. Each cause stands in QUIRKS with what AWS's documentation says of it; a disagreement that no cause
explains fails the run. DIR is a node_modules that has the package; without it the package is installed by npm into a
temporary folder. Says loudly, and ends with 0, when node is missing.
"""
import argparse, collections, json, os, pathlib, random, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
ACCOUNT, OTHER = "111122223333", "444455556666"

ACTIONS = ["sqs:SendMessage", "sqs:ReceiveMessage", "SQS:sendmessage", "sqs:Send*", "sqs:*", "*", "sqs:?endMessage", "s3:GetObject", "s3:Get*"]
ASKED = ["sqs:SendMessage", "sqs:SendMessage", "sqs:ReceiveMessage", "SQS:sendmessage"]
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue"
RESOURCES = ["*", f"{QUEUE}/a", f"{QUEUE}/*", f"arn:aws:sqs:*:{ACCOUNT}:queue/a*", f"{QUEUE}/?", "arn:aws:sqs:*:*:queue/*", f"arn:aws:sqs:us-east-?:{ACCOUNT}:*", "arn:aws:s3:::bucket/*"]
WITH_VARIABLES = [f"{QUEUE}/${{k:user}}", f"{QUEUE}/${{k:user, 'a'}}", f"{QUEUE}/a${{*}}", f"{QUEUE}/${{k:none}}"]
ON = [f"{QUEUE}/a", f"{QUEUE}/bob", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:queue/ab", f"arn:aws:sqs:us-east-1:{OTHER}:queue/a", f"{QUEUE}/a/b"]
CALLERS = [f"arn:aws:iam::{ACCOUNT}:user/bob", f"arn:aws:iam::{ACCOUNT}:user/eve", f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s", f"arn:aws:sts::{ACCOUNT}:federated-user/bob",
           f"arn:aws:iam::{OTHER}:user/bob", f"arn:aws:sts::{OTHER}:assumed-role/r/s"]
PRINCIPALS = ["*", {"AWS": "*"}, {"AWS": ACCOUNT}, {"AWS": f"arn:aws:iam::{OTHER}:root"}, {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"},
              {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/p/r", f"arn:aws:sts::{OTHER}:assumed-role/r/s"]}, {"Service": "sns.amazonaws.com"},
              {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s"}, {"AWS": f"arn:aws:sts::{ACCOUNT}:federated-user/bob"}]
OPERATORS = {
    "StringEquals": ["bob", "b*", "${k:user}", "a"], "StringNotEquals": ["bob", "a*"], "StringEqualsIgnoreCase": ["BOB"],
    "StringNotEqualsIgnoreCase": ["BOB"], "StringLike": ["b*", "?o?", "*", "a${*}", "${k:user}*", "${k:none}"], "StringNotLike": ["b*"],
    "NumericEquals": ["10", "10.0"], "NumericNotEquals": ["10"], "NumericLessThan": ["10"], "NumericLessThanEquals": ["10"],
    "NumericGreaterThan": ["10"], "NumericGreaterThanEquals": ["10.5"], "DateEquals": ["2026-01-01T00:00:00Z", "2026-01-01"],
    "DateNotEquals": ["2026-01-01T00:00:00Z"], "DateLessThan": ["2026-01-01T00:00:00Z"], "DateLessThanEquals": ["2026-01-01"],
    "DateGreaterThan": ["2026-01-01T01:00:00+01:00"], "DateGreaterThanEquals": ["2026-01-01T00:00:00Z"], "Bool": ["true", "false"], "BinaryEquals": ["QUJD"],
    "IpAddress": ["10.0.0.0/8", "11.0.0.0/9", "2001:db8::/32"], "NotIpAddress": ["10.0.0.0/8", "11.0.0.0/9", "2001:db8::/32"],
    "ArnEquals": ["arn:aws:sns:*:1:t", "arn:aws:sns:us-east-1:1:*"], "ArnLike": ["arn:aws:sns:*:1:t", "arn:aws:sns:us-east-?:1:${k:user}"],
    "ArnNotEquals": ["arn:aws:sns:*:1:t"], "ArnNotLike": ["arn:aws:sns:*:1:t"], "Null": ["true", "false"]}
FITTING = {"String": ["bob", "BOB", "a*", "alice"], "Numeric": ["10", "10.0", "11", "9", "-3"], "Date": ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "2027-01-01"],
           "Bool": ["true", "false", "TRUE"], "Binary": ["QUJD", "QUJE"], "Ip": ["10.1.2.3", "11.1.1.1", "11.200.1.1", "2001:db8::2"], "Arn": ["arn:aws:sns:us-east-1:1:t", "arn:aws:sns:us-east-1:2:t", "arn:aws:sns:us-east-1:1:bob"], "Null": ["bob"]}

# What the two are known to see otherwise: what makes a case of it, what is settled and where. Most cases have none of these
# and must agree; the others have one, so that it alone explains a disagreement.
QUIRKS = {
    "root user": ("ours: all requests are denied by default except those of the root user, who has full access", GUIDE + "reference_policies_evaluation-logic_policy-eval-denyallow.html"),
    "service principal": ("ours: SCPs do not limit services, which have no identity policies or boundary either", "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html"),
    "NotPrincipal": ("ours: all principals except the one named are denied, also those of a named account and sessions of a named role", GUIDE + "reference_policies_elements_notprincipal.html"),
    "empty text in a set": ("ours: an empty text is an empty set, for which ForAllValues is true and ForAnyValue false", GUIDE + "reference_policies_condition-single-vs-multi-valued-context-keys.html"),
    "ForAnyValue..IfExists": ("ours: a key that is missing makes an ..IfExists condition true", GUIDE + "reference_policies_elements_condition_operators.html"),
    "epoch time": ("ours: epoch time counts seconds; theirs compares it with the milliseconds of an ISO date", GUIDE + "reference_policies_elements_condition_operators.html"),
    "large and small numbers": ("ours: numbers are compared as they are; theirs rounds above 2^53 and reads 1e1 as 1", GUIDE + "reference_policies_elements_condition_operators.html"),
    "addresses without a length": ("ours: such an address is a range of one, in any spelling, and of one IP version; theirs compares the text and lets nothing of another version pass NotIpAddress", GUIDE + "reference_policies_elements_condition_operators.html"),
    "values of another type": ("not documented: a value that is no number or ARN matches none, so that ours lets a negated operator hold", GUIDE + "reference_policies_elements_condition_operators.html"),
    "wildcards over colons": ("ours: a `*` that ends a segment of an ARN reaches over colons", GUIDE + "reference_policies_elements_resource.html"),
    "wildcards in a service prefix": ("not a case of IAM's, which takes no such action; ours matches them as anywhere else", GUIDE + "reference_policies_elements_action.html"),
    "short ARNs": ("not documented: ours takes an ARN with missing fields as it stands, and in an Allow completed with wildcards as well", GUIDE + "reference_policies_elements_resource.html"),
    "variables in NotResource": ("not documented: ours takes a variable without a value as matching nothing, as in Resource", GUIDE + "reference_policies_variables.html"),
    "variables in negated operators": ("ours: nothing equals a variable without a value, so that a negated operator holds", GUIDE + "reference_policies_variables.html"),
    "version 2008-10-17": ("ours: variables came with 2012-10-17 and are text before", GUIDE + "reference_policies_elements_version.html"),
    "session policies": ("ours: a session policy does not limit what a resource policy grants to the session itself or to everyone", GUIDE + "reference_policies_evaluation-logic_policy-eval-denyallow.html"),
}

def family(operator):
    return next(name for name in FITTING if name.lower() in operator.lower() and (name != "Ip" or "IpAddress" in operator))

def statement(rng, kind, quirk):
    out = {"Effect": "Deny" if kind == "resource-control" else rng.choice(["Allow", "Allow", "Allow", "Deny"])}
    actions = ACTIONS + ["s*:*", "*:SendMessage", "s?s:*"] if quirk == "wildcards in a service prefix" else ACTIONS
    out["NotAction" if rng.random() < .12 else "Action"] = [rng.choice(actions) for _ in range(rng.randint(1, 2))]
    negated = rng.random() < .12
    pool = RESOURCES if negated else RESOURCES + WITH_VARIABLES
    if quirk == "wildcards over colons": pool = pool + ["arn:aws:sqs:*:queue/a:x", "arn:aws:*:*:*:*"]
    if quirk == "short ARNs": pool = pool + ["arn:aws:sqs:*:queue/a", "arn:aws:sqs", "arn:aws:*", f"arn:aws:sqs:us-east-1:{ACCOUNT}"]
    if quirk == "variables in NotResource": pool = pool + WITH_VARIABLES * 2
    out["NotResource" if negated else "Resource"] = [rng.choice(pool) for _ in range(rng.randint(1, 2))]
    if kind in ("resource", "resource-control"):
        element = "NotPrincipal" if quirk == "NotPrincipal" and kind == "resource" and rng.random() < .5 else "Principal"
        out[element] = "*" if kind == "resource-control" else rng.choice(PRINCIPALS)
    if rng.random() < .5:
        condition = {}
        for _ in range(rng.randint(1, 2)):
            operator = rng.choice(list(OPERATORS))
            name, values = operator, OPERATORS[operator]
            if operator != "Null":
                set_operator = rng.choice(["", "", "", "ForAllValues:", "ForAnyValue:"])
                exists = rng.choice(["", "", "", "IfExists"])
                if set_operator == "ForAnyValue:" and quirk != "ForAnyValue..IfExists": exists = ""
                name = set_operator + operator + exists
            if quirk == "epoch time" and "Date" in operator: values = values + ["1767225600"]
            if quirk == "large and small numbers" and "Numeric" in operator: values = values + ["1e1", "9007199254740993"]
            if quirk == "addresses without a length" and "IpAddress" in operator: values = values + ["10.1.2.3", "2001:db8::1"]
            if quirk == "variables in negated operators" and operator.startswith("StringNot"): values = values + ["${k:none}", "${k:user}"]
            condition[name] = {"k:" + family(operator): [rng.choice(values) for _ in range(rng.randint(1, 2))]}
        out["Condition"] = condition
    return out

def case(rng, quirk):
    version = lambda: "2008-10-17" if quirk == "version 2008-10-17" and rng.random() < .5 else "2012-10-17"
    document = lambda kind: {"Version": version(), "Statement": [statement(rng, kind, quirk) for _ in range(rng.randint(1, 3))]}
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    policies = [{"kind": "identity", "document": document("identity")} for _ in range(rng.choice([0, 1, 1, 2]))]
    if rng.random() < .5: policies.append({"kind": "resource", "document": document("resource")})
    if rng.random() < .2: policies.append({"kind": "permissions-boundary", "document": document("permissions-boundary")})
    if rng.random() < .25:
        for level in range(rng.randint(1, 2)):
            policies.append({"kind": "service-control", "level": level, "document": rng.choice([everything, everything, document("service-control")])})
    if rng.random() < .15: policies.append({"kind": "resource-control", "document": document("resource-control")})
    if quirk == "session policies": policies.append({"kind": "session", "document": document("session")})
    context = {}
    for name, values in FITTING.items():
        if quirk == "empty text in a set": values = values + ["", ""]
        if quirk == "epoch time" and name == "Date": values = values + ["1767225600"]
        if quirk == "large and small numbers" and name == "Numeric": values = values + ["9007199254740992", "0.1"]
        if quirk == "addresses without a length" and name == "Ip": values = values + ["2001:0db8::1", "2001:db8::2"]
        if quirk == "values of another type" and name in ("Numeric", "Arn", "Date", "Ip"): values = values + ["x", "x"]
        if rng.random() < .6:
            context["k:" + name] = rng.choice(values) if rng.random() < .8 else [rng.choice(values) for _ in range(2)]
    if rng.random() < .6: context["k:user"] = rng.choice(["bob", "a", "a*"])
    callers, on = CALLERS, ON
    if quirk == "root user": callers = [f"arn:aws:iam::{ACCOUNT}:root"]
    if quirk == "service principal": callers = ["sns.amazonaws.com"]
    if quirk == "session policies": callers = [caller for caller in CALLERS if ":sts:" in caller]
    if quirk == "wildcards over colons": on = ON + [f"{QUEUE}/a:x", f"arn:aws:sqs:us-east-1:{ACCOUNT}:q:queue/a:x"]
    return {"quirk": quirk, "policies": policies, "request": {"principal": rng.choice(callers), "action": rng.choice(ASKED), "resource": rng.choice(on), "context": context}}

RUST = r'''
use rekognition_iam_runtime::document::PolicyKind;
use rekognition_iam_runtime::evaluate::{Attached, Program, Request, evaluate};
use rekognition_iam_runtime::json;
use serde_json::Value;

fn main() {
    for line in std::io::stdin().lines() {
        let case: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let documents: Vec<Attached<'_>> = case["policies"].as_array().unwrap().iter().map(|policy| {
            let kind = PolicyKind::ALL.into_iter().find(|kind| kind.name() == policy["kind"]).unwrap();
            let text = policy["document"].to_string();
            let program = Program::compile(&json::parse(&text, &json::Limits::default()).document);
            Attached::new(kind, program).level(policy["level"].as_u64().unwrap_or(0) as u8)
        }).collect();
        let asked = &case["request"];
        let context: Vec<(&String, Vec<&str>)> = asked["context"].as_object().unwrap().iter().map(|(key, values)| (key, match values {
            Value::Array(values) => values.iter().map(|value| value.as_str().unwrap()).collect(),
            one => vec![one.as_str().unwrap()],
        })).collect();
        let mut request = Request::new(asked["action"].as_str().unwrap(), asked["resource"].as_str().unwrap()).principal(asked["principal"].as_str().unwrap());
        for (key, values) in &context { request = request.with(key.as_str(), values.as_slice()); }
        println!("{}", evaluate(&documents, &request).verdict().name());
    }
}
'''

NODE = r'''
import { createInterface } from 'node:readline'
import { loadPolicy } from '@cloud-copilot/iam-policy'
// The engine behind runSimulation, without its look-ups of what exists: the public entry points refuse the keys used here,
// and the unchecked one loses resource and session policies.
const at = './node_modules/@cloud-copilot/iam-simulate/dist/esm/'
const { authorize } = await import(at + 'core_engine/CoreSimulatorEngine.js')
const { AwsRequestImpl } = await import(at + 'request/request.js')
const { RequestContextImpl } = await import(at + 'requestContext.js')
const { DiscoveryContextKeyConstraints } = await import(at + 'context_keys/discoveryContextKeyConstraints.js')
// The policy that allows all cannot be detached: docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
const full = loadPolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] }, { name: 'RCPFullAWSAccess' })
for await (const line of createInterface({ input: process.stdin })) {
  const { policies, request } = JSON.parse(line)
  const of = kind => policies.filter(p => p.kind === kind).map((p, i) => loadPolicy(p.document, { name: kind + i }))
  const levels = new Map()
  for (const p of policies.filter(p => p.kind === 'service-control')) levels.set(p.level, [...(levels.get(p.level) ?? []), loadPolicy(p.document, { name: 'scp' })])
  const some = list => list.length ? list : undefined
  let answer
  try {
    const { result } = authorize({
      request: new AwsRequestImpl(request.principal, { resource: request.resource, accountId: request.resource.split(':')[4] }, request.action, new RequestContextImpl(request.context)),
      sessionPolicy: of('session')[0], identityPolicies: of('identity'), resourcePolicy: of('resource')[0], permissionBoundaries: some(of('permissions-boundary')),
      serviceControlPolicies: [...levels].map(([level, policies]) => ({ orgIdentifier: 'l' + level, policies })),
      resourceControlPolicies: of('resource-control').length ? [{ orgIdentifier: 'l', policies: [full, ...of('resource-control')] }] : [],
      vpcEndpointPolicies: undefined, serviceSettings: { s3: {} },
      simulationParameters: { simulationMode: 'Strict', discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]) } })
    answer = { Allowed: 'allowed', ExplicitlyDenied: 'explicit_deny', ImplicitlyDenied: 'implicit_deny' }[result.result ?? result]
  } catch (error) { answer = 'error: ' + error.message }
  console.log(answer)
}
'''

def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--node-modules", help="a node_modules that has the package")
    parser.add_argument("--list", action="store_true", help="print one case of each cause, and all that are not settled")
    args = parser.parse_args()
    if not shutil.which("node"):
        print("SKIPPED: node is missing, so nothing was compared with iam-simulate", file=sys.stderr)
        return 0
    rng = random.Random(args.seed)
    cases = [case(rng, None if rng.random() < .7 else rng.choice(list(QUIRKS))) for _ in range(args.cases)]
    text = "".join(json.dumps(one) + "\n" for one in cases)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "src").mkdir()
        (folder / "Cargo.toml").write_text('[package]\nname = "differential"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\nserde_json = "1"\n'
                                           f'rekognition-iam-runtime = {{ path = "{ROOT}/runtime" }}\n')
        (folder / "src/main.rs").write_text(RUST)
        (folder / "run.mjs").write_text(NODE)
        if args.node_modules:
            (folder / "node_modules").symlink_to(pathlib.Path(args.node_modules).resolve())
        else:
            (folder / "package.json").write_text("{}")
            subprocess.run(["npm", "install", "--silent", "@cloud-copilot/iam-simulate"], cwd=folder, check=True)
        env = dict(os.environ)
        target = pathlib.Path(env.setdefault("CARGO_TARGET_DIR", str(folder / "target")))
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=folder, env=env, check=True)
        run = lambda command: subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
        ours, theirs = run([target / "release/differential"]), run(["node", folder / "run.mjs"])
    assert len(ours) == len(theirs) == len(cases)
    verdicts, unsettled = collections.Counter(ours), []
    asked, apart, examples = collections.Counter(), collections.Counter(), {}
    for one, mine, other in zip(cases, ours, theirs):
        asked[one["quirk"]] += 1
        if mine == other:
            continue
        if one["quirk"] is None or other.startswith("error"):
            unsettled.append((one, mine, other))
        else:
            apart[one["quirk"]] += 1
            examples.setdefault(one["quirk"], (one, mine, other))
    print(f"{len(cases)} cases: {dict(verdicts)}")
    print(f"{asked[None]} with nothing that is known to differ: {sum(1 for one, _, _ in unsettled if one['quirk'] is None)} disagree")
    for name, (verdict, page) in QUIRKS.items():
        print(f"{name}: {apart[name]} of {asked[name]} disagree\n    {verdict}\n    {page}")
    if args.list:
        for name, found in examples.items():
            print(f"\n{name}: ours {found[1]}, theirs {found[2]}\n{json.dumps(found[0])}")
    for one, mine, other in unsettled[: None if args.list else 5]:
        print(f"\nNOT SETTLED: ours {mine}, theirs {other}\n{json.dumps(one)}")
    if unsettled:
        print(f"\n{len(unsettled)} disagreements are not settled")
    return 1 if unsettled else 0

if __name__ == "__main__":
    sys.exit(main())
