"""提示: the weekly digest as a page, whether it comes by mail, and what did not arrive."""
