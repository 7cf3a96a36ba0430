"""The desk's sentences by id: why a person is asked, what a state is called, what a key does."""

from __future__ import annotations

from cpims_scan.domain.record import State


def N_(message: str) -> str:  # noqa: N802, the name that gettext's extractors look for
    """Mark a message for the catalogs; it is translated where it is shown."""
    return message


# Why a person must see a field: the ids of FieldReading.reasons.
REASONS = {
    "low_probability": N_("The machine is not sure what is written here."),
    "two_answers": N_("Two readings of this differ. Look at the picture again."),
    "two_marks": N_("More than one answer is marked."),
    "always_seen": N_("This decides about a child, so a person always confirms it."),
    "not_certified": N_("The machine could not prove that it looked at the right place."),
    "handwriting": N_("Handwriting: type what you see in the picture."),
    "sum_differs": N_("The figures do not add up to the written total."),
    "impossible_date": N_("The date does not exist, or lies in the future."),
    "ambiguous_date": N_("Day and month can be read either way."),
    "cancelled_mark": N_("A mark is struck out or scribbled over."),
    "others_struck": N_("All answers but this one are struck out."),
    "wrong_length": N_("The number has too few or too many digits."),
    "gap_in_comb": N_("A box in the middle of the number is empty."),
    "not_a_number": N_("Something else than a number stands here."),
    "no_total": N_("The row is filled, but its total is blank."),
    "ask_map": N_("CPIMS has no exact word for this answer: confirm it."),
    "image": N_("The picture itself is kept; type it only when asked."),
    "version_differs": N_("Another version of this sheet says something else."),
    "partial_date": N_("An age or a year stands here instead of a date."),
    "unlisted": N_("The word is not in the list."),
    "ask": N_("CPIMS needs this, but the paper does not ask it."),
    "second_key": N_("This field is keyed twice, by two people."),
}
REASON_OF_RULE = N_("A check does not hold for this field.")
REASON_UNKNOWN = N_("The machine asks you to look at this field.")

# What a field is when it has no answer.
STATES = {
    State.ANSWERED: N_("answered"),
    State.BLANK: N_("blank"),
    State.UNKNOWN_WRITTEN: N_("unknown is written"),
    State.NOT_APPLICABLE: N_("not applicable"),
    State.ILLEGIBLE: N_("illegible"),
    State.CROSSED_OUT: N_("crossed out"),
    State.UNREAD: N_("not read yet"),
}

NOT_FINISHED = N_("The record is not finished: fields are still open. Settle them first.")
CONFLICT = N_("Somebody changed this record while you looked at it. Nothing of yours was stored.")
NO_SUCH_PAGE = N_("There is no such page.")
NOT_SO = N_("This page cannot be used in that way.")
NOT_DONE = N_("That did not work")
HEADINGS = {
    403: N_("This form cannot be used any more"),
    404: N_("Not found"),
    409: N_("Somebody else was here"),
    413: N_("Too much at once"),
    503: N_("Nothing can be saved now"),
}
PAGE_PICTURE = N_("Picture of the whole page")
HANDWRITING = N_("Handwriting in the field")

# Where a value comes from: FieldReading.source.
SOURCES = {
    "ink": N_("the machine, from ink"),
    "print": N_("the machine, from print"),
    "sum": N_("the machine, helped by a total"),
    "list": N_("the machine, helped by a list"),
    "date": N_("the machine, helped by the calendar"),
    "rule": N_("derived"),
    "batch": N_("the batch"),
    "person": N_("a person"),
}

# The kinds of missing as buttons: state, key, words. Order as they are shown.
MISSING = (
    (State.BLANK, "Alt+B", N_("Blank")),
    (State.ILLEGIBLE, "Alt+U", N_("Illegible")),
    (State.CROSSED_OUT, "Alt+X", N_("Crossed out")),
    (State.NOT_APPLICABLE, "Alt+N", N_("Not applicable")),
    (State.UNKNOWN_WRITTEN, "Alt+K", N_("Unknown is written")),
)

