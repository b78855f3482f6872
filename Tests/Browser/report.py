"""The report in a browser: whole by itself, fit to be read by everybody, and to be printed."""

import base64
import re
import subprocess

from accessibility import check_accessibility

# The breadth of an A4 page within the report's margins, in CSS pixels.
PAPER = int((210 - 2 * 15) / 25.4 * 96)
# What reaches out of the page, but for what scrolls by itself.
WIDE = """return [...document.querySelectorAll('main *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .filter(one => getComputedStyle(one.closest('.scroll') ?? one).overflowX !== 'auto' || one.matches('.scroll'))
    .map(one => one.outerHTML.slice(0, 100))"""


def check_report(program, folder, sweep, window, screenshots):
    """Writes the report of a sweep in `folder`, and looks at it."""
    file = folder / "report.html"
    subprocess.run([program, "report", sweep, "--state", "state", "--output", str(file)], cwd=folder, check=True, capture_output=True)
    window.console()
    window.open(file.as_uri())
    requests = window.run("return performance.getEntriesByType('resource').map(one => one.name).filter(name => !name.startsWith('data:'))")
    assert not requests, f"the report asks for {requests}"
    assert window.run("return document.querySelectorAll('table tbody tr').length") > 0, "the report has no table"
    for width in (360, 1280, 2560):
        window.resize(width, 1200)
        wide = window.run(WIDE)
        assert not wide, f"the report is too wide for {width} px: {wide}"
        window.screenshot(screenshots / f"report-{width}.png")
        check_accessibility(window, f"the report, {width} px")
    complaints = [entry["message"] for entry in window.console() if entry["level"] in ("SEVERE", "WARNING")]
    assert not complaints, complaints
    check_print(window, screenshots)


def check_print(window, screenshots):
    window.resize(PAPER, 1000)
    window.devtools("Emulation.setEmulatedMedia", media="print")
    cut = window.run(WIDE)
    window.devtools("Emulation.setEmulatedMedia", media="")
    window.resize(1280, 1000)
    assert not cut, f"on paper this is cut off: {cut}"
    paper = window.devtools("Page.printToPDF", preferCSSPageSize=True, paperWidth=210 / 25.4, paperHeight=297 / 25.4)
    data = base64.b64decode(paper["data"])
    (screenshots / "report.pdf").write_bytes(data)
    assert len(re.findall(rb"/Type\s*/Page\b", data)) > 0, "the report prints to nothing"
