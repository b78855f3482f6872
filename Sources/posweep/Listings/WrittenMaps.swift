/// The files that posweep maps has written, for scripts.
struct WrittenMaps: Encodable {
    /// A prediction, its truth and the pictures of both and of the error; paths begin as `--output` does.
    struct Map: Encodable {
        let trial: String
        let encoder, target, stripes, seed: String?
        let test: String
        /// Its number in the test set, from 0, and its file's name.
        let image: Int
        let imageName: String
        /// Side in pixels.
        let size: Int
        let prediction, truth: String
        let predictionPicture, truthPicture, errorPicture: String
    }

    var maps: [Map]?
    /// The file of the sheet, and what it shows.
    var sheet, summary: String?
}
