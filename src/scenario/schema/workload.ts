import { z } from "zod";
import { parseResource } from "../../model/quantity.ts";
import { expected, flag, list, oneOf, sentence, strict, whole } from "../../plan/schema/fields.ts";
import {
  duration,
  durationOrNever,
  labelKey,
  labelValue,
  millis,
  nameText,
  nodeName,
} from "../../plan/schema/values.ts";

/** A workload of a generated cluster, with all that belongs to it: pods, Service, budget, claim, assumptions. */

/** The words by which a workload begins, and the kinds they stand for. */
export const workloadWords = {
  deployment: "Deployment",
  statefulSet: "StatefulSet",
  daemonSet: "DaemonSet",
  job: "Job",
  cronJob: "CronJob",
  pod: "Pod",
} as const;

const words = Object.keys(workloadWords) as readonly (keyof typeof workloadWords)[];

const dnsName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const aName = expected("namespace/name, such as shop/web");
const workloadName = z.string(aName).regex(dnsName, aName).exactOptional();

/** An amount of a resource as Kubernetes writes it, more than none; as text. */
export function amount(resource: string, example: string) {
  const what = `an amount of ${resource} such as ${example}`;
  return z
    .union([z.string(expected(what)), z.number(expected(what))], expected(what))
    .transform((value, context) => {
      const text = String(value);
      const parsed = parseResource(resource, text);
      if (parsed !== undefined && parsed > 0 && Number.isSafeInteger(parsed)) return text;
      context.addIssue({ code: "custom", message: sentence(what, value) });
      return z.NEVER;
    });
}

export const labels = z.record(labelKey, labelValue, expected("labels (a map from text to text)"));

const limit = expected("a number of pods, or a percentage such as 80%");
const podCount = z.union(
  [z.int(limit).min(0, limit), z.string(limit).regex(/^(\d{1,2}|100)%$/, limit)],
  limit,
);

const budget = strict("a budget", {
  name: nameText.exactOptional().describe("Its name; without it, the workload's"),
  minAvailable: podCount.exactOptional().describe("So many pods have to stay Ready"),
  maxUnavailable: podCount.exactOptional().describe("So many pods may be missing"),
  unhealthyPodEvictionPolicy: oneOf(["IfHealthyBudget", "AlwaysAllow"])
    .exactOptional()
    .describe("Whether pods that are not Ready may always go"),
}).superRefine(({ minAvailable, maxUnavailable }, context) => {
  if ((minAvailable === undefined) !== (maxUnavailable === undefined)) return;
  const got = minAvailable === undefined ? "neither" : "both";
  context.addIssue({ code: "custom", message: `expected minAvailable or maxUnavailable, got ${got}` });
});

const volume = strict("volume", {
  size: amount("storage", "20Gi").describe("How large it is"),
  storageClass: nameText
    .exactOptional()
    .describe(
      "Its class: one of storageClasses; without it, the default class, whose volumes keep to a zone",
    ),
});

const topology = oneOf(["hostname", "zone"]);

const toleration = strict("a toleration", {
  key: labelKey.exactOptional().describe("The taint's key; without it, every taint"),
  value: labelValue.exactOptional().describe("The taint's value; without it, any"),
  effect: oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"])
    .exactOptional()
    .describe("The taint's effect; without it, any"),
});

const placementFields = {
  antiAffinity: topology.exactOptional().describe("Never two of its pods on one node, or in one zone"),
  spread: topology
    .exactOptional()
    .describe("Its pods are spread over nodes, or zones, where that is possible"),
  nodeSelector: labels.exactOptional().describe("Only on nodes with these labels"),
  tolerations: list(toleration, "tolerations").exactOptional().describe("Taints that its pods stand"),
  priorityClass: nameText.exactOptional().describe("One of priorityClasses, or one of Kubernetes' own"),
  nodes: list(nodeName, "node names")
    .exactOptional()
    .describe(
      "On which nodes its pods are at the start, one entry for each; without it, the scheduler decides",
    ),
  unready: whole(1).exactOptional().describe("With nodes: so many of its pods, the last ones, are not Ready"),
};

