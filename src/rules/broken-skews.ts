import { formatVersion, minorOf } from "../model/version.ts";
import type { TraceEvent } from "../trace/event.ts";
import { endOf, type Stretch } from "../trace/timelines.ts";
import type { Trace } from "../trace/trace.ts";
import { counted, listed } from "../lib/counted.ts";
import { verb } from "./phrases.ts";
import { type BrokenSkew, VersionBoard } from "./version-board.ts";

/** Versions that a plan brings too far apart, over its trace. */

export interface SkewStretch extends Stretch {
  readonly skew: BrokenSkew;
}

type Open = { -readonly [K in keyof SkewStretch]: SkewStretch[K] };

/** From when to when each pair of versions is too far apart, one for each rule, component and minors; not what was so before. */
export function brokenSkews(trace: Trace): readonly SkewStretch[] {
  const found = new Map<string, Open>();
  if (!trace.events.some(({ kind }) => kind === "component.upgraded" || kind === "node.added")) return [];
  const board = new VersionBoard(trace.header.cluster);
  const before = new Set(board.broken().map(keyOfSkew));
  trace.events.forEach((event, number) => {
    if (!tell(board, event)) return;
    const now = byKey(board.broken());
    for (const [key, skew] of now) {
      const known = found.get(key);
      if (known) {
        // More nodes may have come into it since.
        if (skew.nodes.length > known.skew.nodes.length) known.skew = skew;
        delete known.ended;
      } else if (!before.has(key))
        found.set(key, { skew, from: event.time, to: endOf(trace), began: number });
    }
    for (const [key, open] of found)
      if (!now.has(key) && open.ended === undefined) Object.assign(open, { to: event.time, ended: number });
  });
  return [...found.values()];
}

/** Tells the board of a component that changed, or of a node that came or went; whether there was anything to tell. */
function tell(board: VersionBoard, event: TraceEvent): boolean {
  if (event.kind === "component.upgraded") board.set(event.component, event.node, event.to);
  else if (event.kind === "node.added") board.set("kubelet", event.node, event.object.info.kubeletVersion);
  else if (event.kind === "node.removed") board.remove(event.node);
  else return false;
  return true;
}

/** What is too far apart before the plan begins, in the same way on all nodes together. */
export function skewsBefore(trace: Trace): readonly BrokenSkew[] {
  return [...byKey(new VersionBoard(trace.header.cluster).broken()).values()];
}

/** What is too far apart in the same way, on all its nodes together. */
function byKey(skews: readonly BrokenSkew[]): ReadonlyMap<string, BrokenSkew> {
  const merged = new Map<string, BrokenSkew>();
  for (const skew of skews) {
    const same = merged.get(keyOfSkew(skew));
    merged.set(keyOfSkew(skew), same ? { ...same, nodes: [...same.nodes, ...skew.nodes] } : skew);
  }
  return merged;
}

function keyOfSkew({ rule, version, against }: BrokenSkew): string {
  return `${rule.id} ${minorOf(version)} ${minorOf(against.version)}`;
}

/** `kubelet v1.32.4 on node-1 is 4 minors older than kube-apiserver v1.36.1 on cp-1`. */
export function farApart({ rule, component, version, nodes, against, direction, by }: BrokenSkew): string {
  const named = nodes.filter((node) => node !== "");
  const where = named.length === 0 ? "" : ` on ${listed(named)}`;
  const other = against.node === "" ? "" : ` on ${against.node}`;
  return (
    `${component} ${formatVersion(version)}${where} is ${counted(by, "minor")} ${direction} than ` +
    `${rule.against} ${formatVersion(against.version)}${other}`
  );
}

/** `at most 3 are supported`. */
export function supported({ limit }: BrokenSkew): string {
  return `${limit === 0 ? "none is" : `at most ${limit} ${verb(limit, "is", "are")}`} supported`;
}
