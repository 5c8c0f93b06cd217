from odoo import fields, models


class PosReceivableReconcileIssue(models.Model):
    """An invoice that incoming money cannot be matched with, because it cannot be read: looked at
    each night."""

    _inherit = 'pos_receivable.reconcile.issue'

    kind = fields.Selection(selection_add=[('match', "Matching")], ondelete={'match': 'cascade'})

    def _get_summary(self):
        # EXTENDS 'pos_receivable'
        if self.kind == 'match':
            return self.env._("%(invoice)s cannot be matched", invoice=self.move_id.name)
        return super()._get_summary()

    def _retry(self):
        # EXTENDS 'pos_receivable'
        matching = self.filtered(lambda issue: issue.kind == 'match')
        answer = matching and matching._match_again()
        others = self - matching
        return super(PosReceivableReconcileIssue, others)._retry() if others else answer

    def _match_again(self):
        """Match once more, also where no money waits at the moment.

        :return: a notification that says how it went
        :raise AccessError: not an invoicing user
        """
        proposals = self.env['pos_receivable.match.proposal']
        # Elevated: what is read and written is the night's, whoever asks for it.
        env = proposals._check_may_decide().env
        for company in self.company_id:
            engine = env['pos_receivable.match.engine']._with_tree(company)
            engine._note_left_out(engine._read_index(company, [])[1])
        failed = self.filtered(lambda issue: issue.state == 'open')
        if failed:
            return proposals._notify('danger', *failed.mapped('error'))
        return proposals.action_match_now()
