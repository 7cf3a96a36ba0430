"""Words of the desk and of follow-up visits, in English and Swahili, and what lists call them."""

from __future__ import annotations

REPORTERS = (
    # relationship as written, CPIMS code of the reporter
    ("Mother", "CRMO"),
    ("Father", "CRFA"),
    ("Mama", "CRMO"),
    ("Chief", "CRCH"),
    ("Teacher", "CRON"),
    ("Neighbour", "CRON"),
    ("Grandmother", "CROR"),
    ("Aunt", "CROR"),
    ("Jirani", "CRON"),
    ("Police", "CRPO"),
)

STATE_AGENCIES = (
    ("Police", "Further investigations"),
    ("Hospital", "Medical examination"),
    ("Chief", "Summons"),
    ("Education office", "Enrolment in school"),
    ("Police - gender desk", "Investigation"),
)
OTHER_AGENCIES = (
    ("Upendo Children's Home", "Temporary shelter"),
    ("Legal aid NGO", "Legal services"),
    ("Church", "Food support"),
    ("Tumaini CBO", "Counselling"),
)

FOLLOW_UPS = (
    ("In progress", "Home visit done. Child is in school and in good health."),
    ("Improved", "Father paid for two months. Mother confirmed by phone."),
    ("Inaendelea", "Mtoto anaendelea vizuri. Ziara ya nyumbani ilifanywa."),
    ("Closed", "Agreement kept. No further complaint."),
    ("Pending", "Parent did not come on the date given. New summons."),
    ("In progress", "Counselling session 2. Child speaks more freely."),
)
SIBLING_REMARKS = (
    "In school",
    "Same school",
    "Lives with aunt",
    "Not in school",
    "Working",
    "Boarder",
    "OK",
)

# What a person chooses from the code list where no list has the officer's words: CPIMS's code.
LISTED = {
    "Lost and found": "CHCP",
    "Neglect - upkeep": "CSIC",
    "Emergency shelter": "ESSE",
    "Food and clothing": "ESEF",
    "Love and attention": "ESEC",
    "Medical care": "EMTO",
    "Medical treatment": "EMTI",
    "Rescue": "EMRS",
    "Enrolled for cash transfer": "IFST",
    "JPA signed": "IJPA",
    "Joint Parental Agreement": "IJPA",
    "Letter to registrar of births": "INRG",
    "Placed in CCI, OB made": "CCCI",
    "Referred to civil registrar": "RGOV",
    "Referred to hospital and police": "RGOV",
    "Rescued and reunited with family": "REUN",
    "Reunited with parents": "REUN",
    "Summoned the father, JPA signed": "IJPA",
    "Police - gender desk": "RDPL",
    "Medical examination": "RMTX",
    "Summons": "RMIV",
    "Church": "RDNG",
    "Legal aid NGO": "RDNG",
    "Tumaini CBO": "RDNG",
    "Upendo Children's Home": "RMCI",
    "Food support": "RMNP",
}
