"""Who may take a step or see a matter, as data over a standing and the people and units of a matter.  Pure; no models.

A :class:`Who` names roles of the office, capacities of units and capacities of people; any of them suffices.  Because
it is data, ``queries`` turns the same declaration into a condition of the database, and a test into a truth table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tongxin.matters.enums import MatterKind, PersonRole, UnitRole
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role

_NOBODY: Mapping[str, frozenset[int]] = MappingProxyType({})


@dataclass(frozen=True)
class Stakes:
    """Who stands in a matter: ids of its units by UnitRole, of its people by PersonRole."""

    by_unit: Mapping[str, frozenset[int]] = field(default_factory=lambda: _NOBODY)
    by_person: Mapping[str, frozenset[int]] = field(default_factory=lambda: _NOBODY)

    @property
    def units(self) -> frozenset[int]:
        """All units that work on it."""
        return frozenset().union(*self.by_unit.values())

    @property
    def people(self) -> frozenset[int]:
        """All people in it."""
        return frozenset().union(*self.by_person.values())

    @property
    def authors(self) -> frozenset[int]:
        """Authors and joint authors."""
        return self.of_people((PersonRole.AUTHOR, PersonRole.COAUTHOR))

    @property
    def responsible(self) -> frozenset[int]:
        """The people responsible for it."""
        return self.of_people((PersonRole.RESPONSIBLE,))

    def of_units(self, roles: tuple[str, ...]) -> frozenset[int]:
        """Return the units in any of these capacities."""
        return frozenset().union(*(self.by_unit.get(role, frozenset()) for role in roles))

    def of_people(self, roles: tuple[str, ...]) -> frozenset[int]:
        """Return the people in any of these capacities."""
        return frozenset().union(*(self.by_person.get(role, frozenset()) for role in roles))


@dataclass(frozen=True)
class Who:
    """Any of: these roles in the office; working for a unit in this capacity; being a person in this capacity.

    ``behalf``: roles that may enter the step for these, and are not waited for as long as there is somebody else.
    """

    roles: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    behalf: tuple[str, ...] = ()

    def __call__(self, standing: Standing, stakes: Stakes) -> bool:
        """Tell whether ``standing`` is one of them in a matter with these ``stakes``."""
        return (
            standing.has(*self.roles, *self.behalf)
            or bool(stakes.of_units(self.units) & standing.unit_ids)
            or bool(stakes.of_people(self.people) & standing.person_ids)
        )


_ALL_UNITS = tuple(UnitRole.values)
_AUTHORS = (PersonRole.AUTHOR, PersonRole.COAUTHOR)

PREDICATES: Mapping[str, Who] = MappingProxyType(
    {
        # Tasks: set, verified and closed by supervision; worked on by units and responsible people, or on their behalf.
        "supervises": Who((Role.SUPERVISOR, Role.PARTY_CLERK)),
        # What a member takes on of their own will (task_operations.volunteer).
        "volunteers": Who((Role.MEMBER, Role.SUPERVISOR, Role.PARTY_CLERK)),
        "handles": Who((), _ALL_UNITS, (PersonRole.RESPONSIBLE,), (Role.SUPERVISOR, Role.PARTY_CLERK)),
        # Requests and reports.
        "keeps_ledger": Who((Role.PARTY_CLERK,)),
        # Manuscripts: handed in and published; reviewed, or a review entered from a signed paper.
        "edits": Who((Role.EDITOR, Role.INFORMATION_OFFICE), people=_AUTHORS),
        "reviews": Who((Role.EDITOR, Role.LEADER)),
        # Proposals: written by members and bodies, reviewed and assigned by the proposals office, which also enters
        # on behalf of units and members without an account.
        "proposes": Who((Role.MEMBER, Role.PROPOSALS_OFFICE, Role.COMMITTEE_OFFICE)),
        "writes_proposal": Who(people=(PersonRole.AUTHOR,), behalf=(Role.PROPOSALS_OFFICE,)),
        "decides_proposal": Who((Role.PROPOSALS_OFFICE,)),
        "leads_handling": Who((), (UnitRole.LEAD, UnitRole.SEPARATE), behalf=(Role.PROPOSALS_OFFICE,)),
        "joins_handling": Who((), (UnitRole.CO,), behalf=(Role.PROPOSALS_OFFICE,)),
        # Social information: written by members and offices, edited and sent on by the information office.
        "informs": Who((Role.MEMBER, Role.INFORMATION_OFFICE, Role.COMMITTEE_OFFICE, Role.BRANCH_SECRETARY)),
        "writes_information": Who(people=_AUTHORS, behalf=(Role.INFORMATION_OFFICE,)),
        "edits_information": Who((Role.INFORMATION_OFFICE,)),
        "signs_information": Who((Role.INFORMATION_OFFICE, Role.LEADER)),
        # Needs: heard in contacts, confirmed by whose need it is, answered by whoever took it on.
        "hears": Who((Role.PARTY_CLERK, Role.COMMITTEE_OFFICE, Role.BRANCH_SECRETARY, Role.MEMBER)),
        "owns_need": Who(people=(PersonRole.AUTHOR, PersonRole.RESPONSIBLE), behalf=(Role.PARTY_CLERK,)),
        "routes_need": Who((Role.PARTY_CLERK, Role.SUPERVISOR)),
        "answers_need": Who((), _ALL_UNITS, behalf=(Role.PARTY_CLERK, Role.SUPERVISOR)),
    }
)

#: Kind → who keeps its ledger: they see all matters of the kind and are the office that is told.
KEEPERS: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        MatterKind.TASK: (Role.SUPERVISOR, Role.PARTY_CLERK),
        MatterKind.REQUEST: (Role.PARTY_CLERK,),
        MatterKind.REPORT: (Role.PARTY_CLERK,),
        MatterKind.MANUSCRIPT: (Role.EDITOR, Role.INFORMATION_OFFICE),
        MatterKind.PROPOSAL: (Role.PROPOSALS_OFFICE,),
        MatterKind.INFORMATION: (Role.INFORMATION_OFFICE,),
        MatterKind.NEED: (Role.PARTY_CLERK,),
    }
)
#: Kinds that leaders see whole; a need is told to those who answer it, not to everybody.
_LEADERS_SEE = frozenset(KEEPERS) - {MatterKind.NEED}


def sees_all(standing: Standing, kind: str) -> bool:
    """Tell whether all matters of ``kind`` in the office are shown, private states aside."""
    return standing.has(*KEEPERS.get(kind, ())) or (kind in _LEADERS_SEE and standing.has(Role.LEADER))


def may_see(standing: Standing, kind: str, stakes: Stakes, *, private: bool = False) -> bool:
    """Tell whether one matter is shown: by role, by its units, or to the people in it; a private one only to these."""
    if stakes.people & standing.person_ids:
        return True
    return not private and (sees_all(standing, kind) or bool(stakes.units & standing.unit_ids))
