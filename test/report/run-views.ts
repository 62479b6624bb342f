import { afterNews, nothingYet, type RunNews, type RunView } from "../../src/report/run-view.ts";
import type { StepTime } from "../../src/trace/step-times.ts";

/** Runs for tests: what was predicted, and what happened, in seconds. */

export function predictedStep(step: string, what: string, from: number, to?: number, node = ""): StepTime {
  const end = to === undefined ? {} : { to: to * 1_000, outcome: "done" as const, reason: "" };
  return { step, what, node, from: from * 1_000, ...end };
}

export function begun(now: number, step: string, what: string, node = ""): RunNews {
  return { kind: "step", now: now * 1_000, event: { kind: "step.started", step, what, node } };
}

export function ended(now: number, step: string, outcome: "done" | "failed" = "done", reason = ""): RunNews {
  return { kind: "step", now: now * 1_000, event: { kind: "step.ended", step, outcome, reason } };
}

export function viewOf(predicted: readonly StepTime[], ...news: readonly RunNews[]): RunView {
  return afterNews(nothingYet, [{ kind: "predicted", steps: predicted }, ...news]);
}

/** A rollout over two nodes between two steps; the first node takes longer than predicted, the second is under way. */
export const twoNodes = [
  predictedStep("plan/0", "back up etcd", 0, 40),
  predictedStep("plan/1", "rollout workers", 40, 160),
  predictedStep("plan/1/node-1/0", "drain", 40, 70, "node-1"),
  predictedStep("plan/1/node-1/1", "reboot", 70, 100, "node-1"),
  predictedStep("plan/1/node-2/0", "drain", 100, 130, "node-2"),
  predictedStep("plan/1/node-2/1", "reboot", 130, 160, "node-2"),
  predictedStep("plan/2", "gate", 160, 170),
] as const;

export const underWay = viewOf(
  twoNodes,
  begun(0, "plan/0", "back up etcd"),
  ended(38, "plan/0"),
  begun(38, "plan/1", "rollout workers"),
  begun(38, "plan/1/node-1/0", "drain", "node-1"),
  ended(108, "plan/1/node-1/0"),
  begun(108, "plan/1/node-1/1", "reboot", "node-1"),
  ended(138, "plan/1/node-1/1"),
  begun(138, "plan/1/node-2/0", "drain", "node-2"),
  { kind: "time", now: 148_000 },
);
