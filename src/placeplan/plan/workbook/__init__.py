"""A plan as an Excel workbook and back: one sheet a table, made from the classes; what was not changed keeps its bytes."""
