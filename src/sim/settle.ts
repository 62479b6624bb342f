import { byText } from "../lib/order.ts";
import type { BudgetStatus, PodDisruptionBudget } from "../model/budget.ts";
import { allKinds, type Cluster, type ClusterObjects } from "../model/cluster.ts";
import { keyOf } from "../model/meta.ts";
import type { Pod } from "../model/pod.ts";
import type { SchedulerConfiguration } from "../model/scheduler-profile.ts";
import type { Namespace } from "../model/policy.ts";
import type { Job } from "../model/workload.ts";
import type { PersistentVolumeClaim, StorageClass } from "../model/volume.ts";
import type { Assumptions } from "../plan/assumptions.ts";
import { computeAllStatuses } from "./controllers/disruption.ts";
import { countAllEndpoints } from "./controllers/endpoints.ts";
import { SeededChooser } from "./engine/choice.ts";
import type { Timings } from "./nodes/timings.ts";
import { controlPlane } from "./rooms.ts";
import { defaultSettings } from "./settings.ts";
import { Sim } from "./sim.ts";
import type { WorkloadStatus } from "./state/cluster-state.ts";

/** Stands for the provisioner of a class that the manifests use and do not define. */
export const impliedProvisioner = "seatrial/implied";

/** Long enough for the slowest back-off of a scheduler or a controller; what has not come to rest by then will not. */
const longestMillis = 3_600_000;

/** How long everything is taken to have been running when the rehearsal begins. */
const ageMillis = 24 * 3_600_000;

/**
 * Brings manifests to rest on their nodes before t = 0, outside any trace: the controllers make the pods, the
 * scheduler places them, and the kubelets start them. Returns the cluster as it is then; pods that fit nowhere are
 * Pending in it.
 */
export function settle(
  cluster: Cluster,
  assumptions: Assumptions,
  seed: number,
  schedulerConfiguration?: SchedulerConfiguration,
): Cluster {
  const completed = withImplied(cluster);
  const settings = {
    ...defaultSettings(completed),
    chooser: new SeededChooser(seed, "median"),
    horizon: longestMillis,
    ignoresWebhooks: true,
    ...(schedulerConfiguration ? { schedulerConfiguration } : {}),
  };
  const sim = new Sim(completed, settings, atOnce(assumptions));
  computeAllStatuses(sim);
  countAllEndpoints(sim);
  sim.begin(controlPlane());
  for (;;) {
    const next = sim.queue.peek();
    if (!next || next.time > longestMillis || sim.queue.busy === 0) break;
    sim.step();
  }
  return settled(sim, completed);
}

/** Everything starts and stops at once. A Job's pod is done at once too, unless the plan says how long it works. */
function atOnce(assumptions: Assumptions): Timings {
  const runs = [assumptions.default, ...Object.values(assumptions.workloads)].some(({ run }) => run);
  return {
    running: (_pod, now) => now,
    ready: (_pod, now) => now,
    volumesMoved: (_pod, now) => now,
    finished: (pod, now) => (runs || pod.spec.restartPolicy === "Always" ? undefined : now),
    stopped: (_pod, now) => now,
    upgrading: () => 0,
    joining: () => 0,
    startsEmpty: () => undefined,
    used: () => [],
  };
}

/** What every cluster has beside what its manifests say: namespaces, and the storage classes that are asked for. */
function withImplied(cluster: Cluster): Cluster {
  const { objects } = cluster;
  const namespaces = missing(
    allKinds.flatMap((kind) => objects[kind].map(({ namespace }) => namespace)),
    objects.Namespace,
  ).map((name): Namespace => ({
    ...bare("v1", name),
    labels: { "kubernetes.io/metadata.name": name },
    kind: "Namespace",
    phase: "Active",
  }));
  const classes = [...objects.StorageClass, ...impliedClasses(objects)];
  return {
    ...cluster,
    objects: {
      ...objects,
      Namespace: [...objects.Namespace, ...namespaces],
      StorageClass: classes,
      PersistentVolumeClaim: objects.PersistentVolumeClaim.map((claim) => withDefaultClass(claim, classes)),
    },
    given: allKinds,
    isGenerated: true,
  };
}

