{
    'name': 'POS Receivables – Payment Matching',
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'summary': "Money that no invoice knows: matched, explained, reviewed, booked on hard evidence",
    'author': 'POS Receivables contributors',
    'license': 'LGPL-3',
    'images': ['static/description/banner.png'],
    'depends': ['pos_receivable_automation'],
    'data': [
        'security/ir.model.access.csv',
        'security/match_security.xml',
        'data/ir_cron_data.xml',
        'views/log_views.xml',
        'views/proposal_views.xml',
        'views/reconcile_issue_views.xml',
        'views/res_config_settings_views.xml',
        'views/match_menus.xml',
    ],
    'post_init_hook': 'post_init_hook',
    'uninstall_hook': 'uninstall_hook',
    'demo': ['demo/match_demo.xml'],
    'assets': {
        'web.assets_backend': [
            'pos_receivable_match/static/src/**/*',
        ],
        'web.assets_tests': [
            'pos_receivable_match/static/tests/tours/**/*',
        ],
        'web.assets_unit_tests': [
            'pos_receivable_match/static/tests/unit/**/*',
        ],
    },
}
