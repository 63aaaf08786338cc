"""`make job` takes all of a job's work, in as many runs as that needs."""

from chalicelib.services.nightly import Summary
from tools.job import run_to_the_end


def test_a_run_that_leaves_nothing_is_the_only_one() -> None:
    runs = iter([Summary(checked=3, due=3, acted=2).to_data()])
    assert run_to_the_end(lambda: next(runs)) == Summary(checked=3, due=3, acted=2).to_data()


def test_what_a_run_had_no_time_for_is_taken_by_the_next_and_figures_are_added_up() -> None:
    runs = iter(
        [
            Summary(checked=10, due=10, acted=9, failed=1, left=True).to_data(),
            Summary(checked=10, due=11, acted=10, left=True).to_data(),
            Summary(checked=4, due=4, acted=4).to_data(),
        ]
    )
    total = run_to_the_end(lambda: next(runs))
    assert total == Summary(checked=24, due=25, acted=23, failed=1, left=False).to_data()
