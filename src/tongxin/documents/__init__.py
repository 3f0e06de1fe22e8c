"""What is written: documents read into outlines and requirements."""
