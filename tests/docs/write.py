"""`python -m tests.docs.write`: write the tables in docs/ anew from the code."""

from tests.docs import tables

if __name__ == "__main__":
    for path in tables.documents():
        path.write_text(tables.filled(path.read_text()))
        print(f"wrote {path.relative_to(tables.ROOT)}")
