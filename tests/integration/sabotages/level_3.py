"""A level-3 project broken: log, figures, windows, gate, comparison, way back."""

from tests.integration.sabotages import OPS, Sabotage

LEVEL_3 = [
    Sabotage(
        "metrics count no prediction",
        *(f"{OPS}/serving/metrics.py", "self._predictions.labels(version, variant).inc(count)"),
        "self._predictions.labels(version, variant).inc(0)",
        *("counts", "classification", "/metrics tells 0"),
    ),
    Sabotage(
        "the log drops records",
        *(f"{OPS}/serving/keeping.py", "        self._write(records)"),
        *("        self._write(records[::2])", "records", "regression", "and is not there"),
    ),
    Sabotage(
        "drift is always quiet",
        *(f"{OPS}/monitoring/thresholds.py", "one[2], beyond(one), one[0].note"),
        *("one[2], False, one[0].note", "watches", "regression", "was told nothing"),
    ),
    Sabotage(
        "the comparison promotes whatever it sees",
        *(f"{OPS}/release/decision.py", '        if figures["high"] < wanted:'),
        *("        if True:", "drops", "regression", "answers, not"),
    ),
    Sabotage(
        "the guard sleeps",
        *(
            f"{OPS}/release/guard.py",
            "    return Return(release.version, release.previous, reason)",
        ),
        *("    return None and Return(1, 1, reason)", "goes back", "regression", "ended with 0"),
    ),
    Sabotage(
        "the gate always passes",
        *(f"{OPS}/gate/beside.py", "found.low > limits.margin"),
        *("True", "gate refuses", "regression", "not: better than version 1"),
    ),
    Sabotage(
        "the gate passes on an exception",
        *(f"{OPS}/gate/verdict.py", 'Verdict(name, False, f"the check broke'),
        'Verdict(name, True, f"the check broke',
        *("gate closes", "regression", "was not refused for: better"),
    ),
    Sabotage(
        "tests of the owner's never count",
        *(f"{OPS}/gate/own.py", "    passed = code == 0 and bool(_PASSED.search(last))"),
        *("    passed = True", "gate closes", "regression", "was not refused for: own tests"),
    ),
    Sabotage(
        "labels are ignored",
        *(f"{OPS}/predictions/labels.py", "(_seam(settings), found) if len(one)"),
        *("(_seam(settings),) if len(one)", "judges live", "regression", "labels came"),
    ),
    Sabotage(
        "what passed the gate answers at once",
        *(f"{OPS}/release/waiting.py", "    if there.champion is None or not share:"),
        *("    if True:", "releases by itself", "regression", "before labels came"),
    ),
    Sabotage(
        "the log is written after the answer",
        *(f"{OPS}/serving/batching.py", "            self._done(parts)"),
        "            asyncio.get_running_loop().call_later(0.5, self._done, parts)",
        *("records", "classification", "and is not there"),
    ),
    Sabotage(
        "the log tells another version",
        *(f"{OPS}/serving/keeping.py", "    version, request, ms = part.loaded.version, "),
        '    version, request, ms = "0", ',
        *("records", "regression", "another version"),
    ),
    Sabotage(
        "the log keeps no features",
        *(f"{OPS}/serving/keeping.py", "            features=row(values),\n            prediction"),
        "            features={},\n            prediction",
        *("records", "regression", "lacks key or features"),
    ),
    Sabotage(
        "metrics count no request",
        *(f"{OPS}/serving/metrics.py", "        found[0].inc()"),
        *("        found[0].inc(0)", "counts", "regression", "ended with 200; /metrics tells 0"),
    ),
    Sabotage(
        "drift is always loud",
        *(f"{OPS}/monitoring/thresholds.py", "one[2], beyond(one), one[0].note"),
        *("one[2], True, one[0].note", "watches", "classification", "since"),
    ),
    Sabotage(
        "one window raises an alarm",
        *(f"{OPS}/monitoring/alarm.py", "        if len(ends) >= m:"),
        *("        if ends:", "watches", "regression", "at the end of"),
    ),
    Sabotage(
        "the webhook is never told",
        *(f"{OPS}/monitoring/alerts.py", "        if address and not _posted(address, alert):"),
        "        if 0 and address and not _posted(address, alert):",
        *("watches", "regression", "was told nothing"),
    ),
    Sabotage(
        "the webhook is told at every look",
        *(f"{OPS}/monitoring/alerts.py", "write_whole(path, json.dumps(posted).encode())"),
        *("write_whole(path, json.dumps(0).encode())", "watches", "regression", "was told 2 times"),
    ),
    Sabotage(
        "few labels are enough for a verdict",
        *(f"{OPS}/monitoring/performance.py", "    if len(rows) < limits.labels:"),
        *("    if not len(rows):", "judges live", "regression", "it is fine, not enough labels"),
    ),
    Sabotage(
        "a window flatters the model",
        *(f"{OPS}/monitoring/performance.py", "    value, *draws = found"),
        "    value, *draws = [0.9 * one for one in found]",
        *("judges live", "regression", "the window tells"),
    ),
    Sabotage(
        "asked again, a key meets another version",
        *(f"{OPS}/serving/live.py", "challenger.takes(named)"),
        *("challenger.takes(f'{request}{place}')", "drops", "regression", "met another version"),
    ),
    Sabotage(
        "the challenger gets all the traffic",
        *(f"{OPS}/release/split.py", "    return place(salt, key) < share"),
        *("    return True", "drops", "classification", "met 100% of the keys"),
    ),
    Sabotage(
        "the challenger meets nobody",
        *(f"{OPS}/release/split.py", "    return place(salt, key) < share"),
        *("    return False", "drops", "regression", "meets nobody"),
    ),
    Sabotage(
        "labels that are sent are not kept",
        *(f"{OPS}/serving/feedback.py", "append(self._folder, entries, self._sync)"),
        *("append(self._folder, [], self._sync)", "drops", "regression", "still answers"),
    ),
    Sabotage(
        "going back begins the comparison anew",
        *(f"{OPS}/release/experiment.py", "    return None if _is_over(found, there) else found"),
        *("    return found", "goes back", "regression", "still answers"),
    ),
    Sabotage(
        "a way back is told to nobody",
        *(f"{OPS}/release/telling.py", "        if not one.who.startswith(_BY_ITSELF):"),
        "        if one.back or not one.who.startswith(_BY_ITSELF):",
        *("goes back", "regression", "the webhook was told: nothing"),
    ),
]
