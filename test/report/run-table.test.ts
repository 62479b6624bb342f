import { fc, test as prop } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { layOut, unpainted } from "../../src/report/layout.ts";
import { runRows, runSum } from "../../src/report/run-rows.ts";
import { runTable } from "../../src/report/run-table.ts";
import type { RunNews, RunView } from "../../src/report/run-view.ts";
import { begun, ended, predictedStep, twoNodes, underWay, viewOf } from "./run-views.ts";

const textOf = (view: RunView, verbose = false) => layOut(runTable(view, verbose), 80, unpainted).join("\n");

test("each step as predicted and as it really was, the nodes of a rollout below it, and the sum", () => {
  const view = viewOf(
    twoNodes,
    begun(0, "plan/0", "back up etcd"),
    ended(38, "plan/0"),
    begun(38, "plan/1", "rollout workers"),
    begun(38, "plan/1/node-2/0", "drain", "node-2"),
    ended(108, "plan/1/node-2/0"),
    begun(108, "plan/1/node-2/1", "reboot", "node-2"),
    ended(138, "plan/1/node-2/1"),
    begun(138, "plan/1/node-1/0", "drain", "node-1"),
    ended(168, "plan/1/node-1/0"),
    begun(168, "plan/1/node-1/1", "reboot", "node-1"),
    ended(190, "plan/1/node-1/1"),
    ended(190, "plan/1"),
    begun(190, "plan/2", "gate"),
    ended(200, "plan/2"),
  );
  expect(`\n${textOf(view)}\n`).toBe(`
Timeline                   predicted   took  really   took  differs
          back up etcd          0:00   40 s    0:00   38 s     -2 s
          rollout workers       0:40  2m00s    0:38  2m32s    +32 s
            node-2              1:40  1m00s    0:38  1m40s    +40 s
            node-1              0:40  1m00s    2:18   52 s     -8 s
          gate                  2:40   10 s    3:10   10 s      0 s
          in all                      2m50s          3m20s    +30 s
`);
});

test("a run that stops: what is not over, what was not begun, and the sum of what is over", () => {
  expect(`\n${textOf(underWay)}\n`).toBe(`
Timeline                   predicted   took  really   took  differs
          back up etcd          0:00   40 s    0:00   38 s     -2 s
          rollout workers       0:40  2m00s    0:38  1m50s           not over
            node-1              0:40  1m00s    0:38  1m40s    +40 s
            node-2              1:40  1m00s    2:18   10 s           not over
          gate                  2:40   10 s
          in all                       40 s           38 s     -2 s
          Not begun: 1 step, predicted 10 s.
`);
});

test("what failed says why, in its node's turn too; what was not predicted is not in the sum", () => {
  const view = viewOf(
    [predictedStep("plan/0", "rollout workers", 0)],
    begun(0, "plan/0", "rollout workers"),
    begun(0, "plan/0/node-1/0", "drain", "node-1"),
    ended(60, "plan/0/node-1/0", "failed", "could not drain node-1"),
    ended(60, "plan/0", "failed", "node-1: could not drain node-1"),
    begun(60, "rollback/0", "uncordon node-1"),
    ended(61, "rollback/0"),
    { kind: "resumed", now: 61_000, millis: 3_600_000 },
  );
  const text = textOf(view);
  expect(text).toMatch(/rollout workers +0:00 +no end +0:00 +1m00s +failed:\n {12}node-1: could/);
  expect(text).toMatch(/node-1 +0:00 +1m00s +failed:\n {12}could/);
  expect(text).toMatch(/uncordon node-1 +1:00 +1 s$/m);
  expect(text).not.toContain("in all");
  expect(text).toContain("Not in the sum: 2 steps whose end was not predicted, 1m01s.");
  expect(text).toContain("Resumed 1 time; not counted: 1h00m in which nobody was at work.");
});

test("of many nodes those that did as predicted are counted, unless all is wanted", () => {
  const nodes = Array.from({ length: 60 }, (_, index) => `node-${index}`);
  const news = nodes.flatMap((node, index): RunNews[] => [
    begun(index * 100, `plan/0/${node}/0`, "drain", node),
    ended(index * 100 + (index === 7 ? 200 : 100), `plan/0/${node}/0`),
  ]);
  const view = viewOf(
    [
      predictedStep("plan/0", "rollout workers", 0, 6_000),
      ...nodes.map((node, index) =>
        predictedStep(`plan/0/${node}/0`, "drain", index * 100, index * 100 + 100, node),
      ),
    ],
    begun(0, "plan/0", "rollout workers"),
    ...news,
    ended(6_000, "plan/0"),
  );
  const text = textOf(view);
  expect(text).toMatch(/node-7 .*\+1m40s/);
  expect(text).toContain("and 59 more rows (--verbose)");
  expect(text.split("\n")).toHaveLength(5);
  expect(textOf(view, true).split("\n").length).toBeGreaterThan(120);
});

test("while it runs: when it ends by what is known, and how late the step under way is", () => {
  const sum = runSum(runRows(underWay), underWay.now);
  // 38 s, 2m00s for the rollout, of which 1m50s are over, and the gate.
  expect(sum.end).toBe(168_000);
  expect(sum.overrun).toBe(0);
  const late = { ...underWay, now: 200_000 };
  expect(runSum(runRows(late), late.now)).toMatchObject({ end: 210_000, overrun: 42_000 });
});

const times = fc.array(fc.tuple(fc.nat(90_000), fc.nat(90_000)), { minLength: 1, maxLength: 12 });

prop.prop([times])("what is over adds up to the second, whatever the times", (steps) => {
  let predicted = 0;
  let real = 0;
  const planned = steps.map(([wanted], index) => {
    const from = predicted;
    predicted += wanted;
    return predictedStep(`plan/${index}`, "wait", from / 1_000, predicted / 1_000);
  });
  const news = steps.flatMap(([, took], index) => {
    const from = real;
    real += took;
    return [begun(from / 1_000, `plan/${index}`, "wait"), ended(real / 1_000, `plan/${index}`)];
  });
  const view = viewOf(planned, ...news);
  const rows = runRows(view);
  const { over } = runSum(rows, view.now);
  expect(over.differs).toBe(over.real - over.predicted);
  expect(over.real).toBe(Math.floor(real / 1_000) * 1_000);
  expect(rows.reduce((sum, { differs = 0 }) => sum + differs, 0)).toBe(over.differs);
});
