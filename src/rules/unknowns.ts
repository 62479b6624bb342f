import { drainers, type DrainerFact } from "../facts/drainers.ts";
import { managedUpgradeBy, poolUpgrades, type PoolUpgradeKind } from "../facts/managed-upgrades.ts";
import { clusterApiRollout } from "../facts/cluster-api.ts";
import { poolBlueGreens } from "../facts/pool-blue-green.ts";
import { nodeOwners } from "../facts/node-owners.ts";
import { clusterApiControlPlane, machineDeploymentOf } from "../model/cluster-api-owner.ts";
import { isMachineless } from "../model/node-owner.ts";
import { poolsOf } from "../model/node-pools.ts";
import { platformOf } from "../model/platform.ts";
import { drainersIn } from "../plan/drainers.ts";
import { stepPlaces } from "../plan/places.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { type Cluster, isGiven, type Kind } from "../model/cluster.ts";
import { autoscalersWithoutLoad } from "../plan/loads.ts";
import { assumedVersions } from "./assumed-versions.ts";
import { balancerUnknowns } from "./balanced-services.ts";
import { flagUnknowns } from "./flag-unknowns.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import { poolUnknowns } from "./pool-unknowns.ts";
import type { Preflight } from "./rule.ts";

/** Kinds without which a verdict about a drain is not whole, and what they would tell. */
const needed: readonly { readonly kind: Kind; readonly why: string }[] = [
  { kind: "Pod", why: "without them there is nothing to move, and so nothing is rehearsed" },
  { kind: "Service", why: "what goes down is told by Service" },
  { kind: "PodDisruptionBudget", why: "budgets decide which evictions are refused" },
  { kind: "PersistentVolume", why: "volumes decide where a pod may go" },
  { kind: "WebhookConfiguration", why: "webhooks may refuse evictions and new pods" },
];

/** What is not given or not modelled and may matter here: one sentence each. */
export function unknowns(preflight: Preflight): readonly string[] {
  const { cluster, plan, scheduler } = preflight;
  const all = drainersIn(plan).map((name): DrainerFact => drainers[name]);
  const [unknown, unknownWithoutJoins] = [
    all.flatMap((each) => each.unknown),
    all.flatMap((each) => each.unknownWithoutJoins),
  ];
  const joins = stepPlaces(plan).some(({ step }) => step.kind === "joinNode");
  const missing = needed
    .filter(({ kind }) => !isGiven(cluster, kind))
    .map(
      ({ kind, why }) =>
        `no ${plural(kind)} in the input (${why}): none, or not asked for? --assume-none ${kind}`,
    );
  const parts = scheduler.unmodelled.map((part) => `${part} is not modelled: placements may differ`);
  return [
    ...missing,
    ...parts,
    ...managedUnknowns(cluster, plan),
    ...(joins ? [] : unknownWithoutJoins),
    ...unknown,
    ...balancerUnknowns(preflight),
    ...assumedVersions(preflight),
    ...flagUnknowns(preflight),
    ...standingStill(preflight),
    ...poolUnknowns(preflight),
    ...notUnderstood(cluster),
  ];
}

/** What a plan for a managed cluster takes for granted of its provider and of the owners of its pools. */
function managedUnknowns(cluster: Cluster, plan: Plan): readonly string[] {
  const kinds = new Set(stepPlaces(plan).map(({ step }) => step.kind));
  const isManaged = kinds.has("upgradeManagedControlPlane");
  if (!isManaged && (!kinds.has("joinNode") || plan.drainer === "kubectl")) return [];
  const bare = cluster.objects.Node.filter(isMachineless).map(({ name }) => name);
  const owners = [...new Set(poolsOf(cluster).flatMap(({ owner }) => owner ?? []))];
  const known = owners.filter((owner) => Object.hasOwn(poolUpgrades, owner)) as PoolUpgradeKind[];
  const second = stepPlaces(plan).some(
    ({ step }) => step.kind === "rollout" && step.strategy?.kind === "blueGreen",
  );
  const empty = new Set<string>(drainersIn(plan));
  const others = owners.filter((owner) => !empty.has(owner) && Object.hasOwn(drainers, owner) && !second);
  return [
    ...(isManaged ? (managedUpgradeBy(platformOf(cluster)?.name)?.unknown ?? []) : []),
    ...(bare.length > 0
      ? [
          `${listed(bare, 3)} ${verb(bare.length, "has", "have")} no machine to upgrade: a pod there gets a new kubelet when it is made again, which is not planned`,
        ]
      : []),
    ...(second
      ? known.flatMap((owner) => poolBlueGreens[owner]?.unknown ?? [])
      : known.flatMap((owner) => (owner === "cluster-api" ? [] : poolUpgrades[owner].unknown))),
    ...clusterApiUnknowns(cluster, kinds),
    ...others.map(
      (owner) => `nodes of ${nodeOwners[owner].title}s are drained by the rules of ${plan.drainer} here`,
    ),
  ];
}

/** What is taken for granted of Cluster API's objects, which the input may hold or not. */
function clusterApiUnknowns(cluster: Cluster, kinds: ReadonlySet<Step["kind"]>): readonly string[] {
  const plane = kinds.has("removeEtcdMember") ? clusterApiControlPlane(cluster) : undefined;
  const owners = poolsOf(cluster).flatMap(({ nodes }) => machineDeploymentOf(nodes[0]!, cluster) ?? []);
  return [
    ...(plane && !plane.object ? [clusterApiRollout.unseenControlPlane] : []),
    ...(owners.some(({ object }) => !object) ? poolUpgrades["cluster-api"].unknown : []),
    ...(owners.length > 0 ? [clusterApiRollout.deletePolicy] : []),
    ...(plane ? clusterApiRollout.unknown : []),
  ];
}

/** What goes on in the cluster by itself, and does not in a rehearsal. */
function standingStill({ cluster, plan }: Preflight): string[] {
  const still = autoscalersWithoutLoad(cluster, plan.assumptions);
  const due = cluster.objects.CronJob.filter(({ suspend }) => !suspend).length;
  return [
    ...(still.length > 0
      ? [
          `${counted(still.length, "HorizontalPodAutoscaler")} ${verb(still.length, "stands", "stand")} still: their load is neither in the input nor in the plan (assumptions.load)`,
        ]
      : []),
    ...(due > 0 ? [`${counted(due, "CronJob")} may come due meanwhile: no Job is started`] : []),
  ];
}

/** Kinds that were read and left out: what they would have changed nobody knows here. */
function notUnderstood({ unknownKinds }: Cluster): string[] {
  if (unknownKinds.length === 0) return [];
  const names = unknownKinds.map(({ apiVersion, kind, count }) => `${count} ${kind} (${apiVersion})`);
  return [`kinds that are not understood and left out: ${listed(names, 6)}`];
}

function plural(kind: Kind): string {
  return kind.endsWith("s") ? kind : `${kind}s`;
}
