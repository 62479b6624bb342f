import type { Style } from "../theme.ts";
import type { NodeState, PodState } from "./node-summary.ts";

/** The states of nodes and pods: a letter, a word and a sentence for each, and the style that goes with it. */

export interface StateWords {
  readonly letter: string;
  readonly word: string;
  /** After "is": for pages and for the legend of the help. */
  readonly phrase: string;
}

export const nodeWords: Readonly<Record<NodeState, StateWords>> = {
  ready: { letter: "R", word: "ready", phrase: "ready and takes pods" },
  cordoned: { letter: "C", word: "cordoned", phrase: "cordoned: new pods go elsewhere" },
  draining: { letter: "D", word: "draining", phrase: "draining: cordoned, its pods are asked to go" },
  drained: { letter: "E", word: "drained", phrase: "drained: empty but for what a drain leaves" },
  failed: { letter: "F", word: "failed", phrase: "cordoned, and its drain has failed" },
  notReady: { letter: "N", word: "NotReady", phrase: "not Ready: its kubelet is not heard" },
  down: { letter: "X", word: "down", phrase: "down: its machine does not run" },
  rebooting: { letter: "B", word: "rebooting", phrase: "rebooting" },
  absent: { letter: "-", word: "absent", phrase: "not a member of the cluster" },
};

export const nodeStateStyle: Readonly<Record<NodeState, Style>> = {
  ready: "good",
  cordoned: "warning",
  draining: "nodeBusy",
  drained: "accent",
  failed: "errorStrong",
  notReady: "errorStrong",
  down: "errorStrong",
  rebooting: "pending",
  absent: "muted",
};

export const podWords: Readonly<Record<PodState, Omit<StateWords, "letter">>> = {
  refused: { word: "refused", phrase: "its eviction was refused, it stays for now" },
  leaving: { word: "leaving", phrase: "told to go, and stopping" },
  starting: { word: "starting", phrase: "on its node, and not Ready" },
  ready: { word: "Ready", phrase: "running and Ready" },
  stays: { word: "stays", phrase: "Ready; a drain leaves it, as its DaemonSet would put it back" },
  finished: { word: "finished", phrase: "finished" },
  pending: { word: "Pending", phrase: "waiting for a node" },
};

export const podStateStyle: Readonly<Record<PodState, Style>> = {
  refused: "podRefused",
  leaving: "podLeaving",
  starting: "podStarting",
  ready: "podReady",
  stays: "podStays",
  finished: "muted",
  pending: "podPending",
};
