/// What a pickle is made of, as far as weights files need it.
///
/// Lists, dictionaries and tuples stand in the machine and are referred to by number, so that neither a cycle nor a deep
/// nest can be built from them.
enum PickleValue: Hashable {
    case none
    case bool(Bool)
    case integer(Int)
    /// An integer that needs more than 64 bits, by its little-endian bytes.
    case bigInteger([UInt8])
    case number(Double)
    case text(String)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    /// A class or function by its name; nothing of it is ever run.
    case global(PickleGlobal)
    case storage(Int)
    case tensor(Int)
}

/// The closed list of names that a weights file may refer to.
enum PickleGlobal: Hashable {
    case orderedDictionary
    /// `torch._utils._rebuild_tensor` and `_rebuild_tensor_v2`.
    case rebuildTensor
    /// `torch._utils._rebuild_parameter`.
    case rebuildParameter
    case storage(ElementType)

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", _), ("torch.storage", _):
            guard let type = ElementType(storage: name) else { return nil }
            self = .storage(type)
        default: return nil
        }
    }
}
