import { humanDuration } from "../lib/duration.ts";
import type { Pod } from "../model/pod.ts";
import { formatSelector, type LabelSelector, matchesSelector } from "../model/selector.ts";
import type { Span, Stretch } from "../trace/timelines.ts";
import { causesOf, stepBehind } from "../trace/why.ts";
import { lockedCircles } from "./denied-workloads.ts";
import { listed } from "../lib/counted.ts";
import type { PodLife } from "./pod-lives.ts";
import { replacedBy, whyNotReplaced } from "./replaced-by.ts";
import { partsOfReturn, secondsOf, sumOf } from "./return-parts.ts";
import type { Outcome } from "./rule.ts";

/** Why the last pod was away: where the pods stood, what took them, and what the time went into. */
export interface OutageReason {
  /** `1 replica`, `both pods on node-7`, `1 replica, rebooted`. */
  readonly place: string;
  /** `stop 30 + start 64`; why none comes back, where none does. */
  readonly why: string;
  readonly lines: readonly string[];
  readonly lost: readonly PodLife[];
  /** The step that took them, by its path; undefined where no step of the plan did. */
  readonly step: string | undefined;
  /** Whether pods would come back that a controller makes which is not rehearsed: then the end is not known. */
  readonly isUnknown: boolean;
  readonly seconds: Readonly<Record<string, number>>;
}

/** What is down: its pods at the start, and how many of them served over time. */
export interface Disrupted {
  readonly pods: readonly Pod[];
  /** What chose them, for a Service. */
  readonly selector?: LabelSelector;
  readonly before: number;
  readonly timeline: readonly Span[];
}

export function outageReason(
  outcome: Outcome,
  { pods, selector = [], before, timeline }: Disrupted,
  outage: Stretch,
): OutageReason {
  const { trace, analysis } = outcome;
  const workloads = [...new Set(pods.map((pod) => outcome.index.workloadOf(pod)))];
  const lives = livesOf(outcome, pods, workloads);
  const lost = lostIn(lives, fallOf(timeline, before, outage), outage.from);
  const step = stepBehind(trace, outage.began)?.event;
  const base = {
    place: placeOf(outcome, pods, workloads, before, lost),
    lost,
    step: step?.kind === "step.started" ? step.step : undefined,
  };
  const left = lost.map(
    ({ namespace, name, node }) => `${namespace}/${name}${node === "" ? "" : ` on ${node}`}`,
  );
  const returned = returnedPod(outcome, lives, outage);
  if (!returned) {
    const { why, isUnknown } = whyNotBack(outcome, { pods, selector }, lives, lost);
    return { ...base, why, isUnknown, lines: [`Gone: ${listed(left)}.`], seconds: {} };
  }
  const parts = partsOfReturn(outcome, returned, outage.from, outage.to);
  const back = `${returned.name}${returned.node === "" ? "" : ` on ${returned.node}`}`;
  return {
    ...base,
    why: sumOf(parts),
    isUnknown: false,
    lines: [
      `Gone: ${listed(left)}. Back first: ${back}, Ready at ${humanDuration(Math.min(outage.to, analysis.endMillis))}.`,
    ],
    seconds: secondsOf(parts),
  };
}

/** The pods themselves, and all that their workloads made since. */
function livesOf({ analysis }: Outcome, pods: readonly Pod[], workloads: readonly string[]): PodLife[] {
  const own = pods.map(({ uid }) => analysis.lives.get(uid)).filter((life) => life !== undefined);
  const later = workloads.flatMap((each) => (each === "" ? [] : (analysis.livesByWorkload.get(each) ?? [])));
  return [...own, ...later.filter(({ isInitial }) => !isInitial)];
}

/** When the number began to fall from what it was at the start, the last time before the outage. */
function fallOf(timeline: readonly Span[], before: number, outage: Stretch): number {
  const earlier = timeline.filter(({ from }) => from <= outage.from);
  const full = earlier.findLastIndex(({ value }) => value >= before);
  return earlier[full + 1]?.from ?? outage.from;
}

/** Endpoints follow their pods this closely. */
const lagMillis = 1_000;

/** Those that left in this time; a Service that publishes all its addresses has them until they are gone. */
function lostIn(lives: readonly PodLife[], from: number, to: number): PodLife[] {
  const isWithin = (at: number) => at >= from - lagMillis && at <= to;
  const wereReady = lives.filter(({ readyAt }) => readyAt !== undefined);
  const left = wereReady.filter(({ leftAt, unreadyAt }) =>
    isWithin(Math.min(leftAt ?? Infinity, unreadyAt ?? Infinity)),
  );
  return left.length > 0 ? left : wereReady.filter(({ goneAt }) => isWithin(goneAt ?? Infinity));
}

