import Foundation
import SwiftProtobuf

/// A trial's result in one piece, as it stands in a spool and goes from the computation to its agent.
///
/// Unlike an ``Offer`` it has all its values, however many there are.
enum FinishedTrial {
    /// The most bytes that one may take: its maps, and as much around them as a message may have.
    static let bytesLimit = Policy.mapBytesLimit + 4 * Frame.bodyBytesLimit

    static func bytes(of result: TrialResult, _ trial: TrialID, _ name: AttemptName) -> [UInt8] {
        do {
            return try Offer(name, trial, result, hasValues: true).wire.serializedBytes()
        } catch {
            preconditionFailure("a message without required fields can always be written: \(error)")
        }
    }

    /// What stands in these bytes.
    ///
    /// - Throws: What is wrong with them; every length, count and number is within its limit when this returns.
    static func reading(
        _ bytes: ArraySlice<UInt8>
    ) throws(WireError) -> (name: AttemptName, trial: TrialID, result: TrialResult) {
        guard bytes.count <= bytesLimit else { throw .bodySize(bytes.count) }
        let wire: WireOffer
        do {
            wire = try WireOffer(serializedBytes: Data(bytes))
        } catch {
            throw .undecodable
        }
        let offer = try Offer(wire, isWhole: true)
        return (offer.name, offer.trial, offer.result)
    }
}
