import { describe, expect, test } from "vitest";
import { folderWith, seatrial } from "../support/command-line.ts";

/** `seatrial drain --drainer NAME`: whose rules apply, and what it is called. */

const cluster = `
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Node, metadata: { name: node-1 }, status: { conditions: [{ type: Ready, status: "True" }], nodeInfo: { kubeletVersion: v1.33.4 } } }
  - { apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop, labels: { app: web } }, spec: { nodeName: node-1, containers: [{ name: main, image: main }] }, status: { phase: Running, podIP: 10.0.0.1, conditions: [{ type: Ready, status: "True" }] } }
  - { apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: web, namespace: shop }, spec: { minAvailable: 1, selector: { matchLabels: { app: web } } } }
`;
const drain = ["drain", "node-1", "--from", "cluster.yaml"];

function run(...args: readonly string[]) {
  return seatrial(folderWith({ "cluster.yaml": cluster }), [...drain, ...args]);
}

describe("seatrial drain --drainer", () => {
  test("eks gives up after 15 minutes, and what it does not publish is named", () => {
    const { stdout, exitCode } = run("--drainer", "eks");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^STOPS +after 15m00s/);
    expect(stdout).toContain("eviction retry 5 s: EKS does not publish it: kubectl's");
    expect(stdout).not.toContain("kubectl drain");
  });

  test("gke finishes, at a price", () => {
    const { stdout, exitCode } = run("--drainer", "gke");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("drain-forced");
  });

  test("the plan that is printed has it", () => {
    expect(run("--drainer", "cluster-api", "--print-plan").stdout).toContain("drainer: cluster-api");
  });

  test("a flag that it does not have, and a name that there is not, are refused", () => {
    expect(run("--drainer", "eks", "--timeout", "5m")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("eks has no timeout") as string,
    });
    expect(run("--drainer", "gardener").exitCode).toBe(2);
  });
});
