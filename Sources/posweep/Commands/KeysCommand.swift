import ArgumentParser

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make keys, and say who may connect to a coordinator.",
        discussion: """
            A coordinator that has keys encrypts everything over TCP and talks to known
            keys only. Keys are authorised and revoked while it runs.

            Examples:

              posweep keys new lab2-07 --state state    # makes lab2-07.key, for lab2-07
              posweep worker --coordinator tcp://HOST:5555 --key lab2-07.key    # there
              posweep keys revoke lab2-07 --state state
            """,
        subcommands: [
            KeysNewCommand.self, KeysShowCommand.self, KeysAuthorizeCommand.self, KeysListCommand.self,
            KeysRevokeCommand.self,
        ])
}
