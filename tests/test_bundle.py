from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestPaymentBundle(TransactionCase):
    def test_the_styles_that_come_with_the_list_can_be_made(self):
        """Else the core writes about it across the till, over the button that sells."""
        bundle = self.env['ir.qweb']._get_asset_bundle(
            'pos_receivable.assets_payment', css=True, js=False
        )
        styles = bundle.preprocess_css()
        self.assertFalse(bundle.css_errors)
        self.assertIn('TourPointer__', styles)
