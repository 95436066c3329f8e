"""What takes longer than a page: done by a worker of its own, once for each thing that is asked."""
