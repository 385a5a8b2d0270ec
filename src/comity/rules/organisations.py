"""R28–R31: which party a publisher means, and who gives and receives where nobody is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from comity.rules.identity import Index

if TYPE_CHECKING:
    import ibis.expr.types as ir

INCOMING = ("1", "11", "13")
"""Transaction types of what the reporting organisation gets; all others go out from it."""
CLASSES = ("flow_type", "finance_type", "aid_type", "tied_status")


class Organisations:
    """Identifiers and names of all parties; `parents` gives the party that one belongs to."""

    def __init__(self, refs: Index, names: Index, parents: Mapping[str, str]) -> None:
        self._refs, self._names, self._parents = refs, names, parents

    def resolve(self, ref: str | None, name: str | None) -> tuple[str | None, str]:
        """(party, how): `ref`, `name`, `both`, `conflict` or `unknown` (R28).

        Where the two name a State and an agency of it the State is meant: publishers use an agency's
        identifier for it. Where they name strangers nobody can say which one is meant.
        """
        by_ref, by_name = self._only(self._refs, ref), self._only(self._names, name)
        if by_ref and by_name and by_ref != by_name:
            for child, parent in ((by_ref, by_name), (by_name, by_ref)):
                if self._parents.get(child) == parent:
                    return parent, "both"
            return None, "conflict"
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
    `funder` and `implementer` (the only one in that role, else null). Who is named counts, also where
    we do not know him. Else what goes out is from who reports, unless he reports for others (R23), and
    what comes in is from the only funder and for who reports; else the only implementer receives.
    """
    import ibis

    t = transactions
    incoming = t.type.isin(INCOMING)
    own = ibis.ifelse(t.secondary_reporter.fill_null(0) == 1, None, t.reporter)
    gives = ibis.cases((incoming, t.funder), (own.notnull(), own), else_=t.funder)
    gets = ibis.cases((incoming & own.notnull(), own), else_=t.implementer)
    gives_by = ibis.ifelse(~incoming & own.notnull(), "reporting_org", "sole_funder")
    gets_by = ibis.ifelse(incoming & own.notnull(), "reporting_org", "sole_implementer")
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
