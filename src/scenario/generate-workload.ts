import type { Raw } from "./generate.ts";
import { placedPods, type Priorities, revisionOf } from "./placed-pods.ts";
import { podTemplate, selectorOf } from "./pod-template.ts";
import type { WorkloadFile } from "./schema/workload.ts";
import { claimName, metadataOf } from "./workload-metadata.ts";

/** What a workload's objects take from the cluster around it. */
export interface Surroundings {
  readonly priorities: Priorities;
  /** Admission writes it into a new claim that names no class; a claim of the file is there already. */
  readonly defaultClass: string;
}

/** The objects of one workload: itself, its Service, its budgets, its claim, and its pods where they have a place. */
export function workloadObjects(workload: WorkloadFile, around: Surroundings): readonly Raw[] {
  return [
    ...claims(workload, around),
    ...(workload.kind === "Pod" ? [] : [controller(workload)]),
    ...placedPods(workload, around.priorities),
    ...services(workload),
    ...budgets(workload),
  ];
}

function controller(workload: WorkloadFile): Raw {
  const { kind, name, replicas } = workload;
  const metadata = metadataOf(workload, name);
  const selector = { matchLabels: selectorOf(workload) };
  const template = podTemplate(workload, claimName(workload));
  switch (kind) {
    case "Job":
      return job(workload, metadata, template);
    case "CronJob": {
      const schedule = workload.schedule ?? "0 3 * * *";
      const spec = { schedule, jobTemplate: { spec: { template } } };
      return { apiVersion: "batch/v1", kind, metadata, spec };
    }
    case "DaemonSet":
      return { apiVersion: "apps/v1", kind, metadata, spec: { selector, template } };
    case "StatefulSet": {
      const claimTemplates = workload.volume ? { volumeClaimTemplates: [claim(workload, "data")] } : {};
      const spec = {
        serviceName: serviceName(workload),
        podManagementPolicy: "Parallel",
        replicas,
        selector,
        template,
        ...claimTemplates,
      };
      const revision = revisionOf(workload);
      const status = workload.nodes ? { currentRevision: revision, updateRevision: revision } : {};
      return { apiVersion: "apps/v1", kind, metadata, spec, status };
    }
    default:
      return { apiVersion: "apps/v1", kind, metadata, spec: { replicas, selector, template } };
  }
}

function job({ replicas }: WorkloadFile, metadata: unknown, template: unknown): Raw {
  const spec = { parallelism: replicas, completions: replicas, template };
  return { apiVersion: "batch/v1", kind: "Job", metadata, spec };
}

function serviceName({ name, service }: WorkloadFile): string {
  return typeof service === "string" ? service : name;
}

function services(workload: WorkloadFile): Raw[] {
  if (!workload.service) return [];
  const metadata = metadataOf(workload, serviceName(workload));
  const spec = { selector: selectorOf(workload), ports: [{ port: 80, targetPort: 8080 }] };
  return [{ apiVersion: "v1", kind: "Service", metadata, spec }];
}

function budgets(workload: WorkloadFile): Raw[] {
  return workload.budgets.map(({ name, ...limits }, index) => ({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadataOf(workload, name ?? (index === 0 ? workload.name : `${workload.name}-${index + 1}`)),
    spec: { ...limits, selector: { matchLabels: selectorOf(workload) } },
  }));
}

function claims(workload: WorkloadFile, { defaultClass }: Surroundings): Raw[] {
  const name = claimName(workload);
  return name === undefined || workload.kind === "StatefulSet"
    ? []
    : [{ apiVersion: "v1", kind: "PersistentVolumeClaim", ...claim(workload, name, defaultClass) }];
}

function claim(workload: WorkloadFile, name: string, defaultClass?: string) {
  const { size, storageClass = defaultClass } = workload.volume ?? {};
  return {
    metadata: metadataOf(workload, name),
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: size } },
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    },
  };
}
