import { z } from "zod";
import type { Assertion } from "../plan.ts";
import { freeze, window } from "./calendar.ts";
import { drainerName } from "./drainer.ts";
import { expected, list, oneOf, strict, whole } from "./fields.ts";
import { load } from "./load.ts";
import { nodePool } from "./node-pool.ts";
import { nodeTemplate, templateName } from "./node-template.ts";
import { alertSelection } from "./outside.ts";
import { step, steps } from "./step.ts";
import { drainFlags } from "./steps.ts";
import { version } from "./version.ts";
import {
  byteRate,
  duration,
  budgetKey,
  durationOrNever,
  failurePolicy,
  millis,
  nameText,
  objectRef,
  serviceKey,
  someMillis,
} from "./values.ts";

/** The whole plan file. What is not listed here is refused; what the language keeps for later is named as such. */

export const apiVersion = "seatrial/v1alpha1";
export const planKind = "MaintenancePlan";

const defaults = strict("defaults", {
  drain: strict("defaults.drain", drainFlags)
    .prefault({})
    .describe("kubectl's flags for every drain that does not set them itself"),
  timeout: someMillis
    .exactOptional()
    .describe("Bounds each step that has no timeout of its own, groups aside"),
  onFailure: failurePolicy
    .exactOptional()
    .describe("What happens when a step fails that does not say itself; without it, abort"),
});

const workloadAssumption = strict("an assumption about a workload", {
  start: durationOrNever
    .exactOptional()
    .describe("From a pod's start on its node to its first container running, image pull included"),
  ready: durationOrNever.exactOptional().describe("From running to Ready"),
  termination: duration
    .exactOptional()
    .describe("From deletion to the end of the last process, at most the grace period"),
  run: durationOrNever.exactOptional().describe("How long a pod of a Job works"),
  connections: duration.exactOptional().describe("How long clients hold connections"),
});

/** What a snapshot cannot tell. */
export const planAssumptions = strict("assumptions", {
  default: workloadAssumption.prefault({}).describe("For every workload that is not named below"),
  workloads: z
    .record(objectRef, workloadAssumption, expected("assumptions by workload (shop/Deployment/web: {…})"))
    .prefault({})
    .describe("By workload, as namespace/Kind/name"),
  volumeMove: duration
    .exactOptional()
    .describe("Detaching a volume from the old node and attaching it to the new one"),
  pullBytesPerSecond: byteRate.exactOptional().describe("How fast images are pulled, such as 35M"),
  reboot: durationOrNever.exactOptional().describe("How long a machine is away when it restarts"),
  join: durationOrNever
    .exactOptional()
    .describe("From the start of a new machine until its kubelet has registered"),
  upgrade: strict("upgrade", {
    controlPlane: durationOrNever.exactOptional().describe("kubeadm's work on one control-plane node"),
    kubelet: durationOrNever.exactOptional().describe("A kubelet's packages and restart"),
    controlPlaneKubelet: durationOrNever
      .exactOptional()
      .describe("The same on a control-plane node; without it, kubelet"),
    controlPlaneJoin: durationOrNever
      .exactOptional()
      .describe("From a new control-plane node's registration until its static pods run"),
    addon: durationOrNever.exactOptional().describe("Until an add-on's new image is written"),
    etcdBackup: durationOrNever.exactOptional().describe("A snapshot of etcd"),
    managedControlPlane: durationOrNever
      .exactOptional()
      .describe("A provider's work on the control plane that it runs"),
    certificates: durationOrNever
      .exactOptional()
      .describe("The certificates of one control-plane node renewed, and its static pods restarted"),
    etcdRestore: durationOrNever
      .exactOptional()
      .describe("Every member of etcd restored from a snapshot, API servers stopped meanwhile"),
  })
    .exactOptional()
    .describe("How long the parts of an upgrade take"),
  load: load.exactOptional(),
  nodePools: list(nodePool, "node pools", 1)
    .exactOptional()
    .describe("Pools of nodes that grow when pods find no room"),
  loadBalancer: strict("loadBalancer", {
    interval: someMillis.describe("How often it checks each node"),
    threshold: whole(1).describe("After how many failed checks in a row it sends nothing there"),
    deregistration: millis
      .exactOptional()
      .describe("How long it lets connections go on of a node that is taken out of it"),
  })
    .exactOptional()
    .describe("How the balancers in front of Services notice that a node is gone"),
  operators: z
    .record(budgetKey, durationOrNever, expected("durations by budget (rook-ceph/rook-ceph-osd: 10m)"))
    .exactOptional()
    .describe("How long after its first refusal an operator takes its budget away, by namespace/name"),
  replacedOwners: list(
    z.string(expected("group/Kind")).regex(/^([^\s/]+\/)?[A-Z][A-Za-z0-9]*$/, expected("group/Kind")),
    "kinds of owners (group/Kind)",
    0,
  )
    .prefault([])
    .describe("Custom kinds of owners that make new pods for those that leave, as group/Kind"),
});

const yes = z.literal(true, expected("true"));

/** What an assertion may be about: exactly one of these. */
const subjects = [
  "service",
  "workload",
  "noPendingPods",
  "nodesBack",
  "noOutage",
  "etcdQuorum",
  "versionSkew",
  "controlPlane",
] as const;

