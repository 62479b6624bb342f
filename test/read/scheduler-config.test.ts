import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { defaultConfiguration, type SchedulerConfiguration } from "../../src/model/scheduler-profile.ts";
import { formatProblem } from "../../src/model/problem.ts";
import { readSchedulerConfiguration } from "../../src/read/scheduler-config.ts";

const folder = mkdtempSync(join(tmpdir(), "seatrial-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

const head = (version: string) =>
  `apiVersion: kubescheduler.config.k8s.io/${version}\nkind: KubeSchedulerConfiguration\n`;

function readText(text: string): ReturnType<typeof readSchedulerConfiguration> {
  const file = join(folder, "scheduler.yaml");
  writeFileSync(file, text);
  return readSchedulerConfiguration(file);
}

function accepted(body: string, version = "v1"): SchedulerConfiguration {
  const result = readText(head(version) + body);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.configuration;
}

/** The problems, without the folder of the file. */
function refused(text: string): readonly string[] {
  const result = readText(text);
  return result.ok ? [] : result.problems.map((problem) => formatProblem(problem).replace(`${folder}/`, ""));
}

describe("what is read", () => {
  test("nothing said means the defaults", () => {
    expect(accepted("")).toEqual(defaultConfiguration);
  });

  test("v1beta2 comes with the weights of its time", () => {
    expect(accepted("", "v1beta2").usesFirstWeights).toBe(true);
    expect(accepted("", "v1beta3").usesFirstWeights).toBe(false);
  });

  test("numbers of the whole and of a profile", () => {
    const body = `
percentageOfNodesToScore: 30
podInitialBackoffSeconds: 2
podMaxBackoffSeconds: 60
profiles:
- {}
`;
    expect(accepted(body)).toMatchObject({
      percentageOfNodesToScore: 30,
      podInitialBackoffSeconds: 2,
      podMaxBackoffSeconds: 60,
      profiles: [{ schedulerName: "default-scheduler" }],
    });
    expect(accepted("profiles: [{percentageOfNodesToScore: 70}]").profiles[0]).toMatchObject({
      percentageOfNodesToScore: 70,
    });
  });

  test("plugins by extension point", () => {
    const body = `
profiles:
- schedulerName: packing
  plugins:
    multiPoint: { disabled: [{ name: ImageLocality }] }
    score: { disabled: [{ name: "*" }], enabled: [{ name: NodeResourcesFit, weight: 5 }] }
`;
    expect(accepted(body).profiles[0]!.plugins).toMatchObject({
      multiPoint: { enabled: [], disabled: ["ImageLocality"] },
      score: { enabled: [{ name: "NodeResourcesFit", weight: 5 }], disabled: ["*"] },
      filter: { enabled: [], disabled: [] },
    });
  });

  test("arguments of plugins; a shape's scores count tenfold", () => {
    const body = `
profiles:
- pluginConfig:
  - name: NodeResourcesFit
    args:
      ignoredResources: [example.com/a]
      scoringStrategy:
        type: RequestedToCapacityRatio
        resources: [{ name: nvidia.com/gpu, weight: 3 }, { name: cpu }]
        requestedToCapacityRatio:
          shape: [{ utilization: 0, score: 0 }, { utilization: 100, score: 10 }]
  - name: NodeResourcesBalancedAllocation
    args: { resources: [{ name: cpu, weight: 1 }] }
  - name: InterPodAffinity
    args: { hardPodAffinityWeight: 7 }
  - name: NodeAffinity
    args:
      addedAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms: [{ matchExpressions: [{ key: pool, operator: In, values: [a] }] }]
  - name: PodTopologySpread
    args:
      defaultingType: List
      defaultConstraints: [{ maxSkew: 2, topologyKey: rack, whenUnsatisfiable: ScheduleAnyway }]
  - name: DefaultPreemption
    args: { minCandidateNodesPercentage: 20 }
  - name: VolumeBinding
    args: { bindTimeoutSeconds: 60 }
`;
    const { profiles, unmodelled } = accepted(body);
    expect(unmodelled).toEqual([]);
    expect(profiles[0]!.args).toMatchObject({
      nodeResourcesFit: {
        ignoredResources: ["example.com/a"],
        scoringStrategy: {
          type: "RequestedToCapacityRatio",
          resources: [
            { name: "nvidia.com/gpu", weight: 3 },
            { name: "cpu", weight: 1 },
          ],
          shape: [
            { utilization: 0, score: 0 },
            { utilization: 100, score: 100 },
          ],
        },
      },
      nodeResourcesBalancedAllocation: { resources: ["cpu"] },
      interPodAffinity: { hardPodAffinityWeight: 7, ignorePreferredTermsOfExistingPods: false },
      nodeAffinity: { addedRequired: [{ matchExpressions: [{ key: "pool" }] }], addedPreferred: [] },
      podTopologySpread: { defaultConstraints: [{ topologyKey: "rack", maxSkew: 2 }] },
      defaultPreemption: { minCandidateNodesPercentage: 20, minCandidateNodesAbsolute: 100 },
    });
  });

  test("what is not modelled is named", () => {
    const body = `
profiles:
- plugins: { multiPoint: { enabled: [{ name: Trimaran }] }, filter: { enabled: [{ name: Trimaran }] } }
  pluginConfig: [{ name: Coscheduling, args: {} }]
extenders:
- urlPrefix: https://extender.example.com/filter
`;
    expect(accepted(body).unmodelled).toEqual([
      "plugin Trimaran of profile default-scheduler",
      "arguments of plugin Coscheduling of profile default-scheduler",
      "scheduler extender https://extender.example.com/filter",
    ]);
  });
});

describe("what is refused", () => {
  test.each([
    {
      name: "another kind",
      text: "apiVersion: v1\nkind: Pod\n",
      problem:
        'scheduler.yaml:1: expected a KubeSchedulerConfiguration of kubescheduler.config.k8s.io/v1, kubescheduler.config.k8s.io/v1beta3, kubescheduler.config.k8s.io/v1beta2, got "Pod" of "v1"',
    },
    {
      name: "nothing",
      text: "",
      problem:
        "scheduler.yaml: expected a KubeSchedulerConfiguration (kubescheduler.config.k8s.io), but there is nothing in it",
    },
    {
      name: "two documents",
      text: `${head("v1")}---\n${head("v1")}`,
      problem:
        "scheduler.yaml:4 (document 2): expected one KubeSchedulerConfiguration, got more than one document",
    },
    {
      name: "a share above all",
      text: `${head("v1")}percentageOfNodesToScore: 101\n`,
      problem: "scheduler.yaml:3: percentageOfNodesToScore: expected a percentage from 0 to 100",
    },
    {
      name: "a back-off that shrinks",
      text: `${head("v1")}podInitialBackoffSeconds: 20\n`,
      problem:
        "scheduler.yaml:1: podMaxBackoffSeconds: expected at least podInitialBackoffSeconds (20), got 10",
    },
    {
      name: "two profiles of one name",
      text: `${head("v1")}profiles: [{schedulerName: a}, {schedulerName: a}]\n`,
      problem: "scheduler.yaml:3: profiles[1].schedulerName: expected a name of its own, got a again",
    },
    {
      name: "a profile without a name",
      text: `${head("v1")}profiles: [{schedulerName: a}, {}]\n`,
      problem:
        "scheduler.yaml:3: profiles[1].schedulerName: expected a name: with several profiles each needs its own",
    },
    {
      name: "arguments twice",
      text: `${head("v1")}profiles: [{pluginConfig: [{name: NodeAffinity}, {name: NodeAffinity}]}]\n`,
      problem:
        "scheduler.yaml:3: profiles[0].pluginConfig[1].name: expected one entry for NodeAffinity, got a second",
    },
    {
      name: "constraints that would not count",
      text: `${head("v1")}profiles: [{pluginConfig: [{name: PodTopologySpread, args: {defaultConstraints: [{maxSkew: 1, topologyKey: a}]}}]}]\n`,
      problem:
        "scheduler.yaml:3: profiles[0].pluginConfig[0].args.defaultConstraints: expected no constraints with defaultingType System (set defaultingType: List)",
    },
    {
      name: "a shape that goes back",
      text: `${head("v1")}profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape: [{utilization: 9, score: 1}, {utilization: 9, score: 2}]}}}}]}]\n`,
      problem:
        "scheduler.yaml:3: profiles[0].pluginConfig[0].args.scoringStrategy.requestedToCapacityRatio.shape[1].utilization: expected a higher utilization than that of the point before",
    },
    {
      name: "an unknown strategy",
      text: `${head("v1")}profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: Best}}}]}]\n`,
      problem:
        'scheduler.yaml:3: profiles[0].pluginConfig[0].args.scoringStrategy.type: expected one of LeastAllocated, MostAllocated, RequestedToCapacityRatio, got "Best"',
    },
  ])("$name", ({ text, problem }) => {
    expect(refused(text)).toEqual([problem]);
  });
});
