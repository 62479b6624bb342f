import { factsAsOf } from "../facts/as-of.ts";
import { didYouMean } from "../lib/nearest.ts";
import { resourceNamed } from "../kubectl/resources.ts";
import { allKinds, type Cluster, isGiven, type Kind } from "../model/cluster.ts";
import { parseVersion } from "../model/version.ts";
import { noAssumptions, type Assumptions } from "../plan/assumptions.ts";
import { nodesOfShape, parseNodeShape } from "../read/node-shape.ts";
import { formatProblem, type Problem } from "../model/problem.ts";
import { ClusterReader, type ReadOptions } from "../read/read-cluster.ts";
import { readPath } from "../read/files.ts";
import { counted } from "../lib/counted.ts";
import { settle } from "../sim/settle.ts";
import { withCertificates } from "./certificates.ts";
import { InputError } from "./input-error.ts";
import { readLive } from "./read-live.ts";
import type { InputOptions } from "./options.ts";
import { schedulerConfigurationOf } from "./scheduler-config.ts";

/** `manifests`: objects without any node will do. */
export type Accepted = "cluster" | "manifests";

/** A file with thousands of mistakes has one cause, as a rule. */
const mostProblems = 20;

/**
 * The cluster that the options name, to be rehearsed on. Without pods there is nothing to rehearse, and a good end would
 * say nothing: throws InputError where the input does not say whether there are any.
 */
export async function readInput(
  options: InputOptions,
  assumptions: Assumptions = noAssumptions,
  accept: Accepted = "cluster",
): Promise<Cluster> {
  const cluster = await readSnapshot(options, assumptions, accept);
  if (isGiven(cluster, "Pod") || cluster.objects.Node.length === 0) return cluster;
  throw new InputError(
    `${cluster.name} has ${counted(cluster.objects.Node.length, "node")} and no Pod, so there is nothing to rehearse.`,
    "Give the pods as well: kubectl get nodes,pods,pdb,svc,deploy,rs,sts,ds,jobs,pv,pvc,sc -A -o json",
    "A cluster that has none: --assume-none Pod",
  );
}

/** The cluster as it is: a file's, a live one's, or manifests at rest on nodes of a given shape. */
export async function readSnapshot(
  options: InputOptions,
  assumptions: Assumptions = noAssumptions,
  accept: Accepted = "cluster",
): Promise<Cluster> {
  const paths = [...options.from, ...options.filename];
  const reader = new ClusterReader(options.namespace);
  const live = paths.length === 0 ? await readLive(reader, options) : undefined;
  for (const path of paths) readPath(path, reader);
  const result = reader.finish(readOptions(options, live?.name ?? nameOf(paths), live?.now));
  if (!result.ok) throw new InputError(...problemLines(result.problems));
  const cluster = withCertificates(result.cluster, options.certs ?? []);
  const hasNone = options.nodeShape === undefined && cluster.objects.Node.length === 0;
  if (hasNone && accept === "manifests" && isAnyObject(cluster)) return cluster;
  return withNodeShape(cluster, options, assumptions);
}

/** Problems as lines, the first of them whole, the others counted. */
export function problemLines(problems: readonly Problem[]): string[] {
  const lines = problems.slice(0, mostProblems).map(formatProblem);
  const rest = problems.length - lines.length;
  return rest > 0 ? [...lines, `… and ${rest} more like these.`] : lines;
}

function readOptions(options: InputOptions, name: string, now: number | undefined): ReadOptions {
  const asOf = options.asOf === undefined ? now : momentOf(options.asOf);
  const version = versionSaid("--kubernetes-version", options.kubernetesVersion);
  const kubectlVersion = versionSaid("--kubectl-version", options.kubectlVersion);
  return {
    name,
    assumeNone: options.assumeNone.map(kindNamed),
    fallbackAsOf: Date.parse(factsAsOf),
    namespace: options.namespace,
    ...(asOf === undefined ? {} : { asOf }),
    ...(version === undefined ? {} : { version }),
    ...(kubectlVersion === undefined ? {} : { kubectlVersion }),
  };
}

/** The version that a flag gives, with its `v`; undefined where the flag is not given. */
function versionSaid(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!parseVersion(text)) throw new InputError(`${flag} ${text}: expected a version such as v1.33.4`);
  return text.startsWith("v") ? text : `v${text}`;
}

function momentOf(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at) || !/^\d{4}-\d\d-\d\d/.test(text))
    throw new InputError(`--as-of ${text}: expected a time such as 2026-11-21T14:00:00Z`);
  return at;
}

function kindNamed(name: string): Kind {
  const singular = allKinds.find((kind) => kind.toLowerCase() === name.toLowerCase().replace(/s$/, ""));
  const exact = allKinds.find((kind) => kind.toLowerCase() === name.toLowerCase());
  // The short names that kubectl takes: pdb, svc, pv.
  const short = allKinds.find((kind) => kind === resourceNamed(name)?.kind);
  const kind = exact ?? singular ?? short;
  if (!kind) throw new InputError(`--assume-none ${name}: no such kind${guess(name)}`);
  return kind;
}

/** In a word of a few letters each other short one is near: then an example says more than a guess. */
function guess(name: string): string {
  const near = name.length < 5 ? "" : didYouMean(name, allKinds);
  return near === "" ? "; kinds are called PodDisruptionBudget, Service, PersistentVolume …" : near;
}

/** `cluster.json` for one path, `cluster.json and 2 more` for several. */
function nameOf(paths: readonly string[]): string {
  const [first = ""] = paths;
  const short =
    first === "-" ? "standard input" : (first.split("/").findLast((part) => part !== "") ?? first);
  return paths.length === 1 ? short : `${short} and ${paths.length - 1} more`;
}

function withNodeShape(cluster: Cluster, options: InputOptions, assumptions: Assumptions): Cluster {
  if (options.nodeShape === undefined) {
    if (cluster.objects.Node.length === 0) throw new InputError(...noNodes(cluster));
    return cluster;
  }
  const shape = parseNodeShape(options.nodeShape);
  if (typeof shape === "string") throw new InputError(`--node-shape ${options.nodeShape}: ${shape}`);
  const nodes = nodesOfShape(shape, cluster.asOf);
  const known = new Set(cluster.objects.Node.map(({ name }) => name));
  const clash = nodes.find(({ name }) => known.has(name));
  if (clash) throw new InputError(`--node-shape: the input has a node ${clash.name} already; add name=extra`);
  const version = cluster.version === "" ? (nodes[0]?.info.kubeletVersion ?? "") : cluster.version;
  const Node = [...cluster.objects.Node, ...nodes];
  return settle(
    { ...cluster, version, objects: { ...cluster.objects, Node } },
    assumptions,
    options.seed,
    schedulerConfigurationOf(options),
  );
}

function isAnyObject({ objects, unknownKinds }: Cluster): boolean {
  return unknownKinds.length > 0 || allKinds.some((kind) => objects[kind].length > 0);
}

function noNodes({ name, objects }: Cluster): string[] {
  const found = allKinds.filter((kind) => objects[kind].length > 0);
  const what =
    found.length === 0 ? "no object that Seatrial understands" : `${found.join(", ")}, but no Node`;
  return [
    `${name}: there is ${what}.`,
    "For manifests, say what nodes to put them on: --node-shape 6,cpu=8,memory=32Gi,zones=a:b:c",
    "For a cluster, give its nodes as well: kubectl get nodes,pods,pdb,… -A -o json",
  ];
}
