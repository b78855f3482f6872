/// Somebody who is logged in with a desktop, as logind keeps a note of it.
struct DesktopSession: Hashable {
    /// Whether it is shown on another machine, so that nothing of its keyboard is seen here.
    let isRemote: Bool

    /// The session that is described; nil where it has no desktop, or ends.
    init?(_ text: String) {
        var fields: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            guard let sign = line.firstIndex(of: "=") else { continue }
            fields[line[..<sign]] = line[line.index(after: sign)...]
        }
        guard ["x11", "wayland", "mir"].contains(fields["TYPE"] ?? ""), fields["CLASS"] ?? "user" == "user",
            fields["STATE"] != "closing"
        else { return nil }
        isRemote = fields["REMOTE"] == "1"
    }

    /// All of a host; where there is no logind, a display counts as one.
    static func all(_ files: HostFiles) -> [DesktopSession] {
        let folder = "/run/systemd/sessions"
        let names = files.names(in: folder)
        if names.isEmpty, !files.names(in: "/tmp/.X11-unix").isEmpty { return [DesktopSession(isRemote: false)] }
        return names.compactMap { files.text("\(folder)/\($0)").flatMap { DesktopSession($0) } }
    }

    private init(isRemote: Bool) {
        self.isRemote = isRemote
    }
}
