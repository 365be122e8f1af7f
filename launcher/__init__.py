"""What `./run` does: packages, database server, child processes. Standard library and psycopg of the venv."""
