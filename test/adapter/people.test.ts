import { expect, test } from "vitest";
import type { JournalRecord } from "../../src/adapter/journal.ts";
import { peopleFor as peopleOn } from "../../src/cli/ask-person.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { answersGiven, peopleNeeded } from "../../src/cli/people.ts";
import { FakeApi } from "../support/fake-api.ts";
import { carryOutPlan, planOf } from "../support/live-run.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

/** Approvals and manual hooks: who is asked, what is put down, and how it goes on without a terminal. */

type People = Omit<ReturnType<typeof peopleOn>, "askDecision">;

const peopleFor = (plan: Plan, given: Parameters<typeof peopleOn>[1]) =>
  peopleOn(plan, given, {
    ask: () => Promise.reject(new Error("nobody is asked")),
    say: () => undefined,
  });

const nobody = { yes: true, approve: [], done: [], decide: [], hook: [] } as const;

function runOf(steps: string, people: (plan: Plan) => People, records: JournalRecord[] = []) {
  const clock = new VirtualClock();
  const api = new FakeApi(clock);
  const said: string[] = [];
  const plan = planOf(steps);
  const put = (name: string, bootID: string) =>
    api.put(`/api/v1/nodes/${name}`, {
      kind: "Node",
      apiVersion: "v1",
      metadata: { name },
      status: { conditions: [{ type: "Ready", status: "True" }], nodeInfo: { bootID } },
    });
  for (const name of ["n1", "n2"]) put(name, "before");
  const end = (bootID = "before") => {
    put("n1", bootID);
    return clock.until(carryOutPlan({ client: api.client, clock, plan, records, said, ...people(plan) }));
  };
  return { clock, api, said, records, end };
}

const approve = "- approve: { name: go, by: [ann, bob], ticket: true }\n- cordon: { nodes: [n1] }";

test("without anybody it stops at the approval, says who and how, and goes on with the flags", async () => {
  const first = runOf(approve, (plan) => peopleFor(plan, nobody));
  expect(await first.end()).toMatchObject({
    kind: "stopped",
    reason: {
      kind: "person",
      message: expect.stringContaining("go waits for an approval by ann or bob, with a ticket."),
      flags: "--approve go --approver NAME --ticket ID",
    },
  });
  expect(first.api.log).toEqual([]);
  const given = { ...nobody, approve: ["go"], approver: "ann", ticket: "OPS-42" };
  const second = runOf(approve, (plan) => peopleFor(plan, given), first.records);
  expect(await second.end()).toMatchObject({ kind: "ended", end: { outcome: "done" } });
  expect(second.records).toContainEqual(
    expect.objectContaining({ kind: "approved", approver: "ann", ticket: "OPS-42" }),
  );
});

test("an approval that stands in the journal is not asked for again, wherever the run was killed after it", async () => {
  const given = { ...nobody, approve: ["go"], approver: "ann", ticket: "OPS-42" };
  const first = runOf(approve, (plan) => peopleFor(plan, given));
  await first.end();
  const at = first.records.findIndex(({ kind }) => kind === "approved");
  const killed = first.records.slice(0, at + 1);
  const second = runOf(approve, (plan) => peopleFor(plan, nobody), killed);
  expect(await second.end()).toMatchObject({ kind: "ended", end: { outcome: "done" } });
  expect(second.records.filter(({ kind }) => kind === "approved")).toHaveLength(1);
  // Near miss: killed just before it was on disk.
  const third = runOf(approve, (plan) => peopleFor(plan, nobody), first.records.slice(0, at));
  expect(await third.end()).toMatchObject({ kind: "stopped", reason: { kind: "person" } });
});

test("each turn of a rollout is approved for itself", async () => {
  const steps = "- rollout:\n    nodes: [n1, n2]\n    perNode: [{ approve: { name: go } }, { cordon: {} }]";
  const given = { ...nobody, approve: ["go@n1"], approver: "ann" };
  const run = runOf(steps, (plan) => peopleFor(plan, given));
  expect(await run.end()).toMatchObject({
    kind: "stopped",
    reason: { kind: "person", flags: "--approve go@n2 --approver NAME" },
  });
  expect(run.api.at("/api/v1/nodes/n1")?.spec?.["unschedulable"]).toBe(true);
});

test("after its last moment no approval counts, and one that is waited for ends there", async () => {
  const waits: People = {
    askPerson: () => Promise.reject(new Error("nobody is asked")),
    askApproval: ({ signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve({ refusal: "" }))),
  };
  const until = (moment: string) => `- approve: { until: "${moment}" }`;
  const run = runOf(until("2026-11-21T12:30Z"), () => waits);
  expect(await run.end()).toMatchObject({
    kind: "ended",
    end: { outcome: "failed", reason: "nobody has approved by 2026-11-21T12:30:00Z" },
  });
  expect(run.clock.now()).toBe(Date.parse("2026-11-21T12:30Z"));
  const given = { ...nobody, approve: ["approve"], approver: "ann" };
  const late = runOf(until("2026-11-21T11:59Z"), (plan) => peopleFor(plan, given));
  expect(await late.end()).toMatchObject({ end: { outcome: "failed" } });
});

