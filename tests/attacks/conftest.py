"""Attacks are repelled in `attack.repel`, whose assertions are to explain themselves too."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("attack")
