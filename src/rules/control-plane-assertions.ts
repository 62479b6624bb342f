import { humanDuration } from "../lib/duration.ts";
import { controlPlaneOf } from "../model/control-plane.ts";
import { minorOf } from "../model/version.ts";
import type { Assertion } from "../plan/plan.ts";
import { apiOutages } from "../trace/control-plane.ts";
import { totalMillis } from "../trace/timelines.ts";
import { stepBehind } from "../trace/why.ts";
import { brokenSkews, farApart, skewsBefore, supported } from "./broken-skews.ts";
import { notJudged } from "./not-judged.ts";
import { counted, listed } from "../lib/counted.ts";
import type { FindingDraft, Outcome } from "./rule.ts";

/** What a plan asserts about the control plane, held against its trace: when it breaks, and because of which step. */

type WriteAssertion = Extract<Assertion, { readonly kind: "controlPlane" }>;

/** `versionSkew: supported`: every state between two changes of a version keeps the skew policy. */
export function skewDrafts({ trace }: Outcome, name: string): FindingDraft[] {
  const onTheWay = brokenSkews(trace).map(({ skew, from, to, began, ended }): FindingDraft => {
    const until = ended === undefined ? "to the end" : `for ${humanDuration(to - from)}`;
    return {
      subject: `${skew.component}-${minorOf(skew.version)}`,
      at: from,
      events: [began],
      weight: 840,
      message: `${name} wants versions that are supported together; ${until} ${farApart(skew)}`,
      details: [`The rule: ${skew.rule.words}; ${supported(skew)}.`, ...because(trace, [began])],
      data: { assertion: name, rule: skew.rule.id, fromSeconds: from / 1_000, toSeconds: to / 1_000 },
    };
  });
  const before = skewsBefore(trace).map((skew): FindingDraft => ({
    subject: `${skew.component}-${minorOf(skew.version)}`,
    // What was broken before is not the plan's doing.
    severity: "warning",
    at: 0,
    weight: 640,
    message: `${name} wants versions that are supported together; from the start ${farApart(skew)}`,
    details: [`The rule: ${skew.rule.words}; ${supported(skew)}.`, "It was so before the plan began."],
    data: { assertion: name, rule: skew.rule.id, fromSeconds: 0 },
  }));
  return [...onTheWay, ...before];
}

/** `controlPlane: {writeUnavailable: {max: 60s}}`: the whole time in which no write is taken. */
export function writeDrafts(
  { trace, cluster }: Outcome,
  { name, writeUnavailable: limit }: WriteAssertion,
): FindingDraft[] {
  const outages = apiOutages(trace);
  if (controlPlaneOf(cluster).nodes.length === 0 && !outages.some(({ what }) => what === "managed"))
    return [notJudged(name, "kube-apiserver", "the control plane is on no node of the input")];
  const millis = totalMillis(outages);
  if (millis <= limit) return [];
  const times = outages.length > 1 ? ` = ${counted(outages.length, "time")}` : "";
  const isOver = outages.every(({ ended }) => ended !== undefined);
  return [
    {
      subject: "kube-apiserver",
      at: outages[0]!.from,
      events: outages.map(({ began }) => began),
      weight: 840,
      message: `${name} allows ${humanDuration(limit)} without a write; it is ${humanDuration(millis)}${times}${isOver ? "" : ", to the end"}`,
      details: [
        ...outages
          .slice(0, mostOutages)
          .map(
            ({ from, to, what }) =>
              `${humanDuration(to - from)} from ${humanDuration(from)}: ${outageWords[what]}.`,
          ),
        ...because(
          trace,
          outages.map(({ began }) => began),
        ),
      ],
      data: { assertion: name, limitSeconds: limit / 1_000, seconds: millis / 1_000, times: outages.length },
    },
  ];
}

const outageWords = {
  "no-quorum": "etcd has no majority",
  "no-server": "no API server runs",
  managed: "the provider is at work on the control plane",
} as const;

/** Outages that are told one by one. */
const mostOutages = 5;

function because(trace: Outcome["trace"], numbers: readonly number[]): string[] {
  const steps = numbers.flatMap((number) => {
    const event = stepBehind(trace, number)?.event;
    return event?.kind === "step.started"
      ? [`${event.what}${event.node === "" ? "" : `, ${event.node}`}`]
      : [];
  });
  return steps.length === 0 ? [] : [`Because of: ${listed([...new Set(steps)], mostOutages)}.`];
}
