"""Stub by the lead until the references builder writes it."""


def load_library():
    return {}
