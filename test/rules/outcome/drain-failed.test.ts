import { expect, test } from "vitest";
import { budget, clusterOf, deployment, nodes, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";
import { asksAbout, guard } from "../../support/webhooks.ts";

test("a time-out against a budget that allows nothing: what it waited for, and four ways on", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2", "node-3"),
    statefulSet("data/queue", ["node-1", "node-2"]),
    budget("data/queue", { minAvailable: 2 }),
  );
  const { verdict } = rehearse(cluster, drainOf(["node-1"], { timeout: 60_000 }));
  const [finding] = findingsOf(verdict, "drain-failed");
  expect(verdict.word).toBe("STOPS");
  expect(finding).toMatchObject({
    severity: "error",
    subject: "node-1",
    message:
      "--timeout=1m0s is over and data/queue-0 still refused: 2 healthy - 2 needed (minAvailable 2) = 0 allowed",
    details: ["0 pods are gone, 1 still there; node-1 stays cordoned."],
    data: { budget: "data/queue" },
  });
  expect(finding!.suggestions.map(({ edit }) => edit)).toMatchObject([
    { kind: "drain", options: { timeout: 0 } },
    { kind: "before", steps: [{ kind: "scale", to: 3 }] },
    { kind: "before", steps: [{ kind: "patch", set: { minAvailable: 1 } }] },
    { kind: "drain", options: { disableEviction: true } },
  ]);
});

const slow = (seconds: number) =>
  clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1"], { spec: { terminationGracePeriodSeconds: seconds } }),
  );

test("a pod that stops more slowly than the time-out allows", () => {
  const { verdict } = rehearse(slow(120), drainOf(["node-1"], { timeout: 60_000 }));
  const [finding] = findingsOf(verdict, "drain-failed");
  expect(finding!.message).toBe(
    "--timeout=1m0s is over and shop/web-0 still terminating (grace period 2m00s)",
  );
  // It goes by itself later: what counts is what was there when kubectl gave up.
  expect(finding!.details).toEqual(["0 pods are gone, 1 still there; node-1 stays cordoned."]);
  expect(finding!.suggestions.map(({ edit }) => edit)).toEqual([
    { kind: "drain", options: { timeout: 180_000 } },
  ]);
});

test("a time-out above the grace period: no finding", () => {
  const { verdict } = rehearse(slow(30), drainOf(["node-1"], { timeout: 60_000 }));
  expect(findingsOf(verdict, "drain-failed")).toEqual([]);
  expect(verdict.drains[0]!.outcome).toBe("drained");
});

test("two budgets over one pod: the eviction fails at once, and either budget may step aside", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1", "node-2"]),
    budget("shop/web", { minAvailable: 1 }),
    budget("shop/web-too", { maxUnavailable: 1 }, "web"),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "drain-failed");
  expect(finding!.message).toBe(
    "evicting shop/web-0 fails and is not retried: two budgets select it, shop/web and shop/web-too: the API server refuses (500)",
  );
  expect(finding!.suggestions.map(({ edit }) => edit)).toMatchObject([
    { kind: "before", steps: [{ object: "shop/PodDisruptionBudget/web", set: { selector: null } }] },
    { kind: "before", steps: [{ object: "shop/PodDisruptionBudget/web-too", set: { selector: null } }] },
    { kind: "drain", options: { disableEviction: true } },
  ]);
});

const overlap = [
  deployment("shop/web", ["node-1", "node-2"]),
  budget("shop/web", { minAvailable: 1 }),
  budget("shop/web-too", { maxUnavailable: 1 }, "web"),
];
const hanging = [statefulSet("data/queue", ["node-1", "node-2"]), budget("data/queue", { minAvailable: 2 })];

test("two budgets over one pod beside a drain that hangs: it has failed, and no budget's numbers are about it", () => {
  const cluster = clusterOf(nodes("node-1", "node-2", "node-3"), ...overlap, ...hanging);
  const { verdict } = rehearse(cluster, drainOf(["node-1"]));
  expect(verdict.word).toBe("HANGS");
  expect(findingsOf(verdict, "drain-never-ends").map(({ data }) => data["budget"])).toEqual(["data/queue"]);
  const [finding] = findingsOf(verdict, "drain-failed");
  expect(finding!.message).toBe(
    "evicting shop/web-0 fails and is not retried: two budgets select it, shop/web and shop/web-too: the API server refuses (500)",
  );
  expect([finding!.message, ...finding!.details].join(" ")).not.toContain("healthy");
  expect(finding!.suggestions.map(({ edit }) => edit)).toMatchObject([
    { kind: "before", steps: [{ object: "shop/PodDisruptionBudget/web" }] },
    { kind: "before", steps: [{ object: "shop/PodDisruptionBudget/web-too" }] },
    { kind: "drain", options: { disableEviction: true } },
  ]);
  const web = verdict.drains[0]!.remaining.find(({ name }) => name === "web-0");
  expect(web).toMatchObject({ isGivenUp: true });
  expect(web).not.toHaveProperty("budget");
});

