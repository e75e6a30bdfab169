"""Who buys, whom to ask, and who else is named."""

from collections.abc import Iterator

from aggregator.model import Buyer, Contact
from aggregator.normalise.values import address_at
from aggregator.ocds import Part
from aggregator.parsing import places

_BUYER = "buyer"
_LONGEST_NAME = 500
_STANDS_IN = ("procuringEntity", "centralPurchasingBody")
"""Who is taken for the buyer where a release names none."""


class Parties:
    """The parties of a release by role and by id.

    Ids such as "org-1" are valid inside one release only; that is all they are used for.
    """

    __slots__ = ("_all", "_by_id", "_release", "_roles")

    def __init__(self, release: Part) -> None:
        self._release = release
        self._all = release.parts("parties")
        self._roles = [party.words("roles") for party in self._all]
        self._by_id = {
            identity: party
            for party in reversed(self._all)
            if isinstance(identity := party.data.get("id"), str)
        }

    def buyers(self) -> tuple[Buyer, ...]:
        """The named buyer first, then every other party in that role, each once."""
        named = [self._release.part("buyer")] if self._release.data.get("buyer") else []
        found = self._each_once([*named, *self.in_role(_BUYER)])
        for role in _STANDS_IN:
            found = found or self._each_once(self.in_role(role))
        return found

    def _each_once(self, references: list[Part]) -> tuple[Buyer, ...]:
        """Bodies by id, and by name where one body has several ids."""
        found: dict[str, Buyer] = {}
        ids: set[str | None] = set()
        for reference in references:
            identity = reference.word("id")
            if identity is None or identity not in ids:
                buyer = self._buyer(reference, identity)
                if buyer is not None:
                    ids.add(identity)
                    found.setdefault(buyer.name.casefold(), buyer)
        return tuple(found.values())

    def in_role(self, role: str) -> list[Part]:
        """Parties that have this role, in the order published."""
        return [party for party, roles in zip(self._all, self._roles, strict=True) if role in roles]

    def contact(self) -> Contact | None:
        """Whom a bidder asks: at the buyer, or where the notice names a contact of its own."""
        for role in (_BUYER, "processContactPoint", *_STANDS_IN):
            for party in self.in_role(role):
                contact = _contact(party.part("contactPoint"))
                if contact is not None:
                    return contact
        return None

    def others(self, buyers: tuple[Buyer, ...]) -> tuple[str, ...]:
        """Names of everybody else: suppliers, review bodies, agents."""
        known = {buyer.name.casefold() for buyer in buyers}
        found: dict[str, str] = {}
        for party in self._all:
            name = party.label("name", longest=_LONGEST_NAME)
            if name and name.casefold() not in known:
                found.setdefault(name.casefold(), name)
        return tuple(found.values())

    def names(self, references: list[Part]) -> Iterator[str]:
        """The names behind references such as an award's suppliers, looked up where only an id is
        given."""
        for reference in references:
            name = self._name_of(reference)
            if name:
                yield name

    def _name_of(self, reference: Part) -> str | None:
        name = reference.label("name", longest=_LONGEST_NAME)
        if name:
            return name
        party = self._by_id.get(str(reference.data.get("id")))
        return party.label("name", longest=_LONGEST_NAME) if party is not None else None

    def _buyer(self, reference: Part, identity: str | None) -> Buyer | None:
        name = self._name_of(reference)
        if name is None:
            return None
        party = self._by_id.get(identity or "", reference)
        address = party.part("address")
        return Buyer(
            name=name,
            id=identity,
            region=places.code(address.data.get("region")),
            postcode=places.postcode(address.data.get("postalCode")),
        )


def _contact(point: Part) -> Contact | None:
    contact = Contact(
        name=point.label("name", longest=_LONGEST_NAME),
        email=point.word("email"),
        telephone=point.word("telephone"),
        url=address_at(point, "url"),
    )
    return contact if contact != _NOBODY else None


_NOBODY = Contact()
