import { expect, test } from "vitest";
import {
  type ApiObject,
  budget,
  clusterOf,
  deployment,
  nodes,
  object,
  service,
} from "../../support/objects.ts";
import { besidePlan, ofCluster } from "../../support/preflight.ts";
import { drainOf, planOf } from "../../support/rehearse.ts";

const rule = "conversion-unanswered";
const two = nodes("node-1", "node-2");
const answering = service("example/converter");
const converter = (on: readonly string[], isReady = true) => deployment("example/converter", on, { isReady });
const version = (name: string, storage = false) => ({ name, served: true, storage });
const webhook = (clientConfig: ApiObject) => ({
  conversion: { strategy: "Webhook", webhook: { clientConfig, conversionReviewVersions: ["v1"] } },
});
const byService = webhook({ service: { namespace: "example", name: "converter" } });

function definition(plural: string, more: ApiObject = byService, stored = ["v1beta1", "v1"]): ApiObject {
  return object("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${plural}.example.com`, {
    spec: {
      group: "example.com",
      names: { kind: plural, plural },
      versions: [version("v1beta1"), version("v1", true)],
      ...more,
    },
    status: { storedVersions: stored },
  });
}

test("no Ready pod: one finding for all kinds that the Service converts", () => {
  const cluster = clusterOf(
    two,
    definition("things"),
    definition("parts"),
    answering,
    converter(["node-1"], false),
  );
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      subject: "example/converter",
      message:
        "should convert 2 kinds of custom resources (things.example.com and parts.example.com), and its only pod is not Ready: an object that is kept in another version than is asked for can be neither read nor written, and no list that has one",
      data: { definitions: ["things.example.com", "parts.example.com"], pods: 1, nodes: [] },
    },
  ]);
  expect(ofCluster(cluster, rule)[0]!.details[0]).toBe(
    "things.example.com: serves v1beta1 and v1; objects are kept in v1beta1 and v1.",
  );
  // It stops no drain; an upgrade starts controller managers, which meet it.
  expect(besidePlan(cluster, drainOf(["node-2"]), rule)[0]!.severity).toBe("info");
  const upgrade = planOf([], { target: { kubernetesVersion: "v1.34.2" } });
  expect(besidePlan(cluster, upgrade, rule)[0]!.severity).toBe("warning");
});

test("a Service that the input lacks may exist all the same; apiextensions.k8s.io/v1beta1 is read as well", () => {
  const old = object("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "things.example.com", {
    spec: {
      group: "example.com",
      names: { kind: "Thing", plural: "things" },
      versions: [version("v1beta1"), version("v1", true)],
      conversion: {
        strategy: "Webhook",
        webhookClientConfig: { service: { namespace: "example", name: "converter" } },
      },
    },
  });
  const [finding] = ofCluster(
    clusterOf(two, old, service("shop/web"), deployment("shop/web", ["node-1"])),
    rule,
  );
  expect(finding!.message).toMatch(
    /, and the input has no such Service: if the cluster has none, an object /,
  );
});

test("all that answers is on the drained node: a warning of the cluster, a note beside the drain", () => {
  const cluster = clusterOf(two, definition("things"), answering, converter(["node-1"]));
  expect(ofCluster(cluster, rule)).toMatchObject([
    {
      severity: "warning",
      message: expect.stringContaining("and its only Ready pod is on node-1: until a new one is Ready, "),
      data: { nodes: ["node-1"] },
    },
  ]);
  expect(besidePlan(cluster, drainOf(["node-1"]), rule)[0]!.severity).toBe("info");
  expect(besidePlan(cluster, drainOf(["node-2"]), rule)).toEqual([]);
});

test("near misses: replicas apart, replicas that take turns, one version, no webhook, one by URL, no Services", () => {
  const apart = converter(["node-1", "node-2"]);
  expect(ofCluster(clusterOf(two, definition("things"), answering, apart), rule)).toEqual([]);
  const turns = [converter(["node-1", "node-1"]), budget("example/converter", { minAvailable: 1 })];
  expect(ofCluster(clusterOf(two, definition("things"), answering, ...turns), rule)).toEqual([]);
  const down = [answering, converter(["node-1"], false)];
  const single = { ...byService, versions: [version("v1", true)] };
  expect(ofCluster(clusterOf(two, definition("things", single, ["v1"]), ...down), rule)).toEqual([]);
  expect(ofCluster(clusterOf(two, definition("things", {}), ...down), rule)).toEqual([]);
  const byUrl = webhook({ url: "https://converter.example.com" });
  expect(ofCluster(clusterOf(two, definition("things", byUrl), ...down), rule)).toEqual([]);
  expect(ofCluster(clusterOf(two, definition("things"), converter(["node-1"], false)), rule)).toEqual([]);
});

test("a version that is only kept, and not served any more, has to be converted too", () => {
  const kept = { ...byService, versions: [version("v1", true)] };
  const cluster = clusterOf(two, definition("things", kept), answering, converter(["node-1"], false));
  expect(ofCluster(cluster, rule)).toHaveLength(1);
});
