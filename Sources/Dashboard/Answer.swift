import FlyingFox
import Foundation

/// What is answered over HTTP.
package struct Answer: Hashable, Sendable {
    package let status: Int
    package let type: String
    package let text: String

    init(status: Int = 200, type: String, text: String) {
        (self.status, self.type, self.text) = (status, type, text)
    }

    static func plain(_ text: String) -> Answer {
        Answer(type: "text/plain; charset=utf-8", text: text + "\n")
    }

    static func unavailable(_ cause: String?) -> Answer {
        Answer(status: 503, type: "text/plain; charset=utf-8", text: (cause ?? "unavailable") + "\n")
    }

    var response: HTTPResponse {
        let phrases = [200: "OK", 500: "Internal Server Error", 503: "Service Unavailable"]
        return HTTPResponse(
            statusCode: HTTPStatusCode(status, phrase: phrases[status] ?? ""),
            headers: [
                .contentType: type, HTTPHeader("Content-Security-Policy"): Page.securityPolicy,
                HTTPHeader("X-Content-Type-Options"): "nosniff", HTTPHeader("Cache-Control"): "no-store",
            ],
            body: Data(text.utf8))
    }
}
