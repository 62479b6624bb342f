import { guessContents, type VolumeGuess } from "../../facts/local-data.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod, PodVolume } from "../../model/pod.ts";
import { departingPods } from "../drained-pods.ts";
import { counted, listed, verb } from "../phrases.ts";
import { byWorkload } from "../pod-groups.ts";
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
    return byWorkload(preflight.index, withLocal).flatMap(({ subject, pods }) =>
      finding(preflight, subject, pods),
    );
  },
});

type EmptyDir = Extract<PodVolume, { readonly type: "emptyDir" }>;

function emptyDirs(pod: Pod): readonly EmptyDir[] {
  return pod.spec.volumes.filter((volume): volume is EmptyDir => volume.type === "emptyDir");
}

/** Data in memory is gone with the pod as well, and a name that says nothing counts as data where a StatefulSet keeps it. */
function finding(preflight: Preflight, subject: string, pods: readonly Pod[]): readonly FindingDraft[] {
  const volumes = emptyDirs(pods[0]!);
  const kind = preflight.index.controllerOf(pods[0]!)?.kind;
  const isStateful = kind === "StatefulSet";
  const isRolledOut = kind === "Deployment" || kind === "ReplicaSet" || kind === "Job";
  const guesses = volumes.map((volume) => ({ volume, guess: guessContents(volume.name) }));
  const missed = guesses.filter(({ guess }) => guess === "data" || (isStateful && guess === "unknown"));
  // In a whole cluster nearly every pod has some scratch space: only what sounds like data is of interest.
  if (missed.length === 0 && preflight.scope === "cluster") return [];
  const shown = missed.length > 0 ? missed : guesses;
  const what = listed(shown.map(({ volume }) => describe(volume)));
  const isData = missed.length > 0;
  return [
    {
      subject,
      // What a Deployment keeps so has been lost by each rollout before.
      ...(isData && !isRolledOut ? {} : { severity: "info" as const }),
      weight: (isData ? 200 : 10) + Math.min(9, pods.length),
      message: `${counted(pods.length, "pod")} ${verb(pods.length, "loses", "lose")} emptyDir ${what}${isData ? ": by its name, data" : remark(shown)}`,
      details: [
        `${listed(pods.map(keyOf))}.`,
        ...(isData && kind === "Deployment"
          ? ["A rolling update loses it as well: whoever relies on it has lost it before."]
          : []),
        ...(isData && isStateful
          ? ["A StatefulSet without a claim for it starts again from nothing, or copies from its peers."]
          : []),
      ],
      data: {
        workload: subject,
        pods: pods.map(keyOf),
        volumes: guesses.map(({ volume, guess }) => ({ name: volume.name, medium: volume.medium, guess })),
        isData,
      },
    },
  ];
}

function describe({ name, medium }: EmptyDir): string {
  return medium === "Memory" ? `${name} (in memory)` : name;
}

function remark(shown: readonly { readonly guess: VolumeGuess }[]): string {
  return shown.every(({ guess }) => guess === "scratch") ? ": by its name, a cache or scratch space" : "";
}
