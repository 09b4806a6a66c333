"""Countries as Meta's targeting names them: two-letter codes, the names that people write, and where no ads run.

The codes are those of the SDK's `Campaign.SpecialAdCategoryCountry`, which the conformance test compares.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

_NAMES = """
    AC Ascension Island; AD Andorra; AE United Arab Emirates; AF Afghanistan; AG Antigua & Barbuda; AI Anguilla; AL
    Albania; AM Armenia; AN Netherlands Antilles; AO Angola; AQ Antarctica; AR Argentina; AS American Samoa; AT
    Austria; AU Australia; AW Aruba; AX Åland Islands; AZ Azerbaijan; BA Bosnia & Herzegovina; BB Barbados; BD
    Bangladesh; BE Belgium; BF Burkina Faso; BG Bulgaria; BH Bahrain; BI Burundi; BJ Benin; BL Saint Barthélemy; BM
    Bermuda; BN Brunei; BO Bolivia; BQ Caribbean Netherlands; BR Brazil; BS Bahamas; BT Bhutan; BV Bouvet Island; BW
    Botswana; BY Belarus; BZ Belize; CA Canada; CC Cocos (Keeling) Islands; CD Congo Kinshasa; CF Central African
    Republic; CG Congo Brazzaville; CH Switzerland; CI Côte d'Ivoire; CK Cook Islands; CL Chile; CM Cameroon; CN
    China; CO Colombia; CR Costa Rica; CU Cuba; CV Cape Verde; CW Curaçao; CX Christmas Island; CY Cyprus; CZ
    Czechia; DE Germany; DJ Djibouti; DK Denmark; DM Dominica; DO Dominican Republic; DZ Algeria; EC Ecuador; EE
    Estonia; EG Egypt; EH Western Sahara; ER Eritrea; ES Spain; ET Ethiopia; FI Finland; FJ Fiji; FK Falkland
    Islands; FM Micronesia; FO Faroe Islands; FR France; GA Gabon; GB United Kingdom; GD Grenada; GE Georgia; GF
    French Guiana; GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland; GM Gambia; GN Guinea; GP Guadeloupe; GQ
    Equatorial Guinea; GR Greece; GS South Georgia & the South Sandwich Islands; GT Guatemala; GU Guam; GW Guinea-
    Bissau; GY Guyana; HK Hong Kong; HM Heard Island & McDonald Islands; HN Honduras; HR Croatia; HT Haiti; HU
    Hungary; ID Indonesia; IE Ireland; IL Israel; IM Isle of Man; IN India; IO British Indian Ocean Territory; IQ
    Iraq; IR Iran; IS Iceland; IT Italy; JE Jersey; JM Jamaica; JO Jordan; JP Japan; KE Kenya; KG Kyrgyzstan; KH
    Cambodia; KI Kiribati; KM Comoros; KN Saint Kitts & Nevis; KP North Korea; KR South Korea; KW Kuwait; KY Cayman
    Islands; KZ Kazakhstan; LA Laos; LB Lebanon; LC Saint Lucia; LI Liechtenstein; LK Sri Lanka; LR Liberia; LS
    Lesotho; LT Lithuania; LU Luxembourg; LV Latvia; LY Libya; MA Morocco; MC Monaco; MD Moldova; ME Montenegro; MF
    Saint Martin; MG Madagascar; MH Marshall Islands; MK North Macedonia; ML Mali; MM Myanmar; MN Mongolia; MO
    Macao; MP Northern Mariana Islands; MQ Martinique; MR Mauritania; MS Montserrat; MT Malta; MU Mauritius; MV
    Maldives; MW Malawi; MX Mexico; MY Malaysia; MZ Mozambique; NA Namibia; NC New Caledonia; NE Niger; NF Norfolk
    Island; NG Nigeria; NI Nicaragua; NL Netherlands; NO Norway; NP Nepal; NR Nauru; NU Niue; NZ New Zealand; OM
    Oman; PA Panama; PE Peru; PF French Polynesia; PG Papua New Guinea; PH Philippines; PK Pakistan; PL Poland; PM
    Saint Pierre & Miquelon; PN Pitcairn; PR Puerto Rico; PS Palestine; PT Portugal; PW Palau; PY Paraguay; QA
    Qatar; RE Réunion; RO Romania; RS Serbia; RU Russia; RW Rwanda; SA Saudi Arabia; SB Solomon Islands; SC
    Seychelles; SD Sudan; SE Sweden; SG Singapore; SH Saint Helena; SI Slovenia; SJ Svalbard & Jan Mayen; SK
    Slovakia; SL Sierra Leone; SM San Marino; SN Senegal; SO Somalia; SR Suriname; SS South Sudan; ST Sao Tome &
    Principe; SV El Salvador; SX Sint Maarten; SY Syria; SZ Eswatini; TC Turks & Caicos Islands; TD Chad; TF French
    Southern Territories; TG Togo; TH Thailand; TJ Tajikistan; TK Tokelau; TL Timor-Leste; TM Turkmenistan; TN
    Tunisia; TO Tonga; TR Türkiye; TT Trinidad & Tobago; TV Tuvalu; TW Taiwan; TZ Tanzania; UA Ukraine; UG Uganda;
    UM US minor outlying islands; US United States; UY Uruguay; UZ Uzbekistan; VA Vatican City; VC Saint Vincent &
    the Grenadines; VE Venezuela; VG British Virgin Islands; VI US Virgin Islands; VN Vietnam; VU Vanuatu; WF Wallis
    & Futuna; WS Samoa; XK Kosovo; YE Yemen; YT Mayotte; ZA South Africa; ZM Zambia; ZW Zimbabwe
