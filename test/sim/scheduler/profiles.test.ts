import { describe, expect, test } from "vitest";
import { ownSchedulerPlugins, schedulerBehaviour } from "../../../src/facts/scheduler.ts";
import {
  defaultConfiguration,
  defaultProfile,
  type ExtensionPoint,
  type PluginSet,
  type SchedulerConfiguration,
} from "../../../src/model/scheduler-profile.ts";
import { filterPlugins, scorePlugins } from "../../../src/sim/plugins/registry.ts";
import { frameworksOf } from "../../../src/sim/scheduler/profiles.ts";
import { makeNode, makePod } from "../../support/builders.ts";
import { makeScheduler } from "../../support/scheduler-bench.ts";

type Sets = Partial<Record<ExtensionPoint, Partial<PluginSet>>>;

function configured(sets: Sets, rest: Partial<SchedulerConfiguration> = {}): SchedulerConfiguration {
  const base = defaultProfile("default-scheduler");
  const plugins = { ...base.plugins };
  for (const [point, set] of Object.entries(sets))
    plugins[point as ExtensionPoint] = { enabled: [], disabled: [], ...set };
  return { ...defaultConfiguration, ...rest, profiles: [{ ...base, plugins }] };
}

function framework(minor: number, configuration = defaultConfiguration) {
  return frameworksOf(configuration, schedulerBehaviour({ major: 1, minor })).get("default-scheduler")!;
}

const scoresOf = (minor: number, configuration?: SchedulerConfiguration) =>
  framework(minor, configuration).score.map(({ plugin, weight }) => `${plugin.name} ${weight}`);

describe("default plugins", () => {
  test.each([
    {
      minor: 22,
      expected: [
        "NodeResourcesBalancedAllocation 1",
        "ImageLocality 1",
        "InterPodAffinity 1",
        "NodeResourcesFit 1",
        "NodeAffinity 1",
        "PodTopologySpread 2",
        "TaintToleration 1",
      ],
    },
    {
      minor: 36,
      expected: [
        "TaintToleration 3",
        "NodeAffinity 2",
        "NodeResourcesFit 1",
        "VolumeBinding 1",
        "PodTopologySpread 2",
        "InterPodAffinity 2",
        "NodeResourcesBalancedAllocation 1",
        "ImageLocality 1",
      ],
    },
  ])("1.$minor scores with $expected", ({ minor, expected }) => {
    expect(scoresOf(minor)).toEqual(expected);
  });

  test("v1beta2 keeps the weights of its time", () => {
    expect(scoresOf(24, { ...defaultConfiguration, usesFirstWeights: true })).toContain("TaintToleration 1");
  });

  test("filters run from what is cheap to what is dear", () => {
    const { filter } = framework(36);
    expect(filter.map(({ name }) => name)).toEqual([
      "NodeUnschedulable",
      "NodeName",
      "TaintToleration",
      "NodeAffinity",
      "NodePorts",
      "NodeResourcesFit",
      "VolumeRestrictions",
      "NodeVolumeLimits",
      "VolumeBinding",
      "VolumeZone",
      "PodTopologySpread",
      "InterPodAffinity",
      "DynamicResources",
    ]);
  });

  test("what a plugin finds out before Filter is found out in every minor", () => {
    for (const minor of [22, 25, 27, 28, 36]) {
      const { filter, preFilter } = framework(minor);
      const unprepared = filter.filter((plugin) => plugin.preFilter && !preFilter.includes(plugin));
      expect(unprepared.map(({ name }) => name)).toEqual([]);
    }
  });

  test("every plugin is one of kube-scheduler's own", () => {
    const names = [...filterPlugins.keys(), ...scorePlugins.keys()];
    expect(names.filter((name) => !ownSchedulerPlugins.has(name))).toEqual([]);
  });
});

describe("a profile", () => {
  test("turns a score off", () => {
    const sets: Sets = { score: { disabled: ["ImageLocality"] } };
    expect(scoresOf(36, configured(sets)).some((each) => each.startsWith("ImageLocality"))).toBe(false);
    expect(framework(36, configured(sets)).filter).toHaveLength(13);
  });

  test("turns all scores off but its own", () => {
    const sets: Sets = { score: { disabled: ["*"], enabled: [{ name: "NodeResourcesFit", weight: 5 }] } };
    expect(scoresOf(36, configured(sets))).toEqual(["NodeResourcesFit 5"]);
  });

  test("gives a plugin another weight under multiPoint; it keeps its place", () => {
    const sets: Sets = { multiPoint: { enabled: [{ name: "NodeAffinity", weight: 9 }] } };
    expect(scoresOf(36, configured(sets)).slice(0, 2)).toEqual(["TaintToleration 3", "NodeAffinity 9"]);
  });

  test("puts what it names at the point itself before the others", () => {
    const sets: Sets = { score: { enabled: [{ name: "ImageLocality", weight: 7 }] } };
    expect(scoresOf(36, configured(sets))[0]).toBe("ImageLocality 7");
  });

  test("turns a plugin off everywhere", () => {
    const { filter, preFilter, score } = framework(
      36,
      configured({ multiPoint: { disabled: ["InterPodAffinity"] } }),
    );
    const names = [...filter, ...preFilter, ...score.map(({ plugin }) => plugin)].map(({ name }) => name);
    expect(names).not.toContain("InterPodAffinity");
  });

  test("without the gate plugin lets gated pods in", () => {
    const gated = makePod("p", { spec: { schedulingGates: ["wait"] } });
    expect(makeScheduler().preEnqueue(gated)).toMatchObject({ plugin: "SchedulingGates" });
    const configuration = configured({ multiPoint: { disabled: ["SchedulingGates"] } });
    expect(makeScheduler({ configuration }).preEnqueue(gated)).toBeUndefined();
  });

  test("without preemption says nothing of it", () => {
    const configuration = configured({ postFilter: { disabled: ["*"] } });
    const decision = makeScheduler({
      configuration,
      nodes: [makeNode("n", { unschedulable: true })],
    }).schedule(makePod("p"), "p", 0);
    expect(decision.kind === "unschedulable" && decision.message()).toBe(
      "0/1 nodes are available: 1 node(s) were unschedulable.",
    );
  });
});

test("pods go by the profile that they name", () => {
  const packing = {
    ...defaultProfile("packing"),
    args: {
      ...defaultProfile("").args,
      nodeResourcesFit: {
        ignoredResources: [],
        ignoredResourceGroups: [],
        scoringStrategy: { type: "MostAllocated", resources: [{ name: "cpu", weight: 1 }] },
      } as const,
    },
  };
  const scheduler = makeScheduler({
    configuration: { ...defaultConfiguration, profiles: [...defaultConfiguration.profiles, packing] },
    nodes: [makeNode("empty"), makeNode("used")],
    pods: [makePod("old", { nodeName: "used", spec: { requests: { cpu: 1_000, memory: 4 * 2 ** 30 } } })],
  });
  const chosen = (schedulerName: string) =>
    scheduler.schedule(
      makePod("p", { spec: { requests: { cpu: 500, memory: 2 * 2 ** 30 }, schedulerName } }),
      "p",
      0,
    );
  expect(chosen("default-scheduler")).toMatchObject({ nodeName: "empty" });
  expect(chosen("packing")).toMatchObject({ nodeName: "used" });
  expect(chosen("mine")).toEqual({ kind: "no-profile", schedulerName: "mine" });
});
