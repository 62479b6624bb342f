import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LabControlPlane, type LabOptions, startControlPlane } from "../../lab/control-plane.ts";

/** Where the lab's programs are; `npm run test:lab` says it, and without it tests that need them are left out. */
export const labBin = process.env["SEATRIAL_LAB_BIN"];

/** A control plane of its own for one file of tests; its controllers stand still until they are started. */
export function startLab(options: Partial<LabOptions> = {}): Promise<LabControlPlane> {
  return startControlPlane({
    bin: labBin!,
    stages: join(import.meta.dirname, "../../lab/stages.yaml"),
    folder: join(mkdtempSync(join(tmpdir(), "seatrial-lab-")), "lab"),
    ...options,
  });
}

/** The lab's own kubectl; throws with what it printed where it fails. */
export function kubectl(lab: LabControlPlane, words: readonly string[], input = ""): string {
  const flags = ["--kubeconfig", lab.kubeconfig];
  return execFileSync(join(labBin!, "kubectl"), [...flags, ...words], { encoding: "utf8", input });
}

/** Nodes of KWOK's, as manifests. */
export function labNodes(names: readonly string[]): string {
  const room = { cpu: "4", memory: "8Gi", pods: "110" };
  const nodes = names.map((name) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: { "kubernetes.io/hostname": name },
    },
    status: { allocatable: room, capacity: room },
  }));
  return nodes.map((node) => JSON.stringify(node)).join("\n---\n");
}
