"""Makes the tables that classify activities: python scripts/classification.py [FOLDER]

FOLDER holds IATI's code lists (github.com/IATI/IATI-Codelists-NonEmbedded) in `nonembedded/`; without
one it is ../shared/data/codelists beside the project. Codes, names in English and French, and what is
withdrawn come from there; all else stands below and is edited here. Writes sectors.csv, regions.csv and
themes.csv into src/comity/starter. The same lists give the same bytes.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lxml import etree

from comity.sources import _own
from comity.tables import contracts

ROOT = Path(__file__).parents[1]
LISTS = ROOT.parent / "shared" / "data" / "codelists"
TARGET = ROOT / "src" / "comity" / "starter"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

Row = dict[str, str]

GROUPS = """
111 | Educación, nivel no especificado | 교육, 수준 미분류
112 | Educación básica | 기초교육
113 | Educación secundaria | 중등교육
114 | Educación postsecundaria | 고등교육
121 | Salud, general | 보건 일반
122 | Salud básica | 기초보건
123 | Enfermedades no transmisibles (ENT) | 비감염성 질환(NCD)
130 | Programas y políticas sobre población y salud reproductiva | 인구정책·사업 및 생식보건
140 | Abastecimiento de agua y saneamiento | 식수 공급 및 위생
151 | Gobierno y sociedad civil, general | 정부 및 시민사회 일반
152 | Conflictos, paz y seguridad | 분쟁, 평화 및 안보
160 | Otros servicios e infraestructuras sociales | 기타 사회 인프라 및 서비스
210 | Transporte y almacenamiento | 운송 및 보관
220 | Comunicaciones | 통신
230 | Generación y suministro de energía | 에너지 생산 및 공급
231 | Política energética | 에너지 정책
232 | Generación de energía, fuentes renovables | 에너지 생산, 재생 에너지원
233 | Generación de energía, fuentes no renovables | 에너지 생산, 비재생 에너지원
234 | Centrales de energía híbridas | 혼합 에너지 발전소
235 | Centrales nucleares | 원자력 발전소
236 | Distribución de energía | 에너지 공급
240 | Servicios bancarios y financieros | 은행 및 금융 서비스
250 | Empresas y otros servicios | 기업 및 기타 서비스
311 | Agricultura | 농업
312 | Silvicultura | 임업
313 | Pesca | 어업
321 | Industria | 산업
322 | Recursos minerales y minería | 광물자원 및 광업
323 | Construcción | 건설
331 | Políticas y regulación comerciales | 무역정책 및 규제
332 | Turismo | 관광
410 | Protección general del medio ambiente | 환경보호 일반
430 | Otras actividades multisectoriales | 기타 다부문
510 | Apoyo presupuestario general | 일반예산지원
520 | Ayuda alimentaria para el desarrollo | 개발식량원조
530 | Otras ayudas en forma de suministro de bienes | 기타 물자원조
600 | Actividades relacionadas con la deuda | 부채 관련 지원
720 | Respuesta de emergencia | 긴급구호
730 | Ayuda a la reconstrucción y rehabilitación | 재건 및 복구 지원
740 | Prevención de desastres y preparación para casos de desastre | 재난 예방 및 대비
910 | Gastos administrativos de los donantes | 공여국 행정비용
920 | Apoyo a organizaciones no gubernamentales (ONG) | 비정부기구(NGO) 지원
930 | Refugiados en países donantes | 공여국 내 난민
998 | Sin asignar o sin especificar | 미배분·미분류
"""
"""Code, then our own names in Spanish and Korean, in the words of AECID and of Korea's ODA statistics."""

