import type { NodeState } from "./state/node-summary.ts";
import type { PodState } from "./state/node-summary.ts";

/**
 * Every character that is not a letter. None is an emoji, none is wide; the box lines and blocks are drawn narrow by
 * every terminal that is not told otherwise, and for those that are there is the ASCII column.
 */
export interface Glyphs {
  readonly node: Readonly<Record<NodeState, string>>;
  readonly pod: Readonly<Record<PodState, string>>;
  /** How much happens: from nothing to most. */
  readonly bars: readonly string[];
  /** How many of a Service's pods are Ready, from few to nearly all of them. */
  readonly levels: readonly string[];
  readonly outage: string;
  readonly never: string;
  readonly rule: string;
  readonly focusedRule: string;
  readonly separator: string;
  readonly focus: string;
  readonly pointer: string;
  readonly now: string;
  readonly played: string;
  readonly ahead: string;
  readonly quiet: string;
  readonly head: string;
  readonly stepMark: string;
  readonly branch: string;
  readonly lastBranch: string;
  readonly arrows: string;
  readonly upDown: string;
  /** A run's timeline: predicted and real, real alone, predicted alone. */
  readonly asPredicted: string;
  readonly notPredicted: string;
  readonly predicted: string;
}

const unicode: Glyphs = {
  node: {
    ready: "✓",
    cordoned: "⊘",
    draining: "▾",
    drained: "▿",
    failed: "✗",
    notReady: "✗",
    down: "✗",
    rebooting: "↻",
    absent: " ",
  },
  pod: {
    refused: "!",
    leaving: "x",
    starting: "▯",
    ready: "▮",
    stays: "▂",
    finished: "_",
    pending: "?",
  },
  bars: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  levels: ["▁", "▂", "▃", "▄", "▅"],
  outage: "x",
  never: ".",
  rule: "─",
  focusedRule: "━",
  separator: "│",
  focus: "►",
  pointer: "►",
  now: "▾",
  played: "━",
  ahead: "─",
  quiet: "╌",
  head: "█",
  stepMark: "▏",
  branch: "├─ ",
  lastBranch: "└─ ",
  arrows: "←→",
  upDown: "↑↓",
  asPredicted: "█",
  notPredicted: "▓",
  predicted: "░",
};

const ascii: Glyphs = {
  node: {
    ready: "+",
    cordoned: "/",
    draining: "v",
    drained: "o",
    failed: "!",
    notReady: "!",
    down: "!",
    rebooting: "@",
    absent: " ",
  },
  pod: { ...unicode.pod, starting: "o", ready: "#", stays: "=" },
  bars: [" ", ".", ".", ":", ":", "|", "|", "#", "#"],
  levels: ["_", ":", "+", "*", "#"],
  outage: "x",
  never: ".",
  rule: "-",
  focusedRule: "=",
  separator: "|",
  focus: ">",
  pointer: ">",
  now: "v",
  played: "=",
  ahead: "-",
  quiet: ".",
  head: "#",
  stepMark: "|",
  branch: "|- ",
  lastBranch: "`- ",
  arrows: "left right",
  upDown: "up down",
  asPredicted: "#",
  notPredicted: "+",
  predicted: ".",
};

export function glyphsFor(isAscii: boolean): Glyphs {
  return isAscii ? ascii : unicode;
}
