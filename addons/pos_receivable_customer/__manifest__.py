{
    'name': 'POS Receivables – Customers',
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'summary': "What a customer owed on any day, how they pay, and their statement of account",
    'author': 'POS Receivables contributors',
    'license': 'LGPL-3',
    'images': ['static/description/banner.png'],
    'depends': ['pos_receivable', 'base_import'],
    'data': [
        'security/ir.model.access.csv',
        'security/customer_security.xml',
        'security/profile_security.xml',
        'report/statement_templates.xml',
        'data/mail_template_data.xml',
        'data/ir_cron_data.xml',
        'views/mailing_views.xml',
        'views/payment_profile_views.xml',
        'views/pos_config_views.xml',
        'views/compare_views.xml',
        'views/send_statements_views.xml',
        'views/res_partner_views.xml',
        'views/res_config_settings_views.xml',
        'views/customer_menus.xml',
    ],
    'uninstall_hook': 'uninstall_hook',
    'demo': ['demo/customer_demo.xml', 'demo/profile_demo.xml'],
    'assets': {
        'point_of_sale._assets_pos': [
            'pos_receivable_customer/static/src/app/**/*',
        ],
        # Fetched by the till when somebody first asks for a statement.
        'pos_receivable.assets_payment': [
            'pos_receivable_customer/static/src/statement/**/*',
        ],
        'web.assets_tests': [
            'pos_receivable_customer/static/tests/tours/**/*',
        ],
        'web.assets_unit_tests_setup': [
            'pos_receivable_customer/static/src/statement/**/*',
        ],
        'web.assets_unit_tests': [
            'pos_receivable_customer/static/tests/unit/**/*',
        ],
    },
}
