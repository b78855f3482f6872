import Cluster
import Foundation
import Glibc
import TestSupport

/// A terminal without a screen, and the program at it.
final class PseudoTerminal: Sendable {
    private let master: Int32
    private let process: ChildProcess
    private let output: CollectedLines
    private let ended: AsyncStream<ChildProcess.End>

    /// What xterm says it is, on a host whose language has all characters.
    static let usual = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "NO_COLOR": ""]

    /// TIOCSPTLCK and TIOCGPTN of <asm-generic/ioctls.h>, macros that Swift does not see.
    private static let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

    /// Starts the program with this terminal as its standard input, output and error.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - folder: Where it is started.
    ///   - columns: How wide the terminal is; it has 20 lines.
    ///   - environment: What it is told beside what every terminal says.
    /// - Throws: `POSIXError` where there are no terminals.
    init(_ arguments: [String], in folder: URL, columns: Int, environment: [String: String] = [:]) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (number, isLocked): (UInt32, Int32) = (0, 0)
        guard master >= 0, ioctl(master, Self.unlock, &isLocked) == 0, ioctl(master, Self.getNumber, &number) == 0
        else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let line = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard line >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        defer { close(line) }
        Self.resize(master, columns: columns)
        let pipe = try PrivatePipe()
        let (stream, continuation) = AsyncStream.makeStream(of: ChildProcess.End.self)
        process = try ChildProcess(
            URL(filePath: "/usr/bin/env"), arguments: ["-C", folder.path, PosweepProcess.program.path] + arguments,
            streams: [line, line, line],
            environment: ProcessInfo.processInfo.environment.merging(Self.usual) { $1 }.merging(environment) { $1 }
        ) { end in
            continuation.yield(end)
            continuation.finish()
        }
        ended = stream
        output = CollectedLines(pipe.reading)
        Self.pump(master, to: pipe.writing)
        ProcessesOfATest.current?.add(process)
    }

    deinit {
        close(master)
    }

    /// Copies what is written to the terminal; a terminal that nobody has open any more ends with an error.
    private static func pump(_ master: Int32, to pipe: FileHandle) {
        let thread = Thread {
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(master, &bytes, bytes.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                try? pipe.write(contentsOf: bytes.prefix(count))
            }
            try? pipe.close()
        }
        thread.start()
    }

    private static func resize(_ master: Int32, columns: Int) {
        var size = winsize(ws_row: 20, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    func resize(columns: Int) {
        Self.resize(master, columns: columns)
    }

    func send(_ signal: Int32) {
        process.send(signal)
    }

    /// Waits until what was drawn is so; false where the program has ended and it is not.
    func shows(_ isIt: @escaping @Sendable ([[String]]) -> Bool) async -> Bool {
        await output.satisfies { isIt(Self.frames(in: $0)) }
    }

    /// How the program ended, and all that it wrote.
    func outcome() async -> (end: ChildProcess.End?, text: String) {
        var last: ChildProcess.End?
        for await end in ended { last = end }
        return (last, await output.text())
    }

    /// The panels that were drawn, each with its lines, without colours.
    static func frames(in text: String) -> [[String]] {
        text.components(separatedBy: "\u{1B}[?7l").dropFirst().compactMap { part in
            // One that is not drawn to its end does not count yet.
            guard let end = part.range(of: "\u{1B}[?7h") else { return nil }
            return part[..<end.lowerBound].components(separatedBy: "\r\n").map { line in
                line.replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "").replacing("\r", with: "")
            }
        }
    }
}
