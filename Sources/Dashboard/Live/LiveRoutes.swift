import Coordination
import FlyingFox
import Foundation
import ResultsStore

/// What browsers may ask for, and how it is answered.
struct LiveRoutes: Sendable {
    let watch: BoardWatch
    let token: AccessToken?
    /// Whether whoever asks must name this host by an address, since it listens to this host alone.
    let isLoopback: Bool

    /// Why something is not answered, in words for people.
    struct Refusal: Error {
        let status: HTTPStatusCode
        let message: String

        static func bad(_ message: String) -> Refusal { Refusal(status: .badRequest, message: message) }
        static func unknown(_ message: String) -> Refusal { Refusal(status: .notFound, message: message) }
    }

    func append(to server: HTTPServer) async {
        for asset in Asset.all {
            await append(HTTPRoute("GET \(asset.path)"), to: server) { _ in Self.response(asset.type, Data(asset.bytes))
            }
        }
        await append("GET /api/board", to: server) { _ in Self.json(try await watch.current().data) }
        await append("GET /api/events", to: server, handler: events)
        await append("GET /api/access", to: server) { _ in
            Self.json(try ["mayRetry": token != nil && watch.view.retry != nil].json())
        }
        await append("GET /api/table", to: server) { request in
            Self.json(try await watch.window(of: try Self.sweep(request), try TableQuery(request)).json())
        }
        await append("GET /api/row", to: server, handler: row)
        await append("GET /api/map", to: server, handler: map)
        await append("GET /api/failures", to: server, handler: failures)
        await append("GET /api/curves", to: server) { request in
            let sweep = try Self.sweep(request)
            return Self.json(
                try await watch.reader.read { store in
                    try BoardCurve.all(of: sweep, in: store, running: try watch.view.running())
                }.json())
        }
        await append("POST /api/retry", to: server, handler: retry)
    }

    // MARK: Answers

    private func events(_ request: HTTPRequest) async throws -> HTTPResponse {
        let seen = request.headers[HTTPHeader("Last-Event-ID")].flatMap { UInt64($0) }
        guard let body = watch.events.listen(after: seen, whole: try await watch.current()) else {
            throw Refusal(
                status: HTTPStatusCode(503, phrase: "Service Unavailable"),
                message: "\(EventStream.listenersLimit) windows follow already; this one has to ask")
        }
        await watch.follow()
        return HTTPResponse(statusCode: .ok, headers: Self.headers("text/event-stream; charset=utf-8"), body: body)
    }

    private func row(_ request: HTTPRequest) async throws -> HTTPResponse {
        let table = try await watch.table(of: try Self.sweep(request))
        guard let row = request.query["row"].flatMap({ Int($0) }), table.rows.indices.contains(row) else {
            throw Refusal.unknown("the table has \(table.rows.count) rows, counted from 0")
        }
        return Self.json(try await watch.reader.read { store in try RowDetail(table, row: row, in: store) }.json())
    }

