import { balancerFacts, sendsToPods } from "../facts/balancers.ts";
import { excludeFromBalancers } from "../facts/drainers.ts";
import { humanDuration } from "../lib/duration.ts";
import { keyOf } from "../model/meta.ts";
import { isReady } from "../model/pod.ts";
import type { Service } from "../model/service.ts";
import { parseVersion } from "../model/version.ts";
import { placedSteps } from "../plan/selection.ts";
import { counted, listed, verb } from "./phrases.ts";
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

/** A node from which the last Ready pod of a Service went. */
export interface LocalDeparture {
  readonly node: string;
  readonly pods: readonly string[];
  /** When the last of them was told to go: from then on the node fails the balancer's check. */
  readonly leftAt: number;
  /** When the last of them was gone; undefined: not until the end. */
  readonly goneAt: number | undefined;
  /** The event that told it to go. */
  readonly event: number;
}

/** The nodes that had Ready pods of a Service at the start and were left by all of them, in the order of the cluster. */
export function localDepartures(outcome: Outcome, service: Service): readonly LocalDeparture[] {
  const { analysis, index, cluster, trace } = outcome;
  const pods = index.podsOfService(service).filter((pod) => isReady(pod) && !pod.deletion);
  return cluster.objects.Node.flatMap(({ name: node }) => {
    const lives = pods
      .filter(({ nodeName }) => nodeName === node)
      .map(({ uid }) => analysis.lives.get(uid))
      .filter((life) => life !== undefined);
    const last = lives.reduce<(typeof lives)[number] | undefined>(
      (latest, life) => ((life.leftAt ?? Infinity) >= (latest?.leftAt ?? -1) ? life : latest),
      undefined,
    );
    if (last?.leftAt === undefined) return [];
    const gone = lives.map(({ goneAt }) => goneAt ?? Infinity);
    const goneAt = Math.max(...gone);
    const event = trace.events.findIndex(
      (each) => (each.kind === "pod.terminating" || each.kind === "pod.gone") && each.pod === last.id,
    );
    return [
      {
        node,
        pods: lives.map(keyOf),
        leftAt: last.leftAt,
        goneAt: goneAt === Infinity ? undefined : goneAt,
        event,
      },
    ];
  });
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
  const restarts = placedSteps(cluster, plan).some(({ step }) => step.kind === "reboot");
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
