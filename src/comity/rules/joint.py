"""Which activities are joint ones of a partner and an organisation, and which money in them is.

R6: what the organisation, the partner and others report of one flow are views of it, never added.
R23: what is reported for others stays in the gross and out of the net.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEYS = ("dataset", "snapshot", "activity")
PAIR = ("partner", "organisation")
GIVES = ("provider", "funding", "extending", "reporting")
"""Roles of who gives, those that say so most clearly first."""
DOES = ("receiver", "implementing", "accountable", "extending", "reporting")
ORGANISATION_KINDS = ("un_entity", "un_department", "fund", "bank", "intergovernmental")
_OUT = {"2": "commitments", "3": "spend", "4": "spend"}
_IN = {"11": "commitments", "1": "incoming", "3": "spend", "4": "spend"}


def roles(parties: ir.Table, named: ir.Table) -> ir.Table:
    """R30: for each activity `reporter`, `funder` and `implementer` (party ids; the latter two only where
    nobody else has the role, known to us or not) and `funders`, how many there are.

    `parties` is activity_parties; `named` are participating_orgs with `who`, what tells them apart.
    """
    reporting = parties.filter(parties.role == "reporting").group_by(KEYS).agg(reporter=parties.party.min())
    asked = named.filter(named.role.isin(("1", "4"))).group_by(KEYS).agg(
        funders=named.who.nunique(where=named.role == "1"),
        implementers=named.who.nunique(where=named.role == "4"),
        funder=named.party.min(where=named.role == "1"),
        implementer=named.party.min(where=named.role == "4"),
    )  # fmt: skip
    found = asked.outer_join(reporting, list(KEYS), rname="{name}_again")
    import ibis

    return found.select(
        **{key: found[key].coalesce(found[f"{key}_again"]) for key in KEYS},
        reporter=found.reporter,
        funders=found.funders.fill_null(0),
        funder=ibis.ifelse(found.funders == 1, found.funder, None),
        implementer=ibis.ifelse(found.implementers == 1, found.implementer, None),
    )


def pairs(parties: ir.Table, known: ir.Table) -> ir.Table:
    """Each activity once for each partner that gives in it and organisation that receives or carries it
    out: PAIR, KEYS and `giver`, who of the partner gives. A State gives what its ministries give.

    `parties` is activity_parties, `known` the parties with `id` and `kind`.
    """
    import ibis

    gives = parties.filter(parties.role.isin(GIVES))
    rank = ibis.cases(*((gives.role == role, place) for place, role in enumerate(GIVES)))
    gives = gives.select(*KEYS, giver="party", state="state", rank=rank)
    gives = gives.mutate(as_state=ibis.array([False, True]).unnest())
    gives = gives.filter(~gives.as_state | (gives.state != gives.giver))
    gives = gives.mutate(partner=ibis.ifelse(gives.as_state, gives.state, gives.giver))
    kinds = known.filter(known.kind.isin(ORGANISATION_KINDS)).select(organisation="id")
    does = parties.filter(parties.role.isin(DOES)).select(*KEYS, organisation="party").distinct()
    does = does.semi_join(kinds, "organisation")
    both = gives.join(does, list(KEYS))
    both = both.filter((both.partner != both.organisation) & (both.giver != both.organisation))
    return both.group_by([*PAIR, *KEYS]).agg(giver=(both.rank.cast("string") + both.giver).min().substr(1))


def seen_by(pairs: ir.Table, roles: ir.Table, states: ir.Table) -> ir.Table:
    """`pairs` with `reporter`, `view` and `sole_funder`. `states` are the parties with `id` and `state`.

    The partner alone funds an activity when nobody else is named as funding it; where nobody is, when
    the partner itself reports it.
    """
    import ibis

    found = pairs.left_join(roles, list(KEYS), rname="{name}_again")
    for role in ("reporter", "funder"):
        of = states.rename({f"{role}_id": "id", f"{role}_state": "state"})
        found = found.left_join(of, found[role] == of[f"{role}_id"])
    own = (found.reporter == found.partner) | (found.reporter_state == found.partner)
    alone = (found.funder == found.partner) | (found.funder_state == found.partner)
    return found.select(
        *PAIR, *KEYS, "giver", "reporter",
        view=ibis.cases(
            ((found.reporter == found.organisation).fill_null(False), "organisation"),
            (own.fill_null(False), "partner"),
            else_="other",
        ),
        sole_funder=ibis.ifelse(found.funders == 0, own, alone).fill_null(False).cast("int32"),
    )  # fmt: skip


def left_out(rows: ir.Table) -> ir.Table:
    """`rows` with `left_out`: R24 where another copy counts, R23 where it is reported for others."""
    import ibis

    for_others = (rows.secondary_reporter.fill_null(0) == 1) | (rows["view"] == "other")
    return rows.mutate(left_out=ibis.cases((~rows.copy_counts, "R24"), (for_others, "R23")))


def counted(rows: ir.Table) -> ir.Table:
    """`rows` with `counted`: 1 for the net of the view that is shown, which is the organisation's where it
    reports anything of the pair, else the partner's (R6, R26)."""
    import ibis

    net = rows.left_out.isnull()
    own = (net & (rows["view"] == "organisation")).any().over(ibis.window(group_by=PAIR))
    shown = rows["view"] == ibis.ifelse(own, "organisation", "partner")
    return rows.mutate(counted=(net & shown).cast("int32"))


def money(transactions: ir.Table, joint: ir.Table, states: ir.Table) -> ir.Table:
    """The transactions of joint activities that are the partner's money for the organisation, with
    `measure` and `attributed_by`; types are never added (R1).

    In what the organisation reports these are commitments and funds coming in from the partner, and the
    spending of activities that the partner alone funds: of several funders nobody can say whose money is
    spent. In what others report they are commitments and spending from the partner to the organisation.
    """
    import ibis

    of = states.select(provider_id="id", provider_state="state")
    found = joint.join(transactions, list(KEYS), rname="{name}_again")
    found = found.left_join(of, found.provider == of.provider_id)
    gives = ((found.provider == found.partner) | (found.provider_state == found.partner)).fill_null(False)
    gets = (found.receiver == found.organisation).fill_null(False)
    own, spends = found["view"] == "organisation", found.type.isin(("3", "4"))
    counts = ibis.cases((own & spends, found.sole_funder == 1), (own, gives), else_=gives & gets)
    inward = ibis.cases(*((found.type == code, what) for code, what in _IN.items()))
    outward = ibis.cases(*((found.type == code, what) for code, what in _OUT.items()))
    inferred = [ibis.ifelse(by == "stated", None, by) for by in (found.provider_by, found.receiver_by)]
    found = found.mutate(
        measure=ibis.ifelse(own, inward, outward),
        giver=ibis.ifelse(gives, found.provider, found.giver),
        attributed_by=ibis.cases(
            (own & spends, "sole_funder"),
            (own, found.provider_by),
            else_=ibis.coalesce(*inferred, "stated"),
        ),
    )
    return found.filter(counts & found.measure.notnull())
