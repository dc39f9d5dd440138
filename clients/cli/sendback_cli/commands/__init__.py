"""The commands, one file for each noun; `COMMANDS` names its verbs."""
