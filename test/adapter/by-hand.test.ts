import { expect, test } from "vitest";
import type { AskPerson } from "../../src/adapter/people.ts";
import type { JournalRecord } from "../../src/adapter/journal.ts";
import { FakeApi } from "../support/fake-api.ts";
import { carryOutPlan, planOf } from "../support/live-run.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

/** What a person does, and what the cluster has to show for it. */

interface Setting {
  readonly clock: VirtualClock;
  readonly api: FakeApi;
}

function setting(): Setting {
  const clock = new VirtualClock();
  const api = new FakeApi(clock);
  api.node("node-1");
  return { clock, api };
}

const agentNotReady = { key: "node.cilium.io/agent-not-ready", effect: "NoExecute" };

async function run(
  { clock, api }: Setting,
  steps: string,
  askPerson: AskPerson,
  records: JournalRecord[] = [],
) {
  const said: string[] = [];
  const plan = planOf(steps);
  const end = await clock.until(carryOutPlan({ client: api.client, clock, plan, records, said, askPerson }));
  const joined = records.flatMap((each) =>
    each.kind === "seen" && each.fact.kind === "joined" ? [each.fact.node] : [],
  );
  return { end, said, joined, records };
}

const done = { kind: "ended", end: { outcome: "done" } };

test("a node has joined once it is usable, whatever name its cloud has given it", async () => {
  const { clock, api } = setting();
  const askPerson: AskPerson = () => {
    clock.after(10_000, () => api.node("ip-10-0-0-7", { taints: [agentNotReady] }));
    clock.after(40_000, () => api.node("ip-10-0-0-7"));
    return Promise.resolve("done");
  };
  const { end, joined, said, records } = await run(
    { clock, api },
    "- joinNode: { fromTemplate: node-1 }",
    askPerson,
  );
  expect(end).toMatchObject(done);
  expect(joined).toEqual(["ip-10-0-0-7"]);
  expect(said).toContain("looks before plan/0");
  expect(records.find(({ kind }) => kind === "seen")?.now).toBeGreaterThanOrEqual(40_000);
});

test("two machines are two nodes", async () => {
  const { clock, api } = setting();
  let asked = 0;
  const askPerson: AskPerson = () => {
    if (++asked === 2)
      clock.after(10_000, () => {
        api.node("a");
        clock.after(60_000, () => api.node("b"));
      });
    return Promise.resolve("done");
  };
  const steps = "- joinNode: { fromTemplate: node-1, count: 2 }";
  const { end, joined, records } = await run({ clock, api }, steps, askPerson);
  expect(end).toMatchObject(done);
  expect(joined).toEqual(["a", "b"]);
  // A run that goes on after the first takes it for no other either.
  const first = records.findIndex((each) => each.kind === "seen" && each.fact.kind === "joined");
  const resumed = await run(
    { clock, api },
    steps,
    () => Promise.resolve("done"),
    records.slice(0, first + 1),
  );
  expect(resumed.end).toMatchObject(done);
  expect(resumed.joined).toEqual(["a", "b"]);
});

test("a node that never comes fails the step at its time-out", async () => {
  const { end, said } = await run(setting(), "- joinNode: { fromTemplate: node-1, timeout: 5m }", () =>
    Promise.resolve("done"),
  );
  expect(end).toMatchObject({ kind: "ended", end: { outcome: "failed" } });
  expect(said.join("\n")).toMatch(/no new node is usable|timed out after 5m/);
});

test("a kubelet has its version with a vendor's suffix too, but not another patch", async () => {
  const upgraded = async (kubeletVersion: string) => {
    const { clock, api } = setting();
    const askPerson: AskPerson = () => {
      api.put("/api/v1/nodes/node-1", {
        kind: "Node",
        apiVersion: "v1",
        metadata: { name: "node-1" },
        status: { conditions: [{ type: "Ready", status: "True" }], nodeInfo: { kubeletVersion } },
      });
      return Promise.resolve("done");
    };
    const steps = "- upgradeKubelet: { nodes: [node-1], to: v1.31.4, timeout: 5m }";
    return (await run({ clock, api }, steps, askPerson)).end;
  };
  expect(await upgraded("v1.31.4-eks-2d5f260")).toMatchObject(done);
  expect(await upgraded("v1.31.3-eks-2d5f260")).toMatchObject({ end: { outcome: "failed" } });
});

test("near miss: what nobody does is not believed, and the run can go on later", async () => {
  const place = setting();
  const steps = "- renewCertificates: { nodes: [node-1] }";
  const first = await run(place, steps, () => Promise.resolve({ refusal: "not now" }));
  expect(first.end).toMatchObject({ kind: "stopped", reason: { kind: "refused" } });
  const later = await run(place, steps, () => Promise.resolve("done"), first.records);
  expect(later.end).toMatchObject(done);
});
