#!/usr/bin/env python3
"""The manifests of cluster/kubernetes: they are what the published schemas ask for, their pods are restricted ones, and what
their containers are told to do works: keys as Secrets, a coordinator with them, and a worker that computes.

    pip install kubernetes-validate && python3 Tests/ManyHosts/manifests.py [POSWEEP]
"""

import base64
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from coordination import REPOSITORY, Site, program, skip, write_sweep

try:
    import kubernetes_validate
    import yaml
except ImportError:
    skip("needs kubernetes-validate and PyYAML (pip install kubernetes-validate)")

MANIFESTS = REPOSITORY / "cluster/kubernetes"


def check_restricted(pod):
    """The rules of Kubernetes' restricted pod security standard, and a root file system that is not written."""
    context = pod["securityContext"]
    assert context["runAsNonRoot"] and context["runAsUser"] > 0 and context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
    assert all(set(volume) - {"name"} <= {"secret", "emptyDir"} for volume in pod["volumes"])
    mounted = {volume["name"] for volume in pod["volumes"]}
    for container in pod["containers"] + pod["initContainers"]:
        own = container["securityContext"]
        assert own == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
        assert "memory" in container["resources"]["limits"]
        assert {mount["name"] for mount in container["volumeMounts"]} - {"state"} <= mounted


def unpack(secret, folder):
    """A Secret as a kubelet shows it to a group."""
    folder.mkdir()
    for name, value in secret["data"].items():
        (folder / name).write_bytes(base64.b64decode(value))
        (folder / name).chmod(0o440)


class Node:
    """Containers without containers: what stands at /NAME in one is FOLDER/NAME here."""

    def __init__(self, folder):
        self.folder = folder

    def words(self, container):
        words = container.get("command", []) + container.get("args", [])
        return [re.sub(r"(?<![\w/:.])/(secret|keys|key|state|work)\b", rf"{self.folder}/\1", word) for word in words]


def main():
    binary = program(sys.argv[1:])
    documents = [document for file in sorted(MANIFESTS.glob("*.yaml")) for document in yaml.safe_load_all(file.read_text())]
    with tempfile.TemporaryDirectory(prefix="posweep-manifests-") as top:
        folder = Path(top)
        made = subprocess.run(
            [MANIFESTS / "secrets.sh", folder / "kept"], env=os.environ | {"POSWEEP": binary}, capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        secrets = {secret["metadata"]["name"]: secret for secret in yaml.safe_load_all(made.stdout)}
        for document in documents + list(secrets.values()):
            kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)
        kinds = {document["kind"]: document for document in documents}
        pods = {kind: kinds[kind]["spec"]["template"]["spec"] for kind in ("StatefulSet", "Deployment")}
        for pod in pods.values():
            check_restricted(pod)
            for volume in pod["volumes"]:
                assert "secret" not in volume or volume["secret"]["secretName"] in secrets

        (head, near) = (folder / "head", folder / "near")
        for place, kind, secret, keys in (
                (head, "StatefulSet", "posweep-coordinator", "keys"), (near, "Deployment", "posweep-worker", "key")):
            place.mkdir()
            unpack(secrets[secret], place / "secret")
            (place / keys).mkdir()
            init = subprocess.run(Node(place).words(pods[kind]["initContainers"][0]), capture_output=True, text=True)
            assert init.returncode == 0, init.stderr
        words = Node(head).words(pods["StatefulSet"]["containers"][0])
        assert words[words.index("--bind") + 1] == "tcp://0.0.0.0:5555" and words[-2] == "--dashboard"
        words[words.index("--bind") + 1] = "tcp://127.0.0.1:0"
        with Site(binary, head, coordinator=words[:-2], own_key=folder / "kept/own.key") as site:
            words = Node(near).words(pods["Deployment"]["containers"][0])
            words = [re.sub("^--coordinator=.*", f"--coordinator={site.endpoint}", word) for word in words]
            log = folder / "worker.log"
            site.said(log, "joined the coordinator", site.start([binary, *words], log))
            sweep = write_sweep(folder, "pods", passes=1)
            site.submit(sweep)
            site.wait_for_end("pods")
            assert site.table("pods") == site.local_table(sweep, "pods"), "the table differs from that of posweep run"
    print(f"passed: {len(documents)} manifests and {len(secrets)} Secrets are valid for Kubernetes {kubernetes_validate.latest_version()}, "
          "their pods restricted; their own commands ran a sweep")


main()
