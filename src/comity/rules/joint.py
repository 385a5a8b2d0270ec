"""Which activities are joint ones of a partner and an organisation, and which money in them is.

R6: what the organisation, the partner and others report of one flow are views of it, never added.
R23: what is reported for others stays in the gross and out of the net.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEYS = ("dataset", "snapshot", "activity")
PAIR = ("partner", "organisation")
PAYS = ("provider", "funding")
GIVES = (*PAYS, "extending", "reporting")
"""Roles of who gives, those that say so most clearly first."""
DOES = ("receiver", "implementing", "extending", "reporting")
"""Roles of who receives or carries out; who is accountable does where nobody is named as implementing."""
ORGANISATION_KINDS = ("un_entity", "un_department", "fund", "bank", "intergovernmental")
MEASURES = {"11": "commitments", "1": "incoming", "2": "commitments", "3": "spend", "4": "spend"}


def roles(parties: ir.Table, named: ir.Table) -> ir.Table:
    """R30: for each activity `reporter`, `funder` and `implementer` (party ids; the latter two only where
    nobody else has the role, known to us or not), `funders` and `implementers`, how many there are.

    Of several funders who are one State or ministries and agencies of it the State is the funder.
    `parties` is activity_parties; `named` are participating_orgs with `party`, its `state`, and `who`,
    what tells them apart.
    """
    import ibis

    reporting = parties.filter(parties.role == "reporting").group_by(KEYS).agg(reporter=parties.party.min())
    funds, does = named.role == "1", named.role == "4"
    asked = named.filter(funds | does).group_by(KEYS).agg(
        funders=named.who.nunique(where=funds),
        implementers=named.who.nunique(where=does),
        funder=named.party.min(where=funds),
        implementer=named.party.min(where=does),
        states=named.state.nunique(where=funds),
        state=named.state.min(where=funds),
        strangers=(funds & named.party.isnull()).cast("int64").sum(),
    )  # fmt: skip
    found = asked.outer_join(reporting, list(KEYS), rname="{name}_again")
    one_state = (found.states == 1) & (found.strangers == 0)
    return found.select(
        **{key: found[key].coalesce(found[f"{key}_again"]) for key in KEYS},
        reporter=found.reporter,
        funders=found.funders.fill_null(0),
        implementers=found.implementers.fill_null(0),
        funder=ibis.cases((found.funders == 1, found.funder), (one_state, found.state)),
        implementer=ibis.ifelse(found.implementers == 1, found.implementer, None),
    )


def pairs(parties: ir.Table, known: ir.Table) -> ir.Table:
    """Each activity once for each partner that gives in it and organisation that receives or carries it
    out: PAIR, KEYS, `giver`, who of the partner gives, and `accountable`, whether the organisation is no
    more than that. A State gives what its ministries give; where several of them have the clearest role,
    `giver` is the State.

    Who reports for others (R23) neither gives nor receives by that. Who only extends or reports does not
    give to an organisation that itself pays for the activity. A State's own bank is no organisation.
    `parties` is activity_parties with `secondary_reporter`, `known` the parties with `id`, `kind` and
    `state`.
    """
    import ibis

    parties = parties.filter((parties.role != "reporting") | (parties.secondary_reporter.fill_null(0) == 0))
    gives = parties.filter(parties.role.isin(GIVES))
    rank = ibis.cases(*((gives.role == role, place) for place, role in enumerate(GIVES)))
    gives = gives.select(*KEYS, giver="party", state="state", rank=rank)
    gives = gives.mutate(as_state=ibis.array([False, True]).unnest())
    gives = gives.filter(~gives.as_state | (gives.state != gives.giver))
    gives = gives.mutate(partner=ibis.ifelse(gives.as_state, gives.state, gives.giver))
    each = gives.group_by([*KEYS, "partner", "rank"]).agg(first=gives.giver.min(), last=gives.giver.max())
    clear = ibis.ifelse(each["first"] == each["last"], each["first"], each.partner)
    each = each.mutate(clear=each.rank.cast("string") + clear)
    gives = each.group_by([*KEYS, "partner"]).agg(rank=each.rank.min(), giver=each.clear.min().substr(1))

    kinds = known.filter(known.kind.isin(ORGANISATION_KINDS) & (known.id == known.state))
    does = parties.semi_join(kinds.select(party="id"), "party")
    does = does.group_by([*KEYS, does.party.name("organisation")]).agg(
        does=does.role.isin(DOES).any(),
        answers=(does.role == "accountable").any(),
        pays=does.role.isin(PAYS).any(),
    )
    both = gives.join(does.filter(does.does | does.answers), list(KEYS))
    both = both.filter((both.partner != both.organisation) & ((both.rank < len(PAYS)) | ~both.pays))
    return both.select(*PAIR, *KEYS, "giver", accountable=~both.does)


def seen_by(pairs: ir.Table, roles: ir.Table, states: ir.Table) -> ir.Table:
    """`pairs` with `reporter`, `view` and `sole_funder`, without those in which the organisation is but
    accountable for what others implement. `states` are the parties with `id` and `state`.

    The partner alone funds an activity when nobody else is named as funding it; where nobody is named,
    when the partner itself reports it, else it is not known.
    """
    import ibis

    found = pairs.left_join(roles, list(KEYS), rname="{name}_again")
    found = found.filter(~found.accountable | (found.implementers.fill_null(0) == 0))
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
        sole_funder=ibis.cases(
            (found.funders > 0, alone.fill_null(False)), (own.fill_null(False), True)
        ).cast("int32"),
    )  # fmt: skip


def left_out(rows: ir.Table) -> ir.Table:
    """`rows` with `left_out`: R24 where another copy counts, R23 where it is reported for others."""
    import ibis

    for_others = (rows.secondary_reporter.fill_null(0) == 1) | (rows["view"] == "other")
    return rows.mutate(left_out=ibis.cases((~rows.copy_counts, "R24"), (for_others, "R23")))


def at_one_level(activities: ir.Table) -> ir.Table:
    """R22: `activities` with `left_out` R22 where the same publisher has others of the pair at a lower
    level: an activity and its parts are not counted both."""
    import ibis

    net, own = activities.left_out.isnull(), activities.hierarchy.fill_null(1)
    lowest = own.max(where=net).over(ibis.window(group_by=[*PAIR, "reporting_org"]))
    above = ibis.ifelse((own < lowest).fill_null(False), "R22", None)
    return activities.mutate(left_out=activities.left_out.coalesce(above))


def reported(rows: ir.Table, per: Sequence[str]) -> ir.Table:
    """The values of the columns `per` for which the organisation itself reports something."""
    return rows.filter(rows.left_out.isnull() & (rows["view"] == "organisation")).select(per).distinct()


def counted(rows: ir.Table, reported: ir.Table) -> ir.Table:
    """`rows` with `counted`: 1 for the net of the view that is shown, which is the organisation's for
    what it has `reported`, else the partner's (R6, R26)."""
    import ibis

    own = reported.mutate(told=True)
    found = rows.left_join(own, list(reported.columns), rname="{name}_again")
    view = ibis.ifelse(found.told.fill_null(False), "organisation", "partner")
    return found.select(
        *rows.columns, counted=(found.left_out.isnull() & (found["view"] == view)).cast("int32")
    )


