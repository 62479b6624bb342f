import { expect, test } from "vitest";
import type { Step } from "../../src/plan/plan.ts";
import { apiOutages } from "../../src/trace/control-plane.ts";
import { eksPool, managedCluster } from "../support/managed-clusters.ts";
import { kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { findingsOf, planOf, rehearse } from "../support/rehearse.ts";

const upgrade = (to: string, api: "answers" | "away" = "answers"): Step => ({
  kind: "upgradeManagedControlPlane",
  name: "control-plane",
  to,
  api,
});
const cluster = managedCluster("v1.33.3-eks-3abbec1", [{ labels: eksPool("general"), count: 2 }]);

test("the provider's control plane has the new version after as long as it takes", () => {
  const { trace, verdict } = rehearse(cluster, planOf([upgrade("v1.34.11")]));
  expect(verdict.word).toBe("FINISHES");
  const upgraded = trace.events.filter(({ kind }) => kind === "component.upgraded");
  expect(upgraded).toMatchObject([
    { component: "kube-apiserver", node: "", from: "v1.33.3-eks-3abbec1", to: "v1.34.11" },
  ]);
  const started = trace.events.find(({ kind }) => kind === "upgrade.started");
  expect(upgraded[0]!.time - started!.time).toBe(600_000);
  expect(apiOutages(trace)).toEqual([]);
});

test("where it does not answer meanwhile, that is the time for which the API is away", () => {
  const { trace, verdict } = rehearse(cluster, planOf([upgrade("v1.34.11", "away")]));
  expect(apiOutages(trace).map(({ from, to, what }) => [to - from, what])).toEqual([[600_000, "managed"]]);
  expect(findingsOf(verdict, "control-plane-away")).toMatchObject([{ data: { seconds: 600 } }]);
});

test.each([
  ["v1.35.8", "it skips no minor"],
  ["v1.32.13", "which is newer"],
])("%s is refused", (to, words) => {
  const { verdict } = rehearse(cluster, planOf([upgrade(to)]));
  expect(verdict.word).toBe("STOPS");
  expect(JSON.stringify(verdict.findings)).toContain(words);
});

test("near misses: the version that it has, and a control plane that nobody manages", () => {
  const same = rehearse(cluster, planOf([upgrade("v1.33.3-eks-3abbec1")]));
  expect(same.verdict.word).toBe("FINISHES");
  expect(same.trace.events.some(({ kind }) => kind === "upgrade.started")).toBe(false);
  const own = rehearse(kubeadmCluster(1), planOf([upgrade("v1.34.11")]));
  expect(JSON.stringify(own.verdict.findings)).toContain("no provider upgrades it");
});
