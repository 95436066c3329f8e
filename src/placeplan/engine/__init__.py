"""The model compiled: kernels that work on many futures abreast, bit for bit as NumPy would."""
