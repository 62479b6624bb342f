import { describe, expect, test } from "vitest";
import { flagsBlock } from "../../src/report/flags.ts";
import { groupByLabel } from "../../src/report/group-by.ts";
import { markdownReport } from "../../src/report/markdown.ts";
import { clusterOf, deployment, nodes, object, service } from "../support/objects.ts";
import { drainOf } from "../support/rehearse.ts";
import { reportOf, whole } from "./screens.ts";

const cluster = whole(
  clusterOf(
    nodes("node-1", "node-2"),
    deployment("pay/ledger", ["node-1"], { labels: { team: "pay" } }),
    service("pay/front", { app: "ledger" }),
  ),
);
const next = [
  { text: "kubectl drain node-1", isCommand: true },
  { text: "# later: kubectl uncordon node-1" },
];
const pods = [{ namespace: "pay", name: "ledger-0" }];
const lead = [flagsBlock(cluster, [{ flag: "--force", pods }], ["node-1"])];
const report = reportOf(cluster, drainOf(["node-1"]), {}, { next, lead });
const text = markdownReport(report);

describe("a Markdown report", () => {
  test("says of each fix what comes of it, and not only what it costs", () => {
    expect(text).toMatch(/```\n\nThen it finishes in .*, and no service goes down\. /);
  });

  test("has the flags, the moves and the outages of the text", () => {
    expect(text).toContain("**Flags:** as typed, kubectl refuses before it evicts");
    expect(text).toContain("- --force  pay/ledger-0 is deleted");
    expect(text).toContain("**Moves:** 1 pod: 1 to node-2");
    expect(text).toMatch(/\| error \| pay\/front \| 1 to 0 \| [\d.]+ s \| 1 replica: /);
  });

  test("has nothing but commands in its fenced blocks", () => {
    const fenced = [...text.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, body = ""]) =>
      body.trim().split("\n"),
    );
    expect(fenced.length).toBeGreaterThan(2);
    expect(fenced.filter((line) => !/^(kubectl|seatrial|for) /.test(line))).toEqual([]);
    expect(text).toContain("\nlater: kubectl uncordon node-1");
  });

  test("is no longer than sixty lines, whatever was found", () => {
    const names = Array.from({ length: 40 }, (_, index) => `svc-${index}`);
    const big = whole(
      clusterOf(
        nodes("node-1", "node-2"),
        names.flatMap((name) => [...deployment(`shop/${name}`, ["node-1"]), service(`shop/${name}`)]),
      ),
    );
    const long = markdownReport(reportOf(big, drainOf(["node-1"]), {}, { next, lead }));
    expect(long.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
    expect(long).toContain("34 more (--verbose)");
  });

  test("groups the outage of a Service without the label under that of its pods", () => {
    const groupOf = groupByLabel(cluster, "team");
    expect(markdownReport({ ...report, groupOf })).toMatch(
      /\*\*pay\*\*\n\n.*\n.*\n\| error \| `service-outage`/,
    );
    const budget = object("policy/v1", "PodDisruptionBudget", "pay/limit", {
      spec: { minAvailable: 1, selector: { matchLabels: { app: "ledger" } } },
    });
    const more = whole(
      clusterOf(nodes("node-1"), deployment("pay/ledger", ["node-1"], { labels: { team: "pay" } }), budget),
    );
    const finding = { subject: "pay/limit", data: {} } as Parameters<ReturnType<typeof groupByLabel>>[0];
    expect(groupByLabel(more, "team")(finding)).toBe("pay");
  });
});
