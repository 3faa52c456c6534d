"""The whole of it, once there is a timeline."""

from gpuplan import Job, Planner, Step, Timeline, advice


def test_two_jobs_run_side_by_side():
    timeline = Timeline(8)
    timeline.reserve("train", 0, 100, 4)
    timeline.reserve("eval", 50, 70, 2)
    assert timeline.steps(0, 100) == [
        Step(0, 50, 4),
        Step(50, 70, 6),
        Step(70, 100, 4),
    ]


def test_a_job_that_does_not_fit_waits():
    planner = Planner(Timeline(8))
    jobs = [
        Job("train", 6, 100),
        Job("tune", 4, 50),
        Job("eval", 2, 30),
        Job("xxl", 9, 1),
    ]
    booked, left = planner.submit_all(jobs, now=0)
    assert [(each.name, each.start) for each in booked] == [
        ("train", 0),
        ("tune", 100),
        ("eval", 0),
    ]
    assert [each.name for each in left] == ["xxl"]


def test_filler_work_goes_into_the_dip():
    timeline = Timeline(8)
    timeline.reserve("morning", 0, 3600, 6)
    timeline.reserve("evening", 7200, 9000, 4)
    assert advice(timeline, 0, 9000) == (
        "Filler work: 14400 GPU-seconds.\n  1:00:00 - 2:00:00  4 GPUs\n"
    )
