import { guessContents, type VolumeGuess } from "../../facts/local-data.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod, PodVolume } from "../../model/pod.ts";
import { departingPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { byWorkload, type PodGroup } from "../pod-groups.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Pods that lose their emptyDir volumes when they leave: kubectl asks for --delete-emptydir-data, which does not say
 * what it deletes. Source: kubernetes/kubectl pkg/drain/filters.go (localStorageFilter); kubernetes.io, Volumes.
 */
export const localDataLost = definePreflightRule({
  id: "local-data-lost",
  severity: "warning",
  title: "A pod loses what it keeps in an emptyDir volume",
  check: (preflight) => {
    const withLocal = departingPods(preflight).filter((pod) => emptyDirs(pod).length > 0);
    const groups = byWorkload(preflight.index, withLocal).map((group) => keptBy(preflight, group));
    const scratch = groups.filter(({ missed }) => missed.length === 0);
    return [
      ...groups.filter(({ missed }) => missed.length > 0).map(dataLost),
      // In a whole cluster nearly every pod has some scratch space: only what sounds like data is of interest.
      ...(preflight.scope === "cluster" || scratch.length === 0 ? [] : [scratchLost(scratch)]),
    ];
  },
});

type EmptyDir = Extract<PodVolume, { readonly type: "emptyDir" }>;

function emptyDirs(pod: Pod): readonly EmptyDir[] {
  return pod.spec.volumes.filter((volume): volume is EmptyDir => volume.type === "emptyDir");
}

/** What a workload keeps in emptyDir volumes. */
interface Kept extends PodGroup {
  readonly kind: string | undefined;
  readonly guesses: readonly { readonly volume: EmptyDir; readonly guess: VolumeGuess }[];
  /** Volumes that one would miss. */
  readonly missed: readonly EmptyDir[];
}

/** Data in memory is gone with the pod as well, and a name that says nothing counts as data where a StatefulSet keeps it. */
function keptBy({ index }: Preflight, { subject, pods }: PodGroup): Kept {
  const kind = index.controllerOf(pods[0]!)?.kind;
  const guesses = emptyDirs(pods[0]!).map((volume) => ({ volume, guess: guessContents(volume.name) }));
  const missed = guesses
    .filter(({ guess }) => guess === "data" || (kind === "StatefulSet" && guess === "unknown"))
    .map(({ volume }) => volume);
  return { subject, pods, kind, guesses, missed };
}

function dataLost({ subject, pods, kind, guesses, missed }: Kept): FindingDraft {
  const isRolledOut = kind === "Deployment" || kind === "ReplicaSet" || kind === "Job";
  const isNamedSo = guesses.every(({ volume, guess }) => guess === "data" || !missed.includes(volume));
  return {
    subject,
    // What a Deployment keeps so has been lost by each rollout before.
    ...(isRolledOut || !isNamedSo ? { severity: "info" as const } : {}),
    weight: (isRolledOut || !isNamedSo ? 40 : 200) + Math.min(9, pods.length),
    message: `${counted(pods.length, "pod")} ${verb(pods.length, "loses", "each lose")} emptyDir ${listed(missed.map(describe))} when evicted: ${isNamedSo ? `by ${verb(missed.length, "its name", "their names")}, data` : "what is in it is not known"}`,
    details: [
      `${listed(pods.map(keyOf))}.`,
      ...(kind === "Deployment"
        ? ["A rolling update loses it as well: whoever relies on it has lost it before."]
        : []),
      ...(kind === "StatefulSet"
        ? ["A StatefulSet without a claim for it starts again from nothing, or copies from its peers."]
        : []),
    ],
    data: { workloads: [subject], ...dataOf(pods, guesses), isData: true },
  };
}

/** One finding for all of it: it is what --delete-emptydir-data is for. */
function scratchLost(groups: readonly Kept[]): FindingDraft {
  const pods = groups.flatMap((group) => group.pods);
  const guesses = groups.flatMap((group) => group.guesses);
  const unknown = guesses.filter(({ guess }) => guess === "unknown").length;
  return {
    subject: groups.length === 1 ? groups[0]!.subject : counted(groups.length, "workload"),
    severity: "info",
    weight: 10,
    message: `${counted(pods.length, "pod")} ${verb(pods.length, "loses", "lose")} ${verb(pods.length, "its", "their")} emptyDir volumes: by their names ${unknown === 0 ? "caches or scratch space" : unknown === guesses.length ? "nothing can be said of them" : "mostly caches or scratch space"}`,
    details: [
      ...groups
        .slice(0, linesShown)
        .map(
          ({ subject, guesses: own }) => `${subject}: ${listed(own.map(({ volume }) => describe(volume)))}.`,
        ),
      ...(groups.length > linesShown
        ? [`Also ${listed(groups.slice(linesShown).map(({ subject }) => subject))}.`]
        : []),
    ],
    data: { workloads: groups.map(({ subject }) => subject), ...dataOf(pods, guesses), isData: false },
  };
}

/** Lines for single workloads; the rest share one. */
const linesShown = 6;

function dataOf(pods: readonly Pod[], guesses: Kept["guesses"]): Readonly<Record<string, unknown>> {
  return {
    pods: pods.map(keyOf),
    volumes: guesses.map(({ volume, guess }) => ({ name: volume.name, medium: volume.medium, guess })),
  };
}

function describe({ name, medium }: EmptyDir): string {
  return medium === "Memory" ? `${name} (in memory)` : name;
}
