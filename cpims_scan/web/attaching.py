"""Pages without a form on the desk: what they may be, and beside which form page they lie."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from cpims_scan.pipeline.assembly.odd_pages import AttachmentKind
from cpims_scan.store.arrivals import arrivals_with
from cpims_scan.store.tables import TaskRow
from cpims_scan.web import phrases
from cpims_scan.web.language import Language
from cpims_scan.web.views import page_url

ATTACH = "attachment:"  # begins the answer of a button; the kind follows


def attachable(session: Session, task: TaskRow, language: Language) -> dict[str, Any]:
    """
    What the page of a question needs beside the forms it may be.

    Returns:
        attachment_kinds: answer, key, words and whether it is proposed, the proposed one first.
        run: pictures of the pages that the answer is also about, in order, the first left out.
        beside: the form page that they lie behind, picture and label; None when there is none.
        discarded: whether somebody put the pages aside already.
    """
    proposed = str(task.question.get("proposed") or AttachmentKind.OTHER)
    kinds = [
        (ATTACH + kind, key, language.text(words), kind == proposed)
        for kind, key, words in phrases.ATTACHMENT_KINDS
    ]
    beside = task.question.get("beside")
    return {
        "attachment_kinds": sorted(kinds, key=lambda kind: not kind[3]),
        "run": [page_url(content) for content in list(task.question.get("run") or ())[1:]],
        "beside": _beside(session, str(beside), language) if beside else None,
        "discarded": bool(task.question.get("discarded")),
    }


def kind_of(answer: str) -> str | None:
    """The kind of attachment that a button's answer names; None for another answer."""
    return answer.removeprefix(ATTACH) if answer.startswith(ATTACH) else None


def _beside(session: Session, content: str, language: Language) -> dict[str, str]:
    arrivals = arrivals_with(session, content)
    page = language.text(phrases.PAGE)
    label = f"{arrivals[0].file_name}, {page} {arrivals[0].number}" if arrivals else page
    return {"picture": page_url(content), "label": label}
