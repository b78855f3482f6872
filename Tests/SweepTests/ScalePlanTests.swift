import Experiments
import Sweep
import Testing

@Suite("Plans for many hosts")
struct ScalePlanTests {
    /// An image takes a hundredth of a second, whatever is done with it besides is a hundred times as fast as one core.
    private static let rates = ScaleRates(images: [.vgg16: 100], fits: 100, link: 1e6)

    private func sweep(_ matrix: String, bytes: Int = 0, areFiles: Bool = false) throws -> ScaleSweep {
        let definition = try SweepText.parse(afterData: matrix)
        return ScaleSweep(
            definition, images: ScaleSweep.Images(train: 1_000, test: 10, bytes: bytes),
            seededWeightsAreFiles: areFiles,
            rates: Self.rates)
    }

    private func plan(_ sweeps: [ScaleSweep], hosts: Int) -> ScalePlan {
        ScalePlan(sweeps, hosts: hosts, rates: Self.rates)
    }

    private static let oneEncoder = "matrix: {encoder: [vgg16], target: [H, V, G, HS, VS]}"
    private static let eightEncoders = "matrix: {encoder.seed: [1, 2, 3, 4, 5, 6, 7, 8], target: [H, V]}"

    @Test(arguments: [1, 3, 10, 100])
    func `all the hosts' time is accounted for`(hosts: Int) throws {
        let plan = plan([try sweep(Self.eightEncoders, bytes: 5_000_000)], hosts: hosts)
        let parts = plan.useful + plan.repeated + plan.waiting + plan.idle
        #expect(abs(parts - Double(hosts) * plan.seconds) < 1e-6 * parts)
        #expect(plan.idle >= -1e-6 && plan.waiting > 0)
    }

    @Test func `one host makes each pass once, also where two sweeps share it`() throws {
        let sweep = try sweep(Self.eightEncoders)
        let alone = plan([sweep], hosts: 1)
        #expect(alone.passes == 8 && alone.repeated == 0 && alone.waiting == 0)
        #expect(alone.seconds > 8 * 10.1)
        #expect(plan([sweep, sweep], hosts: 1).passes == 8)
    }

    @Test func `as many hosts as passes need as long as one pass, and more cannot be quicker than its longest task`()
        throws
    {
        let sweep = try sweep(Self.eightEncoders)
        let (one, eight, thousand) = (plan([sweep], hosts: 1), plan([sweep], hosts: 8), plan([sweep], hosts: 1_000))
        #expect(abs(eight.seconds - one.seconds / 8) < 1e-6)
        #expect(eight.efficiency > 0.999)
        #expect(thousand.seconds >= thousand.longestTask && thousand.efficiency < 0.1)
        let limit = try #require(ScaleLimit([sweep], rates: Self.rates))
        #expect(limit.cause == .passes && (9...20).contains(limit.plan.hosts))
    }

    @Test func `a link hands files to one host after another`() throws {
        let images = 50_000_000
        let sweep = try sweep(Self.eightEncoders, bytes: images, areFiles: true)
        let weights = EncoderName.vgg16.weightsBytes
        let two = plan([sweep], hosts: 2)
        // Eight seeds are eight files.
        #expect(two.bytesMoved == 2 * images + 8 * weights)
        #expect(plan([sweep], hosts: 8).bytesFetched == images + weights)
        #expect(plan([sweep], hosts: 8).waiting > 4 * Double(images + weights) / Self.rates.link)
        let limit = try #require(ScaleLimit([sweep], rates: Self.rates))
        #expect(limit.cause == .link)
    }

    @Test func `the filters of the paper's encoders have the sizes of their published weights`() {
        // torchvision's VGG-16 has 14,714,688 parameters in its convolutions, 4,224 of them biases; ResNet-152 without its
        // classifier 58,143,808, 151,424 of them batch norms'.
        #expect(EncoderName.vgg16.weightsBytes == 4 * (14_714_688 - 4_224))
        #expect(EncoderName.resnet152.weightsBytes == 4 * (58_143_808 - 151_424))
    }

    @Test func `features are kept at the sizes at which the cache keeps them`() {
        let vgg = 4 * (28 * 28 * (64 + 128 + 256 + 512) + 14 * 14 * 512)
        #expect(EncoderName.vgg16.featureBytes(of: [1, 2, 3, 4, 5], imageSide: 224) == vgg)
        let resnet = 4 * (28 * 28 * (256 + 512) + 14 * 14 * 1_024 + 7 * 7 * 2_048)
        #expect(EncoderName.resnet152.featureBytes(of: [1, 2, 3, 4], imageSide: 224) == resnet)
    }
}
