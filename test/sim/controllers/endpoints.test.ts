import { expect, test } from "vitest";
import { clusterOf, deployment, nodes, service } from "../../support/objects.ts";
import { drainOf, rehearse } from "../../support/rehearse.ts";

/** Source: pkg/controller/endpointslice, endpointslice/utils.go (podToEndpoint); kube-proxy, topology.go. */

function counts(on: readonly string[], more: Readonly<Record<string, unknown>> = {}) {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", on),
    service("shop/web", undefined, more),
  );
  const { trace } = rehearse(cluster, drainOf(["node-1"]));
  return trace.events.flatMap((event) =>
    event.kind === "service.changed" ? [[event.ready, event.serving]] : [],
  );
}

test("the last endpoint leaves: not ready from its deletion on, and proxies use it until it has ended", () => {
  expect(counts(["node-1"])).toEqual([
    [0, 1],
    [1, 1],
  ]);
});

test("one leaves of two: proxies use the ready one only", () => {
  expect(counts(["node-1", "node-2"])).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test("publishNotReadyAddresses: ready from its address on until it has ended", () => {
  // The old one while it ends, the new one from its address on; only a Ready one serves.
  expect(counts(["node-1"], { publishNotReadyAddresses: true })).toEqual([
    [2, 1],
    [2, 2],
    [1, 1],
  ]);
});
