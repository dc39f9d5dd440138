"""Everything that happens outside: labels, money, letters.

A change writes an event with its intents; the relay hands them to the engine; a workflow makes one plugin call at
a time, and one short transaction records what came of it. Each call is claimed by a row before it is made, so that
whoever comes after a crash knows that it may have happened.
"""