"""
NAMES: Mapping[str, str] = dict(row.split(" ", 1) for row in " ".join(_NAMES.split()).split("; "))
"""Code → name."""

COUNTRY_SCHEMA: Mapping[str, Any] = {
    "type": "string",
    "enum": list(NAMES),
    "enumDescriptions": list(NAMES.values()),
    "x-shared": "Country",
}
"""As an editor offers one. `render/schema.py` keeps what is `x-shared` once in a file, under that name."""

NO_ADS: Mapping[str, str] = {code: NAMES[code] for code in ("CU", "IR", "KP", "RU")}
"""Where Meta shows no ads: embargoes, and Russia since March 2022."""

PERHAPS_NO_ADS: Mapping[str, str] = {code: NAMES[code] for code in ("SY",)}
"""Where that has changed of late, or may."""

_OTHER_WORDS = {
    "GB": "uk gbr england scotland wales britain greatbritain",
    "US": "usa america unitedstatesofamerica",
    "AE": "uae emirates",
    "GR": "el",
    "CH": "sui",
    "CZ": "czechrepublic",
    "DE": "ger deu deutschland",
    "ES": "esp",
    "HK": "hkg",
    "ID": "idn indo",
    "JP": "jpn jap",
    "KR": "kor korea southkorea",
    "KP": "northkorea",
    "CI": "ivorycoast",
    "MM": "burma",
    "MO": "macau",
    "MY": "mys mas",
    "NL": "holland",
    "PH": "phl",
    "SG": "sgp sin",
    "SZ": "swaziland",
    "TH": "tha",
    "TL": "easttimor",
    "TR": "turkey",
    "TW": "twn",
    "VN": "vnm",
}


def _plain(text: str) -> str:
    """Letters alone, without accents and case."""
    parts = unicodedata.normalize("NFKD", text[:MOST]).casefold()
    return "".join(char for char in parts if char.isalpha())


MOST = 60
"""Letters of a word that a country is looked for in."""
_BY_WORD = {
    **{_plain(name): code for code, name in NAMES.items()},
    **{word: code for code, words in _OTHER_WORDS.items() for word in words.split()},
}


def meant(text: str) -> str:
    """The code of the country that a word stands for, such as Singapore, UK or sg; empty where there is none."""
    word = _plain(text)
    if word.upper() in NAMES and len(text.strip()) == 2:
        return word.upper()
    near = get_close_matches(word, _BY_WORD, n=1, cutoff=0.8) if len(word) > 3 else [word]
    return _BY_WORD.get(near[0], "") if near else ""
