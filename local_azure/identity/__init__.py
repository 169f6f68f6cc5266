"""Entra ID and managed identity on this machine."""