test("a time-out ends what a person is asked, and the plan goes on as onFailure says", async () => {
  const waits: People = {
    askPerson: () => Promise.reject(new Error("nobody is asked")),
    askApproval: () => new Promise(() => undefined),
  };
  const run = runOf(
    "- approve: { timeout: 10m, onFailure: continue }\n- cordon: { nodes: [n1] }",
    () => waits,
  );
  expect(await run.end()).toMatchObject({ kind: "ended", end: { outcome: "done" } });
});

const disk =
  "- hook: { name: disk, nodes: [n1], manual: Swap the disk., duration: 30m, effect: reboot, timeout: 1h }";

test("a manual hook is done once somebody says so and the effect shows against what was before", async () => {
  const first = runOf(disk, (plan) => peopleFor(plan, nobody));
  expect(await first.end()).toMatchObject({
    kind: "stopped",
    reason: { kind: "person", flags: "--done disk@n1" },
  });
  const given = { ...nobody, done: ["disk@n1"] };
  const second = runOf(disk, (plan) => peopleFor(plan, given), [...first.records]);
  expect(await second.end("after")).toMatchObject({ kind: "ended", end: { outcome: "done" } });
  expect(second.records).toContainEqual(
    expect.objectContaining({ kind: "said", by: "person", text: "done" }),
  );
  // Near miss: it is said to be done, and the machine has not been away.
  const third = runOf(disk, (plan) => peopleFor(plan, given), [...first.records]);
  expect(await third.end("before")).toMatchObject({ end: { outcome: "failed" } });
});

test("what is said beforehand is held against the plan", () => {
  const plan = planOf(
    `${approve}\n${disk}\n- rollout:\n    nodes: [n1]\n    perNode: [{ approve: { name: each } }]`,
  );
  const problem = (given: object) => {
    try {
      answersGiven(plan, { ...nobody, ...given });
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(problem({ approve: ["go"] })).toContain("who approves? --approver NAME");
  expect(problem({ approve: ["goo"], approver: "ann" })).toContain('did you mean "go"');
  expect(problem({ approve: ["go"], approver: "eve", ticket: "1" })).toContain("is approved by ann or bob");
  expect(problem({ approve: ["go"], approver: "ann" })).toContain("on which ticket? --ticket ID");
  expect(problem({ approve: ["each"], approver: "ann" })).toContain("for which node? each@NODE");
  expect(problem({ approver: "ann" })).toContain("go with --approve");
  expect(problem({ done: ["disk@n1"] })).toContain("--done goes with --resume");
  expect(problem({ done: ["go"], resume: "j" })).toContain("no such step for a person");
  expect(problem({ done: ["disk@n1"], resume: "j" })).toBe("");
  expect(problem({ approve: ["go", "each@n1"], approver: "bob", ticket: "1" })).toBe("");
  expect(() => peopleNeeded(plan, nobody)).not.toThrow();
});

test("on a terminal a name that may not is asked again, and a ticket that is needed is not left out", async () => {
  const terminal = [process.stdin, process.stderr].map((stream) => ({ stream, isTTY: stream.isTTY }));
  for (const { stream } of terminal)
    Object.defineProperty(stream, "isTTY", { value: true, configurable: true });
  try {
    const answers = ["eve", "ann", "OPS-42"];
    const asked: string[] = [];
    const said: string[] = [];
    const plan = planOf(approve);
    const { askApproval, askPerson } = peopleOn(
      plan,
      { ...nobody, yes: false },
      {
        ask: (question) => {
          asked.push(question.trim());
          return Promise.resolve(answers.shift());
        },
        say: (line) => void said.push(line.trim()),
      },
    );
    const until = Date.parse("2026-12-01T19:00Z");
    const { signal } = new AbortController();
    const question = { label: "go", by: ["ann", "bob"], needsTicket: true, until, signal };
    expect(await askApproval({ ...question, deadline: until - 60_000 })).toEqual({
      approver: "ann",
      ticket: "OPS-42",
    });
    expect(said).toEqual([
      "go of test waits for an approval by ann or bob, with a ticket, until 2026-12-01 18:59 UTC.",
      "eve may not approve this: ann or bob may.",
    ]);
    expect(asked).toEqual(["Who approves? (nothing: nobody)", "Who approves? (nothing: nobody)", "Ticket:"]);
    answers.push("ann", "");
    expect(await askApproval(question)).toEqual({ refusal: "go: no ticket" });
    answers.push("done");
    const action = { kind: "hook", node: "n1" } as never;
    const work = { action, label: "disk@n1", manual: "Swap it.\nThen start it.", isDoubtful: false };
    expect(await askPerson({ ...work, isAskedAgain: false, signal })).toBe("done");
    expect(said.slice(-3)).toEqual(["disk@n1, by hand:", "Swap it.", "Then start it."]);
  } finally {
    for (const { stream, isTTY } of terminal)
      Object.defineProperty(stream, "isTTY", { value: isTTY, configurable: true });
  }
});
