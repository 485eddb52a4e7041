"""The outside world on one machine.

The sandbox stands in for the two services that Encore talks to, so that someone without any account can
play the whole bot: a local page plays Discord, and a stand-in AI Music API makes real, synthesised songs
whose stems add up to the mix. Nothing in the bot imports it; only `bot.py` does, and only when asked to.
"""
