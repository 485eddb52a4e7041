"""Embeds, buttons, forms and autocompletion; imports no command."""
