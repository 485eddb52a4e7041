"""A model of the outside and of what people do, against which the life of a job is run for many steps.

The engine, the desk, the statements and the file are the real ones. Imagined are: the music API and the
channel (`api`, `channel`), which keep what really happened, and the process (`process`), which can be stopped
before and after every effect. `machine` holds what may happen, `invariants` and `liveness`
what must hold, `mutants` the errors that the machine must find. `make model` runs it for long.
"""
