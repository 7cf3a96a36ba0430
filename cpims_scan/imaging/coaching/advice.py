"""What the clerk at the scanner is told, in both languages: what is wrong, and what to do."""

from __future__ import annotations

from cpims_scan.domain.paper import Quality

ADVICE = {
    "low_resolution": {
        "en": "The picture is coarse. Scan at 200 or 300 dpi, or hold the camera nearer.",
        "sw": "Picha haina ubora wa kutosha. Skani kwa dpi 200 au 300, au sogeza kamera karibu.",
    },
    "too_dark": {
        "en": "The picture is too dark. Use more light, or a lighter setting of the scanner.",
        "sw": "Picha ni nyeusi mno. Tumia mwanga zaidi au punguza giza kwenye skana.",
    },
    "too_light": {
        "en": "The picture is too pale: faint writing is lost. "
        "Use less light, or a darker setting of the scanner.",
        "sw": "Picha ni nyeupe mno: maandishi hafifu yamepotea. "
        "Punguza mwanga au ongeza giza kwenye skana.",
    },
    "blurred": {
        "en": "The picture is blurred. Hold the camera still, or clean the scanner's glass.",
        "sw": "Picha haiko wazi. Shikilia kamera bila kutikisa au safisha kioo cha skana.",
    },
    "streak": {
        "en": "A dark line runs down the page {mm} mm from the left. "
        "Clean the scanner's glass and scan this page again.",
        "sw": "Mstari mweusi unashuka kwenye ukurasa mm {mm} kutoka kushoto. "
        "Safisha kioo cha skana na uskani ukurasa huu tena.",
    },
    "streak_across": {
        "en": "A dark line runs across the page {mm} mm from the top. "
        "Clean the scanner's glass and scan this page again.",
        "sw": "Mstari mweusi unakatiza ukurasa mm {mm} kutoka juu. "
        "Safisha kioo cha skana na uskani ukurasa huu tena.",
    },
    "cut_off": {
        "en": "A part of the sheet is missing. Scan the whole sheet, unfolded.",
        "sw": "Sehemu ya karatasi haionekani. Skani karatasi nzima bila kuikunja.",
    },
    "cut_corner": {
        "en": "A corner of the sheet does not show. "
        "If anything is written there, unfold it and scan this page again.",
        "sw": "Kona ya karatasi haionekani. "
        "Kama kuna maandishi hapo, ikunjue na uskani ukurasa huu tena.",
    },
    "two_pages": {
        "en": "Another sheet lies beside this one or covers a part of it. "
        "Scan each sheet by itself.",
        "sw": "Karatasi nyingine iko kando ya hii au inafunika sehemu yake. "
        "Skani kila karatasi peke yake.",
    },
    "partial": {
        "en": "Only a part of a form shows: another sheet lies over it, or it is cut off. "
        "Scan each sheet by itself, whole.",
        "sw": "Sehemu tu ya fomu inaonekana: karatasi nyingine iko juu yake, au imekatwa. "
        "Skani kila karatasi peke yake, ikiwa nzima.",
    },
    "blank_back": {
        "en": "The page is empty. If it is the back of a sheet, nothing is to be done.",
        "sw": "Ukurasa ni mtupu. Kama ni nyuma ya karatasi, huhitaji kufanya lolote.",
    },
    "wrong_side": {
        "en": "An empty back came where a page of a form should be. "
        "Turn the sheet over and scan it again.",
        "sw": "Nyuma tupu imekuja mahali pa ukurasa wa fomu. Geuza karatasi na uiskani tena.",
    },
    "foreign": {
        "en": "No form is recognised on this page. If it is a form, scan it again, flat and "
        "complete; if not, leave it: the desk asks what it is.",
        "sw": "Hakuna fomu inayotambulika kwenye ukurasa huu. Kama ni fomu, iskani tena ikiwa "
        "imenyooka na kamili; kama sivyo, iache: dawati litauliza ni nini.",
    },
    "unaligned": {
        "en": "The form is known, but its boxes were not found. "
        "Scan the sheet again, flat and complete.",
        "sw": "Fomu inajulikana, lakini visanduku vyake havikupatikana. "
        "Skani karatasi tena ikiwa imenyooka na kamili.",
    },
    "missing_page": {
        "en": "Page {page} of this form did not come with it. Look for it and scan it.",
        "sw": "Ukurasa wa {page} wa fomu hii haukuja pamoja nayo. Utafute na uuskani.",
    },
    "out_of_order": {
        "en": "The pages of this form lie in another order. Put the sheet in order, "
        "or say on the desk that they belong together.",
        "sw": "Kurasa za fomu hii haziko kwa mpangilio. Panga karatasi, "
        "au sema kwenye dawati kwamba ziko pamoja.",
    },
    "same_twice": {
        "en": "The same page came twice. Nothing is to be done: it is counted once.",
        "sw": "Ukurasa huu umekuja mara mbili. Huhitaji kufanya lolote: unahesabiwa mara moja.",
    },
    "unreadable": {
        "en": "The page could not be opened. Scan it again.",
        "sw": "Ukurasa haukuweza kufunguliwa. Uskani tena.",
    },
    "asked": {
        "en": "A person at the desk asks for a new scan of this page.",
        "sw": "Mtu kwenye dawati anaomba ukurasa huu uskaniwe tena.",
    },
}


def advice_text(advice: str, language: str = "en", **numbers: str) -> str:
    """The sentence of an advice id in English or Swahili; `numbers` fill its places."""
    sentences = ADVICE[advice]
    return sentences.get(language, sentences["en"]).format(**numbers)


def quality_text(advice: str, quality: Quality, language: str = "en") -> str:
    """The sentence of an advice id of one page, with where its streak runs."""
    at_mm = quality.streak.at_mm if quality.streak else 0.0
    return advice_text(advice, language, mm=f"{at_mm:.0f}")
