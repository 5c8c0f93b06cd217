{
    'name': 'POS Receivables – Credit',
    'version': '19.0.1.0.0',
    'category': 'Sales/Point of Sale',
    'summary': "What a customer may still buy on account, and who lets it pass",
    'author': 'POS Receivables contributors',
    'license': 'LGPL-3',
    'images': ['static/description/banner.png'],
    'depends': ['pos_receivable_automation', 'pos_receivable_customer'],
    'uninstall_hook': 'uninstall_hook',
    'data': [
        'security/ir.model.access.csv',
        'security/credit_security.xml',
        'data/authorization_data.xml',
        'views/account_views.xml',
        'views/authorization_views.xml',
        'views/pos_config_views.xml',
        'views/res_config_settings_views.xml',
        'views/verdict_views.xml',
        'views/credit_menus.xml',
    ],
    'demo': ['demo/credit_demo.xml'],
    'assets': {
        'point_of_sale._assets_pos': [
            'pos_receivable_credit/static/src/app/**/*',
        ],
        # Fetched by the till when somebody's account is not simply fine.
        'pos_receivable.assets_payment': [
            'pos_receivable_credit/static/src/account/**/*',
        ],
        'web.assets_tests': [
            'pos_receivable_credit/static/tests/tours/**/*',
        ],
        'web.assets_unit_tests_setup': [
            'pos_receivable_credit/static/src/account/**/*',
        ],
        'web.assets_unit_tests': [
            'pos_receivable_credit/static/tests/unit/**/*',
        ],
    },
}
