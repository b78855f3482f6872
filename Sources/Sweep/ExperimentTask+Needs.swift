package import Experiments

extension ExperimentTask {
    /// Hashes of what a worker has to have for it: the features of its encoder pass, the weights, then the images' lists.
    ///
    /// The same for all tasks that read the same; workers that have it are preferred.
    var needs: [UInt64] {
        let lists = ([train] + test.map(\.source)).compactMap { source in
            if case .list(let digest) = source { digest } else { nil }
        }
        let files = ([weights].compactMap(\.self) + lists).map(\.number)
        return features.map { feature in
            files.reduce(into: [feature]) { needs, file in if !needs.contains(file) { needs.append(file) } }
        } ?? []
    }

    /// A hash of what decides the features of all its images.
    private var features: UInt64? {
        guard let encoder = trials.first?.settings.encoder.pass else { return nil }
        var hash = ContentHash("posweep features 1")
        let parts: [any Encodable] = [encoder, size, train, test.map(\.source)]
        for part in parts {
            guard let json = try? TaskWork.json(of: part) else { return nil }
            hash.add(json)
        }
        hash.add(weights?.description ?? "")
        if let trainedBy { hash.add("trained=\(trainedBy)") }
        return hash.number
    }
}

extension TrainingTask {
    /// Hashes of what a worker has to have for it: the lists of its images.
    var needs: [UInt64] { specification.lists.map(\.number).sorted() }
}

extension ContentDigest {
    /// The first 64 bits, by which workers and the coordinator speak of what somebody has.
    package var number: UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
