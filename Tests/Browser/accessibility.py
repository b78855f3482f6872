"""What can be checked of a page's accessibility without anybody's help: names, roles, headings and contrast."""

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
