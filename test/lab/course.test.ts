import { expect, test } from "vitest";
import { courseOf } from "../../lab/course.ts";
import { differencesOf } from "../../lab/differences.ts";
import { labBlocks } from "../../lab/report.ts";
import { layOut, unpainted } from "../../src/report/layout.ts";
import { drainOf, rehearse, running } from "../support/rehearse.ts";

const manifests = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { terminationGracePeriodSeconds: 5, containers: [{ name: web, image: web }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: 2, selector: { matchLabels: { app: web } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
const cluster = running(manifests);
const trace = (seed: number) => rehearse(cluster, drainOf(["node-1", "node-2"]), { seed }).trace;

test("the course of a rehearsal, fact by fact", () => {
  const course = courseOf(trace(1));
  const text = (fact: string) => course.get(fact)?.value;
  expect(text("nodes in the order in which their drains ended")).toBe("node-1, node-2");
  expect(text("step plan/0")).toBe("done");
  expect(text("pods of default/Deployment/web")).toBe("3 Ready");
  expect(text("nodes of default/Deployment/web")).toBe("3 node-3");
  expect(text("cordoned nodes")).toBe("node-1, node-2");
  expect(text("fewest ready endpoints of default/web")).toBe("2");
  expect(text("refusals of default/Deployment/web")).toContain("disruption budget");
  expect(Number(text("evictions of default/Deployment/web"))).toBeGreaterThanOrEqual(2);
});

test("a rehearsal does not part from itself, and where it parts another seed tells what is chance", () => {
  const own = courseOf(trace(1));
  expect(differencesOf(own, own, new Map())).toEqual([]);
  const changed = new Map(own)
    .set("nodes of default/Deployment/web", { kind: "text", value: "3 node-2" })
    .set("step plan/0 takes", {
      kind: "millis",
      value: (own.get("step plan/0 takes")!.value as number) + 1_900,
    });
  const place = {
    fact: "nodes of default/Deployment/web",
    rehearsed: own.get("nodes of default/Deployment/web"),
  };
  expect(differencesOf(changed, own, new Map())).toMatchObject([{ ...place, seed: undefined }]);
  expect(differencesOf(changed, own, new Map([[7, changed]]))).toMatchObject([{ ...place, seed: 7 }]);
});

test("a time that is more than two seconds off is told, with both", () => {
  const own = courseOf(trace(1));
  const late = new Map(own).set("step plan/0 takes", { kind: "millis", value: 600_000 });
  const run = {
    cluster,
    different: [],
    rehearsed: trace(1),
    real: trace(1),
    isOver: true,
    facts: own.size,
    differences: differencesOf(late, own, new Map()),
  };
  const shown = layOut(labBlocks(run), 80, unpainted).join("\n");
  expect(shown).toContain(`PARTS     1 fact of ${own.size} is not as rehearsed.`);
  expect(shown).toMatch(/step plan\/0 takes\n +rehearsed: .*\n +real: +10m00s/);
});
