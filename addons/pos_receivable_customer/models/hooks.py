from odoo import api, models


class PosReceivableCustomerHooks(models.AbstractModel):
    """What other addons know of what customers owe, for whoever reckons with it: nothing, until one
    of them extends this. An extension takes what ``super()`` says and adds to it; it reads by a number
    of queries that does not depend on how many are asked for, writes nothing, and is called elevated.

    Amounts are in the currency of the company, more than zero. Who is not named, or which item, has
    none. Callers never take off more than what is open.
    """

    _name = 'pos_receivable.customer.hooks'
    _description = "What Is Known of What Customers Owe"

    @api.model
    def _get_disputed(self, items):
        """How much of each item its customer disputes: it is owed, and not late.

        :param items: receivable journal items, of any customers and companies of one currency
        :return: ``{item id: amount}``
        """
        return {}

    @api.model
    def _get_promised(self, partners, company):
        """What customers have promised to pay, and neither paid nor broken their word.

        :param partners: commercial entities
        :param company: the one that is owed; with its root and all branches, which share accounts
        :return: ``{partner id: amount}``
        """
        return {}

    @api.model
    def _get_waiting_money(self, partners, company):
        """What has come in and may be theirs, but is not booked as paid by anybody yet.

        :param partners: commercial entities
        :param company: as for ``_get_promised``
        :return: ``{partner id: amount}``
        """
        return {}
