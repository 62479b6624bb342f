import { certificateFacts } from "../../facts/certificates.ts";
import { kubeadmPreparationShare } from "../../facts/control-plane.ts";
import { kubeadmOf } from "../../facts/kubeadm.ts";
import { type StaticComponent, staticComponents, versionText } from "../../model/control-plane.ts";
import { compareVersions, formatVersion, parseVersion, type Version } from "../../model/version.ts";
import { type ActionOf, notFound, problem, type Reply } from "../apiserver/reply.ts";
import { answer } from "../apiserver/requests.ts";
import type { Task } from "../engine/task-queue.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { markControlPlanes } from "./control-plane-marks.ts";
import { renewCertificates } from "./certificates.ts";
import { refreshControlPlane } from "./control-plane.ts";
import { broughtTo, type StaticImage } from "./static-images.ts";

/**
 * kubeadm on a control-plane node: after its checks and the images, the static pods whose version changes restart one
 * after another, etcd first. Source: cmd/kubeadm/app/phases/upgrade/staticpods.go; facts/kubeadm.ts.
 */
export const controlPlaneUpgradesRoom: Room = {
  name: "control-plane-upgrades",
  worksAlone: true,
  tasks: {
    "control-plane-upgrades.stop": stop,
    "control-plane-upgrades.back": back,
    "control-plane-upgrades.finish": (sim, task) => finish(sim, task.data as Upgrade, task.cause, false),
  },
};

interface Upgrade {
  readonly node: string;
  /** The version; undefined: only the certificates are renewed. */
  readonly to: string | undefined;
  readonly isApply: boolean;
  /** Whether the node's certificates are renewed by it. */
  readonly renews: boolean;
  /** What restarts, in this order, and how long each takes: milliseconds. */
  readonly components: readonly StaticComponent[];
  readonly eachMillis: readonly number[];
  /** Which of them has its turn. */
  index: number;
  /** The commands that wait for its end. */
  readonly commands: string[];
}

/** What is under way, by node. */
const upgradesOf = perSim(() => new Map<string, Upgrade>());

/** Starts kubeadm on a node; the answer comes when it has ended, unless it refuses at once. */
export function startControlPlane(
  sim: Sim,
  command: string,
  action: ActionOf<"upgradeControlPlane">,
  cause: number,
): Reply | undefined {
  const { node, to, duration, certificateRenewal = true } = action;
  const running = upgradesOf(sim).get(node);
  if (running?.to === to) {
    running.commands.push(command);
    return undefined;
  }
  if (!sim.state.node(node)) return notFound("nodes", node);
  const refusal = running ? atWork : refusalOf(sim, node, to);
  if (refusal !== undefined) return problem(refusal);
  const isApply = sim.controlPlane.clusterVersion !== to;
  const event = sim.emit({ kind: "upgrade.started", node, what: isApply ? "apply" : "node", to }, cause);
  const millis = sim.timings.upgrading("controlPlane", `upgrade control plane ${node}`, duration);
  if (millis === undefined) return undefined;
  const components = changing(sim, node, to);
  const renews = certificateRenewal && (isApply || nodeRenews(to));
  const work = { node, to, isApply, renews, components, command };
  begin(sim, work, millis, event);
  return undefined;
}

const atWork = "kubeadm is at work on it already";

/** Whether `kubeadm upgrade node` to this version renews certificates without being told to. */
function nodeRenews(to: string): boolean {
  return (parseVersion(to)?.minor ?? Infinity) >= certificateFacts.nodeRenewsSince;
}

/** Renews a node's certificates and restarts its static pods; the answer comes when it has ended. */
export function startRenewal(
  sim: Sim,
  command: string,
  { node, duration }: ActionOf<"renewCertificates">,
  cause: number,
): Reply | undefined {
  if (!sim.state.node(node)) return notFound("nodes", node);
  const refusal = upgradesOf(sim).has(node) ? atWork : placeProblem(sim, node);
  if (refusal !== undefined) return problem(refusal);
  const event = sim.emit({ kind: "upgrade.started", node, what: "certificates", to: "" }, cause);
  const millis = sim.timings.upgrading("certificates", `renew certificates ${node}`, duration);
  if (millis === undefined) return undefined;
  const components = staticComponents.filter((each) => sim.controlPlane.version(each, node) !== undefined);
  begin(sim, { node, to: undefined, isApply: false, renews: true, components, command }, millis, event);
  return undefined;
}

