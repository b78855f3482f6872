/// The version of the messages, which has nothing to do with the program's version.
package enum ProtocolVersion {
    package static let spoken = 1...1
}
