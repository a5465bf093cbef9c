"""A project raised to another level, or to newer templates, without losing a line of its owner's.

record + base + HEAD + templates ── plan ──> Plan ── guards ── apply ──> the work tree and the index

    sides     base, yours and theirs, gathered
    ours      the plan for files that git merges
    owned     the plan for shared files and for those of the owner
    edit      one file before and after
    checkout  what HEAD, the index and the disk hold of the project
    merge     git's merge over synthetic commits        files of ours
    shared    merge by structure: toml_keys, lines       shared files
    plan      what an upgrade would do; writes nothing
    guards    reasons not to begin
    journal   an upgrade under way: its lock, its stage, its before and after
    stage     a plan, laid out on the stage
    restore   back to before
    index     git's index, changed for a few paths at once
    apply     begin, go on, give up, recover
"""
