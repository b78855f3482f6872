/// Why a command ends with a status other than 0.
enum Failure: Error {
    /// The command line or the sweep file is wrong; nothing was run.
    case usage(String)
    /// The work could not be done, or not all of it.
    case work(String)

    /// 64 is `EX_USAGE` of sysexits.h.
    var status: Int32 {
        switch self {
        case .usage: 64
        case .work: 1
        }
    }

    var message: String {
        switch self {
        case .usage(let message), .work(let message): message
        }
    }
}
