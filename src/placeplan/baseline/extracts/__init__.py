"""Records of people's care → counts that may leave → rows of a plan's tables; one question to whatever holds the records.

What leaves this room are counts, rounded and without small numbers: never a record, an identifier or a cell's text.
"""
