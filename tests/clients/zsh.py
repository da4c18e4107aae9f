"""What zsh completes, as somebody at a terminal sees it: zsh.py FOLDER LINE..., where FOLDER has the script _paydirt. Types each line and Tab, and
prints what stands there then, a line each."""

import os
import pty
import re
import select
import sys
import time

PATIENCE = 60


class Terminal:
    """A terminal with zsh at its other end."""

    def __init__(self, folder):
        child, self.file = pty.fork()
        if child == 0:
            os.environ["TERM"] = "dumb"
            os.environ["COLUMNS"] = "200"
            os.execvp("zsh", ["zsh", "-f", "-i"])
        setup = f"PS1=; RPS1=; fpath=({folder} $fpath); autoload -U compinit; compinit -u -d {folder}/dump; stty cols 200; echo st''art\n"
        self.write(setup)
        self.until("start")

    def write(self, text):
        os.write(self.file, text.encode())

    def until(self, wanted):
        """What comes up to a text."""
        come, end = "", time.monotonic() + PATIENCE
        while wanted not in come:
            if not select.select([self.file], [], [], max(0, end - time.monotonic()))[0]:
                sys.exit(f"zsh does not say {wanted!r}: {come!r}")
            come += os.read(self.file, 65536).decode(errors="replace")
        return come

    def completed(self, line):
        """The line after Tab. The rest of it makes the line a word of echo, which zsh then prints whole."""
        # Behind the completed line stands a mark; Ctrl-A goes to its beginning, and Enter prints it.
        self.write(f"{line}\t|end\x01echo 'is ")
        self.write("\x05'\n")
        come = self.until("|end\r\n")
        return re.findall(r"is (.*)\|end", come)[-1].strip()


def main():
    folder, *lines = sys.argv[1:]
    terminal = Terminal(folder)
    for line in lines:
        print(terminal.completed(line))


main()
