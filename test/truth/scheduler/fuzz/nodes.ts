import type { Dice } from "./dice.ts";
import type { Json } from "./selectors.ts";
import { extended, images, nodeLabelKeys, racks, taintKeys, zones } from "./words.ts";

/** What a generated cluster has of the rarer things; each cluster has only some. */
export interface NodeTraits {
  readonly isSmall: boolean;
  readonly hasTaints: boolean;
  readonly hasOldZones: boolean;
  readonly lacksLabels: boolean;
  readonly hasHugeNodes: boolean;
}

export function nodeTraits(dice: Dice): NodeTraits {
  return {
    isSmall: dice.chance(0.5),
    hasTaints: dice.chance(0.4),
    hasOldZones: dice.chance(0.15),
    lacksLabels: dice.chance(0.35),
    hasHugeNodes: dice.chance(0.08),
  };
}

function labels(dice: Dice, name: string, traits: NodeTraits): Record<string, string> {
  const lacks = () => traits.lacksLabels && dice.chance(0.25);
  const all: Record<string, string> = {};
  if (!lacks()) all["kubernetes.io/hostname"] = dice.chance(0.03) ? "shared-host" : name;
  const zone = dice.pick(zones);
  if (!lacks()) all["topology.kubernetes.io/zone"] = dice.chance(0.02) ? "" : zone;
  if (!lacks()) all["topology.kubernetes.io/region"] = "eu";
  if (traits.hasOldZones && dice.chance(0.7)) {
    all["failure-domain.beta.kubernetes.io/zone"] = zone;
    all["failure-domain.beta.kubernetes.io/region"] = "eu";
  }
  if (!lacks()) all["rack"] = dice.pick(racks);
  for (const key of dice.some(nodeLabelKeys, 4))
    all[key] =
      key === "gen"
        ? dice.pick(["1", "9", "10", "0012", "x7", "99999999999999999999", ""])
        : dice.pick(["a", "b", "ssd", ""]);
  if (traits.lacksLabels && dice.chance(0.04)) return {};
  return all;
}

function taints(dice: Dice): Json[] {
  return dice.list(0, 3, () => ({
    key: dice.pick(taintKeys),
    ...dice.maybe(0.6, () => ({ value: dice.pick(["a", "b", "5"]) })),
    effect: dice.pick(["NoSchedule", "NoSchedule", "PreferNoSchedule", "PreferNoSchedule", "NoExecute"]),
  }));
}

function allocatable(dice: Dice, traits: NodeTraits): Record<string, string> {
  if (traits.hasHugeNodes && dice.chance(0.5))
    return {
      cpu: "512",
      memory: dice.pick(["90Ti", "200Ti", "3Pi"]),
      "ephemeral-storage": "4Pi",
      pods: "250",
    };
  const scale = traits.isSmall ? dice.int(1, 4) : dice.int(4, 32);
  const all: Record<string, string> = {
    cpu: dice.pick([`${scale}`, `${scale * 1000 - dice.int(0, 90)}m`]),
    memory: dice.pick([
      `${scale * 2}Gi`,
      `${scale * 2_000_000_000 + dice.int(0, 999_999)}`,
      `${scale * 1800}M`,
    ]),
    pods: `${dice.chance(0.1) ? dice.int(0, 4) : dice.int(8, 110)}`,
  };
  if (dice.chance(0.8)) all["ephemeral-storage"] = `${dice.int(1, 100)}Gi`;
  for (const name of dice.some(extended, 3))
    all[name] = name.startsWith("hugepages") ? "512Mi" : `${dice.int(0, 8)}`;
  if (dice.chance(0.05)) delete all["cpu"];
  if (dice.chance(0.03)) all["memory"] = "0";
  return all;
}

export function node(dice: Dice, name: string, traits: NodeTraits): Json {
  const isCordoned = dice.chance(0.08);
  const own = traits.hasTaints ? taints(dice) : [];
  const cordonTaint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
  return {
    metadata: { name, labels: labels(dice, name, traits) },
    spec: {
      ...(isCordoned ? { unschedulable: true } : {}),
      taints: isCordoned && dice.chance(0.7) ? [...own, cordonTaint] : own,
    },
    status: {
      allocatable: allocatable(dice, traits),
      images: dice.chance(0.5)
        ? dice.list(0, 4, () => ({
            names: dice.several(images, 2),
            sizeBytes: dice.pick([0, 5_000_000, 60_000_000, 700_000_000, 4_000_000_000]),
          }))
        : [],
    },
  };
}
