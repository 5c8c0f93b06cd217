"""sql.py DATABASE STATEMENT VALUES: run one statement, print its rows as JSON."""

import json
import sys

import psycopg2

database, statement, values = sys.argv[1:]
try:
    connection = psycopg2.connect(dbname=database)
except psycopg2.OperationalError as error:
    sys.exit(str(error))
connection.autocommit = True
with connection.cursor() as cursor:
    cursor.execute(statement, json.loads(values) or None)
    rows = cursor.fetchall() if cursor.description else []
print(json.dumps(rows, default=str))
