import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LabControlPlane } from "../../lab/control-plane.ts";
import { auditOf } from "./audit.ts";
import * as on from "./execute.ts";
import { kubectl, labBin, labNodes, startLab } from "./lab.ts";

/** Steps that no API server carries out, by programs: here they have the rights of an administrator, as ssh would. */
describe.skipIf(labBin === undefined)("an upgrade by programs", () => {
  let lab: LabControlPlane;
  beforeAll(async () => {
    lab = await startLab();
    await lab.startControllers();
  }, 120_000);
  afterAll(() => lab.remove());
  afterEach(() => auditOf(lab).check());

  const kubeletOf = (node: string) =>
    kubectl(lab, ["get", "node", node, "-o", "jsonpath={.status.nodeInfo.kubeletVersion}"]);

  function setKubelet(node: string, version: string): void {
    const patch = JSON.stringify({ status: { nodeInfo: { kubeletVersion: version } } });
    kubectl(lab, ["patch", "node", node, "--subresource=status", "--type=merge", "-p", patch]);
  }

  /** An executable file of a plan's folder. */
  function program(folder: string, name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\nset -e\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  test("nodes join, kubelets are replaced, and both are believed once the cluster shows it", async () => {
    await on.prepare(lab, "up");
    for (const node of ["up-a", "up-b"]) setKubelet(node, "v1.35.2");
    const folder = on.planFolder(`- joinNode: { fromTemplate: up-b, node: up-c, timeout: 5m }
- rollout:
    nodes: [up-a, up-b]
    perNode: [drain: {}, upgradeKubelet: { to: v1.36.0, timeout: 5m }, uncordon: {}]`);
    await on.grant(lab, folder);
    const admin = `"${labBin}/kubectl" --kubeconfig "${lab.kubeconfig}"`;
    const node = join(folder, "node.json");
    writeFileSync(node, labNodes(["up-c"]));
    const joins = program(
      folder,
      "join.sh",
      `test "$SEATRIAL_NODE $SEATRIAL_LIKE" = "up-c up-b"
${admin} apply -f "${node}"
${admin} label node up-c test=up`,
    );
    const patch = `{\\"status\\":{\\"nodeInfo\\":{\\"kubeletVersion\\":\\"$SEATRIAL_TO\\"}}}`;
    const upgrades = program(
      folder,
      "upgrade.sh",
      `${admin} patch node "$SEATRIAL_NODE" --subresource=status --type=merge -p "${patch}"`,
    );
    const words = ["execute", "plan.yaml", "--yes", "--journal", "run.journal"];
    const hooks = ["--hook", `joinNode=${joins}`, "--hook", `upgradeKubelet=${upgrades}`];
    const run = on.start(lab, folder, [...words, ...hooks]);
    await on.exits(run, 0);
    expect([kubeletOf("up-a"), kubeletOf("up-b")]).toEqual(["v1.36.0", "v1.36.0"]);
    const records = on.recordsOf(folder);
    expect(records).toContainEqual(
      expect.objectContaining({ kind: "seen", fact: { kind: "joined", node: "up-c" } }),
    );
    expect(records.filter(({ kind }) => kind === "begun")).toHaveLength(3);
  }, 240_000);
});
