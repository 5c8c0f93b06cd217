{
    'name': 'POS Receivables',
    'version': '19.0.1.0.0',
    'category': 'Sales/Point of Sale',
    'summary': "Collect payments on customers' open invoices at the counter",
    'author': 'POS Receivables contributors',
    'license': 'LGPL-3',
    'images': ['static/description/banner.png'],
    # account_payment: payment transactions are one of the links the reconciliation trusts.
    'depends': ['point_of_sale', 'account_payment'],
    'data': [
        'security/ir.model.access.csv',
        'security/pos_receivable_security.xml',
        'data/ir_cron_data.xml',
        'data/pos_receivable_shortfall_reason_data.xml',
        'data/web_tour_tour_data.xml',
        'views/account_payment_views.xml',
        'views/pos_config_views.xml',
        'views/pos_session_views.xml',
        'views/pos_receivable_reconcile_issue_views.xml',
        'views/pos_receivable_reconcile_run_views.xml',
        'views/pos_receivable_returned_payment_views.xml',
        'views/pos_receivable_shortfall_views.xml',
        'views/pos_receivable_shortfall_reason_views.xml',
        'views/account_move_views.xml',
        'views/res_config_settings_views.xml',
        'report/payment_receipt_templates.xml',
        'report/sale_details_templates.xml',
        'report/pos_receivable_payment_report_views.xml',
        'views/pos_receivable_menus.xml',
    ],
    'demo': [
        'demo/res_users_demo.xml',
        'demo/pos_config_demo.xml',
        'demo/res_partner_demo.xml',
        'demo/account_move_demo.xml',
        'demo/account_payment_demo.xml',
        'demo/pos_receivable_reconcile_demo.xml',
        'demo/pos_receivable_shortfall_demo.xml',
    ],
    'pre_init_hook': 'pre_init_hook',
    'post_init_hook': 'post_init_hook',
    'uninstall_hook': 'uninstall_hook',
    'assets': {
        'point_of_sale._assets_pos': [
            # The core has the script of its pointer in the till, but not its style.
            'web_tour/static/src/scss/**/*',
            'pos_receivable/static/src/app/**/*',
        ],
        'web.assets_backend': [
            'pos_receivable/static/src/app/tours/**/*',
        ],
        # Fetched by the till when somebody first collects, or is shown how to.
        'pos_receivable.assets_payment': [
            'pos_receivable/static/src/payment/**/*',
        ],
        'web.assets_tests': [
            'pos_receivable/static/tests/tours/**/*',
        ],
        'web.assets_unit_tests_setup': [
            'pos_receivable/static/src/payment/**/*',
        ],
        'web.assets_unit_tests': [
            'pos_receivable/static/tests/unit/**/*',
        ],
    },
}
