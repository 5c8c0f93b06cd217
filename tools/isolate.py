"""Work on many records, of which some may fail, and what to tell of those."""

from odoo.exceptions import ConcurrencyError, RedirectWarning
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .bulk_messages import bulk_messages

# What PostgreSQL, or this addon, refuses because others are at work: to be tried again as a whole.
CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
# A group that fails is divided by this. More parts let fewer good records fail again with the bad
# one, but each part has its own fixed cost.
PARTS = 4


def isolate(env, groups, work):
    """Call ``work`` on each group, in a savepoint; where it fails, on parts of it, until the culprits
    are alone.

    :param groups: records, or other sequences that may be keys; taken from the end
    :return: ``{group of one: exception}``
    """
    errors = {}
    stack = list(groups)
    while stack:
        group = stack.pop()
        if not group:
            continue
        try:
            with bulk_messages(env):
                work(group)
        except CONFLICTS:
            raise
        except Exception as error:  # noqa: BLE001 - the caller logs and records them
            if len(group) == 1:
                errors[group] = error
            else:
                part = -(-len(group) // PARTS)
                starts = reversed(range(0, len(group), part))  # the first records come first
                stack += [group[start : start + part] for start in starts]
    return errors


def build_each(rows, build):
    """What ``build`` makes of each row, whatever stands in the others.

    :return: ``(list of what was built, {place of a row: exception})``
    """
    built, errors = [], {}
    for place, row in enumerate(rows):
        try:
            built.append(build(row))
        except CONFLICTS:
            raise
        except Exception as error:  # noqa: BLE001 - the caller logs and records them
            errors[place] = error
    return built, errors


def describe_error(error):
    """What an exception says, as text that can be stored."""
    # The core's warnings with a button say in the same breath where it leads.
    said = error.args[0] if isinstance(error, RedirectWarning) else error
    return make_storable(str(said).strip() or type(error).__name__)


def make_storable(text):
    """``text`` without what PostgreSQL refuses: an error may quote anything, and noting it must
    not fail."""
    return text.replace('\x00', '\N{REPLACEMENT CHARACTER}').encode('utf-8', 'replace').decode()
