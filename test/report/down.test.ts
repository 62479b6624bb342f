import { describe, expect, test } from "vitest";
import { downSentence } from "../../src/report/down.ts";
import { headlineOf } from "../../src/report/headline.ts";
import { jsonReport } from "../../src/report/json.ts";
import type { Finding, ServiceAvailability } from "../../src/verdict/verdict.ts";
import { clusterOf, deployment, node, nodes, service } from "../support/objects.ts";
import { drainOf } from "../support/rehearse.ts";
import { reportOf, textOf, whole } from "./screens.ts";

/** shop/big has no place but node-1, shop/web has one on node-2. */
const cluster = whole(
  clusterOf(
    node("node-1"),
    node("node-2", { cpu: "1" }),
    deployment("shop/big", ["node-1"], { cpu: "3" }),
    service("shop/big"),
    deployment("shop/web", ["node-1"]),
    service("shop/web"),
  ),
);

describe("an outage without an end", () => {
  const report = reportOf(cluster, drainOf(["node-1"]));

  test("the headline says that it stays, and for how long the other is down", () => {
    expect(headlineOf(report.verdict, report.subject, report.trace)).toMatch(
      /1 service stays down \(shop\/big\), 1 more has no Ready pod for [\d.]+ s, and 1 pod stays Pending\.$/,
    );
  });

  test("JSON has no length and no end for it", () => {
    const json = jsonReport({ ...report, exitCode: 1 });
    const [big, web] = ["shop/big", "shop/web"].map((name) =>
      json.services.find((each) => each.service === name),
    );
    expect(big).toMatchObject({ outageMillis: null, outages: [{ to: null }] });
    expect(web?.outageMillis).toBeGreaterThan(0);
    expect(web?.outages[0]?.to).toBeGreaterThan(0);
  });

  test("it is the first row of its severity", () => {
    const rows = textOf(report).split("\n");
    expect(rows.findIndex((row) => row.includes("shop/big  1 to 0  no end"))).toBeLessThan(
      rows.findIndex((row) => /shop\/web {2}1 to 0 {2,}\d/.test(row)),
    );
  });
});

test("who would bring it back is not rehearsed: the end is not known, which is not never", () => {
  const down: ServiceAvailability = {
    service: "data/db",
    before: 1,
    min: 0,
    outages: [{ from: 0, to: 30_000, began: 0 }],
    outageMillis: 30_000,
    degradedMillis: 30_000,
    wasDown: false,
  };
  const finding = {
    subject: "data/db",
    data: { isEndKnown: false, services: ["data/db"] },
  } as unknown as Finding;
  expect(downSentence({ services: [down], findings: [finding] })).toBe(
    "1 service is down, until when is not known (data/db)",
  );
  expect(downSentence({ services: [down], findings: [] })).toBe("1 service stays down (data/db)");
});

describe("the table of outages", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const many = whole(
    clusterOf(
      nodes("node-1", "node-2"),
      names.flatMap((name) => [...deployment(`shop/${name}`, ["node-1"]), service(`shop/${name}`)]),
      service("shop/a-other", { app: "a" }),
      deployment("shop/two", ["node-1", "node-2"]),
      service("shop/two"),
    ),
  );

  test("its rows add up to the number in the headline", () => {
    const text = textOf(reportOf(many, drainOf(["node-1"])));
    expect(text).toContain("9 services have no Ready pod");
    expect(text).toContain("6 + 1 of the same pods + 2 more (--verbose) = 9 of 10 Services");
    expect(text).toMatch(/1 other never 0, with fewer pods than before, for at most/);
  });

  test("a reason with a long name in it does not leave the screen", () => {
    const long = "a-deployment-with-a-very-long-name-that-somebody-generated";
    const tight = whole(
      clusterOf(
        node("node-1"),
        node("node-2", { cpu: "1" }),
        deployment(`shop/${long}`, ["node-1"], { cpu: "3" }),
        service(`shop/${long}`),
      ),
    );
    const text = textOf(reportOf(tight, drainOf(["node-1"])));
    expect(text).toContain("stays Pending");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
