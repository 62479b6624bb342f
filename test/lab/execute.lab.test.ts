import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LabControlPlane } from "../../lab/control-plane.ts";
import { auditOf } from "./audit.ts";
import * as on from "./execute.ts";
import { kubectl, labBin, startLab } from "./lab.ts";

const run = ["execute", "plan.yaml", "--yes", "--journal", "run.journal"];
const minutes = 120_000;

/** A run on a real API server, with the least rights, and with everything that goes wrong in one. */
describe.skipIf(labBin === undefined)("execute", () => {
  let lab: LabControlPlane;
  beforeAll(async () => {
    lab = await startLab();
    await lab.startControllers();
  }, minutes);
  afterAll(() => lab.remove());
  // Whatever a test was about: nothing was asked that the printed roles do not grant, and nothing touched but the plan's own.
  afterEach(() => auditOf(lab).check());

  /** A plan for one node of this name, and the rights for it. */
  async function drainOf(name: string, more = "", options = ""): Promise<string> {
    await on.prepare(lab, name, more);
    const folder = on.planFolder(
      `- drain: { nodes: [${name}-a]${options} }\n- uncordon: { nodes: [${name}-a] }`,
    );
    await on.grant(lab, folder);
    return folder;
  }

  /** The flags without which a run is refused: what the rehearsal found. */
  async function toAccept(folder: string, wanted: string): Promise<string[]> {
    const refused = on.start(lab, folder, run);
    await on.exits(refused, 2);
    const rules = [...refused.output().matchAll(/--accept ([a-z-]+)/g)].map(([, rule = ""]) => rule);
    expect(rules).toContain(wanted);
    return rules.flatMap((rule) => ["--accept", rule]);
  }

  function everyPodOnce(name: string, pods = 3): void {
    const counts = Object.values(on.evictionsIn(lab, name));
    expect(counts).toEqual(Array.from({ length: pods }, () => 1));
    expect(on.nodesOfPods(lab, name)).toEqual([`${name}-b`]);
    expect(on.isCordoned(lab, `${name}-a`)).toBe(false);
  }

  test(
    "a budget refuses, and it asks again",
    async () => {
      const folder = await drainOf("budget");
      const program = on.start(lab, folder, run);
      await on.exits(program, 0);
      everyPodOnce("budget");
      const refusals = on
        .recordsOf(folder)
        .filter((each) => each.kind === "seen" && each.fact.kind === "error");
      expect(refusals.length).toBeGreaterThan(0);
      expect(program.output()).toContain("will retry after 5s");
      expect(kubectl(lab, ["describe", "node", "budget-a"])).toContain(
        "Drained by seatrial: seatrial execute, plan lab-test",
      );
    },
    minutes,
  );

  test(
    "two budgets on a pod: the server's 500 fails the step, and the node stays closed",
    async () => {
      const second =
        "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: other }\nspec: { minAvailable: 1, selector: {} }\n";
      const folder = await drainOf("two", on.web("two") + second);
      const program = on.start(lab, folder, [...run, ...(await toAccept(folder, "drain-failed"))]);
      await on.exits(program, 1);
      expect(program.output()).toContain("more than one PodDisruptionBudget");
      expect(program.output()).toContain("Left cordoned: two-a");
      expect(on.isCordoned(lab, "two-a")).toBe(true);
      expect(on.recordsOf(folder).at(-1)).toMatchObject({ kind: "ended", outcome: "failed" });
      const abort = on.start(lab, folder, ["execute", "--abort", "run.journal", "--yes"]);
      await on.exits(abort, 0);
      expect(on.isCordoned(lab, "two-a")).toBe(false);
    },
    minutes,
  );

  test(
    "the API server goes away in mid-drain and comes back",
    async () => {
      const folder = await drainOf("away");
      const program = on.start(lab, folder, run);
      await program.says("evicting pod");
      // One that has just started knows no roles for a moment.
      auditOf(lab).mayBeRefused();
      await lab.stopApiServer();
      await program.says("does not answer");
      await lab.startApiServer();
      await on.exits(program, 0);
      expect(program.output()).toContain("it answers again");
      everyPodOnce("away");
    },
    minutes,
  );

  test(
    "a right that is taken away stops it, and with the right it goes on",
    async () => {
      const folder = await drainOf("right");
      const program = on.start(lab, folder, run);
      await program.says("will retry after");
      auditOf(lab).mayBeRefused();
      kubectl(lab, ["delete", "clusterrolebinding", "seatrial-execute"]);
      await on.exits(program, 4);
      expect(program.output()).toContain("This rule would grant it");
      expect(program.output()).toContain("Left cordoned: right-a");
      on.bind(lab);
      const again = on.start(lab, folder, ["execute", "--resume", "run.journal", "--yes"]);
      await on.exits(again, 0);
      // What was done before it stopped stands in the table, too.
      expect(again.output()).toMatch(/Timeline[^]* drain right-a .*\n[^]* uncordon right-a .*\n[^]*in all/);
      expect(again.output()).toContain("Resumed 1 time");
      everyPodOnce("right");
    },
    minutes,
  );

  test(
    "a node that dies in mid-drain: the drain's time-out ends it",
    async () => {
      const slow = on
        .web("dies", "Deployment", 0)
        .replace('stop: "1"', 'stop: "10"')
        .replace("terminationGracePeriodSeconds: 5", "terminationGracePeriodSeconds: 15");
      const folder = await drainOf("dies", slow, ", timeout: 25s");
      const program = on.start(lab, folder, [...run, ...(await toAccept(folder, "service-outage"))]);
      await program.says("node/dies-a cordoned");
      await lab.stopKubelets();
      try {
        await on.exits(program, 1);
      } finally {
        lab.startKubelets();
      }
      expect(program.output()).toMatch(/context deadline exceeded|global timeout reached/);
      expect(on.isCordoned(lab, "dies-a")).toBe(true);
      expect(Object.values(on.evictionsIn(lab, "dies")).every((count) => count === 1)).toBe(true);
    },
    minutes,
  );

  test(
    "a second run is kept away, and does nothing",
    async () => {
      const folder = await drainOf("second");
      const program = on.start(lab, folder, run);
      await program.says("evicting pod");
      const other = on.start(lab, folder, ["execute", "plan.yaml", "--yes", "--journal", "other.journal"]);
      expect(await other.exit).toBe(2);
      expect(other.output()).toContain("another run is under way");
      await on.exits(program, 0);
      everyPodOnce("second");
    },
    minutes,
  );

  test(
    "a pod that is made again under its name is left alone",
    async () => {
      const folder = await drainOf("again", on.web("again", "StatefulSet", 3));
      const program = on.start(lab, folder, [...run, ...(await toAccept(folder, "drain-never-ends"))]);
      await program.says("will retry after");
      kubectl(lab, ["delete", "pods", "-n", "again", "--all", "--wait=false"]);
      await on.exits(program, 0);
      expect(on.evictionsIn(lab, "again")).toEqual({});
      expect(on.nodesOfPods(lab, "again")).toEqual(["again-b"]);
    },
    minutes,
  );

  test(
    "a cluster that is not any more as it was rehearsed stops it before the next step",
    async () => {
      await on.prepare(lab, "drift");
      const folder = on.planFolder(`- wait: { duration: 6s }\n- drain: { nodes: [drift-a] }`);
      await on.grant(lab, folder);
      const program = on.start(lab, folder, [...run, "--accept", "nodes-not-back"]);
      await program.says("wait");
      kubectl(lab, [
        "patch",
        "pdb",
        "web",
        "-n",
        "drift",
        "--type=merge",
        "-p",
        '{"spec":{"minAvailable":3}}',
      ]);
      await on.exits(program, 4);
      expect(program.output()).toContain("The cluster is not any more as it was rehearsed");
      expect(program.output()).toContain("drain-never-ends");
      expect(on.isCordoned(lab, "drift-a")).toBe(false);
      expect(on.evictionsIn(lab, "drift")).toEqual({});
    },
    minutes,
  );

  test(
    "Ctrl-C leaves nothing unsaid, and --abort opens the node",
    async () => {
      const folder = await drainOf("asked");
      const program = on.start(lab, folder, run);
      await program.says("will retry after");
      program.kill("SIGINT");
      await on.exits(program, 4);
      expect(program.output()).toContain("Left cordoned: asked-a");
      expect(program.output()).toContain("seatrial execute --resume run.journal");
      const abort = on.start(lab, folder, ["execute", "--abort", "run.journal", "--yes"]);
      await on.exits(abort, 0);
      expect(on.isCordoned(lab, "asked-a")).toBe(false);
      const resumed = on.start(lab, folder, ["execute", "--resume", "run.journal", "--yes"]);
      expect(await resumed.exit).toBe(2);
      expect(resumed.output()).toContain("was aborted");
    },
    minutes,
  );
});
