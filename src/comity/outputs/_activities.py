"""The table of activities: what runs on the date first, then the newest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from comity import i18n
from comity.charts import Cell, Table
from comity.charts._labels import source_name
from comity.i18n import N_
from comity.model import Item, Profile
from comity.outputs import _joint_said as said
from comity.outputs import _parts as parts
from comity.outputs import _titles as titles
from comity.outputs import _wording as wording

MOST = 15
"""More activities than these are counted, and listed by a command."""
_STATES = {
    "current": N_("running"),
    "planned": N_("not begun"),
    "": N_("without dates"),
    "ended": N_("ended"),
}
"""How activities stand on the date, in the order in which they are shown."""
_STATUSES = {
    "1": N_("pipeline"),
    "2": N_("implementation"),
    "3": N_("finalisation"),
    "4": N_("closed"),
    "5": N_("cancelled"),
    "6": N_("suspended"),
}


def table(profile: Profile, lang: str) -> Iterator[Table]:
    """What runs on the date first, then the newest: fifteen at most, the others counted."""
    _ = i18n.translator(lang)
    figure = profile.get("programmes.activities")
    items = parts.items_of(figure)
    if not figure or not items:
        return
    order = list(_STATES)

    def place(item: Item) -> tuple[int, int, str]:
        start, state = item.get("start_date"), parts.text(item.get("on_date"))
        begun = start.toordinal() if isinstance(start, date) else 0
        rank = order.index(state) if state in order else order.index("")
        return rank, -begun, str(item.get("activity_id"))

    shown = sorted(items, key=place)
    on_date = _("On {date}").format(date=parts.short_day(profile.as_of, lang))
    status, gives, reports = _("Status as published"), _("Given by"), _("Reported by")
    columns = {
        _("Activity"): titles.cells(shown, profile, lang),
        _("Period"): [Cell(parts.days(item.get("start_date"), item.get("end_date"), lang)) for item in shown],
        on_date: [Cell(_(_STATES.get(parts.text(item.get("on_date")), "–"))) for item in shown],
        status: [Cell(_(_STATUSES.get(parts.text(item.get("status")), "–"))) for item in shown],
        gives: [Cell(wording.named(parts.text(item.get("giver")), profile, lang)) for item in shown],
        reports: [Cell(_reporter(item, profile, lang)) for item in shown],
    }
    # Below the table stands how many run on the day; the section begins with who reports.
    silent = (on_date, reports, *parts.own(gives, columns, profile, lang))
    kept, common = parts.folded(columns, silent, (status, gives), lang)
    notes = [*said.states(figure, profile, lang), *common, *said.not_counted(figure, lang)]
    if more := len(shown[MOST:]):
        command = (
            f"comity activities --partner {profile.partner.id} --organisation {profile.organisation.id}"
            f" --years {profile.period.start}-{profile.period.end}"
        )
        message = _("Activities that are not shown here: {count}. They are among those listed by: {command}")
        notes.append(message.format(count=i18n.whole(more, lang), command=command))
    names, rows = parts.table(kept)
    yield Table(
        _("Activities published in {source}").format(source=source_name("iati", lang)),
        names,
        rows[:MOST],
        notes=tuple(notes),
    )


def _reporter(item: Item, profile: Profile, lang: str) -> str:
    if item.get("reporter"):
        return wording.named(str(item["reporter"]), profile, lang)
    return parts.text(item.get("reporting_org_name"))
