from . import send_statements
