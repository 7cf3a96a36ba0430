"""`report trust` in the terminal: one line a class, then how probability and truth compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.table import Table

from cpims_scan.domain.trust import NEVER, Basis
from cpims_scan.pipeline.trust.report import BLIND, SYNTHETIC, Bin, ClassReport, TrustReport

BAR = 40  # characters of a bar that is 100 %
PER = 1000.0  # rates are told as the published ones are: wrong in 1,000

HEADS = {
    "en": (
        "class",
        "accepted",
        "asked",
        "review",
        "checked",
        "wrong",
        "wrong in 1,000, at most",
        "threshold",
        "why",
    ),
    "sw": (
        "aina",
        "zilizokubaliwa",
        "zilizoulizwa",
        "ukaguzi",
        "zilizothibitishwa",
        "makosa",
        "makosa katika 1,000, si zaidi ya",
        "kizingiti",
        "sababu",
    ),
}
WORDS = {
    "en": {
        "title": "At most {target:g} wrong in 1,000 accepted; {share:.1%} of them checked blind",
        BLIND: "blind sample",
        SYNTHETIC: "synthetic",
        Basis.PRIOR: "prior",
        Basis.TIGHTENED: "tightened",
        Basis.LOOSENED: "loosened",
        "judgement": "judgement, not proven",
        "drawn sheets": "drawn sheets, safety factor 2",
        "always": "always asked",
        "diagram": "{name}: how often readings were right, by the probability they had "
        "(blind sample, n {n})",
        "none": "No reading has been checked blind yet: bounds called synthetic rest on drawn "
        "sheets, not on this office's paper.",
        "bounds": "Bounds are upper, 95 %, from n effective readings after writers are counted "
        "together.",
    },
    "sw": {
        "title": "Makosa si zaidi ya {target:g} katika 1,000 zilizokubaliwa; {share:.1%} "
        "zinathibitishwa bila kuonyeshwa",
        BLIND: "sampuli isiyoonyeshwa",
        SYNTHETIC: "ya kubuni",
        Basis.PRIOR: "ya awali",
        Basis.TIGHTENED: "imekazwa",
        Basis.LOOSENED: "imelegezwa",
        "judgement": "makadirio, haijathibitishwa",
        "drawn sheets": "karatasi za kubuni, usalama mara 2",
        "always": "huulizwa daima",
        "diagram": "{name}: usomaji ulikuwa sahihi mara ngapi, kwa uwezekano wake "
        "(sampuli isiyoonyeshwa, n {n})",
        "none": "Hakuna usomaji uliothibitishwa bado: mipaka ya kubuni inatokana na karatasi "
        "zilizochorwa, si karatasi za ofisi hii.",
        "bounds": "Mipaka ni ya juu, 95 %, kwa n ya usomaji baada ya waandishi kuhesabiwa pamoja.",
    },
}


def to_terminal(report: TrustReport, language: str) -> Iterator[Table | str]:
    """Tables and lines, in the order they are printed."""
    words = WORDS[language]
    table = Table(
        title=words["title"].format(target=report.target * PER, share=report.sample_share)
    )
    for number, head in enumerate(HEADS[language]):
        table.add_column(head, justify="right" if 0 < number < len(HEADS[language]) - 1 else "left")
    for one in report.classes:
        table.add_row(*_row(one, words))
    yield table
    yield words["bounds"]
    if not any(one.bins for one in report.classes):
        yield words["none"]
    for one in report.classes:
        if one.bins:
            n = sum(b.n for b in one.bins)
            yield words["diagram"].format(name=one.name.value, n=n)
            yield from _diagram(one.bins)


def _row(one: ClassReport, words: dict[str, str]) -> Iterable[str]:
    bound = one.bound
    told = "-"
    if bound.n:
        told = f"{PER * bound.upper:.2f} ({words[one.bound_from]}, n {bound.effective:,.0f})"
    return (
        one.name.value,
        f"{one.accepted:,}",
        f"{one.asked:,}",
        f"{one.review_rate:.1%}",
        f"{one.checked:,}",
        f"{one.wrong:,}",
        told,
        words["always"] if one.least >= NEVER else f"{one.least:.4f}",
        _why(one, words),
    )


def _why(one: ClassReport, words: dict[str, str]) -> str:
    said = words[one.basis]
    if one.basis is Basis.PRIOR:
        return f"{said}: {words[str(one.why['rests_on'])]}"
    return f"{said} {one.moved[-1].at:%Y-%m-%d}"


def _diagram(bins: Iterable[Bin]) -> Iterator[str]:
    """One bar a bin: filled as far as readings were right, `|` where the machine said it would."""
    for b in bins:
        bar = list(("█" * round(BAR * b.right)).ljust(BAR, "·"))
        bar[min(round(BAR * b.said), BAR) - 1] = "|"
        told = f"{b.right:8.3%}  said {b.said:8.3%}  n {b.n}"
        yield f"  {b.low:5.3f}-{b.high:5.3f} {''.join(bar)} {told}"
