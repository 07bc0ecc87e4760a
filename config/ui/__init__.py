"""The look that all pages share: shell, form rendering, template tags, language and theme."""
