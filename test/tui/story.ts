import type { Node } from "../../src/model/node.ts";
import type { Pod } from "../../src/model/pod.ts";
import type { NotePod, TraceEvent } from "../../src/trace/event.ts";
import type { Trace } from "../../src/trace/trace.ts";
import type { TuiSession } from "../../src/tui/open-tui.ts";
import { createModel, type Model } from "../../src/tui/state/model.ts";
import type { Finding, Verdict } from "../../src/verdict/verdict.ts";
import { makeNode, makeObjects, makePod } from "../support/builders.ts";
import { drainOf, snapshot } from "../support/rehearse.ts";

/**
 * A rehearsal told by hand, so that its frames can be kept as text: node-1 is drained of shop/web-1, the only pod of
 * its Service, which comes back on node-2 after 40 s; data/queue-1 is refused for ever.
 */

/** A pod that runs on a node and is Ready. */
export function readyPod(workload: string, ordinal: number, name: string, node: string): Pod {
  const [namespace = ""] = workload.split("/");
  return makePod(name, {
    namespace,
    uid: `${workload}#${ordinal}`,
    nodeName: node,
    spec: { requests: { cpu: 1_000, memory: 4 * 1024 ** 3 } },
    status: { phase: "Running", conditions: [{ type: "Ready", status: "True", reason: "", message: "" }] },
  });
}

/** A node that is Ready. */
export function readyNode(name: string, zone?: string): Node {
  return makeNode(name, {
    conditions: [{ type: "Ready", status: "True", reason: "", message: "" }],
    ...(zone === undefined ? {} : { zone }),
  });
}

const web1 = "shop/Deployment/web#1";
const web2 = "shop/Deployment/web#2";
const queue1 = "data/StatefulSet/queue#1";
const named = (namespace: string, name: string): NotePod => ({ namespace, name });
const numbers = { healthy: 2, desired: 2, allowed: 0, expected: 2 };

const refusal = {
  kind: "eviction.refused",
  pod: queue1,
  code: 429,
  reason: "TooManyRequests",
  message: "Cannot evict pod as it would violate the pod's disruption budget.",
  detail: "",
  budgets: ["data/queue"],
  numbers,
} as const;

const asks = (pod: NotePod) =>
  ({ kind: "client.note", step: "0", note: { kind: "evicting", pod, dryRun: "none" } }) as const;

/** The events, by their numbers. */
export const events: readonly TraceEvent[] = [
  { time: 0, cause: -1, kind: "run.started" },
  { time: 0, cause: 0, kind: "step.started", step: "0", what: "drain node-1", node: "" },
  { time: 15, cause: 1, kind: "node.cordoned", node: "node-1" },
  {
    time: 20,
    cause: 2,
    kind: "client.note",
    step: "0",
    note: { kind: "cordoned", node: "node-1", already: false, dryRun: "none" },
  },
  { time: 30, cause: 3, ...asks(named("shop", "web-1")) },
  { time: 30, cause: 3, ...asks(named("data", "queue-1")) },
  { time: 40, cause: 4, kind: "eviction.allowed", pod: web1, budget: "", dryRun: false },
  { time: 40, cause: 6, kind: "pod.terminating", pod: web1, graceSeconds: 30, by: "eviction" },
  { time: 45, cause: 5, ...refusal },
  { time: 50, cause: 7, kind: "service.changed", service: "shop/web", ready: 0, serving: 1 },
  {
    time: 60,
    cause: 7,
    kind: "pod.created",
    pod: web2,
    namespace: "shop",
    name: "web-2",
    workload: "shop/Deployment/web",
    revision: "1",
  },
  {
    time: 70,
    cause: 10,
    holds: [2],
    kind: "pod.unschedulable",
    pod: web2,
    message: "0/3 nodes are available",
  },
  {
    time: 75,
    cause: 8,
    kind: "client.note",
    step: "0",
    note: { kind: "evictionRetry", pod: named("data", "queue-1"), message: "", terminating: false },
  },
  { time: 5_075, cause: 12, ...asks(named("data", "queue-1")) },
  { time: 5_080, cause: 13, ...refusal },
  { time: 30_040, cause: 7, kind: "pod.gone", pod: web1, by: "eviction" },
  { time: 30_050, cause: 15, kind: "pod.scheduled", pod: web2, node: "node-2" },
  { time: 31_050, cause: 16, kind: "pod.running", pod: web2 },
  { time: 40_050, cause: 17, kind: "pod.ready", pod: web2 },
  { time: 40_060, cause: 18, kind: "service.changed", service: "shop/web", ready: 1, serving: 1 },
  { time: 300_000, cause: 14, kind: "run.ended", outcome: "blocked" },
];

