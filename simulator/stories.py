"""What can have happened: kinds of cases in an officer's words, in English and Swahili."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """
    One kind of case, as a sheet tells it.

    Attributes:
        code: CPIMS code of the category.
        words: What officers write for the category.
        subs: CPIMS codes of the sub-category; the first is taken.
        ages: Of the child at the event, least and most years.
        risks: Choice names, the commoner first.
        place_type: CPIMS code of the kind of place.
        by: Relationship of the alleged perpetrator as written, and its status code.
    """

    code: str
    words: tuple[str, ...]
    issues: tuple[str, ...]
    subs: tuple[str, ...]
    ages: tuple[int, int]
    nature: str
    risks: tuple[str, ...]
    place_type: str
    events: tuple[str, ...]
    by: tuple[tuple[str, str], ...]
    needs: tuple[str, ...]
    later_needs: tuple[str, ...]
    actions: tuple[str, ...]
    advice: tuple[str, ...]
    only: str | None = None  # male or female


FATHER, MOTHER = ("Father", "PKNW"), ("Mother", "PKNW")
NOBODY = ("", "PSNA")

STORIES: tuple[Story, ...] = (
    Story(
        "CSIC",
        ("Neglect", "Neglect", "Neglect - upkeep", "Matunzo"),
        (
            "Father does not pay school fees",
            "Denied education",
            "Hapewi chakula na mavazi",
            "No upkeep since separation",
        ),
        ("NDED", "NDHS"),
        (1, 16),
        "chronic",
        ("medium", "low", "high"),
        "PEHF",
        ("At home", "Nyumbani", "Father's house"),
        (FATHER, ("Baba", "PKNW"), MOTHER),
        ("Food", "Counseling", "Clothing"),
        ("Education", "Upkeep by the father", "School fees"),
        ("Summoned the father, JPA signed", "Child maintenance", "Joint Parental Agreement"),
        (
            "Father to pay upkeep monthly through the office. Child to remain in school.",
            "Parents to honour the agreement. Review after three months.",
            "Baba atoe matunzo kila mwezi. Mtoto abaki shuleni.",
        ),
    ),
    Story(
        "CDIS",
        ("Abandoned", "Abandonment", "Kutelekezwa"),
        (
            "Child left at the gate of the dispensary",
            "Left with a neighbour, mother not found",
            "Aliachwa sokoni",
        ),
        ("CDIS",),
        (0, 6),
        "one_off",
        ("high", "medium"),
        "PEST",
        ("At the market", "Dispensary gate", "Sokoni"),
        (("Unknown", "PUNK"), MOTHER),
        ("Emergency shelter", "Food and clothing"),
        ("Family tracing", "Alternative care"),
        ("Rescue and placement", "Placed in CCI, OB made"),
        (
            "Trace the family. Committal order to be sought from court.",
            "Children's home to keep the child while tracing goes on.",
        ),
    ),
    Story(
        "CTRF",
        ("Child Labour", "Child labour", "Ajira ya watoto"),
        ("Works as househelp, not in school", "Herding, out of school", "Anafanya kazi ya mawe"),
        ("LBDW", "LBFM"),
        (9, 16),
        "chronic",
        ("medium", "high"),
        "PEPW",
        ("Employer's house", "Quarry", "At the farm"),
        (("Employer", "PKNW"), ("Mwajiri", "PKNW")),
        ("Rescue", "Counseling"),
        ("Back to school", "Education"),
        ("Placement in school", "Rescued and reunited with family"),
        (
            "Child to go back to school. Employer warned by the chief.",
            "Head teacher to admit the child without fees.",
        ),
    ),
    Story(
        "CCCT",
        ("Truancy", "Child truancy", "Utoro"),
        ("Dropped out of class", "Goes to the beach instead of school", "Haendi shule mwezi mzima"),
        ("CSFP", "CSCP"),
        (7, 16),
        "chronic",
        ("low", "medium"),
        "PESE",
        ("School", "Shuleni", "At the stage"),
        (NOBODY,),
        ("Counseling", "Ushauri"),
        ("Education", "Uniform and books"),
        ("Professional counseling", "Parents bonded"),
        (
            "Parents to follow up with the class teacher every week.",
            "Mtoto arudi shuleni. Mzazi afuatilie.",
        ),
    ),
    Story(
        "CSNG",
        ("Physical abuse", "Physical abuse/violence", "Kupigwa"),
        ("Beaten with a stick, bruises on the arm", "Caned at home", "Alipigwa na baba wa kambo"),
        ("CSNG",),
        (4, 16),
        "one_off",
        ("medium", "high"),
        "PEHF",
        ("At home", "Uncle's house", "Nyumbani"),
        (("Step father", "PKNW"), ("Uncle", "PKNW"), FATHER),
        ("Medical treatment", "Counseling"),
        ("Safety at home", "Psychosocial support"),
        ("Referred to hospital and police", "Parents bonded"),
        (
            "Case under investigation. Child stays with the grandmother.",
            "Home visit in two weeks. Parents to attend parenting sessions.",
        ),
    ),
    Story(
        "CCCP",
        ("Custody", "Child custody", "Custody dispute"),
        ("Parents separated, both want the child", "Father took the child by force"),
        ("CUDC", "CUAD"),
        (1, 12),
        "chronic",
        ("low", "medium"),
        "PEHF",
        ("Mother's rural home", "At home"),
        (FATHER, MOTHER),
        ("Counseling", "Love and attention"),
        ("Contact with both parents", "Stable home"),
        ("JPA signed", "Reconciliation", "Referred to court"),
        ("Mother to have actual custody, father access on weekends and holidays.",),
    ),
    Story(
        "CHCP",
        ("Lost child", "Lost and found", "Amepotea"),
        ("Found wandering at the bus park", "Got lost on the way from church", "Alipatikana stage"),
        ("CHCP",),
        (3, 10),
        "one_off",
        ("medium", "high"),
        "PEST",
        ("Bus park", "Stage ya matatu", "Near the market"),
        (NOBODY,),
        ("Shelter", "Food"),
        ("Family tracing",),
        ("Reunited with parents", "Rescue and placement"),
        ("Announce in church and mosque. Reunite once parents are traced.",),
    ),
    Story(
        "CSHV",
        ("Child pregnancy", "Teenage pregnancy", "Mimba"),
        ("Five months pregnant, in class 8", "Mwanafunzi ana mimba"),
        ("CSHV",),
        (14, 17),
        "one_off",
        ("high", "medium"),
        "PEHF",
        ("At the village", "Kijijini"),
        (("Boyfriend", "PKNW"), ("Neighbour", "PKNW")),
        ("Medical care", "Counseling"),
        ("Return to school after birth",),
        ("Referred to hospital and police", "Professional counseling"),
        ("Ante-natal clinic. School re-entry after delivery as the policy says.",),
        "female",
    ),
    Story(
        "CPAV",
        ("Registration", "Birth registration"),
        ("No birth certificate for exams", "Hana cheti cha kuzaliwa"),
        ("CPAV",),
        (6, 17),
        "one_off",
        ("low",),
        "PEHF",
        ("Home",),
        (NOBODY,),
        ("Transport",),
        ("Birth certificate",),
        ("Referred to civil registrar", "Letter to registrar of births"),
        ("Chief to confirm the particulars.",),
    ),
    Story(
        "CIDC",
        ("Orphaned", "Orphan", "Yatima"),
        ("Both parents dead, lives with grandmother", "Total orphan, no food"),
        ("OCTO",),
        (4, 15),
        "chronic",
        ("medium",),
        "PEHF",
        ("Grandmother's home", "Kwa nyanya"),
        (NOBODY,),
        ("Food", "Clothing"),
        ("Cash transfer", "School fees"),
        ("Family support", "Enrolled for cash transfer"),
        ("To be listed for the cash transfer. Guardian to be appointed.",),
    ),
)
