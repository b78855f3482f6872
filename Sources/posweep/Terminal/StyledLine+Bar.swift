extension StyledLine {
    /// A bar of so many columns that is filled to a fraction from 0 to 1, and the percentage behind it.
    static func bar(_ fraction: Double, columns: Int) -> StyledLine {
        let share = fraction.isFinite ? min(1, max(0, fraction)) : 0
        // A bar is full, and a percentage 100, only when everything is done.
        let filled = Int(share * Double(columns))
        var line = StyledLine(String(repeating: "█", count: filled), .good)
        line.append(String(repeating: "░", count: columns - filled), .faint)
        let percentage = "\(Int(share * 100)) %"
        line.append(String(repeating: " ", count: 7 - percentage.count) + percentage)
        return line
    }

    /// The columns that stand behind a bar for its percentage.
    static let percentageColumns = 7

    /// Words one after another, on a new line where one does not fit any more.
    ///
    /// - Parameters:
    ///   - words: What is never broken.
    ///   - width: The columns that there are.
    ///   - indentation: The columns that are left free before each line.
    /// - Returns: The lines.
    static func flowing(_ words: [StyledLine], width: Int, indentation: Int) -> [StyledLine] {
        let start = StyledLine(String(repeating: " ", count: indentation))
        var lines: [StyledLine] = []
        var line = start
        for (place, word) in words.enumerated() {
            let comma = place + 1 < words.count ? "," : ""
            let gap = line.width > indentation ? " " : ""
            if !gap.isEmpty, line.width + 1 + word.width + comma.count > width {
                lines.append(line)
                line = start
            } else {
                line.append(gap)
            }
            line.append(word)
            line.append(comma)
        }
        if line.width > indentation { lines.append(line) }
        return lines.map { $0.cut(to: width) }
    }
}
