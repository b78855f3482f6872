import Glibc

/// The file of an `ipc://` address.
///
/// libzmq removes whatever stands at the path before it listens there: a file of the user's, or the socket of another
/// coordinator that would never hear of anybody again. So it is looked at first.
enum SocketFile {
    /// Lets a free path pass, and one with a socket that nobody listens at any more.
    ///
    /// - Throws: `addressInUse` where somebody listens, `cannotBind` where the file is none of ours.
    static func requireFree(_ endpoint: String) throws(SocketError) {
        let scheme = "ipc://"
        guard endpoint.hasPrefix(scheme) else { return }
        let path = String(endpoint.dropFirst(scheme.count))
        // Names without a file, which the kernel itself keeps apart.
        if path == "*" || path.hasPrefix("@") { return }
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw .cannotBind(endpoint, cause: "\(path) is there already and is no socket")
        }
        switch connection(to: path) {
        case 0: throw .addressInUse(endpoint)
        case ECONNREFUSED: return  // Left behind by a coordinator that was killed.
        case let number: throw .cannotBind(endpoint, cause: unsafe String(cString: strerror(number)))
        }
    }

    /// Connects, and hangs up at once.
    ///
    /// - Returns: 0 where somebody listens, or the number of the error.
    private static func connection(to path: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8) + [0]
        let isLongEnough = unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
            guard bytes.count <= place.count else { return false }
            unsafe place.copyBytes(from: bytes)
            return true
        }
        guard isLongEnough else { return ENAMETOOLONG }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        let outcome = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe connect(
                descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
        return outcome == 0 ? 0 : errno
    }
}
