"""The fundamental conventions by subject: which are ratified on the date, and which are not (R40)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

from comity import i18n
from comity.charts import Cell, Chart, Drawing, Table, _picture
from comity.charts._labels import SUBJECTS, confidence, partner, sources_of
from comity.charts._labels import day as in_words
from comity.charts._vega import COLOURS, CONFIG, INK, MUTED
from comity.model import Item, Profile, Scalar

_WIDTH = 348


@dataclass(frozen=True, slots=True)
class Convention:
    """A fundamental convention, and the partner's ratification of it where there is one."""

    id: str
    title: str
    subject: str
    ratified: Item | None


def subject(value: Scalar, lang: str) -> str:
    """The name of a fundamental subject; an unknown one as it is spelt."""
    known = SUBJECTS.get(str(value))
    return i18n.translator(lang)(known) if known else str(value or "").replace("_", " ")


def conventions(profile: Profile, lang: str) -> tuple[Convention, ...]:
    """The conventions that are fundamental on the date, by subject; empty where no source says which
    of them the partner ratified."""
    existing, ratified = profile.get("standards.fundamental_existing"), profile.get("standards.fundamental")
    if existing is None or ratified is None or ratified.value is None:
        return ()
    acts = {str(item["instrument"]): item for item in ratified.items or ()}
    order = list(SUBJECTS)
    found = [
        Convention(
            str(i["instrument"]),
            str(i.get("title", "")),
            str(i.get("subject", "")),
            acts.get(str(i["instrument"])),
        )
        for i in existing.items or ()
    ]

    def place(convention: Convention) -> tuple[int, str, str]:
        known = convention.subject in order
        return order.index(convention.subject) if known else len(order), convention.subject, convention.id

    return tuple(sorted(found, key=place))


def _state(convention: Convention, lang: str) -> Cell:
    _ = i18n.translator(lang)
    act = convention.ratified
    if act is None:
        return Cell(_("not ratified"), "missing")
    day = act.get("registered")
    text = (
        _("ratified on {date}").format(date=in_words(day, lang)) if isinstance(day, date) else _("ratified")
    )
    return Cell(text, mark=confidence(act, lang), note=str(act.get("note") or ""))


def table(profile: Profile, lang: str) -> Table | None:
    """Each fundamental convention with its subject and the day of ratification."""
    _ = i18n.translator(lang)
    rows = tuple(
        (Cell(f"{c.id} {c.title}".strip()), Cell(subject(c.subject, lang)), _state(c, lang))
        for c in conventions(profile, lang)
    )
    if not rows:
        return None
    caption = _("Fundamental conventions on {date}").format(date=in_words(profile.as_of, lang))
    return Table(caption, (_("Convention"), _("Subject"), _("State")), rows)


@cache
def _template(rows: int, columns: int) -> dict[str, Any]:
    import altair as alt

    x = alt.X("column:Q", scale=alt.Scale(domain=[0, columns], nice=False), axis=None)
    y = alt.Y("row:Q", scale=alt.Scale(domain=[rows, 0], nice=False), axis=None)

    def data(name: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=name))

    fill = alt.condition("datum.ratified", alt.value(COLOURS["assessed"]), alt.value("#ffffff"))
    stroke = alt.condition("datum.ratified", alt.value(COLOURS["assessed"]), alt.value(MUTED))
    dots = data("dots").mark_point(shape="circle", filled=True, size=230, strokeWidth=1.8, opacity=1)
    names = data("dots").mark_text(align="left", dx=14, fontSize=14)
    ink = alt.condition("datum.ratified", alt.value(INK), alt.value(MUTED))
    subjects = data("subjects").mark_text(align="left", color=MUTED, fontSize=14, dy=-19)
    layers = (
        subjects.encode(x=alt.value(0), y=y, text="label:N"),
        dots.encode(x=x, y=y, fill=fill, stroke=stroke),
        names.encode(x=x, y=y, text="label:N", color=ink),
    )
    chart = alt.layer(*layers).properties(autosize=alt.AutoSizeParams(type="none"))
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return {**spec, "config": CONFIG}


def _title(profile: Profile, lang: str, ratified: int, existing: int) -> str:
    _ = i18n.translator(lang)
    if ratified == existing:
        message = _("All {existing} fundamental conventions are ratified")
    elif ratified == 0:
        message = _("None of the {existing} fundamental conventions is ratified")
    else:
        message = _("{ratified} of the {existing} fundamental conventions are ratified")
    return message.format(ratified=ratified, existing=existing)


def draw(profile: Profile, lang: str) -> Drawing | None:
    """A filled dot for each convention ratified, an open one for each that is not."""
    _ = i18n.translator(lang)
    found, behind = conventions(profile, lang), table(profile, lang)
    if not found or behind is None:
        return None
    subjects = list(dict.fromkeys(c.subject for c in found))
    by_subject = {name: [c for c in found if c.subject == name] for name in subjects}
    columns = max(len(group) for group in by_subject.values())
    dots: list[dict[str, Any]] = []
    for row, group in enumerate(by_subject.values()):
        for column, convention in enumerate(group):
            known = convention.ratified is not None
            label = (
                convention.id if known else _("{convention} not ratified").format(convention=convention.id)
            )
            dots.append({"row": row + 0.66, "column": column + 0.06, "ratified": known, "label": label})
    titles = [{"row": row + 0.66, "label": subject(name, lang)} for row, name in enumerate(subjects)]
    ratified = [c.id for c in found if c.ratified is not None]
    missing = [c.id for c in found if c.ratified is None]
    title = _title(profile, lang, len(ratified), len(found))
    alt = _(
        "Fundamental conventions of {partner} by subject. Ratified: {ratified}. Not ratified: {missing}."
    ).format(
        partner=partner(profile, lang), ratified=", ".join(ratified) or "–", missing=", ".join(missing) or "–"
    )
    drawn = _picture.picture(
        partial(_template, len(subjects), columns), {"dots": dots, "subjects": titles},
        (_WIDTH, len(subjects) * 56), lang, "fundamental", title, alt,
    )  # fmt: skip
    return Drawing(
        name="fundamental",
        title=title,
        unit=_("conventions ratified and not denounced"),
        source=sources_of(profile, profile.family("standards"), lang),
        alt=alt,
        wide=drawn,
        narrow=drawn,
        table=behind,
        lang=lang,
    )


CHART = Chart("fundamental", draw)
