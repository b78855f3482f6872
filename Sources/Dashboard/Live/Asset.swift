/// A file of the page, built into the program.
struct Asset: Sendable {
    let path: String
    let type: String
    let bytes: [UInt8]

    static let all = [
        Asset(path: "/", type: "text/html; charset=utf-8", bytes: PackageResources.index_html),
        Asset(path: "/page.css", type: "text/css; charset=utf-8", bytes: PackageResources.page_css),
        Asset(path: "/icon.svg", type: "image/svg+xml", bytes: PackageResources.icon_svg),
        script("page", PackageResources.page_js), script("dom", PackageResources.dom_js),
        script("live", PackageResources.live_js), script("sweeps", PackageResources.sweeps_js),
        script("table", PackageResources.table_js), script("row", PackageResources.row_js),
        script("maps", PackageResources.maps_js), script("curves", PackageResources.curves_js),
        script("workers", PackageResources.workers_js), script("failures", PackageResources.failures_js),
    ]

    private static func script(_ name: String, _ bytes: [UInt8]) -> Asset {
        Asset(path: "/\(name).js", type: "text/javascript; charset=utf-8", bytes: bytes)
    }
}
