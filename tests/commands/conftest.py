"""The fixture ``repository`` for the tests of this folder."""

from tests.support.study_repository import repository

__all__ = ["repository"]
