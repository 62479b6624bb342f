import { describe, expect, test } from "vitest";
import { complaints, fileOf, fileOfSteps, saying } from "./plan-files.ts";

/** What a plan file may not say in its spec, and what is said of it: the line, the field, and what would do. */

describe("the spec", () => {
  test.each([
    ["{}", /spec\.steps: expected a list of steps, but it is missing$/],
    ["steps: []", /spec\.steps: expected a list of steps with at least one entry$/],
    ["stepps: []", 'plan.yaml:5: spec.stepps: there is no "stepps" in spec (did you mean "steps"?)'],
    ["steps: [approve: {}]\ntimeout: 5m", /there is no "timeout" in spec: write defaults: \{timeout: …\}$/],
    [
      "steps: [approve: {}]\ndrainer: kubctl",
      /expected one of kubectl, cluster-api, eks, gke, aks, karpenter, got "kubctl" \(did you mean "kubectl"\?\)$/,
    ],
    [
      "steps: [approve: {}]\nonFailure: abort\ndefaults: { onFailure: pause }",
      "plan.yaml:6: spec.onFailure: is the same as spec.defaults.onFailure: give one of them",
    ],
    [
      "steps: [approve: {}]\ndefaults: { drain: { ignoreDaemonsets: true } }",
      /\(did you mean "ignoreDaemonSets"\?\)$/,
    ],
    [
      "steps: [approve: {}]\nassumptions: { workloads: { web: {} } }",
      /expected an object as namespace\/Kind\/name/,
    ],
    [
      "steps: [approve: {}]\nassumptions: { pullBytesPerSecond: fast }",
      /expected bytes per second, such as 35M or 100Mi, got "fast"$/,
    ],
    [
      "steps: [approve: {}]\nassumptions: { default: { start: 5 } }",
      /or never, got 5 \(write the unit: 5s or 5m\)$/,
    ],
    [
      "steps: [approve: {}]\nalerts: [{ matchers: [] }]",
      /alerts\[0\]\.matchers: expected a list of matchers with at least one entry$/,
    ],
    [
      "steps: [approve: {}]\nalerts: [{ matchers: [critical] }]",
      /matchers\[0\]: expected a matcher such as severity="critical", got "critical"$/,
    ],
    [
      "steps: [approve: {}]\nalerts: [{ matchers: ['a=\"b'] }]",
      /expected a matcher such as severity="critical", got /,
    ],
    [
      "steps: [approve: {}]\nassertions: [{ noOutage: true }]",
      /assertions\[0\]\.name: expected a name, but it is missing$/,
    ],
    [
      "steps: [approve: {}]\nassertions: [{ name: a }]",
      /expected one of service, workload, .*, got none of them$/,
    ],
    [
      "steps: [approve: {}]\nassertions: [{ name: a, noOutage: true, nodesBack: true }]",
      /got nodesBack and noOutage$/,
    ],
    [
      "steps: [approve: {}]\nassertions: [{ name: a, noOutage: false }]",
      /noOutage: expected true, got false$/,
    ],
    [
      "steps: [approve: {}]\nassertions: [{ name: a, service: web, downtime: 0s }]",
      /expected a Service as namespace\/name, such as shop\/frontend, got "web"$/,
    ],
    [
      "steps: [approve: {}]\nassertions: [{ name: a, service: a/b }]",
      /expected downtime or degraded: how much of it is allowed$/,
    ],
    [
      "steps: [approve: {}]\nassertions: [{ name: a, noOutage: true, downtime: 5s }]",
      /downtime: goes with service only$/,
    ],
    [
      "steps: [approve: {}]\nassertions: [{ name: a, noOutage: true, minReady: 5 }]",
      /minReady: goes with workload only$/,
    ],
    [
      "steps: [approve: {}]\nassertions: [{ name: a, workload: a/Deployment/b }]",
      /expected minReady: how many Ready pods it needs$/,
    ],
    [
      'steps: [approve: {}]\nwindow: { start: "22:00" }',
      /window: expected either duration or end, got neither$/,
    ],
    [
      'steps: [approve: {}]\nwindow: { start: "22:00", end: "04:00", duration: 6h }',
      /window: expected either duration or end, got both$/,
    ],
    [
      "steps: [approve: {}]\nwindow: { start: 22, duration: 6h }",
      /start: expected a time of day such as 22:00, or a date .*, got 22 \(put it in quotes\)$/,
    ],
    [
      'steps: [approve: {}]\nwindow: { start: "2026-02-30T22:00", duration: 6h }',
      /start: expected a day that there is, got "2026-02-30T22:00"$/,
    ],
    [
      'steps: [approve: {}]\nwindow: { start: "22:00", duration: 6h, timeZone: Mars/Olympus }',
      /timeZone: expected a time zone such as Europe\/Paris or UTC, got "Mars\/Olympus"$/,
    ],
    [
      'steps: [approve: {}]\nwindow: { start: "22:00", duration: 6h, days: [Saturday] }',
      /expected one of Mon, Tue, .*, got "Saturday"/,
    ],
    [
      'steps: [approve: {}]\nwindow: { start: "2026-03-14T22:00", duration: 6h, days: [Sat] }',
      /days: goes with a time of day only: start has a date$/,
    ],
    [
      'steps: [approve: {}]\nwindow: { start: "22:00", duration: 1h, cutoff: 1h }',
      /cutoff: leaves nothing of the window: it has to be shorter than duration$/,
    ],
    [
      'steps: [approve: {}]\nfreezes: [{ from: "2026-12-20", to: "2026-12-19" }]',
      /freezes\[0\]\.to: is before from$/,
    ],
    [
      'steps: [approve: {}]\nfreezes: [{ from: "20.12.2026", to: "2026-12-24" }]',
      /from: expected a date such as 2026-12-20, or 2026-12-20T18:00, got "20.12.2026"$/,
    ],
  ])("%j", (spec, message) => {
    expect(complaints(fileOf(spec))).toEqual([saying(message)]);
  });
});

describe("what the language keeps for later is refused by name", () => {
  const later = (what: string) =>
    expect.stringContaining(`: this version does not rehearse ${what} yet: leave it out`) as string;
  test.each([
    ["objectives: [{ minimise: makespan }]", "objectives"],
    ["drainer: gardener", '"gardener"'],
    ["drainer: cluster-autoscaler", '"cluster-autoscaler"'],
    ["assertions: [{ name: a, service: a/b, downtime: 0s, availability: {} }]", "availability"],
  ])("%s", (field, what) => {
    expect(complaints(fileOf(`${field}\nsteps: [approve: {}]`))).toEqual([later(what)]);
  });

  test.each([["rollout: { selector: {}, perNode: [drain: {}], order: planned }", '"planned"']])(
    "- %s",
    (step, what) => {
      expect(complaints(fileOfSteps(`- ${step}`))).toEqual([later(what)]);
    },
  );
});
