import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LabControlPlane } from "../../lab/control-plane.ts";
import { FakePrometheus } from "../support/fake-prometheus.ts";
import * as on from "./execute.ts";
import { labBin, startLab } from "./lab.ts";

const run = ["execute", "plan.yaml", "--yes", "--journal", "run.journal"];
const resume = ["execute", "--resume", "run.journal", "--yes"];
const minutes = 180_000;

/** What a run asks of others than the API server: programs, Prometheus, people, and the clock. */
describe.skipIf(labBin === undefined)("gates, alerts, approvals and windows", () => {
  let lab: LabControlPlane;
  let server = "";
  const prometheus = new FakePrometheus();
  beforeAll(async () => {
    server = await prometheus.listen();
    lab = await startLab();
    await lab.startControllers();
  }, minutes);
  afterAll(async () => {
    await prometheus.close();
    await lab.remove();
  });

  test(
    "an approval, gates that hold later, and an alert that stops it before the next node",
    async () => {
      await on.prepare(lab, "gates");
      const check = `if [ -e checked ]; then echo "$SEATRIAL_NODE is well"; else touch checked; exit 3; fi`;
      const folder = on.planFolder(
        `- approve: { name: go, by: [ann, bob], ticket: true, assume: 5m }
- rollout:
    nodes: [gates-a, gates-b]
    order: listed
    perNode:
      - drain: { onFailure: abort }
      - uncordon: {}
      - gate:
          until:
            - { command: [sh, -c, ${JSON.stringify(check)}], assume: 5s }
            - { prometheus: { query: min(probe_success), is: ">= 1", server: "${server}" }, assume: 5s }
          timeout: 2m`,
        `  alerts: [{ matchers: ['severity="critical"'], server: "${server}" }]`,
      );
      await on.grant(lab, folder);
      let success = "0.5";
      let isFiring = false;
      prometheus.answer = (query) => {
        if (!query.startsWith("ALERTS")) return [{ metric: {}, value: success }];
        const metric = {
          __name__: "ALERTS",
          alertname: "Crashing",
          alertstate: "firing",
          severity: "critical",
        };
        return isFiring ? [{ metric, value: "1" }] : [];
      };

      const first = on.start(lab, folder, run);
      await on.exits(first, 4);
      expect(first.output()).toContain("go waits for an approval by ann or bob, with a ticket.");
      expect(first.output()).toContain("--resume run.journal --approve go --approver NAME --ticket ID");
      expect(on.evictionsIn(lab, "gates")).toEqual({});

      const approve = ["--approve", "go", "--approver", "ann", "--ticket", "OPS-42"];
      const second = on.start(lab, folder, [...resume, ...approve]);
      await second.says("the value is 0.5, not >= 1");
      isFiring = true;
      success = "1";
      await on.exits(second, 4);
      expect(second.output()).toContain("An alert fires, so gates-b is not begun:");
      expect(second.output()).toContain('Crashing{severity="critical"}');
      expect(second.output()).toContain("gates-a is well");
      expect(on.isCordoned(lab, "gates-a") || on.isCordoned(lab, "gates-b")).toBe(false);
      expect(on.nodesOfPods(lab, "gates")).toEqual(["gates-b"]);

      isFiring = false;
      const third = on.start(lab, folder, resume);
      await on.exits(third, 0);
      expect(on.nodesOfPods(lab, "gates")).toEqual(["gates-a"]);
      const records = on.recordsOf(folder);
      expect(records.filter(({ kind }) => kind === "approved")).toMatchObject([
        { approver: "ann", ticket: "OPS-42" },
      ]);
      expect(records).toContainEqual(
        expect.objectContaining({
          kind: "alerts",
          node: "gates-b",
          firing: ['Crashing{severity="critical"}'],
        }),
      );
      const said = records.flatMap((each) => (each.kind === "said" ? [each.text] : []));
      expect(said).toContain("does not hold: sh ended with exit code 3");
      expect(said).toContain("holds: the value is 1");
    },
    minutes,
  );

  test(
    "outside of its window a run begins nothing, and goes on when it is open",
    async () => {
      await on.prepare(lab, "window");
      const hours = (from: number) => new Date(Date.now() + from * 3_600_000).toISOString().slice(0, 16);
      const folder = on.planFolder(
        "- drain: { nodes: [window-a] }\n- uncordon: { nodes: [window-a] }",
        `  window: { start: "${hours(1)}", duration: 2h, cutoff: 10m, outside: stop }`,
      );
      await on.grant(lab, folder);
      const early = on.start(lab, folder, run);
      await on.exits(early, 4);
      expect(early.output()).toContain("Nothing is begun outside the window, which opens at");
      expect(on.isCordoned(lab, "window-a")).toBe(false);
      // Another plan, whose window is open.
      const open = on.planFolder(
        "- drain: { nodes: [window-a] }\n- uncordon: { nodes: [window-a] }",
        `  window: { start: "${hours(-1)}", duration: 2h, cutoff: 10m, outside: stop }`,
      );
      const program = on.start(lab, open, run);
      await on.exits(program, 0);
      expect(on.nodesOfPods(lab, "window")).toEqual(["window-b"]);
    },
    minutes,
  );
});
