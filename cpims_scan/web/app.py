"""The desk as one application: what it is made of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from cpims_scan.pipeline.workplace import open_workplace
from cpims_scan.settings import Settings
from cpims_scan.store.sessions import IDLE
from cpims_scan.web import (
    coaching,
    door,
    failures,
    forms,
    held,
    pages,
    pictures,
    placing,
    questions,
    review,
    uploads,
)
from cpims_scan.web.guard import Guard
from cpims_scan.web.language import load_languages
from cpims_scan.web.render import STATIC, environment


def create_app(settings: Settings) -> FastAPI:
    """
    Make the review desk of one workspace.

    Catalogs and templates are read once, here; the workspace is opened when the application
    starts and closed when it ends.

    Raises:
        StoreError: At start: the work database cannot be opened or is of another version.
    """
    app = FastAPI(
        lifespan=_open_while_running(settings), docs_url=None, redoc_url=None, openapi_url=None
    )
    app.state.languages = load_languages()
    app.state.templates = environment()
    app.state.idle_seconds = int(IDLE.total_seconds())
    parts = (door, pages, coaching, review, questions, placing, held, uploads, pictures, forms)
    for part in parts:
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Guard)
    failures.register(app)
    return app


def _open_while_running(
    settings: Settings,
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with open_workplace(settings) as place:
            app.state.place = place
            yield

    return lifespan
