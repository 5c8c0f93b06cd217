{
    'name': 'POS Receivables – Follow-up',
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'summary': "The right customer on the right day: worklist, promises, disputes, reminders",
    'author': 'POS Receivables contributors',
    'license': 'LGPL-3',
    'images': ['static/description/banner.png'],
    'depends': ['pos_receivable_automation', 'pos_receivable_customer', 'resource'],
    'data': [
        'security/ir.model.access.csv',
        'security/followup_security.xml',
        'data/mail_message_subtype_data.xml',
        'data/next_action_data.xml',
        'data/ir_cron_data.xml',
        'views/case_views.xml',
        'views/promise_views.xml',
        'views/dispute_views.xml',
        'views/next_action_views.xml',
        'views/res_config_settings_views.xml',
        'views/followup_menus.xml',
    ],
    'assets': {
        'web.assets_backend': [
            'pos_receivable_followup/static/src/**/*',
        ],
        'web.assets_tests': [
            'pos_receivable_followup/static/tests/tours/**/*',
        ],
        'web.assets_unit_tests': [
            'pos_receivable_followup/static/tests/unit/**/*',
        ],
    },
    'demo': ['demo/followup_demo.xml'],
}
