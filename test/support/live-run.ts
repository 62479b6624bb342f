import { Api } from "../../src/adapter/api.ts";
import type { ApiClient } from "../../src/adapter/api-client.ts";
import { attendantOf } from "../../src/adapter/attend.ts";
import type { Clock } from "../../src/adapter/clock.ts";
import { type RunEvent, type Standing, standingOf, startOf } from "../../src/adapter/fold.ts";
import {
  type JournalEntry,
  type JournalHeader,
  journalFormat,
  type JournalRecord,
} from "../../src/adapter/journal.ts";
import { nodeAlerts } from "../../src/adapter/node-alerts.ts";
import { outsideLooks } from "../../src/adapter/outside-checks.ts";
import type { AskPrometheus } from "../../src/adapter/prometheus.ts";
import { joinedNodes } from "../../src/adapter/newcomer.ts";
import type { AskApproval, AskDecision, AskPerson } from "../../src/adapter/people.ts";
import type { Guard } from "../../src/adapter/guard.ts";
import { Run, type RunEnd, type RunListener } from "../../src/adapter/run.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import type { Plan } from "../../src/plan/plan.ts";

/** A plan out of its steps, as a file would have them. */
export function planOf(steps: string, more = ""): Plan {
  const text = `apiVersion: seatrial/v1alpha1
kind: MaintenancePlan
metadata: { name: test }
spec:
  steps:
${steps.replaceAll(/^/gm, "    ")}
${more}`;
  const parsed = parsePlan(text, "plan.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return JSON.parse(JSON.stringify(parsed.plan)) as Plan;
}

export interface RunOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly plan: Plan;
  /** What an earlier run has written; this one goes on from there, and writes behind it. */
  readonly records: JournalRecord[];
  readonly append?: (record: JournalRecord) => void;
  readonly guard?: Guard;
  readonly assureLease?: () => Promise<void>;
  readonly patienceMillis?: number;
  readonly said?: string[];
  readonly askPerson?: AskPerson;
  readonly askApproval?: AskApproval;
  readonly askDecision?: AskDecision;
  readonly askPrometheus?: AskPrometheus;
  /** Everything that is said and written down, as it happens. */
  readonly hear?: (event: RunEvent) => void;
  readonly started?: (run: Run) => void;
}

/** Carries a plan out, from its beginning or from where its records end. */
export function carryOutPlan(options: RunOptions): Promise<RunEnd> {
  const { client, clock, plan, records } = options;
  const abort = new AbortController();
  const api = new Api(client, {
    clock,
    patienceMillis: options.patienceMillis ?? 600_000,
    listener: {
      silent: (message) => options.said?.push(`silent: ${message}`),
      back: () => options.said?.push("back"),
    },
    signal: abort.signal,
  });
  const listener: RunListener = {
    said: (output, now) => {
      options.hear?.({ kind: "said", now, output });
      if (output.kind === "stepEnded")
        options.said?.push(`${output.outcome} ${output.step}: ${output.reason}`);
      if (output.kind === "note") options.said?.push(output.note.kind);
    },
    sending: ({ kind }) => options.said?.push(`sends ${kind}`),
    wrote: () => undefined,
    looking: (step) => options.said?.push(`looks before ${step}`),
  };
  const append = options.append ?? ((record: JournalRecord) => void records.push(record));
  const journal = {
    append: (record: JournalRecord) => {
      append(record);
      options.hear?.({ kind: "record", record });
    },
  };
  const standing = standing_(plan, records);
  const outside = {
    askPrometheus: options.askPrometheus ?? (() => Promise.reject(new Error("nobody is asked"))),
    server: "http://prometheus",
    append: (entry: JournalEntry) => journal.append({ now: 0, at: "", ...entry }),
    say: (line: string) => void options.said?.push(line),
  };
  const run = new Run(
    {
      api,
      abort,
      clock,
      journal,
      assureLease: options.assureLease ?? (() => Promise.resolve()),
      guard: options.guard ?? (() => Promise.resolve({ word: "FINISHES", objections: [] })),
      attendant: attendantOf({
        api,
        clock,
        plan,
        run: "test-run",
        signal: abort.signal,
        programs: new Map(),
        joined: joinedNodes(records),
        askPerson: options.askPerson ?? (() => Promise.resolve({ refusal: "nobody is here" })),
        askDecision: options.askDecision ?? (() => Promise.resolve({ refusal: "nobody is here" })),
        askApproval: options.askApproval ?? (() => Promise.resolve({ refusal: "nobody is here" })),
        append: (entry) => journal.append({ now: 0, at: "", ...entry }),
        say: (line) => void options.said?.push(line),
      }),
      lookOutside: outsideLooks({ ...outside, api, plan, run: "test-run" }),
      beforeNode: nodeAlerts({
        ...outside,
        alerts: plan.alerts ?? [],
        now: clock.now,
        pause: (millis) => api.pause(millis),
        patienceMillis: 60_000,
        records,
      }),
      listener,
      pendingBefore: new Set(),
    },
    standing,
  );
  options.started?.(run);
  return records.length === 0 ? run.begin(startOf(headerOf(plan))) : run.carryOn(standing.open);
}

function standing_(plan: Plan, records: readonly JournalRecord[]): Standing {
  const standing = standingOf({ header: headerOf(plan), records, bytes: 0 });
  if (typeof standing === "string") throw new Error(standing);
  return standing;
}

export function headerOf(plan: Plan): JournalHeader {
  return {
    kind: "header",
    format: journalFormat,
    version: "0.0.0",
    run: "test-run",
    at: "2026-11-21T12:00:00Z",
    plan,
    planHash: "",
    planFile: "plan.yaml",
    cluster: { uid: "u", server: "https://fake", context: "fake" },
    user: "tester",
    pendingBefore: [],
  };
}
