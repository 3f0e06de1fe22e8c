"""名册导入、导出: read a file, show what it would do, write it, hand the roster out."""
