import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runSchedulerFile } from "./run-file.ts";

const folder = join(import.meta.dirname, "../data/scheduler");
const files = readdirSync(folder).filter((file) => file.endsWith(".jsonl.gz"));

/** The features that the recordings are about: each is kept. */
const features = `
  affinity-label-keys affinity-namespaces cordoned daemon-set existing-affinity-scores
  existing-anti-affinity finished-and-terminating-pods host-ports image-locality namespaced-mix
  node-affinity-fields node-affinity-preferred node-affinity-required node-conditions node-name
  node-selector nominated-others pod-affinity-preferred pod-affinity-required pod-affinity-self
  pod-anti-affinity-preferred pod-anti-affinity-required preempt-basic preempt-constraints preempt-never
  preempt-nominated-self preempt-pdb resources-containers resources-extended resources-fit
  resources-in-place-resize resources-init-sidecar resources-overhead resources-pod-count resources-pod-level
  resources-scoring resources-zero scheduling-gates spread-hard spread-label-keys
  spread-min-domains spread-multi spread-policies spread-soft spread-system-default
  taints-hard taints-soft volume-capacity volume-limits volume-local
  volume-restrictions volume-unbound volume-wait volume-zone
`;

describe("what kube-scheduler decided", () => {
  test.each(files)("%s", (file) => {
    const outcomes = [...runSchedulerFile(join(folder, file))];
    const failed = outcomes.filter(({ difference }) => difference !== undefined);
    expect(failed.map(({ id, difference }) => `${id}: ${difference}`)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(90);
  });

  test("the kept recordings are about every feature, under two versions", () => {
    expect(files.filter((file) => file.includes(".v1.34.4-results"))).toHaveLength(files.length / 2);
    const outcomes = [...runSchedulerFile(join(folder, "isolated.jsonl.gz"))];
    const covered = new Set(outcomes.flatMap((outcome) => outcome.features));
    expect([...covered].sort()).toEqual(features.trim().split(/\s+/).sort());
  });
});
