"""The model of contests and relays: the world of `tests.jobs.model`, with those who lead, enter and vote.

`world` adds them and the keeper of jams, `people` and `takers` what they do, `board` what stands in a jam's
channel, `recount` the ballots as a naive list. `around`, `relays` and `machine` hold what may happen,
`invariants`, `in_turn` and `ending` what must hold, `mutants` and `mutants_of_turns` the errors to be found.
"""
