import Coordination
import Dashboard
import Foundation
import ResultsStore
import Synchronization
import TestSupport
import Testing

@Suite("What browsers may ask for", .timeLimit(.minutes(10)))
struct LiveRoutesTests {
    private static let sweep = "sweep=\(SampleStore.sweep)"

    @Test func `the page and its files come with a strict policy, and nothing in them is inline`() async throws {
        try await RunningDashboard.with { (dashboard) async throws in
            let page = try await dashboard.ask("/")
            #expect(page.status == 200)
            #expect(page.headers.contains("text/html"))
            for word in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "nosniff", "no-store"] {
                #expect(page.headers.contains(word))
            }
            #expect(!page.body.contains("style=") && !page.body.contains("onclick"))
            for match in page.body.matches(of: /(?:src|href)="(\/[^"]*)"/) where match.1 != "/plain" {
                #expect(try await dashboard.ask(String(match.1)).status == 200, "\(match.1)")
            }
            for script in ["dom", "live", "sweeps", "table", "row", "maps", "curves", "workers", "failures"] {
                let file = try await dashboard.ask("/\(script).js")
                #expect(file.headers.contains("text/javascript"))
                #expect(!file.body.contains("innerHTML"))
            }
            #expect(try await dashboard.ask("/nothing").status == 404)
            #expect(try await dashboard.ask("/plain").body.contains("kernels"))
        }
    }

    @Test func `a table comes in the sweep's layout, as much of it as was asked for`() async throws {
        try await RunningDashboard.with { (dashboard) async throws in
            let answer = try await dashboard.ask("/api/table?\(Self.sweep)&count=4")
            #expect(answer.headers.contains("application/json"))
            try expectGolden(answer.body + "\n", "table.json")
        }
    }

    @Test func `rows are sorted as numbers where they are numbers, and by their figures, whatever has none at the end`()
        async throws
    {
        try await RunningDashboard.with { (dashboard) async throws in
            func numbers(_ query: String) async throws -> [Int] {
                let body = try await dashboard.ask("/api/table?\(Self.sweep)&\(query)").body
                return body.matches(of: /"number":(\d+)/).compactMap { Int($0.1) }
            }
            #expect(try await numbers("sort=0&order=descending") == [5, 4, 3, 2, 1, 0])
            #expect(try await numbers("sort=1") == [2, 5, 0, 3, 1, 4])
            #expect(try await numbers("sort=2") == [2, 1, 0, 3, 4, 5])
            #expect(try await numbers("sort=2&order=descending") == [0, 1, 2, 3, 4, 5])
            #expect(try await numbers("filter=target=h") == [0, 3])
            #expect(try await numbers("filter=11%20V") == [4])
            #expect(try await numbers("offset=4&count=1") == [4])
            #expect(try await numbers("offset=99&count=5") == [5])
        }
    }

    @Test(arguments: [
        "/api/table", "/api/table?sweep=zz", "/api/table?sweep=\(SampleStore.sweep)&count=0",
        "/api/table?sweep=\(SampleStore.sweep)&offset=-1", "/api/table?sweep=\(SampleStore.sweep)&sort=x",
        "/api/map?trial=1",
    ])
    func `what cannot be meant is refused with its reason`(path: String) async throws {
        try await RunningDashboard.with { (dashboard) async throws in
            let answer = try await dashboard.ask(path)
            #expect(answer.status == 400)
            #expect(answer.body.hasPrefix("{\"error\":\""))
        }
    }

    @Test func `what is not there is said so`() async throws {
        try await RunningDashboard.with { (dashboard) async throws in
            #expect(try await dashboard.ask("/api/table?sweep=\(SweepID(high: 1, low: 1))").status == 404)
            #expect(try await dashboard.ask("/api/row?\(Self.sweep)&row=6").status == 404)
            let trial = SampleStore.trial(0)
            #expect(try await dashboard.ask("/api/map?trial=\(trial)&test=natural&image=1").status == 404)
        }
    }

    @Test func `a row is its trials, with their figures, maps and where they come from`() async throws {
        try await RunningDashboard.with(image: "<img src=x>.png") { (dashboard) async throws in
            let body = try await dashboard.ask("/api/row?\(Self.sweep)&row=1").body
            #expect(body.contains("\"id\":\"\(SampleStore.trial(2))\"") && body.contains("\(SampleStore.trial(3))"))
            #expect(!body.contains("\(SampleStore.trial(1))"))
            #expect(body.contains("{\"key\":\"target\",\"value\":\"V\"}"))
            #expect(
                body.contains("{\"images\":1,\"name\":\"SPC\",\"testSet\":\"natural\",\"undefined\":0,\"value\":0.875}")
            )
            #expect(body.contains("\"imageName\":\"<img src=x>.png\""))
            #expect(body.contains("\"host\":\"lab<1>\""))
            #expect(body.contains("\"attempt\":\"1\""))
        }
    }

    @Test func `a map is its values and those of the truth`() async throws {
        var view = ClusterView()
        view.truth = { target, stripes, side in
            target == "H" && stripes == "unit" && side == 2 ? [0, 1, 0, 1] : nil
        }
        try await RunningDashboard.with(view) { (dashboard) async throws in
            let query = "/api/map?trial=\(SampleStore.trial(0))&test=natural&image=0&target="
            let answer = try await dashboard.ask("\(query)H&stripes=unit")
            #expect(answer.headers.contains("application/octet-stream"))
            let floats = stride(from: 0, to: answer.bytes.count, by: 4).map { place in
                Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(answer.bytes[place + $1]) << (8 * UInt32($1)) })
            }
            #expect(floats == [0, 0.25, 0.5, 1, 0, 1, 0, 1])
            #expect(try await dashboard.ask("\(query)V").bytes.count == 16)
        }
    }

    @Test func `learning curves are those of trainings that run, and then those that have ended`() async throws {
        let curve = LearningCurve(
            metrics: ["loss", "Fm"],
            points: [
                LearningCurve.Point(epoch: 1, values: [0.5, nil]), LearningCurve.Point(epoch: 2, values: [0.25, 0.75]),
            ])
        var view = ClusterView()
        view.running = {
            [RunningTraining(task: SampleStore.task(1), title: "saliency <b>", epochs: 9, curve: curve)]
        }
        try await RunningDashboard.with(view) { (dashboard) async throws in
            try dashboard.store.commit([SampleStore.result(6, curve: curve)])
            let body = try await dashboard.ask("/api/curves?\(Self.sweep)").body
            let running =
                #""epochs":9,"isRunning":true,"metrics":["loss","Fm"],"points":[{"epoch":1,"values":[0.5,null]}"#
            #expect(body.contains(running), "\(body)")
            #expect(body.contains("\"title\":\"saliency <b>\""))
            #expect(body.matches(of: /"epochs":2,"isRunning":false/).count == 1)
        }
    }

    @Test func `failed trials stand by their causes`() async throws {
        try await RunningDashboard.with { (dashboard) async throws in
            let answer = try await dashboard.ask("/api/failures?\(Self.sweep)")
            try expectGolden(answer.body + "\n", "failures.json")
        }
    }

    @Test func `nobody retries anything without the token`() async throws {
        let retried = Mutex<[SweepID]>([])
        let trials = Mutex<[TrialID?]>([])
        var view = ClusterView()
        view.retry = { sweep, trial in
            retried.withLock { $0.append(sweep) }
            trials.withLock { $0.append(trial) }
            guard trial != SampleStore.trial(1) else { throw StoreError.notFailed("trial 1") }
            return ClusterView.Retried(tasks: trial == nil ? 3 : 1, otherTrials: trial == nil ? 0 : 5)
        }
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "token")
            try Data("0123456789abcdef\n".utf8).write(to: file)
            try await RunningDashboard.with(view, token: AccessToken(file: file)) { (dashboard) async throws in
                func retry(_ token: String?, _ more: String = "") async throws -> RunningDashboard.Answer {
                    try await dashboard.ask(
                        "/api/retry?\(Self.sweep)\(more)", method: "POST",
                        headers: token.map { ["Authorization": "Bearer \($0)"] } ?? [:])
                }
                for wrong in [nil, "", "0123456789abcdee", "0123456789abcdef0", "0123456789abcde"] {
                    #expect(try await retry(wrong).status == 401)
                }
                #expect(try await dashboard.ask("/api/retry?\(Self.sweep)").status == 404)
                #expect(retried.withLock(\.self) == [])
                let answer = try await retry("0123456789abcdef")
                #expect(answer.status == 200 && answer.body == "{\"otherTrials\":0,\"tasks\":3}")
                #expect(retried.withLock(\.self) == [SampleStore.sweep])
                let one = try await retry("0123456789abcdef", "&trial=\(SampleStore.trial(7))")
                #expect(one.status == 200 && one.body == "{\"otherTrials\":5,\"tasks\":1}")
                #expect(trials.withLock(\.self) == [nil, SampleStore.trial(7)])
                // One that is no identifier must not stand for all, and one that somebody else has retried is no fault of the server.
                #expect(try await retry("0123456789abcdef", "&trial=7").status == 400)
                #expect(try await retry("0123456789abcdef", "&trial=\(SampleStore.trial(1))").status == 409)
                #expect(retried.withLock(\.count) == 3)
                #expect(try await dashboard.ask("/api/access").body == "{\"mayRetry\":true}")
            }
        }
        try await RunningDashboard.with(view) { (dashboard) async throws in
            #expect(try await dashboard.ask("/api/retry?\(Self.sweep)", method: "POST").status == 403)
            #expect(try await dashboard.ask("/api/access").body == "{\"mayRetry\":false}")
        }
    }

    @Test(arguments: ["short", "with a blank in it", "0123456789abcdeé", String(repeating: "x", count: 2_000)])
    func `a token that could be guessed or cannot be sent is refused`(text: String) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "token")
            try Data(text.utf8).write(to: file)
            #expect(throws: AccessToken.Unfit.self) { try AccessToken(file: file) }
        }
    }

    @Test func `a page of another site cannot lend its name to this host`() async throws {
        try await RunningDashboard.with { (dashboard) async throws in
            for host in ["localhost:8080", "127.0.0.1", "[::1]:80"] {
                #expect(try await dashboard.ask("/api/board", headers: ["Host": host]).status == 200)
            }
            #expect(try await dashboard.ask("/api/board", headers: ["Host": "evil.example:8080"]).status == 421)
        }
    }
}
