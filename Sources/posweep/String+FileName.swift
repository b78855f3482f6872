extension String {
    /// The text as a part of a file's name that every file system takes, and that leads out of no folder.
    var asFileName: String {
        let words = unicodeScalars.split { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": false
            default: true
            }
        }
        return String(words.map(String.init).joined(separator: "_").prefix(64))
    }
}
