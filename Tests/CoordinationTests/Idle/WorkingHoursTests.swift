import Coordination
import Testing

@Suite("Working hours")
struct WorkingHoursTests {
    private static let (monday, friday, saturday, sunday) = (0, 4, 5, 6)

    private static func time(_ day: Int, _ hour: Int, _ minute: Int = 0) -> LocalTime {
        LocalTime(day: day, minute: hour * 60 + minute)
    }

    @Test(
        arguments: [
            ("Sat-Sun", time(saturday, 0), true), ("Sat-Sun", time(sunday, 23, 59), true),
            ("Sat-Sun", time(friday, 23, 59), false),
            ("Fri-Mon", time(monday, 12), true), ("Fri-Mon", time(1, 0), false),
            ("Mon-Fri 19:00-07:00", time(monday, 18, 59), false), ("Mon-Fri 19:00-07:00", time(monday, 19), true),
            // The night that begins on Friday ends on Saturday; on Monday morning Sunday's would end, and there is none.
            ("Mon-Fri 19:00-07:00", time(saturday, 6, 59), true), ("Mon-Fri 19:00-07:00", time(saturday, 7), false),
            ("Mon-Fri 19:00-07:00", time(saturday, 20), false), ("Mon-Fri 19:00-07:00", time(monday, 6), false),
            ("08:30-17:00", time(sunday, 8, 30), true), ("08:30-17:00", time(sunday, 17), false),
            ("Wed 18:00-24:00", time(2, 23, 59), true), ("Wed 18:00-24:00", time(3, 0), false),
        ] as [(String, LocalTime, Bool)])
    func `hours begin with their first minute and end before their last`(
        text: String, time: LocalTime, isWithin: Bool
    ) throws {
        #expect(try #require(WorkingHours(text)).contains(time) == isWithin)
    }

    @Test(arguments: [
        "", "Mon-", "Mon-Fri 19-7", "25:00-26:00", "24:00-07:00", "08:00-08:00", "07:60-08:00", "Mon Tue", "1:2:3-4:00",
        "Mon-Fri 19:00-07:00 x", "08:00", "montag", "-1:00-07:00", "٠٨:00-09:00",
    ])
    func `what is no hours is refused`(text: String) {
        #expect(WorkingHours(text) == nil)
    }

    @Test func `hours are shown as they were written`() throws {
        #expect("\(try #require(WorkingHours(" Mon-Fri   19:00-07:00 ")))" == "Mon-Fri 19:00-07:00")
    }
}
