import { expect, test } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { repair } from "../../src/planner/repair.ts";
import type { VerifiedFix } from "../../src/verdict/verdict.ts";
import { budget, clusterOf, deployment, nodes, service, statefulSet } from "../support/objects.ts";
import { drainOf, planOf, rehearse } from "../support/rehearse.ts";

function repaired(cluster: Cluster, plan: Plan) {
  let rehearsals = 0;
  const again = (edited: Plan) => {
    rehearsals++;
    return rehearse(cluster, edited).verdict;
  };
  const repairs = repair(cluster, plan, rehearse(cluster, plan).verdict, again);
  return { ...repairs, rehearsals };
}

const commands = (fixes: readonly VerifiedFix[]) => fixes.map(({ suggestion }) => suggestion.commands[0]);
const four = nodes("node-1", "node-2", "node-3", "node-4");

test("a plan without errors needs no repair, and nothing is rehearsed", () => {
  const cluster = clusterOf(four, deployment("shop/web", ["node-1", "node-2"]), service("shop/web"));
  expect(repaired(cluster, drainOf(["node-1"]))).toEqual({ fixes: [], failed: [], rehearsals: 0 });
});

test("a blocked drain: each way past the budget is rehearsed, least harm first, the last resort not at all", () => {
  const cluster = clusterOf(
    four,
    statefulSet("data/queue", ["node-1", "node-2"]),
    budget("data/queue", { minAvailable: 2 }),
  );
  const { fixes, failed, together, rehearsals } = repaired(cluster, drainOf(["node-1"]));
  expect(commands(fixes)).toEqual([
    "kubectl -n data scale statefulset queue --replicas=3",
    `kubectl -n data patch pdb queue -p '{"spec":{"minAvailable":1}}'`,
  ]);
  for (const fix of fixes) {
    expect(fix.resolved).toEqual(["drain-never-ends node-1 data/queue"]);
    expect(fix.introduced).toEqual([]);
    expect(fix.remaining).toEqual([]);
    expect(fix.verdict.word).toBe("FINISHES");
  }
  expect(failed).toEqual([]);
  expect(together).toBeUndefined();
  expect(rehearsals).toBe(2);
});

test("a fix that takes the service down in return comes last, and says so", () => {
  const cluster = clusterOf(
    four,
    deployment("pay/ledger", ["node-1"]),
    service("pay/ledger"),
    budget("pay/ledger", { minAvailable: 1 }),
  );
  const { fixes } = repaired(cluster, drainOf(["node-1"]));
  expect(fixes.map(({ suggestion, introduced }) => [suggestion.edit.kind, introduced])).toEqual([
    ["before", []],
    ["before", ["service-outage pay/ledger"]],
  ]);
  expect(commands(fixes)[0]).toBe("kubectl -n pay scale deployment ledger --replicas=2");
});

test("a suggestion without room for it did not help", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    statefulSet("data/queue", ["node-1", "node-2"], { cpu: "3" }),
    budget("data/queue", { minAvailable: 2 }),
  );
  const { fixes, failed } = repaired(cluster, drainOf(["node-1"]));
  expect(commands(failed)).toContain("kubectl -n data scale statefulset queue --replicas=3");
  expect(commands(fixes)).not.toContain("kubectl -n data scale statefulset queue --replicas=3");
});

test("what stops the plan next is repaired in turn, with the first fix in place", () => {
  const cluster = clusterOf(
    four,
    statefulSet("data/first", ["node-1", "node-4"]),
    budget("data/first", { minAvailable: 2 }),
    statefulSet("data/second", ["node-2", "node-4"]),
    budget("data/second", { minAvailable: 2 }),
  );
  const { fixes, together } = repaired(cluster, drainOf(["node-1", "node-2"]));
  expect(commands(fixes)).toEqual([
    "kubectl -n data scale statefulset first --replicas=3",
    "kubectl -n data scale statefulset second --replicas=3",
  ]);
  expect(fixes[0]!.introduced).toEqual(["drain-never-ends node-2 data/second"]);
  expect(together).toMatchObject({
    resolved: ["drain-never-ends node-1 data/first"],
    introduced: [],
    remaining: [],
  });
  expect(together!.suggestion.commands).toHaveLength(2);
  expect(together!.verdict.word).toBe("FINISHES");
});

test("errors of two kinds: the first fix of each, all together", () => {
  const cluster = clusterOf(
    four,
    statefulSet("data/queue", ["node-1", "node-2"]),
    budget("data/queue", { minAvailable: 2 }),
    deployment("pay/ledger", ["node-1"]),
    service("pay/ledger"),
  );
  const { fixes, together } = repaired(cluster, drainOf(["node-1"]));
  expect(fixes.map(({ resolved }) => resolved)).toContainEqual(["service-outage pay/ledger"]);
  expect([...together!.resolved].sort()).toEqual([
    "drain-never-ends node-1 data/queue",
    "service-outage pay/ledger",
  ]);
  expect(together!.remaining).toEqual([]);
});

test("what was accepted needs no fix", () => {
  const cluster = clusterOf(four, deployment("pay/ledger", ["node-1"]), service("pay/ledger"));
  const plan = drainOf(["node-1"]);
  const { verdict } = rehearse(cluster, plan);
  const findings = verdict.findings.map((each) => ({ ...each, accepted: true as const }));
  const never = () => {
    throw new Error("nothing is to be rehearsed");
  };
  expect(repair(cluster, plan, { ...verdict, findings }, never)).toEqual({ fixes: [], failed: [] });
});

