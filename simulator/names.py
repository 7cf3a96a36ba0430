"""Words that invented people are made of: common names, kinds of villages, schools, trades.

Every name is among the commonest of its community, so that no full name means anybody.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Community:
    """Names that are common together, and the word for the community on the sheet."""

    tribe: str
    girls: tuple[str, ...]  # own names of girls and women
    boys: tuple[str, ...]
    families: tuple[str, ...]
    is_muslim: bool = False


def _community(
    tribe: str, girls: str, boys: str, families: str, is_muslim: bool = False
) -> Community:
    return Community(
        tribe, tuple(girls.split()), tuple(boys.split()), tuple(families.split()), is_muslim
    )


COMMUNITIES = {
    c.tribe: c
    for c in (
        _community(
            "Kikuyu",
            "Wanjiku Njeri Wambui Nyambura Wairimu Muthoni",
            "Kamau Njoroge Mwangi Kariuki Maina",
            "Kamau Mwangi Njoroge Kimani Waweru Gitau",
        ),
        _community(
            "Luo",
            "Akinyi Achieng Atieno Adhiambo Awuor Anyango",
            "Otieno Ochieng Omondi Odhiambo Onyango",
            "Otieno Odhiambo Ouma Owino Okoth Opiyo",
        ),
        _community(
            "Luhya",
            "Nekesa Nafula Naliaka Khavere Ayuma Nanjala",
            "Wafula Barasa Simiyu Shikuku Wanyonyi",
            "Wafula Wekesa Barasa Makokha Shikuku Nyongesa",
        ),
        _community(
            "Kamba",
            "Mwende Ndanu Mumbua Nduku Kanini Wayua",
            "Mutua Musyoka Kioko Mutinda Muema",
            "Mutua Musyoka Kilonzo Nzioka Muthama Mwanzia",
        ),
        _community(
            "Kalenjin",
            "Chebet Cherono Jepkosgei Chepkemoi Jelagat Cherop",
            "Kiprono Kipchumba Kibet Kiplagat Cheruiyot",
            "Koech Rotich Langat Kirui Cheruiyot Sang",
        ),
        _community(
            "Kisii",
            "Kemunto Moraa Nyaboke Kerubo Bosibori Kwamboka",
            "Nyakundi Ombati Mogaka Onsongo Momanyi",
            "Nyakundi Ombati Mogaka Momanyi Ogeto Nyamweya",
        ),
        _community(
            "Meru",
            "Kendi Makena Gatwiri Nkatha Kathambi Mwendwa",
            "Mutwiri Kirimi Muriuki Koome Mutuma",
            "Mutwiri Kirimi Muriuki Mbaabu Kinyua Ndubi",
        ),
        _community(
            "Mijikenda",
            "Dama Kadzo Zawadi Mbeyu Sidi Kache",
            "Karisa Kazungu Charo Katana Ngumbao",
            "Karisa Kazungu Charo Katana Mwakombe Baya",
        ),
        _community(
            "Somali",
            "Halima Fatuma Amina Hodan Khadija Sahra",
            "Abdi Mohamed Hassan Yusuf Ibrahim",
            "Abdi Hassan Omar Ali Noor Adan",
            is_muslim=True,
        ),
        _community(
            "Maasai",
            "Naserian Nashipae Silantoi Resiato Namunyak",
            "Lekishon Saitoti Parsaloi Lemayian Sankale",
            "Saitoti Parsaloi Nkoitoi Tipape Letoluo",
        ),
        _community(
            "Turkana",
            "Akai Nakiru Ekiru Aleper Lokiru",
            "Ekai Lokwawi Ewoi Ekal Emuria",
            "Ekai Lokwawi Ewoi Ekeno Losike",
        ),
        _community(
            "Swahili",
            "Mwanaisha Saida Zuhura Mariam Rukia",
            "Salim Juma Rashid Bakari Hamisi",
            "Salim Juma Mwinyi Bakari Hamisi",
            is_muslim=True,
        ),
    )
}

BAPTISED_GIRLS = (
    "Mary", "Faith", "Grace", "Mercy", "Esther", "Joyce", "Purity", "Brenda", "Sharon", "Cynthia",
    "Lucy", "Beatrice", "Ann", "Ruth", "Naomi", "Dorcas", "Eunice", "Janet", "Lilian", "Caroline",
)  # fmt: skip
BAPTISED_BOYS = (
    "John", "Peter", "Brian", "Kevin", "Dennis", "James", "Samuel", "David", "Joseph", "Daniel",
    "Collins", "Felix", "Emmanuel", "Moses", "Stephen", "Victor", "Isaac", "Elijah", "Simon",
    "Paul",
)  # fmt: skip

# Where an officer works: county, sub-county, ward as the lists write them, communities there.
PLACES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Nairobi", "Kibra", "Laini Saba", ("Luo", "Luhya", "Kikuyu", "Kamba", "Kisii")),
    ("Nairobi", "Kasarani", "Mwiki", ("Kikuyu", "Kamba", "Luhya", "Luo")),
    ("Kiambu", "Thika Town", "Hospital", ("Kikuyu", "Kamba", "Luo")),
    ("Kisumu", "Kisumu East", "Kajulu", ("Luo", "Luhya")),
    ("Siaya", "Ugenya", "Ukwala", ("Luo",)),
    ("Kakamega", "Lurambi", "Shirere", ("Luhya", "Luo")),
    ("Bungoma", "Bumula", "Kimaeti", ("Luhya",)),
    ("Machakos", "Machakos Town", "Mutituni", ("Kamba", "Kikuyu")),
    ("Kitui", "Kitui Central", "Township", ("Kamba",)),
    ("Kericho", "Ainamoi", "Kapkugerwet", ("Kalenjin", "Kisii")),
    ("Nakuru", "Nakuru Town East", "Flamingo", ("Kikuyu", "Kalenjin", "Luhya", "Kisii")),
    ("Kisii", "Bonchari", "Riana", ("Kisii",)),
    ("Kilifi", "Malindi", "Shella", ("Mijikenda", "Swahili")),
    ("Mombasa", "Likoni", "Mtongwe", ("Swahili", "Mijikenda", "Kamba")),
    ("Narok", "Narok North", "Nkareta", ("Maasai", "Kikuyu", "Kalenjin")),
    ("Garissa", "Garissa Township", "Waberi", ("Somali",)),
    ("Turkana", "Turkana Central", "Lodwar Township", ("Turkana", "Somali")),
    ("Homa Bay", "Homa Bay Town", "Homa Bay Central", ("Luo",)),
)

# County and constituency numbers of these offices, as they stand in a case serial (IEBC's).
OFFICE_NUMBERS = {
    "Kibra": (47, 278), "Kasarani": (47, 280), "Thika Town": (22, 114), "Kisumu East": (42, 238),
    "Ugenya": (41, 232), "Lurambi": (37, 202), "Bumula": (39, 219), "Machakos Town": (16, 81),
    "Kitui Central": (15, 72), "Ainamoi": (35, 190), "Nakuru Town East": (32, 176),
    "Bonchari": (45, 261),
    "Malindi": (3, 16), "Likoni": (1, 5), "Narok North": (33, 179), "Garissa Township": (7, 27),
    "Turkana Central": (23, 125), "Homa Bay Town": (43, 249),
}  # fmt: skip

# What officers still write though no list has it: old districts and divisions, and the listed
# sub-county that such a paper is filed under.
OLD_PLACES = {
    "Kisii": (("Gucha", "South Mugirango"), ("Kisii Central", "Nyaribari Chache")),
    "Nairobi": (("Njiru", "Kasarani"), ("Dagoretti", "Dagoretti South")),
    "Bungoma": (("Bungoma South", "Kanduyi"),),
    "Siaya": (("Siaya District", "Alego Usonga"),),
}

VILLAGES = (
    "Kanyakwar", "Shikoti", "Maili Saba", "Kambi Moto", "Matopeni", "Kiamaiko", "Bondeni",
    "Kaptembwa", "Majengo", "Nyamage", "Mukuyuni", "Sokoni", "Kwa Njenga", "Lutonyi", "Masimba",
    "Railway Estate", "Soweto", "Kona Mbaya", "Chemelil", "Mjini", "Ngomeni", "Site & Service",
)  # fmt: skip
LANDMARKS = (
    "Near PAG Church", "Chief's Camp", "AIC Church", "Posho mill ya Mzee Ali", "Sokoni stage",
    "Dispensary", "Catholic Church", "Behind Total petrol", "Primary school gate", "Water kiosk",
    "Karibu na msikiti", "Karibu na soko", "Tea buying centre", "Cattle dip",
)  # fmt: skip
SCHOOL_NAMES = (
    "Maendeleo", "Umoja", "Upendo", "St. Mary's", "Mwangaza", "Township", "Bidii", "Amani",
    "Tumaini",
    "St. Joseph's", "Baraka", "Mukuyuni", "Uhuru Gardens", "Neema", "Mlimani", "Ushirika",
)  # fmt: skip

TRADES = (
    "Farmer", "Casual labourer", "Boda boda", "Mama mboga", "Tailor", "Hawker", "Househelp",
    "Teacher",
    "Mason", "Driver", "Fisherman", "Watchman", "Mkulima", "Kibarua", "Business", "Hotel worker",
    "Mechanic",
)  # fmt: skip
EDUCATION = (
    "Primary",
    "Std 8",
    "Form 4",
    "Secondary",
    "College",
    "Hakusoma",
    "Class 8",
    "Sekondari",
)
DESIGNATIONS = (
    "Children Officer I",
    "Children Officer II",
    "Senior Children's Officer",
    "CO I",
    "SCO",
)
FRIEND_COUNT = 3
