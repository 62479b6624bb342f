import { afterNews, type RunNews, type RunView } from "../../src/report/run-view.ts";
import type { RunMoment, RunSource, SourceLine } from "../../src/tui/run/source.ts";
import { underWay } from "../report/run-views.ts";

/** Runs for tests of their interface. */

/** A drain under way in a rollout: one pod is refused, one stops, one is gone; a Service is short of a pod. */
export function draining(): RunView {
  const pod = (name: string) => ({ namespace: "shop", name });
  const step = "plan/1/node-2/0";
  const note = (now: number, note: Extract<RunNews, { kind: "note" }>["note"]): RunNews => ({
    kind: "note",
    now,
    step,
    note,
  });
  const names = ["web-1", "web-2", "web-3"];
  return afterNews(underWay, [
    {
      kind: "looked",
      now: 139_000,
      look: {
        at: 139_000,
        step: "plan/1/node-2/0",
        stepEnd: 168_000,
        word: "FINISHES",
        end: 208_000,
        short: [{ service: "shop/web", ready: 2, before: 3 }],
      },
    },
    { kind: "cordon", now: 139_500, node: "node-2", closes: true, answer: "done" },
    ...names.map((name) => note(140_000, { kind: "evicting", pod: pod(name), dryRun: "none" })),
    { kind: "evicted", now: 140_000, pod: pod("web-1") },
    {
      kind: "evicted",
      now: 140_100,
      pod: pod("web-2"),
      refusal: "The disruption budget web needs 2 healthy pods and has 2 currently",
    },
    {
      kind: "evicted",
      now: 145_100,
      pod: pod("web-2"),
      refusal: "The disruption budget web needs 2 healthy pods and has 2 currently",
    },
    note(146_000, { kind: "evicted", pod: pod("web-1"), deleted: false, dryRun: "none" }),
    { kind: "evicted", now: 146_100, pod: pod("web-3") },
    { kind: "time", now: 148_000 },
  ]);
}

export const someLines: readonly SourceLine[] = [
  {
    step: "plan/1/node-2/0",
    text: "   2:18  node-2: drain                                predicted at 1:40",
  },
  { step: "plan/1/node-2/0", text: "         $ kubectl cordon node-2" },
  { step: "plan/1/node-2/0", text: "         node/node-2 cordoned" },
  { step: "plan/1/node-2/0", text: "         evicting pod shop/web-2" },
];

export function momentWith(view: RunView, more: Partial<RunMoment> = {}): RunMoment {
  return {
    title: "workers",
    context: "prod-eu",
    journal: "workers-abcde.journal",
    view,
    now: view.now,
    lines: someLines,
    lineCount: someLines.length,
    question: undefined,
    ...more,
  };
}

/** A run that a test moves on. */
export class FakeRun implements RunSource {
  readonly title = "workers";
  readonly context = "prod-eu";
  readonly journal = "workers-abcde.journal";
  readonly answers: string[] = [];
  readonly stops: string[] = [];
  readonly said: SourceLine[] = [...someLines];
  shown = draining();
  time = 148_000;
  asked: string | undefined;
  #listener: () => void = () => undefined;

  readonly view = () => this.shown;
  readonly now = () => this.time;
  readonly lines = () => this.said;
  readonly question = () => this.asked;
  readonly answer = (text: string) => {
    this.answers.push(text);
    this.change(() => (this.asked = undefined));
  };
  readonly stop = (by: string) => void this.stops.push(by);
  readonly subscribe = (listener: () => void) => {
    this.#listener = listener;
    return () => (this.#listener = () => undefined);
  };

  change(by: () => void): void {
    by();
    this.#listener();
  }
}