    /// A predicted map and behind it the truth, as little-endian float32, row by row.
    private func map(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let trial = request.query["trial"].flatMap({ TrialID($0) }),
            let image = request.query["image"].flatMap({ Int($0) }), let test = request.query["test"]
        else { throw Refusal.bad("give trial, test and image") }
        guard let map = try await watch.reader.read({ try $0.map(of: trial, testSet: test, image: image) }) else {
            throw Refusal.unknown("the trial keeps no map of this image")
        }
        let truth =
            map.height == map.width
            ? watch.view.truth(request.query["target"] ?? "", request.query["stripes"], map.width) : nil
        let values = map.values + (truth ?? [])
        var bytes = Data(capacity: values.count * 4)
        for value in values {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
            }
        }
        return Self.response("application/octet-stream", bytes)
    }

    private func failures(_ request: HTTPRequest) async throws -> HTTPResponse {
        let sweep = try Self.sweep(request)
        let table = try await watch.table(of: sweep)
        let failures = try await watch.reader.read { store in
            try store.failedTrials(of: sweep, atMost: FailureList.limit)
        }
        return Self.json(try FailureList(failures, table).json())
    }

    private func retry(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let token, let retry = watch.view.retry else {
            throw Refusal(
                status: .forbidden,
                message: "this dashboard only shows — give the coordinator --dashboard-token-file, or use posweep retry"
            )
        }
        guard token.isShown(by: request.headers[.authorization]) else {
            throw Refusal(status: .unauthorized, message: "this is not the dashboard's token")
        }
        let sweep = try Self.sweep(request)
        let trial = try request.query["trial"].map { digits in
            guard let trial = TrialID(digits) else { throw Refusal.bad("trial is an identifier of 32 digits") }
            return trial
        }
        return Self.json(try await watch.reader.read { _ in try retry(sweep, trial) }.json())
    }

    private static func sweep(_ request: HTTPRequest) throws -> SweepID {
        guard let sweep = request.query["sweep"].flatMap({ SweepID($0) }) else { throw Refusal.bad("give sweep") }
        return sweep
    }

    // MARK: HTTP

    private func append(
        _ route: HTTPRoute, to server: HTTPServer,
        handler: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) async {
        await server.appendRoute(route) { request in
            do {
                try requireOwnName(request)
                return try await handler(request)
            } catch let refusal as Refusal {
                return Self.failure(refusal.status, refusal.message)
            } catch StoreError.unknownSweep {
                return Self.failure(.notFound, "there is no such sweep any more")
            } catch let error as StoreError where error.isOfState {
                return Self.failure(HTTPStatusCode(409, phrase: "Conflict"), "\(error)")
            } catch {
                return Self.failure(.internalServerError, "\(error)")
            }
        }
    }

    /// A page of another site can have its name stand for this host's address; its script would then be one of ours.
    private func requireOwnName(_ request: HTTPRequest) throws {
        guard isLoopback, let host = request.headers[HTTPHeader("Host")] else { return }
        let name = host.hasPrefix("[") ? "::1" : String(host.prefix { $0 != ":" })
        let isAddress = name == "::1" || name.allSatisfy { $0.isNumber || $0 == "." }
        guard isAddress || name == "localhost" else {
            throw Refusal(
                status: HTTPStatusCode(421, phrase: "Misdirected Request"),
                message: "this dashboard listens to its own host alone, by the name localhost or an address")
        }
    }

    /// Nothing but the page's own files; nothing of another site, nothing inline, and in no frame.
    static let securityPolicy = """
        default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; \
        form-action 'none'; frame-ancestors 'none'
        """

    private static func headers(_ type: String) -> HTTPHeaders {
        [
            .contentType: type, HTTPHeader("Content-Security-Policy"): securityPolicy,
            HTTPHeader("X-Content-Type-Options"): "nosniff", HTTPHeader("Referrer-Policy"): "no-referrer",
            HTTPHeader("Cross-Origin-Resource-Policy"): "same-origin", HTTPHeader("Cache-Control"): "no-store",
        ]
    }

    private static func response(_ type: String, _ body: Data, status: HTTPStatusCode = .ok) -> HTTPResponse {
        HTTPResponse(
            statusCode: status, headers: headers(type), body: HTTPBodySequence(data: body, suggestedBufferSize: 1 << 16)
        )
    }

    private static func json(_ body: Data, status: HTTPStatusCode = .ok) -> HTTPResponse {
        response("application/json; charset=utf-8", body, status: status)
    }

    private static func failure(_ status: HTTPStatusCode, _ message: String) -> HTTPResponse {
        json((try? ["error": message].json()) ?? Data(), status: status)
    }
}

extension StoreError {
    /// Whether what was asked for does not fit what is there, since somebody was faster.
    fileprivate var isOfState: Bool {
        switch self {
        case .notFailed, .unknownIdentifier: true
        default: false
        }
    }
}

extension TableQuery {
    /// Reads a query, each part of which may be left out.
    fileprivate init(_ request: HTTPRequest) throws(LiveRoutes.Refusal) {
        func number(_ name: String, in range: ClosedRange<Int>) throws(LiveRoutes.Refusal) -> Int? {
            guard let text = request.query[name], !text.isEmpty else { return nil }
            guard let number = Int(text), range.contains(number) else {
                throw .bad("\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        offset = try number("offset", in: 0...Int(Int32.max)) ?? offset
        count = try number("count", in: 1...Self.countLimit) ?? count
        sort = try number("sort", in: 0...10_000)
        isDescending = request.query["order"] == "descending"
        filter = String((request.query["filter"] ?? "").prefix(200))
    }
}
