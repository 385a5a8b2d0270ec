"""R28–R31: which party a publisher means, and who gives and receives where nobody is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from comity.rules.identity import Index, Name, names_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

INCOMING, OUTGOING = ("1", "11", "13"), ("2", "3", "4", "7", "8", "10", "12")
"""Transaction types of what the reporting organisation gets and of what it gives. Of interest, repayments
and sales of equity (5, 6, 9), and of types nobody knows, the type does not say who gives to whom."""
CLASSES = ("flow_type", "finance_type", "aid_type", "tied_status")


class Organisations:
    """Identifiers and names of all parties, and the party that one belongs to, from rows of `parties` and
    of `aliases` that are judged the same. A name is looked for among names, and never among codes."""

    def __init__(
        self, parties: Sequence[Mapping[str, str | None]], aliases: Sequence[Mapping[str, str]]
    ) -> None:
        refs = [Name(row["iati_id"] or "", row["id"] or "", 0) for row in parties]
        refs += [Name(row["alias"], row["party"], 1) for row in aliases if row["scheme"] == "iati"]
        names = names_of(parties, [row for row in aliases if row["scheme"] == "name"])
        self._refs, self._names = Index(refs), Index(name for name in names if name.rank)
        self._parents = {row["id"]: row["parent"] for row in parties if row["parent"]}

    def resolve(self, ref: str | None, name: str | None) -> tuple[str | None, str]:
        """(party, how): `ref`, `name`, `both`, `conflict` or `unknown` (R28).

        Where the two name a State and an agency of it, or two agencies of it, the State is meant:
        publishers use one agency's identifier for all of it. Where they name strangers nobody can say
        which one is meant.
        """
        by_ref, by_name = self._only(self._refs, ref), self._only(self._names, name)
        if by_ref and by_name and by_ref != by_name:
            shared = {by_ref, self._parents.get(by_ref)} & {by_name, self._parents.get(by_name)} - {None}
            return (shared.pop(), "both") if shared else (None, "conflict")
        how = "both" if by_ref and by_name else "ref" if by_ref else "name" if by_name else "unknown"
        return by_ref or by_name, how

    @staticmethod
    def _only(index: Index, text: str | None) -> str | None:
        found = index.find(text) if text else ()
        return found[0] if len(found) == 1 else None


def attributed(transactions: ir.Table) -> ir.Table:
    """R30: `transactions` with `provider`, `provider_by`, `receiver` and `receiver_by`.

    They have `type`, `secondary_reporter`, and as party ids `stated_provider`, `stated_receiver`,
    `names_provider` and `names_receiver` (whether anybody is named, known to us or not), `reporter`,
    `funder` and `implementer` (of `joint.roles`). Who is named counts, also where we do not know him.
    Else what goes out is from who reports and for the only implementer; what comes in is from the only
    funder and for who reports. Who reports for others (R23) is no party to it: there the only funder
    gives and the only implementer receives, either way.
    """
    import ibis

    t = transactions
    comes, goes = t.type.isin(INCOMING), t.type.isin(OUTGOING)
    for_others = t.secondary_reporter.fill_null(0) == 1
    funder, implementer = comes | (goes & for_others), goes | (comes & for_others)
    gives = ibis.cases((funder, t.funder), (goes, t.reporter))
    gets = ibis.cases((implementer, t.implementer), (comes, t.reporter))
    gives_by = ibis.ifelse(funder, "sole_funder", "reporting_org")
    gets_by = ibis.ifelse(implementer, "sole_implementer", "reporting_org")
    return t.mutate(
        provider=ibis.ifelse(t.names_provider, t.stated_provider, gives),
        provider_by=ibis.cases(
            (t.names_provider & t.stated_provider.notnull(), "stated"),
            (t.names_provider | gives.isnull(), None),
            else_=gives_by,
        ),
        receiver=ibis.ifelse(t.names_receiver, t.stated_receiver, gets),
        receiver_by=ibis.cases(
            (t.names_receiver & t.stated_receiver.notnull(), "stated"),
            (t.names_receiver | gets.isnull(), None),
            else_=gets_by,
        ),
    )


def overridden(transactions: ir.Table) -> ir.Table:
    """R31: the transaction's flow, finance and aid type and tied status, else the activity's default
    (columns `default_…`)."""
    return transactions.mutate(
        **{name: transactions[name].coalesce(transactions[f"default_{name}"]) for name in CLASSES}
    )
