import { describe, expect, test } from "vitest";
import { fixed, noAssumptions } from "../../../src/plan/assumptions.ts";
import type { ApiObject } from "../../support/objects.ts";
import { clusterOf, deployment, node, object, ownerRef, pod } from "../../support/objects.ts";
import { rehearseSpec } from "../../support/plan-text.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

/** A DaemonSet of the node n1, and its pod there. */
function agent(name: string, spec: ApiObject): ApiObject[] {
  const labels = { app: name };
  return [
    object("apps/v1", "DaemonSet", `kube-system/${name}`, {
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "main", image: name }], ...spec } },
      },
    }),
    pod(`kube-system/${name}-n1`, "n1", {
      labels,
      owner: ownerRef("apps/v1", "DaemonSet", `kube-system/${name}`),
    }),
  ];
}

const network = agent("kindnet", { hostNetwork: true, tolerations: [{ operator: "Exists" }] });
const csi = agent("agent", {});
const cluster = clusterOf(node("n1"), network, csi);

function found({ join = "", assumptions = "{}", more = "", from = "n1" } = {}) {
  const step = `    - joinNode: { fromTemplate: ${from}, timeout: 15m${join} }\n`;
  const spec = `${more}  assumptions: ${assumptions}\n  steps:\n${step}`;
  return findingsOf(rehearseSpec(cluster, spec).verdict, "new-node-unusable");
}

describe("a new node that is waited for in vain", () => {
  test("its network never comes up: the pod that is not Ready is named", () => {
    const [finding] = found({
      assumptions: "{ workloads: { kube-system/DaemonSet/kindnet: { ready: never } } }",
    });
    expect(finding).toMatchObject({
      severity: "error",
      subject: "n1-new",
      message: "never takes work: it is not Ready, its network never comes up",
      data: { isRegistered: true },
    });
    expect(finding!.details[0]).toMatch(/^Not Ready on it: kube-system\/kindnet-\w+/);
  });

  test("a startup taint that nobody takes off: the DaemonSet that does not bear it is named", () => {
    const [finding] = found({
      more: "  nodeTemplates:\n    pool: { like: n1, startupTaints: [{ key: example.com/agent, effect: NoSchedule }] }\n",
      from: "pool",
    });
    expect(finding).toMatchObject({
      message: "never takes work: it is Ready, and still tainted example.com/agent:NoSchedule",
      details: ["On n1, and without a pod here: kube-system/DaemonSet/agent."],
      data: { setsAbsent: ["kube-system/DaemonSet/agent"] },
    });
  });

  test("its machine never comes", () => {
    expect(found({ join: ", duration: never" })).toMatchObject([
      {
        message: "never takes work: its machine never registers",
        details: [],
        data: { isRegistered: false },
      },
    ]);
  });

  test("one that an autoscaler asked for, without a step of the plan", () => {
    const full = clusterOf(
      node("n1"),
      node("n2"),
      deployment("shop/web", ["n1", "n1", "n2", "n2"], { cpu: "2" }),
    );
    const pool = { name: "general", like: "n1", min: 0, max: 3, join: { kind: "never" } as const };
    const plan = { ...drainOf(["n1"]), assumptions: { ...noAssumptions, nodePools: [pool] } };
    expect(findingsOf(rehearse(full, plan).verdict, "new-node-unusable")).toMatchObject([
      { subject: "general-1" },
    ]);
    const comes = {
      ...plan,
      assumptions: { ...noAssumptions, nodePools: [{ ...pool, join: fixed(60_000) }] },
    };
    expect(findingsOf(rehearse(full, comes).verdict, "new-node-unusable")).toEqual([]);
  });
});

test("near miss: one that takes long, one whose machine fails, which its step tells", () => {
  expect(found({ join: ", duration: 10m" })).toEqual([]);
  expect(found({ join: ", failureRate: 1" })).toEqual([]);
});
