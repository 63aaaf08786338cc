"""Start once: import something and do its first work, in an interpreter that has done nothing before.

    python -I -S bench/fresh.py FOLDER STATEMENTS [EVENT]

The folder's modules are the only ones beside the standard library. Prints, in milliseconds, the time that
the imports took and that with the first work, by the clock, then both in CPU; fails where the work leaves
an `answer` that is none. What Lambda's own runtime has
imported before it comes to our code (JSON, for the event) is imported first.
"""

import json
import sys
import time

_, folder, imports, work, *told = sys.argv
sys.path.insert(0, folder)
names = {"event": json.loads(told[0]) if told else None}

began = time.perf_counter(), time.process_time()
exec(imports, names)  # noqa: S102
imported = time.perf_counter(), time.process_time()
exec(work, names)  # noqa: S102
done = time.perf_counter(), time.process_time()
answer = names.get("answer")
if answer and answer["statusCode"] not in (200, 201):
    sys.exit(f"{answer['statusCode']} {answer['headers']} {answer['body'][:300]}")
print(
    json.dumps(
        [(at[0] - began[0]) * 1000 for at in (imported, done)]
        + [(at[1] - began[1]) * 1000 for at in (imported, done)]
    )
)
