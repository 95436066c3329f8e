"""What of a plan can be changed – its levers – and what becomes of it, many changed plans abreast."""
