#!/usr/bin/env python3
"""The page of `rekognition-iam report` in headless Chromium: it works, loads nothing, and runs nothing of a policy's text.

Chromium is the one of the system (`chromium`, `chromium-browser`, or `google-chrome`); without one, or without Playwright from PyPI,
this says that it was skipped.

    report.py                       checks
    report.py --pictures DIRECTORY  also writes pictures: light, dark, narrow, and a PDF
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import environment

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if BROWSER is None:
    print("\n*** SKIPPED report.py: there is no Chromium here\n")
    sys.exit(0)
environment.ensure("playwright>=1.49,<2")

from playwright.sync_api import sync_playwright  # noqa: E402

HOSTILE = '</script><script>window.hit=1</script><img src=x onerror="window.hit=1"><svg onload=window.hit=1>'
MOST_SECONDS = 2
SERVICES = ["athena", "cloudformation", "cloudwatch", "comprehend", "dynamodb", "ec2", "ecr", "ecs", "eks", "elasticache", "elasticloadbalancing",
            "es", "events", "firehose", "glue", "iam", "kinesis", "kms", "lambda", "logs", "polly", "rds", "rekognition", "s3", "sagemaker", "sns", "sqs",
            "sts", "textract"]


def command():
    subprocess.run(["cargo", "build", "--quiet", "-p", "rekognition-iam-cli"], cwd=environment.ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", environment.ROOT / "target"))
    return target / "debug" / "rekognition-iam"


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions, resource="*", **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


def write(folder, name, document):
    path = Path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")


def small(folder):
    vpc = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    write(folder, "new/admin.json", policy(allow("*"), {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}))
    write(folder, "new/indexer.json", policy(allow(["rekognition:IndexFaces"], "arn:aws:rekognition:us-east-1:123456789012:collection/a", Condition=vpc)))
    write(folder, "new/reader.json", policy(allow(["s3:Get*", "s3:ListBucket"])))
    write(folder, "new/typo.json", policy(allow(["rekognition:DetectLabel"])))
    # More services than fit on a page, names without a place to break, and a name that turns the direction of writing.
    write(folder, "new/wide.json", policy(allow([f"{service}:*" for service in SERVICES], "arn:aws:s3:::" + "b" * 63)))
    write(folder, "new/host\u202egnp.json", policy(allow(["s3:GetObject"], "*")))
    write(folder, "new/bucket.json", policy({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/app"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}))
    write(folder, "new/hostile<img src=x onerror=hit()>.json", policy(allow([HOSTILE, "s3:PutObject"], HOSTILE, Sid=HOSTILE, Condition={"StringEquals": {HOSTILE: HOSTILE}})))
    shutil.copytree(Path(folder, "new"), Path(folder, "old"))
    write(folder, "old/reader.json", policy(allow(["s3:GetObject"])))


def large(folder):
    services = ["s3:Get*", "ec2:*", "iam:PassRole", "kms:Decrypt", "lambda:*", "sqs:Send*", "sns:Publish", "logs:*", "dynamodb:*", "rekognition:*"]
    for number in range(500):
        actions = [services[(number + step) % len(services)] for step in range(4)]
        write(folder, f"many/policy-{number:03}.json", policy(
            allow(actions, f"arn:aws:s3:::bucket-{number}/*", Sid=f"Some{number}"),
            {"Effect": "Deny", "Action": "organizations:*", "Resource": "*"}))


def run(binary, folder, *arguments):
    answer = subprocess.run([binary, "report", "--no-config", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        sys.exit(f"report {arguments}: {answer.stderr}")


class Browser:
    """Pages of one browser, with what must not happen on any of them."""

    def __init__(self, browser):
        self.browser = browser
        self.wrong = []

    def open(self, path, **options):
        context = self.browser.new_context(**options)
        page = context.new_page()
        own = path.as_uri()

        def route(route):
            url = route.request.url
            if url.split("#")[0] == own or url.startswith("data:"):
                route.continue_()
            else:
                self.wrong.append(f"a request left the page: {url}")
                route.abort()

        context.route("**/*", route)
        page.on("pageerror", lambda error: self.wrong.append(f"an error on the page: {error}"))
        page.on("console", lambda message: message.type == "error" and self.wrong.append(f"on the console: {message.text}"))
        page.on("dialog", lambda dialog: self.wrong.append("a dialog opened"))
        page.goto(own)
        page.wait_for_selector("html[data-ready]", timeout=20_000)
        return page


def equal(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: {found!r}, expected {expected!r}")


def names(page):
    return [name.split("/")[-1] for name in page.locator("#matrix tbody .name").all_inner_texts()]


def until(page, rows):
    """Waits for so many rows. Not Playwright's own waiting, which evaluates text in the page: its content security policy forbids it."""
    end = time.monotonic() + 20
    while page.locator("#matrix .name").count() != rows:
        if time.monotonic() > end:
            sys.exit(f"{rows} rows expected, found {names(page)[:10]}")
        time.sleep(0.01)


