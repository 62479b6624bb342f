import { expect, test } from "vitest";
import type { JournalRecord } from "../../src/adapter/journal.ts";
import { runHook } from "../../src/adapter/hook-process.ts";
import { FakeApi } from "../support/fake-api.ts";
import { carryOutPlan, planOf } from "../support/live-run.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const node = process.execPath;
const script = (text: string) => [node, "-e", text];

test("a hook has its node in the environment, and what it prints is kept", async () => {
  const lines: string[] = [];
  const words = script("console.log(process.env.SEATRIAL_NODE, process.argv[1]); console.error('and this')");
  const hook = {
    words: [...words, "$(rm -rf /) && no shell"],
    environment: { SEATRIAL_NODE: "n1" },
    timeoutMillis: 20_000,
  };
  const { problem, output } = await runHook(hook, (line) => lines.push(line));
  expect(problem).toBeUndefined();
  expect(lines).toContain("n1 $(rm -rf /) && no shell");
  expect(output).toContain("and this");
});

test("why it did not work is said", async () => {
  const run = async (words: readonly string[], timeoutMillis = 20_000) =>
    (await runHook({ words, environment: {}, timeoutMillis }, () => undefined)).problem;
  expect(await run(script("process.exit(7)"))).toContain("ended with exit code 7");
  expect(await run(["/nonexistent/program"])).toContain("cannot be started");
  expect(await run(script("setInterval(() => {}, 1000)"), 300)).toContain("took longer than 0.3 s");
});

/** A hook in a plan, on a node whose boot id changes where the hook is said to restart it. */
async function hookRun(effect: string, hook: string, records: JournalRecord[] = []) {
  const clock = new VirtualClock();
  const api = new FakeApi(clock);
  const status = (bootID: string) => ({
    conditions: [{ type: "Ready", status: "True" }],
    nodeInfo: { bootID, kubeletVersion: "v1.36.3" },
  });
  const path = "/api/v1/nodes/n1";
  api.put(path, { kind: "Node", apiVersion: "v1", metadata: { name: "n1" }, status: status("before") });
  const command = JSON.stringify(script(hook));
  const plan = planOf(
    `- hook: { command: ${command}, duration: 1s, effect: ${effect}, nodes: [n1], timeout: 2m }`,
  );
  const said: string[] = [];
  const running = carryOutPlan({ client: api.client, clock, plan, records, said });
  return { clock, api, path, status, said, running, records };
}

/** Lets virtual time pass until a hook begins, and then real time until it is over. */
async function untilSaid(records: readonly JournalRecord[], clock: VirtualClock): Promise<void> {
  while (!records.some(({ kind }) => kind === "begun")) await clock.step();
  while (!records.some(({ kind }) => kind === "said"))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

test("a hook that should restart its node is believed once the boot id is another one", async () => {
  const { clock, api, path, status, running, records } = await hookRun("reboot", "");
  clock.after(30_000, () =>
    api.put(path, { kind: "Node", apiVersion: "v1", metadata: { name: "n1" }, status: status("after") }),
  );
  await untilSaid(records, clock);
  expect(await clock.until(running)).toMatchObject({ kind: "ended", end: { outcome: "done" } });
  expect(records).toContainEqual(
    expect.objectContaining({
      kind: "begun",
      before: { node: expect.objectContaining({ bootID: "before" }) },
    }),
  );
});

test("near miss: a hook that works and restarts nothing fails its step", async () => {
  const { clock, running, records, said } = await hookRun("reboot", "");
  await untilSaid(records, clock);
  const end = await clock.until(running);
  expect(end).toMatchObject({ kind: "ended", end: { outcome: "failed" } });
  expect(said.join("\n")).toMatch(/not Ready with another boot id|timed out/);
});

test("a hook that was begun and not answered is not begun again unasked", async () => {
  const first = await hookRun("none", "");
  await untilSaid(first.records, first.clock);
  await first.clock.until(first.running);
  const begun = first.records.slice(0, first.records.findIndex(({ kind }) => kind === "begun") + 1);
  const { clock, running, records } = await hookRun("none", "process.exit(1)", begun);
  expect(await clock.until(running)).toMatchObject({ kind: "stopped", reason: { kind: "refused" } });
  expect(records.filter(({ kind }) => kind === "begun")).toHaveLength(1);
});
