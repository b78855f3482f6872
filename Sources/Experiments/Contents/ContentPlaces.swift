/// Where on this host the contents are that a task reads.
package struct ContentPlaces: Hashable, Codable, Sendable {
    /// Where a set's images are.
    package enum Images: Hashable, Codable, Sendable {
        /// In a folder, under their names.
        case folder(path: String)
        /// In a store of contents, under their digests.
        case store(path: String)
    }

    package struct Listed: Hashable, Codable, Sendable {
        /// The file that holds the list.
        package let list: String
        package let images: Images

        package init(list: String, images: Images) {
            (self.list, self.images) = (list, images)
        }
    }

    /// The sets by the digests of their lists.
    package var sets: [ContentDigest: Listed]
    /// Files of weights by their digests.
    package var weights: [ContentDigest: String]

    package init(sets: [ContentDigest: Listed] = [:], weights: [ContentDigest: String] = [:]) {
        (self.sets, self.weights) = (sets, weights)
    }

    /// The path of a content in a store: two digits name a folder, so that no folder gets too large.
    package static func path(of digest: ContentDigest, inStore store: String) -> String {
        let digits = digest.description
        return "\(store)/\(digits.prefix(2))/\(digits)"
    }
}
