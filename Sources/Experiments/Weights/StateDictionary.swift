/// The tensors of a pickled checkpoint, by name.
struct StateDictionary {
    let tensors: [(name: String, tensor: PickleMachine.Tensor)]

    private static let tensorsLimit = 20_000
    /// Under which names training scripts keep the weights beside other things.
    private static let nests = ["state_dict", "model_state_dict", "model", "net"]

    /// - Parameters:
    ///   - root: What the pickle stands for: the dictionary itself, or one that holds it.
    ///   - machine: The machine that has read it.
    ///   - bad: Makes an error of a cause.
    /// - Throws: What `bad` makes where there is no dictionary of tensors.
    init(_ root: PickleValue, in machine: PickleMachine, bad: (String) -> DataError) throws(DataError) {
        var found = Self.tensors(of: root, in: machine)
        if found.isEmpty, case .dictionary(let number) = root {
            for nest in Self.nests where found.isEmpty {
                let value = machine.dictionaries[number].last { $0.key == .text(nest) }?.value
                if let value { found = Self.tensors(of: value, in: machine) }
            }
        }
        guard !found.isEmpty else { throw bad("it holds no dictionary of tensors — save the model's state_dict()") }
        guard found.count <= Self.tensorsLimit else { throw bad("it names \(found.count) tensors") }
        var seen: Set<String> = []
        for (name, _) in found where !seen.insert(name).inserted { throw bad("tensor '\(name)' stands in it twice") }
        tensors = found
    }

    /// The tensors that stand in a dictionary under texts; other items are passed over.
    private static func tensors(
        of value: PickleValue, in machine: PickleMachine
    ) -> [(name: String, tensor: PickleMachine.Tensor)] {
        guard case .dictionary(let number) = value else { return [] }
        return machine.dictionaries[number].compactMap { item in
            guard case .text(let name) = item.key, case .tensor(let tensor) = item.value else { return nil }
            return (name, machine.tensors[tensor])
        }
    }

    /// The entries of a weights file.
    ///
    /// - Parameters:
    ///   - machine: The machine that has read the pickle.
    ///   - bad: Makes an error of a cause.
    ///   - bytes: Where a storage's bytes stand in the file.
    /// - Returns: The entries by name.
    /// - Throws: What `bad` makes of a tensor that reaches past its storage.
    func entries(
        of machine: PickleMachine, bad: (String) -> DataError,
        bytes: (PickleMachine.Storage) throws(DataError) -> Range<Int>
    ) throws(DataError) -> [String: WeightsEntry] {
        var entries: [String: WeightsEntry] = [:]
        for (name, tensor) in tensors {
            let storage = machine.storages[tensor.storage]
            let entry = WeightsEntry.checked(
                storage.type, shape: tensor.shape, strides: tensor.strides, offset: tensor.offset,
                storage: try bytes(storage))
            switch entry {
            case .success(let entry): entries[name] = entry
            case .failure(let mistake): throw bad("tensor '\(name)' \(mistake.cause)")
            }
        }
        return entries
    }
}
