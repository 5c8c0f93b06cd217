{
    'name': 'POS Receivables – Job Queue',
    'version': '19.0.1.0.0',
    'category': 'Sales/Point of Sale',
    'summary': "Reconcile payments at night with parallel jobs of OCA's queue_job",
    'author': 'POS Receivables contributors',
    'license': 'LGPL-3',
    'images': ['static/description/banner.png'],
    'depends': ['pos_receivable', 'queue_job'],
    'auto_install': True,
    'uninstall_hook': 'uninstall_hook',
}
