"""The sources of the web pages, and `python -m docs`, which builds them into build/site."""
