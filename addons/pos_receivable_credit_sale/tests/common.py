from odoo.fields import Command

from odoo.addons.pos_receivable_credit.tests.common import CreditCommon


class OrderCommon(CreditCommon):
    """A company that blocks orders, whose customer may owe 100, and somebody who sells to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref('sales_team.group_sale_manager')
        cls.company.receivable_credit_sale_check = 'block'
        cls.seller = cls._create_user('sally', 'Sally', 'sales_team.group_sale_salesman_all_leads')
        cls.goods = cls.env['product.product'].create(
            {'name': 'Goods', 'type': 'service', 'invoice_policy': 'order', 'taxes_id': False}
        )

    def _order(self, amount, **values):
        order = self.env['sale.order'].create(
            {
                'partner_id': self.customer.id,
                'company_id': self.company.id,
                'user_id': self.seller.id,
                'order_line': [
                    Command.create(
                        {
                            'product_id': self.goods.id,
                            'product_uom_qty': 1,
                            'price_unit': amount,
                            'tax_ids': False,
                        }
                    )
                ],
                **values,
            }
        )
        return order.with_user(self.seller)

    def _get_exposure(self):
        parts = (
            self.env['pos_receivable.credit.exposure']
            .sudo()
            ._compute(self.customer, self.company)[self.customer.id]
            .parts
        )
        return {code: amount for code, _name, amount in parts if amount}

    def _get_order_log(self):
        decisions = self.env['pos_receivable.decision'].sudo()
        found = decisions.search([('subject_model', '=', 'sale.order')], order='id')
        return [decision.outcome['action'] for decision in found]