def check_small(browser, path):
    page = browser.open(path, viewport={"width": 1400, "height": 900})
    verdict = page.inner_text("#verdict h2")
    if "error" not in verdict or "allow" not in verdict:
        sys.exit(f"the verdict: {verdict}")
    if page.locator("#verdict .finding").bounding_box()["y"] > 600:
        sys.exit("the worst finding is not in view at first")

    # Search: by an action that a pattern, and `*`, match; by a condition key.
    page.fill("#search", "s3:GetObjectAcl")
    until(page, 3)
    equal("a search for an action", names(page), ["admin.json", "reader.json", "wide.json"])
    page.fill("#search", "aws:SourceVpc")
    until(page, 1)
    equal("a search for a key", names(page), ["indexer.json"])
    page.fill("#search", "")
    until(page, 8)

    # Filter by level, conditions, and the actions of a service.
    page.select_option("#conditions", "with")
    equal("under conditions", [name for name in names(page) if "hostile" not in name], ["indexer.json"])
    page.select_option("#conditions", "")
    page.select_option("#columns", "s3")
    page.select_option("#level", "permissions")
    equal("permissions management of s3", names(page), ["admin.json", "wide.json"])
    page.select_option("#level", "")
    page.select_option("#columns", "")
    page.select_option("#rows", "principals")
    if not any("role/app" in name or name == "app" for name in page.locator("#matrix .name").all_inner_texts()):
        sys.exit("the principal of the bucket policy has no row")
    page.select_option("#rows", "policies")

    # Sort, with the keyboard, and what a screen reader is told.
    ascending = names(page)
    page.focus("#matrix thead button >> nth=0")
    page.keyboard.press("Enter")
    equal("sorted down", names(page), ascending[::-1])
    equal("aria-sort", page.get_attribute("#matrix thead th >> nth=0", "aria-sort"), "descending")
    equal("focus after sorting", page.evaluate("document.activeElement.dataset.key"), "name")
    page.click("#matrix thead button[data-key='s3']")
    equal("sorted by s3", names(page)[0], "wide.json")

    # A row opens, and says so.
    row = page.locator("#matrix .name", has_text="reader.json")
    row.focus()
    page.keyboard.press("Enter")
    equal("aria-expanded", row.get_attribute("aria-expanded"), "true")
    if "s3:ListBucket" not in page.inner_text(".details"):
        sys.exit("the statements of a row are not shown")

    # Findings: severity chips and search. None is accepted, so nothing asks for those.
    equal("a choice without effect", page.locator("#accepted").is_visible(), False)
    count = page.locator("#list > li").count()
    page.click("#severities button[data-severity='error']")
    if page.locator("#list > li.error").count() != 0 or page.locator("#list > li").count() >= count:
        sys.exit("a severity cannot be turned off")
    page.click("#severities button[data-severity='error']")
    page.fill("#find", "no action `DetectLabel`")
    equal("a search of findings", page.locator("#list > li").count(), 1)
    page.fill("#find", "")
    equal("the marked text", page.inner_text("#list > li:has-text('no action DetectLabel') mark >> nth=0"), "DetectLabel")
    if page.locator("#changes .change").count() != 1:
        sys.exit("one policy has changed")

    # The first stop of the tab key skips the navigation.
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("Tab")
    equal("the first focus", page.evaluate("document.activeElement.className"), "skip")

    # Colors and contrast, light and dark.
    for theme in ("light", "dark"):
        if page.evaluate("document.documentElement.dataset.theme") != theme:
            page.click("#theme")
        for found in page.evaluate(CONTRAST):
            browser.wrong.append(f"contrast in {theme}: {found}")

    on_paper(browser, path)
    if page.evaluate("window.hit") is not None or page.locator("img, svg").count() > 0:
        sys.exit("text of a policy ran, or became an element")

    if "\u202e" in page.content() or "host\\u{202e}gnp.json" not in page.inner_text("#matrix"):
        sys.exit("a name can turn the direction of writing")

    # A tile shows what it counts, whatever was searched before.
    page.fill("#find", "nothing has this")
    page.click(".tile.error")
    equal("what a tile shows", page.inner_text("#found").split()[0], page.inner_text(".tile.error b"))

    # Lists have only items, and no two landmarks have the same name.
    equal("children of lists", page.locator(":is(ul, ol) > :not(li)").count(), 0)
    landmarks = page.evaluate("""[...document.querySelectorAll("section:not([hidden]), [role=region], [role=search], [role=group][aria-label], nav")].filter((e) => e.tagName !== "PRE").map((e) =>
      e.getAttribute("aria-label") || document.getElementById(e.getAttribute("aria-labelledby")).textContent).filter((name, at, all) => all.indexOf(name) !== at)""")
    equal("landmarks with the same name", [name for name in landmarks if name not in ("Access", "Findings")], [])

    narrow = browser.open(path, viewport={"width": 360, "height": 800})
    wide = narrow.evaluate("document.documentElement.scrollWidth")
    if wide > 360:
        far = narrow.evaluate("[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > 360 && !e.closest('.scroll, pre, nav')).map((e) => e.tagName + '#' + e.id + '.' + e.className).slice(0, 5)")
        sys.exit(f"a narrow window has to scroll sideways: {wide}, {far}")


