{
    'name': 'POS Receivables – Follow-up',
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'summary': "The right customer on the right day: worklist, promises, disputes, reminders",
    'author': 'POS Receivables contributors',
    'license': 'LGPL-3',
    'images': ['static/description/banner.png'],
    'depends': ['pos_receivable_automation', 'pos_receivable_customer'],
    'data': [
        'security/ir.model.access.csv',
        'security/followup_security.xml',
    ],
}
