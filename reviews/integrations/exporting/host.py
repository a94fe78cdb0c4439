"""Waits with the driver loaded and forks one process per export.

A fresh process in a few milliseconds, without the web server's memory, threads and connections.
Started by ``process`` with one end of a socket, over which come a word and two files per export.
It ends when the other end is gone.
"""

import os
import signal
import socket
import sys

from reviews.integrations.exporting.writing import write


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the web server, which lets us go
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    control = socket.socket(fileno=int(sys.argv[1]))
    while True:
        word, files, _, _ = socket.recv_fds(control, 1, 2)
        if not word:
            return 0
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                write(data=files[0], status=files[1])
            finally:
                os._exit(0)
        for one in files:
            os.close(one)


if __name__ == "__main__":
    sys.exit(main())
