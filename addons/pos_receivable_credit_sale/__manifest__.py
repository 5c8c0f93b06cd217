{
    'name': 'POS Receivables – Credit on Orders',
    'version': '19.0.1.0.0',
    'category': 'Sales/Sales',
    'summary': "Whether a sales order may be confirmed on its customer's account",
    'author': 'POS Receivables contributors',
    'license': 'LGPL-3',
    'images': ['static/description/banner.png'],
    'depends': ['pos_receivable_credit', 'sale'],
    'data': [
        'views/res_config_settings_views.xml',
        'views/sale_order_views.xml',
    ],
    'auto_install': True,
}
