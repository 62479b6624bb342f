import type { Api } from "../adapter/api.ts";
import type { Standing } from "../adapter/fold.ts";
import type { JournalHeader, ReadyCounts } from "../adapter/journal.ts";
import type { Guard } from "../adapter/guard.ts";
import { Stopped } from "../adapter/stopped.ts";
import type { Execution } from "../exec/executor.ts";
import { openSteps } from "../exec/open-steps.ts";
import type { Command } from "../exec/protocol.ts";
import type { Cluster } from "../model/cluster.ts";
import { judgeAftermath } from "../rules/judge-aftermath.ts";
import type { UnderWay } from "../sim/client.ts";
import { endOfSteps, stepTimes } from "../trace/step-times.ts";
import type { Trace } from "../trace/trace.ts";
import { type Finding, findingKey, type Verdict } from "../verdict/verdict.ts";
import { InputError } from "./input-error.ts";
import type { InputOptions, RunOptions } from "./options.ts";
import { readInput } from "./read-input.ts";
import { type Rehearsed, Rehearsals } from "./rehearsal.ts";

export interface GuardParts {
  readonly api: Api;
  readonly header: JournalHeader;
  readonly input: InputOptions & RunOptions;
  /** What was agreed to: its errors are known. */
  readonly agreed: Verdict;
  /** The cluster when that was agreed to. */
  readonly cluster: Cluster;
  /** Nodes and workloads that this run has written to. */
  readonly touched: ReadonlySet<string>;
}

/** An execution with its open commands, as a rehearsal takes it over: what was about to be sent says what it meant. */
export function underWay({ execution, open, now }: Standing, header: JournalHeader): UnderWay {
  const commands = open.map(({ command, intent }): Command =>
    intent ? { ...command, action: intent.action } : command,
  );
  // The API keeps whole seconds.
  const since = Math.floor(Date.parse(header.at) / 1_000) * 1_000;
  return { execution, commands, now, since };
}

/** Looks at the live cluster before a step, and rehearses the rest of the plan from where it stands. */
export function guardOf({ api, header, input, agreed, cluster: first, touched }: GuardParts): Guard {
  const known = new Set(errorsIn(agreed).map(findingKey));
  let last = first;
  // What could be read when the plan was agreed to has to be read again: without it the rest may look better than it is.
  const fresh: InputOptions = { ...input, live: { api, needed: new Set(first.given) } };
  return async (standing, step) => {
    const cluster = await freshCluster(fresh, standing.execution);
    const { verdict, trace } = new Rehearsals(cluster, input).run(
      standing.execution.plan,
      underWay(standing, header),
    );
    const news = errorsIn(verdict).filter((finding) => !known.has(findingKey(finding)));
    const objections = news.map(({ rule, subject, message }) => `${rule} ${subject}: ${message}`);
    const changes = news.length === 0 ? [] : changesSince(last, cluster, touched);
    if (news.length === 0) last = cluster;
    const times = stepTimes(trace.events, standing.now, openSteps(standing.execution));
    const stepEnd = times.find((each) => each.step === step)?.to;
    const end = endOfSteps(times);
    return {
      word: verdict.word,
      objections: [...objections, ...changes],
      ...(stepEnd === undefined ? {} : { stepEnd }),
      ...(end === undefined ? {} : { end }),
      services: fewer(readyCounts(trace), header.services ?? {}),
    };
  };
}

/** How many Ready pods each Service has when a rehearsal begins. */
export function readyCounts({ header }: Trace): ReadyCounts {
  const services = Object.entries(header.initial.services);
  return Object.fromEntries(services.map(([service, { ready }]) => [service, ready]));
}

function fewer(now: ReadyCounts, before: ReadyCounts): ReadyCounts {
  return Object.fromEntries(
    Object.entries(before).flatMap(([service, was]) => {
      const ready = now[service];
      return ready !== undefined && ready < was ? [[service, ready]] : [];
    }),
  );
}

/** The live cluster; a server that is away is waited for. */
async function freshCluster(input: InputOptions, { plan }: Execution): Promise<Cluster> {
  try {
    return await readInput(input, plan.assumptions);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new Stopped({ kind: "refused", step: "", message: error.lines.join("\n") });
  }
}

function errorsIn({ findings }: Rehearsed["verdict"]): readonly Finding[] {
  return findings.filter(({ severity, accepted }) => severity === "error" && !accepted);
}

/** What is not as it was at the last look, without what this run has done itself. */
function changesSince(before: Cluster, now: Cluster, touched: ReadonlySet<string>): string[] {
  const lines = judgeAftermath(before, now)
    .filter(({ subject }) => !touched.has(subject))
    .map(({ subject, message }) => `${subject}: ${message}`);
  return lines.length === 0 ? [] : ["Since the last look:", ...lines];
}
