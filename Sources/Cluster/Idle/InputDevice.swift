/// A keyboard or mouse as `/proc/bus/input/devices` describes it.
struct InputDevice: Hashable {
    let name: String
    /// The device file that tells of each key and movement, as `event3`; its owner decides who may read it.
    let event: String?
    /// Whether it is behind the old controller, whose interrupts everybody can count.
    let isCounted: Bool

    /// The devices with which people work; power buttons and headphone sockets are none.
    static func all(in text: String) -> [InputDevice] {
        text.split(separator: "\n\n").compactMap { block in
            var (name, physical, handlers, abilities) = ("", "", [Substring](), UInt64(0))
            for line in block.split(separator: "\n") {
                let value = line.dropFirst(3)
                if value.hasPrefix("Name=") { name = value.dropFirst(5).filter { $0 != "\"" } }
                if value.hasPrefix("Phys=") { physical = String(value.dropFirst(5)) }
                if value.hasPrefix("Handlers=") { handlers = value.dropFirst(9).split(separator: " ") }
                if value.hasPrefix("EV=") { abilities = UInt64(value.dropFirst(3), radix: 16) ?? 0 }
            }
            // A key that is held repeats itself only on what one types on.
            let isKeyboard = handlers.contains("kbd") && abilities & repeats != 0
            guard isKeyboard || handlers.contains(where: { $0.hasPrefix("mouse") }) else { return nil }
            return InputDevice(
                name: name, event: handlers.first { $0.hasPrefix("event") }.map(String.init),
                isCounted: physical.hasPrefix("isa0060/"))
        }
    }

    private static let repeats: UInt64 = 1 << 20
}