def money(transactions: ir.Table, joint: ir.Table, states: ir.Table) -> ir.Table:
    """The transactions of joint activities that are the partner's money for the organisation, with
    `measure` and `attributed_by`; types are never added (R1).

    In what the organisation reports these are commitments and funds coming in from the partner, and
    spending: its own in activities that the partner alone funds, and what names the partner as provider.
    Of several funders nobody else can say whose money is spent. Where no commitment comes in, one that
    goes out from the partner to the organisation is the same. In what others report they are commitments
    and spending from the partner to the organisation.
    """
    import ibis

    of = states.select(provider_id="id", provider_state="state")
    found = joint.join(transactions, list(KEYS), rname="{name}_again")
    found = found.left_join(of, found.provider == of.provider_id)
    promised = transactions.filter(transactions.type == "11").select(KEYS).distinct().mutate(promised=True)
    found = found.left_join(promised, list(KEYS), rname="{name}_promised")
    gives = ((found.provider == found.partner) | (found.provider_state == found.partner)).fill_null(False)
    gets = found.receiver == found.organisation
    own, spends = found["view"] == "organisation", found.type.isin(("3", "4"))
    alone = (found.sole_funder == 1) & (found.provider == found.organisation).fill_null(False)
    inferred = [ibis.ifelse(by == "stated", None, by) for by in (found.provider_by, found.receiver_by)]
    found = found.mutate(
        measure=found.type.cases(*MEASURES.items()),
        giver=ibis.ifelse(gives, found.provider, found.giver),
        attributed_by=ibis.cases(
            (own & spends & ~gives, "sole_funder"),
            (own, found.provider_by),
            else_=ibis.coalesce(*inferred, "stated"),
        ),
    )
    inward = found.type.isin(("1", "11")) & gives & gets.fill_null(True)
    outward = found.type.isin(("2", "3", "4")) & gives & gets.fill_null(False)
    # What the organisation calls outgoing and is given to it, it has not spent.
    given = outward & (found.receiver_by == "stated").fill_null(False)
    mine = inward | ibis.ifelse(
        spends, (gives & (~given | (found.type == "4"))) | alone, given & found.promised.isnull()
    )
    return found.filter(ibis.ifelse(own, mine, outward))


def with_unshared(weights: ir.Table, rows: ir.Table, keys: Sequence[str]) -> ir.Table:
    """`weights` and, with weight 0 and “not_split”, the places or sectors that `rows` name without a share
    (R14): the activity is there or for that, though nobody can say with how much of its money."""
    import ibis

    bare = rows.filter(~(rows.percentage > 0).fill_null(False))
    bare = bare.mutate(weight=ibis.literal(0, "int64"), flag=ibis.literal("not_split"))
    bare = bare.select(weights.columns).distinct()
    bare = bare.anti_join(weights, [*keys, *(n for n in ("kind", "code") if n in weights.columns)])
    return ibis.union(weights, bare)
