import { topologyLabel } from "../model/affinity.ts";
import type { WorkloadFile } from "./schema/workload.ts";

type Json = Readonly<Record<string, unknown>>;

/** The label by which a generated workload, its Service and its budgets find their pods. */
export function selectorOf({ name }: WorkloadFile): Readonly<Record<string, string>> {
  return { app: name };
}

/** The template of a workload's pods; `claim` is the name of the claim of its volume, where it has one. */
export function podTemplate(workload: WorkloadFile, claim: string | undefined): Json {
  return { metadata: { labels: podLabels(workload) }, spec: podSpec(workload, claim) };
}

/** The labels of a workload's pods. */
export function podLabels(workload: WorkloadFile): Readonly<Record<string, string>> {
  return { ...workload.labels, ...selectorOf(workload) };
}

/** The spec of a workload's pods. */
export function podSpec(workload: WorkloadFile, claim: string | undefined): Json {
  const { kind, name, cpu, memory, image, grace, nodeSelector, priorityClass } = workload;
  const volumes = volumesOf(workload, claim);
  const mounts = volumes.map((volume) => ({ name: volume.name, mountPath: `/mnt/${volume.name}` }));
  const isJob = kind === "Job" || kind === "CronJob";
  return {
    containers: [
      {
        name: "main",
        image: image ?? `registry.example.com/${name}:1.0`,
        resources: { requests: { ...(cpu ? { cpu } : {}), ...(memory ? { memory } : {}) } },
        // A Service's claim that a pod serves is only worth something where the pod is asked.
        ...(workload.service ? { readinessProbe: { httpGet: { path: "/ready", port: 8080 } } } : {}),
        ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
      },
    ],
    ...(volumes.length > 0 ? { volumes } : {}),
    ...(isJob ? { restartPolicy: "OnFailure" } : {}),
    ...(grace === undefined ? {} : { terminationGracePeriodSeconds: Math.ceil(grace / 1_000) }),
    ...(nodeSelector ? { nodeSelector } : {}),
    ...(priorityClass ? { priorityClassName: priorityClass } : {}),
    ...(workload.tolerations ? { tolerations: workload.tolerations.map(toleration) } : {}),
    ...(workload.antiAffinity ? { affinity: apart(workload, workload.antiAffinity) } : {}),
    ...(workload.spread ? { topologySpreadConstraints: [spread(workload, workload.spread)] } : {}),
  };
}

function volumesOf({ kind, emptyDir, hostPath, volume }: WorkloadFile, claim: string | undefined) {
  return [
    ...(emptyDir === undefined ? [] : [{ name: emptyDir, emptyDir: {} }]),
    ...(hostPath === undefined ? [] : [{ name: "host", hostPath: { path: hostPath } }]),
    // A StatefulSet makes the claims of its pods itself.
    ...(volume && claim !== undefined && kind !== "StatefulSet"
      ? [{ name: "data", persistentVolumeClaim: { claimName: claim } }]
      : []),
  ];
}

function toleration({ key, value, effect }: NonNullable<WorkloadFile["tolerations"]>[number]) {
  return {
    ...(key === undefined ? {} : { key }),
    operator: value === undefined ? "Exists" : "Equal",
    ...(value === undefined ? {} : { value }),
    ...(effect === undefined ? {} : { effect }),
  };
}

function apart(workload: WorkloadFile, topology: "hostname" | "zone") {
  const term = { labelSelector: { matchLabels: selectorOf(workload) }, topologyKey: topologyLabel[topology] };
  return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
}

function spread(workload: WorkloadFile, topology: "hostname" | "zone") {
  return {
    maxSkew: 1,
    topologyKey: topologyLabel[topology],
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selectorOf(workload) },
  };
}
