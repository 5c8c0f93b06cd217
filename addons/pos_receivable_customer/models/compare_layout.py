from odoo import api, fields, models

from ..comparing import Column


class PosReceivableCustomerCompareLayout(models.Model):
    """How a customer's own statements are written, remembered from the last time.

    ``columns`` is JSON, written and read here alone: ``{title, folded: what the column says}``.
    """

    _name = 'pos_receivable.customer.compare.layout'
    _description = "Layout of a Customer's Statement"
    _rec_name = 'partner_id'

    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')
    partner_id = fields.Many2one(
        'res.partner', required=True, readonly=True, index=True, ondelete='cascade'
    )
    columns = fields.Json(readonly=True)
    date_format = fields.Char(readonly=True)
    decimal = fields.Char(readonly=True)
    inverted = fields.Boolean(readonly=True)

    _partner_company_unique = models.Constraint(
        'UNIQUE (company_id, partner_id)', "A customer's layout is remembered once in a company."
    )

    @api.model
    def _find_layout(self, customer, company):
        return self.search(
            [('partner_id', '=', customer.id), ('company_id', '=', company.id)], limit=1
        )

    @api.model
    def _remember(self, customer, company, titles, columns, form):
        """
        :param list titles: of all columns
        :param dict columns: ``{place: Column}``
        """
        values = {
            'columns': {_fold(titles[place]): column.value for place, column in columns.items()},
            'date_format': form.date,
            'decimal': form.decimal,
            'inverted': form.inverted,
        }
        if layout := self._find_layout(customer, company):
            layout.write(values)
        else:
            self.create({'partner_id': customer.id, 'company_id': company.id, **values})

    def _get_columns(self, titles):
        """What the columns say; nothing when they are others than last time.

        :return: ``{place: Column}``
        """
        known = self.columns or {}
        found = {}
        for place, title in enumerate(titles):
            if said := known.get(_fold(title)):
                found[place] = Column(said)
        return found if len(found) == len(known) else {}


def _fold(title):
    return ' '.join(title.casefold().split())
