"""A level-4 project broken: alarms, gate, comparison, stop, lease."""

from tests.integration.sabotages import OPS, Sabotage

LEVEL_4 = [
    Sabotage(
        "alarms start nothing",
        *(f"{OPS}/loop/signals.py", "            alarms=alarms,"),
        *("            alarms=[],", "turns", "regression", "no train"),
    ),
    Sabotage(
        "what passed meets nobody",
        *(f"{OPS}/loop/decision.py", "        return Step(COMPARE, PASSED, version)"),
        "        return Step(WAIT, PASSED, version)",
        *("turns", "regression", "wait: it passed the gate"),
    ),
    Sabotage(
        "nothing is ever promoted",
        *(f"{OPS}/loop/decision.py", "    if comparing.verdict != PROMOTE:"),
        *("    if True:", "turns", "regression", "no promote"),
    ),
    Sabotage(
        "the gate of the loop lets everything pass",
        *(f"{OPS}/release/steps.py", "    passed = all(checks.values()) and found.passed"),
        "    passed, checks = True, dict.fromkeys(checks, True)",
        *("refuses to learn", "regression", "labels follow no rule"),
    ),
    Sabotage(
        "the loop ignores the stop",
        *(f"{OPS}/loop/stop.py", '    if os.environ.get(VARIABLE):\n        return f"{VARIABLE}'),
        '    if True:\n        return ""\n'
        '    if os.environ.get(VARIABLE):\n        return f"{VARIABLE}',
        *("stops", "regression", "stopped, the loop says"),
    ),
    Sabotage(
        "the limits do not tell the stop",
        *(f"{OPS}/commands/limits.py", '        "stopped": stopped,'),
        *('        "stopped": "",', "stops", "regression", "does not tell the stop"),
    ),
    Sabotage(
        "two loops act at once",
        *(f"{OPS}/loop/lease.py", "holder.token != self._token and holder.lives(free):"),
        *("holder.token != self._token and False:", "one at a time", "regression", "two loops act"),
    ),
]
