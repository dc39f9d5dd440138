"""Everything that people read, in French, English, Spanish and German.

Sentences stand in the code in English; the catalogues beside this file hold the others. `python -m
sendback_service.text --check` says whether they are complete.
"""
