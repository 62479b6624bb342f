import type { Assumptions, WorkloadAssumption } from "../plan/assumptions.ts";
import { fillerWorkloads } from "./fill.ts";
import { nodeObjects } from "./generate-nodes.ts";
import { type Surroundings, workloadObjects } from "./generate-workload.ts";
import type { GenerateFile } from "./schema/cluster.ts";
import type { WorkloadFile } from "./schema/workload.ts";

/** An object as one gives it to kubectl. */
export type Raw = { readonly apiVersion: string; readonly kind: string } & Readonly<Record<string, unknown>>;

/** Objects, and the path of the field, below `generate`, that they come from. */
export interface Generated {
  readonly path: readonly PropertyKey[];
  readonly objects: readonly Raw[];
}

/** The class of claims where the file has no default class: one that is used and not defined has zonal volumes. */
const impliedClass = "standard";

/** The Kubernetes objects that a `generate` stands for, in the order of the file. */
export function generateObjects(file: GenerateFile): readonly Generated[] {
  const around: Surroundings = {
    priorities: file.priorityClasses,
    defaultClass: file.storageClasses.find((each) => each.default)?.name ?? impliedClass,
  };
  return [
    ...nodeObjects(file),
    { path: ["storageClasses"], objects: file.storageClasses.map(storageClass) },
    { path: ["priorityClasses"], objects: Object.entries(file.priorityClasses).map(priorityClass) },
    ...file.workloads.map((workload, index) => ({
      path: ["workloads", index],
      objects: workloadObjects(workload, around),
    })),
    { path: ["fill"], objects: fillerWorkloads(file).flatMap((each) => workloadObjects(each, around)) },
  ];
}

/** What the workloads of a `generate` say about how long they take. */
export function generatedAssumptions({ workloads }: GenerateFile): Assumptions["workloads"] {
  const all = workloads.map((workload): [string, WorkloadAssumption] => [
    `${workload.namespace}/${workload.kind}/${workload.name}`,
    assumptionOf(workload),
  ]);
  return Object.fromEntries(all.filter(([, assumption]) => Object.keys(assumption).length > 0));
}

function assumptionOf({ start, ready, termination, run }: WorkloadFile): WorkloadAssumption {
  return {
    ...(start === undefined ? {} : { start }),
    ...(ready === undefined ? {} : { ready }),
    ...(termination === undefined ? {} : { termination }),
    ...(run === undefined ? {} : { run }),
  };
}

function storageClass(file: GenerateFile["storageClasses"][number]): Raw {
  const annotations = file.default ? { "storageclass.kubernetes.io/is-default-class": "true" } : {};
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: file.name, annotations },
    provisioner: file.provisioner,
    volumeBindingMode: "WaitForFirstConsumer",
  };
}

function priorityClass([name, value]: [string, number]): Raw {
  return { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value };
}
