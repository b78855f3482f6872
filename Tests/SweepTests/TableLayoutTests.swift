import Sweep
import Testing

@Suite("What tables know of metrics")
struct TableLayoutTests {
    @Test(arguments: [
        ("SPC", false), ("MAE", true), ("MAE@0-15", true), ("SPC@0-15", false), ("Fm", false), ("Fm max", false),
        ("mIoU", false), ("accuracy", false), ("MAEX", false), ("", false),
    ])
    func `of errors the smallest is the best, on a ring too`(metric: String, prefersSmall: Bool) {
        #expect(TableLayout.prefersSmall(metric) == prefersSmall)
    }

    @Test func `a correlation is undefined for a constant prediction`() {
        #expect(["SPC", "MAE", "Fm"].map(TableLayout.needsVariation) == [true, false, false])
    }
}