type Work = Pick<Upgrade, "node" | "to" | "isApply" | "renews" | "components"> & { readonly command: string };

/** Divides the time among what restarts, and starts with what comes before that. */
function begin(sim: Sim, { command, ...work }: Work, millis: number, cause: number): void {
  const { node, components } = work;
  const preparation = components.length === 0 ? millis : Math.round(millis * kubeadmPreparationShare);
  const eachMillis = shares(millis - preparation, components.length);
  const upgrade: Upgrade = { ...work, eachMillis, index: 0, commands: [command] };
  upgradesOf(sim).set(node, upgrade);
  later(sim, components.length === 0 ? "finish" : "stop", upgrade, preparation, cause);
}

function later(sim: Sim, kind: string, upgrade: Upgrade, millis: number, cause: number): void {
  const options = { priority: priority.machine, data: upgrade, weight: "busy" as const };
  sim.after(millis, `control-plane-upgrades.${kind}`, upgrade.node, cause, options);
}

/** What kubeadm says no to. Source: cmd/kubeadm/app/phases/upgrade/policy.go. */
function refusalOf(sim: Sim, node: string, to: string): string | undefined {
  const { controlPlane } = sim;
  const place = placeProblem(sim, node);
  if (place !== undefined) return place;
  if (controlPlane.lapsed.has(`admin.conf ${node}`))
    return "kubeadm is refused by the API server: admin.conf has run out";
  const from = parseVersion(controlPlane.version("kube-apiserver", node) ?? controlPlane.clusterVersion);
  const target = parseVersion(to);
  if (!from || !target) return undefined;
  const now = `this is ${versionText(from, "kube-apiserver")}`;
  if (target.minor > from.minor + 1) return `kubeadm refuses ${to}: ${now}, and it skips no minor`;
  if (compareVersions(target, from) < 0) return `kubeadm refuses ${to}: ${now}, which is newer`;
  // `kubeadm upgrade node` asks for no versions.
  return controlPlane.clusterVersion === to ? undefined : oldKubelets(sim, target);
}

function placeProblem({ controlPlane, state }: Sim, node: string): string | undefined {
  if (!controlPlane.nodes.includes(node)) return "it is no control-plane node";
  return state.isNodeUp(node) ? undefined : "its machine is down";
}

/** Kubelets that kubeadm of this minor does not take, wherever they are; --force would go past it. */
function oldKubelets({ state }: Sim, target: Version): string | undefined {
  const oldest = kubeadmOf(target.minor)?.oldestKubelet;
  if (oldest === undefined) return undefined;
  const old = [...state.tables.Node.values()].flatMap(({ name, info }) => {
    const version = parseVersion(info.kubeletVersion);
    return version && version.minor < oldest ? [{ name, version }] : [];
  });
  const [first] = old;
  if (!first) return undefined;
  const others = old.length > 1 ? ` and ${old.length - 1} more` : "";
  return `kubeadm refuses ${formatVersion(target)}: kubelet ${formatVersion(first.version)} is on ${first.name}${others}, and it takes those of ${target.major}.${oldest} and later`;
}

/** The components of a node that get another version, in kubeadm's order. */
function changing(sim: Sim, node: string, to: string): readonly StaticComponent[] {
  return staticComponents.filter((component) => {
    const own = imageOn(sim, component, node);
    if (!own) return component !== "etcd";
    return broughtTo(component, own, to).version !== own.version;
  });
}

/** What a component of a node runs now; undefined: that is not known. */
function imageOn({ controlPlane }: Sim, component: StaticComponent, node: string): StaticImage | undefined {
  const version = controlPlane.version(component, node);
  return version === undefined ? undefined : { version, tag: controlPlane.tag(component, node) ?? version };
}

