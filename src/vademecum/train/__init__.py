"""The stage that turns datasets into models; its files need the extra `train`."""
