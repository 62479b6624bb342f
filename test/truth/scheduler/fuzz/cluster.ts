import type { Case } from "../format.ts";
import { Dice } from "./dice.ts";
import { node, nodeTraits } from "./nodes.ts";
import { podSpec, podTraits, type PodTraits, resizedStatus } from "./pods.ts";
import { type Json, podLabels, podSelector } from "./selectors.ts";
import { noStorage, podVolumes, type Storage, storage } from "./volumes.ts";
import { apps, namespaces } from "./words.ts";

/** A generated case: a cluster in some state, and pods to place on it. */
export type GeneratedCase = Case & Readonly<Record<string, unknown>>;

/** Anything at all; nodes so full that pods have to go; or many nodes that differ in their scores. */
type Flavour = "anything" | "crowded" | "open";

interface World {
  readonly dice: Dice;
  readonly flavour: Flavour;
  readonly nodeNames: readonly string[];
  readonly traits: PodTraits;
  readonly hasVolumes: boolean;
}

const priorities = [-100, 0, 0, 5, 5, 100, 1000, 2_000_000_000];
const highPriorities = [100, 1000, 2_000_000_000];
const minute = (n: number) => new Date(Date.UTC(2026, 2, 1, 12, n)).toISOString().replace(".000", "");

function owners(dice: Dice, app: string | undefined): Json[] {
  if (app === undefined || !dice.chance(0.4)) return [];
  const kind = dice.pick(["ReplicaSet", "ReplicaSet", "StatefulSet", "ReplicationController", "Job"]);
  const apiVersion = kind === "ReplicationController" ? "v1" : kind === "Job" ? "batch/v1" : "apps/v1";
  return [{ apiVersion, kind, name: app, uid: `${kind}-${app}`, controller: dice.chance(0.95) }];
}

function pod(world: World, name: string): Json {
  const { dice, nodeNames, traits } = world;
  const labels = podLabels(dice);
  const volumes = world.hasVolumes && dice.chance(0.6) ? podVolumes(dice) : [];
  const references = owners(dice, labels["app"]);
  return {
    metadata: {
      name,
      namespace: dice.pick(namespaces),
      uid: `uid-${name}`,
      labels,
      ...(references.length > 0 ? { ownerReferences: references } : {}),
    },
    spec: {
      ...podSpec(dice, traits, nodeNames),
      ...(volumes.length > 0 ? { volumes } : {}),
      priority: traits.hasPriorities ? dice.pick(priorities) : 0,
      ...dice.maybe(0.08, () => ({ preemptionPolicy: "Never" })),
      schedulerName: "default-scheduler",
    },
  };
}

