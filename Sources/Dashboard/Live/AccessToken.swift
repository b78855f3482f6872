package import Foundation

/// What whoever changes something over HTTP has to show.
package struct AccessToken: Sendable {
    private let bytes: [UInt8]

    /// What is wrong with a file that should hold a token.
    package struct Unfit: Error, CustomStringConvertible {
        package let description: String
    }

    private static let bytesLimit = 1_024
    private static let fewestBytes = 16

    /// Reads the token from a file, without the line break at its end.
    package init(file: URL) throws(Unfit) {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }  // It was only read.
            data = try handle.read(upToCount: Self.bytesLimit + 1) ?? Data()
        } catch {
            throw Unfit(description: "\(file.path), the dashboard's token, cannot be read")
        }
        try self.init(String(decoding: data, as: UTF8.self), name: file.path)
    }

    /// - Throws: Where it could be guessed, or cannot be sent in a header.
    init(_ text: String, name: String = "the token") throws(Unfit) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (Self.fewestBytes...Self.bytesLimit).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw Unfit(
                description: """
                    \(name): a token has \(Self.fewestBytes) to \(Self.bytesLimit) printable ASCII characters without blanks; \
                    openssl rand -hex 24 makes one
                    """)
        }
        bytes = Array(text.utf8)
    }

    /// Whether an `Authorization` header shows it.
    ///
    /// How long this takes tells nothing of where the two differ.
    func isShown(by header: String?) -> Bool {
        let prefix = "Bearer "
        guard let header, header.hasPrefix(prefix) else { return false }
        let shown = Array(header.utf8.dropFirst(prefix.utf8.count).prefix(Self.bytesLimit + 1))
        var difference = UInt8(shown.count == bytes.count ? 0 : 1)
        for place in bytes.indices { difference |= bytes[place] ^ (place < shown.count ? shown[place] : 0) }
        return difference == 0
    }
}
