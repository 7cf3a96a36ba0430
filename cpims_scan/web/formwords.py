"""The words of the forms' editor: types, readers, what was done; marked here for the catalogs."""

from __future__ import annotations

from cpims_scan.web.phrases import N_

FIELD_TYPES = {
    "text": N_("text"),
    "code": N_("code or number that is not counted"),
    "integer": N_("whole number"),
    "decimal": N_("number with decimals"),
    "date": N_("date"),
    "select_one": N_("one answer of several"),
    "select_multiple": N_("any number of answers"),
    "signature": N_("signature"),
}
READERS = {
    "cells": N_("printed answers in cells"),
    "squares": N_("tick squares"),
    "number": N_("number in a plain box"),
    "date": N_("date in a plain box"),
    "comb": N_("one box a character"),
    "text": N_("handwriting"),
    "print": N_("typed or stamped words"),
    "signature": N_("signature or stamp"),
    "qr": N_("printed QR code"),
}
ALPHABETS = {
    "digits": N_("digits"),
    "capitals": N_("capital letters"),
    "alphanumeric": N_("letters and digits"),
}
# What the last step did, by the id in the page's address.
CHANGES = {
    "saved": N_("Saved."),
    "added": N_("A box was added in the corner. Move it to its place and name it."),
    "doubled": N_("A copy was made below it. Move it to its place and name it."),
    "removed": N_("The field was removed, with its box."),
    "undone": N_("The last change was taken back."),
    "nothing": N_("There is nothing to take back."),
}
NO_PICTURE = N_("found by its ruled lines; it has no picture")
ONE_FILE = N_("one single file, edited by hand")
# Sides of a box, as the table of numbers heads them.
SIDES = (N_("left"), N_("top"), N_("width"), N_("height"))
# Sentences of the floors below that the editor shows.
SENTENCES = (
    N_("Somebody changed this form meanwhile. Look at it again."),
    N_("These forms are not changed here."),
    N_("An answer's name has letters, digits and _ only. Correct it."),
    N_("A row is its top and its height in millimetres, such as: 173 8"),
    N_("A side of a box is a number of millimetres. Correct it."),
)
