package import Foundation
import Glibc

/// A folder that stands for a host's root, with the files that the kernel would keep there.
package struct FakeHost {
    package let root: URL

    /// A host with two processors, no keyboard and nobody there.
    package init(in folder: URL) throws {
        root = folder
        try cpu(busy: 0)
        try write("0.25 0.50 0.75 1/100 4242\n", to: "proc/loadavg")
        try write("5000.50 9000.00\n", to: "proc/uptime")
        try write("MemTotal: 16000000 kB\nMemFree: 1000 kB\nMemAvailable:   8000000 kB\n", to: "proc/meminfo")
        for kind in ["cpu", "memory", "io"] { try pressure(kind, microseconds: 0) }
    }

    package func write(_ text: String, to path: String) throws {
        let file = root.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    package func remove(_ path: String) throws {
        try FileManager.default.removeItem(at: root.appending(path: path))
    }

    /// All processors' ticks: half of them the programs', a quarter each the kernel's and the interrupts'.
    package func cpu(busy ticks: Int) throws {
        try write(
            """
            cpu  \(ticks / 4) \(ticks / 4) \(ticks / 4) 900000 5000 \(ticks / 8) \(ticks / 8) 77 88 99
            cpu0 1 2 3 4 5 6 7 8 9 10
            intr 12345 0 1

            """, to: "proc/stat")
    }

    package func process(_ process: pid_t, ticks: Int) throws {
        try write(
            "\(process) (a (b) c) R 1 1 1 0 -1 4194560 10 0 0 0 \(ticks) 0 5 5 39 19 8 0\n", to: "proc/\(process)/stat")
    }

    package func pressure(_ kind: String, microseconds: Int) throws {
        try write(
            """
            some avg10=1.00 avg60=2.00 avg300=3.00 total=\(microseconds)
            full avg10=0.00 avg60=0.00 avg300=0.00 total=7

            """, to: "proc/pressure/\(kind)")
    }

    /// Notes when a terminal was last read, in seconds since 1970.
    package func terminal(_ path: String, readAt time: Double) throws {
        if !FileManager.default.fileExists(atPath: root.appending(path: path).path) { try write("", to: path) }
        var times = [timespec(tv_sec: Int(time), tv_nsec: 0), timespec(tv_sec: 0, tv_nsec: 0)]
        guard unsafe utimensat(AT_FDCWD, root.appending(path: path).path, &times, 0) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// The old controller's keyboard, and a mouse at the USB; a power button and a headphone socket, which are none.
    package static let devices = """
        I: Bus=0019 Vendor=0000 Product=0001 Version=0000
        N: Name="Power Button"
        P: Phys=PNP0C0C/button/input0
        H: Handlers=kbd event0
        B: EV=3

        I: Bus=0011 Vendor=0001 Product=0001 Version=ab41
        N: Name="AT Translated Set 2 keyboard"
        P: Phys=isa0060/serio0/input0
        H: Handlers=sysrq kbd leds event1
        B: EV=120013

        I: Bus=0003 Vendor=046d Product=c077 Version=0111
        N: Name="Logitech USB Optical Mouse"
        P: Phys=usb-0000:00:14.0-1/input0
        H: Handlers=mouse0 event2
        B: EV=17

        I: Bus=0000 Vendor=0000 Product=0000 Version=0000
        N: Name="HDA Intel PCH Headphone"
        P: Phys=ALSA
        H: Handlers=event3
        B: EV=21

        """

    package func interrupts(keyboard: Int) throws {
        try write(
            """
                       CPU0       CPU1
              1:        \(keyboard)          5   IO-APIC    1-edge      i8042
             12:          3          4   IO-APIC   12-edge      i8042
             16:       9999       9999   IO-APIC   16-fasteoi   ehci_hcd:usb1
            NMI:          0          0   Non-maskable interrupts

            """, to: "proc/interrupts")
    }

    package func session(_ fields: [String: String], named name: String = "2") throws {
        let lines = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }
        try write("# This is private data. Do not parse.\n" + lines.joined(), to: "run/systemd/sessions/\(name)")
    }
}
