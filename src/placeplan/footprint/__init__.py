"""A first plan of one of the 44 footprints of 2016, made from a folder of published files and judged shares."""
