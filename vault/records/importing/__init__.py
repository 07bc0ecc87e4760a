"""From a sheet that someone uploads to checked rows. Parsing only: nothing here stores anything."""
