"""What is seen and pressed: embeds, buttons, forms, autocompletion. Knows no command."""
