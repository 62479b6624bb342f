import type { Raw } from "./generate.ts";
import { placedPods } from "./placed-pods.ts";
import { podLabels, podSpec, podTemplate, selectorOf } from "./pod-template.ts";
import type { WorkloadFile } from "./schema/workload.ts";

/** The objects of one workload: itself, its Service, its budgets, its claim, and its pods where they have a place. */
export function workloadObjects(workload: WorkloadFile): readonly Raw[] {
  return [
    ...claims(workload),
    ...(workload.kind === "Pod" ? [] : [controller(workload)]),
    ...placedPods(workload),
    ...services(workload),
    ...budgets(workload),
  ];
}

/** The metadata of an object of this workload, owned by whom the workload is. */
export function metadataOf({ namespace, labels, helm }: WorkloadFile, name: string) {
  return {
    name,
    namespace,
    labels: {
      ...labels,
      ...(helm === undefined
        ? {}
        : { "app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": helm }),
    },
    ...(helm === undefined ? {} : { annotations: { "meta.helm.sh/release-name": helm } }),
  };
}

/** The name of the claim of a workload that has one volume. */
export function claimName({ name, volume }: WorkloadFile): string | undefined {
  return volume ? `${name}-data` : undefined;
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
      return { apiVersion: "apps/v1", kind, metadata, spec };
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

function claims(workload: WorkloadFile): Raw[] {
  const name = claimName(workload);
  return name === undefined || workload.kind === "StatefulSet"
    ? []
    : [{ apiVersion: "v1", kind: "PersistentVolumeClaim", ...claim(workload, name) }];
}

function claim(workload: WorkloadFile, name: string) {
  const { size, storageClass } = workload.volume ?? {};
  return {
    metadata: metadataOf(workload, name),
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: size } },
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    },
  };
}

/** A pod without a controller, which the scheduler places. */
export function barePod(workload: WorkloadFile): Raw {
  const metadata = { ...metadataOf(workload, workload.name), labels: podLabels(workload) };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: podSpec(workload, claimName(workload)) };
}
