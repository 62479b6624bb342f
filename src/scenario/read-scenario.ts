import type { Problem } from "../model/problem.ts";
import type { Assumptions } from "../plan/assumptions.ts";
import { checkPlan } from "../plan/check.ts";
import { type FileKind, readDocument } from "../plan/document.ts";
import { planFromFile } from "../plan/from-file.ts";
import { turnProblems } from "../plan/places.ts";
import type { Plan } from "../plan/plan.ts";
import { schemaProblems } from "../plan/schema-problems.ts";
import { apiVersion } from "../plan/schema/plan-file.ts";
import type { PlanSource } from "../plan/source.ts";
import { readScenarioCluster } from "./cluster.ts";
import { generatedAssumptions } from "./generate.ts";
import type { Scenario } from "./scenario.ts";
import { type ScenarioFile, scenarioFile, scenarioKind } from "./schema/scenario-file.ts";

export type ScenarioResult =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const scenarioFileKind: FileKind = {
  noun: "scenario",
  apiVersion,
  kind: scenarioKind,
  page: "docs/scenarios.md",
};

/**
 * Reads a scenario file (YAML or JSON), and checks its plan against its cluster. `file` is what to call it in
 * messages; a snapshot is looked for in its directory.
 */
export function parseScenario(text: string, file: string): ScenarioResult {
  const document = readDocument(text, file, scenarioFileKind);
  if (!document.ok) return document;
  const source: PlanSource = { ...document.source, spec: ["spec", "plan"] };
  // The input of a union tells which of its branches was meant.
  const read = scenarioFile.safeParse(document.value, { reportInput: true });
  if (!read.success) return { ok: false, problems: schemaProblems(read.error.issues, document.source) };
  const { metadata, spec } = read.data;
  const plan = planOf(read.data);
  const turns = turnProblems(plan, source);
  if (turns.length > 0) return { ok: false, problems: turns };
  const result = readScenarioCluster(spec.cluster, metadata.name, document.source);
  if (!result.ok) return result;
  const problems = checkPlan(plan, result.cluster, source);
  if (problems.length > 0) return { ok: false, problems };
  const placementSeed = spec.cluster.generate?.seed;
  const scenario: Scenario = {
    name: metadata.name,
    title: spec.title ?? "",
    story: (spec.story ?? "").trim(),
    cluster: result.cluster,
    isSnapshot: spec.cluster.snapshot !== undefined,
    plan,
    source,
    ...(placementSeed === undefined ? {} : { placementSeed }),
    ...(spec.expect === undefined ? {} : { expect: spec.expect }),
  };
  return { ok: true, scenario };
}

/** The plan, with what the scenario and its workloads say about how long things take behind what it says itself. */
function planOf({ metadata, spec }: ScenarioFile): Plan {
  const { generate } = spec.cluster;
  const made = generate ? generatedAssumptions(generate) : {};
  const assumptions = merged(spec.plan.assumptions, merged(spec.assumptions, { workloads: made }));
  return planFromFile({ metadata, spec: spec.plan }, assumptions);
}

/** Assumptions, completed by others where they say nothing. */
function merged(first: Partial<Assumptions> | undefined, second: Partial<Assumptions>): Assumptions {
  const refs = [...Object.keys(second.workloads ?? {}), ...Object.keys(first?.workloads ?? {})];
  return {
    ...second,
    ...first,
    default: { ...second.default, ...first?.default },
    workloads: Object.fromEntries(
      refs.map((ref) => [ref, { ...second.workloads?.[ref], ...first?.workloads?.[ref] }]),
    ),
    replacedOwners: [...new Set([...(second.replacedOwners ?? []), ...(first?.replacedOwners ?? [])])],
  };
}
