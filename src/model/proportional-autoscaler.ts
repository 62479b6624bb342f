import { proportionalFacts as facts } from "../facts/proportional.ts";
import { imageRepository } from "../lib/image.ts";
import type { Cluster } from "./cluster.ts";
import { labelValue } from "./meta.ts";
import type { Node } from "./node.ts";
import type { Container } from "./pod.ts";
import type { Deployment } from "./workload.ts";

/** How many replicas for how many nodes and cores. */
export type ProportionalParameters =
  | {
      readonly kind: "linear";
      /** 0: not by this. */
      readonly coresPerReplica: number;
      readonly nodesPerReplica: number;
      readonly min: number;
      /** 0: no limit. */
      readonly max: number;
      readonly preventSinglePointFailure: boolean;
      readonly includeUnschedulableNodes: boolean;
    }
  | {
      readonly kind: "ladder";
      /** From so many on, so many replicas. */
      readonly coresToReplicas: readonly (readonly [number, number])[];
      readonly nodesToReplicas: readonly (readonly [number, number])[];
      readonly includeUnschedulableNodes: boolean;
    };

/** A Deployment that runs a cluster-proportional autoscaler. */
export interface ProportionalAutoscaler {
  /** `kube-system/Deployment/dns-autoscaler`. */
  readonly name: string;
  readonly uid: string;
  /** What it scales: `kube-system/Deployment/coredns`. */
  readonly targets: readonly string[];
  readonly parameters: ProportionalParameters;
  readonly pollMillis: number;
  /** Labels that a node needs in order to count. */
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly origin: "config" | "flag" | "default";
}

/** Every cluster-proportional autoscaler of which a target is seen. */
export function proportionalAutoscalers(cluster: Cluster): readonly ProportionalAutoscaler[] {
  return cluster.objects.Deployment.flatMap((deployment) => {
    const container = deployment.template.spec.containers.find(isProportional);
    const found = container && autoscalerOf(cluster, deployment, container);
    return found && found.targets.length > 0 ? [found] : [];
  });
}

function isProportional({ image, commandLine }: Container): boolean {
  return (
    commandLine?.program === "cluster-proportional-autoscaler" || facts.image.test(imageRepository(image))
  );
}

function autoscalerOf(
  cluster: Cluster,
  { namespace, name, uid }: Deployment,
  { commandLine }: Container,
): ProportionalAutoscaler {
  const flags = commandLine?.flags ?? {};
  const own = flags["namespace"] ?? namespace;
  const config = cluster.configuration?.proportional?.[flags["configmap"] ?? name];
  const byFlag = parseProportional(flags["default-params"] ?? "");
  const seconds = Number(flags["poll-period-seconds"] ?? "");
  return {
    name: `${namespace}/Deployment/${name}`,
    uid,
    targets: flags["target"] === undefined ? dnsOf(cluster, own) : targetsOf(cluster, own, flags["target"]),
    parameters: config ?? byFlag ?? facts.linear,
    pollMillis: seconds > 0 ? seconds * 1_000 : facts.pollMillis,
    nodeLabels: Object.fromEntries(
      (flags["nodelabels"] ?? "").split(",").flatMap((pair) => {
        const [key, value] = pair.split("=");
        return key && value !== undefined ? [[key, value]] : [];
      }),
    ),
    origin: config ? "config" : byFlag ? "flag" : "default",
  };
}

const kinds = ["Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"] as const;

/** `deployment/coredns` or `Deployment/coredns`, several with commas. */
function targetsOf({ objects }: Cluster, namespace: string, text: string): readonly string[] {
  return text.split(",").flatMap((each) => {
    const [kind = "", name = ""] = each.split("/");
    const known = kinds.find((one) => `${one.toLowerCase()}s`.startsWith(kind.toLowerCase()) && kind !== "");
    const isThere = known && objects[known].some((one) => one.namespace === namespace && one.name === name);
    return isThere ? [`${namespace}/${known}/${name}`] : [];
  });
}

