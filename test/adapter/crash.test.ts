import { expect, test } from "vitest";
import type { ApiClient } from "../../src/adapter/api-client.ts";
import type { JournalRecord } from "../../src/adapter/journal.ts";
import type { RunEnd } from "../../src/adapter/run.ts";
import { FakeApi, silence } from "../support/fake-api.ts";
import { carryOutPlan, planOf } from "../support/live-run.ts";
import { clockOf, VirtualClock } from "../support/virtual-clock.ts";

/** A process that is killed at any one of its steps, and resumed, leaves the same cluster as one that is not. */

const plan = planOf(`- scale: { workload: shop/StatefulSet/db, by: 1, waitReady: 2m, revert: true }
- patch: { object: shop/PodDisruptionBudget/web, set: { minAvailable: 1 }, revert: true }
- taint: { nodes: [n1], key: maintenance, effect: NoSchedule }
- label: { nodes: [n1], labels: { round: "7", spare: null } }
- drain: { nodes: [n1] }
- restartWorkload: { workload: shop/Deployment/web }
- taint: { nodes: [n1], key: maintenance, effect: NoSchedule, remove: true }
- uncordon: { nodes: [n1] }
- gate: { until: [noPendingPods], timeout: 1m, onFailure: continue }`);

const db = "/apis/apps/v1/namespaces/shop/statefulsets/db";
const web = "/apis/apps/v1/namespaces/shop/deployments/web";
const budget = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets/web";

function cluster(clock: VirtualClock): FakeApi {
  const api = new FakeApi(clock);
  for (const name of ["n1", "n2"]) api.node(name);
  for (const name of ["web-1", "web-2", "web-3"]) api.pod(`shop/${name}`, "n1");
  const ready = {
    replicas: 9,
    readyReplicas: 9,
    updatedReplicas: 9,
    availableReplicas: 9,
    observedGeneration: 1,
  };
  api.put(db, { kind: "StatefulSet", metadata: { name: "db" }, spec: { replicas: 3 }, status: ready });
  api.put(web, {
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { replicas: 9, template: { metadata: {} } },
    status: ready,
  });
  api.put(budget, { kind: "PodDisruptionBudget", metadata: { name: "web" }, spec: { minAvailable: 2 } });
  return api;
}

/** What has to be the same, whatever happened on the way. */
function outcome(api: FakeApi) {
  const restarted = api.at(web)?.spec?.["template"] as { metadata: { annotations: Record<string, string> } };
  return {
    paths: [...api.objects.keys()].sort(),
    n1: { spec: api.at("/api/v1/nodes/n1")?.spec, labels: api.at("/api/v1/nodes/n1")?.metadata?.labels },
    db: api.at(db)?.spec,
    budget: api.at(budget)?.spec,
    restarts: Object.keys(restarted.metadata.annotations),
    evictions: [...api.evictions].map(([uid, count]) => `${uid}: ${count}`).sort(),
    writes: api.log.toSorted(),
  };
}

/** One process: it dies at its n-th step, `before` or `after` that has its effect. */
function processOf(
  clock: VirtualClock,
  api: FakeApi,
  records: JournalRecord[],
  dies: { at: number; after: boolean },
) {
  let steps = 0;
  let isAlive = true;
  const died = Promise.withResolvers<"died">();
  const mine = clockOf(clock, () => isAlive);
  const never = new Promise<never>(() => undefined);
  const step = () => {
    if (!isAlive) return "dead";
    if (steps++ !== dies.at) return "lives";
    isAlive = false;
    died.resolve("died");
    return dies.after ? "last" : "dead";
  };
  const client: ApiClient = {
    ...api.client,
    request: async (request) => {
      const state = step();
      if (state === "dead") return never;
      const answer = await api.client.request(request);
      return state === "last" || !isAlive ? never : answer;
    },
  };
  const append = (record: JournalRecord) => {
    const state = step();
    if (state !== "dead") records.push(JSON.parse(JSON.stringify(record)) as JournalRecord);
    // A dead process does nothing any more: not even fail.
    if (state !== "lives") throw new Died();
  };
  const end = carryOutPlan({ client, clock: mine, plan, records, append });
  end.catch(() => undefined);
  return { result: clock.until(Promise.race([end.catch(() => never), died.promise])), steps: () => steps };
}

class Died extends Error {}

async function undisturbed() {
  const clock = new VirtualClock();
  const api = cluster(clock);
  const run = processOf(clock, api, [], { at: -1, after: false });
  const end = (await run.result) as RunEnd;
  expect(end).toMatchObject({ kind: "ended", end: { outcome: "done" } });
  return { outcome: outcome(api), steps: run.steps() };
}

test("killed at every journal write and every request, and resumed: the same cluster, and nothing twice", async () => {
  const expected = await undisturbed();
  expect(expected.outcome).toMatchObject({
    db: { replicas: 3 },
    budget: { minAvailable: 2 },
    n1: { spec: {} },
  });
  expect(expected.outcome.evictions).toEqual(
    [1, 2, 3].map((n) => `uid of /api/v1/namespaces/shop/pods/web-${n}: 1`),
  );
  for (let at = 0; at < expected.steps; at++)
    for (const after of [false, true]) {
      const clock = new VirtualClock();
      const api = cluster(clock);
      const records: JournalRecord[] = [];
      const first = await processOf(clock, api, records, { at, after }).result;
      expect(first, `step ${at}`).toBe("died");
      const second = (await processOf(clock, api, records, { at: -1, after: false }).result) as RunEnd;
      expect(second, `step ${at}`).toMatchObject({ kind: "ended", end: { outcome: "done" } });
      expect(withoutRefused(outcome(api)), `killed at ${at} ${after ? "after" : "before"}`).toEqual(
        withoutRefused(expected.outcome),
      );
    }
}, 60_000);

/** A refused eviction is tried again, and how often depends on the moment. */
function withoutRefused({ writes, ...rest }: ReturnType<typeof outcome>) {
  return { ...rest, writes: writes.filter((write) => !write.endsWith("/eviction")) };
}

test("killed twice in a row, anywhere", async () => {
  const expected = await undisturbed();
  for (let at = 3; at < expected.steps; at += 11) {
    const clock = new VirtualClock();
    const api = cluster(clock);
    const records: JournalRecord[] = [];
    await processOf(clock, api, records, { at, after: true }).result;
    await processOf(clock, api, records, { at: 4, after: false }).result;
    await processOf(clock, api, records, { at: -1, after: false }).result;
    expect(withoutRefused(outcome(api)), `killed at ${at}`).toEqual(withoutRefused(expected.outcome));
  }
}, 60_000);

test("a connection that breaks at every request, before or after it had its effect", async () => {
  const expected = await undisturbed();
  for (const isHandled of [false, true]) {
    const clock = new VirtualClock();
    const api = cluster(clock);
    const broken = new Set<string>();
    const client: ApiClient = {
      ...api.client,
      request: async (request) => {
        // A restart writes another time at each attempt.
        const body = JSON.stringify(request.body)?.replaceAll(/\d\d:\d\d:\d\dZ/g, "");
        const key = `${request.method} ${request.path} ${body}`;
        if (broken.has(key)) return api.client.request(request);
        broken.add(key);
        if (isHandled) await api.client.request(request);
        return silence;
      },
    };
    const end = await clock.until(carryOutPlan({ client, clock, plan, records: [] }));
    expect(end).toMatchObject({ kind: "ended", end: { outcome: "done" } });
    expect(withoutRefused(outcome(api))).toEqual(withoutRefused(expected.outcome));
  }
});
