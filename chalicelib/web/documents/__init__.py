"""Documents that are made of records. Official documents are in Thai alone; their words stand here."""
