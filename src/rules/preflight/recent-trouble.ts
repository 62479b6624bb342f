import { observedTrouble, troubleOf } from "../../facts/trouble.ts";
import { by, groupBy } from "../../lib/order.ts";
import { humanDuration } from "../../lib/duration.ts";
import { keyOf } from "../../model/meta.ts";
import { nodeCondition } from "../../model/node.ts";
import { isReady, type Pod } from "../../model/pod.ts";
import { departingPods } from "../drained-pods.ts";
import { listed } from "../../lib/counted.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/** How far back is looked: Seatrial's own choice. */
const windowMillis = 3_600_000;

/** A node that becomes Ready so soon after it was made has started, not flapped. */
const startMillis = 900_000;

/**
 * What went wrong in the last hour before the snapshot: nodes that were not Ready, volumes that did not attach,
 * containers killed for memory. Maintenance on top of it is a bad idea, whatever a rehearsal says.
 * Source: the reasons of Events that facts/trouble.ts names; kubernetes.io, "Pod Lifecycle" (container states).
 */
export const recentTrouble = definePreflightRule({
  id: "recent-trouble",
  severity: "warning",
  title: "Something went wrong in the last hour",
  check: (preflight) => {
    const seen = [...fromEvents(preflight), ...fromNodes(preflight), ...fromContainers(preflight)];
    return [...groupBy(seen, ({ reason }) => reason)].map(([reason, members]) =>
      finding(preflight, reason, members),
    );
  },
});

/** One sign of trouble. */
interface Sign {
  readonly reason: string;
  readonly meaning: string;
  readonly about: string;
  readonly at: number;
  readonly count: number;
  readonly text: string;
  /** Whether the pod that it is about is Ready by now, or gone. */
  readonly isOver: boolean;
}

function isRecent({ cluster }: Preflight, at: number | undefined): at is number {
  return at !== undefined && at <= cluster.asOf && at > cluster.asOf - windowMillis;
}

function fromEvents(preflight: Preflight): Sign[] {
  if (preflight.cluster.objects.Event.length === 0) return [];
  const moving = new Set(departingPods(preflight).map(keyOf));
  const pods = new Map(preflight.cluster.objects.Pod.map((pod) => [keyOf(pod), pod]));
  return preflight.cluster.objects.Event.flatMap((event): Sign[] => {
    const trouble = troubleOf(event.reason);
    const about = keyOf(event.about);
    const isMine = preflight.scope === "cluster" || trouble?.concernsAll === true || moving.has(about);
    if (!trouble || !isMine || isTakenBack(event.message) || !isRecent(preflight, event.lastAt)) return [];
    const { reason, message, count, lastAt } = event;
    const pod = pods.get(about);
    const isOver = event.about.kind === "Pod" && (!pod || isReady(pod));
    return [{ reason, meaning: trouble.meaning, about, at: lastAt, count, text: message, isOver }];
  });
}

/** The taint manager tells under one reason what it begins to delete and what it leaves alone after all. */
function isTakenBack(message: string): boolean {
  return message.startsWith("Cancelling deletion");
}

/** Ready changed within the hour, on a node that is older than that change. */
function fromNodes(preflight: Preflight): Sign[] {
  return preflight.cluster.objects.Node.flatMap((node): Sign[] => {
    const ready = nodeCondition(node, "Ready");
    const isStart = ready?.since !== undefined && ready.since - (node.createdAt ?? ready.since) < startMillis;
    // One that is not Ready now has a rule of its own.
    if (ready?.status !== "True" || isStart || !isRecent(preflight, ready.since)) return [];
    const meaning = "a node became Ready again";
    return [
      {
        reason: observedTrouble.flapped,
        meaning,
        about: node.name,
        at: ready.since,
        count: 1,
        text: "",
        isOver: false,
      },
    ];
  });
}

function fromContainers(preflight: Preflight): Sign[] {
  const pods: readonly Pod[] =
    preflight.scope === "cluster" ? preflight.cluster.objects.Pod : departingPods(preflight);
  return pods.flatMap((pod) =>
    pod.status.containerStatuses.flatMap(({ name, lastTermination }): Sign[] => {
      if (!lastTermination || !isRecent(preflight, lastTermination.finishedAt)) return [];
      // A program that ends well and is started again works that way.
      if (lastTermination.exitCode === 0) return [];
      const isMemory = lastTermination.reason === "OOMKilled";
      return [
        {
          reason: isMemory ? observedTrouble.oomKilled : observedTrouble.restarted,
          meaning: isMemory
            ? "a container was killed for memory"
            : "a container failed and was started again",
          about: keyOf(pod),
          at: lastTermination.finishedAt,
          count: 1,
          text: `container ${name}, exit code ${lastTermination.exitCode}`,
          isOver: false,
        },
      ];
    }),
  );
}

function finding({ cluster }: Preflight, reason: string, signs: readonly Sign[]): FindingDraft {
  const sorted = [...signs].sort(by(({ about }) => about)).sort((a, b) => b.at - a.at);
  const last = sorted[0]!;
  const count = signs.reduce((sum, each) => sum + each.count, 0);
  const about = [...new Set(sorted.map((sign) => sign.about))];
  const isPast = passing.has(reason) && signs.every(({ isOver }) => isOver);
  const isMild = isPast || reason === observedTrouble.restarted;
  return {
    subject: about.length === 1 ? about[0]! : reason,
    ...(isMild ? { severity: "info" as const } : {}),
    weight: isMild ? 25 : 80 + Math.min(signs.length, 19),
    message: `${about.length === 1 ? `${reason}: ` : ""}${last.meaning}, last ${ago(cluster.asOf - last.at)}${count > 1 ? ` (${seen(reason, count)})` : ""}${isPast ? ": over by now" : isMild ? "" : ": not now"}`,
    details: [
      ...(about.length === 1 ? [] : [`${listed(about)}.`]),
      ...(last.text === "" ? [] : [`The last, ${last.about}: ${last.text}`]),
    ],
    data: { reason, count, about, lastSecondsAgo: (cluster.asOf - last.at) / 1_000 },
  };
}

/** Troubles that every start of a pod may go through, and that are nothing once the pod is Ready. */
const passing: ReadonlySet<string> = new Set(["FailedScheduling", "FailedMount", "FailedCreatePodSandBox"]);

/** An Event counts since its first time, which may be long ago; a container tells only of its last end. */
function seen(reason: string, count: number): string {
  if (reason === observedTrouble.flapped) return `${count} nodes`;
  return reason === observedTrouble.restarted || reason === observedTrouble.oomKilled
    ? `${count} containers`
    : `${count} times in all`;
}

function ago(millis: number): string {
  return millis < 1_000 ? "as the snapshot was taken" : `${humanDuration(millis)} before the snapshot`;
}
