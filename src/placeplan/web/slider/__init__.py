"""An assumption set by hand on a public page: processes that hold plans ready, and the pages that ask them."""
