"""The Python API: `comity.open()` gives a store; `.profile(…)` gives figures as attributes."""

from __future__ import annotations

import contextlib
import html
import os
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from comity import engines, outputs, pipeline, plan, profiles, reconcile
from comity.activities import Asked, Found, find
from comity.engines import Request
from comity.errors import BadRequest, StoreMissing, TablesUnreadable
from comity.model import Check, Figure, Profile
from comity.parties import Directory
from comity.pipeline import Progress, Report
from comity.profiles import Library
from comity.store import Generation, Store
from comity.streaming import Watch

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.engines import Connection

Years = tuple[int, int] | int


def default_path() -> Path:
    """Where facts are kept unless told otherwise: `COMITY_STORE`, else the platform's data folder."""
    return Path(os.environ.get("COMITY_STORE") or platformdirs.user_data_path("comity") / "store")


def open_store(path: str | os.PathLike[str] | None = None) -> Comity:
    """The store at `path`, which must exist; without one the default store, made from the starter
    tables at first use.

    Raises `StoreMissing`, `StoreTooNew`, `StoreDamaged` or `NotWritable`.
    """
    home = Path(path) if path else default_path()
    if path or os.environ.get("COMITY_STORE") or (home / "store.json").exists():
        store = Store.open(home)
        if store.current().id == 0:
            raise StoreMissing(home)  # begun, and never filled
        return Comity(store)
    return create(home)


def create(
    path: str | os.PathLike[str], progress: Progress = lambda line: None, *, refresh: bool = False
) -> Comity:
    """The store at `path`, made from the starter tables when there is none or it is still empty.

    `refresh` loads the starter tables of this comity again where no file of the user's stands.
    """
    store = Store.create(Path(path))
    if refresh or store.current().id == 0:
        pipeline.load(store, pipeline.starter_files(), starter=True, progress=progress)
        progress("compiling the measures")
        plan.plan("duckdb", store.path)
    return Comity(store)


