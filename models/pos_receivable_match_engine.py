from odoo import api, models

from ..matching import STRATEGIES, Evidence, Matcher, OpenItems, Signal, reason

# Other addons may be loaded in this process without being installed in this database.
BUILT_IN = tuple(strategy.name for strategy in STRATEGIES)
SUGGESTION_POINTS = 20
LONGEST_SUGGESTION = 200  # characters


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
        :return: list of ``(receipt, proposal)``, nothing written. They stay good for a while:
            :meth:`_record` looks at what has changed since
        """
        source = self.env['pos_receivable.match.source']
        receipts = source._read_receipts(company, before, limit)
        if not receipts:
            return []
        knowledge = source._read_knowledge(company, receipts)
        items = source._read_items(company) + source._read_registered_items(company, receipts)
        matcher = Matcher(
            OpenItems(items),
            knowledge,
            source._get_policy(company),
            [*self._get_strategies(), self._make_suggesting(company, receipts)],
        )
        by_id = {proposal.receipt: proposal for proposal in matcher.match(receipts)}
        return [(receipt, by_id[receipt.id]) for receipt in receipts]

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
