import { describe, expect, test } from "vitest";
import { compareBlock } from "../../src/report/compare.ts";
import { headlineOf } from "../../src/report/headline.ts";
import { jsonReport } from "../../src/report/json.ts";
import { exitCodeOf, screenOf } from "../../src/report/screen.ts";
import { clusterOf, deployment, nodes } from "../support/objects.ts";
import { drainOf } from "../support/rehearse.ts";
import { reportOf, whole } from "./screens.ts";

const cluster = clusterOf(nodes("node-1", "node-2"), deployment("shop/web", ["node-1", "node-2"]));
const plan = drainOf(["node-1"]);

describe("a kind that is not given is never none", () => {
  test("without Services no headline says that nothing goes down", () => {
    const { verdict, subject, trace } = reportOf(whole(cluster, "Service"), plan);
    const headline = headlineOf(verdict, subject, trace);
    expect(headline).toContain("Outages unknown: no Services given, nothing Pending");
    expect(headline).not.toMatch(/no outage/i);
    expect(compareBlock(trace.header.cluster, [{ name: "so", verdict }]).lines[0]!.text).toContain(
      "outages unknown",
    );
  });

  test("without budgets the good word is not settled, and the screen not green", () => {
    const report = reportOf(whole(cluster, "PodDisruptionBudget", "PersistentVolume"), plan);
    expect(headlineOf(report.verdict, report.subject, report.trace)).toMatch(
      /No outage, nothing Pending.*\. Not given, so not settled: PodDisruptionBudgets and PersistentVolumes\.$/,
    );
    expect(screenOf(report)[0]!.tone).toBe("warning");
    expect(jsonReport({ ...report, exitCode: 0 }).notGiven).toEqual([
      "PodDisruptionBudget",
      "PersistentVolume",
    ]);
  });

  test("with all of them it is", () => {
    const report = reportOf(whole(cluster), plan);
    expect(headlineOf(report.verdict, report.subject, report.trace)).not.toContain("settled");
    expect(screenOf(report)[0]!.tone).toBe("good");
  });

  test("it counts like a warning: no error, and no clean bill", () => {
    const none = { findings: [] };
    expect(exitCodeOf(none, "error", ["Service"])).toBe(0);
    expect(exitCodeOf(none, "warning", ["Service"])).toBe(1);
    expect(exitCodeOf(none, "warning", [])).toBe(0);
    expect(exitCodeOf(none, "never", ["Service"])).toBe(0);
  });
});
