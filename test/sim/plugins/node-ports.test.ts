import { expect, test } from "vitest";
import type { HostPort } from "../../../src/model/pod.ts";
import { nodePorts } from "../../../src/sim/plugins/node-ports.ts";
import { makeContainer, makeNode, makePod } from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const port = (number: number, protocol = "TCP", ip = "0.0.0.0"): HostPort => ({ port: number, protocol, ip });
const withPorts = (name: string, nodeName: string, ...hostPorts: readonly HostPort[]) =>
  makePod(name, { nodeName, spec: { containers: [makeContainer({}, { hostPorts })] } });
const taken = "node(s) didn't have free ports for the requested pod ports";

test.each([
  { used: port(80), wanted: port(80), verdict: taken },
  { used: port(80), wanted: port(81), verdict: "ok" },
  { used: port(80), wanted: port(80, "UDP"), verdict: "ok" },
  { used: port(80, "TCP", "10.0.0.1"), wanted: port(80, "TCP", "10.0.0.2"), verdict: "ok" },
  { used: port(80, "TCP", "10.0.0.1"), wanted: port(80, "TCP", "10.0.0.1"), verdict: taken },
  { used: port(80, "TCP", "10.0.0.1"), wanted: port(80), verdict: taken },
  { used: port(80), wanted: port(80, "TCP", "10.0.0.1"), verdict: taken },
])("$wanted where $used is in use: $verdict", ({ used, wanted, verdict }) => {
  const bench = new PluginBench({ nodes: [makeNode("a")], pods: [withPorts("old", "a", used)] });
  expect(bench.filter(nodePorts, withPorts("new", "", wanted))).toEqual({ a: verdict });
});

test("a pod without host ports skips the plugin, a pod that goes frees its port", () => {
  const bench = new PluginBench({ nodes: [makeNode("a")], pods: [withPorts("old", "a", port(80))] });
  expect(bench.filter(nodePorts, makePod("new"))).toBe("skip");
  bench.cache.removePod("default/old");
  expect(bench.filter(nodePorts, withPorts("new", "", port(80)))).toEqual({ a: "ok" });
});

test("ports of init containers are not in use, those of sidecars are", () => {
  const init = (isSidecar: boolean) =>
    makePod(`init-${isSidecar}`, {
      nodeName: isSidecar ? "b" : "a",
      spec: { initContainers: [makeContainer({}, { isSidecar, hostPorts: [port(80)] })] },
    });
  const bench = new PluginBench({ nodes: [makeNode("a"), makeNode("b")], pods: [init(false), init(true)] });
  expect(bench.filter(nodePorts, withPorts("new", "", port(80)))).toEqual({ a: "ok", b: taken });
});