class Comity:
    """A store, open for questions."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __repr__(self) -> str:
        return f"<comity store at {self.store.path}, generation {self.store.current().id}>"

    def load(
        self, *paths: str | os.PathLike[str], source: str | None = None, partial: bool = False,
        progress: Progress = lambda line: None, watch: Watch = lambda name, done, total: None,
        workers: int = 1, engine: str = "duckdb",
    ) -> Report:  # fmt: skip
        """Loads files and folders; see `pipeline.load`."""
        given = [Path(path) for path in paths]
        return pipeline.load(
            self.store,
            given,
            source=source,
            partial=partial,
            progress=progress,
            watch=watch,
            workers=workers,
            engine=engine,
        )

    def connect(self, known_at: datetime | None = None, engine: str = "duckdb") -> Connection:
        """The public tables as loaded by `known_at`, for queries of your own."""
        return self._connect(self.store.at(known_at), engine)

    def _connect(self, generation: Generation, engine: str) -> Connection:
        try:
            return engines.connect(engine, self.store.database(generation))
        except TablesUnreadable:
            return engines.connect(engine, self.store.rebuild(generation))

    def library(self, known_at: datetime | None = None, engine: str = "duckdb") -> Library:
        """What `profiles` works with: tables, compiled measures and parties."""
        generation = self.store.at(known_at)
        connection = self._connect(generation, engine)
        compiled = plan.plan(connection.dialect, self.store.path)
        return Library(connection, compiled, Directory(connection), generation.created_at)

    def sql(self, query: str, known_at: datetime | None = None) -> pa.Table:
        """The answer to read-only SQL over the public tables; raises `QueryFailed`."""
        with contextlib.closing(self.connect(known_at)) as connection:
            return connection.query(query)

    def profile(
        self, partner: str, organisation: str, years: Years, *, as_of: date | None = None,
        known_at: datetime | None = None, engine: str = "duckdb",
    ) -> PairProfile:  # fmt: skip
        """The profile of a pair over `years`, a year or (first, last).

        Partner and organisation go by ISO code, id, name or alias. Raises `PartyNotKnown`,
        `AmbiguousParty` or `BadRequest`.
        """
        library = self.library(known_at, engine)
        request = ask(library, partner, organisation, years, as_of)
        profile = reconcile.beside(library, profiles.build(library, request))
        return PairProfile(profile, library, request)

    def check(
        self, partner: str | None = None, organisation: str | None = None, *, known_at: datetime | None = None
    ) -> Check:
        """What pages state, held against the data: of all pairs, or of a partner, an organisation or both.

        Raises `PartyNotKnown` or `AmbiguousParty`.
        """
        library = self.library(known_at)
        who = library.directory.partner(partner).id if partner else None
        where = library.directory.organisation(organisation).id if organisation else None
        return reconcile.check(library, who, where)

    def activities(
        self, text: str | None = None, *, partner: str | None = None, organisation: str | None = None,
        country: str | None = None, sector: str | None = None, status: str | None = None,
        years: Years | None = None, limit: int = 50, known_at: datetime | None = None,
        progress: Progress = lambda line: None,
    ) -> Found:  # fmt: skip
        """IATI activities, the best first with a text, else the newest; `.total` says how many there are."""
        period = (years, years) if isinstance(years, int) else years
        asked = Asked(text, partner, organisation, country, sector, status, period, limit)
        return find(self.store, asked, known_at=known_at, progress=progress)

    def evidence(
        self, partner: str, organisation: str, measure: str, years: Years, *,
        as_of: date | None = None, known_at: datetime | None = None, engine: str = "duckdb",
    ) -> pa.Table:  # fmt: skip
        """The rows behind a figure; raises `MeasureNotKnown` and what `profile` raises."""
        library = self.library(known_at, engine)
        return profiles.evidence(library, ask(library, partner, organisation, years, as_of), measure)


def ask(
    library: Library, partner: str, organisation: str, years: Years, as_of: date | None = None
) -> Request:
    """The request for a pair by the names a person typed."""
    start, end = (years, years) if isinstance(years, int) else years
    period = profiles.period_of(start, end)
    who, where = library.directory.partner(partner), library.directory.organisation(organisation)
    if who.id == where.id:
        raise BadRequest(f"partner and organisation are the same: {who.name}")
    return profiles.request_for(library, who, where, period, as_of)


class PairFigure:
    """A figure of a profile: its fields, and the rows behind it."""

    figure: Figure

    def __init__(self, figure: Figure, library: Library, request: Request) -> None:
        self.__dict__.update(figure=figure, _library=library, _request=request)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a figure cannot be changed: {name}")

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):  # copying and pickling ask before there is a figure
            raise AttributeError(name)
        return getattr(self.figure, name)

    def __repr__(self) -> str:
        return (
            f"<{self.figure.measure}: {self.figure.value} {self.figure.unit}, {self.figure.coverage.status}>"
        )

    def rows(self) -> pa.Table:
        """The rows that the figure counts, as an Arrow table (it offers `__arrow_c_stream__`)."""
        library, request = self.__dict__["_library"], self.__dict__["_request"]
        return profiles.evidence(library, request, self.figure.measure)


class Family:
    """The figures of one family by attribute: `profile.contributions.assessed`."""

    def __init__(self, figures: Iterable[PairFigure]) -> None:
        self._figures = {figure.figure.measure.partition(".")[2]: figure for figure in figures}

    def __getattr__(self, name: str) -> PairFigure:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._figures[name]
        except KeyError:
            raise AttributeError(f"no figure called {name}; there are {', '.join(self._figures)}") from None

    def __dir__(self) -> list[str]:
        return list(self._figures)


class PairProfile:
    """A profile with its store at hand. `.profile` is the frozen value that outputs receive."""

    def __init__(self, profile: Profile, library: Library, request: Request) -> None:
        self.profile = profile
        self._library, self._request = library, request

    def __getattr__(self, name: str) -> Family:
        if name.startswith("_"):
            raise AttributeError(name)
        figures = [PairFigure(f, self._library, self._request) for f in self.profile.family(name)]
        if not figures:
            families = dict.fromkeys(figure.family for figure in self.profile)
            raise AttributeError(f"no figures called {name}; there are {', '.join(families)}")
        return Family(figures)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *dict.fromkeys(figure.family for figure in self.profile)]

    def __repr__(self) -> str:
        who, where = self.profile.partner.name, self.profile.organisation.name
        return f"<profile: {who} – {where}, {self.profile.period}>"

    def render(self, format: str = "json", lang: str = "en", *, terminal: bool = False) -> bytes:
        """The profile as a file of `format`, or as a `terminal` shows it; raises `FormatNotKnown`."""
        profile = self.profile
        if outputs.named(format).with_rows and not profile.evidence:
            profile = profiles.with_rows(self._library, self._request, profile)
        return outputs.render(profile, format, lang, terminal=terminal)

    def _repr_html_(self) -> str:
        # A frame of its own, so that the page's style does not restyle the notebook.
        page = html.escape(self.render("html").decode())
        return f'<iframe srcdoc="{page}" style="width: 100%; height: 40rem; border: 0"></iframe>'
