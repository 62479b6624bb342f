import { humanDuration } from "../../lib/duration.ts";
import { formatVersion, minorOf } from "../../model/version.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { endOf, type Stretch } from "../../trace/timelines.ts";
import { stepBehind } from "../../trace/why.ts";
import { counted, listed, verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";
import { type BrokenSkew, VersionBoard } from "../version-board.ts";

/**
 * A step of the plan brings versions further apart than the version skew policy allows, if only for a while: every state
 * between two changes of a version is looked at. What was so before the plan is rule version-skew's. Source: facts/skew.ts.
 */
export const skewBroken = defineOutcomeRule({
  id: "skew-broken",
  severity: "error",
  title: "On the way, versions are further apart than the policy allows",
  check: (outcome) => [...brokenStretches(outcome).values()].map((each) => finding(outcome, each)),
});

interface Broken extends Stretch {
  readonly skew: BrokenSkew;
}

type Open = { -readonly [K in keyof Broken]: Broken[K] };

/** From when to when each pair of versions is too far apart, by rule, component and minors. */
function brokenStretches({ trace }: Outcome): ReadonlyMap<string, Broken> {
  const found = new Map<string, Open>();
  if (!trace.events.some(({ kind }) => kind === "component.upgraded" || kind === "node.added")) return found;
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
  return found;
}

/** Tells the board of a component that changed, or of a node that came or went; whether there was anything to tell. */
function tell(board: VersionBoard, event: TraceEvent): boolean {
  if (event.kind === "component.upgraded") board.set(event.component, event.node, event.to);
  else if (event.kind === "node.added") board.set("kubelet", event.node, event.object.info.kubeletVersion);
  else if (event.kind === "node.removed") board.remove(event.node);
  else return false;
  return true;
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

function finding({ trace }: Outcome, { skew, from, to, began, ended }: Broken): FindingDraft {
  const { rule, component, version, nodes, against, direction, by, limit } = skew;
  const step = stepBehind(trace, began)?.event;
  const where = nodes.filter((node) => node !== "");
  const allowed = limit === 0 ? "none is" : `at most ${limit} ${verb(limit, "is", "are")}`;
  const until = ended === undefined ? "to the end" : `for ${humanDuration(to - from)}`;
  return {
    subject: `${component}-${minorOf(version)}`,
    at: from,
    events: [began],
    weight: 850 + by,
    message:
      `${component} ${formatVersion(version)}${where.length === 0 ? "" : ` on ${listed(where)}`} is ${counted(by, "minor")} ${direction} than ` +
      `${rule.against} ${formatVersion(against.version)}${against.node === "" ? "" : ` on ${against.node}`}, ${until}: ${allowed} supported`,
    details: [
      `The rule: ${rule.words}.`,
      ...(step?.kind === "step.started"
        ? [`Because of: ${step.what}${step.node === "" ? "" : `, ${step.node}`}.`]
        : []),
      rule.source,
    ],
    data: {
      component,
      version: formatVersion(version),
      nodes: where,
      against: rule.against,
      againstVersion: formatVersion(against.version),
      direction,
      by,
      limit,
      rule: rule.id,
      source: rule.source,
      ...(step?.kind === "step.started" ? { step: step.what, stepNode: step.node } : {}),
    },
  };
}
