import { fc } from "@fast-check/vitest";
import type { PodAffinityTerm } from "../../src/model/affinity.ts";
import type { Labels } from "../../src/model/meta.ts";
import type { PodSpec, PodVolume, TopologySpreadConstraint } from "../../src/model/pod.ts";
import type { Taint } from "../../src/model/taint.ts";
import {
  affinityTerm,
  image,
  makeContainer,
  makeSpec,
  MiB,
  nodeTerm,
  selecting,
  taint,
  toleration,
} from "./builders.ts";

/** Small worlds of few words, so that selectors, taints and topologies meet often. */

export const zoneKey = "topology.kubernetes.io/zone";
export const hostKey = "kubernetes.io/hostname";
export const nodeNames = ["n0", "n1", "n2", "n3", "n4", "n5"];
const images = ["small", "large", "rare"];
const imageSizes: Readonly<Record<string, number>> = { small: 40 * MiB, large: 900 * MiB, rare: 300 * MiB };

export const podLabels: fc.Arbitrary<Labels> = fc.record(
  { app: fc.constantFrom("web", "db"), tier: fc.constantFrom("x", "y") },
  { requiredKeys: [] },
);

export const nodeLabels: fc.Arbitrary<Labels> = fc.record(
  {
    [zoneKey]: fc.constantFrom("a", "b", "c"),
    disk: fc.constantFrom("ssd", "hdd"),
    [hostKey]: fc.constantFrom("n0", "n1", "shared"),
  },
  { requiredKeys: [] },
);

export const nodeTaints: fc.Arbitrary<readonly Taint[]> = fc.array(
  fc
    .tuple(fc.constantFrom("gpu", "old"), fc.constantFrom("NoSchedule", "PreferNoSchedule", "NoExecute"))
    .map(([key, effect]) => taint(key, effect)),
  { maxLength: 2 },
);

export const nodeImages = fc
  .subarray(images)
  .map((names) => names.map((name) => image(name, imageSizes[name]!)));

export const nodeAllocatable = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 12 }))
  .map(([cpu, memory, pods]) => ({ cpu: cpu * 500, memory: memory * 512 * MiB, pods }));

const topologyKey = fc.constantFrom(zoneKey, hostKey, "disk");

const podTerm: fc.Arbitrary<PodAffinityTerm> = fc
  .tuple(topologyKey, podLabels, fc.constantFrom("own", "other", "all", "team"))
  .map(([key, labels, spaces]) => {
    switch (spaces) {
      case "other":
        return affinityTerm(key, labels, { namespaces: ["other"] });
      case "all":
        return affinityTerm(key, labels, { namespaceSelector: [] });
      case "team":
        return affinityTerm(key, labels, {
          namespaceSelector: [{ key: "team", operator: "In", values: ["a"] }],
        });
      default:
        return affinityTerm(key, labels);
    }
  });

const weighted = <T>(term: fc.Arbitrary<T>) =>
  fc.tuple(fc.integer({ min: 0, max: 100 }), term).map(([weight, each]) => ({ weight, term: each }));

const few = <T>(each: fc.Arbitrary<T>, maxLength = 2) => fc.array(each, { maxLength });

/** Mostly none. */
const rarely = <T>(each: fc.Arbitrary<readonly T[]>): fc.Arbitrary<readonly T[]> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: each });

interface SpreadShape extends Omit<TopologySpreadConstraint, "labelSelector"> {
  readonly selector: Labels;
}

/** Only hard constraints have minDomains. */
function toConstraint({ selector, minDomains, ...rest }: SpreadShape): TopologySpreadConstraint {
  const hasMinDomains = minDomains !== undefined && rest.whenUnsatisfiable === "DoNotSchedule";
  return { ...rest, ...(hasMinDomains ? { minDomains } : {}), labelSelector: selecting(selector) };
}

const spread: fc.Arbitrary<TopologySpreadConstraint> = fc
  .record({
    maxSkew: fc.integer({ min: 1, max: 3 }),
    topologyKey,
    whenUnsatisfiable: fc.constantFrom("DoNotSchedule" as const, "ScheduleAnyway" as const),
    selector: podLabels,
    minDomains: fc.integer({ min: 1, max: 4 }),
    nodeAffinityPolicy: fc.constantFrom("Honor" as const, "Ignore" as const),
    nodeTaintsPolicy: fc.constantFrom("Honor" as const, "Ignore" as const),
    matchLabelKeys: fc.constantFrom([], ["tier"]),
  })
  .map(toConstraint);

const claimVolume = fc
  .constantFrom("exclusive", "zonal", "waiting", "absent")
  .map((claimName): PodVolume => ({
    type: "persistentVolumeClaim",
    name: "data",
    claimName,
    readOnly: false,
  }));

export const podSpecs: fc.Arbitrary<PodSpec> = fc
  .record({
    cpu: fc.constantFrom(0, 100, 300, 1_000),
    memory: fc.constantFrom(0, 64, 500, 1_000),
    port: rarely(few(fc.constantFrom(80, 443))),
    image: fc.constantFrom(...images, "none"),
    zones: rarely(fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 2 })),
    preferredNodes: rarely(
      few(weighted(fc.constantFrom("ssd", "hdd").map((disk) => nodeTerm("disk", disk)))),
    ),
    requiredPods: rarely(few(podTerm)),
    preferredPods: rarely(few(weighted(podTerm))),
    requiredAntiPods: rarely(few(podTerm)),
    preferredAntiPods: rarely(few(weighted(podTerm))),
    constraints: rarely(few(spread, 3)),
    tolerated: few(fc.constantFrom("gpu", "old")),
    volumes: rarely(few(claimVolume, 1)),
  })
  .map((shape) =>
    makeSpec({
      containers: [
        makeContainer(
          { ...(shape.cpu && { cpu: shape.cpu }), ...(shape.memory && { memory: shape.memory * MiB }) },
          {
            image: shape.image,
            hostPorts: shape.port.map((port) => ({ port, protocol: "TCP", ip: "0.0.0.0" })),
          },
        ),
      ],
      affinity: {
        ...(shape.zones.length > 0 ? { requiredNodes: [nodeTerm(zoneKey, ...shape.zones)] } : {}),
        preferredNodes: shape.preferredNodes,
        requiredPods: shape.requiredPods,
        preferredPods: shape.preferredPods,
        requiredAntiPods: shape.requiredAntiPods,
        preferredAntiPods: shape.preferredAntiPods,
      },
      topologySpreadConstraints: shape.constraints,
      tolerations: shape.tolerated.map((key) => toleration(key)),
      volumes: shape.volumes,
    }),
  );
