package import Experiments

/// A sweep file, read, checked and expanded: what runs, and how its table is laid out.
package struct SweepDefinition: Hashable, Sendable {
    package let name: String
    package let description: String?
    /// What its position trials read; nil where there are none.
    package let data: SweepData?
    /// What its trainings read, by the task.
    package let training: [TrainingGoal: TrainingData]
    /// In the order of the table: the grid's, then the inclusions, then the trainings that these need; the seeds of one point
    /// stand together.
    package let trials: [SweepTrial]
    /// How many of the last trials its table leaves out: the file names none of these trainings, and no row or column asks what
    /// a trial does.
    package let hiddenTrainings: Int
    /// What each part of the file made of the points, in the order of the expansion.
    package let expansion: [ExpansionStep]
    package let tasks: [PlannedTask]
    /// What is in the folders and weights files that the tasks read.
    package let contents: [ContentSource: ContentDigest]
    package let layout: TableLayout
    package let reference: Reference?
    /// SHA-256 of the file's text as 64 hexadecimal digits, for the provenance of results.
    package let textDigest: String
    package let origin: SweepOrigin

    /// The names of the test sets in the order of the file.
    package var testSets: [String] {
        let goals = Set(trials.dropLast(hiddenTrainings).compactMap(\.settings.experiment.goal))
        let trainings = TrainingGoal.allCases.filter(goals.contains).compactMap { training[$0] }
        let names = (data?.test.map(\.name) ?? []) + trainings.flatMap(\.test).map(\.name)
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// Published figures that the sweep is compared with.
    package struct Reference: Hashable, Sendable {
        /// The CSV file, as an absolute path.
        package let file: String
        package let cite: String?
        /// How far a metric may be from the published figure, by the metric's name.
        package let tolerance: [String: Double]
    }
}

/// The images of a sweep; all its position trials read the same.
package struct SweepData: Hashable, Sendable {
    /// Side of the images that the encoder sees, in pixels.
    package let size: Int
    package let train: ImageSource
    package let test: [ExperimentTask.TestSet]
    package let mapsKept: Int
    /// Into how many rings around the border each figure is also split; 0 for none.
    package let rings: Int

    /// The same images, known by their content.
    func listed(in contents: [ContentSource: ContentDigest]) -> SweepData {
        SweepData(
            size: size, train: train.listed(in: contents),
            test: test.map { ExperimentTask.TestSet(name: $0.name, source: $0.source.listed(in: contents)) },
            mapsKept: mapsKept, rings: rings)
    }
}
