import type { Cluster } from "../model/cluster.ts";
import { keyOf } from "../model/meta.ts";
import { workloadIndex } from "../model/ownership.ts";
import type { Pod } from "../model/pod.ts";
import type { NotePod } from "../trace/event.ts";
import type { Block, Line } from "./layout.ts";
import { counted, listed } from "../lib/counted.ts";

/** A flag that kubectl asks for, and the pods it asks it for. */
export interface FlagNeeded {
  readonly flag: string;
  readonly pods: readonly NotePod[];
}

/** What was missing as typed, and what each added flag does to the pods of this cluster. */
export function flagsBlock(cluster: Cluster, flags: readonly FlagNeeded[], nodes: readonly string[]): Block {
  const pods = new Map(cluster.objects.Pod.map((pod) => [keyOf(pod), pod]));
  const widest = Math.max(...flags.map(({ flag }) => flag.length));
  const lines = flags.map(({ flag, pods: named }): Line => {
    const found = named
      .map(({ namespace, name }) => pods.get(`${namespace}/${name}`))
      .filter((pod) => pod !== undefined);
    return { text: `${flag.padEnd(widest)}  ${effectOf(flag, found, cluster)}`, indent: 2, hang: 4 };
  });
  return {
    label: "Flags",
    gap: true,
    lines: [
      { text: `as typed, kubectl refuses before it evicts, and leaves ${listed(nodes, 3)} cordoned` },
      ...lines,
      { text: `Rehearsed with ${flags.length === 1 ? "it" : flags.length === 2 ? "both" : "all of them"}.` },
    ],
  };
}

function effectOf(flag: string, pods: readonly Pod[], cluster: Cluster): string {
  const names = pods.map(keyOf);
  const one = pods.length === 1;
  switch (flag) {
    case "--ignore-daemonsets": {
      const workloadOf = workloadIndex(cluster);
      const sets = [...new Set(pods.map((pod) => workloadOf(pod).split("/").at(-1) ?? pod.name))];
      return `${counted(pods.length, "pod")} stay${one ? "s" : ""}: ${listed(sets, 4)}`;
    }
    case "--delete-emptydir-data":
      return one
        ? `${names[0]} loses its emptyDir ${listed(emptyDirs(pods[0]!), 3)}`
        : `${pods.length} pods lose what is in their emptyDirs: ${listed(names, 3)}`;
    default:
      return one
        ? `${names[0]} is deleted: no controller makes it again`
        : `${pods.length} pods are deleted that no controller makes again: ${listed(names, 3)}`;
  }
}

function emptyDirs({ spec }: Pod): string[] {
  return spec.volumes.filter(({ type }) => type === "emptyDir").map(({ name }) => name);
}