const timeFields = {
  start: durationOrNever.exactOptional().describe("Assumption: from a pod's start on its node to running"),
  ready: durationOrNever.exactOptional().describe("Assumption: from running to Ready"),
  termination: duration.exactOptional().describe("Assumption: from deletion to the end of its last process"),
  run: durationOrNever.exactOptional().describe("Assumption: how long a pod of a job works"),
};

/** One workload. */
export const workload = strict("a workload", {
  deployment: workloadName.describe("A Deployment (namespace/name)"),
  statefulSet: workloadName.describe("A StatefulSet (namespace/name)"),
  daemonSet: workloadName.describe("A DaemonSet (namespace/name)"),
  job: workloadName.describe("A Job (namespace/name)"),
  cronJob: workloadName.describe("A CronJob (namespace/name)"),
  pod: workloadName.describe("A pod without a controller (namespace/name)"),
  replicas: whole(0).exactOptional().describe("How many pods; 1 without it"),
  cpu: amount("cpu", "500m").exactOptional().describe("The CPU that each pod requests"),
  memory: amount("memory", "1Gi").exactOptional().describe("The memory that each pod requests"),
  image: nameText.exactOptional().describe("The image of its container"),
  labels: labels.exactOptional().describe("Labels of the workload and of its pods"),
  helm: nameText.exactOptional().describe("The Helm release that owns it"),
  service: z
    .union([flag, nameText], expected("true, or the name of the Service"))
    .exactOptional()
    .describe("Whether a Service leads to its pods; its name, where it is another"),
  pdb: z
    .union([budget, list(budget, "budgets")], expected("a budget, or a list of them"))
    .exactOptional()
    .describe("Its disruption budget, or several"),
  volume: volume.exactOptional().describe("A volume of its own that one node at a time may mount"),
  emptyDir: nameText.exactOptional().describe("The name of an emptyDir volume of its pods"),
  hostPath: z
    .string(expected("a path"))
    .regex(/^\/\S*$/, expected("a path such as /srv/data"))
    .exactOptional()
    .describe("A directory of the node that its pods mount"),
  grace: millis.exactOptional().describe("The grace period of its pods; 30s without it"),
  schedule: nameText.exactOptional().describe("When a CronJob runs; daily without it"),
  ...placementFields,
  ...timeFields,
}).transform((value, context) => {
  const refuse = (message: string, ...path: string[]) => {
    context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  };
  const chosen = words.filter((word) => value[word] !== undefined);
  const [word] = chosen;
  if (!word || chosen.length > 1)
    return refuse(`expected one of ${words.join(", ")}, got ${chosen.join(" and ") || "none of them"}`);
  const kind = workloadWords[word];
  const { replicas = 1, nodes, unready = 0 } = value;
  const isCounted = kind === "Deployment" || kind === "StatefulSet" || kind === "Job";
  if (value.replicas !== undefined && !isCounted) return refuse(`a ${kind} takes no replicas`, "replicas");
  if (nodes && (kind === "DaemonSet" || kind === "CronJob" || value.volume))
    return refuse(`goes neither with a DaemonSet or a CronJob nor with a volume`, "nodes");
  if (nodes && nodes.length !== replicas)
    return refuse(`expected a node for each of ${replicas} pods, got ${nodes.length}`, "nodes");
  if (unready > (nodes?.length ?? 0))
    return refuse("goes with nodes, and is at most their number", "unready");
  if (value.volume && kind !== "StatefulSet" && (!isCounted || replicas > 1) && kind !== "Pod")
    return refuse("one node at a time mounts it: it goes with a StatefulSet, or with one pod", "volume");
  if (value.schedule !== undefined && kind !== "CronJob") return refuse("goes with cronJob only", "schedule");
  const [namespace = "", name = ""] = value[word]!.split("/");
  const { pdb, ...rest } = value;
  const budgets = pdb === undefined ? [] : Array.isArray(pdb) ? pdb : [pdb];
  return { ...rest, kind, namespace, name, replicas, unready, budgets };
});

/** A workload as the generator takes it. */
export type WorkloadFile = z.output<typeof workload>;
