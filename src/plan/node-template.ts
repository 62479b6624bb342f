import type { Resources } from "../model/pod.ts";
import type { Taint } from "../model/taint.ts";

/** How a node that joins looks, as far as that differs from a node that is there. */
export interface NodeTemplate {
  /** The node whose shape it has; undefined: the one whose turn it is. */
  readonly like?: string;
  /** Its kubelet's version, with its patch; undefined: the pattern's. */
  readonly version?: string;
  /** In place of the pattern's, or besides them; null leaves one out. */
  readonly labels: Readonly<Record<string, string | null>>;
  /** In place of the pattern's taints, where given. */
  readonly taints?: readonly Taint[];
  /** Taints that it has until its agents are Ready. */
  readonly startupTaints: readonly Taint[];
  /** Where it stands; undefined: where the node it replaces does, else where the pattern does. */
  readonly zone?: string;
  /** What its machine has, in place of the pattern's amounts. */
  readonly capacity?: Resources;
}

/** A node that is like its pattern in everything. */
export const plainTemplate: NodeTemplate = { labels: {}, startupTaints: [] };
