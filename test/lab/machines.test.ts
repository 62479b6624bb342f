import { expect, test } from "vitest";
import { unableKinds } from "../../lab/machines.ts";
import { planOf } from "../support/live-run.ts";

test("what the lab has no machines for is found wherever it stands in a plan", () => {
  const steps = `- sequence: { steps: [{ renewCertificates: { nodes: [n1] } }] }
- rollout: { nodes: [n1], perNode: [drain: {}, upgradeKubelet: { to: v1.31.0 }, uncordon: {}] }
- drain: { nodes: [n1] }`;
  expect(unableKinds(planOf(steps, ""))).toEqual(["renewCertificates", "upgradeKubelet"]);
  expect(
    unableKinds(planOf("- drain: { nodes: [n1] }\n- reboot: { nodes: [n1], duration: 1m }", "")),
  ).toEqual([]);
});
