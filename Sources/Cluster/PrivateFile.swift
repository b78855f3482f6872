import Glibc

/// Files that decide who gets in: read only where nobody else could have written them, written whole or not at all.
enum PrivateFile {
    /// The largest file of a key.
    private static let bytesLimit = 4_096

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - isSecret: Others must not be able to read it; where it is none, they must not be able to write it.
    /// - Returns: Its text.
    /// - Throws: `missing`, `open`, `malformed` or `unreadable`.
    static func text(at path: String, isSecret: Bool) throws(KeyError) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .missing(path: path) : .unreadable(path: path, cause: SystemError.text(errno))
        }
        defer { close(descriptor) }
        // Asked of the open file: what stands at the path may be another one by now.
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else {
            throw .unreadable(path: path, cause: SystemError.text(errno))
        }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw .malformed(path: path, problem: "it is no file") }
        guard facts.st_mode & (isSecret ? 0o077 : 0o022) == 0 else {
            throw .open(path: path, mode: facts.st_mode & 0o7777, isSecret: isSecret)
        }
        var bytes = [UInt8](repeating: 0, count: bytesLimit + 1)
        var count = 0
        while count < bytes.count {
            let more = unsafe bytes.withUnsafeMutableBytes { place in
                unsafe read(descriptor, place.baseAddress.map { unsafe $0 + count }, place.count - count)
            }
            if more < 0, errno == EINTR { continue }
            guard more >= 0 else { throw .unreadable(path: path, cause: SystemError.text(errno)) }
            if more == 0 { break }
            count += more
        }
        guard count <= bytesLimit else {
            throw .malformed(path: path, problem: "it is larger than \(bytesLimit) bytes")
        }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Puts a new file into a folder; nobody ever sees a part of it.
    ///
    /// - Throws: `exists` where the name is taken, or `unwritable`.
    static func create(_ name: String, in folder: String, text: String, mode: mode_t) throws(KeyError) {
        let path = "\(folder)/\(name)"
        // A name that no key can have, so that readers pass over it.
        let draft = "\(folder)/.\(name).\(getpid()).\(UInt32.random(in: .min ... .max))"
        do throws(SystemError) {
            try write(text, to: draft, mode: mode)
            defer { unsafe _ = unlink(draft) }
            // Unlike a renamed file, a linked one never replaces another.
            guard unsafe link(draft, path) == 0 else { throw SystemError(number: errno) }
            try synchronize(folder)
        } catch {
            throw error.number == EEXIST ? .exists(path: path) : .unwritable(path: path, cause: error.description)
        }
    }

    private static func write(_ text: String, to path: String, mode: mode_t) throws(SystemError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        // So little is written in one piece or not at all.
        let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard written == bytes.count, fsync(descriptor) == 0 else {
            let number = errno
            unsafe _ = unlink(path)
            throw SystemError(number: written >= 0 && written < bytes.count ? ENOSPC : number)
        }
    }

    /// Removes a file for good, also over a power cut.
    static func remove(_ name: String, in folder: String) throws(KeyError) {
        let path = "\(folder)/\(name)"
        guard unsafe unlink(path) == 0 else {
            throw errno == ENOENT ? .missing(path: path) : .unwritable(path: path, cause: SystemError.text(errno))
        }
        do throws(SystemError) {
            try synchronize(folder)
        } catch {
            throw .unwritable(path: path, cause: error.description)
        }
    }

    private static func synchronize(_ folder: String) throws(SystemError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemError(number: errno) }
    }

    /// Makes a folder that only its owner may enter, and those above it; one that is there stays as it is.
    static func makeFolder(_ path: String) throws(KeyError) {
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.dropLast().lastIndex(of: "/"), slash > path.startIndex else {
            throw .unwritable(path: path, cause: SystemError.text(errno))
        }
        try makeFolder(String(path[..<slash]))
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .unwritable(path: path, cause: SystemError.text(errno))
        }
    }
}

/// What the system answers to a call that failed.
package struct SystemError: Error, CustomStringConvertible {
    let number: Int32

    package var description: String { Self.text(number) }

    static func text(_ number: Int32) -> String {
        unsafe String(cString: strerror(number))
    }
}
