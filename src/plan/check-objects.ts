import { didYouMean } from "../lib/nearest.ts";
import { allKinds, type Cluster, isGiven, type Kind, type ObjectsByKind } from "../model/cluster.ts";
import { formatRef, keyOf, parseRef, refOf } from "../model/meta.ts";
import { isPatchable, patchSpec } from "../model/patch.ts";
import type { Problem } from "../model/problem.ts";
import { workloadKinds } from "../model/workload.ts";
import { type StepPlace, stepPlaces } from "./places.ts";
import type { Plan } from "./plan.ts";
import { problemAt, type Source } from "./source.ts";

/** Which kinds a field may name. */
const scalableKinds: readonly Kind[] = ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];
const restartableKinds: readonly Kind[] = ["Deployment", "StatefulSet", "DaemonSet"];
const readyKinds: readonly Kind[] = [...scalableKinds, "DaemonSet"];
const patchableKinds: readonly Kind[] = allKinds.filter((kind) => isPatchable({ kind }));

/** Workloads and other objects that a plan names, and what it wants to do to them that cannot be done. */
export function objectProblems(plan: Plan, cluster: Cluster, source: Source): readonly Problem[] {
  const places = stepPlaces(plan);
  const at: Finder = (path, ref, kinds, verb) => {
    const found = findObject(cluster, ref, kinds, verb);
    return typeof found === "string" ? [problemAt(path, found, source, adviceFor(cluster, ref))] : [];
  };
  return [
    ...assumptionProblems(plan, at),
    ...assertionProblems(plan, cluster, source, at),
    ...places.flatMap((place) => stepProblems(place, places, cluster, source, at)),
  ];
}

/** A problem unless the object is there and of one of these kinds. */
type Finder = (path: readonly PropertyKey[], ref: string, kinds: readonly Kind[], verb: string) => Problem[];

function stepProblems(
  { step, path }: StepPlace,
  places: readonly StepPlace[],
  cluster: Cluster,
  source: Source,
  at: Finder,
): readonly Problem[] {
  switch (step.kind) {
    case "scale": {
      const problems = at([...path, "workload"], step.workload, scalableKinds, "scaled");
      if (problems.length > 0 || step.by === undefined || step.by > 0) return problems;
      // How many there are after another step is only known when it runs.
      const all = places.filter(({ step: each }) => each.kind === "scale" && each.workload === step.workload);
      const { replicas } = findObject(
        cluster,
        step.workload,
        scalableKinds,
        "scaled",
      ) as ObjectsByKind["Deployment"];
      if (all.length > 1 || replicas + step.by >= 0) return [];
      const message = `${step.workload} has ${replicas} replicas: ${step.by} would leave ${replicas + step.by}`;
      return [problemAt([...path, "by"], message, source)];
    }
    case "patch": {
      const problems = at([...path, "object"], step.object, patchableKinds, "patched");
      if (problems.length > 0) return problems;
      const message = patchProblem(findObject(cluster, step.object, patchableKinds, "patched"), step.set);
      return message === undefined ? [] : [problemAt([...path, "set"], message, source)];
    }
    case "restartWorkload":
      return at([...path, "workload"], step.workload, restartableKinds, "restarted");
    case "gate":
      return step.until.flatMap((condition, index) =>
        condition.kind === "workloadReady"
          ? at([...path, "until", index, "workloadReady"], condition.workload, readyKinds, "waited for")
          : [],
      );
    default:
      return [];
  }
}

/** Why this patch cannot be applied, if it cannot. */
function patchProblem(object: unknown, set: Readonly<Record<string, unknown>>): string | undefined {
  const patchable = object as ObjectsByKind["PodDisruptionBudget"];
  try {
    const result = patchSpec(patchable, set);
    return result.ok ? undefined : result.message;
  } catch {
    // A value of another shape than the API's, deep inside: what it is meant to be is not known here.
    return `these values do not fit the spec of a ${patchable.kind}`;
  }
}

function assertionProblems(plan: Plan, cluster: Cluster, source: Source, at: Finder): readonly Problem[] {
  return plan.assertions.flatMap((assertion, index) => {
    const path = ["spec", "assertions", index, assertion.kind];
    if (assertion.kind === "workload") return at(path, assertion.workload, readyKinds, "counted");
    if (assertion.kind !== "service") return [];
    const known = cluster.objects.Service.map(keyOf);
    if (known.includes(assertion.service)) return [];
    const message = `${cluster.name} has no Service ${assertion.service}${didYouMean(assertion.service, known)}`;
    return [problemAt(path, message, source, adviceFor(cluster, `Service/${assertion.service}`))];
  });
}

/** An assumption about a workload or a budget that is not there would be without effect, and nobody would notice. */
function assumptionProblems({ assumptions }: Plan, at: Finder): readonly Problem[] {
  const budgets = Object.keys(assumptions.operators ?? {}).flatMap((key) => {
    const ref = key.replace("/", "/PodDisruptionBudget/");
    return at(["spec", "assumptions", "operators", key], ref, ["PodDisruptionBudget"], "assumed about");
  });
  const workloads = Object.keys(assumptions.workloads).flatMap((ref) => {
    const kind = parseRef(ref)?.kind ?? "";
    // Pods of custom owners have assumptions too, and their owners are not among the objects.
    if (!(allKinds as readonly string[]).includes(kind)) return [];
    return at(["spec", "assumptions", "workloads", ref], ref, workloadKinds, "assumed about");
  });
  const loads = Object.keys(assumptions.load ?? {}).flatMap((ref) =>
    at(["spec", "assumptions", "load", ref], ref, scalableKinds, "scaled by its load"),
  );
  return [...workloads, ...budgets, ...loads];
}

/** The object that `ref` names, or a sentence about why it is none of these kinds. */
function findObject(
  cluster: Cluster,
  ref: string,
  kinds: readonly Kind[],
  verb: string,
): ObjectsByKind[Kind] | string {
  const parsed = parseRef(ref);
  const isKind = (kind: string): kind is Kind => (kinds as readonly string[]).includes(kind);
  if (!parsed || !isKind(parsed.kind)) {
    const kind = parsed?.kind ?? ref;
    return `a ${kind} cannot be ${verb} here, only a ${kinds.join(", ")}${didYouMean(kind, kinds)}`;
  }
  const object = cluster.objects[parsed.kind].find((each) => keyOf(each) === keyOf(parsed));
  if (object) return object;
  return `${cluster.name} has no ${ref}${suggestion(cluster, ref, parsed, kinds)}`;
}

/** The same name in another namespace or of another kind, else the nearest name. */
function suggestion(
  cluster: Cluster,
  ref: string,
  { name, namespace, kind }: { readonly name: string; readonly namespace: string; readonly kind: string },
  kinds: readonly Kind[],
): string {
  const all = kinds.flatMap((each) => cluster.objects[each].map(refOf));
  const same =
    all.find((each) => each.name === name && each.kind === kind) ??
    all.find((each) => each.name === name && each.namespace === namespace);
  return same ? ` (did you mean "${formatRef(same)}"?)` : didYouMean(ref, all.map(formatRef));
}

/** Not given is not none: what the input lacks as a whole may well be there. */
function adviceFor(cluster: Cluster, ref: string): string | undefined {
  const kind = allKinds.find((each) => ref.split("/").includes(each));
  return kind === undefined || isGiven(cluster, kind)
    ? undefined
    : `The input has no objects of kind ${kind} at all: read them too.`;
}
