import { assumptionDefaults } from "../facts/assumption-defaults.ts";
import { humanDuration } from "../lib/duration.ts";
import { by } from "../lib/order.ts";
import type { Trace, AssumptionUse } from "../trace/trace.ts";

/** What was assumed, in one line: each kind of duration with its range and its origin. */
export function assumedSentence({ header, events }: Trace): string {
  const uses = [
    ...header.assumptions.filter(({ millis, amount }) => millis > 0 || amount !== undefined),
    ...rebootUses({ header, events }),
  ];
  const inferred = header.cluster.inferred.map(
    ({ kind, count }) => `${count} ${kind}: not in the input, read off ${count === 1 ? "its" : "their"} pods`,
  );
  if (uses.length + inferred.length === 0) return "nothing: no pod had to stop or start";
  const groups = new Map<string, AssumptionUse[]>();
  for (const use of uses) {
    const key = `${use.what} ${use.origin}`;
    groups.set(key, [...(groups.get(key) ?? []), use]);
  }
  return [...[...groups.values()].map(describe), ...inferred].join(" · ");
}

/** How long machines were away: what their steps say, or the default where they and the plan say nothing. */
function rebootUses({ header, events }: Trace): AssumptionUse[] {
  const since = new Map<string, number>();
  return events.flatMap((event): AssumptionUse[] => {
    if (event.kind === "node.down" && event.reason === "reboot") since.set(event.node, event.time);
    const from = event.kind === "node.up" ? since.get(event.node) : undefined;
    if (event.kind !== "node.up" || from === undefined) return [];
    since.delete(event.node);
    const millis = event.time - from;
    const isDefault = !header.plan.assumptions.reboot && millis === assumptionDefaults.rebootMillis;
    return [
      { what: "reboot", subject: event.node, millis, origin: isDefault ? "default" : "plan", detail: "step" },
    ];
  });
}

function describe(uses: readonly AssumptionUse[]): string {
  const [first] = uses as [AssumptionUse, ...AssumptionUse[]];
  const sorted = [...uses].sort(by((use) => String(use.millis).padStart(12, "0")));
  const [low, high] = [sorted[0]!.millis, sorted.at(-1)!.millis];
  const range = low === high ? humanDuration(low) : `${humanDuration(low)} to ${humanDuration(high)}`;
  const { what, origin } = first;
  const answers = answerWords[what];
  if (answers) return describeAnswers(answers, uses);
  if (first.amount !== undefined) return describeAmounts(what, uses);
  if (what === "stop" && origin === "spec") return `stop = whole grace period (${range})`;
  if (origin === "measured")
    return `${what} ${range}: measured, ${uses.length === 1 ? first.detail : "own earlier starts"}`;
  if (origin === "plan") return `${what} ${range}: from the plan`;
  if (what === "pull") return `${what} ${range}: default rate`;
  return `${what} ${range}: ${first.detail.startsWith("default") ? "default" : first.detail}`;
}

const originWords: Readonly<Partial<Record<AssumptionUse["origin"], string>>> = {
  plan: "from the plan",
  snapshot: "as the snapshot shows it, taken to stay so",
  default: "default",
};

/** What is no length of time: `load of shop/Deployment/web 2.4 cpu: as the snapshot shows it, taken to stay`. */
function describeAmounts(what: string, uses: readonly AssumptionUse[]): string {
  const [first] = uses as [AssumptionUse, ...AssumptionUse[]];
  const subjects = new Set(uses.map(({ subject }) => subject));
  const amounts = uses.map(({ amount }) => amount).join(" and ");
  const of = subjects.size === 1 ? `${first.subject} ${amounts}` : `${subjects.size} workloads`;
  return `${what} of ${of}: ${originWords[first.origin] ?? first.detail}`;
}

/** What those are taken to do whom a rehearsal does not ask, by what is assumed of them. */
const answerWords: Readonly<Partial<Record<string, (subject: string, many: boolean) => string>>> = {
  gate: (subject, many) => (many ? `${subject} gate conditions hold` : `${subject} holds`),
  alerts: (subject, many) => (many ? `${subject} alert selections:` : `alerts {${subject}}:`),
  approval: (subject, many) => (many ? `${subject} approvals` : `approval ${subject}`),
  "by hand": (subject, many) => (many ? `${subject} steps by hand, done` : `${subject} by hand, done`),
};

function describeAnswers(
  words: (subject: string, many: boolean) => string,
  uses: readonly AssumptionUse[],
): string {
  const [first] = uses as [AssumptionUse, ...AssumptionUse[]];
  const subjects = new Set(uses.map(({ subject }) => subject));
  const isMany = subjects.size > 1;
  const amounts = [...new Set(uses.map(({ amount }) => amount))].join(", ");
  return `${words(isMany ? String(subjects.size) : first.subject, isMany)} ${amounts} (${originWords[first.origin] ?? first.detail})`;
}
