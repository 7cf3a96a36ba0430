"""The tables of the quality sample: what was drawn, what came of it, which thresholds hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cpims_scan.domain.trust import Basis
from cpims_scan.store.columns import Base, Code, Sha256, UtcTime, Word, word_of
from cpims_scan.store.states import SampleVerdict


class SampleKeyRow(Base):
    """The secret that the draw depends on; made once, never shown on the desk."""

    __tablename__ = "sample_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # always 1
    secret: Mapped[str] = mapped_column(Sha256)  # 32 random bytes, hex


class SampleDrawRow(Base):
    """One field that is asked blind, and what the machine had said. Added, never changed."""

    __tablename__ = "sample_draw"
    __table_args__ = (
        UniqueConstraint("sheet", "index", "field"),
        Index(None, "field_class", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[str] = mapped_column(ForeignKey("sheet.key"))
    index: Mapped[int]
    field: Mapped[str] = mapped_column(Code)
    revision: Mapped[int]
    field_class: Mapped[str] = mapped_column(Word)
    is_accepted: Mapped[bool]  # by the machine; else it was to be asked for its probability alone
    least: Mapped[float] = mapped_column(Double)  # threshold in force when it was drawn
    probability: Mapped[float] = mapped_column(Double)  # as the machine gave it
    inclusion: Mapped[float] = mapped_column(
        Double
    )  # probability of being drawn; its inverse is the weight
    writer: Mapped[str] = mapped_column(Code)  # whose errors belong together
    machine: Mapped[str] = mapped_column(Code)  # digest of the weights that read it
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    state: Mapped[str] = mapped_column(Word)
    drawn_at: Mapped[dt.datetime] = mapped_column(UtcTime)


class SampleAnswerRow(Base):
    """What a person who did not see the machine's reading said of it; the newest row counts."""

    __tablename__ = "sample_answer"
    __table_args__ = (word_of("verdict", SampleVerdict),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("sample_draw.id"), index=True)
    verdict: Mapped[str] = mapped_column(Word)
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    state: Mapped[str] = mapped_column(Word)
    by: Mapped[str] = mapped_column(Code)
    at: Mapped[dt.datetime] = mapped_column(UtcTime)


class TrustThresholdRow(Base):
    """From when which probability is enough, and why; the newest row of a class is in force."""

    __tablename__ = "trust_threshold"
    __table_args__ = (word_of("basis", Basis), Index(None, "field_class", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    field_class: Mapped[str] = mapped_column(Word)
    least: Mapped[float] = mapped_column(Double)
    basis: Mapped[str] = mapped_column(Word)
    machine: Mapped[str] = mapped_column(Code)  # other weights begin from their own prior
    after_draw: Mapped[int]  # the newest draw at that time: what comes later speaks of the new one
    at: Mapped[dt.datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(Code)  # a program's name when the sample moved it
    why: Mapped[dict[str, Any]] = mapped_column(JSON)  # n, wrong, bound and the like; no values