/** Classes that claims name and no manifest defines, and a default class where there is none: zonal, made on demand. */
function impliedClasses(objects: ClusterObjects): StorageClass[] {
  const claims = [
    ...objects.PersistentVolumeClaim.map(({ claim }) => claim),
    ...objects.StatefulSet.flatMap(({ claimTemplates }) => claimTemplates.map(({ claim }) => claim)),
  ];
  const volumeClasses = new Set(objects.PersistentVolume.map(({ storageClassName }) => storageClassName));
  const named = claims.flatMap(({ storageClassName }) => storageClassName ?? []);
  const classes = missing(
    named.filter((name) => !volumeClasses.has(name)),
    objects.StorageClass,
  ).map((name) => impliedClass(name, false));
  const needsDefault = claims.some(({ storageClassName }) => storageClassName === undefined);
  const hasDefault = objects.StorageClass.some(({ isDefault }) => isDefault);
  return needsDefault && !hasDefault ? [...classes, impliedClass("standard", true)] : classes;
}

/** A claim that names no class gets the default one, as admission would have given it. */
function withDefaultClass(
  claim: PersistentVolumeClaim,
  classes: readonly StorageClass[],
): PersistentVolumeClaim {
  const { storageClassName } = claim.claim;
  const standard = classes.find(({ isDefault }) => isDefault);
  if (storageClassName !== undefined || claim.volumeName !== "" || !standard) return claim;
  return { ...claim, claim: { ...claim.claim, storageClassName: standard.name } };
}

function impliedClass(name: string, isDefault: boolean): StorageClass {
  return {
    ...bare("storage.k8s.io/v1", name),
    kind: "StorageClass",
    provisioner: impliedProvisioner,
    volumeBindingMode: "WaitForFirstConsumer",
    allowedTopologies: [],
    isDefault,
  };
}

/** Names that are used and not defined, each once, sorted. */
function missing(used: readonly string[], defined: readonly { readonly name: string }[]): string[] {
  const known = new Set(["", ...defined.map(({ name }) => name)]);
  return [...new Set(used)].filter((name) => !known.has(name)).sort(byText);
}

function bare(apiVersion: string, name: string) {
  return {
    apiVersion,
    name,
    namespace: "",
    uid: name,
    labels: {},
    annotations: {},
    owners: [],
    finalizers: [],
  };
}

/** The cluster as the simulation left it, as if it had been so for a day. */
function settled(sim: Sim, cluster: Cluster): Cluster {
  const { tables } = sim.state;
  const lists = Object.fromEntries(
    Object.entries(tables).map(([kind, table]) => [kind, [...(table as Map<string, unknown>).values()]]),
  ) as unknown as Omit<ClusterObjects, "Pod">;
  const budgets = lists.PodDisruptionBudget.map((budget): PodDisruptionBudget => {
    const status: BudgetStatus = { ...sim.state.budgetStatus(keyOf(budget)), disruptedPods: {} };
    return { ...budget, status };
  });
  const jobs = lists.Job.map((job) => finishedJob(job, sim.state.workloadStatus.get(job.uid)));
  const pods = [...sim.state.pods()].map((pod) => aged(pod, cluster.asOf - ageMillis));
  return { ...cluster, objects: { ...lists, PodDisruptionBudget: budgets, Job: jobs, Pod: pods } };
}

function aged(pod: Pod, since: number): Pod {
  const { status } = pod;
  const conditions = status.conditions.map((condition) => ({ ...condition, since }));
  const uid = keyOf(pod);
  const isRunning = status.startedAt !== undefined || status.phase === "Running";
  const startedAt = isRunning ? { startedAt: since } : {};
  return { ...pod, uid, createdAt: since, status: { ...status, conditions, ...startedAt } };
}

/** A Job with what its controller has counted so far. */
function finishedJob(job: Job, status: WorkloadStatus | undefined): Job {
  if (!status) return job;
  const conditions = String(status["conditions"] ?? "");
  const finished = conditions.startsWith("Complete") ? "Complete" : conditions === "" ? "" : "Failed";
  return { ...job, succeeded: Number(status["succeeded"]), failed: Number(status["failed"]), finished };
}