/** A pod that is there: running, on its way out, finished, or waiting with a nominated node. */
function existingPod(world: World, index: number): Json {
  const { dice, nodeNames, traits } = world;
  const made = pod(world, `e${index}`) as { metadata: Json; spec: Json };
  if (dice.chance(0.08))
    return {
      ...made,
      status: { phase: "Pending", ...dice.maybe(0.8, () => ({ nominatedNodeName: dice.pick(nodeNames) })) },
    };
  const isTerminating = dice.chance(0.1);
  const status = resizedStatus(dice, made.spec, traits);
  const conditions = (status["conditions"] ?? []) as Json[];
  const preempted = { type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler" };
  return {
    metadata: {
      ...made.metadata,
      ...(isTerminating ? { deletionTimestamp: minute(59), deletionGracePeriodSeconds: 30 } : {}),
    },
    spec: { ...made.spec, nodeName: dice.chance(0.97) ? dice.pick(nodeNames) : "gone-node" },
    status: {
      phase: dice.chance(0.06) ? dice.pick(["Succeeded", "Failed"]) : "Running",
      startTime: minute(dice.chance(0.7) ? index % 60 : 0),
      ...status,
      conditions: isTerminating && dice.chance(0.5) ? [...conditions, preempted] : conditions,
    },
  };
}

function podToPlace(world: World, index: number): Json {
  const { dice, nodeNames, flavour } = world;
  const made = pod(world, `p${index}`) as { metadata: Json; spec: Json };
  const isImportant = flavour === "crowded" && dice.chance(0.8);
  // The oracle does not try the nominated node of a pod first; it shows where PreFilter leaves that node out.
  const isNarrowed = JSON.stringify(made.spec).includes("metadata.name");
  return {
    ...made,
    spec: {
      ...made.spec,
      ...(isImportant ? { priority: dice.pick(highPriorities) } : {}),
      ...dice.maybe(0.03, () => ({ nodeName: dice.pick(nodeNames) })),
      ...dice.maybe(0.02, () => ({ schedulingGates: [{ name: "example.com/a" }, { name: "b" }] })),
    },
    status: {
      phase: "Pending",
      ...(!isNarrowed && dice.chance(0.1) ? { nominatedNodeName: dice.pick([...nodeNames, "nobody"]) } : {}),
    },
  };
}

function budgets(dice: Dice): Json[] {
  return dice.list(0, 5, (index) => {
    const selector = podSelector(dice);
    return {
      metadata: { name: `pdb-${index}`, namespace: dice.pick(namespaces) },
      spec: { minAvailable: 1, ...(selector ? { selector } : {}) },
      status: {
        disruptionsAllowed: dice.int(0, 2),
        currentHealthy: 1,
        desiredHealthy: 1,
        expectedPods: 1,
        ...dice.maybe(0.2, () => ({ disruptedPods: { [`e${dice.int(0, 9)}`]: minute(1) } })),
      },
    };
  });
}

/** Services and controllers: what default spreading counts. */
function workloads(dice: Dice): Json {
  const template = { metadata: { labels: {} }, spec: { containers: [] } };
  const each = (make: (app: string, namespace: string) => Json) =>
    namespaces.flatMap((namespace) => dice.some(apps, 2).map((app) => make(app, namespace)));
  return {
    services: each((app, namespace) => ({
      metadata: { name: app, namespace },
      spec: {
        ...dice.maybe(0.9, () => ({ selector: { app, ...dice.maybe(0.2, () => ({ tier: "front" })) } })),
      },
    })),
    replicaSets: each((app, namespace) => ({
      metadata: { name: app, namespace },
      spec: {
        selector: dice.chance(0.7)
          ? { matchLabels: { app } }
          : (podSelector(dice) ?? { matchLabels: { app } }),
        template,
      },
    })),
    statefulSets: each((app, namespace) => ({
      metadata: { name: app, namespace },
      spec: { serviceName: app, selector: { matchLabels: { app } }, template },
    })),
    replicationControllers: each((app, namespace) => ({
      metadata: { name: app, namespace },
      spec: { selector: { app: dice.chance(0.8) ? app : "other" }, template },
    })),
  };
}

function spaces(dice: Dice): Json[] {
  return namespaces
    .filter((name) => name === "default" || dice.chance(0.95))
    .map((name) => ({
      metadata: {
        name,
        labels: {
          "kubernetes.io/metadata.name": name,
          ...dice.maybe(0.7, () => ({ team: dice.pick(["a", "b"]) })),
        },
      },
    }));
}

/** The case of this seed and number: always the same one. */
export function generateCase(seed: number, index: number): GeneratedCase {
  const dice = new Dice(`${seed}/${index}`);
  const flavour = dice.pick<Flavour>(["anything", "anything", "crowded", "open"]);
  const shape = nodeTraits(dice);
  if (flavour !== "anything")
    Object.assign(shape, {
      hasTaints: dice.chance(0.2),
      isSmall: flavour === "crowded",
      lacksLabels: dice.chance(0.15),
    });
  const isLarge = flavour === "open" || dice.chance(0.2);
  const nodes = dice.list(1, isLarge ? 25 : 9, (number) => node(dice, `n${number}`, shape));
  const nodeNames = nodes.map(({ metadata }) => (metadata as { name: string }).name);
  const traits = podTraits(dice);
  if (flavour !== "anything")
    Object.assign(traits, { hasNodeAffinity: dice.chance(0.1), hasTolerations: dice.chance(0.2) });
  if (flavour === "crowded")
    Object.assign(traits, {
      hasAffinity: dice.chance(0.25),
      hasSpread: dice.chance(0.25),
      hasPriorities: true,
      hasExtended: dice.chance(0.15),
    });
  const hasVolumes = dice.chance(flavour === "anything" ? 0.4 : 0.15);
  const world: World = { dice, flavour, nodeNames, traits, hasVolumes };
  const store: Storage = world.hasVolumes ? storage(dice, nodeNames, namespaces) : noStorage;
  return {
    id: `fuzz/${seed}-${index}`,
    profile: "fuzz",
    nodes,
    pods: dice.list(0, (flavour === "crowded" ? 14 : 4) * nodes.length, (number) =>
      existingPod(world, number),
    ),
    namespaces: spaces(dice),
    podDisruptionBudgets: budgets(dice),
    ...(dice.chance(0.5) ? workloads(dice) : {}),
    ...store,
    place: dice.list(6, 10, (number) => podToPlace(world, number)),
  };
}
