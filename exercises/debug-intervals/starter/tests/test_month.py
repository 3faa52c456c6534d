from datetime import date, timedelta

import pytest
from clocks import BERLIN, shift, span

from oncall import Rates, Rota, hours_by_day, page, read_rota, statement

ROTA = """\
# May
2026-05-01 18:00  2026-05-02 06:00  ada   # a Friday
2026-05-04 09:00  2026-05-04 17:30  Bo Chan

"""


def test_time_is_cut_at_midnight():
    hours = hours_by_day([span("05-01 18:00", "05-03 06:00")], BERLIN)
    assert hours == {
        date(2026, 5, 1): timedelta(hours=6),
        date(2026, 5, 2): timedelta(hours=24),
        date(2026, 5, 3): timedelta(hours=6),
    }


def test_weekends_have_a_rate_of_their_own():
    rates = Rates(weekday=400, weekend=900)
    owed = statement(read_rota(ROTA, BERLIN), 2026, 5, BERLIN, rates)
    assert owed == {"ada": 6 * 400 + 6 * 900, "Bo Chan": 3400}


def test_a_month_is_paid_up_to_its_last_midnight():
    rota = Rota([shift("04-30 20:00", "05-01 02:00")])
    rates = Rates(weekday=400, weekend=900)
    assert statement(rota, 2026, 4, BERLIN, rates) == {"ada": 1600}
    assert statement(rota, 2026, 5, BERLIN, rates) == {"ada": 800}
    assert statement(rota, 2026, 6, BERLIN, rates) == {}


def test_two_shifts_at_once_are_paid_once():
    rota = Rota(
        [shift("05-04 08:00", "05-04 12:00"), shift("05-04 10:00", "05-04 14:00")]
    )
    assert statement(rota, 2026, 5, BERLIN, Rates(100, 100)) == {"ada": 600}


def test_the_page_on_the_wall():
    assert page(read_rota(ROTA, BERLIN), BERLIN) == (
        "2026-05-01 18:00 - 2026-05-02 06:00  ada\n"
        "2026-05-04 09:00 - 2026-05-04 17:30  Bo Chan\n"
    )


def test_a_line_that_is_no_shift_is_named():
    with pytest.raises(ValueError, match="line 2: a shift has two dates"):
        read_rota("\n2026-05-01 18:00 2026-05-02 06:00", BERLIN)
