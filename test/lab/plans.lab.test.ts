import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runInLab } from "../../lab/lab.ts";
import type { RawJson } from "../../lab/loadable.ts";
import { fileOfSteps, planIn } from "../plan/plan-files.ts";
import { labBin } from "./lab.ts";
import { rawNodes, rawWorkload } from "./raw-cluster.ts";

/** What a plan is rehearsed on, and carried out on for real: whatever is not left to chance has to be the same. */
interface Case {
  readonly name: string;
  readonly objects: readonly RawJson[];
  readonly steps: string;
  readonly limitSeconds?: number;
}

const three = rawNodes(["n1", "n2", "n3"]);
const web = (pdb?: Readonly<Record<string, unknown>>) =>
  rawWorkload({ name: "web", kind: "Deployment", on: ["n1", "n1", "n2"], ...(pdb ? { pdb } : {}) });
const agent = rawWorkload({ name: "agent", kind: "DaemonSet", on: ["n1", "n2", "n3"], cpu: "100m" });
const spread = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "queue" } } };
const queue = rawWorkload({
  name: "queue",
  kind: "StatefulSet",
  on: ["n1", "n2"],
  pdb: { maxUnavailable: 1 },
  spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [spread] } } },
});

const cases: readonly Case[] = [
  {
    name: "a drain with a budget that is asked again and again",
    objects: [...three, ...web({ minAvailable: 2 }), ...agent],
    steps: "- drain: { nodes: [n1], ignoreDaemonSets: true }",
  },
  {
    name: "a rolling drain with reboots",
    objects: [...three, ...web({ maxUnavailable: 1 }), ...queue],
    steps: `
- rollout:
    selector: {}
    order: name
    perNode:
      - drain: { ignoreDaemonSets: true }
      - reboot: { duration: 3s }
      - uncordon: {}`,
  },
  {
    name: "a budget that never opens, until the time-out",
    objects: [...three, ...web({ minAvailable: 3 })],
    steps: "- drain: { nodes: [n1], timeout: 20s }",
  },
  {
    name: "stuck, and unstuck by a looser budget",
    objects: [...three, ...web({ minAvailable: 3 })],
    steps: `
- parallel:
    steps:
      - drain: { nodes: [n1] }
      - sequence:
          steps:
            - wait: { duration: 12s }
            - patch: { object: default/PodDisruptionBudget/web, set: { minAvailable: 1 } }`,
  },
  {
    name: "one more replica meanwhile, and back",
    objects: [
      ...three,
      ...rawWorkload({ name: "one", kind: "Deployment", on: ["n1"], pdb: { minAvailable: 1 } }),
    ],
    steps: `
- scale: { workload: default/Deployment/one, by: 1, waitReady: 1m, revert: true }
- drain: { nodes: [n1] }`,
  },
  {
    name: "members that must not share a node, and no third node",
    objects: [...rawNodes(["n1", "n2"]), ...queue],
    steps: "- drain: { nodes: [n1] }",
  },
  {
    name: "no room for what has to go",
    objects: [
      ...rawNodes(["n1", "n2"]),
      ...rawWorkload({ name: "big", kind: "Deployment", on: ["n1", "n2"], cpu: "3" }),
    ],
    steps: "- drain: { nodes: [n1] }",
  },
  {
    name: "two drains at once that share a budget",
    objects: [...three, ...web({ minAvailable: 2 })],
    steps: `
- parallel:
    steps:
      - drain: { nodes: [n1] }
      - drain: { nodes: [n2] }`,
  },
  {
    name: "DaemonSet pods without the flag for them: refused, nothing evicted",
    objects: [...three, ...web(), ...agent],
    steps: "- drain: { nodes: [n1] }",
  },
  {
    name: "past the budget: pods are deleted",
    objects: [...three, ...web({ minAvailable: 3 })],
    steps: "- drain: { nodes: [n1], disableEviction: true }",
  },
  {
    name: "a restart of a workload between two drains",
    objects: [...three, ...web({ maxUnavailable: 1 })],
    steps: `
- drain: { nodes: [n1] }
- uncordon: { nodes: [n1] }
- restartWorkload: { workload: default/Deployment/web }
- gate: { until: [{ workloadReady: default/Deployment/web }, noPendingPods], timeout: 2m }
- drain: { nodes: [n2] }`,
  },
  {
    name: "a node with a taint and a label in its place",
    objects: [...three, ...web()],
    steps: `
- taint: { nodes: [n2], key: retiring, effect: PreferNoSchedule }
- drain: { nodes: [n1] }
- taint: { nodes: [n3], key: out, value: "yes", effect: NoExecute }`,
  },
];

/** CI takes the first two: all of them take ten minutes. */
const chosen = process.env["SEATRIAL_LAB_ALL"] === undefined ? cases.slice(0, 2) : cases;

describe.skipIf(labBin === undefined)("rehearsed and real", () => {
  test.each(chosen)(
    "$name",
    async ({ objects, steps, limitSeconds = 90 }) => {
      const run = await runInLab({
        objects,
        name: "case",
        plan: planIn(fileOfSteps(steps)),
        timesOf: () => ({ start: 1, ready: 2, stop: 2 }),
        bin: labBin!,
        stages: join(import.meta.dirname, "../../lab/stages.yaml"),
        folder: join(mkdtempSync(join(tmpdir(), "seatrial-lab-")), "lab"),
        limitMillis: limitSeconds * 1_000,
        version: "test",
        factsAsOf: "test",
        said: () => undefined,
      });
      expect(run.different).toEqual([]);
      expect(run.facts).toBeGreaterThan(8);
      expect(run.differences.filter(({ seed }) => seed === undefined)).toEqual([]);
    },
    240_000,
  );
});
