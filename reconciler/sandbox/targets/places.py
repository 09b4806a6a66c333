"""Countries, regions, cities, postcodes, markets and languages: a small selection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# code: name, people in thousands
COUNTRIES: dict[str, tuple[str, int]] = {
    "AE": ("United Arab Emirates", 9500), "AR": ("Argentina", 46000), "AT": ("Austria", 9100),
    "AU": ("Australia", 26500), "BD": ("Bangladesh", 172000), "BE": ("Belgium", 11700), "BN": ("Brunei", 450),
    "BR": ("Brazil", 216000), "CA": ("Canada", 40000), "CH": ("Switzerland", 8800), "CN": ("China", 1410000),
    "CO": ("Colombia", 52000), "DE": ("Germany", 84000), "DK": ("Denmark", 5900), "EG": ("Egypt", 113000),
    "ES": ("Spain", 48000), "FI": ("Finland", 5500), "FR": ("France", 68000), "GB": ("United Kingdom", 68000),
    "GR": ("Greece", 10400), "HK": ("Hong Kong", 7500), "ID": ("Indonesia", 277000), "IE": ("Ireland", 5200),
    "IL": ("Israel", 9700), "IN": ("India", 1430000), "IT": ("Italy", 59000), "JP": ("Japan", 124000),
    "KE": ("Kenya", 55000), "KH": ("Cambodia", 17000), "KR": ("South Korea", 51700), "LK": ("Sri Lanka", 22000),
    "MM": ("Myanmar", 54000), "MO": ("Macao", 700), "MX": ("Mexico", 128000), "MY": ("Malaysia", 34000),
    "NG": ("Nigeria", 224000), "NL": ("Netherlands", 17900), "NO": ("Norway", 5500), "NZ": ("New Zealand", 5200),
    "PH": ("Philippines", 117000), "PK": ("Pakistan", 240000), "PL": ("Poland", 37700), "PT": ("Portugal", 10500),
    "SA": ("Saudi Arabia", 37000), "SE": ("Sweden", 10600), "SG": ("Singapore", 5900), "TH": ("Thailand", 71800),
    "TR": ("Turkey", 85300), "TW": ("Taiwan", 23400), "UM": ("United States Minor Outlying Islands", 1),
    "US": ("United States", 335000), "VN": ("Vietnam", 99000), "ZA": ("South Africa", 60400),
}  # fmt: skip

COUNTRY_GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "asia": ("Asia", ("BD", "BN", "CN", "HK", "ID", "IN", "JP", "KH", "KR", "LK", "MM", "MO", "MY", "PH", "PK", "SG",
                      "TH", "TW", "VN")),
    "europe": ("Europe", ("AT", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "IE", "IT", "NL", "NO", "PL",
                          "PT", "SE")),
    "mercosur": ("Mercosur", ("BR", "AR", "UY", "PY", "VE")),
    "worldwide": ("Worldwide", tuple(COUNTRIES)),
}  # fmt: skip

# the keys of the United States follow the documented ones (Alabama 3843, California 3847, New York 3875)
_STATES = (
    "Alabama", "Alaska", "Arizona", "Arkansas", "California", "Colorado", "Connecticut", "Delaware",
    "Washington D. C.", "Florida", "Georgia", "Hawaii", "Idaho", "Illinois", "Indiana", "Iowa", "Kansas", "Kentucky",
    "Louisiana", "Maine", "Maryland", "Massachusetts", "Michigan", "Minnesota", "Mississippi", "Missouri", "Montana",
    "Nebraska", "Nevada", "New Hampshire", "New Jersey", "New Mexico", "New York", "North Carolina", "North Dakota",
    "Ohio", "Oklahoma", "Oregon", "Pennsylvania", "Rhode Island", "South Carolina", "South Dakota", "Tennessee",
    "Texas", "Utah", "Vermont", "Virginia", "Washington", "West Virginia", "Wisconsin", "Wyoming",
)  # fmt: skip
_FIRST_STATE = 3843
_FIRST_OTHER = 9001
_OTHER_REGIONS: dict[str, tuple[str, ...]] = {
    "AE": ("Abu Dhabi", "Dubai", "Sharjah"),
    "AU": ("New South Wales", "Queensland", "South Australia", "Tasmania", "Victoria", "Western Australia"),
    "CA": ("Alberta", "British Columbia", "Manitoba", "Nova Scotia", "Ontario", "Quebec", "Saskatchewan"),
    "DE": ("Bavaria", "Berlin", "Hamburg", "Hesse", "Lower Saxony", "North Rhine-Westphalia", "Saxony"),
    "FR": ("Auvergne-Rhône-Alpes", "Brittany", "Île-de-France", "Occitanie", "Provence-Alpes-Côte d'Azur"),
    "GB": ("England", "Northern Ireland", "Scotland", "Wales"),
    "ID": ("Bali", "Banten", "Central Java", "East Java", "Jakarta", "North Sumatra", "West Java", "Yogyakarta"),
    "IN": ("Delhi", "Gujarat", "Karnataka", "Maharashtra", "Tamil Nadu", "Uttar Pradesh", "West Bengal"),
    "JP": ("Aichi", "Fukuoka", "Hokkaido", "Kanagawa", "Kyoto", "Osaka", "Tokyo"),
    "MY": ("Johor", "Kedah", "Kelantan", "Kuala Lumpur", "Labuan", "Malacca", "Negeri Sembilan", "Pahang", "Penang",
           "Perak", "Perlis", "Putrajaya", "Sabah", "Sarawak", "Selangor", "Terengganu"),
    "PH": ("Calabarzon", "Central Luzon", "Central Visayas", "Davao Region", "Metro Manila"),
    "SG": ("Singapore",),
    "TH": ("Bangkok", "Chiang Mai", "Chon Buri", "Nonthaburi", "Phuket"),
    "TW": ("Kaohsiung", "New Taipei City", "Taichung", "Taipei City"),
    "VN": ("Da Nang", "Hanoi", "Ho Chi Minh City"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    key: str
    name: str
    type: str
    country: str
    people: int  # thousands
    region: str = ""  # its key
    city: str = ""


def _regions() -> dict[str, Place]:
    names = [("US", name, _FIRST_STATE + at) for at, name in enumerate(_STATES)]
    others = [(code, name) for code, found in _OTHER_REGIONS.items() for name in found]
    names += [(code, name, _FIRST_OTHER + at) for at, (code, name) in enumerate(others)]
    counts = {code: len(found) for code, found in _OTHER_REGIONS.items()} | {"US": len(_STATES)}
    return {
        str(key): Place(str(key), name, "region", code, COUNTRIES[code][1] // counts[code]) for code, name, key in names
    }


REGIONS = _regions()
_KEYS = {(one.country, one.name): one.key for one in REGIONS.values()}


def _city(key: str, name: str, country: str, region: str, people: int) -> Place:
    return Place(key, name, "city", country, people, _KEYS[country, region])


CITIES: dict[str, Place] = {
    one.key: one
    for one in (
        _city("2420379", "Los Angeles", "US", "California", 3900),
        _city("2421836", "San Francisco", "US", "California", 870),
        _city("2418779", "Danville", "US", "California", 44),
        _city("2421846", "San Jose", "US", "California", 1000),
        _city("2490299", "New York", "US", "New York", 8500),
        _city("2447439", "Manhattan", "US", "Kansas", 54),
        _city("2439596", "Manhattan", "US", "Illinois", 9),
        _city("2438177", "Chicago", "US", "Illinois", 2700),
        _city("2525001", "Houston", "US", "Texas", 2300),
        _city("2525002", "Miami", "US", "Florida", 450),
        _city("2525003", "Seattle", "US", "Washington", 740),
        _city("2019001", "Singapore", "SG", "Singapore", 5900),
        _city("1530001", "Kuala Lumpur", "MY", "Kuala Lumpur", 1980),
        _city("1530002", "Johor Bahru", "MY", "Johor", 860),
        _city("1530003", "George Town", "MY", "Penang", 790),
        _city("1530004", "Petaling Jaya", "MY", "Selangor", 770),
        _city("1530005", "Kota Kinabalu", "MY", "Sabah", 500),
        _city("1530006", "Kuching", "MY", "Sarawak", 570),
        _city("812057", "London", "GB", "England", 8900),
        _city("812058", "Manchester", "GB", "England", 550),
        _city("812059", "Edinburgh", "GB", "Scotland", 510),
        _city("812060", "Cardiff", "GB", "Wales", 370),
        _city("105001", "Sydney", "AU", "New South Wales", 5300),
        _city("105002", "Melbourne", "AU", "Victoria", 5100),
        _city("296001", "Toronto", "CA", "Ontario", 2800),
        _city("920001", "Jakarta", "ID", "Jakarta", 10600),
        _city("920002", "Surabaya", "ID", "East Java", 2900),
        _city("1890001", "Tokyo", "JP", "Tokyo", 14000),
        _city("1890002", "Osaka", "JP", "Osaka", 2700),
        _city("1720001", "Manila", "PH", "Metro Manila", 1850),
        _city("2410001", "Bangkok", "TH", "Bangkok", 10500),
        _city("2620001", "Ho Chi Minh City", "VN", "Ho Chi Minh City", 9300),
        _city("1010001", "Mumbai", "IN", "Maharashtra", 20700),
        _city("640001", "Paris", "FR", "Île-de-France", 2100),
        _city("560001", "Berlin", "DE", "Berlin", 3700),
        _city("2430001", "Taipei", "TW", "Taipei City", 2500),
        _city("10001", "Dubai", "AE", "Dubai", 3500),
    )
}


def _zip(code: str, city: str, people: int) -> Place:
    at = CITIES[city]
    return Place(f"{at.country}:{code}", code, "zip", at.country, people, at.region, city)


ZIPS: dict[str, Place] = {
    one.key: one
    for one in (
        _zip("90028", "2420379", 30), _zip("90210", "2420379", 20), _zip("94110", "2421836", 70),
        _zip("95190", "2421846", 5), _zip("10001", "2490299", 25), _zip("60601", "2438177", 15),
        _zip("018956", "2019001", 3), _zip("238801", "2019001", 4), _zip("50450", "1530001", 20),
        _zip("80000", "1530002", 30), _zip("SW1A", "812057", 10), _zip("M1", "812058", 15),
    )
}  # fmt: skip


def _market(number: int, name: str, states: tuple[str, ...], people: int) -> Place:
    return Place(f"COMSCORE_MARKET:{number}", name, "geo_market", "US", people, _KEYS["US", states[0]])


MARKETS: dict[str, Place] = {
    one.key: one
    for one in (
        _market(2001, "New York, NY", ("New York",), 20000),
        _market(2003, "Los Angeles, CA", ("California",), 17500),
        _market(2005, "Chicago, IL", ("Illinois",), 9400),
        _market(2007, "San Francisco-Oakland-San Jose, CA", ("California",), 7200),
        _market(2009, "Houston, TX", ("Texas",), 7000),
        _market(2013, "Seattle-Tacoma, WA", ("Washington",), 5100),
        _market(2017, "Miami-Fort Lauderdale, FL", ("Florida",), 4900),
        _market(2031, "Hartford-New Haven, CT", ("Connecticut",), 2400),
        _market(2051, "New Orleans, LA", ("Louisiana",), 1700),
    )
}

LOCALES: dict[int, str] = {
    6: "English (US)", 24: "English (UK)", 51: "English (Upside Down)", 1001: "English (All)",
    5: "German", 9: "French (France)", 44: "French (Canada)", 7: "Spanish (Spain)", 23: "Spanish", 10: "Italian",
    16: "Portuguese (Brazil)", 31: "Portuguese (Portugal)", 11: "Japanese", 12: "Korean", 14: "Dutch",
    20: "Simplified Chinese (China)", 21: "Traditional Chinese (Hong Kong)", 22: "Traditional Chinese (Taiwan)",
    25: "Indonesian", 41: "Malay", 26: "Filipino", 27: "Vietnamese", 35: "Thai", 28: "Arabic", 46: "Hindi",
    48: "Tamil", 45: "Bengali", 17: "Russian", 19: "Turkish",
}  # fmt: skip


def row(place: Place) -> dict[str, Any]:
    """As ``type=adgeolocation`` shows it."""
    found: dict[str, Any] = {
        "key": place.key,
        "name": place.name,
        "type": place.type,
        "country_code": place.country,
        "country_name": COUNTRIES[place.country][0],
        "supports_region": True,
        "supports_city": True,
    }
    if place.region:
        found |= {"region": REGIONS[place.region].name, "region_id": int(place.region)}
    if place.city:
        found |= {"primary_city": CITIES[place.city].name, "primary_city_id": int(place.city)}
    return found


def country_row(code: str) -> dict[str, Any]:
    has_regions = any(one.country == code for one in REGIONS.values())
    return {
        "key": code,
        "name": COUNTRIES[code][0],
        "type": "country",
        "country_code": code,
        "country_name": COUNTRIES[code][0],
        "supports_region": has_regions,
        "supports_city": any(one.country == code for one in CITIES.values()),
    }


def group_row(key: str) -> dict[str, Any]:
    name, codes = COUNTRY_GROUPS[key]
    return {
        "key": key,
        "name": name,
        "type": "country_group",
        "country_codes": list(codes),
        "is_worldwide": key == "worldwide",
        "supports_region": True,
        "supports_city": True,
    }


def regions_of(country: str) -> list[Place]:
    return [one for one in REGIONS.values() if one.country == country]