/** A time in equal parts of whole milliseconds; the last one has what is left over. */
function shares(millis: number, count: number): readonly number[] {
  const each = Math.floor(millis / Math.max(1, count));
  return Array.from({ length: count }, (_, index) =>
    index < count - 1 ? each : millis - each * (count - 1),
  );
}

/** Where only certificates are renewed that is done before anything restarts: the API server takes its own up by itself. */
function stop(sim: Sim, task: Task): void {
  const upgrade = task.data as Upgrade;
  if (!isUnderWay(sim, upgrade)) return;
  if (upgrade.to !== undefined) return restartNext(sim, upgrade, task.cause, undefined);
  const renewed = renewCertificates(sim, upgrade.node, task.cause);
  restartNext(sim, upgrade, renewed, renewed);
}

/** The next component stops; `cameBack` is the event that the one before is back, where there was one. */
function restartNext(sim: Sim, upgrade: Upgrade, cause: number, cameBack: number | undefined): void {
  if (!isUnderWay(sim, upgrade)) return;
  const { node, components, eachMillis, index } = upgrade;
  const component = components[index]!;
  sim.controlPlane.restarting.add(`${component} ${node}`);
  const down = sim.emit({ kind: "component.down", component, node }, cause);
  refreshControlPlane(sim, { back: cameBack ?? down, gone: down });
  later(sim, "back", upgrade, eachMillis[index]!, down);
}

/** A component runs again, with its new version where it gets one; then the next one has its turn. */
function back(sim: Sim, task: Task): void {
  const upgrade = task.data as Upgrade;
  if (!isUnderWay(sim, upgrade)) return;
  const { node, to, components } = upgrade;
  const component = components[upgrade.index]!;
  sim.controlPlane.restarting.delete(`${component} ${node}`);
  const event =
    to === undefined
      ? sim.emit({ kind: "component.up", component, node }, task.cause)
      : withVersion(sim, component, node, { to, cause: task.cause });
  upgrade.index++;
  if (upgrade.index < components.length) return restartNext(sim, upgrade, event, event);
  refreshControlPlane(sim, { back: event, gone: event });
  finish(sim, upgrade, event, true);
}

function withVersion(
  sim: Sim,
  component: StaticComponent,
  node: string,
  { to, cause }: { readonly to: string; readonly cause: number },
): number {
  const own = imageOn(sim, component, node);
  const { version, tag } = own ? broughtTo(component, own, to) : { version: to, tag: to };
  sim.controlPlane.setVersion(component, node, version, tag);
  return sim.emit(
    { kind: "component.upgraded", component, node, from: own?.version ?? "", to: version },
    cause,
  );
}

function finish(sim: Sim, upgrade: Upgrade, cause: number, changed: boolean): void {
  if (!isUnderWay(sim, upgrade)) return;
  const { node, to, isApply, renews } = upgrade;
  upgradesOf(sim).delete(node);
  if (isApply && to !== undefined) {
    sim.controlPlane.clusterVersion = to;
    markControlPlanes(sim, to, cause);
  }
  // Without a word about certificates there is nothing to tell of them.
  if (renews && to !== undefined && sim.cluster.certificates) {
    const renewed = renewCertificates(sim, node, cause);
    refreshControlPlane(sim, { back: renewed, gone: renewed });
  }
  for (const command of upgrade.commands) answer(sim, command, { kind: "done", changed }, cause);
}

/** Whoever restores etcd has ended what kubeadm was at: its commands fail. */
export function cancelUpgrades(sim: Sim, cause: number): void {
  for (const upgrade of upgradesOf(sim).values())
    for (const command of upgrade.commands)
      answer(sim, command, problem("ended by the restore of etcd").fact, cause);
  upgradesOf(sim).clear();
}

/** Whether kubeadm is still at this upgrade. */
function isUnderWay(sim: Sim, upgrade: Upgrade): boolean {
  return upgradesOf(sim).get(upgrade.node) === upgrade;
}
