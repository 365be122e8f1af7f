"""Base templates, components, form widgets, css, the little js there is, vendored libraries."""
