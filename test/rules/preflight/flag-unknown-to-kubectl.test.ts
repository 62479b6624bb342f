import { expect, test } from "vitest";
import { deployment, nodes } from "../../support/objects.ts";
import { besidePlan } from "../../support/preflight.ts";
import { drainOf, snapshot } from "../../support/rehearse.ts";

const rule = "flag-unknown-to-kubectl";

function ofVersion(version: string) {
  const items = [...nodes("node-1", "node-2"), ...deployment("shop/web", ["node-1"])];
  return snapshot(JSON.stringify({ apiVersion: "v1", kind: "List", items }), { version });
}

test("a kubectl of 1.19 has another name for --delete-emptydir-data", () => {
  expect(besidePlan(ofVersion("v1.19.3"), drainOf(["node-1"]), rule)).toMatchObject([
    {
      severity: "info",
      subject: "--delete-emptydir-data",
      message: "kubectl 1.19 does not know it: there it is called --delete-local-data",
    },
  ]);
});

test("near misses: 1.20 knows it; without the flag nothing is amiss", () => {
  expect(besidePlan(ofVersion("v1.20.0"), drainOf(["node-1"]), rule)).toEqual([]);
  const plain = drainOf(["node-1"], { deleteEmptyDirData: false });
  expect(besidePlan(ofVersion("v1.19.3"), plain, rule)).toEqual([]);
});
