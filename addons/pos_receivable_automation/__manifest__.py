{
    'name': 'POS Receivables – Automation',
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'summary': "What may act by itself, how that is proven, and what was decided",
    'author': 'POS Receivables contributors',
    'license': 'LGPL-3',
    'images': ['static/description/banner.png'],
    'depends': ['pos_receivable'],
    'data': [
        'security/ir.model.access.csv',
        'security/automation_security.xml',
        'views/decision_views.xml',
        'views/mode_views.xml',
        'views/res_config_settings_views.xml',
        'views/automation_menus.xml',
    ],
    'uninstall_hook': 'uninstall_hook',
}
