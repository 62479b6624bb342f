import { z } from "zod";
import { imageTag } from "../../lib/image.ts";
import type {
  Container,
  HostPort,
  PodSpec,
  PodStatus,
  PodTemplate,
  Probe,
  Resources,
} from "../../model/pod.ts";
import type { Toleration } from "../../model/taint.ts";
import { commandLineOf } from "../flags.ts";
import { affinity } from "./affinity.ts";
import {
  annotations,
  count,
  countOr,
  fields,
  flag,
  labels,
  list,
  oneOf,
  optionalSelector,
  requiredText,
  resources,
  section,
  text,
  time,
  wholeOr,
} from "./fields.ts";
import { podVolume } from "./volume.ts";

/** Source of the defaults: facts/timing.json, pods.probeDefaults. */
const probe = fields({
  initialDelaySeconds: countOr(0),
  periodSeconds: countOr(10),
  timeoutSeconds: countOr(1),
  successThreshold: countOr(1),
  failureThreshold: countOr(3),
  exec: z.unknown().optional(),
}).transform(({ exec, ...rest }): Probe => ({
  ...rest,
  ...(exec === undefined || exec === null ? {} : { isExec: true }),
}));

/** Whether a security context names a seccomp profile. */
const securityContext = section({ seccompProfile: z.unknown().optional() }).transform(
  ({ seccompProfile }) => seccompProfile !== undefined && seccompProfile !== null,
);

const hostPort = fields({
  hostPort: countOr(0),
  containerPort: countOr(0),
  protocol: text("TCP"),
  hostIP: text("0.0.0.0"),
});

/** CPU of an explicit 0 stays 0; what is not set stays out. Requests follow limits where only those are set. */
const containerResources = section({ requests: resources, limits: resources }).transform(
  ({ requests, limits }) => ({
    requests: { ...limits, ...requests } as Resources,
    limits,
  }),
);

const container = fields({
  name: text(),
  image: text(),
  imagePullPolicy: text(),
  resources: containerResources,
  ports: list(hostPort),
  restartPolicy: text(),
  readinessProbe: probe.nullish(),
  startupProbe: probe.nullish(),
  livenessProbe: probe.nullish(),
  command: list(z.unknown()),
  args: list(z.unknown()),
  securityContext,
  lifecycle: section({ preStop: fields({ sleep: fields({ seconds: countOr(0) }).nullish() }).nullish() }),
});

type RawContainer = z.output<typeof container>;

function toContainer(raw: RawContainer, hostNetwork: boolean): Container {
  const { preStop } = raw.lifecycle;
  const isText = (word: unknown) => typeof word === "string";
  const commandLine = commandLineOf({
    image: raw.image,
    command: raw.command.filter(isText),
    args: raw.args.filter(isText),
  });
  return {
    name: raw.name,
    image: raw.image,
    requests: raw.resources.requests,
    limits: raw.resources.limits,
    hostPorts: hostPortsOf(raw, hostNetwork),
    isSidecar: raw.restartPolicy === "Always",
    imagePullPolicy: raw.imagePullPolicy === "" ? defaultPullPolicy(raw.image) : raw.imagePullPolicy,
    ...probeField("readinessProbe", raw.readinessProbe),
    ...probeField("startupProbe", raw.startupProbe),
    ...probeField("livenessProbe", raw.livenessProbe),
    ...(preStop ? { preStop: preStop.sleep ? { sleepSeconds: preStop.sleep.seconds } : {} } : {}),
    ...(commandLine ? { commandLine } : {}),
    ...(raw.securityContext ? { hasSeccompProfile: true } : {}),
  };
}

function probeField<K extends string>(key: K, value: Probe | null | undefined): Partial<Record<K, Probe>> {
  return value ? ({ [key]: value } as Record<K, Probe>) : {};
}

/** With hostNetwork the API server sets each hostPort to the container's port. */
function hostPortsOf(raw: RawContainer, hostNetwork: boolean): HostPort[] {
  return raw.ports
    .map(({ hostPort: port, containerPort, protocol, hostIP }) => ({
      port: port === 0 && hostNetwork ? containerPort : port,
      protocol,
      ip: hostIP === "" ? "0.0.0.0" : hostIP,
    }))
    .filter(({ port }) => port > 0);
}

/** Source: pkg/apis/core/v1/defaults.go: `:latest` and untagged images are always pulled. */
function defaultPullPolicy(image: string): string {
  const tag = imageTag(image);
  return !image.includes("@") && (tag === undefined || tag === "latest") ? "Always" : "IfNotPresent";
}

export const toleration = fields({
  key: text(),
  operator: oneOf(["Equal", "Exists", "Lt", "Gt"], "Equal"),
  value: text(),
  effect: z.enum(["", "NoSchedule", "PreferNoSchedule", "NoExecute"]).nullish(),
  tolerationSeconds: wholeOr(-1),
}).transform(({ effect, tolerationSeconds, ...rest }): Toleration => ({
  ...rest,
  effect: effect ?? "",
  ...(tolerationSeconds < 0 ? {} : { tolerationSeconds }),
}));

export const spreadConstraint = fields({
  maxSkew: count.min(1),
  topologyKey: requiredText,
  whenUnsatisfiable: oneOf(["DoNotSchedule", "ScheduleAnyway"], "DoNotSchedule"),
  labelSelector: optionalSelector,
  minDomains: count.nullish(),
  nodeAffinityPolicy: oneOf(["Honor", "Ignore"], "Honor"),
  nodeTaintsPolicy: oneOf(["Honor", "Ignore"], "Ignore"),
  matchLabelKeys: list(requiredText),
}).transform(({ labelSelector, minDomains, ...rest }) => ({
  ...rest,
  ...(labelSelector ? { labelSelector } : {}),
  ...(minDomains ? { minDomains } : {}),
}));