/** Where what a test looks at stands in {@link events}. */
export const eventNumbers = {
  terminating: 7,
  refused: 8,
  down: 9,
  unschedulable: 11,
  refusedAgain: 14,
} as const;

const noFinding: Omit<Finding, "rule" | "severity" | "subject" | "message"> = {
  details: [],
  events: [],
  weight: 1,
  suggestions: [],
  data: {},
};

const findings: readonly Finding[] = [
  {
    ...noFinding,
    rule: "drain-never-ends",
    severity: "error",
    subject: "node-1",
    message: "2 healthy - 2 needed = 0 allowed",
    details: ["node-1 waits for data/queue-1 to leave"],
    at: 5_080,
    events: [eventNumbers.refusedAgain, eventNumbers.refused],
    suggestions: [
      {
        commands: ["kubectl -n data scale statefulset queue --replicas=3"],
        cost: "It leaves a claim behind.",
        edit: { kind: "none" },
        harm: 2,
      },
    ],
    owner: { who: 'Helm release "queue"', reverts: "may undo" },
  },
  {
    ...noFinding,
    rule: "service-outage",
    severity: "error",
    subject: "shop/web",
    message: "1 to 0 Ready for 40 s",
    at: 50,
    events: [eventNumbers.down],
  },
  {
    ...noFinding,
    rule: "single-replica",
    severity: "warning",
    subject: "shop/Deployment/web",
    message: "1 replica",
  },
];

const services: Verdict["services"] = [
  {
    service: "data/queue",
    before: 2,
    min: 2,
    outages: [],
    outageMillis: 0,
    degradedMillis: 0,
    wasDown: false,
  },
  {
    service: "shop/web",
    before: 1,
    min: 0,
    outages: [{ from: 50, to: 40_060, began: 9, ended: 19 }],
    outageMillis: 40_010,
    degradedMillis: 40_010,
    wasDown: false,
  },
];

const verdict: Verdict = {
  word: "HANGS",
  findings,
  clientMillis: undefined,
  settledMillis: 40_050,
  services,
  drains: [
    {
      node: "node-1",
      step: "0",
      startedAt: 0,
      endedAt: undefined,
      outcome: "hanging",
      evicted: 1,
      remaining: [
        { namespace: "data", name: "queue-1", workload: "data/StatefulSet/queue", pod: queue1, refusal: 14 },
      ],
    },
  ],
  pending: [],
  assumptions: [],
  unknown: ["whether queue accepts a third member"],
};

const trace: Trace = {
  header: {
    format: 1,
    version: "test",
    factsAsOf: "2026-11-21",
    cluster: {
      ...snapshot("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"),
      name: "prod-eu",
      objects: makeObjects({
        Node: [readyNode("node-1", "eu-a"), readyNode("node-2", "eu-b"), readyNode("node-3", "eu-c")],
        Pod: [
          readyPod("shop/Deployment/web", 1, "web-1", "node-1"),
          readyPod("data/StatefulSet/queue", 1, "queue-1", "node-1"),
          readyPod("data/StatefulSet/queue", 2, "queue-2", "node-3"),
          ...[1, 2, 3].map((each) =>
            readyPod("kube-system/DaemonSet/proxy", each, `proxy-${each}`, `node-${each}`),
          ),
        ],
      }),
    },
    plan: drainOf(["node-1"]),
    seed: 1,
    luck: "median",
    horizon: 86_400_000,
    initial: {
      budgets: { "data/queue": numbers },
      services: { "data/queue": { ready: 2, serving: 2 }, "shop/web": { ready: 1, serving: 1 } },
    },
    assumptions: [],
  },
  events,
};

/** The rehearsal that this file tells. */
export const story: TuiSession = {
  trace,
  verdict,
  title: "drain node-1",
  headline: "for ever, on 1 of 2 pods: data/queue-1.",
};

/** A model of it, its cursor at the start. */
export function storyModel(changes: Partial<TuiSession> = {}): Model {
  return createModel({ ...story, ...changes });
}
