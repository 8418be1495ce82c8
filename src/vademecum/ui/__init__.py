"""The web page: chat, search, sources, and how each answer came about; mounted by the server.

Use: `from vademecum.ui.page import build_page`, which loads Gradio; nothing else here does.
"""