/** The pod whose being Ready ended the outage: its cause, or the last that became Ready where several woke one look. */
function returnedPod(
  { trace, analysis }: Outcome,
  lives: readonly PodLife[],
  outage: Stretch,
): PodLife | undefined {
  if (outage.ended === undefined) return undefined;
  const ready = causesOf(trace, outage.ended).find(({ event }) => event.kind === "pod.ready")?.event;
  if (ready?.kind === "pod.ready" && ready.time > outage.from) return analysis.lives.get(ready.pod);
  const back = lives.filter(({ readyAt = -1 }) => readyAt > outage.from && readyAt <= outage.to);
  return back.reduce<PodLife | undefined>(
    (last, life) => (last && last.readyAt! >= life.readyAt! ? last : life),
    undefined,
  );
}

function placeOf(
  outcome: Outcome,
  pods: readonly Pod[],
  workloads: readonly string[],
  before: number,
  lost: readonly PodLife[],
): string {
  const nodes = [...new Set(lost.map(({ node }) => node))].filter((node) => node !== "");
  const wanted = workloads.reduce((sum, each) => sum + (outcome.index.scalable(each)?.replicas ?? 0), 0);
  const how = howLost(outcome, lost);
  const [only] = workloads;
  const made = only === undefined || only === "" ? 0 : outcome.index.podsOfWorkload(only).length;
  if (pods.length === 1 && made > 1) return `${pods[0]!.name} alone of ${made} is behind it${how}`;
  if (before === 1) return wanted > 1 ? `1 of ${wanted} replicas was Ready${how}` : `1 replica${how}`;
  if (lost.length !== before) return `the last of ${before} pods${how}`;
  const which = before === 2 ? "both pods" : `all ${before} pods`;
  return nodes.length === 1 ? `${which} on ${nodes[0]}${how}` : `${which}, on ${listed(nodes)}${how}`;
}

/** What took the pods, where it is not a plain eviction. */
function howLost({ trace }: Outcome, lost: readonly PodLife[]): string {
  const last = lost.at(-1);
  switch (last?.leftBy) {
    case "preemption":
      return ", preempted";
    case "taint":
      return ", deleted by taint-based eviction";
    case "scale-down":
    case "rollout":
    case "statefulset":
    case "daemonset":
      return ", by a rollout";
    case undefined: {
      const down = trace.events.find((event) => event.kind === "node.down" && event.node === last?.node);
      if (down?.kind !== "node.down") return last ? ", not Ready any more" : "";
      return down.reason === "reboot" ? ", rebooted with its node" : ", its machine is down";
    }
    default:
      return "";
  }
}

function whyNotBack(
  outcome: Outcome,
  { pods, selector }: { readonly pods: readonly Pod[]; readonly selector: LabelSelector },
  lives: readonly PodLife[],
  lost: readonly PodLife[],
): { readonly why: string; readonly isUnknown: boolean } {
  const certain = (why: string) => ({ why, isUnknown: false });
  const role = labelSetLater(outcome, pods, selector);
  if (role !== undefined)
    return {
      why: `the label ${role} is not of its template: which pod has it next, and when, is not modelled`,
      isUnknown: true,
    };
  const coming = lives.find(
    ({ isInitial, leftAt, readyAt }) => !isInitial && leftAt === undefined && readyAt === undefined,
  );
  // What keeps it Pending is pods-left-pending's to say.
  if (coming?.node === "") return certain(`${coming.name} stays Pending`);
  if (coming) return certain(`${coming.name} on ${coming.node} never becomes Ready`);
  const staying = lost.find(({ leftAt, goneAt }) => leftAt !== undefined && goneAt === undefined);
  if (staying) return certain(`${staying.name} never finishes terminating on ${staying.node}`);
  const down = lost.find(({ leftAt, unreadyAt }) => leftAt === undefined && unreadyAt !== undefined);
  if (down) return certain(`${down.name} on ${down.node} does not become Ready again`);
  const denied = outcome.trace.events.findLast(
    (event) => event.kind === "create.denied" && lost.some(({ workload }) => workload === event.workload),
  );
  if (denied?.kind === "create.denied") {
    const isLocked = lockedCircles(outcome).some((circle) =>
      circle.some(({ workload }) => workload === denied.workload),
    );
    const rule = isLocked ? "webhook-self-lock" : "replacement-denied";
    return certain(`its replacement is refused (see ${rule})`);
  }
  const owners = pods.map((pod) => replacedBy(outcome.index, pod));
  const reason = owners.map(whyNotReplaced).find((why) => why !== undefined);
  const isUnknown = owners.some(({ kind }) => kind === "operator" || kind === "notGiven");
  return { why: reason ?? "nothing replaces what is gone", isUnknown };
}

/** Labels that the controllers of Kubernetes give to pods besides those of the template. */
const givenLabels: ReadonlySet<string> = new Set([
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
  "controller-revision-hash",
  "pod-template-hash",
]);

/** A label that the selector asks for and no template gives: an operator names its leader so (`role=master`). */
function labelSetLater(
  { index }: Outcome,
  pods: readonly Pod[],
  selector: LabelSelector,
): string | undefined {
  const owners = pods.map((pod) => index.controllerOf(pod));
  const requirement = selector.find(
    (each) =>
      !givenLabels.has(each.key) &&
      owners.every((owner) => owner !== undefined && !matchesSelector([each], owner.template.labels)),
  );
  return requirement && owners.length > 0 ? formatSelector([requirement]) : undefined;
}