REGIONS = """
88 | Estados de la ex-Yugoslavia, sin especificar | 구유고슬라비아 국가(국가 미지정)
89 | Europa, regional | 유럽 지역
189 | África al norte del Sáhara, regional | 사하라 이북 아프리카 지역
289 | África al sur del Sáhara, regional | 사하라 이남 아프리카 지역
298 | África, regional | 아프리카 지역
380 | Indias Occidentales, regional | 서인도 제도 지역
389 | Caribe y América Central, regional | 카리브 및 중앙아메리카 지역
489 | América del Sur, regional | 남아메리카 지역
498 | América, regional | 아메리카 지역
589 | Oriente Medio, regional | 중동 지역
619 | Asia Central, regional | 중앙아시아 지역
679 | Asia Meridional, regional | 남아시아 지역
689 | Asia Meridional y Central, regional | 남·중앙아시아 지역
789 | Lejano Oriente, regional | 극동아시아 지역
798 | Asia, regional | 아시아 지역
889 | Oceanía, regional | 오세아니아 지역
998 | Países en desarrollo, sin especificar | 개발도상국(국가 미지정)
1027 | África Oriental, regional | 동부 아프리카 지역
1028 | África Central, regional | 중부 아프리카 지역
1029 | África Meridional, regional | 남부 아프리카 지역
1030 | África Occidental, regional | 서부 아프리카 지역
1031 | Caribe, regional | 카리브 지역
1032 | América Central, regional | 중앙아메리카 지역
1033 | Melanesia, regional | 멜라네시아 지역
1034 | Micronesia, regional | 미크로네시아 지역
1035 | Polinesia, regional | 폴리네시아 지역
"""
"""The same of regions."""

UNSPECIFIED = {"998"}
"""Regions that are no place in particular."""

FRENCH = """
230 | Production et distribution d'énergie
920 | Appui aux organisations non gouvernementales (ONG)
15120 | Gestion financière du secteur public
15140 | Administration publique
15161 | Élections
15162 | Droits de la personne
15163 | Libre circulation de l'information
15164 | Organisations et institutions pour l'égalité des femmes
23010 | Politique énergétique et gestion administrative
23020 | Production d'électricité, sources non renouvelables
23030 | Production d'électricité, sources renouvelables
23040 | Transport et distribution d'électricité
23050 | Distribution de gaz
23061 | Centrales au fioul
23062 | Centrales au gaz
23063 | Centrales au charbon
23064 | Centrales nucléaires
23065 | Centrales hydrauliques
23066 | Énergie géothermique
23067 | Énergie solaire
23068 | Énergie éolienne
23069 | Énergie marine
23070 | Biomasse
23081 | Éducation et formation dans le domaine de l'énergie
23082 | Recherche dans le domaine de l'énergie
25030 | Services d'appui au développement des entreprises
92010 | Appui aux ONG nationales
92020 | Appui aux ONG internationales
92030 | Appui aux ONG locales et régionales
"""
"""Our own names in French, where the code list has none or repeats the English one."""

ENGLISH = """
230 | Energy generation and supply
920 | Support to non-governmental organisations (NGOs)
"""
"""Our own in English, where the code list has nothing but capitals."""

SPELLING = {
    "Dévelopmentale": "Développementale",
    "Refugiés": "Réfugiés",
    "Specifié": "Spécifié",
    "a la Dette": "à la Dette",
    "et evaluation": "et évaluation",
}
"""Words in French names of the code list that we spell otherwise."""

