import { fc, test as prop } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { layOut, unpainted } from "../../src/report/layout.ts";
import { forecastOf, runRows, runSum } from "../../src/report/run-rows.ts";
import { runTable } from "../../src/report/run-table.ts";
import { afterNews, type RunNews, type RunView } from "../../src/report/run-view.ts";
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

test("while it runs: the end by the last rehearsal, later by what took longer since, and by what takes longer now", () => {
  const at = (view: RunView, now: number) => forecastOf(view, runRows({ ...view, now }), now);
  // Nobody has looked since it began: what was predicted then.
  // 2 s less for the backup, 40 s more for the first node's drain.
  expect(at(underWay, 148_000)).toEqual({ end: 208_000, differs: 38_000 });
  // The drain that began at 138 s was to take 30 s.
  expect(at(underWay, 178_000)).toEqual({ end: 218_000, differs: 48_000 });
  const look = {
    at: 139_000,
    step: "plan/1/node-2/0",
    word: "FINISHES",
    short: [],
    stepEnd: 168_500,
    end: 198_900,
  };
  const looked = afterNews(underWay, [{ kind: "looked", now: 139_000, look }]);
  expect(at(looked, 148_000)).toEqual({ end: 198_000, differs: 28_000 });
  expect(at(looked, 178_500)).toEqual({ end: 208_000, differs: 38_000 });
  const { end: _, ...endless } = look;
  expect(at(afterNews(looked, [{ kind: "looked", now: 140_000, look: endless }]), 150_000)).toEqual({});
});

test("the forecast of a run that is over is what its table adds up to", () => {
  const view = viewOf(
    [predictedStep("plan/0", "wait", 0, 10), predictedStep("plan/1", "gate", 10, 12)],
    begun(0, "plan/0", "wait"),
    ended(25, "plan/0"),
    begun(25, "plan/1", "gate"),
    ended(30, "plan/1"),
  );
  const rows = runRows(view);
  expect(forecastOf(view, rows, view.now)).toEqual({
    end: 30_000,
    differs: runSum(rows, view.now).over.differs,
  });
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
