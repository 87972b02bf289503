"""The pictures of the README, out of the sample's report: `make pictures`."""

from pathlib import Path

from playwright.sync_api import sync_playwright

REPORTS = Path("reports")
SHOTS = {"example": ("index", 1380), "example-people": ("people", 1500)}
WIDTH = 1180


def main() -> None:
    week = max(folder.name for folder in REPORTS.glob("20*-W*"))
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, (page_name, height) in SHOTS.items():
            page = browser.new_page(viewport={"width": WIDTH, "height": height})
            page.goto((REPORTS / week / "en" / f"{page_name}.html").resolve().as_uri())
            for plot in page.locator(".plot").all()[:3]:
                plot.scroll_into_view_if_needed()
                plot.locator(".main-svg").first.wait_for()
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=REPORTS / f"{name}.png")
            print(REPORTS / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
