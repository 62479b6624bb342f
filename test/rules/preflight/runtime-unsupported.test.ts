import { describe, expect, test } from "vitest";
import { clusterAt, findingsAt, nodeAt } from "../../support/versions.ts";

const rule = "runtime-unsupported";

function at(kubelet: string, containerRuntimeVersion: string, version = kubelet) {
  return clusterAt(version, nodeAt("node-1", kubelet, {}, { containerRuntimeVersion }));
}

/** What is said besides where a line of containerd is in its life. */
function said(kubelet: string, runtime: string, to?: string) {
  return findingsAt(at(kubelet, runtime), rule, to)
    .filter(({ data }) => data["endOfLife"] === undefined)
    .map(({ severity, subject }) => [severity, subject]);
}

describe("kubelets that speak only v1 of the runtime interface", () => {
  test.each([
    ["v1.25.0", "containerd://1.5.18", "v1.26.0", [["error", "cri-v1"]]],
    ["v1.25.0", "containerd://1.5.18", "v1.28.0", [["error", "cri-v1"]]],
    ["v1.25.0", "containerd://1.6.0", "v1.26.0", []],
    ["v1.24.0", "containerd://1.5.18", "v1.25.0", []],
    ["v1.25.0", "containerd://1.5.9-0ubuntu3", "v1.26.0", [["error", "cri-v1"]]],
    ["v1.25.0", "cri-o://1.25.1", "v1.26.0", [["info", "cri-o-upgrade"]]],
  ])("%s on %s to %s", (kubelet, runtime, to, expected) => {
    expect(said(kubelet, runtime, to)).toEqual(expected);
  });

  test("a kubelet that is behind a newer control plane has it before it", () => {
    const cluster = at("v1.25.0", "containerd://1.5.18", "v1.26.0");
    expect(findingsAt(cluster, rule).filter(({ subject }) => subject === "cri-v1")).toMatchObject([
      { severity: "warning", data: { nodes: ["node-1"], isAhead: false } },
    ]);
  });
});

describe("containerd 1.x", () => {
  test.each([
    ["v1.35.0", "containerd://1.7.27", "v1.36.0", [["warning", "containerd-1"]]],
    ["v1.34.0", "containerd://1.7.27", "v1.35.0", []],
    ["v1.35.0", "containerd://2.0.0", "v1.36.0", []],
    ["v1.36.0", "containerd://1.7.27", undefined, [["warning", "containerd-1"]]],
    ["v1.33.0", "containerd://1.7.27", "v1.36.0", [["warning", "containerd-1"]]],
  ])("%s on %s to %s", (kubelet, runtime, to, expected) => {
    expect(said(kubelet, runtime, to)).toEqual(expected);
  });

  test("the end of a line is information, as of the cluster's day", () => {
    expect(
      findingsAt(at("v1.33.0", "containerd://1.6.9"), rule).map(({ severity, message }) => [
        severity,
        message,
      ]),
    ).toEqual([
      ["info", "1 node (node-1): containerd 1.6 reached its end of life on 2025-08-23, as of 2026-11-20"],
    ]);
    expect(findingsAt(at("v1.33.0", "containerd://2.3.1"), rule)).toEqual([]);
  });
});

describe("other runtimes", () => {
  test("CRI-O goes with its kubelet's minor", () => {
    expect(said("v1.33.0", "cri-o://1.33.2")).toEqual([]);
    expect(said("v1.33.0", "cri-o://1.32.2")).toEqual([["warning", "cri-o"]]);
    expect(said("v1.33.0", "cri-o://1.33.2", "v1.34.0")).toEqual([["info", "cri-o-upgrade"]]);
  });

  test("Docker behind cri-dockerd cannot be judged; through the kubelet it is removed-feature's", () => {
    expect(said("v1.30.0", "docker://24.0.7", "v1.31.0")).toEqual([["info", "cri-dockerd"]]);
    expect(said("v1.23.0", "docker://20.10.7", "v1.24.0")).toEqual([]);
    expect(said("v1.30.0", "docker://24.0.7")).toEqual([]);
  });

  test("a node that tells nothing is not judged", () => {
    expect(said("v1.35.0", "", "v1.36.0")).toEqual([]);
  });
});
