"""A terminal: one bash, to which commands are given as they stand on a page, and the servers that they start."""

import os
import re
import select
import subprocess
import time
from dataclasses import dataclass

# So long anything may take before it counts as not happening; nothing is measured by it.
PATIENCE = 600
SERVER = re.compile(r"\bposweep (coordinator|worker)\b(?! --help)")
BIND = re.compile(r"--bind\s+(\S+)")
READY = {"coordinator": "listening at", "worker": "joined the coordinator"}
# Each command's descriptors are its own, so that nothing reads the commands behind it. What fails in a pipe has failed.
DRIVER = """
set -o pipefail
while IFS= read -r -d '' -u 3 number && IFS= read -r -d '' -u 3 command; do
    eval "$command" </dev/null >"$TERMINAL/$number.out" 2>"$TERMINAL/$number.err" 3<&- 4>&-
    printf '%s\\n' "$?" >&4
done
"""


class Failed(Exception):
    pass


@dataclass
class Outcome:
    status: int
    output: str
    errors: str


@dataclass
class Server:
    kind: str
    command: str
    process: str
    log: object


class Terminal:
    """A bash in this folder with this environment, which ends with its servers."""

    def __init__(self, folder, environment, records):
        self.records, self.count, self.servers, self.started = records, 0, [], 0
        records.mkdir(parents=True)
        (commands, self.commands), (self.statuses, statuses) = os.pipe(), os.pipe()
        # By 3 and 4 the driver knows them; under other numbers no command may have them.
        others = " ".join(f"{number}>&-" for number in (commands, statuses) if number not in (3, 4))
        script = f"exec 3<&{commands} 4>&{statuses}\nexec {others}\n{DRIVER}"
        self.bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-c", script], cwd=folder, env=environment | {"TERMINAL": str(records)},
            stdin=subprocess.DEVNULL, pass_fds=(commands, statuses))
        os.close(commands)
        os.close(statuses)

    def run(self, command):
        """Runs a command to its end."""
        self.count += 1
        os.write(self.commands, f"{self.count}\0{command}\0".encode())
        answer = b""
        while not answer.endswith(b"\n"):
            if not select.select([self.statuses], [], [], PATIENCE)[0]:
                raise Failed(f"it has not ended in {PATIENCE} s")
            piece = os.read(self.statuses, 64)
            if not piece:
                raise Failed("it ended the shell that it was typed into")
            answer += piece
        # What programs print may be any bytes.
        output, errors = ((self.records / f"{self.count}.{end}").read_text(errors="replace") for end in ("out", "err"))
        return Outcome(int(answer), output, errors)

    def start(self, command):
        """Starts a server and waits until it says that it is there.

        In a terminal it would take the place of one that had been stopped with Ctrl-C, where it listens at the same address.
        """
        kind = SERVER.search(command)[1]
        if address := BIND.search(command):
            for other in [server for server in self.servers if address[0] in server.command]:
                self.stop(other)
        self.started += 1
        log = self.records / f"{self.started}.server"
        log.touch()
        # The program itself, and not a shell around it, is what is waited for.
        program = SERVER.sub(lambda found: "exec " + found[0], command, count=1)
        process = self.run(f"{{ {program}\n}} >{log} 2>&1 & echo $!").output.strip()
        server = Server(kind, command, process, log)
        self.servers.append(server)
        deadline = time.monotonic() + PATIENCE
        while READY[kind] not in log.read_text(errors="replace"):
            if self.run(f"kill -0 {process}").status != 0:
                self.servers.remove(server)
                raise Failed(f"it ended:\n{log.read_text(errors='replace')}")
            if time.monotonic() > deadline:
                raise Failed(f"did not say '{READY[kind]}' in {PATIENCE} s:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)

    def stop(self, server):
        """Ends a server; one that has ended by itself has ended well, too."""
        self.servers.remove(server)
        status = self.run(f"kill -TERM {server.process} 2>/dev/null; wait {server.process}").status
        if status != 0:
            raise Failed(f"{server.command}\nended with status {status}:\n{server.log.read_text(errors='replace')}")

    def close(self):
        """Ends the servers, workers first, and the shell."""
        try:
            for kind in ("worker", "coordinator"):
                for server in [server for server in self.servers if server.kind == kind]:
                    self.stop(server)
        finally:
            os.close(self.commands)
            os.close(self.statuses)
            self.bash.wait()
