import { z } from "zod";
import { reactionsOf } from "../trace/reactions.ts";
import { movesOf } from "../trace/timelines.ts";
import type { Trace } from "../trace/trace.ts";
import {
  findingKey,
  type Finding,
  type Repairs,
  type VerifiedFix,
  type Verdict,
} from "../verdict/verdict.ts";
import { endNotKnown, staysDown } from "./down.ts";
import { headlineOf, type Subject } from "./headline.ts";
import { kindsNotGiven } from "./not-given.ts";
import { pointsOfNoReturn } from "./way-back.ts";

/**
 * The report for programs. Its shape is published as schemas/report.schema.json; `schema` grows when a field changes
 * its meaning or goes, not when one is added.
 */

const millis = z.int().describe("Milliseconds of virtual time");
const severity = z.enum(["error", "warning", "info"]);

const suggestion = z
  .object({
    commands: z.array(z.string()).describe("What to type, one command an item"),
    cost: z.string().describe("What it costs or leaves behind"),
    harm: z.int().describe("Smaller is less harmful: 1 plan only, 2 replicas, 3 budget, 4 nodes, 5 force"),
  })
  .describe("Something that may help; see `fixes` for what was rehearsed");

export const findingSchema = z.object({
  key: z.string().describe("Names the finding across rehearsals of one cluster"),
  rule: z.string().describe("The rule's id, as in docs/rules"),
  severity,
  subject: z.string(),
  message: z.string(),
  details: z.array(z.string()),
  at: millis.nullable().describe("When it shows; null: before the start"),
  accepted: z.boolean().describe("Whether --accept names it: then it sets no exit code"),
  critical: z.boolean().describe("Whether it is about a workload that --critical selects"),
  owner: z
    .object({ who: z.string(), reverts: z.enum(["may undo", "will undo", "unknown"]) })
    .nullable()
    .describe("Who owns the object, and whether a change of it will last"),
  suggestions: z.array(suggestion),
  data: z.record(z.string(), z.unknown()).describe("The numbers behind the message"),
});

const fix = z.object({
  commands: z.array(z.string()),
  cost: z.string(),
  resolved: z.array(z.string()).describe("Keys of the findings that are gone with it"),
  introduced: z.array(z.string()),
  remaining: z.array(z.string()),
  word: z.string(),
  clientMillis: millis.nullable(),
  settledMillis: millis.nullable(),
});

export const reportSchema = z
  .object({
    schema: z.literal("seatrial/report/v1"),
    seatrial: z.string().describe("The version that wrote it"),
    factsAsOf: z.string().describe("Up to when its facts about Kubernetes are known"),
    exitCode: z.int(),
    word: z.enum(["FINISHES", "HANGS", "HURTS", "REFUSES", "STOPS"]),
    headline: z.string(),
    cluster: z.object({
      name: z.string(),
      version: z.string(),
      asOf: z.string().describe("The moment that t = 0 stands for (ISO 8601)"),
      asOfSource: z.string(),
      nodes: z.int(),
      pods: z.int(),
      madeFromManifests: z.boolean(),
      given: z.array(z.string()).describe("Kinds of which the input says how many there are"),
      unknownKinds: z.array(z.object({ apiVersion: z.string(), kind: z.string(), count: z.int() })),
    }),
    plan: z.object({ name: z.string(), nodes: z.array(z.string()).describe("The nodes that are drained") }),
    seed: z.int(),
    luck: z.enum(["median", "sampled"]),
    clientMillis: millis.nullable().describe("When the client's command returns; null: never"),
    settledMillis: millis.nullable().describe("When the last pod that moved is Ready again; null: never"),
    drains: z.array(
      z.object({
        node: z.string(),
        outcome: z.enum(["drained", "refused", "failed", "hanging", "notReached", "unfinished"]),
        startedAt: millis,
        endedAt: millis.nullable(),
        evicted: z.int(),
        remaining: z.array(
          z.object({ namespace: z.string(), name: z.string(), budget: z.string().nullable() }),
        ),
      }),
    ),
    moves: z.array(
      z.object({
        namespace: z.string(),
        name: z.string(),
        workload: z.string(),
        from: z.string(),
        evictedAt: millis,
        goneAt: millis.nullable(),
        to: z.string().nullable().describe("The node of its replacement; empty: Pending; null: not replaced"),
        readyAt: millis.nullable(),
      }),
    ),
    reactions: z
      .array(
        z.object({
          at: millis,
          who: z.string().describe("An autoscaler, or what it goes by"),
          did: z.string(),
          because: z.string().describe("Empty where what it did says it"),
        }),
      )
      .describe("What reacted of itself, in the order of time"),
    services: z.array(
      z.object({
        service: z.string(),
        before: z.int(),
        min: z.int(),
        outageMillis: millis.nullable().describe("All outages together; null: one of them does not end"),
        isEndKnown: z
          .boolean()
          .describe("false: who would bring it back is not rehearsed, so nobody knows when it ends"),
        degradedMillis: millis.describe("With fewer Ready pods than before, up to the end of the rehearsal"),
        outages: z.array(z.object({ from: millis, to: millis.nullable().describe("null: it does not end") })),
      }),
    ),
    wayBack: z
      .array(
        z.object({
          at: millis.describe("When an API server first runs this version"),
          version: z.string(),
          node: z.string().describe("Where; empty: the provider's"),
          backup: z.string().nullable().describe("The step whose backup leads back; null: nothing does"),
          takenAt: millis.nullable().describe("What was written after it is lost with a restore"),
        }),
      )
      .describe("The points after which at most a restore of etcd leads back, one a version"),
    pending: z.array(z.object({ name: z.string(), workload: z.string(), message: z.string() })),
    findings: z.array(findingSchema),
    fixes: z.array(fix).describe("Suggestions that were rehearsed and help, least harm first"),
    together: fix.nullable().describe("The first fix of each finding, all together"),
    assumptions: z.array(
      z.object({
        what: z.string(),
        subject: z.string(),
        millis,
        amount: z.string().optional().describe("What was taken, where that is no length of time"),
        origin: z.enum(["measured", "plan", "spec", "flag", "config", "default", "snapshot"]),
        detail: z.string(),
      }),
    ),
    unknown: z.array(z.string()).describe("What is not modelled or not given and may matter"),
    notGiven: z
      .array(z.string())
      .describe(
        "Kinds that the input does not settle and that may change the word: not clean until this is empty",
      ),
  })
  .describe("What Seatrial found in one rehearsal");

