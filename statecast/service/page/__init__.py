"""The live page: HTML, script and Vega, all from here."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse

from statecast.service.vega import Vega

FOLDER = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
    " data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
A_DAY = {"Cache-Control": "private, max-age=86400"}
SCRIPT = "text/javascript; charset=utf-8"


def add_page(app: FastAPI, vega: Vega) -> None:
    """Add the page at / and what it loads."""

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(FOLDER / "page.html", headers=HEADERS)

    @app.get("/page.css", include_in_schema=False)
    def style() -> FileResponse:
        return FileResponse(FOLDER / "page.css", headers=HEADERS)

    @app.get("/page.js", include_in_schema=False)
    def script() -> FileResponse:
        return FileResponse(FOLDER / "page.js", media_type=SCRIPT, headers=HEADERS)

    @app.get("/vega.js", include_in_schema=False)
    async def vega_script() -> FileResponse:
        return FileResponse(await vega.path(), media_type=SCRIPT, headers={**HEADERS, **A_DAY})
