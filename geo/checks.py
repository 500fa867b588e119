"""Checks of arguments: row numbers and whole numbers, or one clear message."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from errors import InputError
from geo.network import Ints


def row_numbers(given: ArrayLike, count: int, name: str) -> Ints:
    """Check numbers of rows.

    Parameters
    ----------
    given : array_like
        The numbers to check, any shape.
    count : int
        Number of rows; valid numbers are 0 to ``count - 1``.
    name : str
        The argument's name, for the message.

    Returns
    -------
    ndarray of int64, shape (n,)

    Raises
    ------
    InputError
        When a number is not a whole number or not that of a row.
    """
    try:
        numbers = np.asarray(given)
    except ValueError:
        numbers = np.array([np.nan])
    if numbers.size and not np.issubdtype(numbers.dtype, np.integer):
        raise InputError("{name} must be whole numbers of rows, from 0 on.", name=name)
    numbers = numbers.astype(np.int64).ravel()
    if len(numbers) and (numbers.min() < 0 or numbers.max() >= count):
        wrong = numbers[(numbers < 0) | (numbers >= count)][0]
        raise InputError("{name}: there is no row {row}; the rows are 0 to {last}.", name=name, row=wrong, last=count - 1)
    return numbers


def whole_numbers(given: ArrayLike, count: int, least: int, most: int, name: str) -> Ints:
    """Check whole numbers, one for each of some things.

    Parameters
    ----------
    given : array_like, shape (count,)
        The numbers to check. Floats are accepted when they are whole.
    count : int
        How many there must be.
    least, most : int
        The smallest and largest value allowed.
    name : str
        The argument's name, for the message.

    Returns
    -------
    ndarray of int64, shape (count,)

    Raises
    ------
    InputError
        When the shape is wrong, or a value is out of range or not whole.
    """
    values = np.asarray(given)
    if values.shape != (count,):
        raise InputError("{name} must have {count} values, one each; it has {found}.", name=name, count=count, found=values.size)
    if count and not (
        np.issubdtype(values.dtype, np.number) and (values == np.floor(values)).all() and least <= values.min() and values.max() <= most
    ):
        raise InputError("{name} must be whole numbers from {least} to {most}.", name=name, least=least, most=most)
    return values.astype(np.int64)
