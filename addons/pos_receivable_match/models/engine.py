import logging

from odoo import api, models

from odoo.addons.pos_receivable.tools.isolate import describe_error, isolate

from ..matching import STRATEGIES, Evidence, Matcher, OpenItems, Proposal, Signal, Tier, reason

_logger = logging.getLogger(__name__)

# Other addons may be loaded in this process without being installed in this database.
BUILT_IN = tuple(strategy.name for strategy in STRATEGIES)
SUGGESTION_POINTS = 20
LONGEST_SUGGESTION = 200  # characters
UNREADABLE = 'held_unreadable'  # code of a reason


class PosReceivableMatchEngine(models.AbstractModel):
    """Matches the receipts of a company, and records the proposals. Knows nothing of schedules, and
    commits nothing."""

    _name = 'pos_receivable.match.engine'
    _inherit = 'pos_receivable.jobs'
    _description = "Matching: Engine"

    # -------------------------------------------------------------------------
    # For other addons to extend
    # -------------------------------------------------------------------------

    @api.model
    def _get_strategies(self):
        """The strategies to ask: functions of a ``Query`` that yield evidence, see
        ``matching/README.md``. Extend it to add to them.

        :return: list
        """
        return list(STRATEGIES.select(*BUILT_IN))

    @api.model
    def _get_suggestions(self, company, receipts):
        """Candidates of an outside service, such as a language model. They are shown to people;
        whatever they contribute to is never booked automatically.

        :return: ``{receipt id: [(open item id, name of the service, why), …]}``
        """
        return {}

    # -------------------------------------------------------------------------
    # Matching
    # -------------------------------------------------------------------------

    @api.model
    def _match(self, company, before=None, limit=None):
        """Match the receipts of ``company`` against its open items, all together.

        :param before: leave out what was looked at since
        :return: ``(matches, errors)``, nothing written: list of ``(receipt, proposal)``, which stay
            good for a while, as :meth:`_record` looks at what has changed since; and ``{id of a
            journal item that had to be left out: exception}``, or None when none was read
        """
        source = self.env['pos_receivable.match.source']
        receipts, kept_out = source._read_receipts(company, before, limit)
        if not receipts:
            return self._give_reasons(kept_out), None
        knowledge = self.env['pos_receivable.match.knowledge']
        items, errors = self._read_index(company, receipts)
        matcher = Matcher(
            items,
            knowledge._read_knowledge(company, receipts),
            knowledge._get_policy(company),
            [*self._get_strategies(), self._make_suggesting(company, receipts)],
        )
        matches, failed = self._match_isolated(matcher, receipts)
        return matches + self._give_reasons(kept_out | failed), errors

    @api.model
    def _read_index(self, company, receipts):
        """
        :return: ``(index, errors)``: :class:`OpenItems`, and as of :meth:`_match`
        """
        source = self.env['pos_receivable.match.source']
        items, errors = source._read_items()
        registered, others = self.env['pos_receivable.match.registered']._read_registered_items(
            company, receipts
        )
        items = (*items, *registered)
        try:
            index, failed = OpenItems(items), {}
        except Exception:  # noqa: BLE001 - who it was is logged and recorded by the caller
            failed = isolate(self.env, [items], OpenItems)
            failed = {item.id: error for [item], error in failed.items()}
            index = OpenItems([item for item in items if item.id not in failed])
        return index, errors | others | failed

    @api.model
    def _match_isolated(self, matcher, receipts):
        """
        :return: ``(matches, errors)``: list of ``(receipt, proposal)`` and ``{receipt: exception}``
        """
        found = []
        errors = isolate(
            self.env, [tuple(receipts)], lambda group: found.append(matcher.match(group))
        )
        errors = {receipt: error for [receipt], error in errors.items()}
        # What the others claim of each other is decided among all of them.
        if errors:
            found = [matcher.match(receipt for receipt in receipts if receipt not in errors)]
        by_id = {proposal.receipt: proposal for proposal in found[0]}
        return [(r, by_id[r.id]) for r in receipts if r.id in by_id], errors

    @api.model
    def _give_reasons(self, kept_out):
        """
        :param kept_out: ``{receipt: reason or exception}``; the latter are logged
        :return: list of ``(receipt, proposal)`` that propose nothing, and say why
        """
        matches = []
        for receipt, why in kept_out.items():
            if isinstance(why, Exception):
                self._log_unreadable(receipt, why)
                why = reason(UNREADABLE, error=describe_error(why))
            matches.append((receipt, Proposal(receipt.id, Tier.ABSTAIN, held_back=(why,))))
        return matches

    @api.model
    def _log_unreadable(self, receipt, error):
        _logger.error("The money of %s cannot be matched: %s", receipt.id, error, exc_info=error)

    @api.model
    def _make_suggesting(self, company, receipts):
        suggestions = self._get_suggestions(company, receipts)

        def suggesting(query):
            for item_id, provider, text in suggestions.get(query.receipt.id, ()):
                item = query.items.by_id.get(item_id)
                if item:
                    why = reason('suggested', provider=provider, text=text[:LONGEST_SUGGESTION])
                    # A mention: it may propose, and never opens the gate.
                    yield Evidence(
                        Signal.MENTION, SUGGESTION_POINTS, why, item=item.id, group=item.group
                    )

        suggesting.name = 'suggestion'
        return suggesting

    # -------------------------------------------------------------------------
    # What was left out
    # -------------------------------------------------------------------------

    @api.model
    def _note_left_out(self, errors):
        """Log and note the invoices, and registered payments, that had to be left out, as far as
        noting them does not fail as well; the others are left out no more.

        :param errors: as of :meth:`_match`
        :return: how many there are
        """
        if errors is None:
            return 0
        items = self.env['account.move.line'].browse(errors).exists()
        failed = {item.move_id: errors[item.id] for item in items}
        for move, error in failed.items():
            _logger.error(
                "%s (id %s) cannot be matched: %s", move.name, move.id, error, exc_info=error
            )
        # Elevated: nobody but these jobs writes issues.
        issues = self.env['pos_receivable.reconcile.issue'].sudo()
        not_noted = isolate(
            self.env, failed, lambda move: issues._record_failure(move, failed[move], 'match')
        )
        for move, error in not_noted.items():
            _logger.error(
                "That %s cannot be matched could not be noted: %s",
                move.id,
                error,
                exc_info=error,
            )
        self._find_left_out().filtered(lambda issue: issue.move_id not in failed)._resolve(
            self.env._("Nothing is in the way of matching it any more.")
        )
        return len(failed)

    @api.model
    def _find_left_out(self):
        """The open issues of what was left out before, in the companies of the environment."""
        # Elevated, see above.
        return (
            self.env['pos_receivable.reconcile.issue']
            .sudo()
            .search(
                [
                    ('kind', '=', 'match'),
                    ('state', '=', 'open'),
                    ('company_id', 'in', self.env.companies.ids),
                ]
            )
        )
