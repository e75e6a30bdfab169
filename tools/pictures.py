"""Pictures of an HTML file as readers see it: small and large screen, light and dark.

    .venv/bin/python tools/pictures.py FILE.html FOLDER [--browser /usr/bin/chromium]

Writes FOLDER/FILE-320-light.png and so on. Needs Chromium and the development packages.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

WIDTHS = (320, 800)
SCHEMES = ("light", "dark")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Take the pictures and say where they are."""
    options = arguments()
    executable = options.browser or next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        print("No Chromium was found: install it, or name it with --browser.", file=sys.stderr)
        return 1
    options.folder.mkdir(parents=True, exist_ok=True)
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        for picture in pictures(browser, options.file, options.folder):
            print(picture)
        browser.close()
    return 0


def arguments() -> argparse.Namespace:
    """What to take pictures of, and where to put them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--browser", help="path of a Chromium")
    return parser.parse_args()


def pictures(browser: Browser, file: Path, folder: Path) -> list[Path]:
    """One picture of the whole page for each width and colour scheme."""
    taken = []
    for width in WIDTHS:
        for scheme in SCHEMES:
            page = browser.new_page(
                viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
            )
            page.goto(file.resolve().as_uri())
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                print(f"{file.name} needs {wide} px at a width of {width}", file=sys.stderr)
            target = folder / f"{file.stem}-{width}-{scheme}.png"
            page.screenshot(path=target, full_page=True)
            page.close()
            taken.append(target)
    return taken


if __name__ == "__main__":
    raise SystemExit(main())