test("many errors: no more rehearsals than there is time for, and the same ones each time", () => {
  const names = Array.from({ length: 30 }, (_, index) => `queue-${index}`);
  const cluster = clusterOf(
    four,
    ...names.map((name) => statefulSet(`data/${name}`, ["node-1", "node-2"])),
    names.map((name) => budget(`data/${name}`, { minAvailable: 2 })),
  );
  const first = repaired(cluster, drainOf(["node-1"]));
  expect(first.rehearsals).toBeLessThanOrEqual(16);
  const second = repaired(cluster, drainOf(["node-1"]));
  expect(commands(second.fixes)).toEqual(commands(first.fixes));
});

test("a fix behind which the same node stops again is none, unless what stops it then is done away with too", () => {
  const cluster = clusterOf(
    four,
    statefulSet("data/queue", ["node-1", "node-2"]),
    budget("data/queue", { minAvailable: 2 }),
  );
  // Without its time-out the drain does not fail: it never ends.
  const { fixes, failed } = repaired(cluster, drainOf(["node-1"], { timeout: 60_000 }));
  expect(commands(failed)).toEqual(["kubectl drain node-1 --delete-emptydir-data --ignore-daemonsets"]);
  expect(commands(fixes)[0]).toBe("kubectl -n data scale statefulset queue --replicas=3");
});

test("a drain that hangs on what it evicted from the node before: one node at a time, each given back first", () => {
  const spec = {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "quorum" } } },
        ],
      },
    },
  };
  const cluster = clusterOf(
    nodes("node-1", "node-2", "node-3"),
    deployment("data/quorum", ["node-1", "node-2", "node-3"], { spec }),
    budget("data/quorum", { maxUnavailable: 1 }),
  );
  const { fixes } = repaired(cluster, drainOf(["node-1", "node-2"]));
  expect(fixes[0]!.suggestion).toMatchObject({
    edit: { kind: "serial", waitFor: ["data/Deployment/quorum"], uncordon: true },
    commands: [
      "kubectl drain node-1 --delete-emptydir-data --ignore-daemonsets",
      "kubectl uncordon node-1",
      "kubectl -n data rollout status deployment quorum",
      "kubectl drain node-2 --delete-emptydir-data --ignore-daemonsets",
    ],
  });
  expect(fixes[0]!.resolved).toContain("drain-never-ends node-2 data/quorum");
  // A budget that gives up a majority comes after it, and says what stops.
  const loosen = fixes.find(({ suggestion }) => suggestion.harm === 4);
  expect(loosen?.suggestion.cost).toContain("1 of 3 may be all that is Ready. That is no majority");
});

const hanging = [statefulSet("data/queue", ["node-1", "node-2"]), budget("data/queue", { minAvailable: 2 })];
const overlapping = [
  deployment("shop/web", ["node-1", "node-2"]),
  budget("shop/web", { minAvailable: 1 }),
  budget("shop/web-too", { maxUnavailable: 1 }, "web"),
];

test("a pod under two budgets beside a hang: one budget aside, one loosened, and all commands stand together", () => {
  const cluster = clusterOf(four, ...hanging, ...overlapping);
  const { fixes, together } = repaired(cluster, drainOf(["node-1"]));
  const aside = fixes.find(({ resolved }) => resolved.includes("drain-failed node-1"));
  expect(aside!.suggestion.commands).toEqual([
    `kubectl -n shop patch pdb web -p '{"spec":{"selector":null}}'`,
  ]);
  expect(together!.suggestion.commands).toEqual([
    "kubectl -n data scale statefulset queue --replicas=3",
    `kubectl -n shop patch pdb web -p '{"spec":{"selector":null}}'`,
  ]);
  expect(together!.verdict.word).toBe("FINISHES");
  expect(together!.suggestion.cost).toContain("3 - 2 = 1 allowed");
});

test("several fixes of a plan that stops all the same are not offered together", () => {
  // Nothing that a plan can do takes the finalizer off.
  const cluster = clusterOf(
    four,
    deployment("shop/web", ["node-1", "node-1"], { finalizers: ["example.com/hold"] }),
    ...hanging,
    deployment("pay/ledger", ["node-1"]),
    service("pay/ledger"),
  );
  const { together } = repaired(cluster, drainOf(["node-1"]));
  expect(together).toBeUndefined();
});

test("what is typed before the drain stands before the drain, and no drain is typed twice", () => {
  const cluster = clusterOf(
    four,
    deployment("pay/ledger", ["node-1", "node-2"]),
    service("pay/ledger"),
    statefulSet("data/queue", ["node-1", "node-3"]),
    budget("data/queue", { minAvailable: 2 }),
  );
  const drain = (name: string) => ({ ...drainOf([name]).steps[0]!, name });
  const plan = planOf([{ kind: "parallel", name: "both", steps: [drain("node-1"), drain("node-2")] }]);
  const { together } = repaired(cluster, plan);
  expect(together!.suggestion.commands).toEqual([
    "kubectl -n data scale statefulset queue --replicas=3",
    "kubectl cordon node-1 node-2",
    "kubectl drain node-1 --delete-emptydir-data --ignore-daemonsets",
    "kubectl -n pay rollout status deployment ledger",
    "kubectl drain node-2 --delete-emptydir-data --ignore-daemonsets",
  ]);
});