const assertion = strict(
  "an assertion",
  {
    name: nameText.describe("What to call it in reports"),
    service: serviceKey.exactOptional().describe("About this Service (namespace/name)"),
    downtime: millis.exactOptional().describe("With service: the longest total outage"),
    degraded: strict("degraded", { max: millis.describe("The longest total time") })
      .exactOptional()
      .describe("With service: the longest total time with fewer Ready pods than wanted"),
    workload: objectRef.exactOptional().describe("About this workload (namespace/Kind/name)"),
    minReady: whole(0).exactOptional().describe("With workload: never fewer Ready pods than this"),
    noPendingPods: yes.exactOptional().describe("No pod that ran at the start is Pending at the end"),
    nodesBack: yes.exactOptional().describe("Every node is back in service at the end"),
    etcdQuorum: oneOf(["always"])
      .exactOptional()
      .describe("etcd has a majority of its members at every moment"),
    versionSkew: oneOf(["supported"])
      .exactOptional()
      .describe("Versions of components are supported together at every moment"),
    controlPlane: strict("controlPlane", {
      writeUnavailable: strict("writeUnavailable", {
        max: millis.describe("The longest total time"),
      }).describe("How long no write is taken: no API server answers, or etcd has no majority"),
    })
      .exactOptional()
      .describe("About the control plane"),
    noOutage: yes.exactOptional().describe("No Service that had a Ready endpoint drops to none"),
  },
  { later: ["availability"] },
).transform((value, context): Assertion => {
  const { name, service, downtime, degraded, workload, minReady } = value;
  const chosen = subjects.filter((subject) => value[subject] !== undefined);
  const refuse = (message: string, ...path: string[]) => {
    context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  };
  if (chosen.length !== 1)
    return refuse(`expected one of ${subjects.join(", ")}, got ${chosen.join(" and ") || "none of them"}`);
  if (service === undefined && (downtime !== undefined || degraded !== undefined))
    return refuse("goes with service only", downtime === undefined ? "degraded" : "downtime");
  if (workload === undefined && minReady !== undefined) return refuse("goes with workload only", "minReady");
  if (service !== undefined) {
    if (downtime === undefined && degraded === undefined)
      return refuse("expected downtime or degraded: how much of it is allowed");
    return {
      name,
      kind: "service",
      service,
      ...(downtime === undefined ? {} : { downtime }),
      ...(degraded === undefined ? {} : { degraded: degraded.max }),
    };
  }
  if (workload !== undefined) {
    if (minReady === undefined) return refuse("expected minReady: how many Ready pods it needs");
    return { name, kind: "workload", workload, minReady };
  }
  if (value.controlPlane)
    return { name, kind: "controlPlane", writeUnavailable: value.controlPlane.writeUnavailable.max };
  return {
    name,
    kind: chosen[0] as "noPendingPods" | "nodesBack" | "noOutage" | "etcdQuorum" | "versionSkew",
  };
});

/** What a plan says; a scenario has it inside. */
export const planSpec = strict(
  "spec",
  {
    target: strict("target", {
      kubernetesVersion: version.describe("The version that steps go to which name none"),
    })
      .exactOptional()
      .describe("Where an upgrade ends"),
    drainer: drainerName.prefault("kubectl").describe("Whose drain rules apply"),
    defaults: defaults.prefault({}).describe("What holds for steps that do not say otherwise"),
    assumptions: planAssumptions.prefault({}).describe("What a snapshot cannot tell: how long things take"),
    nodeTemplates: z
      .record(templateName, nodeTemplate, expected("templates by name (general-v2: {like: node-3})"))
      .exactOptional()
      .describe("How nodes look that join, by the name that joinNode calls them"),
    window: window.exactOptional(),
    freezes: list(freeze, "freezes")
      .exactOptional()
      .describe("Days on which nothing is begun, whatever the window says"),
    alerts: list(alertSelection, "alert selections")
      .exactOptional()
      .describe("Where an alert fires that one of these selects, execute begins no further node, and stops"),
    assertions: list(assertion, "assertions", 0)
      .prefault([])
      .describe("What has to hold throughout; without any: no outage, nothing left Pending, every node back"),
    steps: steps().describe("What is done, one step after another"),
    onFailure: failurePolicy
      .exactOptional()
      .describe("Another place for defaults.onFailure: give one of them"),
    rollback: z
      .array(step, expected("a list of steps"))
      .prefault([])
      .describe("The steps that onFailure: rollback takes"),
  },
  {
    later: ["objectives"],
    instead: {
      timeout: "write defaults: {timeout: …}",
      drain: "put it into steps, or its flags into defaults: {drain: …}",
    },
  },
).superRefine(({ defaults, onFailure }, context) => {
  if (onFailure === undefined || defaults.onFailure === undefined) return;
  const message = "is the same as spec.defaults.onFailure: give one of them";
  context.addIssue({ code: "custom", path: ["onFailure"], message });
});

/** A plan file, from its first field to its last. */
export const planFile = strict("a plan", {
  apiVersion: z.literal(apiVersion, expected(apiVersion)).describe("The version of the plan language"),
  kind: z.literal(planKind, expected(planKind)).describe("What this file is"),
  metadata: strict("metadata", {
    name: nameText.describe("What to call the plan"),
    cluster: nameText
      .exactOptional()
      .describe("The UID of kube-system of the cluster that it was made for: execute refuses another one"),
  }),
  spec: planSpec,
});

export type PlanFile = z.output<typeof planFile>;
