/// How the numbers of a tensor are stored.
package enum ElementType: Hashable, Sendable {
    case float32, float16, bfloat16
    /// A type that no weight has: such tensors are listed, and refused when they are wanted.
    case other(String, size: Int)

    /// The size of one number, in bytes.
    package var size: Int {
        switch self {
        case .float32: 4
        case .float16, .bfloat16: 2
        case .other(_, let size): size
        }
    }

    /// By the names in `.safetensors` files.
    init?(safetensors name: String) {
        switch name {
        case "F32": self = .float32
        case "F16": self = .float16
        case "BF16": self = .bfloat16
        case "F64", "I64", "U64", "C64": self = .other(name, size: 8)
        case "I32", "U32": self = .other(name, size: 4)
        case "I16", "U16": self = .other(name, size: 2)
        case "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2": self = .other(name, size: 1)
        default: return nil
        }
    }

    /// By the names of PyTorch's storage classes.
    init?(storage name: String) {
        switch name {
        case "FloatStorage": self = .float32
        case "HalfStorage": self = .float16
        case "BFloat16Storage": self = .bfloat16
        case "DoubleStorage": self = .other("F64", size: 8)
        case "LongStorage": self = .other("I64", size: 8)
        case "IntStorage": self = .other("I32", size: 4)
        case "ShortStorage": self = .other("I16", size: 2)
        case "CharStorage": self = .other("I8", size: 1)
        case "ByteStorage": self = .other("U8", size: 1)
        case "BoolStorage": self = .other("BOOL", size: 1)
        default: return nil
        }
    }
}

extension ElementType: CustomStringConvertible {
    /// The name in `.safetensors` files.
    package var description: String {
        switch self {
        case .float32: "F32"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .other(let name, _): name
        }
    }
}
