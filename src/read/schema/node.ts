import { z } from "zod";
import type { Taint } from "../../model/taint.ts";
import {
  countOr,
  fields,
  flag,
  list,
  oneOf,
  requiredText,
  resources,
  section,
  text,
  time,
} from "./fields.ts";

const taint = fields({
  key: requiredText,
  value: text(),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"], {
    error: "expected an effect: NoSchedule, PreferNoSchedule, NoExecute",
  }),
  timeAdded: time,
}).transform(({ timeAdded, ...rest }): Taint => ({
  ...rest,
  ...(timeAdded === undefined ? {} : { addedAt: timeAdded }),
}));

const condition = fields({
  type: requiredText,
  status: oneOf(["True", "False", "Unknown"], "Unknown"),
  reason: text(),
  message: text(),
  lastTransitionTime: time,
  lastHeartbeatTime: time,
}).transform(({ lastTransitionTime, lastHeartbeatTime, ...rest }) => ({
  ...rest,
  ...(lastTransitionTime === undefined ? {} : { since: lastTransitionTime }),
  ...(lastHeartbeatTime === undefined ? {} : { heartbeat: lastHeartbeatTime }),
}));

export const node = fields({
  spec: section({ unschedulable: flag(), taints: list(taint), providerID: text(), podCIDR: text() }),
  status: section({
    allocatable: resources.nullish(),
    capacity: resources,
    conditions: list(condition),
    images: list(fields({ names: list(requiredText), sizeBytes: countOr(0) })),
    addresses: list(fields({ type: text(), address: text() })),
    nodeInfo: section({
      kubeletVersion: text(),
      kubeProxyVersion: text(),
      containerRuntimeVersion: text(),
      kernelVersion: text(),
      osImage: text(),
      operatingSystem: text(),
      architecture: text(),
      machineID: text(),
      systemUUID: text(),
      bootID: text(),
    }),
  }),
}).transform(({ spec, status }) => ({
  ...spec,
  // The API server sets allocatable to capacity where a kubelet reports none.
  allocatable: status.allocatable ?? status.capacity,
  capacity: status.capacity,
  conditions: status.conditions,
  images: status.images,
  info: status.nodeInfo,
  internalIP: status.addresses.find(({ type }) => type === "InternalIP")?.address ?? "",
}));