def on_paper(browser, path):
    """Paper is light, and has everything, whatever the screen shows when it is printed."""
    # The width of A4 across, without its margins.
    page = browser.open(path, viewport={"width": 1032, "height": 720}, color_scheme="dark")
    total = page.evaluate("JSON.parse(document.getElementById('data').textContent).findings.length")
    page.click("#matrix .name >> nth=0")
    page.fill("#find", "nothing has this")
    page.click("#severities button[data-severity='error']")
    page.fill("#search", "nothing has this")
    page.select_option("#conditions", "with")
    until(page, 0)
    screen = page.inner_text("#found"), page.inner_text("#count")
    pdf = page.pdf(prefer_css_page_size=True)
    if not pdf.startswith(b"%PDF") or len(pdf) < 10_000:
        sys.exit("printing makes no PDF")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    equal("tools on paper", page.locator("input:visible, select:visible, button:visible:not(.name, th button)").count(), 0)
    equal("findings on paper", (page.locator("#list > li").count(), page.inner_text("#found").split()[0]), (total, str(total)))
    equal("policies on paper", (page.locator("#paper table >> nth=0").locator(".name").count(), page.inner_text("#count")), (8, "8 policies"))
    columns = page.locator("#paper thead th[scope='col']:not(:first-child)").all_inner_texts()
    shown = [text for text in columns if text in SERVICES]
    equal("services on paper", sorted(shown), SERVICES)
    equal("closed lists on paper", page.locator("#paper details:not([open])").count(), 0)
    for found in page.evaluate(CONTRAST):
        browser.wrong.append(f"contrast on paper: {found}")
    far = page.evaluate("""[...document.querySelectorAll("main *")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > 1033)
      .map((e) => `${e.tagName}.${e.className} ${e.getBoundingClientRect().right}`).slice(0, 5)""")
    equal("beyond the edge of the paper", far, [])
    dark = page.evaluate("""[...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()).map((e) => getComputedStyle(e).backgroundColor.match(/[\\d.]+/g).map(Number))
      .filter(([r, g, b, a]) => a !== 0 && r + g + b < 300 && !(r > 100))""")
    equal("dark areas on paper", dark, [])
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    equal("the screen after printing", (page.inner_text("#found"), page.inner_text("#count"), page.locator("#paper > *").count()), (*screen, 0))


# WCAG 2.2, 1.4.3: 4.5 to 1 for text, of each text with its own color.
CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const wrong = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || ["SCRIPT", "OPTION"].includes(element.tagName) || element.closest(".skip")) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) wrong.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...wrong];
}"""


def check_large(browser, path):
    page = browser.open(path, viewport={"width": 1400, "height": 900})
    # The time that the page itself takes: what the processor does for it, and not for other programs meanwhile.
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent():
        metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
        return metrics["TaskDuration"]

    before = spent()
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    seconds = spent() - before
    equal("policies", page.locator("#matrix .name").count(), 500)
    before = spent()
    page.fill("#search", "policy-123")
    until(page, 1)
    search = spent() - before
    if max(seconds, search) > MOST_SECONDS:
        sys.exit(f"500 policies open in {seconds:.2f} s, and a search takes {search:.2f} s")
    return seconds, search


def pictures(browser, path, directory):
    directory.mkdir(parents=True, exist_ok=True)
    for name, width, scheme in [("light", 1400, "light"), ("dark", 1400, "dark"), ("narrow", 390, "light")]:
        page = browser.open(path, viewport={"width": width, "height": 1000}, color_scheme=scheme)
        page.screenshot(path=directory / f"{name}.png")
    # As it is printed from a dark screen.
    page = browser.open(path, viewport={"width": 1032, "height": 720}, color_scheme="dark")
    page.pdf(path=directory / "page.pdf", prefer_css_page_size=True)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.screenshot(path=directory / "print.png", full_page=True)


def main():
    binary = command()
    with tempfile.TemporaryDirectory() as folder:
        small(folder)
        large(folder)
        run(binary, folder, "new", "--base", "old", "--out", "small.html")
        run(binary, folder, "many", "--out", "large.html")
        with sync_playwright() as playwright:
            # In a container, Chromium cannot make a sandbox of its own.
            started = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
            browser = Browser(started)
            check_small(browser, Path(folder, "small.html"))
            seconds, search = check_large(browser, Path(folder, "large.html"))
            if "--pictures" in sys.argv:
                pictures(browser, Path(folder, "small.html"), Path(sys.argv[sys.argv.index("--pictures") + 1]))
            started.close()
    for problem in sorted(set(browser.wrong)):
        print(problem)
    if browser.wrong:
        sys.exit(1)
    print(f"the page works, loads nothing, and runs nothing; 500 policies open in {seconds:.2f} s, a search takes {search:.2f} s")


main()
