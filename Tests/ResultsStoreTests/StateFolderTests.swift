import ResultsStore
import Testing

@Suite("File systems that the state may lie on")
struct StateFolderTests {
    /// Lines as proc(5) shows them.
    private let mounts = """
        25 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
        90 25 0:45 / /home rw,relatime shared:50 master:2 - nfs4 server:/home rw,vers=4.2
        91 25 0:46 / /mnt/ssh rw,nosuid - fuse.sshfs host:/ rw
        92 25 0:47
        """

    @Test(
        arguments: [
            (0xFE00, "ext4"), (0x6200, "ext3"), (45, "nfs4"), (46, "fuse.sshfs"), (47, nil), (48, nil),
        ] as [(UInt64, String?)])
    func `a folder's file system is found by its device number`(device: UInt64, kind: String?) {
        #expect(StateFolder.fileSystem(ofDevice: device, mounts: mounts) == kind)
    }

    @Test(arguments: ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuse", "9p", "ceph", "lustre", "beegfs"])
    func `a file system of several hosts is refused`(kind: String) {
        #expect(StateFolder.isShared(kind))
    }

    @Test(arguments: ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs", "fuseblk"])
    func `a local file system is taken`(kind: String) {
        #expect(!StateFolder.isShared(kind))
    }
}