# Queues in the order they are worked: kind of task, name, what it is.
QUEUES = {
    "unknown": (N_("Unknown pages"), N_("No form was recognised: say what the page is.")),
    "unaligned": (N_("Pages not aligned"), N_("The form is known, its boxes were not found.")),
    "failed": (N_("Pages not read"), N_("The machine could not read the page.")),
    "unjoined": (N_("Pages to join"), N_("Say which pages belong to one child's form.")),
    "continued": (N_("Forms that came back"), N_("The same form was scanned again.")),
    "record": (N_("Records to review"), N_("Fields that the machine asks you to settle.")),
    "held": (N_("Held back at loading"), N_("CPIMS waits for a word from a person.")),
}

# States of a page that came in, with the letter shown beside the colour.
PAGE_STATES = {
    "unfinished": ("…", N_("not finished")),
    "accepted": ("A", N_("accepted")),
    "review": ("R", N_("waits for a person")),
    "rejected": ("X", N_("rejected")),
    "duplicate": ("D", N_("duplicate")),
    "error": ("E", N_("error")),
}

# All keys, for the help page.
HELP_KEYS = (
    ("Enter", N_("Accept and go to the next field")),
    ("Shift+Enter", N_("Back to the field before")),
    ("F8, Shift+F8", N_("Next or previous open field, without answering")),
    ("Tab, Shift+Tab", N_("Next or previous button or box")),
    ("1–9", N_("Choose an answer")),
    ("Alt+1, Alt+2, Alt+3", N_("Take another reading of the machine")),
    ("Alt+B", N_("Blank")),
    ("Alt+U", N_("Illegible")),
    ("Alt+X", N_("Crossed out")),
    ("Alt+N", N_("Not applicable")),
    ("Alt+K", N_("Unknown is written")),
    ("F4", N_("Same as in the record before, where that is offered")),
    ("Alt+Z", N_("Zoom the picture")),
    ("Shift+←↑→↓", N_("Move the picture")),
    ("Alt+P", N_("Whole page")),
    ("Ctrl+Z", N_("Undo")),
    ("Ctrl+Enter", N_("Finish record")),
    ("N", N_("Next")),
    ("?", N_("Keys on this page")),
    ("F12", N_("Sign out")),
)

# Why a warning may stand, with the key that says so.
WARNING_REASONS = (
    ("as_written", "1", N_("The paper says exactly this")),
    ("officer_confirms", "2", N_("The officer confirmed it")),
    ("known_case", "3", N_("The circumstances explain it")),
)

# What a page can be when it is not a page of a form here: answer, key, words.
PAGE_KINDS = (
    ("blank_back", "B", N_("Blank back of a page")),
    ("foreign", "J", N_("Does not belong here")),
    ("rescan", "S", N_("Needs a new scan")),
)
# What a page without a form is to the record that it goes with: kind, key, words.
ATTACHMENT_KINDS = (
    ("story", "T", N_("Story written on the back")),
    ("medical_form", "M", N_("Medical form")),
    ("court_order", "C", N_("Court order")),
    ("letter", "L", N_("Letter")),
    ("photograph", "G", N_("Photograph")),
    ("other", "A", N_("Another paper of this record")),
)

# The contract's four words for records.
RECORD_STATES = {
    "waiting": N_("records waiting"),
    "review": N_("records in review"),
    "ready": N_("records ready to load"),
    "loaded": N_("records loaded"),
}

# Why a page is in its state, where the state alone does not say it.
PAGE_REASONS = {
    "blank_back": N_("blank back"),
    "cover": N_("cover sheet"),
    "attachment": N_("attachment"),
    "foreign": N_("does not belong here"),
    "unknown": N_("no form recognised"),
    "unaligned": N_("boxes not found"),
    "unjoined": N_("other page not found yet"),
    "superseded": N_("replaced by a new scan"),
    "same_bytes": N_("the same file again"),
    "same_ink": N_("the same sheet scanned twice"),
    "continued": N_("the sheet came back with more writing"),
    "unreadable": N_("the file could not be opened"),
    "failed": N_("the page could not be read"),
    "fields": N_("fields wait for a person"),
    "discarded": N_("put aside by a person"),
}

# The four points of a page, clockwise from the blank's top left.
CORNERS = (N_("Top left"), N_("Top right"), N_("Bottom right"), N_("Bottom left"))
# Where a streak runs, after its millimetres.
DOWN, ACROSS = N_("from the left"), N_("from the top")
# The two parts of the slip of what to scan again.
LOST = N_("These pages could not be read, or lack another page")
POOR = N_("These were read; a better picture spares work at the desk")
PLACE_ALL = N_("Lay all four points on the page first.")

