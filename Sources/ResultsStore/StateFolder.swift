package import Foundation

/// The folder that holds everything a coordinator knows.
///
/// | file | what it is |
/// |---|---|
/// | `results.sqlite` (`-wal`, `-shm`) | the database |
/// | `lock` | held with `flock` by the one process that writes; its process id |
/// | `epoch` | a copy of the epoch, so that a restored backup of the database cannot repeat one |
/// | `ballast` | room that is given up when the disk is full, so that SQLite can tidy up |
package struct StateFolder: Hashable, Sendable {
    package let url: URL

    package init(_ url: URL) {
        self.url = url
    }

    package var path: String { url.path }
    package var database: URL { url.appending(path: "results.sqlite") }
    package var lock: URL { url.appending(path: "lock") }
    package var epoch: URL { url.appending(path: "epoch") }
    package var ballast: URL { url.appending(path: "ballast") }
    var writeAheadLog: URL { url.appending(path: "results.sqlite-wal") }
}

extension StateFolder {
    /// Makes the folder where there is none.
    func create() throws(StoreError) {
        if unsafe mkdir(path, 0o777) == 0 { return }
        var code = errno
        if code == ENOENT, url.pathComponents.count > 1 {
            try StateFolder(url.deletingLastPathComponent()).create()
            if unsafe mkdir(path, 0o777) == 0 { return }
            code = errno
        }
        guard code == EEXIST else { throw .systemError(code, folder: path, doing: "the folder cannot be made") }
    }

    /// Refuses a folder on which neither locks nor SQLite's shared memory can be relied on.
    func requireLocalDisk() throws(StoreError) {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else {
            throw .systemError(errno, folder: path, doing: "the folder cannot be looked at")
        }
        // Without the list of mounts, as in some containers, the folder is taken as it is.
        guard let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8),
            let kind = Self.fileSystem(ofDevice: UInt64(facts.st_dev), mounts: mounts), Self.isShared(kind)
        else { return }
        throw .networkFileSystem(folder: path, kind: kind)
    }

    /// The kind of file system that has this device number, in the words of `/proc/self/mountinfo`.
    package static func fileSystem(ofDevice device: UInt64, mounts: String) -> String? {
        let major = (device >> 8 & 0xFFF) | (device >> 32 & ~0xFFF)
        let minor = (device & 0xFF) | (device >> 12 & 0xFFF_FF00)
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2, fields[2] == "\(major):\(minor)",
                let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
            else { continue }
            return String(fields[dash + 1])
        }
        return nil
    }

    /// Whether several hosts may have this kind of file system mounted at once.
    ///
    /// FUSE is where sshfs, s3fs and most of the others live that have no kernel module.
    package static func isShared(_ kind: String) -> Bool {
        kind == "fuse" || kind.hasPrefix("fuse.") || kind.hasPrefix("nfs") || sharedFileSystems.contains(kind)
    }

    private static let sharedFileSystems: Set<String> = [
        "9p", "afs", "beegfs", "ceph", "cifs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "ocfs2", "orangefs",
        "smb3", "smbfs", "virtiofs", "vboxsf",
    ]

    /// Refuses a folder whose database has vanished: a new one in its place would silently forget every result.
    ///
    /// SQLite itself deletes a log that lies beside an empty database, so this has to be found out before it opens one.
    func requireDatabaseWhereOneWas() throws(StoreError) {
        guard size(of: database) == 0 else { return }
        if size(of: writeAheadLog) > 0 {
            throw .databaseLost(folder: path, evidence: writeAheadLog.lastPathComponent)
        }
        if size(of: epoch) > 0 {
            throw .databaseLost(folder: path, evidence: epoch.lastPathComponent)
        }
    }

    /// The size of a file in bytes; 0 where there is none.
    func size(of file: URL) -> Int {
        var facts = stat()
        return unsafe stat(file.path, &facts) == 0 ? Int(facts.st_size) : 0
    }

    /// Makes sure that new names in the folder survive a power cut.
    func synchronize() throws(StoreError) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .systemError(errno, folder: path, doing: "the folder cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw .systemError(errno, folder: path, doing: "the folder cannot be synchronised")
        }
    }
}

extension StoreError {
    /// What a failed system call means.
    static func systemError(_ code: Int32, folder: String, doing what: String) -> StoreError {
        switch code {
        case ENOSPC, EDQUOT: .full(folder: folder)
        case EROFS, EACCES, EPERM: .readOnly(folder: folder)
        case EIO: .diskError(folder: folder, detail: "\(what): error \(code)")
        default: .unexpected(folder: folder, detail: "\(what): \(unsafe String(cString: strerror(code)))")
        }
    }
}
