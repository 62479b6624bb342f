import { balancerFacts, sendsToPods } from "../facts/balancers.ts";
import { excludeFromBalancers } from "../facts/drainers.ts";
import { humanDuration } from "../lib/duration.ts";
import { keyOf } from "../model/meta.ts";
import type { Service } from "../model/service.ts";
import { parseVersion } from "../model/version.ts";
import { placedSteps } from "../plan/selection.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import type { PodLife } from "./pod-lives.ts";
import type { Outcome, Preflight } from "./rule.ts";

/**
 * Services that clients outside reach through a node: a balancer sends to nodes, and kube-proxy from there to pods. With
 * `externalTrafficPolicy: Cluster` every node is a target, drained or not; with `Local` only nodes with a Ready pod
 * answer the balancer's check (healthCheckNodePort).
 * Source: kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer; k8s.io/cloud-provider
 * controllers/service (a cordon takes no node out, the label node.kubernetes.io/exclude-from-external-load-balancers does).
 */
export function balancedServices({ cluster, plan }: Preflight): readonly Service[] {
  // Who sends to the ports of nodes from outside, the cluster does not know: where the plan tells how, somebody does.
  const types = plan.assumptions.loadBalancer ? ["LoadBalancer", "NodePort"] : ["LoadBalancer"];
  return cluster.objects.Service.filter(
    ({ type, selector, annotations }) =>
      types.includes(type) && selector !== undefined && !sendsToPods(annotations),
  );
}

/** How long a balancer goes on sending to a target that fails its checks, and the arithmetic; undefined: not known. */
export function noticeOf({ plan }: Preflight): { readonly millis: number; readonly sum: string } | undefined {
  const { loadBalancer } = plan.assumptions;
  if (!loadBalancer) return undefined;
  const { interval, threshold } = loadBalancer;
  return { millis: interval * threshold, sum: `${humanDuration(interval)} × ${threshold}` };
}

/** When a node was taken out of the balancers, by its label; 0: before the start; undefined: never. */
export function takenOutAt({ cluster, trace }: Outcome, node: string): number | undefined {
  const object = cluster.objects.Node.find(({ name }) => name === node);
  if (object && Object.hasOwn(object.labels, excludeFromBalancers)) return 0;
  return trace.events.find(
    (event) =>
      event.kind === "node.labelled" &&
      event.node === node &&
      event.key === excludeFromBalancers &&
      event.value !== null,
  )?.time;
}

/** A moment at which the last Ready pod of a Service left a node. */
export interface LocalDeparture {
  readonly node: string;
  readonly pods: readonly string[];
  /** When it was told to go: from then on the node fails the balancer's check. */
  readonly leftAt: number;
  /** When the last of those that had left was gone; undefined: not until the end. */
  readonly goneAt: number | undefined;
  /** When the node had a Ready pod of the Service again; undefined: never. */
  readonly againAt: number | undefined;
  /** The event that told it to go. */
  readonly event: number;
}

/** The moments at which a node had no Ready pod of a Service any more, by node in the order of the cluster, then by time. */
export function localDepartures(outcome: Outcome, service: Service): readonly LocalDeparture[] {
  return outcome.cluster.objects.Node.flatMap(({ name }) => {
    const lives = livesOn(outcome, service, name);
    const times = [...new Set(lives.flatMap(({ leftAt }) => (leftAt === undefined ? [] : [leftAt])))];
    return times
      .sort((x, y) => x - y)
      .filter((time) => !lives.some((life) => isServing(life, time)))
      .map((time) => departure(outcome, name, lives, time));
  });
}