const specShape = fields({
  containers: list(container),
  initContainers: list(container),
  overhead: resources,
  resources: fields({ requests: resources, limits: resources }).nullish(),
  nodeSelector: labels,
  affinity,
  tolerations: list(toleration),
  topologySpreadConstraints: list(spreadConstraint),
  schedulingGates: list(fields({ name: text() })),
  volumes: list(podVolume),
  schedulerName: text("default-scheduler"),
  priorityClassName: text(),
  restartPolicy: oneOf(["Always", "OnFailure", "Never"], "Always"),
  terminationGracePeriodSeconds: countOr(30),
  hostNetwork: flag(),
  readinessGates: list(fields({ conditionType: text() })),
  runtimeClassName: text(),
  securityContext,
  nodeName: text(),
  priority: wholeOr(0),
  preemptionPolicy: oneOf(["PreemptLowerPriority", "Never"], "PreemptLowerPriority"),
});

function toPodSpec(raw: z.output<typeof specShape>): PodSpec {
  const podLevel = raw.resources;
  return {
    containers: raw.containers.map((each) => toContainer(each, raw.hostNetwork)),
    initContainers: raw.initContainers.map((each) => toContainer(each, raw.hostNetwork)),
    overhead: raw.overhead,
    ...(podLevel ? { podRequests: { ...podLevel.limits, ...podLevel.requests } } : {}),
    nodeSelector: raw.nodeSelector,
    affinity: raw.affinity,
    tolerations: raw.tolerations,
    topologySpreadConstraints: raw.topologySpreadConstraints,
    schedulingGates: raw.schedulingGates.map(({ name }) => name),
    volumes: raw.volumes.filter((volume) => volume !== undefined),
    schedulerName: raw.schedulerName,
    priorityClassName: raw.priorityClassName,
    restartPolicy: raw.restartPolicy,
    terminationGracePeriodSeconds: raw.terminationGracePeriodSeconds,
    hostNetwork: raw.hostNetwork,
    readinessGates: raw.readinessGates.map(({ conditionType }) => conditionType),
    runtimeClassName: raw.runtimeClassName,
    ...(raw.securityContext ? { hasSeccompProfile: true } : {}),
  };
}

const containerState = section({
  waiting: fields({ reason: text() }).nullish(),
  running: fields({ startedAt: time }).nullish(),
  terminated: fields({ reason: text(), exitCode: wholeOr(0), finishedAt: time, startedAt: time }).nullish(),
});

const containerStatus = fields({
  name: text(),
  ready: flag(),
  restartCount: countOr(0),
  state: containerState,
  lastState: containerState,
  resources: fields({ requests: resources }).nullish(),
  allocatedResources: resources.nullish(),
}).transform(({ state, lastState, resources: actuated, allocatedResources, ...rest }) => {
  const ended = lastState.terminated;
  const startedAt = state.running?.startedAt;
  return {
    ...rest,
    state: state.running
      ? { kind: "running" as const, reason: "" }
      : state.terminated
        ? { kind: "terminated" as const, reason: state.terminated.reason }
        : state.waiting
          ? { kind: "waiting" as const, reason: state.waiting.reason }
          : { kind: "unknown" as const, reason: "" },
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(ended
      ? {
          lastTermination: {
            reason: ended.reason,
            exitCode: ended.exitCode,
            ...(ended.finishedAt === undefined ? {} : { finishedAt: ended.finishedAt }),
          },
        }
      : {}),
    ...(actuated ? { actuatedRequests: actuated.requests } : {}),
    ...(allocatedResources ? { allocatedResources } : {}),
  };
});

export const condition = fields({
  type: requiredText,
  status: oneOf(["True", "False", "Unknown"], "Unknown"),
  reason: text(),
  message: text(),
  lastTransitionTime: time,
}).transform(({ lastTransitionTime, ...rest }) => ({
  ...rest,
  ...(lastTransitionTime === undefined ? {} : { since: lastTransitionTime }),
}));

const status = section({
  phase: oneOf(["Pending", "Running", "Succeeded", "Failed", "Unknown"], "Pending"),
  reason: text(),
  message: text(),
  conditions: list(condition),
  containerStatuses: list(containerStatus),
  initContainerStatuses: list(containerStatus),
  nominatedNodeName: text(),
  resources: fields({ requests: resources }).nullish(),
  allocatedResources: resources.nullish(),
  startTime: time,
  podIP: text(),
}).transform(({ startTime, podIP, resources: actuated, allocatedResources, ...rest }): PodStatus => ({
  ...rest,
  ...(actuated ? { actuatedRequests: actuated.requests } : {}),
  ...(allocatedResources ? { allocatedResources } : {}),
  ...(startTime === undefined ? {} : { startedAt: startTime }),
  // A pod that runs has one, also where somebody has trimmed it away.
  hasIP: podIP !== "" || rest.phase === "Running",
}));

/** A pod: what it shares with its siblings in `spec`, what is its own beside it. */
export const pod = fields({ spec: specShape, status }).transform((raw) => ({
  spec: toPodSpec(raw.spec),
  nodeName: raw.spec.nodeName,
  priority: raw.spec.priority,
  preemptionPolicy: raw.spec.preemptionPolicy,
  status: raw.status,
}));

export const podTemplate = section({
  metadata: section({ labels, annotations }),
  spec: z.preprocess((value) => value ?? {}, specShape),
}).transform((raw): PodTemplate => ({
  labels: raw.metadata.labels,
  annotations: raw.metadata.annotations,
  spec: toPodSpec(raw.spec),
}));
