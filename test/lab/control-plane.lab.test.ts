import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LabControlPlane } from "../../lab/control-plane.ts";
import { kubectl, labBin, labNodes, startLab } from "./lab.ts";

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web }
      annotations: { lab.seatrial/start: "1", lab.seatrial/ready: "2", lab.seatrial/stop: "1" }
    spec: { containers: [{ name: web, image: web }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }
`;

describe.skipIf(labBin === undefined)("the lab", () => {
  let lab: LabControlPlane;
  beforeAll(async () => {
    lab = await startLab();
    await lab.startControllers();
    kubectl(lab, ["apply", "-f", "-"], labNodes(["n1"]));
    kubectl(lab, ["wait", "--for=condition=Ready", "node/n1", "--timeout=60s"]);
    kubectl(lab, ["wait", "--for=create", "serviceaccount/default", "--timeout=60s"]);
    kubectl(lab, ["apply", "-f", "-"], web);
    kubectl(lab, ["rollout", "status", "deployment/web", "--timeout=60s"]);
    kubectl(lab, ["wait", "--for=jsonpath={.status.disruptionsAllowed}=1", "pdb/web", "--timeout=60s"]);
  }, 120_000);
  afterAll(() => lab.remove());

  test("its API server refuses an eviction as a budget says, and kubectl asks again", async () => {
    kubectl(lab, ["apply", "-f", "-"], labNodes(["n2"]));
    kubectl(lab, ["wait", "--for=condition=Ready", "node/n2", "--timeout=60s"]);
    const taints = () => kubectl(lab, ["get", "node", "n2", "-o", "jsonpath={.spec.taints}"]);
    await expect.poll(taints, { timeout: 30_000 }).toBe("");
    const before = kubectl(lab, ["get", "pods", "-o", "jsonpath={.items[*].spec.nodeName}"]);
    expect(before).toBe("n1 n1");
    const started = Date.now();
    kubectl(lab, ["drain", "n1"]);
    // The second pod waits for the first one's replacement, and kubectl for five seconds.
    expect(Date.now() - started).toBeGreaterThan(5_000);
    const after = kubectl(lab, ["get", "pods", "-o", "jsonpath={.items[*].spec.nodeName}"]);
    expect(after).toBe("n2 n2");
  }, 120_000);

  test("its API server can go away and come back", async () => {
    await lab.stopApiServer();
    expect(() => kubectl(lab, ["get", "nodes"])).toThrow(/refused/);
    await lab.startApiServer();
    expect(kubectl(lab, ["get", "nodes", "-o", "name"])).toBe("node/n1\nnode/n2\n");
  }, 120_000);
});
