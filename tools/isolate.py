"""Work on many records, of which some may fail, and what to tell of those."""

from odoo.exceptions import ConcurrencyError, RedirectWarning
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .bulk_messages import bulk_messages

# What PostgreSQL, or this addon, refuses because others are at work: to be tried again as a whole.
CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
# The first of what may hold a culprit is tried in a part this many times smaller, and what follows
# without a suspicion in one as many times larger than what went well before.
PARTS = 4


def isolate(env, groups, work):
    """Call ``work`` on each group, in a savepoint; where it fails, on parts of it, until the culprits
    are alone.

    A call costs something whatever its size, and one that fails is lost: a group is tried as a whole;
    if it fails, the first quarter of what must hold the culprit, and so on until that is alone. Then
    all that is left is tried together again, unless culprits follow each other closely.

    :param groups: records, or other sequences that may be keys; taken from the end
    :return: ``{group of one: exception}``
    """
    errors = {}
    for group in reversed(list(groups)):
        start = suspect = 0  # the first that is not done; where the part ends that cannot be good
        size, good = len(group), 0
        while start < len(group):
            part = group[start : start + size]
            error = _attempt(env, part, work)
            if not error:
                good += len(part)
                start += len(part)
            elif len(part) > 1:
                suspect = start + len(part)
            else:
                errors[part] = error
                start += 1
            if error and len(part) == 1 or start >= suspect:
                suspect, size = start, max(PARTS * good, 1)
                good = 0 if error else good
            else:
                size = -(-(suspect - start) // PARTS)
    return errors


def _attempt(env, group, work):
    """
    :return: why it failed, ``None`` when it did not
    """
    try:
        with bulk_messages(env):
            work(group)
    except CONFLICTS:
        raise
    except Exception as error:  # noqa: BLE001 - the caller logs and records them
        return error
    return None


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
