"""Takes the pictures of the report for docs/images: desktop and phone, light and dark.

Plays debug-cache with an answer that leaves a bug and lint findings, so that there is something
to see. Usage: python scripts/screenshots.py FOLDER
"""

from __future__ import annotations

import os
import shutil
import subprocess  # noqa: TID251 - drives the installed program from outside
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
EXERCISE = ROOT / "exercises" / "debug-cache"
SIZES = {"desktop": (1280, 1400), "phone": (390, 844)}


def main() -> None:
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        report = _play(Path(made))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            for name, (width, height) in SIZES.items():
                for scheme in ("light", "dark"):
                    page = browser.new_page(
                        viewport={"width": width, "height": height},
                        color_scheme=scheme,
                        device_scale_factor=2 if name == "phone" else 1,
                    )
                    page.goto(report.as_uri())
                    page.screenshot(path=target / f"report-{name}-{scheme}.png")
                    page.close()
            browser.close()


def _play(folder: Path) -> Path:
    """A scored attempt at debug-cache; the path of its report."""
    environment = {**os.environ, "WORKSAMPLE_DATA": str(folder / "data")}
    workspace = folder / "debug-cache"

    def worksample(*words: str, cwd: Path) -> None:
        subprocess.run(
            ["worksample", *words],
            cwd=cwd,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    worksample("start", "debug-cache", cwd=folder)
    # The author's answer with one bug left and a careless import.
    for overlay in ("solution", "faults/byte-budget"):
        shutil.copytree(EXERCISE / overlay, workspace, dirs_exist_ok=True)
    module = workspace / "respcache" / "keys.py"
    module.write_text(f"{module.read_text()}\n\nimport os\n")
    worksample("score", cwd=workspace)
    return workspace / ".worksample" / "report.html"


if __name__ == "__main__":
    main()