function departure(
  { trace }: Outcome,
  node: string,
  lives: readonly PodLife[],
  leftAt: number,
): LocalDeparture {
  const left = lives.filter((life) => life.leftAt !== undefined && life.leftAt <= leftAt);
  const last = left.find((life) => life.leftAt === leftAt)!;
  const goneAt = Math.max(...left.map((life) => life.goneAt ?? Infinity));
  const againAt = Math.min(
    ...lives.map(({ readyAt }) => (readyAt !== undefined && readyAt > leftAt ? readyAt : Infinity)),
  );
  const event = trace.events.findIndex(
    (each) => (each.kind === "pod.terminating" || each.kind === "pod.gone") && each.pod === last.id,
  );
  return {
    node,
    pods: left.filter((life) => (life.goneAt ?? Infinity) > leftAt).map(keyOf),
    leftAt,
    goneAt: goneAt === Infinity ? undefined : goneAt,
    againAt: againAt === Infinity ? undefined : againAt,
    event,
  };
}

/** Whether a node answers a balancer's check for a Service with `externalTrafficPolicy: Local` at a moment. */
export function answersAt(outcome: Outcome, service: Service, node: string, time: number): boolean {
  return livesOn(outcome, service, node).some((life) => isServing(life, time));
}

function isServing({ readyAt, leftAt }: PodLife, time: number): boolean {
  return readyAt !== undefined && readyAt <= time && (leftAt === undefined || leftAt > time);
}

/** The pods of a Service that are or were Ready on a node: those of the snapshot, and what their workloads made since. */
function livesOn({ analysis, index }: Outcome, service: Service, node: string): readonly PodLife[] {
  const pods = index.podsOfService(service);
  const workloads = [...new Set(pods.map((pod) => index.workloadOf(pod)))].filter((each) => each !== "");
  const own = pods.map(({ uid }) => analysis.lives.get(uid)).filter((life) => life !== undefined);
  const later = workloads.flatMap((each) => analysis.livesByWorkload.get(each) ?? []);
  return [...own, ...later.filter(({ isInitial }) => !isInitial)].filter(
    (life) => life.node === node && life.readyAt !== undefined,
  );
}

/** For how long the pods that leave a node still answer what the balancer sends there. Milliseconds. */
export function servedMillis({ cluster, analysis }: Outcome, { leftAt, goneAt }: LocalDeparture): number {
  const minor = parseVersion(cluster.version)?.minor ?? Infinity;
  if (!balancerFacts.usesTerminatingEndpoints(minor)) return 0;
  return (goneAt ?? analysis.endMillis) - leftAt;
}

/** What a plan would have to tell about the balancers before anything can be said of them. */
export function balancerUnknowns(preflight: Preflight): readonly string[] {
  const { plan, cluster, scope, index, drained } = preflight;
  if (scope === "cluster") return [];
  const restarts = placedSteps(cluster, plan).some(
    ({ step }) => step.kind === "reboot" || (step.kind === "hook" && step.effect === "reboot"),
  );
  if (plan.assumptions.loadBalancer) {
    const isTakenOut = plan.assumptions.loadBalancer.deregistration === undefined && restarts;
    const has = balancedServices(preflight).length > 0;
    return isTakenOut && has
      ? [
          "how long balancers let connections to a node go on that is taken out of them (assumptions.loadBalancer.deregistration)",
        ]
      : [];
  }
  const touched = cluster.objects.Service.filter(
    (service) =>
      (service.type === "LoadBalancer" || service.type === "NodePort") &&
      service.selector !== undefined &&
      !sendsToPods(service.annotations) &&
      (restarts ||
        (service.externalTrafficPolicy === "Local" &&
          index.podsOfService(service).some(({ nodeName }) => drained.includes(nodeName)))),
  );
  if (touched.length === 0) return [];
  const who = `the balancer of ${listed(touched.map(keyOf))}`;
  return [
    `how soon ${verb(touched.length, who, `the balancers of ${counted(touched.length, "Service")} (${listed(touched.map(keyOf))})`)} ${verb(touched.length, "notices", "notice")} that a node has no pod any more, or restarts: say it in a plan (assumptions.loadBalancer: interval, threshold)`,
  ];
}
