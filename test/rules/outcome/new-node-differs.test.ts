import { expect, test } from "vitest";
import { clusterOf, deployment, node, object } from "../../support/objects.ts";
import { rehearseSpec } from "../../support/plan-text.ts";
import { findingsOf } from "../../support/rehearse.ts";

const labels = { pool: "general", note: "by-hand" };
const taints = [{ key: "team", value: "shop", effect: "PreferNoSchedule" }];

const cluster = clusterOf(
  { ...node("n1", { zone: "a", labels: { ...labels, serial: "17" } }), spec: { taints } },
  { ...node("n2", { zone: "b", labels: { ...labels, serial: "18" } }), spec: { taints } },
  deployment("shop/web", ["n1", "n2"], {
    spec: { nodeSelector: { pool: "general" }, containers: [{ name: "w", image: "w" }] },
  }),
);

/** A volume that only nodes of this zone reach. */
function zonal(name: string, zone: string) {
  const matchExpressions = [{ key: "topology.kubernetes.io/zone", operator: "In", values: [zone] }];
  return object("v1", "PersistentVolume", name, {
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } },
    },
  });
}

function found(template: string, { on = cluster, after = "" } = {}) {
  const { verdict } = rehearseSpec(
    on,
    `  nodeTemplates: { v2: ${template} }
  steps:
    - rollout:
        selector: {}
        strategy: { surge: {} }
        perNode: [joinNode: { fromTemplate: v2 }, drain: {}, deleteNode: {}]
${after}`,
  );
  return findingsOf(verdict, "new-node-differs");
}

test("a label that pods ask for is lost: a warning that names them and the nodes", () => {
  const [finding, ...more] = found("{ labels: { pool: null } }");
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "pool",
    message: expect.stringMatching(/new nodes? lacks? the label pool=general$/),
    data: { workloads: ["shop/Deployment/web"] },
  });
});

test("a label that nobody asks for is a note", () => {
  expect(found("{ labels: { note: null } }")).toMatchObject([
    { severity: "info", subject: "note", message: "2 new nodes lack the label note=by-hand" },
  ]);
});

test("another value of a label that pods ask for", () => {
  expect(found("{ labels: { pool: other } }")).toMatchObject([
    { severity: "warning", message: expect.stringMatching(/pool=other in place of general$/) },
  ]);
});

test("another zone: a note, and a warning where a volume of the lost one is, which alone is named", () => {
  const message = "1 new node has topology.kubernetes.io/zone=a in place of b";
  const subject = "topology.kubernetes.io/zone";
  expect(found("{ zone: a }")).toMatchObject([{ severity: "info", subject, message }]);
  const on = clusterOf(
    ...["a", "b"].map((zone, index) => node(`n${index + 1}`, { zone })),
    zonal("stays", "a"),
    zonal("lost", "b"),
  );
  expect(found("{ zone: a }", { on })).toMatchObject([
    { severity: "warning", subject, message, data: { volumes: ["lost"] } },
  ]);
});

test("a taint is lost, unless the plan puts it onto the new nodes", () => {
  expect(found("{ taints: [] }")).toMatchObject([
    {
      severity: "warning",
      subject: "team=shop:PreferNoSchedule",
      message: "2 new nodes lack the taint team=shop:PreferNoSchedule",
    },
  ]);
  const selector = "{ matchLabels: { generation: v2 } }";
  const after = `    - taint: { selector: ${selector}, key: team, value: shop, effect: PreferNoSchedule }\n`;
  expect(found("{ taints: [], labels: { generation: v2 } }", { after })).toEqual([]);
});

test("near miss: labels besides, the name, another version, and what each machine has of its own", () => {
  expect(found("{ version: v1.34.1, labels: { generation: v2 } }")).toEqual([]);
});
