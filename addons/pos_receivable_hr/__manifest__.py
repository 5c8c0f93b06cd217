{
    'name': 'POS Receivables – Employees',
    'version': '19.0.1.0.0',
    'category': 'Sales/Point of Sale',
    'summary': "Invoice payments at tills where employees log in",
    'author': 'POS Receivables contributors',
    'license': 'LGPL-3',
    'images': ['static/description/banner.png'],
    'depends': ['pos_receivable', 'pos_hr'],
    'assets': {
        'point_of_sale._assets_pos': [
            'pos_receivable_hr/static/src/app/**/*',
        ],
        'web.assets_tests': [
            'pos_receivable_hr/static/tests/tours/**/*',
        ],
        'web.assets_unit_tests': [
            'pos_receivable_hr/static/tests/unit/**/*',
        ],
    },
    'auto_install': True,
}