/** Without a target that is told: cluster DNS, by its label. */
function dnsOf({ objects }: Cluster, namespace: string): readonly string[] {
  const [key, value] = facts.dnsLabel;
  return objects.Deployment.filter(
    (each) => each.namespace === namespace && labelValue(each.template.labels, key) === value,
  ).map(({ name }) => `${namespace}/Deployment/${name}`);
}

/** The parameters in `{"linear": {…}}` or `{"ladder": {…}}`; undefined where that is neither. */
export function parseProportional(text: string): ProportionalParameters | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { linear, ladder } = fieldsOf(value);
  // One of them may be text of its own, as in a ConfigMap.
  const inside = (part: unknown) => (typeof part === "string" ? fieldsOf(safeParse(part)) : fieldsOf(part));
  if (ladder !== undefined) return ladderOf(inside(ladder));
  return linear === undefined ? undefined : linearOf(inside(linear));
}

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function linearOf(fields: Readonly<Record<string, unknown>>): ProportionalParameters | undefined {
  const count = (name: string) => (typeof fields[name] === "number" ? Math.max(0, fields[name]) : 0);
  const [cores, nodes] = [count("coresPerReplica"), count("nodesPerReplica")];
  if (cores === 0 && nodes === 0) return undefined;
  return {
    kind: "linear",
    coresPerReplica: cores,
    nodesPerReplica: nodes,
    min: Math.max(1, count("min")),
    max: count("max"),
    preventSinglePointFailure: fields["preventSinglePointFailure"] === true,
    includeUnschedulableNodes: fields["includeUnschedulableNodes"] === true,
  };
}

function ladderOf(fields: Readonly<Record<string, unknown>>): ProportionalParameters | undefined {
  const rungs = (name: string): (readonly [number, number])[] => {
    const list = Array.isArray(fields[name]) ? (fields[name] as readonly unknown[]) : [];
    const pairs = list.filter(
      (each): each is [number, number] =>
        Array.isArray(each) && each.length === 2 && each.every((one) => typeof one === "number"),
    );
    return pairs.sort(([a], [b]) => a - b);
  };
  const [coresToReplicas, nodesToReplicas] = [rungs("coresToReplicas"), rungs("nodesToReplicas")];
  if (coresToReplicas.length + nodesToReplicas.length === 0) return undefined;
  const includeUnschedulableNodes = fields["includeUnschedulableNodes"] === true;
  return { kind: "ladder", coresToReplicas, nodesToReplicas, includeUnschedulableNodes };
}

/** What counts for it: nodes and whole cores, cordoned ones aside unless its parameters say otherwise. */
export function proportionalCounts(
  { parameters, nodeLabels }: ProportionalAutoscaler,
  nodes: Iterable<Node>,
): { readonly nodes: number; readonly cores: number } {
  let count = 0;
  let milli = 0;
  for (const node of nodes) {
    if (node.unschedulable && !parameters.includeUnschedulableNodes) continue;
    if (Object.entries(nodeLabels).some(([key, value]) => labelValue(node.labels, key) !== value)) continue;
    count++;
    milli += node.allocatable["cpu"] ?? 0;
  }
  return { nodes: count, cores: Math.ceil(milli / 1_000) };
}

/** How many replicas it wants for so many nodes and cores. */
export function proportionalReplicas(
  parameters: ProportionalParameters,
  { nodes, cores }: { readonly nodes: number; readonly cores: number },
): number {
  if (parameters.kind === "ladder")
    return Math.max(rung(parameters.coresToReplicas, cores), rung(parameters.nodesToReplicas, nodes));
  const { min, max, coresPerReplica, nodesPerReplica, preventSinglePointFailure } = parameters;
  const by = (count: number, each: number) => {
    if (each === 0) return 1;
    const wanted = Math.ceil(count / each);
    return Math.max(min, max === 0 ? wanted : Math.min(max, wanted));
  };
  const wanted = Math.max(by(cores, coresPerReplica), by(nodes, nodesPerReplica));
  return preventSinglePointFailure && nodes > 1 ? Math.max(facts.leastAgainstFailure, wanted) : wanted;
}

function rung(rungs: readonly (readonly [number, number])[], count: number): number {
  if (rungs.length === 0) return 1;
  const reached = rungs.findLast(([from]) => from <= count) ?? rungs[0]!;
  return reached[1];
}