THEMES = """
agriculture | 311 | | |
agriculture, forestry and fisheries | 311 312 313 | | |
anti-corruption | 15113 | | |
apprenticeships | 11330 | 11430 | |
basic education | 112 | | |
basic health | 122 | | |
biodiversity | 41030 | 41040 | |
budget support | 510 | | |
business environment | 25010 | | |
child labour | 16070 | | 16010 |
civil society | 15150 | | |
climate change | | | 410 232 | Marked by policy markers in any sector; no code of its own.
collective bargaining | 16070 | 16080 | |
communications | 220 | | |
construction | 323 | | |
cooperatives | | 24040 31194 | 25030 | Farmers', and savings and credit cooperatives; no code for others.
covid-19 | 12264 | | |
culture | 16061 16066 | | |
decent work | | 16010 16020 16070 16080 | | Its four parts: employment, protection, rights, dialogue.
democracy | 15150 15151 15152 15161 | | |
digital economy | | 22040 | |
digital skills | 22040 | 11330 | | The code of ICT holds training in it.
digital transformation | | 22040 | 22020 |
digital transition | | 22040 | 22020 |
digitalisation | | 22040 | 22020 |
disability | | 16010 | 15160 | A group of people; marked by a policy marker in any sector.
disaster risk reduction | 43060 | 740 41050 | |
discrimination | 16070 | 15160 | | In employment and occupation.
economic diversification | | | 25010 32120 33110 | No code of its own.
education | 111 112 113 114 | | |
employers' organisations | 16080 | 25030 | |
employment | 16020 | | |
employment creation | 16020 | | |
employment injury insurance | 16012 | 16010 | |
employment policy | 16020 | | |
employment services | | 16020 | |
employment-intensive investment | | 16020 | 21020 |
energy | 230 231 232 233 234 235 236 | | |
enterprise development | 32130 | 25010 25030 | |
entrepreneurship | | 25030 32130 | |
environment | 410 | | |
financial inclusion | 24040 | 24030 | |
fisheries | 313 | | |
food security | 43071 43072 | 43073 520 | |
forced displacement | | 15190 | 72010 |
forced labour | 16070 | 15190 | |
forestry | 312 | | |
freedom of association | 16070 | 16080 | |
fundamental principles and rights at work | 16070 | 16080 | |
gender equality | 15170 15164 | 15180 | | Marked by a policy marker in any sector as well.
global accelerator | | 16010 16020 | | An initiative for jobs and social protection; no code of its own.
governance | 151 | | |
green jobs | | 16020 | 410 |
health | 121 122 123 | 130 | |
health insurance | 12110 | 16010 | |
higher education | 11420 | 11430 | |
hiv/aids | 13040 16064 | | |
human rights | 15160 15162 | 16070 | |
human trafficking | 15190 | 15160 15180 16070 | |
humanitarian assistance | 720 | 730 740 | |
indigenous peoples | 15160 | | |
industry | 321 | | |
informal economy | 16070 | 16010 16020 | | The code of labour rights holds the formalisation of informal work.
information and communication technology | 22040 | 22020 | |
international labour standards | 16070 | | |
just transition | | 16020 | 410 23110 16010 |
justice | 15130 15131 15134 | 15137 | |
labour administration | | 16020 16070 | |
labour inspection | | 16070 | |
labour law | 16070 | | |
labour market information | | 16020 | 16062 |
labour market policies | 16020 | | |
labour migration | 15190 | 24050 | 16070 |
labour mobility | 15190 | | |
labour rights | 16070 | | |
labour standards | 16070 | | |
labour statistics | | 16062 16020 | |
lifelong learning | | 11230 11330 | 11430 |
maritime labour | | 16070 | 21040 |
microfinance | 24040 | | |
migration | 15190 | 24050 15136 | |
mining | 322 | | |
nutrition | 12240 | 11250 43072 | |
occupational safety and health | 16070 | | 12110 | Some publishers use the code of health policy.
peace and resilience | | 15220 43060 | 16020 73010 |
peace and security | 152 | | |
peacebuilding | 15220 | | |
pensions | 16013 16014 | 16010 | |
platform work | | 16020 16070 | 16010 | No code of its own.
population | 130 | | |
private sector development | | 25010 25030 32130 | 24030 |
public administration | 15110 15140 | 15112 | |
public finance | 15111 15120 | 15114 | |
refugees | 15190 | 72010 | 93010 |
remittances | 24050 | 15190 | |
renewable energy | 232 23030 | 23065 23066 23067 23068 23069 23070 | |
reproductive health | 13020 | 13030 | |
responsible business conduct | 25040 | | |
rural development | 43040 43042 | 43041 31120 | |
rural employment | | 16020 43040 43042 | 31120 |
science and technology | 32182 43082 | | |
secondary education | 113 | | |
skills | 11330 | 11230 11231 11430 | |
skills development | 11330 | 11230 11231 11430 | |
small and medium-sized enterprises | 32130 | 25030 | |
social dialogue | 16080 | | |
social finance | | 24040 | 24030 |
social protection | 16010 16011 | 16012 16013 16014 16015 | |
social security | 16010 16012 | 16011 16013 16014 | |
statistics | 16062 | 15196 | |
supply chains | | 16070 25040 | |
sustainable enterprises | | 25010 25030 32130 25040 | |
technical and vocational education and training | 11330 | 11430 | |
technology | | 22040 32182 | |
technology, environment and energy | 410 230 231 232 233 234 235 236 | 22040 32182 | |
tourism | 332 | | |
trade | 331 | | |
transport | 210 | | |
tripartism | 16080 | | |
unemployment insurance | 16010 | 16020 | |
urban development | 43030 43032 | 43031 | |
violence against women | 15180 | | |
violence and harassment | | 15180 16070 | | In the world of work.
vocational training | 11330 | 11430 | |
wages | | 16070 16080 | |
water | 140 | | |
water and sanitation | 140 | | |
women's empowerment | 15170 15164 | 15180 | |
workers' organisations | 16080 | 16070 | |
youth | | 11231 16015 16020 | | A group of people rather than a sector.
youth employment | 16020 | 11231 11330 | |
"""
"""Theme, then the codes that serve it with high, medium and low confidence, then a note. A code of three
digits stands for its whole group."""


