"""From parameters to the API's request bodies. Pure."""
