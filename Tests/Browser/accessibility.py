"""What can be checked of a page's accessibility: by axe-core, where it is installed, and by rules of our own, everywhere."""

import importlib.util
import os
import pathlib


def find_axe():
    """axe.min.js: the file that $AXE names, or the one of the package axe-core-python."""
    if named := os.environ.get("AXE"):
        return pathlib.Path(named)
    package = importlib.util.find_spec("axe_core_python")
    file = pathlib.Path(package.origin).parent / "axe.min.js" if package else None
    return file if file and file.exists() else None


AXE = find_axe()
# Beside the rules of WCAG 2.2 A and AA those that axe calls best practices, such as landmarks and the order of headings.
AXE_CHECKS = """
return (await axe.run(document, { resultTypes: ["violations"] })).violations
  .flatMap((one) => one.nodes.map((node) => `${one.id} (${one.impact}): ${node.html.slice(0, 160)} ${node.failureSummary}`));
"""


def checkers():
    """Whose rules are checked, in words."""
    return f"our own rules and axe-core's ({AXE})" if AXE else "our own rules alone, for axe-core is not installed"


def check_accessibility(window, label):
    """Everything that stands in somebody's way on a page as it is shown."""
    findings = window.run("return await (async () => {%s})()" % OWN_CHECKS)
    if AXE:
        # Not as an element of the page, whose policy would forbid it.
        if not window.run("return typeof axe === 'object'"):
            window.devtools("Runtime.evaluate", expression=AXE.read_text() + ";0")
        findings += window.run(AXE_CHECKS)
    assert not findings, f"{label}: " + "; ".join(findings)

OWN_CHECKS = r"""
const findings = [];
const shown = (node) => node.getClientRects().length > 0 && getComputedStyle(node).visibility !== "hidden";
const name = (node) => [node.getAttribute("aria-label"),
  ...(node.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent),
  ...[...(node.labels ?? [])].map((label) => label.textContent), node.textContent, node.getAttribute("alt")]
  .find((text) => text?.trim());
const within = document.querySelector("dialog[open]") ?? document;
const all = (selector) => [...within.querySelectorAll(selector)].filter(shown);
for (const node of all("button, a[href], input, select, summary, [role=img], [role=region], dialog"))
  if (!name(node)) findings.push(`no name: ${node.outerHTML.slice(0, 120)}`);
if (!document.documentElement.lang) findings.push("no language");
if (!document.title) findings.push("no title");
const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) findings.push(`id twice: ${id}`);
for (const table of all("table")) if (!table.querySelector("th[scope]")) findings.push("a table without headers");

const channels = (text) => text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
const light = (colour) => colour.slice(0, 3).map((part) => part / 255)
  .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
const ground = (node) => {
  for (let one = node; one; one = one.parentElement) {
    const colour = channels(getComputedStyle(one).backgroundColor);
    if (colour[3] === undefined || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
for (const node of all("*")) {
  const isText = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
  if (!isText || node.disabled || node.closest("[aria-hidden=true]")) continue;
  const [one, other] = [light(channels(getComputedStyle(node).color)), light(ground(node))];
  const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (contrast < 4.5) findings.push(`contrast ${contrast.toFixed(2)}: ${node.outerHTML.slice(0, 120)}`);
}
return findings;
"""
