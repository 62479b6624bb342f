import type { TuiSession } from "../../src/tui/open-tui.ts";
import { makeObjects } from "../support/builders.ts";
import { readyNode, readyPod, story } from "./story.ts";

/** A rehearsal in which everything that has a name has one that would do harm. */

export const escapes = "\u001b[31m\u001b]0;owned\u0007\u009b2J\r\n\u202e\u200b日本語{bold}";

const { trace, verdict } = story;
const { header } = trace;
const evil = (name: string) => `${escapes}${name}`;

export const hostileSession: TuiSession = {
  title: evil("title"),
  headline: evil("headline"),
  trace: {
    header: {
      ...header,
      cluster: {
        ...header.cluster,
        name: evil("cluster"),
        version: evil("v1"),
        objects: makeObjects({
          Node: [readyNode(evil("node-1"), evil("a")), readyNode(evil("node-2"), evil("b"))],
          Pod: [readyPod(`${evil("shop")}/Deployment/web`, 1, evil("web-1"), evil("node-1"))],
        }),
      },
      initial: { budgets: {}, services: { [evil("shop/web")]: { ready: 1, serving: 1 } } },
    },
    events: [
      { time: 0, cause: -1, kind: "run.started" },
      { time: 0, cause: 0, kind: "step.started", step: "0", what: evil("drain"), node: evil("node-1") },
      { time: 10, cause: 1, kind: "node.cordoned", node: evil("node-1") },
      {
        time: 20,
        cause: 2,
        kind: "client.note",
        step: "0",
        note: { kind: "line", stream: "stderr", text: evil("a hook said") },
      },
      {
        time: 30,
        cause: 2,
        kind: "eviction.refused",
        pod: `${evil("shop")}/Deployment/web#1`,
        code: 500,
        reason: evil("reason"),
        message: evil("message"),
        detail: evil("detail"),
        budgets: [evil("budget")],
      },
      { time: 40, cause: 2, kind: "service.changed", service: evil("shop/web"), ready: 0, serving: 0 },
      {
        time: 50,
        cause: 2,
        kind: "pod.created",
        pod: evil("new"),
        namespace: evil("shop"),
        name: evil("web-2"),
        workload: evil("shop/Deployment/web"),
        revision: "1",
      },
      { time: 60, cause: 6, kind: "pod.unschedulable", pod: evil("new"), message: evil("no room") },
      { time: 90, cause: 0, kind: "run.ended", outcome: "blocked" },
    ],
  },
  verdict: {
    ...verdict,
    findings: verdict.findings.map((finding) => ({
      ...finding,
      subject: evil("subject"),
      message: evil("message"),
      details: [evil("detail")],
      events: [4],
      owner: { who: evil("owner"), reverts: "will undo" },
      suggestions: [{ commands: [evil("command")], cost: evil("cost"), edit: { kind: "none" }, harm: 1 }],
    })),
    services: verdict.services.map((service) => ({ ...service, service: evil("shop/web"), outages: [] })),
    drains: verdict.drains.map((drain) => ({ ...drain, node: evil("node-1") })),
    pending: [{ name: evil("pod"), workload: "", message: evil("no room") }],
    unknown: [evil("unknown")],
  },
};