PAGE = N_("page")
PAGE_QUESTION = N_("A question about a page")
CHOOSE_FIRST = N_("Choose first what the page is.")

# Where a lone page belongs: answer, key, words.
UNJOINED_ANSWERS = (
    ("join", "Ctrl+Enter", N_("They belong together")),
    ("alone", "L", N_("Its other page will not come")),
    ("rescan", "S", N_("Needs a new scan")),
    ("attachment", "A", N_("Attachment of a record")),
    ("foreign", "J", N_("Does not belong here")),
)
# What a sheet is that resembles one that came before.
CONTINUED_ANSWERS = (
    ("continued", "Ctrl+Enter", N_("The same form with more writing: read what is new")),
    ("better", "B", N_("A better picture of the same form: read this one instead")),
    ("same", "C", N_("A copy, from here or another office: nothing is new")),
    ("other", "O", N_("Another case, of this or another child: keep both")),
    ("rescan", "S", N_("Needs a new scan")),
)

SAY_WHO = N_("Say of everybody whether it is the same person or somebody else.")
SAY_WHICH = N_("Say which of the two returns stands.")
PERSONS = {
    "child": N_("The child"),
    "father": N_("The father"),
    "mother": N_("The mother"),
    "caregiver": N_("A caregiver"),
    "sibling": N_("A brother or sister"),
}
# Why loading held a record back: reasons of central.held.Question.
HELD_REASONS = {
    "ask": N_("CPIMS needs a value:"),
    "confirm": N_("The code of CPIMS says less than the paper; confirm it:"),
    "not_accepted": N_("CPIMS does not take this value:"),
    "too_long": N_("This is longer than CPIMS keeps:"),
    "unlisted": N_("CPIMS has no place, unit or code of this name:"),
    "serial_taken": N_("Another case has this serial number:"),
    "changed_in_cpims": N_("Somebody changed this case in CPIMS itself."),
    "unsigned": N_("The return is not signed."),
    "blank_block": N_("A whole block of the return is empty."),
    "nil_return": N_("The return is empty."),
}

# What is wrong with a sent file, or with what was said about it.
NO_FILES = N_("No file was chosen. Choose one or more.")
EMPTY_FILE = N_("The file is empty.")
LARGE_FILE = N_("The file is larger than 200 MB. Scan fewer sheets into one file.")
NOT_PAGES = N_("This file is not a PDF or a picture (TIFF, JPEG, PNG).")
NOT_A_MONTH = N_("Write the month as year-month, for example 2026-03.")
NOT_YOUR_OFFICE = N_("This is not one of your offices.")
NOT_A_COUNT = N_("The number of forms is a number from 1 to 5000.")

# Sentences of the floors below that a person at the desk meets; translated when shown.
SENTENCES = (
    N_("There is no such record in your offices. Go back to the queue."),
    N_("There is no such page in your offices. Go back to the queue."),
    N_("There is no such question in your offices. Take the next one."),
    N_("There is no such batch in your offices."),
    N_("This question is answered, or somebody else has it. Take the next one."),
    N_("This question is answered, or somebody else has it."),
    N_("Somebody else has this record now. Take the next one."),
    N_("Say which page it belongs with."),
    N_("These two are not different pages of one edition. Choose another."),
    N_("The page is not recognised yet. Say which form it is first."),
    N_("This form is too old. Go back, load the page again and repeat the step."),
    N_("More was sent than the desk takes at once. Send fewer files."),
    N_("The form has no such field."),
    N_("There is no such warning here."),
    N_("This page has not come in."),
    N_("This page cannot be placed. Say what it is instead."),
    N_(
        "The four points do not lie on the page as they lie on the form. "
        "Look at each of them once more."
    ),
    N_("This question is not about a record."),
    N_("This question is not about a record that was held back."),
)

# How a date may be less than a day: precision, words after the value.
PRECISIONS = {
    "day": N_("day"),
    "month": N_("month"),
    "year": N_("year"),
    "age_years": N_("years old"),
    "age_months": N_("months old"),
    "since_year": N_("since the year"),
}


def reason(identifier: str) -> str:
    """The sentence, still untranslated, for one id of `FieldReading.reasons`."""
    if identifier.startswith("rule:"):
        return REASON_OF_RULE
    return REASONS.get(identifier, REASON_UNKNOWN)
