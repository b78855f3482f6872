/// How a sweep was given, for whoever wants the same again.
package struct SweepOrigin: Hashable, Codable, Sendable {
    /// The sweep file's path as it was typed.
    package let path: String
    /// The absolute path of the folder that the file stands in.
    package let folder: String
    /// The `key=value` of each `--set`, in their order.
    package let overrides: [String]
    /// The environment variables that the file names, as far as they were set.
    package let variables: [String: String]

    package init(path: String, folder: String, overrides: [String], variables: [String: String]) {
        (self.path, self.folder, self.overrides, self.variables) = (path, folder, overrides, variables)
    }
}
