"""Programme countries that a page states, held against those of the activities published in IATI."""

from __future__ import annotations

from pathlib import Path

from comity.api import Comity
from comity.model import Verdict

STATED = "kor-ilo-007"


def activity(number: int, *countries: str, ends: str = "2023-12-31") -> str:
    places = "".join(
        f"<recipient-country code='{code}' percentage='{100 / len(countries)}'/>" for code in countries
    )
    return (
        f"<iati-activity default-currency='USD'><iati-identifier>XM-DAC-41302-{number}</iati-identifier>"
        "<reporting-org ref='XM-DAC-41302' type='40'><narrative>ILO</narrative></reporting-org>"
        "<participating-org ref='KR-GOV-051' role='1'/><participating-org ref='XM-DAC-41302' role='4'/>"
        "<activity-date type='2' iso-date='2021-01-01'/>"
        f"<activity-date type='4' iso-date='{ends}'/>{places}</iati-activity>"
    )


def stated(store: Comity, tmp_path: Path, *activities: str) -> Verdict:
    file = tmp_path / "ilo.xml"
    file.write_text(f"<iati-activities version='2.03'>{''.join(activities)}</iati-activities>")
    store.load(file)
    (found,) = (v for v in store.check("KOR", "ILO").verdicts if v.claim.id == STATED)
    return found


def test_without_activities_the_page_cannot_bear_itself_out(store: Comity) -> None:
    (found,) = (v for v in store.check("KOR", "ILO").verdicts if v.claim.id == STATED)
    assert found.name == "not_computable"


def test_stated_countries_become_a_set_against_the_activities_of_the_time(
    store: Comity, tmp_path: Path
) -> None:
    """The register's own rows rest on this very page and count as neither found nor missing."""
    found = stated(
        store, tmp_path, activity(1, "LA", "BD"), activity(2, "VN"), activity(3, "KH", ends="2021-12-31")
    )
    assert found.name == "differs"
    assert found.sets
    assert set(found.sets.both) == {"BGD", "LAO"}
    assert set(found.sets.only_stated) == {"CMR", "DZA", "IND", "MAR", "TUN"}
    assert found.sets.only_found == ("VNM",), "Cambodia's ended before the day that the page speaks of"


def test_the_same_countries_agree(store: Comity, tmp_path: Path) -> None:
    assert stated(store, tmp_path, activity(1, "DZ", "BD", "CM", "IN", "LA", "MA", "TN")).name == "agrees"