export type JsonReport = z.infer<typeof reportSchema>;

export interface JsonInput {
  readonly trace: Trace;
  readonly verdict: Verdict;
  readonly repairs: Repairs;
  readonly subject: Subject;
  readonly exitCode: number;
}

/** The report as one object, ready for JSON.stringify. */
export function jsonReport({ trace, verdict, repairs, subject, exitCode }: JsonInput): JsonReport {
  const { cluster, plan, seed, luck, version, factsAsOf } = trace.header;
  return {
    schema: "seatrial/report/v1",
    seatrial: version,
    factsAsOf,
    exitCode,
    word: verdict.word,
    headline: headlineOf(verdict, subject, trace),
    cluster: {
      name: cluster.name,
      version: cluster.version,
      asOf: new Date(cluster.asOf).toISOString(),
      asOfSource: cluster.asOfSource,
      nodes: cluster.objects.Node.length,
      pods: cluster.objects.Pod.length,
      madeFromManifests: cluster.isGenerated,
      given: [...cluster.given],
      unknownKinds: cluster.unknownKinds.map(({ apiVersion, kind, count }) => ({ apiVersion, kind, count })),
    },
    plan: { name: plan.name, nodes: [...new Set(verdict.drains.map(({ node }) => node))] },
    seed,
    luck,
    clientMillis: verdict.clientMillis ?? null,
    settledMillis: verdict.settledMillis ?? null,
    drains: verdict.drains.map(({ node, outcome, startedAt, endedAt, evicted, remaining }) => ({
      node,
      outcome,
      startedAt,
      endedAt: endedAt ?? null,
      evicted,
      remaining: remaining.map(({ namespace, name, budget }) => ({
        namespace,
        name,
        budget: budget?.key ?? null,
      })),
    })),
    moves: movesOf(trace).map(({ namespace, name, workload, from, evictedAt, goneAt, replacement }) => ({
      namespace,
      name,
      workload,
      from,
      evictedAt,
      goneAt: goneAt ?? null,
      to: replacement?.node ?? null,
      readyAt: replacement?.readyAt ?? null,
    })),
    reactions: reactionsOf(trace).map(({ time: at, who, did, because }) => ({ at, who, did, because })),
    services: jsonServices(verdict),
    wayBack: pointsOfNoReturn(trace).map(({ event, backup, takenAt }) => ({
      at: event.time,
      version: event.to,
      node: event.node,
      backup: backup?.backup ?? null,
      takenAt: backup ? takenAt : null,
    })),
    pending: verdict.pending.map((pod) => ({ ...pod })),
    findings: verdict.findings.map(jsonFinding),
    fixes: repairs.fixes.map(jsonFix),
    together: repairs.together ? jsonFix(repairs.together) : null,
    assumptions: verdict.assumptions.map((use) => ({ ...use })),
    unknown: [...verdict.unknown],
    notGiven: [...kindsNotGiven(cluster)],
  };
}

function jsonServices(verdict: Verdict): JsonReport["services"] {
  const unsure = endNotKnown(verdict);
  return verdict.services.map((each) => ({
    service: each.service,
    before: each.before,
    min: each.min,
    outageMillis: staysDown(each) ? null : each.outageMillis,
    isEndKnown: !unsure.has(each.service),
    degradedMillis: each.degradedMillis,
    outages: each.outages.map(({ from, to, ended }) => ({ from, to: ended === undefined ? null : to })),
  }));
}

/** A finding for programs. */
export function jsonFinding(each: Finding): JsonReport["findings"][number] {
  const { rule, subject, message, details, at, owner, suggestions, data, accepted, critical } = each;
  return {
    key: findingKey(each),
    rule,
    severity: each.severity,
    subject,
    message,
    details: [...details],
    at: at ?? null,
    accepted: accepted ?? false,
    critical: critical ?? false,
    owner: owner ? { ...owner } : null,
    suggestions: suggestions.map(({ commands, cost, harm }) => ({ commands: [...commands], cost, harm })),
    data: { ...data },
  };
}

function jsonFix({
  suggestion,
  resolved,
  introduced,
  remaining,
  verdict,
}: VerifiedFix): JsonReport["fixes"][number] {
  return {
    commands: [...suggestion.commands],
    cost: suggestion.cost,
    resolved: [...resolved],
    introduced: [...introduced],
    remaining: [...remaining],
    word: verdict.word,
    clientMillis: verdict.clientMillis ?? null,
    settledMillis: verdict.settledMillis ?? null,
  };
}
