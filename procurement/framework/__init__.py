"""The framework: categories, applications, assessment, membership."""