test("one budget over the pod beside a drain that hangs: nothing has failed", () => {
  const cluster = clusterOf(nodes("node-1", "node-2", "node-3"), overlap[0]!, overlap[1]!, ...hanging);
  expect(findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "drain-failed")).toEqual([]);
});

test("a drainer that tries again whatever it is told: no pod is given up", () => {
  const cluster = clusterOf(nodes("node-1", "node-2", "node-3"), ...overlap);
  const plan = { ...drainOf(["node-1"]), drainer: "cluster-api" as const };
  const { verdict } = rehearse(cluster, plan, { horizon: 600_000 });
  expect(findingsOf(verdict, "drain-failed")).toEqual([]);
  expect(verdict.drains[0]!.remaining).toMatchObject([{ name: "web-0" }]);
  expect(verdict.drains[0]!.remaining[0]).not.toHaveProperty("isGivenUp");
});

test("a webhook about evictions that nobody answers: its own pods come first, which they are and where", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1"]),
    deployment("guard/guard", ["node-2"], { isReady: false }),
    guard(asksAbout("pods/eviction")),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "drain-failed");
  expect(finding!.details[0]).toBe(
    "Webhook guard.example.com (failurePolicy Fail) is asked about every eviction, and Service guard/guard answers for it: 1 pod, not Ready: guard/guard-0 on node-2.",
  );
  expect(finding!.suggestions.map(({ commands }) => commands[0])).toEqual([
    "kubectl -n guard describe pod guard-0",
    `kubectl patch validatingwebhookconfiguration/guard --type=json -p '[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}]'`,
    "kubectl drain node-1 --delete-emptydir-data --disable-eviction --ignore-daemonsets",
  ]);
});

test("a webhook whose Deployment has no replicas: one is asked for first, and that is rehearsed", () => {
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    deployment("shop/web", ["node-1"]),
    deployment("guard/guard", []),
    guard(asksAbout("pods/eviction")),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "drain-failed");
  expect(finding!.suggestions[0]).toMatchObject({
    commands: ["kubectl -n guard scale deployment guard --replicas=1"],
    edit: { kind: "before", steps: [{ kind: "scale", to: 1 }] },
  });
});

test("a budget's numbers stand with the pod that it held, not with one that only stops slowly", () => {
  const slowly = { spec: { terminationGracePeriodSeconds: 600 } };
  const cluster = clusterOf(
    nodes("node-1", "node-2", "node-3"),
    deployment("a/slow", ["node-1"], slowly),
    ...hanging,
    ...overlap,
  );
  const [finding] = findingsOf(
    rehearse(cluster, drainOf(["node-1"], { timeout: 60_000 })).verdict,
    "drain-failed",
  );
  const lines = [finding!.message, ...finding!.details];
  expect(lines.filter((line) => line.includes("healthy"))).toEqual([
    "--timeout=1m0s is over and data/queue-0 still refused: 2 healthy - 2 needed (minAvailable 2) = 0 allowed",
  ]);
  expect(lines.join(" ")).toContain("a/slow-0 still terminating");
  expect(lines.join(" ")).toContain("two budgets select it");
});

test("many that fail alike: some have a line, the others are counted", () => {
  const names = Array.from({ length: 9 }, (_, index) => `web-${index}`);
  const cluster = clusterOf(
    nodes("node-1", "node-2"),
    ...names.flatMap((name) => [
      deployment(`shop/${name}`, ["node-1"]),
      budget(`shop/${name}`, { maxUnavailable: 1 }),
      budget(`shop/${name}-too`, { maxUnavailable: 1 }, name),
    ]),
  );
  const [finding] = findingsOf(rehearse(cluster, drainOf(["node-1"])).verdict, "drain-failed");
  const lines = finding!.details.filter((line) => line.startsWith("evicting "));
  expect(lines).toHaveLength(5);
  expect(finding!.details[5]).toBe("3 more failures of this drain are in the JSON report.");
  expect(finding!.data["failures"]).toHaveLength(9);
});
