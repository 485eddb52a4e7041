"""Chaos: the bot is killed again and again while one call in ten goes wrong, and the books must balance.

`run` lets the bot live and die, `storm` breaks calls, `fuse` kills in the middle of one, `crowd` is the
members and `seen` what they read, `audit` compares that with what the API took, `breaks` takes a promise out
of the bot on purpose, `report` prints the figures.

    python -m tests.behaviour.chaos --kills 200 --jobs 1000 --seed 1

A seed fixes what is asked for, when the bot dies and in what order calls are struck. How the calls of several
processes interleave is up to the machine, so two runs with one seed are alike and not equal.
"""
