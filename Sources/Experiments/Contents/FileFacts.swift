import Glibc

/// What the file system says of a regular file: as long as it stays the same, so do the file's bytes.
struct FileFacts: Hashable {
    /// In bytes.
    let size: Int
    /// When its bytes and its entry were last changed, in nanoseconds since 1970.
    let modified: Int
    let changed: Int
    let inode: UInt64

    /// The facts of the file at a path, links followed; nil where there is no regular file.
    init?(_ path: String) {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        size = Int(facts.st_size)
        modified = Self.nanoseconds(facts.st_mtim)
        changed = Self.nanoseconds(facts.st_ctim)
        inode = UInt64(facts.st_ino)
    }

    init(size: Int, modified: Int, changed: Int, inode: UInt64) {
        (self.size, self.modified, self.changed, self.inode) = (size, modified, changed, inode)
    }

    private static func nanoseconds(_ time: timespec) -> Int { time.tv_sec &* 1_000_000_000 &+ time.tv_nsec }

    /// Whether a change from now on is certain to show in these facts.
    ///
    /// Clocks of file systems are coarse: who writes twice within a tick leaves no trace of the second time.
    var isSettled: Bool {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return max(modified, changed) < Self.nanoseconds(now) - 2_000_000_000
    }
}
