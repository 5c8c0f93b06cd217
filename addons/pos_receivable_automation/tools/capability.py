from dataclasses import dataclass


@dataclass(frozen=True)
class Capability:
    """Something that may act by itself, once it is proven."""

    label: str  # in the user's language, as the rest
    area: str  # one of the areas of modes
    rules_version: int  # by which it judges, noted with every decision
    highest: str = 'auto'  # how far it may ever go: the key of a mode
    why_not: str = ''  # where that is less than acting alone
