import { parseVersion } from "../model/version.ts";
import type { Preflight } from "./rule.ts";

/** The minors of 1.x at which a cluster is looked at: its own, and those on the way to where it is to go. */
export interface UpgradeWay {
  /** The control plane's own minor; undefined: the input does not tell. */
  readonly own: number | undefined;
  readonly target: number | undefined;
  /** Oldest first; empty where neither is known. */
  readonly minors: readonly number[];
}

/** The way of a cluster: no minor of a control plane is skipped. Source: version skew policy, kube-apiserver. */
export function wayOf({ cluster, target }: Pick<Preflight, "cluster" | "target">): UpgradeWay {
  const own = parseVersion(cluster.version)?.minor;
  const last = target?.minor ?? own;
  if (last === undefined) return { own, target: undefined, minors: [] };
  const first = own ?? last;
  const minors = Array.from({ length: Math.max(0, last - first) + 1 }, (_, index) => first + index);
  return { own, target: target?.minor, minors };
}

/** The minors that the control plane has yet to get to. */
export function minorsAhead({ own, minors }: UpgradeWay): readonly number[] {
  return minors.filter((minor) => own === undefined || minor > own);
}

/** The first minor of the way at which something holds that holds from this one on; undefined: it never does. */
export function firstAt({ minors }: UpgradeWay, from: number): number | undefined {
  return minors.find((minor) => minor >= from);
}

/** `1.25`. */
export function minorText(minor: number): string {
  return `1.${minor}`;
}

/** `1.29, which the cluster has,` or `1.25, on the way,`: at which minor a finding holds. */
export function atMinor({ own, target }: UpgradeWay, minor: number): string {
  if (minor === own) return `${minorText(minor)}, which the cluster has,`;
  return minor === target
    ? minorText(minor)
    : `${minorText(minor)}, on the way to ${minorText(target ?? minor)},`;
}

/** What a program reads of it: `1.25`, and whether it is yet to come. */
export function minorData({ own }: UpgradeWay, minor: number): Readonly<Record<string, unknown>> {
  return { minor: minorText(minor), isAhead: minor !== own };
}
