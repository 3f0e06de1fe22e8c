"""数据: the list of figures, the rows behind each, and the documents that they have overtaken."""
