"""Files into documents: `parse.py` for whole files, `rows.py` for files whose rows are documents."""
