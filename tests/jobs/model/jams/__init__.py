"""The model of blind contests: the world of `tests.jobs.model`, with people who start, enter, vote and host.

`world` adds them and the keeper of jams, `board` what stands in a jam's channel, `recount` the ballots as a
naive list. `machine` holds what may happen, `invariants` and `ending` what must hold, `mutants` the
errors that the machine must find.
"""
