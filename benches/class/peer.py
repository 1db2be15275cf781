"""llama-server, from the package `xllamacpp`, as a process of its own.

    python -m benches.class.peer MODEL THREADS default|tuned FOLDER

Slots are saved in FOLDER.
"""

import sys
import time

import xllamacpp


def main() -> None:
    model, threads, setting, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.n_ctx = 12_288 if setting == "default" else 49_152
    if setting == "tuned":
        params.n_parallel = 30
        params.kv_unified = True
    params.slot_save_path = f"{folder}/"
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    while True:
        time.sleep(3600)


main()
