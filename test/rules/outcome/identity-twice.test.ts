import { expect, test } from "vitest";
import { boundVolume, clusterOf, deployment, nodes, statefulSet } from "../../support/objects.ts";
import { drainOf, findingsOf, rehearse } from "../../support/rehearse.ts";

const rule = "identity-twice";
const two = nodes("node-1", "node-2");
const atOnce = drainOf(["node-1"], { gracePeriod: 0 });

test("a grace period of 0: the new pod runs while the old one may still end", () => {
  const { verdict, trace } = rehearse(clusterOf(two, statefulSet("data/db", ["node-1"])), atOnce);
  const [finding] = findingsOf(verdict, rule);
  expect(finding).toMatchObject({
    severity: "warning",
    subject: "data/StatefulSet/db",
    message: expect.stringMatching(
      /^1 pod \(data\/db-0\) is gone from the API at once, and its successor runs beside it for up to \d+(\.\d)? s$/,
    ) as string,
  });
  const gone = trace.events[finding!.events[0]!]!;
  const runs = trace.events.find(({ kind }) => kind === "pod.running")!;
  expect(finding!.data["seconds"]).toBe((gone.time + 30_000 - runs.time) / 1_000);
});

test("near misses: its own grace, a Deployment", () => {
  const calm = rehearse(clusterOf(two, statefulSet("data/db", ["node-1"])), drainOf(["node-1"]));
  expect(findingsOf(calm.verdict, rule)).toEqual([]);
  const web = rehearse(clusterOf(two, deployment("shop/web", ["node-1"])), atOnce);
  expect(findingsOf(web.verdict, rule)).toEqual([]);
});

test("a volume that one node at a time may have is let go only when the old containers have ended", () => {
  const spec = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };
  const volume = boundVolume("disk", "data/data", ["ReadWriteOnce"]);
  const db = statefulSet("data/db", ["node-1"], { spec });
  const { verdict, trace } = rehearse(clusterOf(two, volume, db), atOnce);
  const gone = trace.events.find(({ kind }) => kind === "pod.gone")!;
  const runs = trace.events.find(({ kind }) => kind === "pod.running")!;
  expect(runs.time).toBeGreaterThanOrEqual(gone.time + 30_000);
  expect(findingsOf(verdict, rule)).toEqual([]);
});