def _lines(text: str) -> Iterator[list[str]]:
    for line in text.strip().splitlines():
        yield [cell.strip() for cell in line.split("|")]


def _named(text: str) -> dict[str, list[str]]:
    return {code: names for code, *names in _lines(text)}


def codes(folder: Path, name: str) -> Iterator[Row]:
    """The codes of one of the lists, in its order, with names on a single line."""
    root = etree.parse(folder / "nonembedded" / f"{name}.xml").getroot()
    for item in root.iterfind("codelist-items/codelist-item"):
        names = {
            narrative.get(_LANGUAGE, "en"): " ".join((narrative.text or "").split())
            for narrative in item.iterfind("name/narrative")
        }
        yield {
            "code": item.findtext("code", ""),
            "group_code": item.findtext("category", ""),
            "name_en": names["en"],
            "name_fr": names.get("fr", ""),
            "status": item.get("status", "active"),
            "valid_to": item.get("withdrawal-date", ""),
            "stated_by": f"OECD DAC, as in IATI's code list {name}",
            "confidence": "high",
        }


def _with_own_names(row: Row) -> Row:
    """The row with the names that are ours; its note says what the code list has instead."""
    english, french = row["name_en"], row["name_fr"]
    for theirs, ours in SPELLING.items():
        french = french.replace(theirs, ours)
    (english,) = _named(ENGLISH).get(row["code"], [english])
    (french,) = _named(FRENCH).get(row["code"], [french])
    notes = []
    if english != row["name_en"]:
        notes.append(f"The code list has “{row['name_en']}” in English.")
    if french != row["name_fr"]:
        has = f"“{row['name_fr']}”" if row["name_fr"] else "no name"
        notes.append(f"The code list has {has} in French; this one is ours.")
    return row | {"name_en": english, "name_fr": french, "note": " ".join(notes)}


def sectors(folder: Path) -> list[Row]:
    """The purposes and their groups; each group is followed by its purposes."""
    ours = _named(GROUPS)
    found = [row | {"level": "purpose"} for row in codes(folder, "Sector")]
    for row in codes(folder, "SectorCategory"):
        spanish, korean = ours[row["code"]]
        own = {"level": "group", "group_code": row["code"], "name_es": spanish, "name_ko": korean}
        found.append(row | own)
    return sorted(map(_with_own_names, found), key=lambda row: row["code"])


def regions(folder: Path) -> list[Row]:
    """The regions, by number."""
    ours = _named(REGIONS)
    found = []
    for row in codes(folder, "Region"):
        spanish, korean = ours[row["code"]]
        kind = "unspecified" if row["code"] in UNSPECIFIED else "region"
        found.append(row | {"name_es": spanish, "name_ko": korean, "kind": kind})
    return sorted(found, key=lambda row: int(row["code"]))


def themes(known: Mapping[str, Row]) -> list[Row]:
    """A row for each code that serves a theme; codes that are none of `known` raise `KeyError`."""
    found = []
    for theme, *levels, note in _lines(THEMES):
        for confidence, listed in zip(("high", "medium", "low"), levels, strict=True):
            for code in listed.split():
                sector = known[code]
                older = "A code of older data." if sector["status"] == "withdrawn" else ""
                row = {
                    "theme": theme,
                    "group_code": sector["group_code"],
                    "sector_code": code if sector["level"] == "purpose" else "",
                    "stated_by": "comity",
                    "confidence": confidence,
                    "note": " ".join(filter(None, (note, older))),
                }
                found.append(row)
    return sorted(found, key=lambda row: (row["theme"], row["group_code"], row["sector_code"]))


def _csv(name: str, rows: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    columns = _own.names(contracts()[name])
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def tables(folder: Path) -> dict[str, bytes]:
    """The content of each file, by its name."""
    found = {"sectors": sectors(folder), "regions": regions(folder)}
    found["themes"] = themes({row["code"]: row for row in found["sectors"]})
    return {f"{name}.csv": _csv(name, rows) for name, rows in found.items()}


if __name__ == "__main__":
    for file, content in tables(Path(sys.argv[1]) if len(sys.argv) > 1 else LISTS).items():
        (TARGET / file).write_bytes(content)
        print(f"{file}: {len(content.splitlines()) - 1} rows, {len(content):,} bytes")
