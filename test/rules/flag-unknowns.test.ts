import { expect, test } from "vitest";
import { clusterOf, configMap, node } from "../support/objects.ts";
import { rehearseSpec } from "../support/plan-text.ts";

const steps = {
  reboot: "    - reboot: { nodes: [n1], duration: 5m }\n",
  "a hook that reboots": "    - hook: { command: [boot], nodes: [n1], effect: reboot, duration: 5m }\n",
  "a hook that does not": "    - hook: { command: [look], nodes: [n1], effect: none, duration: 5m }\n",
};

test.each([
  ["reboot", "30s", 1],
  ["a hook that reboots", "30s", 1],
  ["a hook that does not", "30s", 0],
  ["reboot", "0s", 0],
] as const)("%s with shutdownGracePeriod %s: named as not rehearsed or not", (step, period, count) => {
  const config = configMap("kubelet-config", { kubelet: `shutdownGracePeriod: ${period}` });
  const { verdict } = rehearseSpec(clusterOf(node("n1"), node("n2"), config), `  steps:\n${steps[step]}`);
  expect(verdict.unknown.filter((each) => each.includes("shutdownGracePeriod"))).toHaveLength(count);
});
