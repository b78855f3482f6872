package import Coordination
package import Sweep

extension SubmittedSweep {
    /// What the store needs of a sweep file that was read and expanded.
    ///
    /// - Parameter definition: The sweep.
    /// - Throws: `invalidSweep` where an identifier is not one.
    package init(_ definition: SweepDefinition) throws(StoreError) {
        let sweep = SweepID(sweepNamed: definition.name)
        let trials = try definition.trials.map { trial throws(StoreError) in try Self.identifier(trial.id) as TrialID }
        let tasks = try definition.tasks.map { task throws(StoreError) in
            SweepTask(
                id: try Self.identifier(task.id), sweep: sweep, body: task.body,
                trials: try task.trialIDs.map { id throws(StoreError) in try Self.identifier(id) }, needs: task.needs,
                requires: try task.requires.map { id throws(StoreError) in try Self.identifier(id) })
        }
        self.init(
            id: sweep, name: definition.name, table: try TableDefinition(definition), trials: trials, tasks: tasks)
    }

    private static func identifier<Kind>(_ digits: String) throws(StoreError) -> Identifier<Kind> {
        guard let identifier = Identifier<Kind>(digits) else {
            throw .invalidSweep(detail: "'\(digits)' is not an identifier")
        }
        return identifier
    }
}

extension SweepID {
    /// The identifier of the sweep of this name, which stays when its file is edited.
    ///
    /// FNV-1a over the name's UTF-8 bytes, 128 bits wide.
    package init(sweepNamed name: String) {
        var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        for byte in name.utf8 { hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B }
        self.init(high: UInt64(truncatingIfNeeded: hash >> 64), low: UInt64(truncatingIfNeeded: hash))
    }
}

extension TableDefinition {
    fileprivate init(_ definition: SweepDefinition) throws(StoreError) {
        let settings = definition.trials.first?.values.map(\.key) ?? []
        let hidden = definition.hiddenTrainings
        self.init(
            description: definition.description, fileDigest: definition.textDigest, settings: settings,
            trials: TrialColumns(definition.trials, settings: settings),
            hiddenTrials: hidden == 0 ? nil : hidden,
            testSets: definition.testSets, rows: definition.layout.rows, columns: definition.layout.columns,
            metrics: definition.layout.metrics,
            reference: definition.reference.map { reference in
                Reference(file: reference.file, cite: reference.cite, tolerance: reference.tolerance)
            }, origin: definition.origin)
    }
}

extension TrialColumns {
    /// The settings of a sweep's trials as tables show them.
    fileprivate init(_ trials: [SweepTrial], settings: [String]) {
        var builder = Builder(TrialColumns(columns: settings.count))
        let seedColumn = settings.firstIndex(of: TableDefinition.seedKey)
        var before: (trial: SweepTrial, places: [UInt32])?
        for trial in trials {
            // The repeats of a point stand together and differ in nothing else.
            if let seedColumn, let before, before.trial.isRepeated(by: trial) {
                var places = before.places
                places[seedColumn] = builder.place(of: String(trial.seed), in: seedColumn)
                builder.append(places)
                continue
            }
            let places = builder.places(
                of: trial.values.map { $0.value == SweepTrial.irrelevant ? TableDefinition.irrelevant : $0.value })
            before = (trial, places)
            builder.append(places)
        }
        self = builder.columns
    }
}
