"""`python -m tests.screenshots [--data DIR]`: screenshots of the sample province for the README."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser, Page, expect, sync_playwright

from data.writing.store import Store
from tests.browser import Switchboard, chromium, enter, serving, when_idle
from tests.stores import ROOT, run

FOLDER = ROOT / "tests" / "screenshots"
VIEWS = {
    "overview": ("/", 1280, 860, "light"),
    "trend": ("/trend?indicator=village_heads_member_share", 1280, 860, "light"),
    "compare": ("/compare?period=2019", 1280, 860, "light"),
    "lagging": ("/lagging", 1280, 800, "dark"),
    "plans": ("/plans", 1280, 860, "light"),
    "returns": ("/returns", 1280, 800, "light"),
    "telephone": ("/", 360, 780, "light"),
}


def main(data: Annotated[Path, typer.Option(help="where the province is kept")] = ROOT / "var") -> None:
    """Creates the province unless it exists, serves it and takes a screenshot of each view."""
    made = run("demo", "--no-serve", "--data", str(data))
    if made.returncode:
        typer.echo(made.stderr, err=True)
        raise typer.Exit(1)
    FOLDER.mkdir(exist_ok=True)
    switchboard = Switchboard()
    with closing(Store.open(f"sqlite:///{(data / 'store.sqlite').as_posix()}")) as store:
        switchboard.show(store)
        with (
            serving(switchboard) as base,
            sync_playwright() as playwright,
            closing(playwright.chromium.launch(**chromium())) as browser,
        ):
            _take(browser, base)


def _take(browser: Browser, base: str) -> None:
    expect.set_options(timeout=120_000)
    with closing(browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")) as context:
        page = context.new_page()
        page.set_default_timeout(120_000)
        for name, (path, width, height, scheme) in VIEWS.items():
            page.set_viewport_size({"width": width, "height": height})
            enter(page, base, path)
            page.evaluate("(scheme) => localStorage.setItem('mantine-color-scheme-value', scheme)", scheme)
            page.reload()
            _keep(when_idle(page), FOLDER / f"{name}.png")


def _keep(page: Page, file: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)
    typer.echo(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    typer.run(main)
