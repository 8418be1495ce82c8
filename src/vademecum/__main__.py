"""`python -m vademecum` is `vade`."""

from vademecum.cli import main

main()
