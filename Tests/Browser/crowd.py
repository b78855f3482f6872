"""Hundreds of workers in one process: real connections, hellos, heartbeats and results, of computations that are made up.

ZMTP 3.0 (rfc.zeromq.org/spec/23) without security, and as much of Protocol.proto as a worker needs, with nothing but Python's
standard library.
"""

import asyncio
import collections
import os
import struct
import threading
import time

HEARTBEAT = 5
# Results that a worker offers at a time while as many are made as go.
AT_ONCE = 24
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
READY = b"\x05READY" + b"\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER" + b"\x08Identity" + struct.pack(">I", 0)
CAUSES = ["the loss became nan in epoch 3", "no image of the set could be read", "the weights do not fit the encoder"]

TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = (byte >> 1) ^ 0x82F63B78 if byte & 1 else byte >> 1
    TABLE.append(byte)


def checksum(body):
    """CRC-32C."""
    value = 0xFFFFFFFF
    for byte in body:
        value = (value >> 8) ^ TABLE[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def message(*fields):
    """A protobuf message from pairs of a field's number and its value; floats are doubles."""
    out = bytearray()
    for number, value in fields:
        if isinstance(value, float):
            out += varint(number << 3 | 1) + struct.pack("<d", value)
        elif isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            value = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return bytes(out)


def fields(data):
    """The fields of a protobuf message: numbers, and lists of values."""
    found, place = collections.defaultdict(list), 0

    def number():
        nonlocal place
        value = shift = 0
        while True:
            byte = data[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while place < len(data):
        key = number()
        kind = key & 7
        if kind == 0:
            found[key >> 3].append(number())
            continue
        size = {1: 8, 5: 4}.get(kind)
        size = number() if size is None else size
        found[key >> 3].append(data[place:place + size])
        place += size
    return found


class Peer:
    """A worker as its coordinator sees it."""

    def __init__(self, crowd, number, host):
        self.crowd, self.number, self.host = crowd, number, host
        self.worker = os.urandom(16)
        self.sequence = 0
        # By the bytes that name an execution: its trials that are still to be offered, and those that are not acknowledged.
        self.held = {}
        self.is_welcome = False
        self.beats = None

    async def live(self, host, port):
        reader, self.writer = await asyncio.open_connection(host, port)
        self.writer.write(GREETING)
        await reader.readexactly(64)
        self._write(READY, flags=0x04)
        self.say(1, message((1, 1), (2, 1), (3, self.worker), (4, 1 + self.number), (5, self.host), (6, "crowd"), (7, 4),
                            (12, "made up")))
        frames = []
        try:
            while True:
                flags = (await reader.readexactly(1))[0]
                size = struct.unpack(">Q", await reader.readexactly(8))[0] if flags & 2 else (await reader.readexactly(1))[0]
                body = await reader.readexactly(size)
                if flags & 4:
                    continue
                frames.append(body)
                if not flags & 1:
                    self._hear(*frames)
                    frames = []
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if self.beats:
                self.beats.cancel()
            self.writer.close()

    def _write(self, body, flags=0):
        long = len(body) > 255
        self.writer.write(bytes([flags | (2 if long else 0)]) + (struct.pack(">Q", len(body)) if long else bytes([len(body)])) + body)

    def say(self, kind, content):
        body = message((kind, content))
        self.sequence += 1
        self._write(b"PSWP\x01\0" + struct.pack("<HQQII", 1, 0, self.sequence, len(body), checksum(body)), flags=1)
        self._write(body)

    def beat(self):
        self.say(2, message((1, 1), *((2, attempt) for attempt in self.held)))
        self.beats = asyncio.get_running_loop().call_later(HEARTBEAT, self.beat)

    def leave(self):
        self.is_welcome = False
        self.beats.cancel()
        self.say(8, b"")
        asyncio.get_running_loop().call_later(1, self.writer.close)

    def _hear(self, header, body):
        bodies = [body]
        if header[4] == 4:
            bodies, place = [], 0
            while place < len(body):
                size = struct.unpack_from("<I", body, place)[0]
                bodies.append(body[place + 4:place + 4 + size])
                place += 4 + size
        for one in bodies:
            for kind, contents in fields(one).items():
                for content in contents:
                    self._take(kind, fields(content))

    def _take(self, kind, content):
        if kind == 33:
            self.is_welcome = True
            self.crowd.joined += 1
            self.beat()
        elif kind == 34:
            raise RuntimeError(f"{self.host} was refused: {content[1]}")
        elif kind == 35:
            attempt, trials = content[1][0], content[3]
            self.held[attempt] = (collections.deque(trials), set(trials))
            if self.crowd.fails(fields(attempt)[1][0]):
                self.fail(attempt)
        elif kind == 38:
            attempt, trial, outcome = content[1][0], content[2][0], content[3][0]
            if outcome == 1:
                self.crowd.stored()
            if attempt in self.held:
                self.held[attempt][1].discard(trial)
                if not self.held[attempt][1]:
                    del self.held[attempt]
        elif kind == 36:
            for attempt in content[1]:
                self.held.pop(attempt, None)
        elif kind == 39:
            self.held.pop(message((1, content[1][0]), (2, content[2][0])), None)

    def fail(self, attempt):
        """Fails an execution a second after it began, as something would that was computing."""

        def say():
            if self.held.pop(attempt, None) and self.is_welcome:
                self.say(6, message((1, attempt), (2, 1), (3, CAUSES[attempt[-5] % len(CAUSES)])))

        asyncio.get_running_loop().call_later(1, say)

    def offer(self):
        """Hands in the result of the next trial; whether there was one."""
        for attempt, (trials, open_trials) in self.held.items():
            waiting = len(open_trials) - len(trials)
            if not trials or waiting >= AT_ONCE or self.crowd.fails(fields(attempt)[1][0]):
                continue
            trial = trials.popleft()
            share = trial[0] / 255
            figures = [message((1, "black"), (2, name), (3, value), (4, 1)) for name, value in (("SPC", share), ("MAE", 0.5 * share))]
            shape = message((1, "black"), (2, 0), (3, "black"), (4, self.crowd.side), (5, self.crowd.side))
            origin = message((1, "crowd"), (2, self.host), (3, "made up"), (4, "none"), (5, "none"), (6, "none"), (7, 0.5))
            self.say(4, message((1, attempt), (2, trial), *((3, figure) for figure in figures), (4, shape), (6, origin),
                                (7, self.crowd.map)))
            return True
        return False


class Crowd:
    """So many workers; they make `rate` results a second, or as many as go."""

    side = 8

    def __init__(self, endpoint, workers, fails_one_in=200):
        host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
        self.address = (host, int(port))
        self.count, self.fails_one_in = workers, fails_one_in
        self.rate, self.limit = 0, 0
        self.joined = self.made = 0
        # When the n-th result was acknowledged, in seconds as clocks show them.
        self.acknowledged = []
        self.map = struct.pack(f"<{self.side ** 2}f", *(place / self.side ** 2 for place in range(self.side ** 2)))
        self.peers = []
        self.trouble = None
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def fails(self, task):
        return int.from_bytes(task[:4], "big") % self.fails_one_in == 0

    def stored(self):
        self.acknowledged.append(time.time())

    def _run(self):
        asyncio.set_event_loop(self.loop)
        for number in range(self.count):
            self._join(number)
        self.loop.create_task(self._produce())
        self.loop.run_forever()

    def _join(self, number):
        peer = Peer(self, number, f"node-{number:04}")
        self.peers.append(peer)
        task = self.loop.create_task(peer.live(*self.address))
        task.add_done_callback(lambda done: done.cancelled() or setattr(self, "trouble", done.exception() or self.trouble))

    async def _produce(self):
        """Offers in turn: `limit` results at once, and behind them `rate` a second."""
        turn, due = 0, 0.0
        last = time.monotonic()
        while True:
            await asyncio.sleep(0.02)
            now = time.monotonic()
            due = min(due + (now - last) * self.rate, 2 * self.rate)
            last = now
            wanted = max(self.limit - self.made, int(due))
            idle = 0
            while wanted > 0 and idle < len(self.peers):
                peer = self.peers[turn % len(self.peers)]
                turn += 1
                if peer.is_welcome and peer.offer():
                    self.made += 1
                    wanted, due, idle = wanted - 1, max(0, due - 1), 0
                    if self.made % 200 == 0:
                        await asyncio.sleep(0)
                else:
                    idle += 1

    def replace(self):
        """One worker leaves, and another host's comes."""

        def swap():
            for peer in self.peers:
                if peer.is_welcome:
                    self.peers.remove(peer)
                    peer.leave()
                    break
            self.count += 1
            self._join(self.count)

        self.loop.call_soon_threadsafe(swap)

    def end(self):
        async def stop():
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            self.loop.call_soon(self.loop.stop)

        asyncio.run_coroutine_threadsafe(stop(), self.loop)
        self.thread.join(10)
