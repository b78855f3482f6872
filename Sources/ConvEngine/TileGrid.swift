/// The 4x4 tiles that cover all images of an output, row-major.
struct TileGrid {
    struct Tile {
        let image: Int
        let row: Int
        let column: Int
    }

    let images: Int
    let rows: Int
    let columns: Int

    init(_ output: Shape) {
        images = output.images
        rows = (output.height + 3) / 4
        columns = (output.width + 3) / 4
    }

    var count: Int { images * rows * columns }

    subscript(index: Int) -> Tile {
        let (line, column) = index.quotientAndRemainder(dividingBy: columns)
        let (image, row) = line.quotientAndRemainder(dividingBy: rows)
        return Tile(image: image, row: row, column: column)
    }
}
